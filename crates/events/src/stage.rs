//! Stages.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use crate::json::{Reader, Value, decoded};
use crate::properties::LOCAL_PROPERTIES;
use crate::shape::{Member, Shape, optional, required, usual};
use crate::{LocalProperties, Text};

/// `SparkListenerStageSubmitted`.
#[derive(Debug, Clone, Deserialize)]
pub struct StageSubmitted<'a> {
    /// The attempt that was submitted.
    #[serde(borrow, rename = "Stage Info")]
    pub stage: StageInfo<'a>,
    /// What its tasks see as local properties.
    #[serde(borrow, rename = "Properties", default)]
    pub properties: Option<LocalProperties<'a>>,
}

pub(crate) const STAGE_SUBMITTED: &[Member] = &[
    required("Stage Info", Shape::Object(STAGE_INFO)),
    optional("Properties", Shape::Object(LOCAL_PROPERTIES)),
];

/// `SparkListenerStageCompleted`: succeeded or failed. Tasks of it may still run.
#[derive(Debug, Clone, Deserialize)]
pub struct StageCompleted<'a> {
    /// The attempt that ended.
    #[serde(borrow, rename = "Stage Info")]
    pub stage: StageInfo<'a>,
}

pub(crate) const STAGE_COMPLETED: &[Member] = &[required("Stage Info", Shape::Object(STAGE_INFO))];

/// `StageInfo`: one attempt of one stage.
#[derive(Debug, Clone, Deserialize)]
pub struct StageInfo<'a> {
    /// The stage's id, unique within the application.
    #[serde(rename = "Stage ID")]
    pub stage_id: i64,
    /// The attempt, from 0.
    #[serde(rename = "Stage Attempt ID", default)]
    pub attempt: i64,
    /// The call site in short form, such as `count at Orders.scala:12`.
    #[serde(borrow, rename = "Stage Name", default)]
    pub name: Text<'a>,
    /// How many tasks the attempt has.
    #[serde(rename = "Number of Tasks", default)]
    pub task_count: i64,
    /// The RDDs that it computes. The first one is its own: of a map stage, the map output.
    #[serde(borrow, rename = "RDD Info", default)]
    pub rdds: Vec<RddInfo<'a>>,
    /// The stages whose shuffles it reads.
    #[serde(rename = "Parent IDs", default)]
    pub parent_ids: Vec<i64>,
    /// When it was submitted, milliseconds since the Unix epoch.
    #[serde(rename = "Submission Time", default)]
    pub submission_time_ms: Option<i64>,
    /// When it ended, milliseconds since the Unix epoch.
    #[serde(rename = "Completion Time", default)]
    pub completion_time_ms: Option<i64>,
    /// Why it failed; absent when it succeeded.
    #[serde(borrow, rename = "Failure Reason", default)]
    pub failure_reason: Option<Text<'a>>,
    /// Totals of the accumulators that its tasks updated.
    #[serde(borrow, rename = "Accumulables", default)]
    pub accumulables: Vec<Accumulable<'a>>,
}

pub(crate) const STAGE_INFO: &[Member] = &[
    required("Stage ID", Shape::Int),
    usual("Stage Attempt ID", Shape::Int),
    usual("Stage Name", Shape::Text),
    usual("Number of Tasks", Shape::Int),
    usual("RDD Info", Shape::List(&Shape::Object(RDD_INFO))),
    usual("Parent IDs", Shape::List(&Shape::Int)),
    optional("Submission Time", Shape::Int),
    optional("Completion Time", Shape::Int),
    optional("Failure Reason", Shape::Text),
    usual("Accumulables", Shape::List(&Shape::Object(ACCUMULABLE))),
];

/// `RDDInfo`.
#[derive(Debug, Clone, Deserialize)]
pub struct RddInfo<'a> {
    /// The RDD's id, unique within the application.
    #[serde(rename = "RDD ID")]
    pub id: i64,
    /// The operation that made it: JSON of `RDDOperationScope`, with `id` and `name`.
    #[serde(borrow, rename = "Scope", default)]
    pub scope: Option<Text<'a>>,
    /// The RDDs that it is computed from, on either side of a shuffle.
    #[serde(rename = "Parent IDs", default)]
    pub parent_ids: Vec<i64>,
}

const RDD_INFO: &[Member] = &[
    required("RDD ID", Shape::Int),
    optional("Scope", Shape::Text),
    usual("Parent IDs", Shape::List(&Shape::Int)),
];

impl RddInfo<'_> {
    /// The name of the operation that made it, such as `reduceByKey`.
    pub fn operation(&self) -> Option<Cow<'_, str>> {
        let mut reader = Reader::new(self.scope.as_deref()?);
        if reader.value().ok()? != Value::Object {
            return None;
        }
        let mut operation = None;
        while let Some(name) = reader.next_member().ok()? {
            let value = reader.value().ok()?;
            reader.skip(value).ok()?;
            if decoded(name) == "name" {
                operation = value.text();
            }
        }
        operation
    }
}

/// `AccumulableInfo` as a stage reports it.
#[derive(Debug, Clone, Deserialize)]
pub struct Accumulable<'a> {
    /// The accumulator's id, unique within the application.
    #[serde(rename = "ID")]
    pub id: i64,
    /// The total so far, over all stages that updated it; absent unless it is a whole number.
    #[serde(rename = "Value", default, deserialize_with = "whole_number")]
    pub value: Option<i64>,
    /// `sql` marks a metric of a SQL operator.
    #[serde(borrow, rename = "Metadata", default)]
    pub metadata: Option<Text<'a>>,
}

const ACCUMULABLE: &[Member] = &[
    required("ID", Shape::Int),
    optional("Value", Shape::Total),
    optional("Metadata", Shape::Text),
];

/// Spark writes internal values as numbers and all others as strings; user accumulators may hold
/// anything.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    struct NumberVisitor;

    impl<'de> Visitor<'de> for NumberVisitor {
        type Value = Option<i64>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an accumulator's value")
        }

        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Some(number))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok(i64::try_from(number).ok())
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(text.parse().ok())
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut sequence: A,
        ) -> Result<Self::Value, A::Error> {
            while sequence.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok(None)
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            while map
                .next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?
                .is_some()
            {}
            Ok(None)
        }
    }

    deserializer.deserialize_any(NumberVisitor)
}
