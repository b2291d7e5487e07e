//! CPU time of sparkspan's exporter beside that of OpenTelemetry's.
//!
//! Both send the same spans over `http/protobuf` to a sink that is a process of its own, with gzip of
//! the same level and without. Each runs in a process of its own, built with its own features; the
//! spans are made before the clock runs, each kind as its exporter takes it. The CPU time of the whole
//! process counts, best of several rounds.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sparkspan_bench_opentelemetry::{cpu_time, tasks};
use sparkspan_model::SpanSink as _;
use sparkspan_otlp::{Compression, Endpoint, Exporter, Settings};

const SPANS: u64 = 100_000;
const ROUNDS: u32 = 5;

fn main() {
    if env::args().nth(1).as_deref() == Some("sink") {
        return sink();
    }
    let (mut child, address) = start_sink();
    println!("exporter, {SPANS} spans of 20 attributes, http/protobuf, best of {ROUNDS}:");
    for compression in [Compression::Gzip, Compression::None] {
        let ours = best(&address, || ours(&address, compression));
        let theirs = best(&address, || theirs(&address, compression));
        let cpu = ours.0.as_secs_f64() / theirs.0.as_secs_f64();
        let bytes = ours.1 as f64 / theirs.1 as f64;
        println!("  {compression:?}");
        for (name, (cpu, bytes)) in [("sparkspan", ours), ("opentelemetry-otlp", theirs)] {
            println!(
                "    {name:<18}  {:.3} CPU s, {bytes} bytes",
                cpu.as_secs_f64()
            );
        }
        println!("    {:<18}  {cpu:.2} CPU, {bytes:.2} bytes", "ratio");
    }
    child.kill().expect("the sink runs");
    child.wait().expect("the sink ends");
}

/// The least CPU time of several exports, and the bytes of the bodies of one.
fn best(address: &str, export: impl Fn() -> Duration) -> (Duration, u64) {
    (0..ROUNDS)
        .map(|_| (export(), taken_bytes(address)))
        .min()
        .expect("there are rounds")
}

fn ours(address: &str, compression: Compression) -> Duration {
    let spans = tasks(SPANS);
    let before = cpu_time();
    let settings = Settings {
        endpoint: Endpoint::Base(format!("http://{address}")),
        compression,
        ..Settings::default()
    };
    let mut exporter = Exporter::start(&settings).expect("the settings are right");
    for span in spans {
        exporter.accept(span);
    }
    assert_eq!(exporter.finish().sent, SPANS);
    cpu_time() - before
}

fn theirs(address: &str, compression: Compression) -> Duration {
    let compression = match compression {
        Compression::Gzip => "gzip",
        _ => "none",
    };
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--release",
            "--quiet",
            "--manifest-path",
            env!("CARGO_MANIFEST_PATH"),
        ])
        .args(["--package", "sparkspan-bench-opentelemetry", "--"])
        .args([address, &SPANS.to_string(), compression])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo starts");
    let nanos = String::from_utf8(output.stdout).expect("it prints a number");
    Duration::from_nanos(nanos.trim().parse().expect("it prints a number"))
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
