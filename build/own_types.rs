//! What `src/` writes by hand, for the generator and for checks alike.

/// Schemas that `src/` has types of its own for.
pub(super) const OWN_TYPES: [(&str, &str); 3] = [
    ("Psk", "crate::secret::Psk"),
    ("ProjectId", "crate::ids::ProjectId"),
    ("ConnectionId", "crate::ids::ConnectionId"),
];

/// The request that a dual connection sends two of, and the field that it decides itself.
pub(super) const PAIRED: &str = "VpnConnectionRequest";
pub(super) const DECIDED: &str = "ha_role";
