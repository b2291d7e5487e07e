//! A collector that answers by a script and remembers what it was sent.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// What to do with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answer with a status, headers and a body; with trailers where it is gRPC.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Never answer.
    Hang,
    /// Close the connection.
    Reset,
}

impl Reply {
    pub(crate) fn http(status: u16, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        Self::Answer(status, headers.collect(), b"secret of the server".to_vec())
    }

    pub(crate) fn ok() -> Self {
        Self::Answer(200, Vec::new(), Vec::new())
    }

    /// A gRPC call that failed: its status is in the headers.
    pub(crate) fn grpc(status: u16, details: Option<&str>) -> Self {
        let mut headers = vec![("grpc-status", status.to_string())];
        headers.extend(details.map(|details| ("grpc-status-details-bin", details.to_owned())));
        Self::Answer(200, headers, Vec::new())
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Debug, Default)]
struct Shared {
    script: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
}

/// A running collector; it ends when it is dropped.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    seen: watch::Receiver<usize>,
    thread: Option<JoinHandle<()>>,
}

impl Collector {
    /// Answers by the script, and with success once that has ended.
    pub(crate) fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        Self::start_with(script, None)
    }

    pub(crate) fn start_with(
        script: impl IntoIterator<Item = Reply>,
        tls: Option<TlsAcceptor>,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        shared.script.lock().unwrap().extend(script);
        let (stop, mut stopped) = watch::channel(false);
        let (count, seen) = watch::channel(0);
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                loop {
                    let (stream, _) = tokio::select! {
                        _ = stopped.wait_for(|stopped| *stopped) => return,
                        accepted = listener.accept() => accepted.unwrap(),
                    };
                    tokio::spawn(serve(
                        stream,
                        Arc::clone(&serving),
                        count.clone(),
                        tls.clone(),
                    ));
                }
            });
        });
        Self {
            address,
            shared,
            stop,
            seen,
            thread: Some(thread),
        }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// Waits until this many requests have come.
    pub(crate) fn wait_for(&self, requests: usize) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let mut seen = self.seen.clone();
        runtime
            .block_on(seen.wait_for(|seen| *seen >= requests))
            .unwrap();
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

async fn serve(
    stream: TcpStream,
    shared: Arc<Shared>,
    count: watch::Sender<usize>,
    tls: Option<TlsAcceptor>,
) {
    let answering = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        let count = count.clone();
        async move { answer(request, &shared, &count).await }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    // A client that breaks off is what some tests are about.
    match tls {
        None => drop(
            server
                .serve_connection(TokioIo::new(stream), answering)
                .await,
        ),
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                drop(
                    server
                        .serve_connection(TokioIo::new(stream), answering)
                        .await,
                );
            }
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    shared: &Shared,
    count: &watch::Sender<usize>,
) -> Result<Response<http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let is_grpc = head
        .headers
        .get("content-type")
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
    shared.seen.lock().unwrap().push(Seen {
        path: head.uri.path_and_query().unwrap().to_string(),
        headers: head.headers,
        body,
    });
    count.send_modify(|count| *count += 1);
    let reply = shared
        .script
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or_else(Reply::ok);
    let (status, headers, body) = match reply {
        Reply::Hang => std::future::pending().await,
        Reply::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
        Reply::Answer(status, headers, body) => (status, headers, body),
    };
    let body = if is_grpc && !headers.iter().any(|(name, _)| *name == "grpc-status") {
        let is_gzip = headers.iter().any(|(name, _)| *name == "grpc-encoding");
        let body = if is_gzip { gzip(&body) } else { body };
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let frame = [&[u8::from(is_gzip)], &length[..], &body].concat();
        let trailers = HeaderMap::from_iter([(
            http::HeaderName::from_static("grpc-status"),
            HeaderValue::from_static("0"),
        )]);
        let body = Full::from(frame).with_trailers(std::future::ready(Some(Ok(trailers))));
        body.map_err(|never| match never {}).boxed_unsync()
    } else {
        Full::from(body)
            .map_err(|never| match never {})
            .boxed_unsync()
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::try_from(value).unwrap());
    }
    Ok(response)
}
