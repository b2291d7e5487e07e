//! Names that are shown as they are.

use std::borrow::Cow;
use std::fmt;

/// The longest identifier, characters.
const LIMIT: usize = 256;
/// What stands for the rest of a longer one.
const CUT: char = '…';

/// An id, a host, a user, a table or another name that a span shows as it is: of at most 256 characters,
/// none of which acts on a terminal or on the direction of text.
///
/// It is for values that are identifiers by their place in Spark's events. A text that a user wrote is none:
/// that passes a [`Redaction`](crate::Redaction).
///
/// ```
/// use sparkspan_redaction::Identifier;
///
/// assert_eq!(Identifier::new("app-20261122215049-0000").as_str(), "app-20261122215049-0000");
/// assert_eq!(Identifier::new("a\u{1b}[2Jb").as_str(), "a\u{fffd}[2Jb");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Identifier(Cow<'static, str>);

impl Identifier {
    /// The name, with U+FFFD for each control and bidirectional formatting character; a longer one is cut
    /// and ends with `…`.
    pub fn new<'a>(name: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        if is_identifier(&name) {
            return Self(Cow::Owned(name.into_owned()));
        }
        let mut text = String::new();
        write(&mut text, &name);
        Self(Cow::Owned(text))
    }

    /// A name of our own.
    pub const fn fixed(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name.
    pub fn into_text(self) -> Cow<'static, str> {
        self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Adds a name as an [`Identifier`] has it.
pub(crate) fn write(output: &mut String, name: &str) {
    if is_identifier(name) {
        output.push_str(name);
        return;
    }
    let is_short = is_short(name);
    let kept = if is_short { LIMIT } else { LIMIT - 1 };
    output.extend(name.chars().take(kept).map(|letter| {
        if acts(letter) {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        }
    }));
    if !is_short {
        output.push(CUT);
    }
}

fn is_identifier(name: &str) -> bool {
    // Nearly all names are ASCII, and bytes are compared many at a time.
    let is_plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    is_short(name) && (is_plain || !name.contains(acts))
}

fn is_short(name: &str) -> bool {
    name.len() <= LIMIT || name.chars().nth(LIMIT).is_none()
}

/// Control characters, and those of Unicode that turn the direction of what follows (UAX #9) or separate
/// lines.
const fn acts(letter: char) -> bool {
    matches!(
        letter,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_name_is_cut_at_a_character() {
        for (name, expected) in [
            ("a".repeat(256), "a".repeat(256)),
            ("ä".repeat(256), "ä".repeat(256)),
            ("a".repeat(257), format!("{}…", "a".repeat(255))),
            ("ä".repeat(300_000), format!("{}…", "ä".repeat(255))),
        ] {
            assert_eq!(Identifier::new(&name).as_str(), expected);
        }
    }

    #[test]
    fn characters_that_act_are_replaced() {
        let name = "a\u{202e}b\u{7f}c\nd";
        assert_eq!(
            Identifier::new(name).as_str(),
            "a\u{fffd}b\u{fffd}c\u{fffd}d"
        );
    }
}
