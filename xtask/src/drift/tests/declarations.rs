//! Declarations: which apply, which are stale, which are invalid.

use super::{PAGE, README, differences_of, document, drift_of, edited};
use crate::drift::declared::read;

const LAMPS: &str = "POST /v1/{project_id}/lamps";

/// The differences of a page with another line in the block of the readme.
fn differences_with(page: &str, line: &str) -> Vec<String> {
    differences_of(&drift_of(page, &document(), &readme_with(line)))
}

fn readme_with(line: &str) -> String {
    README.replace("```drift\n", &format!("```drift\n{line}\n"))
}

#[test]
fn difference_that_is_not_declared_is_new() {
    let found = differences_of(&drift_of(PAGE, &document(), ""));
    assert_eq!(
        found,
        ["path.project_id length - != 1..64", "response.lamp.hung_at field - != string"]
    );
}

#[test]
fn declaration_of_what_is_no_difference_is_stale() {
    for line in [
        &*format!("{LAMPS} request.lamp.name length 1..64 != 1..63"),
        "* path.project_id length 9 != 1..64",
        "Lamp.state value A != -",
    ] {
        assert_eq!(differences_with(PAGE, line), [format!("stale: {line}")]);
    }
}

#[test]
fn one_declaration_covers_every_operation_or_schema() {
    let lines = "* path.project_id length - != 1..64\nLamp.hung_at field - != string";
    let readme = format!("```drift\n{lines}\n```");
    assert_eq!(differences_of(&drift_of(PAGE, &document(), &readme)), [""; 0]);
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
        let drift = drift_of(PAGE, &document(), &README.replace(old, new));
        assert!(!drift.findings.is_empty(), "{new}");
    }
}

#[test]
fn one_of_two_declared_values_that_is_gone_is_stale() {
    let page = edited(PAGE, "**ON** or **OFF**.", "**ON** or **A**.");
    let lines = format!(
        "{LAMPS} response.lamp.state value A != -\n{LAMPS} response.lamp.state value B != -\n\
         {LAMPS} response.lamp.state value - != OFF"
    );
    let stale = format!("stale: {LAMPS} response.lamp.state value B != -");
    assert_eq!(differences_with(&page, &lines), [stale]);
}

#[test]
fn unread_text_is_declared_by_its_fingerprint_wherever_it_stands() {
    let page = edited(PAGE, "-  Where it hangs.", "-  At most twice a day.");
    let found = differences_with(&page, "");
    let fingerprint = found[0].split(' ').nth(2).unwrap().to_owned();
    for place in [format!("{LAMPS} request.lamp.room_id"), "*".to_owned()] {
        let line = format!("{place} unread {fingerprint} != -");
        assert_eq!(differences_with(&page, &line), [""; 0]);
        assert_eq!(
            differences_with(&page, &line.replace('#', "#0")).len(),
            found.len() + usize::from(place != "*")
        );
    }
}

#[test]
fn line_that_is_not_a_declaration_is_an_error_with_its_number() {
    for (line, expected) in [
        ("POST", "write `WHERE KIND PAGE != DOCUMENT`"),
        ("POST /lamps request.lamp.name length 1..64", "write `WHERE"),
        ("POST /v1/{project_id}/lamps request.lamp.name colour 1 != 2", "`colour` is not a kind"),
        ("POST  /lamps request.lamp.name length 1 != 2", "write `WHERE"),
        ("* path.project_id length != 2", "write `WHERE"),
        ("PUT /v1/lamps request.lamp.name length 1 != 2", "PUT /v1/lamps is not an operation"),
        ("Lamp.colours value 1 != 2", "Lamp.colours is not a field"),
    ] {
        let (number, message) = read(&readme_with(line), &document()).err().unwrap();
        assert_eq!(number, 6, "{line}");
        assert!(message.starts_with(expected), "{line}: {message}");
    }
    let again = format!("{LAMPS} path.project_id length - != 1..64");
    let (number, message) = read(&readme_with(&again), &document()).err().unwrap();
    assert_eq!((number, message.as_str()), (8, "repeats line 6: remove one of them"));
    let (number, message) = read("text\n```drift\n", &document()).err().unwrap();
    assert_eq!((number, message.as_str()), (2, "the block has no end: close it with ```"));
}

#[test]
fn declarations_about_an_operation_that_is_left_out_are_valid() {
    let left_out = "PUT /v1/lamps page operation described != -";
    assert!(read(&readme_with(left_out), &document()).is_ok());
}

#[test]
fn our_declarations_are_about_operations_of_our_document() {
    let document = crate::read_document(&crate::our_document()).unwrap();
    let readme = crate::our_document().with_file_name("README.md");
    let declarations = read(&std::fs::read_to_string(readme).unwrap(), &document).unwrap();
    assert!(!declarations.is_empty());
}
