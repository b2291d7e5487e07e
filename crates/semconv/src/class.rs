//! Classes of attributes: what kind of value an attribute takes.
//!
//! Nothing is made of these types; they only distinguish those of [`Key`](crate::Key)s.

use std::marker::PhantomData;

/// A number or a truth value: `T` is `i64`, `f64` or `bool`.
#[derive(Debug)]
pub struct Number<T>(PhantomData<T>);

/// A fixed word, of an enumeration or of our own.
#[derive(Debug)]
pub enum Word {}

/// A name that is shown as it is: an id, a host, an application, a user, a table, an exception's class.
#[derive(Debug)]
pub enum Identifier {}

/// A text that somebody wrote, after redaction.
#[derive(Debug)]
pub enum Text {}

/// Several values of the class `C`.
#[derive(Debug)]
pub struct List<C>(PhantomData<C>);
