use std::collections::BTreeSet;

use sparkspan_config::KEYS;

#[test]
fn key_has_a_default_and_an_example_of_its_kind() {
    for key in KEYS {
        for text in [key.default, key.default_in_replay, Some(key.example)] {
            assert!(
                text.is_none_or(|text| key.kind.accepts(text)),
                "{}: {text:?}",
                key.name
            );
        }
        assert_ne!(key.default, Some(key.example), "{}", key.name);
    }
}

#[test]
fn key_and_variable_are_in_the_table_once() {
    let mut seen = BTreeSet::new();
    for key in KEYS {
        assert!(seen.insert(key.name), "{}", key.name);
        for variable in key.variables {
            assert!(seen.insert(variable), "{variable}");
        }
    }
}
