//! What the terminal can show.

use std::env;
use std::io::{self, Stdout, Write as _};

use anstream::AutoStream;
use clap::ColorChoice;
use terminal_size::{Width, terminal_size_of};

use crate::drawing::Layout;
use crate::failure::Failure;

/// What is drawn on where there is no terminal to ask.
const COLUMNS: usize = 100;

/// How traces are drawn on stdout: as wide as the terminal, in the characters of its locale.
pub(crate) fn layout() -> Layout {
    let of_terminal = terminal_size_of(io::stdout()).map(|(Width(columns), _)| columns.into());
    let given = || env::var("COLUMNS").ok()?.parse().ok();
    Layout {
        columns: of_terminal.or_else(given).unwrap_or(COLUMNS),
        unicode: locale_is_utf8(|name| env::var(name).ok()),
        depth: None,
        all: false,
    }
}

/// stdout with colours where the user wants them; by default on a terminal without `NO_COLOR`.
pub(crate) fn stdout(color: ColorChoice) -> AutoStream<Stdout> {
    let choice = match color {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    AutoStream::new(io::stdout(), choice)
}

/// Prints JSON on stdout.
pub(crate) fn print_json(json: serde_json::Result<String>) -> Result<(), Failure> {
    json.map_err(io::Error::other)
        .and_then(|json| writeln!(io::stdout(), "{json}"))
        .map_err(Failure::Stdout)
}

/// By POSIX, the first of these that is not empty names the locale of characters.
fn locale_is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|locale| !locale.is_empty())
        .is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locale_of_characters_is_the_first_that_is_set() {
        let is_utf8 = |set: &[(&str, &str)]| {
            let set = set.to_vec();
            locale_is_utf8(move |name| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(is_utf8(&[("LANG", "en_GB.UTF-8")]));
        assert!(is_utf8(&[
            ("LC_ALL", ""),
            ("LC_CTYPE", "C.utf8"),
            ("LANG", "C")
        ]));
        assert!(!is_utf8(&[("LC_ALL", "POSIX"), ("LANG", "en_GB.UTF-8")]));
        assert!(!is_utf8(&[]));
    }
}
