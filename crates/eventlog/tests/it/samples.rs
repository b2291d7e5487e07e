//! The files under `tests/data`, written by the Java libraries that Spark uses, and ways to read them.

use std::fs;
use std::path::{Path, PathBuf};

use sparkspan_eventlog::{Damage, Lines};

/// The extensions that Spark gives its codecs, and none.
pub(crate) const EXTENSIONS: [&str; 6] = ["txt", "zstd", "lz4", "snappy", "lzf", "gz"];

pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The bytes of `lines.<extension>`.
pub(crate) fn sample(extension: &str) -> Vec<u8> {
    fs::read(data().join(format!("lines.{extension}"))).unwrap()
}

/// The lines of `lines.txt`.
pub(crate) fn sample_lines() -> Vec<Vec<u8>> {
    split(&sample("txt"))
}

/// The whole lines of a text.
pub(crate) fn split(text: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(Vec::from).collect();
    lines.pop();
    lines
}

/// Reads a log to its end.
pub(crate) fn drain(lines: &mut Lines) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        all.push(line.to_vec());
    }
    all
}

/// Reads the bytes of a file of this extension to the end.
pub(crate) fn read(extension: &str, bytes: Vec<u8>) -> (Vec<Vec<u8>>, Vec<Damage>) {
    let mut lines = Lines::from_reader(format!("lines.{extension}"), std::io::Cursor::new(bytes));
    (drain(&mut lines), lines.damage().to_vec())
}
