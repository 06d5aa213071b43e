//! What `src/` writes by hand, for the generator and for checks alike.

/// Schemas that `src/` has types of its own for.
pub(super) const OWN_TYPES: [(&str, &str); 3] = [
    ("Psk", "crate::secret::Psk"),
    ("ProjectId", "crate::ids::ProjectId"),
    ("ConnectionId", "crate::ids::ConnectionId"),
];
