//! Ends of tasks, read without what nobody needs of them: most lines of a log are these, and most of each is
//! accumulables.

use super::{TaskEnd, TaskInfo};
use crate::Text;

impl<'a> TaskEnd<'a> {
    /// Reads a line. Two thirds of it are accumulables and executor metrics, which nobody needs: where the line is in
    /// the order in which Spark writes it, they are not even looked at.
    pub(crate) fn parse(line: &'a str) -> Result<Self, serde_json::Error> {
        match Self::parse_in_order(line) {
            Some(task_end) => Ok(task_end),
            None => serde_json::from_str(line),
        }
    }

    /// `None` where the line is in another order or holds anything unexpected.
    ///
    /// The keys that are searched for cannot be found within a text, where their quotes are escaped.
    fn parse_in_order(line: &'a str) -> Option<Self> {
        let (head, rest) = split_once(line, r#","Task End Reason":"#)?;
        let (reason, rest) = split_once(rest, r#","Task Info":{"#)?;
        let (info, rest) = split_once(rest, r#","Accumulables":["#)?;
        // The last member: read to its end, it shows that the line is whole.
        let metrics = behind_accumulables(rest)?;
        let metrics = serde_json::from_str(metrics.strip_suffix('}')?).ok()?;
        let (mut stage_id, mut stage_attempt) = (None, 0);
        for (key, scalar) in Scalars(head.strip_prefix('{')?) {
            match (key, scalar?) {
                ("Stage ID", Scalar::Int(id)) => stage_id = Some(id),
                ("Stage Attempt ID", Scalar::Int(attempt)) => stage_attempt = attempt,
                ("Stage ID" | "Stage Attempt ID", _) => return None,
                _ => {}
            }
        }
        Some(Self {
            stage_id: stage_id?,
            stage_attempt,
            reason: serde_json::from_str(reason).ok()?,
            task: TaskInfo::of_scalars(info)?,
            metrics,
        })
    }
}

impl<'a> TaskInfo<'a> {
    fn of_scalars(text: &'a str) -> Option<Self> {
        let mut task = Self::default();
        let mut has_id = false;
        for (key, scalar) in Scalars(text) {
            match (key, scalar?) {
                ("Task ID", Scalar::Int(id)) => {
                    task.task_id = id;
                    has_id = true;
                }
                ("Index", Scalar::Int(index)) => task.index = index.into(),
                ("Attempt", Scalar::Int(attempt)) => task.attempt = attempt.into(),
                ("Partition ID", Scalar::Int(partition)) => task.partition = Some(partition),
                ("Launch Time", Scalar::Int(time)) => task.launch_time_ms = time,
                ("Executor ID", Scalar::Text(id)) => task.executor_id = Text(id.into()),
                ("Host", Scalar::Text(host)) => task.host = Text(host.into()),
                ("Locality", Scalar::Text(locality)) => task.locality = Some(Text(locality.into())),
                ("Speculative", Scalar::Bool(speculative)) => task.speculative = speculative,
                ("Getting Result Time", Scalar::Int(time)) => task.getting_result_time_ms = time,
                ("Finish Time", Scalar::Int(time)) => task.finish_time_ms = time,
                (
                    "Task ID"
                    | "Index"
                    | "Attempt"
                    | "Partition ID"
                    | "Launch Time"
                    | "Executor ID"
                    | "Host"
                    | "Locality"
                    | "Speculative"
                    | "Getting Result Time"
                    | "Finish Time",
                    _,
                ) => return None,
                _ => {}
            }
        }
        has_id.then_some(task)
    }
}

/// A value without structure.
enum Scalar<'a> {
    Int(i64),
    Bool(bool),
    Text(&'a str),
}

/// The members of an object between its braces, as long as their values are scalars without escapes;
/// what is not ends them with `None`.
struct Scalars<'a>(&'a str);

impl<'a> Iterator for Scalars<'a> {
    type Item = (&'a str, Option<Scalar<'a>>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let member = self.member();
        if member.is_none() {
            self.0 = "";
        }
        Some(member.map_or(("", None), |(key, scalar)| (key, Some(scalar))))
    }
}

impl<'a> Scalars<'a> {
    fn member(&mut self) -> Option<(&'a str, Scalar<'a>)> {
        let (key, rest) = self.0.strip_prefix('"')?.split_once(r#"":"#)?;
        let (scalar, rest) = if let Some(text) = rest.strip_prefix('"') {
            let (text, rest) = text.split_once('"')?;
            (Scalar::Text(text), rest)
        } else {
            let (word, rest) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            let scalar = match word {
                "true" => Scalar::Bool(true),
                "false" => Scalar::Bool(false),
                number => Scalar::Int(number.parse().ok()?),
            };
            (scalar, rest)
        };
        let is_plain = |text: &str| !text.contains(['\\', '"']);
        let plain = match scalar {
            Scalar::Text(text) => is_plain(key) && is_plain(text),
            Scalar::Int(_) | Scalar::Bool(_) => is_plain(key),
        };
        self.0 = match rest.strip_prefix(',') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return None,
        };
        plain.then_some((key, scalar))
    }
}

/// What follows on the name of the task's metrics; `None` where there is another `Task Info` before, which is the one
/// that counts.
fn behind_accumulables(mut rest: &str) -> Option<&str> {
    loop {
        (_, rest) = split_once(rest, r#","Task "#)?;
        if let Some(metrics) = rest.strip_prefix(r#"Metrics":"#) {
            return Some(metrics);
        }
        if rest.starts_with(r#"Info":"#) {
            return None;
        }
    }
}

fn split_once<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = memchr::memmem::find(text.as_bytes(), separator.as_bytes())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = concat!(
        r#"{"Event":"SparkListenerTaskEnd","Stage ID":3,"Stage Attempt ID":1,"Task Type":"ResultTask","#,
        r#""Task End Reason":{"Reason":"ExceptionFailure","Class Name":"a.B","Description":"x, \"Task Info\":{ y"},"#,
        r#""Task Info":{"Task ID":7,"Index":2,"Attempt":0,"Partition ID":2,"Launch Time":10,"Executor ID":"1","#,
        r#""Host":"h","Locality":"ANY","Speculative":true,"Getting Result Time":0,"Finish Time":20,"Failed":true,"#,
        r#""Killed":false,"Accumulables":[{"ID":1,"Value":[{"Task Metrics":{}}]}]},"#,
        r#""Task Executor Metrics":{"JVMHeapMemory":5},"#,
        r#""Task Metrics":{"Executor Run Time":9,"Shuffle Write Metrics":{"Shuffle Bytes Written":4}}}"#,
    );

    fn same(line: &str) -> bool {
        let in_order = TaskEnd::parse_in_order(line).map(|event| format!("{event:?}"));
        in_order
            == serde_json::from_str::<TaskEnd<'_>>(line)
                .ok()
                .map(|event| format!("{event:?}"))
    }

    /// Scenario: a line as Spark writes it, whole and with parts of it changed.
    /// Guarantees: reading it in order gives what serde gives, or nothing, and then serde reads it.
    #[test]
    fn line_in_order_is_read_as_serde_reads_it() {
        assert!(same(LINE), "{:?}", TaskEnd::parse_in_order(LINE));
        for (from, to) in [
            (r#""Index":2"#, r#""Index":"2""#),
            (r#""Host":"h""#, r#""Host":"\u0068""#),
            (r#""Host":"h""#, r#""Host":null"#),
            (r#""Stage ID":3"#, r#""Stage ID":{}"#),
            (
                r#","Task Metrics":{"Executor"#,
                r#","Task metrics":{"Executor"#,
            ),
            (r#""Task ID":7,"#, ""),
            (
                r#""Speculative":true,"#,
                r#""Speculative":true,"New":[1,2],"#,
            ),
        ] {
            let line = LINE.replace(from, to);
            assert_ne!(line, LINE, "{from}");
            assert!(
                TaskEnd::parse_in_order(&line).is_none() || same(&line),
                "{line}"
            );
        }
        let info = r#","Task Info":{"Task ID":8,"Accumulables":[]},"Task Executor"#;
        let twice = LINE.replace(r#","Task Executor"#, info);
        assert!(TaskEnd::parse(&twice).is_err());
        for end in 0..LINE.len() {
            assert!(TaskEnd::parse(&LINE[..end]).is_err(), "cut at {end}");
        }
    }
}
