//! What is generated from the registry: the constants and the reference page of attributes.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::registry::Registry;
use crate::rustfmt::formatted;
use crate::template::render;

/// `crates/semconv/src/generated.rs` and `docs/reference/attributes.md`.
pub(crate) fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let registry = Registry::read(&root.join("semconv"))?;
    let constants = render(include_str!("../templates/semconv.rs.j2"), &registry)?;
    let page = render(include_str!("../templates/attributes.md.j2"), &registry)?;
    Ok(vec![
        (
            PathBuf::from("crates/semconv/src/generated.rs"),
            formatted(&constants)?,
        ),
        (PathBuf::from("docs/reference/attributes.md"), page),
    ])
}
