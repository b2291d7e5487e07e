//! A request's body: which form it has, how it is read within limits, why it is refused.

use std::time::Duration;

use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use prost::Message as _;

use super::weight;
use crate::compression::{Compression, Undecodable};
use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
use crate::grpc::{self, GrpcStatus};

/// How long a body may be, as it comes and decompressed. What its messages take in memory has a limit of its own
/// ([`weight::MAX_DECODED_BYTES`]), and one request is decoded at a time.
pub(super) const MAX_BODY_BYTES: usize = 8 << 20;

/// How long a body may take to come.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    UnsupportedEncoding,
    TooLong,
    TooSlow,
    Malformed,
    Busy,
}

impl Refusal {
    pub(super) fn http_status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType | Self::UnsupportedEncoding => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(super) fn grpc_status(self) -> GrpcStatus {
        match self {
            Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::UnsupportedEncoding => GrpcStatus::UNIMPLEMENTED,
            Self::TooLong => GrpcStatus::RESOURCE_EXHAUSTED,
            Self::TooSlow => GrpcStatus::DEADLINE_EXCEEDED,
            Self::Malformed => GrpcStatus::INVALID_ARGUMENT,
            Self::Busy => GrpcStatus::UNAVAILABLE,
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::NotFound => "only traces are taken here",
            Self::MethodNotAllowed => "requests are made with POST",
            Self::UnsupportedMediaType => "the content type is not one of OTLP",
            Self::UnsupportedEncoding => "only gzip and zstd are decompressed",
            Self::TooLong => "the request is too long",
            Self::TooSlow => "the request took too long",
            Self::Malformed => "the request is not an OTLP trace request",
            Self::Busy => "too much is waiting: come again",
        }
    }
}

impl From<Undecodable> for Refusal {
    fn from(undecodable: Undecodable) -> Self {
        match undecodable {
            Undecodable::Damaged => Self::Malformed,
            Undecodable::TooLong => Self::TooLong,
        }
    }
}

/// How a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Protobuf,
    Json,
    Grpc,
}

impl Form {
    /// The form with this content type.
    pub(super) fn from_content_type(content_type: &str) -> Option<Self> {
        let (essence, _) = content_type.split_once(';').unwrap_or((content_type, ""));
        match essence.trim().to_ascii_lowercase().as_str() {
            "application/x-protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            "application/grpc" | "application/grpc+proto" => Some(Self::Grpc),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
            Self::Grpc => "application/grpc+proto",
        }
    }

    /// The header that names the body's encoding.
    pub(super) fn encoding_header(self) -> &'static str {
        match self {
            Self::Protobuf | Self::Json => "content-encoding",
            Self::Grpc => "grpc-encoding",
        }
    }

    /// The message of a whole body, and how much memory it takes.
    pub(crate) fn decode(
        self,
        body: &[u8],
        compression: Compression,
    ) -> Result<(ExportTraceServiceRequest, usize), Refusal> {
        match self {
            Self::Protobuf => protobuf(&compression.decompress(body, MAX_BODY_BYTES)?),
            Self::Json => json(&compression.decompress(body, MAX_BODY_BYTES)?),
            Self::Grpc => match grpc::unframe(body).ok_or(Refusal::Malformed)? {
                (message, false) => protobuf(message),
                (message, true) => protobuf(&compression.decompress(message, MAX_BODY_BYTES)?),
            },
        }
    }
}

fn protobuf(message: &[u8]) -> Result<(ExportTraceServiceRequest, usize), Refusal> {
    let bytes = weight::of_protobuf(message)?;
    let request = ExportTraceServiceRequest::decode(message).map_err(|_| Refusal::Malformed)?;
    Ok((request, bytes))
}

fn json(text: &[u8]) -> Result<(ExportTraceServiceRequest, usize), Refusal> {
    let bytes = weight::of_json(text)?;
    let request = serde_json::from_slice(text).map_err(|_| Refusal::Malformed)?;
    Ok((request, bytes))
}

/// How long a body may become; refused if that is known to be too long.
pub(super) fn most_bytes(body: &Incoming) -> Result<usize, Refusal> {
    let hint = body.size_hint();
    if hint.lower() > MAX_BODY_BYTES as u64 {
        return Err(Refusal::TooLong);
    }
    let most = hint.upper().and_then(|most| usize::try_from(most).ok());
    Ok(most.map_or(MAX_BODY_BYTES, |most| most.min(MAX_BODY_BYTES)))
}

/// The bytes of a body that is neither too long nor too slow.
pub(super) async fn read(body: Incoming) -> Result<Vec<u8>, Refusal> {
    let whole = tokio::time::timeout(READ_TIMEOUT, read_whole(body));
    whole.await.unwrap_or(Err(Refusal::TooSlow))
}

/// Copied together as it comes: a body of single bytes would take a multiple of its length in pieces.
async fn read_whole(mut body: Incoming) -> Result<Vec<u8>, Refusal> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::Malformed)?;
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        if whole.len() + piece.len() > MAX_BODY_BYTES {
            return Err(Refusal::TooLong);
        }
        whole.extend_from_slice(piece);
    }
    Ok(whole)
}
