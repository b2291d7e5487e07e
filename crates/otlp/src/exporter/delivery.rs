//! The exporter's worker: one request after the other, each until it is taken or given up.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::Report;
use super::fault::Fault;
use super::transport::{Answer, Carrier};
use crate::batch::Request;

/// How long an endpoint is tried that has not answered even once. It is more likely wrong than busy,
/// and somebody waits for being told.
const FIRST_CONTACT: Duration = Duration::from_secs(5);

const FIRST_BACK_OFF: Duration = Duration::from_millis(250);
const MAX_BACK_OFF: Duration = Duration::from_secs(10);

/// Delivers what comes through the queue.
pub(super) struct Delivery<C> {
    carrier: C,
    give_up_after: Duration,
    has_answered: bool,
    report: Report,
}

/// Whether there is a point in sending more.
#[derive(Debug, PartialEq, Eq)]
enum Outlook {
    Good,
    Hopeless,
}

impl<C: Carrier> Delivery<C> {
    pub(super) fn new(carrier: C, give_up_after: Duration) -> Self {
        Self {
            carrier,
            give_up_after,
            has_answered: false,
            report: Report::default(),
        }
    }

    /// Works until the queue is closed, the export is cancelled or the receiver is given up. What is
    /// in the queue then is dropped, and nothing more enters it.
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Request>,
        mut cancelled: watch::Receiver<bool>,
    ) -> Report {
        while let Some(request) = queue.recv().await {
            let spans = request.spans;
            let outlook = tokio::select! {
                biased;
                _ = cancelled.wait_for(|cancelled| *cancelled) => {
                    self.report.dropped += spans;
                    Outlook::Hopeless
                }
                outlook = self.deliver(request) => outlook,
            };
            if outlook == Outlook::Hopeless {
                queue.close();
                while let Some(request) = queue.recv().await {
                    self.report.dropped += request.spans;
                }
            }
        }
        self.report
    }

    /// Sends one request until it is taken, refused, or it has been tried for too long.
    async fn deliver(&mut self, request: Request) -> Outlook {
        let body = match self.carrier.body(request.bytes) {
            Ok(body) => body,
            Err(error) => {
                self.drop(request.spans, Fault::Compression(error));
                return Outlook::Good;
            }
        };
        let started = Instant::now();
        let mut back_off = BackOff::new();
        loop {
            self.report.requests += 1;
            self.report.bytes += body.len() as u64;
            let (fault, wait) = match self.carrier.carry(body.clone()).await {
                Answer::Accepted { rejected_spans } => {
                    self.has_answered = true;
                    let rejected_spans = rejected_spans.min(request.spans);
                    self.report.sent += request.spans - rejected_spans;
                    self.report.rejected += rejected_spans;
                    return Outlook::Good;
                }
                Answer::Refused { fault } => {
                    self.has_answered |= fault.is_answer();
                    self.drop(request.spans, fault);
                    return Outlook::Good;
                }
                Answer::Again { fault, wait } => (fault, wait),
            };
            self.has_answered |= fault.is_answer();
            let patience = if self.has_answered {
                self.give_up_after
            } else {
                self.give_up_after.min(FIRST_CONTACT)
            };
            let wait = wait.unwrap_or_else(|| back_off.next());
            if started.elapsed().saturating_add(wait) > patience {
                self.drop(request.spans, fault);
                return Outlook::Hopeless;
            }
            tokio::time::sleep(wait).await;
        }
    }

    fn drop(&mut self, spans: u64, fault: Fault) {
        self.report.dropped += spans;
        self.report.first_fault.get_or_insert(fault);
    }
}

/// Waits that double up to a maximum, each cut at random by up to a half: else the clients of a
/// receiver that comes back would all come at once.
struct BackOff {
    next: Duration,
    random: RandomState,
    drawn: u32,
}

impl BackOff {
    fn new() -> Self {
        Self {
            next: FIRST_BACK_OFF,
            random: RandomState::new(),
            drawn: 0,
        }
    }

    fn next(&mut self) -> Duration {
        let full = self.next;
        self.next = (2 * full).min(MAX_BACK_OFF);
        self.drawn += 1;
        // The hasher's keys are random, which is as random as this has to be.
        let [random, ..] = self.random.hash_one(self.drawn).to_le_bytes();
        full / 2 + full * u32::from(random) / 512
    }
}
