//! The receiver against senders that behave badly.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use sparkspan_model::Span;
use sparkspan_otlp::{
    Batcher, Batches, JsonWriter, Keep, MAX_REQUEST_BYTES, Protocol, Receiver, ReceiverError,
    ReceiverSettings, read_json_line,
};

use crate::collector::gzip;
use crate::exporter::{export, settings};
use crate::spans::spans;

fn start(keep: Option<Keep>) -> (Receiver, Batches) {
    let settings = ReceiverSettings {
        http: ([127, 0, 0, 1], 0).into(),
        grpc: ([127, 0, 0, 1], 0).into(),
        keep,
    };
    Receiver::start(&settings).unwrap()
}

fn protobuf(spans: Vec<Span>) -> Vec<u8> {
    let mut batcher = Batcher::new(MAX_REQUEST_BYTES);
    for span in spans {
        assert_eq!(batcher.push(span), None);
    }
    batcher.take().unwrap().bytes
}

fn json(spans: Vec<Span>) -> Vec<u8> {
    use sparkspan_model::SpanSink as _;
    let mut line = Vec::new();
    let mut writer = JsonWriter::new(&mut line);
    for span in spans {
        writer.accept(span);
    }
    writer.finish().unwrap();
    line
}

/// The bytes of a request: the head as given, and the body's length.
fn request(head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("{head}\r\nhost: here\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends bytes on a connection of their own; the answer's status and all of its text.
fn answer(address: SocketAddr, bytes: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (status.unwrap_or(0), answer)
}

const POST: &str = "POST /v1/traces HTTP/1.1\r\ncontent-type: application/x-protobuf";
const POST_JSON: &str = "POST /v1/traces HTTP/1.1\r\ncontent-type: application/json; charset=utf-8";

/// Scenario: requests that are right, and requests that are wrong in every way there is.
/// Guarantees: each gets the status that OTLP and HTTP have for it, and the right ones are received.
#[test]
fn http_requests_get_the_statuses_they_deserve() {
    let (receiver, mut batches) = start(None);
    let message = protobuf(spans(4));
    let bomb = gzip(&vec![0; 64 << 20]);
    let gzipped = |head: &str| format!("{head}\r\ncontent-encoding: gzip");
    for (status, head, body) in [
        (200, POST.to_owned(), message.as_slice()),
        (200, gzipped(POST), &gzip(&message)),
        (200, POST_JSON.to_owned(), &json(spans(4))),
        (200, gzipped(POST_JSON), &gzip(&json(spans(4)))),
        (200, POST.to_owned(), b""),
        (200, POST_JSON.to_owned(), b"{}"),
        (400, POST.to_owned(), b"garbage"),
        (400, POST.to_owned(), &message[..message.len() - 1]),
        (400, POST_JSON.to_owned(), b"[1"),
        (400, POST_JSON.to_owned(), b""),
        (400, gzipped(POST), b"garbage"),
        (400, gzipped(POST), &gzip(&message)[..40]),
        (413, gzipped(POST), &bomb),
        (413, gzipped(POST_JSON), &bomb),
        (415, format!("{POST}\r\ncontent-encoding: br"), &message),
        (415, POST.replace("x-protobuf", "xml"), &message),
        (415, "POST /v1/traces HTTP/1.1".to_owned(), &message),
        (404, POST.replace("traces", "metrics"), &message),
        (405, POST.replace("POST", "PUT"), &message),
    ] {
        let (told, answer) = answer(receiver.http_address(), &request(&head, body));
        assert_eq!(told, status, "{head}: {answer}");
    }
    let (told, _) = answer(
        receiver.http_address(),
        format!("{POST}\r\nhost: here\r\ncontent-length: 8388609\r\n\r\n").as_bytes(),
    );
    assert_eq!(told, 413);
    for _ in 0..4 {
        assert_eq!(batches.next().unwrap(), spans(4));
    }
    let report = receiver.stop();
    assert_eq!((report.spans, report.refused), (16, 14));
    assert!(batches.next().is_none());
}

/// Scenario: bytes that are no HTTP at all, to both ports.
/// Guarantees: the receiver goes on.
#[test]
fn garbage_is_survived() {
    let (receiver, mut batches) = start(None);
    for address in [receiver.http_address(), receiver.grpc_address()] {
        for garbage in [
            &b"\0\xff\xfe\x16\x03\x01"[..],
            b"GET\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all",
            &vec![b'A'; 200_000],
        ] {
            let mut stream = TcpStream::connect(address).unwrap();
            // The receiver may hang up before it has everything.
            let _ = stream.write_all(garbage);
            let _ = stream.shutdown(Shutdown::Write);
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
    let (status, _) = answer(receiver.http_address(), &request(POST, &protobuf(spans(1))));
    assert_eq!(status, 200);
    assert_eq!(batches.next().unwrap().len(), 1);
}

/// Scenario: a body that never ends, and one that never comes.
/// Guarantees: the first is refused when it is too long; neither keeps others from being served.
#[test]
fn endless_bodies_are_cut() {
    let (receiver, mut batches) = start(None);
    let address = receiver.http_address();

    let mut silent = TcpStream::connect(address).unwrap();
    let head = request(POST, &[0; 1_000]);
    silent.write_all(&head[..head.len() - 900]).unwrap();

    let mut endless = TcpStream::connect(address).unwrap();
    write!(
        endless,
        "{POST}\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    .unwrap();
    let chunk = [b"10000\r\n", vec![0; 0x10000].as_slice(), b"\r\n"].concat();
    let most = 1 + (8 << 20) / 0x10000 + (64 << 20) / 0x10000;
    let written = (0..most)
        .take_while(|_| endless.write_all(&chunk).is_ok())
        .count();
    assert!(written < most, "the receiver took {written} chunks");

    let (status, _) = answer(address, &request(POST, &protobuf(spans(1))));
    assert_eq!(status, 200);
    assert_eq!(batches.next().unwrap().len(), 1);
}

/// Scenario: more connections are opened than are served, nothing is asked on any, and they go.
/// Guarantees: the receiver serves whoever comes then.
#[test]
fn many_connections_are_survived() {
    let (receiver, mut batches) = start(None);
    let address = receiver.http_address();
    let idle: Vec<TcpStream> = (0..300)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    drop(idle);
    let (status, _) = answer(address, &request(POST, &protobuf(spans(1))));
    assert_eq!(status, 200);
    assert_eq!(batches.next().unwrap().len(), 1);
}

/// Scenario: nobody takes the spans, until the sender is told to come again.
/// Guarantees: what was answered with success is received, what was not is not.
#[test]
fn full_channel_sends_senders_away() {
    let (receiver, batches) = start(None);
    let request = request(POST, &protobuf(spans(1)));
    let mut taken = 0;
    let refused = loop {
        let (status, text) = answer(receiver.http_address(), &request);
        if status != 200 {
            break text;
        }
        taken += 1;
        assert!(taken < 1_000);
    };
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("retry-after: 1"), "{refused}");
    let report = receiver.stop();
    assert_eq!((report.spans, report.refused), (taken, 1));
    assert_eq!(batches.count() as u64, taken);
}

/// Scenario: one of two spans has no valid id, by JSON and by protobuf.
/// Guarantees: the other is received, and the answer counts the one that was not.
#[test]
fn spans_without_ids_are_rejected() {
    let (receiver, mut batches) = start(None);
    let text = String::from_utf8(json(spans(2))).unwrap();
    let text = text.replace("0000000000000002", "0000000000000000");
    let (status, told) = answer(
        receiver.http_address(),
        &request(POST_JSON, text.as_bytes()),
    );
    assert_eq!(status, 200);
    assert!(told.contains(r#""rejectedSpans":"1""#), "{told}");
    assert_eq!(batches.next().unwrap().len(), 1);
}

/// Scenario: gRPC calls that are wrong in their frame, message, encoding, size and method.
/// Guarantees: each gets the status that gRPC has for it.
#[test]
fn grpc_calls_get_the_statuses_they_deserve() {
    let (receiver, _batches) = start(None);
    let frame = |compressed: u8, message: &[u8]| {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        [&[compressed], &length[..], message].concat()
    };
    let message = protobuf(spans(2));
    let export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let bomb = gzip(&vec![0; 64 << 20]);
    for (status, path, encoding, body) in [
        ("3", export, "identity", b"garbage".to_vec()),
        ("3", export, "identity", Vec::new()),
        ("3", export, "identity", frame(0, b"garbage")),
        ("3", export, "gzip", frame(1, &message)),
        ("8", export, "gzip", frame(1, &bomb)),
        ("8", export, "identity", frame(0, &vec![0; 8 << 20])),
        ("12", export, "br", frame(1, &message)),
        (
            "12",
            "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
            "gzip",
            Vec::new(),
        ),
        ("0", export, "gzip", frame(1, &gzip(&message))),
    ] {
        assert_eq!(
            grpc_status(receiver.grpc_address(), path, encoding, body),
            status
        );
    }
}

#[tokio::main(flavor = "current_thread")]
async fn grpc_status(address: SocketAddr, path: &str, encoding: &str, body: Vec<u8>) -> String {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-encoding", encoding)
        .body(Full::from(body))
        .unwrap();
    let response: Response<Incoming> = client.request(request).await.unwrap();
    let (head, body) = response.into_parts();
    assert_eq!(head.status, 200);
    let body = body.collect().await.unwrap();
    let status = body.trailers().unwrap_or(&head.headers)["grpc-status"].clone();
    status.to_str().unwrap().to_owned()
}

fn lines(path: &Path) -> Vec<Vec<Span>> {
    let text = fs::read(path).unwrap();
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| read_json_line(line).unwrap()).collect()
}

/// Scenario: requests are kept in a file that has room for two of them.
/// Guarantees: it is for its owner alone, holds what was sent, and moves away when it is full.
#[test]
fn kept_file_is_private_and_rotated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traces.jsonl");
    let max_bytes = 2 * json(spans(10)).len() as u64 + 10;
    let keep = Keep {
        path: path.clone(),
        max_bytes,
    };
    let (receiver, batches) = start(Some(keep));
    for _ in 0..3 {
        export(
            &settings(receiver.grpc_address(), Protocol::Grpc),
            spans(10),
        );
    }
    let report = receiver.stop();
    assert!(report.keep_fault.is_none(), "{report:?}");
    assert_eq!(batches.count(), 3);
    assert_eq!(lines(&path), [spans(10)]);
    assert_eq!(
        lines(&folder.path().join("traces.jsonl.1")),
        [spans(10), spans(10)]
    );
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

/// Scenario: the disk is full.
/// Guarantees: spans are received all the same, and the report says that they were not kept.
#[test]
#[cfg(target_os = "linux")]
fn full_disk_does_not_stop_the_receiver() {
    let keep = Keep {
        path: "/dev/full".into(),
        max_bytes: u64::MAX,
    };
    let (receiver, batches) = start(Some(keep));
    for _ in 0..2 {
        let report = export(
            &settings(receiver.http_address(), Protocol::HttpProtobuf),
            spans(2),
        );
        assert_eq!(report.sent, 2);
    }
    let report = receiver.stop();
    assert_eq!(batches.flatten().count(), 4);
    let fault = report.keep_fault.unwrap();
    assert_eq!(fault.kind(), std::io::ErrorKind::StorageFull);
}

#[test]
fn taken_port_is_named() {
    let (receiver, _batches) = start(None);
    let settings = ReceiverSettings {
        http: receiver.http_address(),
        ..ReceiverSettings::default()
    };
    let error = Receiver::start(&settings).unwrap_err();
    assert!(matches!(error, ReceiverError::Bind { address, .. } if address == settings.http));
}
