//! Secrets stay in.

use sparkspan_engine::Settings;

use crate::fixtures;

/// What the fixtures' application plants in literals, settings, descriptions, exceptions and URLs.
const CANARY: &str = "canary-secret";

#[test]
fn planted_secrets_are_in_no_span() {
    let mut planted = 0;
    for fixture in fixtures::all() {
        let lines = fixture.lines();
        planted += lines
            .iter()
            .filter(|line| String::from_utf8_lossy(line).contains(CANARY))
            .count();
        for span in fixtures::spans(&lines, Settings::default()).0 {
            let text = format!("{span:?}");
            assert!(!text.contains(CANARY), "{}: {span:#?}", fixture.name);
        }
    }
    assert!(planted > 0, "the fixtures hold no secret to find");
}
