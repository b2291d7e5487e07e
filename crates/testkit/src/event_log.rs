//! Event logs of any size, in Spark's own form.
//!
//! Every line is one that Spark 3.5.9 wrote, with other numbers in it: the application repeats a SQL
//! query and an RDD job, each with a shuffle, and the first query is far larger than the others. Tasks run as
//! many at once as the executors have cores; some straggle, some fail and are tried again, some are
//! killed because their speculative copy, or their original, was faster. The same size always gives
//! the same bytes.

mod figures;
mod scene;
mod stage;
mod stencil;

use std::io::{self, Write};

use scene::{EXECUTORS, Scene};
use stage::{AttemptLines, Share, Shuffle};
use stencil::Stencil;

/// One task of so many reads the shuffle, the others write it.
const TASKS_PER_READER: u64 = 5;
/// The first query has this part of all tasks.
const LARGE_PART: u64 = 6;
/// When the application starts, milliseconds since the Unix epoch.
const START_MS: u64 = 1_795_305_600_000;

/// The log of one application, which is nowhere: it is written when it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct EventLog {
    /// How many tasks there are; failed attempts and speculative copies come on top.
    pub tasks: u64,
    /// How many queries and RDD jobs share them, at least two.
    pub works: u64,
}

/// What a log says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Its size.
    pub bytes: u64,
    /// Its lines.
    pub events: u64,
    /// SQL executions.
    pub executions: u64,
    /// Jobs.
    pub jobs: u64,
    /// Every stage that ran, in order of its id.
    pub stages: Vec<StageTotals>,
}

/// What a log says of a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StageTotals {
    /// `Stage ID`.
    pub stage_id: u64,
    /// Task attempts that succeeded.
    pub succeeded: u64,
    /// Task attempts that failed.
    pub failed: u64,
    /// Task attempts that were killed.
    pub killed: u64,
    /// `Executor Run Time` of all attempts that measured it, milliseconds.
    pub run_ms: u64,
    /// `Shuffle Bytes Written`.
    pub written_bytes: u64,
    /// `Shuffle Records Written`.
    pub written_records: u64,
    /// `Remote Bytes Read`.
    pub remote_bytes: u64,
    /// `Local Bytes Read`.
    pub local_bytes: u64,
    /// `Total Records Read`.
    pub read_records: u64,
}

impl Totals {
    /// Task attempts of all stages.
    pub fn attempts(&self) -> u64 {
        let attempts = |stage: &StageTotals| stage.succeeded + stage.failed + stage.killed;
        self.stages.iter().map(attempts).sum()
    }
}

impl EventLog {
    /// Writes the log, about 5 KB a task, and tells what it says.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<Totals> {
        let mut writer = Writer::new(out);
        writer.put_all(include_str!("event_log/lines/head.jsonl"))?;
        for executor in 0..EXECUTORS {
            writer.scene.attempt.task_id = executor;
            writer.put_all(include_str!("event_log/lines/executor.jsonl"))?;
        }
        let query = Work::query();
        let rdd_job = Work::rdd_job();
        let attempts = AttemptLines::new();
        let kinds = [&query, &query, &query, &rdd_job];
        let large = self.tasks / LARGE_PART;
        writer.run(&query, &attempts, large)?;
        let others = self.works - 1;
        for (index, kind) in (0..others).zip(kinds.into_iter().cycle()) {
            let share = Share { index, of: others };
            writer.run(kind, &attempts, share.part(self.tasks - large))?;
        }
        writer.put_all(include_str!("event_log/lines/end.jsonl"))?;
        Ok(writer.totals)
    }
}

/// Something that an application does again and again, as lines. The line of a task's end stands for
/// all tasks of its stage.
struct Work {
    lines: Vec<Stencil>,
    executions: u64,
    jobs: u64,
    stages: u64,
    rdds: u64,
    accumulators: u64,
    /// Which of its stages writes the shuffle, and which reads it. Spark skips any other.
    running: [u64; 2],
}

impl Work {
    fn query() -> Self {
        Self {
            lines: Stencil::cut_all(include_str!("event_log/lines/query.jsonl")),
            executions: 1,
            jobs: 2,
            stages: 3,
            rdds: 7,
            accumulators: 137,
            running: [0, 2],
        }
    }

    fn rdd_job() -> Self {
        Self {
            lines: Stencil::cut_all(include_str!("event_log/lines/rdd_job.jsonl")),
            executions: 0,
            jobs: 1,
            stages: 2,
            rdds: 6,
            accumulators: 63,
            running: [0, 1],
        }
    }
}

/// A log that is being written.
struct Writer<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
    scene: Scene,
    totals: Totals,
    next_task_id: u64,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            line: Vec::new(),
            scene: Scene {
                now_ms: START_MS,
                ..Scene::default()
            },
            totals: Totals::default(),
            next_task_id: 0,
        }
    }

    fn put_all(&mut self, lines: &'static str) -> io::Result<()> {
        for line in Stencil::cut_all(lines) {
            self.scene.now_ms += 1;
            self.put(&line)?;
        }
        Ok(())
    }

    fn put(&mut self, line: &Stencil) -> io::Result<()> {
        self.line.clear();
        line.fill(&self.scene, &mut self.line);
        self.totals.bytes += self.line.len() as u64;
        self.totals.events += 1;
        self.out.write_all(&self.line)
    }

    fn run(&mut self, work: &Work, attempts: &AttemptLines, tasks: u64) -> io::Result<()> {
        self.scene.readers = (tasks / TASKS_PER_READER).max(1);
        self.scene.writers = tasks.saturating_sub(self.scene.readers).max(1);
        let mut shuffle = Shuffle::Write;
        let mut running = work.running.iter();
        for line in &work.lines {
            self.scene.now_ms += 1;
            if line.is("SparkListenerTaskEnd") {
                shuffle = self.run_stage(line, attempts, shuffle)?;
                continue;
            }
            if line.is("SparkListenerStageSubmitted") {
                self.scene.submitted_ms = self.scene.now_ms;
                self.scene.running_stage =
                    self.scene.stage + running.next().copied().unwrap_or_default();
            }
            self.put(line)?;
        }
        self.scene.execution += work.executions;
        self.scene.job += work.jobs;
        self.scene.stage += work.stages;
        self.scene.rdd += work.rdds;
        self.scene.accumulator += work.accumulators;
        self.totals.executions += work.executions;
        self.totals.jobs += work.jobs;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sparkspan_events::Event;

    use super::*;

    fn written(log: EventLog) -> (Vec<u8>, Totals) {
        let mut bytes = Vec::new();
        let totals = log.write(&mut bytes).unwrap();
        (bytes, totals)
    }

    /// Scenario: a log is written twice and read by sparkspan's own parser.
    /// Guarantees: it is the same each time, every line is an event as Spark writes it, and the totals
    /// are those of the log.
    #[test]
    fn log_is_what_its_totals_say() {
        let log = EventLog {
            tasks: 10_000,
            works: 5,
        };
        let (bytes, totals) = written(log);
        assert!(written(log) == (bytes.clone(), totals.clone()));
        assert_eq!(bytes.len() as u64, totals.bytes);
        let (mut events, mut attempts) = (0, 0);
        let mut outcomes = [0; 3];
        for line in bytes.trim_ascii_end().split(|byte| *byte == b'\n') {
            events += 1;
            match Event::parse(line).unwrap() {
                Event::TaskStart(_) => attempts += 1,
                Event::TaskEnd(event) => match &*event.reason.reason {
                    "Success" => outcomes[0] += 1,
                    "ExceptionFailure" => outcomes[1] += 1,
                    _ => outcomes[2] += 1,
                },
                Event::Other(name) => assert!(
                    ["BlockManagerAdded", "ResourceProfileAdded"]
                        .iter()
                        .any(|known| name.ends_with(known)),
                    "{name}"
                ),
                _ => {}
            }
        }
        assert_eq!(events, totals.events);
        assert_eq!(attempts, totals.attempts());
        let total = |count: fn(&StageTotals) -> u64| totals.stages.iter().map(count).sum::<u64>();
        let expected = [
            total(|stage| stage.succeeded),
            total(|stage| stage.failed),
            total(|stage| stage.killed),
        ];
        assert_eq!(outcomes, expected);
        assert!(expected.iter().all(|count| *count > 0), "{expected:?}");
    }

    #[test]
    fn readers_of_a_shuffle_read_what_was_written() {
        let (_, totals) = written(EventLog {
            tasks: 4_000,
            works: 3,
        });
        for shuffle in totals.stages.chunks(2) {
            let [writers, readers] = shuffle else {
                panic!("a stage has no reader: {shuffle:?}");
            };
            assert_eq!(
                readers.remote_bytes + readers.local_bytes,
                writers.written_bytes
            );
            assert_eq!(readers.read_records, writers.written_records);
        }
    }
}
