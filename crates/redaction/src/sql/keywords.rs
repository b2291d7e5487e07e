//! The words that statements of Spark 3.4.4 to 4.3.0 begin with.
//!
//! Generated from the parsers of each Spark by `tests/grammar/run.py --write`: do not edit.

/// In alphabetical order.
pub(super) const STATEMENTS: [&str; 51] = [
    "ADD", "ALTER", "ANALYZE", "BEGIN", "CACHE", "CALL", "CLEAR", "CLOSE", "COMMENT", "COMMIT",
    "CREATE", "DECLARE", "DELETE", "DESC", "DESCRIBE", "DFS", "DROP", "EXECUTE", "EXPLAIN",
    "EXPORT", "FETCH", "FROM", "GRANT", "IMPORT", "INSERT", "LIST", "LOAD", "LOCK", "MAP", "MERGE",
    "MSCK", "OPEN", "REDUCE", "REFRESH", "REPAIR", "REPLACE", "RESET", "REVOKE", "ROLLBACK",
    "SELECT", "SET", "SHOW", "START", "TABLE", "TRUNCATE", "UNCACHE", "UNLOCK", "UPDATE", "USE",
    "VALUES", "WITH",
];
