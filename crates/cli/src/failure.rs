//! What can go wrong, and what to do about it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use sparkspan_config::ParseAssignmentError;
use sparkspan_eventlog as eventlog;
use sparkspan_otlp::{Fault, GrpcStatus, QueryError, ReceiverError, StartError};

const QUERY_URL: &str = "--repair takes the address of Jaeger's user interface, such as \
                         http://localhost:16686, and not that of OTLP; behind a proxy with its path";
const CERTIFICATE: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE names the file of the authority to trust; \
                           where the other side speaks no TLS, its address begins with http://";
const CREDENTIALS: &str = "the other side wants credentials: \
                           OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20...";

/// Why the command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The log has no line at all.
    #[error("the log is empty: {}", path.display())]
    EmptyLog { path: PathBuf },
    /// No line of it is an event.
    #[error("not a Spark event log ({reason}): {}", path.display())]
    NotALog { path: PathBuf, reason: String },
    /// It has events, but nothing says of which application.
    #[error("the log does not say which application it is of: {}", path.display())]
    NoApplication { path: PathBuf },
    /// It is JSON, but neither of Spark nor of OTLP.
    #[error("neither events of Spark nor spans of OTLP: {}", path.display())]
    NoSpans { path: PathBuf },
    /// A file that is to be written is one that is to be read.
    #[error("cannot write {}: it is part of the log that is to be read, {}", output.display(), log.display())]
    OutputIsInput { output: PathBuf, log: PathBuf },
    /// A file that is to be written holds the events of another application.
    #[error("cannot write {}: it is an event log", output.display())]
    OutputIsLog { output: PathBuf },
    /// `--to` and `--state` name the same file.
    #[error("--to and --state name the same file: {}", path.display())]
    SharedOutput { path: PathBuf },
    /// A file for spans cannot be written.
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// stdout cannot be written.
    #[error("cannot write to stdout")]
    Stdout(#[source] io::Error),
    /// `--to` names a host without a scheme, or a file of a strange name.
    #[error("is this an endpoint or a file: {to}")]
    AmbiguousTarget { to: String },
    /// Spans did not arrive.
    #[error("{} to {endpoint}", undelivered(*dropped, *sent))]
    Undelivered {
        dropped: u64,
        sent: u64,
        endpoint: String,
        /// They may be taken later.
        gave_up: bool,
        source: Fault,
    },
    /// The address of a Jaeger is of no use. It may hold credentials, and is not repeated.
    #[error("cannot ask the Jaeger that --repair names")]
    QueryUrl(#[source] StartError),
    /// Nobody knows what a Jaeger has.
    #[error("cannot find out what {url} has")]
    Unknown { url: String, source: QueryError },
    /// `--repair` and `--follow`.
    #[error("--repair looks at a trace once, and --follow waits for more of it")]
    RepairWhileFollowing,
    /// The command came without the plugin.
    #[error("the plugin's jar is not beside the command: {}", path.display())]
    NoJar { path: PathBuf },
    /// The log of an application that is not to be traced twice.
    #[error("its driver traces it itself: {}", path.display())]
    Traced { path: PathBuf },
    /// Something on the command line is no setting.
    #[error("{0}")]
    Setting(sparkspan_config::Warning),
    /// A `--set` that assigns nothing.
    #[error("--set {assignment}")]
    Assignment {
        assignment: String,
        source: ParseAssignmentError,
    },
    /// `--json` and `--to -`.
    #[error("--json and --to - both want stdout")]
    SharedStdout,
    /// The system does not say where the command's file is.
    #[error("cannot find out where the command is")]
    NoCommand(#[source] io::Error),
    /// Ctrl-C would end the command in the middle of what it does.
    #[error("cannot listen to signals")]
    Signals(#[source] ctrlc::Error),
    /// A log, or a state file.
    #[error(transparent)]
    Log(#[from] eventlog::Error),
    /// No exporter for what the settings say.
    #[error(transparent)]
    Exporter(#[from] StartError),
    /// No receiver.
    #[error(transparent)]
    Receiver(#[from] ReceiverError),
}

fn undelivered(dropped: u64, sent: u64) -> String {
    match sent {
        0 => "no span could be sent".to_owned(),
        _ => format!("{dropped} of {} spans could not be sent", dropped + sent),
    }
}

impl Failure {
    /// Whether it is only that nobody reads stdout any more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stdout(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// It and what it came of, each after a colon.
    pub(crate) fn in_full(&self) -> impl fmt::Display {
        fmt::from_fn(move |formatter| {
            write!(formatter, "{self}")?;
            let mut cause = self.source();
            while let Some(error) = cause {
                write!(formatter, ": {error}")?;
                cause = error.source();
            }
            Ok(())
        })
    }

    /// What the user may do about it, where that is known.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::EmptyLog { .. } => {
                "Spark writes the first events once the application has started; an application that \
             buffers its log may be still to do so"
            }
            Self::NotALog { .. } => {
                "an event log is what an application with spark.eventLog.enabled=true leaves in \
             spark.eventLog.dir; the driver's or executors' text logs are something else"
            }
            Self::NoApplication { .. } => {
                "its first lines are missing, which say so; give the application's ID with --app-id"
            }
            Self::NoSpans { .. } => {
                "`sparkspan show` reads event logs, and what `sparkspan replay --to FILE`, `sparkspan \
             receive --keep FILE` or OpenTelemetry's file exporter wrote"
            }
            Self::OutputIsLog { .. } => {
                "nothing was written; name another file, or remove this one"
            }
            Self::OutputIsInput { .. } => {
                "nothing was written; name another file, outside of the directory of the logs"
            }
            Self::SharedOutput { .. } => "give each a file of its own",
            Self::Write { source, .. } | Self::Stdout(source) => return of_writing(source),
            Self::AmbiguousTarget { to } => {
                return Some(format!(
                    "write http://{to} for an endpoint, ./{to} for a file"
                ));
            }
            Self::Undelivered {
                source, endpoint, ..
            } => return of_fault(source, endpoint),
            Self::QueryUrl(_) => QUERY_URL,
            Self::Unknown { source, .. } => return of_query(source),
            Self::RepairWhileFollowing => {
                "repair the log of an application that has ended: sparkspan replay --repair URL LOG"
            }
            Self::NoJar { .. } => {
                "sparkspan's image has it there; the Python package has one too: python3 -c 'import \
             sparkspan; print(sparkspan.jar())'"
            }
            Self::Log(source) => return of_event_log(source),
            Self::Exporter(source) => return of_start(source),
            Self::Receiver(source) => return of_receiver(source),
            Self::Traced { .. } | Self::SharedStdout | Self::NoCommand(_) | Self::Signals(_) => {
                return None;
            }
            Self::Setting(_) | Self::Assignment { .. } => "`sparkspan config` lists the settings",
        };
        Some(hint.to_owned())
    }
}

fn of_writing(error: &io::Error) -> Option<String> {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "there is no room left: write somewhere else, or send fewer spans \
             (--set trace.tasks=none)"
        }
        io::ErrorKind::NotFound => "the directory has to be there already",
        io::ErrorKind::IsADirectory => "name a file in it",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_event_log(error: &eventlog::Error) -> Option<String> {
    let hint = match error {
        eventlog::Error::NotFound { .. } => {
            "event logs are in the application's spark.eventLog.dir"
        }
        eventlog::Error::PermissionDenied { .. } => {
            "Spark gives its event logs to the user who ran the application"
        }
        eventlog::Error::NoLogs { .. } => {
            "give the application's spark.eventLog.dir, or one log in it"
        }
        eventlog::Error::BadState { .. } => {
            "another file is there, or another version wrote it; give another path, and what was \
             sent before is sent again"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_start(error: &StartError) -> Option<String> {
    let hint = match error {
        StartError::InvalidEndpoint { .. } => "an endpoint looks like http://localhost:4318",
        StartError::InvalidHeader { .. } => {
            "values of the setting `headers` are percent-encoded: name=value,name=value"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_receiver(error: &ReceiverError) -> Option<String> {
    match error {
        ReceiverError::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            let hint = "somebody listens there already, perhaps a Jaeger; --http-port 0 and \
                        --grpc-port 0 take free ports";
            Some(hint.to_owned())
        }
        ReceiverError::Keep { source, .. } => of_writing(source),
        _ => None,
    }
}

fn of_query(error: &QueryError) -> Option<String> {
    let hint = match error {
        QueryError::Connection(Fault::Unreachable(_))
        | QueryError::HttpStatus { status: 404 | 405 }
        | QueryError::NotJaeger(_) => QUERY_URL,
        QueryError::Connection(Fault::Tls(_)) => CERTIFICATE,
        QueryError::Connection(Fault::Timeout { .. }) => {
            "a long trace may need a longer --set timeout=60s"
        }
        QueryError::HttpStatus { status: 401 | 403 } => CREDENTIALS,
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_fault(fault: &Fault, endpoint: &str) -> Option<String> {
    let hint = match fault {
        Fault::Unreachable(_) => {
            "start a Jaeger there, or `sparkspan receive` here; or name the endpoint with --to or \
             OTEL_EXPORTER_OTLP_ENDPOINT"
        }
        Fault::Tls(_) if endpoint.starts_with("https") => CERTIFICATE,
        // Of gRPC: PERMISSION_DENIED, UNAUTHENTICATED.
        Fault::HttpStatus { status: 401 | 403 }
        | Fault::GrpcStatus {
            status: GrpcStatus(7 | 16),
        } => CREDENTIALS,
        // Of gRPC: UNIMPLEMENTED.
        Fault::HttpStatus { status: 404 | 405 }
        | Fault::GrpcStatus {
            status: GrpcStatus(12),
        } => {
            "is that the OTLP port (Jaeger's is 4318, for gRPC 4317) and not the one of the user \
             interface?"
        }
        // Of gRPC: RESOURCE_EXHAUSTED.
        Fault::HttpStatus { status: 413 }
        | Fault::GrpcStatus {
            status: GrpcStatus(8),
        } => "the receiver's limit of request sizes is too low",
        Fault::ConnectionLost(_) | Fault::InvalidAnswer => {
            "does the receiver speak this protocol? Port 4317 usually speaks gRPC (--set \
             protocol=grpc), port 4318 HTTP"
        }
        Fault::Timeout { .. } => "a slow receiver may need a longer --set timeout=30s",
        _ => return None,
    };
    Some(hint.to_owned())
}
