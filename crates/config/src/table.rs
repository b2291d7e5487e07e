//! The table of all keys.

use crate::Key;
use crate::Kind::{
    Boolean, Choice, Count, Duration, List, Pairs, Ratio, Size, Text, TraceParent, Url,
};
use crate::key::Section::{Content, Delivery, Identity, Limits, Plugin, Sampling};

/// What every key begins with.
pub const PREFIX: &str = "spark.sparkspan.";

/// Every key, in the order of the reference page.
pub static KEYS: &[&Key] = &[
    &ENDPOINT,
    &PROTOCOL,
    &HEADERS,
    &COMPRESSION,
    &TIMEOUT,
    &INSECURE,
    &CERTIFICATE,
    &CLIENT_CERTIFICATE,
    &CLIENT_KEY,
    &SAMPLER,
    &SAMPLER_RATIO,
    &KEEP_FAILED,
    &KEEP_SLOW,
    &SCOPE,
    &TRACE_SQL,
    &TRACE_SHUFFLE,
    &TRACE_TASKS,
    &SQL_TEXT,
    &CONF_CAPTURE,
    &HISTORY_SERVER_URL,
    &BUDGET_SPANS,
    &BUDGET_MEMORY,
    &QUEUE_SIZE,
    &SHUTDOWN_TIMEOUT,
    &SERVICE_NAME,
    &RESOURCE,
    &TRACEPARENT,
    &ENABLED,
    &EVENT_LOG_EXTRAS,
    &NATIVE_DIR,
];

/// The variable whose endpoint is for traces alone, and is taken as it is.
pub(crate) const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// Keys that sparkspan or a caller writes under [`PREFIX`] as data: they configure nothing.
pub(crate) const RECORDS: &[&str] = &["context", "parent", "effective", "unit.traceparent"];

pub(crate) static ENDPOINT: Key = Key::new(
    "endpoint",
    Delivery,
    Url,
    "Where the spans go: a collector or a Jaeger. With `http/protobuf`, `/v1/traces` is appended, except to the value of \
     `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. With `grpc` the default's port is 4317.",
    "https://collector.example.com:4318",
)
.default("http://localhost:4318")
.variables(&[TRACES_ENDPOINT, "OTEL_EXPORTER_OTLP_ENDPOINT"]);

pub(crate) static PROTOCOL: Key = Key::new(
    "protocol",
    Delivery,
    Choice(&["http/protobuf", "grpc"]),
    "How the spans travel.",
    "grpc",
)
.default("http/protobuf")
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
]);

pub(crate) static HEADERS: Key = Key::new(
    "headers",
    Delivery,
    Pairs,
    "Headers of every request, such as a token. Prefer the variable: a SparkConf is shown in many places.",
    "authorization=Bearer%20abc",
)
.variables(&["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"])
.secret();

pub(crate) static COMPRESSION: Key = Key::new(
    "compression",
    Delivery,
    Choice(&["gzip", "zstd", "none"]),
    "How requests are compressed. Every receiver takes `gzip`; not every one takes `zstd`.",
    "none",
)
.default("gzip")
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
    "OTEL_EXPORTER_OTLP_COMPRESSION",
]);

pub(crate) static TIMEOUT: Key = Key::new(
    "timeout",
    Delivery,
    Duration,
    "How long one request may take.",
    "30s",
)
.default("10s")
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
]);

pub(crate) static INSECURE: Key = Key::new(
    "insecure",
    Delivery,
    Boolean,
    "Whether an endpoint without a scheme is reached by `http` rather than `https`.",
    "true",
)
.default("false")
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_OTLP_INSECURE",
]);

pub(crate) static CERTIFICATE: Key = Key::new(
    "certificate",
    Delivery,
    Text,
    "A PEM file of the only authorities whose certificates are trusted, instead of the system's.",
    "/etc/ssl/collector-ca.pem",
)
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
]);

pub(crate) static CLIENT_CERTIFICATE: Key = Key::new(
    "client.certificate",
    Delivery,
    Text,
    "A PEM file of the certificate that sparkspan shows to the endpoint (mutual TLS).",
    "/etc/ssl/sparkspan.pem",
)
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
]);

pub(crate) static CLIENT_KEY: Key = Key::new(
    "client.key",
    Delivery,
    Text,
    "A PEM file of that certificate's private key.",
    "/etc/ssl/sparkspan.key",
)
.variables(&[
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
    "OTEL_EXPORTER_OTLP_CLIENT_KEY",
]);

pub(crate) static SAMPLER: Key = Key::new(
    "sampler",
    Sampling,
    Choice(&[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ]),
    "Which units of work (root queries, jobs outside SQL, micro-batches, Connect operations) are kept. A unit is kept or dropped whole. \
     `parentbased_…` follows the flag of whoever called, and applies the rest where nobody did.",
    "always_on",
)
.default("parentbased_traceidratio")
.default_in_replay("always_on")
.variables(&["OTEL_TRACES_SAMPLER"])
.shapes_spans();

pub(crate) static SAMPLER_RATIO: Key = Key::new(
    "sampler.ratio",
    Sampling,
    Ratio,
    "Which part of the units the `…traceidratio` samplers keep. As OpenTelemetry has it, the variable counts only beside \
     `OTEL_TRACES_SAMPLER`, and a sampler set by that variable keeps all when it has no argument.",
    "0.25",
)
.default("0.1")
.variables(&["OTEL_TRACES_SAMPLER_ARG"])
.shapes_spans();

pub(crate) static KEEP_FAILED: Key = Key::new(
    "keep.failed",
    Sampling,
    Boolean,
    "Whether units that failed are kept although the sampler drops them.",
    "false",
)
.default("true")
.shapes_spans();

pub(crate) static KEEP_SLOW: Key = Key::new(
    "keep.slow",
    Sampling,
    Duration,
    "Units that take at least this long are kept although the sampler drops them; `0` keeps none for being slow.",
    "30s",
)
.default("5m")
.shapes_spans();

pub(crate) static SCOPE: Key = Key::new(
    "scope",
    Sampling,
    Choice(&["application", "unit", "auto"]),
    "What one trace holds: the whole `application`, or one `unit`. `auto` chooses `unit` for applications that serve many callers (Spark Connect, \
     Thrift server, shells, notebooks).",
    "unit",
)
.default("auto")
.shapes_spans();

pub(crate) static TRACE_SQL: Key = Key::new(
    "trace.sql",
    Content,
    Boolean,
    "Whether SQL executions and their phases are spans.",
    "false",
)
.default("true")
.shapes_spans();

pub(crate) static TRACE_SHUFFLE: Key = Key::new(
    "trace.shuffle",
    Content,
    Boolean,
    "Whether the shuffle reading and writing of a stage are spans.",
    "false",
)
.default("true")
.shapes_spans();

pub(crate) static TRACE_TASKS: Key = Key::new(
    "trace.tasks",
    Content,
    Choice(&["outliers", "all", "none"]),
    "Which tasks are spans: the failed, the slowest and the stragglers of each stage, `all`, or `none`. With `all` a trace grows with the data.",
    "none",
)
.default("outliers")
.shapes_spans();

pub(crate) static SQL_TEXT: Key = Key::new(
    "sql.text",
    Content,
    Choice(&["sanitized", "off", "raw"]),
    "What is sent of SQL texts and plans: `sanitized` replaces every literal by `?`, `off` leaves them out, `raw` sends them with their literals.",
    "off",
)
.default("sanitized")
.shapes_spans();

pub(crate) static CONF_CAPTURE: Key = Key::new(
    "conf.capture",
    Content,
    List,
    "Further configuration keys of the application whose values its span shows. What Spark redacts stays redacted.",
    "spark.sql.shuffle.partitions,spark.dynamicAllocation.enabled",
)
.shapes_spans();

pub(crate) static HISTORY_SERVER_URL: Key = Key::new(
    "historyServer.url",
    Content,
    Url,
    "The History Server that spans link to.",
    "https://history.example.com",
)
.shapes_spans();

pub(crate) static BUDGET_SPANS: Key = Key::new(
    "budget.spans",
    Limits,
    Count,
    "How many spans a trace may have before further units come without their tasks.",
    "50000",
)
.default("10000")
.shapes_spans();

pub(crate) static BUDGET_MEMORY: Key = Key::new(
    "budget.memory",
    Limits,
    Size,
    "How much memory the tracing may hold: spans of units that are not decided yet, and plans and texts of what is open. When it is full, such units lose their tasks, then all spans but the root; then queries lose their plans; at last what has been silent for longest is closed.",
    "128m",
)
.default("64m")
.shapes_spans();

pub(crate) static QUEUE_SIZE: Key = Key::new(
    "queue.size",
    Limits,
    Size,
    "How much may wait for the endpoint. A driver drops and counts what comes while it is full.",
    "64m",
)
.default("16m")
.live_only();

pub(crate) static SHUTDOWN_TIMEOUT: Key = Key::new(
    "shutdown.timeout",
    Limits,
    Duration,
    "How long the end of the application may wait for the last spans to be sent.",
    "10s",
)
.default("5s")
.live_only();

pub(crate) static SERVICE_NAME: Key = Key::new(
    "service.name",
    Identity,
    Text,
    "The service that the driver's spans belong to, followed by `-driver`, and the executors', followed by `-executor`. By default the \
     application's name, or `service.name` of the resource.",
    "nightly-orders",
)
.variables(&["OTEL_SERVICE_NAME"])
.shapes_spans();

pub(crate) static RESOURCE: Key = Key::new(
    "resource",
    Identity,
    Pairs,
    "Further attributes of the resource of every span.",
    "deployment.environment.name=production,service.namespace=shop",
)
.variables(&["OTEL_RESOURCE_ATTRIBUTES"])
.shapes_spans();

pub(crate) static TRACEPARENT: Key = Key::new(
    "traceparent",
    Identity,
    TraceParent,
    "The span that called the application, by W3C Trace Context: its trace is the application's.",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)
.variables(&["TRACEPARENT"])
.live_only();

pub(crate) static ENABLED: Key = Key::new(
    "enabled",
    Plugin,
    Boolean,
    "Whether the plugin does anything at all. `OTEL_SDK_DISABLED=true` turns it off.",
    "false",
)
.default("true")
.variables(&["OTEL_SDK_DISABLED"])
.live_only();

pub(crate) static EVENT_LOG_EXTRAS: Key = Key::new(
    "eventLog.extras",
    Plugin,
    Boolean,
    "Whether what the plugin knows beyond Spark's events (sanitized SQL text, planning phases) goes into the event log, so that a replay has it too.",
    "false",
)
.default("true")
.live_only();

pub(crate) static NATIVE_DIR: Key = Key::new(
    "native.dir",
    Plugin,
    Text,
    "A directory that holds the native library, instead of the copy in the jar.",
    "/opt/sparkspan",
)
.live_only();
