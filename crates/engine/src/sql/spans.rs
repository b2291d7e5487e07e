//! Queries turned into spans.

use sparkspan_events::Oddity;
use sparkspan_model::{Link, Span, SpanKind};
use sparkspan_redaction::{Identifier, Label, Redaction, SpanName};
use sparkspan_semconv::{key, span, value};

use super::Execution;
use crate::call_site;
use crate::draft::{Draft, Home};
use crate::frame::Interval;
use crate::identity::{Identity, Kind};
use crate::job::set_tags;

impl Execution {
    /// Turns itself into spans: its phases, itself. What had to be left out of its last plan is handed back.
    pub(crate) fn into_spans(
        mut self,
        home: &Home,
        links: Vec<Link>,
        kept: Option<&'static str>,
        url: Option<Label>,
        identity: &Identity,
        redaction: &Redaction,
    ) -> (Vec<Span>, Option<Oddity>) {
        let span_id = self.span_id(identity);
        let mut spans = self.phase_spans(home, identity);
        let span_type = value::spark_span_type::SQL;
        let name = self
            .summary
            .as_ref()
            .map_or_else(|| SpanName::from(span::SQL), |s| s.text.clone().into());
        let interval = self.frame.interval();
        let mut draft = Draft::new(span_type, name, span_id, home.clone(), interval);
        if home.parent.is_none() {
            draft.kind(SpanKind::Server);
        }
        draft.set(key::SPARK_SQL_EXECUTION_ID, self.execution_id);
        if self.execution_id != self.root_id {
            draft.set(key::SPARK_SQL_EXECUTION_ROOT_ID, self.root_id);
        }
        draft.ending(&self.frame, self.outcome.as_ref(), kept, redaction);
        draft.set(key::DB_SYSTEM_NAME, "spark");
        if let Some(summary) = &self.summary {
            draft.set(key::DB_OPERATION_NAME, summary.operation.clone());
            draft.set(key::DB_QUERY_SUMMARY, summary.text.clone());
        }
        if let Some(text) = self.text.as_deref().and_then(|text| redaction.sql(text)) {
            draft.text(key::DB_QUERY_TEXT, text);
        }
        let is_told = self.text.is_some() || !self.phases.is_empty();
        let is_unlogged = is_told && self.planning_is_unlogged;
        draft.mark(key::SPARK_SQL_PLANNING_UNLOGGED, is_unlogged);
        self.describe_origin(&mut draft, redaction);
        self.describe_rows(&mut draft);
        let oddity = self.describe_plan(&mut draft);
        draft.set_some(key::SPARK_UI_URL, url);
        links.into_iter().for_each(|link| draft.link(link));
        spans.push(draft.finish());
        (spans, oddity)
    }

    fn phase_spans(&self, home: &Home, identity: &Identity) -> Vec<Span> {
        let parent = Some(self.span_id(identity));
        let phase_span = |(name, interval): &(String, Interval)| {
            let key = format!("{}/{name}", self.execution_id);
            let span_id = identity.span_id(Kind::Phase, &key);
            let home = Home {
                parent,
                parent_is_remote: false,
                ..home.clone()
            };
            let span_type = value::spark_span_type::PHASE;
            let mut draft = Draft::new(span_type, span::SQL_PHASE, span_id, home, *interval);
            draft.set(key::SPARK_SQL_PHASE_NAME, Identifier::new(name));
            draft.set(key::SPARK_SQL_EXECUTION_ID, self.execution_id);
            let is_unlogged = self.planning_is_unlogged;
            draft.mark(key::SPARK_SQL_PLANNING_UNLOGGED, is_unlogged);
            draft.finish()
        };
        self.phases.iter().map(phase_span).collect()
    }

    fn describe_origin(&self, draft: &mut Draft, redaction: &Redaction) {
        if !call_site::describe(draft, &self.description, redaction)
            && let Some(description) = redaction.statement(&self.description)
        {
            draft.text(key::SPARK_SQL_DESCRIPTION, description);
        }
        if let Some(group) = self
            .group
            .as_ref()
            .and_then(|group| redaction.statement(group))
        {
            draft.text(key::SPARK_JOB_GROUP, group);
        }
        set_tags(draft, key::SPARK_JOB_TAGS, &self.tags, redaction);
        draft.set_some(key::SPARK_SQL_QUERY_ID, self.query_id.clone());
    }

    fn describe_rows(&self, draft: &mut Draft) {
        let metrics = &self.figures.metrics;
        draft.set_positive(key::SPARK_SQL_INPUT_ROWS, metrics.input.records);
        draft.set_positive(key::SPARK_SQL_INPUT_BYTES, metrics.input.bytes);
        draft.set_positive(key::SPARK_SQL_OUTPUT_ROWS, metrics.output.records);
        draft.set_positive(key::SPARK_SQL_OUTPUT_BYTES, metrics.output.bytes);
    }

    /// Says what the plan is. What of an update had to be left out is handed back.
    fn describe_plan(&mut self, draft: &mut Draft) -> Option<Oddity> {
        let initial = self.initial_fingerprint.take();
        draft.set_some(key::SPARK_SQL_PLAN_INITIAL_FINGERPRINT, initial);
        let plan = self.plan.shown();
        draft.set_some(key::SPARK_SQL_PLAN_EXECUTED_FINGERPRINT, plan.fingerprint);
        draft.set_positive(key::SPARK_SQL_PLAN_UPDATES, self.plan.updates);
        draft.mark(key::SPARK_SQL_PLAN_EVICTED, self.plan.is_shrunk());
        draft.plan(key::SPARK_SQL_PLAN_TEXT, plan.text);
        // That of the first plan was told at the start.
        plan.oddity.filter(|_| self.plan.updates > 0)
    }
}
