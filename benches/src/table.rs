//! Tables as in the README.

pub(crate) fn head(left: &[&str], right: &[&str]) {
    row(left.iter().chain(right));
    row(left.iter().map(|_| "---").chain(right.iter().map(|_| "---:")));
}

pub(crate) fn row(cells: impl IntoIterator<Item = impl ToString>) {
    let cells: Vec<String> = cells.into_iter().map(|cell| cell.to_string()).collect();
    println!("| {} |", cells.join(" | "));
}

pub(crate) fn ratio(value: i64, to: i64) -> String {
    format!("{:.2}", value as f64 / to as f64)
}
