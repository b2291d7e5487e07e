//! Texts of users on their way into spans.

use std::sync::LazyLock;

use sparkspan_redaction::{Redaction, SqlText};

use crate::on_a_small_stack;

/// That of an application that sets none of Spark's expressions.
static REDACTION: LazyLock<Redaction> =
    LazyLock::new(|| Redaction::new(|_| None, SqlText::Sanitized));

/// A text becomes at most this many times as long.
const GROWTH: usize = 4;
/// What must not be seen, wherever a target puts it.
const CANARY: &str = "qzcanaryxj";
/// The control character that the first of what a target puts into a text stands for; the others follow.
const FIRST: u32 = 0x10;
/// Literals and comments of Spark's. What stands before a space would make something else of them.
const LITERALS: [&str; 12] = [
    "'qzcanaryxj'",
    "\"qzcanaryxj\"",
    " 'a\\'qzcanaryxj''qzcanaryxj'",
    "'\"qzcanaryxj -- /*'",
    "'(qzcanaryxj,\n qzcanaryxj ;'",
    " r'qzcanaryxj\\'",
    " x'qzcanaryxj'",
    " -- qzcanaryxj ' \" \\\nqzcanaryxj\n",
    " /* qzcanaryxj ' /* \" */ qzcanaryxj */",
    " $$ qzcanaryxj ' $$",
    " `(qzcanaryxj = 1)`",
    " 7qzcanaryxj",
];
/// Lines that begin with a secret.
const LINES: [&str; 4] = [
    "\npwd=qzcanaryxj",
    "\npassword=qzcanaryxj",
    "\n--api-key=qzcanaryxj",
    "\nfs.s3a.secret.key=qzcanaryxj",
];

/// What stands for a letter.
fn planted(letter: char, choices: &[&'static str]) -> Option<&'static str> {
    let index = u32::from(letter).checked_sub(FIRST)?;
    choices.get(usize::try_from(index).ok()?).copied()
}

/// Asserts what holds of any text: it does not explode, nothing is in it that was not there, and no canary.
fn assert_redacted(text: &str, shown: &str) {
    assert!(
        shown.len() <= GROWTH * text.len() + 64,
        "{text:?}: {shown:?}"
    );
    // The prefix of a database's address comes in small letters.
    let letters = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let written = letters(text);
    let mut written = written.iter();
    let is_of_text = letters(shown)
        .iter()
        .all(|letter| written.any(|other| other == letter));
    assert!(is_of_text, "{text:?}: {shown:?}");
    assert!(!shown.contains(CANARY), "{text:?}: {shown:?}");
}

/// The text with literals and comments planted. Before the last of them is nothing that could begin another one.
fn with_literals(text: &str) -> String {
    const OPENING: &[char] = &['\'', '"', '`', '$', '-', '/', '\\'];
    let is_planted = |letter| planted(letter, &LITERALS).is_some();
    let after = text.rfind(is_planted).map_or(0, |last| last + 1);
    let mut output = String::new();
    for letter in text[..after].chars() {
        match planted(letter, &LITERALS) {
            Some(literal) => output.push_str(literal),
            None if OPENING.contains(&letter) => {}
            None => output.push(letter),
        }
    }
    output + &text[after..]
}

/// The text with secrets planted, wherever it wants them.
fn with_lines(text: &str) -> String {
    let mut output = String::new();
    for letter in text.chars() {
        match planted(letter, &LINES) {
            Some(line) => output.push_str(line),
            None => output.push(letter),
        }
    }
    output
}

/// The fuzzer finds the canary too, and writes it where nothing makes it a secret.
fn without_canary(data: &[u8]) -> String {
    String::from_utf8_lossy(data).replace(CANARY, " ")
}

/// Statements, as they are and as descriptions.
pub fn sql(data: &[u8]) {
    let text = with_literals(&without_canary(data));
    let description = format!("SELECT {text}");
    on_a_small_stack(|| {
        for (text, shown) in [
            (&text, REDACTION.sql(&text)),
            (&text, REDACTION.request(&text)),
            (&description, REDACTION.statement(&description)),
        ] {
            assert_redacted(text, shown.unwrap_or_default().as_str());
        }
    });
}

/// Descriptions, messages and traces of stacks; and values of properties, which no terminal acts on.
pub fn prose(data: &[u8]) {
    let text = with_lines(&without_canary(data));
    on_a_small_stack(|| {
        for shown in [
            Some(REDACTION.prose(&text)),
            Some(REDACTION.status(&text)),
            REDACTION.stack(&text),
        ] {
            assert_redacted(&text, shown.unwrap_or_default().as_str());
        }
        let value = REDACTION.property("spark.some.key", &text);
        let value = value.as_ref().map_or("", |value| value.as_str());
        assert!(!value.contains(char::is_control), "{value:?}");
        assert!(!value.contains(CANARY), "{text:?}: {value:?}");
    });
}
