//! Filling in the templates of `xtask/templates/`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// Fills in a template. A name that `context` lacks is an error, not an empty text.
pub(crate) fn render(template: &str, context: &impl Serialize) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.add_filter("cell", cell);
    Ok(environment.render_str(template, Serde(context))?)
}

/// A text as it stands in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.trim().replace('\n', " ").replace('|', "\\|")
}

/// Rust source as the workspace's rustfmt.toml wants it.
pub(crate) fn rustfmt(root: &Path, source: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--quiet", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt")?;
    let mut input = rustfmt.stdin.take().context("rustfmt's input")?;
    let source = source.to_owned();
    // On a thread of its own: rustfmt may write before it has read all.
    let writer = std::thread::spawn(move || input.write_all(source.as_bytes()));
    let output = rustfmt.wait_with_output().context("rustfmt")?;
    ensure!(output.status.success(), "rustfmt refused generated source");
    writer.join().ok().context("rustfmt's input")??;
    Ok(String::from_utf8(output.stdout)?)
}
