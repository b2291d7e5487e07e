//! What the lexers of each Spark say (`tests/grammar/run.py`), and what ours does.

use std::path::PathBuf;

use serde_json::Value;

use super::lexer::{Dialect, Kind, Lexer, Token};
use super::{Sql, code, statements};

/// Stands in literals and comments alone, where Spark takes a text.
const CANARY: char = 'k';

/// The rules of a version of Spark.
fn dialect(version: &str) -> Dialect {
    let [without_dollars, ascii] = Dialect::OLDER;
    match version.get(..3) {
        Some("3.4" | "3.5") => ascii,
        Some("4.0" | "4.1") => without_dollars,
        _ => Dialect::NEWEST,
    }
}

/// The kinds and ranges, in characters, that a vector lists.
fn listed(tokens: &str) -> Vec<(char, usize, usize)> {
    tokens
        .split_whitespace()
        .map(|token| {
            let (start, end) = token[1..].split_once('-').unwrap();
            let kind = token.chars().next().unwrap();
            (kind, start.parse().unwrap(), end.parse().unwrap())
        })
        .collect()
}

/// The same of our tokens: what lies side by side in strings is one.
fn ours(text: &str, tokens: impl Iterator<Item = Token>) -> Vec<(char, usize, usize)> {
    let mut found: Vec<(char, usize, usize)> = Vec::new();
    let mut end = 0;
    for token in tokens {
        let word = &text[token.range];
        let start = end;
        end += word.chars().count();
        let kind = match token.kind {
            Kind::Text => 'T',
            Kind::Space if word.starts_with(['-', '/']) => 'C',
            Kind::Number => 'N',
            Kind::Word => 'W',
            Kind::Quoted => 'Q',
            Kind::Address => 'A',
            Kind::Space | Kind::Symbol => continue,
        };
        // The vectors leave out the line feed that ends a comment, and one that a backslash made part of it.
        let word = word.trim_end_matches(if kind == 'C' { &['\r', '\n'][..] } else { &[] });
        let end = start + word.chars().count();
        match found.last_mut() {
            Some(last) if kind == 'T' && last.0 == 'T' && last.2 == start => last.2 = end,
            _ => found.push((kind, start, end)),
        }
    }
    found
}

/// Scenario: texts by hand and at random, with what the lexer of each Spark makes of them.
/// Guarantees: where a Spark takes the text, ours makes the same of it by that Spark's rules, and nothing is
/// shown of what any Spark takes for a literal, a number or a comment.
#[test]
fn tokens_agree_with_those_of_every_spark() {
    let path = std::env::var_os("SPARKSPAN_TEST_SQL_TOKENS").map_or_else(
        || {
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../tests/vectors/sql_tokens.json"
            )
            .into()
        },
        PathBuf::from,
    );
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut different = Vec::new();
    let mut checked = 0;
    for vector in vectors.as_array().unwrap() {
        let text = vector["text"].as_str().unwrap();
        let sql = Sql::read(text);
        let (shown, shown_code) = (statements(&sql), code(&sql));
        let mut hidden = vec![false; text.chars().count()];
        for reading in vector["read"].as_array().unwrap() {
            let expected = listed(reading["tokens"].as_str().unwrap());
            for version in reading["by"].as_array().unwrap() {
                checked += 1;
                let version = version.as_str().unwrap();
                let found = ours(text, Lexer::new(text, dialect(version)));
                if found != expected {
                    different.push(format!("{version} {text:?}: {found:?}, not {expected:?}"));
                }
            }
            for (_, start, end) in expected.iter().filter(|token| "TCN".contains(token.0)) {
                hidden[*start..*end].fill(true);
            }
        }
        let mut at = 0;
        for token in sql.tokens {
            let length = text[token.range].chars().count();
            let is_shown = matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Symbol);
            if is_shown && hidden[at..at + length].contains(&true) {
                different.push(format!("{text:?} shows a {:?} at {at}", token.kind));
            }
            at += length;
        }
        let is_all_hidden = text
            .chars()
            .zip(&hidden)
            .all(|(letter, is_hidden)| letter != CANARY || *is_hidden);
        if is_all_hidden && (shown.contains(CANARY) || shown_code.contains(CANARY)) {
            different.push(format!("{text:?} is shown as {shown:?}, {shown_code:?}"));
        }
    }
    assert!(checked > 1_000, "{checked}");
    assert!(
        different.is_empty(),
        "{} differ:\n{}",
        different.len(),
        different[..different.len().min(40)].join("\n")
    );
}
