//! Taking secrets out of what the service says: it may repeat what was sent, as it was
//! or as it was encoded on the way. Recognised are the escapes of JSON, of URLs and of
//! forms, two of them one upon the other, and base64 by itself or within two of them; no
//! other encoding is. Every copy that may hold a secret is wiped.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// In the place of a secret.
const REDACTED: &str = "[redacted]";
/// In the place of a text in which a secret is encoded.
const WITHHELD: &str = "[withheld: it repeats a secret]";

/// The text without the secrets. The longest comes first: one may be a part of another.
pub(super) fn redacted(text: &str, secrets: &[SecretString]) -> String {
    let secrets = secrets.iter().map(ExposeSecret::expose_secret);
    let mut secrets: Vec<&str> = secrets.filter(|secret| !secret.is_empty()).collect();
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    let mut text = Zeroizing::new(text.to_owned());
    for secret in &secrets {
        text = Zeroizing::new(text.replace(secret, REDACTED));
    }
    match !secrets.is_empty() && readings(&text).iter().any(|text| holds(text, &secrets)) {
        true => WITHHELD.to_owned(),
        false => std::mem::take(&mut *text),
    }
}

/// The text, and what it becomes without the encodings of JSON, of URLs or of forms, once
/// and twice, each different one once.
fn readings(text: &str) -> Vec<Zeroizing<String>> {
    let mut readings = vec![Zeroizing::new(text.to_owned())];
    let mut undecoded = 0;
    for _ in 0..2 {
        let before = readings.len();
        for reading in
            readings.iter().skip(undecoded).flat_map(|it| decoded(it)).collect::<Vec<_>>()
        {
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
        undecoded = before;
    }
    readings
}

/// Whether the text holds one of the secrets, as it is or in base64.
fn holds(text: &str, secrets: &[&str]) -> bool {
    secrets.iter().any(|secret| text.contains(secret)) || is_in_base64(text, secrets)
}

/// The text without the escapes of JSON, of URLs, and of forms.
fn decoded(text: &str) -> [Zeroizing<String>; 3] {
    let percent = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let form = Zeroizing::new(text.replace('+', " "));
    [json_unescaped(text), percent(text), percent(&form)].map(Zeroizing::new)
}

/// The text with its escapes resolved, also where it is only a part of a JSON text. They
/// are units of UTF-16: a character may take two. No buffer grows and leaves a smaller one
/// behind, for no escape is shorter than its character.
fn json_unescaped(text: &str) -> String {
    let mut units = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        units.extend(before.encode_utf16());
        let hex = escape.strip_prefix('u').and_then(|escape| escape.split_at_checked(4));
        let unit = hex.and_then(|(hex, after)| Some((u16::from_str_radix(hex, 16).ok()?, after)));
        rest = match unit {
            Some((unit, after)) => {
                units.push(unit);
                after
            }
            None => {
                let mut characters = escape.chars();
                if let Some(character) = characters.next() {
                    units.extend_from_slice(escaped(character).encode_utf16(&mut [0; 2]));
                }
                characters.as_str()
            }
        };
    }
    units.extend(rest.encode_utf16());
    let mut result = String::with_capacity(text.len());
    let characters = char::decode_utf16(units.iter().copied());
    result.extend(characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)));
    result
}

/// What a letter behind a backslash stands for.
fn escaped(letter: char) -> char {
    match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    }
}

/// Reads what was cut off too.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn is_in_base64(text: &str, secrets: &[&str]) -> bool {
    let is_of_it = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let shortest = secrets.iter().map(|secret| secret.len()).min().unwrap_or_default();
    text.split(|c| !is_of_it(c)).filter(|run| run.len() > shortest).any(|run| {
        let run = Zeroizing::new(run.replace('-', "+"));
        let run = Zeroizing::new(run.replace('_', "/"));
        // It may begin in the middle of something else that is encoded.
        (0..4).any(|skipped| {
            let run = run.get(skipped..).unwrap_or_default();
            // A last character alone is no byte.
            let whole = run.get(..run.len() - usize::from(run.len() % 4 == 1)).unwrap_or_default();
            let decoded = Zeroizing::new(BASE64.decode(whole).unwrap_or_default());
            secrets.iter().any(|secret| {
                decoded.windows(secret.len()).any(|window| window == secret.as_bytes())
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Pa\"ss/wo+rd 1\\2";

    fn cleaned(text: &str) -> String {
        redacted(text, &[SecretString::from(SECRET)])
    }

    #[test]
    fn a_plain_secret_is_taken_out_and_the_rest_stays() {
        assert_eq!(cleaned(&format!("key {SECRET} is bad")), "key [redacted] is bad");
        assert_eq!(cleaned("key is bad"), "key is bad");
        let both = [SecretString::from("abcdef"), SecretString::from("")];
        assert_eq!(redacted("abcdef", &both), REDACTED);
        let nested = [SecretString::from("abc"), SecretString::from("abcdef")];
        assert_eq!(redacted("abcdef", &nested), REDACTED, "in whatever order");
    }

    #[test]
    fn an_encoded_secret_withholds_the_text() {
        let json = serde_json::to_string(SECRET).unwrap();
        let base64 = |prefix: &str| BASE64.encode(format!("{prefix}{SECRET}, and more"));
        for encoded in [
            json.clone(),
            json.replace('/', "\\/"),
            SECRET.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
            percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC)
                .to_string(),
            "Pa%22ss%2fwo%2brd%201%5c2".to_owned(),
            url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect(),
            "Pa\\u002522ss%2Fwo%2Brd%201%5C2".replace("\\u0025", "%"),
            base64(""),
            BASE64.encode(SECRET),
            BASE64.encode(format!("a{SECRET}")),
            BASE64.encode(format!("ab{SECRET}")).trim_end_matches('=').to_owned(),
            percent_encoding::utf8_percent_encode(&json, percent_encoding::NON_ALPHANUMERIC)
                .to_string(),
            base64("a"),
            base64("ab"),
            base64("abc").replace('/', "_").replace('+', "-"),
        ] {
            assert_eq!(cleaned(&format!("bad value {encoded} given")), WITHHELD, "{encoded}");
        }
    }

    #[test]
    fn a_secret_may_look_encoded_itself() {
        for secret in ["half%41\"key", "a+b\"c+d"] {
            let text = format!("bad value {}", serde_json::to_string(secret).unwrap());
            assert_eq!(redacted(&text, &[SecretString::from(secret)]), WITHHELD, "{secret}");
        }
    }

    #[test]
    fn other_encoded_texts_stay() {
        for text in [
            "100% sure, 50%",
            "a\\nb",
            "\\",
            "\\u12",
            "%",
            "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=",
            "0123456789abcdef0123456789abcdef",
            "Grüße+%C3%BC",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }
}
