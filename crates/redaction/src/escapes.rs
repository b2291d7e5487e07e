//! Characters as HTML, addresses and programs write them: `&quot;`, `%22`, `\u0022`.

use std::borrow::Cow;

use crate::quotes::{closing_quotes, is_single};
use crate::words::{Named, named_by};

/// How what stands for a character begins.
pub(crate) const MARKS: [char; 3] = ['&', '%', '\\'];
/// Names of HTML.
const NAMES: [(&str, char); 25] = [
    ("apos", '\''),
    ("bdquo", '„'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("equals", '='),
    ("grave", '`'),
    ("gt", '>'),
    ("lcub", '{'),
    ("laquo", '«'),
    ("ldquo", '“'),
    ("lpar", '('),
    ("lsaquo", '‹'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("nbsp", '\u{a0}'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rcub", '}'),
    ("rdquo", '”'),
    ("rpar", ')'),
    ("rsaquo", '›'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("semi", ';'),
];
/// The longest number of a character, with zeros before it.
const DIGITS: usize = 8;
/// How far before a separator the name is that it belongs to, bytes.
const KEY: usize = 64;

/// The character that the text begins with in another form, and how long that is. The form may itself be written in
/// it, any number of times: `&amp;quot;`, `%2522`, `\\u0022`.
pub(crate) fn escaped(text: &str) -> Option<(char, usize)> {
    let (letter, rest) = match text.chars().next()? {
        '&' => {
            let escaped = text[1..].trim_start_matches("amp;");
            let is_and = escaped.len() + 1 < text.len();
            of_html(escaped).or(is_and.then_some(('&', escaped)))?
        }
        '%' => of_address(text[1..].trim_start_matches("25"))?,
        '\\' => of_program(text.trim_start_matches('\\'))?,
        _ => return None,
    };
    Some((letter, text.len() - rest.len()))
}

/// `quot;`, `#34;`, `#x22;`
fn of_html(text: &str) -> Option<(char, &str)> {
    if let Some(number) = text.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let (letter, rest) = numbered(digits, 1..=DIGITS, radix)?;
        return Some((letter, rest.strip_prefix(';').unwrap_or(rest)));
    }
    NAMES.iter().find_map(|(name, letter)| {
        let rest = text.strip_prefix(name)?.strip_prefix(';')?;
        Some((*letter, rest))
    })
}

/// `22`, and `u0022` as JavaScript once had it.
fn of_address(text: &str) -> Option<(char, &str)> {
    match text.strip_prefix(['u', 'U']) {
        Some(digits) => numbered(digits, 4..=4, 16),
        None => numbered(text, 2..=2, 16),
    }
}

/// `u0022`, `u{22}`, `x22`, `042`
fn of_program(text: &str) -> Option<(char, &str)> {
    if let Some(digits) = text.strip_prefix("u{") {
        let (letter, rest) = numbered(digits, 1..=DIGITS, 16)?;
        return Some((letter, rest.strip_prefix('}')?));
    }
    let digits = text.trim_start_matches('u');
    if digits.len() < text.len() {
        return numbered(digits, 4..=4, 16);
    }
    match text.strip_prefix(['x', 'U']) {
        Some(digits) if text.starts_with('x') => numbered(digits, 2..=2, 16),
        Some(digits) => numbered(digits, 8..=8, 16),
        None => numbered(text, 3..=3, 8),
    }
}

/// The character whose number the text begins with, in as many of these digits as there are.
fn numbered(
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    radix: u32,
) -> Option<(char, &str)> {
    let digits = text
        .bytes()
        .take(*lengths.end())
        .take_while(|digit| char::from(*digit).is_digit(radix))
        .count();
    let number = u32::from_str_radix(text.get(..digits)?, radix).ok()?;
    let is_number = lengths.contains(&digits);
    Some((char::from_u32(number)?, &text[digits..])).filter(|_| is_number)
}

/// The text with its quotes and separators as they are. Only what the rest of redaction looks at is read: of an
/// address or a path, no separator but one that a secret's name stands before, and no apostrophe, for all else in
/// them is hidden as long as it is one word.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(MARKS) {
        return Cow::Borrowed(text);
    }
    let mut output = String::new();
    let mut rest = text;
    let mut within = None;
    while let Some(start) = rest.find(MARKS) {
        let (before, from) = rest.split_at(start);
        output.push_str(before);
        within = before.chars().fold(within, quoted_within);
        let mark = from.chars().next().unwrap_or_default();
        let (letter, length) = match escaped(from) {
            Some((letter, length)) => (Some(letter), length),
            // Each of many backslashes is looked at once.
            None if mark == '\\' => (None, from.len() - from.trim_start_matches(mark).len()),
            None => (None, mark.len_utf8()),
        };
        match letter.filter(|letter| is_read(&output, mark, *letter, &from[length..])) {
            Some(letter) => output.push(within.map_or(letter, |quote| other_than(quote, letter))),
            None => output.push_str(&from[..length]),
        }
        rest = &from[length..];
    }
    output.push_str(rest);
    Cow::Owned(output)
}

/// By which quote a text is quoted behind a character.
fn quoted_within(quote: Option<char>, letter: char) -> Option<char> {
    match quote.and_then(closing_quotes) {
        Some(closing) if closing.contains(&letter) => None,
        Some(_) => quote,
        None => closing_quotes(letter).map(|_| letter),
    }
}

/// A quote in another form, within a text that is quoted by `quote`. It does not end that text: it is another one of
/// its kind.
fn other_than(quote: char, letter: char) -> char {
    let ends = closing_quotes(quote).is_some_and(|closing| closing.contains(&letter));
    match letter {
        _ if !ends => letter,
        '´' => '‘',
        _ if is_single(letter) => '´',
        '“' | '”' => '«',
        _ => '“',
    }
}

/// Whether a character in another form is taken for itself.
fn is_read(before: &str, mark: char, letter: char, after: &str) -> bool {
    let is_quote = closing_quotes(letter).is_some();
    if mark == '&' {
        return is_quote || letter.is_ascii_punctuation() || letter == '\u{a0}';
    }
    let is_apostrophe =
        before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
    match letter {
        ':' | '=' | '>' => {
            let start = before.ceil_char_boundary(before.len().saturating_sub(KEY));
            let key = before[start..]
                .rsplit(|letter: char| {
                    !letter.is_alphanumeric() && !matches!(letter, '_' | '-' | '.')
                })
                .next();
            key.is_some_and(|key| named_by("", key) != Named::Nothing)
        }
        _ => is_quote && !is_apostrophe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_in_every_form() {
        for (text, expected) in [
            ("&quot;x", Some(('"', 6))),
            ("&amp;amp;quot;x", Some(('"', 14))),
            ("&#34;", Some(('"', 5))),
            ("&#0034;", Some(('"', 7))),
            ("&#34x", Some(('"', 4))),
            ("&#x3D;", Some(('=', 6))),
            ("&equals;", Some(('=', 8))),
            ("%3d", Some(('=', 3))),
            ("%253D", Some(('=', 5))),
            ("%u0022", Some(('"', 6))),
            (r"\u0022", Some(('"', 6))),
            (r"\\\u003dx", Some(('=', 8))),
            (r"\uu003d", Some(('=', 7))),
            (r"\u{3d}", Some(('=', 6))),
            (r"\U0000003d", Some(('=', 10))),
            (r"\x3d", Some(('=', 4))),
            (r"\075", Some(('=', 4))),
            ("&x;", None),
            ("&amp;amp;x", Some(('&', 9))),
            ("%3", None),
            ("%3ä", None),
            (r"\n", None),
            (r"\u12", None),
            ("\\", None),
            ("&#;", None),
            ("&#xffffffff;", None),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }

    #[test]
    fn quotes_and_separators_of_secrets_are_read() {
        for (text, expected) in [
            ("say &quot;x&quot;", "say \"x\""),
            ("password%3Dx%3Dy", "password=x%3Dy"),
            (r"\u0022api_key\u0022:\u0027x\u0027", "\"api_key\":'x'"),
            (r"O\u0027Neil", r"O\u0027Neil"),
            ("a%3Db%20%2F", "a%3Db%20%2F"),
            (r"C:\data\new &amp; 5 % &", r"C:\data\new & 5 % &"),
        ] {
            assert_eq!(unescaped(text), expected);
        }
    }
}
