//! What is held in memory, by a model that is the same on every machine and in every release.

use sparkspan_model::{Attribute, Span, Value};

/// How many task spans an undecided unit holds at the most.
pub(crate) const HELD_TASKS_LIMIT: usize = 500;

/// What an open thing takes with all that refers to it, without its texts and lists, bytes.
pub(crate) const EXECUTION_BYTES: usize = 1536;
pub(crate) const JOB_BYTES: usize = 1024;
pub(crate) const STAGE_BYTES: usize = 1536;
pub(crate) const BATCH_BYTES: usize = 1024;
pub(crate) const OPERATION_BYTES: usize = 1024;
/// What a task that has ended takes without its texts, bytes.
pub(crate) const ENDED_TASK_BYTES: usize = 768;
/// What each entry of a list or a table takes, bytes.
pub(crate) const ENTRY_BYTES: usize = 64;

const SPAN_BYTES: usize = 256;
const ATTRIBUTE_BYTES: usize = 64;

/// What a span takes in memory, bytes.
pub(crate) fn bytes_of(span: &Span) -> usize {
    let events = span
        .events
        .iter()
        .map(|event| ATTRIBUTE_BYTES + bytes_of_all(&event.attributes));
    let links = span
        .links
        .iter()
        .map(|link| ATTRIBUTE_BYTES + bytes_of_all(&link.attributes));
    SPAN_BYTES
        + span.name.len()
        + bytes_of_all(&span.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
}

/// What texts take in memory, bytes.
pub(crate) fn bytes_of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    let bytes = |text: &str| text.len() + ENTRY_BYTES;
    texts.into_iter().map(bytes).sum()
}

pub(crate) fn bytes_of_all(attributes: &[Attribute]) -> usize {
    let text = |attribute: &Attribute| match &attribute.value {
        Value::String(text) => text.len(),
        Value::Strings(texts) => texts.iter().map(|text| text.len() + ATTRIBUTE_BYTES).sum(),
        Value::Ints(numbers) => numbers.len() * 8,
        Value::Bool(_) | Value::Int(_) | Value::Double(_) => 0,
    };
    attributes
        .iter()
        .map(|attribute| ATTRIBUTE_BYTES + text(attribute))
        .sum()
}
