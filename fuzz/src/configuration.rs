//! Settings from a SparkConf, the environment and the record in an event log.

use std::collections::BTreeMap;

use sparkspan_config::{Mode, PREFIX, Sources, of_record, parse_assignment, resolve};

/// Lines of `key=value`: those whose keys look like variables are the environment. Whatever they say, something is in
/// force, and what a driver records of it can be read.
pub fn configuration(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (mut properties, mut environment) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        let _ = parse_assignment(line);
        let _ = of_record(line, []);
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        if key.starts_with(|first: char| first.is_ascii_uppercase()) {
            environment.insert(key.to_owned(), value.to_owned());
        } else {
            properties.insert(key.to_owned(), value.to_owned());
            properties.insert(format!("{PREFIX}{key}"), value.to_owned());
        }
    }
    for mode in [Mode::Live, Mode::Replay] {
        let resolved = resolve(&Sources {
            mode,
            properties: &properties,
            environment: &environment,
        });
        for setting in &resolved.settings {
            let _ = (setting.name(), setting.value(), setting.origin());
        }
        let _ = (
            resolved.exporter(),
            resolved.caller(),
            resolved.shutdown_timeout(),
        );
        let scope = resolved.engine().scope.resolved("", "");
        let record = resolved.record(scope, &properties);
        assert!(of_record(&record, []).is_some(), "{record}");
    }
}
