//! What is shown of a word behind which no secret is.

use super::Style;
use crate::PLACEHOLDER;
use crate::words::{
    KEY_LIMIT, NUMBER_DIGITS, WORD_LIMIT, is_opaque, is_opaque_key, longest_number,
    without_long_numbers,
};

/// What databases and Spark say before they list a row's values in brackets.
const BEFORE_VALUES: [&str; 6] = [
    ")=",
    "row contains ",
    "key value is ",
    "artition spec ",
    "artition specs ",
    "artition values ",
];

/// What is shown so far.
pub(super) struct Shown {
    text: String,
    style: Style,
}

impl Shown {
    pub(super) fn new(capacity: usize, style: Style) -> Self {
        Self {
            text: String::with_capacity(capacity),
            style,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Takes back what is behind this length.
    pub(super) fn truncate(&mut self, length: usize) {
        self.text.truncate(length);
    }

    /// Whether a row's values in brackets follow.
    pub(super) fn announces_values(&self) -> bool {
        BEFORE_VALUES.iter().any(|words| self.text.ends_with(words))
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Shows that something is hidden.
    pub(super) fn push_placeholder(&mut self) {
        self.text.push_str(PLACEHOLDER);
    }

    /// A word without the punctuation after it.
    pub(super) fn push_word(&mut self, core: &str) {
        if is_plain_word(core) {
            self.text.push_str(core);
        } else if let Some((scheme, address)) = split_address(core) {
            self.push_address(scheme, address);
        } else if let Some(address) = core.strip_prefix("//") {
            self.text.push_str("//");
            self.push_authority(address);
        } else if core.contains('@') && self.style != Style::Setting
            || is_opaque(core) && self.style == Style::Prose && !core.contains('/')
            || is_opaque_key(core)
        {
            self.push_placeholder();
        } else if (self.style == Style::Prose && core.contains('/')) || has_partition(core) {
            self.push_path(core);
        } else {
            self.push_assignments(core);
        }
    }

    /// `key=value`, of which a value may be another one. Not by recursion: a text may hold a million of them,
    /// and an exhausted stack ends the driver.
    fn push_assignments(&mut self, text: &str) {
        for (index, part) in text.split('=').enumerate() {
            if index > 0 {
                self.text.push('=');
            }
            self.push_part(part);
        }
    }

    fn push_part(&mut self, part: &str) {
        match self.style {
            Style::Prose if looks_like_data(part) => self.push_placeholder(),
            Style::Setting if part.contains('@') || is_opaque_key(part) => {
                self.push_placeholder();
            }
            Style::Prose | Style::Setting => self.text.push_str(part),
            Style::Sql => {
                let is_of_operator = |letter: char| !is_of_name(letter) && letter != '?';
                for run in part.split_inclusive(is_of_operator) {
                    let name = run.trim_end_matches(is_of_operator);
                    let is_data = name.split('_').any(is_opaque) || is_opaque_key(name);
                    self.text.push_str(if is_data { PLACEHOLDER } else { name });
                    self.text.push_str(&run[name.len()..]);
                }
            }
        }
    }

    /// An address without credentials and query. A password may hold anything: where it is not plain what is
    /// one, nothing is shown.
    fn push_address(&mut self, scheme: &str, address: &str) {
        match scheme.rsplit_once('=') {
            Some((key, scheme)) => {
                self.push_assignments(key);
                self.text.push('=');
                self.push_part(scheme);
            }
            None => self.push_part(scheme),
        }
        self.text.push_str("://");
        // `k8s://https://host`
        if self.style == Style::Setting
            && let Some((inner, address)) = address.split_once("://")
            && inner.chars().all(char::is_alphanumeric)
        {
            return self.push_address_of(inner, address);
        }
        self.push_authority(address);
    }

    fn push_address_of(&mut self, scheme: &str, address: &str) {
        self.text.extend([scheme, "://"]);
        self.push_authority(address);
    }

    fn push_authority(&mut self, address: &str) {
        let end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let (authority, rest) = address.split_at(end);
        let host = match authority.split_once('@') {
            Some((_, host)) if !host.contains('@') => host,
            Some(_) => return self.push_placeholder(),
            None => authority,
        };
        if rest.contains('@') || is_opaque(host) || !is_host(host) {
            return self.push_placeholder();
        }
        self.text.push_str(host);
        self.push_path(rest);
    }

    /// A path without values of partitions, and without the query behind it.
    fn push_path(&mut self, path: &str) {
        let (path, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        if is_opaque_key(path) {
            return self.push_placeholder();
        }
        for (index, segment) in path.split('/').enumerate() {
            if index > 0 {
                self.text.push('/');
            }
            let (key, value) = match segment.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (segment, None),
            };
            let is_shown = key.chars().all(is_of_path) && !is_opaque(key);
            if !is_shown {
                self.push_placeholder();
            } else if self.style == Style::Setting || is_part_file(key) {
                self.text.push_str(key);
            } else {
                self.text.push_str(&without_long_numbers(key));
            }
            if let Some(value) = value {
                let hidden = if value.is_empty() { "" } else { PLACEHOLDER };
                self.text.extend(["=", hidden]);
            }
        }
        if !query.is_empty() {
            self.push_placeholder();
        }
    }
}

/// Whether a word is one as most are: whatever the style, it is no data.
fn is_plain_word(word: &str) -> bool {
    word.len() <= KEY_LIMIT && word.bytes().all(|letter| letter.is_ascii_alphabetic())
}

/// Not many words have a colon, and a search for one letter costs far less than one for three.
fn split_address(word: &str) -> Option<(&str, &str)> {
    word.contains(':').then(|| word.split_once("://"))?
}

pub(super) fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$' | '-')
}

fn is_of_path(letter: char) -> bool {
    is_of_name(letter) || matches!(letter, ':' | '+' | '~' | '*')
}

/// `host`, `host:port`
fn is_host(host: &str) -> bool {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_name = name
        .chars()
        .all(|letter| is_of_name(letter) || letter == ',' || letter == '[');
    let is_address = name.starts_with('[') && name.ends_with(']');
    (is_name || is_address) && port.len() <= 5 && port.chars().all(|digit| digit.is_ascii_digit())
}

/// A path in which a folder is named `key=value`.
fn has_partition(word: &str) -> bool {
    word.split_once('/')
        .is_some_and(|(root, rest)| rest.contains('=') && (root.is_empty() || rest.contains('/')))
}

/// `part-00001`
fn is_part_file(name: &str) -> bool {
    name.strip_prefix("part-")
        .is_some_and(|number| longest_number(number) <= 5)
}

/// A name with points, whose parts all begin with letters.
fn is_class(word: &str) -> bool {
    word.contains('.')
        && word
            .split(['.', '$'])
            .all(|part| part.is_empty() || part.starts_with(char::is_alphabetic))
}

/// Whether a word is none of those that messages are made of: words of letters, names of classes,
/// columns and settings, and short numbers. What is left may be a token, a key, an id or an address.
fn looks_like_data(word: &str) -> bool {
    let inner = word
        .trim_matches(|letter: char| !letter.is_alphanumeric())
        .trim_end_matches("'s")
        .trim_end_matches("n't");
    let has_digits = inner.contains(char::is_numeric);
    let is_plain = |letter: char| match letter {
        '-' => false,
        ',' => has_digits,
        _ => is_of_name(letter),
    };
    !inner.chars().all(is_plain)
        || longest_number(inner) >= NUMBER_DIGITS
        || (has_digits && inner.len() > WORD_LIMIT && !is_class(inner))
        || is_opaque(inner)
}
