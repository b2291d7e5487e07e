//! What a single word gives away.

use std::borrow::Cow;

use crate::PLACEHOLDER;

/// Numbers of this many digits and more are taken for data: ids, dates, amounts.
pub(crate) const NUMBER_DIGITS: usize = 4;
/// The longest run of letters and digits that is not taken for a token.
pub(crate) const WORD_LIMIT: usize = 24;
/// The same for runs that look like a key: of capitals and digits, or of hexadecimal digits.
const KEY_LIMIT: usize = 15;
/// From this length on, text in all of base64's characters is taken for a key.
const BASE64_LENGTH: usize = 32;
/// How keys and tokens of well-known services begin.
const KEY_PREFIXES: [&str; 19] = [
    "AIza",
    "AKIA",
    "ASIA",
    "SG.",
    "ATATT",
    "dapi",
    "eyJ",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "hf_",
    "npm_",
    "pypi-",
    "sk-",
    "xox",
    "ya29.",
];
/// Names of keys whose values are secrets, without the separators between their words.
const SECRET_NAMES: [&str; 18] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "bearer",
    "clientkey",
    "cookie",
    "credential",
    "passphrase",
    "password",
    "passwd",
    "privatekey",
    "pwd",
    "secret",
    "sharedkey",
    "signature",
    "signingkey",
    "token",
];

/// Whether a key is named like that of a secret: `fs.s3a.secret.key`, `X-Api-Key`, `sig`.
pub(crate) fn names_a_secret(key: &str) -> bool {
    let name: String = key
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    name == "sig" || SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// The word with `?` for each number that is long enough to be data.
pub(crate) fn without_long_numbers(word: &str) -> Cow<'_, str> {
    if longest_number(word) < NUMBER_DIGITS {
        return Cow::Borrowed(word);
    }
    let mut output = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(from.len());
        let (number, after) = from.split_at(length);
        output.push_str(before);
        output.push_str(if length < NUMBER_DIGITS {
            number
        } else {
            PLACEHOLDER
        });
        rest = after;
    }
    output.push_str(rest);
    Cow::Owned(output)
}

/// Whether a text is a name or a path as programs have them, and neither a key nor a date.
pub(crate) fn is_name_of_code(text: &str) -> bool {
    let is_of_name = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '<' | '>' | '/' | '-')
    };
    text.chars().all(is_of_name) && longest_number(text) < NUMBER_DIGITS && !is_opaque(text)
}

/// How many digits the longest number in a word has. Groups of digits may have commas between them.
pub(crate) fn longest_number(word: &str) -> usize {
    let (mut longest, mut digits) = (0, 0);
    for letter in word.chars() {
        match letter {
            ',' => {}
            _ if letter.is_numeric() => digits += 1,
            _ => digits = 0,
        }
        longest = longest.max(digits);
    }
    longest
}

/// Whether a word looks like a key or a token: no name, and nothing that a person would write.
pub(crate) fn is_opaque(word: &str) -> bool {
    is_opaque_key(word)
        || word
            .split(|letter: char| !letter.is_alphanumeric())
            .any(is_opaque_run)
}

/// Whether a word as a whole looks like a key, whatever its parts are.
pub(crate) fn is_opaque_key(word: &str) -> bool {
    let has_prefix = KEY_PREFIXES.iter().any(|prefix| word.starts_with(prefix));
    (has_prefix && word.len() > KEY_LIMIT) || is_base64(word)
}

/// A run of letters and digits.
fn is_opaque_run(run: &str) -> bool {
    let has = |belongs: fn(&u8) -> bool| run.bytes().any(|byte| belongs(&byte));
    let is_key =
        || run.bytes().all(|byte| byte.is_ascii_hexdigit()) || !has(u8::is_ascii_lowercase);
    has(u8::is_ascii_digit) && (run.len() > WORD_LIMIT || (run.len() > KEY_LIMIT && is_key()))
}

/// Text in capitals, small letters and digits as only encoded bytes are. A path begins with a slash, a
/// scheme or a point.
fn is_base64(word: &str) -> bool {
    let has = |belongs: fn(&u8) -> bool| word.bytes().any(|byte| belongs(&byte));
    word.len() >= BASE64_LENGTH
        && !word.starts_with('/')
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets_are_known_by_their_names() {
        for key in [
            "password",
            "fs.s3a.secret.key",
            "X-Api-Key",
            "fs.azure.account.key.x",
            "AWS_ACCESS_KEY_ID",
            "sig",
            "--token",
        ] {
            assert!(names_a_secret(key), "{key}");
        }
        for key in ["key", "significant", "design", "user", "spark.master"] {
            assert!(!names_a_secret(key), "{key}");
        }
    }

    #[test]
    fn opaque_words_are_told_from_names() {
        for word in [
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "d41d8cd98f00b204e9800998ecf8427e",
            "eyJhbGciOiJIUzI1NiJ9.e30.abc",
            "ghp_abcdefghijklmnop",
            "dapi0123456789abcdef",
        ] {
            assert!(is_opaque(word), "{word}");
        }
        for word in [
            "customer_order_line_item_2024_v2",
            "InsertIntoHadoopFsRelationCommand",
            "org.apache.spark.SparkException",
            "/warehouse/Sales2024/Orders/Europe/part",
            "sk-1",
            "",
        ] {
            assert!(!is_opaque(word), "{word}");
        }
    }

    #[test]
    fn long_numbers_are_replaced_within_a_word() {
        assert_eq!(without_long_numbers("orders_20260101_v2"), "orders_?_v2");
        assert_eq!(without_long_numbers("a1b22c333"), "a1b22c333");
        assert_eq!(longest_number("1,234,567"), 7);
    }
}
