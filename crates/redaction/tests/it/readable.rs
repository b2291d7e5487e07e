//! Real messages, and what of them must remain: who hides everything tells nothing.

use crate::redaction;

/// Messages of Spark and of what it stands on, with what they become.
#[test]
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn messages_stay_readable() {
    let redaction = redaction();
    let mut different = Vec::new();
    for (message, expected) in [
        (
            "Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure: Lost task 0.3 in stage 3.0 (TID 12)",
            "Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure: Lost task 0.3 in stage 3.0 (TID 12)",
        ),
        (
            "org.apache.spark.SparkException: [CAST_INVALID_INPUT] The value 'acme' of the type \"STRING\" cannot be cast to \"INT\" because it is malformed. SQLSTATE: 22018",
            "org.apache.spark.SparkException: [CAST_INVALID_INPUT] The value ? of the type ? cannot be cast to ? because it is malformed. SQLSTATE: ?",
        ),
        (
            "[TABLE_OR_VIEW_NOT_FOUND] The table or view `sales`.`orders` cannot be found. Verify the spelling and correctness of the schema and catalog.",
            "[TABLE_OR_VIEW_NOT_FOUND] The table or view `sales`.`orders` cannot be found. Verify the spelling and correctness of the schema and catalog.",
        ),
        (
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `amuont` cannot be resolved. Did you mean one of the following? [`amount`, `id`].",
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `amuont` cannot be resolved. Did you mean one of the following? [`amount`, `id`].",
        ),
        (
            "java.io.FileNotFoundException: File does not exist: hdfs://nn1:8020/warehouse/orders/part-00001.parquet",
            "java.io.FileNotFoundException: File does not exist: hdfs://nn1:8020/warehouse/orders/part-00001.parquet",
        ),
        (
            "org.apache.hadoop.security.AccessControlException: Permission denied: user=me, access=WRITE, inode=\"/user\":hdfs:supergroup:drwxr-xr-x",
            "org.apache.hadoop.security.AccessControlException: Permission denied: user=me, access=WRITE, inode=??",
        ),
        (
            "org.apache.hadoop.security.token.SecretManager$InvalidToken: token (HDFS_DELEGATION_TOKEN token 23 for hdfs) can't be found in cache",
            "org.apache.hadoop.security.token.SecretManager$InvalidToken: token (HDFS_DELEGATION_TOKEN token ? for ?) can't be found in cache",
        ),
        (
            "java.nio.file.AccessDeniedException: s3a://bucket/orders: getFileStatus on s3a://bucket/orders: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: 4442587FB7D0A2F9)",
            "java.nio.file.AccessDeniedException: s3a://bucket/orders: getFileStatus on s3a://bucket/orders: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: ?)",
        ),
        (
            "Unrecognized token 'abc': was expecting ('true', 'false' or 'null') at [Source: (String)\"x\"; line: 1, column: 4]",
            "Unrecognized token ?: was expecting (?, ? or ?) at [Source: (String)?; line: 1, column: 4]",
        ),
        (
            "mismatched input 'FROM' expecting {<EOF>, ';'}(line 1, pos 7)",
            "mismatched input ? expecting {<EOF>, ?}(line 1, pos 7)",
        ),
        (
            "Invalid token 'x' at line 3 column 5",
            "Invalid token ? at line 3 column 5",
        ),
        ("token count per document", "token count per document"),
        (
            "Unexpected token at position 17",
            "Unexpected token at position 17",
        ),
        (
            "The security token included in the request is invalid. Please refresh the credentials and retry the operation on table prod.orders",
            "The security token included in the request is invalid. Please refresh the credentials and retry the operation on table prod.orders",
        ),
        (
            "No such struct field `key` in `id`, `token`, `name`",
            "No such struct field `key` in `id`, `token`, `name`",
        ),
        (
            "The token in the header has expired, please try again",
            "The token in the header has expired, please try again",
        ),
        (
            "Unexpected character or token near line 12 of the query",
            "Unexpected character or token near line 12 of the query",
        ),
        (
            "auth failed for user joe, pin the version and pass the data to the next stage",
            "auth failed for user joe, pin the version and pass the data to the next stage",
        ),
        (
            "org.postgresql.util.PSQLException: FATAL: password authentication failed for user \"me\"",
            "org.postgresql.util.PSQLException: FATAL: password authentication failed for user ?",
        ),
        (
            "ERROR: duplicate key value violates unique constraint \"pk\" Detail: Key (id, name)=(5, acme (corp)) already exists.",
            "ERROR: duplicate key value violates unique constraint ? Detail: Key (id, name)=? already exists.",
        ),
        (
            "Violation of PRIMARY KEY constraint. The duplicate key value is (acme, 5).",
            "Violation of PRIMARY KEY constraint. The duplicate key value is ?.",
        ),
        (
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
            "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
        ),
        (
            "java.sql.SQLException: ORA-00942: table or view does not exist",
            "java.sql.SQLException: ?: table or view does not exist",
        ),
        (
            "org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeTopics",
            "org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeTopics",
        ),
        (
            "Partition orders-3's offset was changed from 250 to 12, some data may have been missed",
            "Partition ?'s offset was changed from 250 to 12, some data may have been missed",
        ),
        (
            "io.delta.exceptions.ConcurrentAppendException: Files were added to the root of the table by a concurrent update. Please try the operation again.",
            "io.delta.exceptions.ConcurrentAppendException: Files were added to the root of the table by a concurrent update. Please try the operation again.",
        ),
        (
            "org.apache.iceberg.exceptions.CommitFailedException: Cannot commit: stale table metadata",
            "org.apache.iceberg.exceptions.CommitFailedException: Cannot commit: stale table metadata",
        ),
        (
            "ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Container killed by YARN for exceeding physical memory limits. 5.5 GB of 5.5 GB used.",
            "ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Container killed by YARN for exceeding physical memory limits. 5.5 GB of 5.5 GB used.",
        ),
        (
            "Stage cancelled because SparkContext was shut down",
            "Stage cancelled because SparkContext was shut down",
        ),
        (
            "java.lang.OutOfMemoryError: Java heap space",
            "java.lang.OutOfMemoryError: Java heap space",
        ),
        (
            "Spark 3.5.9 on Java 17.0.15, 199/200 tasks done",
            "Spark 3.5.9 on Java 17.0.15, 199/200 tasks done",
        ),
        (
            "Tokenizer: all users' reports, it's done",
            "Tokenizer: all users' reports, it's done",
        ),
        (
            "Lancer l'analyse de l'entrepôt",
            "Lancer l'analyse de l'entrepôt",
        ),
        (
            "nightly load (orders, customers) for EMEA",
            "nightly load (orders, customers) for EMEA",
        ),
    ] {
        let shown = redaction.prose(message);
        if shown.as_str() != expected {
            different.push(format!(
                "{message:?} is\n    {:?}, not\n    {expected:?}",
                shown.as_str()
            ));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Statements lose nothing that is no literal, whatever their columns are named.
#[test]
fn statements_stay_readable() {
    let redaction = redaction();
    for statement in [
        "SELECT o.id, count(*) AS n FROM sales.orders o JOIN customers c ON o.customer_id = c.id WHERE c.country IS NOT NULL GROUP BY o.id",
        "SELECT token, password, user FROM users WHERE token IS NOT NULL AND secret IN (SELECT id FROM t) ORDER BY token DESC",
        "CREATE TABLE users (id BIGINT, password STRING, pin INT) USING parquet PARTITIONED BY (day)",
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.a = s.a WHEN NOT MATCHED THEN INSERT *",
        "INSERT OVERWRITE TABLE t PARTITION (day) SELECT a, sum(b) OVER (PARTITION BY c ORDER BY d) FROM t2",
        "SELECT a->b, c::int, d||e, f:g.h, -i / j % k FROM t |> WHERE x > y |> SELECT z",
        "BEGIN DECLARE x INT; WHILE x > y DO INSERT INTO t SELECT a FROM b; END WHILE; END",
        "SELECT * FROM t TABLESAMPLE (a ROWS) LATERAL VIEW explode(b) e AS f",
    ] {
        for shown in [
            redaction.sql(statement),
            redaction.statement(statement),
            redaction.request(statement),
        ] {
            assert_eq!(shown.unwrap().as_str(), statement);
        }
    }
}

/// Scenario: values of settings, and places in programs, which are shown nearly as they are.
/// Guarantees: all but secrets stays.
#[test]
fn settings_and_places_lose_only_secrets() {
    let redaction = redaction();
    for (value, expected) in [
        ("4g", "4g"),
        ("1000000", "1000000"),
        (
            "org.apache.spark.serializer.KryoSerializer",
            "org.apache.spark.serializer.KryoSerializer",
        ),
        ("spark://host:7077", "spark://host:7077"),
        ("k8s://https://10.0.0.1:443", "k8s://https://10.0.0.1:443"),
        ("local[*]", "local[*]"),
        (
            "application_1700000000000_0001",
            "application_1700000000000_0001",
        ),
        (
            "-Xmx2g -Dlog4j.configuration=file:/etc/log4j.properties",
            "-Xmx2g -Dlog4j.configuration=file:/etc/log4j.properties",
        ),
        ("s3a://AK:canary@bucket/logs", "s3a://bucket/logs"),
        ("https://h/x.jar?sig=canary", "https://h/x.jar?"),
        (
            "-Xmx2g -Dhttp.proxyPassword=canary -ea",
            "-Xmx2g -Dhttp.proxyPassword=? -ea",
        ),
        (
            "-Djdbc.url=jdbc:oracle:thin:a/canary@h:1:o -ea",
            "-Djdbc.url=jdbc:? -ea",
        ),
        (
            "--conf spark.x=1 --token canary",
            "--conf spark.x=1 --token ?",
        ),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "?"),
        ("me:canary@host:80", "?"),
    ] {
        // One in which Spark itself sees a secret is not shown at all.
        if let Some(shown) = redaction.property("spark.something", value) {
            assert_eq!(shown.as_str(), expected);
        }
    }
    for place in [
        "collect",
        "/jobs/report.py",
        "Orders.scala",
        "<stdin>",
        "$anonfun$main$1",
    ] {
        assert_eq!(redaction.code(place).as_str(), place);
    }
    let trace = "\tat a.B$$anonfun$1.apply(B.scala:3)\n  File \"/jobs/token=canary/s3a://AK:canary@b/x.py\", line 3, in <lambda>\n  File \"/jobs/x.py\", line 3\n";
    let stack = redaction.stack(trace).unwrap();
    assert!(!stack.as_str().contains("canary"), "{stack}");
    assert_eq!(stack.as_str().lines().count(), 3);
}
