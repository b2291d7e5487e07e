//! Shuffles: what a stage wrote, what it read, and from whom.
//!
//! Spark does not write shuffle ids into its events. A shuffle is known by the RDD whose output it
//! holds: the first RDD of the stage that wrote it, which later jobs list again under other stage ids
//! when they skip that stage.

use rustc_hash::FxHashMap;
use sparkspan_events::{ShuffleReadMetrics, StageInfo};
use sparkspan_model::{Link, SpanId, TraceId};
use sparkspan_redaction::attribute;
use sparkspan_semconv::{key, value};

use crate::draft::{Draft, LIST_LIMIT};
use crate::figures::Figures;
use crate::recent::Recent;

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
                attribute(key::SPARK_LINK_TYPE, value::spark_link_type::SHUFFLE),
                attribute(key::SPARK_STAGE_ID, self.stage_id),
                attribute(key::SPARK_STAGE_ATTEMPT, self.attempt),
            ],
        }
    }
}

/// What a stage is, as far as shuffles go.
#[derive(Debug, Clone, Default)]
struct Listed {
    /// The RDD whose output it makes.
    map_rdd: Option<i64>,
    /// The RDDs that read its shuffle, as far as they are known, in order.
    readers: Vec<i64>,
}

/// The output of a map RDD.
#[derive(Debug, Clone, Default)]
struct MapOutput {
    /// In order of stage and attempt.
    writers: Vec<Writer>,
    /// It was written for more than one shuffle: a job listed two stages that make it.
    is_shared: bool,
}

/// Which stage reads which shuffle, over all units of the application, kept or not.
#[derive(Debug, Default)]
pub(crate) struct Shuffles {
    listed: Recent<i64, Listed>,
    outputs: Recent<i64, MapOutput>,
}

impl Shuffles {
    /// Takes note of the stages that a job lists.
    pub(crate) fn list(&mut self, stages: &[StageInfo<'_>]) {
        let mut made_by: FxHashMap<i64, i64> = FxHashMap::default();
        for stage in stages {
            let Some(map_rdd) = stage.rdds.first().map(|rdd| rdd.id) else {
                continue;
            };
            self.listed.entry(stage.stage_id).map_rdd = Some(map_rdd);
            if made_by
                .insert(map_rdd, stage.stage_id)
                .is_some_and(|other| other != stage.stage_id)
            {
                self.outputs.entry(map_rdd).is_shared = true;
            }
        }
        for reader in stages.iter().filter(|stage| !stage.parent_ids.is_empty()) {
            self.list_reader(reader);
        }
    }

    /// Takes note of the RDDs by which a stage reads the shuffles of its parents.
    fn list_reader(&mut self, reader: &StageInfo<'_>) {
        let parents = reader.parent_ids.iter();
        let mut made: Vec<(i64, i64)> = parents
            .filter_map(|parent| Some((self.map_rdd(*parent)?, *parent)))
            .collect();
        made.sort_unstable();
        for rdd in &reader.rdds {
            for map_rdd in &rdd.parent_ids {
                let place = made.partition_point(|(made, _)| made < map_rdd);
                let mut over_rdd = made[place..].iter().take_while(|(made, _)| made == map_rdd);
                // With two parents over one RDD it cannot be told here which reads which.
                if let (Some((_, parent)), None) = (over_rdd.next(), over_rdd.next()) {
                    let readers = &mut self.listed.entry(*parent).readers;
                    insert_few(readers, rdd.id);
                }
            }
        }
    }

    fn map_rdd(&self, stage_id: i64) -> Option<i64> {
        self.listed.get(&stage_id)?.map_rdd
    }

    /// Takes note that a stage attempt wrote.
    pub(crate) fn wrote(&mut self, writer: Writer) {
        if let Some(map_rdd) = self.map_rdd(writer.stage_id) {
            insert_few(&mut self.outputs.entry(map_rdd).writers, writer);
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

    /// The attempts that wrote the shuffle of a stage, which itself may have been skipped.
    ///
    /// Where an RDD was written for more than one shuffle, stages make the same one only if the same RDD
    /// is known to read them. Nothing in a log tells apart two that were first listed as the parents of
    /// one stage: a later stage that reads one of them, skipped by then, has no link to it.
    fn writers_of(&self, parent: i64) -> impl Iterator<Item = Writer> {
        let listed = self.listed.get(&parent);
        let output = listed.and_then(|listed| self.outputs.get(&listed.map_rdd?));
        let is_read_by_same = move |writer: &Writer| {
            let (Some(one), Some(other)) = (listed, self.listed.get(&writer.stage_id)) else {
                return false;
            };
            one.readers
                .iter()
                .any(|reader| other.readers.binary_search(reader).is_ok())
        };
        let is_same = move |writer: &&Writer| {
            writer.stage_id == parent
                || output.is_some_and(|output| !output.is_shared)
                || is_read_by_same(writer)
        };
        output
            .into_iter()
            .flat_map(|output| &output.writers)
            .filter(is_same)
            .copied()
    }
}

/// Adds to an ordered list, unless it is there or there are as many as a span shows.
fn insert_few<T: Ord>(list: &mut Vec<T>, new: T) {
    if let Err(place) = list.binary_search(&new)
        && list.len() < LIST_LIMIT
    {
        list.reserve_exact(1);
        list.insert(place, new);
    }
}

/// Writes what tasks read, of a stage or of one task.
pub(crate) fn describe_read(draft: &mut Draft, read: &ShuffleReadMetrics) {
    draft.set_some(key::SPARK_SHUFFLE_READ_LOCAL_BYTES, read.local_bytes.get());
    draft.set_some(
        key::SPARK_SHUFFLE_READ_REMOTE_BYTES,
        read.remote_bytes.get(),
    );
    draft.set_positive(
        key::SPARK_SHUFFLE_READ_REMOTE_TO_DISK_BYTES,
        read.remote_to_disk_bytes,
    );
    draft.set_some(key::SPARK_SHUFFLE_READ_RECORDS, read.records.get());
    draft.set_some(
        key::SPARK_SHUFFLE_READ_FETCH_WAIT_MS,
        read.fetch_wait_time_ms.get(),
    );
    draft.set_some(
        key::SPARK_SHUFFLE_READ_LOCAL_BLOCKS,
        read.local_blocks.get(),
    );
    draft.set_some(
        key::SPARK_SHUFFLE_READ_REMOTE_BLOCKS,
        read.remote_blocks.get(),
    );
    draft.set_positive(
        key::SPARK_SHUFFLE_READ_REMOTE_REQUESTS_MS,
        read.remote_requests_duration_ms,
    );
    let merged = &read.push_based;
    for (key, figure) in [
        (
            key::SPARK_SHUFFLE_READ_MERGED_LOCAL_BYTES,
            merged.merged_local_bytes,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_REMOTE_BYTES,
            merged.merged_remote_bytes,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_LOCAL_BLOCKS,
            merged.merged_local_blocks,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_REMOTE_BLOCKS,
            merged.merged_remote_blocks,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_LOCAL_CHUNKS,
            merged.merged_local_chunks,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_REMOTE_CHUNKS,
            merged.merged_remote_chunks,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_REMOTE_REQUESTS_MS,
            merged.merged_remote_requests_duration_ms,
        ),
        (
            key::SPARK_SHUFFLE_READ_MERGED_CORRUPT_CHUNKS,
            merged.corrupt_merged_chunks,
        ),
        (key::SPARK_SHUFFLE_READ_MERGED_FALLBACKS, merged.fallbacks),
    ] {
        draft.set_positive(key, figure);
    }
}

/// Writes what tasks wrote, of a stage or of one task.
pub(crate) fn describe_write(draft: &mut Draft, figures: &Figures) {
    let write = &figures.metrics.shuffle_write;
    draft.set_some(key::SPARK_SHUFFLE_WRITE_BYTES, write.bytes.get());
    draft.set_some(key::SPARK_SHUFFLE_WRITE_RECORDS, write.records.get());
    let write_time_ns = write.write_time_ns.get();
    draft.set_some(
        key::SPARK_SHUFFLE_WRITE_TIME_MS,
        write_time_ns.map(|time_ns| time_ns / 1_000_000),
    );
}
