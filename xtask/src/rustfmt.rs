//! Generated Rust looks as if it were written by hand.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The source as the workspace's `rustfmt.toml` wants it.
pub(crate) fn formatted(source: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--config-path", concat!(env!("CARGO_MANIFEST_DIR"), "/..")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("running rustfmt")?;
    let mut stdin = rustfmt.stdin.take().context("rustfmt takes no input")?;
    // rustfmt reads all before it writes anything: neither waits for the other.
    stdin.write_all(source.as_bytes())?;
    drop(stdin);
    let output = rustfmt.wait_with_output()?;
    ensure!(output.status.success(), "rustfmt refused generated source");
    Ok(String::from_utf8(output.stdout)?)
}
