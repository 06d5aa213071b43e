//! Collecting the settings of a pair in code.

use super::connection::DualConnection;
use super::settings::{Settings, TunnelSettings};
use crate::error::Error;
use crate::secret::Psk;
use crate::types::{HaMode, VpnConnectionRequest, builder, error::ConversionError};
use crate::validate::{self, Rules, names::vpn_connection_request as names};
use crate::violations::Violation;

/// What differs between the two tunnels of a [`DualConnection`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Tunnel {
    settings: TunnelSettings,
    problems: Vec<Violation>,
}

impl Tunnel {
    /// The name of this connection: 1 to 64 letters, digits, `_`, `-` and `.`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// The tunnel interface addresses of the VPN gateway and of the customer
    /// gateway: host addresses of one /30 network inside 169.254.0.0/16, such as
    /// `169.254.76.1/30` and `169.254.76.2/30`.
    pub fn tunnel_addresses(mut self, local: impl Into<String>, peer: impl Into<String>) -> Self {
        self.settings.tunnel_local_address = Some(local.into());
        self.settings.tunnel_peer_address = Some(peer.into());
        self
    }

    /// The pre-shared key of this tunnel alone. [`build`](DualConnectionBuilder::build)
    /// reports a key that breaks the rules.
    pub fn psk(mut self, psk: impl Into<Psk>) -> Self {
        self.settings.psk = Some(psk.into());
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
        match changed([&None, &None], |request| self.settings.apply(request), set) {
            Ok(request) => {
                let gateways = [
                    (names::VGW_ID, &request.vgw_id, "both tunnels use one gateway"),
                    (names::CGW_ID, &request.cgw_id, "both tunnels use one customer gateway"),
                ];
                for (name, value, why) in gateways {
                    if !value.is_empty() {
                        self.problems.push(decided(name, why));
                    }
                }
                self.problems.extend(decided_by_the_pair(&request));
                self.settings.take(request);
            }
            Err(error) => self.problems.push(unconvertible(&error)),
        }
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
pub struct DualConnectionBuilder {
    settings: Settings,
    problems: Vec<Violation>,
}

impl DualConnectionBuilder {
    /// The VPN gateway, by its id of 36 characters.
    pub fn vgw_id(mut self, vgw_id: impl Into<String>) -> Self {
        self.settings.vgw_id = Some(vgw_id.into());
        self
    }

    /// The two addresses of the gateway: ids of its EIPs, or its private IPv4
    /// addresses. With [`HaMode::ActiveStandby`] the active one comes first.
    pub fn vgw_ips(mut self, first: impl Into<String>, second: impl Into<String>) -> Self {
        self.settings.vgw_ips = Some([first.into(), second.into()]);
        self
    }

    /// The customer gateway, by its id of 36 characters.
    pub fn cgw_id(mut self, cgw_id: impl Into<String>) -> Self {
        self.settings.cgw_id = Some(cgw_id.into());
        self
    }

    /// The customer subnets, as IPv4 networks in CIDR notation.
    pub fn peer_subnets<S: Into<String>>(mut self, subnets: impl IntoIterator<Item = S>) -> Self {
        self.settings.peer_subnets = Some(subnets.into_iter().map(Into::into).collect());
        self
    }

    /// How the two connections share the traffic. Left out, the mode is that of the
    /// [`rules`](Self::rules) if they have one, or else both carry traffic.
    pub fn ha_mode(mut self, mode: HaMode) -> Self {
        self.settings.ha_mode = Some(mode);
        self
    }

    /// Facts about the gateway, and intended exceptions. An HA mode in them is that
    /// of the pair; [`build`](Self::build) rejects one that differs from
    /// [`ha_mode`](Self::ha_mode).
    pub fn rules(mut self, rules: Rules) -> Self {
        self.settings.rules = rules;
        self
    }

    /// The pre-shared key of both tunnels. [`build`](Self::build) reports a key that
    /// breaks the rules.
    pub fn psk(mut self, psk: impl Into<Psk>) -> Self {
        self.settings.psk = Some(psk.into());
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
        let Settings { vgw_id, cgw_id, .. } = &self.settings;
        match changed([vgw_id, cgw_id], |request| self.settings.apply(request), set) {
            Ok(mut request) => {
                self.problems.extend(decided_by_the_pair(&request));
                let given = |id: &mut String| Some(std::mem::take(id)).filter(|id| !id.is_empty());
                self.settings.vgw_id = given(&mut request.vgw_id);
                self.settings.cgw_id = given(&mut request.cgw_id);
                self.settings.take(request);
            }
            Err(error) => self.problems.push(unconvertible(&error)),
        }
        self
    }

    /// What is different for the tunnel over the first address.
    pub fn first(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        let first = std::mem::take(&mut self.settings.first);
        self.settings.first = self.changed("/first", first, set);
        self
    }

    /// What is different for the tunnel over the second address.
    pub fn second(mut self, set: impl FnOnce(Tunnel) -> Tunnel) -> Self {
        let second = std::mem::take(&mut self.settings.second);
        self.settings.second = self.changed("/second", second, set);
        self
    }

    fn changed(
        &mut self,
        place: &str,
        settings: TunnelSettings,
        set: impl FnOnce(Tunnel) -> Tunnel,
    ) -> TunnelSettings {
        let tunnel = set(Tunnel { settings, problems: Vec::new() });
        let problems = tunnel.problems.into_iter();
        self.problems.extend(problems.map(|problem| {
            let pointer = format!("{place}{}", problem.pointer());
            problem.at(pointer)
        }));
        tunnel.settings
    }

    /// The pair.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) with every broken
    /// rule in [`Error::violations`]: something mandatory is missing, the two
    /// addresses are the same, or a field breaks a documented rule.
    pub fn build(self) -> Result<DualConnection, Error> {
        let pair = DualConnection::of(self.settings).map_err(Error::invalid)?;
        let violations = self.problems.into_iter().chain(pair.validate()).collect();
        validate::reject(violations)?;
        Ok(pair)
    }
}

/// What `set` makes of a request with what is set already; the ids that a request must
/// have are empty where they are not set.
fn changed(
    [vgw_id, cgw_id]: [&Option<String>; 2],
    apply: impl FnOnce(&mut VpnConnectionRequest),
    set: impl FnOnce(builder::VpnConnectionRequest) -> builder::VpnConnectionRequest,
) -> Result<VpnConnectionRequest, ConversionError> {
    let mut request: VpnConnectionRequest = VpnConnectionRequest::builder()
        .vgw_id(vgw_id.clone().unwrap_or_default())
        .vgw_ip("")
        .cgw_id(cgw_id.clone().unwrap_or_default())
        .try_into()?;
    apply(&mut request);
    set(request.into()).try_into()
}

fn decided_by_the_pair(request: &VpnConnectionRequest) -> impl Iterator<Item = Violation> {
    let address = (!request.vgw_ip.is_empty()).then(|| decided(names::VGW_IP, "use `vgw_ips`"));
    let role = request.ha_role.as_ref().map(|_| decided(names::HA_ROLE, "use `ha_mode`"));
    address.into_iter().chain(role)
}

fn decided(field: &str, how: &str) -> Violation {
    let message = format_args!("cannot be set here; {how}");
    Violation::new(format!("/{field}"), "set-by-pair", message)
}

fn unconvertible(error: &ConversionError) -> Violation {
    Violation::new("", "conversion", error)
}
