//! The facts that the description of a field states, in the vendor's turns of phrase.

/// What a description says. What it does not say is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) default: Option<String>,
    pub(super) values: Vec<String>,
    pub(super) weak: Vec<String>,
    pub(super) unsupported: Vec<String>,
    pub(super) length: Option<(u64, u64)>,
    pub(super) range: Option<(u64, u64)>,
    pub(super) most_items: Option<u64>,
    pub(super) deprecated: bool,
    /// Parts that look like one of these and are none.
    pub(super) unread: Vec<String>,
}

/// Reads a description, item by item: several facts may stand in one cell.
pub(super) fn read(lines: &[String]) -> Facts {
    let mut facts = Facts::default();
    for item in items(lines) {
        read_item(&item, &mut facts);
    }
    facts
}

/// The items of the outermost list, each as one line; what stands between is one too.
fn items(lines: &[String]) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let text = line.trim();
        let begins = line.starts_with("- ") || line.starts_with("* ");
        if begins || !is_open {
            items.push(String::new());
        }
        let text = if begins { text.get(1..).unwrap_or_default().trim() } else { text };
        // A paragraph at the margin does not belong to the item above it.
        is_open = !text.is_empty() || line.is_empty();
        if let Some(item) = items.last_mut() {
            item.push(' ');
            item.push_str(text);
        }
    }
    items.iter().map(|item| item.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn read_item(item: &str, facts: &mut Facts) {
    facts.deprecated |= item.contains("has been deprecated");
    let mut is_read = false;
    if let Some(value) = after(item, &["default value is", "Default value:"]) {
        let value = first_word(value);
        is_read = !value.is_empty();
        facts.default = Some(value).filter(|_| is_read).or(facts.default.take());
    }
    if let Some(range) = after(item, &["ranges from"]).and_then(two_numbers) {
        is_read = true;
        facts.range = Some(range);
    }
    if let Some(length) = length(item) {
        is_read = true;
        facts.length = Some(length);
    }
    if let Some(count) = after(item, &["A maximum of", "a maximum of"]).and_then(number) {
        is_read = true;
        facts.most_items = Some(count);
    }
    is_read |= values(item, facts);
    let asks = ["Value range", "Default value", "The default value", "A maximum of"];
    let speaks_of_values = item.starts_with("The value ") && !item.starts_with("The value of ");
    if !is_read && (speaks_of_values || asks.iter().any(|ask| item.starts_with(ask))) {
        facts.unread.push(item.to_owned());
    }
}

fn after<'a>(text: &'a str, openings: &[&str]) -> Option<&'a str> {
    openings.iter().find_map(|opening| text.split_once(opening).map(|(_, rest)| rest.trim()))
}

/// A word without its markup and the mark after it.
fn first_word(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.trim_matches(|c: char| "*`.,;".contains(c)).to_owned()
}

fn number(text: &str) -> Option<u64> {
    const WORDS: [&str; 11] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = first_word(text);
    let spelt = WORDS.iter().position(|known| *known == word).map(|number| number as u64);
    word.parse().ok().or(spelt)
}

/// `60 to 604800, in seconds`
fn two_numbers(text: &str) -> Option<(u64, u64)> {
    let (low, high) = text.split_once(" to ")?;
    Some((number(low.rsplit(' ').next()?)?, number(high)?))
}

/// `a string of 1 to 64 characters`, `a UUID containing 36 characters`
fn length(item: &str) -> Option<(u64, u64)> {
    let (before, _) = item.split_once(" characters")?;
    let words: Vec<&str> = before.split_whitespace().collect();
    match words.as_slice() {
        [.., low, "to", high] => Some((low.parse().ok()?, high.parse().ok()?)),
        [.., only] => only.parse().ok().map(|only| (only, only)),
        [] => None,
    }
}

/// Reads the list of values of an item, if it has one.
fn values(item: &str, facts: &mut Facts) -> bool {
    let Some(list) = after(item, &["Value range:", "The value can be"]) else { return false };
    let (list, caution) = list.split_once("Exercise caution when using").unwrap_or((list, ""));
    let mut found = bold_values(list);
    if found.is_empty() {
        let list = list.trim_end_matches('.').replace(" and ", ", ").replace(" or ", ", ");
        let words: Vec<_> = list.split(',').map(str::trim).collect();
        let are_words = words.iter().all(|word| !word.is_empty() && !word.contains(' '));
        found = if are_words { words.into_iter().map(str::to_owned).collect() } else { Vec::new() };
    }
    for value in &found {
        let mark = format!("**{value}** (currently not supported)");
        if list.contains(&mark) || list.contains(&mark.replace("**", "")) {
            facts.unsupported.push(value.clone());
        }
    }
    facts.weak.extend(bold_values(caution));
    let is_read = !found.is_empty();
    // Both values of a boolean are no enumeration.
    if found != ["true", "false"] {
        facts.values = found;
    }
    is_read
}

/// The texts in bold that stand as values: alone, in a list, or before their meaning.
fn bold_values(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split("**").collect();
    let bold = parts.iter().enumerate().skip(1).step_by(2);
    bold.map(|(_, value)| (*value).to_owned()).filter(|value| !value.contains(' ')).collect()
}
