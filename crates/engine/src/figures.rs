//! What tasks measured, summed.

use sparkspan_events::{Measured, ShuffleReadMetrics, ShuffleWriteMetrics, TaskMetrics};

/// Sums of task metrics, of a stage or of what its stages make up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) metrics: TaskMetrics,
    pub(crate) scheduler_delay_ms: Measured,
    pub(crate) getting_result_ms: Measured,
}

/// Adds field by field.
macro_rules! add {
    ($sum:expr, $more:expr => $($field:ident),+ $(,)?) => {
        $($sum.$field = $sum.$field.plus($more.$field);)+
    };
}

impl Figures {
    /// Adds one task, or the sum of another stage.
    pub(crate) fn add(&mut self, other: &Self) {
        add!(self, other => scheduler_delay_ms, getting_result_ms);
        let (sum, more) = (&mut self.metrics, &other.metrics);
        add!(sum, more =>
            deserialize_time_ms, deserialize_cpu_time_ns, run_time_ms, cpu_time_ns,
            result_size_bytes, gc_time_ms, result_serialization_time_ms, memory_spilled_bytes,
            disk_spilled_bytes,
        );
        // A peak is no sum: a stage shows the highest of its tasks.
        sum.peak_execution_memory_bytes = sum
            .peak_execution_memory_bytes
            .max(more.peak_execution_memory_bytes);
        add!(sum.input, more.input => bytes, records);
        add!(sum.output, more.output => bytes, records);
        add!(sum.shuffle_write, more.shuffle_write => bytes, write_time_ns, records);
        let (sum, more) = (&mut sum.shuffle_read, &more.shuffle_read);
        add!(sum, more =>
            remote_blocks, local_blocks, fetch_wait_time_ms, remote_bytes, remote_to_disk_bytes,
            local_bytes, records, remote_requests_duration_ms,
        );
        add!(sum.push_based, more.push_based =>
            corrupt_merged_chunks, fallbacks, merged_remote_blocks, merged_local_blocks,
            merged_remote_chunks, merged_local_chunks, merged_remote_bytes, merged_local_bytes,
            merged_remote_requests_duration_ms,
        );
    }
}

/// Whether anything came through a shuffle.
pub(crate) const fn has_read(read: &ShuffleReadMetrics) -> bool {
    read.records.is_positive() || read.local_bytes.is_positive() || read.remote_bytes.is_positive()
}

/// Whether anything was written for a shuffle.
pub(crate) const fn has_written(write: &ShuffleWriteMetrics) -> bool {
    write.records.is_positive() || write.bytes.is_positive()
}
