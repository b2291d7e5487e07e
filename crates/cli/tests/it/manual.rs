//! `sparkspan man`.

use std::fs;

use crate::command::run;

/// Scenario: the manual pages are written into a directory, and into one that is not there.
/// Guarantees: there is a page for the command and one for each of its commands, with their options; else
/// an error that names the directory.
#[test]
fn manual_has_a_page_for_each_command() {
    let directory = tempfile::tempdir().unwrap();
    run(["man", directory.path().to_str().unwrap()]).expect(0, []);
    let page = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    for command in ["receive", "show", "plugin", "config", "completions", "man"] {
        assert!(page("sparkspan.1").contains(&format!("sparkspan\\-{command}(1)")));
        assert!(page(&format!("sparkspan-{command}.1")).starts_with(".ie"));
    }
    assert!(page("sparkspan-replay.1").contains("\\-\\-repair"));
    run(["man", "/no/such/directory"]).expect(1, ["error: cannot write /no/such/directory"]);
}
