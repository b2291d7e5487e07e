//! Jobs.

use rustc_hash::FxHashSet;
use sparkspan_events::{JobEnd, JobStart, LocalProperties};
use sparkspan_model::{Link, Span, SpanSink, TraceParent};
use sparkspan_redaction::{Identifier, Label, Redacted, Redaction};
use sparkspan_semconv::class::{List, Text};
use sparkspan_semconv::{Key, key, span, value};

use crate::application::Application;
use crate::budget::{self, ENTRY_BYTES, JOB_BYTES};
use crate::call_site;
use crate::closed::Place;
use crate::draft::{Draft, Home};
use crate::excerpt::{excerpt, short_excerpt};
use crate::frame::{Frame, Node, Open};
use crate::identity::{Identity, Kind};
use crate::outcome::{Failure, Outcome};
use crate::timeline::Moment;
use crate::tracer::{End, Tracer, link};
use crate::unit::{UnitId, caller_of};

/// The words that Spark puts before a user's tag, and the tags that Spark sets itself.
const SPARK_TAG_PREFIXES: [&str; 3] = ["spark-session-", "SparkConnect_", "broadcast exchange"];

/// How many tags are kept.
const TAGS: usize = 128;

/// An open job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) job_id: i64,
    pub(crate) frame: Frame,
    /// The stages that it may need.
    pub(crate) stage_ids: Vec<i64>,
    /// The attempts of them that the job expected to run and that have not.
    expected: FxHashSet<(i64, i64)>,
    /// Those of which an attempt ran.
    stages_run: FxHashSet<i64>,
    pub(crate) execution_id: Option<i64>,
    /// The outermost execution around that one, which may be itself.
    root_execution_id: Option<i64>,
    /// The unit that its properties tell, which its stages' properties tell too. It is another one than
    /// its own where it was split off.
    pub(crate) unit_of_properties: UnitId,
    /// The query that it was split off from, because it has another caller.
    pub(crate) split_off: Option<Link>,
    pub(crate) outcome: Option<Outcome>,
    call_site: String,
    group: Option<String>,
    description: Option<String>,
    tags: Vec<String>,
}

impl Job {
    fn new(event: &JobStart<'_>, properties: &LocalProperties<'_>, start: Moment) -> Self {
        let tags = properties.tags.as_deref().unwrap_or_default();
        let call_site = properties.call_site.as_deref();
        let root_id = properties.sql_root_execution_id.as_ref();
        let sql_id = properties.sql_execution_id.as_ref().or(root_id);
        // The last stage is the one that the job was started for.
        let last_stage = event.stage_infos.iter().max_by_key(|stage| stage.stage_id);
        let mut stage_ids = event.stage_ids.clone();
        stage_ids.extend(event.stage_infos.iter().map(|stage| stage.stage_id));
        stage_ids.sort_unstable();
        stage_ids.dedup();
        Self {
            job_id: event.job_id,
            frame: Frame::new(Node::Application, None, start),
            stage_ids,
            expected: event
                .stage_infos
                .iter()
                .map(|info| (info.stage_id, info.attempt))
                .collect(),
            stages_run: FxHashSet::default(),
            execution_id: sql_id.and_then(|id| id.parse().ok()),
            root_execution_id: root_id.and_then(|id| id.parse().ok()),
            unit_of_properties: UnitId::of_job(event.job_id, properties),
            split_off: None,
            outcome: None,
            call_site: call_site
                .filter(|site| call_site::parse(site).is_some())
                .or(last_stage.map(|stage| &*stage.name))
                .map(excerpt)
                .unwrap_or_default(),
            group: properties.job_group.as_deref().map(excerpt),
            description: properties.description.as_deref().map(excerpt),
            tags: user_tags(tags.split(',')),
        }
    }

    /// An attempt of a stage was submitted while the job was active.
    pub(crate) fn attempt_ran(&mut self, attempt: (i64, i64)) {
        self.expected.remove(&attempt);
        self.stages_run.insert(attempt.0);
    }

    pub(crate) fn into_span(
        self,
        home: Home,
        links: Vec<Link>,
        kept: Option<&'static str>,
        url: Option<Label>,
        identity: &Identity,
        redaction: &Redaction,
    ) -> Span {
        let span_id = identity.span_id(Kind::Job, &self.job_id.to_string());
        let span_type = value::spark_span_type::JOB;
        let interval = self.frame.interval();
        let mut draft = Draft::new(span_type, span::JOB, span_id, home, interval);
        draft.set(key::SPARK_JOB_ID, self.job_id);
        draft.ending(&self.frame, self.outcome.as_ref(), kept, redaction);
        draft.set_some(key::SPARK_SQL_EXECUTION_ID, self.execution_id);
        let shown = |text: &Option<String>| redaction.statement(text.as_ref()?);
        if let Some(description) = shown(&self.description) {
            draft.text(key::SPARK_JOB_DESCRIPTION, description);
        }
        if let Some(group) = shown(&self.group) {
            draft.text(key::SPARK_JOB_GROUP, group);
        }
        set_tags(&mut draft, key::SPARK_JOB_TAGS, &self.tags, redaction);
        call_site::describe(&mut draft, &self.call_site, redaction);
        // A stage that was skipped and later had to run again, because its output was lost, is both: so
        // do Spark's own pages count.
        draft.set(key::SPARK_JOB_STAGES_TOTAL, count(self.stage_ids.len()));
        draft.set(key::SPARK_JOB_STAGES_RUN, count(self.stages_run.len()));
        draft.set(key::SPARK_JOB_STAGES_SKIPPED, count(self.expected.len()));
        draft.set_some(key::SPARK_UI_URL, url);
        links
            .into_iter()
            .chain(self.split_off)
            .for_each(|link| draft.link(link));
        draft.finish()
    }
}

impl Open for Job {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn bytes(&self) -> usize {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        JOB_BYTES
            // With its entries among the stages that jobs list.
            + self.stage_ids.len() * 2 * ENTRY_BYTES
            + (self.expected.len() + self.stages_run.len()) * ENTRY_BYTES
            + self.call_site.len()
            + text(&self.group)
            + text(&self.description)
            + budget::bytes_of_texts(self.tags.iter().map(String::as_str))
            + self.outcome.as_ref().map_or(0, Outcome::bytes)
    }
}

impl Tracer {
    /// `SparkListenerJobStart`.
    pub(crate) fn job_started(
        &mut self,
        event: &JobStart<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        self.shuffles.list(&event.stage_infos);
        if self.jobs.contains_key(&event.job_id) || self.has_closed(&Node::Job(event.job_id)) {
            return self.late();
        }
        let none = LocalProperties::default();
        let properties = event.properties.as_ref().unwrap_or(&none);
        let caller = caller_of(properties);
        let start = application.timeline.moment(event.submission_time_ms);
        let mut job = Job::new(event, properties, start);
        let (mut place, adopted) = self.place_of_job(&job, caller);
        let joins_another = caller.is_some() && job.unit_of_properties != UnitId::Job(event.job_id);
        if joins_another && caller != self.caller_of(&place.unit) {
            job.split_off = self.link_to(&job, &place.unit);
            place = Place {
                parent: Node::Application,
                unit: UnitId::Job(event.job_id),
            };
        }
        job.frame.late = place.parent == Node::Application && self.has_closed(&place.unit.root());
        self.open_unit(&place.unit, caller);
        self.opened(&Node::Job(event.job_id), &place.parent, Some(&place.unit));
        job.frame.parent = place.parent;
        job.frame.unit = Some(place.unit);
        for stage in &job.stage_ids {
            self.listed_by.entry(*stage).or_default().push(event.job_id);
        }
        self.jobs.insert(event.job_id, Box::new(job));
        self.heard_of(&Node::Job(event.job_id));
        for execution in adopted {
            self.settle(execution, application, sink);
        }
        if let Some(end) = self.ended_early.take(&Node::Job(event.job_id)) {
            self.end_job(event.job_id, end, application, sink);
        }
    }

    /// Where a job hangs, and the executions whose unit it has told.
    fn place_of_job(&mut self, job: &Job, caller: Option<TraceParent>) -> (Place, Vec<Node>) {
        let unit = job.unit_of_properties.clone();
        let start = job.frame.start();
        if let Some(id) = job.execution_id {
            let root_id = job.root_execution_id.unwrap_or(id);
            self.ensure_execution(id, root_id, start);
            if !self.executions.contains_key(&id) {
                if let Some(place) = self.place_above(id) {
                    return (place, Vec::new());
                }
                // Where it hung is forgotten, but its root may still be open.
                self.ensure_execution(root_id, root_id, start);
            }
            let mut around = [id, root_id].into_iter();
            if let Some(id) = around.find(|id| self.executions.contains_key(id)) {
                let adopted = self.resolve(id, &unit, caller);
                let parent = Node::Execution(id);
                let unit = self.unit_of_execution(id).unwrap_or(unit);
                return (Place { parent, unit }, adopted);
            }
        }
        let parent = self
            .open_unit_node(&unit, caller, start)
            .unwrap_or(Node::Application);
        (Place { parent, unit }, Vec::new())
    }

    /// A link to the query that a job belongs to but does not hang under.
    fn link_to(&self, job: &Job, unit: &UnitId) -> Option<Link> {
        let query = Node::Execution(job.execution_id?);
        Some(link(
            self.trace_of(unit)?,
            self.span_id(&query),
            value::spark_link_type::QUERY,
        ))
    }

    /// `SparkListenerJobEnd`.
    pub(crate) fn job_ended(
        &mut self,
        event: &JobEnd<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let exception = event.result.exception.as_ref();
        let message = exception.and_then(|exception| exception.message.as_deref());
        let outcome = if &*event.result.result == "JobSucceeded" {
            Outcome::Succeeded
        } else {
            match Outcome::of_message(message.unwrap_or_default(), "JobFailed") {
                Outcome::Succeeded => Outcome::Failed(Failure {
                    error_type: Identifier::fixed("JobFailed"),
                    message: String::new(),
                }),
                outcome => outcome,
            }
        };
        let at = application.timeline.moment(event.completion_time_ms);
        self.end_job(event.job_id, End { at, outcome }, application, sink);
    }

    fn end_job(
        &mut self,
        id: i64,
        End { at, outcome }: End,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let node = Node::Job(id);
        let Some(job) = self.jobs.get_mut(&id) else {
            return self.ended_unopened(node, End { at, outcome });
        };
        if job.frame.has_ended() {
            return self.late();
        }
        job.outcome = Some(outcome);
        job.frame.end(at);
        let stage_ids = job.stage_ids.clone();
        for stage_id in &stage_ids {
            self.unlist(*stage_id, id);
        }
        let end_ms = application.timeline.nearest_ms(at.ms);
        self.await_unlisted_stages(&stage_ids, end_ms);
        self.settle(node, application, sink);
    }

    pub(crate) fn unlist(&mut self, stage_id: i64, job_id: i64) {
        if let Some(jobs) = self.listed_by.get_mut(&stage_id) {
            jobs.retain(|job| *job != job_id);
            if jobs.is_empty() {
                self.listed_by.remove(&stage_id);
            }
        }
    }
}

/// The tags that the user set: without Spark's own and without the caller's context.
pub(crate) fn user_tags<'a>(tags: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut tags: Vec<String> = tags
        .map(|tag| {
            tag.rsplit_once("-tag-")
                .or_else(|| tag.rsplit_once("_Tag_"))
                .map_or(tag, |(_, tag)| tag)
        })
        .filter(|tag| !tag.is_empty() && !tag.contains("traceparent:"))
        .filter(|tag| {
            !SPARK_TAG_PREFIXES
                .iter()
                .any(|prefix| tag.starts_with(prefix))
        })
        .take(TAGS)
        .map(short_excerpt)
        .collect();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// Writes tags without what looks like data in them.
pub(crate) fn set_tags(
    draft: &mut Draft,
    key: Key<List<Text>>,
    tags: &[String],
    redaction: &Redaction,
) {
    let tags: Vec<Redacted> = tags
        .iter()
        .filter_map(|tag| redaction.statement(tag))
        .collect();
    if !tags.is_empty() {
        draft.set(key, tags);
    }
}

/// A length as an attribute's number.
pub(crate) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
