//! What is in force, as the crates that it is for want it.

use std::path::PathBuf;
use std::time::Duration;

use sparkspan_engine::{Sampler, Scope, Settings, SqlText, TaskDetail};
use sparkspan_model::TraceParent;
use sparkspan_otlp::{Compression, Endpoint, Overflow, Protocol};

use crate::resolve::find;
use crate::table::{
    BUDGET_MEMORY, BUDGET_SPANS, CERTIFICATE, CLIENT_CERTIFICATE, CLIENT_KEY, COMPRESSION,
    CONF_CAPTURE, ENDPOINT, EVENT_LOG_EXTRAS, HEADERS, HISTORY_SERVER_URL, INSECURE, KEEP_FAILED,
    KEEP_SLOW, PROTOCOL, QUEUE_SIZE, RESOURCE, SAMPLER, SAMPLER_RATIO, SCOPE, SERVICE_NAME,
    SHUTDOWN_TIMEOUT, SQL_TEXT, TIMEOUT, TRACE_SHUFFLE, TRACE_SQL, TRACE_TASKS, TRACEPARENT,
    TRACES_ENDPOINT,
};
use crate::{Key, Kind, Mode, Resolved, Setting, Source, value};

/// How long a live application's spans wait for others to travel with: somebody may be watching.
const LINGER: Duration = Duration::from_secs(1);

impl Resolved {
    /// The settings of the engine.
    pub fn engine(&self) -> Settings {
        let usual = Settings::default();
        let mut resource = self.parsed(&RESOURCE, value::pairs).unwrap_or_default();
        let service_name = take(&mut resource, "service.name");
        Settings {
            sampler: self.sampler().unwrap_or(usual.sampler),
            keep_failed: self.boolean(&KEEP_FAILED).unwrap_or(usual.keep_failed),
            keep_slow: self
                .parsed(&KEEP_SLOW, value::duration)
                .filter(|limit| *limit > Duration::ZERO),
            scope: self.choice(&SCOPE, scope).unwrap_or(usual.scope),
            trace_sql: self.boolean(&TRACE_SQL).unwrap_or(usual.trace_sql),
            trace_shuffle: self.boolean(&TRACE_SHUFFLE).unwrap_or(usual.trace_shuffle),
            trace_tasks: self
                .choice(&TRACE_TASKS, task_detail)
                .unwrap_or(usual.trace_tasks),
            sql_text: self.choice(&SQL_TEXT, sql_text).unwrap_or(usual.sql_text),
            max_spans: self
                .number(&BUDGET_SPANS, value::count)
                .unwrap_or(usual.max_spans),
            max_memory_bytes: self
                .number(&BUDGET_MEMORY, value::size)
                .unwrap_or(usual.max_memory_bytes),
            service_name: self.text(&SERVICE_NAME).map(str::to_owned).or(service_name),
            resource,
            captured_properties: self
                .text(&CONF_CAPTURE)
                .map(value::list)
                .unwrap_or_default(),
            // Spans link to pages below it: credentials and a query are no part of that.
            history_server_url: self
                .text(&HISTORY_SERVER_URL)
                .and_then(|url| url.split(['?', '#']).next())
                .map(|url| value::with_userinfo(url, "")),
            ..usual
        }
    }

    /// The settings of the exporter.
    pub fn exporter(&self) -> sparkspan_otlp::Settings {
        let usual = sparkspan_otlp::Settings::default();
        sparkspan_otlp::Settings {
            endpoint: self.endpoint().unwrap_or(usual.endpoint),
            protocol: self.choice(&PROTOCOL, protocol).unwrap_or(usual.protocol),
            headers: self.parsed(&HEADERS, value::pairs).unwrap_or_default(),
            compression: self
                .choice(&COMPRESSION, compression)
                .unwrap_or(usual.compression),
            timeout: self
                .parsed(&TIMEOUT, value::duration)
                .unwrap_or(usual.timeout),
            certificate: self.text(&CERTIFICATE).map(PathBuf::from),
            client_certificate: self.text(&CLIENT_CERTIFICATE).map(PathBuf::from),
            client_key: self.text(&CLIENT_KEY).map(PathBuf::from),
            insecure: self.boolean(&INSECURE).unwrap_or(usual.insecure),
            queue_bytes: self
                .number(&QUEUE_SIZE, value::size)
                .unwrap_or(usual.queue_bytes),
            overflow: match self.mode {
                Mode::Live => Overflow::Drop,
                Mode::Replay => Overflow::Wait,
            },
            linger: (self.mode == Mode::Live).then_some(LINGER),
            ..usual
        }
    }

    /// The context of whoever called the application.
    pub fn caller(&self) -> Option<TraceParent> {
        self.parsed(&TRACEPARENT, |text| text.parse().ok())
    }

    /// Whether what the plugin knows beyond Spark's events goes into the event log.
    pub fn event_log_extras(&self) -> bool {
        self.boolean(&EVENT_LOG_EXTRAS).unwrap_or(true)
    }

    /// How long the end of the application may be held up.
    pub fn shutdown_timeout(&self) -> Duration {
        self.parsed(&SHUTDOWN_TIMEOUT, value::duration)
            .unwrap_or_default()
    }

    fn endpoint(&self) -> Option<Endpoint> {
        let Setting { source, text, .. } = find(&self.settings, &ENDPOINT)?;
        let url = text.clone()?;
        Some(match source {
            Source::Environment(TRACES_ENDPOINT) => Endpoint::Traces(url),
            _ => Endpoint::Base(url),
        })
    }

    /// The value of the key as its source writes it.
    fn text(&self, key: &Key) -> Option<&str> {
        find(&self.settings, key)?.text.as_deref()
    }

    fn parsed<T>(&self, key: &Key, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.text(key).and_then(parse)
    }

    fn sampler(&self) -> Option<Sampler> {
        let ratio = self.parsed(&SAMPLER_RATIO, value::ratio)?;
        self.choice(&SAMPLER, |name| sampler(name, ratio))
    }

    fn boolean(&self, key: &Key) -> Option<bool> {
        self.parsed(key, value::boolean)
    }

    fn number(&self, key: &Key, parse: impl Fn(&str) -> Option<u64>) -> Option<usize> {
        self.parsed(key, parse)
            .and_then(|number| usize::try_from(number).ok())
    }

    fn choice<T>(&self, key: &Key, choose: impl Fn(&str) -> Option<T>) -> Option<T> {
        let Kind::Choice(choices) = key.kind else {
            return None;
        };
        self.parsed(key, |text| value::choice(text, choices))
            .and_then(choose)
    }
}

fn take(pairs: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let index = pairs.iter().position(|(key, _)| key == name)?;
    Some(pairs.remove(index).1)
}

fn sampler(name: &str, ratio: f64) -> Option<Sampler> {
    match name {
        "always_on" => Some(Sampler::AlwaysOn),
        "always_off" => Some(Sampler::AlwaysOff),
        "traceidratio" => Some(Sampler::Ratio(ratio)),
        "parentbased_always_on" => Some(Sampler::ParentBasedAlwaysOn),
        "parentbased_always_off" => Some(Sampler::ParentBasedAlwaysOff),
        "parentbased_traceidratio" => Some(Sampler::ParentBasedRatio(ratio)),
        _ => None,
    }
}

fn scope(name: &str) -> Option<Scope> {
    match name {
        "application" => Some(Scope::Application),
        "unit" => Some(Scope::Unit),
        "auto" => Some(Scope::Auto),
        _ => None,
    }
}

fn task_detail(name: &str) -> Option<TaskDetail> {
    match name {
        "outliers" => Some(TaskDetail::Outliers),
        "all" => Some(TaskDetail::All),
        "none" => Some(TaskDetail::None),
        _ => None,
    }
}

fn sql_text(name: &str) -> Option<SqlText> {
    match name {
        "sanitized" => Some(SqlText::Sanitized),
        "off" => Some(SqlText::Off),
        "raw" => Some(SqlText::Raw),
        _ => None,
    }
}

fn protocol(name: &str) -> Option<Protocol> {
    match name {
        "http/protobuf" => Some(Protocol::HttpProtobuf),
        "grpc" => Some(Protocol::Grpc),
        _ => None,
    }
}

fn compression(name: &str) -> Option<Compression> {
    match name {
        "gzip" => Some(Compression::Gzip),
        "zstd" => Some(Compression::Zstd),
        "none" => Some(Compression::None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KEYS;

    #[test]
    fn every_choice_has_a_meaning() {
        for key in KEYS {
            let Kind::Choice(choices) = key.kind else {
                continue;
            };
            for name in choices {
                let known = match key.name {
                    "sampler" => sampler(name, 0.5).is_some(),
                    "scope" => scope(name).is_some(),
                    "trace.tasks" => task_detail(name).is_some(),
                    "sql.text" => sql_text(name).is_some(),
                    "protocol" => protocol(name).is_some(),
                    "compression" => compression(name).is_some(),
                    other => panic!("{other} has choices that nothing reads"),
                };
                assert!(known, "{}={name}", key.name);
            }
        }
    }
}
