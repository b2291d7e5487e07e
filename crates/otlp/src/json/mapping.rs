//! How the fields look whose JSON form is not that of their Rust type.

use std::borrow::Cow;
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::generated::common::v1::any_value::Value;
use crate::generated::common::v1::{AnyValue, ArrayValue, KeyValueList};

/// Whether a field may be left out.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A whole number as number or as text, or a name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose<'a> {
    Signed(i64),
    Unsigned(u64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

/// 64-bit whole numbers: text, because JavaScript's numbers are too short for them.
pub(crate) mod decimal {
    use std::fmt::Display;
    use std::str::FromStr;

    use super::{Deserialize, Deserializer, Loose, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        number: &impl Display,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display> + TryFrom<i64, Error: Display> + TryFrom<u64, Error: Display>,
        D: Deserializer<'de>,
    {
        use serde::de::Error as _;
        match Loose::deserialize(from)? {
            Loose::Signed(number) => T::try_from(number).map_err(D::Error::custom),
            Loose::Unsigned(number) => T::try_from(number).map_err(D::Error::custom),
            Loose::Text(text) => text.parse().map_err(D::Error::custom),
        }
    }
}

/// Ids: lower-case hexadecimal, where protobuf's own mapping says base64.
pub(crate) mod hex {
    use std::borrow::Cow;
    use std::fmt::Write as _;

    use super::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            write!(text, "{byte:02x}").map_err(serde::ser::Error::custom)?;
        }
        to.serialize_str(&text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        use serde::de::Error as _;
        let text = Cow::<str>::deserialize(from)?;
        let invalid = || D::Error::custom("expected hexadecimal digits");
        if text.len() % 2 != 0 {
            return Err(invalid());
        }
        text.as_bytes()
            .chunks_exact(2)
            .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
            .collect::<Option<_>>()
            .ok_or_else(invalid)
    }

    fn digit(digit: u8) -> Option<u8> {
        let value = char::from(digit).to_digit(16)?;
        u8::try_from(value).ok()
    }
}

macro_rules! enumeration {
    ($(#[$doc:meta])* $module:ident, $enumeration:ty) => {
        $(#[$doc])*
        pub(crate) mod $module {
            use super::{Deserialize, Deserializer, Loose, Serializer};

            pub(crate) fn serialize<S: Serializer>(number: &i32, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i32(*number)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i32, D::Error> {
                use serde::de::Error as _;
                match Loose::deserialize(from)? {
                    Loose::Signed(number) => i32::try_from(number).ok(),
                    Loose::Text(name) => <$enumeration>::from_str_name(&name)
                        .map(|known| known as i32)
                        .or_else(|| name.parse().ok()),
                    Loose::Unsigned(_) => None,
                }
                .ok_or_else(|| D::Error::custom(concat!("unknown ", stringify!($module))))
            }
        }
    };
}

enumeration!(
    /// A span's kind: its number, or its name.
    span_kind,
    crate::generated::trace::v1::span::SpanKind
);
enumeration!(
    /// A status: its number, or its name.
    status_code,
    crate::generated::trace::v1::status::StatusCode
);

impl Serialize for AnyValue {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        match &self.value {
            None => {}
            Some(Value::StringValue(text)) => map.serialize_entry("stringValue", text)?,
            Some(Value::BoolValue(truth)) => map.serialize_entry("boolValue", truth)?,
            Some(Value::IntValue(number)) => {
                map.serialize_entry("intValue", &number.to_string())?;
            }
            Some(Value::DoubleValue(number)) if number.is_finite() => {
                map.serialize_entry("doubleValue", number)?;
            }
            Some(Value::DoubleValue(number)) => {
                map.serialize_entry("doubleValue", not_finite(*number))?;
            }
            Some(Value::ArrayValue(array)) => map.serialize_entry("arrayValue", array)?,
            Some(Value::KvlistValue(list)) => map.serialize_entry("kvlistValue", list)?,
            Some(Value::BytesValue(bytes)) => {
                map.serialize_entry("bytesValue", &BASE64_STANDARD.encode(bytes))?;
            }
            Some(Value::StringValueStrindex(index)) => {
                map.serialize_entry("stringValueStrindex", index)?;
            }
        }
        map.end()
    }
}

/// Protobuf's names of the numbers that JSON does not have.
fn not_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

impl<'de> Deserialize<'de> for AnyValue {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(AnyValueVisitor)
    }
}

struct AnyValueVisitor;

impl<'de> Visitor<'de> for AnyValueVisitor {
    type Value = AnyValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an OTLP attribute value")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<AnyValue, M::Error> {
        let mut value = None;
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            value = Some(match name.as_ref() {
                "stringValue" => Value::StringValue(map.next_value()?),
                "boolValue" => Value::BoolValue(map.next_value()?),
                "intValue" => Value::IntValue(map.next_value::<Decimal>()?.0),
                "doubleValue" => Value::DoubleValue(map.next_value::<Double>()?.0),
                "arrayValue" => Value::ArrayValue(map.next_value::<ArrayValue>()?),
                "kvlistValue" => Value::KvlistValue(map.next_value::<KeyValueList>()?),
                "bytesValue" => {
                    let text: Cow<'_, str> = map.next_value()?;
                    let bytes = BASE64_STANDARD.decode(text.as_bytes());
                    Value::BytesValue(bytes.map_err(M::Error::custom)?)
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            });
        }
        Ok(AnyValue { value })
    }
}

#[derive(Deserialize)]
struct Decimal(#[serde(with = "decimal")] i64);

struct Double(f64);

impl<'de> Deserialize<'de> for Double {
    /// From the digits as they stand: `serde_json`'s own doubles can be off by the last bit. Rust
    /// reads "NaN", "Infinity" and "-Infinity" as protobuf writes them.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let digits = Box::<RawValue>::deserialize(from)?;
        let number = digits.get().trim_matches('"').parse();
        number.map(Self).map_err(D::Error::custom)
    }
}
