//! The settings that shape spans. Where they come from is `sparkspan-config`'s business.

mod escapes;
mod shape;

use std::collections::BTreeMap;
use std::time::Duration;

use sparkspan_redaction::SqlText;

/// What the commands of long-lived drivers contain: servers and shells that run many users' queries.
const LONG_LIVED: [&str; 4] = [
    "org.apache.spark.sql.connect.service.SparkConnectServer",
    "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
    "org.apache.spark.repl.Main",
    "--name PySparkShell",
];

/// What the engine is told. Two runs with the same settings and the same events give the same spans.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub struct Settings {
    /// Which units of work are kept.
    pub sampler: Sampler,
    /// Keep units that failed, whatever the sampler says.
    pub keep_failed: bool,
    /// Keep units that took at least this long, whatever the sampler says; `None` keeps none for it.
    pub keep_slow: Option<Duration>,
    /// What a trace spans.
    pub scope: Scope,
    /// Make spans for SQL executions and their phases.
    pub trace_sql: bool,
    /// Make spans for shuffles.
    pub trace_shuffle: bool,
    /// Which tasks get spans of their own.
    pub trace_tasks: TaskDetail,
    /// What becomes of SQL texts.
    pub sql_text: SqlText,
    /// How many spans a trace may hold before units come without their tasks.
    pub max_spans: usize,
    /// How much memory undecided units and what is open may hold, bytes, by the engine's own account.
    pub max_memory_bytes: usize,
    /// `service.name`, with `-driver` or `-executor`; by default the application's name.
    pub service_name: Option<String>,
    /// Further resource attributes.
    pub resource: Vec<(String, String)>,
    /// Names of Spark properties that the application's span shows, beside the built-in ones.
    pub captured_properties: Vec<String>,
    /// Where the application's History Server is, for links from spans.
    pub history_server_url: Option<String>,
    /// The application's id, for a log that has lost its head.
    pub application_id: Option<String>,
    /// Spark's properties of redaction that are set, where they are known without the log: Spark may have redacted them
    /// there too.
    pub redaction: Option<BTreeMap<String, String>>,
    /// The plugin tells of each SQL execution how it was planned (`io.sparkspan.SqlPlanningEvent`), so
    /// that an execution is not over before that has come.
    pub planning_follows: bool,
    /// What the plugin tells of it is kept out of the event log, so that a replay lacks it.
    pub planning_is_unlogged: bool,
    /// What was in force while the application ran, if it was traced then. Its sampler leaves its mark
    /// on the spans (`spark.unit.kept`); any other one only picks what a replay sends.
    pub in_force: Option<Box<Settings>>,
}

impl Scope {
    /// What an application's trace spans that was started by `command` (the system property
    /// `sun.java.command`) with these `plugins` (`spark.plugins`): never `Auto`.
    #[must_use]
    pub fn resolved(self, command: &str, plugins: &str) -> Self {
        let long_lived = || {
            LONG_LIVED.iter().any(|name| command.contains(name))
                || plugins.contains("SparkConnectPlugin")
        };
        match self {
            Self::Auto if long_lived() => Self::Unit,
            Self::Auto => Self::Application,
            scope => scope,
        }
    }
}

impl Default for Settings {
    /// The settings of a replay: everything is kept.
    fn default() -> Self {
        Self {
            sampler: Sampler::AlwaysOn,
            keep_failed: true,
            keep_slow: Some(Duration::from_mins(5)),
            scope: Scope::Auto,
            trace_sql: true,
            trace_shuffle: true,
            trace_tasks: TaskDetail::Outliers,
            sql_text: SqlText::Sanitized,
            max_spans: 10_000,
            max_memory_bytes: 64 << 20,
            service_name: None,
            resource: Vec::new(),
            captured_properties: Vec::new(),
            history_server_url: None,
            application_id: None,
            redaction: None,
            planning_follows: false,
            planning_is_unlogged: false,
            in_force: None,
        }
    }
}

impl Settings {
    /// These settings as those that were in force while the application ran.
    #[must_use]
    pub fn in_force(self) -> Self {
        Self {
            in_force: Some(Box::new(self.clone())),
            ..self
        }
    }

    /// Whether the sampler leaves its mark on the spans.
    pub(crate) const fn sampler_is_in_force(&self) -> bool {
        self.in_force.is_some()
    }
}

/// A sampler by OpenTelemetry's names (`OTEL_TRACES_SAMPLER`). It decides on units of work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sampler {
    /// `always_on`.
    AlwaysOn,
    /// `always_off`.
    AlwaysOff,
    /// `traceidratio`: this part of the units, from 0 to 1, whatever the caller says.
    Ratio(f64),
    /// `parentbased_always_on`: as the caller says; without a caller, all.
    ParentBasedAlwaysOn,
    /// `parentbased_always_off`: as the caller says; without a caller, none.
    ParentBasedAlwaysOff,
    /// `parentbased_traceidratio`: as the caller says; without a caller, this part.
    ParentBasedRatio(f64),
}

impl Sampler {
    /// Whether it does what the caller does, where there is a caller.
    pub const fn is_parent_based(self) -> bool {
        matches!(
            self,
            Self::ParentBasedAlwaysOn | Self::ParentBasedAlwaysOff | Self::ParentBasedRatio(_)
        )
    }

    /// The randomness, of 56 bits, below which a unit without a caller is left out: (1 - ratio) · 2⁵⁶.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "the ratio is clamped, and every multiple of 2^-53 up to 1 is exact"
    )]
    pub fn rejection_threshold(self) -> u64 {
        const RANGE: u64 = 1 << 56;
        match self {
            Self::AlwaysOn | Self::ParentBasedAlwaysOn => 0,
            Self::AlwaysOff | Self::ParentBasedAlwaysOff => RANGE,
            Self::Ratio(ratio) | Self::ParentBasedRatio(ratio) => {
                RANGE - (ratio.clamp(0.0, 1.0) * RANGE as f64) as u64
            }
        }
    }
}

/// What a trace spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One trace for the application.
    Application,
    /// A trace for each query, operation or micro-batch, linked to the application.
    Unit,
    /// `Unit` for long-lived servers and shells, else `Application`.
    Auto,
}

/// Which tasks get spans of their own. The others are folded into their stage's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskDetail {
    /// Failed ones, the slowest ones and stragglers.
    Outliers,
    /// Every task: traces grow with the data.
    All,
    /// None.
    None,
}
