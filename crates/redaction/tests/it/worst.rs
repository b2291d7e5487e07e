//! Texts made to be slow, or to need a deep stack.

use sparkspan_redaction::READ_LIMIT;

use crate::{redaction, shown};

/// What is repeated until a text is full.
const REPEATED: [&str; 79] = [
    "\\",
    "\\\\u003",
    "%",
    "%25",
    "%22 ",
    "&",
    "amp;&",
    "&amp;",
    "&#0",
    "'' a ",
    "q'[",
    "q'[]' ",
    "$$ ",
    "pw%3D",
    ":",
    "-:",
    "=:",
    "a:",
    "users' ",
    "'s ",
    "a/b=",
    "-",
    "a=",
    "'",
    "\"",
    "`",
    "“",
    "$a",
    "$a$",
    "$$",
    "/*",
    "*/",
    "/*+",
    "--",
    "-- \\\n",
    "jdbc:",
    "(",
    "[{(",
    "@",
    "a@",
    "1,",
    "1 ",
    "1.",
    "1e",
    "://",
    "a://",
    "a://(",
    "//a:(",
    "password ",
    "password=",
    "password:(",
    "tokens: a, ",
    "-p",
    "pw for ",
    "pw (a) ",
    "pw[",
    "password\n",
    "password 'x': ",
    "token `a`, ",
    "′",
    "'a'b",
    "b'a",
    "`a'",
    "\\'",
    "-----BEGIN",
    "-----END",
    "x'\"",
    "r'\\",
    "SELECT (",
    "BEGIN ",
    "HANDLER ",
    "GRANT ",
    "SET a.",
    "SET.",
    "'token',",
    "K1234-",
    "EXPLAIN ",
    ";",
    "/a=b",
];
/// How the text begins.
const BEGINNINGS: [&str; 5] = [
    "",
    "SELECT ",
    "Update ",
    "password: ",
    "BEGIN DECLARE EXIT HANDLER FOR ",
];

/// Scenario: each of these repeated up to what is looked at, behind each beginning, on a thread with as much stack
/// as a few calls need. A way that is quadratic would take an hour in all.
/// Guarantees: all of them are shown as something, which is not much longer.
#[test]
fn nothing_repeated_is_slow_or_deep() {
    let run = || {
        let redaction = redaction();
        for repeated in REPEATED {
            for beginning in BEGINNINGS {
                let mut text = beginning.to_owned();
                text += &repeated.repeat(READ_LIMIT / repeated.len());
                for (name, shown) in shown(&redaction, &text) {
                    assert!(shown.as_str().len() <= 2 * READ_LIMIT, "{name} {repeated}");
                }
                for shown in [
                    redaction.prose(&text),
                    redaction.code(&text),
                    redaction.status(&text),
                ] {
                    assert!(shown.as_str().len() <= 2 * READ_LIMIT, "{repeated}");
                }
                let _ = redaction.stack(&text);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    thread.spawn(run).unwrap().join().unwrap();
}

/// Scenario: 20 MB of text, whose end is a secret that nothing marks.
/// Guarantees: only its beginning is looked at.
#[test]
fn of_a_huge_text_the_beginning_is_shown() {
    let redaction = redaction();
    let text = "word ".repeat(4 << 20) + "canary";
    assert!(redaction.prose(&text).as_str().len() <= READ_LIMIT);
    let statement = format!("SELECT a, {text}");
    for (name, shown) in shown(&redaction, &statement) {
        assert!(shown.as_str().len() <= READ_LIMIT, "{name}");
    }
}
