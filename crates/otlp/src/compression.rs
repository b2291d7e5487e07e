//! Bodies made smaller, and made big again within a limit.

use std::io::{self, Read, Write as _};

/// How hard gzip tries: as hard as other exporters, so that the network sees no more bytes. On spans
/// the level below takes a quarter less CPU for 1 % more bytes, and those above gain nothing.
const GZIP_LEVEL: flate2::Compression = flate2::Compression::new(6);

/// How far back a zstd window may reach, as a power of two: 8 MiB, what its format recommends that
/// readers take.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// A body's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// As it is.
    None,
    /// What every receiver takes.
    Gzip,
    /// Smaller and cheaper, where the receiver takes it.
    Zstd,
}

impl Compression {
    /// Its name in HTTP and gRPC headers; `None` where the header is left out.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// The encoding of this name, as far as it is known.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.trim() {
            "" | "identity" | "none" => Some(Self::None),
            "gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    pub(crate) fn compress(self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            Self::None => Ok(bytes),
            Self::Gzip => {
                let out = Vec::with_capacity(bytes.len() / 8);
                let mut encoder = flate2::write::GzEncoder::new(out, GZIP_LEVEL);
                encoder.write_all(&bytes)?;
                encoder.finish()
            }
            Self::Zstd => zstd::bulk::compress(&bytes, zstd::DEFAULT_COMPRESSION_LEVEL),
        }
    }

    /// The content of `bytes`, which is at most `max_bytes`.
    pub(crate) fn decompress(self, bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, Undecodable> {
        match self {
            Self::None => read_at_most(bytes, max_bytes),
            Self::Gzip => read_at_most(flate2::read::MultiGzDecoder::new(bytes), max_bytes),
            Self::Zstd => {
                let mut decoder =
                    zstd::Decoder::with_buffer(bytes).map_err(|_| Undecodable::Damaged)?;
                decoder
                    .window_log_max(ZSTD_WINDOW_LOG_MAX)
                    .map_err(|_| Undecodable::Damaged)?;
                read_at_most(decoder, max_bytes)
            }
        }
    }
}

/// Why there is no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    Damaged,
    TooLong,
}

/// What `source` holds. No more than one byte over the limit is ever read: a small body may
/// decompress to anything.
fn read_at_most(source: impl Read, max_bytes: usize) -> Result<Vec<u8>, Undecodable> {
    let mut content = Vec::new();
    source
        .take(max_bytes as u64 + 1)
        .read_to_end(&mut content)
        .map_err(|_| Undecodable::Damaged)?;
    if content.len() > max_bytes {
        return Err(Undecodable::TooLong);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Compression; 3] = [Compression::None, Compression::Gzip, Compression::Zstd];

    #[test]
    fn compressed_bytes_are_read_up_to_the_limit() {
        let content = b"spans ".repeat(1_000);
        for compression in ALL {
            let compressed = compression.compress(content.clone()).unwrap();
            assert_eq!(
                compression.decompress(&compressed, 6_000),
                Ok(content.clone())
            );
            let too_long = compression.decompress(&compressed, 5_999);
            assert_eq!(too_long, Err(Undecodable::TooLong), "{compression:?}");
        }
    }

    #[test]
    fn garbage_is_damaged() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            for garbage in [
                &b"spans"[..],
                b"\x1f\x8b\x08\0\0\0\0\0\0\xffspans",
                b"\x28\xb5\x2f\xfd.",
            ] {
                assert_eq!(
                    compression.decompress(garbage, 100),
                    Err(Undecodable::Damaged)
                );
            }
        }
    }

    #[test]
    fn names_are_those_of_the_headers() {
        for compression in ALL {
            let name = compression.name().unwrap_or_default();
            assert_eq!(Compression::from_name(name), Some(compression));
        }
        assert_eq!(Compression::from_name("br"), None);
    }
}
