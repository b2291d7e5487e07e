//! Text that may be shown.

use std::fmt;

/// A text that has passed a [`Redaction`](crate::Redaction), which alone makes it.
///
/// ```compile_fail,E0423
/// let text = sparkspan_redaction::Redacted("SELECT 'secret'".to_owned());
/// ```
///
/// ```compile_fail,E0277
/// let text: sparkspan_redaction::Redacted = "SELECT 'secret'".to_owned().into();
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redacted(String);

impl Redacted {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Cuts the text to `limit` bytes, at a character; false if it was not longer.
    pub fn cut(&mut self, limit: usize) -> bool {
        cut(&mut self.0, limit)
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Cuts a text to `limit` bytes, at a character; false if it was not longer.
pub(crate) fn cut(text: &mut String, limit: usize) -> bool {
    let is_longer = text.len() > limit;
    text.truncate(text.floor_char_boundary(limit));
    is_longer
}
