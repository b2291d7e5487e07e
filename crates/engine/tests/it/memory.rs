//! Memory, as the allocator counts it: the engine's own account must not be what it is measured by.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

use proptest::prelude::*;
use sparkspan_engine::{Ending, Engine, Sampler, Scope, Settings, Summary};
use sparkspan_events::Event;
use sparkspan_model::{Span, SpanSink, Value};
use sparkspan_semconv::value::spark_span_type as kind;
use sparkspan_semconv::{attribute, span};

use crate::invariants::check;
use crate::order::Random;

const MIB: usize = 1 << 20;

thread_local! {
    static USED: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// Counts what each thread allocates. The published ones count for the whole process, in which tests run
/// side by side; an engine stays on its thread.
pub(crate) struct Counting;

impl Counting {
    fn add(bytes: usize) {
        let used = USED.get().wrapping_add(bytes);
        USED.set(used);
        PEAK.set(PEAK.get().max(used));
    }

    fn remove(bytes: usize) {
        USED.set(USED.get().wrapping_sub(bytes));
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting touches thread-local cells that
// need neither allocation nor a destructor.
#[expect(unsafe_code, reason = "an allocator cannot be written otherwise")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::add(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::remove(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::remove(layout.size());
        Self::add(size);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// An engine whose memory is watched.
struct Watched {
    engine: Engine,
    /// What the thread used without the engine, and what it uses of that now.
    bytes: usize,
    most_bytes: usize,
    sink: Counter,
}

/// The names of the spans that are looked at.
const ROOTS: [&str; 3] = ["SELECT sales.orders", span::SQL, span::APPLICATION];

/// Counts spans, and keeps some.
#[derive(Default)]
struct Counter {
    spans: usize,
    roots: Vec<Span>,
}

impl SpanSink for Counter {
    fn accept(&mut self, span: Span) {
        self.spans += 1;
        if self.roots.len() < 10 && ROOTS.contains(&&*span.name) {
            self.roots.push(span);
        }
    }
}

impl Watched {
    fn new(settings: &Settings) -> Self {
        let before = USED.get();
        let engine = Engine::new(settings.clone());
        let mut watched = Self {
            engine,
            bytes: USED.get() - before,
            most_bytes: 0,
            sink: Counter {
                spans: 0,
                roots: Vec::with_capacity(10),
            },
        };
        watched.take(APPLICATION_START);
        watched
    }

    /// Takes an event; what the engine allocates while it does counts, the event itself does not.
    fn take(&mut self, line: &str) {
        let event = Event::parse(line.as_bytes()).unwrap();
        let before = USED.get();
        PEAK.set(before);
        self.engine.event(&event, &mut self.sink).unwrap();
        self.most_bytes = self.most_bytes.max(self.bytes + PEAK.get() - before);
        self.bytes = (self.bytes + USED.get()).wrapping_sub(before);
    }

    fn finish(self, ending: Ending) -> (Summary, Counter) {
        let mut sink = self.sink;
        (self.engine.finish(ending, &mut sink), sink)
    }

    /// Asserts what is promised of any events.
    fn assert_bounded(&self, budget: usize) {
        let most = budget + budget / 2 + 16 * MIB;
        assert!(
            self.most_bytes <= most,
            "{} MiB with a budget of {} MiB",
            self.most_bytes / MIB,
            budget / MIB
        );
    }
}

const APPLICATION_START: &str = r#"{"Event":"SparkListenerApplicationStart","App Name":"a","App ID":"app-1","Timestamp":1000,"User":"u"}"#;

fn sql_start(id: i64, plan: &str) -> String {
    format!(
        r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart","executionId":{id},"rootExecutionId":{id},"description":"daily totals","time":1100,"sparkPlanInfo":{plan}}}"#
    )
}

fn sql_end(id: i64, message: &str) -> String {
    format!(
        r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd","executionId":{id},"time":1200,"errorMessage":"{message}"}}"#
    )
}

fn in_query(id: i64) -> String {
    format!(r#"{{"spark.sql.execution.id":"{id}","spark.sql.execution.root.id":"{id}"}}"#)
}

fn job_start(id: i64, stages: &[i64], properties: &str) -> String {
    format!(
        r#"{{"Event":"SparkListenerJobStart","Job ID":{id},"Submission Time":1110,"Stage Infos":[],"Stage IDs":{stages:?},"Properties":{properties}}}"#
    )
}

fn job_end(id: i64) -> String {
    format!(
        r#"{{"Event":"SparkListenerJobEnd","Job ID":{id},"Completion Time":1120,"Job Result":{{"Result":"JobSucceeded"}}}}"#
    )
}

fn stage_submitted(id: i64, properties: &str) -> String {
    format!(
        r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{{"Stage ID":{id},"Stage Attempt ID":0,"Stage Name":"n","Number of Tasks":2,"RDD Info":[],"Parent IDs":[],"Submission Time":1112}},"Properties":{properties}}}"#
    )
}

fn task_start(stage: i64, task: i64) -> String {
    format!(
        r#"{{"Event":"SparkListenerTaskStart","Stage ID":{stage},"Stage Attempt ID":0,"Task Info":{{"Task ID":{task},"Launch Time":1113,"Executor ID":"1","Host":"h","Finish Time":0}}}}"#
    )
}

/// A plan of about so many bytes.
fn plan(bytes: usize) -> String {
    let leaf = r#"{"nodeName":"Scan parquet sales.orders","simpleString":"","children":[],"metadata":{},"metrics":[]}"#;
    let filler = "x".repeat(bytes.saturating_sub(300));
    format!(
        r#"{{"nodeName":"Project","simpleString":"{filler}","children":[{leaf}],"metadata":{{}},"metrics":[]}}"#
    )
}

/// Scenario: one query that the sampler has not chosen runs 200 000 jobs, with a budget of 1 MiB, and then
/// fails.
/// Guarantees: memory stays within the budget; the query is sent, and says how much of it was dropped.
#[test]
fn undecided_query_of_any_number_of_jobs_is_held_within_the_budget() {
    const JOBS: i64 = 200_000;
    let settings = Settings {
        sampler: Sampler::AlwaysOff,
        max_memory_bytes: MIB,
        ..Settings::default()
    }
    .in_force();
    let mut engine = Watched::new(&settings);
    engine.take(&sql_start(0, "null"));
    for id in 0..JOBS {
        engine.take(&job_start(id, &[], &in_query(0)));
        engine.take(&job_end(id));
    }
    engine.take(&sql_end(0, "x.Error: no"));
    engine.assert_bounded(MIB);
    let (summary, sink) = engine.finish(Ending::Final);
    assert_eq!(sink.spans, 2);
    let query = &sink.roots[0];
    assert_eq!(
        query.attribute(attribute::SPARK_UNIT_SPANS_EVICTED),
        Some(&Value::Int(JOBS))
    );
    assert_eq!(summary.evicted_spans, JOBS as u64);
    let application = &sink.roots[1];
    assert_eq!(
        application.attribute(attribute::SPARK_APP_SPANS_EVICTED),
        Some(&Value::Int(JOBS))
    );
}

/// Scenario: 20 000 queries with plans of 18 KB run at once, because the ends of all that is in them, or in
/// every second one those of the tasks alone, are lost; with the usual budget and a small one.
/// Guarantees: memory stays within the budget. Queries lose their plans and say so, but have their names
/// and fingerprints; the longest silent ones are closed, and everything is sent once.
#[test]
fn queries_whose_ends_are_lost_are_held_within_the_budget() {
    const QUERIES: i64 = 20_000;
    let plan = plan(18_000);
    for budget in [MIB, 64 * MIB] {
        let settings = Settings {
            scope: Scope::Unit,
            max_memory_bytes: budget,
            ..Settings::default()
        };
        let mut engine = Watched::new(&settings);
        for id in 0..QUERIES {
            let properties = in_query(id);
            engine.take(&sql_start(id, &plan));
            engine.take(&job_start(id, &[id], &properties));
            engine.take(&stage_submitted(id, &properties));
            engine.take(&task_start(id, id));
            if id % 2 == 0 {
                engine.take(&sql_end(id, ""));
            }
        }
        engine.assert_bounded(budget);
        let (summary, sink) = engine.finish(Ending::Final);
        assert_eq!(sink.spans, 3 * 20_000 + 1);
        assert!(summary.evicted_plans > 5000, "{summary:?}");
        let query = sink.roots.iter().find(|span| {
            let span_type = span.attribute(attribute::SPARK_SPAN_TYPE);
            span_type.and_then(Value::as_str) == Some(kind::SQL)
        });
        let query = query.unwrap();
        assert_eq!(query.name, "SELECT sales.orders");
        let text = |key| query.attribute(key).and_then(Value::as_str);
        let fingerprint = text(attribute::SPARK_SQL_PLAN_INITIAL_FINGERPRINT);
        assert!(fingerprint.is_some());
        assert_eq!(
            text(attribute::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT),
            fingerprint
        );
        let is_evicted = query.attribute(attribute::SPARK_SQL_PLAN_EVICTED).is_some();
        assert_eq!(is_evicted, text(attribute::SPARK_SQL_PLAN_TEXT).is_none());
    }
}

/// Scenario: a server has run 40 000 queries with a shuffle each, 70 000 operations and as many batches, on
/// executors that come and go, each thing with a name of its own; the budget is 1 MiB.
/// Guarantees: what is remembered of all that has closed stays within what is promised beside the budget.
#[test]
fn what_has_closed_is_remembered_in_bounded_memory() {
    let settings = Settings {
        scope: Scope::Unit,
        max_memory_bytes: MIB,
        ..Settings::default()
    };
    let mut engine = Watched::new(&settings);
    let stage = |id: i64, parent: i64, rdd: i64, read: i64| {
        format!(
            r#"{{"Stage ID":{id},"Stage Attempt ID":0,"Stage Name":"n","Number of Tasks":1,"RDD Info":[{{"RDD ID":{rdd},"Parent IDs":[{read}]}}],"Parent IDs":[{parent}],"Submission Time":1112,"Completion Time":1115}}"#
        )
    };
    for id in 0..40_000_i64 {
        let properties = in_query(id);
        let (map, reduce) = (id * 3, id * 3 + 1);
        let stages = [stage(map, -1, map, -1), stage(reduce, map, reduce, map)];
        engine.take(&format!(
            r#"{{"Event":"SparkListenerExecutorAdded","Timestamp":1100,"Executor ID":"{id}","Executor Info":{{"Host":"h","Total Cores":1,"Attributes":{{"K8S_POD_NAME":"etl-1234567890abcdef-exec-{id}","K8S_POD_UID":"0190c2f5-5f4a-7cc0-8ee7-1f2d3c4b5a69","K8S_NODE_NAME":"ip-10-0-0-1.eu-central-1.compute.internal"}}}}}}"#
        ));
        engine.take(&sql_start(id, "null"));
        engine.take(&format!(
            r#"{{"Event":"SparkListenerJobStart","Job ID":{id},"Submission Time":1110,"Stage Infos":[{},{}],"Stage IDs":[{map},{reduce},{}],"Properties":{properties}}}"#,
            stages[0],
            stages[1],
            reduce + 1
        ));
        for (stage, info) in [map, reduce].iter().zip(&stages) {
            engine.take(&format!(
                r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{info},"Properties":{properties}}}"#
            ));
            // Every second task is lost, so that its id leaves a gap.
            engine.take(&format!(
                r#"{{"Event":"SparkListenerTaskEnd","Stage ID":{stage},"Stage Attempt ID":0,"Task End Reason":{{"Reason":"Success"}},"Task Info":{{"Task ID":{},"Launch Time":1113,"Executor ID":"{id}","Host":"h","Finish Time":1114}},"Task Metrics":{{"Shuffle Write Metrics":{{"Shuffle Bytes Written":5}}}}}}"#,
                stage * 2
            ));
            engine.take(&format!(
                r#"{{"Event":"SparkListenerStageCompleted","Stage Info":{info}}}"#
            ));
        }
        engine.take(&job_end(id));
        engine.take(&sql_end(id, ""));
        engine.take(&format!(
            r#"{{"Event":"SparkListenerExecutorRemoved","Timestamp":1100,"Executor ID":"{id}","Removed Reason":"idle"}}"#
        ));
    }
    for id in 0..70_000_i64 {
        let time = 1_795_305_600_000 + id;
        let batch = format!(r#"{{"spark.streaming.internal.batchTime":"{time}"}}"#);
        engine.take(&job_start(50_000 + id, &[], &batch));
        engine.take(&job_end(50_000 + id));
        for step in ["Started", "Finished", "Closed"] {
            engine.take(&format!(
                r#"{{"Event":"org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}","operationId":"0190c2f5-5f4a-7cc0-8ee7-{time:012}","eventTime":1100}}"#
            ));
        }
    }
    engine.assert_bounded(MIB);
    let (summary, _) = engine.finish(Ending::Open);
    assert_eq!(summary.open_spans, 2, "the application and the last batch");
    assert_eq!((summary.interrupted_spans, summary.evicted_spans), (0, 0));
}

/// Scenario: more things are open than a driver can have running: one query with a job, then 20 000 that are
/// only begun.
/// Guarantees: as many as there is room for are open; those that are closed, marked, are the longest silent
/// ones without a job.
#[test]
fn longest_silent_things_close_when_too_many_are_open() {
    let settings = Settings::default();
    let mut engine = Engine::new(settings);
    let mut spans: Vec<Span> = Vec::new();
    let mut take = |line: &str, spans: &mut Vec<Span>| {
        let event = Event::parse(line.as_bytes()).unwrap();
        engine.event(&event, spans).unwrap();
    };
    take(APPLICATION_START, &mut spans);
    take(&sql_start(0, "null"), &mut spans);
    take(&job_start(0, &[], &in_query(0)), &mut spans);
    for id in 1..20_000 {
        take(&sql_start(id, "null"), &mut spans);
        if id == 5000 {
            // Number 1 is heard of again.
            take(
                r#"{"Event":"org.apache.spark.sql.execution.ui.SparkListenerDriverAccumUpdates","executionId":1,"accumUpdates":[[1,1]]}"#,
                &mut spans,
            );
        }
    }
    let closed: Vec<Option<i64>> = spans
        .iter()
        .map(|span| {
            assert!(span.attribute(attribute::SPARK_SPAN_INTERRUPTED).is_some());
            span.attribute(attribute::SPARK_SQL_EXECUTION_ID)?.as_int()
        })
        .collect();
    let expected = 20_001 - 16_384;
    assert_eq!(closed, (2..2 + expected).map(Some).collect::<Vec<_>>());
    let summary = engine.finish(Ending::Open, &mut spans);
    assert_eq!(summary.open_spans, 16_385, "the application's own too");
    assert_eq!(summary.interrupted_spans, 3617);
}

/// Makes events that nobody would write: any of any, with texts and plans of any size, about things that are
/// few, or ever new.
struct Chaos {
    random: Random,
    /// How many ids of a kind are in play.
    range: usize,
    /// After how many events there is one more id.
    pace: i64,
    events: i64,
}

impl Chaos {
    fn id(&mut self) -> i64 {
        let drawn = i64::try_from(self.random.below(self.range)).unwrap();
        match self.random.below(1000) {
            0 => -drawn,
            1 => i64::MAX - drawn,
            _ => self.events / self.pace + drawn,
        }
    }

    fn text(&mut self) -> String {
        let length = match self.random.below(400) {
            0 => 200_000,
            number if number < 10 => 10_000,
            number => number,
        };
        "word ".repeat(length / 5)
    }

    fn properties(&mut self) -> String {
        let id = self.id();
        let root = if self.random.below(3) == 0 {
            self.id()
        } else {
            id
        };
        let sql =
            format!(r#""spark.sql.execution.id":"{id}","spark.sql.execution.root.id":"{root}""#);
        let number = self.id();
        let kind = match self.random.below(8) {
            0 => String::from(r#""x":"y""#),
            1 => format!(
                r#""sql.streaming.queryId":"q{}","streaming.sql.batchId":"{number}",{sql}"#,
                number % 3
            ),
            2 => format!(r#""spark.streaming.internal.batchTime":"{number}""#),
            3 => format!(
                r#""spark.job.tags":"SparkConnect_OperationTag_User_u_Session_s_Operation_o{number}",{sql}"#
            ),
            4 => format!(
                r#""traceparent":"00-{:032x}-{:016x}-0{}",{sql}"#,
                7,
                7,
                number & 1
            ),
            _ => sql,
        };
        let text = self.text();
        format!(r#"{{"spark.job.description":"{text}",{kind}}}"#)
    }

    fn stages(&mut self) -> Vec<i64> {
        let length = if self.random.below(200) == 0 { 2000 } else { 3 };
        (0..self.random.below(length)).map(|_| self.id()).collect()
    }

    fn stage_info(&mut self) -> String {
        let (id, attempt, parent) = (self.id(), self.random.below(12), self.id());
        let name = self.text();
        let mut accumulables = String::new();
        for number in 0..self.random.below(20) {
            let comma = if number == 0 { "" } else { "," };
            let metric = self.id().wrapping_mul(20);
            let _ = write!(
                accumulables,
                r#"{comma}{{"ID":{metric},"Value":"{number}","Metadata":"sql"}}"#
            );
        }
        format!(
            r#"{{"Stage ID":{id},"Stage Attempt ID":{attempt},"Stage Name":"{name}","Number of Tasks":2,"RDD Info":[{{"RDD ID":{id}}}],"Parent IDs":[{parent}],"Submission Time":1100,"Completion Time":1200,"Accumulables":[{accumulables}]}}"#
        )
    }

    fn task(&mut self) -> String {
        let (stage, attempt, task) = (self.id(), self.random.below(3), self.id());
        let executor = task % 5000;
        format!(
            r#""Stage ID":{stage},"Stage Attempt ID":{attempt},"Task Info":{{"Task ID":{task},"Launch Time":1100,"Executor ID":"{executor}","Host":"h{executor}","Finish Time":1150}}"#
        )
    }

    fn event(&mut self) -> String {
        self.events += 1;
        let id = self.id();
        match self.random.below(22) {
            0 | 1 => {
                let (stages, properties) = (self.stages(), self.properties());
                job_start(id, &stages, &properties)
            }
            2 => job_end(id),
            3 | 4 => {
                let (info, properties) = (self.stage_info(), self.properties());
                format!(
                    r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{info},"Properties":{properties}}}"#
                )
            }
            5 => {
                let info = self.stage_info();
                format!(r#"{{"Event":"SparkListenerStageCompleted","Stage Info":{info}}}"#)
            }
            6..=8 => format!(r#"{{"Event":"SparkListenerTaskStart",{}}}"#, self.task()),
            9..=11 => {
                let reasons = [
                    "Success",
                    "Success",
                    "Resubmitted",
                    "TaskKilled",
                    "ExceptionFailure",
                ];
                let reason = reasons[self.random.below(reasons.len())];
                let (task, text) = (self.task(), self.text());
                format!(
                    r#"{{"Event":"SparkListenerTaskEnd","Task End Reason":{{"Reason":"{reason}","Class Name":"x.Error","Description":"{text}"}},{task},"Task Metrics":{{"Shuffle Write Metrics":{{"Shuffle Bytes Written":5}}}}}}"#
                )
            }
            12 | 13 => {
                let size = if self.random.below(100) == 0 {
                    500_000
                } else {
                    5000
                };
                sql_start(id, &plan(self.random.below(size)))
            }
            14 => {
                let size = if self.random.below(100) == 0 {
                    500_000
                } else {
                    9000
                };
                let plan = plan(self.random.below(size));
                format!(
                    r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLAdaptiveExecutionUpdate","executionId":{id},"sparkPlanInfo":{plan}}}"#
                )
            }
            15 => format!(
                r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerDriverAccumUpdates","executionId":{id},"accumUpdates":[[{id},1],[1,{id}]]}}"#
            ),
            16 => {
                let text = self.text();
                format!(
                    r#"{{"Event":"io.sparkspan.SqlPlanningEvent","executionId":{id},"sqlText":"{text}","phases":[{{"name":"planning","startTimeMs":1,"endTimeMs":2}}]}}"#
                )
            }
            17 => {
                let message = if self.random.below(2) == 0 {
                    String::new()
                } else {
                    self.text()
                };
                sql_end(id, &message)
            }
            18 => format!(
                r#"{{"Event":"org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent","progress":{{"id":"q{}","runId":"r","timestamp":"1970-01-01T00:00:01.500Z","batchId":{id},"durationMs":{{"addBatch":5}}}}}}"#,
                id % 3
            ),
            19 => format!(
                r#"{{"Event":"org.apache.spark.sql.streaming.StreamingQueryListener$QueryTerminatedEvent","id":"q{}","runId":"r"}}"#,
                id % 3
            ),
            20 => {
                let steps = ["Started", "Finished", "Closed"];
                let step = steps[self.random.below(steps.len())];
                let text = self.text();
                format!(
                    r#"{{"Event":"org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}","operationId":"o{id}","eventTime":1100,"statementText":"{text}"}}"#
                )
            }
            _ => {
                let (executor, text) = (id % 5000, self.text());
                if self.random.below(2) == 0 {
                    format!(
                        r#"{{"Event":"SparkListenerExecutorRemoved","Timestamp":1100,"Executor ID":"{executor}","Removed Reason":"{text}"}}"#
                    )
                } else {
                    format!(
                        r#"{{"Event":"SparkListenerExecutorAdded","Timestamp":1100,"Executor ID":"{executor}","Executor Info":{{"Host":"h","Total Cores":1,"Attributes":{{"K8S_POD_NAME":"pod-{executor}"}}}}}}"#
                    )
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: ProptestConfig::default().cases.div_ceil(32),
        ..ProptestConfig::default()
    })]

    /// Scenario: 20 000 events of any kind, lost and doubled, about things that are few or ever new, with
    /// texts and plans of any size.
    /// Guarantees: memory stays within the budget at every moment; what is sent is trees, and every span is
    /// sent once.
    #[test]
    fn any_events_are_held_within_the_budget(
        seed in any::<u64>(),
        range in prop_oneof![Just(10_usize), Just(300), Just(100_000)],
        pace in prop_oneof![Just(1_i64), Just(20), Just(1_000_000)],
        budget in prop_oneof![Just(50_000_usize), Just(MIB), Just(8 * MIB)],
        sampler in prop_oneof![Just(Sampler::AlwaysOn), Just(Sampler::AlwaysOff), Just(Sampler::Ratio(0.3))],
        scope in prop_oneof![Just(Scope::Application), Just(Scope::Unit)],
        planning_follows in any::<bool>(),
    ) {
        const EVENTS: usize = 20_000;
        let settings = Settings {
            sampler,
            scope,
            planning_follows,
            max_memory_bytes: budget,
            ..Settings::default()
        }
        .in_force();
        let chaos = || Chaos { random: Random(seed), range, pace, events: 0 };

        let mut engine = Watched::new(&settings);
        let mut events = chaos();
        for _ in 0..EVENTS {
            engine.take(&events.event());
        }
        engine.assert_bounded(budget);
        let (summary, _) = engine.finish(Ending::Final);

        let mut engine = Engine::new(settings);
        let mut spans = Vec::new();
        let mut events = chaos();
        engine.event(&Event::parse(APPLICATION_START.as_bytes()).unwrap(), &mut spans).unwrap();
        for _ in 0..EVENTS {
            let line = events.event();
            engine.event(&Event::parse(line.as_bytes()).unwrap(), &mut spans).unwrap();
            prop_assert!(engine.held_bytes() <= budget);
        }
        prop_assert_eq!(engine.finish(Ending::Final, &mut spans), summary);
        check(&spans, "any events");
    }
}
