//! A small OTLP server: what takes a trace where there is no collector.
//!
//! It takes OTLP over HTTP, as protobuf and as JSON, and over gRPC, hands on the spans and keeps the
//! requests as JSON lines. Whatever is sent to it, it holds no more than its limits say. It shows
//! nothing and answers nothing of what it was sent, least of all headers.

mod kept_file;
mod request;
mod service;
mod weight;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use sparkspan_model::Span;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use kept_file::KeptFile;
#[cfg(feature = "fuzzing")]
pub(crate) use request::Form;
use service::{Service, Waiting};

/// Connections that are served at once; more wait to be accepted.
const MAX_CONNECTIONS: usize = 256;

/// How long a connection may be open without beginning a request: also the time that a request's
/// head may take.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long no connection is accepted after that has failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long requests may go on after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(2);

/// How many batches wait for whoever takes the spans, before senders are told to come again: small ones, for the
/// bytes of large ones have a limit too.
const WAITING_BATCHES: usize = 16;

/// What of a connection that nobody reads yet is held at most.
const WINDOW_BYTES: u32 = 64 << 10;

/// How many requests of a connection are answered at once.
const STREAMS: u32 = 8;

/// Where to listen, and what to keep.
#[derive(Debug, Clone)]
pub struct ReceiverSettings {
    /// For OTLP over HTTP. Port 0 takes a free one.
    pub http: SocketAddr,
    /// For OTLP over gRPC. Port 0 takes a free one.
    pub grpc: SocketAddr,
    /// Where to keep the requests; nowhere if `None`.
    pub keep: Option<Keep>,
}

impl Default for ReceiverSettings {
    /// OTLP's own ports, for this machine alone.
    fn default() -> Self {
        Self {
            http: (Ipv4Addr::LOCALHOST, 4318).into(),
            grpc: (Ipv4Addr::LOCALHOST, 4317).into(),
            keep: None,
        }
    }
}

/// A file of OTLP JSON lines.
#[derive(Debug, Clone)]
pub struct Keep {
    /// The file; it is appended to.
    pub path: PathBuf,
    /// When it would grow beyond this, it is moved to `<path>.1`, and what was there is lost.
    pub max_bytes: u64,
}

/// Why a receiver cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiverError {
    /// The address cannot be listened on: mostly because somebody does already.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The file to keep requests in cannot be written.
    #[error("cannot write {path}")]
    Keep {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The receiver's thread cannot be started.
    #[error("cannot start the receiver's thread")]
    Thread(#[source] io::Error),
}

/// What a receiver did.
#[derive(Debug, Default)]
pub struct ReceiverReport {
    /// Spans that were handed on.
    pub spans: u64,
    /// Requests that were refused, for whatever reason.
    pub refused: u64,
    /// Why requests are no longer kept, if they are not.
    pub keep_fault: Option<io::Error>,
}

/// A running OTLP server.
#[derive(Debug)]
pub struct Receiver {
    http: SocketAddr,
    grpc: SocketAddr,
    shutdown: Shutdown,
    worker: JoinHandle<ReceiverReport>,
}

impl Receiver {
    /// Starts a server on a thread of its own. The spans that arrive are to be taken from the batches.
    ///
    /// # Errors
    ///
    /// If an address is taken or the file cannot be written.
    pub fn start(settings: &ReceiverSettings) -> Result<(Self, Batches), ReceiverError> {
        let kept = settings.keep.as_ref().map(KeptFile::open).transpose()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ReceiverError::Thread)?;
        let (http_listener, http) = runtime.block_on(bind(settings.http))?;
        let (grpc_listener, grpc) = runtime.block_on(bind(settings.grpc))?;
        let (sender, spans) = mpsc::sync_channel(WAITING_BATCHES);
        let (shutdown, stopping) = watch::channel(false);
        let service = Arc::new(Service::new(sender, kept));
        let worker = std::thread::Builder::new()
            .name("sparkspan-recv".to_owned())
            .spawn(move || {
                runtime.block_on(serve([http_listener, grpc_listener], &service, stopping));
                // Connections that outlived their grace end here, and let go of the service.
                drop(runtime);
                Arc::into_inner(service)
                    .map(Service::into_report)
                    .unwrap_or_default()
            })
            .map_err(ReceiverError::Thread)?;
        let receiver = Self {
            http,
            grpc,
            shutdown: Shutdown(Arc::new(shutdown)),
            worker,
        };
        Ok((receiver, Batches(spans)))
    }

    /// Where it listens for HTTP.
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// Where it listens for gRPC.
    pub fn grpc_address(&self) -> SocketAddr {
        self.grpc
    }

    /// What ends it, from any thread.
    pub fn shutdown(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// Ends it: requests that have begun get a little time, and what was to be kept is kept.
    pub fn stop(self) -> ReceiverReport {
        self.shutdown.shut_down();
        self.worker
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// The spans that arrive, those of a request at once. It ends after the shutdown. As long as they are not taken, and
/// as many wait as may, senders are told to come again.
#[derive(Debug)]
pub struct Batches(mpsc::Receiver<Waiting>);

impl Batches {
    /// Waits for the next spans.
    ///
    /// # Errors
    ///
    /// If none came in time, or none will come any more.
    pub fn recv_timeout(&self, timeout: Duration) -> Result<Vec<Span>, RecvTimeoutError> {
        self.0.recv_timeout(timeout).map(|waiting| waiting.spans)
    }
}

impl Iterator for Batches {
    type Item = Vec<Span>;

    fn next(&mut self) -> Option<Vec<Span>> {
        self.0.recv().ok().map(|waiting| waiting.spans)
    }
}

/// Ends a receiver.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Shutdown {
    /// Asks it to end, without waiting.
    pub fn shut_down(&self) {
        self.0.send_replace(true);
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ReceiverError> {
    let error = |source| ReceiverError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(error)?;
    let bound = listener.local_addr().map_err(error)?;
    Ok((listener, bound))
}

/// Serves until the shutdown. Both ports speak both protocols: there are two because senders expect
/// each protocol on its own.
async fn serve(
    listeners: [TcpListener; 2],
    service: &Arc<Service>,
    mut stopping: watch::Receiver<bool>,
) {
    let [http, grpc] = listeners;
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepting = async {
            let slot = Arc::clone(&slots).acquire_owned().await;
            let accepted = tokio::select! {
                accepted = http.accept() => accepted,
                accepted = grpc.accept() => accepted,
            };
            accepted.map(|(stream, _)| (stream, slot))
        };
        let accepted = tokio::select! {
            biased;
            _ = stopping.wait_for(|stopping| *stopping) => break,
            Some(_) = connections.join_next() => continue,
            accepted = accepting => accepted,
        };
        match accepted {
            Ok((stream, slot)) => {
                let connection = connection(stream, Arc::clone(service), stopping.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            // The system is short of something: it is not had by asking again at once.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop((http, grpc));
    let all_ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, all_ended).await;
}

/// Serves a connection until either side ends it, or nothing was asked for too long.
async fn connection(stream: TcpStream, service: Arc<Service>, mut stopping: watch::Receiver<bool>) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().max_buf_size(service::MAX_HEAD_BYTES);
    server
        .http2()
        .max_header_list_size(u32::try_from(service::MAX_HEAD_BYTES).unwrap_or(u32::MAX))
        .initial_connection_window_size(WINDOW_BYTES)
        .initial_stream_window_size(WINDOW_BYTES)
        .max_concurrent_streams(STREAMS);
    // Each request under way holds a copy.
    let used = Arc::new(AtomicBool::new(false));
    let answering = service_fn(|request| {
        used.store(true, Ordering::Relaxed);
        let under_way = Arc::clone(&used);
        let service = Arc::clone(&service);
        async move {
            let answer = service.answer(request).await;
            drop(under_way);
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = server.serve_connection(TokioIo::new(stream), answering);
    tokio::pin!(connection);
    let mut stops = false;
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = tokio::time::sleep(IDLE_TIMEOUT) => {
                if !used.swap(false, Ordering::Relaxed) && Arc::strong_count(&used) == 1 {
                    return;
                }
            }
            _ = stopping.wait_for(|stopping| *stopping), if !stops => {
                stops = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
