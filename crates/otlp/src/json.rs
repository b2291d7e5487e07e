//! OTLP's JSON mapping, and spans as JSON lines the way OpenTelemetry's file exporter writes them.
//!
//! The mapping differs from protobuf's in that ids are hexadecimal and enumerations are numbers.
//! What is read may be looser than what is written: 64-bit numbers as numbers, enumerations by
//! their names, unknown and missing fields.

use std::io::{self, Write};

use prost::Message as _;
use serde::Deserialize;
use sparkspan_model::{Span, SpanSink};

use crate::batch::{Batcher, Request};
use crate::decode;
use crate::generated::collector::trace::v1::ExportTraceServiceRequest;
use crate::generated::trace::v1::{ResourceSpans, TracesData};

mod mapping;
mod reply;

pub(crate) use reply::read_reply;

pub(crate) use mapping::{decimal, hex, is_default, span_kind, status_code};

/// How much protobuf goes into a line. Collectors read lines of up to 1 MiB, and JSON takes up to
/// twice the bytes.
const MAX_LINE_PROTOBUF_BYTES: usize = 512 * 1024;

/// Writes spans as lines of OTLP JSON, an `ExportTraceServiceRequest` each.
///
/// After a failed write it takes spans and forgets them: ask [`JsonWriter::error`] whether to go on.
#[derive(Debug)]
pub struct JsonWriter<W> {
    writer: W,
    batcher: Batcher,
    written: u64,
    error: Option<io::Error>,
}

impl<W: Write> JsonWriter<W> {
    /// Writes to `writer`, in one call for each line.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            batcher: Batcher::new(MAX_LINE_PROTOBUF_BYTES),
            written: 0,
            error: None,
        }
    }

    /// The first fault, such as a full disk or a reader that went away (`BrokenPipe`).
    pub fn error(&self) -> Option<&io::Error> {
        self.error.as_ref()
    }

    /// How many spans were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes the spans accepted so far, so that a reader sees them.
    pub fn flush(&mut self) {
        if let Some(request) = self.batcher.take() {
            self.write(&request);
        }
        if self.error.is_none() {
            self.error = self.writer.flush().err();
        }
    }

    /// Writes what is left and says how many spans were written.
    ///
    /// # Errors
    ///
    /// The first fault of the writer.
    pub fn finish(mut self) -> io::Result<u64> {
        self.flush();
        self.error.map_or(Ok(self.written), Err)
    }

    fn write(&mut self, request: &Request) {
        if self.error.is_some() {
            return;
        }
        let written = ExportTraceServiceRequest::decode(request.bytes.as_slice())
            .map_err(io::Error::other)
            .and_then(|message| self.writer.write_all(&line(&message)?));
        match written {
            Ok(()) => self.written += request.spans,
            Err(error) => self.error = Some(error),
        }
    }
}

impl<W: Write> SpanSink for JsonWriter<W> {
    fn accept(&mut self, span: Span) {
        if let Some(request) = self.batcher.push(span) {
            self.write(&request);
        }
    }
}

/// The message as JSON, with the line's end.
pub(crate) fn line(message: &ExportTraceServiceRequest) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

/// Text that is not the JSON of OTLP traces.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is not JSON, or its fields have other types than OTLP's.
    #[error("not OTLP JSON")]
    Json(#[from] serde_json::Error),
    /// It has spans whose ids are missing, of the wrong length or zero.
    #[error("{count} spans have no valid ids")]
    InvalidIds {
        /// How many.
        count: usize,
    },
}

/// The spans of one line of OTLP JSON, or of a reply of Jaeger's API v3 (the same within `result`).
///
/// # Errors
///
/// If it is not JSON, contradicts OTLP or has spans without valid ids.
pub fn read_json_line(line: &[u8]) -> Result<Vec<Span>, ReadError> {
    let Line {
        mut resource_spans,
        result,
    } = serde_json::from_slice(line)?;
    resource_spans.extend(result.resource_spans);
    let request = ExportTraceServiceRequest { resource_spans };
    match decode::spans(request) {
        decoded if decoded.rejected == 0 => Ok(decoded.spans),
        decoded => Err(ReadError::InvalidIds {
            count: decoded.rejected,
        }),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Line {
    resource_spans: Vec<ResourceSpans>,
    result: TracesData,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sparkspan_model::{Attribute, SpanKind, Status, Value};

    use super::*;
    use crate::testing::{a_resource, a_span, any_spans};

    proptest! {
        /// Scenario: any spans are written as JSON lines and read back.
        /// Guarantees: nothing that the model holds is lost or changed.
        #[test]
        fn what_is_written_is_read_back(spans in any_spans()) {
            let mut text = Vec::new();
            let mut writer = JsonWriter::new(&mut text);
            spans.iter().cloned().for_each(|span| writer.accept(span));
            prop_assert_eq!(writer.finish().unwrap(), spans.len() as u64);

            let mut read = Vec::new();
            for line in text.split_inclusive(|byte| *byte == b'\n') {
                read.extend(read_json_line(line).unwrap());
            }
            prop_assert_eq!(read, spans);
        }

        /// Scenario: any bytes, and any JSON-like text, are read as a line.
        /// Guarantees: an answer or an error.
        #[test]
        fn any_line_is_answered(bytes: Vec<u8>, text in r#"[{}\[\]":,a-z0-9]{0,40}"#) {
            let _ = read_json_line(&bytes);
            let _ = read_json_line(text.as_bytes());
        }
    }

    /// Scenario: a reply of Jaeger's API v3, written looser than OTLP asks: numbers for texts, names
    /// for numbers, a scope without spans, fields that nobody knows.
    /// Guarantees: the span is read with everything that it says.
    #[test]
    fn a_loose_reply_is_read() {
        let reply = br#"{"result":{"resourceSpans":[
            {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"etl"}}]},
             "scopeSpans":[{"scope":{"name":"sparkspan"}}, {"spans":[
                {"traceId":"0AF7651916CD43DD8448EB211C80319C","spanId":"b7ad6b7169203331",
                 "parentSpanId":"","name":"spark.job","kind":"SPAN_KIND_SERVER","novelty":[1,{}],
                 "startTimeUnixNano":1700000000000000001,"endTimeUnixNano":"1700000000000000002",
                 "attributes":[{"key":"ratio","value":{"doubleValue":1}},
                               {"key":"bytes","value":{"intValue":42,"novelty":1}},
                               {"key":"map","value":{"kvlistValue":{"values":[
                                   {"key":"a","value":{"arrayValue":{"values":[{"boolValue":true}]}}}]}}},
                               {"key":"raw","value":{"bytesValue":"AQI="}},
                               {"key":"nothing"}],
                 "links":[{"traceId":"","spanId":""}],
                 "status":{"code":2,"message":"FetchFailed"}}]}]}]}}"#;
        let spans = read_json_line(reply).unwrap();
        let [span] = spans.as_slice() else {
            panic!("expected one span: {spans:?}")
        };
        assert_eq!(
            span.trace_id.to_string(),
            "0af7651916cd43dd8448eb211c80319c"
        );
        assert_eq!(span.parent_span_id, None);
        assert_eq!(span.kind, SpanKind::Server);
        assert_eq!(span.start_unix_ns, 1_700_000_000_000_000_001);
        assert_eq!(span.end_unix_ns, 1_700_000_000_000_000_002);
        assert_eq!(span.status, Status::Error("FetchFailed".into()));
        assert_eq!(
            span.resource.attribute("service.name"),
            Some(&Value::from("etl"))
        );
        assert_eq!(
            span.attributes,
            [
                Attribute::new("ratio", 1.0),
                Attribute::new("bytes", 42),
                Attribute::new("map", r#"{"a":[true]}"#),
                Attribute::new("raw", "AQI="),
            ]
        );
        assert_eq!(span.links, []);
    }

    #[test]
    fn spans_without_valid_ids_are_an_error() {
        let line =
            br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00","name":"a"}]}]}]}"#;
        assert!(matches!(
            read_json_line(line),
            Err(ReadError::InvalidIds { count: 1 })
        ));
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn first_fault_of_the_writer_is_kept() {
        let mut writer = JsonWriter::new(Full);
        writer.accept(a_span("a", &a_resource("driver")));
        assert!(writer.error().is_none());
        writer.flush();
        assert_eq!(
            writer.error().map(io::Error::kind),
            Some(io::ErrorKind::StorageFull)
        );
        assert_eq!(writer.written(), 0);
        assert_eq!(
            writer.finish().unwrap_err().kind(),
            io::ErrorKind::StorageFull
        );
    }
}
