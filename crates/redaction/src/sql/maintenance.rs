//! Statements of Delta Lake and Databricks, which the grammar of Spark does not have.

use crate::words::is_one_of;

/// Their first words, each with those of which one follows it; none is listed where a table may follow.
pub(super) const MAINTENANCE: [(&str, &[&str]); 11] = [
    ("APPLY", &["CHANGES"]),
    ("CONVERT", &["TO"]),
    ("COPY", &["INTO"]),
    ("FSCK", &["REPAIR"]),
    ("GENERATE", &["SYMLINK_FORMAT_MANIFEST"]),
    ("OPTIMIZE", &[]),
    ("REORG", &["TABLE"]),
    ("RESTORE", &["TABLE"]),
    ("SYNC", &["SCHEMA", "TABLE"]),
    ("UNDROP", &["MATERIALIZED", "SCHEMA", "TABLE"]),
    ("VACUUM", &[]),
];

/// Whether one of them begins with these two words.
pub(super) fn is_maintenance(first: &str, second: &str) -> bool {
    MAINTENANCE.iter().any(|(known, seconds)| {
        known.eq_ignore_ascii_case(first) && (seconds.is_empty() || is_one_of(second, seconds))
    })
}
