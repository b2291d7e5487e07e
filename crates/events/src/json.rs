//! JSON as Spark's own reader takes it, one value at a time.
//!
//! `serde_json` refuses what Jackson takes: half a surrogate pair, a member twice. This reader takes it. It
//! builds nothing, and neither depth nor length of a line costs it more than a byte for each open bracket.

use std::borrow::Cow;
use std::fmt::Write;

/// The text is not JSON, or ends before its value does.
#[derive(Debug)]
pub(crate) struct Broken;

/// A value. The members or elements of a container are still to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    Object,
    List,
    /// What is between the quotes, escaped as it is.
    Text(&'a str),
    /// A word that is a number to Rust: also `NaN` and those without end.
    Number(&'a str),
    Bool(bool),
    Null,
}

impl<'a> Value<'a> {
    /// A whole number, as Jackson makes one of a fraction or of a text; `None` beyond 64 bits.
    pub(crate) fn int(self) -> Option<i64> {
        match self {
            Self::Number(word) => word.parse().ok().or_else(|| truncated(word)),
            Self::Text(text) => text.trim_ascii().parse().ok(),
            _ => None,
        }
    }

    /// A text, as Jackson makes one of a number or a truth.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(raw) => Some(decoded(raw)),
            Self::Number(word) => Some(Cow::Borrowed(word)),
            Self::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
            _ => None,
        }
    }
}

/// The whole part of a number that is written with a fraction or an exponent.
fn truncated(word: &str) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let number = word.parse::<f64>().ok()?;
    let is_fraction = word.contains(['.', 'e', 'E']);
    #[expect(clippy::cast_possible_truncation, reason = "that is what is asked for")]
    (is_fraction && (-LIMIT..LIMIT).contains(&number)).then_some(number as i64)
}

/// Reads one JSON value from its beginning to its end.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// A container was opened and nothing of it was read.
    fresh: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            fresh: false,
        }
    }

    /// The next value: that of the whole text, of the member or of the element that was announced.
    pub(crate) fn value(&mut self) -> Result<Value<'a>, Broken> {
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                self.fresh = true;
                Ok(Value::Object)
            }
            Some(b'[') => {
                self.at += 1;
                self.fresh = true;
                Ok(Value::List)
            }
            Some(b'"') => self.string().map(Value::Text),
            _ => self.word(),
        }
    }

    /// The name of the object's next member, escaped as it is. `None` is the object's end.
    pub(crate) fn next_member(&mut self) -> Result<Option<&'a str>, Broken> {
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return Err(Broken);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(Some(name))
    }

    /// Whether the list has another element.
    pub(crate) fn next_element(&mut self) -> Result<bool, Broken> {
        self.goes_on(b']')
    }

    /// Passes over what is left of a value.
    pub(crate) fn skip(&mut self, value: Value<'a>) -> Result<(), Broken> {
        self.walk(value, |_| {})
    }

    /// Writes a value as every reader of JSON takes it.
    pub(crate) fn copy(&mut self, value: Value<'a>, out: &mut String) -> Result<(), Broken> {
        self.walk(value, |step| match step {
            Step::Comma => out.push(','),
            Step::Member(name) => write_text(name, out, ":"),
            Step::Value(Value::Object) => out.push('{'),
            Step::Value(Value::List) => out.push('['),
            Step::Value(Value::Text(text)) => write_text(text, out, ""),
            Step::Value(Value::Number(word)) if is_json_number(word) => out.push_str(word),
            Step::Value(Value::Bool(truth)) => out.push_str(if truth { "true" } else { "false" }),
            Step::Value(Value::Number(_) | Value::Null) => out.push_str("null"),
            Step::Close(bracket) => out.push(bracket),
        })
    }

    /// Nothing follows the value.
    pub(crate) fn end(&mut self) -> Result<(), Broken> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Broken),
        }
    }

    fn walk(&mut self, value: Value<'a>, mut visit: impl FnMut(Step<'a>)) -> Result<(), Broken> {
        let mut open: Vec<Value<'a>> = Vec::new();
        let mut entered = value;
        loop {
            visit(Step::Value(entered));
            if matches!(entered, Value::Object | Value::List) {
                open.push(entered);
            }
            loop {
                let Some(container) = open.last() else {
                    return Ok(());
                };
                let comma = !self.fresh;
                if *container == Value::Object {
                    if let Some(name) = self.next_member()? {
                        if comma {
                            visit(Step::Comma);
                        }
                        visit(Step::Member(name));
                        break;
                    }
                    visit(Step::Close('}'));
                } else {
                    if self.next_element()? {
                        if comma {
                            visit(Step::Comma);
                        }
                        break;
                    }
                    visit(Step::Close(']'));
                }
                open.pop();
            }
            entered = self.value()?;
        }
    }

    /// Whether the container goes on; else its end was read.
    fn goes_on(&mut self, close: u8) -> Result<bool, Broken> {
        let fresh = std::mem::take(&mut self.fresh);
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        if !fresh {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek() != Some(byte) {
            return Err(Broken);
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
        self.at += blank.unwrap_or(rest.len());
        rest.get(blank?).copied()
    }

    fn string(&mut self) -> Result<&'a str, Broken> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = self.text.as_bytes().get(at..).ok_or(Broken)?;
            let found = at + memchr::memchr2(b'"', b'\\', rest).ok_or(Broken)?;
            let escape = self.text.as_bytes().get(found..).unwrap_or_default();
            at = match escape {
                [b'"', ..] => {
                    self.at = found + 1;
                    return self.text.get(start..found).ok_or(Broken);
                }
                [_, b'u', ..] if utf16_unit(escape).is_some() => found + 6,
                [
                    _,
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                    ..,
                ] => found + 2,
                _ => return Err(Broken),
            };
        }
    }

    fn word(&mut self) -> Result<Value<'a>, Broken> {
        let rest = self.text.get(self.at..).ok_or(Broken)?;
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'))
            .unwrap_or(rest.len());
        let word = rest.get(..end).ok_or(Broken)?;
        self.at += end;
        match word {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            _ if word.parse::<f64>().is_ok() => Ok(Value::Number(word)),
            _ => Err(Broken),
        }
    }
}

/// What a walk through a value meets.
enum Step<'a> {
    Comma,
    Member(&'a str),
    Value(Value<'a>),
    Close(char),
}

/// Whether every reader of JSON takes the word.
pub(crate) fn is_json_number(word: &str) -> bool {
    serde_json::from_str::<f64>(word).is_ok()
}

/// Writes a text that is escaped already, in quotes.
pub(crate) fn write_text(raw: &str, out: &mut String, behind: &str) {
    out.push('"');
    out.push_str(&mended(raw));
    out.push('"');
    out.push_str(behind);
}

/// A text without its escapes.
pub(crate) fn decoded(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut quoted = String::with_capacity(raw.len() + 2);
    write_text(raw, &mut quoted, "");
    Cow::Owned(serde_json::from_str(&quoted).unwrap_or_default())
}

/// An escaped text as every reader of JSON takes it: half a surrogate pair becomes U+FFFD. Spark cuts texts by
/// UTF-16 units, and Java's texts need not be whole.
fn mended(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let mut mended = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, is_odd) = match rest {
            [b'\\', ..] => match utf16_unit(rest) {
                Some(0xD800..0xDC00) if has_low_half(rest) => (12, false),
                Some(0xD800..0xE000) => (6, true),
                _ => (2, false),
            },
            [byte, ..] => (1, *byte < b' '),
            [] => break,
        };
        if is_odd {
            mended.push_str(raw.get(copied..at).unwrap_or_default());
            if length == 1 {
                let _ = write!(mended, "\\u{:04x}", rest[0]);
            } else {
                mended.push_str("\\ufffd");
            }
            copied = at + length;
        }
        at += length;
    }
    if copied == 0 {
        return Cow::Borrowed(raw);
    }
    mended.push_str(raw.get(copied..).unwrap_or_default());
    Cow::Owned(mended)
}

fn has_low_half(escape: &[u8]) -> bool {
    let next = escape.get(6..).and_then(utf16_unit);
    matches!(next, Some(0xDC00..0xE000))
}

/// The value of an escape of the form `\uXXXX` that the bytes begin with.
fn utf16_unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str) -> Option<String> {
        let mut reader = Reader::new(text);
        let mut out = String::new();
        let value = reader.value().ok()?;
        reader.copy(value, &mut out).ok()?;
        reader.end().ok()?;
        Some(out)
    }

    #[test]
    fn json_is_copied_as_it_is() {
        for text in [
            r#"{"a":[1,-2.5e3,"x\n\"\u00e9\ud83d\udc4d",{}],"b":{"c":[]},"d":null,"e":true}"#,
            "0",
            r#""""#,
        ] {
            assert_eq!(copied(text).as_deref(), Some(text));
        }
        assert_eq!(copied(" [ 1 , { } ] \r").as_deref(), Some("[1,{}]"));
    }

    #[test]
    fn what_jackson_takes_is_copied_as_everybody_takes_it() {
        for (text, expected) in [
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (
                r#""\udc4d\ud83d\ud83d\udc4d""#,
                r#""\ufffd\ufffd\ud83d\udc4d""#,
            ),
            ("[NaN,-Infinity]", "[null,null]"),
            ("\"a\tb\"", r#""a\u0009b""#),
        ] {
            let copied = copied(text).unwrap();
            assert_eq!(copied, expected);
            assert!(serde_json::from_str::<serde_json::Value>(&copied).is_ok());
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            r#"{"a":1,}"#,
            r#"{"a"}"#,
            "[1 2]",
            "1 2",
            "nul",
            r#""a\x""#,
            r#""a\u12""#,
            "{]",
            "[}",
            r#""a"#,
            r"{1:2}",
            ",",
            "[,1]",
        ] {
            assert_eq!(copied(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_as_java_makes_them() {
        for (word, expected) in [
            ("5", Some(5)),
            ("5.9", Some(5)),
            ("-5.9", Some(-5)),
            ("1e3", Some(1000)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775809", None),
            ("1e19", None),
            ("NaN", None),
        ] {
            assert_eq!(Value::Number(word).int(), expected, "{word}");
        }
        assert_eq!(Value::Text(" 7").int(), Some(7));
        assert_eq!(Value::Text("7.0").int(), None);
    }
}
