//! What stops a log from being read at all.

use std::io;
use std::path::{Path, PathBuf};

/// Why a path gave no lines, or a state file could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing is at the path, nor beside it with or without `.inprogress`.
    #[error("no such file or directory: {}", path.display())]
    NotFound {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The file or directory is another user's.
    #[error("permission denied: {}", path.display())]
    PermissionDenied {
        /// The file or directory.
        path: PathBuf,
    },
    /// The directory holds no file that may be an event log.
    #[error("no event log in this directory: {}", path.display())]
    NoLogs {
        /// The directory.
        path: PathBuf,
    },
    /// Reading failed below the file system.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The state file cannot be written.
    #[error("cannot write the state file {}", path.display())]
    WriteState {
        /// The state file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The state file is not one that this version understands.
    #[error("not a state file of this version: {}", path.display())]
    BadState {
        /// The state file.
        path: PathBuf,
        /// Where it departs from one.
        source: serde_json::Error,
    },
}

impl Error {
    /// The file or directory that the error is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::NotFound { path }
            | Self::PermissionDenied { path }
            | Self::NoLogs { path }
            | Self::Read { path, .. }
            | Self::WriteState { path, .. }
            | Self::BadState { path, .. } => path,
        }
    }

    pub(crate) fn reading(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { path },
            _ => Self::Read { path, source },
        }
    }
}
