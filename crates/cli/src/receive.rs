//! `sparkspan receive`: an OTLP endpoint that draws what arrives, where there is no Jaeger.

mod gathering;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use clap::ColorChoice;
use sparkspan_model::Span;
use sparkspan_otlp::{Keep, Receiver, ReceiverSettings};

use crate::arguments::Receive;
use crate::drawing::draw;
use crate::drawing::quantity::counted;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::trace::traces;
use crate::{input, lines, messages, terminal};
use gathering::Gathering;

/// When the kept file is moved aside and a new one begun.
const KEPT_BYTES: u64 = 256 << 20;

/// How often it is looked whether a trace is complete.
const TICK: Duration = Duration::from_millis(100);

/// Receives until it is interrupted; then draws what is left.
pub(crate) fn run(arguments: &Receive, color: ColorChoice) -> Result<Exit, Failure> {
    if let Some(output) = &arguments.keep {
        input::refuse_log(output)?;
    }
    let interrupt = Interrupt::listen()?;
    let (receiver, batches) = Receiver::start(&ReceiverSettings {
        http: SocketAddr::new(arguments.bind, arguments.http_port),
        grpc: SocketAddr::new(arguments.bind, arguments.grpc_port),
        keep: arguments.keep.as_ref().map(|path| Keep {
            path: path.clone(),
            max_bytes: KEPT_BYTES,
        }),
    })?;
    let shutdown = receiver.shutdown();
    let _on_interrupt = interrupt.on_raise(move || shutdown.shut_down());
    messages::note(format_args!(
        "listening for OTLP at http://{} (HTTP) and http://{} (gRPC); Ctrl-C ends",
        receiver.http_address(),
        receiver.grpc_address(),
    ));
    if !arguments.bind.is_loopback() {
        messages::warning("whoever reaches this address may send: there is no authentication");
    }

    let mut stdout = terminal::stdout(color);
    let mut gathering = Gathering::default();
    let mut drawn = Ok(());
    while drawn.is_ok() {
        match batches.recv_timeout(TICK) {
            Ok(spans) => gathering.add(spans, Instant::now()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let early_before = gathering.early_traces();
        let complete = gathering.take_complete(Instant::now());
        if early_before == 0 && gathering.early_traces() > 0 {
            messages::warning(
                "more arrives than is held: traces come out before they are complete, in pieces",
            );
        }
        drawn = print(complete, arguments.json, &mut stdout);
    }
    // Nobody takes spans any more: senders are told to come again until the receiver has stopped.
    drop(batches);
    let report = receiver.stop();
    for (count, what, thing) in [
        (
            gathering.early_traces(),
            "drawn before the trace was complete",
            "piece of a trace",
        ),
        (report.refused, "refused", "request"),
    ] {
        if count > 0 {
            messages::note(format_args!("{what}: {}", counted(count, thing)));
        }
    }
    drawn
        .and_then(|()| print(gathering.take_all(), arguments.json, &mut stdout))
        .map_err(Failure::Stdout)?;
    match report.keep_fault {
        None => Ok(Exit::Done),
        Some(source) => Err(Failure::Write {
            path: arguments.keep.clone().unwrap_or_default(),
            source,
        }),
    }
}

/// Draws traces as they are now: who resizes the terminal sees the next one in its width.
fn print(spans: Vec<Span>, json: bool, out: &mut impl Write) -> io::Result<()> {
    for trace in traces(spans) {
        if json {
            lines::write(&trace, out)?;
        } else {
            draw(&trace, terminal::layout(), out)?;
            writeln!(out)?;
        }
    }
    out.flush()
}
