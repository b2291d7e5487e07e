//! Zstandard: many frames one after the other, as Spark closes one at each flush.

use std::io;

use zstd::stream::raw::{Decoder, Operation};

use super::{Corrupt, Step};
use crate::buffer::LineBuffer;

pub(super) const MAGIC: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// The largest block of the format: with so much room, a block's text never waits inside the library.
const MAX_BLOCK_BYTES: usize = 128 << 10;

/// The header of the next block, which the library asks for together with a block: a damaged one would cost the block.
const BLOCK_HEADER_BYTES: usize = 3;

/// What the library wants to see first of a frame.
const FRAME_START_BYTES: usize = 5;

/// A run of frames.
pub(super) struct Frames {
    decoder: Decoder<'static>,
    /// What the library asks for up to the end of the block, 0 between frames.
    wanted_bytes: usize,
}

impl Frames {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            decoder: Decoder::new()?,
            wanted_bytes: 0,
        })
    }

    /// Goes one block at a time: the library forgets what it wrote in a call that fails, and no whole line before a
    /// damaged block may be lost.
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        output: &mut LineBuffer,
    ) -> Result<Step, Corrupt> {
        let wanted_bytes = match self.wanted_bytes {
            0 => FRAME_START_BYTES,
            block if block > BLOCK_HEADER_BYTES => block - BLOCK_HEADER_BYTES,
            header => header,
        };
        let input = &input[..input.len().min(wanted_bytes)];
        if input.is_empty() {
            return Ok(Step::NEEDS_INPUT);
        }
        let status = self
            .decoder
            .run_on_buffers(input, output.space(MAX_BLOCK_BYTES))
            .map_err(|error| Corrupt(error.to_string()))?;
        output.advance(status.bytes_written);
        self.wanted_bytes = status.remaining;
        Ok(Step {
            used: status.bytes_read,
            written: status.bytes_written,
        })
    }

    pub(super) fn is_at_boundary(&self) -> bool {
        self.wanted_bytes == 0
    }
}
