//! Events in any order, with losses and repetitions: a bus drops them, threads interleave them, logs are
//! cut.
//!
//! `PROPTEST_CASES` says how many orders are tried; proptest prints the seed of one that fails.

use std::sync::LazyLock;

use proptest::prelude::*;
use sparkspan_engine::{Ending, Engine, Sampler, Scope, Settings, TaskDetail};
use sparkspan_events::Event;
use sparkspan_model::Span;
use sparkspan_semconv::attribute;

use crate::fixtures;
use crate::invariants::check;

/// The events by which an application is known; what comes before them cannot be identified.
const HEAD: [&str; 3] = [
    "SparkListenerLogStart",
    "SparkListenerEnvironmentUpdate",
    "SparkListenerApplicationStart",
];

type Lines = Vec<Vec<u8>>;

/// The lines of the smaller fixtures: head and work.
static LOGS: LazyLock<Vec<(Lines, Lines)>> = LazyLock::new(|| {
    let is_head = |line: &Vec<u8>| {
        let start = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        HEAD.iter().any(|event| start.contains(event))
    };
    fixtures::all()
        .into_iter()
        .filter(|fixture| !fixture.name.ends_with("many_tasks"))
        .map(|fixture| fixture.lines().into_iter().partition(is_head))
        .collect()
});

/// A small generator whose numbers follow from its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `limit` (splitmix64).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 16).unwrap() % limit
    }
}

/// The lines with some lost, some there twice, and each up to `reach` places from where it was.
fn disturb(lines: &[Vec<u8>], seed: u64, lost: usize, twice: usize, reach: usize) -> Vec<&[u8]> {
    let mut random = Random(seed);
    let mut disturbed: Vec<(usize, &[u8])> = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let copies = match random.below(100) {
            number if number < lost => 0,
            number if number < lost + twice => 2,
            _ => 1,
        };
        for _ in 0..copies {
            disturbed.push((place + random.below(reach + 1), line));
        }
    }
    disturbed.sort_by_key(|(place, _)| *place);
    disturbed.into_iter().map(|(_, line)| line).collect()
}

fn trace<'a>(lines: impl Iterator<Item = &'a [u8]>, settings: Settings) -> Vec<Span> {
    let mut engine = Engine::new(settings);
    let mut spans = Vec::new();
    for line in lines {
        engine
            .event(&Event::parse(line).unwrap(), &mut spans)
            .unwrap();
    }
    engine.finish(Ending::Final, &mut spans);
    spans
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let samplers = prop_oneof![
        Just(Sampler::AlwaysOn),
        Just(Sampler::AlwaysOff),
        Just(Sampler::Ratio(0.3)),
        Just(Sampler::ParentBasedRatio(0.3)),
    ];
    let scopes = prop_oneof![
        Just(Scope::Application),
        Just(Scope::Unit),
        Just(Scope::Auto)
    ];
    let tasks = prop_oneof![
        Just(TaskDetail::Outliers),
        Just(TaskDetail::All),
        Just(TaskDetail::None)
    ];
    let spans = prop_oneof![Just(10_000_usize), Just(5)];
    let bytes = prop_oneof![Just(64_usize << 20), Just(20_000)];
    (samplers, scopes, tasks, any::<bool>(), spans, bytes).prop_map(
        |(sampler, scope, trace_tasks, trace_sql, max_spans, max_memory_bytes)| {
            Settings {
                sampler,
                scope,
                trace_tasks,
                trace_sql,
                max_spans,
                max_memory_bytes,
                ..Settings::default()
            }
            .in_force()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Scenario: a real log whose events are lost, repeated and moved about, under any settings.
    /// Guarantees: the engine does not panic, and what it sends is a tree: one root for a trace, no
    /// orphan, children inside and before their parents; and it is the same when it is done again.
    #[test]
    fn disturbed_log_gives_a_tree(
        seed in any::<u64>(),
        log in any::<prop::sample::Index>(),
        lost in 0_usize..40,
        twice in 0_usize..20,
        reach in prop_oneof![Just(0_usize), 1_usize..20, Just(100_000)],
        settings in any_settings(),
    ) {
        let (head, work) = log.get(&LOGS);
        let lines = || {
            let work = disturb(work, seed, lost, twice, reach);
            head.iter().map(Vec::as_slice).chain(work)
        };
        let spans = trace(lines(), settings.clone());
        check(&spans, &format!("{settings:?}"));
        prop_assert!(trace(lines(), settings) == spans);
    }

    /// Scenario: an application that nobody wrote, of any events with few ids, so that they meet.
    /// Guarantees: as above.
    #[test]
    fn any_events_give_a_tree(
        work in prop::collection::vec(any_event(), 0..120),
        settings in any_settings(),
    ) {
        let head = [
            r#"{"Event":"SparkListenerApplicationStart","App Name":"a","App ID":"app-1","Timestamp":1000,"User":"u"}"#.to_owned(),
        ];
        let lines: Vec<String> = head.into_iter().chain(work).collect();
        let spans = trace(lines.iter().map(String::as_bytes), settings.clone());
        check(&spans, &format!("{settings:?}"));
    }
}

/// Times around a second after the start, in any order, seldom absurd.
fn any_time() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 1000_i64..2000, 1 => Just(0), 1 => Just(-5), 1 => Just(i64::MAX), 1 => Just(i64::MIN)]
}

/// Every second execution runs within the one before it.
const fn root_of(execution_id: i64) -> i64 {
    execution_id - execution_id % 2
}

/// Local properties of a job outside SQL, in SQL, of a micro-batch, or with a caller.
fn any_properties() -> impl Strategy<Value = String> {
    let sql = (0..4_i64).prop_map(|id| {
        format!(
            r#""spark.sql.execution.id":"{id}","spark.sql.execution.root.id":"{}""#,
            root_of(id)
        )
    });
    let batch = (0..3_i64, 0..4_i64).prop_map(|(batch, id)| {
        format!(
            r#""sql.streaming.queryId":"q","streaming.sql.batchId":"{batch}","spark.sql.execution.id":"{id}","spark.sql.execution.root.id":"{id}""#
        )
    });
    let connect = (0..3_i64, 0..4_i64).prop_map(|(operation, id)| {
        format!(
            r#""spark.job.tags":"SparkConnect_OperationTag_User_u_Session_s_Operation_o{operation}","spark.sql.execution.id":"{id}""#
        )
    });
    let caller = (1..3_i64, 0..2_i64).prop_map(|(caller, flag)| {
        format!(r#","traceparent":"00-{caller:032x}-{caller:016x}-0{flag}""#)
    });
    let kind = prop_oneof![Just(r#""x":"y""#.to_owned()), sql, batch, connect];
    (kind, prop_oneof![3 => Just(String::new()), 1 => caller])
        .prop_map(|(kind, caller)| format!("{{{kind}{caller}}}"))
}

fn any_event() -> impl Strategy<Value = String> {
    let stage_info = |id: i64, attempt: i64, time: i64| {
        format!(
            r#"{{"Stage ID":{id},"Stage Attempt ID":{attempt},"Stage Name":"n","Number of Tasks":2,"RDD Info":[{{"RDD ID":{id}}}],"Parent IDs":[{}],"Submission Time":{time},"Completion Time":{time}}}"#,
            id - 1
        )
    };
    let job_start = (0..4_i64, any_time(), prop::collection::vec(0..5_i64, 0..4), any_properties())
        .prop_map(move |(job, time, stages, properties)| {
            let infos: Vec<String> = stages.iter().map(|id| stage_info(*id, 0, time)).collect();
            format!(
                r#"{{"Event":"SparkListenerJobStart","Job ID":{job},"Submission Time":{time},"Stage Infos":[{}],"Stage IDs":{stages:?},"Properties":{properties}}}"#,
                infos.join(",")
            )
        });
    let job_end = (0..4_i64, any_time(), any::<bool>()).prop_map(|(job, time, failed)| {
        let result = if failed { "JobFailed" } else { "JobSucceeded" };
        format!(
            r#"{{"Event":"SparkListenerJobEnd","Job ID":{job},"Completion Time":{time},"Job Result":{{"Result":"{result}"}}}}"#
        )
    });
    let submitted = (0..5_i64, 0..2_i64, any_time(), any_properties()).prop_map(
        move |(stage, attempt, time, properties)| {
            format!(
                r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{},"Properties":{properties}}}"#,
                stage_info(stage, attempt, time)
            )
        },
    );
    let completed = (0..5_i64, 0..2_i64, any_time()).prop_map(move |(stage, attempt, time)| {
        format!(
            r#"{{"Event":"SparkListenerStageCompleted","Stage Info":{}}}"#,
            stage_info(stage, attempt, time)
        )
    });
    // No two stages share a Task ID.
    let task_id = |stage: i64, attempt: i64, task: i64| stage * 100 + attempt * 10 + task;
    let task_info = |task: i64, launch: i64, finish: i64| {
        format!(
            r#"{{"Task ID":{task},"Launch Time":{launch},"Executor ID":"{}","Host":"h","Finish Time":{finish}}}"#,
            task % 2
        )
    };
    let task_start = (0..5_i64, 0..2_i64, 0..9_i64, any_time()).prop_map(
        move |(stage, attempt, task, time)| {
            let task = task_id(stage, attempt, task);
            format!(
                r#"{{"Event":"SparkListenerTaskStart","Stage ID":{stage},"Stage Attempt ID":{attempt},"Task Info":{}}}"#,
                task_info(task, time, 0)
            )
        },
    );
    let reason = prop_oneof![
        3 => Just("Success"), 1 => Just("Resubmitted"), 1 => Just("TaskKilled"),
        1 => Just("ExecutorLostFailure"),
    ];
    let task_end = (0..5_i64, 0..2_i64, 0..9_i64, any_time(), any_time(), reason).prop_map(
        move |(stage, attempt, task, launch, finish, reason)| {
            let task = task_id(stage, attempt, task);
            format!(
                r#"{{"Event":"SparkListenerTaskEnd","Stage ID":{stage},"Stage Attempt ID":{attempt},"Task End Reason":{{"Reason":"{reason}"}},"Task Info":{},"Task Metrics":{{"Executor Run Time":{finish},"Shuffle Write Metrics":{{"Shuffle Bytes Written":5}},"Shuffle Read Metrics":{{"Total Records Read":3}}}}}}"#,
                task_info(task, launch, finish)
            )
        },
    );
    prop_oneof![
        3 => job_start, 3 => job_end, 4 => submitted, 4 => completed, 6 => task_start, 6 => task_end,
        7 => any_query_event(), 5 => any_other_event(),
    ]
}

fn any_query_event() -> impl Strategy<Value = String> {
    let sql_start = (0..4_i64, any_time()).prop_map(|(id, time)| {
        format!(
            r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart","executionId":{id},"rootExecutionId":{},"description":"d","time":{time}}}"#,
            root_of(id)
        )
    });
    let planning = (0..4_i64, any_time(), any_time()).prop_map(|(id, start, end)| {
        format!(
            r#"{{"Event":"io.sparkspan.SqlPlanningEvent","executionId":{id},"sqlText":"SELECT 1","phases":[{{"name":"planning","startTimeMs":{start},"endTimeMs":{end}}}]}}"#
        )
    });
    let sql_end = (0..4_i64, any_time(), any::<bool>()).prop_map(|(id, time, failed)| {
        let message = if failed { "java.lang.Error: x" } else { "" };
        format!(
            r#"{{"Event":"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd","executionId":{id},"time":{time},"errorMessage":"{message}"}}"#
        )
    });
    prop_oneof![3 => sql_start, 1 => planning, 3 => sql_end]
}

fn any_other_event() -> impl Strategy<Value = String> {
    let progress = (0..3_i64, any::<bool>()).prop_map(|(batch, ran)| {
        let phase = if ran { r#""addBatch":5,"triggerExecution":9"# } else { "" };
        format!(
            r#"{{"Event":"org.apache.spark.sql.streaming.StreamingQueryListener$QueryProgressEvent","progress":{{"id":"q","runId":"r","timestamp":"1970-01-01T00:00:01.500Z","batchId":{batch},"durationMs":{{{phase}}}}}}}"#
        )
    });
    let terminated = Just(
        r#"{"Event":"org.apache.spark.sql.streaming.StreamingQueryListener$QueryTerminatedEvent","id":"q","runId":"r","exception":"java.lang.Error: x"}"#
            .to_owned(),
    );
    let steps = prop_oneof![
        Just("Started"),
        Just("Finished"),
        Just("Failed"),
        Just("Closed")
    ];
    let connect = (0..3_i64, any_time(), steps).prop_map(|(operation, time, step)| {
        format!(
            r#"{{"Event":"org.apache.spark.sql.connect.service.SparkListenerConnectOperation{step}","operationId":"o{operation}","eventTime":{time}}}"#
        )
    });
    let removed = (0..2_i64, any_time()).prop_map(|(executor, time)| {
        format!(
            r#"{{"Event":"SparkListenerExecutorRemoved","Timestamp":{time},"Executor ID":"{executor}","Removed Reason":"r"}}"#
        )
    });
    prop_oneof![1 => progress, 1 => terminated, 2 => connect, 1 => removed]
}

/// What one thread of Spark posts, one after the other, for what another event opens: Spark's scheduler
/// starts a job before its stages, a query before its plan changes.
const IN_ORDER: [[&str; 2]; 4] = [
    ["JobStart", "StageSubmitted"],
    ["SQLExecutionStart", "SQLAdaptiveExecutionUpdate"],
    ["SQLExecutionStart", "DriverAccumUpdates"],
    ["StageSubmitted", "StageCompleted"],
];

/// Scenario: two events of a log that stand side by side are posted in the other order, as two threads may.
/// Guarantees: the spans are the same ones.
#[test]
fn neighbouring_events_may_come_in_the_other_order() {
    for (head, work) in LOGS.iter().filter(|(_, work)| work.len() < 120) {
        let whole = sorted(trace(lines(head, work), Settings::default()));
        for place in 0..work.len() - 1 {
            let [first, second] = [place, place + 1].map(|line| {
                let line = &work[line];
                String::from_utf8_lossy(&line[..line.len().min(100)]).into_owned()
            });
            let is_of = |[one, other]: &[&str; 2]| first.contains(one) && second.contains(other);
            if IN_ORDER.iter().any(is_of) {
                continue;
            }
            let mut swapped = work.clone();
            swapped.swap(place, place + 1);
            let found = sorted(trace(lines(head, &swapped), Settings::default()));
            for (found, whole) in found.iter().zip(&whole) {
                assert_eq!(found, whole, "{second} before {first}");
            }
            assert_eq!(found.len(), whole.len(), "{second} before {first}");
        }
    }
}

/// Scenario: every event of a log comes twice, the second time right after the first, or 50 events later; a plan
/// only right after the first, for nothing tells an older one from one that adaptive execution went back to.
/// Guarantees: the spans are the same ones, but for the count of events that came late.
#[test]
fn events_may_come_twice() {
    for (head, work) in LOGS.iter() {
        let whole = sorted(trace(lines(head, work), Settings::default()));
        for distance in [0, 50] {
            let mut doubled: Vec<(usize, &[u8])> = Vec::new();
            for (place, line) in head.iter().chain(work).enumerate() {
                doubled.push((place, line));
                let is_plan = is(line, "SQLAdaptiveExecutionUpdate");
                let distance = if is_plan { 0 } else { distance };
                doubled.push((place + distance, line));
            }
            doubled.sort_by_key(|(place, _)| *place);
            let doubled = doubled.into_iter().map(|(_, line)| line);
            let found = sorted(trace(doubled, Settings::default()));
            for (found, whole) in found.iter().zip(&whole) {
                assert_eq!(found, whole, "{distance} events later");
            }
            assert_eq!(found.len(), whole.len(), "{distance} events later");
        }
    }
}

/// Whether a line is an event of this name.
fn is(line: &[u8], event: &str) -> bool {
    String::from_utf8_lossy(&line[..line.len().min(100)]).contains(event)
}

fn lines<'a>(head: &'a Lines, work: &'a Lines) -> impl Iterator<Item = &'a [u8]> {
    head.iter().chain(work).map(Vec::as_slice)
}

/// In an order of their own, and without how many events came late: a start after its end changes nothing.
fn sorted(mut spans: Vec<Span>) -> Vec<Span> {
    for span in &mut spans {
        let is_count = |key: &str| key == attribute::SPARK_APP_EVENTS_LATE;
        span.attributes.retain(|found| !is_count(&found.key));
        span.events.sort_by_key(|event| event.time_unix_ns);
    }
    spans.sort_by_key(|span| (span.trace_id, span.span_id));
    spans
}
