//! The exporter against a collector that behaves badly.

use std::error::Error;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use sparkspan_model::{Span, SpanSink as _};
use sparkspan_otlp::{
    Batcher, Compression, Endpoint, Exporter, Fault, GrpcStatus, MAX_REQUEST_BYTES, Protocol,
    Receiver, ReceiverSettings, Report, Settings,
};

use crate::collector::{Collector, Reply};
use crate::spans::{big_span, spans};

const PROTOCOLS: [Protocol; 2] = [Protocol::HttpProtobuf, Protocol::Grpc];

/// Settings that give up instead of trying a second time, unless they are told to come at once.
pub(crate) fn settings(address: impl std::fmt::Display, protocol: Protocol) -> Settings {
    Settings {
        endpoint: Endpoint::Base(format!("http://{address}")),
        protocol,
        give_up_after: Duration::ZERO,
        ..Settings::default()
    }
}

pub(crate) fn export(settings: &Settings, spans: Vec<Span>) -> Report {
    let mut exporter = Exporter::start(settings).unwrap();
    for span in spans {
        exporter.accept(span);
    }
    exporter.finish()
}

/// Gives the receiver's answers a second chance. Only tests whose scripts leave no back-off use it.
fn patient(settings: Settings) -> Settings {
    Settings {
        give_up_after: Duration::from_mins(1),
        ..settings
    }
}

/// Scenario: spans are exported to this crate's receiver, by each protocol and compression.
/// Guarantees: the spans that come out are those that went in.
#[test]
fn what_is_sent_is_received() {
    let free_ports = ReceiverSettings {
        http: ([127, 0, 0, 1], 0).into(),
        grpc: ([127, 0, 0, 1], 0).into(),
        keep: None,
    };
    let (receiver, mut batches) = Receiver::start(&free_ports).unwrap();
    for protocol in PROTOCOLS {
        let address = match protocol {
            Protocol::HttpProtobuf => receiver.http_address(),
            Protocol::Grpc => receiver.grpc_address(),
        };
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let settings = Settings {
                compression,
                ..settings(address, protocol)
            };
            let report = export(&settings, spans(100));
            assert_eq!((report.sent, report.requests), (100, 1), "{report:?}");
            assert_eq!(batches.next().unwrap(), spans(100));
        }
    }
    assert_eq!(receiver.stop().spans, 600);
}

/// Scenario: the same spans are exported twice by each protocol, with a header of the user's.
/// Guarantees: path, headers and body are OTLP's, and the body is the same both times.
#[test]
fn request_is_what_otlp_asks_for() {
    let mut batcher = Batcher::new(MAX_REQUEST_BYTES);
    for span in spans(50) {
        assert_eq!(batcher.push(span), None);
    }
    let message = batcher.take().unwrap().bytes;
    for (protocol, path, content_type, encoding, frame) in [
        (
            Protocol::HttpProtobuf,
            "/v1/traces",
            "application/x-protobuf",
            "content-encoding",
            0,
        ),
        (
            Protocol::Grpc,
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "application/grpc+proto",
            "grpc-encoding",
            5,
        ),
    ] {
        let collector = Collector::start([]);
        let settings = Settings {
            headers: vec![
                ("x-tenant".to_owned(), "etl".to_owned()),
                ("content-type".to_owned(), "text/html".to_owned()),
            ],
            ..settings(collector.address, protocol)
        };
        for _ in 0..2 {
            assert_eq!(export(&settings, spans(50)).sent, 50);
        }
        let seen = collector.seen();
        assert_eq!(seen[0].body, seen[1].body);
        assert_eq!(seen[0].path, path);
        let header = |name: &str| seen[0].headers[name].to_str().unwrap();
        assert_eq!(header("content-type"), content_type);
        assert_eq!(header(encoding), "gzip");
        assert_eq!(header("x-tenant"), "etl");
        assert!(header("user-agent").starts_with("sparkspan/"));
        let mut content = Vec::new();
        flate2::read::GzDecoder::new(&seen[0].body[frame..])
            .read_to_end(&mut content)
            .unwrap();
        assert_eq!(content, message);
    }
}

/// Scenario: the collector answers each HTTP status there is to think of, then takes what comes.
/// Guarantees: 429, 502, 503 and 504 are tried again, nothing else is; redirects are not followed.
#[test]
fn http_statuses_are_retried_as_specified() {
    for status in [
        301, 307, 400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 501, 502, 503, 504,
    ] {
        let collector = Collector::start([Reply::http(
            status,
            &[("retry-after", "0"), ("location", "/elsewhere")],
        )]);
        let settings = patient(settings(collector.address, Protocol::HttpProtobuf));
        let report = export(&settings, spans(3));
        if [429, 502, 503, 504].contains(&status) {
            assert_eq!((report.sent, report.requests), (3, 2), "{status}");
            assert!(report.first_fault.is_none());
        } else {
            assert_eq!((report.dropped, report.requests), (3, 1), "{status}");
            let is_status =
                |fault| matches!(fault, Fault::HttpStatus { status: told } if told == status);
            assert!(report.first_fault.is_some_and(is_status), "{status}");
        }
        assert!(
            collector
                .seen()
                .iter()
                .all(|seen| seen.path == "/v1/traces")
        );
    }
}

/// Scenario: the collector answers each gRPC status and says that it may be tried again at once.
/// Guarantees: the retryable ones are tried again, nothing else is.
#[test]
fn grpc_statuses_are_retried_as_specified() {
    for status in 1..=17 {
        let collector = Collector::start([Reply::grpc(status, Some(RETRY_AT_ONCE))]);
        let settings = patient(settings(collector.address, Protocol::Grpc));
        let report = export(&settings, spans(3));
        if [1, 4, 8, 10, 11, 14, 15].contains(&status) {
            assert_eq!((report.sent, report.requests), (3, 2), "{status}");
        } else {
            assert_eq!((report.dropped, report.requests), (3, 1), "{status}");
            let expected = GrpcStatus(status);
            let is_status =
                |fault| matches!(fault, Fault::GrpcStatus { status } if status == expected);
            assert!(report.first_fault.is_some_and(is_status), "{status}");
        }
    }
}

/// A `google.rpc.Status` with a `RetryInfo` of no delay: `{3: {1: "<url>", 2: {1: {}}}}`.
const RETRY_AT_ONCE: &str = "Gi4KKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SAgoA";

#[test]
fn exhausted_resource_without_a_time_to_come_again_is_final() {
    let collector = Collector::start([Reply::grpc(8, None)]);
    let report = export(
        &patient(settings(collector.address, Protocol::Grpc)),
        spans(3),
    );
    assert_eq!((report.dropped, report.requests), (3, 1));
}

/// Scenario: the collector takes a request but for two spans, by each protocol.
/// Guarantees: they are counted, and nothing is sent again.
#[test]
fn partial_success_is_counted_and_not_repeated() {
    // {1: {1: 2, 2: "no"}}
    let partial = vec![0x0a, 6, 0x08, 2, 0x12, 2, b'n', b'o'];
    let json = br#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"no"}}"#.to_vec();
    let is_json = vec![("content-type", "application/json".to_owned())];
    let is_gzip = vec![("grpc-encoding", "gzip".to_owned())];
    for (protocol, headers, body) in [
        (Protocol::HttpProtobuf, Vec::new(), partial.clone()),
        (Protocol::HttpProtobuf, is_json, json),
        (Protocol::Grpc, Vec::new(), partial.clone()),
        (Protocol::Grpc, is_gzip, partial),
    ] {
        let collector = Collector::start([Reply::Answer(200, headers, body)]);
        let report = export(&patient(settings(collector.address, protocol)), spans(10));
        assert_eq!((report.sent, report.rejected, report.requests), (8, 2, 1));
        assert!(report.first_fault.is_none());
    }
}

/// Scenario: the collector closes the connection, or never answers, by each protocol.
/// Guarantees: the export ends and says which of both it was.
#[test]
fn broken_and_silent_connections_are_told_apart() {
    for protocol in PROTOCOLS {
        let collector = Collector::start([Reply::Reset]);
        let report = export(&settings(collector.address, protocol), spans(3));
        assert_eq!(report.dropped, 3);
        assert!(
            matches!(report.first_fault, Some(Fault::ConnectionLost(_))),
            "{protocol:?}: {report:?}"
        );

        let collector = Collector::start([Reply::Hang]);
        let impatient = Settings {
            timeout: Duration::from_millis(50),
            ..settings(collector.address, protocol)
        };
        let report = export(&impatient, spans(3));
        assert_eq!(report.dropped, 3);
        assert!(
            matches!(report.first_fault, Some(Fault::Timeout { .. })),
            "{report:?}"
        );
    }
}

/// Where nobody listens.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// Scenario: nobody listens, and there is more to send than may wait.
/// Guarantees: the export ends, every span is counted, the fault says that nobody listens.
#[test]
fn unreachable_endpoint_ends_the_export() {
    for protocol in PROTOCOLS {
        let nobody = Settings {
            queue_bytes: 0,
            ..settings(free_address(), protocol)
        };
        let report = export(&nobody, (0..20).map(big_span).collect());
        assert_eq!((report.sent, report.dropped), (0, 20));
        assert!(
            matches!(report.first_fault, Some(Fault::Unreachable(_))),
            "{report:?}"
        );
    }
}

/// Scenario: nobody listens, and whoever feeds the exporter asks it after each span.
/// Guarantees: it says that there is no point in going on, and every span so far is counted.
#[test]
fn export_that_was_given_up_says_so() {
    let nobody = Settings {
        queue_bytes: 0,
        ..settings(free_address(), Protocol::HttpProtobuf)
    };
    let mut exporter = Exporter::start(&nobody).unwrap();
    assert!(!exporter.is_over());
    let mut accepted = 0;
    while !exporter.is_over() {
        exporter.accept(big_span(accepted));
        accepted += 1;
    }
    let report = exporter.finish();
    assert_eq!((report.sent, report.dropped), (0, accepted));
}

/// Scenario: an export waits for a collector that never answers, and is cancelled.
/// Guarantees: who feeds it goes on at once, and the export ends with every span counted.
#[test]
fn cancelled_export_ends() {
    let collector = Collector::start([Reply::Hang]);
    let slow = Settings {
        queue_bytes: 0,
        timeout: Duration::from_hours(1),
        ..settings(collector.address, Protocol::HttpProtobuf)
    };
    let mut exporter = Exporter::start(&slow).unwrap();
    let canceller = exporter.canceller();
    let feeding = std::thread::spawn(move || {
        (0..40).for_each(|index| exporter.accept(big_span(index)));
        exporter.finish()
    });
    collector.wait_for(1);
    canceller.cancel();
    let report = feeding.join().unwrap();
    assert_eq!((report.sent, report.dropped), (0, 40));
}

/// Scenario: spans longer than a request may be, among others.
/// Guarantees: they arrive shortened, and every request keeps to the limit.
#[test]
fn oversize_spans_are_trimmed() {
    let collector = Collector::start([]);
    let plain = Settings {
        compression: Compression::None,
        ..settings(collector.address, Protocol::HttpProtobuf)
    };
    let mut too_long = big_span(1);
    too_long.attributes[0].value = "é".repeat(MAX_REQUEST_BYTES).into();
    let report = export(&plain, vec![big_span(0), too_long, big_span(2)]);
    assert_eq!((report.sent, report.trimmed, report.dropped), (3, 1, 0));
    assert!(
        collector
            .seen()
            .iter()
            .all(|seen| seen.body.len() <= MAX_REQUEST_BYTES)
    );
}

/// Scenario: a collector refuses the first spans and takes the next ones.
/// Guarantees: what was lost and why can be asked while the export goes on.
#[test]
fn loss_is_told_while_the_export_goes_on() {
    let collector = Collector::start([Reply::http(401, &[]), Reply::ok()]);
    let settings = settings(collector.address, Protocol::HttpProtobuf);
    let mut exporter = Exporter::start(&settings).unwrap();
    assert_eq!(exporter.loss(), None);
    for span in spans(3) {
        exporter.accept(span);
    }
    exporter.flush();
    let loss = loop {
        match exporter.loss() {
            Some(loss) => break loss,
            None => std::thread::yield_now(),
        }
    };
    assert_eq!(loss.spans, 3);
    assert!(loss.reason.contains("401"), "{}", loss.reason);
    for span in spans(2) {
        exporter.accept(span);
    }
    let report = exporter.finish();
    assert_eq!((report.sent, report.dropped), (2, 3));
}

/// Scenario: a header holds a token and the collector's answer a text of its own.
/// Guarantees: neither is in anything that the exporter shows.
#[test]
fn secrets_are_not_shown() {
    let collector = Collector::start([Reply::http(401, &[])]);
    let secret = Settings {
        headers: vec![("authorization".to_owned(), "Bearer secret".to_owned())],
        ..settings(collector.address, Protocol::HttpProtobuf)
    };
    let report = export(&secret, spans(1));
    let mut shown = format!("{report:?}");
    let mut cause: Option<&dyn Error> =
        report.first_fault.as_ref().map(|fault| fault as &dyn Error);
    while let Some(error) = cause {
        shown.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(shown.contains("401"));
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn unusable_header_is_refused_without_its_value() {
    let settings = Settings {
        headers: vec![("authorization".to_owned(), "a\nsecret".to_owned())],
        ..Settings::default()
    };
    let error = Exporter::start(&settings).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"the header "authorization" cannot be sent"#
    );
}
