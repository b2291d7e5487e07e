//! Compressed event logs.

use std::io::{self, Read};
use std::mem::{Discriminant, discriminant};

use sparkspan_eventlog::{DamageKind, Lines};

/// A log that decompresses to more is read no further.
const MAX_BYTES: usize = 1 << 22;

/// gzip.
pub fn codec_gzip(data: &[u8]) {
    decode("log.gz", data);
}

/// lz4, in the blocks of `lz4-java`.
pub fn codec_lz4(data: &[u8]) {
    decode("log.lz4", data);
}

/// lzf, in the chunks of `compress-lzf`.
pub fn codec_lzf(data: &[u8]) {
    decode("log.lzf", data);
}

/// snappy, in the blocks of `snappy-java`.
pub fn codec_snappy(data: &[u8]) {
    decode("log.snappy", data);
}

/// zstd.
pub fn codec_zstd(data: &[u8]) {
    decode("log.zstd", data);
}

/// Any file gives lines and says what is damaged, and the same however it comes.
fn decode(name: &str, data: &[u8]) {
    let whole = lines(name, data, usize::MAX);
    assert_eq!(lines(name, data, 7), whole);
}

/// In which line something is lost, and what happened.
type Loss = (u64, Discriminant<DamageKind>);

/// The lines of a file that comes in pieces of so many bytes.
fn lines(name: &str, data: &[u8], piece: usize) -> (Vec<Vec<u8>>, Vec<Loss>) {
    let pieces = Pieces {
        rest: data.to_vec(),
        piece,
    };
    let mut lines = Lines::from_reader(name, pieces);
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(line) = lines.next_line().expect("memory can be read") {
        found.push(line.to_vec());
        bytes += line.len() + 1;
        if bytes > MAX_BYTES {
            // What is damaged further on is not known.
            return (found, Vec::new());
        }
    }
    // How much of a stream is left out, and in what words, depends on how much of it was there.
    let damage = lines.damage().iter();
    let damage = damage.map(|damage| (damage.line, discriminant(&damage.kind)));
    (found, damage.collect())
}

struct Pieces {
    rest: Vec<u8>,
    piece: usize,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = into.len().min(self.piece).min(self.rest.len());
        into[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}
