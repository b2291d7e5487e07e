//! The lines of real event logs.

use sparkspan_eventlog::discover;
use sparkspan_events::{Event, PlanNode, Repair};
use sparkspan_testkit::fixtures;

pub(crate) fn for_each_line(mut visit: impl FnMut(&str)) {
    for fixture in fixtures() {
        for log in discover(&fixture.log).unwrap().logs {
            let mut lines = log.lines();
            while let Some(line) = lines.next_line().unwrap() {
                visit(std::str::from_utf8(line).unwrap());
            }
        }
    }
}

fn read(line: &str) -> (String, Repair) {
    let mut repair = Repair::default();
    let event = Event::read(line.as_bytes(), &mut repair).unwrap();
    (format!("{event:?}"), repair)
}

/// The plan in an event, as it stands there.
fn plan_of<'a>(event: &Event<'a>) -> Option<&'a str> {
    let plan = match event {
        Event::SqlExecutionStart(start) => start.spark_plan_info?,
        Event::SqlAdaptiveExecutionUpdate(update) => update.spark_plan_info?,
        _ => return None,
    };
    Some(plan.get())
}

/// Scenario: every line of real logs, as it is and with a byte order mark, which the strict reading refuses.
/// Guarantees: the line needs no repair, and repaired it gives the same event.
#[test]
fn real_line_is_read_the_same_in_either_way() {
    let mut count = 0;
    for_each_line(|line| {
        let (event, repair) = read(line);
        assert_eq!((repair.event(), repair.count()), ("", 0));
        let (repaired, repair) = read(&format!("\u{feff}{line}"));
        assert_ne!(repair.event(), "");
        assert_eq!(repair.oddities(), []);
        assert_eq!(repaired, event);
        count += 1;
    });
    assert!(count > 10_000);
}

/// Scenario: every plan of real logs, as it is and with a member twice, which the strict reading refuses.
/// Guarantees: it is the same plan.
#[test]
fn real_plan_is_read_the_same_in_either_way() {
    let mut count = 0;
    for_each_line(|line| {
        let event = Event::parse(line.as_bytes()).unwrap();
        if let Some(plan) = plan_of(&event) {
            let odd = plan.replacen('{', r#"{"nodeName":null,"#, 1);
            let [plain, odd] = [plan, &odd].map(|plan| PlanNode::parse(plan).unwrap());
            assert_eq!(format!("{odd:?}"), format!("{plain:?}"));
            count += 1;
        }
    });
    assert!(count > 500);
}
