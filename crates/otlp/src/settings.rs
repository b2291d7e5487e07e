//! Where spans are sent, and how.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;

use crate::compression::Compression;
use crate::fault::StartError;
use crate::grpc;

/// What an [`Exporter`](crate::Exporter) has to know. The variables named here are OpenTelemetry's;
/// each has a form with `OTLP_TRACES_`, which goes before. Reading them is not done here.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where to (`OTEL_EXPORTER_OTLP_ENDPOINT`).
    pub endpoint: Endpoint,
    /// How (`OTEL_EXPORTER_OTLP_PROTOCOL`).
    pub protocol: Protocol,
    /// Names and values of headers of every request, such as an `authorization`
    /// (`OTEL_EXPORTER_OTLP_HEADERS`, decoded). They are never shown.
    pub headers: Vec<(String, String)>,
    /// How bodies are made smaller (`OTEL_EXPORTER_OTLP_COMPRESSION`).
    pub compression: Compression,
    /// How long one request may take (`OTEL_EXPORTER_OTLP_TIMEOUT`).
    pub timeout: Duration,
    /// A PEM file of the only authorities to trust, instead of the system's
    /// (`OTEL_EXPORTER_OTLP_CERTIFICATE`).
    pub certificate: Option<PathBuf>,
    /// The client's certificate chain, PEM, for servers that ask for one
    /// (`OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`).
    pub client_certificate: Option<PathBuf>,
    /// The key of the client's certificate, PEM (`OTEL_EXPORTER_OTLP_CLIENT_KEY`).
    pub client_key: Option<PathBuf>,
    /// An endpoint that does not say `http` or `https` is spoken to without TLS
    /// (`OTEL_EXPORTER_OTLP_INSECURE`).
    pub insecure: bool,
    /// How long a batch is tried again before the export is given up.
    pub give_up_after: Duration,
    /// How many encoded bytes may wait.
    pub queue_bytes: usize,
    /// What becomes of spans while as many wait.
    pub overflow: Overflow,
    /// How long a span waits for others to travel with; without it, until a request is full.
    pub linger: Option<Duration>,
}

impl Default for Settings {
    /// A collector on this machine, by `http/protobuf`.
    fn default() -> Self {
        Self {
            endpoint: Endpoint::Base("http://localhost:4318".to_owned()),
            protocol: Protocol::HttpProtobuf,
            headers: Vec::new(),
            compression: Compression::Gzip,
            timeout: Duration::from_secs(10),
            certificate: None,
            client_certificate: None,
            client_key: None,
            insecure: false,
            give_up_after: Duration::from_mins(1),
            queue_bytes: 16 << 20,
            overflow: Overflow::Wait,
            linger: None,
        }
    }
}

impl fmt::Debug for Settings {
    /// Without the headers, which hold tokens.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("endpoint", &self.endpoint)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// What becomes of spans while the queue is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overflow {
    /// Whoever brings them waits, because a replay must not lose spans to its own speed. A receiver
    /// that takes nothing for too long is given up, and the export is over.
    Wait,
    /// They are dropped and counted, because a live application must not wait. The receiver is never
    /// given up: only what it did not take for too long.
    Drop,
}

/// OTLP's transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `http/protobuf`: a POST for each request.
    HttpProtobuf,
    /// `grpc`.
    Grpc,
}

/// The address of a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// One for all signals (`OTEL_EXPORTER_OTLP_ENDPOINT`): HTTP adds `v1/traces`.
    Base(String),
    /// One for traces (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`): HTTP takes it as it is.
    Traces(String),
}

impl Endpoint {
    /// The address that requests go to.
    ///
    /// # Errors
    ///
    /// If it is no `http` or `https` address, or carries credentials: these would be shown wherever
    /// the address is, and belong in a header.
    pub fn uri(&self, protocol: Protocol, insecure: bool) -> Result<Uri, StartError> {
        let (Self::Base(text) | Self::Traces(text)) = self;
        let invalid = |reason| StartError::InvalidEndpoint { reason };
        let text = text.trim();
        let full = if text.contains("://") {
            text.to_owned()
        } else {
            let scheme = if insecure {
                Scheme::HTTP
            } else {
                Scheme::HTTPS
            };
            format!("{scheme}://{text}")
        };
        let uri = http_url(&full)?;
        let path = match (protocol, self) {
            (Protocol::Grpc, _) => grpc::EXPORT_PATH.to_owned(),
            (Protocol::HttpProtobuf, Self::Traces(_)) => uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
            (Protocol::HttpProtobuf, Self::Base(_)) => {
                let query = uri
                    .query()
                    .map(|query| format!("?{query}"))
                    .unwrap_or_default();
                format!("{}/v1/traces{query}", uri.path().trim_end_matches('/'))
            }
        };
        let mut parts = uri.into_parts();
        parts.path_and_query = Some(
            path.parse()
                .map_err(|_| invalid("its path is no URL path"))?,
        );
        Uri::from_parts(parts).map_err(|_| invalid("it is not a URL"))
    }
}

/// An address of HTTP.
///
/// # Errors
///
/// Those of [`Endpoint::uri`].
pub(crate) fn http_url(text: &str) -> Result<Uri, StartError> {
    let invalid = |reason| StartError::InvalidEndpoint { reason };
    let uri = Uri::from_str(text.trim()).map_err(|_| invalid("it is not a URL"))?;
    if ![Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&uri.scheme()) {
        return Err(invalid("it is neither http nor https"));
    }
    let authority = uri.authority().ok_or_else(|| invalid("it names no host"))?;
    if authority.as_str().contains('@') {
        return Err(invalid("it carries credentials: put them into a header"));
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str, protocol: Protocol, insecure: bool) -> String {
        let endpoint = Endpoint::Base(text.to_owned());
        endpoint
            .uri(protocol, insecure)
            .map_or_else(|error| error.to_string(), |uri| uri.to_string())
    }

    #[test]
    fn base_gets_the_path_of_traces() {
        for (text, expected) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("https://otlp.example/", "https://otlp.example/v1/traces"),
            (
                "https://otlp.example/otlp/",
                "https://otlp.example/otlp/v1/traces",
            ),
            (
                "http://[::1]:4318/a?b=c",
                "http://[::1]:4318/a/v1/traces?b=c",
            ),
        ] {
            assert_eq!(base(text, Protocol::HttpProtobuf, false), expected);
        }
    }

    #[test]
    fn address_of_traces_is_taken_as_it_is() {
        for (text, expected) in [
            ("http://localhost:4318", "http://localhost:4318/"),
            (
                "https://otlp.example/custom/?key=1",
                "https://otlp.example/custom/?key=1",
            ),
        ] {
            let endpoint = Endpoint::Traces(text.to_owned());
            let uri = endpoint.uri(Protocol::HttpProtobuf, false).unwrap();
            assert_eq!(uri.to_string(), expected);
        }
    }

    #[test]
    fn grpc_has_a_path_of_its_own_and_needs_no_scheme() {
        let path = grpc::EXPORT_PATH;
        for (text, insecure, expected) in [
            (
                "http://localhost:4317",
                false,
                format!("http://localhost:4317{path}"),
            ),
            (
                "http://localhost:4317/ignored",
                false,
                format!("http://localhost:4317{path}"),
            ),
            (
                "localhost:4317",
                false,
                format!("https://localhost:4317{path}"),
            ),
            (
                "localhost:4317",
                true,
                format!("http://localhost:4317{path}"),
            ),
            (
                "https://localhost:4317",
                true,
                format!("https://localhost:4317{path}"),
            ),
        ] {
            assert_eq!(base(text, Protocol::Grpc, insecure), expected);
        }
    }

    #[test]
    fn unusable_address_is_refused_without_being_shown() {
        for text in [
            "",
            "http://",
            "ftp://host/",
            "unix:///run/otlp",
            "http://me:pw@host/",
            "a b",
        ] {
            let message = base(text, Protocol::HttpProtobuf, false);
            assert!(
                message.starts_with("the endpoint is not usable: "),
                "{text:?}: {message}"
            );
            assert!(!message.contains("pw"));
        }
    }
}
