//! Units of work: what sampling keeps or drops whole.

use std::borrow::Cow;
use std::sync::Arc;

use sparkspan_events::LocalProperties;
use sparkspan_model::{Link, Span, SpanId, TraceId, TraceParent};

use crate::connect;
use crate::frame::Node;
use crate::identity::Kind;
use crate::sampling::Decision;

/// The longest id of a query or an operation, bytes.
const ID_LIMIT: usize = 256;

/// Which unit of work something belongs to. A pure function of the local properties of its job, so
/// that an executor finds the same unit as the driver.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum UnitId {
    /// A micro-batch: `<query id>/<batch id>`, or the batch time of a `DStream`.
    Batch(Arc<str>),
    /// A Spark Connect operation by its id.
    Connect(Arc<str>),
    /// A root SQL execution.
    Sql(i64),
    /// A job outside SQL.
    Job(i64),
}

impl UnitId {
    /// The unit of a job with these local properties.
    pub(crate) fn of_job(job_id: i64, properties: &LocalProperties<'_>) -> Self {
        if let (Some(query), Some(batch)) = (
            properties
                .streaming_query_id
                .as_ref()
                .filter(|id| is_id(id)),
            properties
                .streaming_batch_id
                .as_ref()
                .filter(|id| is_id(id)),
        ) {
            return Self::Batch(format!("{}/{}", &**query, &**batch).into());
        }
        if let Some(time) = properties
            .dstream_batch_time
            .as_ref()
            .filter(|id| is_id(id))
        {
            return Self::Batch((&**time).into());
        }
        let tags = properties.tags.as_deref().unwrap_or_default();
        if let Some(operation) = tags.split(',').find_map(connect::operation_of_tag) {
            return Self::Connect(operation.into());
        }
        let root = properties
            .sql_root_execution_id
            .as_ref()
            .or(properties.sql_execution_id.as_ref());
        match root.and_then(|id| id.parse().ok()) {
            Some(execution_id) => Self::Sql(execution_id),
            None => Self::Job(job_id),
        }
    }

    /// Its root.
    pub(crate) fn root(&self) -> Node {
        match self {
            Self::Batch(key) => Node::Batch(Arc::clone(key)),
            Self::Connect(id) => Node::Operation(Arc::clone(id)),
            Self::Sql(id) => Node::Execution(*id),
            Self::Job(id) => Node::Job(*id),
        }
    }

    /// What kind of thing the unit is, as ids hash it.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Batch(_) => Kind::Batch,
            Self::Connect(_) => Kind::Connect,
            Self::Sql(_) => Kind::Sql,
            Self::Job(_) => Kind::Job,
        }
    }

    /// What identifies it among its kind, as ids hash it.
    pub(crate) fn key(&self) -> Cow<'_, str> {
        match self {
            Self::Batch(key) | Self::Connect(key) => Cow::Borrowed(key),
            Self::Sql(id) | Self::Job(id) => Cow::Owned(id.to_string()),
        }
    }
}

/// Whether a text can be an id: Spark's have 36 characters. They are remembered for long after the end of
/// what they name.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() <= ID_LIMIT
}

/// The context that a job's caller gave it.
pub(crate) fn caller_of(properties: &LocalProperties<'_>) -> Option<TraceParent> {
    let tags = properties.tags.as_deref().unwrap_or_default();
    caller_in_tags(tags.split(','))
        .or_else(|| properties.traceparent.as_ref()?.parse().ok())
        .or_else(|| properties.session_traceparent.as_ref()?.parse().ok())
}

/// The context in a tag such as `traceparent:00-…`, also where Spark has put words before it.
pub(crate) fn caller_in_tags<'a>(mut tags: impl Iterator<Item = &'a str>) -> Option<TraceParent> {
    tags.find_map(|tag| tag.split_once("traceparent:")?.1.parse().ok())
}

/// Where a unit's spans go.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    /// The trace.
    pub(crate) trace_id: TraceId,
    /// What the unit's root hangs under.
    pub(crate) parent: Option<SpanId>,
    /// That parent is a caller's.
    pub(crate) parent_is_remote: bool,
    /// What the unit's root is linked to.
    pub(crate) links: Vec<Link>,
}

/// An open unit.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) placement: Placement,
    pub(crate) decision: Decision,
    /// The caller that it has joined.
    pub(crate) caller: Option<TraceParent>,
    /// It has closed before, so long ago that nothing else is known of it; it was counted then.
    pub(crate) is_forgotten: bool,
    /// Open spans that belong to it; it closes with the last one, its root.
    pub(crate) open: u32,
    /// Spans that wait for the decision, in the order in which they closed.
    pub(crate) held: Vec<Span>,
    /// What they take, by the model of [`crate::budget`].
    pub(crate) held_bytes: usize,
    /// How many of them are tasks.
    pub(crate) held_tasks: usize,
    /// All of it but its root is given up for memory, if it is kept at all.
    pub(crate) is_bare: bool,
    /// How many of its spans were given up.
    pub(crate) evicted: u64,
    /// Spans of the unit so far.
    pub(crate) spans: usize,
    /// Stages of it came without their tasks, because the trace was full.
    pub(crate) without_tasks: bool,
}

impl Unit {
    pub(crate) fn new(
        placement: Placement,
        decision: Decision,
        caller: Option<TraceParent>,
    ) -> Self {
        Self {
            placement,
            decision,
            caller,
            is_forgotten: false,
            open: 0,
            held: Vec::new(),
            held_bytes: 0,
            held_tasks: 0,
            is_bare: false,
            evicted: 0,
            spans: 0,
            without_tasks: false,
        }
    }
}
