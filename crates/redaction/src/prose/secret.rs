//! What announces a secret, and how far it reaches.

use super::Style;
use super::pieces::is_of_separator;
use crate::words::{Named, is_one_of, named_by};

/// Whether the words that follow may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    No,
    /// A word that may name one: it follows if a separator does.
    Likely,
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
            Self::No | Self::Likely => Self::No,
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
            Named::Likely if self == Self::No => Self::Likely,
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
        let key = name.rsplit(['=', '&', ';', ',']).next().unwrap_or_default();
        match named_by(previous, key) {
            Named::Secret { is_list } if has_separator || is_option => Self::Next { is_list },
            Named::Secret { is_list } => Self::Clause {
                has_value: false,
                is_list,
            },
            Named::Likely if has_separator || is_option => Self::Next { is_list: false },
            Named::Likely => Self::Likely,
            Named::Nothing => Self::No,
        }
    }

    /// What is left of it behind a white space or a bracket, with the text after that.
    pub(super) fn behind_separator(self, separator: char, after: &str, is_sql: bool) -> Self {
        // `<pin>x</pin>`
        if self == Self::Likely && separator == '>' {
            return Self::Next { is_list: false };
        }
        // `(password,x)`
        let is_pair = !after.starts_with(char::is_whitespace);
        let is_end = match (self, is_sql, separator) {
            (Self::Clause { .. } | Self::Likely, _, ';' | '\n')
            | (Self::Clause { .. }, true, ')')
            | (Self::Likely, _, ',') => true,
            (Self::Clause { has_value, is_list }, true, ',') => {
                !(if has_value { is_list } else { is_pair })
            }
            (Self::Clause { has_value, is_list }, _, ',') => has_value && !is_list,
            _ => false,
        };
        if is_end { Self::No } else { self }
    }
}

/// Where in a word a value is assigned to a key that names a secret: at the first such key's end. Not where a
/// word only ends with a separator.
pub(super) fn secret_assigned(word: &str, style: Style) -> Option<usize> {
    let mut start = 0;
    // What an address assigns is not shown.
    let address = word.find("://").unwrap_or(word.len());
    for (index, _) in word[..address].match_indices(['=', ':', '：', '＝']) {
        let key = word[start..index].trim_end_matches(['-', ':']);
        let name = key
            .rsplit(['=', '&', '?', ';', ',', '/', '%'])
            .next()
            .unwrap_or_default();
        let is_glued = style != Style::Sql || !word[index..].starts_with("::");
        start = index;
        if is_glued && named_by("", name) != Named::Nothing {
            return Some(index);
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

fn is_identified_by(previous: &str, word: &str) -> bool {
    previous.eq_ignore_ascii_case("identified") && word.eq_ignore_ascii_case("by")
}

/// Options of command lines that a password follows.
fn is_password_option(word: &str) -> bool {
    matches!(word, "-p" | "-P" | "-u" | "-U" | "-a" | "-w" | "-W")
}
