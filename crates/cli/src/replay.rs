//! `sparkspan replay`: lines of event logs in, spans out.

mod destination;
mod follow;
mod found;
mod progress;
mod repair;
mod report;

use sparkspan_engine::Ending;
use sparkspan_eventlog::Position;

use crate::arguments::Replay;
use crate::event_log::{Account, EventLog};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::interrupt::Interrupt;
use crate::settings::{self, Tracing};
use destination::{Destination, Target};
use progress::Progress;
use repair::{Outlet, Repair};
use report::{Refused, Report};

/// Replays every log in turn, each through an engine of its own.
pub(crate) fn run(arguments: &Replay) -> Result<Exit, Failure> {
    let resolved = settings::resolve(&arguments.settings.assignments)?;
    let exporter = resolved.exporter();
    let target = match &arguments.to {
        Some(to) => to.parse()?,
        None => Target::Endpoint(exporter.endpoint.clone()),
    };
    if arguments.json && target == Target::Stdout {
        return Err(Failure::SharedStdout);
    }
    let tracing = Tracing {
        resolved,
        application_id: arguments.app_id.clone(),
    };
    let repair = match &arguments.repair {
        Some(_) if arguments.follow => return Err(Failure::RepairWhileFollowing),
        Some(url) => Some(Repair::new(url, &exporter)?),
        None => None,
    };
    let interrupt = Interrupt::listen()?;
    if arguments.follow {
        return follow::run(arguments, &tracing, target, exporter, &interrupt);
    }
    let (inputs, refused) = input::find(&arguments.logs, &target.files(arguments.json))?;
    let mut replay = Running {
        outlet: Outlet {
            destination: Destination::create(target, exporter, &interrupt)?,
            repair,
        },
        progress: Progress::new(inputs.iter().map(Input::bytes).sum()),
        interrupt,
        applications: Vec::new(),
        refused: refused.into_iter().map(Refused::from).collect(),
        given_up: false,
    };
    let ending = if arguments.r#final {
        Ending::Final
    } else {
        Ending::Open
    };
    for input in &inputs {
        if !replay.log(input, &tracing, ending) {
            break;
        }
    }
    let report = replay.finish();
    report.tell();
    if arguments.json {
        report.print_json()?;
    }
    Ok(report.exit())
}

struct Running {
    outlet: Outlet,
    progress: Progress,
    interrupt: Interrupt,
    applications: Vec<Account>,
    refused: Vec<Refused>,
    /// Nothing more would have arrived.
    given_up: bool,
}

impl Running {
    /// Replays one log; false when there is no point in going on with the next one.
    fn log(&mut self, input: &Input, tracing: &Tracing, ending: Ending) -> bool {
        self.progress.begin(input);
        let account = self.account(input, tracing, ending);
        self.given_up = self.outlet.is_broken() && !self.interrupt.is_raised();
        let goes_on = !self.interrupt.is_raised() && !self.given_up;
        match account {
            Ok(account) => self.applications.push(account),
            Err(error) if goes_on => self.refused.push(Refused {
                log: input.path().to_owned(),
                error,
            }),
            // Of a log that was left in the middle nothing can be said.
            Err(_) => {}
        }
        goes_on
    }

    fn account(
        &mut self,
        input: &Input,
        tracing: &Tracing,
        ending: Ending,
    ) -> Result<Account, Failure> {
        let mut log = EventLog::new(input.path(), input.in_progress(), tracing.engine());
        let mut lines = input.lines();
        let (progress, interrupt) = (&mut self.progress, &self.interrupt);
        let nothing_sent = Position::default();
        log.read(
            &mut lines,
            nothing_sent,
            &mut self.outlet,
            |lines, outlet| {
                progress.line(lines.bytes_read());
                !interrupt.is_raised() && !outlet.is_broken()
            },
        )?;
        // Nobody waited for the end: what is open then may well have one.
        let ending = if interrupt.is_raised() || self.outlet.is_broken() {
            Ending::Open
        } else {
            ending
        };
        log.finish(lines.damage(), ending, &mut self.outlet)
    }

    fn finish(self) -> Report {
        self.progress.sending();
        let delivery = self.outlet.finish();
        Report {
            delivery,
            applications: self.applications,
            refused: self.refused,
            interrupted: self.interrupt.is_raised(),
            given_up: self.given_up,
        }
    }
}
