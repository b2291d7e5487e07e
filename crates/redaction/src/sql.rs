//! SQL as it may be shown: statements without their literals, comments and paths.

mod form;
mod keywords;
mod lexer;
mod maintenance;

pub(crate) use self::form::Form;
use self::keywords::STATEMENTS;
use self::lexer::{Dialect, Kind, Lexer, Token};
use self::maintenance::is_maintenance;
use crate::PLACEHOLDER;
use crate::escapes::{MARKS, escaped};
use crate::words::{
    NUMBER_DIGITS, Named, is_of_sql, is_one_of, is_opaque_key, is_secret_name, longest_number,
    named_by, without_long_numbers,
};

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
/// What a table can be read from by a path: ``csv.`/data/in` ``.
const SOURCES: [&str; 19] = [
    "avro",
    "bigquery",
    "binaryfile",
    "csv",
    "delta",
    "excel",
    "hudi",
    "iceberg",
    "image",
    "jdbc",
    "json",
    "libsvm",
    "mongodb",
    "orc",
    "parquet",
    "protobuf",
    "snowflake",
    "text",
    "xml",
];

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

/// The tokens by the newest rules, of which those are texts that any other rules make part of a text.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Lexer::new(text, Dialect::NEWEST).collect();
    hide_addresses(&mut tokens, text);
    hide_foreign_quotes(&mut tokens, text);
    hide_named_secrets(&mut tokens, text);
    for dialect in Dialect::others(text) {
        let mut hidden = Lexer::new(text, dialect)
            .filter(|token| is_hidden(token, text))
            .peekable();
        for token in &mut tokens {
            while hidden
                .next_if(|other| other.range.end <= token.range.start)
                .is_some()
            {}
            let overlaps = |other: &Token| other.range.start < token.range.end;
            if !is_hidden(token, text) && hidden.peek().is_some_and(overlaps) {
                token.kind = Kind::Text;
            }
        }
    }
    tokens
}

/// Makes addresses and keys texts, up to white space: they may hold what Spark's rule for an address does not
/// have, such as a password, and what SQL takes for operators.
fn hide_addresses(tokens: &mut [Token], text: &str) {
    let mut is_address = false;
    let mut after_space = true;
    for token in tokens {
        let word = &text[token.range.clone()];
        if token.kind == Kind::Space {
            after_space = word.starts_with(char::is_whitespace);
            is_address &= !after_space;
            continue;
        }
        if after_space {
            let rest = &text[token.range.start..];
            let ends = |letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"' | '`');
            let run = &rest[..rest.find(ends).unwrap_or(rest.len())];
            is_address |= is_opaque_key(run.trim_end_matches(['.', ',', ';', ')']))
                || (run.contains('@') && run.contains(':'))
                || has_id(run);
            after_space = false;
        }
        is_address |= token.kind == Kind::Address || text[token.range.end..].starts_with("://");
        if is_address {
            token.kind = Kind::Text;
        }
    }
}

/// Whether a UUID or the like is in it, which to SQL is names, numbers and minus signs.
fn has_id(run: &str) -> bool {
    run.split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .any(|id| id.matches('-').count() > 3)
}

/// Makes texts of what only prose has: quotes within quotes (`"say "x" now"`), of which the words between are
/// glued to what SQL takes for strings, quotes of several quotes (`'' x ''`), and all behind a quote or separator in
/// another form (`&quot;`), which to SQL is operators and names.
fn hide_foreign_quotes(tokens: &mut [Token], text: &str) {
    let mut form = None;
    let mut is_sentence = || *form.get_or_insert_with(|| Form::of(text)) == Form::Sentence;
    let mut is_quoted = false;
    let mut after_text = false;
    let mut is_rest = false;
    let mut is_doubled = false;
    for token in tokens {
        let word = &text[token.range.clone()];
        // In a statement these are empty strings.
        if matches!(word, "''" | "\"\"") && token.kind == Kind::Text && is_sentence() {
            let after = &text[token.range.end..];
            is_doubled = !is_doubled
                && after
                    .starts_with(|letter: char| letter.is_whitespace() || "([{<".contains(letter));
        }
        if is_doubled && token.kind != Kind::Space {
            token.kind = Kind::Text;
            continue;
        }
        is_rest |= token.kind == Kind::Symbol && begins_escaped(&text[token.range.start..]);
        if is_rest {
            token.kind = Kind::Text;
            continue;
        }
        let is_glued = after_text
            && match token.kind {
                Kind::Symbol => !word.is_ascii(),
                Kind::Space => false,
                _ => !is_of_sql(word),
            };
        let is_text = token.kind == Kind::Text;
        after_text = is_text && !is_quoted;
        is_quoted = !is_text && (is_quoted || is_glued || word == "``");
        if is_quoted && token.kind != Kind::Space {
            token.kind = Kind::Text;
        }
    }
}

/// Whether a character in another form is at the head: the last backslash of many counts. `a%27` is a remainder,
/// `%27a` none.
fn begins_escaped(text: &str) -> bool {
    const AFTER_NUMBER: &str = ")]},;+-*/=<>!|&^:";
    if !text.starts_with(MARKS) || text.starts_with(r"\\") {
        return false;
    }
    escaped(text).is_some_and(|(_, length)| {
        let (form, after) = text.split_at(length);
        let is_remainder = form.starts_with('%')
            && !form.contains(char::is_alphabetic)
            && after
                .chars()
                .next()
                .is_none_or(|letter| letter.is_whitespace() || AFTER_NUMBER.contains(letter));
        !is_remainder
    })
}

/// Makes texts of what a name in quotes announces: `"password": x`. The name itself is hidden,
/// so that nothing that comes later could tell.
fn hide_named_secrets(tokens: &mut [Token], text: &str) {
    #[derive(Clone, Copy, PartialEq)]
    enum Secret {
        No,
        Announced,
        /// It lasts up to white space.
        Begun,
    }

    let mut is_sentence = None;
    let mut secret = Secret::No;
    for token in tokens {
        let word = &text[token.range.clone()];
        // In a sentence a secret may hold these.
        let mut is_end = || {
            matches!(word, "," | ")" | ";")
                && !*is_sentence.get_or_insert_with(|| Form::of(text) == Form::Sentence)
        };
        let is_space = token.kind == Kind::Space && word.starts_with(char::is_whitespace);
        secret = match secret {
            _ if token.kind == Kind::Text && is_key_of_secret(word) => Secret::Announced,
            Secret::No => Secret::No,
            Secret::Announced if token.kind == Kind::Space || matches!(word, ":" | "=" | ">") => {
                Secret::Announced
            }
            // What has quotes of its own is hidden by them.
            Secret::Announced if is_of_sql(word) || !word.is_ascii() => Secret::No,
            Secret::Begun if is_space => Secret::No,
            _ if is_end() => Secret::No,
            Secret::Announced | Secret::Begun => {
                token.kind = Kind::Text;
                Secret::Begun
            }
        };
    }
}

/// Makes texts of words that hold a long number, as a whole and with all that is glued to them.
fn hide_data(tokens: &mut [Token], text: &str) {
    const SEPARATORS: [char; 10] = ['(', ')', '[', ']', '{', '}', ',', ';', '=', '/'];
    let is_separator = |token: &Token| {
        matches!(token.kind, Kind::Space | Kind::Text | Kind::Quoted)
            || text[token.range.clone()].starts_with(SEPARATORS)
    };
    for run in tokens.split_mut(is_separator) {
        let is_punctuation = |token: &Token| token.kind == Kind::Symbol;
        let length = run.len()
            - run
                .iter()
                .rev()
                .take_while(|token| is_punctuation(token))
                .count();
        let has_number =
            |token: &Token| longest_number(&text[token.range.clone()]) >= NUMBER_DIGITS;
        if run[..length].iter().any(has_number) {
            for token in &mut run[..length] {
                token.kind = Kind::Text;
            }
        }
    }
}

/// Whether a literal is the name of a secret, and nothing else.
fn is_key_of_secret(literal: &str) -> bool {
    let key = literal.trim_matches(['\'', '"']);
    let is_of_key =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ');
    key.len() <= 64 && key.chars().all(is_of_key) && named_by("", key) != Named::Nothing
}

/// Whether what the token holds is a literal or a comment, in which quotes mean nothing.
fn is_hidden(token: &Token, text: &str) -> bool {
    match token.kind {
        Kind::Text => true,
        Kind::Space => text[token.range.clone()].starts_with(['-', '/']),
        _ => false,
    }
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

/// What is shown so far.
#[derive(Default)]
struct Output {
    text: String,
    /// The last thing that is not a space was a literal: another one after it is part of it.
    after_literal: bool,
}

impl Output {
    fn push_space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn push(&mut self, tokens: &[Token], index: usize, text: &str) {
        let Some(token) = tokens.get(index) else {
            return;
        };
        let word = &text[token.range.clone()];
        match token.kind {
            // The `X` of a binary literal.
            Kind::Word if is_one_of(word, &["X"]) && is_text(tokens.get(index + 1)) => return,
            Kind::Word if !is_one_of(word, &["TRUE", "FALSE"]) => {
                self.text.push_str(&without_long_numbers(word));
            }
            Kind::Quoted if is_name(word) && !is_path(&tokens[..index], text) => {
                self.text.push_str(&without_long_numbers(word));
            }
            Kind::Symbol => self.text.push_str(word),
            // `1password`: what follows is a secret as well.
            Kind::Number if is_secret_name(&name_in(word).to_ascii_lowercase()) => {
                self.push_literal();
                self.text.push_str(name_in(word));
            }
            _ => return self.push_literal(),
        }
        self.after_literal = false;
    }

    fn push_literal(&mut self) {
        if !self.after_literal {
            self.text.push_str(PLACEHOLDER);
        }
        self.after_literal = true;
    }

    /// Ends with the first words of a statement; the rest of the text is withheld.
    fn ending_with(mut self, first: &Token, following: &[Token], text: &str) -> String {
        let rest = following.last().unwrap_or(first).range.end;
        // The first part of something else than a word: `joe@example.com`.
        let is_glued = following.is_empty()
            && !text[rest..].starts_with(|letter: char| letter.is_whitespace() || letter == ';')
            && rest < text.len();
        for token in std::iter::once(first).chain(following) {
            match token.kind {
                Kind::Word if !is_glued => self
                    .text
                    .push_str(&without_long_numbers(&text[token.range.clone()])),
                Kind::Space => self.push_space(),
                _ => self.push_literal(),
            }
        }
        if !text[rest..].trim().is_empty() && !self.after_literal {
            self.push_space();
            self.push_literal();
        }
        self.finish()
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}

/// The name that a number is glued to.
fn name_in(number: &str) -> &str {
    let name = number.trim_start_matches(|letter: char| letter.is_ascii_digit());
    if name.chars().all(char::is_alphabetic) {
        name
    } else {
        ""
    }
}

fn is_text(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.kind == Kind::Text)
}

/// Whether a quoted identifier holds what names are made of. Spark names a column that has no name by its
/// expression, with the literals in it.
fn is_name(quoted: &str) -> bool {
    let name = quoted
        .strip_prefix('`')
        .and_then(|name| name.strip_suffix('`'));
    let is_of_name =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '$' | '.' | ' ');
    name.is_some_and(|name| name.contains(char::is_alphabetic) && name.chars().all(is_of_name))
}

/// Whether the identifier after these tokens is the path of a source.
fn is_path(before: &[Token], text: &str) -> bool {
    let mut before = before
        .iter()
        .rev()
        .filter(|token| token.kind != Kind::Space)
        .map(|token| text[token.range.clone()].trim_matches('`'));
    let is_qualified = before.next() == Some(".");
    let source = before.next().unwrap_or_default();
    // `com.example.source.` is a class; a table's name has three parts at most.
    let is_class = [before.next(), before.nth(1)] == [Some("."); 2];
    is_qualified && (is_one_of(source, &SOURCES) || source.contains('.') || is_class)
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
