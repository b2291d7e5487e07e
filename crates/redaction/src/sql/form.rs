//! Whether what begins like a statement is one.

use super::keywords::STATEMENTS;
use super::maintenance::{MAINTENANCE, is_maintenance};
use crate::words::{follows_a_secret, is_one_of};

const QUERIES: [&str; 7] = ["from", "map", "reduce", "select", "table", "values", "with"];
/// What stands behind the first word of a statement, and seldom in a sentence.
const SECOND: [(&str, &[&str]); 25] = [
    (
        "alter",
        &["database", "namespace", "schema", "table", "view"],
    ),
    ("analyze", &["table", "tables"]),
    (
        "begin",
        &["create", "declare", "delete", "if", "insert", "select"],
    ),
    ("cache", &["lazy", "table"]),
    ("create", &CREATED),
    ("declare", &["or"]),
    ("delete", &["from"]),
    ("desc", &DESCRIBED),
    ("describe", &DESCRIBED),
    ("drop", &CREATED),
    ("execute", &["immediate"]),
    ("explain", &EXPLAINED),
    ("fetch", &["from"]),
    ("insert", &["into", "overwrite"]),
    ("load", &["data"]),
    ("lock", &["database", "table"]),
    ("merge", &["into"]),
    ("msck", &["repair"]),
    ("refresh", &["function", "table"]),
    ("repair", &["table"]),
    ("replace", &["table"]),
    ("show", &SHOWN),
    ("truncate", &["table"]),
    ("uncache", &["table"]),
    ("unlock", &["database", "table"]),
];
const CREATED: [&str; 15] = [
    "database",
    "external",
    "function",
    "global",
    "if",
    "index",
    "materialized",
    "namespace",
    "or",
    "schema",
    "streaming",
    "table",
    "temp",
    "temporary",
    "view",
];
const DESCRIBED: [&str; 7] = [
    "database",
    "extended",
    "formatted",
    "function",
    "namespace",
    "schema",
    "table",
];
const EXPLAINED: [&str; 9] = [
    "codegen",
    "cost",
    "create",
    "extended",
    "formatted",
    "from",
    "insert",
    "select",
    "with",
];
const SHOWN: [&str; 6] = ["columns", "create", "from", "partitions", "table", "tables"];

/// What a text is that begins like a statement.
///
/// Spark's grammar takes nearly every word for a name, so that the first word alone makes a sentence a statement:
/// `Update password set canary`. In a sentence a keyword ends no clause, and what follows is the secret; a statement
/// keeps what stands behind its keywords, or none with a table of tokens could be read. So a text is a sentence unless
/// it has what nobody says: an assignment or comparison, or behind the verb what only a statement has there. What
/// can be either is a query: `Select password from canary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Sentence,
    Query,
    /// Any other statement, or what does not begin like one.
    Statement,
}

impl Form {
    pub(crate) fn of(sql: &str) -> Self {
        let mut words = words(sql);
        let first = words.next().unwrap_or_default();
        let second = words.next().unwrap_or_default();
        let is_second = |(known, seconds): &(&str, &[&str])| {
            known.eq_ignore_ascii_case(first) && is_one_of(second, seconds)
        };
        if is_one_of(first, &QUERIES) {
            Self::Query
        } else if !(is_one_of(first, &STATEMENTS) || is_maintenance(first, second))
            || SECOND.iter().any(is_second)
            || MAINTENANCE.iter().any(is_second)
            || sql.contains('=')
        {
            Self::Statement
        } else {
            Self::Sentence
        }
    }

    /// Whether a text that begins like a statement may be prose: a sentence, or a query without what queries have.
    pub(crate) fn may_be_prose(sql: &str) -> bool {
        match Self::of(sql) {
            Self::Sentence => true,
            Self::Statement => false,
            Self::Query => !sql.contains('=') && !has_clauses(sql),
        }
    }

    /// Whether statements with this first word have no expressions: `Refresh table password->canary` is none.
    pub(crate) fn has_no_operators(sql: &str) -> bool {
        const PLAIN: [&str; 14] = [
            "drop", "fsck", "load", "lock", "msck", "refresh", "repair", "restore", "show", "sync",
            "truncate", "uncache", "undrop", "unlock",
        ];
        words(sql)
            .next()
            .is_some_and(|first| is_one_of(first, &PLAIN))
    }

    /// [`follows_a_secret`], for a word and the text behind it.
    pub(crate) fn follows_a_secret(self, word: &str, after: &str) -> (bool, bool) {
        // In a query these stand before a bracket or a literal.
        const BEFORE_VALUES: [&str; 4] = ["into", "set", "using", "values"];
        if self == Self::Query && is_one_of(word, &BEFORE_VALUES) {
            let is_end = after.trim_start().starts_with(['(', '?']);
            return (true, is_end);
        }
        follows_a_secret(word, self != Self::Sentence)
    }
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

/// Whether a query has what follows its first word.
fn has_clauses(sql: &str) -> bool {
    let mut words = words(sql);
    let first = words.next().unwrap_or_default();
    let mut has = |clauses: &[&str]| words.any(|word| is_one_of(word, clauses));
    match &*first.to_ascii_lowercase() {
        "select" => has(&["from"]),
        "from" => has(&["insert", "map", "reduce", "select"]),
        "map" | "reduce" => has(&["using"]),
        "table" => {
            let is_of_name = |letter: char| letter.is_alphanumeric() || "_.`".contains(letter);
            sql.split_whitespace().count() <= 2
                && sql
                    .split_whitespace()
                    .all(|name| name.chars().all(is_of_name))
        }
        _ => sql.contains('('),
    }
}
