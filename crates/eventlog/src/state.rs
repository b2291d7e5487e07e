//! What a follower remembers from one run to the next.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, de};
use tempfile::NamedTempFile;

use crate::log::Log;
use crate::{Error, Position};

const VERSION: u32 = 1;

/// How far each followed log was dealt with. It holds paths and numbers, nothing of what a log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    pub(crate) logs: BTreeMap<PathBuf, Progress>,
}

/// How far one log was dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The size of its files then.
    pub(crate) bytes: u64,
    /// Nothing more is expected of it.
    pub(crate) done: bool,
    handled: Option<Handled>,
}

/// The last line dealt with, and how to tell that its file still begins with what it began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Handled {
    position: Position,
    inode: u64,
    file_bytes: u64,
}

impl Progress {
    pub(crate) fn of(log: &Log, handled: Position, done: bool) -> Self {
        let file = log.files().iter().find(|file| file.number == handled.file);
        Self {
            bytes: log.bytes(),
            done,
            handled: file.map(|file| Handled {
                position: handled,
                inode: file.id,
                file_bytes: file.bytes,
            }),
        }
    }

    /// The last line dealt with; the beginning where the log is no longer the one that it was.
    pub(crate) fn handled_in(&self, log: &Log) -> Position {
        self.handled
            .filter(|handled| {
                log.files().iter().any(|file| {
                    file.number == handled.position.file
                        && file.id == handled.inode
                        && file.bytes >= handled.file_bytes
                })
            })
            .map_or(Position::default(), |handled| handled.position)
    }
}

impl State {
    pub(crate) fn new(logs: BTreeMap<PathBuf, Progress>) -> Self {
        Self {
            version: VERSION,
            logs,
        }
    }

    /// Reads a state file. None where there is none yet.
    ///
    /// # Errors
    ///
    /// [`Error::BadState`] for a file of anything else, and what reading a file meets.
    pub fn load(path: &Path) -> Result<Option<Self>, Error> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::reading(path, error)),
        };
        serde_json::from_slice(&bytes).map_err(|source| Error::BadState {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes a state file that only its owner may read: whole or not at all, by a rename.
    ///
    /// # Errors
    ///
    /// [`Error::WriteState`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        self.replace(path).map_err(|source| Error::WriteState {
            path: path.to_owned(),
            source,
        })
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Its name begins with a dot: no follower takes it for a log.
        let mut new = NamedTempFile::new_in(directory)?;
        new.write_all(&serde_json::to_vec_pretty(self)?)?;
        new.as_file().sync_all()?;
        new.persist(path)?;
        Ok(())
    }
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == VERSION {
        Ok(version)
    } else {
        Err(de::Error::custom(format_args!(
            "version {version}, expected {VERSION}"
        )))
    }
}
