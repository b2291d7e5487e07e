//! The tasks of a stage.

use std::collections::{BTreeMap, VecDeque};
use std::io;

use super::figures::Figures;
use super::scene::{Attempt, EXECUTORS, Fate};
use super::stencil::Stencil;
use super::{StageTotals, Writer};

/// How many tasks run at once: four on each executor.
const CORES: usize = 128;
/// One task of so many fails once.
const TASKS_PER_FAILURE: u64 = 1_000;
/// One task of so many gets a speculative copy.
const TASKS_PER_COPY: u64 = 1_500;
/// One task of so many runs twenty times as long as usual.
const TASKS_PER_STRAGGLER: u64 = 5_000;
const SCHEDULER_DELAY_MS: u64 = 7;

/// The lines of an attempt that do not depend on its stage.
pub(super) struct AttemptLines {
    start: Stencil,
    start_of_copy: Stencil,
    failure: Stencil,
    kill: Stencil,
}

impl AttemptLines {
    pub(super) fn new() -> Self {
        let line = |line: &'static str| Stencil::cut(line.trim_end());
        Self {
            start: line(include_str!("lines/task_start.json")),
            start_of_copy: line(include_str!("lines/task_start_of_copy.json")),
            failure: line(include_str!("lines/task_failure.json")),
            kill: line(include_str!("lines/task_kill.json")),
        }
    }
}

/// What a stage does with the shuffle.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shuffle {
    Write,
    /// It reads what was written.
    Read {
        bytes: u64,
        records: u64,
    },
}

impl Writer<'_> {
    /// Runs all tasks of the stage, and tells what the next stage has to read.
    pub(super) fn run_stage(
        &mut self,
        success: &Stencil,
        lines: &AttemptLines,
        shuffle: Shuffle,
    ) -> io::Result<Shuffle> {
        let tasks = match shuffle {
            Shuffle::Write => self.scene.writers,
            Shuffle::Read { .. } => self.scene.readers,
        };
        let mut totals = StageTotals {
            stage_id: self.scene.running_stage,
            ..StageTotals::default()
        };
        self.scene.sums = Figures::default();
        let mut pending: VecDeque<(u64, u64)> = (0..tasks).map(|index| (index, 0)).collect();
        // By when it ends; the Task ID tells apart what ends at the same time.
        let mut running: BTreeMap<(u64, u64), Attempt> = BTreeMap::new();
        loop {
            while running.len() < CORES
                && let Some((index, number)) = pending.pop_front()
            {
                let fails = number == 0 && index % TASKS_PER_FAILURE == TASKS_PER_FAILURE - 1;
                let fate = if fails { Fate::Fails } else { Fate::Succeeds };
                let mut attempt = self.launch(index, number, fate);
                let share = Share { index, of: tasks };
                attempt.figures = attempt.measure(shuffle, share);
                let busy_ms = attempt.figures.deserialize_ms + attempt.figures.run_ms;
                let end_ms = attempt.launched_ms + busy_ms + SCHEDULER_DELAY_MS;
                self.scene.attempt = attempt;
                self.put(&lines.start)?;
                running.insert((end_ms, attempt.task_id), attempt);
                if index % TASKS_PER_COPY == TASKS_PER_COPY - 1 {
                    let copy = self.launch(index, number + 1, Fate::IsKilled);
                    self.scene.attempt = copy;
                    self.put(&lines.start_of_copy)?;
                    running.insert((end_ms + 1, copy.task_id), copy);
                }
            }
            let Some(((end_ms, _), attempt)) = running.pop_first() else {
                break;
            };
            self.scene.now_ms = self.scene.now_ms.max(end_ms);
            self.scene.attempt = attempt;
            self.scene.sums.add(&attempt.figures);
            match attempt.fate {
                Fate::Succeeds => {
                    totals.succeeded += 1;
                    self.put(success)?;
                }
                Fate::Fails => {
                    totals.failed += 1;
                    pending.push_front((attempt.index, attempt.number + 1));
                    self.put(&lines.failure)?;
                }
                Fate::IsKilled => {
                    totals.killed += 1;
                    self.put(&lines.kill)?;
                }
            }
        }
        let sums = self.scene.sums;
        totals.run_ms = sums.run_ms;
        totals.written_bytes = sums.written_bytes;
        totals.written_records = sums.written_records;
        totals.remote_bytes = sums.remote_bytes;
        totals.local_bytes = sums.local_bytes;
        totals.read_records = sums.read_records;
        self.totals.stages.push(totals);
        Ok(Shuffle::Read {
            bytes: sums.written_bytes,
            records: sums.written_records,
        })
    }

    fn launch(&mut self, index: u64, number: u64, fate: Fate) -> Attempt {
        let task_id = self.next_task_id;
        self.next_task_id += 1;
        Attempt {
            task_id,
            index,
            number,
            launched_ms: self.scene.now_ms,
            fate,
            figures: Figures::default(),
        }
    }
}

/// One of several parts that are as equal as whole numbers can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) index: u64,
    pub(super) of: u64,
}

impl Share {
    /// All parts add up to the total.
    pub(super) const fn part(self, total: u64) -> u64 {
        total * (self.index + 1) / self.of - total * self.index / self.of
    }
}

impl Attempt {
    fn measure(&self, shuffle: Shuffle, share: Share) -> Figures {
        // A multiplicative hash: well spread, and the same each time.
        let number = |salt: u64, below: u64| {
            let hash = (self.task_id * 16 + salt + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (hash >> 20) % below
        };
        let straggles = self.task_id % TASKS_PER_STRAGGLER == TASKS_PER_STRAGGLER - 1;
        let run_ms = (200 + number(0, 1_800)) * if straggles { 20 } else { 1 };
        let measured = Figures {
            deserialize_ms: 2 + number(1, 10),
            deserialize_cpu_ns: 1_000_000 + number(2, 8_000_000),
            run_ms,
            cpu_ns: run_ms * (700_000 + number(3, 300_000)),
            peak_bytes: 16 << 20,
            result_bytes: 2_000 + number(4, 2_000),
            gc_ms: number(5, 20),
            rows: 10_000 + number(6, 100_000),
            ..Figures::default()
        };
        match shuffle {
            // What a failed attempt wrote counts for nothing.
            _ if self.fate == Fate::Fails => measured,
            Shuffle::Write => Figures {
                written_bytes: 100_000 + number(7, 10_000_000),
                written_records: 10_000 + number(8, 100_000),
                write_ns: 1_000_000 + number(9, 50_000_000),
                ..measured
            },
            Shuffle::Read { bytes, records } => {
                let bytes = share.part(bytes);
                Figures {
                    local_bytes: bytes / EXECUTORS,
                    remote_bytes: bytes - bytes / EXECUTORS,
                    local_blocks: 1 + number(10, 8),
                    remote_blocks: 100 + number(11, 200),
                    fetch_wait_ms: number(12, 50),
                    read_records: share.part(records),
                    ..measured
                }
            }
        }
    }
}
