//! Physical plans: what a query is called, what it is like, and what each operator measured.
//!
//! Only the names of operators and the metrics of a plan are written. Its expressions hold the user's
//! literals without any quotes, so that nothing could tell them from columns.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use rustc_hash::{FxHashMap, FxHashSet};
use sparkspan_events::{PlanMetric, PlanNode};
use sparkspan_redaction::{Identifier, Label, without_long_numbers};

use crate::identity::fingerprint;

/// The longest summary, characters (OpenTelemetry's limit of `db.query.summary`).
const SUMMARY_LIMIT: usize = 255;
/// The deepest plan that is walked: parsing has the same limit.
const MAX_DEPTH: usize = 512;
/// How many operators a stage's name shows.
const TELLING_OPERATORS: usize = 3;

/// What a query is called: an operation and what it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Summary {
    /// `SELECT`, `INSERT`, `CREATE TABLE AS SELECT`, … (`db.operation.name`).
    pub(crate) operation: Identifier,
    /// The operation, the tables or source formats that it writes, and those that it reads
    /// (`db.query.summary`).
    pub(crate) text: Identifier,
}

impl Summary {
    /// What its texts take in memory, bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.operation.as_str().len() + self.text.as_str().len()
    }
}

/// Names a query by its plan as it was first made: adaptive execution makes tables vanish from it.
pub(crate) fn summary(plan: &PlanNode<'_>) -> Summary {
    let root = first_telling(plan);
    let mut operation = operation_of(root);
    operation.truncate(operation.floor_char_boundary(SUMMARY_LIMIT));
    let targets: BTreeSet<String> = target_of(root).into_iter().collect();
    let mut sources = BTreeSet::new();
    walk(plan, 0, &mut |node, _| sources.extend(source_of(node)));
    let mut text = operation.clone();
    for name in targets.iter().chain(sources.difference(&targets)) {
        // A name must be the same next week.
        let name = without_long_numbers(name);
        if text.len() + 1 + name.len() > SUMMARY_LIMIT {
            break;
        }
        text.push(' ');
        text.push_str(&name);
    }
    Summary {
        operation: Identifier::new(operation),
        text: Identifier::new(text),
    }
}

/// The operator that says what a plan is for, below the wrappers that every plan has.
fn first_telling<'p, 'a>(plan: &'p PlanNode<'a>) -> &'p PlanNode<'a> {
    let mut node = plan;
    while is_wrapper(&node.node_name)
        && let [child] = node.children.as_slice()
    {
        node = child;
    }
    node
}

fn is_wrapper(name: &str) -> bool {
    name == "AdaptiveSparkPlan"
        || name == "InputAdapter"
        || name == "ResultQueryStage"
        || name.starts_with("WholeStageCodegen")
}

fn operation_of(root: &PlanNode<'_>) -> String {
    let name = &*root.node_name;
    let command = name
        .strip_prefix("Execute ")
        .map(|name| name.trim_end_matches("Command"));
    match command.unwrap_or(name) {
        "AppendData" | "WriteToDataSourceV2" | "SaveIntoDataSource" => "INSERT".to_owned(),
        "OverwriteByExpression" | "OverwritePartitionsDynamic" => "INSERT OVERWRITE".to_owned(),
        "MergeInto" => "MERGE".to_owned(),
        "DeleteFromTable" => "DELETE".to_owned(),
        name if name.starts_with("InsertInto") => "INSERT".to_owned(),
        "ReplaceData" | "WriteDelta" if contains(root, "MergeRows") => "MERGE".to_owned(),
        "ReplaceData" => "REPLACE DATA".to_owned(),
        "WriteDelta" => "WRITE DELTA".to_owned(),
        name if command.is_some() || is_bare_command(root) => words_of_command(name),
        _ => "SELECT".to_owned(),
    }
}

/// Commands of newer sources have no `Execute`: they are leaves that measure nothing and scannothing.
fn is_bare_command(root: &PlanNode<'_>) -> bool {
    let name = &*root.node_name;
    let creates = name.ends_with("TableAsSelect") || name.ends_with("TableAsSelectExec");
    creates
        || (root.children.is_empty()
            && root.metrics.is_empty()
            && !name.contains("Scan")
            && name != "CommandResult"
            && name.starts_with(|letter: char| letter.is_ascii_uppercase())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

/// `CreateDataSourceTableAsSelect` as `CREATE TABLE AS SELECT`.
fn words_of_command(name: &str) -> String {
    let mut words = String::new();
    for letter in name
        .trim_end_matches("Exec")
        .chars()
        .filter(char::is_ascii_alphanumeric)
    {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_uppercase());
    }
    for detail in ["DATA SOURCE ", "HIVE ", "ATOMIC "] {
        words = words.replace(detail, "");
    }
    words
}

/// The table that an operator writes, or the format where it writes to a path.
fn target_of(node: &PlanNode<'_>) -> Option<String> {
    let arguments = node.simple_string.strip_prefix("Execute InsertInto")?;
    let table = arguments.split(", ").find_map(|argument| {
        let name = argument
            .strip_prefix('`')?
            .strip_suffix('`')?
            .replace("`.`", ".");
        is_identifier(&name).then(|| without_catalog(&name))
    });
    let format = || {
        // A path may hold commas; what follows is whether partitions may be absent, those, and the format.
        let mut arguments = arguments.split(", ");
        arguments.find(|word| matches!(*word, "false" | "true"))?;
        let format = arguments.find(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
        Some(format.to_ascii_lowercase())
    };
    table.or_else(format)
}

/// The table that an operator reads, or the source's format.
fn source_of(node: &PlanNode<'_>) -> Option<String> {
    let name = &*node.node_name;
    if name == "Range" {
        return Some("range".to_owned());
    }
    let (_, source) = name
        .split_once("Scan ")
        .filter(|(before, _)| before.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    let source = source.strip_prefix("In-memory table ").unwrap_or(source);
    let (format, table) = source.split_once(' ').unwrap_or((source, ""));
    let table = table.trim();
    if !table.is_empty() && is_identifier(table) {
        return Some(without_catalog(table));
    }
    if is_identifier(format) && format.contains('.') {
        return Some(without_catalog(format));
    }
    // A relation's own description may follow: a path, options, even a sub-query.
    let format = format
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .next();
    let format = format.filter(|format| !format.is_empty() && *format != "OneRowRelation")?;
    Some(match format {
        "ExistingRDD" => "rdd".to_owned(),
        other if other.starts_with(|letter: char| letter.is_ascii_uppercase()) => {
            other.trim_end_matches("Relation").to_ascii_lowercase()
        }
        other => other.to_owned(),
    })
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$' | '-'))
}

/// The names of Spark's own catalog and of the default database are noise in every name.
fn without_catalog(name: &str) -> String {
    let name = name.strip_prefix("spark_catalog.").unwrap_or(name);
    name.strip_prefix("default.").unwrap_or(name).to_owned()
}

fn contains(plan: &PlanNode<'_>, name: &str) -> bool {
    let mut found = false;
    walk(plan, 0, &mut |node, _| found |= &*node.node_name == name);
    found
}

/// An operator's name without what may follow it: a path, a sub-query, an alias.
pub(crate) fn operator_name(name: &str) -> String {
    let mut output = String::new();
    for word in name.split(' ').filter(|word| !word.is_empty()) {
        let numbered = word
            .strip_prefix('(')
            .and_then(|word| word.strip_suffix(')'));
        let plain = is_identifier(word)
            || numbered.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if !output.is_empty() && plain {
            output.push(' ');
        }
        if !plain {
            let end = word.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
            // A word such as `file:/data` is no name; `JDBCRelation((SELECT` begins with one.
            let head = &word[..end.unwrap_or(0)];
            if word[head.len()..].starts_with(['(', '[']) && is_identifier(head) {
                if !output.is_empty() {
                    output.push(' ');
                }
                output.push_str(head);
            }
            break;
        }
        output.push_str(word);
    }
    without_long_numbers(&output).into_owned()
}

/// A metric's name by the same rule: sources of users make such names too.
fn metric_name(name: &str) -> Cow<'_, str> {
    let is_of_words = |letter: u8| letter.is_ascii_alphabetic() || letter == b' ';
    if name.bytes().all(is_of_words) {
        Cow::Borrowed(name.trim())
    } else {
        Cow::Owned(operator_name(name))
    }
}

/// Equal for plans of the same operators, whatever their literals and expression ids are.
pub(crate) fn plan_fingerprint(plan: &PlanNode<'_>) -> Identifier {
    let mut shape = String::new();
    walk(plan, 0, &mut |node, depth| {
        let _ = writeln!(shape, "{depth} {}", operator_name(&node.node_name));
    });
    Identifier::new(fingerprint(&shape))
}

/// The plan as a tree, one operator a line, each with what it measured.
pub(crate) fn render(plan: &PlanNode<'_>, values: &FxHashMap<i64, i64>) -> Label {
    let mut output = Label::default();
    walk(plan, 0, &mut |node, depth| {
        if depth > 0 {
            output.push_word("\n");
        }
        for _ in 0..depth {
            output.push_word("  ");
        }
        output.push_name(&operator_name(&node.node_name));
        let mut separator = ": ";
        for metric in &node.metrics {
            let Some(value) = values.get(&metric.accumulator_id) else {
                continue;
            };
            if let Some((number, unit)) = in_unit(metric, *value) {
                output.push_word(separator);
                output.push_name(&metric_name(&metric.name));
                output.push_word(" ");
                output.push_number(number);
                output.push_word(unit);
                separator = ", ";
            }
        }
    });
    output
}

/// A metric's total with its unit. Averages are left out: Spark adds up the averages of all tasks,
/// which is the average of nothing.
fn in_unit(metric: &PlanMetric<'_>, value: i64) -> Option<(i64, &'static str)> {
    match &*metric.metric_type {
        "average" => None,
        "size" => Some((value, " B")),
        "timing" => Some((value, " ms")),
        "nsTiming" => Some((value / 1_000_000, " ms")),
        _ => Some((value, "")),
    }
}

/// The operators of a plan whose metrics a stage updated, sources first: up to three that tell what the
/// stage does.
pub(crate) fn stage_operators(plan: &PlanNode<'_>, updated: &FxHashSet<i64>) -> Vec<Identifier> {
    let mut found: Vec<(Role, String)> = Vec::new();
    walk(plan, 0, &mut |node, _| {
        let touched = |metric: &&PlanMetric<'_>| updated.contains(&metric.accumulator_id);
        let Some(role) = role_of(&node.node_name) else {
            return;
        };
        let writes = |metric: &PlanMetric<'_>| {
            metric.name.starts_with("shuffle") || &*metric.name == "data size"
        };
        let touched = match role {
            // Its readers update an exchange's metrics too; only its writer ends with it.
            Role::Exchange => node.metrics.iter().filter(touched).any(writes),
            _ => node.metrics.iter().any(|metric| touched(&metric)),
        };
        let name = stage_operator_name(&node.node_name);
        if touched && !found.iter().any(|(_, seen)| *seen == name) {
            found.push((role, name));
        }
    });
    // A walk meets sinks first.
    found.reverse();
    let source = found.iter().position(|(role, _)| *role == Role::Source);
    let sink = found
        .iter()
        .rposition(|(role, _)| matches!(role, Role::Exchange | Role::Sink));
    let work = found.iter().rposition(|(role, _)| *role == Role::Work);
    let mut chosen: Vec<usize> = [source, work, sink].into_iter().flatten().collect();
    let mut others = (0..found.len()).rev();
    while chosen.len() < TELLING_OPERATORS
        && let Some(other) = others.next()
    {
        if !chosen.contains(&other) && found[other].0 == Role::Work {
            chosen.push(other);
        }
    }
    chosen.sort_unstable();
    chosen
        .into_iter()
        .map(|index| Identifier::new(&found[index].1))
        .collect()
}

/// What an operator means for its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Source,
    Work,
    Exchange,
    Sink,
}

fn role_of(name: &str) -> Option<Role> {
    let work = [
        "Join",
        "Aggregate",
        "Window",
        "Python",
        "Pandas",
        "Arrow",
        "Generate",
        "Expand",
    ];
    if name.contains("Scan") || name == "Range" {
        Some(Role::Source)
    } else if name.ends_with("Exchange") && name != "ReusedExchange" {
        Some(Role::Exchange)
    } else if name.starts_with("Execute ") || name.starts_with("Write") || name == "AppendData" {
        Some(Role::Sink)
    } else if work.iter().any(|word| name.contains(word)) {
        Some(Role::Work)
    } else {
        None
    }
}

/// The name without the table: `Scan parquet`, `InsertIntoHadoopFsRelation`.
fn stage_operator_name(name: &str) -> String {
    let name = operator_name(name);
    let name = name
        .strip_prefix("Execute ")
        .unwrap_or(&name)
        .trim_end_matches("Command");
    match name.split_once("Scan ") {
        Some((before, "")) => format!("{before}Scan"),
        Some((before, source)) => {
            let source = source.split(' ').next().unwrap_or_default();
            if source.contains('.') || source == "In-memory" {
                format!("{before}Scan")
            } else {
                format!("{before}Scan {source}")
            }
        }
        None => name.to_owned(),
    }
}

fn walk<'p, 'a>(
    plan: &'p PlanNode<'a>,
    depth: usize,
    visit: &mut impl FnMut(&'p PlanNode<'a>, usize),
) {
    visit(plan, depth);
    if depth < MAX_DEPTH {
        plan.children
            .iter()
            .for_each(|child| walk(child, depth + 1, visit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(json: &str) -> PlanNode<'_> {
        PlanNode::parse(json).unwrap()
    }

    fn node(name: &str, simple: &str, children: &str) -> String {
        format!(
            r#"{{"nodeName":"{name}","simpleString":"{simple}","children":[{children}],"metadata":{{}},"metrics":[]}}"#
        )
    }

    #[test]
    fn summary_names_operation_targets_and_sources() {
        let scan = node("Scan parquet spark_catalog.default.orders", "FileScan", "");
        let other = node("BatchScan lake.sales.customers_20260101", "BatchScan", "");
        let join = node(
            "SortMergeJoin",
            "SortMergeJoin",
            &format!("{scan},{other},{scan}"),
        );
        let select = node(
            "AdaptiveSparkPlan",
            "AdaptiveSparkPlan isFinalPlan=false",
            &join,
        );
        assert_eq!(
            summary(&plan(&select)).text.as_str(),
            "SELECT lake.sales.customers_? orders"
        );

        let insert = "Execute InsertIntoHadoopFsRelationCommand";
        let to_path =
            format!("{insert} file:/tmp/x, false, [a#1, b#2], Parquet, [path=x], Overwrite, [a]");
        let write = node(insert, &to_path, &node("WriteFiles", "WriteFiles", &scan));
        assert_eq!(
            summary(&plan(&write)).text.as_str(),
            "INSERT parquet orders"
        );
        let to_odd_path =
            format!("{insert} file:/out/Acme, Inc, Payroll, true, Parquet, [path=x], Append");
        assert_eq!(
            summary(&plan(&node(insert, &to_odd_path, &scan)))
                .text
                .as_str(),
            "INSERT parquet orders"
        );
        let to_table = format!(
            "{insert} file:/w/t, false, JSON, [x=y], Append, `spark_catalog`.`default`.`totals`, z"
        );
        assert_eq!(
            summary(&plan(&node(insert, &to_table, &scan)))
                .text
                .as_str(),
            "INSERT totals orders"
        );
    }

    #[test]
    fn summary_names_commands() {
        for (name, expected) in [
            (
                "Execute CreateDataSourceTableAsSelectCommand",
                "CREATE TABLE AS SELECT",
            ),
            ("Execute CreateViewCommand", "CREATE VIEW"),
            ("Execute SetCommand", "SET"),
            ("ShowTables", "SHOW TABLES"),
            ("CommandResult", "SELECT"),
            ("LocalTableScan", "SELECT"),
        ] {
            assert_eq!(
                summary(&plan(&node(name, name, ""))).text.as_str(),
                expected
            );
        }
    }

    #[test]
    fn names_hold_no_path_query_or_number() {
        for (name, source, operator) in [
            ("Scan csv ", Some("csv"), "Scan csv"),
            (
                "Scan JDBCRelation((SELECT s FROM t WHERE s='x') q) [numPartitions=1]",
                Some("jdbc"),
                "Scan JDBCRelation",
            ),
            (
                "BatchScan parquet file:/data/2026/x",
                Some("parquet"),
                "BatchScan parquet",
            ),
            (
                "Scan In-memory table cached_customers",
                Some("cached_customers"),
                "Scan In-memory table cached_customers",
            ),
            ("Scan ExistingRDD[a#1]", Some("rdd"), "Scan ExistingRDD"),
            ("WholeStageCodegen (12)", None, "WholeStageCodegen (12)"),
            ("Scan OneRowRelation", None, "Scan OneRowRelation"),
        ] {
            let text = node(name, "", "");
            let plan = plan(&text);
            assert_eq!(source_of(&plan).as_deref(), source, "{name}");
            assert_eq!(operator_name(name), operator);
        }
    }

    #[test]
    fn plan_shows_metrics_with_units_and_no_averages() {
        let json = r#"{"nodeName":"Exchange","simpleString":"secret","children":[],"metadata":{},"metrics":[
            {"name":"data size","accumulatorId":1,"metricType":"size"},
            {"name":"shuffle write time","accumulatorId":2,"metricType":"nsTiming"},
            {"name":"avg probes","accumulatorId":3,"metricType":"average"},
            {"name":"never","accumulatorId":4,"metricType":"sum"}]}"#;
        let values = [(1, 2048), (2, 3_500_000), (3, 17)].into_iter().collect();
        assert_eq!(
            render(&plan(json), &values).as_str(),
            "Exchange: data size 2048 B, shuffle write time 3 ms"
        );
    }

    /// Scenario: a source's own metrics, whose names its code makes.
    /// Guarantees: of a name is shown what can be one.
    #[test]
    fn name_of_a_metric_is_a_name() {
        let json = r#"{"nodeName":"BatchScan t","simpleString":"","children":[],"metadata":{},"metrics":[
            {"name":" rows of s3a://key:secret@bucket/x","accumulatorId":1,"metricType":"v2Custom_a.B"},
            {"name":"time since 20261122 (2)","accumulatorId":2,"metricType":"sum"}]}"#;
        let values = [(1, 5), (2, 7)].into_iter().collect();
        assert_eq!(
            render(&plan(json), &values).as_str(),
            "BatchScan t: rows of 5, time since ? (2) 7"
        );
    }

    #[test]
    fn deep_plan_is_read_to_its_limit() {
        let mut json = node("Range", "", "");
        for _ in 0..1000 {
            json = node("Project", "", &json);
        }
        let plan = plan(&json);
        let mut depth = 0;
        walk(&plan, 0, &mut |_, at| depth = depth.max(at));
        assert_eq!(depth, MAX_DEPTH);
    }
}
