//! Trace and span ids: 16 and 8 bytes, never all zero, written as lower-case hexadecimal.

use std::fmt;
use std::str::FromStr;

/// An id that is not made of exactly the expected number of hexadecimal digits, or is all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {digits} hexadecimal digits that are not all zero")]
pub struct ParseIdError {
    /// How many digits the id has to have.
    pub digits: usize,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// The id with these bytes. The all-zero id is invalid by W3C Trace Context, so its
            /// last byte becomes 1.
            pub const fn from_bytes(mut bytes: [u8; $bytes]) -> Self {
                let mut index = 0;
                while index < $bytes {
                    if bytes[index] != 0 {
                        return Self(bytes);
                    }
                    index += 1;
                }
                bytes[$bytes - 1] = 1;
                Self(bytes)
            }

            /// The bytes in the order in which they go over the wire.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let invalid = ParseIdError { digits: 2 * $bytes };
                let digits = text.as_bytes();
                if digits.len() != 2 * $bytes {
                    return Err(invalid);
                }
                let mut bytes = [0; $bytes];
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    *byte = hex_digit(pair[0]).ok_or(invalid)? << 4
                        | hex_digit(pair[1]).ok_or(invalid)?;
                }
                if bytes == [0; $bytes] {
                    return Err(invalid);
                }
                Ok(Self(bytes))
            }
        }
    };
}

id!(
    /// A trace's id: 16 bytes (OTLP `Span.trace_id`, W3C `trace-id`).
    TraceId,
    16
);
id!(
    /// A span's id within its trace: 8 bytes (OTLP `Span.span_id`, W3C `parent-id`).
    SpanId,
    8
);

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_prints_what_it_parses() {
        let text = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(text.parse::<TraceId>().unwrap().to_string(), text);
        assert_eq!(
            "b7ad6b7169203331".parse::<SpanId>().unwrap().to_string(),
            "b7ad6b7169203331"
        );
    }

    #[test]
    fn id_of_wrong_form_is_refused() {
        for text in [
            "",
            "0",
            "0000000000000000",
            "b7ad6b716920333",
            "b7ad6b716920333g",
            "b7ad6b71692033310",
        ] {
            assert_eq!(
                text.parse::<SpanId>(),
                Err(ParseIdError { digits: 16 }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn id_of_zeros_ends_with_one() {
        assert_eq!(SpanId::from_bytes([0; 8]).to_string(), "0000000000000001");
        assert_eq!(
            SpanId::from_bytes([1, 0, 0, 0, 0, 0, 0, 0]).to_string(),
            "0100000000000000"
        );
    }
}
