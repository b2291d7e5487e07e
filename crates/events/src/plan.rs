//! Physical plans.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{ParseError, Text};

/// Nodes below this depth are left out. `serde_json`'s own limit of 128 nested values, which is 63 plan
/// nodes, is too low for long chains of operators; without any limit a hostile plan would exhaust the
/// stack of whoever walks the tree.
const MAX_DEPTH: usize = 512;

/// `SparkPlanInfo`: one operator of a physical plan and what it reads from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlanNode<'a> {
    /// The operator, such as `HashAggregate` or `Scan parquet default.orders`.
    #[serde(borrow)]
    pub node_name: Text<'a>,
    /// The operator with its arguments, cut by Spark. Holds literals.
    #[serde(borrow)]
    pub simple_string: Text<'a>,
    /// What it reads from.
    pub children: Vec<PlanNode<'a>>,
    /// What it measures.
    pub metrics: Vec<PlanMetric<'a>>,
}

/// `SQLMetricInfo`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanMetric<'a> {
    /// Such as `number of output rows`.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// The accumulator that holds the value.
    pub accumulator_id: i64,
    /// `sum`, `size` (bytes), `timing` (milliseconds), `nsTiming` (nanoseconds), `average` (ten times
    /// the value, of each task), or a data source's own.
    #[serde(borrow, default)]
    pub metric_type: Text<'a>,
}

/// A node whose children are not parsed yet.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ShallowNode<'a> {
    #[serde(borrow)]
    node_name: Text<'a>,
    #[serde(borrow)]
    simple_string: Text<'a>,
    #[serde(borrow)]
    children: Vec<&'a RawValue>,
    metrics: Vec<PlanMetric<'a>>,
}

impl<'a> PlanNode<'a> {
    /// Reads the `sparkPlanInfo` of an event.
    pub fn parse(json: &'a str) -> Result<Self, ParseError> {
        // Nearly every plan is shallow enough to be read in one pass.
        serde_json::from_str(json).or_else(|_| Self::parse_by_level(json, MAX_DEPTH))
    }

    /// Reads one level at a time, so that `serde_json`'s limit on nesting never applies. Every level
    /// is scanned once more by each level above it.
    fn parse_by_level(json: &'a str, depth: usize) -> Result<Self, ParseError> {
        let node: ShallowNode<'a> = serde_json::from_str(json)?;
        let children = match depth {
            0 => Vec::new(),
            _ => node
                .children
                .into_iter()
                .map(|child| Self::parse_by_level(child.get(), depth - 1))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            node_name: node.node_name,
            simple_string: node.simple_string,
            children,
            metrics: node.metrics,
        })
    }
}
