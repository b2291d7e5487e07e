//! Statements of Spark's grammar with a canary in every literal, comment, path and option.

use crate::random::Random;

/// What must not be seen of a statement's literals.
pub(crate) const CANARY: &str = "qzxjv";
/// Digits of every number.
pub(crate) const DIGITS: &str = "73915";

/// Names of tables, columns and functions: what is shown.
const NAMES: [&str; 12] = [
    "a",
    "b1",
    "orders",
    "customer_id",
    "`order date`",
    "`größe`",
    "t2",
    "_c",
    "`a``b`",
    "größe",
    "day",
    "value",
];
const FUNCTIONS: [&str; 8] = [
    "count",
    "sum",
    "upper",
    "concat",
    "date_trunc",
    "from_json",
    "regexp_replace",
    "my_udf",
];
const OPERATORS: [&str; 16] = [
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "=",
    "==",
    "<=>",
    "<>",
    "!=",
    "<",
    ">=",
    "AND",
    "OR",
    "IS DISTINCT FROM",
];
const TYPES: [&str; 10] = [
    "INT",
    "STRING",
    "DECIMAL(10, 2)",
    "ARRAY<INT>",
    "MAP<STRING, ARRAY<MAP<INT, STRING>>>",
    "STRUCT<a: INT, b: STRING>",
    "TIMESTAMP",
    "BIGINT",
    "BINARY",
    "INTERVAL DAY TO SECOND",
];

pub(crate) struct Writer<'a> {
    random: &'a mut Random,
    /// How much more may be nested.
    depth: usize,
}

impl<'a> Writer<'a> {
    pub(crate) const fn new(random: &'a mut Random) -> Self {
        Self { random, depth: 4 }
    }

    fn pick(&mut self, choices: &[&'static str]) -> &'static str {
        self.random.pick(choices)
    }

    fn name(&mut self) -> String {
        self.pick(&NAMES).to_owned()
    }

    fn table(&mut self) -> String {
        match self.random.below(10) {
            0 => format!("{}.{}", self.name(), self.name()),
            1 => format!("spark_catalog.{}.{}", self.name(), self.name()),
            2 => self.path_table(),
            _ => self.name(),
        }
    }

    /// A table that is a path.
    fn path_table(&mut self) -> String {
        let source = self.pick(&[
            "csv",
            "parquet",
            "JSON",
            "orc",
            "text",
            "delta",
            "binaryFile",
            "`avro`",
            "org.apache.spark.sql.parquet",
            "`com.databricks.spark.csv`",
            "com.crealytics.spark.excel",
            "iceberg",
            "xml",
        ]);
        let path = match self.random.below(6) {
            0 => format!("`s3a://AK:{CANARY}@bucket/x`"),
            1 => format!("`/data/{CANARY}/*.csv`"),
            2 => format!("`{CANARY}`"),
            3 => format!("`{CANARY}.csv`"),
            4 => format!("`C:\\{CANARY}``{CANARY}`"),
            _ => format!("`wasbs://c@a.blob.core.windows.net/?sig={CANARY}`"),
        };
        let space = self.pick(&["", "", " ", "/**/"]);
        format!("{source}{space}.{space}{path}")
    }

    /// A string in any of its forms.
    fn string(&mut self) -> String {
        let body = match self.random.below(14) {
            0 => format!("it\\'s {CANARY}"),
            1 => format!("{CANARY}\\\\"),
            2 => format!("\\u0041{CANARY}\\101"),
            3 => format!("{CANARY}\r\n{CANARY}"),
            4 => format!("🔑{CANARY}\u{fffd}"),
            5 => format!("*/ -- {CANARY} /* `"),
            6 => format!("$$ {CANARY} $t$"),
            7 => format!("a,{CANARY};({CANARY})"),
            8 => format!("{CANARY}%_\\%"),
            9 => format!("https://u:{CANARY}@h/{CANARY}?{CANARY}"),
            _ => CANARY.to_owned(),
        };
        match self.random.below(9) {
            0 => format!("\"{body}\""),
            1 => format!("\"'{body} ' {body}\""),
            2 => format!("'{body}\"{body}'"),
            3 => format!("r'C:\\{CANARY}\\'"),
            4 => format!("R\"{CANARY}\\\""),
            5 => format!("'{body}' '{body}'"),
            6 => format!("'{body}''{body}'"),
            7 if !body.contains("$$") => format!("$tag${body} ' \" {CANARY}$tag$"),
            _ => format!("'{body}'"),
        }
    }

    fn number(&mut self) -> String {
        let sign = self.pick(&["", "", "", "-", "+ ", "- "]);
        let number = match self.random.below(14) {
            0 => format!("{DIGITS}.{DIGITS}"),
            1 => format!(".{DIGITS}"),
            2 => format!("{DIGITS}."),
            3 => format!("{DIGITS}e{DIGITS}"),
            4 => format!("{DIGITS}.{DIGITS}E-{DIGITS}"),
            5 => format!(".{DIGITS}e+{DIGITS}BD"),
            6 => format!("{DIGITS}L"),
            7 => format!("{DIGITS}s"),
            8 => format!("{DIGITS}Y"),
            9 => format!("{DIGITS}.{DIGITS}f"),
            10 => format!("{DIGITS}D"),
            11 => format!("{DIGITS}bd"),
            _ => DIGITS.to_owned(),
        };
        format!("{sign}{number}")
    }

    fn literal(&mut self) -> String {
        match self.random.below(12) {
            0..=3 => self.string(),
            4..=7 => self.number(),
            8 => format!(
                "{} {}",
                self.pick(&["DATE", "TIMESTAMP", "timestamp_ntz", "X", "x", "INTERVAL"]),
                self.string()
            ),
            9 => format!(
                "INTERVAL {} {}",
                self.string(),
                self.pick(&["DAY", "YEAR TO MONTH", "HOUR TO SECOND"])
            ),
            10 => format!("INTERVAL {DIGITS} DAYS {DIGITS} hours"),
            _ => format!("X'{DIGITS}'"),
        }
    }

    /// White space, which may be a comment.
    fn gap(&mut self) -> String {
        match self.random.below(24) {
            0 => format!(" -- {CANARY} ' \" ` /*\n"),
            1 => format!(" --{CANARY}\\\n{CANARY}\n"),
            2 => format!("\r\n--{CANARY}\r\n"),
            3 => format!(" /* {CANARY} ' /* \" {CANARY} */ {CANARY} */"),
            4 => format!(" /**//*{CANARY}*/"),
            5 => format!(" /* {CANARY} /*+ {CANARY} */ "),
            6 => "\r\n\t".to_owned(),
            _ => " ".to_owned(),
        }
    }

    /// The words with gaps between them.
    fn spaced(&mut self, words: &str) -> String {
        words
            .split(' ')
            .flat_map(|word| [word.to_owned(), self.gap()])
            .collect()
    }

    /// A column that Spark named by its expression.
    fn unaliased(&mut self) -> String {
        match self.random.below(8) {
            0 => format!("`({CANARY} = {DIGITS})`"),
            1 => format!("`count(CASE WHEN (a = {CANARY}) THEN {DIGITS} END)`"),
            2 => format!("`concat(a, {CANARY}, ``{CANARY}``)`"),
            3 => format!("`{DIGITS}`"),
            4 => format!("`{DIGITS}.{DIGITS}`"),
            5 => format!("`a LIKE %{CANARY}%`"),
            6 => format!("`{CANARY}@example.com`"),
            _ => format!("`DATE '{DIGITS}'`"),
        }
    }

    fn expression(&mut self) -> String {
        if self.depth == 0 || self.random.one_in(3) {
            return match self.random.below(8) {
                0..=3 => self.literal(),
                4 => self.unaliased(),
                5 => format!("{}.{}", self.name(), self.name()),
                _ => self.name(),
            };
        }
        self.depth -= 1;
        let expression = match self.random.below(22) {
            0 => format!(
                "{}({}, {})",
                self.pick(&FUNCTIONS),
                self.expression(),
                self.expression()
            ),
            1 => format!(
                "CASE WHEN {} THEN {} ELSE {} END",
                self.expression(),
                self.expression(),
                self.literal()
            ),
            2 => format!("CAST({} AS {})", self.expression(), self.pick(&TYPES)),
            3 => format!(
                "{} IN ({}, {})",
                self.name(),
                self.literal(),
                self.literal()
            ),
            4 => format!(
                "{} BETWEEN {} AND {}",
                self.name(),
                self.literal(),
                self.literal()
            ),
            5 => format!("{} LIKE {} ESCAPE '!'", self.name(), self.string()),
            6 => format!("({})", self.query()),
            7 => format!("EXISTS ({})", self.query()),
            8 => format!("{}::{}", self.expression(), self.pick(&["int", "string"])),
            9 => format!(
                "sum({}) OVER (PARTITION BY {} ORDER BY {} ROWS BETWEEN {DIGITS} PRECEDING AND CURRENT ROW)",
                self.name(),
                self.name(),
                self.literal()
            ),
            10 => format!("{}:{}['{CANARY}'][{DIGITS}]", self.name(), self.name()),
            11 => format!("transform({}, x -> x + {})", self.name(), self.literal()),
            12 => format!("named_struct({}, {})", self.string(), self.expression()),
            13 => format!("my_udf(key => {})", self.literal()),
            14 => format!("count(*) FILTER (WHERE {})", self.expression()),
            15 => format!("NOT {}", self.expression()),
            16 => format!("EXTRACT(DAY FROM {})", self.literal()),
            17 => format!(
                "percentile_cont({DIGITS}.{DIGITS}) WITHIN GROUP (ORDER BY {})",
                self.name()
            ),
            18 => format!("{} COLLATE UTF8_BINARY", self.string()),
            19 => format!("IDENTIFIER({})", self.string()),
            _ => {
                let operator = self.pick(&OPERATORS);
                format!(
                    "{}{}{operator}{}{}",
                    self.expression(),
                    self.gap(),
                    self.gap(),
                    self.expression()
                )
            }
        };
        self.depth += 1;
        expression
    }

    fn relation(&mut self) -> String {
        if self.depth == 0 {
            return self.table();
        }
        self.depth -= 1;
        let relation = match self.random.below(16) {
            0 => format!("({}) AS x", self.query()),
            1 => format!(
                "{} JOIN {} ON {}",
                self.table(),
                self.table(),
                self.expression()
            ),
            2 => format!("{} LEFT ANTI JOIN {} USING (a)", self.table(), self.table()),
            3 => format!(
                "VALUES ({}, {}), ({}, {}) AS v(a, b)",
                self.literal(),
                self.literal(),
                self.literal(),
                self.literal()
            ),
            4 => format!(
                "{} LATERAL VIEW OUTER explode(array({}, {})) x AS y",
                self.table(),
                self.literal(),
                self.literal()
            ),
            5 => format!(
                "{} PIVOT (sum(a) FOR b IN ({} AS x, {}))",
                self.table(),
                self.literal(),
                self.literal()
            ),
            6 => format!("{} UNPIVOT (v FOR n IN (a AS `x`, b))", self.table()),
            7 => format!(
                "{} TABLESAMPLE ({DIGITS} PERCENT) REPEATABLE ({DIGITS})",
                self.table()
            ),
            8 => format!("{} VERSION AS OF {}", self.table(), self.literal()),
            9 => format!("{} FOR SYSTEM_TIME AS OF {}", self.table(), self.literal()),
            10 => format!(
                "range({DIGITS}, {DIGITS}), LATERAL (SELECT {})",
                self.expression()
            ),
            11 => format!("read_files({}, format => {})", self.string(), self.string()),
            12 => format!("{} WITH ('{CANARY}' = {})", self.table(), self.string()),
            13 => format!("STREAM {}", self.table()),
            _ => self.table(),
        };
        self.depth += 1;
        relation
    }

    fn query(&mut self) -> String {
        if self.depth == 0 {
            return format!("SELECT {}", self.expression());
        }
        self.depth -= 1;
        let mut query = match self.random.below(12) {
            0 => format!(
                "WITH c AS ({}), d(x) AS ({}) SELECT {} FROM c",
                self.query(),
                self.query(),
                self.expression()
            ),
            1 => format!("VALUES ({}, {})", self.literal(), self.literal()),
            2 => format!(
                "FROM {} SELECT {} WHERE {}",
                self.relation(),
                self.expression(),
                self.expression()
            ),
            3 => format!(
                "SELECT TRANSFORM (a, {}) ROW FORMAT DELIMITED FIELDS TERMINATED BY {} USING {} AS (x STRING) FROM {}",
                self.expression(),
                self.string(),
                self.string(),
                self.table()
            ),
            4 => format!("TABLE {}", self.table()),
            5 => format!("({}) UNION ALL ({})", self.query(), self.query()),
            6 => format!(
                "SELECT * EXCEPT (a) FROM {} |> WHERE {} |> AGGREGATE sum(b) GROUP BY {} |> EXTEND {} AS z |> LIMIT {DIGITS}",
                self.relation(),
                self.expression(),
                self.name(),
                self.expression()
            ),
            7 => format!(
                "SELECT /*+ BROADCAST(t), X({}, '*/ {CANARY}', {DIGITS}) */ DISTINCT {}, {} FROM {}",
                self.string(),
                self.expression(),
                self.expression(),
                self.relation()
            ),
            8 => format!("MAP a, {} USING {} FROM t", self.literal(), self.string()),
            9 => format!(
                "REDUCE a USING {} AS x RECORDREADER {} FROM t",
                self.string(),
                self.string()
            ),
            _ => format!(
                "SELECT {}, {} AS x FROM {} WHERE {}",
                self.expression(),
                self.expression(),
                self.relation(),
                self.expression()
            ),
        };
        if self.random.one_in(3) {
            query = format!(
                "{query} GROUP BY {}, ROLLUP (a, b) HAVING {}",
                self.name(),
                self.expression()
            );
        }
        if self.random.one_in(3) {
            query = format!(
                "{query} ORDER BY {} DESC NULLS LAST LIMIT {DIGITS} OFFSET {DIGITS}",
                self.expression()
            );
        }
        self.depth += 1;
        query
    }

    /// `(key = value, 'key' 'value')`
    fn properties(&mut self) -> String {
        let value = |writer: &mut Self| match writer.random.below(4) {
            0 => writer.number(),
            _ => writer.string(),
        };
        format!(
            "('{CANARY}' = {}, fs.s3a.secret.key {}, password={}, url = 'jdbc:x://{CANARY}', \"k\" {})",
            value(self),
            value(self),
            value(self),
            value(self)
        )
    }

    fn column(&mut self) -> String {
        let kind = self.pick(&TYPES);
        match self.random.below(5) {
            0 => format!("{} {kind} COMMENT {}", self.name(), self.string()),
            1 => format!("{} {kind} NOT NULL DEFAULT {}", self.name(), self.literal()),
            2 => format!(
                "{} {kind} GENERATED ALWAYS AS ({})",
                self.name(),
                self.expression()
            ),
            3 => format!(
                "{} {kind} GENERATED BY DEFAULT AS IDENTITY (START WITH {DIGITS} INCREMENT BY {DIGITS})",
                self.name()
            ),
            _ => format!("{} {kind} CHECK ({})", self.name(), self.expression()),
        }
    }

    fn table_clauses(&mut self) -> String {
        let mut clauses = Vec::new();
        for _ in 0..self.random.below(4) {
            clauses.push(match self.random.below(9) {
                0 => format!(" OPTIONS {}", self.properties()),
                1 => format!(" TBLPROPERTIES {}", self.properties()),
                2 => format!(" LOCATION {}", self.string()),
                3 => format!(" COMMENT {}", self.string()),
                4 => " PARTITIONED BY (day, bucket(16, a))".to_owned(),
                5 => format!(" CLUSTERED BY (a) SORTED BY (b) INTO {DIGITS} BUCKETS"),
                6 => format!(
                    " ROW FORMAT SERDE {} WITH SERDEPROPERTIES {}",
                    self.string(),
                    self.properties()
                ),
                7 => format!(
                    " ROW FORMAT DELIMITED FIELDS TERMINATED BY {} ESCAPED BY {} NULL DEFINED AS {}",
                    self.string(),
                    self.string(),
                    self.string()
                ),
                _ => format!(
                    " STORED AS INPUTFORMAT {} OUTPUTFORMAT {}",
                    self.string(),
                    self.string()
                ),
            });
        }
        clauses.concat()
    }

    fn partition(&mut self) -> String {
        format!(
            "PARTITION (dt = {}, `n` = {})",
            self.string(),
            self.number()
        )
    }

    /// A free text of `SET`, `ADD` and the like, in which anything may stand.
    fn free(&mut self) -> String {
        match self.random.below(9) {
            0 => format!("fs.s3a.secret.key={CANARY}"),
            1 => format!("spark.x = {CANARY} {CANARY}; {CANARY}"),
            2 => format!("`spark.x`=`{CANARY}`"),
            3 => format!("https://user:{CANARY}@host/x.jar?sig={DIGITS}"),
            4 => format!("/data/{CANARY}/x"),
            5 => self.string(),
            6 => CANARY.to_owned(),
            7 => format!("-v {CANARY}\n{CANARY}"),
            _ => format!("🔑{CANARY}\u{fffd}"),
        }
    }

    /// Any statement.
    #[expect(
        clippy::too_many_lines,
        reason = "it lists the statements of the grammar"
    )]
    pub(crate) fn statement(&mut self) -> String {
        let (t, u) = (self.table(), self.name());
        let statement = match self.random.below(84) {
            0..=13 => self.query(),
            14 => format!("INSERT INTO {t} {} {}", self.partition(), self.query()),
            15 => format!(
                "INSERT OVERWRITE DIRECTORY {} USING csv OPTIONS {} {}",
                self.string(),
                self.properties(),
                self.query()
            ),
            16 => format!(
                "INSERT INTO {t} (a, b) VALUES ({}, {})",
                self.literal(),
                self.literal()
            ),
            17 => format!(
                "INSERT INTO {t} REPLACE WHERE {} {}",
                self.expression(),
                self.query()
            ),
            18 => format!(
                "MERGE INTO {t} USING ({}) s ON {} WHEN MATCHED AND {} THEN UPDATE SET a = {} WHEN NOT MATCHED THEN INSERT (a) VALUES ({}) WHEN NOT MATCHED BY SOURCE THEN DELETE",
                self.query(),
                self.expression(),
                self.expression(),
                self.literal(),
                self.literal()
            ),
            19 => format!(
                "UPDATE {t} SET a = {}, b = {} WHERE {}",
                self.literal(),
                self.literal(),
                self.expression()
            ),
            20 => format!("DELETE FROM {t} WHERE {}", self.expression()),
            21..=23 => format!(
                "CREATE TABLE IF NOT EXISTS {t} ({}, {}) USING csv{}",
                self.column(),
                self.column(),
                self.table_clauses()
            ),
            24 => format!(
                "CREATE OR REPLACE TABLE {t} USING delta{} AS {}",
                self.table_clauses(),
                self.query()
            ),
            25 => format!("CREATE TABLE {t} LIKE {u}{}", self.table_clauses()),
            26 => format!(
                "REPLACE TABLE {t}{} AS {}",
                self.table_clauses(),
                self.query()
            ),
            27 => format!(
                "CREATE OR REPLACE GLOBAL TEMPORARY VIEW v (a COMMENT {}) COMMENT {} TBLPROPERTIES {} AS {}",
                self.string(),
                self.string(),
                self.properties(),
                self.query()
            ),
            28 => format!(
                "CREATE TEMP VIEW v USING jdbc OPTIONS {}",
                self.properties()
            ),
            29 => format!(
                "CREATE DATABASE d COMMENT {} LOCATION {} WITH DBPROPERTIES {}",
                self.string(),
                self.string(),
                self.properties()
            ),
            30 => format!(
                "CREATE FUNCTION f AS {} USING JAR {}, FILE {}",
                self.string(),
                self.string(),
                self.string()
            ),
            31 => format!(
                "CREATE FUNCTION f(a INT DEFAULT {}) RETURNS STRING COMMENT {} RETURN {}",
                self.literal(),
                self.string(),
                self.expression()
            ),
            32 => format!(
                "CREATE INDEX i ON TABLE {t} USING x (a OPTIONS {}) OPTIONS {}",
                self.properties(),
                self.properties()
            ),
            33 => format!("ALTER TABLE {t} SET TBLPROPERTIES {}", self.properties()),
            34 => format!(
                "ALTER TABLE {t} ADD {} LOCATION {}",
                self.partition(),
                self.string()
            ),
            35 => format!(
                "ALTER TABLE {t} {} SET LOCATION {}",
                self.partition(),
                self.string()
            ),
            36 => format!("ALTER TABLE {t} ALTER COLUMN a COMMENT {}", self.string()),
            37 => format!("ALTER TABLE {t} ADD COLUMNS ({})", self.column()),
            38 => format!(
                "ALTER TABLE {t} ADD CONSTRAINT c CHECK ({})",
                self.expression()
            ),
            39 => format!("ALTER DATABASE d SET DBPROPERTIES {}", self.properties()),
            40 => format!(
                "ALTER TABLE {t} SET SERDE {} WITH SERDEPROPERTIES {}",
                self.string(),
                self.properties()
            ),
            41 => format!("ALTER VIEW v AS {}", self.query()),
            42 => format!("DROP TABLE IF EXISTS {t}"),
            43 => format!("TRUNCATE TABLE {t} {}", self.partition()),
            44..=46 => format!("SET {}", self.free()),
            47 => format!("SET TIME ZONE {}", self.literal()),
            48 => format!("SET VAR x = {}", self.literal()),
            49 => format!("SET CATALOG {}", self.string()),
            50 => format!("RESET {}", self.free()),
            51 => format!(
                "ADD {} {}",
                self.pick(&["JAR", "FILE", "archive", "JARS", "FILES"]),
                self.free()
            ),
            52 => format!(
                "LIST {} {}",
                self.pick(&["JARS", "FILE", "archives"]),
                self.free()
            ),
            53 => format!("REFRESH {}", self.free()),
            54 => format!("REFRESH TABLE {t}"),
            55 => format!(
                "EXPLAIN {} {}",
                self.pick(&["", "EXTENDED", "CODEGEN", "COST", "FORMATTED", "LOGICAL"]),
                self.query()
            ),
            56 => format!(
                "EXPLAIN {} SET {}",
                self.pick(&["", "EXTENDED"]),
                self.free()
            ),
            57 => format!(
                "EXECUTE IMMEDIATE {} INTO x USING {}, {} AS y",
                self.string(),
                self.literal(),
                self.literal()
            ),
            58 => format!(
                "DECLARE OR REPLACE VARIABLE x STRING DEFAULT {}",
                self.literal()
            ),
            59 => format!(
                "CALL cat.system.proc({}, key => {})",
                self.literal(),
                self.literal()
            ),
            60 => format!("GRANT SELECT ON {t} TO `{CANARY}`"),
            61 => format!("REVOKE ROLE {}", self.free()),
            62 => format!("DFS -put {}", self.free()),
            63 => format!(
                "LOAD DATA LOCAL INPATH {} OVERWRITE INTO TABLE {t} {}",
                self.string(),
                self.partition()
            ),
            64 => format!("SHOW TABLES FROM d LIKE {}", self.string()),
            65 => format!(
                "SHOW TABLE EXTENDED LIKE {} {}",
                self.string(),
                self.partition()
            ),
            66 => format!("SHOW TBLPROPERTIES {t} ('{CANARY}')"),
            67 => format!("DESCRIBE EXTENDED {t} {}", self.partition()),
            68 => format!(
                "ANALYZE TABLE {t} {} COMPUTE STATISTICS FOR COLUMNS a",
                self.partition()
            ),
            69 => format!(
                "CACHE LAZY TABLE c OPTIONS {} AS {}",
                self.properties(),
                self.query()
            ),
            70 => format!("COMMENT ON TABLE {t} IS {}", self.string()),
            71 => format!("MSCK REPAIR TABLE {t}"),
            72 => format!("FETCH NEXT FROM c INTO x; OPEN c USING {}", self.literal()),
            73..=75 => format!(
                "BEGIN DECLARE x INT DEFAULT {}; IF x > {} THEN {}; ELSEIF {} THEN SELECT {}; END IF; WHILE {} DO {}; END WHILE; SET x = {}; END",
                self.literal(),
                self.literal(),
                self.query(),
                self.expression(),
                self.expression(),
                self.expression(),
                self.query(),
                self.literal()
            ),
            76 => format!(
                "BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '{CANARY}' BEGIN SELECT {}; END; FOR r AS {} DO {}; END FOR; SIGNAL SQLSTATE '{CANARY}'; END",
                self.literal(),
                self.query(),
                self.query()
            ),
            77 => format!("OPTIMIZE {t} WHERE {} ZORDER BY (a, b1)", self.expression()),
            78 => format!("VACUUM {t} RETAIN {DIGITS} HOURS"),
            79 => format!("RESTORE TABLE {t} TO TIMESTAMP AS OF {}", self.string()),
            80 => format!("REORG TABLE {t} WHERE {} APPLY (PURGE)", self.expression()),
            81 => format!("CONVERT TO DELTA {t} PARTITIONED BY (a INT); FSCK REPAIR TABLE {t}"),
            82 => format!(
                "COPY INTO {t} FROM {} FILEFORMAT = CSV FORMAT_OPTIONS {}",
                self.string(),
                self.properties()
            ),
            _ => format!("{}; {}", self.query(), self.query()),
        };
        let (before, after) = (self.gap(), self.gap());
        let opening = self.pick(&["", "", "", "", "(", "; "]);
        if self.random.one_in(3) && !statement.contains(['q', '\'']) {
            return self.spaced(&statement);
        }
        format!("{before}{opening}{statement}{after}")
    }
}
