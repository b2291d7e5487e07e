//! What an event log is on disk, and where logs are.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::place::is_inside;
use crate::{Error, Lines, Place};

/// What Spark appends to the name of a file, or of a rolling log's marker, that it still writes.
const IN_PROGRESS: &str = ".inprogress";
/// What the History Server appends to a rolled file that stands for itself and all before it.
const COMPACT: &str = ".compact";

/// The log of one attempt of one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    path: PathBuf,
    key: PathBuf,
    files: Vec<LogFile>,
    in_progress: bool,
}

/// One file of a log, as it was when it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogFile {
    pub(crate) path: PathBuf,
    /// Its place in the log, from 1; Spark's own number where the log rolls.
    pub(crate) number: u64,
    /// Whether it stands for all files of a lower number too.
    pub(crate) compact: bool,
    pub(crate) bytes: u64,
    /// The inode: stays when the file is renamed. Files are compared only at one place of one log, so the device,
    /// whose number changes with each mount, says nothing more.
    pub(crate) id: u64,
}

impl Log {
    /// The file, or the directory of the rolled files.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path without `.inprogress`: what stays when the application ends.
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// Whether Spark says, by the name or the marker, that it is still writing (or was, when the driver died).
    pub fn in_progress(&self) -> bool {
        self.in_progress
    }

    /// The size of its files, compressed as they are.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Whether what is written to a path is written into the log: to one of its files by whatever name, beside its
    /// rolled files, or to where Spark puts it when the application ends.
    pub fn is_written_at(&self, path: &Path) -> bool {
        let Some(place) = Place::of(path) else {
            return false;
        };
        let is_rolled = self.files.iter().all(|file| file.path != self.path);
        self.has_file_at(&place)
            || (is_rolled && is_inside(path, &self.path))
            || (self.in_progress && Place::of(&self.key) == Some(place))
    }

    /// Whether one of its files is there.
    pub(crate) fn has_file_at(&self, place: &Place) -> bool {
        let mut files = self.files.iter();
        files.any(|file| place.is_file(&file.path, file.id))
    }

    /// Reads its lines from the first on.
    pub fn lines(&self) -> Lines {
        Lines::of(self, false)
    }

    pub(crate) fn files(&self) -> &[LogFile] {
        &self.files
    }

    fn single(path: PathBuf, metadata: &Metadata) -> Self {
        let name = path.to_string_lossy();
        let (key, in_progress) = match name.strip_suffix(IN_PROGRESS) {
            Some(key) => (PathBuf::from(key), true),
            None => (path.clone(), false),
        };
        Self {
            key,
            files: vec![LogFile::new(path.clone(), 1, metadata)],
            in_progress,
            path,
        }
    }

    /// The log that a directory is: Spark's rolled files, or the parts that Databricks leaves. None for any other.
    fn rolled(directory: &Path, entries: &[Entry]) -> Option<Self> {
        let is_spark = directory
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("eventlog_v2_"));
        let mut files: Vec<LogFile> = entries
            .iter()
            .filter_map(|entry| Some(entry.file(spark_number(&entry.name)?)))
            .collect();
        if is_spark || !files.is_empty() {
            files.sort_by_key(|file| (file.number, file.compact));
            if let Some(last_compact) = files.iter().rposition(|file| file.compact) {
                files.drain(..last_compact);
            }
            return Some(Self {
                // Before the first file and the marker are there, the directory is new.
                in_progress: files.is_empty() || spark_in_progress(entries),
                path: directory.to_owned(),
                key: directory.to_owned(),
                files,
            });
        }
        // The names carry the time at which a part was rolled; the one still written has none.
        let (current, rolled): (Vec<&Entry>, Vec<&Entry>) = entries
            .iter()
            .filter(|entry| entry.name == "eventlog" || entry.name.starts_with("eventlog-"))
            .partition(|entry| entry.name == "eventlog");
        let files: Vec<LogFile> = rolled
            .into_iter()
            .chain(current)
            .zip(1..)
            .map(|(entry, number)| entry.file(number))
            .collect();
        (!files.is_empty()).then(|| Self {
            in_progress: false,
            path: directory.to_owned(),
            key: directory.to_owned(),
            files,
        })
    }
}

impl LogFile {
    fn new(path: PathBuf, number: u64, metadata: &Metadata) -> Self {
        Self {
            compact: path.to_string_lossy().ends_with(COMPACT),
            path,
            number,
            bytes: metadata.len(),
            id: metadata.ino(),
        }
    }
}

/// `events_<number>_<application>[_<attempt>][.codec][.compact]`
fn spark_number(name: &str) -> Option<u64> {
    let (number, _) = name.strip_prefix("events_")?.split_once('_')?;
    number.parse().ok()
}

/// A copy may have lost the empty marker; then nobody is writing.
fn spark_in_progress(entries: &[Entry]) -> bool {
    let mut markers = entries
        .iter()
        .filter(|entry| entry.name.starts_with("appstatus_"))
        .peekable();
    markers.peek().is_some() && markers.all(|marker| marker.name.ends_with(IN_PROGRESS))
}

/// What was found at a path.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The logs, sorted by path.
    pub logs: Vec<Log>,
    /// What in a directory of logs could not be looked into, such as another user's log.
    pub refused: Vec<Error>,
}

/// Finds the logs at a path: one file, the directory of one rolling log, or a directory of many.
///
/// Any file may be a log: only its first line can tell. Hidden files, checksums and `_SUCCESS` are not. A path that
/// is there only with or only without `.inprogress` is found either way, and where both are there the finished one is
/// the log.
///
/// # Errors
///
/// [`Error::NotFound`], [`Error::PermissionDenied`], [`Error::Read`] for the path itself, and [`Error::NoLogs`] for a
/// directory without any log.
pub fn discover(path: &Path) -> Result<Discovery, Error> {
    let mut discovery = scan(path)?;
    discovery.logs.retain(|log| !log.files.is_empty());
    if discovery.logs.is_empty() && discovery.refused.is_empty() {
        return Err(Error::NoLogs {
            path: path.to_owned(),
        });
    }
    Ok(discovery)
}

/// As [`discover`], but nothing in a directory is no error: logs may come.
pub(crate) fn scan(path: &Path) -> Result<Discovery, Error> {
    let (path, metadata) = resolve(path)?;
    if !metadata.is_dir() {
        return Ok(Discovery {
            logs: vec![Log::single(path, &metadata)],
            refused: Vec::new(),
        });
    }
    let entries = list(&path)?;
    if let Some(log) = Log::rolled(&path, &entries) {
        return Ok(Discovery {
            logs: vec![log],
            refused: Vec::new(),
        });
    }
    let mut refused = Vec::new();
    let mut logs = BTreeMap::new();
    for entry in entries {
        let log = if entry.metadata.is_dir() {
            match list(&entry.path) {
                Ok(files) => Log::rolled(&entry.path, &files),
                Err(Error::NotFound { .. }) => None,
                Err(error) => {
                    refused.push(error);
                    None
                }
            }
        } else {
            Some(Log::single(entry.path, &entry.metadata))
        };
        // The list is sorted, so `x` comes before `x.inprogress`.
        if let Some(log) = log {
            logs.entry(log.key.clone()).or_insert(log);
        }
    }
    Ok(Discovery {
        logs: logs.into_values().collect(),
        refused,
    })
}

/// The path, or its other name where only that is there.
fn resolve(path: &Path) -> Result<(PathBuf, Metadata), Error> {
    let missing = match fs::metadata(path) {
        Ok(metadata) => return Ok((path.to_owned(), metadata)),
        Err(error) => error,
    };
    let finished = path
        .to_str()
        .and_then(|name| name.strip_suffix(IN_PROGRESS));
    let other = finished.map_or_else(
        || {
            let mut name = OsString::from(path);
            name.push(IN_PROGRESS);
            PathBuf::from(name)
        },
        PathBuf::from,
    );
    match fs::metadata(&other) {
        Ok(metadata) if missing.kind() == io::ErrorKind::NotFound => Ok((other, metadata)),
        _ => Err(Error::reading(path, missing)),
    }
}

/// What a directory shows of one name in it.
struct Entry {
    name: String,
    path: PathBuf,
    metadata: Metadata,
}

impl Entry {
    fn file(&self, number: u64) -> LogFile {
        LogFile::new(self.path.clone(), number, &self.metadata)
    }
}

/// A directory's entries that may matter, sorted by name.
fn list(directory: &Path) -> Result<Vec<Entry>, Error> {
    let failed = |error| Error::reading(directory, error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        if name.starts_with(['.', '_']) || path.extension().is_some_and(|is| is == "crc") {
            continue;
        }
        match fs::metadata(&path) {
            Ok(metadata) => entries.push(Entry {
                name,
                path,
                metadata,
            }),
            // Renamed or cleaned up since it was listed, or a dangling link.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::reading(&path, error)),
        }
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(entries)
}
