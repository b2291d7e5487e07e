//! The reference page of configuration keys, printed from the table in `crates/config`.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;
use sparkspan_config::{KEYS, Key, Kind, PREFIX, Section};

use crate::template::render;

const SECTIONS: [Section; 6] = [
    Section::Delivery,
    Section::Sampling,
    Section::Content,
    Section::Limits,
    Section::Identity,
    Section::Plugin,
];

#[derive(Serialize)]
struct Page {
    prefix: &'static str,
    sections: Vec<PageSection>,
}

#[derive(Serialize)]
struct PageSection {
    title: &'static str,
    keys: Vec<PageKey>,
}

#[derive(Serialize)]
struct PageKey {
    name: &'static str,
    /// The values of a choice; empty for other kinds.
    choices: &'static [&'static str],
    kind: String,
    default: Option<&'static str>,
    default_in_replay: Option<&'static str>,
    variables: &'static [&'static str],
    meaning: &'static str,
    example: &'static str,
    shapes_spans: bool,
    live_only: bool,
}

/// `docs/reference/configuration.md`.
pub(crate) fn generate() -> Result<Vec<(PathBuf, String)>> {
    let sections = SECTIONS.map(|section| PageSection {
        title: section.title(),
        keys: KEYS
            .iter()
            .filter(|key| key.section == section)
            .map(|key| PageKey::of(key))
            .collect(),
    });
    let page = Page {
        prefix: PREFIX,
        sections: sections.into(),
    };
    let text = render(include_str!("../templates/configuration.md.j2"), &page)?;
    Ok(vec![(
        PathBuf::from("docs/reference/configuration.md"),
        text,
    )])
}

impl PageKey {
    fn of(key: &Key) -> Self {
        Self {
            name: key.name,
            choices: match key.kind {
                Kind::Choice(choices) => choices,
                _ => &[],
            },
            kind: key.kind.to_string(),
            default: key.default,
            default_in_replay: key.default_in_replay,
            variables: key.variables,
            meaning: key.meaning,
            example: key.example,
            shapes_spans: key.shapes_spans,
            live_only: key.live_only,
        }
    }
}
