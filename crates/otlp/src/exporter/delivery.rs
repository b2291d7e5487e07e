//! The exporter's worker: one request after the other, each until it is taken or given up.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::transport::{Answer, Carrier};
use super::{Report, lock};
use crate::back_off::{BackOff, patience};
use crate::batch::{Batcher, Request};
use crate::fault::Fault;
use crate::settings::Overflow;

/// Delivers what comes through the queue.
pub(super) struct Delivery<C> {
    carrier: C,
    give_up_after: Duration,
    overflow: Overflow,
    has_answered: bool,
    /// Whoever hands over spans may look at it at any time.
    report: Arc<Mutex<Report>>,
}

/// How soon the export has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    /// Nobody waits for it.
    None,
    /// What is left is tried once more.
    LastTry,
    /// Nothing is sent any more.
    Cancelled,
}

/// Spans that wait for others to travel with.
pub(super) struct Lingering {
    pub(super) batcher: Arc<Mutex<Batcher>>,
    /// How long they wait.
    pub(super) limit: Option<Duration>,
}

impl Lingering {
    /// The next request made of them, when they have waited long enough.
    async fn next(&self) -> Request {
        let Some(limit) = self.limit else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(limit).await;
            if let Some(request) = lock(&self.batcher).take() {
                return request;
            }
        }
    }
}

/// Whether there is a point in sending more.
#[derive(Debug, PartialEq, Eq)]
enum Outlook {
    Good,
    Hopeless,
}

impl<C: Carrier> Delivery<C> {
    pub(super) fn new(carrier: C, give_up_after: Duration, overflow: Overflow) -> Self {
        Self {
            carrier,
            give_up_after,
            overflow,
            has_answered: false,
            report: Arc::default(),
        }
    }

    /// What has become of the spans so far.
    pub(super) fn report(&self) -> Arc<Mutex<Report>> {
        Arc::clone(&self.report)
    }

    /// Works until the queue is closed, the export is cancelled or the receiver is given up. What is
    /// in the queue then is dropped, and nothing more enters it.
    pub(super) async fn run(
        mut self,
        mut queue: mpsc::Receiver<Request>,
        urgency: watch::Receiver<Urgency>,
        lingering: Lingering,
    ) {
        let mut cancelled = urgency.clone();
        loop {
            // What is full goes before what only waited.
            let request = tokio::select! {
                biased;
                request = queue.recv() => request,
                request = lingering.next() => Some(request),
            };
            let Some(request) = request else { break };
            let spans = request.spans;
            let outlook = tokio::select! {
                biased;
                _ = cancelled.wait_for(|urgency| *urgency == Urgency::Cancelled) => {
                    lock(&self.report).dropped += spans;
                    Outlook::Hopeless
                }
                outlook = self.deliver(request, urgency.clone()) => outlook,
            };
            if outlook == Outlook::Hopeless {
                queue.close();
                while let Some(request) = queue.recv().await {
                    lock(&self.report).dropped += request.spans;
                }
            }
        }
    }

    /// Sends one request until it is taken, refused, or it has been tried for too long.
    async fn deliver(
        &mut self,
        request: Request,
        mut urgency: watch::Receiver<Urgency>,
    ) -> Outlook {
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
            let is_last_try = *urgency.borrow() != Urgency::None;
            self.count(|report| {
                report.requests += 1;
                report.bytes += body.len() as u64;
            });
            let (fault, wait) = match self.carrier.carry(body.clone()).await {
                Answer::Accepted { rejected_spans } => {
                    self.has_answered = true;
                    let rejected_spans = rejected_spans.min(request.spans);
                    self.count(|report| {
                        report.sent += request.spans - rejected_spans;
                        report.rejected += rejected_spans;
                    });
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
            let wait = wait.unwrap_or_else(|| back_off.next());
            if is_last_try || started.elapsed().saturating_add(wait) > self.patience() {
                self.count(|report| report.gave_up = true);
                self.drop(request.spans, fault);
                return match self.overflow {
                    Overflow::Drop if !is_last_try => Outlook::Good,
                    Overflow::Drop | Overflow::Wait => Outlook::Hopeless,
                };
            }
            // Whoever wants to end does not wait for a better moment.
            let ending = urgency.wait_for(|urgency| *urgency != Urgency::None);
            let _ = tokio::time::timeout(wait, ending).await;
        }
    }

    /// How long a request is tried. For a live application nobody waits.
    fn patience(&self) -> Duration {
        let is_given_time = self.has_answered || self.overflow == Overflow::Drop;
        patience(self.give_up_after, is_given_time)
    }

    fn count(&self, change: impl FnOnce(&mut Report)) {
        change(&mut lock(&self.report));
    }

    fn drop(&self, spans: u64, fault: Fault) {
        let mut report = lock(&self.report);
        report.dropped += spans;
        let first = &mut report.first_fault;
        let tells_more =
            |first: &mut Fault| first.is_of_single_spans() && !fault.is_of_single_spans();
        if first.as_mut().is_none_or(tells_more) {
            *first = Some(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::collections::VecDeque;
    use std::io;

    use bytes::Bytes;

    use super::*;
    use crate::back_off::FIRST_CONTACT;
    use crate::grpc::GrpcStatus;

    /// Answers what the script says, then accepts.
    #[derive(Default)]
    struct Script {
        answers: RefCell<VecDeque<Answer>>,
        times: RefCell<Vec<Instant>>,
        hangs: Cell<bool>,
    }

    impl Script {
        fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
            Self {
                answers: RefCell::new(answers.into_iter().collect()),
                ..Self::default()
            }
        }

        /// Seconds from each try to the next.
        fn waits(&self) -> Vec<f64> {
            let times = self.times.borrow();
            let waits = times
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).as_secs_f64());
            waits.collect()
        }
    }

    impl Carrier for &Script {
        fn body(&self, message: Vec<u8>) -> io::Result<Bytes> {
            Ok(message.into())
        }

        async fn carry(&self, _: Bytes) -> Answer {
            self.times.borrow_mut().push(Instant::now());
            if self.hangs.get() {
                std::future::pending::<()>().await;
            }
            let accepted = Answer::Accepted { rejected_spans: 0 };
            self.answers.borrow_mut().pop_front().unwrap_or(accepted)
        }
    }

    fn unreachable() -> Answer {
        let fault = Fault::Unreachable("refused".into());
        Answer::Again { fault, wait: None }
    }

    fn busy(wait: Option<u64>) -> Answer {
        let fault = Fault::GrpcStatus {
            status: GrpcStatus::UNAVAILABLE,
        };
        let wait = wait.map(Duration::from_secs);
        Answer::Again { fault, wait }
    }

    fn full_requests_only() -> Lingering {
        Lingering {
            batcher: Arc::new(Mutex::new(Batcher::new(1024))),
            limit: None,
        }
    }

    /// Delivers to the end; what became of the spans.
    async fn run(
        delivery: Delivery<&Script>,
        queue: mpsc::Receiver<Request>,
        urgency: watch::Receiver<Urgency>,
        lingering: Lingering,
    ) -> Report {
        let report = delivery.report();
        delivery.run(queue, urgency, lingering).await;
        std::mem::take(&mut lock(&report))
    }

    /// Delivers requests of ten spans each.
    async fn report(script: &Script, requests: usize) -> Report {
        let (queue, queued) = mpsc::channel(requests.max(1));
        let (_urgency, urged) = watch::channel(Urgency::None);
        for _ in 0..requests {
            let request = Request {
                bytes: vec![0; 100],
                spans: 10,
            };
            queue.send(request).await.unwrap();
        }
        drop(queue);
        let delivery = Delivery::new(script, Duration::from_mins(1), Overflow::Wait);
        run(delivery, queued, urged, full_requests_only()).await
    }

    /// Scenario: a receiver is busy several times and then takes the request.
    /// Guarantees: the waits double, none is shorter than half of its due, and nothing is lost.
    #[tokio::test(start_paused = true)]
    async fn back_off_doubles() {
        let script = Script::of([busy(None), busy(None), busy(None), busy(None)]);
        let report = report(&script, 1).await;
        assert_eq!((report.sent, report.dropped), (10, 0));
        assert_eq!((report.requests, report.bytes), (5, 500));
        assert!(report.first_fault.is_none());
        for (wait, full) in script.waits().into_iter().zip([0.25, 0.5, 1.0, 2.0]) {
            // tokio's timer rounds up to its next millisecond.
            assert!(
                wait >= full / 2.0 && wait <= full + 0.002,
                "{wait} of {full}"
            );
        }
    }

    /// Scenario: a receiver says when to come again.
    /// Guarantees: the request comes then.
    #[tokio::test(start_paused = true)]
    async fn wait_of_the_receiver_is_kept() {
        let script = Script::of([busy(Some(7)), busy(Some(0))]);
        let report = report(&script, 1).await;
        assert_eq!(report.sent, 10);
        let waits = script.waits();
        assert!(
            (7.0..7.01).contains(&waits[0]) && waits[1] < 0.01,
            "{waits:?}"
        );
    }

    /// Scenario: nobody has ever answered at the endpoint, and there is a lot to send.
    /// Guarantees: the export ends after seconds, all is counted as dropped, the reason is the first.
    #[tokio::test(start_paused = true)]
    async fn endpoint_that_never_answered_is_given_up_soon() {
        let script = Script::of((0..100).map(|_| unreachable()));
        let started = Instant::now();
        let report = report(&script, 50).await;
        assert!(started.elapsed() <= FIRST_CONTACT);
        assert_eq!((report.sent, report.dropped), (0, 500));
        assert!(report.requests > 3 && report.gave_up);
        assert!(matches!(report.first_fault, Some(Fault::Unreachable(_))));
    }

    /// Scenario: a receiver that has answered goes away for good.
    /// Guarantees: it gets the full time, and not that time again for each request that is left.
    #[tokio::test(start_paused = true)]
    async fn receiver_that_went_away_is_given_up_once() {
        let answered = Answer::Accepted { rejected_spans: 0 };
        let script = Script::of(
            [answered]
                .into_iter()
                .chain((0..100).map(|_| unreachable())),
        );
        let started = Instant::now();
        let report = report(&script, 50).await;
        assert!(started.elapsed() > FIRST_CONTACT);
        assert!(started.elapsed() <= Duration::from_mins(1));
        assert_eq!((report.sent, report.dropped), (10, 490));
    }

    /// Scenario: a receiver asks for more patience than there is.
    /// Guarantees: nobody waits in vain.
    #[tokio::test(start_paused = true)]
    async fn wait_beyond_the_patience_is_not_begun() {
        let script = Script::of([busy(Some(u64::MAX))]);
        let started = Instant::now();
        let report = report(&script, 1).await;
        assert_eq!((report.dropped, report.requests), (10, 1));
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    /// Scenario: a receiver refuses one request, and takes another but for more spans than it has.
    /// Guarantees: both are counted, none is sent again, the next one is sent.
    #[tokio::test(start_paused = true)]
    async fn refused_and_rejected_are_counted_and_not_repeated() {
        let script = Script::of([
            Answer::Refused {
                fault: Fault::HttpStatus { status: 400 },
            },
            Answer::Accepted { rejected_spans: 3 },
            Answer::Accepted { rejected_spans: 99 },
        ]);
        let report = report(&script, 4).await;
        assert_eq!((report.sent, report.rejected, report.dropped), (17, 13, 10));
        assert_eq!(report.requests, 4);
        assert!(matches!(
            report.first_fault,
            Some(Fault::HttpStatus { status: 400 })
        ));
    }

    /// Scenario: a receiver refuses a request for its spans, and later ones for want of credentials.
    /// Guarantees: what is reported is that nothing will be taken.
    #[tokio::test(start_paused = true)]
    async fn fault_that_concerns_all_spans_is_the_one_reported() {
        let refused = |status| Answer::Refused {
            fault: Fault::HttpStatus { status },
        };
        let script = Script::of([refused(400), refused(401), refused(403), refused(400)]);
        let report = report(&script, 4).await;
        assert_eq!((report.dropped, report.gave_up), (40, false));
        let fault = report.first_fault;
        assert!(
            matches!(fault, Some(Fault::HttpStatus { status: 401 })),
            "{fault:?}"
        );
    }

    /// Scenario: an export is cancelled while a request is under way and others wait.
    /// Guarantees: it ends at once, and all of these are counted as dropped.
    #[tokio::test(start_paused = true)]
    async fn cancelled_export_drops_what_waits() {
        let script = Script::default();
        script.hangs.set(true);
        let (queue, queued) = mpsc::channel(8);
        let (urgency, urged) = watch::channel(Urgency::None);
        for _ in 0..4 {
            let bytes = vec![0; 100];
            queue.send(Request { bytes, spans: 10 }).await.unwrap();
        }
        let delivery = Delivery::new(&script, Duration::from_mins(1), Overflow::Wait);
        let delivery = run(delivery, queued, urged, full_requests_only());
        let cancelling = async {
            while script.times.borrow().is_empty() {
                tokio::task::yield_now().await;
            }
            urgency.send_replace(Urgency::Cancelled);
            queue.closed().await;
        };
        let (report, ()) = tokio::join!(delivery, cancelling);
        assert_eq!((report.sent, report.dropped), (0, 40));
    }

    /// Scenario: the receiver of a live application is away for longer than a request is tried.
    /// Guarantees: only that request is lost, and the next ones arrive.
    #[tokio::test(start_paused = true)]
    async fn living_application_never_gives_its_receiver_up() {
        // After 56 s it asks for 7 s more, and a minute is all that a request is given.
        let script = Script::of((0..9).map(|_| busy(Some(7))));
        let (queue, queued) = mpsc::channel(4);
        let (_urgency, urged) = watch::channel(Urgency::None);
        for _ in 0..4 {
            let bytes = vec![0; 100];
            queue.send(Request { bytes, spans: 10 }).await.unwrap();
        }
        drop(queue);
        let delivery = Delivery::new(&script, Duration::from_mins(1), Overflow::Drop);
        let report = run(delivery, queued, urged, full_requests_only()).await;
        assert_eq!((report.sent, report.dropped), (30, 10));
    }

    /// Scenario: a few spans wait for a full request that never comes.
    /// Guarantees: they are sent after the time that they may wait.
    #[tokio::test(start_paused = true)]
    async fn spans_linger_no_longer_than_they_may() {
        let script = Script::default();
        let (queue, queued) = mpsc::channel(4);
        let (_urgency, urged) = watch::channel(Urgency::None);
        let lingering = Lingering {
            limit: Some(Duration::from_secs(5)),
            ..full_requests_only()
        };
        let batcher = Arc::clone(&lingering.batcher);
        let started = Instant::now();
        let full = lock(&batcher).push(crate::testing::a_span(
            "a",
            &crate::testing::a_resource("s"),
        ));
        assert!(full.is_none());
        let delivery = Delivery::new(&script, Duration::from_mins(1), Overflow::Drop);
        let delivery = run(delivery, queued, urged, lingering);
        let closing = async {
            while script.times.borrow().is_empty() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            drop(queue);
        };
        let (report, ()) = tokio::join!(delivery, closing);
        assert_eq!(report.sent, 1);
        assert_eq!((script.times.borrow()[0] - started).as_secs(), 5);
    }

    /// Scenario: an application ends while its receiver is away and a request waits to be tried again.
    /// Guarantees: it is tried once more at once, and then it is over.
    #[tokio::test(start_paused = true)]
    async fn last_try_does_not_wait() {
        let script = Script::of((0..100).map(|_| busy(Some(30))));
        let (queue, queued) = mpsc::channel(4);
        let (urgency, urged) = watch::channel(Urgency::None);
        for _ in 0..3 {
            let bytes = vec![0; 100];
            queue.send(Request { bytes, spans: 10 }).await.unwrap();
        }
        let delivery = Delivery::new(&script, Duration::from_mins(1), Overflow::Drop);
        let delivery = run(delivery, queued, urged, full_requests_only());
        let started = Instant::now();
        let ending = async {
            while script.times.borrow().is_empty() {
                tokio::task::yield_now().await;
            }
            urgency.send_replace(Urgency::LastTry);
            drop(queue);
        };
        let (report, ()) = tokio::join!(delivery, ending);
        assert_eq!((report.dropped, report.requests), (30, 2));
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
