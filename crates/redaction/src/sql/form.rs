//! Whether what begins like a statement is one.

use super::keywords::STATEMENTS;
use super::maintenance::{MAINTENANCE, is_maintenance};
use crate::words::{follows_a_secret, is_one_of};

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
        const QUERIES: [&str; 7] = ["from", "map", "reduce", "select", "table", "values", "with"];
        const SECOND: [&str; 30] = [
            "codegen",
            "columns",
            "cost",
            "create",
            "data",
            "database",
            "extended",
            "external",
            "formatted",
            "from",
            "function",
            "global",
            "if",
            "immediate",
            "index",
            "into",
            "lazy",
            "namespace",
            "or",
            "overwrite",
            "partitions",
            "repair",
            "schema",
            "select",
            "table",
            "tables",
            "temp",
            "temporary",
            "view",
            "with",
        ];
        let mut words = sql.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let mut next = || words.find(|word| !word.is_empty()).unwrap_or_default();
        let first = next();
        let second = next();
        let is_second = |(known, seconds): &(&str, &[&str])| {
            known.eq_ignore_ascii_case(first) && is_one_of(second, seconds)
        };
        if is_one_of(first, &QUERIES) {
            Self::Query
        } else if !(is_one_of(first, &STATEMENTS) || is_maintenance(first, second))
            || is_one_of(second, &SECOND)
            || MAINTENANCE.iter().any(is_second)
            || sql.contains('=')
        {
            Self::Statement
        } else {
            Self::Sentence
        }
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
