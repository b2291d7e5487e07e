//! Reading values as Spark and OpenTelemetry write them. `None`: the text is not such a value.

use std::time::Duration;

use percent_encoding::percent_decode_str;

/// `true` or `false`, in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match choice(text, &["true", "false"])? {
        "true" => Some(true),
        _ => Some(false),
    }
}

/// The choice that the text names, in any case.
pub(crate) fn choice(text: &str, choices: &[&'static str]) -> Option<&'static str> {
    choices
        .iter()
        .find(|choice| choice.eq_ignore_ascii_case(text))
        .copied()
}

/// A whole number, 1 or more.
pub(crate) fn count(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| *number > 0)
}

/// A number from 0 to 1.
pub(crate) fn ratio(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|number| (0.0..=1.0).contains(number))
}

/// A time with a unit, by Spark's names of units; a bare number is milliseconds, as OpenTelemetry's are.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = number_and_unit(text)?;
    match unit.as_str() {
        "us" => Some(Duration::from_micros(number)),
        "" | "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" | "min" => number.checked_mul(60).map(Duration::from_secs),
        "h" => number.checked_mul(60 * 60).map(Duration::from_secs),
        "d" => number.checked_mul(24 * 60 * 60).map(Duration::from_secs),
        _ => None,
    }
}

/// A number of bytes, by Spark's names of units, which are powers of 1024.
pub(crate) fn size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let shift = match unit.as_str() {
        "" | "b" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        "g" | "gb" => 30,
        "t" | "tb" => 40,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

fn number_and_unit(text: &str) -> Option<(u64, String)> {
    let text = text.trim();
    let digits = text
        .find(|symbol: char| !symbol.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    Some((number.parse().ok()?, unit.trim().to_ascii_lowercase()))
}

/// Comma-separated texts, without the empty ones.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Comma-separated `name=value` pairs, percent-decoded. One pair of wrong form spoils all, as
/// OpenTelemetry asks of `OTEL_RESOURCE_ATTRIBUTES`.
pub(crate) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    list(text)
        .iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let (name, value) = (decoded(name)?, decoded(value)?);
            (!name.is_empty()).then_some((name, value))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text.trim()).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// Whether the text is an `http` or `https` URL, or a host with neither.
pub(crate) fn is_url(text: &str) -> bool {
    let rest = match text.split_once("://") {
        Some((scheme, rest)) if choice(scheme, &["http", "https"]).is_some() => rest,
        Some(_) => return false,
        None => text,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !rest.contains(|symbol: char| symbol.is_whitespace() || symbol.is_control())
}

/// The URL with this in place of a user's name and password, up to the `@`.
pub(crate) fn with_userinfo(url: &str, userinfo: &str) -> String {
    let start = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let rest = &url[start..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => [&url[..start], userinfo, &rest[at + 1..]].concat(),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_has_the_units_of_spark_and_milliseconds_without_one() {
        for (text, milliseconds) in [
            ("10000", 10_000),
            ("500ms", 500),
            ("5s", 5_000),
            ("5 S", 5_000),
            ("2m", 120_000),
            ("2min", 120_000),
            ("1h", 3_600_000),
            ("1d", 86_400_000),
            ("0", 0),
        ] {
            let expected = Duration::from_millis(milliseconds);
            assert_eq!(duration(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "s",
            "5 weeks",
            "-1s",
            "1.5s",
            "99999999999999999999",
            "999999999999999999h",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn size_has_the_units_of_spark() {
        for (text, bytes) in [
            ("1024", 1024),
            ("1b", 1),
            ("512k", 512 << 10),
            ("64m", 64 << 20),
            ("64MB", 64 << 20),
            ("1g", 1 << 30),
        ] {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "m", "64mm", "99999999999t"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn pairs_are_percent_decoded_and_spoiled_by_one_of_wrong_form() {
        let owned = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("authorization=Bearer%20a%3Db, x = y=z ,"),
            Some(vec![
                owned("authorization", "Bearer a=b"),
                owned("x", "y=z")
            ])
        );
        assert_eq!(pairs("a=1,b"), None);
        assert_eq!(pairs("=1"), None);
        assert_eq!(pairs("a=%ff"), None);
    }

    #[test]
    fn url_needs_a_host_and_a_scheme_that_is_known() {
        for text in [
            "http://localhost:4318",
            "HTTPS://h/p",
            "collector:4317",
            "h/v1/traces",
        ] {
            assert!(is_url(text), "{text}");
        }
        for text in [
            "",
            "http://",
            "ftp://host",
            "http:// host",
            "unix:///socket",
        ] {
            assert!(!is_url(text), "{text}");
        }
    }

    #[test]
    fn url_is_shown_without_its_password() {
        assert_eq!(
            with_userinfo("https://u:p@h:1/x@y", "***@"),
            "https://***@h:1/x@y"
        );
        assert_eq!(with_userinfo("u:p@h", "***@"), "***@h");
        assert_eq!(with_userinfo("https://u:p@h:1/x@y", ""), "https://h:1/x@y");
        assert_eq!(with_userinfo("http://h/x@y", "***@"), "http://h/x@y");
    }
}
