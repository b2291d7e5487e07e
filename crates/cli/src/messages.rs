//! What the command says on stderr.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::failure::Failure;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Says why the command failed, and what may be done about it.
pub(crate) fn error(failure: &Failure) {
    say(&format!("{ERROR}error:{ERROR:#} {}", failure.in_full()));
    if let Some(text) = failure.hint() {
        hint(text);
    }
}

/// Says that something is not as it should be, and that the command goes on.
pub(crate) fn warning(text: impl Display) {
    say(&format!("{WARNING}warning:{WARNING:#} {text}"));
}

/// Says what may be done about an error or a warning.
pub(crate) fn hint(text: impl Display) {
    say(&format!("{HINT}hint:{HINT:#} {text}"));
}

/// Says something about what is done.
pub(crate) fn note(text: impl Display) {
    say(&text.to_string());
}

/// Where nobody can be told, there is nobody to tell that either.
fn say(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}
