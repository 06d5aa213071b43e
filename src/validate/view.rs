//! What the rules across fields read of a request.

use crate::document::defaults::{ike_policy_request as ike_defaults, vpn_connection_request};
use crate::types::{
    ConnectionStyle, IdType, IkePolicyRequest, IkeVersion, Phase1NegotiationMode,
    PolicyRuleRequest, VpnConnectionRequest, VpnResourceTagRequest,
};

/// The fields of a connection that rules compare, whatever request holds them. A field
/// that is left out has its default where a connection is created; an update leaves it as
/// it is, which nobody here knows, so that the rules that depend on it are skipped.
pub(super) struct View<'a> {
    pub(super) style: Option<&'a ConnectionStyle>,
    pub(super) peer_subnets: &'a [String],
    pub(super) tunnel_local_address: Option<&'a str>,
    pub(super) tunnel_peer_address: Option<&'a str>,
    pub(super) enable_nqa: Option<bool>,
    pub(super) enable_hub: Option<bool>,
    pub(super) policy_rules: &'a [PolicyRuleRequest],
    pub(super) ikepolicy: Option<IkeView<'a>>,
    pub(super) tags: &'a [VpnResourceTagRequest],
}

/// The same for an IKE policy.
pub(super) struct IkeView<'a> {
    pub(super) version: Option<&'a IkeVersion>,
    pub(super) mode: Option<&'a Phase1NegotiationMode>,
    pub(super) local_type: Option<&'a IdType>,
    pub(super) local_id: Option<&'a str>,
    pub(super) peer_type: Option<&'a IdType>,
    pub(super) peer_id: Option<&'a str>,
}

impl<'a> From<&'a VpnConnectionRequest> for View<'a> {
    fn from(request: &'a VpnConnectionRequest) -> Self {
        Self {
            style: request.style.as_ref().or(Some(&vpn_connection_request::STYLE)),
            peer_subnets: request.peer_subnets.as_deref().unwrap_or_default(),
            tunnel_local_address: request.tunnel_local_address.as_deref(),
            tunnel_peer_address: request.tunnel_peer_address.as_deref(),
            enable_nqa: request.enable_nqa,
            enable_hub: request.enable_hub,
            policy_rules: request.policy_rules.as_deref().unwrap_or_default(),
            ikepolicy: request.ikepolicy.as_ref().map(created),
            tags: request.tags.as_deref().unwrap_or_default(),
        }
    }
}

fn created(policy: &IkePolicyRequest) -> IkeView<'_> {
    IkeView {
        version: policy.ike_version.as_ref().or(Some(&ike_defaults::IKE_VERSION)),
        mode: policy.phase1_negotiation_mode.as_ref(),
        local_type: policy.local_id_type.as_ref().or(Some(&ike_defaults::LOCAL_ID_TYPE)),
        local_id: policy.local_id.as_deref(),
        peer_type: policy.peer_id_type.as_ref().or(Some(&ike_defaults::PEER_ID_TYPE)),
        peer_id: policy.peer_id.as_deref(),
    }
}
