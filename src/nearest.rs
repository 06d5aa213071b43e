//! What a misspelt word may have meant.

/// The similarity, from 0 to 1, from which on a word may be a misspelt one.
const SIMILAR: f64 = 0.7;

/// The known word that is most like `word`, without regard to case, and whether it may be
/// what was meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<(&'a str, bool)> {
    let word = word.to_lowercase();
    let similarity = |known: &str| strsim::jaro_winkler(&known.to_lowercase(), &word);
    let scored = known.iter().map(|known| (*known, similarity(known)));
    let (nearest, similarity) = scored.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some((nearest, similarity >= SIMILAR))
}
