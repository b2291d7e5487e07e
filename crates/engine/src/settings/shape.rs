//! What settings change in the content of spans, as a text.
//!
//! Ids are hashed from it, so that no byte of it may ever change for the same settings
//! (`tests/vectors/shapes.json`). Its notation is that of Rust's `Debug`, which first wrote it.

use std::fmt::Write;
use std::time::Duration;

use super::escapes::RUNS;
use super::{Sampler, Scope, Settings, SqlText, TaskDetail};

impl Settings {
    /// What these settings change in the content of spans, against those that were in force or the
    /// usual ones; empty when they change nothing. Spans of another shape get another identity, so that
    /// both can stand in one store. What only picks units, or holds them back, changes no span, unless
    /// spans tell of it.
    pub(crate) fn shape(&self) -> String {
        let default = Self::default();
        let usual = self.in_force.as_deref().unwrap_or(&default);
        let mut shape = Vec::new();
        let mut compare = |key: &str, text: &dyn Fn(&Self) -> String| {
            let value = text(self);
            if value != text(usual) {
                shape.push(format!("{key}={value}"));
            }
        };
        compare("scope", &|settings| scope(settings.scope).to_owned());
        compare("trace.sql", &|settings| settings.trace_sql.to_string());
        compare("trace.shuffle", &|settings| {
            settings.trace_shuffle.to_string()
        });
        compare("trace.tasks", &|settings| {
            task_detail(settings.trace_tasks).to_owned()
        });
        compare("sql.text", &|settings| {
            sql_text(settings.sql_text).to_owned()
        });
        compare("budget.spans", &|settings| settings.max_spans.to_string());
        compare("service.name", &|settings| {
            settings.service_name.clone().unwrap_or_default()
        });
        compare("resource", &|settings| pairs(&settings.resource));
        compare("conf.capture", &|settings| {
            settings.captured_properties.join(",")
        });
        compare("historyServer.url", &|settings| {
            settings.history_server_url.clone().unwrap_or_default()
        });
        if self.sampler_is_in_force() {
            compare("sampler", &|settings| {
                let (failed, slow) = (settings.keep_failed, slow(settings.keep_slow));
                format!("{} {failed} {slow}", sampler(settings.sampler))
            });
        }
        shape.join("\n")
    }
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Application => "Application",
        Scope::Unit => "Unit",
        Scope::Auto => "Auto",
    }
}

const fn task_detail(detail: TaskDetail) -> &'static str {
    match detail {
        TaskDetail::Outliers => "Outliers",
        TaskDetail::All => "All",
        TaskDetail::None => "None",
    }
}

const fn sql_text(text: SqlText) -> &'static str {
    match text {
        SqlText::Sanitized => "Sanitized",
        SqlText::Off => "Off",
        SqlText::Raw => "Raw",
    }
}

fn sampler(sampler: Sampler) -> String {
    match sampler {
        Sampler::AlwaysOn => "AlwaysOn".to_owned(),
        Sampler::AlwaysOff => "AlwaysOff".to_owned(),
        Sampler::Ratio(part) => format!("Ratio({})", ratio(part)),
        Sampler::ParentBasedAlwaysOn => "ParentBasedAlwaysOn".to_owned(),
        Sampler::ParentBasedAlwaysOff => "ParentBasedAlwaysOff".to_owned(),
        Sampler::ParentBasedRatio(part) => format!("ParentBasedRatio({})", ratio(part)),
    }
}

/// The fewest digits that tell the number from all others, with a point or an exponent.
fn ratio(ratio: f64) -> String {
    if ratio != 0.0 && ratio.abs() < 1e-4 {
        format!("{ratio:e}")
    } else if ratio.fract() == 0.0 {
        format!("{ratio:.1}")
    } else {
        ratio.to_string()
    }
}

fn slow(limit: Option<Duration>) -> String {
    limit.map_or_else(
        || "None".to_owned(),
        |limit| format!("Some({})", duration(limit)),
    )
}

/// A time in the largest unit of which it has one or more, with as many decimals as it needs.
fn duration(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let (unit, digits, name) = match nanos {
        1_000_000_000.. => (1_000_000_000, 9, "s"),
        1_000_000.. => (1_000_000, 6, "ms"),
        1_000.. => (1_000, 3, "µs"),
        _ => (1, 0, "ns"),
    };
    let decimals = format!("{:0digits$}", nanos % unit);
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{}{point}{decimals}{name}", nanos / unit)
}

fn pairs(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("({}, {})", quoted(name), quoted(value)))
        .collect();
    format!("[{}]", pairs.join(", "))
}

/// A text in quotes, in which nothing can be mistaken for another text.
fn quoted(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    output.push('"');
    for letter in text.chars() {
        match letter {
            '\0' => output.push_str("\\0"),
            '\t' => output.push_str("\\t"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            _ if is_numbered(letter) => {
                let _ = write!(output, "\\u{{{:x}}}", u32::from(letter));
            }
            _ => output.push(letter),
        }
    }
    output.push('"');
    output
}

/// Whether a character is written by its number.
fn is_numbered(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_control();
    }
    let mut left = u32::from(letter) - 0x80;
    for (index, run) in RUNS.iter().enumerate() {
        if left < *run {
            return index % 2 == 1;
        }
        left -= run;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The notation is `Debug`'s of the toolchain that `rust-toolchain.toml` names. Should a later one
    /// write a character or a number otherwise, `Debug` is what is wrong here.
    #[test]
    fn words_and_characters_are_those_of_debug() {
        for value in [Scope::Application, Scope::Unit, Scope::Auto] {
            assert_eq!(scope(value), format!("{value:?}"));
        }
        for value in [TaskDetail::Outliers, TaskDetail::All, TaskDetail::None] {
            assert_eq!(task_detail(value), format!("{value:?}"));
        }
        for value in [SqlText::Sanitized, SqlText::Off, SqlText::Raw] {
            assert_eq!(sql_text(value), format!("{value:?}"));
        }
        for value in [
            Sampler::AlwaysOn,
            Sampler::AlwaysOff,
            Sampler::ParentBasedAlwaysOn,
            Sampler::ParentBasedAlwaysOff,
        ] {
            assert_eq!(sampler(value), format!("{value:?}"));
        }
        for letter in '\0'..=char::MAX {
            let text = letter.to_string();
            assert_eq!(quoted(&text), format!("{text:?}"));
        }
    }

    proptest! {
        #[test]
        fn texts_are_those_of_debug(
            resource in proptest::collection::vec(any::<(String, String)>(), 0..4),
        ) {
            prop_assert_eq!(pairs(&resource), format!("{resource:?}"));
        }

        #[test]
        fn ratios_are_those_of_debug(bits in 0..=1_f64.to_bits(), negative_zero: bool) {
            let ratio = if negative_zero { -0.0 } else { f64::from_bits(bits) };
            for value in [Sampler::Ratio(ratio), Sampler::ParentBasedRatio(ratio)] {
                prop_assert_eq!(sampler(value), format!("{value:?}"));
            }
        }

        #[test]
        fn times_are_those_of_debug(secs: u64, nanos in 0_u32..1_000_000_000, shift in 0_u32..64) {
            for limit in [
                Duration::new(secs >> shift, nanos),
                Duration::from_nanos(u64::from(nanos) >> (shift / 2)),
                Duration::from_micros(secs >> shift),
            ] {
                let limit = Some(limit);
                prop_assert_eq!(slow(limit), format!("{limit:?}"));
            }
        }
    }

    #[test]
    fn no_limit_and_no_time_are_those_of_debug() {
        for limit in [None, Some(Duration::ZERO), Some(Duration::MAX)] {
            assert_eq!(slow(limit), format!("{limit:?}"));
        }
    }
}
