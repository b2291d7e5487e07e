//! A statement as it is shown.

use super::lexer::{Kind, Token};
use crate::PLACEHOLDER;
use crate::words::{is_one_of, is_secret_name, without_long_numbers};

/// What a table can be read from by a path: ``csv.`/data/in` ``.
const SOURCES: [&str; 19] = [
    "avro",
    "bigquery",
    "binaryfile",
    "csv",
    "delta",
    "excel",
    "hudi",
    "iceberg",
    "image",
    "jdbc",
    "json",
    "libsvm",
    "mongodb",
    "orc",
    "parquet",
    "protobuf",
    "snowflake",
    "text",
    "xml",
];

/// What is shown so far.
#[derive(Default)]
pub(super) struct Output {
    text: String,
    /// The last thing that is not a space was a literal: another one after it is part of it.
    after_literal: bool,
}

impl Output {
    pub(super) fn push_space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    pub(super) fn push(&mut self, tokens: &[Token], index: usize, text: &str) {
        let Some(token) = tokens.get(index) else {
            return;
        };
        let word = &text[token.range.clone()];
        match token.kind {
            // The `X` of a binary literal.
            Kind::Word if is_one_of(word, &["X"]) && is_text(tokens.get(index + 1)) => return,
            Kind::Word if !is_one_of(word, &["TRUE", "FALSE"]) => {
                self.text.push_str(&without_long_numbers(word));
            }
            Kind::Quoted if is_name(word) && !is_path(&tokens[..index], text) => {
                self.text.push_str(&without_long_numbers(word));
            }
            Kind::Symbol => self.text.push_str(word),
            // `1password`: what follows is a secret as well.
            Kind::Number if is_secret_name(&name_in(word).to_ascii_lowercase()) => {
                self.push_literal();
                self.text.push_str(name_in(word));
            }
            _ => return self.push_literal(),
        }
        self.after_literal = false;
    }

    fn push_literal(&mut self) {
        if !self.after_literal {
            self.text.push_str(PLACEHOLDER);
        }
        self.after_literal = true;
    }

    /// Ends with the first words of a statement; the rest of the text is withheld.
    pub(super) fn ending_with(mut self, first: &Token, following: &[Token], text: &str) -> String {
        let rest = following.last().unwrap_or(first).range.end;
        // The first part of something else than a word: `joe@example.com`.
        let is_glued = following.is_empty()
            && !text[rest..].starts_with(|letter: char| letter.is_whitespace() || letter == ';')
            && rest < text.len();
        for token in std::iter::once(first).chain(following) {
            match token.kind {
                Kind::Word if !is_glued => self
                    .text
                    .push_str(&without_long_numbers(&text[token.range.clone()])),
                Kind::Space => self.push_space(),
                _ => self.push_literal(),
            }
        }
        if !text[rest..].trim().is_empty() && !self.after_literal {
            self.push_space();
            self.push_literal();
        }
        self.finish()
    }

    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}

/// The name that a number is glued to.
fn name_in(number: &str) -> &str {
    let name = number.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if name.chars().all(char::is_alphabetic) {
        name
    } else {
        ""
    }
}

fn is_text(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.kind == Kind::Text)
}

/// Whether a quoted identifier holds what names are made of. Spark names a column that has no name by its
/// expression, with the literals in it.
fn is_name(quoted: &str) -> bool {
    let name = quoted
        .strip_prefix('`')
        .and_then(|name| name.strip_suffix('`'));
    let is_of_name =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$' | '.' | ' ');
    name.is_some_and(|name| name.contains(char::is_alphabetic) && name.chars().all(is_of_name))
}

/// Whether the identifier after these tokens is the path of a source.
fn is_path(before: &[Token], text: &str) -> bool {
    let mut before = before
        .iter()
        .rev()
        .filter(|token| token.kind != Kind::Space)
        .map(|token| text[token.range.clone()].trim_matches('`'));
    let is_qualified = before.next() == Some(".");
    let source = before.next().unwrap_or_default();
    // `com.example.source.` is a class; a table's name has three parts at most.
    let is_class = [before.next(), before.nth(1)] == [Some("."); 2];
    is_qualified && (is_one_of(source, &SOURCES) || source.contains('.') || is_class)
}
