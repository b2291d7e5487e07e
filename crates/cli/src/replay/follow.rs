//! `sparkspan replay --follow`: stands beside the applications that log, and sends what they did.
//!
//! The logs are the buffer. What was read is dealt with only once its spans have arrived; when they do
//! not arrive, everything is forgotten but what was dealt with before, and read again: what a restart
//! of the command does too. It waits only for what time may change, a receiver that is away or busy. One
//! that refuses single spans loses these, and is told of; one that refuses everything, for want of
//! credentials or because it is something else, ends the command.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sparkspan_engine::Ending;
use sparkspan_eventlog::{Change, Follower, Position, Start, State};
use sparkspan_otlp as otlp;

use super::destination::{Destination, Target};
use super::report::{tell_application, tell_open_spans};
use crate::arguments::Replay;
use crate::event_log::{Account, EventLog};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::interrupt::Interrupt;
use crate::settings::Tracing;
use crate::{messages, terminal};

/// How long after a look the next one follows.
const PAUSE: Duration = Duration::from_secs(1);
/// How long it is waited at most for a receiver that is away.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// Follows the logs until it is interrupted.
pub(super) fn run(
    arguments: &Replay,
    tracing: &Tracing,
    target: Target,
    exporter: otlp::Settings,
    interrupt: &Interrupt,
) -> Result<Exit, Failure> {
    let state = arguments.state.as_deref().map(State::load).transpose()?;
    let state = state.flatten();
    let outputs = outputs(arguments, &target, state.is_some())?;
    let start = if arguments.from_beginning {
        Start::Beginning
    } else {
        Start::Changes
    };
    let roots = arguments.logs.clone();
    let follower = match state {
        Some(state) => Follower::resume(roots.clone(), state),
        None => Follower::new(roots.clone(), start),
    };
    let follower = follower.leaving_out(outputs.clone());
    let mut following = Following {
        tracing,
        target,
        exporter,
        interrupt,
        follower,
        logs: BTreeMap::new(),
        ignored: BTreeSet::new(),
    };
    let mut dealt_with = following.follower.state();
    let (mut exit, mut pause) = (Exit::Done, PAUSE);
    messages::note("following; Ctrl-C ends");
    while !interrupt.is_raised() {
        let round = following.round()?;
        match round.failure {
            None => {
                for account in &round.ended {
                    tell(account, &round.to, arguments.json)?;
                }
                if round.has_losses {
                    exit = Exit::Losses;
                }
                let state = following.follower.state();
                if let (Some(path), true) = (&arguments.state, state != dealt_with) {
                    state.save(path)?;
                }
                (dealt_with, pause) = (state, PAUSE);
            }
            Some(_) if interrupt.is_raised() => break,
            Some(failure) => {
                messages::warning(format_args!("{}; trying again", failure.in_full()));
                following.follower = Follower::resume(roots.clone(), dealt_with.clone())
                    .leaving_out(outputs.clone());
                following.logs.clear();
                pause = (2 * pause).min(MAX_PAUSE);
            }
        }
        interrupt.sleep(pause);
    }
    Ok(exit)
}

/// The files that are written, none of which is a log that is followed. A state file that could be loaded is none.
fn outputs(arguments: &Replay, target: &Target, has_state: bool) -> Result<Vec<PathBuf>, Failure> {
    let mut outputs = target.files(arguments.json);
    if let Some(state) = &arguments.state {
        if outputs.iter().any(|output| input::is_same(output, state)) {
            let path = state.clone();
            return Err(Failure::SharedOutput { path });
        }
        if !has_state {
            outputs.push(state.clone());
        }
    }
    for root in &arguments.logs {
        match input::logs_apart(root, &outputs) {
            // A log may come, and what cannot be looked into is told by each look.
            Err(Failure::Log(_)) => {
                input::refuse(root, &outputs, |output| input::is_same(output, root))?;
            }
            looked => drop(looked?),
        }
    }
    if has_state {
        outputs.extend(arguments.state.clone());
    }
    Ok(outputs)
}

/// Says that an application has ended and was sent.
fn tell(account: &Account, to: &str, json: bool) -> Result<(), Failure> {
    tell_application(account, to, None);
    tell_open_spans(account);
    account.tell_losses();
    if json {
        terminal::print_json(serde_json::to_string(account))?;
    }
    Ok(())
}

struct Following<'a> {
    tracing: &'a Tracing,
    target: Target,
    exporter: otlp::Settings,
    interrupt: &'a Interrupt,
    follower: Follower,
    /// The logs that are being read, by their keys.
    logs: BTreeMap<PathBuf, EventLog>,
    /// What is there, not dealt with yet, and is no log, or one of an application whose driver traces it.
    ignored: BTreeSet<PathBuf>,
}

/// What one look at the logs led to.
#[derive(Default)]
struct Round {
    /// Where the spans went.
    to: String,
    /// Applications that have ended.
    ended: Vec<Account>,
    /// Something was lost for good.
    has_losses: bool,
    /// The spans did not arrive, and may yet.
    failure: Option<Failure>,
}

impl Following<'_> {
    /// Looks once, reads what is new and waits until it has arrived.
    fn round(&mut self) -> Result<Round, Failure> {
        let changes = self.follower.poll();
        if changes.is_empty() {
            return Ok(Round::default());
        }
        let mut round = Round::default();
        let mut destination =
            Destination::append(self.target.clone(), self.exporter.clone(), self.interrupt)?;
        let mut read: Vec<(PathBuf, Position)> = Vec::new();
        let mut done: Vec<PathBuf> = Vec::new();
        for change in changes {
            // A log that was left in the middle has not ended.
            if self.interrupt.is_raised() {
                break;
            }
            match change {
                Change::Grew(key) => {
                    if let Some(position) = self.read(&key, &mut destination) {
                        read.push((key, position));
                    }
                }
                Change::Ended(key) => {
                    round.ended.extend(self.end(&key, &mut destination));
                    done.push(key);
                }
                Change::Restarted(key) | Change::Gone(key) => {
                    self.logs.remove(&key);
                    self.ignored.remove(&key);
                }
                Change::Refused(error) => messages::warning(error),
            }
        }
        let delivery = destination.finish();
        round.has_losses = delivery.rejected > 0
            || delivery.trimmed > 0
            || round.ended.iter().any(Account::has_losses);
        round.to = delivery.to;
        if let Some(failure) = delivery.failure {
            match &failure {
                Failure::Undelivered { gave_up: true, .. } => {
                    round.failure = Some(failure);
                    return Ok(round);
                }
                Failure::Undelivered { source, .. } if source.is_of_single_spans() => {
                    messages::error(&failure);
                    round.has_losses = true;
                }
                // Only the user can help. Nothing is lost: the state knows of none of these spans.
                _ => return Err(failure),
            }
        }
        for (key, position) in read {
            self.follower.handled(&key, position);
        }
        for key in done {
            self.follower.done(&key);
            self.ignored.remove(&key);
        }
        Ok(round)
    }

    /// Reads what is new in a log, and says how far.
    fn read(&mut self, key: &Path, destination: &mut Destination) -> Option<Position> {
        if self.ignored.contains(key) {
            return None;
        }
        let sent = self.follower.resume_at(key);
        let interrupt = self.interrupt;
        let lines = self.follower.lines(key)?;
        let log = self
            .logs
            .entry(key.to_owned())
            .or_insert_with(|| EventLog::new(key, false, self.tracing.engine()).unless_traced());
        let read = log.read(lines, sent, destination, |_, destination| {
            !interrupt.is_raised() && !destination.is_broken()
        });
        match read {
            Ok(()) => Some(lines.position()),
            Err(error) => {
                if let Failure::Traced { .. } = error {
                    messages::note(format_args!("not followed: {error}"));
                } else {
                    messages::warning(format_args!("not followed: {}", error.in_full()));
                }
                self.logs.remove(key);
                self.ignored.insert(key.to_owned());
                self.follower.leave(key);
                None
            }
        }
    }

    /// Ends a log to which nothing will be added.
    fn end(&mut self, key: &Path, destination: &mut Destination) -> Option<Account> {
        let log = self.logs.remove(key)?;
        let damage = self
            .follower
            .lines(key)
            .map(|lines| lines.damage().to_vec());
        // It is done only when its spans have arrived, with those of all the others of this round.
        self.follower.leave(key);
        match log.finish(&damage.unwrap_or_default(), Ending::Open, destination) {
            Ok(account) => Some(account),
            Err(failure) => {
                messages::warning(failure);
                None
            }
        }
    }
}
