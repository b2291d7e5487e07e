//! A trace as a tree with bars, for the terminal.
//!
//! Every row is one span: what it is, when it ran within the trace, how long it took, and what tells
//! most about it. Long lists of siblings fold to those that matter: failures and the longest.

mod bar;
#[cfg(test)]
pub(crate) mod example;
mod facts;
pub(crate) mod quantity;
mod text;

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use sparkspan_model::{Span, Status};
use sparkspan_semconv::attribute;
use sparkspan_semconv::value::spark_span_type;

use crate::trace::Trace;
use bar::Scale;
use facts::{Fact, Label, Tone};
use quantity::{Count, Duration, Moment, counted};
use text::{clean, columns, fit};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const NOTICE: Style = AnsiColor::Yellow.on_default();
const FAILURE: Style = AnsiColor::Red.on_default().bold();

/// How many siblings of one kind are shown before the others fold into one row.
const SHOWN_SIBLINGS: usize = 12;
/// A stage's tasks differ little: the worst few tell enough.
const SHOWN_TASKS: usize = 3;
/// Levels that are drawn at most: who sends spans decides how deep they nest.
const DEEPEST: usize = 64;
/// Columns of the longest duration.
const DURATION_COLUMNS: usize = 7;

/// How a trace is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Columns there are.
    pub(crate) columns: usize,
    /// Characters beyond ASCII can be shown.
    pub(crate) unicode: bool,
    /// Levels of the tree that are shown; `None` for all.
    pub(crate) depth: Option<usize>,
    /// Show every span, fold nothing.
    pub(crate) all: bool,
}

/// A line of the tree before its columns are known.
struct Row<'a> {
    /// The lines that lead from the parent to here.
    branches: String,
    what: What<'a>,
}

enum What<'a> {
    Span(&'a Span),
    Folded(Folded),
}

/// Siblings of one kind that are not shown one by one.
struct Folded {
    text: String,
    /// Others of the kind are shown.
    is_rest: bool,
    start_unix_ns: u64,
    end_unix_ns: u64,
    longest_ns: u64,
}

/// A row, and what is needed to go on below it.
struct Entry<'a> {
    row: Row<'a>,
    position: Option<usize>,
    below: String,
    level: usize,
}

/// Draws a trace. Colours are always written: whoever made `out` strips them where they do not belong.
pub(crate) fn draw(trace: &Trace, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let drawing = Drawing { trace, layout };
    drawing.head(out)?;
    drawing.table(&drawing.rows(), out)
}

struct Drawing<'a> {
    trace: &'a Trace,
    layout: Layout,
}

impl<'a> Drawing<'a> {
    /// Whose trace it is, which one, when, and how much there is to it.
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let spans = self.trace.spans();
        let root = self.trace.roots().first();
        let known = |key: &str| {
            let root = self.trace.span(*root?);
            let value = root.attribute(key).or_else(|| root.resource.attribute(key));
            Some(self.clean(value?.as_str()?))
        };
        let name = known(attribute::SPARK_APP_NAME)
            .or_else(|| known(attribute::SERVICE_NAME))
            .unwrap_or_else(|| "unknown service".to_owned());
        write!(out, "{BOLD}{name}{BOLD:#}")?;
        if let Some(id) = known(attribute::SPARK_APP_ID) {
            write!(out, "  {id}")?;
        }
        if let Some(version) = known(attribute::SPARK_VERSION) {
            write!(out, "  Spark {version}")?;
        }
        if let Some(master) = known(attribute::SPARK_APP_MASTER) {
            write!(out, "  {master}")?;
        }
        let unix_ns = self.trace.start_unix_ns();
        write!(
            out,
            "\n{DIM}trace {}  {}  {}{DIM:#}",
            self.trace.id,
            Moment { unix_ns },
            counted(spans.len(), "span"),
        )?;
        let failed = spans.iter().filter(|span| is_failed(span)).count();
        if failed > 0 {
            write!(out, "  {FAILURE}{failed} failed{FAILURE:#}")?;
        }
        writeln!(out)
    }

    /// The rows from the top. It does not recurse, and goes no deeper than is drawn.
    fn rows(&self) -> Vec<Row<'a>> {
        let depth = self.layout.depth.unwrap_or(DEEPEST).min(DEEPEST);
        let mut rows = Vec::new();
        let mut pending = self.entries(None, "", 0);
        while let Some(entry) = pending.pop() {
            if let Some(position) = entry.position
                && entry.level + 1 < depth
            {
                pending.extend(self.entries(Some(position), &entry.below, entry.level + 1));
            }
            rows.push(entry.row);
        }
        rows
    }

    /// The children of a span, or the roots; the last one first.
    fn entries(&self, parent: Option<usize>, below: &str, level: usize) -> Vec<Entry<'a>> {
        let (shown, folded) = match parent {
            Some(parent) => self.fold(self.trace.children(parent), self.is_calm(parent)),
            None => self.fold(self.trace.roots(), false),
        };
        let mut all: Vec<(What<'a>, Option<usize>)> = shown
            .into_iter()
            .map(|position| (What::Span(self.trace.span(position)), Some(position)))
            .collect();
        all.extend(
            folded
                .into_iter()
                .map(|folded| (What::Folded(folded), None)),
        );
        // What folds whole stands where it began; a rest comes after those that it is the rest of.
        all.sort_by_key(|(what, _)| match what {
            What::Span(span) => span.start_unix_ns,
            What::Folded(folded) if folded.is_rest => u64::MAX,
            What::Folded(folded) => folded.start_unix_ns,
        });
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for (what, position) in all.into_iter().rev() {
            let (branch, continuation) = match (level, entries.is_empty(), self.layout.unicode) {
                (0, _, _) => ("", ""),
                (_, true, true) => ("└─ ", "   "),
                (_, false, true) => ("├─ ", "│  "),
                (_, true, false) => ("`- ", "   "),
                (_, false, false) => ("|- ", "|  "),
            };
            entries.push(Entry {
                row: Row {
                    branches: format!("{below}{branch}"),
                    what,
                },
                position,
                below: format!("{below}{continuation}"),
                level,
            });
        }
        entries
    }

    /// Which siblings are shown, in their order, and what the others fold to, by kind. The calm tasks
    /// of a calm stage tell nothing that the stage does not.
    fn fold(&self, siblings: &[usize], is_parent_calm: bool) -> (Vec<usize>, Vec<Folded>) {
        if self.layout.all {
            return (siblings.to_vec(), Vec::new());
        }
        let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for position in siblings {
            let kind = facts::kind(self.trace.span(*position));
            if kind == spark_span_type::TASK && is_parent_calm && self.is_calm(*position) {
                continue;
            }
            kinds.entry(kind).or_default().push(*position);
        }
        let (mut shown, mut folded) = (Vec::new(), Vec::new());
        for (kind, mut positions) in kinds {
            let limit = match kind {
                spark_span_type::PHASE => 0,
                spark_span_type::TASK => SHOWN_TASKS,
                _ => SHOWN_SIBLINGS,
            };
            // A fold of one would take the row that it saves.
            if positions.len() > limit + 1 {
                positions.sort_by_key(|position| {
                    let span = self.trace.span(*position);
                    std::cmp::Reverse((is_failed(span), length_ns(span)))
                });
                let rest = positions.split_off(limit);
                folded.extend(self.folded(kind, limit > 0, &rest));
            }
            shown.append(&mut positions);
        }
        shown.sort_unstable();
        (shown, folded)
    }

    /// Whether there is nothing to notice about a span.
    fn is_calm(&self, position: usize) -> bool {
        let facts = facts::facts(self.trace.span(position));
        facts.iter().all(|fact| fact.tone == Tone::Plain)
    }

    fn folded(&self, kind: &str, is_rest: bool, positions: &[usize]) -> Option<Folded> {
        let spans = || positions.iter().map(|position| self.trace.span(*position));
        let dots = if self.layout.unicode { "⋯" } else { "..." };
        let more = if is_rest { " more" } else { "" };
        let kind = self.clean(&facts::plural(kind, positions.len()));
        Some(Folded {
            text: format!("{dots} {}{more} {kind}", count(positions.len())),
            is_rest,
            start_unix_ns: spans().map(|span| span.start_unix_ns).min()?,
            end_unix_ns: spans().map(|span| span.end_unix_ns).max()?,
            longest_ns: spans().map(length_ns).max()?,
        })
    }

    /// The rows in columns: branches and name, bar, duration, facts.
    fn table(&self, rows: &[Row<'_>], out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<(String, String)> = rows.iter().map(|row| self.name(row)).collect();
        let longest_name = names
            .iter()
            .zip(rows)
            .map(|((kind, name), row)| columns(&row.branches) + columns(kind) + columns(name));
        let name_columns = longest_name
            .max()
            .unwrap_or(0)
            .clamp(20, (self.layout.columns * 9 / 20).max(20));
        let scale = Scale {
            start_unix_ns: self.trace.start_unix_ns(),
            end_unix_ns: self.trace.end_unix_ns(),
            columns: (self.layout.columns * 9 / 50).clamp(8, 40),
            unicode: self.layout.unicode,
        };
        let used = name_columns + scale.columns + DURATION_COLUMNS + 5;
        let fact_columns = self.layout.columns.saturating_sub(used);
        for (row, (kind, name)) in rows.iter().zip(names) {
            let Row { branches, what } = row;
            let branches = fit(branches.clone(), name_columns, self.ellipsis());
            let room = name_columns - columns(&branches);
            let kind = fit(kind, room, self.ellipsis());
            let room = room - columns(&kind);
            let name = fit(name, room, self.ellipsis());
            let padding = " ".repeat(room - columns(&name));
            let tint = tint(what);
            let (bar, length_ns, facts) = match what {
                What::Span(span) => (
                    scale.bar(span.start_unix_ns, span.end_unix_ns),
                    length_ns(span),
                    facts::facts(span),
                ),
                What::Folded(folded) => (
                    scale.shade(folded.start_unix_ns, folded.end_unix_ns),
                    folded.longest_ns,
                    vec![Fact {
                        tone: Tone::Plain,
                        text: "at most".to_owned(),
                    }],
                ),
            };
            let duration = Duration {
                ns: length_ns,
                unicode: self.layout.unicode,
            };
            write!(
                out,
                "{DIM}{branches}{DIM:#}{tint}{kind}{tint:#}{BOLD}{name}{BOLD:#}{padding} \
                 {tint}{bar}{tint:#} {duration:>DURATION_COLUMNS$}",
            )?;
            self.facts(facts, fact_columns, out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// What a row is called: its kind, and what tells it from others of the kind.
    fn name(&self, row: &Row<'_>) -> (String, String) {
        match &row.what {
            What::Folded(folded) => (folded.text.clone(), String::new()),
            What::Span(span) => {
                let Label { kind, name } = facts::label(span);
                let gap = if kind.is_empty() || name.is_empty() {
                    ""
                } else {
                    " "
                };
                (self.clean(&kind) + gap, self.clean(&name))
            }
        }
    }

    /// As many facts as there is room for.
    fn facts(&self, facts: Vec<Fact>, room: usize, out: &mut dyn Write) -> io::Result<()> {
        let (separator, separator_columns) = if self.layout.unicode {
            (" · ", 3)
        } else {
            (", ", 2)
        };
        let mut left = room;
        for (index, fact) in facts.into_iter().enumerate() {
            let text = self.clean(&fact.text);
            let (lead, lead_columns) = if index == 0 {
                ("  ", 0)
            } else {
                (separator, separator_columns)
            };
            // The first fact is the one that matters most: rather cut than left out.
            if index > 0 && lead_columns + columns(&text) > left {
                break;
            }
            let text = fit(text, left, self.ellipsis());
            left -= (lead_columns + columns(&text)).min(left);
            let style = match fact.tone {
                Tone::Plain => DIM,
                Tone::Notice => NOTICE,
                Tone::Failure => FAILURE,
            };
            write!(out, "{DIM}{lead}{DIM:#}{style}{text}{style:#}")?;
        }
        Ok(())
    }

    fn clean(&self, text: &str) -> String {
        clean(text, self.layout.unicode)
    }

    fn ellipsis(&self) -> char {
        if self.layout.unicode { '…' } else { '~' }
    }
}

/// The colour of a row's kind and bar.
fn tint(what: &What<'_>) -> Style {
    let What::Span(span) = what else { return DIM };
    if is_failed(span) {
        return FAILURE;
    }
    let colour = match facts::kind(span) {
        spark_span_type::SQL | spark_span_type::CONNECT_OPERATION | spark_span_type::BATCH => {
            AnsiColor::Magenta
        }
        spark_span_type::JOB => AnsiColor::Blue,
        spark_span_type::STAGE => AnsiColor::Green,
        spark_span_type::SHUFFLE_READ | spark_span_type::SHUFFLE_WRITE => AnsiColor::Yellow,
        _ => AnsiColor::Cyan,
    };
    colour.on_default()
}

fn is_failed(span: &Span) -> bool {
    matches!(span.status, Status::Error(_))
}

fn length_ns(span: &Span) -> u64 {
    span.end_unix_ns.saturating_sub(span.start_unix_ns)
}

fn count(number: usize) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::traces;

    const LAYOUT: Layout = Layout {
        columns: 80,
        unicode: true,
        depth: None,
        all: false,
    };

    fn drawn(spans: Vec<Span>, layout: Layout) -> String {
        let mut bytes = Vec::new();
        for trace in traces(spans) {
            draw(&trace, layout, &mut bytes).unwrap();
        }
        let text = String::from_utf8(bytes).unwrap();
        anstream::adapter::strip_str(&text).to_string()
    }

    /// Scenario: a query with a skewed and a failed stage, more tasks than are shown, and shuffles.
    /// Guarantees: the tree that a person reads on a terminal of 80 columns.
    #[test]
    fn drawing_of_an_application_on_80_columns() {
        insta::assert_snapshot!(drawn(example::application(), LAYOUT));
    }

    #[test]
    fn drawing_of_an_application_on_a_wide_terminal() {
        let layout = Layout {
            columns: 140,
            ..LAYOUT
        };
        insta::assert_snapshot!(drawn(example::application(), layout));
    }

    #[test]
    fn drawing_of_an_application_in_ascii_unfolded() {
        let layout = Layout {
            unicode: false,
            all: true,
            ..LAYOUT
        };
        insta::assert_snapshot!(drawn(example::application(), layout));
    }

    #[test]
    fn drawing_of_some_levels_shows_no_more() {
        let layout = Layout {
            depth: Some(2),
            ..LAYOUT
        };
        insta::assert_snapshot!(drawn(example::application(), layout));
    }

    /// Scenario: terminals from nothing to very wide, with and without Unicode.
    /// Guarantees: no line of the tree is longer than the terminal is wide, once it is usable at all.
    #[test]
    fn drawing_fits_its_columns() {
        for columns in [0, 1, 40, 60, 79, 80, 100, 200] {
            for unicode in [true, false] {
                let layout = Layout {
                    columns,
                    unicode,
                    ..LAYOUT
                };
                let text = drawn(example::application(), layout);
                let widest = text.lines().skip(2).map(text::columns).max();
                assert!(widest.unwrap() <= columns.max(40), "{columns}:\n{text}");
                assert!(unicode || text.is_ascii());
            }
        }
    }

    /// Scenario: a chain of spans far deeper than any application, as anybody could send it.
    /// Guarantees: it is drawn down to a bounded depth, without recursion.
    #[test]
    fn drawing_of_an_endless_chain_is_bounded() {
        let chain = (1..100_000)
            .map(|id| example::span(id, (id > 1).then(|| id - 1), "link", 0, 1))
            .collect();
        assert_eq!(drawn(chain, LAYOUT).lines().count(), 2 + DEEPEST);
    }
}
