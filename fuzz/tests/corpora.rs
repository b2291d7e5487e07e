//! Every file of the corpora, through what its fuzz target does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sparkspan_fuzz::TARGETS;

fn names(directory: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let entries = fs::read_dir(path).expect("it is there");
    let names = entries.map(|entry| {
        let path = entry.expect("readable").path();
        let name = path.file_stem().expect("it has a name");
        name.to_string_lossy().into_owned()
    });
    names.collect()
}

#[test]
fn each_target_has_a_binary_and_a_corpus() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
}

/// Scenario: what fuzzers found worth keeping, for each target.
/// Guarantees: what the target asks for holds.
#[test]
fn corpora_hold() {
    for (name, target) in TARGETS {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        for entry in fs::read_dir(corpus).expect("it is there") {
            let path = entry.expect("readable").path();
            println!("{}", path.display());
            target(&fs::read(path).expect("readable"));
        }
    }
}
