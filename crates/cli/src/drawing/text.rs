//! Text from traces made safe to print, and cut to columns.
//!
//! Names and values come from applications and from the network: a control character among them must
//! not reach the terminal, where it could move the cursor or worse.

use unicode_width::UnicodeWidthChar;

/// `text` without characters that command a terminal or turn the direction of writing; without
/// `unicode`, in ASCII alone. Line breaks become spaces.
pub(crate) fn clean(text: &str, unicode: bool) -> String {
    let clean = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '?',
        _ if character.is_control() => '?',
        _ if !unicode && !character.is_ascii() => '?',
        _ => character,
    };
    text.chars().map(clean).collect()
}

/// How many columns a clean text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// A clean text cut to `limit` columns; what is cut ends with `ellipsis`, one column wide.
pub(crate) fn fit(text: String, limit: usize, ellipsis: char) -> String {
    if columns(&text) <= limit {
        return text;
    }
    let mut room = limit.saturating_sub(1);
    let mut cut: String = text
        .chars()
        .take_while(|character| {
            let width = character.width().unwrap_or(0);
            let fits = width <= room;
            room = room.saturating_sub(width);
            fits
        })
        .collect();
    if limit > 0 {
        cut.push(ellipsis);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_commands_no_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\nc\u{202e}d", true), "a?[31mb c?d");
        assert_eq!(clean("größe", false), "gr??e");
    }

    #[test]
    fn fit_counts_columns_and_not_characters() {
        assert_eq!(fit("orders".into(), 6, '…'), "orders");
        assert_eq!(fit("customers".into(), 6, '…'), "custo…");
        assert_eq!(fit("表表表表".into(), 6, '…'), "表表…");
        assert_eq!(fit("orders".into(), 0, '…'), "");
    }
}
