//! Shuffles: what a stage wrote, what it read, and from whom.
//!
//! Spark does not write shuffle ids into its events. A shuffle is known by the RDD whose output it
//! holds: the first RDD of the stage that wrote it, which later jobs list again under other stage ids
//! when they skip that stage.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;
use sparkspan_events::{ShuffleReadMetrics, StageInfo};
use sparkspan_model::{Attribute, Link, SpanId, TraceId};
use sparkspan_semconv::{attribute, value};

use crate::draft::Draft;
use crate::figures::Figures;

/// How many stages are remembered as writers and as listed; the oldest go first.
const REMEMBERED: usize = 65_536;

/// A stage attempt that wrote, and its span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Writer {
    stage_id: i64,
    attempt: i64,
    trace_id: TraceId,
    span_id: SpanId,
}

impl Writer {
    pub(crate) const fn new(
        stage_id: i64,
        attempt: i64,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Self {
        Self {
            stage_id,
            attempt,
            trace_id,
            span_id,
        }
    }

    /// The link that its readers carry.
    pub(crate) fn link(&self) -> Link {
        Link {
            trace_id: self.trace_id,
            span_id: self.span_id,
            attributes: vec![
                Attribute::new(attribute::SPARK_LINK_TYPE, value::spark_link_type::SHUFFLE),
                Attribute::new(attribute::SPARK_STAGE_ID, self.stage_id),
                Attribute::new(attribute::SPARK_STAGE_ATTEMPT, self.attempt),
            ],
        }
    }
}

/// A map keyed by ids, of which only the newest are kept.
#[derive(Debug)]
struct Recent<V> {
    entries: FxHashMap<i64, V>,
    order: VecDeque<i64>,
}

impl<V> Default for Recent<V> {
    fn default() -> Self {
        Self {
            entries: FxHashMap::default(),
            order: VecDeque::new(),
        }
    }
}

impl<V: Default> Recent<V> {
    fn entry(&mut self, key: i64) -> &mut V {
        if !self.entries.contains_key(&key) {
            self.order.push_back(key);
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.entries.remove(&oldest);
            }
        }
        self.entries.entry(key).or_default()
    }

    fn get(&self, key: i64) -> Option<&V> {
        self.entries.get(&key)
    }
}

/// What a stage is, as far as shuffles go: the RDD whose output it makes, and the shuffled RDDs of the
/// stages that read it.
#[derive(Debug, Clone, Default)]
struct Listed {
    map_rdd: Option<i64>,
    /// The RDDs that read this stage's shuffle; empty while unknown.
    readers: BTreeSet<i64>,
}

/// Which stage reads which shuffle, over all units of the application, kept or not.
#[derive(Debug, Default)]
pub(crate) struct Shuffles {
    listed: Recent<Listed>,
    writers: Recent<Vec<Writer>>,
}

impl Shuffles {
    /// Takes note of the stages that a job lists.
    pub(crate) fn list(&mut self, stages: &[StageInfo<'_>]) {
        for stage in stages {
            self.listed.entry(stage.stage_id).map_rdd = stage.rdds.first().map(|rdd| rdd.id);
        }
        for reader in stages {
            for parent in &reader.parent_ids {
                let Some(map_rdd) = self.map_rdd(*parent) else {
                    continue;
                };
                // More than one parent over the same RDD: which reads which cannot be told here.
                let same_rdd = reader
                    .parent_ids
                    .iter()
                    .filter(|other| self.map_rdd(**other) == Some(map_rdd));
                if same_rdd.count() == 1 {
                    let consumers = reader
                        .rdds
                        .iter()
                        .filter(|rdd| rdd.parent_ids.contains(&map_rdd))
                        .map(|rdd| rdd.id);
                    self.listed.entry(*parent).readers.extend(consumers);
                }
            }
        }
    }

    fn map_rdd(&self, stage_id: i64) -> Option<i64> {
        self.listed.get(stage_id)?.map_rdd
    }

    /// Takes note that a stage attempt wrote.
    pub(crate) fn wrote(&mut self, writer: Writer) {
        if let Some(map_rdd) = self.map_rdd(writer.stage_id) {
            let writers = self.writers.entry(map_rdd);
            if !writers.contains(&writer) {
                writers.push(writer);
                writers.sort_unstable();
            }
        }
    }

    /// The attempts that wrote what a stage with these parents reads, in order of stage and attempt.
    pub(crate) fn writers(&self, parent_ids: &[i64]) -> Vec<Writer> {
        let mut found: Vec<Writer> = parent_ids
            .iter()
            .flat_map(|parent| self.writers_of(*parent))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn writers_of(&self, parent: i64) -> Vec<Writer> {
        let Some(listed) = self.listed.get(parent) else {
            return Vec::new();
        };
        let writers = listed.map_rdd.and_then(|rdd| self.writers.get(rdd));
        let same = |writer: &&Writer| {
            let other = self.listed.get(writer.stage_id);
            writer.stage_id == parent || other.is_none_or(|other| listed.may_be(other))
        };
        writers
            .into_iter()
            .flatten()
            .filter(same)
            .copied()
            .collect()
    }
}

impl Listed {
    /// Whether two stages over one map RDD make the same shuffle, as far as can be told: not when both
    /// are known to be read by others. Two shuffles over one RDD that were first listed as the parents
    /// of one stage are told apart by nothing in the log.
    fn may_be(&self, other: &Self) -> bool {
        self.readers.is_empty()
            || other.readers.is_empty()
            || !self.readers.is_disjoint(&other.readers)
    }
}

/// Writes what tasks read, of a stage or of one task.
pub(crate) fn describe_read(draft: &mut Draft, read: &ShuffleReadMetrics) {
    draft.set(attribute::SPARK_SHUFFLE_READ_LOCAL_BYTES, read.local_bytes);
    draft.set(
        attribute::SPARK_SHUFFLE_READ_REMOTE_BYTES,
        read.remote_bytes,
    );
    draft.set_positive(
        attribute::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES,
        read.remote_to_disk_bytes,
    );
    draft.set(attribute::SPARK_SHUFFLE_READ_RECORDS, read.records);
    draft.set(
        attribute::SPARK_SHUFFLE_READ_FETCH_WAIT_MS,
        read.fetch_wait_time_ms,
    );
    draft.set(
        attribute::SPARK_SHUFFLE_READ_LOCAL_BLOCKS,
        read.local_blocks,
    );
    draft.set(
        attribute::SPARK_SHUFFLE_READ_REMOTE_BLOCKS,
        read.remote_blocks,
    );
    draft.set_positive(
        attribute::SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS,
        read.remote_requests_duration_ms,
    );
    let merged = &read.push_based;
    for (key, figure) in [
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES,
            merged.merged_local_bytes,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES,
            merged.merged_remote_bytes,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS,
            merged.merged_local_blocks,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS,
            merged.merged_remote_blocks,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS,
            merged.merged_local_chunks,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS,
            merged.merged_remote_chunks,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS,
            merged.merged_remote_requests_duration_ms,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS,
            merged.corrupt_merged_chunks,
        ),
        (
            attribute::SPARK_SHUFFLE_READ_MERGED_FALLBACKS,
            merged.fallbacks,
        ),
    ] {
        draft.set_positive(key, figure);
    }
}

/// Writes what tasks wrote, of a stage or of one task.
pub(crate) fn describe_write(draft: &mut Draft, figures: &Figures) {
    let write = &figures.metrics.shuffle_write;
    draft.set(attribute::SPARK_SHUFFLE_WRITE_BYTES, write.bytes);
    draft.set(attribute::SPARK_SHUFFLE_WRITE_RECORDS, write.records);
    draft.set(
        attribute::SPARK_SHUFFLE_WRITE_TIME_MS,
        write.write_time_ns / 1_000_000,
    );
}
