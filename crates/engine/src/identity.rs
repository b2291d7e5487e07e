//! Computed identity: an id is a hash of what the thing is, so that the driver, an executor and a
//! replay next week agree on it without telling each other.
//!
//! Every hash is SHA-256 over UTF-8 parts separated by one NUL byte, the first of which names this
//! scheme. `tests/vectors/ids.json` holds examples for every language that computes ids.

use sha2::{Digest, Sha256};
use sparkspan_model::{SpanId, TraceId, TraceParent};

use crate::frame::Node;
use crate::stage::Stage;

/// The scheme's name. Another scheme would give every span another id: a major version.
const SCHEME: &str = "sparkspan/1";

/// What a hashed id stands for; part of the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sql,
    Phase,
    Job,
    Stage,
    ShuffleWrite,
    ShuffleRead,
    Task,
    Batch,
    Connect,
    Report,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Phase => "phase",
            Self::Job => "job",
            Self::Stage => "stage",
            Self::ShuffleWrite => "shuffle-write",
            Self::ShuffleRead => "shuffle-read",
            Self::Task => "task",
            Self::Batch => "batch",
            Self::Connect => "connect",
            Self::Report => "report",
        }
    }
}

/// The identity of one application attempt, from which every other id follows.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The application's trace.
    pub(crate) trace_id: TraceId,
    /// The application's span.
    pub(crate) span_id: SpanId,
    /// The hash after the scheme and the seed, which all of the application's ids start with.
    seeded: Sha256,
}

impl Identity {
    /// The identity that the driver drew and recorded in the log.
    pub(crate) fn recorded(context: &TraceParent) -> Self {
        Self::new(context.trace_id, context.span_id)
    }

    /// The identity of an application whose driver was not traced. `shape` names the settings that
    /// make its spans differ from the usual ones, and is empty when there are none.
    pub(crate) fn computed(id: &str, attempt: &str, start_ms: Option<i64>, shape: &str) -> Self {
        let start_ms = start_ms.map(|time| time.to_string()).unwrap_or_default();
        let mut parts = vec!["application", id, attempt, &start_ms];
        if !shape.is_empty() {
            parts.push(shape);
        }
        Self::from_digest(hash(hasher(), &parts))
    }

    /// The identity of the same application seen through settings that shape its spans otherwise:
    /// both may stand in one store without mixing.
    pub(crate) fn reshaped(&self, shape: &str) -> Self {
        if shape.is_empty() {
            return self.clone();
        }
        Self::from_digest(hash(self.seeded.clone(), &["shape", shape]))
    }

    fn from_digest(digest: [u8; 32]) -> Self {
        let (trace, rest) = (first(&digest), &digest[16..]);
        Self::new(TraceId::from_bytes(trace), SpanId::from_bytes(first(rest)))
    }

    fn new(trace_id: TraceId, span_id: SpanId) -> Self {
        let mut seeded = hasher();
        seeded.update(b"\0");
        seeded.update(format!("{trace_id}-{span_id}"));
        Self {
            trace_id,
            span_id,
            seeded,
        }
    }

    /// The span id of the thing of this kind with this key.
    pub(crate) fn span_id(&self, kind: Kind, key: &str) -> SpanId {
        SpanId::from_bytes(first(&hash(self.seeded.clone(), &[kind.as_str(), key])))
    }

    /// The id of the span of something that may be open.
    pub(crate) fn span_of(&self, node: &Node) -> SpanId {
        match node {
            Node::Application => self.span_id,
            Node::Batch(key) => self.span_id(Kind::Batch, key),
            Node::Operation(id) => self.span_id(Kind::Connect, id),
            Node::Execution(id) => self.span_id(Kind::Sql, &id.to_string()),
            Node::Job(id) => self.span_id(Kind::Job, &id.to_string()),
            Node::Stage(id, attempt) => self.span_id(Kind::Stage, &Stage::key(*id, *attempt)),
        }
    }

    /// The trace of a unit of work that has a trace of its own.
    pub(crate) fn unit_trace_id(&self, kind: Kind, key: &str) -> TraceId {
        let digest = hash(self.seeded.clone(), &["trace", kind.as_str(), key]);
        TraceId::from_bytes(first(&digest))
    }

    /// A unit's randomness: 56 bits, as OpenTelemetry's probability sampling uses them.
    pub(crate) fn randomness(&self, kind: Kind, key: &str) -> u64 {
        let digest = hash(self.seeded.clone(), &["sample", kind.as_str(), key]);
        digest[25..]
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

fn hasher() -> Sha256 {
    Sha256::new_with_prefix(SCHEME)
}

fn hash(mut hasher: Sha256, parts: &[&str]) -> [u8; 32] {
    for part in parts {
        hasher.update(b"\0");
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// A hash of anything that is not an id, such as a plan's shape: 16 hexadecimal digits.
pub(crate) fn fingerprint(text: &str) -> String {
    SpanId::from_bytes(first(&hash(hasher(), &["fingerprint", text]))).to_string()
}

fn first<const LENGTH: usize>(bytes: &[u8]) -> [u8; LENGTH] {
    let mut taken = [0; LENGTH];
    for (target, source) in taken.iter_mut().zip(bytes) {
        *target = *source;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vectors {
        scheme: String,
        applications: Vec<Application>,
        seed: String,
        spans: Vec<Span>,
        units: Vec<Unit>,
    }

    #[derive(serde::Deserialize)]
    struct Application {
        application_id: String,
        attempt: String,
        start_ms: Option<i64>,
        trace_id: String,
        span_id: String,
    }

    #[derive(serde::Deserialize)]
    struct Span {
        kind: String,
        key: String,
        span_id: String,
    }

    #[derive(serde::Deserialize)]
    struct Unit {
        kind: String,
        key: String,
        trace_id: String,
        randomness: String,
    }

    const KINDS: [Kind; 10] = [
        Kind::Sql,
        Kind::Phase,
        Kind::Job,
        Kind::Stage,
        Kind::ShuffleWrite,
        Kind::ShuffleRead,
        Kind::Task,
        Kind::Batch,
        Kind::Connect,
        Kind::Report,
    ];

    fn kind(name: &str) -> Kind {
        *KINDS.iter().find(|kind| kind.as_str() == name).unwrap()
    }

    /// Scenario: ids that were computed by another implementation.
    /// Guarantees: ours are the same, so that a driver, an executor and a replay agree.
    #[test]
    fn ids_are_those_of_the_vectors() {
        let text = include_str!("../../../tests/vectors/ids.json");
        let vectors: Vectors = serde_json::from_str(text).unwrap();
        assert_eq!(vectors.scheme, SCHEME);
        for expected in &vectors.applications {
            let (id, attempt) = (&expected.application_id, &expected.attempt);
            let identity = Identity::computed(id, attempt, expected.start_ms, "");
            assert_eq!(identity.trace_id.to_string(), expected.trace_id, "{id}");
            assert_eq!(identity.span_id.to_string(), expected.span_id, "{id}");
        }
        let (trace_id, span_id) = vectors.seed.split_once('-').unwrap();
        let identity = Identity::new(trace_id.parse().unwrap(), span_id.parse().unwrap());
        let kinds: Vec<&str> = vectors
            .spans
            .iter()
            .map(|span| span.kind.as_str())
            .collect();
        assert!(
            KINDS.iter().all(|kind| kinds.contains(&kind.as_str())),
            "each kind has a vector"
        );
        for Span {
            kind: name,
            key,
            span_id,
        } in &vectors.spans
        {
            assert_eq!(
                identity.span_id(kind(name), key).to_string(),
                *span_id,
                "{name} {key}"
            );
        }
        for Unit {
            kind: name,
            key,
            trace_id,
            randomness,
        } in &vectors.units
        {
            assert_eq!(
                identity.unit_trace_id(kind(name), key).to_string(),
                *trace_id
            );
            assert_eq!(
                format!("{:014x}", identity.randomness(kind(name), key)),
                *randomness
            );
        }
    }
    #[derive(serde::Deserialize)]
    struct Shapes {
        application_id: String,
        start_ms: i64,
        context: String,
        examples: Vec<Shape>,
    }

    #[derive(serde::Deserialize)]
    struct Shape {
        recorded: Option<serde::de::IgnoredAny>,
        shape: String,
        trace_id: String,
        span_id: String,
    }

    #[test]
    fn ids_of_shapes_are_those_of_the_vectors() {
        let text = include_str!("../../../tests/vectors/shapes.json");
        let vectors: Shapes = serde_json::from_str(text).unwrap();
        let recorded = Identity::recorded(&vectors.context.parse().unwrap());
        for example in &vectors.examples {
            let shape = &example.shape;
            let identity = if example.recorded.is_some() {
                recorded.reshaped(shape)
            } else {
                let start_ms = Some(vectors.start_ms);
                Identity::computed(&vectors.application_id, "", start_ms, shape)
            };
            assert_eq!(identity.trace_id.to_string(), example.trace_id, "{shape}");
            assert_eq!(identity.span_id.to_string(), example.span_id, "{shape}");
        }
    }
}
