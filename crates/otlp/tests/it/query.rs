//! The query of stored spans, against a server that answers by a script.

use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;

use sparkspan_model::{Span, SpanSink as _, TraceId};
use sparkspan_otlp::{Fault, JsonWriter, Protocol, QueryError, Settings, TraceQuery};

use crate::collector::{Collector, Reply};
use crate::exporter::settings;
use crate::spans::spans;

const NOT_FOUND: &str = r#"{"error":{"httpCode":404,"message":"No traces found"}}"#;

fn trace_id() -> TraceId {
    "0af7651916cd43dd8448eb211c80319c".parse().unwrap()
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply::Answer(status, Vec::new(), body.into())
}

/// The answer of a Jaeger that has these spans, in parts.
fn stored(spans: &[Span]) -> Vec<u8> {
    let mut lines = Vec::new();
    let mut writer = JsonWriter::new(&mut lines);
    spans.iter().cloned().for_each(|span| writer.accept(span));
    writer.finish().unwrap();
    let lines = lines.split_inclusive(|byte| *byte == b'\n');
    lines
        .flat_map(|line| [br#"{"result":"#, line, b"}"].concat())
        .collect()
}

/// Asks once, or again after a back-off where `settings` say so.
fn ask(url: impl std::fmt::Display, settings: &Settings) -> Result<Vec<Span>, QueryError> {
    let mut query = TraceQuery::new(&url.to_string(), settings).unwrap();
    query.gather(trace_id(), Vec::push)
}

fn impatient() -> Settings {
    settings("", Protocol::HttpProtobuf)
}

/// Scenario: a Jaeger behind a path of a proxy, which wants a header, has a trace of many spans.
/// Guarantees: it is asked for the trace as it is stored, and every span is handed on.
#[test]
fn stored_spans_are_read() {
    let many = spans(5_000);
    let collector = Collector::start([reply(200, stored(&many))]);
    let settings = Settings {
        headers: vec![("x-tenant".to_owned(), "etl".to_owned())],
        ..impatient()
    };
    let url = format!("http://{}/jaeger/", collector.address);
    assert!(ask(url, &settings).unwrap() == many);
    let seen = collector.seen();
    let expected = "/jaeger/api/v3/traces/0af7651916cd43dd8448eb211c80319c\
                    ?raw_traces=true&rawTraces=true";
    assert_eq!(seen[0].path, expected);
    assert_eq!(seen[0].headers["x-tenant"], "etl");
}

#[test]
fn trace_that_is_not_there_has_no_spans() {
    for answer in [reply(404, NOT_FOUND), reply(200, r#"{"result":{}}"#)] {
        let collector = Collector::start([answer]);
        let url = format!("http://{}", collector.address);
        assert_eq!(ask(url, &impatient()).unwrap(), []);
    }
}

/// Scenario: something answers that is not a Jaeger, or not its query service.
/// Guarantees: an error, and never the word that the trace is not there.
#[test]
fn answer_of_something_else_is_an_error() {
    for answer in [
        reply(404, "404 page not found"),
        reply(404, r#"{"error":"no such path"}"#),
        reply(200, "<!DOCTYPE html>"),
        reply(200, "{}"),
        reply(200, r#"{"result":{"resourceSpans":[{"scopeSp"#),
    ] {
        let collector = Collector::start([answer.clone()]);
        let url = format!("http://{}", collector.address);
        let asked = ask(url, &impatient());
        assert!(
            matches!(asked, Err(QueryError::NotJaeger(_))),
            "{answer:?}: {asked:?}"
        );
    }
    for status in [301, 400, 401, 403, 500, 503] {
        let collector = Collector::start([reply(status, "secret of the server")]);
        let error = ask(format!("http://{}", collector.address), &impatient()).unwrap_err();
        assert!(
            matches!(error, QueryError::HttpStatus { status: told } if told == status),
            "{error:?}"
        );
        assert!(!format!("{error:?}").contains("secret"));
    }
}

/// Scenario: the server is busy at first, then closes the connection, then answers.
/// Guarantees: it is asked until it does, and no span is handed on twice.
#[test]
fn busy_server_is_asked_again() {
    let few = spans(3);
    let collector = Collector::start([reply(503, ""), Reply::Reset, reply(200, stored(&few))]);
    let settings = Settings {
        give_up_after: Duration::from_mins(1),
        ..impatient()
    };
    let url = format!("http://{}", collector.address);
    assert_eq!(ask(url, &settings).unwrap(), few);
    assert_eq!(collector.seen().len(), 3);
}

/// Scenario: nobody listens; somebody never answers; somebody closes the connection within the answer.
/// Guarantees: each is told apart, and none of them passes for an answer.
#[test]
fn missing_answers_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let breaking = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n";
        stream.write_all(head).unwrap();
        stream
            .write_all(br#"{"result":{"resourceSpans":["#)
            .unwrap();
    });
    let broken = ask(&url, &impatient());
    assert!(
        matches!(
            broken,
            Err(QueryError::Connection(Fault::ConnectionLost(_)))
        ),
        "{broken:?}"
    );
    breaking.join().unwrap();

    let unreachable = ask(&url, &impatient());
    assert!(
        matches!(
            unreachable,
            Err(QueryError::Connection(Fault::Unreachable(_)))
        ),
        "{unreachable:?}"
    );

    let collector = Collector::start([Reply::Hang]);
    let hasty = Settings {
        timeout: Duration::from_millis(50),
        ..impatient()
    };
    let silent = ask(format!("http://{}", collector.address), &hasty);
    assert!(
        matches!(silent, Err(QueryError::Connection(Fault::Timeout { .. }))),
        "{silent:?}"
    );
}

#[test]
fn unusable_address_is_refused() {
    for url in ["", "localhost:16686", "ftp://host", "http://me:pw@host"] {
        let error = TraceQuery::new(url, &Settings::default()).unwrap_err();
        assert!(!format!("{error:?}").contains("pw"), "{error:?}");
    }
}
