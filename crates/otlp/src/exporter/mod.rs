//! Sends spans to an OTLP receiver.
//!
//! The caller is synchronous; one thread of the exporter's own does the network. Between them is a
//! queue that is bounded in bytes. When it is full the caller waits, because a replay must not lose
//! spans to its own speed.

mod delivery;
mod fault;
mod tls;
mod transport;

use std::sync::Arc;
use std::thread::JoinHandle;

use sparkspan_model::{Span, SpanSink};
use tokio::sync::{mpsc, watch};

pub use fault::{Fault, StartError};

use crate::batch::{Batcher, MAX_REQUEST_BYTES, Request};
use crate::settings::Settings;
use delivery::Delivery;
use transport::Transport;

/// A [`SpanSink`] that sends what it accepts.
///
/// After the receiver was given up or the export was cancelled, spans are counted and forgotten.
///
/// It must be used outside of asynchronous code: [`SpanSink::accept`] may block, and tokio panics
/// where a thread of its own would.
#[derive(Debug)]
pub struct Exporter {
    batcher: Batcher,
    queue: mpsc::Sender<Request>,
    worker: JoinHandle<Report>,
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
        let delivery = Delivery::new(transport, settings.give_up_after);
        let (queue, queued) = mpsc::channel((settings.queue_bytes / MAX_REQUEST_BYTES).max(1));
        let (cancel, cancelled) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        let worker = std::thread::Builder::new()
            .name("sparkspan-otlp".to_owned())
            .spawn(move || runtime.block_on(delivery.run(queued, cancelled)))
            .map_err(StartError::Thread)?;
        Ok(Self {
            batcher: Batcher::new(MAX_REQUEST_BYTES),
            queue,
            worker,
            canceller: Canceller(Arc::new(cancel)),
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

    /// Hands over the spans accepted so far without waiting for a full request.
    pub fn flush(&mut self) {
        if let Some(request) = self.batcher.take() {
            self.enqueue(request);
        }
    }

    /// Sends what is left, and says what became of all spans. It takes as long as the receiver is
    /// given for what is in the queue.
    pub fn finish(mut self) -> Report {
        self.flush();
        drop(self.queue);
        let mut report = self
            .worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        report.trimmed = self.batcher.trimmed();
        report.dropped += self.batcher.dropped() + self.dropped;
        report
    }

    fn enqueue(&mut self, request: Request) {
        if let Err(refused) = self.queue.blocking_send(request) {
            self.dropped += refused.0.spans;
        }
    }
}

impl SpanSink for Exporter {
    fn accept(&mut self, span: Span) {
        if let Some(request) = self.batcher.push(span) {
            self.enqueue(request);
        }
    }
}

/// Ends an export early, from any thread: nobody waits any more, and what is queued is dropped.
#[derive(Debug, Clone)]
pub struct Canceller(Arc<watch::Sender<bool>>);

impl Canceller {
    /// Cancels the export.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
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
    /// The first reason why spans were dropped.
    pub first_fault: Option<Fault>,
}
