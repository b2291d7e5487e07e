//! What may become an attribute: the one place that makes those of an application's spans.

use std::borrow::Cow;

use sparkspan_model::{Attribute, Value};
use sparkspan_semconv::class::{List, Number, Text, Word};
use sparkspan_semconv::{Key, Template, class};

use crate::{Identifier, Label, Redacted};

/// A value that attributes of the class `C` take. Nothing outside this crate is one.
///
/// | class | values |
/// |---|---|
/// | `Number<i64>` | `i64`, `i32`, `u32` |
/// | `Number<f64>` | `f64` |
/// | `Number<bool>` | `bool` |
/// | `Word` | `&'static str` |
/// | `Identifier` | [`Identifier`], [`Label`] |
/// | `Text` | [`Redacted`] |
/// | `List<C>` | a `Vec` of them |
pub trait ValueOf<C>: sealed::IntoValue {}

mod sealed {
    /// The conversion that only [`ValueOf`](super::ValueOf) gives access to.
    pub trait IntoValue {
        fn into_value(self) -> sparkspan_model::Value;
    }
}

/// The attribute of this key.
///
/// A text of a user's becomes one through a [`Redaction`](crate::Redaction), a name as an [`Identifier`]:
///
/// ```
/// use sparkspan_redaction::{Identifier, Redaction, SqlText, attribute};
/// use sparkspan_semconv::{key, value};
///
/// let redaction = Redaction::new(|_| None, SqlText::Sanitized);
/// let text = redaction.prose("load 'acme'");
/// assert_eq!(attribute(key::SPARK_JOB_DESCRIPTION, text).value.as_str(), Some("load ?"));
/// attribute(key::HOST_NAME, Identifier::new("worker-3"));
/// attribute(key::SPARK_JOB_ID, 3_i64);
/// attribute(key::SPARK_OUTCOME, value::spark_outcome::FAILED);
/// ```
///
/// A text that has not passed one does not, owned or not:
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_JOB_DESCRIPTION, "SELECT 'secret'".to_owned());
/// ```
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::DB_QUERY_TEXT, "SELECT 'secret'");
/// ```
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_JOB_TAGS, vec!["secret".to_owned()]);
/// ```
///
/// Nor is an identifier a text, or a text an identifier:
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::{Identifier, attribute};
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_SQL_DESCRIPTION, Identifier::new("SELECT 'secret'"));
/// ```
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::{Redaction, SqlText, attribute};
/// # use sparkspan_semconv::key;
/// # let redaction = Redaction::new(|_| None, SqlText::Sanitized);
/// attribute(key::HOST_NAME, redaction.prose("worker-3"));
/// ```
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_APP_USER, "etl".to_owned());
/// ```
///
/// A word is one that stands in the source:
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_OUTCOME, format!("failed: {}", "secret"));
/// ```
///
/// ```compile_fail,E0597
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// let outcome = "secret".to_owned();
/// attribute(key::SPARK_OUTCOME, outcome.as_str());
/// ```
///
/// And a number is of the kind that the registry says:
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_JOB_ID, "3");
/// ```
///
/// ```compile_fail,E0277
/// # use sparkspan_redaction::attribute;
/// # use sparkspan_semconv::key;
/// attribute(key::SPARK_JOB_ID, 0.5);
/// ```
///
/// A key that the registry does not have cannot be made, and no other type can be made a value:
///
/// ```compile_fail,E0624
/// use sparkspan_semconv::{Key, class::Word};
/// let key = Key::<Word>::new("my.key");
/// ```
///
/// ```compile_fail,E0277
/// use sparkspan_redaction::ValueOf;
/// use sparkspan_semconv::class::Text;
/// struct Raw(String);
/// impl ValueOf<Text> for Raw {}
/// ```
pub fn attribute<C>(key: Key<C>, value: impl ValueOf<C>) -> Attribute {
    Attribute::new(key.name(), value.into_value())
}

/// The attribute of the template's for `name`, which the settings list.
pub fn attribute_for<C>(template: &Template<C>, name: &str, value: impl ValueOf<C>) -> Attribute {
    let name = Identifier::new(name);
    Attribute::new(template.name(name.as_str()), value.into_value())
}

/// An attribute of the operator's own, as the settings say it. It is an identifier, whatever its name.
pub fn attribute_of_settings(name: &str, value: &str) -> Attribute {
    let value = Identifier::new(value);
    Attribute::new(Identifier::new(name).into_text(), value.into_text())
}

macro_rules! value_of {
    ($($class:ty: $($source:ty => |$value:ident| $target:expr),+;)+) => {
        $($(
            impl ValueOf<$class> for $source {}
            impl sealed::IntoValue for $source {
                fn into_value(self) -> Value {
                    let $value = self;
                    $target
                }
            }
        )+)+
    };
}

value_of! {
    Number<i64>:
        i64 => |number| Value::Int(number),
        i32 => |number| Value::Int(i64::from(number)),
        u32 => |number| Value::Int(i64::from(number));
    Number<f64>: f64 => |number| Value::Double(number);
    Number<bool>: bool => |truth| Value::Bool(truth);
    Word: &'static str => |word| Value::String(Cow::Borrowed(word));
    class::Identifier:
        Identifier => |name| Value::String(name.into_text()),
        Label => |label| Value::String(Cow::Owned(label.into_string()));
    Text: Redacted => |text| Value::String(Cow::Owned(text.into_string()));
    List<Word>: Vec<&'static str> => |words| texts(words.into_iter().map(Cow::Borrowed));
    List<class::Identifier>:
        Vec<Identifier> => |names| texts(names.into_iter().map(Identifier::into_text));
    List<Text>: Vec<Redacted> => |all| {
        texts(all.into_iter().map(|text| Cow::Owned(text.into_string())))
    };
}

fn texts(texts: impl Iterator<Item = Cow<'static, str>>) -> Value {
    Value::Strings(texts.collect())
}
