//! Secrets stay in: every text of a user passes here before it becomes part of a span.
//!
//! Texts are of two kinds. SQL loses its literals, comments and paths. Prose (descriptions, messages,
//! reasons) keeps its words and loses what looks like data: quoted text, long numbers, opaque tokens,
//! addresses' credentials, and what follows the name of a secret. SQL loses that too. Values of settings
//! and places in programs are shown as they are but for secrets. Before all of it, the expressions apply
//! with which Spark itself redacts.
//!
//! What comes out has a type of its own, [`Redacted`], that nothing else makes. Ids, hosts and names, which
//! are shown as they are, are [`Identifier`]s: short, and without characters that act on a terminal. An
//! [`attribute`] of a span takes nothing else, beside numbers and words of our own; which of them is the
//! registry's to say, for each one (`semconv/`).
//!
//! Everything here takes any text, in time that grows with its length alone, and needs no stack for it.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod attribute;
mod escapes;
mod expression;
mod identifier;
mod label;
mod numbers;
mod prose;
mod quotes;
mod redacted;
mod redaction;
mod span_name;
mod sql;
mod stack;
mod words;

pub use attribute::{ValueOf, attribute, attribute_for, attribute_of_settings};
pub use identifier::Identifier;
pub use label::Label;
pub use redacted::Redacted;
pub use redaction::{READ_LIMIT, Redaction, SPARK_REDACTED, SqlText};
pub use span_name::SpanName;
pub use words::without_long_numbers;

/// What a redacted part becomes.
const PLACEHOLDER: &str = "?";
