//! Prose without what looks like data.
//!
//! It is read once, from left to right, as quoted texts, separators and words. What a word may show depends on
//! the word, and on whether a secret was named before it in the same clause.

use crate::PLACEHOLDER;
use crate::numbers::grouped_number_length;
use crate::quotes::{closing_quotes, is_apostrophe, is_stray_closing, quoted_length};
use crate::words::{
    NUMBER_DIGITS, Named, WORD_LIMIT, follows_a_secret, is_name_of_secret, is_one_of, is_opaque,
    is_opaque_key, longest_number, named_by, without_long_numbers,
};

/// What the words are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// What people and programs say. A word that is none is taken for data.
    Prose,
    /// SQL without its literals: its operators are no data, and its backquotes hold names.
    Sql,
    /// The value of a setting, or a place in a program: only what is a secret goes.
    Setting,
}

/// Whether the words that follow may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
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
    const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Clause { is_list: true, .. } | Self::Next { is_list: true }
        )
    }

    const fn after_value(self) -> Self {
        Self::Clause {
            has_value: true,
            is_list: self.is_list(),
        }
    }
}

/// The text without what looks like data.
pub(crate) fn scrub(text: &str, style: Style) -> String {
    let mut scrubber = Scrubber {
        whole: text,
        output: String::with_capacity(text.len()),
        secret: Secret::No,
        style,
        quoted_until: None,
        previous: "",
        run: Run::default(),
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[scrubber.take(rest, first)..];
    }
    scrubber.output
}

struct Scrubber<'a> {
    whole: &'a str,
    output: String,
    secret: Secret,
    style: Style,
    /// Where in the output the last quoted text ended.
    quoted_until: Option<usize>,
    /// The last word.
    previous: &'a str,
    run: Run,
}

/// All up to the next white space. It is looked for once, however many words there are in it.
#[derive(Default)]
struct Run {
    /// How much of the text was left at its beginning, and is at its end.
    left: Option<(usize, usize)>,
    /// How much was left at its last `@`.
    left_at: Option<usize>,
}

impl Run {
    /// How long the run at the head is, if it has an `@` behind this word.
    fn length_with_mail(&mut self, text: &str, word: &str) -> Option<usize> {
        let is_within = self
            .left
            .is_some_and(|(first, last)| first >= text.len() && text.len() > last);
        if !is_within {
            let run = &text[..value_length(text)];
            self.left = Some((text.len(), text.len() - run.len()));
            self.left_at = run.rfind('@').map(|at| text.len() - at);
        }
        let (_, end) = self.left?;
        // It may stand before the word.
        let mail = text.len().checked_sub(self.left_at?)?;
        (mail >= word.len()).then(|| text.len() - end)
    }
}

impl<'a> Scrubber<'a> {
    /// Writes what the text begins with, and gives its length.
    fn take(&mut self, text: &'a str, first: char) -> usize {
        if let Some(closing) = closing_quotes(first) {
            let word_before = self.end_before(text);
            let before = word_before.chars().next_back();
            if is_stray_closing(text, first, before)
                && let Some(end) = self.quoted_until
            {
                // What stands between a quoted text and this was quoted too.
                self.output.truncate(end);
                return first.len_utf8();
            }
            if !is_apostrophe(text, first, word_before) {
                return self.take_quoted(quoted_length(text, first, closing), text);
            }
        }
        if first == '`' && self.style != Style::Sql {
            return self.take_backquoted(text);
        }
        if matches!(first, '(' | '{' | '[')
            && BEFORE_VALUES
                .iter()
                .any(|words| self.output.ends_with(words))
        {
            self.placeholder();
            return bracketed_length(text);
        }
        if is_separator(first) {
            self.output.push(first);
            self.pass(first, &text[first.len_utf8()..]);
            return first.len_utf8();
        }
        let word = &text[..word_length(text, first)];
        if let Some(start) = word.find(PEM) {
            self.push_core(&word[..start]);
            self.placeholder();
            return start + pem_length(&text[start..]);
        }
        if let Some(start) = find_jdbc(word) {
            self.push_core(&word[..start]);
            self.output.push_str(JDBC);
            self.placeholder();
            let length = start + jdbc_length(&text[start..]);
            // `…;password=two words`
            let last = text[start..length].rsplit([';', '&', '?', ',']).next();
            if last
                .and_then(|last| last.split_once('='))
                .is_some_and(|(key, _)| named_by("", key) != Named::Nothing)
            {
                self.secret = Secret::Clause {
                    has_value: true,
                    is_list: false,
                };
            }
            return length;
        }
        // A password may hold what ends a word.
        if (word.contains(':') || word.starts_with("//"))
            && let Some(length) = self.run.length_with_mail(text, word)
        {
            let start = word.find("://").map_or(0, |scheme| scheme + "://".len());
            self.output.push_str(&word[..start]);
            self.placeholder();
            return length;
        }
        if self.style == Style::Prose
            && let Some(length) = grouped_number_length(text)
        {
            self.output.push_str(PLACEHOLDER);
            return length;
        }
        self.take_word(word, text)
    }

    /// The end of what stands before this, of no more than is looked at.
    fn end_before(&self, text: &str) -> &'a str {
        let end = self.whole.len() - text.len();
        let start = self.whole.ceil_char_boundary(end.saturating_sub(8));
        &self.whole[start..end]
    }

    fn placeholder(&mut self) {
        self.output.push_str(PLACEHOLDER);
        self.secret = Secret::No;
    }

    /// What a separator does to the clause.
    fn pass(&mut self, separator: char, after: &str) {
        // `(password,x)`
        let is_pair = !after.starts_with(char::is_whitespace);
        let is_end = match (self.secret, self.style, separator) {
            (Secret::Clause { .. } | Secret::Likely, _, ';' | '\n')
            | (Secret::Clause { .. }, Style::Sql, ')')
            | (Secret::Likely, _, ',') => true,
            (Secret::Clause { has_value, is_list }, Style::Sql, ',') => {
                !(if has_value { is_list } else { is_pair })
            }
            (Secret::Clause { has_value, is_list }, _, ',') => has_value && !is_list,
            _ => false,
        };
        if is_end {
            self.secret = Secret::No;
        }
    }

    fn take_quoted(&mut self, length: usize, text: &'a str) -> usize {
        let quoted = &text[..length];
        self.placeholder();
        self.quoted_until = Some(self.output.len());
        // `"password": x`
        self.name(quoted);
        length
    }

    /// A name in backquotes is shown. Spark names what has no name by its expression, literals and all. Some
    /// people quote with a backquote and an apostrophe.
    fn take_backquoted(&mut self, text: &'a str) -> usize {
        let end = text[1..].find('`').map(|end| end + 1);
        let Some(name) = end.map(|end| &text[1..end]).filter(|name| !name.is_empty()) else {
            let body = text.trim_start_matches('`');
            let length = body.find('\'').map_or(text.len(), |end| {
                text.len() - body[end..].trim_start_matches('\'').len()
            });
            return self.take_quoted(length, text);
        };
        let is_name = name.chars().all(is_of_name) && !is_opaque(name);
        if is_name && matches!(self.secret, Secret::No | Secret::Likely) {
            self.output.extend(["`", &without_long_numbers(name), "`"]);
            self.secret = Secret::No;
            self.name(name);
        } else if name.matches('\'').count() % 2 == 1 {
            return self.take_quoted(text.len(), text);
        } else {
            self.placeholder();
            self.name(name);
        }
        name.len() + 2
    }

    /// What follows when this names a secret.
    fn name(&mut self, name: &str) {
        match named_by("", name) {
            Named::Secret { is_list } => {
                self.secret = Secret::Clause {
                    has_value: false,
                    is_list,
                }
            }
            Named::Likely => self.secret = Secret::Likely,
            Named::Nothing => {}
        }
    }

    fn take_word(&mut self, word: &'a str, text: &'a str) -> usize {
        let previous = std::mem::replace(&mut self.previous, word);
        let core = word.trim_end_matches(['.', ':', '!', '?']);
        let is_separator = word.chars().all(is_of_separator);
        match self.secret {
            Secret::Next { .. } if is_separator || is_scheme(core) => self.output.push_str(word),
            Secret::Next { .. } => return self.take_value(text),
            Secret::Likely | Secret::Clause { .. } if word.starts_with([':', '=', '：', '＝']) => {
                let value = word.trim_start_matches(is_of_separator);
                self.output.push_str(&word[..word.len() - value.len()]);
                self.secret = Secret::Next {
                    is_list: self.secret.is_list(),
                };
                if !value.is_empty() {
                    return word.len() - value.len()
                        + self.take_value(&text[word.len() - value.len()..]);
                }
            }
            Secret::Clause { .. } if is_separator => {
                self.output.push_str(word);
                if word.contains(['=', ':', '>']) {
                    self.secret = Secret::Next {
                        is_list: self.secret.is_list(),
                    };
                }
            }
            Secret::Clause { has_value, is_list } => {
                let begins_another =
                    has_value && !is_list && (word.contains('=') || word.starts_with('-'));
                let (is_usual, is_end) = follows_a_secret(
                    core.trim_start_matches(['\'', '’']),
                    self.style == Style::Sql,
                );
                if begins_another || is_name_of_secret(previous, core) {
                    return self.take_plain(previous, word, text);
                } else if is_usual || !core.contains(char::is_alphanumeric) {
                    self.output.push_str(word);
                } else {
                    self.output.push_str(PLACEHOLDER);
                    self.output.push_str(&word[core.len()..]);
                    self.secret = self.secret.after_value();
                }
                if !is_usual && word.ends_with([':', '：']) {
                    self.secret = Secret::Next { is_list };
                }
                if is_end || (!is_list && word.ends_with(['.', '!', '?']) && !core.is_empty()) {
                    self.secret = Secret::No;
                }
            }
            Secret::No | Secret::Likely => return self.take_plain(previous, word, text),
        }
        word.len()
    }

    /// A value that is a secret: all up to white space.
    fn take_value(&mut self, text: &'a str) -> usize {
        let length = value_length(text);
        let value = &text[..length];
        let is_hidden = value.starts_with(PLACEHOLDER);
        let inner = value.trim_end_matches([',', ';', '.', ':', '!', '?', ')', ']', '}', '>']);
        self.output.push_str(PLACEHOLDER);
        if !inner.is_empty() {
            self.output.push_str(&value[inner.len()..]);
        } else if is_hidden {
            self.output.push_str(&value[PLACEHOLDER.len()..]);
        }
        self.secret = self.secret.after_value();
        if value.ends_with([',', ';']) && !self.secret.is_list() {
            self.secret = Secret::No;
        }
        length
    }

    /// A word behind which no secret was announced.
    fn take_plain(&mut self, previous: &str, word: &'a str, text: &'a str) -> usize {
        self.secret = Secret::No;
        if let Some(key) = secret_assigned(word, self.style) {
            // `user:password1=@host`
            if word.contains('@') && !word[..key].chars().all(is_of_name) {
                return self.take_value(text);
            }
            self.push_core(&word[..key]);
            let rest = &word[key..];
            let value = rest.trim_start_matches(is_of_separator);
            self.output.push_str(&rest[..rest.len() - value.len()]);
            let is_list = matches!(named_by("", &word[..key]), Named::Secret { is_list: true });
            self.secret = Secret::Next { is_list };
            let start = word.len() - value.len();
            // Not with what a bracket or a quote begins: that is taken as such.
            if value.is_empty() {
                return word.len();
            }
            if is_scheme(value) {
                self.output.push_str(value);
                return word.len();
            }
            return start + self.take_value(&text[start..]);
        }
        let core = match self.style {
            // What is left of a token may end with a placeholder.
            Style::Sql => word,
            Style::Prose | Style::Setting => word.trim_end_matches(['.', ':', '!', '?']),
        };
        if self.style != Style::Setting && core.len() > 2 && core.starts_with("-p") {
            // `mysql -psecret`
            self.output.extend(["-p", PLACEHOLDER]);
            return word.len();
        }
        self.push_core(core);
        self.output.push_str(&word[core.len()..]);
        self.secret = self.secret_after(previous, word);
        word.len()
    }

    /// What a word says of the next one.
    fn secret_after(&self, previous: &str, word: &str) -> Secret {
        let name = word.trim_end_matches(is_of_separator);
        let has_separator = name.len() < word.len();
        let is_option = self.style != Style::Sql && word.starts_with('-');
        if is_password_option(word) && !is_option {
            return Secret::Clause {
                has_value: false,
                is_list: false,
            };
        }
        if is_identified_by(previous, word) || is_password_option(word) {
            return Secret::Next { is_list: false };
        }
        let key = name.rsplit(['=', '&', ';', ',']).next().unwrap_or_default();
        match named_by(previous, key) {
            Named::Secret { is_list } if has_separator || is_option => Secret::Next { is_list },
            Named::Secret { is_list } => Secret::Clause {
                has_value: false,
                is_list,
            },
            Named::Likely if has_separator || is_option => Secret::Next { is_list: false },
            Named::Likely => Secret::Likely,
            Named::Nothing => Secret::No,
        }
    }

    /// A word without the punctuation after it.
    fn push_core(&mut self, core: &str) {
        if let Some((scheme, address)) = core.split_once("://") {
            self.push_address(scheme, address);
        } else if let Some(address) = core.strip_prefix("//") {
            self.output.push_str("//");
            self.push_authority(address);
        } else if core.contains('@') && self.style != Style::Setting
            || is_opaque(core) && self.style == Style::Prose && !core.contains('/')
            || is_opaque_key(core)
        {
            self.output.push_str(PLACEHOLDER);
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
                self.output.push('=');
            }
            self.push_part(part);
        }
    }

    fn push_part(&mut self, part: &str) {
        match self.style {
            Style::Prose if looks_like_data(part) => self.output.push_str(PLACEHOLDER),
            Style::Setting if part.contains('@') || is_opaque_key(part) => {
                self.output.push_str(PLACEHOLDER);
            }
            Style::Prose | Style::Setting => self.output.push_str(part),
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
        match scheme.rsplit_once('=') {
            Some((key, scheme)) => {
                self.push_assignments(key);
                self.output.push('=');
                self.push_part(scheme);
            }
            None => self.push_part(scheme),
        }
        self.output.push_str("://");
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
        self.output.extend([scheme, "://"]);
        self.push_authority(address);
    }

    fn push_authority(&mut self, address: &str) {
        let end = address.find(['/', '?', '#']).unwrap_or(address.len());
        let (authority, rest) = address.split_at(end);
        let host = match authority.split_once('@') {
            Some((_, host)) if !host.contains('@') => host,
            Some(_) => return self.output.push_str(PLACEHOLDER),
            None => authority,
        };
        if rest.contains('@') || is_opaque(host) || !is_host(host) {
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
            let (key, value) = match segment.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (segment, None),
            };
            let is_shown = key.chars().all(is_of_path) && !is_opaque(key);
            if !is_shown {
                self.output.push_str(PLACEHOLDER);
            } else if self.style == Style::Setting || is_part_file(key) {
                self.output.push_str(key);
            } else {
                self.output.push_str(&without_long_numbers(key));
            }
            if let Some(value) = value {
                let hidden = if value.is_empty() { "" } else { PLACEHOLDER };
                self.output.extend(["=", hidden]);
            }
        }
        if !query.is_empty() {
            self.output.push_str(PLACEHOLDER);
        }
    }
}

/// Where in a word a value is assigned to a key that names a secret: at the first such key's end. Not where a
/// word only ends with a separator.
fn secret_assigned(word: &str, style: Style) -> Option<usize> {
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
fn is_scheme(word: &str) -> bool {
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

const fn is_of_separator(letter: char) -> bool {
    matches!(letter, ':' | '=' | '>' | '|' | '-' | '~' | '：' | '＝')
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
        let is_arrow = letter == '>' && matches!(before, '-' | '=');
        if !joins_digits && !is_arrow && (is_separator(letter) || closing_quotes(letter).is_some())
        {
            return index;
        }
        before = letter;
    }
    text.len()
}

/// How long the value at the head is.
fn value_length(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// What databases and Spark say before they list a row's values in brackets.
const BEFORE_VALUES: [&str; 6] = [
    ")=",
    "row contains ",
    "key value is ",
    "artition spec ",
    "artition specs ",
    "artition values ",
];

/// How long the values in brackets at the head are: to the last closing bracket of the line, as a value may hold
/// one.
fn bracketed_length(text: &str) -> usize {
    let line = text.find('\n').unwrap_or(text.len());
    text[..line]
        .rfind([')', '}', ']'])
        .map_or(line, |end| end + 1)
}

/// How a key in PEM's form begins.
pub(crate) const PEM: &str = "-----BEGIN";

/// How long the key at the head is: to the dashes after its end.
fn pem_length(text: &str) -> usize {
    const END: &str = "-----END";
    let Some(end) = text.find(END).map(|end| end + END.len()) else {
        return text.len();
    };
    text[end..]
        .find("-----")
        .map_or(text.len(), |dashes| end + dashes + 5)
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
            (
                "path=/warehouse/orders rows=12",
                "path=/warehouse/orders rows=12",
            ),
            ("//me:canary@host,a:canary c", "//host,? c"),
            ("https://me:can/ary@host/x", "https://?"),
            ("https://me:can?ary@host/x", "https://?"),
            ("url=s3a://key:canary@bucket/x", "url=s3a://bucket/x"),
            ("//me:canary@host/x", "//host/x"),
            ("//me:can,ary@host/x", "?"),
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
            ("Authorization: Bearer abc def", "Authorization: Bearer ? ?"),
            ("Bearer abc", "Bearer ?"),
            ("fs.s3a.secret.key=abc=def", "fs.s3a.secret.key=?"),
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
