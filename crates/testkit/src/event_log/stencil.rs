//! Real lines of Spark 3.5.9 with slots such as `<stage+1>` in place of what varies.

use std::io::Write as _;

use super::figures::Figures;
use super::scene::Scene;

/// A line, cut at its slots.
pub(super) struct Stencil {
    /// Text, and the slot behind it.
    pieces: Vec<(&'static str, Slot)>,
    tail: &'static str,
}

/// A place for a number of the scene, or for one that lies so much above it.
struct Slot {
    number: Number,
    plus: u64,
}

enum Number {
    OfScene(fn(&Scene) -> u64),
    /// Of the task.
    Figure(fn(&Figures) -> u64),
    /// The same of all tasks of the stage that have ended.
    Sum(fn(&Figures) -> u64),
}

impl Stencil {
    pub(super) fn cut(line: &'static str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = line;
        let mut searched = 0;
        while let Some(found) = rest[searched..].find('<') {
            let open = searched + found;
            let slot = rest[open..].find('>').and_then(|length| {
                let close = open + length;
                Some((Slot::named(&rest[open + 1..close])?, close + 1))
            });
            if let Some((slot, end)) = slot {
                pieces.push((&rest[..open], slot));
                rest = &rest[end..];
                searched = 0;
            } else {
                // Spark's own, as in `<init>`.
                searched = open + 1;
            }
        }
        Self { pieces, tail: rest }
    }

    /// All lines of a file.
    pub(super) fn cut_all(lines: &'static str) -> Vec<Self> {
        lines.lines().map(Self::cut).collect()
    }

    /// Whether the line is this event.
    pub(super) fn is(&self, event: &str) -> bool {
        let head = self.pieces.first().map_or(self.tail, |(text, _)| text);
        head.strip_prefix(r#"{"Event":""#)
            .and_then(|name| name.strip_prefix(event))
            .is_some_and(|rest| rest.starts_with('"'))
    }

    /// Appends the line as it is in this scene, with its line end.
    pub(super) fn fill(&self, scene: &Scene, out: &mut Vec<u8>) {
        for (text, Slot { number, plus }) in &self.pieces {
            out.extend_from_slice(text.as_bytes());
            let number = match number {
                Number::OfScene(number) => number(scene),
                Number::Figure(figure) => figure(&scene.attempt.figures),
                Number::Sum(figure) => figure(&scene.sums),
            };
            // Memory takes everything.
            let _ = write!(out, "{}", number + plus);
        }
        out.extend_from_slice(self.tail.as_bytes());
        out.push(b'\n');
    }
}

impl Slot {
    fn named(name: &str) -> Option<Self> {
        let (name, plus) = match name.split_once('+') {
            Some((name, plus)) => (name, plus.parse().ok()?),
            None => (name, 0),
        };
        let of_scene: Option<fn(&Scene) -> u64> = match name {
            "execution" => Some(|scene| scene.execution),
            "job" => Some(|scene| scene.job),
            "stage" => Some(|scene| scene.stage),
            "rdd" => Some(|scene| scene.rdd),
            "accumulator" => Some(|scene| scene.accumulator),
            "writers" => Some(|scene| scene.writers),
            "readers" => Some(|scene| scene.readers),
            "now" => Some(|scene| scene.now_ms),
            "submitted" => Some(|scene| scene.submitted_ms),
            "running_stage" => Some(|scene| scene.running_stage),
            "task" => Some(|scene| scene.attempt.task_id),
            "index" => Some(|scene| scene.attempt.index),
            "attempt" => Some(|scene| scene.attempt.number),
            "launched" => Some(|scene| scene.attempt.launched_ms),
            "executor" => Some(|scene| scene.attempt.executor()),
            _ => None,
        };
        let number = match (of_scene, name.strip_prefix("sum.")) {
            (Some(number), _) => Number::OfScene(number),
            (None, Some(name)) => Number::Sum(Figures::named(name)?),
            (None, None) => Number::Figure(Figures::named(name)?),
        };
        Some(Self { number, plus })
    }
}
