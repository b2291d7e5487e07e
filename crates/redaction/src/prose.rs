//! Prose without what looks like data.
//!
//! It is read once, from left to right, as quoted texts, separators and words. What a word may show depends on
//! the word, and on whether a secret was named before it in the same clause.

use std::borrow::Cow;

mod pieces;
mod secret;
mod shown;

pub(crate) use self::pieces::PEM;
use self::pieces::{
    ASSIGNMENTS, JDBC, Run, begins_with_separator, bracketed_length, find_jdbc, is_of_separator,
    is_separator, jdbc_length, pem_length, value_length, word_length,
};
use self::secret::{Secret, begins_with_verb, is_place, is_scheme, secret_assigned};
use self::shown::{Shown, is_of_name};
use crate::PLACEHOLDER;
use crate::escapes::unescaped;
use crate::numbers::grouped_number_length;
use crate::quotes::{
    announces_delimiter, closing_quotes, delimited_length, doubled_length, is_apostrophe,
    is_stray_closing, quoted_length,
};
use crate::sql::Form;
use crate::words::{
    Named, follows_a_secret, is_name_of_secret, is_one_of, is_opaque, named_by,
    without_long_numbers,
};

/// What the words are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// What people and programs say. A word that is none is taken for data.
    Prose,
    /// SQL without its literals: its operators are no data, and its backquotes hold names.
    Sql,
    /// The value of a setting, or a place in a program: only what is a secret goes.
    Setting,
}

/// The text without what looks like data. Where quotes and separators are written in another form (`&quot;`),
/// what they mean counts.
pub(crate) fn scrub(text: &str, style: Style) -> String {
    // Of SQL nothing is left that begins with one.
    if style != Style::Sql
        && let Cow::Owned(meant) = unescaped(text)
    {
        let shown = scrub_as_written(&meant, style);
        if shown != meant {
            return shown;
        }
    }
    scrub_as_written(text, style)
}

fn scrub_as_written(text: &str, style: Style) -> String {
    let mut scrubber = Scrubber {
        whole: text,
        shown: Shown::new(text.len(), style),
        secret: Secret::No,
        style,
        quoted_until: None,
        previous: "",
        run: Run::default(),
        form: None,
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[scrubber.take(rest, first)..];
    }
    scrubber.shown.into_text()
}

struct Scrubber<'a> {
    whole: &'a str,
    shown: Shown,
    secret: Secret,
    style: Style,
    /// Where in what is shown the last quoted text ended.
    quoted_until: Option<usize>,
    /// The last word.
    previous: &'a str,
    run: Run,
    /// What the text is, once that was asked.
    form: Option<Form>,
}

impl<'a> Scrubber<'a> {
    /// Writes what the text begins with, and gives its length.
    fn take(&mut self, text: &'a str, first: char) -> usize {
        if let Some(closing) = closing_quotes(first) {
            let word_before = self.end_before(text);
            if is_stray_closing(text, first, word_before)
                && let Some(end) = self.quoted_until
            {
                // What stands between a quoted text and this was quoted too.
                self.shown.truncate(end);
                return first.len_utf8();
            }
            if !is_apostrophe(text, first, word_before) {
                let length = Some(text)
                    .filter(|_| announces_delimiter(word_before))
                    .and_then(delimited_length)
                    .or_else(|| doubled_length(text, first))
                    .unwrap_or_else(|| quoted_length(text, first, closing));
                return self.take_quoted(length, text);
            }
        }
        if first == '`' && self.style != Style::Sql {
            return self.take_backquoted(text);
        }
        // As PostgreSQL quotes.
        if let Some(body) = text.strip_prefix("$$") {
            let end = body.find("$$").map_or(text.len(), |end| end + "$$$$".len());
            return self.take_quoted(end, text);
        }
        if matches!(first, '(' | '{' | '[') && self.shown.announces_values() {
            self.placeholder();
            return bracketed_length(text);
        }
        if is_separator(first) {
            self.shown.push(&text[..first.len_utf8()]);
            let after = &text[first.len_utf8()..];
            if self.secret != Secret::No {
                let is_sql = self.form() != Form::Sentence;
                let before = self.end_before(text);
                self.secret = if first == '\n' && self.secret.is_open() && self.is_name_alone(text)
                {
                    self.secret.behind_name_alone(is_sql)
                } else {
                    self.secret.behind_separator(first, (before, after), is_sql)
                };
            }
            return first.len_utf8();
        }
        let word = &text[..word_length(text, first)];
        if word.len() >= PEM.len()
            && let Some(start) = word.find(PEM)
        {
            self.push_before(&word[..start]);
            self.placeholder();
            return start + pem_length(&text[start..]);
        }
        if let Some(start) = find_jdbc(word) {
            self.push_before(&word[..start]);
            self.shown.push(JDBC);
            self.placeholder();
            let length = start + jdbc_length(&text[start..]);
            // `…;password=two words`
            let last = text[start..length].rsplit([';', '&', '?', ',']).next();
            if last
                .and_then(|last| last.split_once('='))
                .is_some_and(|(key, _)| named_by("", key) != Named::Nothing)
            {
                self.secret = Secret::Clause {
                    has_value: true,
                    is_list: false,
                };
            }
            return length;
        }
        // A password may hold what ends a word.
        if (word.contains(':') || word.starts_with("//"))
            && let Some(length) = self.run.length_with_mail(text, word)
        {
            let start = word.find("://").map_or(0, |scheme| scheme + "://".len());
            self.push_before(&word[..start]);
            self.placeholder();
            return length;
        }
        if self.style == Style::Prose
            && let Some(length) = grouped_number_length(text)
        {
            self.shown.push_placeholder();
            return length;
        }
        self.take_word(word, text)
    }

    /// What stands in one word before what is hidden as a whole: it may be the beginning of a secret.
    fn push_before(&mut self, before: &str) {
        let shown = match self.secret {
            Secret::Next { .. } | Secret::Clause { .. } => "",
            Secret::No | Secret::Likely { .. } => {
                match secret_assigned(self.previous, before, self.style) {
                    Some((key, _)) => before[key..]
                        .find(|letter| !is_of_separator(letter))
                        .map_or(before, |value| &before[..key + value]),
                    None => before,
                }
            }
        };
        self.shown.push_word(shown);
    }

    /// The end of what stands before this, of no more than is looked at.
    fn end_before(&self, text: &str) -> &'a str {
        let end = self.whole.len() - text.len();
        let start = self.whole.ceil_char_boundary(end.saturating_sub(16));
        &self.whole[start..end]
    }

    /// Whether nothing but the name of a secret stands on the line before this.
    fn is_name_alone(&self, text: &str) -> bool {
        const PARTS: [&str; 6] = [
            "access", "account", "client", "refresh", "service", "session",
        ];
        let before = &self.whole[..self.whole.len() - text.len()];
        let line = before.rsplit('\n').next().unwrap_or_default();
        let mut words = line
            .trim_matches(|letter: char| !letter.is_alphanumeric())
            .rsplit(char::is_whitespace);
        let name = words.next().unwrap_or_default();
        let first = words.next().unwrap_or_default();
        let is_part = |word: &str| is_one_of(word, &PARTS) || !follows_a_secret(word, false).0;
        named_by(first, name) != Named::Nothing
            && is_part(first)
            && words.next().is_none_or(is_part)
            && words.next().is_none()
    }

    /// Something is hidden as a whole. It may be the secret that was announced, or what that is of: `token of 'x'
    /// is y`.
    fn placeholder(&mut self) {
        self.shown.push_placeholder();
        self.secret = self.secret.behind_hidden();
    }

    fn take_quoted(&mut self, length: usize, text: &'a str) -> usize {
        let quoted = &text[..length];
        self.placeholder();
        self.quoted_until = Some(self.shown.len());
        // `"password": x`
        self.secret = self.secret.or_named_by(quoted);
        length
    }

    /// A name in backquotes is shown. Spark names what has no name by its expression, literals and all. Some
    /// people quote with a backquote and an apostrophe.
    fn take_backquoted(&mut self, text: &'a str) -> usize {
        let end = text[1..].find('`').map(|end| end + 1);
        let Some(name) = end.map(|end| &text[1..end]).filter(|name| !name.is_empty()) else {
            let body = text.trim_start_matches('`');
            let length = body.find('\'').map_or(text.len(), |end| {
                text.len() - body[end..].trim_start_matches('\'').len()
            });
            return self.take_quoted(length, text);
        };
        let is_name = name.chars().all(is_of_name) && !is_opaque(name);
        if is_name && matches!(self.secret, Secret::No | Secret::Likely { .. }) {
            self.shown.push("`");
            self.shown.push(&without_long_numbers(name));
            self.shown.push("`");
            let after = &text[name.len() + 2..];
            // Of several names one may be that of a secret.
            let is_listed = after.starts_with(",`") || after.starts_with(", `");
            self.secret = match Secret::No.or_named_by(name) {
                _ if is_listed => Secret::No,
                Secret::No => self.behind_unnamed(self.secret, name),
                named => named,
            };
        } else if name.matches('\'').count() % 2 == 1 {
            return self.take_quoted(text.len(), text);
        } else {
            self.placeholder();
            self.secret = self.secret.or_named_by(name);
        }
        name.len() + 2
    }

    fn take_word(&mut self, word: &'a str, text: &'a str) -> usize {
        let previous = std::mem::replace(&mut self.previous, word);
        let core = word.trim_end_matches(['.', ':', '!', '?']);
        let is_separator = word.chars().all(is_of_separator);
        match self.secret {
            Secret::Next { .. } if is_separator || is_scheme(core) => self.shown.push(word),
            Secret::Next { .. } => return self.take_value(text),
            Secret::Likely { .. } | Secret::Clause { .. }
                if !is_separator && begins_with_separator(word) =>
            {
                let value = word.trim_start_matches(is_of_separator);
                self.shown.push(&word[..word.len() - value.len()]);
                self.secret = Secret::Next {
                    is_list: self.secret.is_list(),
                };
                return word.len() - value.len()
                    + self.take_value(&text[word.len() - value.len()..]);
            }
            Secret::Likely { .. } | Secret::Clause { .. } if is_separator => {
                self.shown.push(word);
                let is_said = self.secret.has_value() && begins_with_verb(&text[word.len()..]);
                if (word.contains(ASSIGNMENTS) || word.contains('>')) && !is_said {
                    self.secret = Secret::Next {
                        is_list: self.secret.is_list(),
                    };
                }
            }
            Secret::Clause { has_value, is_list } => {
                let begins_another =
                    has_value && !is_list && (word.contains('=') || word.starts_with('-'));
                let (is_usual, is_end) = self
                    .form()
                    .follows_a_secret(core.trim_start_matches(['\'', '’']), &text[word.len()..]);
                if begins_another || is_name_of_secret(previous, core) {
                    return self.take_plain(previous, word, text);
                } else if is_usual
                    || !core.contains(char::is_alphanumeric)
                    || (self.form() == Form::Sentence && is_place(previous, core))
                {
                    self.shown.push(word);
                } else {
                    self.shown.push_placeholder();
                    self.shown.push(&word[core.len()..]);
                    self.secret = self.secret.after_value();
                }
                if !is_usual && word.ends_with([':', '：']) {
                    self.secret = Secret::Next { is_list };
                }
                if is_end || (!is_list && word.ends_with(['.', '!', '?']) && !core.is_empty()) {
                    self.secret = Secret::No;
                }
            }
            Secret::No | Secret::Likely { .. } => return self.take_plain(previous, word, text),
        }
        word.len()
    }

    /// Looked for where it matters, and once.
    fn form(&mut self) -> Form {
        let (whole, style) = (self.whole, self.style);
        *self.form.get_or_insert_with(|| match style {
            Style::Sql => Form::of(whole),
            Style::Prose | Style::Setting => Form::Sentence,
        })
    }

    /// A value that is a secret: all up to white space.
    fn take_value(&mut self, text: &'a str) -> usize {
        let length = value_length(text);
        let value = &text[..length];
        let is_hidden = value.starts_with(PLACEHOLDER);
        let inner = value.trim_end_matches([',', ';', '.', ':', '!', '?', ')', ']', '}', '>']);
        self.shown.push_placeholder();
        if !inner.is_empty() {
            self.shown.push(&value[inner.len()..]);
        } else if is_hidden {
            self.shown.push(&value[PLACEHOLDER.len()..]);
        }
        self.secret = self.secret.after_value();
        if value.ends_with([',', ';']) && !self.secret.is_list() {
            self.secret = Secret::No;
        }
        length
    }

    /// A word behind which no secret was announced.
    fn take_plain(&mut self, previous: &str, word: &'a str, text: &'a str) -> usize {
        let secret = std::mem::replace(&mut self.secret, Secret::No);
        let assigned = secret_assigned(previous, word, self.style)
            .or_else(|| Some((secret.assigned_behind(word)?, false)));
        if let Some((key, is_list)) = assigned {
            // `user:password1=@host`
            if word.contains('@') && !word[..key].chars().all(is_of_name) {
                return self.take_value(text);
            }
            self.shown.push_word(&word[..key]);
            let rest = &word[key..];
            let value = rest.trim_start_matches(is_of_separator);
            self.shown.push(&rest[..rest.len() - value.len()]);
            self.secret = Secret::Next { is_list };
            let start = word.len() - value.len();
            // Not with what a bracket or a quote begins: that is taken as such.
            if value.is_empty() {
                return word.len();
            }
            if is_scheme(value) {
                self.shown.push(value);
                return word.len();
            }
            return start + self.take_value(&text[start..]);
        }
        let core = match self.style {
            // What is left of a token may end with a placeholder.
            Style::Sql => word,
            Style::Prose | Style::Setting => word.trim_end_matches(['.', ':', '!', '?']),
        };
        if self.style != Style::Setting && core.len() > 2 && core.starts_with("-p") {
            // `mysql -psecret`
            self.shown.push("-p");
            self.shown.push_placeholder();
            return word.len();
        }
        self.shown.push_word(core);
        self.shown.push(&word[core.len()..]);
        self.secret = match Secret::behind_word(previous, word, self.style) {
            Secret::No => self.behind_unnamed(secret, word),
            named => named,
        };
        word.len()
    }

    /// What is left of what may be announced, behind a word that names nothing.
    fn behind_unnamed(&mut self, secret: Secret, word: &str) -> Secret {
        match secret {
            Secret::Likely { .. } => secret.behind_unnamed(word, self.form() != Form::Sentence),
            _ => Secret::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_data_goes() {
        for (text, expected) in [
            ("daily totals", "daily totals"),
            ("load 'acme' for user 4711", "load ? for user ?"),
            ("load “acme corp” again", "load ? again"),
            ("load 〈acme〉《acme》〝acme corp〞 again", "load ??? again"),
            ("load ❝acme corp❞ and ❛acme corp❜", "load ? and ?"),
            ("load ′acme corp′ and ″acme corp″", "load ? and ?"),
            ("f′(x) and 5′ 3″ tall", "f′(x) and 5′ 3″ tall"),
            ("it can't be cast", "it can't be cast"),
            ("code canary-secret-raised", "code ?"),
            (
                "Task 0 in stage 3.0 failed 4 times",
                "Task 0 in stage 3.0 failed 4 times",
            ),
            ("took 1,234,567 rows, 1,2", "took ? rows, 1,2"),
            (
                "java.lang.IllegalStateException: oops",
                "java.lang.IllegalStateException: oops",
            ),
            ("an 'unclosed secret", "an ?"),
            ("column `a.b` or `(c = canary)`", "column `a.b` or ?"),
            ("mail joe@example.com", "mail ?"),
            ("value '' canary words '' is bad", "value ? is bad"),
            ("value \"\"\"canary words\"\"\" is bad", "value ? is bad"),
            ("expected '' but got 'x'", "expected ? but got ?"),
            ("q'[it's canary]' or Nq'xit's canaryx'", "q? or Nq?"),
            (
                "E'(canary' or _utf8'canary' or N'[canary]'",
                "E? or _utf8? or N?",
            ),
            ("plan b' and 'canary'", "plan b?"),
            ("$$canary ' words$$ is bad", "? is bad"),
            (
                "said &quot;canary &#39;n&#39; words&quot; &amp; left",
                "said ? & left",
            ),
            (r"said \\u0022canary words\\u0022", "said ?"),
            ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn addresses_lose_credentials_and_queries() {
        for (text, expected) in [
            (
                "GET https://me:pw@host:80/p/q?sig=abc&x=1 failed",
                "GET https://host:80/p/q? failed",
            ),
            (
                "path=/warehouse/orders rows=12",
                "path=/warehouse/orders rows=12",
            ),
            ("//me:canary@host,a:canary c", "//host,? c"),
            ("https://me:can/ary@host/x", "https://?"),
            ("https://me:can?ary@host/x", "https://?"),
            ("url=s3a://key:canary@bucket/x", "url=s3a://bucket/x"),
            ("//me:canary@host/x", "//host/x"),
            ("//me:can,ary@host/x", "?"),
            (
                "file:/data/in/part-00001.parquet",
                "file:/data/in/part-00001.parquet",
            ),
            (
                "/warehouse/day=2026-01-01/customer=canary/part-0.orc",
                "/warehouse/day=?/customer=?/part-0.orc",
            ),
            (
                "to jdbc:oracle:thin:scott/canary@host:1521:orcl failed",
                "to jdbc:? failed",
            ),
            (
                "url=JDBC:sqlserver://h;password={can ary};x=y failed",
                "url=jdbc:? failed",
            ),
            (
                "jdbc:oracle:thin:scott/canary@(DESCRIPTION=(ADDRESS= (HOST=h))) failed",
                "jdbc:? failed",
            ),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn values_of_secrets_are_hidden() {
        for (text, expected) in [
            ("password=hunter2, user=me", "password=?, user=me"),
            ("the password: hunter2 is wrong", "the password: ? is wrong"),
            ("password : hunter2", "password : ?"),
            ("password&#61;hunter2", "password=?"),
            ("a=b&amp;password&equals;hunter2", "a=?=?"),
            ("password%3Dhunter2 failed", "password=? failed"),
            (r"password\u003dhunter2", "password=?"),
            ("password=&quot;two words&quot; failed", "password=? failed"),
            (r#"{\"password\":\"two words\"}"#, r"{\?"),
            ("<pin>hunter2</pin>", "<pin>?>"),
            ("password=hunter2://x@host", "password=?"),
            ("password=hunter2jdbc:x", "password=jdbc:?"),
            ("password: hunter2-----BEGIN", "password: ?"),
            ("url=https://a:b@host", "url=https://host"),
            ("password = !!! then", "password = ? then"),
            ("password for 'joe': hunter2", "password for ?: ?"),
            (
                "secret 'db' in prod is hunter2. Try again",
                "secret ? in ? is ?. Try again",
            ),
            ("apiKey['prod'] = hunter2", "apiKey[?] = ?"),
            ("the token \"x\", then", "the token ?, then"),
            (
                "<password type=\"x\">hunter2</password>",
                "<password ??>?<?>",
            ),
            ("say \"a &quot; hunter2 \" now", "say ?"),
            ("it's &#39;hunter2 x&#39; again", "it's ? again"),
            ("\"password\": hunter2", "?: ?"),
            ("--password hunter2 --user me", "--password ? --user me"),
            ("Authorization: Bearer abc def", "Authorization: Bearer ? ?"),
            ("Bearer abc", "Bearer ?"),
            ("Sync with api key=hunter2", "Sync with api key=?"),
            ("Account Key=hunter2;End", "Account Key=?"),
            ("Shared Access Key==hunter2", "Shared Access Key==?"),
            ("master key:=hunter2", "master key:=?"),
            ("api key=>hunter2", "api key=>?"),
            ("private key:hunter2", "private key:?"),
            ("pass word=hunter2", "pass word=?"),
            ("primary key=hunter", "primary key=hunter"),
            ("pw is hunter", "pw is ?"),
            ("creds are joe, hunter", "creds are ?, ?"),
            ("pw was changed to hunter", "pw was changed to ?"),
            ("pw -> hunter", "pw -> ?"),
            ("pw ->hunter", "pw ->?"),
            ("pass for joe: hunter", "pass for joe: ?"),
            ("pass for the user joe=hunter", "pass for the user joe=?"),
            ("pass for 'joe': hunter", "pass for ?: ?"),
            ("pw of `joe` = hunter", "pw of `joe` = ?"),
            ("pw (prod): hunter", "pw (prod): ?"),
            ("pw (prod) is hunter", "pw (prod) is ?"),
            ("pin for joe = hunter", "pin for joe = ?"),
            ("creds[hunter], x", "creds[?], x"),
            ("password\nchange\nnext line", "password\n?\nnext line"),
            ("# \"API key\":\r\n\r\nhunter", "# ?:\r\n\r\n?"),
            ("## Access Key\n\nhunter", "## Access Key\n\n?"),
            ("Secret access key\nhunter", "Secret access key\n?"),
            ("Access token\nhunter", "Access token\n?"),
            ("first pass of 3: now", "first pass of 3: now"),
            (
                "auth for user joe failed: timeout",
                "auth for user joe failed: timeout",
            ),
            ("[pin]\nhunter", "[pin]\n?"),
            ("invalid token\nnext line", "invalid token\nnext line"),
            (
                "with the password\nnext line",
                "with the password\nnext line",
            ),
            ("password 'x': hunter", "password ?: ?"),
            ("pw[prod] = hunter", "pw[?] = ?"),
            ("cvv=123, cvc: 123", "cvv=?, cvc: ?"),
            (
                "pass the data to the next stage: now",
                "pass the data to the next stage: now",
            ),
            ("pin 3 tasks: now", "pin 3 tasks: now"),
            (
                "auth failed: connection refused",
                "auth failed: connection refused",
            ),
            ("auth is required", "auth is required"),
            ("fs.s3a.secret.key=abc=def", "fs.s3a.secret.key=?"),
            ("key AKIAIOSFODNN7EXAMPLE denied", "key ? denied"),
            ("with wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "with ?"),
            ("dGhlIHNlY3JldCBvZiBteSBsaWZlIGlzIDQy== x", "? x"),
        ] {
            assert_eq!(scrub(text, Style::Prose), expected);
        }
    }

    #[test]
    fn sql_keeps_its_operators() {
        for (text, expected) in [
            (
                "SELECT a||b, c::int, d->e, count(*) FROM t WHERE x>=? AND y=z",
                "SELECT a||b, c::int, d->e, count(*) FROM t WHERE x>=? AND y=z",
            ),
            (
                "SELECT a/b, -?, c-d FROM orders_?",
                "SELECT a/b, -?, c-d FROM orders_?",
            ),
            (
                "Update for joe@example.com with password: x",
                "Update for ? with password: ?",
            ),
            (
                "SELECT token = x, `password`=y",
                "SELECT token = ?, `password`=?",
            ),
            ("SELECT AKIAIOSFODNN7EXAMPLE", "SELECT ?"),
            ("SELECT\n  token\nFROM t", "SELECT\n  token\nFROM t"),
            (
                "SELECT a FROM pass JOIN auth ON a.x = b.y WHERE pin IN (c, d) AND e = f AND pin IS NULL AND g = h",
                "SELECT a FROM pass JOIN auth ON a.x = b.y WHERE pin IN (c, d) AND e = f AND pin IS NULL AND g = h",
            ),
        ] {
            assert_eq!(scrub(text, Style::Sql), expected);
        }
    }
}
