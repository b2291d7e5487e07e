//! Sends spans to an OTLP receiver.
//!
//! The caller is synchronous; one thread of the exporter's own does the network. Between them is a
//! queue that is bounded in bytes. What happens when it is full is [`Overflow`].

mod delivery;
mod transport;

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sparkspan_model::{Span, SpanSink};
use tokio::sync::{mpsc, watch};

use crate::batch::{Batcher, MAX_REQUEST_BYTES, Request};
use crate::fault::{Fault, StartError};
use crate::settings::{Overflow, Settings};
use delivery::{Delivery, Lingering, Urgency};
use transport::Transport;

/// How long a cancelled worker may take to say what became of the spans.
const LAST_WORD: Duration = Duration::from_millis(200);

/// A [`SpanSink`] that sends what it accepts.
///
/// After the receiver was given up or the export was cancelled, spans are counted and forgotten.
///
/// It must be used outside of asynchronous code: [`SpanSink::accept`] may block, and tokio panics
/// where a thread of its own would.
#[derive(Debug)]
pub struct Exporter {
    batcher: Arc<Mutex<Batcher>>,
    queue: mpsc::Sender<Request>,
    overflow: Overflow,
    /// What the worker has to say of the spans that it got.
    report: Arc<Mutex<Report>>,
    /// The worker's last word.
    worker: Receiver<()>,
    canceller: Canceller,
    endpoint: String,
    /// Spans that the queue did not take.
    dropped: u64,
}

impl Exporter {
    /// Starts the exporter's thread. Nothing is sent before there are spans.
    ///
    /// # Errors
    ///
    /// If the settings are of no use. Whether somebody listens shows only later.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        let transport = Transport::new(settings)?;
        let endpoint = transport.uri().to_string();
        let delivery = Delivery::new(transport, settings.give_up_after, settings.overflow);
        let report = delivery.report();
        let (queue, queued) = mpsc::channel((settings.queue_bytes / MAX_REQUEST_BYTES).max(1));
        let (urgency, urged) = watch::channel(Urgency::None);
        let batcher = Arc::new(Mutex::new(Batcher::new(MAX_REQUEST_BYTES)));
        let lingering = Lingering {
            batcher: Arc::clone(&batcher),
            limit: settings.linger,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let (last_word, worker) = sync_channel(1);
        std::thread::Builder::new()
            .name("sparkspan-otlp".to_owned())
            .spawn(move || {
                runtime.block_on(delivery.run(queued, urged, lingering));
                // Whoever does not wait any more does not want to know.
                let _ = last_word.send(());
                // A name server that does not answer must not hold the thread.
                runtime.shutdown_background();
            })
            .map_err(StartError::Thread)?;
        Ok(Self {
            batcher,
            queue,
            overflow: settings.overflow,
            report,
            worker,
            canceller: Canceller(Arc::new(urgency)),
            endpoint,
            dropped: 0,
        })
    }

    /// The address that requests go to.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What ends the export early.
    pub fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Whether the receiver was given up or the export was cancelled, so that what is accepted from now on
    /// is only counted.
    pub fn is_over(&self) -> bool {
        self.queue.is_closed()
    }

    /// What was lost so far; `None` while nothing was.
    pub fn loss(&self) -> Option<Loss> {
        let report = lock(&self.report);
        let spans = report.dropped + report.rejected + lock(&self.batcher).dropped() + self.dropped;
        let reason = report.first_fault.as_ref();
        (spans > 0).then(|| Loss {
            spans,
            reason: reason.map_or_else(|| "the queue is full".to_owned(), ToString::to_string),
        })
    }

    /// Hands over the spans accepted so far without waiting for a full request.
    pub fn flush(&mut self) {
        let request = lock(&self.batcher).take();
        if let Some(request) = request {
            self.enqueue(request);
        }
    }

    /// Sends what is left, and says what became of all spans. It takes as long as the receiver is
    /// given for what is in the queue.
    pub fn finish(self) -> Report {
        self.end(|worker| {
            let _ = worker.recv();
        })
    }

    /// The same in a limited time: no request is tried again, and what has not left by then is
    /// dropped.
    pub fn finish_within(self, budget: Duration) -> Report {
        let canceller = self.canceller();
        canceller.hurry();
        self.end(|worker| {
            let in_time = worker.recv_timeout(budget.saturating_sub(LAST_WORD));
            if in_time == Err(RecvTimeoutError::Timeout) {
                canceller.cancel();
                let _ = worker.recv_timeout(LAST_WORD);
            }
        })
    }

    /// Hands over what is left, and waits for the worker as `wait` does. A worker that does not come to its
    /// end has lost what it had.
    fn end(mut self, wait: impl FnOnce(&Receiver<()>)) -> Report {
        self.flush();
        drop(self.queue);
        wait(&self.worker);
        let mut report = std::mem::take(&mut *lock(&self.report));
        let batcher = lock(&self.batcher);
        report.trimmed = batcher.trimmed();
        report.dropped += batcher.dropped() + self.dropped;
        report
    }

    fn enqueue(&mut self, request: Request) {
        let spans = request.spans;
        let taken = match self.overflow {
            Overflow::Wait => self.queue.blocking_send(request).is_ok(),
            Overflow::Drop => self.queue.try_send(request).is_ok(),
        };
        if !taken {
            self.dropped += spans;
        }
    }
}

impl SpanSink for Exporter {
    fn accept(&mut self, span: Span) {
        let full = lock(&self.batcher).push(span);
        if let Some(request) = full {
            self.enqueue(request);
        }
    }
}

/// Batcher and report are whole after every call, so that a panic elsewhere does not spoil them.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends an export early, from any thread.
#[derive(Debug, Clone)]
pub struct Canceller(Arc<watch::Sender<Urgency>>);

impl Canceller {
    /// Has each request tried once and none again: what the receiver takes at once still arrives.
    pub fn hurry(&self) {
        self.0.send_replace(Urgency::LastTry);
    }

    /// Cancels the export: nobody waits any more, and what is queued is dropped.
    pub fn cancel(&self) {
        self.0.send_replace(Urgency::Cancelled);
    }
}

/// What an export has lost so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Spans that were dropped or refused.
    pub spans: u64,
    /// The first reason, in words.
    pub reason: String,
}

/// What became of the accepted spans.
#[derive(Debug, Default)]
pub struct Report {
    /// Spans that the receiver took.
    pub sent: u64,
    /// Spans that the receiver refused within requests that it took.
    pub rejected: u64,
    /// Spans that did not arrive.
    pub dropped: u64,
    /// Spans that were too long and lost the ends of their texts.
    pub trimmed: u64,
    /// Requests made, each try counted.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// Some were dropped because the receiver could not be reached, or did not take them, for too long: it
    /// may take them later.
    pub gave_up: bool,
    /// The first reason why spans were dropped. One that concerns all spans goes before one that concerns
    /// some.
    pub first_fault: Option<Fault>,
}
