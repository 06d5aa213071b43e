//! What differs on a page that changes, and pages in other forms.

use std::fmt::Write as _;

use super::{PAGE, declared, differences, document, edited, report, with, without};
use crate::drift::report::Report;

/// The page with a change as `changes.txt` writes it.
#[track_caller]
fn changed(change: &str) -> String {
    if let Some(field) = change.strip_prefix("without ") {
        without(PAGE, field)
    } else if let Some(row) = change.strip_prefix("with ") {
        let (cells, field) = row.split_once(" before ").unwrap();
        with(PAGE, field, &cells.split(" | ").collect::<Vec<_>>())
    } else {
        let (old, new) = change.split_once(" => ").unwrap();
        edited(PAGE, old, new)
    }
}

#[test]
fn each_change_of_a_page_is_named_in_one_line() {
    let mut text = String::new();
    for line in include_str!("../../../tests/drift/changes.txt").lines() {
        if let Some((change, _)) = line.rsplit_once(" => ").filter(|_| !line.starts_with('#')) {
            let differences = differences(&report(&changed(change)));
            assert_eq!(differences.len(), 1, "{change}: {differences:#?}");
            writeln!(text, "{change} => {}", differences.join("")).unwrap();
        } else {
            writeln!(text, "{line}").unwrap();
        }
    }
    assert_golden("changes.txt", &text);
}

#[test]
fn what_has_no_place_in_the_document_is_unread() {
    let table = "\n   =========  ====\n   Parameter  Type\n   =========  ====\n   more       Long\n   \
                 =========  ====\n";
    let codes = table.replace("Parameter", "Code     ");
    let nameless = ["Any name", "String", "No", "-  It is free."];
    let bulbs = "      Parameter  Type     Mandatory  Description\n";
    let titled = |mandatory: &str, description: &str| {
        edited(
            PAGE,
            bulbs,
            &bulbs.replace("Mandatory", mandatory).replace("Description", description),
        )
    };
    let line = "POST /v1/{project_id}/lamps\n";
    let created = "   Returned status code 201: successful operation\n";
    for (page, expected) in [
        (titled("Obliged  ", "Description"), "a table without the column `Mandatory`"),
        (titled("Obliged  ", "Description"), "the column `Obliged` of a table"),
        (titled("Mandatory", "Explanation"), "a table without the column `Description`"),
        (titled("Mandatory", "Explanation"), "the column `Explanation` of a table"),
        (
            PAGE.replace(line, &format!("{line}\nPUT /v1/{{project_id}}/lamps\n")),
            "the operation `PUT /v1/{project_id}/lamps`: the page is read as that of POST \
             /v1/{project_id}/lamps",
        ),
        (
            PAGE.replace(created, &format!("{created}\n   Returned status code 202: accepted\n")),
            "the status 202: 201 is stated before",
        ),
        (format!("{PAGE}{table}"), "a table to which no field refers"),
        (format!("{PAGE}{codes}"), "a table without the columns `Parameter` and `Type`"),
        (with(PAGE, "watts", &["name", "String", "No", ""]), "a field that is listed twice"),
        (with(PAGE, "watts", &nameless), "`Any name` is no name of a field"),
        (
            edited(PAGE, "+\n      | room_id", "x\n      | room_id"),
            "a cell that spans several rows",
        ),
        (edited(PAGE, "| room_id   | ", "| room_id     "), "a line that does not fit the columns"),
    ] {
        let differences = differences(&report(&page));
        let unread = format!("(cannot read {expected})");
        assert!(differences.iter().any(|it| it.ends_with(&unread)), "{expected}: {differences:#?}");
    }
}

#[test]
fn example_with_an_id_in_its_path_is_no_other_operation() {
    let page = format!("{PAGE}\nPOST /v1/d2a3/lamps\n\nReturned status code 400: bad\n");
    assert!(differences(&report(&page)).is_empty(), "{}", report(&page));
}

#[test]
fn table_without_its_label_is_found_by_its_name() {
    let page = PAGE.replace("   .. _lamp__t7:\n", "");
    assert_ne!(page, PAGE);
    assert!(differences(&report(&page)).is_empty());
}

#[test]
fn rendered_page_is_compared_as_far_as_it_is_left() {
    let barred = include_str!("../../../tests/drift/barred.txt");
    let bare = include_str!("../../../tests/drift/bare.txt");
    assert_golden("rendered.golden", &(report(barred) + &report(bare)));
}

#[test]
fn page_of_an_operation_that_the_document_lacks_is_listed() {
    let page = include_str!("../../../tests/drift/switch.rst");
    assert_golden("switch.golden", &report(page));
}

#[test]
fn page_that_is_none_of_an_api_is_refused() {
    let example = "Example\n=======\n\nSend **POST https://{endpoint}/v1/{project_id}/lamps**.\n";
    for (text, message) in [
        ("", "page: is not a page of an API"),
        (example, "page: is not a page of an API"),
        ("POST /v1/{project_id}/lamps\n", "page: names POST /v1/{project_id}/lamps, but has no"),
    ] {
        let error = Report::of("page", text, &document(), &declared("")).err().unwrap();
        assert!(error.starts_with(message), "{error}");
    }
}

/// Compares with a file in `tests/drift`; with `BLESS` set, writes it.
#[track_caller]
fn assert_golden(name: &str, text: &str) {
    let file = format!("{}/tests/drift/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(file).unwrap());
}
