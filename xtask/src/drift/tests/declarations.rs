//! Declarations: which hold, which are stale, which are none.

use super::{PAGE, README, declared, differences, document, edited};
use crate::document::Document;
use crate::drift::declared::{check, read};
use crate::drift::report::Report;

const LAMPS: &str = "POST /v1/{project_id}/lamps";

fn report_with(readme: &str) -> Report {
    Report::of("page", PAGE, &document(), &declared(readme)).unwrap()
}

/// The home-made README with another line in its block.
fn readme_with(line: &str) -> String {
    README.replace("```drift\n", &format!("```drift\n{line}\n"))
}

#[test]
fn difference_that_is_not_declared_is_new() {
    let report = report_with("");
    assert!(!report.is_clean());
    let found = differences(&report.to_string());
    assert_eq!(
        found,
        ["path.project_id length - != 1..64", "response.lamp.hung_at field - != string"]
    );
}

#[test]
fn declaration_of_what_is_no_difference_is_stale() {
    let readme = readme_with(&format!("{LAMPS} request.lamp.name length 1..64 != 1..63"));
    let report = report_with(&readme);
    assert!(!report.is_clean());
    assert_eq!(
        report.to_string().lines().next().unwrap(),
        "README.md:6: POST /v1/{project_id}/lamps request.lamp.name length 1..64 != 1..63 (stale: \
         no difference on this page; if it is of the current edition, take the line out)"
    );
}

#[test]
fn declaration_of_another_value_does_not_cover() {
    for (old, new) in [
        ("length - != 1..64", "length 1..9 != 1..64"),
        ("length - != 1..64", "length - != 1..65"),
        ("path.project_id length", "path.project_id range"),
        ("path.project_id length", "path.project length"),
        ("hung_at field - != string", "hung_at field - != integer"),
    ] {
        assert!(README.contains(old));
        assert!(!report_with(&README.replace(old, new)).is_clean(), "{new}");
    }
}

#[test]
fn declaration_of_another_operation_is_not_judged() {
    let other = format!("{}s request.lamp.name length 1..64 != 1..63", LAMPS);
    assert!(report_with(&readme_with(&other)).is_clean());
}

#[test]
fn one_of_two_declared_values_that_is_gone_is_stale() {
    let document = document();
    let page = edited(PAGE, "**ON** or **OFF**.", "**ON** or **A**.");
    let lines = "POST /v1/{project_id}/lamps response.lamp.state value A != -\n\
                 POST /v1/{project_id}/lamps response.lamp.state value B != -\n\
                 POST /v1/{project_id}/lamps response.lamp.state value - != OFF";
    let report = Report::of("page", &page, &document, &declared(&readme_with(lines))).unwrap();
    let stale = "README.md: response.lamp.state value B != - (stale: no difference on this page; if it \
                 is of the current edition, take the line out)";
    assert_eq!(differences(&report.to_string()), [stale]);
}

#[test]
fn declaration_about_a_lost_cell_is_not_stale() {
    let bare = include_str!("../../../tests/drift/bare.txt");
    let line = format!("{LAMPS} request.lamp.watts range 1..9 != 1..100");
    let report = Report::of("page", bare, &document(), &declared(&readme_with(&line))).unwrap();
    assert!(!report.to_string().contains("stale:"), "{report}");
}

#[test]
fn something_unread_can_be_declared_by_its_fingerprint() {
    let page = edited(PAGE, "-  Where it hangs.", "-  At most twice a day.");
    let unread = format!("{LAMPS} request.lamp.room_id unread #");
    let report = |readme: &str| Report::of("page", &page, &document(), &declared(readme)).unwrap();
    let first = report(README).to_string();
    let line = first.lines().next().unwrap();
    let (_, found) = line.split_once(&unread).unwrap();
    let (fingerprint, _) = found.split_once(' ').unwrap();
    let line = format!("{unread}{fingerprint} != -");
    assert!(report(&readme_with(&line)).is_clean());
    assert!(!report(&readme_with(&line.replace('#', "#0"))).is_clean());
}

#[test]
fn line_that_is_no_declaration_is_an_error_with_its_number() {
    for line in [
        "POST",
        "POST /lamps request.lamp.name",
        "POST /lamps request.lamp.name length",
        "POST /lamps request.lamp.name length 1..64",
        "POST /lamps request.lamp.name colour 1 != 2",
        "POST  /lamps request.lamp.name length 1 != 2",
    ] {
        let (number, message) = read(&readme_with(line)).err().unwrap();
        assert_eq!(number, 6, "{line}");
        assert!(message.contains("METHOD PATH FIELD KIND PAGE != DOCUMENT"), "{message}");
    }
}

#[test]
fn declaration_that_stands_there_twice_is_an_error() {
    let line = format!("{LAMPS} path.project_id length - != 1..64");
    let (number, message) = read(&readme_with(&line)).err().unwrap();
    assert_eq!((number, message.as_str()), (8, "is declared in line 6 already: take one out"));
}

#[test]
fn declaration_about_no_operation_of_the_document_is_an_error() {
    let document = document();
    let check = |readme: &str| check(&read(readme).unwrap(), &document);
    assert_eq!(check(README), Ok(()));
    let lost = "PUT /v1/{project_id}/lamps request.lamp.name length 1..64 != 1..63";
    let (number, message) = check(&readme_with(lost)).unwrap_err();
    assert_eq!(number, 6);
    assert!(message.starts_with("PUT /v1/{project_id}/lamps is no operation"), "{message}");
    let left_out = format!("{lost}\nPUT /v1/{{project_id}}/lamps page operation described != -");
    assert_eq!(check(&readme_with(&left_out)), Ok(()));
}

#[test]
fn block_without_end_is_an_error() {
    let (number, message) = read("text\n```drift\n").err().unwrap();
    assert_eq!((number, message.as_str()), (2, "the block has no end: close it with ```"));
}

#[test]
fn our_declarations_are_about_operations_of_our_document() {
    let text = std::fs::read_to_string(crate::our_document()).unwrap();
    let document = Document::parse("vpn.yaml", &text).unwrap();
    let readme = crate::our_document().with_file_name("README.md");
    let declarations = read(&std::fs::read_to_string(readme).unwrap()).unwrap();
    assert!(!declarations.is_empty());
    assert_eq!(check(&declarations, &document), Ok(()));
}
