//! Call sites: where in the user's program something was started.

use sparkspan_redaction::Redaction;
use sparkspan_semconv::key;

use crate::draft::Draft;

/// Where Spark's search for the user's program ends in vain: Python's entry into the JVM, and the thread
/// pools that broadcasts and sub-queries run on.
const INTERNAL_FILES: [&str; 5] = [
    "CompletableFuture.java",
    "DirectMethodHandleAccessor.java",
    "FutureTask.java",
    "NativeMethodAccessorImpl.java",
    "ThreadPoolExecutor.java",
];

/// Writes a call site in Spark's short form, `collect at report.py:42`; false where the text is none:
/// Spark puts a description there too, when the user gave one. What looks like a call site may still be one,
/// so that its parts are redacted as it would be.
pub(crate) fn describe(draft: &mut Draft, text: &str, redaction: &Redaction) -> bool {
    let Some((function, place)) = parse(text) else {
        return false;
    };
    draft.text(key::CODE_FUNCTION_NAME, redaction.code(function));
    if let Some((file, line)) = place {
        draft.text(key::CODE_FILE_PATH, redaction.code(file));
        draft.set(key::CODE_LINE_NUMBER, line);
    }
    true
}

/// The function of a call site, and the file and line where they are those of the user's program.
pub(crate) fn parse(text: &str) -> Option<(&str, Option<(&str, i64)>)> {
    let (function, place) = text.split_once(" at ")?;
    let (file, line) = place.rsplit_once(':')?;
    let line: i64 = line.parse().ok()?;
    let named_like_a_file = file.contains('.') || file.starts_with('<');
    if function.is_empty() || function.contains(char::is_whitespace) || !named_like_a_file {
        return None;
    }
    let is_program = line > 0 && !INTERNAL_FILES.contains(&file);
    Some((function, is_program.then_some((file, line))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_site_is_told_from_other_texts() {
        let of_user = Some(("/jobs/report.py", 1042));
        assert_eq!(
            parse("collect at /jobs/report.py:1042"),
            Some(("collect", of_user))
        );
        assert_eq!(
            parse("count at Orders.scala:7"),
            Some(("count", Some(("Orders.scala", 7))))
        );
        assert_eq!(
            parse("sql at NativeMethodAccessorImpl.java:0"),
            Some(("sql", None))
        );
        assert_eq!(parse("sql at <unknown>:0"), Some(("sql", None)));
        for other in ["daily totals at noon", "look at 12:30", ""] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
