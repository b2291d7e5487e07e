//! Exports spans by OpenTelemetry's exporter and prints the CPU time that it took, in nanoseconds.

use std::env;
use std::time::Duration;

use opentelemetry_otlp::{Compression, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};
use sparkspan_bench_opentelemetry::{cpu_time, key_values, resource, span_data, tasks};

/// As many as sparkspan puts into a request. The SDK's default of 512 costs it more.
const SPANS_PER_REQUEST: usize = 4_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, spans, compression] = arguments.as_slice() else {
        panic!("usage: ADDRESS SPANS gzip|none");
    };
    let spans = tasks(spans.parse().expect("a number of spans"));
    let batches: Vec<Vec<SpanData>> = spans
        .chunks(SPANS_PER_REQUEST)
        .map(|batch| batch.iter().map(span_data).collect())
        .collect();
    drop(spans);
    println!(
        "{}",
        export(address, compression == "gzip", batches).as_nanos()
    );
}

fn export(address: &str, gzip: bool, batches: Vec<Vec<SpanData>>) -> Duration {
    let before = cpu_time();
    let builder = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("http://{address}/v1/traces"));
    let builder = if gzip {
        builder.with_compression(Compression::Gzip)
    } else {
        builder
    };
    let mut exporter = builder.build().expect("the settings are right");
    let attributes = key_values(&resource().attributes);
    exporter.set_resource(
        &Resource::builder_empty()
            .with_attributes(attributes)
            .build(),
    );
    for batch in batches {
        futures_executor::block_on(exporter.export(batch)).expect("the sink takes everything");
    }
    cpu_time() - before
}
