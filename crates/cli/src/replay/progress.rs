//! How far a replay is, for a person who waits.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::input::Input;

/// Reading is faster than anybody looks.
const LINES_BETWEEN_UPDATES: u64 = 256;

/// A bar on stderr where that is a terminal, else nothing. It counts the bytes of the files as they
/// are, compressed.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Bytes of the logs before the current one.
    before: u64,
    /// Bytes up to its end.
    end: u64,
    lines: u64,
}

impl Progress {
    /// A bar for so many bytes; `None` where nobody knows, as of a pipe.
    pub(crate) fn new(bytes: Option<u64>) -> Self {
        let (bar, template) = match bytes {
            Some(bytes) => (
                ProgressBar::new(bytes),
                "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes}, {eta} left",
            ),
            None => (ProgressBar::no_length(), "{msg} {spinner} {binary_bytes}"),
        };
        let style = ProgressStyle::with_template(template);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            before: 0,
            end: 0,
            lines: 0,
        }
    }

    /// The next log begins.
    pub(crate) fn begin(&mut self, input: &Input) {
        self.before = self.end;
        self.end += input.bytes().unwrap_or(0);
        let name = input.path().file_name().unwrap_or_default();
        self.bar.set_message(name.to_string_lossy().into_owned());
        self.bar.set_position(self.before);
    }

    /// A line of the log was read, and so many bytes of it.
    pub(crate) fn line(&mut self, bytes_read: u64) {
        self.lines += 1;
        if self.lines.is_multiple_of(LINES_BETWEEN_UPDATES) {
            self.bar.set_position(self.before + bytes_read);
        }
    }

    /// All is read; what takes its time now is the sending.
    pub(crate) fn sending(&self) {
        self.bar.set_message("sending");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
