//! Texts that are made of identifiers.

use std::fmt::Write;

use crate::{identifier, redacted};

/// A text made of identifiers, words of our own and numbers, and of nothing else: a service's name, an address
/// in a History Server, a plan. Each identifier in it is as short as [`Identifier`](crate::Identifier)s are.
///
/// ```
/// use sparkspan_redaction::Label;
///
/// let label = Label::default().name("app-1").word("-").number(7);
/// assert_eq!(label.as_str(), "app-1-7");
/// ```
///
/// ```compile_fail,E0597
/// let text = "SELECT 'secret'".to_owned();
/// sparkspan_redaction::Label::default().word(&text);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Adds a name that is an identifier by its place in Spark's events.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.push_name(name);
        self
    }

    /// Adds a word of our own.
    #[must_use]
    pub fn word(mut self, word: &'static str) -> Self {
        self.push_word(word);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, number: i64) -> Self {
        self.push_number(number);
        self
    }

    /// [`Self::name`], in place.
    pub fn push_name(&mut self, name: &str) {
        identifier::write(&mut self.0, name);
    }

    /// [`Self::word`], in place.
    pub fn push_word(&mut self, word: &'static str) {
        self.0.push_str(word);
    }

    /// [`Self::number`], in place.
    pub fn push_number(&mut self, number: i64) {
        let _ = write!(self.0, "{number}");
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
        redacted::cut(&mut self.0, limit)
    }
}
