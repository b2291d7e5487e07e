//! What of a SQL text is hidden, whatever its statement is: the tokens, of which those are texts that hold data.

use std::cell::LazyCell;
use std::ops::Deref;

use super::form::Form;
use super::lexer::{Dialect, Kind, Lexer, Token};
use crate::escapes::{MARKS, escaped};
use crate::words::{NUMBER_DIGITS, Named, is_of_sql, is_opaque_key, longest_number, named_by};

/// The tokens by the newest rules, of which those are texts that any other rules make part of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let is_sentence = LazyCell::new(|| Form::of(text) == Form::Sentence);
    let mut tokens: Vec<Token> = Lexer::new(text, Dialect::NEWEST).collect();
    hide_addresses(&mut tokens, text);
    hide_foreign_quotes(&mut tokens, &is_sentence, text);
    hide_named_secrets(&mut tokens, &is_sentence, text);
    for dialect in Dialect::others(text) {
        let mut hidden = Lexer::new(text, dialect)
            .filter(|token| is_hidden(token, text))
            .peekable();
        for token in &mut tokens {
            while hidden
                .next_if(|other| other.range.end <= token.range.start)
                .is_some()
            {}
            let overlaps = |other: &Token| other.range.start < token.range.end;
            if !is_hidden(token, text) && hidden.peek().is_some_and(overlaps) {
                token.kind = Kind::Text;
            }
        }
    }
    tokens
}

/// Makes addresses and keys texts, up to white space: they may hold what Spark's rule for an address does not
/// have, such as a password, and what SQL takes for operators.
fn hide_addresses(tokens: &mut [Token], text: &str) {
    let mut is_address = false;
    let mut after_space = true;
    for token in tokens {
        let word = &text[token.range.clone()];
        if token.kind == Kind::Space {
            after_space = word.starts_with(char::is_whitespace);
            is_address &= !after_space;
            continue;
        }
        if after_space {
            let rest = &text[token.range.start..];
            let ends = |letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"' | '`');
            let run = &rest[..rest.find(ends).unwrap_or(rest.len())];
            is_address |= is_opaque_key(run.trim_end_matches(['.', ',', ';', ')']))
                || (run.contains('@') && run.contains(':'))
                || has_id(run);
            after_space = false;
        }
        is_address |= token.kind == Kind::Address || text[token.range.end..].starts_with("://");
        if is_address {
            token.kind = Kind::Text;
        }
    }
}

/// Whether a UUID or the like is in it, which to SQL is names, numbers and minus signs.
fn has_id(run: &str) -> bool {
    run.split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .any(|id| id.matches('-').count() > 3)
}

/// Makes texts of what only prose has: quotes within quotes (`"say "x" now"`), of which the words between are
/// glued to what SQL takes for strings, quotes of several quotes (`'' x ''`), and all behind a quote or separator in
/// another form (`&quot;`), which to SQL is operators and names.
fn hide_foreign_quotes(tokens: &mut [Token], is_sentence: &impl Deref<Target = bool>, text: &str) {
    let mut is_quoted = false;
    let mut after_text = false;
    let mut is_rest = false;
    let mut is_doubled = false;
    for token in tokens {
        let word = &text[token.range.clone()];
        // In a statement these are empty strings.
        if matches!(word, "''" | "\"\"") && token.kind == Kind::Text && **is_sentence {
            let after = &text[token.range.end..];
            is_doubled = !is_doubled
                && after
                    .starts_with(|letter: char| letter.is_whitespace() || "([{<".contains(letter));
        }
        if is_doubled && token.kind != Kind::Space {
            token.kind = Kind::Text;
            continue;
        }
        is_rest |= token.kind == Kind::Symbol && begins_escaped(&text[token.range.start..]);
        if is_rest {
            token.kind = Kind::Text;
            continue;
        }
        let is_glued = after_text
            && match token.kind {
                Kind::Symbol => !word.is_ascii(),
                Kind::Space => false,
                _ => !is_of_sql(word),
            };
        let is_text = token.kind == Kind::Text;
        after_text = is_text && !is_quoted;
        is_quoted = !is_text && (is_quoted || is_glued || word == "``");
        if is_quoted && token.kind != Kind::Space {
            token.kind = Kind::Text;
        }
    }
}

/// Whether a character in another form is at the head: the last backslash of many counts. `a%27` is a remainder,
/// `%27a` none.
fn begins_escaped(text: &str) -> bool {
    const AFTER_NUMBER: &str = ")]},;+-*/=<>!|&^:";
    if !text.starts_with(MARKS) || text.starts_with(r"\\") {
        return false;
    }
    escaped(text).is_some_and(|(_, length)| {
        let (form, after) = text.split_at(length);
        let is_remainder = form.starts_with('%')
            && !form.contains(char::is_alphabetic)
            && after
                .chars()
                .next()
                .is_none_or(|letter| letter.is_whitespace() || AFTER_NUMBER.contains(letter));
        !is_remainder
    })
}

/// Makes texts of what a name in quotes announces: `"password": x`. The name itself is hidden,
/// so that nothing that comes later could tell.
fn hide_named_secrets(tokens: &mut [Token], is_sentence: &impl Deref<Target = bool>, text: &str) {
    #[derive(Clone, Copy, PartialEq)]
    enum Secret {
        No,
        Announced,
        /// It lasts up to white space.
        Begun,
    }

    let mut secret = Secret::No;
    for token in tokens {
        let word = &text[token.range.clone()];
        // In a sentence a secret may hold these.
        let is_end = || matches!(word, "," | ")" | ";") && !**is_sentence;
        let is_space = token.kind == Kind::Space && word.starts_with(char::is_whitespace);
        secret = match secret {
            _ if token.kind == Kind::Text && is_key_of_secret(word) => Secret::Announced,
            Secret::No => Secret::No,
            Secret::Announced if token.kind == Kind::Space || matches!(word, ":" | "=" | ">") => {
                Secret::Announced
            }
            // What has quotes of its own is hidden by them.
            Secret::Announced if is_of_sql(word) || !word.is_ascii() => Secret::No,
            Secret::Begun if is_space => Secret::No,
            _ if is_end() => Secret::No,
            Secret::Announced | Secret::Begun => {
                token.kind = Kind::Text;
                Secret::Begun
            }
        };
    }
}

/// Makes texts of words that hold a long number, as a whole and with all that is glued to them.
pub(super) fn hide_data(tokens: &mut [Token], text: &str) {
    const SEPARATORS: [char; 10] = ['(', ')', '[', ']', '{', '}', ',', ';', '=', '/'];
    let is_separator = |token: &Token| {
        matches!(token.kind, Kind::Space | Kind::Text | Kind::Quoted)
            || text[token.range.clone()].starts_with(SEPARATORS)
    };
    for run in tokens.split_mut(is_separator) {
        let is_punctuation = |token: &Token| token.kind == Kind::Symbol;
        let length = run.len()
            - run
                .iter()
                .rev()
                .take_while(|token| is_punctuation(token))
                .count();
        let has_number =
            |token: &Token| longest_number(&text[token.range.clone()]) >= NUMBER_DIGITS;
        if run[..length].iter().any(has_number) {
            for token in &mut run[..length] {
                token.kind = Kind::Text;
            }
        }
    }
}

/// Whether a literal is the name of a secret, and nothing else.
fn is_key_of_secret(literal: &str) -> bool {
    let key = literal.trim_matches(['\'', '"']);
    let is_of_key =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ');
    key.len() <= 64 && key.chars().all(is_of_key) && named_by("", key) != Named::Nothing
}

/// Whether what the token holds is a literal or a comment, in which quotes mean nothing.
fn is_hidden(token: &Token, text: &str) -> bool {
    match token.kind {
        Kind::Text => true,
        Kind::Space => text[token.range.clone()].starts_with(['-', '/']),
        _ => false,
    }
}
