//! Physical plans.

use std::mem;

use serde::Deserialize;

use crate::json::{Broken, Reader, Value, decoded};
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

impl<'a> PlanNode<'a> {
    /// Reads the `sparkPlanInfo` of an event. What is odd in it costs no more than the field, the metric or the
    /// subtree that it is.
    ///
    /// # Errors
    ///
    /// If it is no JSON object.
    pub fn parse(json: &'a str) -> Result<Self, ParseError> {
        // Nearly every plan is shallow enough, and as Spark writes it.
        serde_json::from_str(json).or_else(|error| read(json).map_err(|Broken| error.into()))
    }
}

/// Reads a plan of any depth, as Spark's own reader would.
fn read(json: &str) -> Result<PlanNode<'_>, Broken> {
    let mut reader = Reader::new(json);
    if reader.value()? != Value::Object {
        return Err(Broken);
    }
    let mut node = PlanNode::default();
    // Above the node; of each, the children are being read.
    let mut parents: Vec<PlanNode<'_>> = Vec::new();
    loop {
        if !reaches_children(&mut reader, &mut node, parents.len() < MAX_DEPTH)? {
            let Some(parent) = parents.pop() else {
                reader.end()?;
                return Ok(node);
            };
            let child = mem::replace(&mut node, parent);
            node.children.push(child);
        }
        if next_object(&mut reader)? {
            parents.push(mem::take(&mut node));
        }
    }
}

/// Reads members of a node until its children come; false at its end.
fn reaches_children<'a>(
    reader: &mut Reader<'a>,
    node: &mut PlanNode<'a>,
    has_children: bool,
) -> Result<bool, Broken> {
    while let Some(name) = reader.next_member()? {
        let value = reader.value()?;
        match (&*decoded(name), value) {
            ("children", _) => {
                node.children.clear();
                if value == Value::List && has_children {
                    return Ok(true);
                }
            }
            ("metrics", _) => {
                node.metrics.clear();
                if value == Value::List {
                    while next_object(reader)? {
                        node.metrics.extend(read_metric(reader)?);
                    }
                    continue;
                }
            }
            ("nodeName", _) => node.node_name = text(value),
            ("simpleString", _) => node.simple_string = text(value),
            _ => {}
        }
        reader.skip(value)?;
    }
    Ok(false)
}

/// Passes over the elements of a list until there is an object; false at its end.
fn next_object(reader: &mut Reader<'_>) -> Result<bool, Broken> {
    while reader.next_element()? {
        match reader.value()? {
            Value::Object => return Ok(true),
            other => reader.skip(other)?,
        }
    }
    Ok(false)
}

/// A metric without its accumulator means nothing.
fn read_metric<'a>(reader: &mut Reader<'a>) -> Result<Option<PlanMetric<'a>>, Broken> {
    let (mut name, mut accumulator_id, mut metric_type) = (Text::default(), None, Text::default());
    while let Some(member) = reader.next_member()? {
        let value = reader.value()?;
        match &*decoded(member) {
            "name" => name = text(value),
            "accumulatorId" => accumulator_id = value.int(),
            "metricType" => metric_type = text(value),
            _ => {}
        }
        reader.skip(value)?;
    }
    Ok(accumulator_id.map(|accumulator_id| PlanMetric {
        name,
        accumulator_id,
        metric_type,
    }))
}

fn text(value: Value<'_>) -> Text<'_> {
    Text(value.text().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything of a plan, node by node.
    fn shown(json: &str) -> String {
        format!("{:?}", PlanNode::parse(json).unwrap())
    }

    #[test]
    fn plan_is_read_the_same_in_either_way() {
        let json = r#"{"nodeName":"A","simpleString":"A [x = \"1\"]","metadata":{"k":["v"]},"metrics":[
            {"name":"rows","accumulatorId":7,"metricType":"sum"}],"children":[
            {"nodeName":"B","children":[{"nodeName":"C"}]},{"nodeName":"D","children":[],"simpleString":"D"}]}"#;
        let strict: PlanNode<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(format!("{:?}", read(json).unwrap()), format!("{strict:?}"));
    }

    /// Scenario: each part of a plan in turn is not as Spark writes it.
    /// Guarantees: only that part is lost.
    #[test]
    fn odd_part_of_a_plan_costs_that_part() {
        let plain = r#"{"nodeName":"A","simpleString":"a","children":[{"nodeName":"B"}],"metrics":[{"name":"rows","accumulatorId":7}]}"#;
        for (from, to, lost, left) in [
            (r#""a""#, r#""a \ud83d""#, r#""a""#, "\"a \u{fffd}\""),
            (r#""a""#, "null", r#""a""#, r#""""#),
            (
                r":7}",
                r#":7},{"name":"lost","accumulatorId":null},5"#,
                "",
                "",
            ),
            (r":7}", r":7.0}", "", ""),
            (r":7}", r#":"7"}"#, "", ""),
            (r":7}", r#":6,"accumulatorId":7}"#, "", ""),
            (
                r#"{"nodeName":"B"}"#,
                r#"null,{"nodeName":"B"},[1]"#,
                "",
                "",
            ),
            (
                r#""nodeName":"A""#,
                r#""nodeName":"X","nodeName":"A""#,
                "",
                "",
            ),
        ] {
            let odd = plain.replace(from, to);
            assert_ne!(odd, plain);
            assert!(serde_json::from_str::<PlanNode<'_>>(&odd).is_err(), "{odd}");
            let expected = shown(plain).replace(lost, left);
            assert_eq!(
                shown(&odd),
                if lost.is_empty() {
                    shown(plain)
                } else {
                    expected
                }
            );
        }
        assert!(PlanNode::parse("null").is_err());
        assert!(PlanNode::parse(r#"{"nodeName":"A""#).is_err());
    }

    /// Scenario: plans deeper than any stack, whole and cut.
    /// Guarantees: so much of them as anybody walks through is read on a thread with a stack of 1 MiB.
    #[test]
    fn depth_of_a_plan_is_bounded() {
        let deep = |depth: usize| {
            let open = r#"{"nodeName":"N","children":["#.repeat(depth);
            format!("{open}{}", "]}".repeat(depth))
        };
        let read = move || {
            for depth in [200, MAX_DEPTH, 100_000] {
                let json = deep(depth);
                let plan = PlanNode::parse(&json).unwrap();
                let mut node = &plan;
                let mut found = 1;
                while let Some(child) = node.children.first() {
                    (node, found) = (child, found + 1);
                }
                assert_eq!(found, depth.min(MAX_DEPTH + 1));
                assert!(PlanNode::parse(&json[..json.len() - 1]).is_err());
            }
        };
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        thread.spawn(read).unwrap().join().unwrap();
    }
}
