//! Replies of Jaeger's API v3, read one resource after the other: a trace may be longer than memory.

use std::fmt;
use std::io::{BufReader, Read};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::generated::trace::v1::ResourceSpans;

/// Hands on what is in a reply (`{"result":{"resourceSpans":[…]}}`, or several of these).
///
/// # Errors
///
/// If it is something else, and those of the reader.
pub(crate) fn read_reply(
    reader: impl Read,
    take: &mut dyn FnMut(ResourceSpans),
) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(reader));
    loop {
        let resource_spans = Field {
            name: "resourceSpans",
            is_required: false,
            content: Each(&mut *take),
        };
        let result = Field {
            name: "result",
            is_required: true,
            content: resource_spans,
        };
        result.deserialize(&mut json)?;
        if json.end().is_ok() {
            return Ok(());
        }
    }
}

/// An object of which one field counts.
struct Field<S> {
    name: &'static str,
    is_required: bool,
    content: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Field<S> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Field<S> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with the field `{}`", self.name)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut content = Some(self.content);
        while let Some(name) = map.next_key::<String>()? {
            match content.take_if(|_| name == self.name) {
                Some(content) => drop(map.next_value_seed(content)?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if self.is_required && content.is_some() {
            return Err(M::Error::missing_field(self.name));
        }
        Ok(())
    }
}

/// An array whose items are handed on.
struct Each<'t>(&'t mut dyn FnMut(ResourceSpans));

impl<'de> DeserializeSeed<'de> for Each<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of resources and their spans")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(reply: &str) -> serde_json::Result<Vec<String>> {
        let mut names = Vec::new();
        read_reply(reply.as_bytes(), &mut |resource| {
            let scopes = resource.scope_spans.into_iter();
            names.extend(scopes.flat_map(|scope| scope.spans).map(|span| span.name));
        })?;
        Ok(names)
    }

    #[test]
    fn reply_may_come_in_parts() {
        let part = |name: &str| {
            format!(
                r#"{{"result":{{"resourceSpans":[{{"resource":{{}},"scopeSpans":[
                   {{"spans":[{{"name":"{name}","attributes":[
                     {{"key":"ratio","value":{{"doubleValue":0.5}}}}]}}]}},{{}}]}}]}},"novelty":1}}"#
            )
        };
        assert_eq!(names(&part("a")).unwrap(), ["a"]);
        assert_eq!(names(&(part("a") + "\n" + &part("b"))).unwrap(), ["a", "b"]);
        assert_eq!(names(r#"{"result":{}}"#).unwrap(), [""; 0]);
    }

    #[test]
    fn something_else_is_no_reply() {
        for text in [
            "",
            "{}",
            "[]",
            "<html>",
            r#"{"error":{"httpCode":500}}"#,
            r#"{"result":{"resourceSpans":[]}}, more"#,
        ] {
            assert!(names(text).is_err(), "{text}");
        }
    }
}
