//! Attributes: named values of OpenTelemetry's attribute types.

use std::borrow::Cow;

/// An attribute's value (OTLP `AnyValue`, as far as span attributes use it).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; `'static` text costs no allocation.
    String(Cow<'static, str>),
    /// A truth value.
    Bool(bool),
    /// A whole number. Counts and sizes of Spark are signed 64-bit, as OTLP's are.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// A list of texts.
    Strings(Vec<Cow<'static, str>>),
    /// A list of whole numbers.
    Ints(Vec<i64>),
}

impl Value {
    /// The text, where the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, where the value is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! value_from {
    ($($source:ty => |$value:ident| $target:expr),* $(,)?) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $target
            }
        })*
    };
}

value_from! {
    &'static str => |text| Self::String(Cow::Borrowed(text)),
    String => |text| Self::String(Cow::Owned(text)),
    Cow<'static, str> => |text| Self::String(text),
    bool => |truth| Self::Bool(truth),
    i64 => |number| Self::Int(number),
    i32 => |number| Self::Int(i64::from(number)),
    u32 => |number| Self::Int(i64::from(number)),
    f64 => |number| Self::Double(number),
    Vec<Cow<'static, str>> => |texts| Self::Strings(texts),
    Vec<String> => |texts| Self::Strings(texts.into_iter().map(Cow::Owned).collect()),
    Vec<i64> => |numbers| Self::Ints(numbers),
}

/// A named value of a span, a span's event, a link or a resource.
///
/// [`Attribute::new`] alone makes one, so that a lint can say who may.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attribute {
    /// The attribute's name, such as `spark.stage.id`.
    pub key: Cow<'static, str>,
    /// What it says.
    pub value: Value,
}

impl Attribute {
    /// An attribute named `key`.
    pub fn new(key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
        }
    }

    /// What it takes in memory, bytes.
    pub fn memory_bytes(&self) -> usize {
        let value = match &self.value {
            Value::String(text) => text.len(),
            Value::Strings(texts) => texts
                .iter()
                .map(|text| size_of_val(text) + text.len())
                .sum(),
            Value::Ints(numbers) => size_of_val(numbers.as_slice()),
            Value::Bool(_) | Value::Int(_) | Value::Double(_) => 0,
        };
        size_of::<Self>() + self.key.len() + value
    }
}
