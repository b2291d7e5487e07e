//! How the command ends.

use std::process::ExitCode;

/// What the process tells whoever started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All was done.
    Done,
    /// All was done, but something was lost on the way.
    Losses,
    /// It was not done.
    Failed,
    /// Somebody ended it.
    Interrupted,
}

impl From<Exit> for i32 {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Losses => 2,
            // As shells report SIGINT.
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        u8::try_from(i32::from(exit)).map_or(Self::FAILURE, Self::from)
    }
}
