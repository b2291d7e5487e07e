//! Where quoted text ends, in the ways in which people and databases quote.

use crate::words::is_one_of;

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
        '〈' => &['〉'],
        '《' => &['》'],
        '〝' => &['〝', '〞', '〟'],
        '❝' | '❞' => &['❝', '❞'],
        '❛' | '❜' => &['❛', '❜'],
        '′' | '‵' => &['′', '‵'],
        '″' | '‶' => &['″', '‶'],
        '´' => &['´'],
        _ => return None,
    })
}

/// Whether a quote may be an apostrophe too.
pub(crate) const fn is_single(quote: char) -> bool {
    matches!(
        quote,
        '\'' | '＇' | '‘' | '‚' | '’' | '‛' | '´' | '❛' | '❜' | '′' | '‵'
    )
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
/// `b'text'`; or a prime.
pub(crate) fn is_apostrophe(text: &str, quote: char, before: &str) -> bool {
    const ENDINGS: [&str; 7] = ["s", "t", "re", "ve", "ll", "d", "m"];
    // `5′ 3″`, `f′(x)`
    if matches!(quote, '′' | '″') {
        return before.ends_with(char::is_alphanumeric);
    }
    if !matches!(quote, '\'' | '’') || !before.ends_with(char::is_alphanumeric) {
        return false;
    }
    let after = &text[quote.len_utf8()..];
    let is_contraction = ENDINGS.iter().any(|ending| {
        after
            .strip_prefix(ending)
            .is_some_and(|rest| !begins_with_word(rest, false))
    });
    if is_contraction {
        return true;
    }
    let next = after.find(['\'', '’']);
    if is_prefix(before) {
        // `x' = 2`
        return after.is_empty() || (next.is_none() && after.starts_with(char::is_whitespace));
    }
    let Some(next) = next.filter(|_| begins_with_word(after, true)) else {
        return true;
    };
    let closes = !after[..next].ends_with(char::is_whitespace)
        && !after[next..]
            .chars()
            .nth(1)
            .is_some_and(char::is_alphanumeric);
    !closes
}

/// Whether a text ends with what languages and databases write right before a quoted text: `b'…'`, `E'…'`,
/// `q'[…]'`, `_utf8mb4'…'`. An `n` is French: `n'est`.
fn is_prefix(text: &str) -> bool {
    const PREFIXES: [&str; 13] = [
        "b", "br", "e", "f", "fr", "nq", "q", "r", "rb", "u", "ur", "ux", "x",
    ];
    let rest = text.trim_end_matches(char::is_alphanumeric);
    let word = &text[rest.len()..];
    let is_charset = rest
        .strip_suffix('_')
        .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
    is_charset || word == "N" || is_one_of(word, &PREFIXES)
}

/// How long Oracle's quoted text at the head is, without the `q` that stands before it: `'[…]'`. Its own
/// quotes are what follows the first one; `None` where that is white space.
pub(crate) fn delimited_length(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let quote = letters.next()?;
    let opening = letters.next().filter(|letter| !letter.is_whitespace())?;
    let closing = match opening {
        '[' => ']',
        '{' => '}',
        '(' => ')',
        '<' => '>',
        same => same,
    };
    let body = quote.len_utf8() + opening.len_utf8();
    let end = text[body..].find(&*String::from_iter([closing, quote]));
    Some(end.map_or(text.len(), |end| {
        body + end + closing.len_utf8() + quote.len_utf8()
    }))
}

/// Whether a text ends with the `q` of [`delimited_length`].
pub(crate) fn announces_delimiter(text: &str) -> bool {
    let rest = text.trim_end_matches(char::is_alphanumeric);
    !rest.ends_with('_') && is_one_of(&text[rest.len()..], &["q", "nq"])
}

/// How long the text between several quotes is that those at the head begin, if they are no empty one: `'' text ''`,
/// `"""text"""`.
pub(crate) fn doubled_length(text: &str, opening: char) -> Option<usize> {
    let body = text.trim_start_matches(opening);
    let quotes = &text[..text.len() - body.len()];
    let doubled = opening.len_utf8() * 2;
    let is_opening = quotes.len() > doubled
        || body.starts_with(|letter: char| {
            letter.is_whitespace() || !letter.is_ascii() || matches!(letter, '(' | '[' | '{' | '<')
        });
    if quotes.len() < doubled || !is_opening {
        return None;
    }
    let end = body.find(&quotes[..doubled])?;
    Some(text.len() - body[end..].trim_start_matches(opening).len())
}

/// Whether the quote at the head can only close what was opened before.
pub(crate) fn is_stray_closing(text: &str, quote: char, before: &str) -> bool {
    const BEFORE_OPENING: &str = "([{<=:,;/?|-";
    const AFTER_CLOSING: &str = ")]},.;:!?";
    let after = &text[quote.len_utf8()..];
    let closes = |letter: char| letter.is_whitespace() || AFTER_CLOSING.contains(letter);
    let is_glued = before
        .chars()
        .next_back()
        .is_some_and(|letter| !letter.is_whitespace() && !BEFORE_OPENING.contains(letter));
    is_glued
        && !begins_with_word(after, false)
        && !(is_prefix(before) && after.starts_with(|letter| !closes(letter)))
}
