//! Which files of the repository are generated, and whether they are what they should be.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{attributes, configuration, proto};

/// A generated file: its path within the repository, and its content.
type Generated = (PathBuf, String);

/// Writes the files that are not what they should be.
pub(crate) fn write() -> Result<()> {
    for (path, content) in stale()? {
        let file = root().join(&path);
        let folder = file.parent().context("a generated file lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        fs::write(&file, content).with_context(|| file.display().to_string())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Fails with the names of the files that are not what they should be.
pub(crate) fn check() -> Result<()> {
    let stale: Vec<String> = stale()?
        .into_iter()
        .map(|(path, _)| path.display().to_string())
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    bail!(
        "stale: {}\nhint: run `cargo xtask generate` and commit what it writes",
        stale.join(", ")
    );
}

fn stale() -> Result<Vec<Generated>> {
    let mut files = all(root())?;
    files.retain(|(path, content)| {
        fs::read_to_string(root().join(path)).ok().as_ref() != Some(content)
    });
    Ok(files)
}

fn all(root: &Path) -> Result<Vec<Generated>> {
    Ok([
        attributes::generate(root)?,
        configuration::generate()?,
        proto::generate(root)?,
    ]
    .concat())
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_files_are_committed_as_they_are_generated() {
        super::check().unwrap();
    }
}
