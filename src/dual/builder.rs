//! Collecting the settings of a pair in code.

use super::settings::{Settings, TunnelSettings};
use super::{DualConnection, HaMode};
use crate::error::Error;
use crate::secret::{InvalidPsk, Psk};
use crate::types::{
    ConnectionStyle, IkePolicyRequest, IpsecPolicyRequest, PolicyRuleRequest, VpnResourceTagRequest,
};
use crate::validate::{self, PSK_REQUIRED, Rules};
use crate::violations::{Violation, Violations};

/// What differs between the two tunnels of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Tunnel(TunnelSettings);

impl Tunnel {
    /// The name of this connection: 1 to 64 letters, digits, `_`, `-` and `.`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// The tunnel interface addresses of the VPN gateway and of the customer
    /// gateway: host addresses of one /30 network inside 169.254.0.0/16, such as
    /// `169.254.76.1/30` and `169.254.76.2/30`.
    pub fn tunnel_addresses(mut self, local: impl Into<String>, peer: impl Into<String>) -> Self {
        self.0.tunnel_local_address = Some(local.into());
        self.0.tunnel_peer_address = Some(peer.into());
        self
    }

    /// The pre-shared key of this tunnel alone. A key that breaks the rules is
    /// reported by [`build`](DualConnectionBuilder::build).
    pub fn psk<P>(mut self, psk: P) -> Self
    where
        P: TryInto<Psk>,
        P::Error: Into<InvalidPsk>,
    {
        (self.0.psk, self.0.bad_psk) = judged(psk);
        self
    }

    /// The IKE policy of this tunnel alone.
    pub fn ikepolicy(mut self, policy: IkePolicyRequest) -> Self {
        self.0.ikepolicy = Some(policy);
        self
    }

    /// The IPsec policy of this tunnel alone.
    pub fn ipsecpolicy(mut self, policy: IpsecPolicyRequest) -> Self {
        self.0.ipsecpolicy = Some(policy);
        self
    }
}

/// Collects the settings of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct DualConnectionBuilder(Settings);

impl DualConnectionBuilder {
    /// The VPN gateway, by its id of 36 characters.
    pub fn vgw_id(mut self, vgw_id: impl Into<String>) -> Self {
        self.0.vgw_id = Some(vgw_id.into());
        self
    }

    /// The two addresses of the gateway: ids of its EIPs, or its private IPv4
    /// addresses. With [`HaMode::ActiveStandby`] the active one comes first.
    pub fn vgw_ips(mut self, first: impl Into<String>, second: impl Into<String>) -> Self {
        self.0.vgw_ips = Some([first.into(), second.into()]);
        self
    }

    /// The customer gateway, by its id of 36 characters.
    pub fn cgw_id(mut self, cgw_id: impl Into<String>) -> Self {
        self.0.cgw_id = Some(cgw_id.into());
        self
    }

    /// The customer subnets, as IPv4 networks in CIDR notation.
    pub fn peer_subnets<S: Into<String>>(mut self, subnets: impl IntoIterator<Item = S>) -> Self {
        self.0.peer_subnets = Some(subnets.into_iter().map(Into::into).collect());
        self
    }

    /// How traffic is chosen for the tunnels. Left out, the service uses static
    /// routes.
    pub fn style(mut self, style: ConnectionStyle) -> Self {
        self.0.style = Some(style);
        self
    }

    /// Whether network quality analysis watches the tunnels.
    pub fn enable_nqa(mut self, enable: bool) -> Self {
        self.0.enable_nqa = Some(enable);
        self
    }

    /// Whether branches may reach each other through these connections.
    pub fn enable_hub(mut self, enable: bool) -> Self {
        self.0.enable_hub = Some(enable);
        self
    }

    /// The policy rules of policy-based connections.
    pub fn policy_rules(mut self, rules: impl IntoIterator<Item = PolicyRuleRequest>) -> Self {
        self.0.policy_rules = Some(rules.into_iter().collect());
        self
    }

    /// The tags of both connections.
    pub fn tags(mut self, tags: impl IntoIterator<Item = VpnResourceTagRequest>) -> Self {
        self.0.tags = Some(tags.into_iter().collect());
        self
    }

    /// How the two connections share the work. Left out, the mode is that of the
    /// [`rules`](Self::rules) if they know it, or else both carry traffic.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.0.ha_mode = Some(mode);
        self
    }

    /// Facts about the gateway, and exceptions that are meant. An HA mode in them is that
    /// of the pair; [`build`](Self::build) refuses one that differs from
    /// [`ha_mode`](Self::ha_mode).
    pub fn rules(mut self, rules: Rules) -> Self {
        self.0.rules = rules;
        self
    }

    /// The pre-shared key of both tunnels. A key that breaks the rules is reported
    /// by [`build`](Self::build).
    pub fn psk<P>(mut self, psk: P) -> Self
    where
        P: TryInto<Psk>,
        P::Error: Into<InvalidPsk>,
    {
        (self.0.psk, self.0.bad_psk) = judged(psk);
        self
    }

    /// The IKE policy of both tunnels.
    pub fn ikepolicy(mut self, policy: IkePolicyRequest) -> Self {
        self.0.ikepolicy = Some(policy);
        self
    }

    /// The IPsec policy of both tunnels.
    pub fn ipsecpolicy(mut self, policy: IpsecPolicyRequest) -> Self {
        self.0.ipsecpolicy = Some(policy);
        self
    }

    /// What is different for the tunnel over the first address.
    pub fn first(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        self.0.first = set(Tunnel(self.0.first)).0;
        self
    }

    /// What is different for the tunnel over the second address.
    pub fn second(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        self.0.second = set(Tunnel(self.0.second)).0;
        self
    }

    /// The pair.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) with every broken
    /// rule in [`Error::violations`]: something mandatory is missing, the two
    /// addresses are the same, or a field breaks a documented rule.
    pub fn build(self) -> Result<DualConnection, Error> {
        let unset = self.0.unset();
        let mut violations = self.0.problems();
        let pair = self.0.pair()?;
        violations.extend(pair.validate().into_iter().filter(|violation| {
            let setting = violation.pointer().split('/').nth(1).unwrap_or_default();
            // What is unset is reported already, as a setting of the pair.
            violation.rule() != PSK_REQUIRED && !unset.contains(&setting)
        }));
        violations.sort_by_place(DualConnection::position);
        validate::refuse(violations)?;
        Ok(pair)
    }
}

/// A key that can be sent, or why it cannot.
fn judged<P>(psk: P) -> (Option<Psk>, Option<InvalidPsk>)
where
    P: TryInto<Psk>,
    P::Error: Into<InvalidPsk>,
{
    match psk.try_into() {
        Ok(psk) => (Some(psk), None),
        Err(problem) => (None, Some(problem.into())),
    }
}

/// What the setters were not told, or told and did not take.
impl Settings {
    /// The settings that are empty for that reason.
    fn unset(&self) -> Vec<&'static str> {
        [
            ("vgw_id", self.vgw_id.is_none()),
            ("vgw_ips", self.vgw_ips.is_none()),
            ("cgw_id", self.cgw_id.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, is_unset)| is_unset.then_some(name))
        .collect()
    }

    /// Whether a key was set for each tunnel, good or bad.
    fn has_psks(&self) -> bool {
        let shared = self.psk.is_some() || self.bad_psk.is_some();
        [&self.first, &self.second]
            .iter()
            .all(|tunnel| shared || tunnel.psk.is_some() || tunnel.bad_psk.is_some())
    }

    fn bad_psks(&self) -> impl Iterator<Item = (&'static str, InvalidPsk)> {
        [
            ("/psk", self.bad_psk),
            ("/first/psk", self.first.bad_psk),
            ("/second/psk", self.second.bad_psk),
        ]
        .into_iter()
        .filter_map(|(pointer, problem)| Some((pointer, problem?)))
    }

    fn problems(&self) -> Violations {
        let mut violations = Violations::default();
        let mut missing = |pointer: &'static str, how: &str| {
            let message = format_args!("is missing; set it with {how}");
            violations.push(Violation::new(pointer, "required", message));
        };
        if self.vgw_id.is_none() {
            missing("/vgw_id", "`vgw_id(\"…\")`");
        }
        if self.vgw_ips.is_none() {
            missing("/vgw_ips", "`vgw_ips(\"…\", \"…\")`");
        }
        if self.cgw_id.is_none() {
            missing("/cgw_id", "`cgw_id(\"…\")`");
        }
        if !self.has_psks() && !self.rules.allows_missing_psk() {
            missing("/psk", "`psk(\"…\")` for both tunnels, or for each in `first` and `second`");
        }
        for (pointer, problem) in self.bad_psks() {
            violations.push(Violation::new(pointer, "psk", problem));
        }
        violations
    }
}
