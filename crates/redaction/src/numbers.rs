//! Numbers in groups.

use crate::words::NUMBER_DIGITS;

/// Irregular groups are a number of this many digits and more: a date, a time, an account.
const GROUPED_DIGITS: usize = 6;

/// What stands between groups of a number only.
const fn joins_thousands(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’' | '_'
    )
}

/// What stands in dates, times, versions and fractions too.
const fn joins_parts(letter: char) -> bool {
    matches!(letter, '.' | '-' | '/' | ':')
}

/// How long the number of several groups at the head is, where it is long enough to be data: `1 234 567`,
/// `4111-1111-1111-1111`, `30.11.2026`.
pub(crate) fn grouped_number_length(text: &str) -> Option<usize> {
    let number = text.trim_start_matches(['+', '-', '#', '$', '€', '£', '¥', '~']);
    let mut end = 0;
    let (mut groups, mut digits, mut are_thousands, mut has_slash) = (0, 0, true, false);
    let mut is_short = true;
    let mut rest = number;
    loop {
        let length = rest
            .find(|letter: char| !letter.is_numeric())
            .unwrap_or(rest.len());
        let group = rest[..length].chars().count();
        let after = &rest[length..];
        if group == 0 || after.starts_with(|letter: char| letter.is_alphabetic()) {
            break;
        }
        (groups, digits) = (groups + 1, digits + group);
        are_thousands &= groups == 1 || group == 3;
        is_short &= group <= 3;
        end = number.len() - after.len();
        let mut letters = after.chars();
        let Some(joint) = letters.next() else {
            break;
        };
        rest = letters.as_str();
        let joins = joins_thousands(joint) || joins_parts(joint);
        if !joins || !rest.starts_with(char::is_numeric) {
            break;
        }
        has_slash |= joint == '/';
        are_thousands &= joins_thousands(joint);
    }
    let is_fraction = has_slash && groups == 2 && is_short;
    let is_number = groups > 1
        && !is_fraction
        && !is_ipv4(&number[..end])
        && (digits >= GROUPED_DIGITS || (are_thousands && digits >= NUMBER_DIGITS));
    is_number.then_some(text.len() - number.len() + end)
}

fn is_ipv4(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_long_numbers_are_one() {
        for (text, expected) in [
            ("1 234 567 rows", Some("1 234 567")),
            ("1 234 rows", Some("1 234")),
            ("1\u{a0}234", Some("1\u{a0}234")),
            ("1'234'567", Some("1'234'567")),
            ("$1.234.567,", Some("$1.234.567")),
            ("4111 1111 1111 1111", Some("4111 1111 1111 1111")),
            ("12 34 56", Some("12 34 56")),
            ("30.11.26.", Some("30.11.26")),
            ("11/30/26", Some("11/30/26")),
            ("3.5.9", None),
            ("17.0.15 on", None),
            ("4 3 2 1 x", None),
            ("1 234 567 8x", Some("1 234 567")),
            ("10.120.0.17", None),
            ("199/200", None),
            ("3 of 4", None),
            ("4 3 2", None),
            ("12", None),
            ("0.5", None),
        ] {
            let found = grouped_number_length(text).map(|length| &text[..length]);
            assert_eq!(found, expected, "{text}");
        }
    }
}
