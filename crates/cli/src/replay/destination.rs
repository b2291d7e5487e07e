//! Where a replay's spans go.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Serialize;
use sparkspan_model::{Span, SpanSink};
use sparkspan_otlp::{Canceller, Endpoint, Exporter, JsonWriter, Settings};

use super::found::Found;
use crate::failure::Failure;
use crate::input::{self, STDOUT};
use crate::interrupt::{Interrupt, OnInterrupt};

/// What `--to` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// An OTLP receiver.
    Endpoint(Endpoint),
    /// A file for OTLP JSON lines.
    File(PathBuf),
    /// OTLP JSON lines on stdout.
    Stdout,
}

impl Target {
    /// The files that are written with it, and with a report on stdout.
    pub(crate) fn files(&self, reports: bool) -> Vec<PathBuf> {
        match self {
            Self::File(path) if reports => vec![path.clone(), STDOUT.into()],
            Self::File(path) => vec![path.clone()],
            Self::Endpoint(_) if !reports => Vec::new(),
            Self::Endpoint(_) | Self::Stdout => vec![STDOUT.into()],
        }
    }
}

impl FromStr for Target {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        if text == "-" {
            return Ok(Self::Stdout);
        }
        if text.contains("://") {
            // Some tools want the whole address, most want what OTEL_EXPORTER_OTLP_ENDPOINT holds.
            let is_whole = text.trim_end_matches('/').ends_with("/v1/traces");
            let address = text.to_owned();
            return Ok(Self::Endpoint(if is_whole {
                Endpoint::Traces(address)
            } else {
                Endpoint::Base(address)
            }));
        }
        if looks_like_host_and_port(text) && !Path::new(text).exists() {
            return Err(Failure::AmbiguousTarget {
                to: text.to_owned(),
            });
        }
        Ok(Self::File(text.into()))
    }
}

fn looks_like_host_and_port(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok()
    })
}

/// Takes spans to where they go.
pub(crate) enum Destination {
    /// An OTLP receiver.
    Exporter {
        exporter: Exporter,
        on_interrupt: OnInterrupt,
    },
    /// A file, or stdout where there is no path.
    Lines {
        path: Option<PathBuf>,
        writer: JsonWriter<Box<dyn Write>>,
    },
}

/// What became of the spans.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Delivery {
    /// Where they went.
    pub(crate) to: String,
    /// Spans that arrived.
    pub(crate) sent: u64,
    /// Spans that the receiver refused.
    pub(crate) rejected: u64,
    /// Spans that did not arrive.
    pub(crate) dropped: u64,
    /// Spans that were too long and lost the ends of their texts.
    pub(crate) trimmed: u64,
    /// What was there already, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<Found>,
    /// Why not all arrived.
    #[serde(skip)]
    pub(crate) failure: Option<Failure>,
}

impl Delivery {
    /// Whether whoever reads stdout has seen enough, as `head` does: no failure.
    pub(crate) fn is_unwanted(&self) -> bool {
        self.failure.as_ref().is_some_and(Failure::is_closed_pipe)
    }
}

impl Destination {
    /// Opens what `--to` names, a file from its beginning. An interrupt drops what waits for a receiver.
    pub(crate) fn create(
        target: Target,
        settings: Settings,
        interrupt: &Interrupt,
    ) -> Result<Self, Failure> {
        if let Target::File(output) = &target {
            input::refuse_log(output)?;
        }
        let create = |path: &Path| File::create(path);
        Self::open(target, settings, interrupt, Canceller::cancel, create)
    }

    /// The same, but adds to what a file holds, and an interrupt leaves what waits one more try.
    pub(crate) fn append(
        target: Target,
        settings: Settings,
        interrupt: &Interrupt,
    ) -> Result<Self, Failure> {
        let append = |path: &Path| File::options().append(true).create(true).open(path);
        Self::open(target, settings, interrupt, Canceller::hurry, append)
    }

    fn open(
        target: Target,
        settings: Settings,
        interrupt: &Interrupt,
        end: fn(&Canceller),
        open: impl Fn(&Path) -> io::Result<File>,
    ) -> Result<Self, Failure> {
        let lines = |path, writer| Self::Lines {
            path,
            writer: JsonWriter::new(writer),
        };
        Ok(match target {
            Target::Endpoint(endpoint) => {
                let exporter = Exporter::start(&Settings {
                    endpoint,
                    ..settings
                })?;
                let canceller = exporter.canceller();
                Self::Exporter {
                    exporter,
                    on_interrupt: interrupt.on_raise(move || end(&canceller)),
                }
            }
            Target::File(path) => match open(&path) {
                Ok(file) => lines(Some(path), Box::new(file)),
                Err(source) => return Err(Failure::Write { path, source }),
            },
            Target::Stdout => lines(None, Box::new(io::stdout())),
        })
    }

    /// Whether nothing that it is given arrives any more.
    pub(crate) fn is_broken(&self) -> bool {
        match self {
            Self::Exporter { exporter, .. } => exporter.is_over(),
            Self::Lines { writer, .. } => writer.error().is_some(),
        }
    }

    /// Waits until everything has arrived, or never will.
    pub(crate) fn finish(self) -> Delivery {
        match self {
            Self::Exporter {
                exporter,
                on_interrupt,
            } => {
                let endpoint = exporter.endpoint().to_owned();
                let report = exporter.finish();
                drop(on_interrupt);
                Delivery {
                    sent: report.sent,
                    rejected: report.rejected,
                    dropped: report.dropped,
                    trimmed: report.trimmed,
                    found: None,
                    failure: report.first_fault.map(|source| Failure::Undelivered {
                        dropped: report.dropped,
                        sent: report.sent,
                        endpoint: endpoint.clone(),
                        gave_up: report.gave_up,
                        source,
                    }),
                    to: endpoint,
                }
            }
            Self::Lines { path, writer } => {
                let to = path
                    .as_ref()
                    .map_or("stdout".into(), |path| path.to_string_lossy());
                let to = to.into_owned();
                match writer.finish() {
                    Ok(sent) => Delivery {
                        to,
                        sent,
                        ..Delivery::default()
                    },
                    Err(source) => Delivery {
                        to,
                        failure: Some(match path {
                            Some(path) => Failure::Write { path, source },
                            None => Failure::Stdout(source),
                        }),
                        ..Delivery::default()
                    },
                }
            }
        }
    }
}

impl SpanSink for Destination {
    fn accept(&mut self, span: Span) {
        match self {
            Self::Exporter { exporter, .. } => exporter.accept(span),
            Self::Lines { writer, .. } => writer.accept(span),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_is_an_endpoint_a_file_or_stdout() {
        let base = |text: &str| Target::Endpoint(Endpoint::Base(text.to_owned()));
        for (text, expected) in [
            ("-", Target::Stdout),
            ("http://localhost:4318", base("http://localhost:4318")),
            (
                "http://jaeger:4318/v1/traces",
                Target::Endpoint(Endpoint::Traces("http://jaeger:4318/v1/traces".to_owned())),
            ),
            ("trace.jsonl", Target::File("trace.jsonl".into())),
            ("./localhost:4318", Target::File("./localhost:4318".into())),
        ] {
            assert_eq!(text.parse::<Target>().unwrap(), expected, "{text}");
        }
        assert!(matches!(
            "localhost:4318".parse::<Target>(),
            Err(Failure::AmbiguousTarget { .. })
        ));
    }
}
