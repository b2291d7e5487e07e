//! Call sites: where in the user's program something was started.

use sparkspan_semconv::attribute;

use crate::draft::Draft;
use crate::redaction::Redaction;

/// Writes a call site in Spark's short form, `collect at report.py:42`.
///
/// Spark puts other text there too, such as a description that the user gave: that is no call site.
pub(crate) fn describe(draft: &mut Draft, text: &str, redaction: &Redaction) {
    let Some((function, file, line)) = parse(text) else {
        return;
    };
    draft.text(attribute::CODE_FUNCTION_NAME, redaction.prose(function));
    draft.text(attribute::CODE_FILE_PATH, redaction.prose(file));
    draft.set(attribute::CODE_LINE_NUMBER, line);
}

/// The function, the file and the line of a call site. Py4J's entry into the JVM, `<unknown>` and
/// line 0 say nothing of the user's program.
pub(crate) fn parse(text: &str) -> Option<(&str, &str, i64)> {
    let (function, place) = text.split_once(" at ")?;
    let (file, line) = place.rsplit_once(':')?;
    let line: i64 = line.parse().ok().filter(|line| *line > 0)?;
    let plain = !function.is_empty() && !function.contains(char::is_whitespace);
    (plain && !file.is_empty() && file != "NativeMethodAccessorImpl.java")
        .then_some((function, file, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_site_is_told_from_other_texts() {
        assert_eq!(
            parse("collect at /jobs/report.py:1042"),
            Some(("collect", "/jobs/report.py", 1042))
        );
        assert_eq!(
            parse("count at Orders.scala:7"),
            Some(("count", "Orders.scala", 7))
        );
        for other in [
            "sql at NativeMethodAccessorImpl.java:0",
            "sql at <unknown>:0",
            "daily totals at noon",
            "",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
