//! Names of the spans, span events and attributes that sparkspan writes, generated from the
//! registry in `semconv/`.
//!
//! Nothing here is edited by hand, and no other crate spells such a name itself.

#![forbid(unsafe_code)]

mod generated;

pub use generated::{ATTRIBUTES, ValueType, attribute, event, span, value};
