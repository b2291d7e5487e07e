//! The codecs that Spark writes event logs with, as decoders without input or output of their own.
//!
//! A decoder is handed the bytes that are there and takes what it can use. So a file that is cut and one that is
//! still being written look the same to it, and it can go on whenever more bytes come. No decoder allocates by a
//! length that the input claims before that length passed the format's own limit.

mod gzip;
mod lz4;
mod lzf;
mod snappy;
mod zstd;

use std::io::{self, Read};
use std::path::Path;

use crate::buffer::LineBuffer;

/// Room asked of the line buffer for one read of plain text.
const READ_BYTES: usize = 256 << 10;

/// What is read of a compressed file at once.
const INPUT_BYTES: usize = 64 << 10;

/// Every codec shows itself within so many bytes.
const MAGIC_BYTES: usize = 8;

/// The compressed bytes contradict their format.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Corrupt(pub(crate) String);

impl From<&str> for Corrupt {
    fn from(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

/// Why no more text came.
#[derive(Debug)]
pub(crate) enum Failure {
    Io(io::Error),
    Corrupt(Corrupt),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Corrupt> for Failure {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(corrupt)
    }
}

/// What one call of a decoder did. Neither used nor written: it needs more input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    used: usize,
    written: usize,
}

impl Step {
    const NEEDS_INPUT: Self = Self {
        used: 0,
        written: 0,
    };
}

/// The codec of one file and what it has to remember between its blocks.
enum Decoder {
    Plain,
    Zstd(zstd::Frames),
    Lz4,
    Snappy,
    Lzf,
    Gzip(gzip::Members),
}

impl Decoder {
    /// Chooses by the first bytes. The extension is asked only where they are no codec's and do not open a JSON object.
    fn choose(path: &Path, head: &[u8]) -> io::Result<Self> {
        let extension = path
            .file_name()
            .and_then(|name| name.to_str())
            .map(|name| {
                name.trim_end_matches(".inprogress")
                    .trim_end_matches(".compact")
            })
            .and_then(|name| name.rsplit_once('.'))
            .map_or("", |(_, extension)| extension);
        let extension = match head.first() {
            Some(b'{') | None => "",
            Some(_) => extension,
        };
        let magic = |magic: &[u8]| head.starts_with(magic);
        Ok(if magic(lz4::MAGIC) {
            Self::Lz4
        } else if magic(snappy::MAGIC) {
            Self::Snappy
        } else if magic(lzf::MAGIC) {
            Self::Lzf
        } else if magic(gzip::MAGIC) {
            Self::Gzip(gzip::Members::new())
        } else if magic(zstd::MAGIC) {
            Self::Zstd(zstd::Frames::new()?)
        } else {
            match extension {
                "zstd" | "zst" => Self::Zstd(zstd::Frames::new()?),
                "lz4" => Self::Lz4,
                "snappy" => Self::Snappy,
                "lzf" => Self::Lzf,
                "gz" | "gzip" => Self::Gzip(gzip::Members::new()),
                _ => Self::Plain,
            }
        })
    }

    fn decode(&mut self, input: &[u8], output: &mut LineBuffer) -> Result<Step, Corrupt> {
        match self {
            Self::Plain => {
                output.space(input.len())[..input.len()].copy_from_slice(input);
                output.advance(input.len());
                Ok(Step {
                    used: input.len(),
                    written: input.len(),
                })
            }
            Self::Zstd(frames) => frames.decode(input, output),
            Self::Lz4 => lz4::decode(input, output),
            Self::Snappy => snappy::decode(input, output),
            Self::Lzf => lzf::decode(input, output),
            Self::Gzip(members) => members.decode(input, output),
        }
    }

    /// Whether the input may end where it was used up to.
    fn is_at_boundary(&self) -> bool {
        match self {
            Self::Zstd(frames) => frames.is_at_boundary(),
            Self::Gzip(members) => members.is_at_boundary(),
            Self::Plain | Self::Lz4 | Self::Snappy | Self::Lzf => true,
        }
    }
}

/// The way of one file's bytes into the line buffer.
#[derive(Default)]
pub(crate) struct Decoding {
    /// None until enough bytes are there to tell.
    decoder: Option<Decoder>,
    /// Initialised memory; the bytes not yet decoded are `start..end`.
    input: Vec<u8>,
    start: usize,
    end: usize,
    taken_bytes: u64,
}

impl Decoding {
    /// Adds some text to `output`; false when the source has no more for now. With `growing`, a file too short to
    /// show its codec is waited for instead of being taken as it is.
    pub(crate) fn fill(
        &mut self,
        path: &Path,
        source: &mut dyn Read,
        growing: bool,
        output: &mut LineBuffer,
    ) -> Result<bool, Failure> {
        loop {
            if let Some(decoder) = &mut self.decoder {
                let input = &self.input[self.start..self.end];
                if matches!(decoder, Decoder::Plain) && input.is_empty() {
                    let read = read(source, output.space(READ_BYTES))?;
                    output.advance(read);
                    self.taken_bytes += read as u64;
                    return Ok(read > 0);
                }
                let step = decoder.decode(input, output)?;
                self.start += step.used;
                if step.written > 0 {
                    return Ok(true);
                }
                if step.used > 0 {
                    continue;
                }
            }
            let read = self.read_input(source)?;
            let head = &self.input[self.start..self.end];
            if self.decoder.is_none() && (head.len() >= MAGIC_BYTES || (read == 0 && !growing)) {
                self.decoder = Some(Decoder::choose(path, head)?);
            } else if read == 0 {
                return Ok(false);
            }
        }
    }

    fn read_input(&mut self, source: &mut dyn Read) -> io::Result<usize> {
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.input.len() == self.end {
            self.input
                .resize((2 * self.input.len()).max(INPUT_BYTES), 0);
        }
        let read = read(source, &mut self.input[self.end..])?;
        self.end += read;
        self.taken_bytes += read as u64;
        Ok(read)
    }

    /// How many bytes of the file were read: where to go on.
    pub(crate) fn taken_bytes(&self) -> u64 {
        self.taken_bytes
    }

    /// How many of them belong to a block that is not whole.
    pub(crate) fn undecoded_bytes(&self) -> u64 {
        (self.end - self.start) as u64
    }

    /// Whether the file may end here.
    pub(crate) fn is_whole(&self) -> bool {
        self.start == self.end && self.decoder.as_ref().is_none_or(Decoder::is_at_boundary)
    }

    /// Gives back the memory that the unfinished block does not need.
    pub(crate) fn shrink(&mut self) {
        self.input = self.input[self.start..self.end].to_vec();
        self.end -= self.start;
        self.start = 0;
    }
}

fn read(source: &mut dyn Read, target: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(target) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
