//! Prose without what looks like data.
//!
//! It is read once, from left to right, as quoted texts, separators and words. What a word may show depends on
//! the word, and on whether the one before it names a secret.

use crate::PLACEHOLDER;
use crate::words::{
    NUMBER_DIGITS, WORD_LIMIT, is_opaque, is_opaque_key, longest_number, names_a_secret,
    without_long_numbers,
};

/// What the words are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// What people and programs say. A word that is none is taken for data.
    Prose,
    /// SQL without its literals: its operators are no data, and its backquotes hold names.
    Sql,
}

/// Whether the next word is a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    No,
    /// The last word names one: it follows if a separator does.
    Named,
    /// It follows.
    Next,
}

/// The text without what looks like data.
pub(crate) fn scrub(text: &str, style: Style) -> String {
    let mut scrubber = Scrubber {
        output: String::with_capacity(text.len()),
        secret: Secret::No,
        style,
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[scrubber.take(rest, first)..];
    }
    scrubber.output
}

struct Scrubber {
    output: String,
    secret: Secret,
    style: Style,
}

impl Scrubber {
    /// Writes what the text begins with, and gives its length.
    fn take(&mut self, text: &str, first: char) -> usize {
        let is_apostrophe = first == '\'' && self.output.ends_with(char::is_alphanumeric);
        if let Some(closing) = closing_quotes(first).filter(|_| !is_apostrophe) {
            return self.take_quoted(text, first, closing);
        }
        if first == '`'
            && self.style == Style::Prose
            && let Some(end) = text[1..].find('`')
        {
            self.take_backquoted(&text[1..=end]);
            return end + 2;
        }
        if is_separator(first) {
            self.output.push(first);
            return first.len_utf8();
        }
        let word = &text[..word_length(text, first)];
        if let Some(start) = find_jdbc(word) {
            self.push_core(&word[..start]);
            self.output.push_str(JDBC);
            self.placeholder();
            return start + jdbc_length(&text[start..]);
        }
        self.push_word(word);
        word.len()
    }

    fn placeholder(&mut self) {
        self.output.push_str(PLACEHOLDER);
        self.secret = Secret::No;
    }

    fn take_quoted(&mut self, text: &str, opening: char, closing: &[char]) -> usize {
        let body = &text[opening.len_utf8()..];
        let (length, quoted) = match body
            .char_indices()
            .find(|(_, letter)| closing.contains(letter))
        {
            Some((end, quote)) => (opening.len_utf8() + end + quote.len_utf8(), &body[..end]),
            None => (text.len(), body),
        };
        self.placeholder();
        // `"password": x`
        if names_a_secret(quoted) {
            self.secret = Secret::Named;
        }
        length
    }

    /// A name in backquotes is shown. Spark names what has no name by its expression, literals and all.
    fn take_backquoted(&mut self, name: &str) {
        let is_name = name.chars().all(is_of_name) && !is_opaque(name);
        if is_name && self.secret != Secret::Next {
            self.output.extend(["`", &without_long_numbers(name), "`"]);
            self.secret = if names_a_secret(name) {
                Secret::Named
            } else {
                Secret::No
            };
        } else {
            self.placeholder();
        }
    }

    fn push_word(&mut self, word: &str) {
        let mut word = word;
        let value = word.trim_start_matches([':', '=']);
        if self.secret == Secret::Named && value.len() < word.len() {
            self.output.push_str(&word[..word.len() - value.len()]);
            self.secret = Secret::Next;
            word = value;
        }
        let core = word.trim_end_matches(['.', ':', '!', '?']);
        let punctuation = &word[core.len()..];
        let is_separator = value.is_empty();
        // The scheme of an `Authorization` header stands before the secret.
        let is_scheme = is_one_of(core, &["basic", "bearer"]);
        match self.secret {
            Secret::Next if is_separator || is_scheme => self.output.push_str(word),
            Secret::Next => {
                self.placeholder();
                self.output
                    .push_str(if core.is_empty() { "" } else { punctuation });
            }
            Secret::Named | Secret::No => {
                self.push_core(core);
                self.output.push_str(punctuation);
                self.secret = secret_after(word, self.style);
            }
        }
    }

    /// A word without the punctuation after it.
    fn push_core(&mut self, core: &str) {
        if let Some((scheme, address)) = core.split_once("://") {
            self.push_address(scheme, address);
        } else if core.contains('@')
            || is_opaque(core) && self.style == Style::Prose && !core.contains('/')
        {
            self.output.push_str(PLACEHOLDER);
        } else if self.style == Style::Prose && core.contains('/') {
            self.push_path(core);
        } else {
            self.push_assignments(core);
        }
    }

    /// `key=value`, of which a value may be another one. Not by recursion: a text may hold a million of them,
    /// and an exhausted stack ends the driver.
    fn push_assignments(&mut self, text: &str) {
        let mut parts = text.split('=').peekable();
        let mut is_secret = false;
        while let Some(part) = parts.next() {
            if is_secret && !part.is_empty() {
                self.output.push_str(PLACEHOLDER);
            } else {
                self.push_part(part);
            }
            is_secret = is_secret || names_a_secret(part);
            if parts.peek().is_some() {
                self.output.push('=');
            }
        }
    }

    fn push_part(&mut self, part: &str) {
        match self.style {
            Style::Prose if looks_like_data(part) => self.output.push_str(PLACEHOLDER),
            Style::Prose => self.output.push_str(part),
            Style::Sql => {
                let is_of_operator = |letter: char| !is_of_name(letter) && letter != '?';
                for run in part.split_inclusive(is_of_operator) {
                    let name = run.trim_end_matches(is_of_operator);
                    let is_data = name.split('_').any(is_opaque) || is_opaque_key(name);
                    self.output
                        .push_str(if is_data { PLACEHOLDER } else { name });
                    self.output.push_str(&run[name.len()..]);
                }
            }
        }
    }

    /// An address without credentials and query. A password may hold anything: where it is not plain what is
    /// one, nothing is shown.
    fn push_address(&mut self, scheme: &str, address: &str) {
        let (key, scheme) = match scheme.rsplit_once('=') {
            Some((key, scheme)) => (Some(key), scheme),
            None => (None, scheme),
        };
        if let Some(key) = key {
            if names_a_secret(key) {
                return self.output.push_str(PLACEHOLDER);
            }
            self.push_assignments(key);
            self.output.push('=');
        }
        self.push_part(scheme);
        self.output.push_str("://");
        let end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let (authority, rest) = address.split_at(end);
        let host = match authority.split_once('@') {
            Some((_, host)) if !host.contains('@') => host,
            Some(_) => return self.output.push_str(PLACEHOLDER),
            None => authority,
        };
        if rest.contains('@') || is_opaque(host) {
            return self.output.push_str(PLACEHOLDER);
        }
        self.output.push_str(host);
        self.push_path(rest);
    }

    /// A path without values of partitions, and without the query behind it.
    fn push_path(&mut self, path: &str) {
        let (path, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        if is_opaque_key(path) {
            return self.output.push_str(PLACEHOLDER);
        }
        for (index, segment) in path.split('/').enumerate() {
            if index > 0 {
                self.output.push('/');
            }
            let (key, value) = segment.split_once('=').unwrap_or((segment, ""));
            let is_shown = key.chars().all(is_of_path) && !is_opaque(key);
            self.output
                .push_str(if is_shown { key } else { PLACEHOLDER });
            if !value.is_empty() {
                self.output.extend(["=", PLACEHOLDER]);
            }
        }
        if !query.is_empty() {
            self.output.push_str(PLACEHOLDER);
        }
    }
}

/// What a word says of the next one.
fn secret_after(word: &str, style: Style) -> Secret {
    let name = word.trim_end_matches([':', '=']);
    let key = name.rsplit('=').next().unwrap_or_default();
    if !names_a_secret(key) {
        return Secret::No;
    }
    let is_option = style == Style::Prose && word.starts_with('-') && key.len() == name.len();
    if name.len() < word.len() || is_option || is_one_of(key, &["bearer"]) {
        Secret::Next
    } else {
        Secret::Named
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// What closes the quoted text that this opens.
const fn closing_quotes(opening: char) -> Option<&'static [char]> {
    Some(match opening {
        '"' => &['"'],
        '\'' => &['\''],
        '“' | '„' | '”' => &['“', '”'],
        '‘' | '‚' => &['‘', '’'],
        '«' | '»' => &['«', '»'],
        _ => return None,
    })
}

const fn is_bracket(letter: char) -> bool {
    matches!(
        letter,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '`'
    )
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || is_bracket(letter)
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$' | '-')
}

fn is_of_path(letter: char) -> bool {
    is_of_name(letter) || matches!(letter, ':' | '+' | '~' | '*')
}

/// How long the word at the head is. A comma between digits is part of a number.
fn word_length(text: &str, first: char) -> usize {
    let mut before = first;
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((index, letter)) = letters.next() {
        let joins_digits = letter == ','
            && before.is_ascii_digit()
            && letters
                .peek()
                .is_some_and(|(_, next)| next.is_ascii_digit());
        if !joins_digits && (is_separator(letter) || closing_quotes(letter).is_some()) {
            return index;
        }
        before = letter;
    }
    text.len()
}

/// How the address of a database begins, whatever follows.
const JDBC: &str = "jdbc:";

fn find_jdbc(word: &str) -> Option<usize> {
    word.as_bytes()
        .windows(JDBC.len())
        .position(|window| window.eq_ignore_ascii_case(JDBC.as_bytes()))
}

/// How long the address of a database at the head is: to the first space outside of brackets, or to a quote.
fn jdbc_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '"' | '\'' => return index,
            _ if letter.is_whitespace() && depth == 0 => return index,
            _ => {}
        }
    }
    text.len()
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
        || (has_digits && inner.len() > WORD_LIMIT)
        || is_opaque(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_data_goes() {
        for (text, expected) in [
            ("daily totals", "daily totals"),
            ("load 'acme' for user 4711", "load ? for user ?"),
            ("load “acme corp” again", "load ? again"),
            ("it can't be cast", "it can't be cast"),
            ("code canary-secret-raised", "code ?"),
            (
                "Task 0 in stage 3.0 failed 4 times",
                "Task 0 in stage 3.0 failed 4 times",
            ),
            ("took 1,234,567 rows, 1,2", "took ? rows, 1,2"),
            (
                "java.lang.IllegalStateException: oops",
                "java.lang.IllegalStateException: oops",
            ),
            ("an 'unclosed secret", "an ?"),
            ("column `a.b` or `(c = canary)`", "column `a.b` or ?"),
            ("mail joe@example.com", "mail ?"),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn addresses_lose_credentials_and_queries() {
        for (text, expected) in [
            (
                "GET https://me:pw@host:80/p/q?sig=abc&x=1 failed",
                "GET https://host:80/p/q? failed",
            ),
            ("https://me:can/ary@host/x", "https://?"),
            ("https://me:can?ary@host/x", "https://?"),
            ("url=s3a://key:canary@bucket/x", "url=s3a://bucket/x"),
            ("//me:canary@host/x", "?"),
            (
                "file:/data/in/part-00001.parquet",
                "file:/data/in/part-00001.parquet",
            ),
            (
                "/warehouse/day=2026-01-01/customer=canary/part-0.orc",
                "/warehouse/day=?/customer=?/part-0.orc",
            ),
            (
                "to jdbc:oracle:thin:scott/canary@host:1521:orcl failed",
                "to jdbc:? failed",
            ),
            (
                "url=JDBC:sqlserver://h;password={can ary};x=y failed",
                "url=jdbc:? failed",
            ),
            (
                "jdbc:oracle:thin:scott/canary@(DESCRIPTION=(ADDRESS= (HOST=h))) failed",
                "jdbc:? failed",
            ),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn values_of_secrets_are_hidden() {
        for (text, expected) in [
            ("password=hunter2, user=me", "password=?, user=me"),
            ("the password: hunter2 is wrong", "the password: ? is wrong"),
            ("password : hunter2", "password : ?"),
            ("password = !!! then", "password = ? then"),
            ("\"password\": hunter2", "?: ?"),
            ("--password hunter2 --user me", "--password ? --user me"),
            (
                "Authorization: Bearer abc def",
                "Authorization: Bearer ? def",
            ),
            ("Bearer abc", "Bearer ?"),
            ("fs.s3a.secret.key=abc=def", "fs.s3a.secret.key=?=?"),
            ("key AKIAIOSFODNN7EXAMPLE denied", "key ? denied"),
            ("with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "with ?"),
            ("dGhlIHNlY3JldCBvZiBteSBsaWZlIGlzIDQy== x", "? x"),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn sql_keeps_its_operators() {
        for (text, expected) in [
            (
                "SELECT a||b, c::int, d->e, count(*) FROM t WHERE x>=? AND y=z",
                "SELECT a||b, c::int, d->e, count(*) FROM t WHERE x>=? AND y=z",
            ),
            (
                "SELECT a/b, -?, c-d FROM orders_?",
                "SELECT a/b, -?, c-d FROM orders_?",
            ),
            (
                "Update for joe@example.com with password: x",
                "Update for ? with password: ?",
            ),
            (
                "SELECT token = x, `password`=y",
                "SELECT token = ?, `password`=?",
            ),
            ("SELECT AKIAIOSFODNN7EXAMPLE", "SELECT ?"),
        ] {
            assert_eq!(scrub(text, Style::Sql), expected);
        }
    }
}
