//! Figures that may be missing.

use std::fmt;

use serde::Deserialize;

/// A figure, if Spark measured it. What is negative was not measured: Spark writes -1 for what is not set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "i64")]
pub struct Measured(i64);

impl Measured {
    const NOTHING: Self = Self(-1);

    /// The figure.
    pub fn get(self) -> Option<i64> {
        (self.0 >= 0).then_some(self.0)
    }

    /// The sum of what was measured. A log may claim anything, so sums saturate.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        match (self.0, other.0) {
            (..0, _) => other,
            (_, ..0) => self,
            (one, other) => Self(one.saturating_add(other)),
        }
    }

    /// Whether it was measured and there was any of it.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl Default for Measured {
    fn default() -> Self {
        Self::NOTHING
    }
}

impl From<i64> for Measured {
    fn from(figure: i64) -> Self {
        Self(figure).max(Self::NOTHING)
    }
}

impl fmt::Debug for Measured {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_is_of_what_was_measured() {
        let [nothing, none, some, all] = [-5, 0, 3, i64::MAX].map(Measured::from);
        assert_eq!(nothing, Measured::default());
        assert_eq!(nothing.plus(nothing).get(), None);
        assert_eq!(nothing.plus(none).get(), Some(0));
        assert_eq!(some.plus(nothing).get(), Some(3));
        assert_eq!(some.plus(some).get(), Some(6));
        assert_eq!(all.plus(some).get(), Some(i64::MAX));
        assert_eq!(nothing.max(none), none);
    }
}
