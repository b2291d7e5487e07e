//! What the agent has to say. Native code must not write to a driver's output, so that the plugin fetches
//! the lines and logs them as Spark's other ones.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// How many lines wait at the most; more would be the same one again.
const LINES_LIMIT: usize = 100;

/// How much a line matters, by slf4j's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// How it goes.
    Info,
    /// Something is not as it should be.
    Warn,
}

/// Something said.
#[derive(Debug, Serialize)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// The words.
    pub message: String,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

pub(crate) fn info(message: impl fmt::Display) {
    write(Level::Info, message.to_string());
}

pub(crate) fn warn(message: impl fmt::Display) {
    write(Level::Warn, message.to_string());
}

fn write(level: Level, message: String) {
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.len() < LINES_LIMIT {
        lines.push(Line { level, message });
    }
}

/// Takes the lines that wait.
pub(crate) fn take() -> Vec<Line> {
    std::mem::take(&mut LINES.lock().unwrap_or_else(PoisonError::into_inner))
}
