//! The file that requests are kept in: for its owner's eyes, and of limited length.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Keep, ReceiverError};

/// An open file of lines.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    max_bytes: u64,
    file: File,
    bytes: u64,
}

impl KeptFile {
    pub(super) fn open(keep: &Keep) -> Result<Self, ReceiverError> {
        let (file, bytes) = open(&keep.path).map_err(|source| ReceiverError::Keep {
            path: keep.path.clone(),
            source,
        })?;
        Ok(Self {
            path: keep.path.clone(),
            max_bytes: keep.max_bytes,
            file,
            bytes,
        })
    }

    /// Appends a line, which is with the system when this returns.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let length = line.len() as u64;
        if self.bytes > 0 && self.bytes + length > self.max_bytes {
            let mut previous = OsString::from(&self.path);
            previous.push(".1");
            fs::rename(&self.path, previous)?;
            (self.file, self.bytes) = open(&self.path)?;
        }
        self.file.write_all(line)?;
        self.bytes += length;
        Ok(())
    }
}

/// The file and its length.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}
