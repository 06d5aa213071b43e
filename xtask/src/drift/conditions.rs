//! Clauses that make a sentence hold only sometimes.

/// A sentence without what holds only sometimes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Conditioned {
    /// What holds always.
    pub(super) texts: Vec<String>,
    /// What holds sometimes, where the condition may be about one part of it only.
    pub(super) doubtful: Vec<String>,
}

/// What begins a condition.
const STARTS: [&str; 3] = ["only when ", "when ", "if "];

/// Words of a condition that is about the field itself, as in `if it is not specified`.
const OWN: &str = "\
    when if only the this parameter value field it its is are not no left out blank empty \
    specified set omitted unspecified unset absent provided configured given null";

/// Takes conditions out of a sentence. Rules that depend on other fields are not
/// compared, and go with them; what depends on the field itself holds as it stands.
pub(super) fn without_conditions(sentence: &str) -> Conditioned {
    let Some((before, clause, after)) = condition(sentence) else {
        return Conditioned { texts: vec![sentence.to_owned()], doubtful: Vec::new() };
    };
    let is_own = is_own(clause);
    let is_on_other = !is_own && is_comparison(clause);
    // Is the condition about the whole sentence, or about one clause of it?
    let is_whole = !before.contains(',') && clause.contains(" set to ");
    // What follows a leading condition depends on it.
    if is_on_other && before.trim().is_empty() {
        return Conditioned::default();
    }
    let mut rest = without_conditions(after);
    match (is_own, is_on_other) {
        (_, true) if is_whole => {}
        (true, _) => rest.texts.insert(0, before.to_owned()),
        (_, true) => rest.doubtful.push(before.to_owned()),
        // Not on a field: a part of what is said.
        _ => rest.texts.insert(0, format!("{before}{clause}")),
    }
    rest
}

/// The text before a condition, the condition up to the next comma, and the rest.
fn condition(sentence: &str) -> Option<(&str, &str, &str)> {
    let lower = sentence.to_ascii_lowercase();
    // Cautions begin like one.
    if lower.starts_with("exercise caution") {
        return None;
    }
    let begins_word = |at: &usize| {
        let before = lower.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '('])
    };
    let starts = STARTS.iter().flat_map(|start| lower.match_indices(start).map(|(at, _)| at));
    let at = starts.filter(begins_word).min()?;
    let (before, rest) = sentence.split_at(at);
    let end = rest.find([',', ';']).unwrap_or(rest.len());
    let (clause, after) = rest.split_at(end);
    Some((before, clause, after.trim_start_matches([',', ';', ' '])))
}

fn is_own(clause: &str) -> bool {
    let mut words = clause.split_whitespace().map(super::words::bare);
    words.all(|word| OWN.split(' ').any(|own| word.eq_ignore_ascii_case(own)))
}

/// Whether a clause says what something else is.
fn is_comparison(clause: &str) -> bool {
    clause.contains('_') || [" is ", " are "].iter().any(|verb| clause.contains(verb))
}
