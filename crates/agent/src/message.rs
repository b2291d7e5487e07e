//! What the plugin and the agent tell each other, as JSON, beside the events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the plugin knows when the application starts.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// `SparkContext.version`: a live application has no `SparkListenerLogStart`.
    pub spark_version: String,
    /// The system property `sun.java.command`.
    #[serde(default)]
    pub command: String,
    /// The entries of the SparkConf that concern tracing.
    pub properties: BTreeMap<String, String>,
    /// The variables of the environment that concern tracing.
    pub environment: BTreeMap<String, String>,
}

/// What the plugin has to do then.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Started {
    /// Entries for the SparkConf, and with it for the event log.
    pub properties: BTreeMap<&'static str, String>,
    /// What executors are told; nothing when tasks have no context.
    pub executor: BTreeMap<&'static str, String>,
    /// What becomes of the planning of SQL executions.
    pub planning: Planning,
    /// How long the end of the application may be held up, milliseconds.
    pub shutdown_ms: u64,
}

/// What becomes of the planning of SQL executions, which Spark's events do not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Planning {
    /// It is an event of its own that goes into the event log too.
    Logged,
    /// The same, but kept out of the event log.
    Live,
    /// Nobody wants it.
    #[default]
    Off,
}

/// What the plugin knows when the application ends.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// How long the end may take, milliseconds.
    pub budget_ms: u64,
    /// Events that Spark's listener bus dropped before the plugin saw them.
    #[serde(default)]
    pub dropped_events: u64,
}
