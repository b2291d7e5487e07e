//! How much of a text is kept while what it belongs to is open: of most, what redaction looks at.

use sparkspan_redaction::READ_LIMIT;

/// The longest text that is kept of each of many things, such as tasks and tags.
const SHORT_LIMIT: usize = 16 << 10;
/// The longest name, bytes.
const NAME_LIMIT: usize = 1 << 10;
/// How far before the limit a text may be cut.
const WORD: usize = 256;

/// As much of a text as is kept. It is cut between words, so that no half of a secret is taken for
/// something else; a quote that is then not closed hides all that follows it.
pub(crate) fn excerpt(text: &str) -> String {
    cut(text, READ_LIMIT).to_owned()
}

/// The same of a text that many things have.
pub(crate) fn short_excerpt(text: &str) -> String {
    cut(text, SHORT_LIMIT).to_owned()
}

/// The same of a name.
pub(crate) fn name_excerpt(name: &str) -> &str {
    cut(name, NAME_LIMIT)
}

fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let start = &text[..text.floor_char_boundary(limit)];
    let word = start.rfind(char::is_whitespace);
    match word.filter(|end| start.len() - end <= WORD) {
        Some(end) => &start[..end],
        None => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_words_or_characters() {
        assert_eq!(cut("SELECT 1", 8), "SELECT 1");
        assert_eq!(cut("SELECT secret", 10), "SELECT");
        assert_eq!(cut(&"ß".repeat(300), 501).len(), 500);
        let late = format!("a {}", "b".repeat(300));
        assert_eq!(cut(&late, 301).len(), 301);
    }
}
