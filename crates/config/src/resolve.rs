//! From the sources to what is in force.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::table::{ENABLED, ENDPOINT, PROTOCOL, RECORDS, SAMPLER, SAMPLER_RATIO};
use crate::{KEYS, Key, Kind, PREFIX, value};

/// Where values may come from: the first source that has a usable one wins.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// What the settings are for.
    pub mode: Mode,
    /// A SparkConf, or the assignments of a command line, by full key. Keys of others are ignored.
    pub properties: &'a BTreeMap<String, String>,
    /// The process's environment.
    pub environment: &'a BTreeMap<String, String>,
}

/// What settings are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The plugin in a living driver.
    Live,
    /// The reading of an event log.
    Replay,
}

/// What is in force, and what could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What the settings are for.
    pub mode: Mode,
    /// One for each key that the mode uses, in the order of the table.
    pub settings: Vec<Setting>,
    /// What was wrong with the sources.
    pub warnings: Vec<Warning>,
}

/// A key's value in force.
#[derive(Clone)]
pub struct Setting {
    /// The key.
    pub key: &'static Key,
    /// Where the value comes from.
    pub source: Source,
    /// The value as the source writes it; always of the key's kind.
    pub(crate) text: Option<String>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The SparkConf or the command line.
    Property,
    /// An environment variable.
    Environment(&'static str),
    /// The table.
    Default,
}

/// Something in the sources that could not be used. It is never an error: the job runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// There is no such key.
    UnknownKey {
        /// The full key.
        key: String,
        /// A key that may have been meant.
        nearest: Option<&'static str>,
    },
    /// The value is not of the key's kind. It is ignored.
    BadValue {
        /// The full key or the variable.
        origin: String,
        /// The value, unless it is secret.
        value: Option<String>,
        /// What it should be.
        expected: Kind,
    },
    /// A replay has no use for the key.
    LiveOnly {
        /// The full key.
        key: String,
    },
}

/// A `--set` that is not `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected KEY=VALUE, such as trace.tasks=all")]
pub struct ParseAssignmentError;

/// Reads a `KEY=VALUE` of a command line, where the key may lack [`PREFIX`], as a property.
pub fn parse_assignment(text: &str) -> Result<(String, String), ParseAssignmentError> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            let key = key.trim();
            let name = key.strip_prefix(PREFIX).unwrap_or(key);
            Ok((format!("{PREFIX}{name}"), value.to_owned()))
        }
        _ => Err(ParseAssignmentError),
    }
}

/// Finds the value in force of each key that the mode uses.
pub fn resolve(sources: &Sources<'_>) -> Resolved {
    let mut warnings = misplaced_keys(sources);
    let mut settings: Vec<Setting> = KEYS
        .iter()
        .filter(|key| sources.mode == Mode::Live || !key.live_only)
        .map(|key| Setting::find(key, sources, &mut warnings))
        .collect();
    apply_defaults_that_depend(&mut settings);
    Resolved {
        mode: sources.mode,
        settings,
        warnings,
    }
}

impl Setting {
    fn find(key: &'static Key, sources: &Sources<'_>, warnings: &mut Vec<Warning>) -> Self {
        for (source, text) in candidates(key, sources) {
            if key.kind.accepts(&text) {
                let text = Some(text);
                return Self { key, source, text };
            }
            warnings.push(Warning::BadValue {
                origin: origin(key, source),
                value: (!key.secret).then(|| shown(key, &text).into_owned()),
                expected: key.kind,
            });
        }
        let default = match sources.mode {
            Mode::Replay => key.default_in_replay.or(key.default),
            Mode::Live => key.default,
        };
        Self {
            key,
            source: Source::Default,
            text: default.map(str::to_owned),
        }
    }

    /// The full key.
    pub fn name(&self) -> String {
        full(self.key.name)
    }

    /// The value as it may be shown: secrets are `***`. `None` when it is not set.
    pub fn value(&self) -> Option<Cow<'_, str>> {
        self.text.as_deref().map(|text| shown(self.key, text))
    }

    /// Where the value comes from, as a person may look it up.
    pub fn origin(&self) -> String {
        origin(self.key, self.source)
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value();
        let value = value.as_deref().unwrap_or_default();
        write!(formatter, "{}={value} ({})", self.key.name, self.origin())
    }
}

impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.key.name == other.key.name && self.source == other.source && self.text == other.text
    }
}

impl Eq for Setting {}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { key, nearest } => {
                write!(formatter, "{key}: there is no such key")?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean {PREFIX}{nearest}?"),
                    None => Ok(()),
                }
            }
            Self::BadValue {
                origin,
                value,
                expected,
            } => {
                write!(formatter, "{origin}: ")?;
                if let Some(value) = value {
                    write!(formatter, "`{value}` is ignored, ")?;
                } else {
                    formatter.write_str("the value is ignored, ")?;
                }
                match (value, expected) {
                    (Some(value), Kind::Choice(choices)) => {
                        write!(formatter, "it is none of {expected}")?;
                        match nearest(value, choices.iter().copied()) {
                            Some(nearest) => write!(formatter, "; did you mean {nearest}?"),
                            None => Ok(()),
                        }
                    }
                    _ => write!(formatter, "it is not {expected}"),
                }
            }
            Self::LiveOnly { key } => {
                write!(
                    formatter,
                    "{key}: only the plugin uses it, a replay does not"
                )
            }
        }
    }
}

/// The texts that the sources have for the key, the strongest first. An empty one counts as none.
fn candidates<'a>(
    key: &'static Key,
    sources: &Sources<'a>,
) -> impl Iterator<Item = (Source, String)> + use<'a> {
    let property = sources.properties.get(&full(key.name));
    let environment = sources.environment;
    let variables = if sources.mode == Mode::Replay && key.shapes_spans {
        &[]
    } else {
        key.variables
    };
    let from_environment = variables
        .iter()
        .filter(move |_| key.name != SAMPLER_RATIO.name || chooses_sampler(environment))
        .filter_map(move |variable| {
            let text = environment.get(*variable)?;
            let text = if key.name == ENABLED.name {
                opposite(text)
            } else {
                text
            };
            Some((Source::Environment(variable), text))
        });
    property
        .map(|text| (Source::Property, text.as_str()))
        .into_iter()
        .chain(from_environment.map(|(source, text)| (source, text as &str)))
        .map(|(source, text)| (source, text.trim().to_owned()))
        .filter(|(_, text)| !text.is_empty())
}

fn chooses_sampler(environment: &BTreeMap<String, String>) -> bool {
    SAMPLER
        .variables
        .iter()
        .filter_map(|variable| environment.get(*variable))
        .any(|text| SAMPLER.kind.accepts(text.trim()))
}

/// What `OTEL_SDK_DISABLED` says of being enabled.
fn opposite(text: &str) -> &str {
    match value::boolean(text.trim()) {
        Some(true) => "false",
        Some(false) => "true",
        None => text,
    }
}

/// The defaults that OpenTelemetry makes depend on another setting.
fn apply_defaults_that_depend(settings: &mut [Setting]) {
    let sampler = find(settings, &SAMPLER).map(|sampler| sampler.source);
    let grpc = find(settings, &PROTOCOL)
        .and_then(|protocol| protocol.text.as_deref())
        .is_some_and(|protocol| protocol.eq_ignore_ascii_case("grpc"));
    for setting in settings {
        if setting.source != Source::Default {
            continue;
        }
        match sampler {
            Some(source @ Source::Environment(_)) if setting.key.name == SAMPLER_RATIO.name => {
                setting.text = Some("1".to_owned());
                setting.source = source;
            }
            _ if grpc && setting.key.name == ENDPOINT.name => {
                setting.text = Some("http://localhost:4317".to_owned());
            }
            _ => {}
        }
    }
}

fn misplaced_keys(sources: &Sources<'_>) -> Vec<Warning> {
    let names = sources
        .properties
        .keys()
        .filter_map(|key| key.strip_prefix(PREFIX));
    names
        .filter(|name| !RECORDS.contains(name))
        .filter_map(|name| match KEYS.iter().find(|key| key.name == name) {
            Some(key) if key.live_only && sources.mode == Mode::Replay => {
                Some(Warning::LiveOnly { key: full(name) })
            }
            Some(_) => None,
            None => Some(Warning::UnknownKey {
                key: full(name),
                nearest: nearest(name, KEYS.iter().map(|key| key.name)),
            }),
        })
        .collect()
}

/// The candidate that differs least from the text, if it differs little.
fn nearest(text: &str, candidates: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(text, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

pub(crate) fn find<'a>(settings: &'a [Setting], key: &Key) -> Option<&'a Setting> {
    settings.iter().find(|setting| setting.key.name == key.name)
}

fn full(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn origin(key: &Key, source: Source) -> String {
    match source {
        Source::Property => full(key.name),
        Source::Environment(variable) => variable.to_owned(),
        Source::Default => "default".to_owned(),
    }
}

fn shown<'a>(key: &Key, text: &'a str) -> Cow<'a, str> {
    match key.kind {
        _ if key.secret => Cow::Borrowed("***"),
        Kind::Url => Cow::Owned(value::with_userinfo(text, "***@")),
        _ => Cow::Borrowed(text),
    }
}
