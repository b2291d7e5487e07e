//! What a task measures.

macro_rules! figures {
    ($($name:ident),* $(,)?) => {
        /// The figures that differ between tasks; of the others real lines hold zeros.
        #[derive(Debug, Clone, Copy, Default)]
        pub(super) struct Figures {
            $(pub(super) $name: u64,)*
        }

        impl Figures {
            /// The figure of this name.
            pub(super) fn named(name: &str) -> Option<fn(&Self) -> u64> {
                match name {
                    $(stringify!($name) => Some(|figures| figures.$name),)*
                    _ => None,
                }
            }

            pub(super) fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }
        }
    };
}

figures![
    deserialize_ms,
    deserialize_cpu_ns,
    run_ms,
    cpu_ns,
    peak_bytes,
    result_bytes,
    gc_ms,
    remote_blocks,
    local_blocks,
    fetch_wait_ms,
    remote_bytes,
    local_bytes,
    read_records,
    written_bytes,
    write_ns,
    written_records,
    rows,
];
