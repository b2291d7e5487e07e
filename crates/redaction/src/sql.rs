//! SQL as it may be shown: statements without their literals, comments and paths.

mod form;
mod hidden;
mod keywords;
mod lexer;
mod maintenance;
mod output;

pub(crate) use self::form::Form;
use self::hidden::{hide_data, tokens};
use self::keywords::STATEMENTS;
use self::lexer::{Dialect, Kind, Lexer, Token};
use self::maintenance::is_maintenance;
use self::output::Output;
use crate::words::is_one_of;

/// Statements whose rest is any text to Spark's grammar (`.*?`), with the words that may follow and be
/// shown.
const FREE: [(&str, &[&str]); 10] = [
    ("ADD", &RESOURCES),
    ("DFS", &[]),
    ("EXPORT", &[]),
    ("GRANT", &[]),
    ("IMPORT", &[]),
    ("LIST", &RESOURCES),
    ("REFRESH", &[]),
    ("RESET", &[]),
    ("REVOKE", &[]),
    ("SET", &SETTINGS),
];
/// What `ADD` and `LIST` manage.
const RESOURCES: [&str; 6] = ["ARCHIVE", "ARCHIVES", "FILE", "FILES", "JAR", "JARS"];
/// What `SET` sets, other than a property.
const SETTINGS: [&str; 8] = [
    "CATALOG",
    "COLLATION",
    "PATH",
    "ROLE",
    "TIME",
    "VAR",
    "VARIABLE",
    "ZONE",
];
/// `REFRESH` of these is a statement like others; of anything else, of a path.
const REFRESHED: [&str; 2] = ["FUNCTION", "TABLE"];
/// `EXPLAIN`, and what may stand between it and the statement.
const EXPLAIN: [&str; 6] = [
    "CODEGEN",
    "COST",
    "EXPLAIN",
    "EXTENDED",
    "FORMATTED",
    "LOGICAL",
];
/// Words of a script (`BEGIN … END`) after which a statement begins.
const OPENING: [&str; 6] = ["BEGIN", "DO", "ELSE", "LOOP", "REPEAT", "THEN"];
/// Whether a text is a statement: its first word, behind comments and brackets, is one that statements of
/// Spark begin with.
pub(crate) fn is_statement(text: &str) -> bool {
    let mut tokens =
        Lexer::new(text, Dialect::NEWEST).skip_while(|token| is_before_statement(token, text));
    tokens.next().is_some_and(|first| {
        let second = tokens.find(|token| token.kind != Kind::Space);
        begins_statement(&first, second.as_ref(), text)
    })
}

/// Whether a statement begins with these two.
fn begins_statement(first: &Token, second: Option<&Token>, text: &str) -> bool {
    let word = &text[first.range.clone()];
    let second = second.map_or("", |token| &text[token.range.clone()]);
    first.kind == Kind::Word && (is_one_of(word, &STATEMENTS) || is_maintenance(word, second))
}

/// A text read as SQL.
pub(crate) struct Sql<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    may_be_prose: bool,
}

impl<'a> Sql<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let mut tokens = tokens(text);
        let mut rest = tokens
            .iter()
            .skip_while(|token| is_before_statement(token, text));
        let first = rest.next().map_or("", |token| &text[token.range.start..]);
        let mut has_operator = || {
            rest.any(|token| {
                token.kind == Kind::Symbol && matches!(&text[token.range.clone()], ":" | ">" | "?")
            })
        };
        let may_be_prose =
            Form::may_be_prose(first) || (Form::has_no_operators(first) && has_operator());
        if may_be_prose {
            hide_data(&mut tokens, text);
        }
        Self {
            text,
            tokens,
            may_be_prose,
        }
    }

    /// Whether the text only begins like a statement, so that it must lose what prose loses.
    pub(crate) const fn may_be_prose(&self) -> bool {
        self.may_be_prose
    }

    /// Whether the text has only characters that mean something to Spark, outside of what is hidden. One that has
    /// others is no statement that Spark takes, whatever it begins with.
    pub(crate) fn is_of_spark(&self) -> bool {
        const SYMBOLS: &str = "!$%&()*+,-./:;<=>?[]^{|}~";
        self.tokens.iter().all(|token| {
            token.kind != Kind::Symbol || SYMBOLS.contains(&self.text[token.range.clone()])
        })
    }
}

/// One or more statements as they may be shown. What is no statement of Spark's shows its first word.
pub(crate) fn statements(sql: &Sql<'_>) -> String {
    let Sql { text, tokens, .. } = sql;
    // Looked for once, however many words could begin an assignment.
    let last_assignment = text.rfind('=').unwrap_or_default();
    let mut output = Output::default();
    let mut at_start = true;
    let (mut in_script, mut is_explained) = (false, false);
    // Its statement follows conditions, of which any word may be the last one.
    let mut in_handler = false;
    for (index, token) in tokens.iter().enumerate() {
        let word = &text[token.range.clone()];
        if token.kind == Kind::Space {
            output.push_space();
            continue;
        }
        if (at_start || in_handler) && !is_before_statement(token, text) {
            let following = &tokens[index + 1..];
            if let Some(shown) = words_of_free_statement(token, following, last_assignment, text) {
                return output.ending_with(token, &following[..shown], text);
            }
            let second = following.iter().find(|token| token.kind != Kind::Space);
            let is_known = begins_statement(token, second, text)
                || (token.kind == Kind::Word && is_explained && is_one_of(word, &EXPLAIN));
            if !is_known && !in_script {
                return output.ending_with(token, &[], text);
            }
            in_script |= is_one_of(word, &["BEGIN"]);
        }
        in_handler = word != ";" && (in_handler || (in_script && is_one_of(word, &["HANDLER"])));
        output.push(tokens, index, text);
        is_explained = at_start && (is_explained || is_one_of(word, &["EXPLAIN"]));
        at_start = word == ";"
            || (at_start && is_before_statement(token, text))
            || (is_explained && is_one_of(word, &EXPLAIN))
            || (in_script && is_one_of(word, &OPENING));
    }
    output.finish()
}

/// A text in SQL's lexical form that is no statement, such as a request of Spark Connect, without its
/// literals.
pub(crate) fn code(sql: &Sql<'_>) -> String {
    let mut output = Output::default();
    for (index, token) in sql.tokens.iter().enumerate() {
        match token.kind {
            Kind::Space => output.push_space(),
            _ => output.push(&sql.tokens, index, sql.text),
        }
    }
    output.finish()
}

fn is_before_statement(token: &Token, text: &str) -> bool {
    token.kind == Kind::Space || matches!(&text[token.range.clone()], "(" | ";")
}

/// Of a statement whose rest is free text: how many of the tokens after its first word may be shown.
///
/// Everyday sentences begin with the same words, and a statement of which Spark's grammar has more than the first
/// word is free text only with that.
fn words_of_free_statement(
    first: &Token,
    following: &[Token],
    last_assignment: usize,
    text: &str,
) -> Option<usize> {
    /// No more is looked at: a text may hold thousands of first words.
    const LOOKED_AT: usize = 64;

    let word = |token: &Token| match token.kind {
        Kind::Word => Some(&text[token.range.clone()]),
        _ => None,
    };
    let name = word(first)?;
    let (free, shown) = FREE
        .iter()
        .find(|(free, _)| free.eq_ignore_ascii_case(name))?;
    // `Add-on`
    let is_dash = |token: &Token| &text[token.range.clone()] == "-";
    if following.first().is_some_and(is_dash) {
        return None;
    }
    let second = following.iter().find(|token| token.kind != Kind::Space);
    let is_second = |known: &[&str]| {
        second
            .and_then(word)
            .is_some_and(|second| is_one_of(second, known))
    };
    let near = &following[..following.len().min(LOOKED_AT)];
    let is_free = match *free {
        "ADD" | "LIST" => is_second(shown),
        "EXPORT" => is_second(&["TABLE"]),
        "IMPORT" => is_second(&["EXTERNAL", "TABLE"]),
        "GRANT" | "REVOKE" => near
            .iter()
            .filter_map(word)
            .any(|word| is_one_of(word, &["FROM", "ON", "ROLE", "TO"])),
        "REFRESH" => !is_second(&REFRESHED),
        "SET" => {
            second.is_none_or(|token| token.kind != Kind::Word)
                || is_second(shown)
                || last_assignment > first.range.start
                || is_single(near, text)
        }
        _ => true,
    };
    let is_shown = |token: &&Token| {
        token.kind == Kind::Space || word(token).is_some_and(|word| is_one_of(word, shown))
    };
    is_free.then(|| following.iter().take_while(is_shown).count())
}

/// Whether one thing without spaces in it is all up to the end of the statement.
fn is_single(tokens: &[Token], text: &str) -> bool {
    let is_space = |token: &&Token| token.kind == Kind::Space;
    let mut rest = tokens
        .iter()
        .skip_while(is_space)
        .skip_while(|token| !is_space(token) && &text[token.range.clone()] != ";");
    rest.find(|token| !is_space(token))
        .is_none_or(|token| &text[token.range.clone()] == ";")
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> String {
        super::statements(&Sql::read(text))
    }

    #[test]
    fn literals_become_placeholders() {
        for (sql, expected) in [
            (
                "SELECT * FROM t WHERE a = 'x'",
                "SELECT * FROM t WHERE a = ?",
            ),
            (
                "select 1, 2.5, .5, 1e-3, 0x1F, 7L, -3",
                "select ?, ?, ?, ?, ?, ?, -?",
            ),
            (
                "select a = 'it''s' and b = \"q\\\"q\" or c",
                "select a = ? and b = ? or c",
            ),
            (
                "select t1.c2 = 'v' -- secret\nand d",
                "select t1.c2 = ? and d",
            ),
            ("select x /* a /* nested */ secret */ y", "select x y"),
            (
                "select DATE '2020-01-01' AND ok = TRUE",
                "select DATE ? AND ok = ?",
            ),
            (
                "select X'1A' AND r = r'\\d' and s like r'C:\\' and t = 'canary'",
                "select ? AND r = ? and s like ? and t = ?",
            ),
            (
                "SELECT `a b`, `c-1` FROM `t`",
                "SELECT `a b`, `c-1` FROM `t`",
            ),
            (
                "SELECT `count(CASE WHEN (a = canary) THEN 1 END)` FROM t",
                "SELECT ? FROM t",
            ),
            (
                "SELECT * FROM csv.`s3a://key:canary@bucket/x` JOIN parquet.`canary`",
                "SELECT * FROM csv.? JOIN parquet.?",
            ),
            (
                "SELECT a FROM orders_20260101 WHERE b = 'never closed AND c = 2",
                "SELECT a FROM orders_? WHERE b = ?",
            ),
            (
                "SELECT größe FROM t\n\n WHERE  a",
                "SELECT größe FROM t WHERE a",
            ),
            (
                "SELECT /*+ BROADCAST(t), X('*/') */ a = 'canary' FROM t",
                "SELECT /*+ BROADCAST(t), X(?) */ a = ? FROM t",
            ),
            ("SELECT 'a' 'b' /* c */ \"d\"", "SELECT ?"),
            (
                "CREATE FUNCTION f AS $$canary$$ x",
                "CREATE FUNCTION f AS ? x",
            ),
            ("", ""),
        ] {
            assert_eq!(statements(sql), expected, "{sql}");
        }
    }

    /// Scenario: texts that versions of Spark read differently.
    /// Guarantees: what one of them takes for a literal or a comment is hidden.
    #[test]
    fn reading_that_hides_more_is_taken() {
        for (sql, expected) in [
            ("SELECT $$ ' $$ canary ' FROM t", "SELECT ? FROM t"),
            (
                "SELECT a FROM x://y--canary\nWHERE b",
                "SELECT a FROM ? WHERE b",
            ),
            (r"SELECT är'\' , canary ' , b", "SELECT ?"),
        ] {
            let shown = statements(sql);
            assert!(!shown.contains("canary"), "{shown}");
            assert!(shown.starts_with(&expected[..8]), "{shown}");
        }
    }

    #[test]
    fn statements_of_free_text_show_their_first_words() {
        for (sql, expected) in [
            ("SET fs.s3a.secret.key=canary", "SET ?"),
            ("set", "set"),
            ("SET TIME ZONE 'canary'", "SET TIME ZONE ?"),
            ("SET VAR x = canary", "SET VAR ?"),
            ("SET a=b;canary", "SET ?"),
            ("RESET canary", "RESET ?"),
            ("ADD JAR https://user:canary@host/x.jar", "ADD JAR ?"),
            ("LIST FILES canary", "LIST FILES ?"),
            ("REFRESH /data/canary", "REFRESH ?"),
            ("REFRESH TABLE a.b", "REFRESH TABLE a.b"),
            ("EXPLAIN EXTENDED SET a=canary", "EXPLAIN EXTENDED SET ?"),
            ("/* x */ ( SET a=canary", "( SET ?"),
            ("SELECT 1; SET a=canary", "SELECT ?; SET ?"),
            (
                "BEGIN IF a THEN SET b = canary; END",
                "BEGIN IF a THEN SET ?",
            ),
            (
                "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ADD JAR /canary; END",
                "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ADD JAR ?",
            ),
            (
                "MERGE INTO t USING s ON a WHEN MATCHED THEN UPDATE SET b = 5",
                "MERGE INTO t USING s ON a WHEN MATCHED THEN UPDATE SET b = ?",
            ),
            ("SET key value words=canary", "SET ?"),
            ("SET key", "SET ?"),
            ("SET key -- canary", "SET ?"),
            ("SET /data/canary/x y", "SET ?"),
            ("SET -v canary canary", "SET ?"),
            ("Set up the environment", "Set up the environment"),
            ("EXPORT TABLE t TO 'canary'", "EXPORT ?"),
            ("Export to S3 (daily, all)", "Export to S3 (daily, all)"),
            ("IMPORT EXTERNAL TABLE t FROM 'canary'", "IMPORT ?"),
            (
                "Import from Oracle: table customers",
                "Import from Oracle: table customers",
            ),
            (
                "Add missing columns to orders",
                "Add missing columns to orders",
            ),
            ("Add-on sales by region", "Add-on sales by region"),
            ("GRANT SELECT ON t TO `canary`", "GRANT ?"),
            ("REVOKE ROLE canary", "REVOKE ?"),
            ("Grant applications 2024", "Grant applications ?"),
            ("Revoke rate by month", "Revoke rate by month"),
            (
                "OPTIMIZE prod.events WHERE pin = 5 ZORDER BY (user_id)",
                "OPTIMIZE prod.events WHERE pin = ? ZORDER BY (user_id)",
            ),
            ("OPTIMIZE db.t -- canary", "OPTIMIZE db.t"),
            (
                "VACUUM delta.`/data/canary` RETAIN 168 HOURS",
                "VACUUM delta.? RETAIN ? HOURS",
            ),
            (
                "COPY INTO t FROM 's3://canary' WITH (CREDENTIAL (a = 'canary'))",
                "COPY INTO t FROM ? WITH (CREDENTIAL (a = ?))",
            ),
            ("COPY of canary", "COPY ?"),
            ("TUNE t WHERE a = canary", "TUNE ?"),
            ("'canary'", "?"),
        ] {
            assert_eq!(statements(sql), expected, "{sql}");
        }
    }

    #[test]
    fn statements_are_told_from_prose() {
        for text in [
            "SELECT 1",
            "(select 1)",
            "/* x */ -- y\n ((WITH a",
            "from t select a",
            "SELECT*FROM t",
            "values (1)",
            "set a",
            "OPTIMIZE db.t",
            "restore table t",
            "fsck /* x */ repair TABLE t",
        ] {
            assert!(is_statement(text), "{text}");
        }
        for text in [
            "daily totals",
            "",
            "'select'",
            "selected rows",
            "restore the backup",
            "generate",
            "collect at a.py:1",
        ] {
            assert!(!is_statement(text), "{text}");
        }
    }
}
