//! The chunks of ning's compress-lzf: `ZV`, a type, the stored length, for a compressed chunk the original length
//! (numbers are big-endian), and the bytes. Both lengths have 16 bits, so no chunk is above 64 KiB.

use super::{Corrupt, Step};
use crate::buffer::LineBuffer;

pub(super) const MAGIC: &[u8; 2] = b"ZV";
const RAW: u8 = 0;
const COMPRESSED: u8 = 1;

pub(super) fn decode(input: &[u8], output: &mut LineBuffer) -> Result<Step, Corrupt> {
    let Some((&[z, v, kind, s0, s1], rest)) = input.split_first_chunk() else {
        return Ok(Step::NEEDS_INPUT);
    };
    if [z, v] != *MAGIC {
        return Err("no LZF chunk begins here".into());
    }
    let stored_bytes = usize::from(u16::from_be_bytes([s0, s1]));
    let (original_bytes, chunks) = match kind {
        RAW => (stored_bytes, rest),
        COMPRESSED => match rest.split_first_chunk() {
            Some((original, chunks)) => (usize::from(u16::from_be_bytes(*original)), chunks),
            None => return Ok(Step::NEEDS_INPUT),
        },
        _ => return Err("unknown type of LZF chunk".into()),
    };
    let Some(chunk) = chunks.get(..stored_bytes) else {
        return Ok(Step::NEEDS_INPUT);
    };
    let original = &mut output.space(original_bytes)[..original_bytes];
    if kind == RAW {
        original.copy_from_slice(chunk);
    } else if expand(chunk, original) != Some(original_bytes) {
        return Err("bad LZF chunk".into());
    }
    output.advance(original_bytes);
    Ok(Step {
        used: input.len() - chunks.len() + stored_bytes,
        written: original_bytes,
    })
}

/// Undoes LZF: runs of literals, and copies of what was written up to 8 KiB before. None where a run or a copy
/// leaves its bounds.
fn expand(mut chunk: &[u8], original: &mut [u8]) -> Option<usize> {
    let mut written = 0;
    while let Some((&control, rest)) = chunk.split_first() {
        let control = usize::from(control);
        chunk = rest;
        if control < 0x20 {
            let (literals, rest) = chunk.split_at_checked(control + 1)?;
            original
                .get_mut(written..written + literals.len())?
                .copy_from_slice(literals);
            written += literals.len();
            chunk = rest;
            continue;
        }
        let mut length = (control >> 5) + 2;
        if length == 9 {
            let (&more, rest) = chunk.split_first()?;
            length += usize::from(more);
            chunk = rest;
        }
        let (&low, rest) = chunk.split_first()?;
        chunk = rest;
        let distance = ((control & 0x1F) << 8 | usize::from(low)) + 1;
        let from = written.checked_sub(distance)?;
        let end = written
            .checked_add(length)
            .filter(|end| *end <= original.len())?;
        if distance >= length {
            original.copy_within(from..from + length, written);
        } else {
            // The copy runs into what it writes.
            for at in written..end {
                original[at] = original[at - distance];
            }
        }
        written = end;
    }
    Some(written)
}
