//! What a line speaks of.

use super::figures::Figures;

/// How many executors the application has.
pub(super) const EXECUTORS: u64 = 32;

/// Where the application is. Ids are the first ones of the query or job that runs.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) execution: u64,
    pub(super) job: u64,
    pub(super) stage: u64,
    pub(super) rdd: u64,
    pub(super) accumulator: u64,
    /// Tasks of the stage that writes the shuffle.
    pub(super) writers: u64,
    /// Tasks of the stage that reads it.
    pub(super) readers: u64,
    pub(super) now_ms: u64,
    /// When the stage that runs was submitted.
    pub(super) submitted_ms: u64,
    pub(super) running_stage: u64,
    pub(super) attempt: Attempt,
    /// What the attempts of the stage have measured so far.
    pub(super) sums: Figures,
}

/// One attempt at a task.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attempt {
    pub(super) task_id: u64,
    /// The task's place in its stage.
    pub(super) index: u64,
    /// Which attempt at this place it is, from 0.
    pub(super) number: u64,
    pub(super) launched_ms: u64,
    pub(super) fate: Fate,
    pub(super) figures: Figures,
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Fate {
    #[default]
    Succeeds,
    Fails,
    /// It is a speculative copy that comes in second.
    IsKilled,
}

impl Attempt {
    pub(super) const fn executor(&self) -> u64 {
        self.task_id % EXECUTORS
    }
}
