//! Asks a Jaeger which spans it has stored, by the HTTP form of its API v3.
//!
//! It is synchronous, and nothing of it runs between two questions: whoever asks drives the network.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, Request, StatusCode, Uri, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sparkspan_model::{Span, TraceId};
use tokio::runtime::Runtime;

use crate::back_off::{BackOff, patience};
use crate::client::{self, Connector};
use crate::decode;
use crate::fault::{Fault, StartError};
use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
use crate::json::read_reply;
use crate::settings::{Settings, http_url};

/// Asks the query service of a Jaeger.
#[derive(Debug)]
pub struct TraceQuery {
    runtime: Runtime,
    client: Client<Connector, Empty<Bytes>>,
    url: String,
    headers: HeaderMap,
    timeout: Duration,
    give_up_after: Duration,
    has_answered: bool,
}

/// Why it is not known what is stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// No answer, or not the whole one.
    #[error(transparent)]
    Connection(#[from] Fault),
    /// A status that says neither what there is nor that there is nothing.
    #[error("the answer has the HTTP status {status}")]
    HttpStatus {
        /// The status.
        status: u16,
    },
    /// Somebody else answers there.
    #[error("the answer is not one of Jaeger's API v3")]
    NotJaeger(#[source] serde_json::Error),
}

impl QueryError {
    /// Whether time may change it.
    fn is_passing(&self) -> bool {
        match self {
            Self::Connection(fault) => !matches!(fault, Fault::Tls(_)),
            Self::HttpStatus { status } => matches!(status, 429 | 502..=504),
            Self::NotJaeger(_) => false,
        }
    }
}

impl From<serde_json::Error> for QueryError {
    fn from(error: serde_json::Error) -> Self {
        if !error.is_io() {
            return Self::NotJaeger(error);
        }
        let fault = io::Error::from(error).downcast();
        Self::Connection(fault.unwrap_or_else(|other| Fault::ConnectionLost(other.into())))
    }
}

impl TraceQuery {
    /// Will ask the Jaeger at `url`, where its user interface is too, with the headers, certificates and
    /// patience that `settings` have for a receiver of spans.
    ///
    /// # Errors
    ///
    /// If the address or the settings are of no use. Whether somebody listens shows only later.
    pub fn new(url: &str, settings: &Settings) -> Result<Self, StartError> {
        let uri = http_url(url)?;
        let connector = client::connector(settings, &uri, Version::HTTP_11)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::Thread)?;
        Ok(Self {
            runtime,
            // A connection that nobody watches may have ended.
            client: Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(0)
                .build(connector),
            url: base(&uri),
            headers: client::headers(settings)?,
            timeout: settings.timeout,
            give_up_after: settings.give_up_after,
            has_answered: false,
        })
    }

    /// The address that is asked, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What `add` makes of the spans that are stored of a trace; the default where there is no such
    /// trace. Who does not answer is asked again, with a new default, as long as the settings say.
    ///
    /// # Errors
    ///
    /// If what is stored cannot be found out.
    pub fn gather<T: Default>(
        &mut self,
        trace_id: TraceId,
        mut add: impl FnMut(&mut T, Span),
    ) -> Result<T, QueryError> {
        let started = Instant::now();
        let mut back_off = BackOff::new();
        loop {
            let mut gathered = T::default();
            let error = match self.ask(trace_id, &mut |span| add(&mut gathered, span)) {
                Ok(()) => return Ok(gathered),
                Err(error) => error,
            };
            let patience = patience(self.give_up_after, self.has_answered);
            let wait = back_off.next();
            if !error.is_passing() || started.elapsed() + wait > patience {
                return Err(error);
            }
            std::thread::sleep(wait);
        }
    }

    /// Asks once.
    fn ask(&mut self, trace_id: TraceId, take: &mut dyn FnMut(Span)) -> Result<(), QueryError> {
        // Jaeger 2.13 knows the first name alone; newer ones document the second.
        let parameters = "raw_traces=true&rawTraces=true";
        let mut request = Request::get(format!(
            "{}/api/v3/traces/{trace_id}?{parameters}",
            self.url
        ))
        .body(Empty::new())
        .map_err(|error| Fault::ConnectionLost(error.into()))?;
        *request.headers_mut() = self.headers.clone();
        let asked =
            async { tokio::time::timeout(self.timeout, self.client.request(request)).await };
        let response = self
            .runtime
            .block_on(asked)
            .map_err(|_| timed_out(self.timeout))?
            .map_err(client::fault)?;
        self.has_answered = true;
        let status = response.status();
        let body = Body {
            runtime: &self.runtime,
            timeout: self.timeout,
            incoming: response.into_body(),
            read: Bytes::new(),
        };
        match status {
            StatusCode::OK => read_reply(body, &mut |resource| {
                let request = ExportTraceServiceRequest {
                    resource_spans: vec![resource],
                };
                decode::spans(request)
                    .spans
                    .into_iter()
                    .for_each(&mut *take);
            })?,
            // Any server may say this of a path that it does not have.
            StatusCode::NOT_FOUND => {
                let NotFound { .. } = serde_json::from_reader(body)?;
            }
            status => {
                return Err(QueryError::HttpStatus {
                    status: status.as_u16(),
                });
            }
        }
        Ok(())
    }
}

/// What Jaeger says of a trace that it does not have.
#[derive(Deserialize)]
struct NotFound {
    #[serde(rename = "error")]
    _error: NotFoundError,
}

#[derive(Deserialize)]
struct NotFoundError {
    #[serde(rename = "message")]
    _message: IgnoredAny,
}

fn base(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'))
}

fn timed_out(timeout: Duration) -> Fault {
    Fault::Timeout { timeout }
}

/// A body as it arrives. Its errors are [`Fault`]s.
struct Body<'r> {
    runtime: &'r Runtime,
    timeout: Duration,
    incoming: Incoming,
    /// What has arrived and was not yet asked for.
    read: Bytes,
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read.is_empty() {
            let arriving =
                async { tokio::time::timeout(self.timeout, self.incoming.frame()).await };
            let arrived = self.runtime.block_on(arriving);
            match arrived.map_err(|_| io::Error::other(timed_out(self.timeout)))? {
                None => return Ok(0),
                Some(Ok(frame)) => self.read = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    return Err(io::Error::other(Fault::ConnectionLost(error.into())));
                }
            }
        }
        let length = buffer.len().min(self.read.len());
        self.read
            .split_to(length)
            .copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_keeps_the_path_and_no_slash() {
        for (url, expected) in [
            ("http://localhost:16686", "http://localhost:16686"),
            (
                "https://jaeger.example/ui/?a=b",
                "https://jaeger.example/ui",
            ),
            ("http://[::1]:16686/", "http://[::1]:16686"),
        ] {
            let query = TraceQuery::new(url, &Settings::default()).unwrap();
            assert_eq!(query.url(), expected);
        }
    }
}
