//! Running the command.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use sparkspan_model::Span;
use sparkspan_otlp::read_json_line;

/// The command, in an environment that holds nothing of the machine's.
pub(crate) fn sparkspan<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sparkspan"));
    command.env_clear().env("LC_ALL", "C.UTF-8").args(arguments);
    command
}

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts on how it ended and on what it said, in the order in which it said it.
    pub(crate) fn expect<const N: usize>(self, code: i32, said: [&str; N]) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        let mut rest = self.stderr.as_str();
        for text in said {
            let found = rest.split_once(text);
            let Some((_, after)) = found else {
                panic!("{text:?} is not (any more) in:\n{}", self.stderr);
            };
            rest = after;
        }
        self
    }

    /// The spans that it wrote to stdout.
    pub(crate) fn spans(&self) -> Vec<Span> {
        spans(&self.stdout)
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr,
        }
    }
}

/// Runs the command to its end.
pub(crate) fn run<const N: usize>(arguments: [&str; N]) -> Ran {
    sparkspan(arguments).output().unwrap().into()
}

/// The same, with something on stdin. A command that has read enough may leave the rest.
pub(crate) fn run_with_input(command: &mut Command, input: impl FnOnce(&mut dyn Write)) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    input(&mut child.stdin.take().unwrap());
    child.wait_with_output().unwrap().into()
}

/// The spans of OTLP JSON lines.
pub(crate) fn spans(lines: &[u8]) -> Vec<Span> {
    let lines = lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .flat_map(|line| read_json_line(line).unwrap())
        .collect()
}
