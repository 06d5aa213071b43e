//! A JSON value that may hold secrets.

use std::ops::Deref;

use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroize;

use crate::lenient;

/// A JSON value whose texts are wiped when it is dropped.
#[derive(Default)]
pub(super) struct Wiped(Value);

impl Wiped {
    /// The value of a body; null if it is not JSON.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(serde_json::from_str(&lenient::text(body)).unwrap_or_default())
    }

    /// The same of a success, which may be large, with nothing but the id of the request.
    pub(super) fn read_request_id(body: &[u8]) -> Self {
        #[derive(Deserialize)]
        struct Success {
            request_id: Value,
        }
        let success = serde_json::from_str::<Success>(&lenient::text(body));
        Self(success.map(|body| json!({ "request_id": body.request_id })).unwrap_or_default())
    }
}

impl Deref for Wiped {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_left() {
        let mut value = json!({ "a": "secret", "b": [{ "c": "secret" }, "secret", 1, null] });
        wipe(&mut value);
        assert_eq!(value, json!({ "a": "", "b": [{ "c": "" }, "", 1, null] }));
    }
}
