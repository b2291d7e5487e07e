//! The settings in force, and `sparkspan config`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sparkspan_config::{Mode, PREFIX, Resolved, Sources, Warning, parse_assignment};
use sparkspan_engine::{Engine, Settings};

use crate::arguments::Config;
use crate::failure::Failure;
use crate::{messages, terminal};

/// What is in force for a command with these `--set`. What the command line has wrong is an error,
/// for somebody is there to put it right; what the environment has wrong is a warning.
pub(crate) fn resolve(assignments: &[String]) -> Result<Resolved, Failure> {
    let mut properties = BTreeMap::new();
    for assignment in assignments {
        let (key, value) = parse_assignment(assignment).map_err(|source| Failure::Assignment {
            assignment: assignment.clone(),
            source,
        })?;
        properties.insert(key, value);
    }
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let mut resolved = sparkspan_config::resolve(&Sources {
        mode: Mode::Replay,
        properties: &properties,
        environment: &environment,
    });
    for warning in resolved.warnings.drain(..) {
        if is_of_command_line(&warning) {
            return Err(Failure::Setting(warning));
        }
        messages::warning(warning);
    }
    Ok(resolved)
}

/// What is in force for the engines of a command.
#[derive(Debug, Clone)]
pub(crate) struct Tracing {
    pub(crate) resolved: Resolved,
    /// The application's id, for a log that has lost its head.
    pub(crate) application_id: Option<String>,
}

impl Tracing {
    /// An engine for one more log. An application that was traced while it ran is seen as it was then.
    pub(crate) fn engine(&self) -> Engine {
        let tracing = self.clone();
        Engine::new(self.named(self.resolved.engine())).with_recorded(move |record| {
            let recorded = tracing.resolved.engine_of_record(record)?;
            Some(tracing.named(recorded))
        })
    }

    fn named(&self, settings: Settings) -> Settings {
        Settings {
            application_id: self.application_id.clone(),
            ..settings
        }
    }
}

fn is_of_command_line(warning: &Warning) -> bool {
    match warning {
        Warning::UnknownKey { .. } => true,
        Warning::BadValue { origin, .. } => origin.starts_with(PREFIX),
        Warning::LiveOnly { .. } => false,
    }
}

/// A setting, for programs.
#[derive(Serialize)]
struct Row<'a> {
    key: String,
    value: Option<std::borrow::Cow<'a, str>>,
    origin: String,
}

/// Prints every setting, its value and where it comes from.
pub(crate) fn run(arguments: &Config) -> Result<(), Failure> {
    let resolved = resolve(&arguments.settings.assignments)?;
    let rows: Vec<Row<'_>> = resolved
        .settings
        .iter()
        .map(|setting| Row {
            key: setting.name(),
            value: setting.value(),
            origin: setting.origin(),
        })
        .collect();
    if arguments.json {
        return terminal::print_json(serde_json::to_string_pretty(&rows));
    }
    table(&rows, &mut io::stdout().lock()).map_err(Failure::Stdout)
}

fn table(rows: &[Row<'_>], out: &mut dyn Write) -> io::Result<()> {
    let shown: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|row| {
            let origin = if row.origin == row.key {
                "--set"
            } else {
                &row.origin
            };
            (
                row.key.as_str(),
                row.value.as_deref().unwrap_or("-"),
                origin,
            )
        })
        .collect();
    let keys = shown.iter().map(|(key, ..)| key.len()).max().unwrap_or(0);
    let values = shown
        .iter()
        .map(|(_, value, _)| value.len())
        .max()
        .unwrap_or(0);
    for (key, value, origin) in shown {
        writeln!(out, "{key:keys$}  {value:values$}  {origin}")?;
    }
    Ok(())
}
