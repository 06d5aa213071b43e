//! The connections that stand in a response that cannot be read.

use secrecy::SecretString;

use crate::document::operation::Operation;
use crate::error::ConnectionKey;
use crate::found_keys::found_in;
use crate::lenient;
use crate::transport::error_body;

/// The connections that the body names, if the operation returns any.
pub(super) fn salvaged(
    body: &[u8],
    operation: Option<&Operation>,
    secrets: &[SecretString],
) -> Vec<ConnectionKey> {
    if !operation.is_some_and(|operation| operation.returns_connections) {
        return Vec::new();
    }
    let keys = found_in(&lenient::text(body)).keys;
    keys.into_iter().map(|key| cleaned(key, secrets)).collect()
}

/// The same without secrets, as an error shows it.
pub(super) fn cleaned(key: ConnectionKey, secrets: &[SecretString]) -> ConnectionKey {
    let clean = |text: Option<String>| text.map(|text| error_body::cleaned_word(&text, secrets));
    ConnectionKey {
        id: clean(key.id),
        name: clean(key.name),
        vgw_id: clean(key.vgw_id),
        vgw_ip: clean(key.vgw_ip),
        cgw_id: clean(key.cgw_id),
    }
}
