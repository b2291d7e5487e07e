//! Names of the spans, span events and attributes that sparkspan writes, generated from the
//! registry in `semconv/`.
//!
//! Nothing in [`attribute`], [`key`], [`span`], [`event`] and [`value`] is edited by hand, and no other
//! crate spells such a name itself. Who reads an attribute finds it by its name in [`attribute`]; who
//! writes one needs its [`Key`] in [`key`], which takes values of the attribute's [`class`] alone.

#![forbid(unsafe_code)]

pub mod class;
mod generated;
mod typed;

pub use generated::{ATTRIBUTES, Class, ValueType, attribute, event, key, span, value};
pub use typed::{Key, Template};
