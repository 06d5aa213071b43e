//! The documented limits of request fields, by schema and field; those of
//! parameters by operation.
//!
//! ```
//! use otc_vpn::limits::dpd_request;
//!
//! assert!(dpd_request::TIMEOUT.contains(&30)); // seconds
//! ```

use std::fmt;
use std::net::Ipv4Addr;

/// How long a text may be, and which characters it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextLimits {
    /// Fewest characters.
    pub min_length: u32,
    /// Most characters.
    pub max_length: u32,
    /// The allowed characters.
    pub characters: CharacterSet,
}

impl TextLimits {
    /// Whether the length and the characters of `text` are within the limits.
    #[must_use]
    pub fn permits(&self, text: &str) -> bool {
        // Of ASCII alone, which is the usual case, a text needs one look at each byte.
        match self.characters.others.any_of(text) {
            0 => self.fits(text.len()),
            _ => self.fits_length(text) && self.first_misfit(text).is_none(),
        }
    }

    /// Whether the length of `text`, in characters, is within the limits.
    #[must_use]
    pub fn fits_length(&self, text: &str) -> bool {
        self.fits(if text.is_ascii() { text.len() } else { text.chars().count() })
    }

    fn fits(&self, length: usize) -> bool {
        u32::try_from(length)
            .is_ok_and(|length| (self.min_length..=self.max_length).contains(&length))
    }

    /// The first character of `text` that is not allowed.
    #[must_use]
    pub fn first_misfit(&self, text: &str) -> Option<char> {
        text.chars().find(|&c| !self.characters.contains(c))
    }
}

/// A set of characters, such as `0-9 A-Z a-z _ -`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CharacterSet {
    /// Whether `ranges` lists what is left out, not what is in.
    pub excluded: bool,
    /// Ranges of characters, both ends included.
    pub ranges: &'static [(char, char)],
    /// Whether letters of any language are in.
    pub letters: bool,
    /// Whether digits and other numerals of any script are in.
    pub digits: bool,
    /// All bytes but the ASCII characters that are allowed.
    others: Table,
}

impl CharacterSet {
    /// Every character.
    pub const ANY: Self = Self::new(true, &[], false, false);

    const fn new(
        excluded: bool,
        ranges: &'static [(char, char)],
        letters: bool,
        digits: bool,
    ) -> Self {
        let mut others = Table([1; 256]);
        let mut byte = 0_u8;
        while byte.is_ascii() {
            let of_any_language =
                (letters && byte.is_ascii_alphabetic()) || (digits && byte.is_ascii_digit());
            if in_ranges(byte as char, ranges) != excluded || of_any_language {
                others.set(byte, 0);
            }
            byte += 1;
        }
        Self { excluded, ranges, letters, digits, others }
    }

    /// Whether `c` is allowed.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        in_ranges(c, self.ranges) != self.excluded
            || (self.letters && (c.is_alphabetic() || is_accent(c)))
            || (self.digits && c.is_numeric())
    }
}

/// Whether `c` is the accent of a letter that is decomposed, as file names of macOS are.
fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

const fn in_ranges(c: char, mut ranges: &[(char, char)]) -> bool {
    while let [(from, to), rest @ ..] = ranges {
        if *from as u32 <= c as u32 && c as u32 <= *to as u32 {
            return true;
        }
        ranges = rest;
    }
    false
}

/// Bits for every byte.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Table([u8; 256]);

#[expect(clippy::indexing_slicing, reason = "there are as many entries as bytes")]
impl Table {
    const fn set(&mut self, byte: u8, bits: u8) {
        self.0[byte as usize] = bits;
    }

    fn of(&self, byte: u8) -> u8 {
        self.0[byte as usize]
    }

    /// The bits of all bytes of `text`.
    fn any_of(&self, text: &str) -> u8 {
        // By fours: half of the work would be counting.
        let (fours, rest) = text.as_bytes().as_chunks();
        let fours = fours.iter().fold(0, |seen, [a, b, c, d]| {
            seen | self.of(*a) | self.of(*b) | self.of(*c) | self.of(*d)
        });
        rest.iter().fold(fours, |seen, byte| seen | self.of(*byte))
    }
}

/// It is derived from what stands beside it.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for CharacterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = self.letters.then(|| "letters".to_owned());
        let digits = self.digits.then(|| "digits".to_owned());
        let ranges = self.ranges.iter().map(|&(from, to)| match (from, to) {
            (' ', ' ') => "blank".to_owned(),
            (from, to) if from.is_control() && to.is_control() => "control characters".to_owned(),
            (from, to) if from.is_whitespace() && to.is_whitespace() => "white space".to_owned(),
            (from, to) if from == to => from.to_string(),
            (from, to) => format!("{from}-{to}"),
        });
        let mut parts: Vec<String> = Vec::new();
        for part in letters.into_iter().chain(digits).chain(ranges) {
            // What has many ranges is listed once.
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let parts = parts.join(" ");
        match (self.excluded, parts.as_str()) {
            (true, "") => f.write_str("any character"),
            (true, parts) => write!(f, "any character except {parts}"),
            (false, parts) => f.write_str(parts),
        }
    }
}

/// Where an address must lie, and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressLimits {
    /// The network that the address lies in.
    pub block: (Ipv4Addr, u8),
    /// The network inside of it that the address does not lie in.
    pub excluded: (Ipv4Addr, u8),
    /// The length of the prefix that is written with the address.
    pub prefix_length: u8,
}

/// The classes of characters that a text must mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CharacterClasses {
    /// How many of the classes must occur.
    pub at_least: u32,
    /// The classes: a name and the ASCII characters of each. Others are not allowed.
    pub classes: &'static [(&'static str, &'static str)],
    ascii: Table,
}

impl CharacterClasses {
    /// The bit of characters in no class. The build allows seven classes.
    const OTHER: u8 = 1 << 7;

    const fn new(at_least: u32, classes: &'static [(&'static str, &'static str)]) -> Self {
        let mut ascii = Table([Self::OTHER; 256]);
        let (mut rest, mut bit) = (classes, 1);
        while let [(_, characters), others @ ..] = rest {
            let mut bytes = characters.as_bytes();
            while let [byte, more @ ..] = bytes {
                ascii.set(*byte, bit);
                bytes = more;
            }
            (rest, bit) = (others, bit << 1);
        }
        Self { at_least, classes, ascii }
    }

    /// How many of the classes occur in `text`; `None` if one of its characters is in
    /// no class.
    #[must_use]
    pub fn count_in(&self, text: &str) -> Option<u32> {
        let seen = self.ascii.any_of(text);
        (seen & Self::OTHER == 0).then_some(seen.count_ones())
    }
}

include!(concat!(env!("OUT_DIR"), "/limits.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_sets_say_what_they_hold() {
        let id = PROJECT_ID.characters;
        assert_eq!(id.to_string(), "0-9 A-Z a-z _ -");
        assert!(id.contains('Z') && !id.contains('.') && !id.contains('ä'));
        let tag = vpn_resource_tag_request::KEY.characters;
        assert_eq!(tag.to_string(), "letters digits blank _ . : = + - @ ¿ ¡");
        assert!(tag.contains('ñ') && tag.contains('٣') && !tag.contains('/'));
        let fqdn = ike_policy_request::LOCAL_ID.characters;
        assert_eq!(
            fqdn.to_string(),
            "any character except control characters blank white space & < > [ ] \\"
        );
        assert!(fqdn.contains('ü') && !fqdn.contains('\\'));
        let rejected = |c: char| c.is_control() || c.is_whitespace() || "&<>[]\\".contains(c);
        let misread = ('\0'..=char::MAX).find(|&c| fqdn.contains(c) == rejected(c));
        assert_eq!(misread, None);
        assert_eq!(CharacterSet::ANY.to_string(), "any character");
        assert!(CharacterSet::ANY.contains('\0') && CharacterSet::ANY.contains('ü'));
    }

    #[test]
    fn the_short_way_through_a_text_agrees_with_the_long_one() {
        for limits in [PROJECT_ID, vpn_resource_tag_request::VALUE, ike_policy_request::LOCAL_ID] {
            for c in '\0'..='\u{2fff}' {
                for text in [c.to_string(), format!("a{c}b"), c.to_string().repeat(256)] {
                    let in_full = (limits.min_length..=limits.max_length)
                        .contains(&(text.chars().count() as u32))
                        && text.chars().all(|c| limits.characters.contains(c));
                    assert_eq!(limits.permits(&text), in_full, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn classes_are_counted_once_and_others_found() {
        assert_eq!(PSK_CLASSES.count_in(""), Some(0));
        assert_eq!(PSK_CLASSES.count_in("aB1 aB1"), Some(4));
        for c in '\0'..='\u{ff}' {
            let kinds = PSK_CLASSES.classes.iter().filter(|(_, all)| all.contains(c)).count();
            let expected = (kinds == 1).then_some(1);
            assert_eq!(PSK_CLASSES.count_in(&c.to_string()), expected, "{c:?}");
        }
    }
}
