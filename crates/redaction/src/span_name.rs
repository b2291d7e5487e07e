//! Names of spans.

use std::borrow::Cow;

use crate::{Identifier, Label};

/// The longest name, characters (OpenTelemetry's limit of `db.query.summary`, which names queries).
const LIMIT: usize = 255;

/// The name of a span: a word of our own, or made of identifiers. No text of a user's can be one.
///
/// ```
/// use sparkspan_redaction::{Identifier, SpanName};
///
/// SpanName::from("spark.job");
/// SpanName::from(Identifier::new("SELECT orders"));
/// ```
///
/// ```compile_fail,E0277
/// sparkspan_redaction::SpanName::from("SELECT 'secret'".to_owned());
/// ```
///
/// ```compile_fail,E0277
/// use sparkspan_redaction::{Redaction, SpanName, SqlText};
/// let redaction = Redaction::new(|_| None, SqlText::Sanitized);
/// SpanName::from(redaction.prose("a text may change from run to run"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanName(Cow<'static, str>);

impl SpanName {
    /// The name.
    pub fn into_text(self) -> Cow<'static, str> {
        self.0
    }

    fn cut(text: Cow<'static, str>) -> Self {
        match text.char_indices().nth(LIMIT) {
            Some((end, _)) => Self(Cow::Owned(text[..end].to_owned())),
            None => Self(text),
        }
    }
}

impl From<&'static str> for SpanName {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<Identifier> for SpanName {
    fn from(name: Identifier) -> Self {
        Self::cut(name.into_text())
    }
}

impl From<Label> for SpanName {
    fn from(name: Label) -> Self {
        Self::cut(Cow::Owned(name.into_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_name_is_cut() {
        let label = (0..9).fold(Label::default(), |label, _| label.name(&"ä".repeat(100)));
        assert_eq!(SpanName::from(label).into_text().chars().count(), LIMIT);
    }
}
