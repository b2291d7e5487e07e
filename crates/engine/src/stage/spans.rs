//! A closed stage as spans: its tasks, its shuffles, itself.

use std::sync::Arc;

use sparkspan_model::{Resource, Span};
use sparkspan_redaction::{Identifier, Label, Redaction, SpanName};
use sparkspan_semconv::{key, span, value};

use super::Stage;
use crate::call_site;
use crate::distribution::Quantiles;
use crate::draft::{Draft, Home};
use crate::frame::Interval;
use crate::identity::{Identity, Kind};
use crate::job::count;
use crate::shuffle::{self, Writer};
use crate::task::EndedTask;

/// What a stage needs of its surroundings to turn itself into spans.
pub(crate) struct StageSurroundings<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) redaction: &'a Redaction,
    pub(crate) home: Home,
    /// The resource of the executor that ran a task.
    pub(crate) executor: &'a mut dyn FnMut(&EndedTask) -> Arc<Resource>,
    /// The job that it hangs under.
    pub(crate) job_id: Option<i64>,
    /// The SQL operators that it ran.
    pub(crate) operators: Vec<Identifier>,
    /// Who wrote the shuffles that it read.
    pub(crate) writers: Vec<Writer>,
    pub(crate) with_tasks: bool,
    pub(crate) with_shuffle: bool,
    pub(crate) url: Option<Label>,
}

impl Stage {
    /// Turns itself into spans: its tasks, its shuffles, itself.
    pub(crate) fn into_spans(
        mut self,
        surroundings: StageSurroundings<'_>,
    ) -> (Interval, Vec<Span>) {
        for running in std::mem::take(&mut self.running).into_values() {
            self.counts.unfinished += 1;
            if let Some(lost_ms) = running.lost_ms {
                self.frame
                    .cover(running.launch_ms, lost_ms.max(running.launch_ms));
            }
        }
        let StageSurroundings {
            identity,
            redaction,
            home,
            executor,
            job_id,
            operators,
            writers,
            with_tasks,
            with_shuffle,
            url,
        } = surroundings;
        let key = Self::key(self.stage_id, self.attempt);
        let span_id = identity.span_id(Kind::Stage, &key);
        let inside = |home: &Home| Home {
            parent: Some(span_id),
            parent_is_remote: false,
            ..home.clone()
        };
        let quantiles = self.times.quantiles();
        let stage_key = (self.stage_id, self.attempt);
        let mut spans = Vec::new();
        if with_tasks {
            let median = quantiles.map(|quantiles| quantiles.p50_ms);
            for task in std::mem::take(&mut self.telling).into_outliers(median) {
                let resource = executor(&task);
                let home = Home {
                    resource,
                    ..inside(&home)
                };
                spans.push(task.into_span(stage_key, home, identity, redaction));
            }
        }
        let task_spans = self.sent_tasks + count(spans.len());
        if with_shuffle {
            spans.extend(self.read_span(&key, inside(&home), identity, &writers));
            spans.extend(self.write_span(&key, inside(&home), identity));
        }
        let operators = if operators.is_empty() {
            &self.scopes
        } else {
            &operators
        };
        let interval = self.frame.interval();
        let span_type = value::spark_span_type::STAGE;
        let mut draft = Draft::new(span_type, name(operators), span_id, home.clone(), interval);
        draft.set(key::SPARK_STAGE_ID, self.stage_id);
        draft.set(key::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.set_some(key::SPARK_JOB_ID, job_id);
        draft.ending(&self.frame, self.outcome.as_ref(), None, redaction);
        if !operators.is_empty() {
            draft.set(key::SPARK_STAGE_OPERATORS, operators.clone());
        }
        call_site::describe(&mut draft, &self.name, redaction);
        self.describe_tasks(&mut draft, quantiles, task_spans);
        self.describe_figures(&mut draft);
        draft.set_some(key::SPARK_UI_URL, url);
        for (_, event) in self.resubmitted {
            draft.event(event);
        }
        spans.push(draft.finish());
        (interval, spans)
    }

    fn read_span(
        &self,
        key: &str,
        home: Home,
        identity: &Identity,
        writers: &[Writer],
    ) -> Option<Span> {
        let (start_ms, end_ms) = self.read.hull?;
        let span_id = identity.span_id(Kind::ShuffleRead, key);
        let span_type = value::spark_span_type::SHUFFLE_READ;
        let interval = Interval::new(start_ms, end_ms);
        let mut draft = Draft::new(span_type, span::SHUFFLE_READ, span_id, home, interval);
        draft.set(key::SPARK_STAGE_ID, self.stage_id);
        draft.set(key::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.mark(key::SPARK_SPAN_INCOMPLETE, self.frame.is_incomplete());
        draft.set(key::SPARK_SHUFFLE_READ_TASKS, self.read.tasks);
        shuffle::describe_read(&mut draft, &self.figures.metrics.shuffle_read);
        writers.iter().for_each(|writer| draft.link(writer.link()));
        Some(draft.finish())
    }

    fn write_span(&self, key: &str, home: Home, identity: &Identity) -> Option<Span> {
        let (start_ms, end_ms) = self.wrote.hull?;
        let span_id = identity.span_id(Kind::ShuffleWrite, key);
        let span_type = value::spark_span_type::SHUFFLE_WRITE;
        let interval = Interval::new(start_ms, end_ms);
        let mut draft = Draft::new(span_type, span::SHUFFLE_WRITE, span_id, home, interval);
        draft.set(key::SPARK_STAGE_ID, self.stage_id);
        draft.set(key::SPARK_STAGE_ATTEMPT, self.attempt);
        draft.mark(key::SPARK_SPAN_INCOMPLETE, self.frame.is_incomplete());
        draft.set(key::SPARK_SHUFFLE_WRITE_TASKS, self.wrote.tasks);
        shuffle::describe_write(&mut draft, &self.figures);
        let metrics = &self.figures.metrics;
        draft.set_positive(
            key::SPARK_SHUFFLE_WRITE_MEMORY_SPILLED_BYTES,
            metrics.memory_spilled_bytes,
        );
        draft.set_positive(
            key::SPARK_SHUFFLE_WRITE_DISK_SPILLED_BYTES,
            metrics.disk_spilled_bytes,
        );
        Some(draft.finish())
    }

    fn describe_tasks(&self, draft: &mut Draft, quantiles: Option<Quantiles>, task_spans: i64) {
        let counts = &self.counts;
        draft.set_some(key::SPARK_STAGE_TASKS_TOTAL, self.task_count);
        draft.set(key::SPARK_STAGE_TASKS_SUCCEEDED, counts.succeeded);
        let ended = counts.succeeded + counts.failed + counts.killed;
        for (key, count) in [
            (key::SPARK_STAGE_TASKS_FAILED, counts.failed),
            (key::SPARK_STAGE_TASKS_KILLED, counts.killed),
            (key::SPARK_STAGE_TASKS_SPECULATIVE, counts.speculative),
            (key::SPARK_STAGE_TASKS_RESUBMITTED, counts.resubmitted),
            (key::SPARK_STAGE_TASKS_UNFINISHED, counts.unfinished),
            (key::SPARK_STAGE_TASKS_FOLDED, ended - task_spans),
        ] {
            draft.set_positive(key, count);
        }
        if let Some(Quantiles {
            p50_ms,
            p95_ms,
            max_ms,
        }) = quantiles
        {
            draft.set(key::SPARK_STAGE_TASK_TIME_P50_MS, p50_ms);
            draft.set(key::SPARK_STAGE_TASK_TIME_P95_MS, p95_ms);
            draft.set(key::SPARK_STAGE_TASK_TIME_MAX_MS, max_ms);
            if p50_ms > 0 {
                draft.set(key::SPARK_STAGE_TASK_TIME_SKEW, skew(max_ms, p50_ms));
            }
        }
    }

    fn describe_figures(&self, draft: &mut Draft) {
        let figures = &self.figures;
        let metrics = &figures.metrics;
        draft.set_some(key::SPARK_STAGE_RUN_MS, metrics.run_time_ms.get());
        draft.set_some(key::SPARK_STAGE_CPU_NS, metrics.cpu_time_ns.get());
        draft.set_some(key::SPARK_STAGE_GC_MS, metrics.gc_time_ms.get());
        draft.set_some(
            key::SPARK_STAGE_SCHEDULER_DELAY_MS,
            figures.scheduler_delay_ms.get(),
        );
        draft.set_some(
            key::SPARK_STAGE_DESERIALIZE_MS,
            metrics.deserialize_time_ms.get(),
        );
        draft.set_some(
            key::SPARK_STAGE_DESERIALIZE_CPU_NS,
            metrics.deserialize_cpu_time_ns.get(),
        );
        draft.set_some(
            key::SPARK_STAGE_RESULT_SERIALIZATION_MS,
            metrics.result_serialization_time_ms.get(),
        );
        draft.set_some(
            key::SPARK_STAGE_RESULT_BYTES,
            metrics.result_size_bytes.get(),
        );
        for (key, figure) in [
            (
                key::SPARK_STAGE_GETTING_RESULT_MS,
                figures.getting_result_ms,
            ),
            (
                key::SPARK_STAGE_MEMORY_SPILLED_BYTES,
                metrics.memory_spilled_bytes,
            ),
            (
                key::SPARK_STAGE_DISK_SPILLED_BYTES,
                metrics.disk_spilled_bytes,
            ),
            (
                key::SPARK_STAGE_PEAK_EXECUTION_MEMORY_BYTES,
                metrics.peak_execution_memory_bytes,
            ),
            (key::SPARK_STAGE_INPUT_BYTES, metrics.input.bytes),
            (key::SPARK_STAGE_INPUT_RECORDS, metrics.input.records),
            (key::SPARK_STAGE_OUTPUT_BYTES, metrics.output.bytes),
            (key::SPARK_STAGE_OUTPUT_RECORDS, metrics.output.records),
        ] {
            draft.set_positive(key, figure);
        }
    }
}

/// The name of a stage that ran these operators.
fn name(operators: &[Identifier]) -> SpanName {
    let mut name = Label::default().word(span::STAGE);
    for (index, operator) in operators.iter().enumerate() {
        name.push_word(if index == 0 { " " } else { " > " });
        name.push_name(operator.as_str());
    }
    name.into()
}

/// How many times as long as the median the slowest task took, to two digits.
fn skew(max_ms: u32, p50_ms: u32) -> f64 {
    (f64::from(max_ms) / f64::from(p50_ms) * 100.0).round() / 100.0
}
