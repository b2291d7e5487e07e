//! The logs that the user named.

use std::io;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::{Error, Lines, Log, discover};

/// Where lines come from.
pub(crate) enum Input {
    /// A file, or the files of a rolling log.
    Log(Log),
    /// A pipe.
    Stdin,
}

/// What is at the paths, and what there may not be looked into.
pub(crate) fn find(paths: &[PathBuf]) -> Result<(Vec<Input>, Vec<Error>), Error> {
    let (mut inputs, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
            continue;
        }
        let discovery = discover(path)?;
        inputs.extend(discovery.logs.into_iter().map(Input::Log));
        refused.extend(discovery.refused);
    }
    Ok((inputs, refused))
}

impl Input {
    /// The path as it may be told.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Log(log) => log.path(),
            Self::Stdin => Path::new("stdin"),
        }
    }

    /// How many bytes there are to read, where that is known.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::Log(log) => Some(log.bytes()),
            Self::Stdin => None,
        }
    }

    /// Whether Spark is still writing, or was when the driver died.
    pub(crate) fn in_progress(&self) -> bool {
        match self {
            Self::Log(log) => log.in_progress(),
            Self::Stdin => false,
        }
    }

    /// Its lines, from the first on.
    pub(crate) fn lines(&self) -> Lines {
        match self {
            Self::Log(log) => log.lines(),
            Self::Stdin => Lines::from_reader("stdin", io::stdin()),
        }
    }
}
