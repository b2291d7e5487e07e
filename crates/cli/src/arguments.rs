//! What the user typed.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};
use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  sparkspan show LOG                       an application's trace, here in the terminal
  sparkspan replay LOG                     send it to the OTLP endpoint on this machine
  sparkspan replay DIRECTORY --to http://jaeger:4318
                                           every application that logged there
  sparkspan replay DIRECTORY --follow --state sent.json
                                           stay, and send what is logged from now on
  sparkspan receive                        no Jaeger at hand: draw what is sent here

Exit codes: 0 done; 1 failed; 2 done, but something was lost (bad lines, numbers beyond
64 bits, a damaged file, refused spans); 130 interrupted.";

/// Shows what an Apache Spark application did, as an OpenTelemetry trace made from its event log.
#[derive(Debug, Parser)]
#[command(name = "sparkspan", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub(crate) color: ColorChoice,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a Spark event log into a trace and send it.
    Replay(Replay),
    /// Draw the trace of an event log, or of a file of OTLP JSON lines.
    Show(Show),
    /// Be the OTLP endpoint of this machine, and draw the traces that arrive.
    Receive(Receive),
    /// Copy the Spark plugin's jar that lies beside the command, as in sparkspan's image.
    Plugin {
        /// An existing directory; the jar is sparkspan.jar there.
        #[arg(long = "to", value_name = "DIRECTORY")]
        directory: PathBuf,
    },
    /// Print every setting, its value here, and where it comes from.
    Config(Config),
    /// Print a script that completes sparkspan's arguments in a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write sparkspan's manual pages.
    Man {
        /// A directory, such as /usr/share/man/man1.
        directory: PathBuf,
    },
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  sparkspan replay app-20261122215049-0000
  sparkspan replay eventlog_v2_app-20261122215049-0000 --to trace.jsonl
  sparkspan replay /spark-logs --to https://collector:4318 --set trace.tasks=all
  sparkspan replay app-20261122215049-0000.inprogress --final --repair http://localhost:16686
  hdfs dfs -cat /spark-logs/app-20261122215049-0000.zstd | sparkspan replay -

The same log gives the same spans: replayed again, it adds nothing to a Jaeger that has it.";

const TO: &str = "\
An OTLP endpoint such as http://localhost:4318, or a file for OTLP JSON lines; `-` is stdout [default: the \
setting `endpoint`]";

const REPAIR: &str = "\
Send only the spans that the Jaeger does not have whose user interface is at this address, such as \
http://localhost:16686; it is asked with the headers and certificates of the endpoint";

#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags")]
pub(crate) struct Replay {
    /// Event logs as Spark writes them, plain or compressed; rolling logs; directories of logs; `-` is stdin.
    #[arg(required = true, value_name = "LOG")]
    pub(crate) logs: Vec<PathBuf>,

    #[arg(long, value_name = "URL|FILE|-", help = TO)]
    pub(crate) to: Option<String>,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// The application's ID, for a log that has lost its first lines.
    #[arg(long, value_name = "ID")]
    pub(crate) app_id: Option<String>,

    /// Nothing will be added to the logs: also send what never ended, marked as interrupted.
    #[arg(long, conflicts_with = "follow")]
    pub(crate) r#final: bool,

    #[arg(long, value_name = "URL", help = REPAIR)]
    pub(crate) repair: Option<String>,

    /// Stay, and send what Spark adds to the logs and to directories of logs.
    #[arg(long)]
    pub(crate) follow: bool,

    /// Remember in this file what was sent, so that a restart sends only the rest.
    #[arg(long, value_name = "FILE", requires = "follow")]
    pub(crate) state: Option<PathBuf>,

    /// Also send what was logged before the start.
    #[arg(long, requires = "follow")]
    pub(crate) from_beginning: bool,

    /// Say on stdout, as JSON, what was done.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Settings from the command line.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// A setting, as in a Spark configuration; `sparkspan config` lists them all.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) assignments: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Event logs, or files of OTLP JSON lines; `-` is stdin.
    #[arg(required = true, value_name = "LOG|TRACE")]
    pub(crate) inputs: Vec<PathBuf>,

    /// How many levels of the tree to show.
    #[arg(long, value_name = "LEVELS")]
    pub(crate) depth: Option<usize>,

    /// Show every span: fold nothing.
    #[arg(long)]
    pub(crate) all: bool,

    /// Print every span as a line of JSON instead, parents before children.
    #[arg(long, conflicts_with_all = ["depth", "all"])]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// The application's ID, for a log that has lost its first lines.
    #[arg(long, value_name = "ID")]
    pub(crate) app_id: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Receive {
    /// The address to listen at.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) bind: IpAddr,

    /// The port of OTLP over HTTP; 0 takes any free one.
    #[arg(long, value_name = "PORT", default_value_t = 4318)]
    pub(crate) http_port: u16,

    /// The port of OTLP over gRPC; 0 takes any free one.
    #[arg(long, value_name = "PORT", default_value_t = 4317)]
    pub(crate) grpc_port: u16,

    /// Keep what arrives in this file, as OTLP JSON lines that `sparkspan show` reads.
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Option<PathBuf>,

    /// Print every span as a line of JSON instead of drawing, once its trace is complete.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(flatten)]
    pub(crate) settings: Settings,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
