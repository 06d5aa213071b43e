//! The types of requests and responses, as the OpenAPI document describes them.
//!
//! Structs are made with their `builder()`; their fields are public.

pub use crate::document::enumerations::*;
pub use crate::generated::types::*;
pub use crate::ids::{ConnectionId, ProjectId};
pub use crate::secret::Psk;
