//! Expressions of Spark's properties, which are those of `java.util.regex`.
//!
//! Many mean something else to other engines without being an error, and what should be hidden would be shown. So an
//! expression is translated piece by piece, and one with a piece whose meaning is not known to be the same cannot
//! be used.

use std::borrow::Cow;
use std::fmt::Write as _;

use regex_lite::Regex;

use crate::PLACEHOLDER;

/// `.`: anything but Java's line terminators.
const IN_LINE: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]";
/// `$`: the end, and before the last line terminator, which is hidden too.
const END: &str = r"(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z";
/// What follows a piece that is repeated.
const QUANTIFIERS: [char; 4] = ['*', '+', '?', '{'];

/// An expression that hides at least what it hides in Java.
#[derive(Debug)]
pub(crate) struct Expression {
    regex: Regex,
    limits: Limits,
}

/// Texts beyond which the expression means something else, or what it means depends on Java's version.
#[derive(Debug, Default)]
struct Limits {
    /// Texts of ASCII: word boundaries and cases of other characters differ.
    ascii: bool,
    /// Texts whose lines end in `\n`.
    newlines: bool,
}

impl Expression {
    /// `None` where the expression is an error, or not known to mean the same here.
    pub(crate) fn new(java: &str) -> Option<Self> {
        let translation = Translation::of(java)?;
        Some(Self {
            regex: Regex::new(&translation.regex).ok()?,
            limits: translation.limits,
        })
    }

    /// Whether the text has something to hide, or might have.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        !self.limits.hold(text) || self.regex.is_match(text)
    }

    /// The text without what is to be hidden: all of it where that is not known.
    pub(crate) fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.limits.hold(text) {
            self.regex.replace_all(text, PLACEHOLDER)
        } else {
            Cow::Owned(PLACEHOLDER.to_owned())
        }
    }
}

impl Limits {
    fn hold(&self, text: &str) -> bool {
        let other_line_end = ['\r', '\u{85}', '\u{2028}', '\u{2029}'];
        (!self.ascii || text.is_ascii()) && !(self.newlines && text.contains(other_line_end))
    }
}

/// An expression on its way from Java.
#[derive(Debug)]
struct Translation<'a> {
    rest: &'a str,
    regex: String,
    limits: Limits,
    /// The groups around, from the outermost.
    groups: Vec<Group>,
    /// `i`, and properties of one case, which not every Java extends by it, and ranges of letters of both cases,
    /// which the other engine extends by those of one.
    case: Sensitive,
    /// `u` or `U`, and characters beyond ASCII, and properties, of which some become others.
    unicode: Sensitive,
}

/// A flag that cannot be translated together with some pieces.
#[derive(Debug, Default)]
struct Sensitive {
    /// The flag is set somewhere.
    is_set: bool,
    /// Such a piece is somewhere.
    has_piece: bool,
}

/// A group, or the whole expression.
#[derive(Debug, Default)]
struct Group {
    flags: Flags,
    /// The alternative has pieces.
    has_pieces: bool,
    /// The alternative matches more than the empty text, each time.
    consumes: bool,
    /// The alternative is over: [`END`] may only come last.
    is_over: bool,
    /// The same of all alternatives before.
    before: Option<Alternatives>,
}

/// What alternatives have in common.
#[derive(Debug, Clone, Copy)]
struct Alternatives {
    /// Each [`Group::consumes`].
    consume: bool,
    /// One [`Group::is_over`].
    is_over: bool,
}

/// `s` and `m`; `i` is that of the other engine.
#[derive(Debug, Default, Clone, Copy)]
struct Flags {
    dot_all: bool,
    multi_line: bool,
}

/// What an escape stands for.
enum Escape {
    Char(char),
    /// Ranges inside of a class, or those that are left out.
    Class(&'static str, bool),
}

impl<'a> Translation<'a> {
    fn of(java: &'a str) -> Option<Self> {
        let mut translation = Self {
            rest: java,
            regex: String::new(),
            limits: Limits::default(),
            groups: vec![Group::default()],
            case: Sensitive::default(),
            unicode: Sensitive::default(),
        };
        while let Some(c) = translation.next() {
            translation.piece(c)?;
        }
        if [&translation.case, &translation.unicode]
            .into_iter()
            .any(|flag| flag.is_set && flag.has_piece)
        {
            return None;
        }
        translation.limits.ascii |= translation.unicode.is_set;
        let mut group = translation.groups.pop()?;
        let is_empty = group.before.is_none() && !group.has_pieces;
        let alternatives = group.end_alternative();
        // After an empty match Java goes on inside of a character of two UTF-16 units.
        translation.limits.ascii |= !alternatives.is_some_and(|all| all.consume);
        (translation.groups.is_empty() && (is_empty || alternatives.is_some()))
            .then_some(translation)
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn group(&mut self) -> Option<&mut Group> {
        self.groups.last_mut()
    }

    fn piece(&mut self, c: char) -> Option<()> {
        let Flags {
            dot_all,
            multi_line,
        } = self.group()?.flags;
        match c {
            '(' => self.open(),
            ')' => self.close(),
            '|' => {
                self.regex.push('|');
                let group = self.group()?;
                group.before = Some(group.end_alternative()?);
                group.has_pieces = false;
                group.consumes = false;
                group.is_over = false;
                Some(())
            }
            '[' => {
                self.class()?;
                self.consuming()
            }
            '.' => {
                let dot = if dot_all { "(?s:.)" } else { IN_LINE };
                self.regex.push_str(dot);
                self.consuming()
            }
            '^' if multi_line => self.line_boundary("(?m:^)"),
            '$' if multi_line => self.line_boundary("(?m:$)"),
            '^' => self.assertion(r"\A"),
            '$' => self.end(),
            '\\' => self.escaped(),
            // A second quantifier is possessive or an error to Java, and NUL is the end.
            '*' | '+' | '?' | '{' | '\0' => None,
            c => {
                self.char(c);
                self.consuming()
            }
        }
    }

    fn escaped(&mut self) -> Option<()> {
        if self.take("Q") {
            let (quoted, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
            self.rest = rest;
            let mut quoted = quoted.chars();
            let last = quoted.next_back();
            for c in quoted {
                self.char(c);
                self.add(true)?;
            }
            let Some(last) = last else {
                return Some(());
            };
            self.char(last);
            return self.consuming();
        }
        match self.rest.chars().next()? {
            c @ ('b' | 'B') => {
                self.next();
                self.limits.ascii = true;
                self.assertion(if c == 'b' { r"\b" } else { r"\B" })
            }
            'A' => {
                self.next();
                self.assertion(r"\A")
            }
            'z' => {
                self.next();
                self.assertion(r"\z")
            }
            'Z' => {
                self.next();
                self.end()
            }
            _ => {
                match self.escape()? {
                    Escape::Char(c) => self.char(c),
                    Escape::Class(ranges, is_negated) => {
                        let negation = if is_negated { "^" } else { "" };
                        let _ = write!(self.regex, "[{negation}{ranges}]");
                    }
                }
                self.consuming()
            }
        }
    }

    /// What follows a `\` and stands for characters.
    fn escape(&mut self) -> Option<Escape> {
        let c = self.next()?;
        let char = match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'a' => '\u{7}',
            'e' => '\u{1b}',
            'x' if self.take("{") => {
                let (digits, rest) = self.rest.split_once('}')?;
                self.rest = rest;
                hexadecimal(digits)?
            }
            'x' => self.digits(2)?,
            'u' => self.digits(4)?,
            'p' | 'P' => {
                let (name, rest) = self.rest.strip_prefix('{')?.split_once('}')?;
                self.rest = rest;
                return Some(Escape::Class(self.property(name)?, c == 'P'));
            }
            c if c.is_ascii_alphabetic() => {
                let ranges = match c.to_ascii_lowercase() {
                    'd' => "0-9",
                    'w' => "0-9A-Za-z_",
                    's' => r"\t-\r\x20",
                    'h' => r"\t\x20\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}",
                    'v' => r"\n-\r\x{85}\x{2028}\x{2029}",
                    _ => return None,
                };
                return Some(Escape::Class(ranges, c.is_ascii_uppercase()));
            }
            c if c.is_ascii_punctuation() || c == ' ' => c,
            _ => return None,
        };
        Some(Escape::Char(char))
    }

    fn digits(&mut self, count: usize) -> Option<char> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        hexadecimal(digits)
    }

    /// Ranges of a property's characters.
    fn property(&mut self, name: &str) -> Option<&'static str> {
        self.unicode.has_piece = true;
        self.case.has_piece |= matches!(name, "Lower" | "Upper" | "Ll" | "Lu");
        self.limits.ascii |= matches!(name, "L" | "Ll" | "Lu" | "N" | "Nd" | "IsAlphabetic");
        Some(match name {
            "Lower" | "Ll" => "a-z",
            "Upper" | "Lu" => "A-Z",
            "Alpha" | "L" | "IsAlphabetic" => "A-Za-z",
            "Digit" | "N" | "Nd" => "0-9",
            "Alnum" => "0-9A-Za-z",
            "XDigit" => "0-9A-Fa-f",
            "Punct" => r"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
            "Space" => r"\t-\r\x20",
            _ => return None,
        })
    }

    /// A class without classes and intersections inside.
    fn class(&mut self) -> Option<()> {
        self.regex.push('[');
        if self.take("^") {
            self.regex.push('^');
        }
        if self.rest.starts_with(['^', ']']) {
            return None;
        }
        loop {
            let low = match self.next()? {
                ']' => break,
                '[' | '\0' => return None,
                '&' if self.rest.starts_with('&') => return None,
                '-' if self.rest.starts_with('-') => return None,
                '-' => {
                    self.char('-');
                    continue;
                }
                '\\' if self.rest.starts_with(['D', 'S', 'W']) => {
                    let negated = self.next()?;
                    self.regex.extend(['\\', negated]);
                    continue;
                }
                '\\' => match self.escape()? {
                    Escape::Char(c) => c,
                    Escape::Class(ranges, false) => {
                        self.regex.push_str(ranges);
                        continue;
                    }
                    Escape::Class(_, true) => return None,
                },
                c => c,
            };
            if '\u{ffff}' < low {
                return None;
            }
            self.char(low);
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.next();
                let high = match self.next()? {
                    '[' | '-' | '&' | '^' | '\0' => return None,
                    '\\' => match self.escape()? {
                        Escape::Char(c) => c,
                        Escape::Class(..) => return None,
                    },
                    c => c,
                };
                self.case.has_piece |= low <= 'Z' && 'a' <= high && ('A' < low || high < 'z');
                // Half of a character of two UTF-16 units is in the range to Java.
                if low < '\u{e000}' && '\u{d7ff}' < high {
                    return None;
                }
                self.regex.push('-');
                self.char(high);
            }
        }
        self.regex.push(']');
        Some(())
    }

    fn open(&mut self) -> Option<()> {
        let mut flags = self.group()?.flags;
        self.regex.push_str("(?");
        if self.take("?<") {
            let (name, rest) = self.rest.split_once('>')?;
            self.rest = rest;
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric());
            if !is_name {
                return None;
            }
        } else if self.take("?") {
            let mut is_on = true;
            loop {
                match self.next()? {
                    ':' => break,
                    ')' => {
                        // The other engine has no `(?)`.
                        if self.regex.ends_with("(?") {
                            self.regex.truncate(self.regex.len() - "(?".len());
                        } else {
                            self.regex.push(')');
                        }
                        self.group()?.flags = flags;
                        return Some(());
                    }
                    '-' if is_on => is_on = false,
                    'i' => {
                        self.case.is_set = true;
                        self.regex.push_str(if is_on { "i" } else { "-i" });
                    }
                    's' => flags.dot_all = is_on,
                    'm' => flags.multi_line = is_on,
                    'u' | 'U' => self.unicode.is_set = true,
                    _ => return None,
                }
            }
        }
        self.regex.push(':');
        self.groups.push(Group {
            flags,
            ..Group::default()
        });
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let alternatives = self.groups.pop()?.end_alternative()?;
        self.regex.push(')');
        if alternatives.is_over && self.rest.starts_with(QUANTIFIERS) {
            return None;
        }
        self.quantified(alternatives.consume)?;
        self.group()?.is_over = alternatives.is_over;
        Some(())
    }

    /// A character, so that it means itself wherever it stands.
    fn char(&mut self, c: char) {
        self.unicode.has_piece |= !c.is_ascii();
        if c.is_ascii_alphanumeric() {
            self.regex.push(c);
        } else {
            let _ = write!(self.regex, "\\x{{{:X}}}", u32::from(c));
        }
    }

    fn assertion(&mut self, assertion: &str) -> Option<()> {
        self.regex.push_str(assertion);
        self.quantified(false)
    }

    fn line_boundary(&mut self, assertion: &str) -> Option<()> {
        self.limits.newlines = true;
        self.assertion(assertion)
    }

    fn end(&mut self) -> Option<()> {
        self.assertion(END)?;
        self.group()?.is_over = true;
        Some(())
    }

    fn consuming(&mut self) -> Option<()> {
        self.quantified(true)
    }

    /// The quantifier of the piece before, if it has one. Engines differ in how they repeat the empty text.
    fn quantified(&mut self, consumes: bool) -> Option<()> {
        if !self.rest.starts_with(QUANTIFIERS) {
            return self.add(consumes);
        }
        let quantifier = self.next()?;
        self.regex.push(quantifier);
        let at_least_one = match quantifier {
            '{' => {
                let (counts, rest) = self.rest.split_once('}')?;
                let (least, most) = counts.split_once(',').unwrap_or((counts, ""));
                let is_count = |count: &str| count.bytes().all(|digit| digit.is_ascii_digit());
                if least.is_empty() || !is_count(least) || !is_count(most) {
                    return None;
                }
                self.rest = rest;
                let _ = write!(self.regex, "{counts}}}");
                least.bytes().any(|digit| digit != b'0')
            }
            quantifier => quantifier == '+',
        };
        if self.take("?") {
            self.regex.push('?');
        }
        if consumes {
            self.add(at_least_one)
        } else {
            None
        }
    }

    fn add(&mut self, consumes: bool) -> Option<()> {
        let group = self.group()?;
        group.has_pieces = true;
        group.consumes |= consumes;
        (!group.is_over).then_some(())
    }
}

impl Group {
    /// `None` where it is empty.
    fn end_alternative(&mut self) -> Option<Alternatives> {
        let before = self.before.unwrap_or(Alternatives {
            consume: true,
            is_over: false,
        });
        self.has_pieces.then_some(Alternatives {
            consume: before.consume && self.consumes,
            is_over: before.is_over || self.is_over,
        })
    }
}

fn hexadecimal(digits: &str) -> Option<char> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Java 17 leaves of the text, with `?` for what it hides, and what is left of it here: `None` where the
    /// expression cannot be used.
    type Row = (
        &'static str,
        &'static str,
        &'static str,
        Option<&'static str>,
    );

    const ROWS: &[Row] = &[
        (
            r"\<ssn\>.*?\</ssn\>",
            "for <ssn>abcd</ssn> x",
            "for ? x",
            Some("for ? x"),
        ),
        (r"acme[a-z]+$", "for acmecorp\n", "for ?\n", Some("for ?")),
        (
            r"acme[a-z]+$",
            "for acmecorp\r\n",
            "for ?\r\n",
            Some("for ?"),
        ),
        (
            r"acme[a-z]+\Z",
            "for acmecorp\u{2028}",
            "for ?\u{2028}",
            Some("for ?"),
        ),
        (
            r"acme[a-z]+\z",
            "for acmecorp\n",
            "for acmecorp\n",
            Some("for acmecorp\n"),
        ),
        (
            r"(a|acme[a-z]+$)",
            "for acmecorp\n",
            "for ?cmecorp\n",
            Some("for ?cmecorp\n"),
        ),
        (
            r"(?m)acme[a-z]+$",
            "acmecorp\r\nnext",
            "?\r\nnext",
            Some("?"),
        ),
        (
            r"(?m)acme[a-z]+$",
            "acmecorp\nnext",
            "?\nnext",
            Some("?\nnext"),
        ),
        (r"(?m)^acme\w+", "x\nacmecorp", "x\n?", Some("x\n?")),
        (r"(?m)^acme\w+", "x\u{85}acmecorp", "x\u{85}?", Some("?")),
        (
            r"(?U)acme-\w+",
            "for acme-corp x",
            "for ? x",
            Some("for ? x"),
        ),
        (r"(?U)acme-\w+", "for acme-ümlaut x", "for ? x", Some("?")),
        (r"(?iu)пин [а-я]+", "for ПИН абв x", "for ? x", None),
        (
            r"(?iu)pin [a-z]+",
            "for PIN abc x",
            "for ? x",
            Some("for ? x"),
        ),
        (r"(?iu)secret", "a \u{17f}ecret", "a ?", Some("?")),
        (r"(?i)ÄCME", "for äcme x", "for äcme x", Some("for äcme x")),
        (r"(?i)[^a-c]", "xAbC", "?AbC", Some("?AbC")),
        (r"\bÄcme\b", "for Äcme x", "for ? x", Some("?")),
        (r"\bacme\b", "for acme x", "for ? x", Some("for ? x")),
        (r"acme\b", "for acmeé x", "for acmeé x", Some("?")),
        (r"key.*", "key a\rb", "?\rb", Some("?\rb")),
        (r"(?s)key.*", "key a\rb", "?", Some("?")),
        (
            r"key.*?b",
            "key a\u{2028}b axb x",
            "key a\u{2028}b axb x",
            Some("key a\u{2028}b axb x"),
        ),
        (r"\Qa.b*\E+", "a.b**, a.bb", "?, a.bb", Some("?, a.bb")),
        (r"acme\h+\x41\u0042\t", "acme\u{a0} AB\t.", "?.", Some("?.")),
        (r"a\vb", "a\u{b}b a\nb a\u{2029}b", "? ? ?", Some("? ? ?")),
        (r"[\D\n]+1[]-]", "ab1]1-", "?1-", None),
        (r"[a-c-]+", "a-b_c", "?_?", Some("?_?")),
        (
            r"(?<pin>\d{4})-(?i:x)(?-i)y",
            "1234-Xy 1234-xY",
            "? 1234-xY",
            Some("? 1234-xY"),
        ),
        (
            r"\p{Alpha}+\P{Digit}",
            "abc1 abc- 1",
            "?1 ? 1",
            Some("?1 ? 1"),
        ),
        (r"\p{L}+", "1 Müller", "1 ?", Some("?")),
        (r"acme++[a-z]*", "acmeecorp", "?", None),
        (r"[a-z&&[^x]]{4}", "for abcd x", "for ? x", None),
        (r"[[:alpha:]]{4}", "for alph x", "for ? x", None),
    ];

    /// Scenario: expressions of which many mean something else, or nothing, to the engine here.
    /// Guarantees: what Java hides is hidden, or the expression cannot be used.
    #[test]
    fn what_java_hides_is_hidden() {
        for &(java, text, java_shows, expected) in ROWS {
            let expression = Expression::new(java);
            let shown = expression.as_ref().map(|expression| expression.hide(text));
            assert_eq!(shown.as_deref(), expected, "{java} hides {java_shows}");
            let is_match = expression.is_some_and(|expression| expression.is_match(text));
            assert_eq!(
                is_match,
                expected.is_some_and(|shown| shown != text),
                "{java}"
            );
        }
    }

    /// Scenario: expressions that Java knows and the engine here does not, or differently, and errors.
    /// Guarantees: they cannot be used.
    #[test]
    fn what_is_not_known_to_be_the_same_cannot_be_used() {
        for java in [
            "(?<=a)b",
            "a(?=b)",
            "a(?!b)",
            "(?<!a)b",
            "(?>a)",
            "(?P<n>a)",
            "(?x)a b",
            "(?d)a.",
            "(?R)a",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            r"a\R",
            r"\X",
            r"\Ga",
            r"\cA",
            r"\0101",
            r"\uD83D\uDE00",
            r"\b{g}a",
            r"\N{DIGIT ONE}",
            r"\p{javaLowerCase}",
            r"\p{IsLatin}",
            r"\pL",
            r"(?i)\p{Lower}",
            r"(?U)\p{Punct}",
            "a++",
            "a*+",
            "a?+",
            "a{2}+",
            "a**",
            "a{,2}",
            "a{2",
            "a{2 }",
            "^*",
            "(a*)*",
            "(?:a|b?)+",
            "[a&&b]",
            "[a[b]]",
            "[[:alpha:]]",
            "[]a]",
            "[^^a]",
            "[--a]",
            "[a",
            "[",
            r"[\d-\w]-[",
            "(?i)[Z-b]",
            "(?iu)ſecret",
            r"(?iu)\x{17F}",
            "a$b",
            "(a$)b",
            "(a$)?",
            r"a\Z\n",
            "a|",
            "|a",
            "()",
            "(a",
            "a)",
            "(?",
            "(?<",
            "\\",
            r"\x{}",
            r"\x4",
            r"\u00",
            r"\p{Alpha",
            "a\0b",
        ] {
            assert!(Expression::new(java).is_none(), "{java}");
        }
    }

    /// Scenario: expressions as they are usually written, Spark's own defaults among them.
    /// Guarantees: they can be used.
    #[test]
    fn usual_expressions_can_be_used() {
        for java in [
            "(?i)secret|password|passwd|token|access[.]?key",
            "(?i)secret|password|token|access[.]key",
            "(?i)url|pass|key",
            "(?i)url",
            r"\d{3}-\d{2}-\d{4}",
            r"\b\d{3}-\d{2}-\d{4}\b",
            "acme-[a-z]+",
            r"user=\w+",
            r"[\w.+-]+@[\w-]+\.[\w.-]+",
            r"[\w-\.]+@([\w-]+\.)+[\w-]{2,4}",
            r"(?s)-----BEGIN.*?-----END[^-]*-----",
            r#"(?i)(password|pwd)\s*[=:]\s*['"]?[^'"\s;]+"#,
            r"(AKIA|ASIA)[A-Z0-9]{16}",
            r"jdbc:[^\s]+",
            r"^.*secret.*$",
            r"[\s\S]*",
            "",
        ] {
            assert!(Expression::new(java).is_some(), "{java}");
        }
    }
}
