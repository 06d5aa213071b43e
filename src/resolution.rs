//! Resolving the documented defaults that apply.

use crate::defaults::vpn_connection_request;
use crate::dual::HaMode;
use crate::types::{ConnectionStyle, IkeVersion, VpnConnectionRequest};
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

impl VpnConnectionRequest {
    /// The request as the service will understand it: with every documented default
    /// that applies to its style, its IKE version and, as far as `rules` know it, its
    /// gateway.
    ///
    /// Nothing calls this by itself: what is sent is what the caller made. Compare the
    /// result with what a query returns, or show it to a person.
    ///
    /// Left out are defaults that would break a rule: `enable_nqa` but for static
    /// routing, `enable_hub` but for BGP, the negotiation mode with IKE v2, and
    /// `ha_role` on an active-active gateway.
    ///
    /// ```
    /// use otc_vpn::{Rules, types::VpnConnectionRequest};
    ///
    /// let request: VpnConnectionRequest = VpnConnectionRequest::builder()
    ///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
    ///     .vgw_ip("e4d7930f-demo-4cbf-b78a-b004416c7485")
    ///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
    ///     .try_into()?;
    /// let resolved = request.resolve_defaults(&Rules::default());
    /// assert_eq!(resolved.ikepolicy.unwrap().lifetime_seconds, Some(86_400)); // seconds
    /// # Ok::<(), otc_vpn::types::error::ConversionError>(())
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
        if rules.known_ha_mode() == Some(HaMode::ActiveActive) {
            resolved.ha_role.clone_from(&self.ha_role);
        }
        if let Some(policy) = &mut resolved.ikepolicy
            && policy.ike_version == Some(IkeVersion::V2)
        {
            let given = self.ikepolicy.as_ref();
            policy.phase1_negotiation_mode =
                given.and_then(|policy| policy.phase1_negotiation_mode.clone());
        }
        resolved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{HaRole, IkePolicyRequest, Phase1NegotiationMode};

    fn request(style: Option<ConnectionStyle>) -> VpnConnectionRequest {
        let builder = VpnConnectionRequest::builder();
        builder.vgw_id("g").vgw_ip("i").cgw_id("c").style(style).try_into().unwrap()
    }

    #[test]
    fn defaults_that_apply_are_filled_in_and_nothing_else() {
        let resolved = request(None).resolve_defaults(&Rules::default());
        let expected = serde_json::json!({
            "vgw_id": "g", "vgw_ip": "i", "cgw_id": "c",
            "style": "static", "enable_nqa": false, "ha_role": "master",
            "ikepolicy": {
                "ike_version": "v2", "authentication_algorithm": "sha2-256",
                "encryption_algorithm": "aes-128", "dh_group": "group15",
                "authentication_method": "pre-share", "lifetime_seconds": 86400,
                "local_id_type": "ip", "peer_id_type": "ip",
                "dpd": { "timeout": 15, "interval": 30, "msg": "seq-hash-notify" },
            },
            "ipsecpolicy": {
                "authentication_algorithm": "sha2-256", "encryption_algorithm": "aes-128",
                "pfs": "group15", "transform_protocol": "esp", "lifetime_seconds": 3600,
                "encapsulation_mode": "tunnel",
            },
        });
        assert_eq!(serde_json::to_value(&resolved).unwrap(), expected);
    }

    #[test]
    fn a_default_that_would_break_a_rule_is_left_out() {
        let of = |style| request(Some(style)).resolve_defaults(&Rules::default());
        let (bgp, policy) = (of(ConnectionStyle::Bgp), of(ConnectionStyle::Policy));
        assert_eq!((bgp.enable_nqa, bgp.enable_hub), (None, Some(false)));
        assert_eq!((policy.enable_nqa, policy.enable_hub), (None, None));
        let rules = Rules::default().ha_mode(HaMode::ActiveActive);
        assert_eq!(request(None).resolve_defaults(&rules).ha_role, None);
        let rules = Rules::default().ha_mode(HaMode::ActiveStandby);
        assert_eq!(request(None).resolve_defaults(&rules).ha_role, Some(HaRole::Master));
    }

    #[test]
    fn what_is_set_stays_and_resolving_again_changes_nothing() {
        let mut request = request(None);
        let policy = IkePolicyRequest::builder().ike_version(IkeVersion::V1).dh_group(None);
        request.ikepolicy = Some(policy.try_into().unwrap());
        request.enable_hub = Some(true);
        let resolved = request.resolve_defaults(&Rules::default());
        let policy = resolved.ikepolicy.as_ref().unwrap();
        assert_eq!(policy.ike_version, Some(IkeVersion::V1));
        assert_eq!(policy.phase1_negotiation_mode, Some(Phase1NegotiationMode::Main));
        assert_eq!(resolved.enable_hub, Some(true), "a breach is the validation's to tell");
        assert_eq!(resolved.resolve_defaults(&Rules::default()), resolved);
    }
}
