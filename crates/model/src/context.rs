//! The caller's context as W3C Trace Context writes it.

use std::fmt;
use std::str::FromStr;

use crate::{SpanId, TraceId};

/// A `traceparent` header's value (W3C Trace Context, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    /// The trace that the caller is part of.
    pub trace_id: TraceId,
    /// The caller's span.
    pub span_id: SpanId,
    /// The `sampled` flag: the caller's own spans are recorded.
    pub sampled: bool,
}

/// A `traceparent` that W3C Trace Context tells readers to ignore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a W3C traceparent such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
)]
pub struct ParseTraceParentError;

impl FromStr for TraceParent {
    type Err = ParseTraceParentError;

    /// Reads version 00, and later versions as the specification asks: by their first four fields.
    fn from_str(text: &str) -> Result<Self, ParseTraceParentError> {
        let mut fields = text.trim().split('-');
        let mut field = |digits: usize| {
            fields
                .next()
                .filter(|field| {
                    let lower_hex = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                    field.len() == digits && field.bytes().all(lower_hex)
                })
                .ok_or(ParseTraceParentError)
        };
        let version = field(2)?;
        let trace_id = field(32)?.parse().map_err(|_| ParseTraceParentError)?;
        let span_id = field(16)?.parse().map_err(|_| ParseTraceParentError)?;
        let flags = u8::from_str_radix(field(2)?, 16).map_err(|_| ParseTraceParentError)?;
        if version == "ff" || (version == "00" && fields.next().is_some()) {
            return Err(ParseTraceParentError);
        }
        Ok(Self {
            trace_id,
            span_id,
            sampled: flags & 1 == 1,
        })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = u8::from(self.sampled);
        write!(
            formatter,
            "00-{}-{}-{flags:02x}",
            self.trace_id, self.span_id
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn traceparent_prints_what_it_parses() {
        let parsed: TraceParent = VALID.parse().unwrap();
        assert!(parsed.sampled);
        assert_eq!(parsed.to_string(), VALID);
    }

    #[test]
    fn traceparent_of_a_later_version_is_read_by_its_known_fields() {
        let later = format!("cc{}-what-comes-next", &VALID[2..]);
        assert_eq!(later.parse::<TraceParent>(), VALID.parse());
    }

    #[test]
    fn traceparent_of_wrong_form_is_refused() {
        let zero_trace = VALID.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32));
        let upper_case = VALID.to_uppercase();
        let version_ff = format!("ff{}", &VALID[2..]);
        let too_long = format!("{VALID}-00");
        for text in [
            "",
            "00",
            &VALID[..54],
            &zero_trace,
            &upper_case,
            &version_ff,
            &too_long,
        ] {
            assert_eq!(
                text.parse::<TraceParent>(),
                Err(ParseTraceParentError),
                "{text:?}"
            );
        }
    }
}
