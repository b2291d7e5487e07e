//! Where quoted text ends, in the ways in which people quote.

/// What closes the quoted text that this opens.
pub(crate) const fn closing_quotes(opening: char) -> Option<&'static [char]> {
    Some(match opening {
        '"' | '＂' => &['"', '＂'],
        '\'' | '＇' => &['\'', '＇'],
        '“' | '„' | '”' | '‟' => &['“', '”'],
        '‘' | '‚' | '’' | '‛' => &['‘', '’'],
        '«' | '»' => &['«', '»'],
        '‹' | '›' => &['‹', '›'],
        '「' | '」' => &['」'],
        '『' | '』' => &['』'],
        '´' => &['´'],
        _ => return None,
    })
}

const fn is_single(quote: char) -> bool {
    matches!(quote, '\'' | '＇' | '‘' | '‚' | '’' | '‛' | '´')
}

/// Whether a word begins the text. A sign such as an emoji does behind white space only.
fn begins_with_word(text: &str, after_space: bool) -> bool {
    text.starts_with(|letter: char| {
        letter.is_alphanumeric()
            || (after_space
                && !letter.is_ascii()
                && !letter.is_whitespace()
                && closing_quotes(letter).is_none())
    })
}

/// How long the quoted text at the head is. Where it is not plain where that ends, it is the rest of the
/// text: a quote behind a backslash, or quotes of another kind within, may or may not end it.
pub(crate) fn quoted_length(text: &str, opening: char, closing: &[char]) -> usize {
    let mut before = opening;
    for (index, letter) in text.char_indices().skip(1) {
        let after = &text[index + letter.len_utf8()..];
        if closing.contains(&letter) {
            if before == '\\' {
                return text.len();
            }
            // An apostrophe, or the beginning of a text within this one.
            if !begins_with_word(after, before.is_whitespace()) {
                return index + letter.len_utf8();
            }
        } else if closing_quotes(letter).is_some()
            && is_single(letter) == is_single(opening)
            && !(is_single(letter) && begins_with_word(after, false))
        {
            return text.len();
        }
        before = letter;
    }
    text.len()
}

/// Whether the single quote at the head is an apostrophe: `can't`, `users' data`, `l'heure`, but not
/// `b'text'`.
pub(crate) fn is_apostrophe(text: &str, quote: char, before: &str) -> bool {
    const ENDINGS: [&str; 7] = ["s", "t", "re", "ve", "ll", "d", "m"];
    let word = before.len() - before.trim_end_matches(char::is_alphanumeric).len();
    let is_prefix =
        word == 1 && before.ends_with(['b', 'f', 'r', 'u', 'x', 'B', 'F', 'N', 'R', 'U', 'X']);
    if !matches!(quote, '\'' | '’') || word == 0 {
        return false;
    }
    let after = &text[quote.len_utf8()..];
    let is_contraction = ENDINGS.iter().any(|ending| {
        after
            .strip_prefix(ending)
            .is_some_and(|rest| !begins_with_word(rest, false))
    });
    if is_contraction || !begins_with_word(after, true) {
        return true;
    }
    if is_prefix {
        return false;
    }
    let Some(next) = after.find(['\'', '’']) else {
        return true;
    };
    let closes = !after[..next].ends_with(char::is_whitespace)
        && !after[next..]
            .chars()
            .nth(1)
            .is_some_and(char::is_alphanumeric);
    !closes
}

/// Whether the quote at the head can only close what was opened before.
pub(crate) fn is_stray_closing(text: &str, quote: char, before: Option<char>) -> bool {
    let after = &text[quote.len_utf8()..];
    before.is_some_and(|letter| {
        !letter.is_whitespace()
            && !matches!(
                letter,
                '(' | '[' | '{' | '<' | '=' | ':' | ',' | ';' | '/' | '?' | '|' | '-'
            )
    }) && !begins_with_word(after, false)
}
