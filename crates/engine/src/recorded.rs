//! What the driver of a traced application records in its SparkConf, from where Spark carries it into the
//! event log. A driver writes all of them before Spark's first event; a replay trusts them.

/// The application's own context, as a W3C `traceparent`: all other ids follow from it.
pub const CONTEXT: &str = "spark.sparkspan.context";
/// The context of whoever called the application, if somebody did.
pub const PARENT: &str = "spark.sparkspan.parent";
/// The settings that shape its spans, as `sparkspan-config` writes them.
pub const EFFECTIVE: &str = "spark.sparkspan.effective";
