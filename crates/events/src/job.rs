//! Jobs.

use serde::Deserialize;

use crate::properties::LOCAL_PROPERTIES;
use crate::shape::{Member, Shape, optional, required, usual};
use crate::stage::STAGE_INFO;
use crate::{LocalProperties, StageInfo, Text};

/// `SparkListenerJobStart`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobStart<'a> {
    /// The job's id. Jobs do not start in the order of their ids.
    #[serde(rename = "Job ID")]
    pub job_id: i64,
    /// When it was submitted, milliseconds since the Unix epoch.
    #[serde(rename = "Submission Time", default)]
    pub submission_time_ms: i64,
    /// Every stage that the job may need, also those that will be skipped.
    #[serde(borrow, rename = "Stage Infos", default)]
    pub stage_infos: Vec<StageInfo<'a>>,
    /// The ids of the same stages.
    #[serde(rename = "Stage IDs", default)]
    pub stage_ids: Vec<i64>,
    /// The local properties of the thread that started it.
    #[serde(borrow, rename = "Properties", default)]
    pub properties: Option<LocalProperties<'a>>,
}

pub(crate) const JOB_START: &[Member] = &[
    required("Job ID", Shape::Int),
    usual("Submission Time", Shape::Int),
    usual("Stage Infos", Shape::List(&Shape::Object(STAGE_INFO))),
    usual("Stage IDs", Shape::List(&Shape::Int)),
    optional("Properties", Shape::Object(LOCAL_PROPERTIES)),
];

/// `SparkListenerJobEnd`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobEnd<'a> {
    /// The job's id.
    #[serde(rename = "Job ID")]
    pub job_id: i64,
    /// When it ended, milliseconds since the Unix epoch.
    #[serde(rename = "Completion Time", default)]
    pub completion_time_ms: i64,
    /// How it ended.
    #[serde(borrow, rename = "Job Result")]
    pub result: JobResult<'a>,
}

pub(crate) const JOB_END: &[Member] = &[
    required("Job ID", Shape::Int),
    usual("Completion Time", Shape::Int),
    required("Job Result", Shape::Object(JOB_RESULT)),
];

/// `JobResult`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobResult<'a> {
    /// `JobSucceeded` or `JobFailed`.
    #[serde(borrow, rename = "Result")]
    pub result: Text<'a>,
    /// What made it fail.
    #[serde(borrow, rename = "Exception", default)]
    pub exception: Option<JobException<'a>>,
}

const JOB_RESULT: &[Member] = &[
    required("Result", Shape::Text),
    optional("Exception", Shape::Object(JOB_EXCEPTION)),
];

/// The exception of a failed job. Its class is not written.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct JobException<'a> {
    /// The exception's message, often with a whole stack trace in it.
    #[serde(borrow, rename = "Message", default)]
    pub message: Option<Text<'a>>,
}

const JOB_EXCEPTION: &[Member] = &[optional("Message", Shape::Text)];
