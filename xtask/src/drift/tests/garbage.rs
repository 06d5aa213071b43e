//! Pages that are cut off or damaged: a report or an error, never a panic.

use super::{PAGE, README, declared, document};
use crate::drift::report::Report;

const PAGES: [&str; 4] = [
    PAGE,
    include_str!("../../../tests/drift/barred.txt"),
    include_str!("../../../tests/drift/bare.txt"),
    include_str!("../../../tests/drift/switch.rst"),
];

#[test]
fn page_that_is_cut_off_is_not_clean() {
    let (document, declared) = (document(), declared(README));
    let (whole, _) = PAGE.split_once("\nStatus Codes\n").unwrap();
    let end = whole.trim_end().len();
    for cut in 0..PAGE.len() {
        let text = PAGE.get(..cut).unwrap();
        if text.ends_with("  ") || text.ends_with("--") {
            continue; // The cut one byte before was the same.
        }
        let report = Report::of("page", text, &document, &declared);
        let is_clean = report.is_ok_and(|report| report.is_clean());
        assert_eq!(is_clean, cut >= end, "cut at byte {cut}");
    }
}

#[test]
fn page_that_is_cut_off_at_any_byte_does_not_panic() {
    let (document, declared) = (document(), declared(README));
    for page in PAGES.iter().skip(1) {
        for cut in 0..page.len() {
            let _ = Report::of("page", page.get(..cut).unwrap(), &document, &declared);
        }
    }
}

#[test]
fn damaged_page_does_not_panic() {
    let (document, declared) = (document(), declared(README));
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for round in 0..600 {
        let mut bytes = PAGES.get(round % PAGES.len()).unwrap().as_bytes().to_vec();
        for _ in 0..1 + random.below(20) {
            let at = random.below(bytes.len());
            let piece = *PIECES.get(random.below(PIECES.len())).unwrap();
            let end = (at + random.below(8)).min(bytes.len());
            bytes.splice(at..end, piece.bytes());
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = Report::of("page", &text, &document, &declared).map(|report| report.to_string());
    }
}

#[test]
fn noise_does_not_panic() {
    let (document, declared) = (document(), declared(README));
    let mut random = Random(7);
    for _ in 0..300 {
        let mut text = "POST /v1/{project_id}/lamps\n".to_owned();
        for _ in 0..random.below(400) {
            text.push_str(PIECES.get(random.below(PIECES.len())).unwrap());
        }
        let _ = Report::of("page", &text, &document, &declared).map(|report| report.to_string());
    }
}

/// What pages are made of, and what breaks their readers.
const PIECES: [&str; 44] = [
    "\n",
    "\n",
    " ",
    "  ",
    "|",
    "| ",
    " |\n",
    "+",
    "+-",
    "+---+---+\n",
    "+===+===+\n",
    "=====  =====\n",
    "-",
    "- ",
    ".. ",
    ".. table:: T\n",
    ".. _x:\n",
    "``",
    "**",
    "\\",
    ":ref:`",
    "<x>`",
    "`",
    ":",
    ".",
    ",",
    "(",
    ")",
    "é",
    "日本",
    "\u{feff}",
    "\0",
    "Parameter",
    "Type",
    "Mandatory",
    "Description",
    "Array of",
    " object",
    "String",
    "Yes",
    "Value range:",
    "Default value:",
    "1 to 64 characters",
    "99999999999999999999",
];

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}
