//! A request in, an answer out.

use std::convert::Infallible;
use std::io;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use prost::Message as _;
use sparkspan_model::Span;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ReceiverReport;
use super::kept_file::KeptFile;
use super::request::{self, Form, MAX_BODY_BYTES, Refusal};
use super::weight::MAX_DECODED_BYTES;
use crate::compression::Compression;
use crate::decode;
use crate::generated::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use crate::grpc::{self, GrpcStatus, RpcStatus};
use crate::json;

/// How long a request's head may be.
pub(super) const MAX_HEAD_BYTES: usize = 64 << 10;

/// What the bodies that are read at once may take: four of the longest.
const READING_BYTES: usize = 4 * MAX_BODY_BYTES;

/// What the spans may take that wait for whoever takes them: at least one request.
const WAITING_BYTES: usize = 64 << 20;
const _: () = assert!(MAX_DECODED_BYTES <= WAITING_BYTES);

const HTTP_PATH: &str = "/v1/traces";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Service {
    spans: SyncSender<Waiting>,
    reading: Semaphore,
    waiting: Arc<Semaphore>,
    outcome: Mutex<Outcome>,
}

/// A request's spans, and the memory that is theirs until somebody takes them.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) spans: Vec<Span>,
    _bytes: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Outcome {
    kept: Option<KeptFile>,
    report: ReceiverReport,
}

impl Service {
    pub(super) fn new(spans: SyncSender<Waiting>, kept: Option<KeptFile>) -> Self {
        Self {
            spans,
            reading: Semaphore::new(READING_BYTES),
            waiting: Arc::new(Semaphore::new(WAITING_BYTES)),
            outcome: Mutex::new(Outcome {
                kept,
                report: ReceiverReport::default(),
            }),
        }
    }

    pub(super) fn into_report(self) -> ReceiverReport {
        let outcome = self.outcome.into_inner();
        outcome.unwrap_or_else(PoisonError::into_inner).report
    }

    /// Answers a request. There is an answer to everything.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let form = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| Form::from_content_type(value.to_str().ok()?));
        let taken = self.take(request, form).await;
        if taken.is_err() {
            self.with_outcome(|outcome| outcome.report.refused += 1);
        }
        match form {
            Some(Form::Grpc) => grpc_response(taken),
            _ => http_response(taken, form.unwrap_or(Form::Protobuf)),
        }
    }

    /// Takes a request's spans; says how many of them it cannot take.
    async fn take(&self, request: Request<Incoming>, form: Option<Form>) -> Result<usize, Refusal> {
        let (head, body) = request.into_parts();
        match head.uri.path() {
            HTTP_PATH if form != Some(Form::Grpc) => {}
            grpc::EXPORT_PATH if form == Some(Form::Grpc) => {}
            _ => return Err(Refusal::NotFound),
        }
        if head.method != Method::POST {
            return Err(Refusal::MethodNotAllowed);
        }
        let form = form.ok_or(Refusal::UnsupportedMediaType)?;
        let compression = match head.headers.get(form.encoding_header()) {
            None => Compression::None,
            Some(name) => name
                .to_str()
                .ok()
                .and_then(Compression::from_name)
                .ok_or(Refusal::UnsupportedEncoding)?,
        };
        let most_bytes = permits(request::most_bytes(&body)?);
        let reading = self.reading.acquire_many(most_bytes).await;
        let reading = reading.map_err(|_| Refusal::Busy)?;
        let body = request::read(body).await?;
        let handed_on = self.hand_on(&body, form, compression);
        drop((body, reading));
        handed_on
    }

    fn hand_on(&self, body: &[u8], form: Form, compression: Compression) -> Result<usize, Refusal> {
        let (message, bytes) = form.decode(body, compression)?;
        let waiting = Arc::clone(&self.waiting).try_acquire_many_owned(permits(bytes));
        let bytes = waiting.map_err(|_| Refusal::Busy)?;
        self.with_outcome(|outcome| {
            let line = outcome.kept.as_ref().map(|_| json::line(&message));
            let decoded = decode::spans(message);
            let spans = decoded.spans.len() as u64;
            if spans > 0 {
                let waiting = Waiting {
                    spans: decoded.spans,
                    _bytes: bytes,
                };
                self.spans.try_send(waiting).map_err(|_| Refusal::Busy)?;
            }
            outcome.report.spans += spans;
            if let Some(line) = line {
                outcome.keep(line);
            }
            Ok(decoded.rejected)
        })
    }

    fn with_outcome<T>(&self, action: impl FnOnce(&mut Outcome) -> T) -> T {
        action(&mut self.outcome.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn permits(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl Outcome {
    /// Keeps a line, until that fails once: a file with holes would look like all there was.
    fn keep(&mut self, line: io::Result<Vec<u8>>) {
        let Some(file) = &mut self.kept else { return };
        if let Err(fault) = line.and_then(|line| file.append(&line)) {
            self.kept = None;
            self.report.keep_fault = Some(fault);
        }
    }
}

/// OTLP's answer to a request that was taken.
fn success(rejected: usize) -> ExportTraceServiceResponse {
    ExportTraceServiceResponse {
        partial_success: (rejected > 0).then(|| ExportTracePartialSuccess {
            rejected_spans: i64::try_from(rejected).unwrap_or(i64::MAX),
            error_message: "spans without valid ids".to_owned(),
        }),
    }
}

fn http_response(taken: Result<usize, Refusal>, form: Form) -> Response<Body> {
    let is_json = form == Form::Json;
    let (body, refusal) = match taken {
        Ok(rejected) if is_json => (json(&success(rejected)), None),
        Ok(rejected) => (success(rejected).encode_to_vec(), None),
        Err(refusal) => {
            let message = refusal.message();
            let body = if is_json {
                json(&serde_json::json!({ "message": message }))
            } else {
                RpcStatus::new(message).encode_to_vec()
            };
            (body, Some(refusal))
        }
    };
    let mut response = Response::new(Full::from(body).boxed_unsync());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    match refusal {
        Some(Refusal::MethodNotAllowed) => {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        Some(Refusal::Busy) => {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        _ => {}
    }
    if let Some(refusal) = refusal {
        *response.status_mut() = refusal.http_status();
    }
    response
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The status of a call without a message stands in the headers, else in the trailers.
fn grpc_response(taken: Result<usize, Refusal>) -> Response<Body> {
    let mut response = match taken {
        Ok(rejected) => {
            let frame = grpc::frame(&success(rejected).encode_to_vec(), false);
            let trailers =
                HeaderMap::from_iter([(GRPC_STATUS, HeaderValue::from(GrpcStatus::OK.0))]);
            let body = Full::from(frame).with_trailers(std::future::ready(Some(Ok(trailers))));
            Response::new(body.boxed_unsync())
        }
        Err(refusal) => {
            let mut response = Response::new(Full::default().boxed_unsync());
            let headers = response.headers_mut();
            headers.insert(GRPC_STATUS, HeaderValue::from(refusal.grpc_status().0));
            headers.insert(GRPC_MESSAGE, HeaderValue::from_static(refusal.message()));
            response
        }
    };
    let content_type = HeaderValue::from_static(Form::Grpc.content_type());
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
