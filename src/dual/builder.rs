//! Collecting the settings of a pair in code.

use super::connection::DualConnection;
use super::pair_settings::{PairSettings, TunnelSettings};
use crate::error::Error;
use crate::secret::Psk;
use crate::types::{HaMode, VpnConnectionRequest, builder};
use crate::validate::{self, Rules, names::vpn_connection_request as names};
use crate::violations::Violation;

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

    /// The pre-shared key of this tunnel alone. [`build`](DualConnectionBuilder::build)
    /// reports a key that breaks the rules.
    pub fn psk(mut self, psk: impl Into<Psk>) -> Self {
        self.0.psk = Some(psk.into());
        self
    }

    /// Any optional field of the request for this tunnel. Objects are laid over the
    /// shared ones member by member, lists replace them:
    ///
    /// ```
    /// use otc_vpn::{DualConnection, types::{DpdRequest, IkePolicyRequest}};
    ///
    /// let dpd = DpdRequest::builder().timeout(20); // seconds
    /// let builder = DualConnection::builder().second(|tunnel| {
    ///     tunnel.connection(|c| c.ikepolicy(IkePolicyRequest::builder().dpd(dpd)))
    /// });
    /// ```
    pub fn connection(
        mut self,
        set: impl FnOnce(builder::VpnConnectionRequest) -> builder::VpnConnectionRequest,
    ) -> Self {
        let mut request = set(builder::VpnConnectionRequest {
            problems: std::mem::take(&mut self.0.problems),
            ..self.0.over(VpnConnectionRequest::builder())
        });
        let gateways = [
            (names::VGW_ID, request.vgw_id.is_some(), "both tunnels use one gateway"),
            (names::CGW_ID, request.cgw_id.is_some(), "both tunnels use one customer gateway"),
        ];
        self.0.problems = std::mem::take(&mut request.problems);
        self.0.problems.extend(decided(gateways).chain(decided_by_the_pair(&request)));
        self.0.take(request);
        self
    }
}

impl DualConnection {
    /// A pair with nothing set yet.
    pub fn builder() -> DualConnectionBuilder {
        DualConnectionBuilder::default()
    }
}

/// Collects the settings of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct DualConnectionBuilder(PairSettings);

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

    /// How the two connections share the traffic. Left out, the mode is that of the
    /// [`rules`](Self::rules) if they have one, or else both carry traffic.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.0.ha_mode = Some(mode);
        self
    }

    /// Facts about the gateway, and intended exceptions. An HA mode in them is that
    /// of the pair; [`build`](Self::build) rejects one that differs from
    /// [`ha_mode`](Self::ha_mode).
    pub fn rules(mut self, rules: Rules) -> Self {
        self.0.rules = rules;
        self
    }

    /// The pre-shared key of both tunnels. [`build`](Self::build) reports a key that
    /// breaks the rules.
    pub fn psk(mut self, psk: impl Into<Psk>) -> Self {
        self.0.psk = Some(psk.into());
        self
    }

    /// Any field of the request for both tunnels, but what the pair itself decides
    /// (`vgw_ip`, `ha_role`):
    ///
    /// ```
    /// use otc_vpn::{DualConnection, types::ConnectionStyle};
    ///
    /// let builder = DualConnection::builder()
    ///     .connection(|c| c.style(ConnectionStyle::Bgp).enable_hub(true));
    /// ```
    pub fn connection(
        mut self,
        set: impl FnOnce(builder::VpnConnectionRequest) -> builder::VpnConnectionRequest,
    ) -> Self {
        let mut request = set(builder::VpnConnectionRequest {
            vgw_id: self.0.vgw_id.take(),
            cgw_id: self.0.cgw_id.take(),
            problems: std::mem::take(&mut self.0.problems),
            ..self.0.over(VpnConnectionRequest::builder())
        });
        self.0.vgw_id = request.vgw_id.take();
        self.0.cgw_id = request.cgw_id.take();
        self.0.problems = std::mem::take(&mut request.problems);
        self.0.problems.extend(decided_by_the_pair(&request));
        self.0.take(request);
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
        let pair = DualConnection::of(self.0)?;
        validate::reject(pair.validate())?;
        Ok(pair)
    }
}

fn decided_by_the_pair(
    request: &builder::VpnConnectionRequest,
) -> impl Iterator<Item = Violation> + use<> {
    decided([
        (names::VGW_IP, request.vgw_ip.is_some(), "use `vgw_ips`"),
        (names::HA_ROLE, request.ha_role.is_some(), "use `ha_mode`"),
    ])
}

/// Those of the fields that are set, with what to do instead.
fn decided(fields: [(&'static str, bool, &'static str); 2]) -> impl Iterator<Item = Violation> {
    let set = fields.into_iter().filter(|(_, is_set, _)| *is_set);
    set.map(|(field, _, how)| {
        let message = format_args!("cannot be set here; {how}");
        Violation::new(format!("/{field}"), "set-by-pair", message)
    })
}
