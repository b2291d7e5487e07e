//! A line of an event log.

use sparkspan_events::{Event, Repair};

use crate::on_a_small_stack;

/// Any line is an event or an error. One that is as Spark writes it needs no repair, and is read the same either way.
pub fn line(line: &[u8]) {
    on_a_small_stack(|| {
        let mut repair = Repair::default();
        let read = Event::read(line, &mut repair).map(|event| format!("{event:?}"));
        if let Ok(event) = Event::parse(line) {
            assert_eq!(read.ok(), Some(format!("{event:?}")));
            assert_eq!(repair.count(), 0);
        }
        let _ = Event::name_in(line);
    });
}
