//! Stack traces: which of their lines are frames.

/// How many frames of a stack are kept.
const FRAMES: usize = 50;
const TRACEBACK: &str = "Traceback (most recent call last)";

/// The frames of a trace, without the messages and lines of source between them; `None` if there is none.
pub(crate) fn frames(trace: &str) -> Option<String> {
    let is_frame = |line: &&str| is_java_frame(line) || is_python_frame(line);
    let frames: Vec<&str> = trace.lines().filter(is_frame).take(FRAMES).collect();
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

/// `at the.Class.method(File.scala:12)`, as `StackTraceElement.toString` has it, and no line of a message
/// that begins like one.
fn is_java_frame(line: &str) -> bool {
    let Some((method, source)) = line
        .trim()
        .strip_prefix("at ")
        .and_then(|call| call.strip_suffix(')')?.split_once('('))
    else {
        return false;
    };
    let is_name =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '-' | ':');
    let is_method = |letter: char| is_name(letter) || matches!(letter, '/' | '@' | '<' | '>');
    let is_source = matches!(source, "Native Method" | "Unknown Source" | "<generated>")
        || source.chars().all(is_name);
    is_source && method.chars().all(is_method)
}

/// `File "job.py", line 3, in f`, as Python's `traceback` has it.
fn is_python_frame(line: &str) -> bool {
    line.trim_start()
        .strip_prefix("File \"")
        .and_then(|file| file.split_once("\", line "))
        .is_some_and(|(_, place)| place.starts_with(|digit: char| digit.is_ascii_digit()))
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
        ];
        let trace = [&of_trace[..], &messages[..]].concat().join("\n");
        assert_eq!(frames(&trace).unwrap(), of_trace.join("\n"));
        assert_eq!(frames(&messages.join("\n")), None);
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
