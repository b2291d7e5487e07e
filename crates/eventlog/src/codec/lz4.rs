//! The `LZ4Block` format of lz4-java: blocks with a header of their own, not the LZ4 frame format.
//!
//! A header is the magic, a token (method and level), the compressed and the original length, and a checksum of the
//! original bytes; numbers are little-endian. An empty block ends a stream; another stream may follow it.

use lz4_flex::block::{decompress_into, get_maximum_output_size};
use twox_hash::XxHash32;

use super::{Corrupt, Step};
use crate::buffer::LineBuffer;

pub(super) const MAGIC: &[u8; 8] = b"LZ4Block";
const HEADER_BYTES: usize = 21;
const METHOD_RAW: u8 = 0x10;
const METHOD_LZ4: u8 = 0x20;
/// The block size is two to the power of the token's level and this.
const LEVEL_BASE: u32 = 10;
const CHECKSUM_SEED: u32 = 0x9747_B28C;
/// Java's `Checksum` view of the hash drops its upper four bits.
const CHECKSUM_MASK: u32 = 0x0FFF_FFFF;

pub(super) fn decode(input: &[u8], output: &mut LineBuffer) -> Result<Step, Corrupt> {
    let Some((header, blocks)) = input.split_first_chunk::<HEADER_BYTES>() else {
        return Ok(Step::NEEDS_INPUT);
    };
    let [m0, m1, m2, m3, m4, m5, m6, m7, token, lengths @ ..] = *header;
    let [c0, c1, c2, c3, o0, o1, o2, o3, h0, h1, h2, h3] = lengths;
    if [m0, m1, m2, m3, m4, m5, m6, m7] != *MAGIC {
        return Err("no LZ4 block begins here".into());
    }
    let compressed_bytes = u32::from_le_bytes([c0, c1, c2, c3]) as usize;
    let original_bytes = u32::from_le_bytes([o0, o1, o2, o3]) as usize;
    let checksum = u32::from_le_bytes([h0, h1, h2, h3]);

    let (method, level) = (token & 0xF0, u32::from(token & 0x0F));
    let max_bytes = 1_usize << (LEVEL_BASE + level);
    let is_consistent = match method {
        METHOD_RAW => compressed_bytes == original_bytes,
        METHOD_LZ4 => compressed_bytes <= get_maximum_output_size(original_bytes),
        _ => false,
    };
    if original_bytes > max_bytes || !is_consistent {
        return Err("bad LZ4 block header".into());
    }
    let Some(block) = blocks.get(..compressed_bytes) else {
        return Ok(Step::NEEDS_INPUT);
    };

    let original = &mut output.space(original_bytes)[..original_bytes];
    if method == METHOD_RAW {
        original.copy_from_slice(block);
    } else if decompress_into(block, original).ok() != Some(original_bytes) {
        return Err("bad LZ4 block".into());
    }
    // The end mark carries no checksum of its nothing.
    if original_bytes > 0 && XxHash32::oneshot(CHECKSUM_SEED, original) & CHECKSUM_MASK != checksum
    {
        return Err("the LZ4 block's checksum does not match".into());
    }
    output.advance(original_bytes);
    Ok(Step {
        used: HEADER_BYTES + compressed_bytes,
        written: original_bytes,
    })
}
