//! What a replay did, for people and for programs.

use std::path::PathBuf;

use serde::{Serialize, Serializer};
use sparkspan_eventlog as eventlog;

use super::destination::Delivery;
use super::found::{DifferentSpan, Found};
use crate::drawing::quantity::counted;
use crate::event_log::Account;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{messages, terminal};

/// What a replay did.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Where the spans went, and how many arrived.
    pub(crate) delivery: Delivery,
    /// Every application that was replayed.
    pub(crate) applications: Vec<Account>,
    /// Every log that could not be.
    pub(crate) refused: Vec<Refused>,
    /// Somebody ended the replay early.
    pub(crate) interrupted: bool,
    /// The logs were not read to their ends, because nothing would have arrived any more.
    pub(crate) given_up: bool,
}

/// A log that could not be replayed.
#[derive(Debug, Serialize)]
pub(crate) struct Refused {
    /// The log.
    pub(crate) log: PathBuf,
    /// Why not.
    #[serde(serialize_with = "as_text")]
    pub(crate) error: Failure,
}

impl From<eventlog::Error> for Refused {
    fn from(error: eventlog::Error) -> Self {
        Self {
            log: error.path().to_owned(),
            error: error.into(),
        }
    }
}

fn as_text<S: Serializer>(error: &Failure, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&error.in_full())
}

impl Report {
    /// How the command ends.
    pub(crate) fn exit(&self) -> Exit {
        let delivery = &self.delivery;
        if self.interrupted {
            Exit::Interrupted
        } else if delivery.is_unwanted() {
            Exit::Done
        } else if self.has_failed() {
            Exit::Failed
        } else if delivery.failure.is_some()
            || delivery.rejected > 0
            || delivery.trimmed > 0
            || !self.refused.is_empty()
            || self.applications.iter().any(Account::has_losses)
        {
            Exit::Losses
        } else {
            Exit::Done
        }
    }

    fn has_failed(&self) -> bool {
        let nothing_arrived = self.delivery.failure.is_some() && self.delivery.sent == 0;
        nothing_arrived || self.applications.is_empty()
    }

    /// Prints it as JSON on stdout.
    pub(crate) fn print_json(&self) -> Result<(), Failure> {
        terminal::print_json(serde_json::to_string_pretty(self))
    }

    /// Says it on stderr.
    pub(crate) fn tell(&self) {
        let failed = self.has_failed();
        for Refused { log, error } in &self.refused {
            if failed {
                messages::error(error);
            } else {
                messages::warning(format_args!(
                    "not replayed: {}: {}",
                    log.display(),
                    error.in_full()
                ));
            }
        }
        if !failed {
            for application in &self.applications {
                let jaeger = self.delivery.found.as_ref().map(|found| found.at.as_str());
                tell_application(application, &self.delivery.to, jaeger);
                if !self.interrupted && !self.given_up {
                    tell_open_spans(application);
                }
                application.tell_losses();
            }
        }
        if !failed || self.interrupted {
            self.tell_delivery();
        }
        match &self.delivery.failure {
            Some(failure) if !self.delivery.is_unwanted() => messages::error(failure),
            _ => {}
        }
    }

    fn tell_delivery(&self) {
        let delivery = &self.delivery;
        let so_far = if self.interrupted {
            " before the interruption"
        } else if self.given_up {
            "; what is left of the logs was not read"
        } else {
            ""
        };
        messages::note(format_args!(
            "sent {} to {}{so_far}",
            counted(delivery.sent, "span"),
            delivery.to,
        ));
        if let Some(found) = &delivery.found {
            tell_found(found);
        }
        for (count, what) in [
            (delivery.rejected, "refused by the receiver"),
            (delivery.trimmed, "too long, the ends of texts cut off"),
        ] {
            if count > 0 {
                messages::warning(format_args!("{what}: {}", counted(count, "span")));
            }
        }
    }
}

/// Says what was there already.
fn tell_found(found: &Found) {
    let present = counted(found.present, "span");
    messages::note(format_args!(
        "already at {}: {present} of the logs",
        found.at
    ));
    if found.different == 0 {
        return;
    }
    let different = counted(found.different, "span");
    messages::warning(format_args!(
        "left as they were, though the log says something else: {different}"
    ));
    if found.interrupted > 0 {
        let interrupted = counted(found.interrupted, "span");
        messages::note(format_args!(
            "  {interrupted} of these had not ended when the driver shut down"
        ));
    }
    for DifferentSpan {
        name,
        trace_id,
        span_id,
    } in &found.first_different
    {
        messages::note(format_args!("  {name} (trace {trace_id}, span {span_id})"));
    }
}

/// Says what became of an application's log on stderr.
pub(super) fn tell_application(application: &Account, to: &str, jaeger: Option<&str>) {
    let name = application
        .app_name
        .as_deref()
        .unwrap_or("an application without a name");
    let id = application.app_id.as_deref().unwrap_or("no ID");
    messages::note(format_args!(
        "{name} ({id}): {} of {}",
        counted(application.spans, "span"),
        counted(application.units, "unit of work"),
    ));
    messages::note(format_args!(
        "  trace {}{}",
        application.trace_id,
        place(application, to, jaeger)
    ));
    if application.sampled_out_units > 0 {
        let units = counted(application.sampled_out_units, "unit of work");
        messages::note(format_args!("  the sampler left out {units}"));
    }
}

/// Says that a log was read to its end, and the application's was not there.
pub(super) fn tell_open_spans(application: &Account) {
    if application.open_spans > 0 {
        let spans = counted(application.open_spans, "span");
        messages::note(format_args!(
            "  not ended: {spans}, for the log does not say that the application has; if nothing \
             more will come, --final sends them too"
        ));
    }
}

/// Where the application's trace can be looked at.
fn place(application: &Account, to: &str, jaeger: Option<&str>) -> String {
    let trace = &application.trace_id;
    if let Some(jaeger) = jaeger {
        return format!(": {jaeger}/trace/{trace}");
    }
    match host_of(to) {
        Some((scheme, host)) => {
            format!(": if a Jaeger is there, {scheme}://{host}:16686/trace/{trace}")
        }
        None if to == "stdout" => String::new(),
        None => format!(": sparkspan show {to}"),
    }
}

/// Scheme and host of a URL.
fn host_of(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    Some((scheme, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_what_stands_before_the_port() {
        assert_eq!(
            host_of("http://jaeger:4318/v1/traces"),
            Some(("http", "jaeger"))
        );
        assert_eq!(host_of("https://[::1]:4318"), Some(("https", "[::1]")));
        assert_eq!(host_of("https://[::1]/x"), Some(("https", "[::1]")));
        assert_eq!(host_of("trace.jsonl"), None);
    }
}
