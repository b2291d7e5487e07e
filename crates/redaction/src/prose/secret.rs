//! What announces a secret, and how far it reaches.

use super::Style;
use super::pieces::{ASSIGNMENTS, is_of_separator};
use crate::words::{NUMBER_DIGITS, Named, is_name_of_code, is_one_of, named_by};

/// How many words may say what a secret is of.
const WORDS_OF: u8 = 2;

/// Whether the words that follow may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    No,
    /// A word that may name one: it follows if a separator does.
    Likely {
        /// As many words that say what it is of may still stand before that: `pin for joe: x`.
        left: u8,
    },
    /// One was named: what is no usual word is it, to the end of the clause.
    Clause {
        /// Something was hidden since.
        has_value: bool,
        /// There may be several, with commas between them.
        is_list: bool,
    },
    /// The next word is it, whatever it is.
    Next {
        is_list: bool,
    },
}

impl Secret {
    pub(super) const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Clause { is_list: true, .. } | Self::Next { is_list: true }
        )
    }

    pub(super) const fn after_value(self) -> Self {
        Self::Clause {
            has_value: true,
            is_list: self.is_list(),
        }
    }

    /// What follows what is hidden as a whole.
    pub(super) const fn behind_hidden(self) -> Self {
        match self {
            Self::No | Self::Likely { .. } => self,
            Self::Clause { .. } | Self::Next { .. } => self.after_value(),
        }
    }

    /// What follows a name that stands alone, such as one in quotes; it itself where that names nothing.
    pub(super) fn or_named_by(self, name: &str) -> Self {
        match named_by("", name) {
            Named::Secret { is_list } => Self::Clause {
                has_value: false,
                is_list,
            },
            Named::Likely if self == Self::No => Self::Likely { left: 0 },
            Named::Likely | Named::Nothing => self,
        }
    }

    /// What follows a word that is shown.
    pub(super) fn behind_word(previous: &str, word: &str, style: Style) -> Self {
        let name = word.trim_end_matches(is_of_separator);
        let has_separator = name.len() < word.len();
        let is_option = style != Style::Sql && word.starts_with('-');
        if is_password_option(word) && !is_option {
            return Self::Clause {
                has_value: false,
                is_list: false,
            };
        }
        if is_identified_by(previous, word) || is_password_option(word) {
            return Self::Next { is_list: false };
        }
        let key = if name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            name
        } else {
            name.rsplit(['=', '&', ';', ',']).next().unwrap_or_default()
        };
        match named_by(previous, key) {
            Named::Secret { is_list } if has_separator || is_option => Self::Next { is_list },
            Named::Secret { is_list } => Self::Clause {
                has_value: false,
                is_list,
            },
            Named::Likely if has_separator || is_option => Self::Next { is_list: false },
            Named::Likely => Self::Likely { left: 0 },
            Named::Nothing => Self::No,
        }
    }

    /// What is left of it behind a word that names nothing.
    pub(super) fn behind_unnamed(self, word: &str, is_sql: bool) -> Self {
        const OF: [&str; 5] = ["for", "of", "at", "in", "on"];
        const OF_SQL: [&str; 2] = ["for", "of"];
        const VERBS: [&str; 4] = ["is", "are", "was", "were"];
        let Self::Likely { left } = self else {
            return Self::No;
        };
        if is_one_of(word, &VERBS) {
            // `are a, b`
            let is_list = word.to_ascii_lowercase().ends_with("re");
            let has_value = false;
            Self::Clause { has_value, is_list }
        } else if is_one_of(word, if is_sql { &OF_SQL } else { &OF }) {
            Self::Likely { left: WORDS_OF }
        } else if left == 0
            || word.starts_with(|letter: char| letter.is_ascii_digit())
            || is_one_of(word, &["denied:", "error:", "failed:", "failure:"])
        {
            Self::No
        } else if word.ends_with(ASSIGNMENTS) {
            Self::Next { is_list: false }
        } else if is_one_of(word, &["the", "user", "my", "our", "your"]) {
            self
        } else {
            Self::Likely { left: left - 1 }
        }
    }

    /// Where a value is assigned to what it is of: `pin for joe=x`.
    pub(super) fn assigned_behind(self, word: &str) -> Option<usize> {
        match self {
            Self::Likely { left: 1.. } if !word.contains("://") => word
                .find(ASSIGNMENTS)
                .filter(|index| !word[*index..].chars().all(is_of_separator)),
            _ => None,
        }
    }

    /// Whether one was named, and nothing was hidden since.
    pub(super) const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Likely { .. }
                | Self::Clause {
                    has_value: false,
                    ..
                }
        )
    }

    pub(super) const fn has_value(self) -> bool {
        matches!(
            self,
            Self::Clause {
                has_value: true,
                ..
            }
        )
    }

    /// What follows a line with a name alone. SQL may have that too.
    pub(super) const fn behind_name_alone(self, is_sql: bool) -> Self {
        let is_list = self.is_list();
        if is_sql {
            Self::Clause {
                has_value: false,
                is_list,
            }
        } else {
            Self::Next { is_list }
        }
    }

    /// What is left of it behind a white space or a bracket, with the text before and after that.
    pub(super) fn behind_separator(
        self,
        separator: char,
        (before, after): (&str, &str),
        is_sql: bool,
    ) -> Self {
        if matches!(self, Self::Likely { .. }) {
            match separator {
                // `<pin>x</pin>`
                '>' => return Self::Next { is_list: false },
                // `pins[x]`
                '[' | '{' if before.ends_with(char::is_alphanumeric) => {
                    return Self::Next { is_list: false };
                }
                // `pin (of joe): x`
                '(' | '[' | '{' => return Self::Likely { left: WORDS_OF },
                _ => {}
            }
        }
        // `(password,x)`
        let is_pair = !after.starts_with(char::is_whitespace);
        let is_end = match (self, is_sql, separator) {
            (Self::Clause { .. } | Self::Likely { .. }, _, ';' | '\n')
            | (Self::Clause { .. }, true, ')')
            | (Self::Likely { .. }, _, ',') => true,
            (Self::Clause { has_value, is_list }, true, ',') => {
                !(if has_value { is_list } else { is_pair })
            }
            (Self::Clause { has_value, is_list }, _, ',') => has_value && !is_list,
            _ => false,
        };
        if is_end { Self::No } else { self }
    }
}

/// Where in a word a value is assigned to a key that names a secret, alone or with the word before: at the first
/// such key's end, and whether several values may follow.
pub(super) fn secret_assigned(previous: &str, word: &str, style: Style) -> Option<(usize, bool)> {
    let may_assign = |byte: u8| matches!(byte, b'=' | b':') || !byte.is_ascii();
    if !word.bytes().any(may_assign) {
        return None;
    }
    let mut start = 0;
    // What an address assigns is not shown.
    let address = word.find("://").unwrap_or(word.len());
    for (index, _) in word[..address].match_indices(ASSIGNMENTS) {
        let key = word[start..index].trim_end_matches(['-', ':']);
        let name = key
            .rsplit(['=', '&', '?', ';', ',', '/', '%'])
            .next()
            .unwrap_or_default();
        let is_glued = style != Style::Sql || !word[index..].starts_with("::");
        // `API key=x`
        let previous = if name.len() == key.len() && start == 0 {
            previous
        } else {
            ""
        };
        start = index;
        match named_by(previous, name) {
            Named::Secret { is_list } if is_glued => return Some((index, is_list)),
            Named::Likely if is_glued => return Some((index, false)),
            _ => {}
        }
    }
    None
}

/// The scheme of an `Authorization` header stands before the secret.
pub(super) fn is_scheme(word: &str) -> bool {
    is_one_of(
        word,
        &["apikey", "basic", "bearer", "digest", "negotiate", "token"],
    )
}

/// Whether a text goes on about what it quoted: `token 'x': was expecting 'y'`.
pub(super) fn begins_with_verb(text: &str) -> bool {
    let next = text.split_whitespace().next().unwrap_or_default();
    is_one_of(next, &["was", "were", "is", "expected", "expecting"])
}

/// Whether a word is a place that the one before announces: `line 3`, `on sales.orders`.
pub(super) fn is_place(previous: &str, word: &str) -> bool {
    const COUNTED: [&str; 6] = ["character", "column", "index", "line", "offset", "position"];
    const NAMED: [&str; 7] = ["at", "column", "from", "in", "on", "table", "view"];
    let is_short =
        || word.len() < NUMBER_DIGITS && word.bytes().all(|digit| digit.is_ascii_digit());
    let is_path = || {
        word.contains('.')
            && word
                .split('.')
                .all(|part| part.starts_with(|letter: char| letter.is_ascii_lowercase()))
            && is_name_of_code(word)
    };
    (is_one_of(previous, &COUNTED) && is_short()) || (is_one_of(previous, &NAMED) && is_path())
}

fn is_identified_by(previous: &str, word: &str) -> bool {
    previous.eq_ignore_ascii_case("identified") && word.eq_ignore_ascii_case("by")
}

/// Options of command lines that a password follows.
fn is_password_option(word: &str) -> bool {
    matches!(word, "-p" | "-P" | "-u" | "-U" | "-a" | "-w" | "-W")
}
