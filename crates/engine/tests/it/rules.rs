//! The rules, each by a small log of its own.
