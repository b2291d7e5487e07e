//! Stack traces: which of their lines are frames.

use crate::words::{is_name_of_code, is_opaque};

/// How many frames of a stack are kept.
const FRAMES: usize = 50;
const TRACEBACK: &str = "Traceback (most recent call last)";

/// The frames of a trace, without the messages and lines of source between them; `None` if there is none. Names in a
/// program are shown, whatever they are the names of; of other calls and paths, what `show` makes of them.
pub(crate) fn frames(trace: &str, show: impl Fn(&str) -> String) -> Option<String> {
    let shown = |place: &str, is_name: bool| {
        if is_name {
            place.to_owned()
        } else {
            show(place)
        }
    };
    let frame = |line: &str| {
        if let Some((before, path, after)) = python_frame(line) {
            let path = shown(path, is_name_of_code(path));
            return Some([before, &path, after].concat());
        }
        let method = java_frame(line)?;
        let is_name = !method.contains([':', '@']) && !is_opaque(line);
        Some(shown(line, is_name))
    };
    let frames: Vec<String> = trace.lines().filter_map(frame).take(FRAMES).collect();
    (!frames.is_empty()).then(|| frames.join("\n"))
}

/// The first line of a message, and of a Python failure its exception: the last line of the traceback.
pub(crate) fn headline(message: &str) -> (&str, Option<&str>) {
    let line = message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    match (line.split_once(TRACEBACK), python_error(message)) {
        (Some((before, _)), Some(error)) => (before.trim_end(), Some(error)),
        _ => (line, None),
    }
}

/// The method in `at the.Class.method(File.scala:12)`, as `StackTraceElement.toString` has it; none in a line of a
/// message that begins like one.
fn java_frame(line: &str) -> Option<&str> {
    let call = line.trim().strip_prefix("at ")?;
    let (method, source) = call.strip_suffix(')')?.split_once('(')?;
    // What Spark's own expressions hide is a placeholder already.
    let is_name = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '-' | ':' | '?')
    };
    let is_method = |letter: char| is_name(letter) || matches!(letter, '/' | '@' | '<' | '>');
    let is_source = matches!(source, "Native Method" | "Unknown Source" | "<generated>")
        || source.chars().all(is_name) && source.contains('.')
        || source.starts_with("<console>:");
    let is_frame = is_source && method.contains('.') && method.chars().all(is_method);
    is_frame.then_some(method)
}

/// `File "job.py", line 3, in f`, as Python's `traceback` has it: what stands before the path, the path, and
/// what follows.
fn python_frame(line: &str) -> Option<(&str, &str, &str)> {
    let is_name =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '<' | '>' | '?');
    let start = line.len() - line.trim_start().strip_prefix("File \"")?.len();
    let (path, place) = line[start..].split_once("\", line ")?;
    let (number, function) = place
        .trim_end()
        .split_once(", in ")
        .unwrap_or((place.trim_end(), ""));
    let is_frame = !number.is_empty()
        && number.chars().all(|digit| digit.is_ascii_digit())
        && function.chars().all(is_name);
    is_frame.then(|| (&line[..start], path, &line[start + path.len()..]))
}

fn python_error(message: &str) -> Option<&str> {
    let traceback = message.rsplit_once(TRACEBACK)?.1;
    traceback
        .lines()
        .skip(1)
        .find(|line| !line.is_empty() && !line.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_told_from_messages() {
        let of_trace = [
            "\tat java.base/java.lang.Thread.run(Thread.java:840)",
            "\tat org.apache.spark.rdd.RDD.$anonfun$iterator$1(RDD.scala:331)",
            "\tat org.apache.spark.sql.GeneratedClass$Iterator.processNext(Unknown Source)",
            "\tat com.example.Lambda$14/0x00007f.apply(<generated>)",
            "  File \"/home/me/my job.py\", line 12, in <module>",
        ];
        let messages = [
            "java.io.IOException: cannot read",
            "at the door stands canary (and knocks)",
            "at https://store.example.org/?sig=canary",
            "at store(password=canary)",
            "at store?password=canary(it.says)",
            "File \"canary\" is missing, line by line",
            "File \"a.py\", line 3, canary is wrong",
            "at noon(canary)",
        ];
        let trace = [&of_trace[..], &messages[..]].concat().join("\n");
        assert_eq!(frames(&trace, str::to_owned).unwrap(), of_trace.join("\n"));
        assert_eq!(frames(&messages.join("\n"), str::to_owned), None);
    }

    #[test]
    fn headline_of_a_python_failure_has_its_exception() {
        let message = "Job aborted: the.PythonException: Traceback (most recent call last):\n  \
            File \"job.py\", line 3, in f\n    raise ValueError('x')\nValueError: bad 'x'\n\n\tat a.B.c(D.scala:1)\n";
        assert_eq!(
            headline(message),
            (
                "Job aborted: the.PythonException:",
                Some("ValueError: bad 'x'")
            )
        );
        assert_eq!(headline("\n oops\nmore"), (" oops", None));
    }
}
