//! SQL without its literals.

/// A SQL text in which every literal is `?` and comments are gone.
///
/// This is a lexer, not a parser: it takes any text, also one that is no SQL, never fails, and looks
/// at each character once. What it cannot place it leaves out rather than in: a quote that is never
/// closed swallows the rest.
pub(crate) fn without_literals(sql: &str) -> String {
    let mut output = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                push_placeholder(&mut output);
                quoted_length(rest, first)
            }
            '`' => {
                let length = quoted_length(rest, first);
                output.push_str(&rest[..length]);
                length
            }
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment_length(rest),
            '0'..='9' => {
                push_placeholder(&mut output);
                number_length(rest)
            }
            '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit())
                && !output.ends_with(is_word) =>
            {
                push_placeholder(&mut output);
                number_length(rest)
            }
            _ if is_word(first) => {
                let length = rest.find(|next| !is_word(next)).unwrap_or(rest.len());
                let word = &rest[..length];
                let quote = rest[length..]
                    .chars()
                    .next()
                    .filter(|next| matches!(next, '\'' | '"'));
                if let Some(quote) = quote
                    && word.eq_ignore_ascii_case("r")
                {
                    push_placeholder(&mut output);
                    length + raw_length(&rest[length..], quote)
                } else if quote.is_some() && word.eq_ignore_ascii_case("x") {
                    length
                } else if ["true", "false"]
                    .iter()
                    .any(|truth| word.eq_ignore_ascii_case(truth))
                {
                    push_placeholder(&mut output);
                    length
                } else {
                    output.push_str(word);
                    length
                }
            }
            _ if first.is_whitespace() => {
                if !output.is_empty() && !output.ends_with(' ') {
                    output.push(' ');
                }
                first.len_utf8()
            }
            _ => {
                output.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    output.truncate(output.trim_end().len());
    output
}

/// Identifiers may hold letters of any language, digits and `$`.
fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '$'
}

/// Adjacent string literals are one literal.
fn push_placeholder(output: &mut String) {
    if !output.trim_end().ends_with('?') {
        output.push('?');
    }
}

/// How long the raw string is whose opening quote is at the head of `text`: a backslash in it is itself.
fn raw_length(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

/// How long the quoted text at the head of `text` is, quotes and escapes included. A doubled quote
/// ends one literal and begins the next, which comes to the same.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if letter == '\\' && quote != '`' {
            escaped = true;
        } else if letter == quote {
            return index + 1;
        }
    }
    text.len()
}

/// Spark's block comments nest.
fn block_comment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut index) = (0, 0);
    while index < bytes.len() {
        match &bytes[index..bytes.len().min(index + 2)] {
            b"/*" => (depth, index) = (depth + 1, index + 2),
            b"*/" => {
                (depth, index) = (depth - 1, index + 2);
                if depth == 0 {
                    return index;
                }
            }
            _ => index += 1,
        }
    }
    text.len()
}

/// Digits, fractions, exponents, hexadecimal digits and type suffixes.
fn number_length(text: &str) -> usize {
    let mut end = 0;
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(end) {
        let exponent_sign = matches!(byte, b'+' | b'-')
            && end > 0
            && matches!(bytes[end - 1], b'e' | b'E')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || exponent_sign) {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn literals_become_placeholders() {
        for (sql, expected) in [
            (
                "SELECT * FROM t WHERE a = 'x'",
                "SELECT * FROM t WHERE a = ?",
            ),
            (
                "select 1, 2.5, .5, 1e-3, 0x1F, 7L, -3",
                "select ?, ?, ?, ?, ?, ?, -?",
            ),
            (
                "a = 'it''s' and b = \"q\\\"q\" or c",
                "a = ? and b = ? or c",
            ),
            ("t1.c2 = 'v' -- secret\nand d", "t1.c2 = ? and d"),
            ("x /* a /* nested */ secret */ y", "x y"),
            (
                "WHERE d = DATE '2020-01-01' AND ok = TRUE",
                "WHERE d = DATE ? AND ok = ?",
            ),
            ("WHERE b = X'1A' AND r = r'\\d'", "WHERE b = ? AND r = ?"),
            (
                "SELECT `a b`, `c-1` FROM `t`",
                "SELECT `a b`, `c-1` FROM `t`",
            ),
            ("WHERE a = 'never closed AND b = 2", "WHERE a = ?"),
            (
                "SELECT größe FROM t\n\n WHERE  a",
                "SELECT größe FROM t WHERE a",
            ),
            (
                r#"dir = r'C:\' AND password = 'canary' AND pin = R"\" or c"#,
                "dir = ? AND password = ? AND pin = ? or c",
            ),
            (r"a = 1r'x\' b' or c", "a = ? or c"),
            ("", ""),
        ] {
            assert_eq!(without_literals(sql), expected, "{sql}");
        }
    }

    proptest! {
        /// Scenario: any text at all, with a secret inside any kind of quotes.
        /// Guarantees: the lexer never panics, and what is quoted never comes out.
        #[test]
        fn quoted_secrets_never_come_out(before in "[a-z =,]{0,20}", quote in "['\"]", after in "\\PC{0,40}") {
            let sql = format!("{before}{quote}canary{quote} {after}");
            prop_assert!(!without_literals(&sql).contains("canary"));
        }

        #[test]
        fn any_text_is_taken(text in "\\PC{0,200}") {
            let _ = without_literals(&text);
        }
    }
}
