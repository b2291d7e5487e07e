//! Events in any order, with losses and repetitions.
