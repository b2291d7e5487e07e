//! The kinds of values that keys take.

use std::fmt;

use sparkspan_model::TraceParent;

use crate::value;

/// Which values a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// One of these, in any case.
    Choice(&'static [&'static str]),
    /// A whole number, 1 or more.
    Count,
    /// A time such as `500ms`, `5s`, `2m` or `1h`; a bare number is milliseconds.
    Duration,
    /// Comma-separated texts.
    List,
    /// Comma-separated `name=value` pairs, percent-encoded.
    Pairs,
    /// A number from 0 to 1.
    Ratio,
    /// Bytes such as `512k`, `64m` or `1g`; a bare number is bytes.
    Size,
    /// Any text.
    Text,
    /// A W3C `traceparent`.
    TraceParent,
    /// An `http` or `https` URL; without a scheme, `https`.
    Url,
}

impl Kind {
    /// Whether the text is a value of this kind.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Boolean => value::boolean(text).is_some(),
            Self::Choice(choices) => value::choice(text, choices).is_some(),
            Self::Count => value::count(text).is_some(),
            Self::Duration => value::duration(text).is_some(),
            Self::Pairs => value::pairs(text).is_some(),
            Self::Ratio => value::ratio(text).is_some(),
            Self::Size => value::size(text).is_some(),
            Self::List | Self::Text => true,
            Self::TraceParent => text.parse::<TraceParent>().is_ok(),
            Self::Url => value::is_url(text),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Boolean => "true or false",
            Self::Choice(choices) => return formatter.write_str(&choices.join(", ")),
            Self::Count => "a whole number, 1 or more",
            Self::Duration => "a time such as 500ms, 5s or 2m",
            Self::List => "comma-separated texts",
            Self::Pairs => "comma-separated name=value pairs",
            Self::Ratio => "a number from 0 to 1",
            Self::Size => "bytes such as 512k, 64m or 1g",
            Self::Text => "text",
            Self::TraceParent => "a W3C traceparent",
            Self::Url => "an http or https URL",
        })
    }
}
