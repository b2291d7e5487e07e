//! Secrets stay in: every text that came from a user passes here before it is written.
//!
//! Texts are of two kinds. SQL loses its literals. Prose (descriptions, messages, reasons) keeps its
//! words and loses what looks like data: quoted text, long numbers, opaque tokens, the queries of
//! URLs and the values of keys that are named like a secret. Both first pass the expressions with
//! which Spark itself redacts.

use std::borrow::Cow;

use regex_lite::Regex;
use sparkspan_events::SparkProperties;

use crate::literals::without_literals;
use crate::settings::{Settings, SqlText};

/// What a redacted part becomes.
const PLACEHOLDER: &str = "?";
/// What Spark writes instead of a secret (`Utils.REDACTION_REPLACEMENT_TEXT`).
const SPARK_REDACTED: &str = "*********(redacted)";
/// The default of `spark.redaction.regex`.
const SECRET_KEYS: &str = "(?i)secret|password|passwd|token|access[.]?key";
/// Further names of keys whose values are secrets in messages and URLs.
const SECRET_WORDS: [&str; 12] = [
    "secret",
    "password",
    "passwd",
    "pwd",
    "token",
    "accesskey",
    "access_key",
    "access.key",
    "apikey",
    "api_key",
    "credential",
    "signature",
];
/// The words that SQL statements begin with.
const SQL_WORDS: [&str; 16] = [
    "select", "with", "insert", "create", "merge", "update", "delete", "drop", "alter", "show",
    "describe", "set", "cache", "replace", "from", "explain",
];
/// The longest status message, bytes.
const STATUS_LIMIT: usize = 1 << 10;
/// The longest word of letters and digits that is not taken for a token.
const WORD_LIMIT: usize = 24;
/// Numbers of this many digits and more are taken for data.
const NUMBER_DIGITS: usize = 4;
/// How many frames of a stack are kept.
const STACK_FRAMES: usize = 50;

/// The application's redaction: Spark's own expressions and what becomes of SQL.
#[derive(Debug)]
pub(crate) struct Redaction {
    /// Names of properties whose values are secrets (`spark.redaction.regex`).
    keys: Option<Regex>,
    /// Secret parts of texts (`spark.redaction.string.regex`, `spark.sql.redaction.string.regex`).
    texts: Vec<Regex>,
    /// An expression could not be understood: no text at all is safe to write.
    withheld: bool,
    sql_text: SqlText,
}

impl Redaction {
    /// The redaction that an application's Spark properties ask for.
    pub(crate) fn new(properties: &SparkProperties<'_>, settings: &Settings) -> Self {
        let expression = |key: &str| {
            let recorded = settings.redaction.get(key).map(String::as_str);
            recorded.or_else(|| properties.get(key))
        };
        // An expression that itself names a secret is redacted in the log. Its properties are too.
        let keys = expression("spark.redaction.regex")
            .filter(|expression| *expression != SPARK_REDACTED)
            .unwrap_or(SECRET_KEYS);
        let keys = Regex::new(keys);
        let texts: Result<Vec<_>, _> = [
            "spark.redaction.string.regex",
            "spark.sql.redaction.string.regex",
        ]
        .iter()
        .filter_map(|key| expression(key))
        .filter(|expression| !expression.is_empty())
        .map(Regex::new)
        .collect();
        let withheld = keys.is_err() || texts.is_err();
        Self {
            keys: keys.ok(),
            texts: texts.unwrap_or_default(),
            withheld,
            sql_text: settings.sql_text,
        }
    }

    /// A property's value, or `None` where its name or value is that of a secret.
    pub(crate) fn property(&self, key: &str, value: &str) -> Option<String> {
        // What Spark has redacted in a log is whole in a living driver: neither is shown.
        let secret = |text: &str| {
            text == SPARK_REDACTED || self.keys.as_ref().is_some_and(|keys| keys.is_match(text))
        };
        (!self.withheld && !secret(key) && !secret(value))
            .then(|| self.spark_redacted(value).into_owned())
    }

    /// A SQL text, as the settings want it.
    pub(crate) fn sql(&self, text: &str) -> Option<String> {
        match self.sql_text {
            SqlText::Off => None,
            _ if self.withheld => None,
            SqlText::Sanitized => Some(without_literals(&self.spark_redacted(text))),
            SqlText::Raw => Some(self.spark_redacted(text).into_owned()),
        }
    }

    /// A description: SQL where a server puts the statement there, else prose.
    pub(crate) fn statement(&self, text: &str) -> String {
        let first_word = text.split_whitespace().next().unwrap_or_default();
        if SQL_WORDS
            .iter()
            .any(|word| first_word.eq_ignore_ascii_case(word))
        {
            self.sql(text).unwrap_or_default()
        } else {
            self.prose(text)
        }
    }

    /// A name in the user's program, which is no text of its own.
    pub(crate) fn code(&self, name: &str) -> String {
        if self.withheld {
            return PLACEHOLDER.to_owned();
        }
        self.spark_redacted(name).into_owned()
    }

    /// A description, message or reason.
    pub(crate) fn prose(&self, text: &str) -> String {
        if self.withheld {
            return PLACEHOLDER.to_owned();
        }
        scrub(&self.spark_redacted(text))
    }

    /// What went wrong in a line or two, of a message that may be a whole stack trace.
    pub(crate) fn status(&self, message: &str) -> String {
        let headline = message
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        let mut status = match (
            headline.split_once("Traceback (most recent call last)"),
            python_error(message),
        ) {
            (Some((before, _)), Some(error)) => {
                format!("{} {}", self.prose(before.trim_end()), self.prose(error))
            }
            _ => self.prose(headline),
        };
        status.truncate(status.floor_char_boundary(STATUS_LIMIT));
        status
    }

    /// The frames of a stack trace, without the messages and lines of source between them.
    pub(crate) fn stack(&self, trace: &str) -> Option<String> {
        if self.withheld {
            return None;
        }
        let is_frame = |line: &&str| is_java_frame(line) || is_python_frame(line);
        let frames: Vec<&str> = trace.lines().filter(is_frame).take(STACK_FRAMES).collect();
        (!frames.is_empty()).then(|| self.spark_redacted(&frames.join("\n")).into_owned())
    }

    fn spark_redacted<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.texts
            .iter()
            .fold(Cow::Borrowed(text), |text, expression| {
                match expression.replace_all(&text, PLACEHOLDER) {
                    Cow::Borrowed(_) => text,
                    Cow::Owned(redacted) => Cow::Owned(redacted),
                }
            })
    }
}

/// `at the.Class.method(File.scala:12)`, as `StackTraceElement.toString` has it, and no line of a message that begins like one.
fn is_java_frame(line: &str) -> bool {
    let Some((method, source)) = line
        .trim()
        .strip_prefix("at ")
        .and_then(|call| call.strip_suffix(')')?.split_once('('))
    else {
        return false;
    };
    let is_name =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '-' | ':');
    let is_method = |letter: char| is_name(letter) || matches!(letter, '/' | '@' | '<' | '>');
    let is_source = matches!(source, "Native Method" | "Unknown Source" | "<generated>")
        || source.chars().all(is_name);
    is_source && method.chars().all(is_method)
}

/// `File "job.py", line 3, in f`, as Python's `traceback` has it.
fn is_python_frame(line: &str) -> bool {
    line.trim_start()
        .strip_prefix("File \"")
        .and_then(|file| file.split_once("\", line "))
        .is_some_and(|(_, place)| place.starts_with(|digit: char| digit.is_ascii_digit()))
}

/// The last line of a Python traceback: the exception itself.
fn python_error(message: &str) -> Option<&str> {
    let traceback = message.rsplit_once("Traceback (most recent call last)")?.1;
    traceback
        .lines()
        .skip(1)
        .find(|line| !line.is_empty() && !line.starts_with([' ', '\t']))
}

/// Prose without what looks like data.
fn scrub(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    // The word before names a secret, as in "password: x".
    let mut secret_follows = false;
    while let Some(first) = rest.chars().next() {
        let inside_word = output.ends_with(|letter: char| letter.is_alphanumeric());
        let length = match first {
            '\'' | '"' if !(first == '\'' && inside_word) => {
                output.push_str(PLACEHOLDER);
                secret_follows = false;
                quoted_length(rest, first)
            }
            _ if first.is_whitespace() || is_bracket(first) => {
                output.push(first);
                first.len_utf8()
            }
            _ => {
                let ends_word = |letter: char| {
                    letter.is_whitespace() || letter == '"' || letter == '\'' || is_bracket(letter)
                };
                let length = rest
                    .find(ends_word)
                    .unwrap_or(rest.len())
                    .max(first.len_utf8());
                let word = &rest[..length];
                if secret_follows && word.contains(char::is_alphanumeric) {
                    output.push_str(PLACEHOLDER);
                } else {
                    push_word(&mut output, word);
                }
                secret_follows = names_a_secret(word) && word.ends_with([':', '=']);
                length
            }
        };
        rest = &rest[length..];
    }
    output
}

const fn is_bracket(letter: char) -> bool {
    matches!(
        letter,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '`'
    )
}

/// How long the quoted text at the head is; one that is never closed reaches to the end.
fn quoted_length(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn push_word(output: &mut String, word: &str) {
    let core = word.trim_end_matches(['.', ':', '!', '?']);
    let punctuation = &word[core.len()..];
    if let Some((scheme, address)) = core.split_once("://") {
        let address = address.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let host = authority.rsplit('@').next().unwrap_or_default();
        output.extend([scheme, "://", host, path]);
        if core.contains('?') {
            output.push('?');
        }
    } else if core.contains('=') {
        push_assignments(output, core);
    } else {
        push_value(output, core);
    }
    output.push_str(punctuation);
}

/// `key=value`, of which a value may be another one. Not by recursion: a text may hold a million of them,
/// and an exhausted stack ends the driver.
fn push_assignments(output: &mut String, text: &str) {
    let mut parts = text.split('=').peekable();
    let mut is_secret = false;
    while let Some(part) = parts.next() {
        match parts.peek() {
            _ if is_secret && !part.is_empty() => output.push_str(PLACEHOLDER),
            Some(_) => output.push_str(part),
            None => push_value(output, part),
        }
        is_secret |= names_a_secret(part);
        if parts.peek().is_some() {
            output.push('=');
        }
    }
}

fn push_value(output: &mut String, text: &str) {
    if text.contains('/') {
        output.push_str(text.split('?').next().unwrap_or_default());
    } else if looks_like_data(text) {
        output.push_str(PLACEHOLDER);
    } else {
        output.push_str(text);
    }
}

fn names_a_secret(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|secret| word.contains(secret)) || word == "sig"
}

/// Whether a word is none of those that messages are made of: words of letters, names of classes,
/// columns and settings, and short numbers. What is left may be a token, a key, an id or an address.
fn looks_like_data(word: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$');
    let edges = |letter: char| !letter.is_alphanumeric();
    let inner = word
        .trim_matches(edges)
        .trim_end_matches("'s")
        .trim_end_matches("n't");
    let digits = inner.bytes().filter(u8::is_ascii_digit).count();
    let longest_number = inner
        .split(|letter: char| !letter.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    !inner.chars().all(plain)
        || longest_number >= NUMBER_DIGITS
        || (digits > 0 && inner.len() > WORD_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction(properties: &str) -> Redaction {
        let properties: SparkProperties<'_> = serde_json::from_str(properties).unwrap();
        Redaction::new(&properties, &Settings::default())
    }

    #[test]
    fn prose_keeps_words_and_loses_data() {
        for (text, expected) in [
            ("daily totals", "daily totals"),
            ("load 'acme' for user 4711", "load ? for user ?"),
            ("it can't be cast", "it can't be cast"),
            (
                "Task 0 in stage 3.0 failed 4 times",
                "Task 0 in stage 3.0 failed 4 times",
            ),
            (
                "GET https://me:pw@host:80/p/q?sig=abc&x=1 failed",
                "GET https://host:80/p/q? failed",
            ),
            ("password=hunter2, user=me", "password=?, user=me"),
            ("the password: hunter2 is wrong", "the password: ? is wrong"),
            (
                "java.lang.IllegalStateException: oops",
                "java.lang.IllegalStateException: oops",
            ),
            ("key AKIAIOSFODNN7EXAMPLEKEYXYZ9 denied", "key ? denied"),
            ("mail joe@example.com", "mail ?"),
            ("an 'unclosed secret", "an ?"),
            (
                "file:/data/in/part-00001.parquet",
                "file:/data/in/part-00001.parquet",
            ),
        ] {
            assert_eq!(redaction("{}").prose(text), expected);
        }
    }

    /// Scenario: a description that anybody may send to a shared server, and a thread with a small stack.
    /// Guarantees: it is redacted; neither stack nor time depends on what it holds.
    #[test]
    fn any_number_of_assignments_needs_no_stack() {
        let text = "a=".repeat(100_000);
        let redact = move || redaction("{}").prose(&text).len();
        let thread = std::thread::Builder::new().stack_size(64 << 10);
        assert_eq!(thread.spawn(redact).unwrap().join().unwrap(), 200_000);
    }

    #[test]
    fn spark_expressions_are_applied_first() {
        let redaction = redaction(
            r#"{"spark.redaction.string.regex": "acme-[a-z]+", "spark.redaction.regex": "(?i)pin"}"#,
        );
        assert_eq!(redaction.prose("for acme-corp only"), "for ? only");
        assert_eq!(redaction.property("my.pin", "1"), None);
        assert_eq!(redaction.property("my.name", "x").as_deref(), Some("x"));
    }

    #[test]
    fn expression_that_spark_redacted_is_unknown() {
        let keys = redaction(r#"{"spark.redaction.regex": "*********(redacted)"}"#);
        assert_eq!(keys.prose("daily totals"), "daily totals");
        assert_eq!(keys.property("my.token", "1"), None);
        let texts = redaction(r#"{"spark.redaction.string.regex": "*********(redacted)"}"#);
        assert_eq!(
            texts.prose("daily totals"),
            "?",
            "what was to be hidden cannot be told"
        );
    }

    #[test]
    fn expression_that_is_not_understood_withholds_every_text() {
        let redaction = redaction(r#"{"spark.redaction.string.regex": "(?<=a)b"}"#);
        assert_eq!(redaction.prose("anything"), "?");
        assert_eq!(redaction.sql("SELECT a"), None);
    }

    #[test]
    fn status_of_a_python_failure_is_its_exception() {
        let message = "Job aborted due to stage failure: (TID 7) (h executor 1): \
            org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n  \
            File \"job.py\", line 3, in f\n    raise ValueError('canary')\nValueError: bad value 'canary'\n\n\tat org.apache.spark.X.y(X.scala:1)\n";
        let redaction = redaction("{}");
        let status = redaction.status(message);
        assert!(
            status
                .ends_with("org.apache.spark.api.python.PythonException: ValueError: bad value ?"),
            "{status}"
        );
        let stack = redaction.stack(message).unwrap();
        assert_eq!(
            stack,
            "  File \"job.py\", line 3, in f\n\tat org.apache.spark.X.y(X.scala:1)"
        );
    }

    #[test]
    fn stack_has_frames_alone() {
        let frames = [
            "\tat java.base/java.lang.Thread.run(Thread.java:840)",
            "\tat org.apache.spark.rdd.RDD.$anonfun$iterator$1(RDD.scala:331)",
            "\tat org.apache.spark.sql.GeneratedClass$Iterator.processNext(Unknown Source)",
            "\tat com.example.Lambda$14/0x00007f.apply(<generated>)",
            "  File \"/home/me/my job.py\", line 12, in <module>",
        ];
        let messages = [
            "java.io.IOException: cannot read",
            "at the door stands canary (and knocks)",
            "at https://store.example.org/?sig=canary",
            "at store(password=canary)",
            "at store?password=canary(it.says)",
            "File \"canary\" is missing, line by line",
        ];
        let trace = [&frames[..], &messages[..]].concat().join("\n");
        assert_eq!(redaction("{}").stack(&trace).unwrap(), frames.join("\n"));
        assert_eq!(redaction("{}").stack(&messages.join("\n")), None);
    }
}
