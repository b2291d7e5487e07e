//! Rust types of the vendored OTLP definitions.
//!
//! prost writes the messages; serde attributes on them give OTLP's JSON mapping, so that protobuf
//! and JSON cannot disagree about a field. Services are not generated: a unary gRPC call is a
//! framed HTTP request, which `crates/otlp` writes itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use prost_build::{Config, Module};
use prost_types::DescriptorProto;

use crate::rustfmt::formatted;

const ROOT_FILE: &str = "opentelemetry/proto/collector/trace/v1/trace_service.proto";
const PACKAGE: &str = ".opentelemetry.proto";
const TARGET: &str = "crates/otlp/src/generated/mod.rs";

const HEADER: &str = "\
// @generated from the files in proto/ by `cargo xtask generate`: do not edit.

//! Messages of OTLP traces.

#![expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = \"generated: the documentation is in proto/\"
)]

";

/// A union's JSON form is one of several names: `crate::json` implements it.
const UNION: &str = "AnyValue";

/// Fields whose JSON form is not serde's own, and the module of `crate::json` that has it.
const FIELDS: &[(&str, &str)] = &[
    (
        "collector.trace.v1.ExportTracePartialSuccess.rejected_spans",
        "decimal",
    ),
    ("trace.v1.Span.trace_id", "hex"),
    ("trace.v1.Span.span_id", "hex"),
    ("trace.v1.Span.parent_span_id", "hex"),
    ("trace.v1.Span.kind", "span_kind"),
    ("trace.v1.Span.start_time_unix_nano", "decimal"),
    ("trace.v1.Span.end_time_unix_nano", "decimal"),
    ("trace.v1.Span.Event.time_unix_nano", "decimal"),
    ("trace.v1.Span.Link.trace_id", "hex"),
    ("trace.v1.Span.Link.span_id", "hex"),
    ("trace.v1.Status.code", "status_code"),
];

/// The files that are made from `proto/`, by their paths below `root`, and what is in them.
///
/// # Errors
///
/// If a definition does not compile or `rustfmt` cannot be run.
pub(crate) fn generate(root: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let files = protox::compile([ROOT_FILE], [root.join("proto")])?.file;

    let mut config = Config::new();
    config.disable_comments(["."]);
    for file in &files {
        for message in file
            .message_type
            .iter()
            .filter(|message| message.name() != UNION)
        {
            let path = format!(".{}.{}", file.package(), message.name());
            // Nested messages inherit it.
            config.message_attribute(
                &path,
                "#[derive(serde::Serialize, serde::Deserialize)]
                 #[serde(rename_all = \"camelCase\", default)]",
            );
            leave_out_defaults(&mut config, &path, message);
        }
    }
    for (field, module) in FIELDS {
        config.field_attribute(
            format!("{PACKAGE}.{field}"),
            format!("#[serde(with = \"crate::json::{module}\")]"),
        );
    }

    let requests = files
        .into_iter()
        .map(|file| (Module::from_protobuf_package_name(file.package()), file))
        .collect();
    let modules: BTreeMap<Vec<String>, String> = config
        .generate(requests)?
        .into_iter()
        .map(|(module, code)| (module.parts().skip(2).map(str::to_owned).collect(), code))
        .collect();
    Ok(vec![(PathBuf::from(TARGET), formatted(&nested(&modules))?)])
}

/// Not by the message's path alone: values of nested enumerations would inherit it.
fn leave_out_defaults(config: &mut Config, path: &str, message: &DescriptorProto) {
    for field in &message.field {
        config.field_attribute(
            format!("{path}.{}", field.name()),
            "#[serde(skip_serializing_if = \"crate::json::is_default\")]",
        );
    }
    for nested in &message.nested_type {
        leave_out_defaults(config, &format!("{path}.{}", nested.name()), nested);
    }
}

/// One source of all modules, each inside of its parents.
fn nested(modules: &BTreeMap<Vec<String>, String>) -> String {
    let mut source = HEADER.to_owned();
    let mut open: &[String] = &[];
    for (path, code) in modules {
        let shared = open
            .iter()
            .zip(path)
            .take_while(|(left, right)| left == right)
            .count();
        source.push_str(&"}\n".repeat(open.len() - shared));
        source.extend(
            path[shared..]
                .iter()
                .map(|part| format!("pub mod {part} {{\n")),
        );
        source.push_str(code);
        open = path;
    }
    source.push_str(&"}\n".repeat(open.len()));
    source
}
