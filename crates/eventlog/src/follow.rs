//! Logs that grow while they are read.
//!
//! A look at the directories finds out what changed: no notification, for those are silent where it matters, on
//! network file systems and mounted object stores.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::path::{Path, PathBuf};

use crate::log::scan;
use crate::state::Progress;
use crate::{Error, Lines, Log, Place, Position, State};

/// Which of the logs that are there at the first look are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// All of them.
    Beginning,
    /// Those that change after it; each of them from its head, for its first lines explain the later ones.
    Changes,
}

/// What a look found. The path is the log's [`key`](Log::key).
#[derive(Debug)]
pub enum Change {
    /// There are lines to read: see [`Follower::lines`].
    Grew(PathBuf),
    /// The log was truncated, replaced, or changed after its end: its lines come again from the first.
    Restarted(PathBuf),
    /// Spark finished the log. After the lines that are there now, none will come.
    Ended(PathBuf),
    /// The log was deleted from its directory, as the History Server's cleaner does.
    Gone(PathBuf),
    /// A path could not be looked into. Told once, until it can be.
    Refused(Error),
}

/// Follows logs, rolling logs and directories of logs.
///
/// [`poll`](Self::poll) tells which logs have news, [`lines`](Self::lines) reads them. What was dealt with for good is
/// told by [`handled`](Self::handled) and [`done`](Self::done), and is all that the [`State`] remembers: after a
/// restart a log in progress is read from its head again, and the lines up to [`resume_at`](Self::resume_at) were
/// dealt with before.
pub struct Follower {
    roots: Vec<PathBuf>,
    start: Start,
    /// What the caller writes.
    outputs: Vec<PathBuf>,
    logs: BTreeMap<PathBuf, Followed>,
    /// From the state file, for logs not seen yet in this run.
    remembered: BTreeMap<PathBuf, Progress>,
    refused: BTreeSet<PathBuf>,
}

struct Followed {
    /// As the last look found it.
    log: Log,
    /// None before the first line is read, and after the last.
    lines: Option<Lines>,
    /// Whether lines of it were offered in this run.
    offered: bool,
    resume_at: Position,
    handled: Position,
    ended: bool,
    done: bool,
}

impl Follower {
    /// Follows what is at these paths; nothing is looked at before the first [`poll`](Self::poll).
    pub fn new(roots: Vec<PathBuf>, start: Start) -> Self {
        Self {
            roots,
            start,
            outputs: Vec::new(),
            logs: BTreeMap::new(),
            remembered: BTreeMap::new(),
            refused: BTreeSet::new(),
        }
    }

    /// Goes on where an earlier run was stopped. A log that the state does not know came in between: it is read.
    pub fn resume(roots: Vec<PathBuf>, state: State) -> Self {
        Self {
            remembered: state.logs,
            ..Self::new(roots, Start::Beginning)
        }
    }

    /// Leaves out what the caller itself writes to these paths, though it be among the logs.
    #[must_use]
    pub fn leaving_out(self, outputs: Vec<PathBuf>) -> Self {
        Self { outputs, ..self }
    }

    /// Looks once and tells what changed since the last look, in the order of the paths.
    ///
    /// A log that appears under its final name may still be being copied: it is read once it kept its size from one
    /// look to the next.
    pub fn poll(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut refused = Vec::new();
        let mut seen = BTreeMap::new();
        // The state file is another one each time that it was saved.
        let outputs = self.outputs.iter().filter_map(|path| Place::of(path));
        let outputs: Vec<Place> = outputs.collect();
        for root in &self.roots {
            match scan(root) {
                Ok(discovery) => {
                    refused.extend(discovery.refused);
                    let logs = discovery.logs.into_iter();
                    let logs =
                        logs.filter(|log| !outputs.iter().any(|output| log.has_file_at(output)));
                    seen.extend(logs.map(|log| (log.key().to_owned(), log)));
                }
                Err(error) => refused.push(error),
            }
        }
        // What a refused path hides is not gone.
        let is_hidden = |key: &Path| refused.iter().any(|error| key.starts_with(error.path()));
        self.remembered
            .retain(|key, _| seen.contains_key(key) || is_hidden(key));
        self.logs.retain(|key, _| {
            let kept = seen.contains_key(key) || is_hidden(key);
            if !kept {
                changes.push(Change::Gone(key.clone()));
            }
            kept
        });
        for (key, log) in seen {
            if let Some(followed) = self.logs.get_mut(&key) {
                followed.observe(log, &mut changes);
            } else {
                let progress = self.remembered.remove(&key);
                let followed = Followed::meet(log, progress.as_ref(), self.start, &mut changes);
                self.logs.insert(key, followed);
            }
        }
        // What comes after the first look is new.
        self.start = Start::Beginning;
        let before = mem::take(&mut self.refused);
        for error in refused {
            self.refused.insert(error.path().to_owned());
            if !before.contains(error.path()) {
                changes.push(Change::Refused(error));
            }
        }
        changes
    }

    /// The reader of a log that [`poll`](Self::poll) named. It ends at what is there now, and goes on after a later
    /// look.
    pub fn lines(&mut self, key: &Path) -> Option<&mut Lines> {
        self.logs.get_mut(key)?.lines.as_mut()
    }

    /// Says that no more lines of a log are wanted, however it goes on, so that nothing is held for them. If it comes
    /// again from the first one, these are offered again.
    pub fn leave(&mut self, key: &Path) {
        if let Some(lines) = self.lines(key) {
            lines.leave();
        }
    }

    /// Up to where an earlier run dealt with the lines of a log: they are read again for what they explain, and call
    /// for nothing else.
    pub fn resume_at(&self, key: &Path) -> Position {
        let followed = self.logs.get(key);
        followed.map_or(Position::default(), |followed| followed.resume_at)
    }

    /// Says that the lines of a log up to this place were dealt with for good.
    pub fn handled(&mut self, key: &Path, position: Position) {
        if let Some(followed) = self.logs.get_mut(key) {
            followed.handled = followed.handled.max(position);
        }
    }

    /// Says that a log that ended was dealt with for good: it is not read again unless it changes.
    pub fn done(&mut self, key: &Path) {
        if let Some(followed) = self.logs.get_mut(key) {
            followed.done = followed.ended;
            followed.lines = None;
        }
    }

    /// What to remember for the next run.
    pub fn state(&self) -> State {
        let mut logs = self.remembered.clone();
        logs.extend(self.logs.iter().map(|(key, followed)| {
            let progress = Progress::of(&followed.log, followed.handled, followed.done);
            (key.clone(), progress)
        }));
        State::new(logs)
    }
}

impl Followed {
    /// Sees a log for the first time in this run.
    fn meet(
        log: Log,
        progress: Option<&Progress>,
        start: Start,
        changes: &mut Vec<Change>,
    ) -> Self {
        let is_known = match progress {
            Some(progress) => progress.bytes == log.bytes(),
            None => start == Start::Changes,
        };
        let is_over =
            is_known && !log.in_progress() && progress.is_none_or(|progress| progress.done);
        let handled = progress.map_or(Position::default(), |progress| progress.handled_in(&log));
        let mut followed = Self {
            log,
            lines: None,
            offered: false,
            resume_at: handled,
            handled,
            ended: is_over,
            done: is_over,
        };
        if followed.log.in_progress() && !is_known && followed.log.bytes() > 0 {
            followed.offer(changes);
        }
        followed
    }

    fn observe(&mut self, log: Log, changes: &mut Vec<Change>) {
        let was_in_progress = self.log.in_progress();
        let is_same = self.log.files() == log.files();
        self.handled = Progress::of(&self.log, self.handled, self.done).handled_in(&log);
        self.log = log;
        if !was_in_progress && (self.log.in_progress() || !is_same) {
            (self.lines, self.ended, self.done) = (None, false, false);
        }
        if self.log.in_progress() {
            if !is_same || !was_in_progress {
                self.offer(changes);
            }
        } else if was_in_progress || (is_same && !self.ended) {
            self.offer(changes);
            self.ended = true;
            changes.push(Change::Ended(self.log.key().to_owned()));
        }
    }

    /// Makes the lines that are there now readable: those after what was read, or all where that is not there any more.
    fn offer(&mut self, changes: &mut Vec<Change>) {
        let key = self.log.key();
        let goes_on = match &mut self.lines {
            Some(lines) => lines.follow(&self.log),
            None => false,
        };
        if !goes_on {
            if self.lines.is_some() {
                self.handled = Position::default();
            }
            self.resume_at = self.handled;
            self.lines = Some(Lines::of(&self.log, self.log.in_progress()));
            if self.offered {
                changes.push(Change::Restarted(key.to_owned()));
            }
            self.offered = true;
        }
        changes.push(Change::Grew(key.to_owned()));
    }
}
