//! The `sparkspan` command: arguments, what people read on the terminal, and exit codes.
//!
//! It puts the other crates in a row and decides nothing that they could: lines of a log become
//! events, events spans, and spans go to an OTLP endpoint, a file or the terminal. stdout is the
//! result, stderr everything else.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::panic, clippy::unwrap_used, clippy::expect_used)
)]

mod arguments;
mod drawing;
mod event_log;
mod exit;
mod failure;
mod input;
mod interrupt;
mod lines;
mod messages;
mod plugin;
mod receive;
mod replay;
mod settings;
mod show;
mod terminal;
mod trace;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            // clap's own code for a wrong usage is 2, which says "done with losses" here.
            let exit = if usage.use_stderr() {
                Exit::Failed
            } else {
                Exit::Done
            };
            let _ = usage.print();
            return exit.into();
        }
    };
    match run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_closed_pipe() => Exit::Done.into(),
        Err(failure) => {
            messages::error(&failure);
            Exit::Failed.into()
        }
    }
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Replay(replay) => replay::run(&replay),
        Command::Show(show) => show::run(&show, arguments.color),
        Command::Plugin { directory } => plugin::run(&directory).map(|()| Exit::Done),
        Command::Config(config) => settings::run(&config).map(|()| Exit::Done),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "sparkspan", &mut std::io::stdout());
            Ok(Exit::Done)
        }
        Command::Man { directory } => {
            clap_mangen::generate_to(Arguments::command(), &directory).map_err(|source| {
                let path = directory;
                Failure::Write { path, source }
            })?;
            Ok(Exit::Done)
        }
        Command::Receive(receive) => receive::run(&receive, arguments.color),
    }
}
