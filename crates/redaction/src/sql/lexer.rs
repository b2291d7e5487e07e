//! Spark's lexical rules, as `SqlBaseLexer.g4` of Spark 3.4 to 4.3 has them.
//!
//! The lexer takes any text, looks at each character a bounded number of times, and needs no stack. What
//! Spark itself would refuse ends the text: a quote, a comment or a tag that is never closed reaches to
//! its end.

use std::ops::Range;

use crate::quotes::{announces_delimiter, delimited_length};

/// What a token is, as far as hiding depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// White space, or a comment.
    Space,
    /// A string: quoted, raw or dollar-quoted.
    Text,
    /// A number, or a name that begins with a digit.
    Number,
    /// An unquoted identifier or keyword.
    Word,
    /// An identifier in backquotes.
    Quoted,
    /// An unquoted identifier that is a URI, as far as Spark's rule has it.
    Address,
    /// Any other character, or the end of a hint.
    Symbol,
}

/// A piece of a text. The tokens of a text follow each other without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// The rules in which versions of Spark, and databases that it pushes statements to, differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Letters of every language are letters, and a URI is one identifier (Spark 4.0).
    pub(crate) unicode: bool,
    /// `$tag$ … $tag$` is a string (Spark 4.2).
    pub(crate) dollar_quotes: bool,
    /// `q'[…]'` is a string, and a backslash in any is itself (Oracle).
    pub(crate) delimited: bool,
}

impl Dialect {
    /// The newest rules.
    pub(crate) const NEWEST: Self = Self {
        unicode: true,
        dollar_quotes: true,
        delimited: false,
    };
    /// The older ones.
    pub(crate) const OLDER: [Self; 2] = [
        Self {
            unicode: true,
            dollar_quotes: false,
            delimited: false,
        },
        Self {
            unicode: false,
            dollar_quotes: false,
            delimited: false,
        },
    ];

    const ORACLE: Self = Self {
        delimited: true,
        ..Self::NEWEST
    };

    /// The other rules, of which each may read the text in another way.
    pub(crate) fn others(text: &str) -> impl Iterator<Item = Self> {
        let is_alike = text.is_ascii() && !text.contains('$') && !text.contains("://");
        let older: &[Self] = if is_alike { &[] } else { &Self::OLDER };
        let has_delimited = text.contains("q'") || text.contains("Q'");
        let oracle = has_delimited.then_some(Self::ORACLE);
        older.iter().copied().chain(oracle)
    }

    /// Spark reads all letters as capitals, and two others have a capital of ASCII's.
    fn is_letter(self, letter: char) -> bool {
        letter.is_ascii_alphabetic()
            || matches!(letter, '_' | 'ı' | 'ſ')
            || (self.unicode && !letter.is_ascii() && letter.is_alphabetic())
    }

    fn is_word(self, letter: char) -> bool {
        self.is_letter(letter) || letter.is_ascii_digit()
    }
}

/// The tokens of a text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    position: usize,
    dialect: Dialect,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            text,
            position: 0,
            dialect,
        }
    }

    fn measure(&self, rest: &str, first: char) -> (Kind, usize) {
        match first {
            '\'' | '"' if self.dialect.delimited => (Kind::Text, raw_length(rest, first)),
            '\'' | '"' => (Kind::Text, quoted_length(rest, first)),
            '`' => (Kind::Quoted, backquoted_length(rest)),
            '-' if rest.starts_with("--") => (Kind::Space, line_comment_length(rest)),
            // A hint is made of tokens, which may be strings that hold the end of a comment.
            '/' if rest.starts_with("/*") && !rest.starts_with("/*+") => {
                (Kind::Space, block_comment_length(rest))
            }
            // The end of a hint; `*/*` begins no comment.
            '*' if rest.starts_with("*/") => (Kind::Symbol, 2),
            '$' if self.dialect.dollar_quotes && dollar_tag(rest).is_some() => {
                (Kind::Text, dollar_quoted_length(rest))
            }
            '.' => match decimal_length(rest, 0) {
                0 => (Kind::Symbol, 1),
                length => (Kind::Number, length),
            },
            _ if first.is_ascii_digit() => (Kind::Number, self.number_length(rest)),
            _ if first.is_whitespace() => (Kind::Space, run_length(rest, char::is_whitespace)),
            _ if self.dialect.is_letter(first) => self.measure_word(rest),
            // Digits of other scripts: Spark knows none.
            _ if first.is_numeric() => (Kind::Number, run_length(rest, char::is_numeric)),
            _ => (Kind::Symbol, first.len_utf8()),
        }
    }

    fn measure_word(&self, rest: &str) -> (Kind, usize) {
        let length = run_length(rest, |letter| self.dialect.is_word(letter));
        let (word, after) = rest.split_at(length);
        // Only a token of its own: `bar'x'` is a word and a string.
        if word.eq_ignore_ascii_case("r")
            && let Some(quote @ ('\'' | '"')) = after.chars().next()
        {
            return (Kind::Text, length + raw_length(after, quote));
        }
        if self.dialect.delimited
            && announces_delimiter(word)
            && after.starts_with('\'')
            && let Some(quoted) = delimited_length(after)
        {
            return (Kind::Text, length + quoted);
        }
        let is_scheme = self.dialect.unicode
            && word
                .chars()
                .all(|letter| letter != '_' && self.dialect.is_letter(letter));
        if is_scheme && let Some(address) = after.strip_prefix("://") {
            let is_of_address =
                |letter| self.dialect.is_word(letter) || "/-.?=&#%".contains(letter);
            match run_length(address, is_of_address) {
                0 => {}
                address => return (Kind::Address, length + "://".len() + address),
            }
        }
        (Kind::Word, length)
    }

    /// The longest of what can begin with a digit: a whole number, one with a point, a name.
    fn number_length(&self, rest: &str) -> usize {
        let digits = run_length(rest, is_digit);
        let exponent = match exponent_length(&rest[digits..]) {
            0 => 0,
            exponent => digits + exponent + suffix_length(&rest[digits + exponent..]),
        };
        run_length(rest, |letter| self.dialect.is_word(letter))
            .max(exponent)
            .max(decimal_length(rest, digits))
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = &self.text[self.position..];
        let (kind, length) = self.measure(rest, rest.chars().next()?);
        let start = self.position;
        self.position += length;
        Some(Token {
            kind,
            range: start..self.position,
        })
    }
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// How long the number with a point is that begins with so many digits; 0 if none is there. No letter of
/// ASCII, digit or underscore may follow it: `1.5x` is `1`, a point, and the name `5x`.
fn decimal_length(text: &str, digits: usize) -> usize {
    let Some(fraction) = text[digits..].strip_prefix('.') else {
        return 0;
    };
    let fraction = run_length(fraction, is_digit);
    if digits + fraction == 0 {
        return 0;
    }
    let base = digits + 1 + fraction;
    let length = base + exponent_length(&text[base..]);
    let length = length + suffix_length(&text[length..]);
    let older = Dialect {
        unicode: false,
        dollar_quotes: false,
        delimited: false,
    };
    if text[length..].starts_with(|next| older.is_word(next)) {
        0
    } else {
        length
    }
}

/// `e10`, `E+10`, `e-10`
fn exponent_length(text: &str) -> usize {
    let Some(exponent) = text.strip_prefix(['e', 'E']) else {
        return 0;
    };
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    match run_length(unsigned, is_digit) {
        0 => 0,
        digits => text.len() - unsigned.len() + digits,
    }
}

/// `f`, `d` or `bd`
fn suffix_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'f' | b'F' | b'd' | b'D', ..] => 1,
        [b'b' | b'B', b'd' | b'D', ..] => 2,
        _ => 0,
    }
}

fn run_length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

/// How long the text in quotes at the head is, escapes and quotes included. A doubled quote ends one
/// string and begins the next, which comes to the same.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if letter == quote {
            return index + 1;
        }
    }
    text.len()
}

/// How long the raw string is whose opening quote is at the head: a backslash in it is itself.
fn raw_length(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

/// A doubled backquote is one of the name.
fn backquoted_length(text: &str) -> usize {
    let mut from = 1;
    while let Some(end) = text[from..].find('`') {
        from += end + 1;
        if !text[from..].starts_with('`') {
            return from;
        }
        from += 1;
    }
    text.len()
}

/// A line comment ends with its line, unless a backslash stands before the line feed.
fn line_comment_length(text: &str) -> usize {
    let mut before = ' ';
    for (index, letter) in text.char_indices() {
        if letter == '\r' || (letter == '\n' && before != '\\') {
            return index;
        }
        before = letter;
    }
    text.len()
}

/// Comments nest; what looks like a hint within one does not.
fn block_comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut index) = (0_usize, 0);
    while index < bytes.len() {
        let rest = &bytes[index..];
        if rest.starts_with(b"/*") && !rest.starts_with(b"/*+") {
            (depth, index) = (depth + 1, index + 2);
        } else if rest.starts_with(b"*/") {
            (depth, index) = (depth - 1, index + 2);
            if depth == 0 {
                return index;
            }
        } else {
            index += 1;
        }
    }
    text.len()
}

/// `$tag$`, or `$$`, at the head.
fn dollar_tag(text: &str) -> Option<&str> {
    let name = run_length(&text[1..], |letter| {
        letter.is_ascii_alphabetic() || matches!(letter, 'ı' | 'ſ')
    });
    text[1 + name..].starts_with('$').then(|| &text[..name + 2])
}

fn dollar_quoted_length(text: &str) -> usize {
    let tag = dollar_tag(text).unwrap_or_default();
    let body = tag.len();
    text[body..]
        .find(tag)
        .map_or(text.len(), |end| body + end + tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(Kind, &str)> {
        let tokens: Vec<Token> = Lexer::new(text, Dialect::NEWEST).collect();
        let mut end = 0;
        for token in &tokens {
            assert_eq!(token.range.start, end, "{text}");
            assert!(token.range.end > end, "{text}");
            end = token.range.end;
        }
        assert_eq!(end, text.len(), "{text}");
        tokens
            .into_iter()
            .filter(|token| token.kind != Kind::Space)
            .map(|token| (token.kind, &text[token.range]))
            .collect()
    }

    #[test]
    fn tokens_are_those_of_spark() {
        use Kind::{Address, Number, Quoted, Symbol, Text, Word};
        for (text, expected) in [
            (r"'a\'b' c", vec![(Text, r"'a\'b'"), (Word, "c")]),
            ("'a''b'", vec![(Text, "'a'"), (Text, "'b'")]),
            (r"r'C:\' a", vec![(Text, r"r'C:\'"), (Word, "a")]),
            (r#"R"C:\" a"#, vec![(Text, r#"R"C:\""#), (Word, "a")]),
            (r"1r'a\'b'", vec![(Number, "1r"), (Text, r"'a\'b'")]),
            (r"br'a\'b'", vec![(Word, "br"), (Text, r"'a\'b'")]),
            (r"_r'a\'b'", vec![(Word, "_r"), (Text, r"'a\'b'")]),
            (r"är'a\'b'", vec![(Word, "är"), (Text, r"'a\'b'")]),
            ("`a``b`c", vec![(Quoted, "`a``b`"), (Word, "c")]),
            ("$$a ' b$$c", vec![(Text, "$$a ' b$$"), (Word, "c")]),
            (
                "$t$a $$ $u$ $t$c",
                vec![(Text, "$t$a $$ $u$ $t$"), (Word, "c")],
            ),
            ("/* a /* b */ c */d", vec![(Word, "d")]),
            ("/* a /*+ b */d", vec![(Word, "d")]),
            (
                "/*+ X('*/') */",
                vec![
                    (Symbol, "/"),
                    (Symbol, "*"),
                    (Symbol, "+"),
                    (Word, "X"),
                    (Symbol, "("),
                    (Text, "'*/'"),
                    (Symbol, ")"),
                    (Symbol, "*/"),
                ],
            ),
            ("-- a\\\nb\nc", vec![(Word, "c")]),
            ("-- a\rc", vec![(Word, "c")]),
            ("1.5E-10BD", vec![(Number, "1.5E-10BD")]),
            (".5", vec![(Number, ".5")]),
            ("t.5", vec![(Word, "t"), (Number, ".5")]),
            (
                "gs://b/x?a=b c",
                vec![(Address, "gs://b/x?a=b"), (Word, "c")],
            ),
            ("'never closed", vec![(Text, "'never closed")]),
            ("r'", vec![(Text, "r'")]),
            ("/* never closed", vec![]),
            ("$$", vec![(Text, "$$")]),
            ("`", vec![(Quoted, "`")]),
            ("٣", vec![(Number, "٣")]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }
}
