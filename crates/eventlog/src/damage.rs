//! What of a log could not be read.

use std::fmt;
use std::path::PathBuf;

/// A loss inside one file of a log. The lines before it were handed over; a damaged or cut file ends here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// The number, from 1, of the line in which the loss begins.
    pub line: u64,
    /// How many bytes were left out: of text as far as it was decoded, of the file where it was not.
    pub bytes: u64,
    /// What happened.
    pub kind: DamageKind,
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamageKind {
    /// The file ends inside a line or a compressed block: usual for a log in progress or of a killed driver.
    Truncated,
    /// The compressed bytes contradict their own format; the rest of the file was left out.
    Corrupt {
        /// What the codec found wrong.
        reason: String,
    },
    /// The line is longer than [`MAX_LINE_BYTES`](crate::MAX_LINE_BYTES): of the object in it only short members were
    /// handed over, see [`Lines::abridged`](crate::Lines::abridged). The log goes on behind it.
    OverlongLine,
    /// So many rolled files before this one are not there.
    MissingFiles(u64),
}

impl fmt::Display for Damage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes, .. } = self;
        match &self.kind {
            DamageKind::Truncated => {
                write!(
                    formatter,
                    "cut short in line {line}, {bytes} bytes left out"
                )
            }
            DamageKind::Corrupt { reason } => {
                write!(
                    formatter,
                    "damaged in line {line} ({reason}), {bytes} bytes left out"
                )
            }
            DamageKind::OverlongLine => {
                write!(formatter, "line {line} is too long, {bytes} bytes left out")
            }
            DamageKind::MissingFiles(count) => {
                write!(
                    formatter,
                    "{count} files of the log before this one are missing"
                )
            }
        }?;
        write!(formatter, ": {}", self.file.display())
    }
}
