//! How a thing ended, from the words that Spark leaves behind.
//!
//! Spark writes the outcome of jobs, stages and queries only as a message or a stack trace. The forms
//! that are recognised stand in `tests/vectors/outcomes.json`, with the error type of each.

use std::collections::BTreeMap;

use sparkspan_redaction::Identifier;
use sparkspan_semconv::value;

use crate::excerpt::excerpt;

/// The error type of what names none (OpenTelemetry's word).
const OTHER: Identifier = Identifier::fixed("_OTHER");

/// How a thing ended, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// It ended by an error.
    Failed(Failure),
    /// Somebody ended it on purpose: that is no failure.
    Killed,
}

/// What is said of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// `error.type`: an exception's class, an error class, or a `TaskEndReason`.
    pub(crate) error_type: Identifier,
    /// The message as Spark wrote it: not yet safe to show.
    pub(crate) message: String,
}

impl Outcome {
    /// The outcome that a message tells; an empty one tells success. `fallback` is the error type of
    /// a message that names none.
    pub(crate) fn of_message(message: &str, fallback: &'static str) -> Self {
        if message.is_empty() {
            return Self::Succeeded;
        }
        if let Some(failure) = Failure::of_json(message) {
            return match failure.error_type.as_str() {
                "LEGACY" => Self::of_message(&failure.message, fallback),
                _ => Self::Failed(failure),
            };
        }
        if is_cancellation(message) {
            return Self::Killed;
        }
        let error_type = blamed(message).map_or(Identifier::fixed(fallback), error_type);
        Self::Failed(Failure {
            error_type,
            message: excerpt(message),
        })
    }

    /// The value of `spark.outcome`.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Succeeded => value::spark_outcome::SUCCEEDED,
            Self::Failed(_) => value::spark_outcome::FAILED,
            Self::Killed => value::spark_outcome::KILLED,
        }
    }

    /// What its texts take in memory, bytes.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Failed(failure) => failure.error_type.as_str().len() + failure.message.len(),
            Self::Succeeded | Self::Killed => 0,
        }
    }

    pub(crate) const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

impl Failure {
    /// The failure that Spark 3.4 writes as JSON: an error class and its parameters. Those without a
    /// class have the class `LEGACY` and the message as a parameter.
    fn of_json(message: &str) -> Option<Self> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Structured {
            error_class: String,
            #[serde(default)]
            message_parameters: BTreeMap<String, String>,
        }

        if !message.starts_with('{') {
            return None;
        }
        let Structured {
            error_class,
            mut message_parameters,
        } = serde_json::from_str(message).ok()?;
        let message = message_parameters.remove("message").unwrap_or_default();
        Some(Self {
            error_type: error_type(&error_class),
            message: excerpt(&message),
        })
    }
}

/// Whether a message says that a user, or Spark on its own account, ended the work on purpose.
fn is_cancellation(message: &str) -> bool {
    let message = without_leading_class(message);
    if let Some(class) = leading_error_class(message) {
        return matches!(
            class,
            "SPARK_JOB_CANCELLED" | "OPERATION_CANCELED" | "OPERATION_CANCELLED"
        );
    }
    let numbered = |word: &str| {
        let rest = message.strip_prefix(word)?.strip_prefix(' ')?;
        let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
        Some(rest.starts_with(" cancelled") || rest.starts_with(" was cancelled"))
    };
    numbered("Job")
        .or_else(|| numbered("Stage"))
        .unwrap_or(false)
}

/// The error type of a class's name, which is no name at all where it holds anything but the letters of one.
pub(crate) fn error_type(class: &str) -> Identifier {
    let of_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '$');
    if class.is_empty() || !class.chars().all(of_name) {
        return OTHER;
    }
    Identifier::new(class)
}

/// The class that a message blames: the innermost that Spark's wrapping names in its first line.
fn blamed(message: &str) -> Option<&str> {
    let line = message.lines().next().unwrap_or_default();
    // "Job aborted due to stage failure: ... (TID 7) (host executor 1): the.Class: its message"
    let cause = line
        .rsplit_once("): ")
        .and_then(|(_, cause)| leading_class(cause));
    cause
        .or_else(|| leading_error_class(without_leading_class(line)))
        .or_else(|| leading_class(line))
        .or_else(|| {
            // A wrapper of Py4J: "An exception was raised by the Python Proxy. ... the.Class: ..."
            line.split(' ')
                .find_map(|word| leading_class(word).filter(|class| class.contains('.')))
        })
}

fn without_leading_class(message: &str) -> &str {
    match leading_class(message) {
        Some(class) => message[class.len()..].trim_start_matches([':', ' ']),
        None => message,
    }
}

/// `the.package.ClassName` or `NameError` before a colon or at the end of the line.
fn leading_class(text: &str) -> Option<&str> {
    let end = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '$')))
        .unwrap_or(text.len());
    let class = &text[..end];
    let ends_well = matches!(text.as_bytes().get(end), None | Some(b':' | b'\n'));
    let simple = class.rsplit('.').next().unwrap_or_default();
    let named_like_a_class = simple.starts_with(|letter: char| letter.is_ascii_uppercase())
        && (class.contains('.') || simple.ends_with("Exception") || simple.ends_with("Error"));
    (ends_well && named_like_a_class).then_some(class)
}

/// `ERROR_CLASS` of a message such as `[ERROR_CLASS.SUB_CLASS] its text`.
fn leading_error_class(text: &str) -> Option<&str> {
    let (class, _) = text.strip_prefix('[')?.split_once(']')?;
    let valid = |letter: char| {
        letter.is_ascii_uppercase() || letter.is_ascii_digit() || matches!(letter, '_' | '.')
    };
    (!class.is_empty() && class.chars().all(valid)).then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Example {
        message: String,
        outcome: String,
        #[serde(default)]
        error_type: Option<String>,
    }

    #[test]
    fn recognised_forms_are_those_of_the_vectors() {
        let text = include_str!("../../../tests/vectors/outcomes.json");
        let examples: Vec<Example> = serde_json::from_str(text).unwrap();
        assert!(examples.len() > 10);
        for example in examples {
            let outcome = Outcome::of_message(&example.message, "_OTHER");
            assert_eq!(outcome.as_str(), example.outcome, "{}", example.message);
            let error_type = match outcome {
                Outcome::Failed(failure) => Some(failure.error_type.to_string()),
                _ => None,
            };
            assert_eq!(error_type, example.error_type, "{}", example.message);
        }
    }

    #[test]
    fn error_type_is_the_name_of_a_class() {
        for name in [
            "org.apache.spark.SparkException",
            "pkg.Outer$Inner",
            "DIVIDE_BY_ZERO.WITH_SUGGESTION",
            "NameError",
        ] {
            assert_eq!(error_type(name).as_str(), name);
        }
        for text in ["", "no class", "key=canary", "a/b", "größe", "a\u{1b}[2J"] {
            assert_eq!(error_type(text), OTHER, "{text:?}");
        }
    }
}
