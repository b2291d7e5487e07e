//! The one buffer between a file and its lines.

use std::mem;
use std::ops::Range;

use crate::abridgement::Abridgement;

/// The longest line that is handed over: more than sixty times the longest that Spark was seen to write, and more
/// than Spark's own reader takes. A longer one is abridged and reported.
pub const MAX_LINE_BYTES: usize = 64 << 20;

/// What the buffer holds before any line asks for more.
const USUAL_BYTES: usize = 1 << 20;

/// Decoded text, split at newlines where it lies.
#[derive(Debug, Default)]
pub(crate) struct LineBuffer {
    /// Initialised memory; the text is `start..end`.
    bytes: Vec<u8>,
    start: usize,
    /// No newline is between `start` and here.
    scanned: usize,
    end: usize,
    /// The overlong line that the text is inside of, as far as it was dropped.
    overlong: Option<Abridgement>,
}

/// What comes next in the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A line without its newline, for [`LineBuffer::slice`].
    Line(Range<usize>),
    /// The end of a line of so many bytes that was not held, and what is kept of it if it was an object.
    Overlong(u64, Option<Vec<u8>>),
    /// No whole line is here.
    Unfinished,
}

impl LineBuffer {
    pub(crate) fn next(&mut self) -> Next {
        let Some(offset) = memchr::memchr(b'\n', &self.bytes[self.scanned..self.end]) else {
            self.scanned = self.end;
            if self.overlong.is_some() || self.end - self.start > MAX_LINE_BYTES {
                let overlong = self.overlong.get_or_insert_default();
                overlong.feed(&self.bytes[self.start..self.end]);
                (self.start, self.scanned, self.end) = (0, 0, 0);
                self.bytes.truncate(USUAL_BYTES);
                self.bytes.shrink_to_fit();
            }
            return Next::Unfinished;
        };
        let line = self.start..self.scanned + offset;
        self.start = line.end + 1;
        self.scanned = self.start;
        let overlong = self.overlong.take();
        if overlong.is_none() && line.len() <= MAX_LINE_BYTES {
            return Next::Line(line);
        }
        let mut overlong = overlong.unwrap_or_default();
        overlong.feed(&self.bytes[line]);
        Next::Overlong(overlong.bytes(), overlong.finish())
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    /// Empties the buffer: gives the text after the last newline, and how many bytes of its line were dropped before.
    pub(crate) fn take_rest(&mut self) -> (Range<usize>, u64) {
        let rest = self.start..self.end;
        (self.start, self.scanned, self.end) = (0, 0, 0);
        let dropped = mem::take(&mut self.overlong);
        (rest, dropped.map_or(0, |overlong| overlong.bytes()))
    }

    /// Room for more text behind what is there, at least so many bytes of it.
    pub(crate) fn space(&mut self, least_bytes: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < least_bytes {
            self.bytes.copy_within(self.start..self.end, 0);
            self.scanned -= self.start;
            self.end -= self.start;
            self.start = 0;
        }
        if self.bytes.len() - self.end < least_bytes {
            let doubled = (2 * self.bytes.len()).clamp(USUAL_BYTES, MAX_LINE_BYTES + USUAL_BYTES);
            self.bytes.resize(doubled.max(self.end + least_bytes), 0);
        }
        &mut self.bytes[self.end..]
    }

    /// Takes over so many bytes that were written to the front of [`LineBuffer::space`].
    pub(crate) fn advance(&mut self, written_bytes: usize) {
        self.end += written_bytes;
    }

    /// Gives back the memory that the text does not need.
    pub(crate) fn shrink(&mut self) {
        self.bytes = self.bytes[self.start..self.end].to_vec();
        self.scanned -= self.start;
        self.end -= self.start;
        self.start = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scenario: text without any newline, half again as long as the longest line.
    /// Guarantees: the buffer never holds more than one line and one read, and gives the memory back.
    #[test]
    fn an_endless_line_is_held_in_bounded_memory() {
        let mut buffer = LineBuffer::default();
        let mut greatest_bytes = 0;
        for _ in 0..MAX_LINE_BYTES * 3 / 2 / USUAL_BYTES {
            buffer.space(USUAL_BYTES)[..USUAL_BYTES].fill(b'x');
            buffer.advance(USUAL_BYTES);
            assert_eq!(buffer.next(), Next::Unfinished);
            greatest_bytes = greatest_bytes.max(buffer.bytes.capacity());
        }
        assert!(greatest_bytes <= MAX_LINE_BYTES + 2 * USUAL_BYTES);
        assert!(buffer.bytes.capacity() <= 2 * USUAL_BYTES);
    }
}
