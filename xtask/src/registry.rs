//! The registry of `semconv/`, read and resolved: what spans, events and attributes there are.
//!
//! It reads the part of OpenTelemetry weaver's format that the registry uses, strictly: an unknown
//! key, a reference that leads nowhere or a name that breaks the naming rules is an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// The registry's files in the order in which a person reads about them.
const FILES: [&str; 11] = [
    "application.yaml",
    "sql.yaml",
    "job.yaml",
    "stage.yaml",
    "shuffle.yaml",
    "task.yaml",
    "streaming.yaml",
    "connect.yaml",
    "report.yaml",
    "span.yaml",
    "opentelemetry.yaml",
];

/// Files of the same folder that hold no groups.
const MANIFEST: &str = "manifest.yaml";

/// All that is declared.
#[derive(Debug, Serialize)]
pub(crate) struct Registry {
    /// Span types, events and sets of attributes, in reading order.
    pub(crate) groups: Vec<Group>,
    /// Every attribute once, by name.
    pub(crate) attributes: Vec<Attribute>,
}

/// A span type, an event or a set of attributes.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// The span's or event's name; a set's title.
    pub(crate) name: String,
    pub(crate) brief: String,
    pub(crate) span_kind: Option<String>,
    pub(crate) stability: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupKind {
    Span,
    Event,
    AttributeGroup,
}

/// An attribute as one group describes it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) value_type: String,
    /// The values of an enumeration; empty for other types.
    pub(crate) members: Vec<Member>,
    /// What kind of value it takes.
    pub(crate) class: Class,
    /// As the name ends.
    pub(crate) unit: Option<&'static str>,
    pub(crate) stability: String,
    pub(crate) brief: String,
    pub(crate) note: Option<String>,
    /// Where Spark's events hold the value.
    pub(crate) source: Option<String>,
    /// OpenTelemetry's semantic conventions define it.
    pub(crate) is_opentelemetry: bool,
}

/// What kind of value an attribute takes, which decides how a value is made (`semconv/README.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    Number,
    Word,
    Identifier,
    Text,
}

/// One value of an enumeration.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) value: String,
    pub(crate) brief: String,
    stability: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: Vec<GroupEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupEntry {
    id: String,
    #[serde(rename = "type")]
    kind: GroupKind,
    name: Option<String>,
    display_name: Option<String>,
    span_kind: Option<String>,
    stability: Option<String>,
    extends: Option<String>,
    brief: String,
    attributes: Vec<AttributeEntry>,
}

/// A definition (`id`) or a reference (`ref`).
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttributeEntry {
    id: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    #[serde(rename = "type")]
    value_type: Option<TypeEntry>,
    stability: Option<String>,
    #[serde(rename = "requirement_level")]
    _requirement_level: Option<String>,
    brief: Option<String>,
    note: Option<String>,
    examples: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum TypeEntry {
    Plain(String),
    Enumeration { members: Vec<Member> },
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    spark: Option<SparkAnnotation>,
    opentelemetry: Option<OpenTelemetryAnnotation>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SparkAnnotation {
    class: Option<Class>,
    source: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenTelemetryAnnotation {
    #[serde(rename = "type")]
    value_type: String,
    stability: String,
}

impl Registry {
    /// Reads and resolves the registry of the folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        ensure_all_files_are_known(folder)?;
        let mut entries = Vec::new();
        for name in FILES {
            let text = fs::read_to_string(folder.join(name)).with_context(|| name.to_owned())?;
            let file: File = serde_saphyr::from_str(&text).with_context(|| name.to_owned())?;
            entries.extend(file.groups);
        }
        Self::resolve(entries)
    }

    fn resolve(entries: Vec<GroupEntry>) -> Result<Self> {
        let mut defined = BTreeMap::new();
        for entry in entries.iter().flat_map(|group| &group.attributes) {
            if let Some(attribute) = entry.define()? {
                let name = attribute.name.clone();
                ensure!(
                    defined.insert(name.clone(), attribute).is_none(),
                    "attribute {name} is defined twice"
                );
            }
        }
        ensure_no_name_is_a_namespace(&defined)?;
        let names: Vec<String> = entries.iter().map(|group| group.id.clone()).collect();
        let groups = entries
            .into_iter()
            .map(|entry| {
                let id = entry.id.clone();
                entry.resolve(&defined, &names).context(id)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            groups,
            attributes: defined.into_values().collect(),
        })
    }
}

impl GroupEntry {
    fn resolve(self, defined: &BTreeMap<String, Attribute>, groups: &[String]) -> Result<Group> {
        let name = match self.kind {
            GroupKind::Span => {
                let name = self.id.strip_prefix("span.");
                name.context("a span's group is named `span.` and the span's name")?
                    .to_owned()
            }
            GroupKind::Event => self.name.context("an event has a name")?,
            GroupKind::AttributeGroup => self
                .display_name
                .context("a set of attributes has a display name")?,
        };
        if let Some(base) = &self.extends {
            ensure!(groups.contains(base), "there is no group {base}");
        }
        let attributes = self
            .attributes
            .into_iter()
            .map(|entry| entry.resolve(defined))
            .collect::<Result<_>>()?;
        Ok(Group {
            kind: self.kind,
            name,
            brief: self.brief,
            span_kind: self.span_kind,
            stability: self.stability,
            attributes,
        })
    }
}

impl AttributeEntry {
    /// The attribute, if this entry is the one that defines it: by `id`, or by a reference to
    /// OpenTelemetry that repeats its type.
    fn define(&self) -> Result<Option<Attribute>> {
        let entry = self.clone();
        let spark = entry.annotations.spark.unwrap_or_default();
        let (name, value_type, stability, is_opentelemetry) =
            match (entry.id, entry.reference, entry.annotations.opentelemetry) {
                (Some(name), None, None) => (name, entry.value_type, entry.stability, false),
                (None, Some(name), Some(origin)) => {
                    let value_type = Some(TypeEntry::Plain(origin.value_type));
                    (name, value_type, Some(origin.stability), true)
                }
                (None, Some(_), None) => return Ok(None),
                _ => bail!("an attribute has either an `id` or a `ref`"),
            };
        let (value_type, members) =
            match value_type.with_context(|| format!("{name} has no type"))? {
                TypeEntry::Plain(name) => (name, Vec::new()),
                TypeEntry::Enumeration { members } => ("string".to_owned(), members),
            };
        ensure!(
            is_well_formed(&name),
            "{name} is not lower case words with dots and underscores"
        );
        ensure!(
            is_opentelemetry
                || !members.is_empty()
                || !value_type.starts_with("string")
                || entry.examples.is_some(),
            "{name} has no examples, which weaver wants of a text"
        );
        let class = spark
            .class
            .with_context(|| format!("{name} has no class"))?;
        ensure!(
            class.takes(&value_type, !members.is_empty()),
            "{name} is no {class:?}, by its type"
        );
        Ok(Some(Attribute {
            class,
            unit: unit(&name),
            stability: stability.with_context(|| format!("{name} has no stability"))?,
            brief: entry
                .brief
                .with_context(|| format!("{name} has no brief"))?,
            note: entry.note,
            source: spark.source,
            name,
            value_type,
            members,
            is_opentelemetry,
        }))
    }

    /// The attribute as this entry describes it.
    fn resolve(self, defined: &BTreeMap<String, Attribute>) -> Result<Attribute> {
        let spark = self.annotations.spark.unwrap_or_default();
        let is_reference = self.reference.is_some() && self.annotations.opentelemetry.is_none();
        let name = self.id.or(self.reference).unwrap_or_default();
        ensure!(
            !is_reference || spark.class.is_none(),
            "{name} gets its class where it is defined"
        );
        let mut attribute = defined
            .get(&name)
            .with_context(|| format!("attribute {name} is defined nowhere"))?
            .clone();
        if let Some(brief) = self.brief {
            attribute.brief = brief;
        }
        if let Some(note) = self.note {
            attribute.note = Some(note);
        }
        if let Some(source) = spark.source {
            attribute.source = Some(source);
        }
        Ok(attribute)
    }
}

impl Class {
    /// Whether attributes of this type can be of the class; those of an enumeration are words.
    fn takes(self, value_type: &str, is_enumeration: bool) -> bool {
        match value_type {
            "int" | "double" | "boolean" => self == Self::Number,
            _ if is_enumeration => self == Self::Word,
            _ => self != Self::Number,
        }
    }
}

fn unit(name: &str) -> Option<&'static str> {
    match name.rsplit(['.', '_']).next() {
        Some("ms") => Some("ms"),
        Some("ns") => Some("ns"),
        Some("bytes") => Some("bytes"),
        _ => None,
    }
}

fn is_well_formed(name: &str) -> bool {
    name.split('.').all(|word| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    })
}

/// OpenTelemetry's naming rule: stores that nest attributes cannot hold both `a` and `a.b`.
fn ensure_no_name_is_a_namespace(defined: &BTreeMap<String, Attribute>) -> Result<()> {
    for name in defined.keys() {
        for (index, _) in name.match_indices('.') {
            let namespace = &name[..index];
            ensure!(
                !defined.contains_key(namespace),
                "{namespace} is an attribute and the namespace of {name}"
            );
        }
    }
    Ok(())
}

fn ensure_all_files_are_known(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = entry?.file_name();
        let is_yaml = Path::new(&name)
            .extension()
            .is_some_and(|end| end == "yaml");
        ensure!(
            !is_yaml || name == MANIFEST || FILES.iter().any(|file| name == *file),
            "semconv/{} is not in the list of xtask/src/registry.rs",
            name.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(attributes: &str) -> Result<Registry> {
        let text =
            format!("groups:\n- {{id: span.a, type: span, brief: b, attributes: [{attributes}]}}");
        let file: File = serde_saphyr::from_str(&text)?;
        Registry::resolve(file.groups)
    }

    fn refusal(attributes: &str) -> String {
        format!("{:#}", resolved(attributes).unwrap_err())
    }

    #[test]
    fn attribute_is_described_by_its_definition_and_by_each_reference() {
        let definition = "{id: x.wait_ms, type: int, stability: stable, brief: defined, annotations: {spark: {class: number}}}";
        let registry = resolved(&format!("{definition}, {{ref: x.wait_ms, brief: here}}")).unwrap();
        let briefs: Vec<&str> = registry.groups[0]
            .attributes
            .iter()
            .map(|attribute| attribute.brief.as_str())
            .collect();
        assert_eq!(briefs, ["defined", "here"]);
        assert_eq!(registry.attributes.len(), 1);
        assert_eq!(registry.attributes[0].unit, Some("ms"));
    }

    #[test]
    fn registry_with_a_mistake_is_refused() {
        let number = "stability: stable, brief: b, annotations: {spark: {class: number}}";
        let x = &format!("{{id: x.y, type: int, {number}}}");
        let nested = format!("{{id: x.y.z, type: int, {number}}}");
        for (attributes, mistake) in [
            ("{ref: x.y}".to_owned(), "x.y is defined nowhere"),
            (format!("{x}, {x}"), "x.y is defined twice"),
            (format!("{x}, {nested}"), "the namespace of x.y.z"),
            (x.replace("x.y", "X.y"), "X.y is not lower case"),
            (x.replace("int", "string"), "x.y has no examples"),
            (x.replace("brief", "breif"), "breif"),
            (x.replace("class: number", "source: s"), "x.y has no class"),
            (x.replace("number", "secret"), "unknown variant `secret`"),
            (x.replace("number", "text"), "x.y is no Text"),
            (
                format!("{x}, {{ref: x.y, annotations: {{spark: {{class: number}}}}}}"),
                "x.y gets its class where it is defined",
            ),
        ] {
            let refusal = refusal(&attributes);
            assert!(refusal.contains(mistake), "{refusal}");
        }
    }
}
