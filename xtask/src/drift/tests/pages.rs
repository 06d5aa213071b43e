//! What differs on a page that changes, and pages in other forms.

use std::fmt::Write as _;

use similar::TextDiff;

use super::{PAGE, SWITCH, differences, document, drift_of, edited, with, without};
use crate::drift::drift;

const CHANGES: &str = include_str!("../../../tests/drift/changes.txt");

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
    let mut actual = String::new();
    for line in CHANGES.lines() {
        if let Some((change, _)) = line.rsplit_once(" => ").filter(|_| !line.starts_with('#')) {
            let differences = differences(&changed(change)).join("; ");
            writeln!(actual, "{change} => {differences}").unwrap();
        } else {
            writeln!(actual, "{line}").unwrap();
        }
    }
    let difference = TextDiff::from_lines(CHANGES, &actual);
    assert_eq!(actual, CHANGES, "{}", difference.unified_diff().context_radius(0));
}

#[test]
fn what_has_no_place_in_the_document_is_unread() {
    let table = "\n   =========  ====\n   Parameter  Type\n   =========  ====\n   more       Long\n   \
                 =========  ====\n";
    let border = "=========  ==================\n";
    let outer =
        format!("\n{border}Parameter  Type\n{border}more       :ref:`Inner <inner>`\n{border}");
    let inner = format!("{outer}\n.. _inner:\n\n.. table:: Inner\n{table}");
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
        (line.to_owned(), "a page without a table of fields"),
        (format!("{PAGE}{table}"), "the table ``: no field refers to it"),
        (format!("{PAGE}{inner}"), "the table ``: no field refers to it"),
        (format!("{PAGE}{codes}"), "a table without the columns `Parameter` and `Type`"),
        (with(PAGE, "watts", &["name", "String", "No", ""]), "a field that is listed twice"),
        (with(PAGE, "watts", &nameless), "`Any name`, which is not the name of a field"),
        (
            edited(PAGE, "+\n      | room_id", "x\n      | room_id"),
            "a cell that spans several rows",
        ),
        (edited(PAGE, "| room_id   | ", "| room_id     "), "a line that does not fit the columns"),
    ] {
        let differences = differences(&page);
        let unread = format!("(cannot read {expected})");
        assert!(!differences.iter().any(|it| it.contains("Inner")), "{differences:#?}");
        assert!(differences.iter().any(|it| it.ends_with(&unread)), "{expected}: {differences:#?}");
    }
}

#[test]
fn example_with_an_id_in_its_path_is_no_other_operation() {
    let page = format!("{PAGE}\nPOST /v1/d2a3/lamps\n\nReturned status code 400: bad\n");
    assert_eq!(differences(&page), [""; 0]);
}

#[test]
fn every_status_of_success_is_compared() {
    let created = "   Returned status code 201: successful operation\n";
    let page = PAGE.replace(created, &format!("{created}\n   Returned status code 202: soon\n"));
    assert_eq!(differences(&page), ["response status 201 202 != 201"]);
}

/// The vendor writes `SHA1` in notes on `sha1`.
#[test]
fn notes_on_values_are_compared_without_regard_to_case() {
    let page = edited(PAGE, "using **cold** as it is glaring.", "using COLD as it is glaring.");
    assert_eq!(differences(&page), [""; 0]);
}

#[test]
fn table_without_its_label_is_found_by_its_name() {
    let page = PAGE.replace("   .. _lamp__t7:\n", "");
    assert_ne!(page, PAGE);
    assert_eq!(differences(&page), [""; 0]);
}

#[test]
fn page_of_an_operation_that_the_document_lacks_is_listed_unless_it_is_left_out() {
    let drift = drift_of(SWITCH, &document(), "");
    insta::assert_snapshot!(drift.text);
    let readme = "```drift\nPUT /v1/{project_id}/switches/{switch_id} page operation described != \
                  -\n```";
    let drift = drift_of(SWITCH, &document(), readme);
    assert!(drift.findings.is_empty());
    let expected = "page: PUT /v1/{project_id}/switches/{switch_id}: left out, as declared\n";
    assert_eq!(drift.text, expected);
}

#[test]
fn page_without_an_operation_is_skipped_with_a_note() {
    let pages = ["", "Send **POST https://{endpoint}/v1/{project_id}/lamps**.\n"];
    let pages = pages.map(|text| ("page".to_owned(), text.to_owned()));
    let drift = drift(&document(), ("README.md", ""), &pages).unwrap();
    assert_eq!(drift.text, "page: skipped: it describes no operation\n".repeat(2));
}

#[test]
fn page_that_is_cut_off_after_any_line_is_not_clean() {
    let (whole, _) = PAGE.split_once("\nStatus Codes\n").unwrap();
    let first = PAGE.lines().position(|line| line.starts_with("POST ")).unwrap();
    let last = whole.trim_end().lines().count();
    for cut in first + 1..last {
        let text: String = PAGE.lines().take(cut).map(|line| line.to_owned() + "\n").collect();
        assert!(!differences(&text).is_empty(), "cut after line {cut}");
        // Within a line, and within a character of a border.
        _ = differences(&text[..text.len() - 2]);
    }
}

#[test]
fn damaged_page_does_not_panic() {
    for (number, piece) in
        ["|", "+", "``", ":ref:`", "\\", "é", "日本", "\0", "", "99999999999999999999"]
            .into_iter()
            .cycle()
            .take(400)
            .enumerate()
    {
        for page in [PAGE, SWITCH] {
            let mut characters: Vec<char> = page.chars().collect();
            let at = number * 7919 % characters.len();
            let end = (at + number % 8).min(characters.len());
            characters.splice(at..end, piece.chars());
            _ = differences(&characters.into_iter().collect::<String>());
        }
    }
}
