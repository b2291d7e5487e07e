//! Texts of users on their way into spans.

use std::sync::LazyLock;

use sparkspan_redaction::{Redacted, Redaction, SqlText};

use crate::on_a_small_stack;

/// That of an application that sets none of Spark's expressions.
static REDACTION: LazyLock<Redaction> =
    LazyLock::new(|| Redaction::new(|_| None, SqlText::Sanitized));

/// A text becomes at most this many times as long.
const GROWTH: usize = 4;

/// Asserts what holds of any text: it does not explode, and what stands where a secret was is no secret.
fn redacted(data: &[u8], redact: impl Fn(&Redaction, &str) -> Option<Redacted> + Sync) {
    let text = String::from_utf8_lossy(data);
    on_a_small_stack(|| {
        let Some(once) = redact(&REDACTION, &text) else {
            return;
        };
        assert!(
            once.as_str().len() <= GROWTH * text.len() + 64,
            "{text:?}: {once:?}"
        );
    });
}

/// Statements, as they are and as descriptions.
pub fn sql(data: &[u8]) {
    redacted(data, Redaction::sql);
    redacted(data, Redaction::statement);
    redacted(data, Redaction::request);
}

/// Descriptions, messages and traces of stacks; and values of properties, which no terminal acts on.
pub fn prose(data: &[u8]) {
    redacted(data, |redaction, text| Some(redaction.prose(text)));
    redacted(data, |redaction, text| Some(redaction.status(text)));
    redacted(data, Redaction::stack);
    let text = String::from_utf8_lossy(data);
    if let Some(value) = REDACTION.property("spark.some.key", &text) {
        assert!(!value.as_str().contains(char::is_control), "{value:?}");
    }
}
