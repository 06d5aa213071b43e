//! The documented defaults of request fields, by schema and field; those of
//! parameters by operation: what the service uses for a value that is left out. Nothing
//! sends them by itself.
//!
//! ```
//! use otc_vpn::{defaults::vpn_connection_request, types::ConnectionStyle};
//!
//! assert_eq!(vpn_connection_request::STYLE, ConnectionStyle::Static);
//! ```

pub use crate::document::defaults::*;
use crate::types::{ConnectionStyle, HaMode, IkeVersion, VpnConnectionRequest};
use crate::validate::Rules;
use fields::Resolve as _;

mod fields {
    /// A request, or a part of one, whose fields have defaults.
    pub(super) trait Resolve {
        /// Sets every field that is not set and has a default.
        fn resolve(&mut self);
    }

    include!(concat!(env!("OUT_DIR"), "/resolution.rs"));
}

/// Every documented default at its place.
pub(crate) fn documented() -> Option<VpnConnectionRequest> {
    let mut all = VpnConnectionRequest::builder().vgw_id("").vgw_ip("").cgw_id("").build().ok()?;
    all.resolve();
    Some(all)
}

impl VpnConnectionRequest {
    /// The request as the service will understand it: with every documented default
    /// that applies to its style, its IKE version and, as far as `rules` describe it, its
    /// gateway.
    ///
    /// Nothing calls this by itself: the request is sent as the caller made it. Compare the
    /// result with what a query returns, or show it to a person.
    ///
    /// Defaults that would break a rule are left out: `enable_nqa` except with static
    /// routing, `enable_hub` except with BGP, the negotiation mode except with IKE v1, and
    /// `ha_role` on an active-active gateway.
    ///
    /// ```
    /// use otc_vpn::{Rules, types::VpnConnectionRequest};
    ///
    /// let request = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .build()?;
    /// let resolved = request.resolve_defaults(&Rules::default());
    /// assert_eq!(resolved.ikepolicy.unwrap().lifetime_seconds, Some(86_400)); // seconds
    /// # Ok::<(), otc_vpn::Error>(())
    /// ```
    #[must_use]
    pub fn resolve_defaults(&self, rules: &Rules) -> Self {
        let mut resolved = self.clone();
        resolved.resolve();
        let style = self.style.as_ref().unwrap_or(&vpn_connection_request::STYLE);
        if style != &ConnectionStyle::Static {
            resolved.enable_nqa = self.enable_nqa;
        }
        if style != &ConnectionStyle::Bgp {
            resolved.enable_hub = self.enable_hub;
        }
        if rules.0.ha_mode == Some(HaMode::ActiveActive) {
            resolved.ha_role.clone_from(&self.ha_role);
        }
        if let Some(policy) = &mut resolved.ikepolicy
            && policy.ike_version != Some(IkeVersion::V1)
        {
            let given = self.ikepolicy.as_ref();
            policy.phase1_negotiation_mode =
                given.and_then(|policy| policy.phase1_negotiation_mode.clone());
        }
        resolved
    }
}
