//! What the members of an event may be: what the strict reading of the structs beside it says by types, as data
//! for [`Repair`](crate::Repair).

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: &'static str,
    /// Another name of the same member.
    pub(crate) alias: Option<&'static str>,
    pub(crate) presence: Presence,
    pub(crate) shape: Shape,
}

/// Whether an object has a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Without it, the object means nothing.
    Required,
    /// Null is odd.
    Usual,
    /// Null is as good as nothing.
    Optional,
}

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Shape {
    Int,
    Float,
    Bool,
    Text,
    /// An accumulator's value, which may be anything and matters when it is a whole number.
    Total,
    /// JSON for another reader.
    Raw,
    Object(&'static [Member]),
    List(&'static Shape),
    /// An object whose members have names of their own.
    Map(&'static Shape),
    /// A list of two.
    Pair(&'static Shape),
    /// An object of properties, or a list of pairs.
    Properties,
    /// A text. That there is a property matters, even if nobody can read it.
    Property,
}

pub(crate) const fn required(name: &'static str, shape: Shape) -> Member {
    member(name, Presence::Required, shape)
}

pub(crate) const fn usual(name: &'static str, shape: Shape) -> Member {
    member(name, Presence::Usual, shape)
}

pub(crate) const fn optional(name: &'static str, shape: Shape) -> Member {
    member(name, Presence::Optional, shape)
}

const fn member(name: &'static str, presence: Presence, shape: Shape) -> Member {
    Member {
        name,
        alias: None,
        presence,
        shape,
    }
}

impl Member {
    pub(crate) const fn or(self, alias: &'static str) -> Self {
        Self {
            alias: Some(alias),
            ..self
        }
    }
}
