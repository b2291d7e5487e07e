//! One request to the receiver, and what its answer means.

use std::io;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, TE,
};
use http::response::Parts;
use http::{Method, Request, StatusCode, Uri, Version};
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use prost::Message as _;

use crate::client::{self, Connector};
use crate::compression::Compression;
use crate::fault::{Fault, StartError};
use crate::generated::collector::trace::v1::ExportTraceServiceResponse;
use crate::grpc::{self, GrpcStatus};
use crate::settings::{Protocol, Settings};

/// How long an answer may be: the specification's limit.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// What came of a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was taken, but for some of its spans.
    Accepted { rejected_spans: u64 },
    /// It may be sent again; the receiver may have said when.
    Again {
        fault: Fault,
        wait: Option<Duration>,
    },
    /// It would be refused again.
    Refused { fault: Fault },
}

/// Carries bodies to a receiver: the network, or a test's script.
pub(super) trait Carrier {
    /// Makes the body of an encoded message.
    fn body(&self, message: Vec<u8>) -> io::Result<Bytes>;

    /// Sends a body once.
    fn carry(&self, body: Bytes) -> impl Future<Output = Answer>;
}

/// OTLP over HTTP: as it is, or as gRPC.
pub(super) struct Transport {
    client: Client<Connector, Full<Bytes>>,
    uri: Uri,
    protocol: Protocol,
    compression: Compression,
    headers: HeaderMap,
    timeout: Duration,
}

impl Transport {
    pub(super) fn new(settings: &Settings) -> Result<Self, StartError> {
        let uri = settings
            .endpoint
            .uri(settings.protocol, settings.insecure)?;
        let version = match settings.protocol {
            Protocol::HttpProtobuf => Version::HTTP_11,
            Protocol::Grpc => Version::HTTP_2,
        };
        let client = Client::builder(TokioExecutor::new())
            .http2_only(version == Version::HTTP_2)
            .pool_timer(TokioTimer::new())
            .build(client::connector(settings, &uri, version)?);
        Ok(Self {
            client,
            uri,
            protocol: settings.protocol,
            compression: settings.compression,
            headers: headers(settings)?,
            timeout: settings.timeout,
        })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    async fn exchange(&self, body: Bytes) -> Result<Answer, Fault> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let response = self.client.request(request).await.map_err(client::fault)?;

        let (parts, body) = response.into_parts();
        match Limited::new(body, MAX_ANSWER_BYTES).collect().await {
            Ok(body) => Ok(match self.protocol {
                Protocol::HttpProtobuf => http_answer(&parts, body),
                Protocol::Grpc => grpc_answer(&parts, body),
            }),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => Ok(Answer::Refused {
                fault: Fault::InvalidAnswer,
            }),
            Err(error) => Err(Fault::ConnectionLost(error)),
        }
    }
}

impl Carrier for Transport {
    fn body(&self, message: Vec<u8>) -> io::Result<Bytes> {
        let compressed = self.compression.compress(message)?;
        Ok(match self.protocol {
            Protocol::HttpProtobuf => compressed.into(),
            Protocol::Grpc => {
                grpc::frame(&compressed, self.compression != Compression::None).into()
            }
        })
    }

    async fn carry(&self, body: Bytes) -> Answer {
        let fault = match tokio::time::timeout(self.timeout, self.exchange(body)).await {
            Ok(Ok(answer)) => return answer,
            Ok(Err(fault @ Fault::Tls(_))) => return Answer::Refused { fault },
            Ok(Err(fault)) => fault,
            Err(_) => Fault::Timeout {
                timeout: self.timeout,
            },
        };
        Answer::Again { fault, wait: None }
    }
}

/// The headers of every request. OTLP's own cannot be replaced by given ones.
fn headers(settings: &Settings) -> Result<HeaderMap, StartError> {
    let mut headers = client::headers(settings)?;
    let (content_type, encoding) = match settings.protocol {
        Protocol::HttpProtobuf => ("application/x-protobuf", CONTENT_ENCODING),
        Protocol::Grpc => {
            headers.insert(TE, HeaderValue::from_static("trailers"));
            (
                "application/grpc+proto",
                HeaderName::from_static("grpc-encoding"),
            )
        }
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(name) = settings.compression.name() {
        headers.insert(encoding, HeaderValue::from_static(name));
    }
    Ok(headers)
}

fn http_answer(parts: &Parts, body: Collected<Bytes>) -> Answer {
    if parts.status.is_success() {
        let is_json = parts
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        let body = body.to_bytes();
        // The status alone says success. A body that cannot be read takes nothing from it.
        let response = if is_json {
            serde_json::from_slice(&body).unwrap_or_default()
        } else {
            ExportTraceServiceResponse::decode(body).unwrap_or_default()
        };
        return accepted(response);
    }
    let fault = Fault::HttpStatus {
        status: parts.status.as_u16(),
    };
    match parts.status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Answer::Again {
            fault,
            wait: parts
                .headers
                .get(RETRY_AFTER)
                .and_then(|value| retry_after(value.to_str().ok()?, SystemTime::now())),
        },
        _ => Answer::Refused { fault },
    }
}

/// The time to wait of a `Retry-After`: seconds, or a date.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// The outcome is in the trailers, or in the headers where there is no message.
fn grpc_answer(parts: &Parts, body: Collected<Bytes>) -> Answer {
    let fields = body.trailers().unwrap_or(&parts.headers);
    let status = fields
        .get("grpc-status")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map_or_else(|| GrpcStatus::from_http(parts.status), GrpcStatus);
    if status == GrpcStatus::OK {
        let response = grpc_response(&parts.headers, &body.to_bytes());
        return accepted(response.unwrap_or_default());
    }
    let wait = fields
        .get("grpc-status-details-bin")
        .and_then(|details| grpc::retry_delay(details.as_bytes()));
    let fault = Fault::GrpcStatus { status };
    if status.is_retryable(wait) {
        Answer::Again { fault, wait }
    } else {
        Answer::Refused { fault }
    }
}

/// The message of an answer. Servers compress it the way that the request was.
fn grpc_response(headers: &HeaderMap, body: &[u8]) -> Option<ExportTraceServiceResponse> {
    let (message, is_compressed) = grpc::unframe(body)?;
    let compression = if is_compressed {
        Compression::from_name(headers.get("grpc-encoding")?.to_str().ok()?)?
    } else {
        Compression::None
    };
    let message = compression.decompress(message, MAX_ANSWER_BYTES).ok()?;
    ExportTraceServiceResponse::decode(message.as_slice()).ok()
}

fn accepted(response: ExportTraceServiceResponse) -> Answer {
    let rejected = response
        .partial_success
        .map_or(0, |partial| partial.rejected_spans);
    Answer::Accepted {
        rejected_spans: u64::try_from(rejected).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, seconds) in [
            ("120", Some(120)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(
                retry_after(value, now),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
    }
}
