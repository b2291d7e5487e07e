//! The lines of a log, lent one by one.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::buffer::{LineBuffer, Next};
use crate::codec::{Corrupt, Decoding, Failure};
use crate::log::LogFile;
use crate::{Damage, DamageKind, Error, Log};

/// A place between two lines of a log. Later places are greater; compaction of earlier files does not move it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Position {
    /// The number of the file in the log, from 1; 0 before the first.
    pub file: u64,
    /// How many lines of that file are before the place.
    pub line: u64,
}

/// A reader of a log's lines. It lends each line from its buffer: nothing is allocated per line.
pub struct Lines {
    /// The files after the current one.
    files: VecDeque<LogFile>,
    current: Option<Current>,
    buffer: LineBuffer,
    position: Position,
    damage: Vec<Damage>,
    /// What is kept of the last line, if it was too long.
    abridged: Option<Vec<u8>>,
    /// Of the files before the current one.
    bytes_read: u64,
    /// Whether more may be appended to the last file, or follow it.
    growing: bool,
}

/// The file being read.
struct Current {
    file: LogFile,
    /// Closed while a growing file has nothing new.
    source: Option<Box<dyn Read + Send>>,
    decoding: Decoding,
    /// Its end was reached, or a damage that makes the rest worthless.
    finished: bool,
}

impl Lines {
    pub(crate) fn of(log: &Log, growing: bool) -> Self {
        Self {
            files: log.files().iter().cloned().collect(),
            current: None,
            buffer: LineBuffer::default(),
            position: Position::default(),
            damage: Vec::new(),
            abridged: None,
            bytes_read: 0,
            growing,
        }
    }

    /// Reads a log that is one stream, such as a pipe. The path only names it, and its extension is a hint at the
    /// codec.
    pub fn from_reader(path: impl Into<PathBuf>, reader: impl Read + Send + 'static) -> Self {
        Self {
            files: VecDeque::new(),
            current: Some(Current::new(
                LogFile {
                    path: path.into(),
                    number: 1,
                    compact: false,
                    bytes: 0,
                    id: 0,
                },
                Some(Box::new(reader)),
            )),
            buffer: LineBuffer::default(),
            position: Position { file: 1, line: 0 },
            damage: Vec::new(),
            abridged: None,
            bytes_read: 0,
            growing: false,
        }
    }

    /// The next line, without its newline. None at the end of the log; of a followed log, at its end for now.
    ///
    /// A line that is too long to be held is given without its long members, if it is an object.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], [`Error::PermissionDenied`] or [`Error::Read`] where a file of the log cannot be read.
    /// Asked again, it goes on with the next file.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, Error> {
        self.abridged = None;
        let line = loop {
            match self.buffer.next() {
                Next::Line(line) => {
                    self.position.line += 1;
                    break line;
                }
                Next::Overlong(bytes, kept) => {
                    self.report(DamageKind::OverlongLine, bytes);
                    self.position.line += 1;
                    if kept.is_some() {
                        self.abridged = kept;
                        return Ok(self.abridged());
                    }
                    continue;
                }
                Next::Unfinished => {}
            }
            if self.fill()? {
                continue;
            }
            if self.growing && self.files.is_empty() {
                self.rest();
                return Ok(None);
            }
            if let Some(line) = self.finish_file() {
                break line;
            }
            if !self.next_file() {
                return Ok(None);
            }
        };
        Ok(Some(self.buffer.slice(line)))
    }

    /// The place behind the last line handed over: its file, and its number in that file.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The last line again, if it is what was kept of one that was too long.
    pub fn abridged(&self) -> Option<&[u8]> {
        self.abridged.as_deref()
    }

    /// The file being read. None before the first line and after the last.
    pub fn file(&self) -> Option<&Path> {
        self.current.as_ref().map(|file| file.file.path.as_path())
    }

    /// How many bytes of the log's files were read so far, compressed as they are.
    pub fn bytes_read(&self) -> u64 {
        let current = self.current.as_ref();
        self.bytes_read + current.map_or(0, |file| file.decoding.taken_bytes())
    }

    /// What was lost so far, in the order of the log.
    pub fn damage(&self) -> &[Damage] {
        &self.damage
    }

    /// Takes over what became of a followed log; false where that no longer holds what was read.
    pub(crate) fn follow(&mut self, log: &Log) -> bool {
        let next_number = match &mut self.current {
            Some(current) => {
                let number = current.file.number;
                let Some(file) = log.files().iter().find(|file| file.number == number) else {
                    return false;
                };
                if file.id != current.file.id || file.bytes < current.decoding.taken_bytes() {
                    return false;
                }
                current.file = file.clone();
                number + 1
            }
            None => self.position.file + 1,
        };
        self.files = log
            .files()
            .iter()
            .filter(|file| file.number >= next_number)
            .cloned()
            .collect();
        self.growing = log.in_progress();
        true
    }

    /// Adds text to the buffer; false when the current file has no more for now.
    fn fill(&mut self) -> Result<bool, Error> {
        let Some(current) = self.current.as_mut().filter(|file| !file.finished) else {
            return Ok(false);
        };
        let growing = self.growing && self.files.is_empty();
        match current.fill(growing, &mut self.buffer) {
            Ok(filled) => Ok(filled),
            Err(Failure::Corrupt(Corrupt(reason))) => {
                self.give_up_file(DamageKind::Corrupt { reason });
                Ok(false)
            }
            // Renamed or cleaned up since it was listed: the next listing tells where it went.
            Err(Failure::Io(error)) if growing && error.kind() == io::ErrorKind::NotFound => {
                Ok(false)
            }
            Err(Failure::Io(error)) => {
                let error = Error::reading(&current.file.path, error);
                if !growing {
                    self.bytes_read = self.bytes_read();
                    self.current = None;
                    self.buffer.take_rest();
                }
                Err(error)
            }
        }
    }

    /// Leaves out the rest of a damaged file.
    fn give_up_file(&mut self, kind: DamageKind) {
        let (rest, dropped) = self.buffer.take_rest();
        let mut bytes = dropped + rest.len() as u64;
        if let Some(current) = &mut self.current {
            current.finished = true;
            current.source = None;
            bytes += current.decoding.undecoded_bytes();
            bytes += current
                .file
                .bytes
                .saturating_sub(current.decoding.taken_bytes());
        }
        self.report(kind, bytes);
    }

    /// Ends the current file. A text without a last newline may still end with a whole line: that is given.
    fn finish_file(&mut self) -> Option<Range<usize>> {
        let current = self.current.as_ref().filter(|file| !file.finished)?;
        let (undecoded, whole) = (
            current.decoding.undecoded_bytes(),
            current.decoding.is_whole(),
        );
        let (rest, dropped) = self.buffer.take_rest();
        let is_line = dropped == 0 && is_whole_object(self.buffer.slice(rest.clone()));
        self.position.line += u64::from(is_line);
        let lost = dropped + undecoded + if is_line { 0 } else { rest.len() as u64 };
        if lost > 0 || !whole {
            self.report(DamageKind::Truncated, lost);
        }
        if let Some(current) = &mut self.current {
            current.finished = true;
        }
        is_line.then_some(rest)
    }

    /// Goes on to the next file, if there is one.
    fn next_file(&mut self) -> bool {
        self.bytes_read = self.bytes_read();
        self.current = None;
        let Some(file) = self.files.pop_front() else {
            return false;
        };
        let missing = file.number.saturating_sub(self.position.file + 1);
        self.position = Position {
            file: file.number,
            line: 0,
        };
        let compact = file.compact;
        self.current = Some(Current::new(file, None));
        if missing > 0 && !compact {
            self.report(DamageKind::MissingFiles(missing), 0);
        }
        true
    }

    /// Holds no more than what the next look needs.
    fn rest(&mut self) {
        self.buffer.shrink();
        if let Some(current) = &mut self.current {
            current.source = None;
            current.decoding.shrink();
        }
    }

    /// Holds nothing, and gives no more lines of the current file.
    pub(crate) fn leave(&mut self) {
        self.buffer = LineBuffer::default();
        if let Some(current) = &mut self.current {
            current.source = None;
            current.decoding = Decoding::default();
            current.finished = true;
        }
    }

    fn report(&mut self, kind: DamageKind, bytes: u64) {
        let file = self.file().map(Path::to_owned).unwrap_or_default();
        self.damage.push(Damage {
            file,
            line: self.position.line + 1,
            bytes,
            kind,
        });
    }
}

impl Current {
    fn new(file: LogFile, source: Option<Box<dyn Read + Send>>) -> Self {
        Self {
            file,
            source,
            decoding: Decoding::default(),
            finished: false,
        }
    }

    /// Opens the file where reading stopped if it is closed, and adds some of its text to the buffer.
    fn fill(&mut self, growing: bool, buffer: &mut LineBuffer) -> Result<bool, Failure> {
        let path = &self.file.path;
        let source = match &mut self.source {
            Some(source) => source,
            closed => {
                let mut file = File::open(path)?;
                if self.decoding.taken_bytes() > 0 {
                    file.seek(SeekFrom::Start(self.decoding.taken_bytes()))?;
                }
                closed.insert(Box::new(file))
            }
        };
        self.decoding.fill(path, source.as_mut(), growing, buffer)
    }
}

/// Whether these bytes are a JSON object from its first brace to its last: no cut line is, for none of an object's
/// beginnings closes all that it opened.
fn is_whole_object(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string && depth == 1 => return at + 1 == line.len(),
            b'}' if !in_string => depth = depth.saturating_sub(1),
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    false
}
