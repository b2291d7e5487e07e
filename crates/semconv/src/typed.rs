//! Names of attributes that know the class of their values.

use std::marker::PhantomData;

/// The key of an attribute of the class `C` (see [`class`](crate::class)). All keys there are stand in
/// [`key`](crate::key).
#[derive(Debug)]
pub struct Key<C> {
    name: &'static str,
    class: PhantomData<fn(C)>,
}

impl<C> Key<C> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            class: PhantomData,
        }
    }

    /// The attribute's name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<C> Clone for Key<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Key<C> {}

/// What the keys of attributes begin with that are named by something else, such as a setting.
#[derive(Debug)]
pub struct Template<C> {
    prefix: &'static str,
    class: PhantomData<fn(C)>,
}

impl<C> Template<C> {
    pub(crate) const fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            class: PhantomData,
        }
    }

    /// The name of the attribute for `name`.
    pub fn name(&self, name: &str) -> String {
        format!("{}.{name}", self.prefix)
    }
}
