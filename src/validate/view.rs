//! What the rules across fields read of a request.

use crate::document::defaults::{ike_policy_request as ike_defaults, vpn_connection_request};
use crate::types::{
    ConnectionStyle, IdType, IkePolicy, IkePolicyRequest, IkePolicyUpdate, IkeVersion,
    Phase1NegotiationMode, PolicyRuleRequest, VpnConnection, VpnConnectionRequest,
    VpnConnectionUpdate, VpnResourceTagRequest,
};

/// The fields of a connection that rules compare, whatever request holds them. A field
/// that is left out has its default where a connection is created. An update leaves it as it
/// is in the connection; where that is not at hand, the rules that depend on it are skipped.
pub(super) struct View<'a> {
    pub(super) style: Option<&'a ConnectionStyle>,
    pub(super) peer_subnets: Option<&'a [String]>,
    pub(super) tunnel_local_address: Option<&'a str>,
    pub(super) tunnel_peer_address: Option<&'a str>,
    pub(super) enable_nqa: Option<bool>,
    pub(super) enable_hub: Option<bool>,
    pub(super) policy_rules: Option<&'a [PolicyRuleRequest]>,
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
            peer_subnets: Some(request.peer_subnets.as_deref().unwrap_or_default()),
            tunnel_local_address: request.tunnel_local_address.as_deref(),
            tunnel_peer_address: request.tunnel_peer_address.as_deref(),
            enable_nqa: request.enable_nqa,
            enable_hub: request.enable_hub,
            policy_rules: Some(request.policy_rules.as_deref().unwrap_or_default()),
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

impl<'a> View<'a> {
    /// What an update makes of a connection: of what it changes, and of what belongs to that.
    pub(super) fn updated(
        update: &'a VpnConnectionUpdate,
        connection: Option<&'a VpnConnection>,
    ) -> Self {
        let known = |field: fn(&VpnConnection) -> &Option<String>| field(connection?).as_deref();
        let local = update.tunnel_local_address.as_deref();
        let peer = update.tunnel_peer_address.as_deref();
        let (local, peer) = match (local, peer, connection) {
            // One of them, beside another that is not known.
            (Some(_), None, None) | (None, Some(_), None) | (None, None, _) => (None, None),
            _ => (
                local.or_else(|| known(|it| &it.tunnel_local_address)),
                peer.or_else(|| known(|it| &it.tunnel_peer_address)),
            ),
        };
        let policy = connection.and_then(|connection| connection.ikepolicy.as_ref());
        Self {
            style: connection.and_then(|connection| connection.style.as_ref()),
            peer_subnets: update.peer_subnets.as_deref(),
            tunnel_local_address: local,
            tunnel_peer_address: peer,
            enable_nqa: None,
            enable_hub: update.enable_hub,
            policy_rules: update.policy_rules.as_deref(),
            ikepolicy: update.ikepolicy.as_ref().map(|update| updated(update, policy)),
            tags: &[],
        }
    }
}

fn updated<'a>(update: &'a IkePolicyUpdate, policy: Option<&'a IkePolicy>) -> IkeView<'a> {
    let mode = update.phase1_negotiation_mode.as_ref();
    let version = update.ike_version.as_ref();
    let is_local = update.local_id_type.is_some() || update.local_id.is_some();
    let is_peer = update.peer_id_type.is_some() || update.peer_id.is_some();
    let known = policy.filter(|_| is_local || is_peer);
    let [local_id, peer_id] = [
        update.local_id.as_deref().or_else(|| known?.local_id.as_deref()),
        update.peer_id.as_deref().or_else(|| known?.peer_id.as_deref()),
    ];
    let [local_type, peer_type] = [
        update.local_id_type.as_ref().or_else(|| known?.local_id_type.as_ref()),
        update.peer_id_type.as_ref().or_else(|| known?.peer_id_type.as_ref()),
    ];
    // Without the connection, an id that is left out may be there.
    let is_known = |id: Option<&str>| policy.is_some() || id.is_some();
    IkeView {
        // The mode that is left out is the one of the connection, or the default one.
        version: version.or_else(|| policy?.ike_version.as_ref()).filter(|_| mode.is_some()),
        mode,
        local_type: local_type.filter(|_| is_local && is_known(local_id)),
        local_id,
        peer_type: peer_type.filter(|_| is_peer && is_known(peer_id)),
        peer_id,
    }
}
