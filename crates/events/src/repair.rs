//! Lines that are not quite as Spark writes them.
//!
//! One odd field must not cost an event. The strict reading of a line knows only yes and no; where it says no, the
//! line is written again by what its event may hold ([`Shape`]), without what is odd, and read strictly then. So the
//! good line costs nothing more, and what is read of an odd one is what would be read of it if the odd field were not
//! there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::ops::Range;

use crate::event::{members_of, simple_name};
use crate::json::{Broken, Reader, Value, decoded, is_json_number, write_text};
use crate::shape::{Member, Presence, Shape};

/// What stands in place of the value of a property: what Spark writes of a secret
/// (`Utils.REDACTION_REPLACEMENT_TEXT`), so that nobody shows it or takes the property for one that is not set.
const REDACTED: &str = "*********(redacted)";
/// How many odd fields of a line are named.
const NAMED_ODDITIES: usize = 3;
/// What of a name that a user gave is repeated, characters.
const NAME_CHARS: usize = 80;

/// A line written again, and what was left out of it.
#[derive(Debug, Default)]
pub struct Repair {
    pub(crate) line: String,
    pub(crate) event: String,
    oddities: Vec<Oddity>,
    count: u64,
    loses_values: bool,
}

/// A field that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The way to it, such as `Task Info.Speculative` or `Stage Info.RDD Info[2].RDD ID`. A name that a user gave is
    /// cut.
    pub field: String,
    /// What stands there.
    pub found: Found,
}

/// What stands where something else should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each says it by its name")]
pub enum Found {
    Nothing,
    Null,
    Bool,
    Number,
    /// A number of the right kind that 64 bits do not hold.
    GreatNumber,
    Text,
    List,
    Object,
}

impl fmt::Display for Oddity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match self.found {
            Found::Nothing => "missing",
            Found::Null => "null",
            Found::Bool => "a boolean",
            Found::Number => "a number",
            Found::GreatNumber => "a number beyond 64 bits",
            Found::Text => "a text",
            Found::List => "a list",
            Found::Object => "an object",
        };
        write!(formatter, "{} is {found}", self.field)
    }
}

impl Repair {
    /// The event's name, without its package; empty when nothing was odd.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// How many fields were left out.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first of them.
    pub fn oddities(&self) -> &[Oddity] {
        &self.oddities
    }

    /// Whether a field that was left out held a number which Spark takes.
    pub fn loses_values(&self) -> bool {
        self.loses_values
    }

    /// Accounts for what was left out of the plan of a query, which is not read with its `event`.
    pub fn plan(&mut self, event: &str, oddity: Oddity) {
        event.clone_into(&mut self.event);
        self.leave_out(oddity);
    }

    /// Writes the line of the event with this name again; the oddity is what the event means nothing without.
    pub(crate) fn write(&mut self, line: &str, name: &str) -> Result<Result<(), Oddity>, Broken> {
        simple_name(name).clone_into(&mut self.event);
        let members = members_of(&self.event);
        let mut writing = Writing {
            reader: Reader::new(line),
            path: Vec::new(),
            repair: self,
        };
        let value = writing.reader.value()?;
        let written = match writing.value(&Shape::Object(members), value) {
            Ok(()) => Ok(()),
            Err(Unfit::Odd(oddity)) => Err(oddity),
            Err(Unfit::Broken | Unfit::Absent) => return Err(Broken),
        };
        writing.reader.end()?;
        Ok(written)
    }

    fn leave_out(&mut self, oddity: Oddity) {
        self.count += 1;
        self.loses_values |= oddity.found == Found::GreatNumber;
        if self.oddities.len() < NAMED_ODDITIES {
            self.oddities.push(oddity);
        }
    }
}

/// Why a value was not written. It was read to its end unless the line is broken.
enum Unfit {
    Broken,
    /// It is how Spark writes that there is none.
    Absent,
    Odd(Oddity),
}

impl From<Broken> for Unfit {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}

struct Writing<'a, 'r> {
    reader: Reader<'a>,
    path: Vec<Step<'a>>,
    repair: &'r mut Repair,
}

/// From a value to one in it.
enum Step<'a> {
    Member(&'static str),
    /// A name that is not one of Spark's, escaped as it is.
    Entry(&'a str),
    Element(usize),
}

impl<'a> Writing<'a, '_> {
    /// Writes a value. It calls itself as deep as shapes go, not as deep as the line does.
    fn value(&mut self, shape: &Shape, value: Value<'a>) -> Result<(), Unfit> {
        match (shape, value) {
            (Shape::Object(members), Value::Object) => return self.object(members),
            (Shape::List(element), Value::List) => return self.list(element),
            (Shape::Map(entry), Value::Object) => return self.map(entry),
            (Shape::Pair(element), Value::List) => return self.pair(element),
            (Shape::Properties, Value::Object) => return self.map(&Shape::Property),
            (Shape::Properties, Value::List) => return self.list(&Shape::Pair(&Shape::Property)),
            (Shape::Raw, _) => return Ok(self.reader.copy(value, &mut self.repair.line)?),
            _ => {}
        }
        self.reader.skip(value)?;
        let line = &mut self.repair.line;
        match (shape, value) {
            (Shape::Int, _) if let Some(number) = value.int() => {
                let _ = write!(line, "{number}");
            }
            (Shape::Int, Value::Number(_)) => return Err(self.odd(Found::GreatNumber)),
            (Shape::Float, Value::Number(word) | Value::Text(word)) if is_json_number(word) => {
                line.push_str(word);
            }
            (Shape::Float, Value::Number(_) | Value::Text("NaN" | "Infinity" | "-Infinity")) => {
                return Err(Unfit::Absent);
            }
            (Shape::Bool, Value::Bool(truth)) => {
                let _ = write!(line, "{truth}");
            }
            (Shape::Text | Shape::Property, Value::Text(text)) => write_text(text, line, ""),
            (Shape::Text | Shape::Property, Value::Number(_) | Value::Bool(_)) => {
                write_text(&value.text().unwrap_or_default(), line, "");
            }
            (Shape::Property, _) => {
                write_text(REDACTED, line, "");
                let oddity = self.oddity(found(value));
                self.repair.leave_out(oddity);
            }
            (Shape::Total, _) => match value.text().and_then(|text| text.parse::<i64>().ok()) {
                Some(total) => {
                    let _ = write!(line, "{total}");
                }
                None => return Err(Unfit::Absent),
            },
            _ => return Err(self.odd(found(value))),
        }
        Ok(())
    }

    fn object(&mut self, members: &[Member]) -> Result<(), Unfit> {
        // Where the members are that were written.
        let mut written: Vec<Option<Range<usize>>> = vec![None; members.len()];
        let mut useless: Option<Oddity> = None;
        self.repair.line.push('{');
        while let Some(raw) = self.reader.next_member()? {
            let name = decoded(raw);
            let value = self.reader.value()?;
            let known = |member: &Member| member.name == name || member.alias == Some(&*name);
            let Some(position) = members.iter().position(known) else {
                self.reader.skip(value)?;
                continue;
            };
            let (member, place) = (&members[position], &mut written[position]);
            if let Some(before) = place.take() {
                self.blank(before);
            }
            if member.presence == Presence::Optional && value == Value::Null {
                continue;
            }
            let start = self.repair.line.len();
            write_text(member.name, &mut self.repair.line, ":");
            match self.part(start, Step::Member(member.name), &member.shape, value)? {
                None => {
                    *place = Some(start..self.repair.line.len()).filter(|range| !range.is_empty());
                }
                Some(oddity) if member.presence == Presence::Required => useless = Some(oddity),
                Some(oddity) => self.repair.leave_out(oddity),
            }
        }
        self.close('}');
        let mut needed = members.iter().zip(&written);
        let missing =
            needed.find(|(member, place)| member.presence == Presence::Required && place.is_none());
        match missing {
            None => Ok(()),
            Some((member, _)) => Err(Unfit::Odd(useless.unwrap_or_else(|| {
                self.path.push(Step::Member(member.name));
                let oddity = self.oddity(Found::Nothing);
                self.path.pop();
                oddity
            }))),
        }
    }

    fn list(&mut self, element: &Shape) -> Result<(), Unfit> {
        self.repair.line.push('[');
        let mut index = 0;
        while self.reader.next_element()? {
            let start = self.repair.line.len();
            let value = self.reader.value()?;
            if let Some(oddity) = self.part(start, Step::Element(index), element, value)? {
                self.repair.leave_out(oddity);
            }
            index += 1;
        }
        self.close(']');
        Ok(())
    }

    fn map(&mut self, entry: &Shape) -> Result<(), Unfit> {
        let mut written: HashMap<Cow<'a, str>, Range<usize>> = HashMap::new();
        self.repair.line.push('{');
        while let Some(name) = self.reader.next_member()? {
            if let Some(before) = written.remove(&decoded(name)) {
                self.blank(before);
            }
            let start = self.repair.line.len();
            write_text(name, &mut self.repair.line, ":");
            let value = self.reader.value()?;
            if let Some(oddity) = self.part(start, Step::Entry(name), entry, value)? {
                self.repair.leave_out(oddity);
            }
            written.insert(decoded(name), start..self.repair.line.len());
        }
        self.close('}');
        Ok(())
    }

    /// Half a pair is none.
    fn pair(&mut self, element: &Shape) -> Result<(), Unfit> {
        self.repair.line.push('[');
        let (mut length, mut useless) = (0, None);
        while self.reader.next_element()? {
            let value = self.reader.value()?;
            match self.value(element, value) {
                Ok(()) => self.repair.line.push(','),
                Err(Unfit::Broken) => return Err(Unfit::Broken),
                Err(unfit) => useless = Some(unfit),
            }
            length += 1;
        }
        self.close(']');
        match useless {
            Some(unfit) => Err(unfit),
            None if length == 2 => Ok(()),
            None => Err(self.odd(Found::List)),
        }
    }

    /// Takes a member back that comes again: it is what it is at last.
    fn blank(&mut self, member: Range<usize>) {
        let blank = " ".repeat(member.len());
        self.repair.line.replace_range(member, &blank);
    }

    /// Writes a value of a container, with a comma behind it; takes back what was written from `start` on if it is
    /// unfit.
    fn part(
        &mut self,
        start: usize,
        step: Step<'a>,
        shape: &Shape,
        value: Value<'a>,
    ) -> Result<Option<Oddity>, Unfit> {
        self.path.push(step);
        let result = self.value(shape, value);
        self.path.pop();
        let oddity = match result {
            Ok(()) => {
                self.repair.line.push(',');
                return Ok(None);
            }
            Err(Unfit::Absent) => None,
            Err(Unfit::Odd(oddity)) => Some(oddity),
            Err(broken) => return Err(broken),
        };
        self.repair.line.truncate(start);
        Ok(oddity)
    }

    /// Ends a container, whose last member or element has a comma behind it.
    fn close(&mut self, bracket: char) {
        let line = &mut self.repair.line;
        line.truncate(line.trim_end_matches(' ').len());
        if line.ends_with(',') {
            line.pop();
        }
        line.push(bracket);
    }

    fn odd(&self, found: Found) -> Unfit {
        Unfit::Odd(self.oddity(found))
    }

    fn oddity(&self, found: Found) -> Oddity {
        let mut field = String::new();
        for step in &self.path {
            let dot = if field.is_empty() { "" } else { "." };
            let _ = match step {
                Step::Member(name) => write!(field, "{dot}{name}"),
                Step::Entry(raw) => write!(field, "{dot}{}", shown(raw)),
                Step::Element(index) => write!(field, "[{index}]"),
            };
        }
        Oddity { field, found }
    }
}

/// A name for people to read, which is theirs and may hold anything.
fn shown(raw: &str) -> String {
    let name = decoded(raw);
    let visible = name.chars().filter(|c| !c.is_control());
    visible.take(NAME_CHARS).collect()
}

pub(crate) fn found(value: Value<'_>) -> Found {
    match value {
        Value::Object => Found::Object,
        Value::List => Found::List,
        Value::Text(_) => Found::Text,
        Value::Number(_) => Found::Number,
        Value::Bool(_) => Found::Bool,
        Value::Null => Found::Null,
    }
}

#[cfg(test)]
mod tests;
