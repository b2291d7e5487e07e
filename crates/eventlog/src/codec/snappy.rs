//! The stream format of snappy-java, not the official Snappy framing: a header of magic and two version numbers, then
//! raw Snappy blocks, each behind its length (big-endian). Where streams were appended, a header stands for a block.

use super::{Corrupt, Step};
use crate::buffer::LineBuffer;

pub(super) const MAGIC: &[u8; 8] = b"\x82SNAPPY\0";
const HEADER_BYTES: usize = 16;
const LENGTH_BYTES: usize = 4;

/// Spark's default is 32 KiB, and its users were seen to go up to 1 MiB.
const MAX_BLOCK_BYTES: usize = 64 << 20;

pub(super) fn decode(input: &[u8], output: &mut LineBuffer) -> Result<Step, Corrupt> {
    let Some((length, blocks)) = input.split_first_chunk::<LENGTH_BYTES>() else {
        return Ok(Step::NEEDS_INPUT);
    };
    if MAGIC.starts_with(length) {
        return header(input);
    }
    let compressed_bytes = u32::from_be_bytes(*length) as usize;
    if compressed_bytes > snap::raw::max_compress_len(MAX_BLOCK_BYTES) {
        return Err("bad Snappy block length".into());
    }
    let Some(block) = blocks.get(..compressed_bytes) else {
        return Ok(Step::NEEDS_INPUT);
    };
    let original_bytes = snap::raw::decompress_len(block)
        .ok()
        .filter(|bytes| *bytes <= MAX_BLOCK_BYTES)
        .ok_or("bad Snappy block length")?;
    if original_bytes > 0 {
        let original = &mut output.space(original_bytes)[..original_bytes];
        snap::raw::Decoder::new()
            .decompress(block, original)
            .map_err(|_| "bad Snappy block")?;
        output.advance(original_bytes);
    }
    Ok(Step {
        used: LENGTH_BYTES + compressed_bytes,
        written: original_bytes,
    })
}

fn header(input: &[u8]) -> Result<Step, Corrupt> {
    if input.len() < HEADER_BYTES {
        return Ok(Step::NEEDS_INPUT);
    }
    if !input.starts_with(MAGIC) {
        return Err("bad Snappy stream header".into());
    }
    Ok(Step {
        used: HEADER_BYTES,
        written: 0,
    })
}
