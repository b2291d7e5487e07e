//! What is fuzzed, and what must hold of it whatever comes: a function for each target, which takes any bytes and panics
//! where something does not hold.

#![forbid(unsafe_code)]

mod codec;
mod configuration;
mod engine;
mod line;
mod receiver;
mod text;

pub use codec::{codec_gzip, codec_lz4, codec_lzf, codec_snappy, codec_zstd};
pub use configuration::configuration;
pub use engine::engine;
pub use line::line;
pub use receiver::{receiver_json, receiver_protobuf};
pub use text::{prose, sql};

/// What is done with any bytes.
pub type Target = fn(&[u8]);

/// All targets by their names, which are those of their corpora.
pub const TARGETS: [(&str, Target); 12] = [
    ("codec_gzip", codec_gzip),
    ("codec_lz4", codec_lz4),
    ("codec_lzf", codec_lzf),
    ("codec_snappy", codec_snappy),
    ("codec_zstd", codec_zstd),
    ("configuration", configuration),
    ("engine", engine),
    ("line", line),
    ("prose", prose),
    ("receiver_json", receiver_json),
    ("receiver_protobuf", receiver_protobuf),
    ("sql", sql),
];

/// The stack of the smallest thread that a JVM calls the agent on.
const STACK_BYTES: usize = 1 << 20;

/// Does something on a thread with a small stack.
fn on_a_small_stack(action: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let done = thread
            .spawn_scoped(scope, action)
            .expect("a thread can be started")
            .join();
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    });
}
