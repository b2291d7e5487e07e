//! The application and its executors.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::Text;
use crate::shape::{Member, Shape, optional, required, usual};

/// `SparkListenerLogStart`: the first line of a log; live it is made from `SparkContext.version`.
#[derive(Debug, Clone, Deserialize)]
pub struct LogStart<'a> {
    /// The version of Spark that wrote the log.
    #[serde(borrow, rename = "Spark Version", default)]
    pub spark_version: Option<Text<'a>>,
}

pub(crate) const LOG_START: &[Member] = &[optional("Spark Version", Shape::Text)];

/// `SparkListenerApplicationStart`.
#[derive(Debug, Clone, Deserialize)]
pub struct ApplicationStart<'a> {
    /// `spark.app.name`.
    #[serde(borrow, rename = "App Name", default)]
    pub name: Text<'a>,
    /// `spark.app.id`; absent only with cluster managers that give none.
    #[serde(borrow, rename = "App ID", default)]
    pub id: Option<Text<'a>>,
    /// When the application started, milliseconds since the Unix epoch.
    #[serde(rename = "Timestamp", default)]
    pub time_ms: i64,
    /// The user who runs it.
    #[serde(borrow, rename = "User", default)]
    pub user: Option<Text<'a>>,
    /// The attempt, where the cluster manager (YARN in cluster mode) has attempts.
    #[serde(borrow, rename = "App Attempt ID", default)]
    pub attempt: Option<Text<'a>>,
}

pub(crate) const APPLICATION_START: &[Member] = &[
    usual("App Name", Shape::Text),
    optional("App ID", Shape::Text),
    usual("Timestamp", Shape::Int),
    optional("User", Shape::Text),
    optional("App Attempt ID", Shape::Text),
];

/// `SparkListenerApplicationEnd`. Other events may still follow it.
#[derive(Debug, Clone, Deserialize)]
pub struct ApplicationEnd {
    /// When the application ended, milliseconds since the Unix epoch.
    #[serde(rename = "Timestamp", default)]
    pub time_ms: i64,
    /// The exit code given to `SparkContext.stop` (Spark 4.0 and later).
    #[serde(rename = "ExitCode", default)]
    pub exit_code: Option<i64>,
}

pub(crate) const APPLICATION_END: &[Member] = &[
    usual("Timestamp", Shape::Int),
    optional("ExitCode", Shape::Int),
];

/// `SparkListenerEnvironmentUpdate`, as far as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct EnvironmentUpdate<'a> {
    /// The SparkConf, redacted by Spark in an event log and not redacted live.
    #[serde(borrow, rename = "Spark Properties", default)]
    pub spark_properties: SparkProperties<'a>,
    /// The driver's JVM.
    #[serde(borrow, rename = "System Properties", default)]
    pub system_properties: SystemProperties<'a>,
}

pub(crate) const ENVIRONMENT_UPDATE: &[Member] = &[
    usual("Spark Properties", Shape::Properties),
    usual("System Properties", Shape::Object(SYSTEM_PROPERTIES)),
];

/// The JVM's system properties that sparkspan reads.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SystemProperties<'a> {
    /// The driver's command line, which names its main class.
    #[serde(borrow, rename = "sun.java.command")]
    pub command: Option<Text<'a>>,
}

const SYSTEM_PROPERTIES: &[Member] = &[optional("sun.java.command", Shape::Text)];

/// Spark properties in the order in which the event holds them.
///
/// Spark writes an object; Spark before 3.0 and some vendors write a list of pairs.
#[derive(Debug, Clone, Default)]
pub struct SparkProperties<'a>(pub Vec<(Text<'a>, Text<'a>)>);

impl SparkProperties<'_> {
    /// The value of `key`; of one that comes twice the last, as in Spark's own maps.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| &**name == key)
            .map(|(_, value)| &**value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for SparkProperties<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PropertiesVisitor;

        impl<'de> Visitor<'de> for PropertiesVisitor {
            type Value = SparkProperties<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of properties, or a list of pairs")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::with_capacity(map.size_hint().unwrap_or(64));
                while let Some(entry) = map.next_entry()? {
                    properties.push(entry);
                }
                Ok(SparkProperties(properties))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut sequence: A,
            ) -> Result<Self::Value, A::Error> {
                let mut properties = Vec::new();
                while let Some(pair) = sequence.next_element()? {
                    properties.push(pair);
                }
                Ok(SparkProperties(properties))
            }
        }

        deserializer.deserialize_any(PropertiesVisitor)
    }
}

/// `SparkListenerExecutorAdded`.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecutorAdded<'a> {
    /// When it registered, milliseconds since the Unix epoch.
    #[serde(rename = "Timestamp", default)]
    pub time_ms: i64,
    /// The executor's id.
    #[serde(borrow, rename = "Executor ID")]
    pub executor_id: Text<'a>,
    /// Where it runs and how large it is.
    #[serde(borrow, rename = "Executor Info")]
    pub info: ExecutorInfo<'a>,
}

pub(crate) const EXECUTOR_ADDED: &[Member] = &[
    usual("Timestamp", Shape::Int),
    required("Executor ID", Shape::Text),
    required("Executor Info", Shape::Object(EXECUTOR_INFO)),
];

/// `ExecutorInfo`.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecutorInfo<'a> {
    /// The host that the executor runs on.
    #[serde(borrow, rename = "Host", default)]
    pub host: Text<'a>,
    /// How many tasks it runs at once, at one core each.
    #[serde(rename = "Total Cores", default)]
    pub total_cores: i64,
    /// What its environment says of it.
    #[serde(borrow, rename = "Attributes", default)]
    pub attributes: ExecutorAttributes<'a>,
}

const EXECUTOR_INFO: &[Member] = &[
    usual("Host", Shape::Text),
    usual("Total Cores", Shape::Int),
    usual("Attributes", Shape::Object(EXECUTOR_ATTRIBUTES)),
];

/// The variables `SPARK_EXECUTOR_ATTRIBUTE_…` of an executor, which are for its manager to set: those that
/// name its pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ExecutorAttributes<'a> {
    /// The pod's name.
    #[serde(borrow, rename = "K8S_POD_NAME")]
    pub pod_name: Option<Text<'a>>,
    /// The pod's UID.
    #[serde(borrow, rename = "K8S_POD_UID")]
    pub pod_uid: Option<Text<'a>>,
    /// The node that it runs on.
    #[serde(borrow, rename = "K8S_NODE_NAME")]
    pub node_name: Option<Text<'a>>,
}

const EXECUTOR_ATTRIBUTES: &[Member] = &[
    optional("K8S_POD_NAME", Shape::Text),
    optional("K8S_POD_UID", Shape::Text),
    optional("K8S_NODE_NAME", Shape::Text),
];

/// `SparkListenerExecutorRemoved`.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecutorRemoved<'a> {
    /// When the driver removed it, milliseconds since the Unix epoch.
    #[serde(rename = "Timestamp", default)]
    pub time_ms: i64,
    /// The executor's id.
    #[serde(borrow, rename = "Executor ID")]
    pub executor_id: Text<'a>,
    /// Why, in Spark's words.
    #[serde(borrow, rename = "Removed Reason", default)]
    pub reason: Option<Text<'a>>,
}

pub(crate) const EXECUTOR_REMOVED: &[Member] = &[
    usual("Timestamp", Shape::Int),
    required("Executor ID", Shape::Text),
    optional("Removed Reason", Shape::Text),
];
