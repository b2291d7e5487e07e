//! Nothing of a secret is in what a redaction shows, wherever people and programs put secrets.

mod prose;
mod random;
mod readable;
mod statement;
mod worst;

use sparkspan_redaction::{Redacted, Redaction, SqlText};

use random::Random;

fn redaction() -> Redaction {
    Redaction::new(|_| None, SqlText::Sanitized)
}

/// All that is ever shown of a text.
fn shown(redaction: &Redaction, text: &str) -> Vec<(&'static str, Redacted)> {
    [
        ("sql", redaction.sql(text)),
        ("request", redaction.request(text)),
        ("statement", redaction.statement(text)),
    ]
    .into_iter()
    .filter_map(|(name, shown)| Some((name, shown?)))
    .collect()
}

/// On a thread with as little stack as a JVM gives: whatever is nested or repeated, none is needed.
fn with_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    let done = thread.spawn(run).map(std::thread::JoinHandle::join);
    assert!(matches!(done, Ok(Ok(()))));
}

fn rounds() -> usize {
    if sparkspan_testkit::long_tests() {
        1_000_000
    } else {
        10_000
    }
}

/// Shows the first few of many.
fn assert_none(leaks: &[String], of: usize) {
    let shown = leaks.iter().take(30).map(String::as_str);
    let shown: Vec<&str> = shown.collect();
    assert!(
        leaks.is_empty(),
        "{} of {of} leak:\n{}",
        leaks.len(),
        shown.join("\n")
    );
}

/// Scenario: statements of every form, with a canary in each literal, comment, path and property.
/// Guarantees: no three of its letters or digits are shown.
#[test]
fn no_literal_of_a_statement_is_shown() {
    with_small_stack(|| {
        let redaction = redaction();
        let mut random = Random::new(12);
        let mut leaks = Vec::new();
        for _ in 0..rounds() {
            let text = statement::Writer::new(&mut random).statement();
            for (name, shown) in shown(&redaction, &text) {
                let shown = shown.as_str();
                let canaries = [statement::CANARY, statement::DIGITS];
                let mut pieces = canaries.iter().flat_map(|canary| {
                    (0..=canary.len() - 3).map(|start| &canary[start..start + 3])
                });
                if pieces.any(|piece| shown.contains(piece)) && leaks.len() < 1_000 {
                    leaks.push(format!("{name}: {text:?}\n    is {shown:?}"));
                }
            }
        }
        assert_none(&leaks, rounds());
    });
}

/// Scenario: prose with secrets as people and programs write them, also behind each word that statements begin
/// with.
/// Guarantees: whatever it is shown as, no secret is in it, in whole or in good part.
#[test]
fn no_secret_in_prose_is_shown() {
    with_small_stack(|| {
        let redaction = redaction();
        let mut random = Random::new(21);
        let mut leaks = Vec::new();
        for _ in 0..rounds() {
            let case = prose::case(&mut random);
            let text = case.text.as_str();
            let shown = [
                ("prose", Some(redaction.prose(text))),
                ("statement", redaction.statement(text)),
                ("status", Some(redaction.status(text))),
            ];
            for (name, shown) in shown {
                let shown = shown.unwrap_or_default();
                let leak = case.secrets.iter().find(|secret| {
                    shown.as_str().contains(secret.as_str())
                        || (secret.chars().all(|digit| digit.is_ascii_digit())
                            && digits_of(shown.as_str()).contains(secret.as_str()))
                });
                if let Some(leak) = leak
                    && leaks.len() < 1_000
                {
                    leaks.push(format!(
                        "{name}: {text:?}\n    is {:?}: {leak}",
                        shown.as_str()
                    ));
                }
            }
        }
        assert_none(&leaks, rounds());
    });
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
