//! What is kept of a line that is too long to be held.

/// The longest text or list that is kept, with the name of its member, bytes.
const MAX_MEMBER_BYTES: usize = 4 << 10;
/// How much is kept of a line, bytes.
const MAX_BYTES: usize = 64 << 10;
/// Objects below this depth are kept whole or not at all, as lists are.
const MAX_DEPTH: usize = 8;

/// A JSON object without its long members, written while the bytes of it pass by: scalars, short texts and lists stay,
/// and objects with what stays of them. So a line of any length keeps what it is about.
#[derive(Debug, Default)]
pub(crate) struct Abridgement {
    kept: Vec<u8>,
    /// How many bytes passed by.
    bytes: u64,
    state: State,
    /// Where in `kept` the current member begins.
    member: usize,
    /// The same of the members whose objects are open, outermost first.
    open: Vec<usize>,
    /// The current member is too long.
    dropping: bool,
    /// The last byte was a backslash in a string.
    escaped: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the object.
    #[default]
    Before,
    /// Between members.
    Between,
    Name,
    /// Between a name and its colon.
    Colon,
    /// Between a colon and its value.
    Value,
    /// In a number or a word.
    Word,
    /// In a text, or in a container that is kept whole: so many brackets deep.
    Whole {
        depth: usize,
        in_string: bool,
    },
    Behind,
    /// It is no JSON object.
    Broken,
}

impl Abridgement {
    /// How many bytes passed by.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        for &byte in bytes {
            self.state = self.step(byte);
        }
    }

    /// What is kept, if it was an object to its end.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        (self.state == State::Behind).then_some(self.kept)
    }

    fn step(&mut self, byte: u8) -> State {
        let state = self.state;
        let is_blank = byte.is_ascii_whitespace();
        match state {
            State::Before | State::Between | State::Colon | State::Value | State::Behind
                if is_blank =>
            {
                state
            }
            State::Before if byte == b'{' => self.enter(),
            State::Between => match byte {
                b'}' => self.leave(),
                b'"' => {
                    self.member = self.kept.len();
                    if self.kept.last() != Some(&b'{') {
                        self.keep(b',');
                    }
                    self.keep(byte);
                    State::Name
                }
                b',' => state,
                _ => State::Broken,
            },
            State::Name => {
                self.keep(byte);
                if self.closes_string(byte) {
                    State::Colon
                } else {
                    state
                }
            }
            State::Colon if byte == b':' => {
                self.keep(byte);
                State::Value
            }
            State::Value if byte == b'{' && !self.dropping && self.open.len() < MAX_DEPTH => {
                self.enter()
            }
            State::Value => {
                self.keep(byte);
                match byte {
                    b'"' => State::Whole {
                        depth: 0,
                        in_string: true,
                    },
                    b'{' | b'[' => State::Whole {
                        depth: 1,
                        in_string: false,
                    },
                    _ => State::Word,
                }
            }
            State::Word if is_blank || byte == b',' || byte == b'}' => {
                self.dropping = false;
                self.state = State::Between;
                self.step(byte)
            }
            State::Word => {
                self.keep(byte);
                state
            }
            State::Whole { depth, in_string } => {
                self.keep(byte);
                let (depth, in_string) = match byte {
                    _ if in_string => (depth, !self.closes_string(byte)),
                    b'"' => (depth, true),
                    b'{' | b'[' => (depth + 1, false),
                    b'}' | b']' => (depth.saturating_sub(1), false),
                    _ => (depth, false),
                };
                if depth > 0 || in_string {
                    return State::Whole { depth, in_string };
                }
                self.dropping = false;
                State::Between
            }
            State::Before | State::Colon | State::Behind | State::Broken => State::Broken,
        }
    }

    fn enter(&mut self) -> State {
        self.open.push(self.member);
        self.kept.push(b'{');
        State::Between
    }

    fn leave(&mut self) -> State {
        self.kept.push(b'}');
        self.member = self.open.pop().unwrap_or_default();
        if self.open.is_empty() {
            State::Behind
        } else {
            State::Between
        }
    }

    /// Adds a byte to the current member, unless that gets too long.
    fn keep(&mut self, byte: u8) {
        if self.dropping {
            return;
        }
        self.kept.push(byte);
        if self.kept.len() - self.member > MAX_MEMBER_BYTES || self.kept.len() > MAX_BYTES {
            self.kept.truncate(self.member);
            self.dropping = true;
        }
    }

    fn closes_string(&mut self, byte: u8) -> bool {
        let escaped = std::mem::take(&mut self.escaped);
        self.escaped = byte == b'\\' && !escaped;
        byte == b'"' && !escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn abridged(text: &str) -> Option<String> {
        let mut abridgement = Abridgement::default();
        abridgement.feed(text.as_bytes());
        assert_eq!(abridgement.bytes(), text.len() as u64);
        abridgement
            .finish()
            .map(|kept| String::from_utf8(kept).unwrap())
    }

    #[test]
    fn short_object_is_kept_as_it_is() {
        for text in [
            "{}",
            r#"{"a":1}"#,
            r#"{"Event":"x","a":[1,{"b":"]}\"\\"}],"c":{"d":{},"e":null},"f":-1.5e3,"g":"\\"}"#,
        ] {
            assert_eq!(abridged(text).as_deref(), Some(text));
        }
        let spaced = " { \"a\" : 1 , \"b\" : { \"c\" : [ 1 ] } } ";
        assert_eq!(
            abridged(spaced).as_deref(),
            Some(r#"{"a":1,"b":{"c":[ 1 ]}}"#)
        );
    }

    /// Scenario: members that are too long, in each place of an object and of one in it.
    /// Guarantees: they are left out, and nothing else is.
    #[test]
    fn long_members_are_left_out() {
        let text = "x\\\"{[".repeat(MAX_MEMBER_BYTES);
        let long = [
            format!("\"long\":\"{text}\""),
            format!("\"long\":[\"{text}\",[[{{}}]],3]"),
            format!("\"{text}\":7"),
            format!("\"{text}\":{{\"a\":[\"{text}\"]}}"),
            format!("\"long\":{}", "1".repeat(2 * MAX_MEMBER_BYTES)),
        ];
        for long in long {
            for (with, without) in [
                (format!("{{{long}}}"), "{}"),
                (format!(r#"{{{long},"a":1}}"#), r#"{"a":1}"#),
                (format!(r#"{{"a":1,{long}}}"#), r#"{"a":1}"#),
                (
                    format!(r#"{{"a":{{{long},"b":[2],{long}}},"c":3}}"#),
                    r#"{"a":{"b":[2]},"c":3}"#,
                ),
                (format!(r#"{{"a":{{{long}}},"c":3}}"#), r#"{"a":{},"c":3}"#),
            ] {
                assert_eq!(abridged(&with).as_deref(), Some(without));
            }
        }
    }

    /// Scenario: endless numbers of short members, and endless depth.
    /// Guarantees: what is kept is bounded, and JSON.
    #[test]
    fn what_is_kept_is_bounded() {
        let many: Vec<String> = (0..100_000)
            .map(|number| format!("\"{number}\":{{\"a\":1}}"))
            .collect();
        let many = format!("{{{}}}", many.join(","));
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        for text in [many, deep] {
            let kept = abridged(&text).unwrap();
            assert!(kept.len() <= MAX_BYTES + 2 * MAX_DEPTH, "{}", kept.len());
            assert!(
                serde_json::from_str::<serde_json::Value>(&kept).is_ok(),
                "{kept}"
            );
        }
    }

    #[test]
    fn what_is_no_whole_object_is_not_kept() {
        let whole = r#"{"a":[1,{"b":"]}"}],"c":{"d":{}}}"#;
        for end in 0..whole.len() {
            assert_eq!(abridged(&whole[..end]), None, "cut at {end}");
        }
        for text in ["[]", "x", "{}{}", "{5}", r#"{"a"1}"#] {
            assert_eq!(abridged(text), None, "{text}");
        }
    }
}
