//! Where finished spans go.

use crate::Span;

/// Takes finished spans: an exporter, a file, a terminal tree, a test's vector.
///
/// A sink never refuses a span. One that meets a fault keeps it and says so when it is asked; whoever
/// feeds it decides whether to go on.
pub trait SpanSink {
    /// Takes one finished span. Children come before their parents.
    fn accept(&mut self, span: Span);
}

impl SpanSink for Vec<Span> {
    fn accept(&mut self, span: Span) {
        self.push(span);
    }
}

impl<S: SpanSink + ?Sized> SpanSink for &mut S {
    fn accept(&mut self, span: Span) {
        (**self).accept(span);
    }
}
