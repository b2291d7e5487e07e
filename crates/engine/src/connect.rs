//! Spark Connect operations: what a remote client asked for.

use std::sync::Arc;

use sparkspan_events::{ConnectOperation, ConnectOperationStarted};
use sparkspan_model::{Link, Span, SpanKind, SpanSink};
use sparkspan_redaction::{Identifier, Redaction};
use sparkspan_semconv::{key, span, value};

use crate::application::Application;
use crate::budget::{self, OPERATION_BYTES};
use crate::draft::{Draft, Home};
use crate::excerpt::excerpt;
use crate::frame::{Frame, Node, Open};
use crate::horizon::Overdue;
use crate::identity::{Identity, Kind};
use crate::job::{set_tags, user_tags};
use crate::outcome::{Failure, Outcome};
use crate::timeline::{Moment, Timeline};
use crate::tracer::Tracer;
use crate::unit::{UnitId, caller_in_tags, is_id};

/// An open operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) operation_id: Arc<str>,
    pub(crate) frame: Frame,
    pub(crate) outcome: Option<Outcome>,
    /// The client has fetched all that it wanted.
    pub(crate) closed: Option<Moment>,
    /// When the work was done; the client may take its time to fetch the rest.
    pub(crate) finished_ms: Option<i64>,
    session_id: Option<Identifier>,
    user_id: Option<Identifier>,
    tags: Vec<String>,
    statement: String,
    produced_rows: Option<i64>,
}

impl Operation {
    pub(crate) fn new(operation_id: Arc<str>, frame: Frame) -> Self {
        Self {
            operation_id,
            frame,
            outcome: None,
            closed: None,
            finished_ms: None,
            session_id: None,
            user_id: None,
            tags: Vec::new(),
            statement: String::new(),
            produced_rows: None,
        }
    }

    pub(crate) fn started(&mut self, event: &ConnectOperationStarted<'_>, timeline: &Timeline) {
        self.frame
            .starts_by(timeline.moment(event.event_time), timeline);
        self.tags = user_tags(event.spark_session_tags.iter().map(|tag| &**tag));
        let named = |name: &str| (!name.is_empty()).then(|| Identifier::new(name));
        self.session_id = named(&event.session_id);
        self.user_id = named(&event.user_id);
        self.statement = excerpt(&event.statement_text);
    }

    pub(crate) fn finished(&mut self, event: &ConnectOperation<'_>) {
        self.finished_ms.get_or_insert(event.event_time);
        self.produced_rows = event.produced_row_count;
        self.outcome.get_or_insert(Outcome::Succeeded);
    }

    pub(crate) fn failed(&mut self, event: &ConnectOperation<'_>) {
        self.finished_ms.get_or_insert(event.event_time);
        let message = event.error_message.as_deref().unwrap_or_default();
        self.outcome
            .get_or_insert_with(|| match Outcome::of_message(message, "_OTHER") {
                // Spark says that it failed, even where it does not say why.
                Outcome::Succeeded => Outcome::Failed(Failure {
                    error_type: Identifier::fixed("_OTHER"),
                    message: String::new(),
                }),
                outcome => outcome,
            });
    }

    pub(crate) fn canceled(&mut self, event: &ConnectOperation<'_>) {
        self.finished_ms.get_or_insert(event.event_time);
        self.outcome.get_or_insert(Outcome::Killed);
    }

    pub(crate) fn into_span(
        self,
        home: Home,
        links: Vec<Link>,
        kept: Option<&'static str>,
        identity: &Identity,
        redaction: &Redaction,
    ) -> Span {
        let span_id = identity.span_id(Kind::Connect, &self.operation_id);
        let span_type = value::spark_span_type::CONNECT_OPERATION;
        let interval = self.frame.interval();
        let mut draft = Draft::new(span_type, span::CONNECT_OPERATION, span_id, home, interval);
        draft.kind(SpanKind::Server);
        draft.set(
            key::SPARK_CONNECT_OPERATION_ID,
            Identifier::new(&*self.operation_id),
        );
        draft.ending(&self.frame, self.outcome.as_ref(), kept, redaction);
        draft.set(key::DB_SYSTEM_NAME, "spark");
        draft.set_some(key::SPARK_CONNECT_SESSION_ID, self.session_id);
        draft.set_some(key::SPARK_CONNECT_USER_ID, self.user_id);
        set_tags(&mut draft, key::SPARK_CONNECT_TAGS, &self.tags, redaction);
        draft.set_some(key::SPARK_CONNECT_PRODUCED_ROWS, self.produced_rows);
        if let Some(statement) = redaction.request(&self.statement) {
            draft.text(key::DB_QUERY_TEXT, statement);
        }
        links.into_iter().for_each(|link| draft.link(link));
        draft.finish()
    }
}

impl Open for Operation {
    fn frame(&mut self) -> &mut Frame {
        &mut self.frame
    }

    fn bytes(&self) -> usize {
        let identifier = |id: &Option<Identifier>| id.as_ref().map_or(0, |id| id.as_str().len());
        OPERATION_BYTES
            + self.operation_id.len()
            + identifier(&self.session_id)
            + identifier(&self.user_id)
            + self.statement.len()
            + budget::bytes_of_texts(self.tags.iter().map(String::as_str))
            + self.outcome.as_ref().map_or(0, Outcome::bytes)
    }
}

/// The operation that a job's tag names:
/// `SparkConnect_OperationTag_User_<user>_Session_<session>_Operation_<operation>`.
pub(crate) fn operation_of_tag(tag: &str) -> Option<&str> {
    let tag = tag.strip_prefix("SparkConnect_OperationTag_")?;
    let (_, operation) = tag.rsplit_once("_Operation_")?;
    (!operation.is_empty() && is_id(operation)).then_some(operation)
}

/// What becomes of an operation after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Finished,
    Failed,
    Canceled,
    Closed,
}

impl Tracer {
    /// `SparkListenerConnectOperationStarted`.
    pub(crate) fn operation_started(
        &mut self,
        event: &ConnectOperationStarted<'_>,
        application: &Application,
    ) {
        if !is_id(&event.operation_id) {
            return self.late();
        }
        let timeline = &application.timeline;
        let id: Arc<str> = (&*event.operation_id).into();
        let unit = UnitId::Connect(Arc::clone(&id));
        let tags = event.spark_session_tags.iter().map(|tag| &**tag);
        let caller = caller_in_tags(tags);
        if self
            .open_unit_node(&unit, caller, timeline.moment(event.event_time))
            .is_none()
        {
            return self.late();
        }
        // A job of it may have come first.
        if let Some(operation) = self.operations.get_mut(&id) {
            operation.started(event, timeline);
        }
        self.heard_of(&Node::Operation(id));
    }

    /// The later events of an operation.
    pub(crate) fn operation_went_on(
        &mut self,
        step: Step,
        event: &ConnectOperation<'_>,
        application: &Application,
        sink: &mut dyn SpanSink,
    ) {
        let Some(operation) = self.operations.get_mut(&*event.operation_id) else {
            return self.late();
        };
        match step {
            Step::Finished => operation.finished(event),
            Step::Failed => operation.failed(event),
            Step::Canceled => operation.canceled(event),
            Step::Closed => {
                let end = application.timeline.moment(event.event_time);
                operation.closed.get_or_insert(end);
                if operation.outcome.is_none() {
                    let id = Arc::clone(&operation.operation_id);
                    self.horizon.await_overdue(Overdue::Outcome(id));
                }
            }
        }
        if let (Some(end), Some(_)) = (operation.closed, &operation.outcome) {
            operation.frame.end(end);
        }
        let node = Node::Operation(Arc::clone(&operation.operation_id));
        self.heard_of(&node);
        self.settle(node, application, sink);
    }
}
