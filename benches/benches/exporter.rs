//! CPU time of sparkspan's exporter beside that of OpenTelemetry's.
//!
//! Both send the same spans, with gzip of the same level by the same implementation, over
//! `http/protobuf` to a sink that is a process of its own. The spans are made before the clock runs,
//! each kind as its exporter takes it. CPU time of the whole process counts, best of several rounds.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_otlp::{WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use rustix::time::{ClockId, clock_gettime};
use sparkspan_benches::{key_values, resource, span_data, tasks};
use sparkspan_model::{Span, SpanSink as _};
use sparkspan_otlp::{Compression, Endpoint, Exporter, Settings};

const SPANS: u64 = 100_000;
const ROUNDS: u32 = 5;

/// As many as sparkspan puts into a request. The SDK's default of 512 costs it more.
const SPANS_PER_REQUEST: usize = 4_000;

fn main() {
    if env::args().nth(1).as_deref() == Some("sink") {
        return sink();
    }
    let (mut child, address) = start_sink();
    let mut best_ours = Cost::WORST;
    let mut best_theirs = Cost::WORST;
    for _ in 0..ROUNDS {
        let spans = tasks(SPANS);
        let batches = batches(&spans);
        best_ours = best_ours.min(measure(&address, || ours(&address, spans)));
        best_theirs = best_theirs.min(measure(&address, || theirs(&address, batches)));
    }
    child.kill().expect("the sink runs");
    child.wait().expect("the sink ends");

    println!("exporter, {SPANS} spans of 20 attributes, gzip, http/protobuf, best of {ROUNDS}:");
    println!("  sparkspan           {best_ours}");
    println!("  opentelemetry-otlp  {best_theirs}");
    println!(
        "  ratio               CPU {:.2}, bytes {:.2}",
        best_ours.cpu.as_secs_f64() / best_theirs.cpu.as_secs_f64(),
        best_ours.bytes as f64 / best_theirs.bytes as f64,
    );
}

fn ours(address: &str, spans: Vec<Span>) {
    let settings = Settings {
        endpoint: Endpoint::Base(format!("http://{address}")),
        compression: Compression::Gzip,
        ..Settings::default()
    };
    let mut exporter = Exporter::start(&settings).expect("the settings are right");
    for span in spans {
        exporter.accept(span);
    }
    assert_eq!(exporter.finish().sent, SPANS);
}

fn theirs(address: &str, batches: Vec<Vec<SpanData>>) {
    let mut exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("http://{address}/v1/traces"))
        .with_compression(opentelemetry_otlp::Compression::Gzip)
        .build()
        .expect("the settings are right");
    let attributes = key_values(&resource().attributes);
    exporter.set_resource(
        &Resource::builder_empty()
            .with_attributes(attributes)
            .build(),
    );
    for batch in batches {
        futures_executor::block_on(exporter.export(batch)).expect("the sink takes everything");
    }
}

fn batches(spans: &[Span]) -> Vec<Vec<SpanData>> {
    let batches = spans.chunks(SPANS_PER_REQUEST);
    batches
        .map(|batch| batch.iter().map(span_data).collect())
        .collect()
}

/// What an export took: CPU time of this process, and bytes of bodies.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    bytes: u64,
}

impl Cost {
    const WORST: Self = Self {
        cpu: Duration::MAX,
        bytes: u64::MAX,
    };

    fn min(self, other: Self) -> Self {
        if other.cpu < self.cpu { other } else { self }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cpu, bytes } = self;
        write!(formatter, "{:.3} CPU s, {bytes} bytes", cpu.as_secs_f64())
    }
}

fn measure(address: &str, export: impl FnOnce()) -> Cost {
    let before = cpu_time();
    export();
    let cpu = cpu_time() - before;
    Cost {
        cpu,
        bytes: taken_bytes(address),
    }
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn start_sink() -> (Child, String) {
    let mut child = Command::new(env::current_exe().expect("this program has a path"))
        .arg("sink")
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts");
    let stdout = child.stdout.take().expect("it is piped");
    let mut address = String::new();
    BufReader::new(stdout)
        .read_line(&mut address)
        .expect("the sink tells its address");
    (child, address.trim().to_owned())
}

/// The bytes of all bodies since the last time.
fn taken_bytes(address: &str) -> u64 {
    let mut stream = TcpStream::connect(address).expect("the sink listens");
    stream
        .write_all(b"GET /bytes HTTP/1.1\r\nconnection: close\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, bytes) = answer
        .split_once("\r\n\r\n")
        .expect("the answer has a body");
    bytes.parse().expect("the body is a number")
}

/// Takes every request, counts the bytes of the bodies.
fn sink() {
    static BYTES: AtomicU64 = AtomicU64::new(0);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound"));
    for stream in listener.incoming() {
        let stream = stream.expect("connections come");
        std::thread::spawn(move || serve(&stream, &BYTES));
    }
}

/// Answers until the client goes away.
fn serve(mut stream: &TcpStream, bytes: &AtomicU64) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut line = String::new();
        let mut is_question = false;
        loop {
            line.clear();
            reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
            is_question |= line.starts_with("GET");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line == "\r\n" {
                break;
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).ok()?;
        bytes.fetch_add(length, Ordering::Relaxed);
        let body = if is_question {
            bytes.swap(0, Ordering::Relaxed).to_string()
        } else {
            String::new()
        };
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        if is_question {
            return Some(());
        }
    }
}
