//! What is said of a page of our own making: that it agrees, each single change, and
//! pages that cannot be read.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use serde_json::Value;

use super::{Report, drift};
use crate::document::Document;

const PAGE: &str = include_str!("../../tests/drift/page.rst");
const DOCUMENT: &str = include_str!("../../tests/drift/document.yaml");

fn document() -> Document {
    Document::parse("document.yaml", DOCUMENT).unwrap()
}

fn compared(document: &Document, page: &str) -> Report {
    drift(document, "", "page.rst", page).unwrap()
}

fn new(report: &Report) -> Vec<&str> {
    report.new.iter().map(|difference| difference.text.as_str()).collect()
}

#[test]
fn a_page_that_agrees_has_no_difference() {
    let report = compared(&document(), PAGE);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.facts, 124);
}

/// The page with one text in the place of another one of the same width.
fn with(from: &str, to: &str) -> String {
    assert_eq!(PAGE.matches(from).count(), 1, "{from:?} stands once on the page");
    PAGE.replace(from, &format!("{to:width$}", width = from.chars().count()))
}

/// The page without the row, or with one more, of the line that begins so.
fn row(begin: &str, more: &str) -> String {
    let lines: Vec<&str> = PAGE.lines().collect();
    let at = lines.iter().position(|line| line.trim().starts_with(begin)).unwrap();
    let end = at + lines[at..].iter().position(|line| line.trim().starts_with("+-")).unwrap();
    let border = lines[end];
    let before = lines[..at].join("\n");
    let after = lines[end + 1..].join("\n");
    match more {
        "" => format!("{before}\n{after}\n"),
        row => format!("{before}\n{row}\n{border}\n{}\n{after}\n", lines[at..=end].join("\n")),
    }
}

#[test]
fn every_single_change_of_the_page_is_named_alone() {
    const PLACE: &str = "launch_boat: request/boat";
    let extra = "      | mast      | Integer                          | No        | How high.                                    |";
    let cases = [
        (with("default value is **steel**.", "default value is **wood**."), format!("{PLACE}/hull: default: page wood, document steel")),
        (with("    2      ", "    3      "), format!("{PLACE}/crew: default: page 3, document 2")),
        (with("of 2 to 40 ", "of 3 to 40 "), format!("{PLACE}/name: length: page 3 to 40, document 2 to 40")),
        (with("containing 2 ch", "containing 3 ch"), format!("{PLACE}/flags/country: length: page 3 to 3, document 2 to 2")),
        (with("from 1 to 12,", "from 1 to 13,"), format!("{PLACE}/crew: range: page 1 to 13, document 1 to 12")),
        (with("from 5 to 500.", "from 6 to 500."), format!("{PLACE}/engine/power: range: page 6 to 500, document 5 to 500")),
        (with("maximum of five ports", "maximum of six ports"), format!("{PLACE}/ports: most items: page 6, document 5")),
        (with("maximum of 20 flags", "maximum of 21 flags"), format!("{PLACE}/flags: most items: page 21, document 20")),
        (with("-  **paper**          ", "-  **paper** **foam** "), format!("{PLACE}/hull: values: page foam paper steel wood, document paper steel wood")),
        (with("-  **steel**: the usual one", "-  the usual one"), format!("{PLACE}/hull: values: page paper wood, document paper steel wood")),
        (with("**wood** (currently not supported)", "**wood**"), format!("{PLACE}/hull: unsupported: page none, document wood")),
        (with("when using **paper**.", "when using **steel**."), format!("{PLACE}/hull: weak: page steel, document paper")),
        (with("steel, wood or paper.", "steel, wood or paper, foam."), "launch_boat: response/boat/hull: values: page foam paper steel wood, document paper steel wood".to_owned()),
        (with("This parameter has been deprecated.", ""), format!("{PLACE}/sail: deprecated: page false, document true")),
        (with("Whether it has a sail.", "This has been deprecated."), String::new()),
        (with("Who sails it.", "It has been deprecated."), format!("{PLACE}/crew: deprecated: page true, document false")),
        (with("| crew      | Integer                          | No ", "| crew      | String                           | No "), format!("{PLACE}/crew: type: page String, document Integer")),
        (with("| ports     | Array of String                  | No ", "| ports     | String                           | No "), format!("{PLACE}/ports: type: page String, document Array of String")),
        (with("| name      | String                           | Yes ", "| name      | String                           | No  "), format!("{PLACE}/name: mandatory: page no, document yes")),
        (with("| crew      | Integer                          | No ", "| crew      | Integer                          | Yes"), format!("{PLACE}/crew: mandatory: page yes, document no")),
        (with("harbour_id String Yes", "harbour_id String No "), "launch_boat: parameter harbour_id: mandatory: page no, document yes".to_owned()),
        (with("harbour_id String Yes", "port_id    String Yes"), "launch_boat: parameter port_id: field: page String, document not there\nlaunch_boat: parameter harbour_id: field: page not there, document has it".to_owned()),
        (row("| sail ", ""), format!("{PLACE}/sail: field: page not there, document has it")),
        (row("| sail ", extra), format!("{PLACE}/mast: field: page Integer, document not there")),
        (row("| id ", ""), "launch_boat: response/boat/id: field: page not there, document has it".to_owned()),
    ];
    for (page, expected) in cases {
        let report = compared(&document(), &page);
        let expected: Vec<&str> = expected.lines().collect();
        assert_eq!(new(&report), expected, "{report}");
        assert!(report.unread.is_empty(), "{report}");
    }
}

#[test]
fn what_cannot_be_read_of_a_cell_is_said_with_its_line() {
    for (page, line, expected) in [
        (
            with("ranges from 1 to 12, in heads", "is between one and a lot"),
            52,
            "crew: The value is between one and a lot",
        ),
        (
            with("A maximum of 20 flags can be set.", "A maximum of some flags is set."),
            62,
            "flags: A maximum of some flags",
        ),
        (
            with("Engine <a-table>", "Motor <a-table>"),
            60,
            "request/boat/engine is a Motor, and there is no table",
        ),
    ] {
        let report = compared(&document(), &page);
        let [unread] = report.unread.as_slice() else { panic!("{report}") };
        assert!(unread.text.contains(expected), "{report}");
        assert_eq!(unread.line, line, "{report}");
        assert!(!report.is_clean());
    }
}

#[test]
fn what_is_declared_is_known_and_what_is_not_so_any_more_is_told() {
    let page = with("from 1 to 12,", "from 1 to 13,");
    let declared = "launch_boat: request/boat/crew: range: page 1 to 13, document 1 to 12";
    let text = format!("# Differences\n\n```drift\n{declared}\n```\n\n{declared}\n");
    let report = drift(&document(), &text, "page.rst", &page).unwrap();
    assert!(report.is_clean() && report.declared == 1, "{report}");
    // A further change of the same field is new, and the declaration is not so any more.
    let further = with("from 1 to 12,", "from 1 to 14,");
    let report = drift(&document(), &text, "page.rst", &further).unwrap();
    assert_eq!((report.new.len(), report.stale.len()), (1, 1), "{report}");
    let of_another = text.replace("launch_boat", "sink_boat");
    let report = drift(&document(), &of_another, "page.rst", PAGE).unwrap();
    assert!(report.is_clean(), "{report}");
}

/// Every fact that the page can contradict, each with a change of it.
fn mutations(value: &Value, pointer: &str, found: &mut Vec<(String, Value)>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
        }
        _ => return,
    };
    for (name, member) in members {
        let below = format!("{pointer}/{}", name.replace('/', "~1"));
        // Gone, and if it is a figure also another one.
        found.push((below.clone(), Value::Null));
        if let Some(number) = member.as_u64() {
            found.push((below.clone(), Value::from(number + 1)));
        }
        mutations(member, &below, found);
    }
}

fn mutated(document: &Value, pointer: &str, value: &Value) -> Value {
    let mut document = document.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Value::Null) => _ = members.remove(&name),
        (Value::Array(items), Value::Null) => _ = items.remove(name.parse().unwrap()),
        (parent, value) => match parent {
            Value::Object(members) => _ = members.insert(name, value.clone()),
            other => *other.get_mut(name.parse::<usize>().unwrap()).unwrap() = value.clone(),
        },
    }
    document
}

/// What the page does not speak of: the text around the facts.
fn is_no_fact(pointer: &str) -> bool {
    let last = pointer.rsplit('/').next().unwrap();
    ["/openapi", "/info"].iter().any(|part| pointer.starts_with(part))
        || last == "operationId"
        || pointer.contains("/parameters/0/") && matches!(last, "in" | "schema" | "type")
        || pointer.ends_with("Hull/type")
        // Without it the schema has properties all the same.
        || matches!(last, "type") && ["LaunchRequest", "LaunchResponse"].iter().any(|of| pointer.contains(of))
}

#[test]
fn taking_any_fact_out_of_the_document_is_noticed() {
    let whole = document().root().clone();
    let mut all = Vec::new();
    mutations(&whole, "", &mut all);
    let facts: Vec<_> = all.into_iter().filter(|(pointer, _)| !is_no_fact(pointer)).collect();
    let unnoticed: Vec<_> = facts
        .iter()
        .filter(|(pointer, value)| {
            let text = mutated(&whole, pointer, value).to_string();
            let Ok(document) = Document::parse("document.yaml", &text) else { return false };
            compared(&document, PAGE).is_clean()
        })
        .map(|(pointer, _)| pointer)
        .collect();
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
    assert_eq!(facts.len(), 116);
}

#[test]
fn a_page_that_is_none_is_refused_with_what_it_lacks() {
    let refused = |text: &str| drift(&document(), "", "page.rst", text).err().unwrap();
    assert!(refused("").contains("is no page of an operation"));
    assert!(refused("Boats\n=====\n\nThey swim.").contains("no line such as `POST /v5/…`"));
    let rendered =
        "URI\nPOST /v1/{harbour_id}/boats\nParameter |\nType |\n---|---|\nname |\nString |";
    assert!(refused(rendered).contains("give the page's source"));
    let no_parameters = "POST /v1/boats\n\n+---+---+\n| a | b |\n+===+===+\n| c | d |\n+---+---+\n";
    assert!(refused(no_parameters).contains("has no table of parameters"));
    assert!(
        refused(&with("| Yes       | The boat.", "| Perhaps   | The boat."))
            .contains("\"Perhaps\", not Yes or No")
    );
}

#[test]
fn an_operation_that_the_document_lacks_is_told_field_by_field() {
    let page = PAGE.replace("POST /v1/{harbour_id}/boats", "PUT /v1/{harbour_id}/boats");
    let report = compared(&document(), &page);
    let told = new(&report);
    assert_eq!(told.len(), 1 + 13, "{report}");
    assert!(told[0].starts_with("PUT /v1/{harbour_id}/boats:"), "{report}");
    assert!(told.contains(
        &"PUT /v1/{harbour_id}/boats: request Boat/crew: field: page Integer, document not there"
    ));
}

#[test]
fn a_page_that_is_cut_off_anywhere_makes_no_panic() {
    for at in (0..PAGE.len()).step_by(7) {
        let _ = drift(&document(), "", "page.rst", PAGE.get(..at).unwrap_or_default());
        let _ = drift(&document(), "", "page.rst", PAGE.get(at..).unwrap_or_default());
        let garbled: String =
            PAGE.chars().enumerate().filter(|(n, _)| n % 97 != at % 97).map(|(_, c)| c).collect();
        let _ = drift(&document(), "", "page.rst", &garbled);
    }
}
