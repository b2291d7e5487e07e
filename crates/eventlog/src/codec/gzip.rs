//! Gzip: one member or several, as vendors store rolled logs.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Corrupt, Step};
use crate::buffer::LineBuffer;

pub(super) const MAGIC: &[u8] = &[0x1F, 0x8B];

/// The window of deflate as gzip uses it, as a power of two.
const WINDOW_BITS: u8 = 15;

/// Room asked of the line buffer for one step.
const STEP_BYTES: usize = 64 << 10;

/// A run of members.
pub(super) struct Members {
    inflate: Decompress,
}

impl Members {
    pub(super) fn new() -> Self {
        Self {
            inflate: Decompress::new_gzip(WINDOW_BITS),
        }
    }

    pub(super) fn decode(
        &mut self,
        input: &[u8],
        output: &mut LineBuffer,
    ) -> Result<Step, Corrupt> {
        let (used_before, written_before) = (self.inflate.total_in(), self.inflate.total_out());
        let result =
            self.inflate
                .decompress(input, output.space(STEP_BYTES), FlushDecompress::None);
        // Both are differences inside buffers in memory.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by the slices given"
        )]
        let step = Step {
            used: (self.inflate.total_in() - used_before) as usize,
            written: (self.inflate.total_out() - written_before) as usize,
        };
        output.advance(step.written);
        match result {
            Ok(Status::StreamEnd) => self.inflate = Decompress::new_gzip(WINDOW_BITS),
            Ok(Status::Ok | Status::BufError) => {}
            // What was written before the damage counts; the next call meets the damage again.
            Err(_) if step.written > 0 => {}
            Err(error) => return Err(Corrupt(error.to_string())),
        }
        Ok(step)
    }

    pub(super) fn is_at_boundary(&self) -> bool {
        self.inflate.total_in() == 0
    }
}
