//! A real Jaeger on loopback ports.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that lacks what it needs fails"
)]

use std::env;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Process, get, wait_until};

/// Which variable names the binary that `tools/jaeger/build.sh` builds.
const BINARY: &str = "SPARKSPAN_TEST_JAEGER";

/// A Jaeger with nothing in it, which ends with the test.
#[derive(Debug)]
pub struct Jaeger {
    ports: Ports,
    _process: Process,
}

#[derive(Debug, Clone, Copy)]
struct Ports {
    otlp_grpc: u16,
    otlp_http: u16,
    query_http: u16,
    query_grpc: u16,
    health: u16,
}

impl Jaeger {
    /// Starts one. `None`, and a loud word, where there is none to start; in CI that is a failure.
    pub fn start() -> Option<Self> {
        let Some(binary) = env::var_os(BINARY).filter(|binary| !binary.is_empty()) else {
            assert!(
                env::var_os("CI").is_none(),
                "{BINARY} names no Jaeger, and CI skips nothing"
            );
            // Not by a macro: what those print, the test runner keeps to itself.
            let _ = writeln!(
                io::stderr(),
                "SKIPPED: no real Jaeger; `make test` has one, or set {BINARY}=$(make jaeger)"
            );
            return None;
        };
        let configuration =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/jaeger/all-in-one.yaml");
        loop {
            let ports = Ports::free();
            let mut process = Process::start(
                Command::new(&binary)
                    .arg("--config")
                    .arg(&configuration)
                    .env("JAEGER_OTLP_GRPC_PORT", ports.otlp_grpc.to_string())
                    .env("JAEGER_OTLP_HTTP_PORT", ports.otlp_http.to_string())
                    .env("JAEGER_QUERY_HTTP_PORT", ports.query_http.to_string())
                    .env("JAEGER_QUERY_GRPC_PORT", ports.query_grpc.to_string())
                    .env("JAEGER_HEALTH_PORT", ports.health.to_string())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null()),
            );
            let mut has_ended = false;
            wait_until("Jaeger answers", || {
                has_ended = process.try_wait().expect("it is a child").is_some();
                has_ended || get(ports.health, "/status").is_ok_and(|(status, _)| status == 200)
            });
            // Between the look for free ports and its start, another process may have taken one.
            if !has_ended {
                return Some(Self {
                    ports,
                    _process: process,
                });
            }
        }
    }

    /// Where it takes OTLP over HTTP.
    pub fn otlp_http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.otlp_http)
    }

    /// Where it takes OTLP over gRPC.
    pub fn otlp_grpc(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.otlp_grpc)
    }

    /// Where its user interface is, and its API.
    pub fn query_http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.query_http)
    }

    /// A trace as the API v3 replies: as it is stored, or as the user interface gets it, with Jaeger's
    /// adjustments and warnings. `None` when it has no such trace (yet).
    pub fn trace(&self, trace_id: &str, raw: bool) -> Option<Vec<u8>> {
        // Jaeger 2.13 knows the first name alone; newer ones document the second.
        let path = format!("/api/v3/traces/{trace_id}?raw_traces={raw}&rawTraces={raw}");
        match get(self.ports.query_http, &path).expect("Jaeger answers") {
            (200, body) => Some(body),
            (404, _) => None,
            (status, _) => panic!("Jaeger answers with {status}"),
        }
    }
}

impl Ports {
    fn free() -> Self {
        let listeners: [TcpListener; 5] = std::array::from_fn(|_| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port")
        });
        let [otlp_grpc, otlp_http, query_http, query_grpc, health] =
            listeners.map(|listener| listener.local_addr().expect("it is bound").port());
        Self {
            otlp_grpc,
            otlp_http,
            query_http,
            query_grpc,
            health,
        }
    }
}
