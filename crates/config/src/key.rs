//! What the table says of a key.

use crate::Kind;

/// One configuration key.
#[derive(Debug)]
pub struct Key {
    /// The key's name after [`PREFIX`](crate::PREFIX).
    pub name: &'static str,
    /// What it is about.
    pub section: Section,
    /// Which values it takes.
    pub kind: Kind,
    /// The value when no source has one; `None` leaves it unset.
    pub default: Option<&'static str>,
    /// The default of a replay, where it is another one.
    pub default_in_replay: Option<&'static str>,
    /// The environment variables that it falls back to, the first one first.
    pub variables: &'static [&'static str],
    /// What it does, as the reference page says it (Markdown).
    pub meaning: &'static str,
    /// A value that somebody might set.
    pub example: &'static str,
    /// It changes which spans there are or what they carry. A replay takes such keys from the log and
    /// from its own command line only, because no machine may change the trace that a log gives.
    pub shapes_spans: bool,
    /// Only the plugin in a living driver uses it; a replay ignores it.
    pub live_only: bool,
    /// Its value is never shown.
    pub secret: bool,
}

/// What keys are about: the headings of the reference page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Where the spans go.
    Delivery,
    /// Which units of work are kept.
    Sampling,
    /// What is shown of them.
    Content,
    /// How much of it.
    Limits,
    /// Who the application and its caller are.
    Identity,
    /// How the plugin works.
    Plugin,
}

impl Section {
    /// The heading of the reference page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Delivery => "Where spans go",
            Self::Sampling => "What is kept",
            Self::Content => "What spans show",
            Self::Limits => "Limits",
            Self::Identity => "Names and callers",
            Self::Plugin => "The plugin",
        }
    }
}

impl Key {
    /// A key that shapes no spans, has no default and falls back to no variable.
    pub(crate) const fn new(
        name: &'static str,
        section: Section,
        kind: Kind,
        meaning: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name,
            section,
            kind,
            default: None,
            default_in_replay: None,
            variables: &[],
            meaning,
            example,
            shapes_spans: false,
            live_only: false,
            secret: false,
        }
    }

    pub(crate) const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    pub(crate) const fn default_in_replay(mut self, text: &'static str) -> Self {
        self.default_in_replay = Some(text);
        self
    }

    pub(crate) const fn variables(mut self, names: &'static [&'static str]) -> Self {
        self.variables = names;
        self
    }

    pub(crate) const fn shapes_spans(mut self) -> Self {
        self.shapes_spans = true;
        self
    }

    pub(crate) const fn live_only(mut self) -> Self {
        self.live_only = true;
        self
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}
