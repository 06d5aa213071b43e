//! The dual connection: two connections over the two addresses of one gateway.
//!
//! Vendor page: `vpn_api_0042`, "Example 3: Creating Dual VPN Connections".

use serde::Serialize;

use crate::error::{Error, ReceivedConnection, UnexpectedPair};
use crate::secret::{InvalidPsk, Psk};
use crate::types::{
    ConnectionStyle, HaRole, IkePolicyRequest, IpsecPolicyRequest, PolicyRuleRequest,
    VpnConnection, VpnConnectionRequest, VpnResourceTagRequest, error::ConversionError,
};
use crate::validate::{self, Rules};
use crate::violations::{Violation, Violations};

/// Two connections over the two addresses of one VPN gateway, to be created in
/// one call.
///
/// What both share is set once; what differs is set for the
/// [`first`](DualConnectionBuilder::first) and the
/// [`second`](DualConnectionBuilder::second) tunnel and goes before what is
/// shared.
///
/// ```
/// use otc_vpn::DualConnection;
///
/// let pair = DualConnection::builder()
///     .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
///     .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
///     .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
///     .peer_subnets(["192.168.44.0/24"])
///     .psk("Example-Key-2025")
///     .first(|tunnel| tunnel.name("office-1"))
///     .second(|tunnel| tunnel.name("office-2"))
///     .build()?;
/// assert_eq!(pair.requests()[1].name.as_deref(), Some("office-2"));
/// # Ok::<(), otc_vpn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct DualConnection {
    requests: [VpnConnectionRequest; 2],
    #[serde(skip)]
    rules: Rules,
}

impl DualConnection {
    /// A pair with nothing set yet.
    pub fn builder() -> DualConnectionBuilder {
        DualConnectionBuilder::default()
    }

    /// The two requests that are sent, in the order of the gateway's addresses.
    #[must_use]
    pub fn requests(&self) -> &[VpnConnectionRequest; 2] {
        &self.requests
    }

    /// Every documented rule that the pair breaks; one that was
    /// [built](DualConnectionBuilder::build) breaks none but warnings. Pointers begin
    /// with `/first` or `/second`; what holds for both tunnels is reported once,
    /// without that.
    #[must_use]
    pub fn validate(&self) -> Violations {
        let [first, second] = &self.requests;
        let mut second: Vec<_> = second.violations("", &self.rules).into_iter().collect();
        let mut all = Violations::default();
        for violation in first.violations("", &self.rules) {
            match second.iter().position(|other| other == &violation) {
                Some(twin) => all.push(second.remove(twin)),
                None => {
                    let pointer = format!("/first{}", violation.pointer());
                    all.push(violation.at(pointer));
                }
            }
        }
        for violation in second {
            let pointer = format!("/second{}", violation.pointer());
            all.push(violation.at(pointer));
        }
        all
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The connections of an answer, each at the place of its gateway address.
    pub(crate) fn matched(&self, connections: Vec<VpnConnection>) -> Result<ConnectionPair, Error> {
        let [first, second] = &self.requests;
        let answers = |request: &VpnConnectionRequest, connection: &VpnConnection| {
            connection.vgw_ip.as_ref() == Some(&request.vgw_ip)
        };
        match <[VpnConnection; 2]>::try_from(connections) {
            Ok([a, b]) if answers(first, &a) && answers(second, &b) => {
                Ok(ConnectionPair { first: a, second: b })
            }
            Ok([a, b]) if answers(first, &b) && answers(second, &a) => {
                Ok(ConnectionPair { first: b, second: a })
            }
            Ok(others) => Err(self.unexpected(others.into())),
            Err(others) => Err(self.unexpected(others)),
        }
    }

    fn unexpected(&self, connections: Vec<VpnConnection>) -> Error {
        let received = connections
            .into_iter()
            .map(|connection| ReceivedConnection { id: connection.id, vgw_ip: connection.vgw_ip })
            .collect();
        let requested = self.requests.each_ref().map(|request| request.vgw_ip.clone());
        Error::pair(UnexpectedPair { requested, received })
    }
}

/// The two connections of a [`DualConnection`] as the service returned them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ConnectionPair {
    /// The connection over the first address of the gateway.
    pub first: VpnConnection,
    /// The connection over the second address of the gateway.
    pub second: VpnConnection,
}

impl ConnectionPair {
    /// Both connections, in the order of the gateway's addresses.
    pub fn iter(&self) -> impl Iterator<Item = &VpnConnection> {
        [&self.first, &self.second].into_iter()
    }
}

/// How the two connections share the work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HaMode {
    /// Both carry traffic. No `ha_role` is sent; the service answers `master` for
    /// both.
    #[default]
    ActiveActive,
    /// The first carries traffic (`master`), the second stands by (`slave`). The
    /// first address must be the gateway's active one.
    ActiveStandby,
}

/// What differs between the two tunnels of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Tunnel {
    name: Option<String>,
    tunnel_local_address: Option<String>,
    tunnel_peer_address: Option<String>,
    psk: Option<Result<Psk, InvalidPsk>>,
    ikepolicy: Option<IkePolicyRequest>,
    ipsecpolicy: Option<IpsecPolicyRequest>,
}

impl Tunnel {
    /// The name of this connection: 1 to 64 letters, digits, `_`, `-` and `.`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The tunnel interface addresses of the VPN gateway and of the customer
    /// gateway: host addresses of one /30 network inside 169.254.0.0/16, such as
    /// `169.254.76.1/30` and `169.254.76.2/30`.
    pub fn tunnel_addresses(mut self, local: impl Into<String>, peer: impl Into<String>) -> Self {
        self.tunnel_local_address = Some(local.into());
        self.tunnel_peer_address = Some(peer.into());
        self
    }

    /// The pre-shared key of this tunnel alone. A key that breaks the rules is
    /// reported by [`build`](DualConnectionBuilder::build).
    pub fn psk<P>(mut self, psk: P) -> Self
    where
        P: TryInto<Psk>,
        P::Error: Into<InvalidPsk>,
    {
        self.psk = Some(psk.try_into().map_err(Into::into));
        self
    }

    /// The IKE policy of this tunnel alone.
    pub fn ikepolicy(mut self, policy: IkePolicyRequest) -> Self {
        self.ikepolicy = Some(policy);
        self
    }

    /// The IPsec policy of this tunnel alone.
    pub fn ipsecpolicy(mut self, policy: IpsecPolicyRequest) -> Self {
        self.ipsecpolicy = Some(policy);
        self
    }
}

/// Collects the settings of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct DualConnectionBuilder {
    vgw_id: Option<String>,
    vgw_ips: Option<[String; 2]>,
    cgw_id: Option<String>,
    peer_subnets: Option<Vec<String>>,
    style: Option<ConnectionStyle>,
    enable_nqa: Option<bool>,
    enable_hub: Option<bool>,
    policy_rules: Option<Vec<PolicyRuleRequest>>,
    tags: Option<Vec<VpnResourceTagRequest>>,
    ha_mode: HaMode,
    rules: Rules,
    shared: Tunnel,
    first: Tunnel,
    second: Tunnel,
}

impl DualConnectionBuilder {
    /// The VPN gateway, by its id of 36 characters.
    pub fn vgw_id(mut self, vgw_id: impl Into<String>) -> Self {
        self.vgw_id = Some(vgw_id.into());
        self
    }

    /// The two addresses of the gateway: ids of its EIPs, or its private IPv4
    /// addresses. With [`HaMode::ActiveStandby`] the active one comes first.
    pub fn vgw_ips(mut self, first: impl Into<String>, second: impl Into<String>) -> Self {
        self.vgw_ips = Some([first.into(), second.into()]);
        self
    }

    /// The customer gateway, by its id of 36 characters.
    pub fn cgw_id(mut self, cgw_id: impl Into<String>) -> Self {
        self.cgw_id = Some(cgw_id.into());
        self
    }

    /// The customer subnets, as IPv4 networks in CIDR notation.
    pub fn peer_subnets<S: Into<String>>(mut self, subnets: impl IntoIterator<Item = S>) -> Self {
        self.peer_subnets = Some(subnets.into_iter().map(Into::into).collect());
        self
    }

    /// How traffic is chosen for the tunnels. Left out, the service uses static
    /// routes.
    pub fn style(mut self, style: ConnectionStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Whether network quality analysis watches the tunnels.
    pub fn enable_nqa(mut self, enable: bool) -> Self {
        self.enable_nqa = Some(enable);
        self
    }

    /// Whether branches may reach each other through these connections.
    pub fn enable_hub(mut self, enable: bool) -> Self {
        self.enable_hub = Some(enable);
        self
    }

    /// The policy rules of policy-based connections.
    pub fn policy_rules(mut self, rules: impl IntoIterator<Item = PolicyRuleRequest>) -> Self {
        self.policy_rules = Some(rules.into_iter().collect());
        self
    }

    /// The tags of both connections.
    pub fn tags(mut self, tags: impl IntoIterator<Item = VpnResourceTagRequest>) -> Self {
        self.tags = Some(tags.into_iter().collect());
        self
    }

    /// How the two connections share the work; by default both carry traffic.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.ha_mode = mode;
        self
    }

    /// Facts about the gateway, and exceptions that are meant. The HA mode is taken
    /// from [`ha_mode`](Self::ha_mode).
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// The pre-shared key of both tunnels. A key that breaks the rules is reported
    /// by [`build`](Self::build).
    pub fn psk<P>(mut self, psk: P) -> Self
    where
        P: TryInto<Psk>,
        P::Error: Into<InvalidPsk>,
    {
        self.shared = self.shared.psk(psk);
        self
    }

    /// The IKE policy of both tunnels.
    pub fn ikepolicy(mut self, policy: IkePolicyRequest) -> Self {
        self.shared = self.shared.ikepolicy(policy);
        self
    }

    /// The IPsec policy of both tunnels.
    pub fn ipsecpolicy(mut self, policy: IpsecPolicyRequest) -> Self {
        self.shared = self.shared.ipsecpolicy(policy);
        self
    }

    /// What is different for the tunnel over the first address.
    pub fn first(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        self.first = set(self.first);
        self
    }

    /// What is different for the tunnel over the second address.
    pub fn second(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        self.second = set(self.second);
        self
    }

    /// The pair.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) with every broken
    /// rule in [`Error::violations`]: something mandatory is missing, the two
    /// addresses are the same, or a field breaks a documented rule.
    pub fn build(self) -> Result<DualConnection, Error> {
        let mut violations = Violations::default();
        self.check(&mut violations);
        let [first, second] = self.vgw_ips.clone().unwrap_or_default();
        let (active, standby) = match self.ha_mode {
            HaMode::ActiveActive => (None, None),
            HaMode::ActiveStandby => (Some(HaRole::Master), Some(HaRole::Slave)),
        };
        let requests = [
            self.request(first, active, &self.first)?,
            self.request(second, standby, &self.second)?,
        ];
        let pair = DualConnection { requests, rules: self.rules.ha_mode(self.ha_mode) };
        let unset = self.unset();
        for violation in pair.validate() {
            let place = violation.pointer();
            let place =
                ["/first/", "/second/", "/"].iter().find_map(|root| place.strip_prefix(root));
            if !place.is_some_and(|place| unset.contains(&place)) {
                violations.push(violation);
            }
        }
        validate::refuse(violations)?;
        Ok(pair)
    }

    /// The fields of the requests that are not set, or not to a value that can be
    /// sent; they are reported as settings of the pair.
    fn unset(&self) -> Vec<&'static str> {
        let tunnels = [&self.shared, &self.first, &self.second];
        let has_psk = |tunnel: &Tunnel| tunnel.psk.is_some() || self.shared.psk.is_some();
        let psk_is_bad = tunnels.iter().any(|tunnel| matches!(tunnel.psk, Some(Err(_))));
        [
            ("vgw_id", self.vgw_id.is_none()),
            ("vgw_ip", self.vgw_ips.is_none()),
            ("cgw_id", self.cgw_id.is_none()),
            ("psk", psk_is_bad || !has_psk(&self.first) || !has_psk(&self.second)),
        ]
        .into_iter()
        .filter_map(|(name, is_unset)| is_unset.then_some(name))
        .collect()
    }

    fn check(&self, violations: &mut Violations) {
        for (name, pointer, how) in [
            ("vgw_id", "/vgw_id", "vgw_id(\"…\")"),
            ("vgw_ip", "/vgw_ips", "vgw_ips(\"…\", \"…\")"),
            ("cgw_id", "/cgw_id", "cgw_id(\"…\")"),
        ] {
            if self.unset().contains(&name) {
                let message = format_args!("is missing; set it with `{how}`");
                violations.push(Violation::new(pointer, "required", message));
            }
        }
        let has_psk = |tunnel: &Tunnel| tunnel.psk.is_some() || self.shared.psk.is_some();
        let is_complete = has_psk(&self.first) && has_psk(&self.second);
        if !is_complete && !self.rules.allows_missing_psk() {
            let message = "is missing; set it with `psk(\"…\")` for both tunnels, or for each in \
                           `first` and `second`";
            violations.push(Violation::new("/psk", "required", message));
        }
        if let Some([first, second]) = &self.vgw_ips
            && first == second
        {
            let message = format_args!(
                "are both {first:?}; a dual connection uses the two different addresses of its gateway"
            );
            violations.push(Violation::new("/vgw_ips", "vgw-ip-distinct", message));
        }
        let tunnels =
            [("/psk", &self.shared), ("/first/psk", &self.first), ("/second/psk", &self.second)];
        for (pointer, tunnel) in tunnels {
            if let Some(Err(problem)) = &tunnel.psk {
                violations.push(Violation::new(pointer, "psk", problem));
            }
        }
    }

    fn request(
        &self,
        vgw_ip: String,
        ha_role: Option<HaRole>,
        tunnel: &Tunnel,
    ) -> Result<VpnConnectionRequest, Error> {
        let psk = tunnel.psk.as_ref().or(self.shared.psk.as_ref());
        // The builder, not a literal: a new field of the document is no edit here.
        VpnConnectionRequest::builder()
            .name(tunnel.name.clone())
            .vgw_id(self.vgw_id.clone().unwrap_or_default())
            .vgw_ip(vgw_ip)
            .style(self.style.clone())
            .cgw_id(self.cgw_id.clone().unwrap_or_default())
            .peer_subnets(self.peer_subnets.clone())
            .tunnel_local_address(tunnel.tunnel_local_address.clone())
            .tunnel_peer_address(tunnel.tunnel_peer_address.clone())
            .enable_nqa(self.enable_nqa)
            .enable_hub(self.enable_hub)
            .psk(psk.and_then(|psk| psk.clone().ok()))
            .policy_rules(self.policy_rules.clone())
            .ikepolicy(tunnel.ikepolicy.clone().or_else(|| self.shared.ikepolicy.clone()))
            .ipsecpolicy(tunnel.ipsecpolicy.clone().or_else(|| self.shared.ipsecpolicy.clone()))
            .ha_role(ha_role)
            .tags(self.tags.clone())
            .try_into()
            .map_err(|error: ConversionError| Error::invalid(error))
    }
}
