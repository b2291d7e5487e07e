//! Where a piece of prose ends: a word, a run, an address, a key.

use crate::quotes::closing_quotes;

pub(super) const fn is_of_separator(letter: char) -> bool {
    matches!(letter, ':' | '=' | '>' | '|' | '-' | '~' | '：' | '＝')
}

/// What assigns a value to a name.
pub(super) const ASSIGNMENTS: [char; 4] = [':', '=', '：', '＝'];

/// `:x`, `->x`
pub(super) fn begins_with_separator(word: &str) -> bool {
    let word = word.trim_start_matches('-');
    word.starts_with(ASSIGNMENTS) || word.starts_with('>')
}

const fn is_bracket(letter: char) -> bool {
    matches!(
        letter,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '`'
    )
}

pub(super) fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || is_bracket(letter)
}

/// All up to the next white space. It is looked for once, however many words there are in it.
#[derive(Default)]
pub(super) struct Run {
    /// How much of the text was left at its beginning, and is at its end.
    left: Option<(usize, usize)>,
    /// How much was left at its last `@`.
    left_at: Option<usize>,
}

impl Run {
    /// How long the run at the head is, if it has an `@` behind this word.
    pub(super) fn length_with_mail(&mut self, text: &str, word: &str) -> Option<usize> {
        let is_within = self
            .left
            .is_some_and(|(first, last)| first >= text.len() && text.len() > last);
        if !is_within {
            let run = &text[..value_length(text)];
            self.left = Some((text.len(), text.len() - run.len()));
            self.left_at = run.rfind('@').map(|at| text.len() - at);
        }
        let (_, end) = self.left?;
        // It may stand before the word.
        let mail = text.len().checked_sub(self.left_at?)?;
        (mail >= word.len()).then(|| text.len() - end)
    }
}

/// How long the word at the head is. A comma between digits is part of a number.
pub(super) fn word_length(text: &str, first: char) -> usize {
    let mut before = first;
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((index, letter)) = letters.next() {
        let joins_digits = letter == ','
            && before.is_ascii_digit()
            && letters
                .peek()
                .is_some_and(|(_, next)| next.is_ascii_digit());
        let is_arrow = letter == '>' && matches!(before, '-' | '=');
        if !joins_digits && !is_arrow && (is_separator(letter) || closing_quotes(letter).is_some())
        {
            return index;
        }
        before = letter;
    }
    text.len()
}

/// How long the value at the head is.
pub(super) fn value_length(text: &str) -> usize {
    text.find(char::is_whitespace).unwrap_or(text.len())
}

/// How long the values in brackets at the head are: to the last closing bracket of the line, as a value may hold
/// one.
pub(super) fn bracketed_length(text: &str) -> usize {
    let line = text.find('\n').unwrap_or(text.len());
    text[..line]
        .rfind([')', '}', ']'])
        .map_or(line, |end| end + 1)
}

/// How a key in PEM's form begins.
pub(crate) const PEM: &str = "-----BEGIN";

/// How long the key at the head is: to the dashes after its end.
pub(super) fn pem_length(text: &str) -> usize {
    const END: &str = "-----END";
    let Some(end) = text.find(END).map(|end| end + END.len()) else {
        return text.len();
    };
    text[end..]
        .find("-----")
        .map_or(text.len(), |dashes| end + dashes + 5)
}

/// How the address of a database begins, whatever follows.
pub(super) const JDBC: &str = "jdbc:";

pub(super) fn find_jdbc(word: &str) -> Option<usize> {
    word.as_bytes()
        .windows(JDBC.len())
        .position(|window| window.eq_ignore_ascii_case(JDBC.as_bytes()))
}

/// How long the address of a database at the head is: to the first space outside of brackets, or to a quote.
pub(super) fn jdbc_length(text: &str) -> usize {
    let mut depth = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '"' | '\'' => return index,
            _ if letter.is_whitespace() && depth == 0 => return index,
            _ => {}
        }
    }
    text.len()
}
