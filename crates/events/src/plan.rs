//! Physical plans.

use std::fmt::Write;
use std::mem;

use serde::Deserialize;

use crate::json::{Broken, Reader, Value, decoded};
use crate::repair::found;
use crate::{Found, Oddity, ParseError, Text};

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
    /// Reads the `sparkPlanInfo` of an event: see [`read`](Self::read).
    ///
    /// # Errors
    ///
    /// If it is no JSON object.
    pub fn parse(json: &'a str) -> Result<Self, ParseError> {
        Self::read(json).map(|(plan, _)| plan)
    }

    /// Reads the `sparkPlanInfo` of an event. What is odd in it costs no more than the field, the metric or the
    /// subtree that it is; the first one is named.
    ///
    /// # Errors
    ///
    /// If it is no JSON object.
    pub fn read(json: &'a str) -> Result<(Self, Option<Oddity>), ParseError> {
        // Nearly every plan is shallow enough, and as Spark writes it.
        match serde_json::from_str(json) {
            Ok(plan) => Ok((plan, None)),
            Err(error) => Reading::new(json)
                .read()
                .map_err(|Broken| ParseError::Json(error)),
        }
    }
}

/// Reads a plan of any depth, as Spark's own reader would.
struct Reading<'a> {
    reader: Reader<'a>,
    node: PlanNode<'a>,
    /// Above the node; of each, the children are being read.
    parents: Vec<PlanNode<'a>>,
    oddity: Option<Oddity>,
}

impl<'a> Reading<'a> {
    fn new(json: &'a str) -> Self {
        Self {
            reader: Reader::new(json),
            node: PlanNode::default(),
            parents: Vec::new(),
            oddity: None,
        }
    }

    fn read(mut self) -> Result<(PlanNode<'a>, Option<Oddity>), Broken> {
        if self.reader.value()? != Value::Object {
            return Err(Broken);
        }
        loop {
            if !self.reaches_children()? {
                let Some(parent) = self.parents.pop() else {
                    self.reader.end()?;
                    return Ok((self.node, self.oddity));
                };
                let child = mem::replace(&mut self.node, parent);
                self.node.children.push(child);
            }
            if self.next_object("children")? {
                self.parents.push(mem::take(&mut self.node));
            }
        }
    }

    /// Reads members of the node until its children come; false at its end.
    fn reaches_children(&mut self) -> Result<bool, Broken> {
        while let Some(name) = self.reader.next_member()? {
            let value = self.reader.value()?;
            match &*decoded(name) {
                "children" => {
                    self.node.children.clear();
                    if value == Value::List && self.parents.len() < MAX_DEPTH {
                        return Ok(true);
                    }
                }
                "metrics" => {
                    self.node.metrics.clear();
                    if value == Value::List {
                        while self.next_object("metrics")? {
                            self.read_metric()?;
                        }
                        continue;
                    }
                    self.odd("metrics", found(value));
                }
                "nodeName" => self.node.node_name = self.text("nodeName", value),
                "simpleString" => self.node.simple_string = self.text("simpleString", value),
                _ => {}
            }
            self.reader.skip(value)?;
        }
        Ok(false)
    }

    /// Passes over the elements of a list until there is an object; false at its end.
    fn next_object(&mut self, list: &str) -> Result<bool, Broken> {
        while self.reader.next_element()? {
            match self.reader.value()? {
                Value::Object => return Ok(true),
                other => {
                    self.reader.skip(other)?;
                    self.odd(list, found(other));
                }
            }
        }
        Ok(false)
    }

    /// A metric without its accumulator means nothing.
    fn read_metric(&mut self) -> Result<(), Broken> {
        let (mut name, mut accumulator, mut metric_type) =
            (Text::default(), Value::Null, Text::default());
        while let Some(member) = self.reader.next_member()? {
            let value = self.reader.value()?;
            match &*decoded(member) {
                "name" => name = self.text("metrics.name", value),
                "accumulatorId" => accumulator = value,
                "metricType" => metric_type = self.text("metrics.metricType", value),
                _ => {}
            }
            self.reader.skip(value)?;
        }
        match accumulator.int() {
            Some(accumulator_id) => self.node.metrics.push(PlanMetric {
                name,
                accumulator_id,
                metric_type,
            }),
            None => self.odd("metrics.accumulatorId", found(accumulator)),
        }
        Ok(())
    }

    fn text(&mut self, field: &str, value: Value<'a>) -> Text<'a> {
        let text = value.text();
        if text.is_none() {
            self.odd(field, found(value));
        }
        Text(text.unwrap_or_default())
    }

    fn odd(&mut self, field: &str, found: Found) {
        self.oddity.get_or_insert_with(|| {
            let mut way = String::from("sparkPlanInfo");
            for parent in &self.parents {
                let _ = write!(way, ".children[{}]", parent.children.len());
            }
            Oddity {
                field: format!("{way}.{field}"),
                found,
            }
        });
    }
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
        let (plan, oddity) = Reading::new(json).read().unwrap();
        assert_eq!(format!("{plan:?}"), format!("{strict:?}"));
        assert_eq!(oddity, None);
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

    #[test]
    fn first_odd_part_of_a_plan_is_named() {
        let json = r#"{"nodeName":"A","children":[{"nodeName":"B"},{"nodeName":"C","metrics":[{"name":"rows","accumulatorId":null}]}]}"#;
        let (_, oddity) = PlanNode::read(json).unwrap();
        let named = "sparkPlanInfo.children[1].metrics.accumulatorId is null";
        assert_eq!(oddity.unwrap().to_string(), named);
        let half = r#"{"nodeName":"A \ud83d"}"#;
        assert_eq!(PlanNode::read(half).unwrap().1, None);
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
