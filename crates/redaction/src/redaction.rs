//! The redaction of one application.

use std::borrow::Cow;

use crate::expression::Expression;
use crate::prose::{PEM, Style, scrub};
use crate::sql::{self, Sql};
use crate::words::is_name_of_code;
use crate::{Identifier, PLACEHOLDER, Redacted, stack};

/// What Spark writes instead of a secret (`Utils.REDACTION_REPLACEMENT_TEXT`). A property with this value is not known.
pub const SPARK_REDACTED: &str = "*********(redacted)";
/// `spark.redaction.regex`: names of properties whose values are secrets.
const KEYS: &str = "spark.redaction.regex";
/// Its default.
const SECRET_KEYS: &str = "(?i)secret|password|passwd|token|access[.]?key";
/// Secret parts of texts.
const TEXTS: [&str; 2] = [
    "spark.redaction.string.regex",
    "spark.sql.redaction.string.regex",
];
/// As much of a text is looked at, bytes: several times what a span shows of one, for redaction makes texts
/// shorter. Whoever keeps a text until it is redacted need not keep more.
pub const READ_LIMIT: usize = 64 << 10;
/// The longest status message, bytes.
const STATUS_LIMIT: usize = 1 << 10;

/// What becomes of SQL texts (`spark.sparkspan.sql.text`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlText {
    /// Literals become `?`.
    Sanitized,
    /// Texts are left out.
    Off,
    /// Texts are sent as they are.
    Raw,
}

/// What may be shown of an application's texts.
#[derive(Debug)]
pub struct Redaction {
    /// [`KEYS`].
    keys: Option<Expression>,
    /// [`TEXTS`].
    texts: Vec<Expression>,
    /// The property whose expression cannot be used: no text at all is safe to show.
    unusable: Option<&'static str>,
    sql_text: SqlText,
}

impl Redaction {
    /// The redaction that an application's Spark properties ask for; `property` gives their values.
    pub fn new<'a>(property: impl Fn(&str) -> Option<&'a str>, sql_text: SqlText) -> Self {
        let mut unusable = None;
        let mut compile = |name, expression: &str| {
            let compiled = Expression::new(expression);
            if compiled.is_none() {
                unusable.get_or_insert(name);
            }
            compiled
        };
        // An expression that itself names a secret is redacted in a log. Its properties are too.
        let keys = property(KEYS)
            .filter(|expression| *expression != SPARK_REDACTED)
            .unwrap_or(SECRET_KEYS);
        let keys = compile(KEYS, keys);
        let texts = TEXTS
            .into_iter()
            .filter_map(|name| Some((name, property(name)?)))
            .filter(|(_, expression)| !expression.is_empty())
            .filter_map(|(name, expression)| compile(name, expression))
            .collect();
        Self {
            keys,
            texts,
            unusable,
            sql_text,
        }
    }

    /// The Spark property whose expression cannot be used, so that all texts are withheld: its syntax is
    /// not known here, or Spark has redacted it in the log.
    pub const fn unusable(&self) -> Option<&'static str> {
        self.unusable
    }

    /// A property's value, which is an identifier, or `None` where its name or value is that of a secret.
    /// Credentials of addresses, keys, and the values of options that are named like a secret go.
    pub fn property(&self, key: &str, value: &str) -> Option<Identifier> {
        // What Spark has redacted in a log is whole in a running driver: neither is shown.
        let is_secret = |text: &str| {
            text == SPARK_REDACTED || self.keys.as_ref().is_some_and(|keys| keys.is_match(text))
        };
        if self.unusable.is_some() || is_secret(key) || is_secret(value) {
            return None;
        }
        let value = scrub(&self.spark_redacted(value), Style::Setting);
        Some(Identifier::new(value))
    }

    /// A SQL text, as the settings want it.
    pub fn sql(&self, text: &str) -> Option<Redacted> {
        self.of_sql(text, sql::statements)
    }

    /// What a client of Spark Connect asked for: a statement, or the text form of its request.
    pub fn request(&self, text: &str) -> Option<Redacted> {
        if sql::is_statement(text) {
            self.sql(text)
        } else {
            self.of_sql(text, sql::code)
        }
    }

    /// A description, a job group or a tag: SQL where a server or a user puts the statement there, else
    /// prose. `None` where it is SQL that is not to be shown.
    pub fn statement(&self, text: &str) -> Option<Redacted> {
        if sql::is_statement(text) {
            self.sql(text)
        } else {
            Some(self.prose(text))
        }
    }

    fn of_sql(&self, text: &str, show: fn(&Sql<'_>) -> String) -> Option<Redacted> {
        let text = match self.sql_text {
            SqlText::Off => return None,
            _ if self.unusable.is_some() => return None,
            SqlText::Sanitized => {
                let text = self.spark_redacted(text);
                // To SQL its dashes begin a comment, and the key that follows is words.
                let (text, key) = text.split_at(text.find(PEM).unwrap_or(text.len()));
                let sql = Sql::read(text);
                let mut shown = scrub(&show(&sql), Style::Sql);
                if sql.may_be_prose() || !sql.is_of_spark() {
                    shown = scrub(&shown, Style::Prose);
                }
                if !key.is_empty() {
                    shown.push_str(PLACEHOLDER);
                }
                shown
            }
            SqlText::Raw => self.spark_redacted(text).into_owned(),
        };
        Some(Redacted::new(text))
    }

    /// A name in a program, such as `$anonfun$main$1`, or the path of its source. What is none, or looks like a
    /// key, is prose: a user may have put any text there (`SparkContext.setCallSite`).
    pub fn code(&self, name: &str) -> Redacted {
        if self.unusable.is_some() || !is_name_of_code(name) {
            return self.prose(name);
        }
        Redacted::new(self.spark_redacted(name).into_owned())
    }

    /// A description, message or reason.
    pub fn prose(&self, text: &str) -> Redacted {
        Redacted::new(match self.unusable {
            Some(_) => PLACEHOLDER.to_owned(),
            None => scrub(&self.spark_redacted(text), Style::Prose),
        })
    }

    /// What went wrong in a line or two, of a message that may be a whole stack trace.
    pub fn status(&self, message: &str) -> Redacted {
        let (headline, error) = stack::headline(message);
        let mut status = self.prose(headline).into_string();
        if let Some(error) = error {
            status.push(' ');
            status.push_str(self.prose(error).as_str());
        }
        let mut status = Redacted::new(status);
        status.cut(STATUS_LIMIT);
        status
    }

    /// The frames of a stack trace, without the messages and lines of source between them.
    pub fn stack(&self, trace: &str) -> Option<Redacted> {
        if self.unusable.is_some() {
            return None;
        }
        let trace = self.spark_redacted(trace);
        let frames = stack::frames(&trace, |place| scrub(place, Style::Setting))?;
        Some(Redacted::new(frames))
    }

    fn spark_redacted<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = &text[..text.floor_char_boundary(READ_LIMIT)];
        self.texts
            .iter()
            .fold(Cow::Borrowed(text), |text, expression| {
                match expression.hide(&text) {
                    Cow::Borrowed(_) => text,
                    Cow::Owned(redacted) => Cow::Owned(redacted),
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redaction(properties: &'static [(&str, &str)]) -> Redaction {
        let property = |key: &str| {
            let found = properties.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| *value)
        };
        Redaction::new(property, SqlText::Sanitized)
    }

    #[test]
    fn spark_expressions_are_applied_first() {
        let redaction = redaction(&[
            ("spark.redaction.string.regex", "acme-[a-z]+"),
            ("spark.redaction.regex", "(?i)pin"),
        ]);
        assert_eq!(redaction.prose("for acme-corp only").as_str(), "for ? only");
        assert_eq!(redaction.property("my.pin", "1"), None);
        let shown = redaction.property("my.name", "x");
        assert_eq!(shown.as_ref().map(Identifier::as_str), Some("x"));
        assert_eq!(redaction.unusable(), None);
    }

    #[test]
    fn expression_that_spark_redacted_is_unknown() {
        let keys = redaction(&[("spark.redaction.regex", SPARK_REDACTED)]);
        assert_eq!(keys.prose("daily totals").as_str(), "daily totals");
        assert_eq!(keys.property("my.token", "1"), None);
        let texts = redaction(&[("spark.redaction.string.regex", SPARK_REDACTED)]);
        assert_eq!(
            texts.prose("daily totals").as_str(),
            "?",
            "what was to be hidden is unknown"
        );
    }

    #[test]
    fn expression_that_is_not_understood_withholds_every_text() {
        let redaction = redaction(&[("spark.redaction.string.regex", "(?<=a)b")]);
        assert_eq!(redaction.prose("anything").as_str(), "?");
        assert_eq!(redaction.sql("SELECT a"), None);
        assert_eq!(redaction.unusable(), Some("spark.redaction.string.regex"));
    }

    #[test]
    fn frames_are_names_unless_they_look_like_data() {
        let redaction = redaction(&[("spark.redaction.string.regex", "Acme[A-Za-z]+")]);
        for (frame, expected) in [
            (
                "\tat a.SecretManager.getPassword(SecretManager.scala:1204)",
                "\tat a.SecretManager.getPassword(SecretManager.scala:1204)",
            ),
            (
                "  File \"/opt/jobs/token.py\", line 1204, in password",
                "  File \"/opt/jobs/token.py\", line 1204, in password",
            ),
            (
                "at a.AcmeOrders.run(AcmeOrders.java:3)",
                "at a.?.run(?.java:3)",
            ),
            (
                "File \"/in/key=AKIA/password=x.py\", line 3",
                "File \"/in/key=?/password=?\", line 3",
            ),
        ] {
            let shown = redaction.stack(frame).unwrap_or_default();
            assert_eq!(shown.as_str(), expected);
        }
    }

    #[test]
    fn names_of_code_stay_and_data_goes() {
        let redaction = redaction(&[]);
        for (text, expected) in [
            ("collect", "collect"),
            (
                "$anonfun$withThreadLocalCaptured$2",
                "$anonfun$withThreadLocalCaptured$2",
            ),
            ("<lambda>", "<lambda>"),
            ("/opt/etl-jobs/report.py", "/opt/etl-jobs/report.py"),
            ("/opt/my jobs/report.py", "/opt/my jobs/report.py"),
            ("/mnt/AKIAIOSFODNN7EXAMPLE/x.py", "/mnt/?/x.py"),
            ("joe@example.com", "?"),
            ("password=hunter2", "password=?"),
            ("AKIAIOSFODNN7EXAMPLE", "?"),
            ("20261122", "?"),
        ] {
            assert_eq!(redaction.code(text).as_str(), expected);
        }
    }

    /// Scenario: prose that begins with the word of a statement.
    /// Guarantees: it loses what prose loses, and what SQL loses.
    #[test]
    fn prose_that_begins_like_sql_loses_both() {
        let redaction = redaction(&[]);
        for (text, expected) in [
            (
                "Update for joe@example.com with password: hunter2 and 42 rows",
                "Update for ? with password: ? and ? ?",
            ),
            ("Use Tr0ub4dor2024x for joe", "Use ? for joe"),
            ("Load iban DE89370400440532013000", "Load iban ?"),
            ("Commit hash abcdef1234 build", "Commit hash ? build"),
            ("Update with Sommer2024 as joe", "Update with ? as joe"),
            ("With Sommer2024 as joe", "With ? as joe"),
            ("Merge patient MRN-AB123456X.", "Merge patient ?."),
            ("Update of customer K1234567", "Update of customer ?"),
            ("/* a */ Map (K1234567, x)", "Map (?, x)"),
            ("Update password::hunterzwei", "Update password::?"),
            ("Update password->hunterzwei", "Update ?"),
            ("Update private key:hunterzwei", "Update private key:?"),
            (
                "Refresh table access key->hunterzwei",
                "Refresh table access ?",
            ),
            ("Table password::hunterzwei", "Table password::?"),
            ("Load SAS token?hunterzwei", "Load SAS ?"),
            (
                "Refresh table 1password was canary",
                "Refresh table ?password was ?",
            ),
            ("Set everything for joe@example.com", "Set everything for ?"),
            ("Set a.b everything=canary", "Set ?"),
            (
                r#"Describe {"user": joe, "password": hunter2}"#,
                "Describe {?: joe, ?: ?",
            ),
            (
                "Insert of 'password' = hunter2 done",
                "Insert of ? = ? done",
            ),
            ("Cache \"apiKey\" => hunter2", "Cache ? => ?"),
            ("Select the \"secret\" hunter2", "Select the ?"),
            ("Select 'token' AS kind", "Select ? AS kind"),
            ("Update password\u{ff0c}hunter2", "Update ?"),
            ("Update joe.smith#canary", "Update ?"),
            ("Load https://me:canary@host/x", "Load ?"),
            ("Update password set canary", "Update password set ?"),
            (
                "Update the password, from canary",
                "Update the password, from ?",
            ),
            ("Create password using canary", "Create password ? ?"),
            ("Select password using canary", "Select password ? ?"),
            ("Select password&#61;canary", "Select password?"),
            ("Update of &quot;canary&quot; done", "Update of ?"),
            ("Update password%3Dcanary words", "Update password?"),
            ("Update '' canary '' done", "Update ? done"),
            (
                "Select q'[it's]', ' canary ', 'C:\\', ' canary '",
                "Select ?",
            ),
            (
                "select jdbc:oracle:thin:scott/canary@host:1521:orcl",
                "select ?",
            ),
        ] {
            assert_eq!(redaction.statement(text).unwrap().as_str(), expected);
        }
    }

    /// Scenario: statements whose tables and columns are named like secrets, or whose operators look like something
    /// else.
    /// Guarantees: they can be read.
    #[test]
    fn statements_about_secrets_stay_readable() {
        let redaction = redaction(&[]);
        for text in [
            "UPDATE tokens SET revoked = ? WHERE id = ?",
            "SELECT a, token FROM tokens JOIN b USING (id) ORDER BY a",
            "MERGE INTO tokens USING changes ON a = b WHEN MATCHED THEN DELETE",
            "CREATE TABLE tokens USING parquet AS SELECT a FROM b",
            "DELETE FROM tokens WHERE a IS NULL",
            "SELECT map(?, a.x, ?, b.y), c.z, d.w FROM t",
            "INSERT INTO audit SELECT ?, u.id, u.name, count(*) FROM u",
            "SELECT a FROM t WHERE kind IN (?, ?, ?) AND x",
            "CREATE TABLE t (id INT COMMENT ?, d DECIMAL)",
            "SELECT count_if(status = ?) AS y, z FROM t",
            "OPTIMIZE prod.events WHERE pin = ? ZORDER BY (user_id)",
            "SELECT sha2(concat(ssn, ?), ?) h FROM t",
            "SELECT a & b, c%d, coalesce(a, ?) AS x, coalesce(b, ?) AS y FROM t",
        ] {
            let expected = text.replace("c%d", "c%?");
            for literal in ["''", "'token'", "'password'", "'salt'"] {
                let literals = text.replace('?', literal).replace("c%d", "c%27");
                assert_eq!(redaction.statement(&literals).unwrap().as_str(), expected);
            }
        }
    }

    /// Scenario: a description that anybody may send to a shared server, and a thread with a small stack.
    /// Guarantees: it is redacted; neither stack nor time depends on what it holds.
    #[test]
    fn any_number_of_assignments_needs_no_stack() {
        let text = "a=".repeat(100_000);
        let redact = move || redaction(&[]).prose(&text).as_str().len();
        let thread = std::thread::Builder::new().stack_size(64 << 10);
        assert_eq!(thread.spawn(redact).unwrap().join().unwrap(), READ_LIMIT);
    }
}
