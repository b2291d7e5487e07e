//! What a living driver writes into its SparkConf ([`EFFECTIVE`](sparkspan_engine::recorded::EFFECTIVE)),
//! so that the event log tells a replay how to make the same spans.
//!
//! It is JSON in base64: Spark blanks a whole value of which any part matches its redaction, such as
//! that of a service named `token-service`, and this one has to survive.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sparkspan_engine::{Scope, Settings};

use crate::table::{EVENT_LOG_EXTRAS, SCOPE};
use crate::{Mode, PREFIX, Resolved, Source, Sources, resolve, value};

/// Spark's properties that say what is redacted. Spark redacts them themselves where they name a secret.
pub const REDACTION: [&str; 3] = [
    "spark.redaction.regex",
    "spark.redaction.string.regex",
    "spark.sql.redaction.string.regex",
];

impl Resolved {
    /// The record of these settings, for an application whose trace spans `scope`. Of Spark's own
    /// `properties` it keeps those of [`REDACTION`].
    pub fn record(&self, scope: Scope, properties: &BTreeMap<String, String>) -> String {
        let scope = match scope {
            Scope::Application => "application",
            Scope::Unit => "unit",
            Scope::Auto => "auto",
        };
        let shaping = self.settings.iter().filter_map(|setting| {
            let key = setting.key;
            let is_recorded = key.shapes_spans || key.name == EVENT_LOG_EXTRAS.name;
            let text = setting.text.as_deref().filter(|_| is_recorded)?;
            let text = if key.name == SCOPE.name { scope } else { text };
            Some((setting.name(), text))
        });
        let redaction = REDACTION.iter().filter_map(|key| {
            let expression = properties.get(*key)?;
            Some(((*key).to_owned(), expression.as_str()))
        });
        let record: BTreeMap<String, &str> = shaping.chain(redaction).collect();
        STANDARD_NO_PAD.encode(serde_json::json!(record).to_string())
    }

    /// The same as [`of_record`], but for what is set here as a property.
    pub fn engine_of_record(&self, record: &str) -> Option<Settings> {
        let set = self
            .settings
            .iter()
            .filter(|setting| setting.source == Source::Property)
            .filter_map(|setting| Some((setting.name(), setting.text.clone()?)));
        of_record(record, set)
    }
}

/// The engine's settings for an application that recorded its own, but for those `set` otherwise, by full
/// key. `None` if the record cannot be read.
pub fn of_record(
    record: &str,
    set: impl IntoIterator<Item = (String, String)>,
) -> Option<Settings> {
    let json = STANDARD_NO_PAD.decode(record).ok()?;
    let recorded: BTreeMap<String, String> = serde_json::from_slice(&json).ok()?;
    let extras = recorded.get(&format!("{PREFIX}{}", EVENT_LOG_EXTRAS.name));
    let (redaction, recorded): (BTreeMap<_, _>, BTreeMap<_, _>) = recorded
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .partition(|(key, _)| REDACTION.contains(&key.as_str()));
    let settings = |properties: &BTreeMap<String, String>| {
        let resolved = resolve(&Sources {
            mode: Mode::Live,
            properties,
            environment: &BTreeMap::new(),
        });
        Settings {
            redaction: Some(redaction.clone()),
            ..resolved.engine()
        }
    };
    let mut assigned = recorded.clone();
    assigned.extend(set);
    let in_force = settings(&recorded);
    let extras = extras.is_none_or(|extras| value::boolean(extras) != Some(false));
    Some(Settings {
        planning_follows: extras && in_force.trace_sql,
        in_force: Some(Box::new(in_force)),
        ..settings(&assigned)
    })
}
