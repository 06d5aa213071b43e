//! Arithmetic on addresses.

use std::fmt;

use ipnet::Ipv4Net;

use crate::document::limits::AddressLimits;

/// Why a text is no network.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotANetwork {
    Form,
    HostBits(Ipv4Net),
    Spelling(Ipv4Net),
}

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => {
                f.write_str("is no IPv4 network in CIDR notation, such as 192.168.44.0/24")
            }
            Self::HostBits(network) => write!(f, "has host bits set; the network is {network}"),
            Self::Spelling(network) => write!(f, "is not the usual spelling; write {network}"),
        }
    }
}

/// A network in CIDR notation, without host bits.
pub(super) fn network(text: &str) -> Result<Ipv4Net, NotANetwork> {
    let net: Ipv4Net = text.parse().map_err(|_| NotANetwork::Form)?;
    if net.network() != net.addr() {
        return Err(NotANetwork::HostBits(net.trunc()));
    }
    if !is_spelt(text, &net) {
        return Err(NotANetwork::Spelling(net));
    }
    Ok(net)
}

/// Whether `text` is what the network prints as; without an allocation.
fn is_spelt(text: &str, net: &Ipv4Net) -> bool {
    struct Rest<'a>(&'a str);

    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut rest = Rest(text);
    fmt::Write::write_fmt(&mut rest, format_args!("{net}")).is_ok() && rest.0.is_empty()
}

/// Why an address cannot be that of a tunnel interface.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotATunnelAddress {
    /// With an address that could be.
    Form(Ipv4Net),
    Spelling(Ipv4Net),
    Prefix(u8),
    Outside(Ipv4Net),
    Excluded(Ipv4Net),
    NotAHost(Ipv4Net),
}

impl fmt::Display for NotATunnelAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(sample) => {
                write!(f, "is no IPv4 address with prefix length, such as {sample}")
            }
            Self::Spelling(net) => write!(f, "is not the usual spelling; write {net}"),
            Self::Prefix(prefix) => write!(f, "must have the prefix length {prefix}"),
            Self::Outside(block) => write!(f, "must lie in {block}"),
            Self::Excluded(block) => write!(f, "must not lie in {block}"),
            Self::NotAHost(net) => {
                write!(f, "is the network or broadcast address of {net}; use one between them")
            }
        }
    }
}

/// The address of a tunnel interface.
pub(super) fn tunnel(text: &str, limits: &AddressLimits) -> Result<Ipv4Net, NotATunnelAddress> {
    let prefix = limits.prefix_length;
    let net: Ipv4Net = text.parse().map_err(|_| NotATunnelAddress::Form(sample(limits)))?;
    if !is_spelt(text, &net) {
        return Err(NotATunnelAddress::Spelling(net));
    }
    if net.prefix_len() != prefix {
        return Err(NotATunnelAddress::Prefix(prefix));
    }
    let (block, excluded) = (block(limits.block), block(limits.excluded));
    if !block.contains(&net) {
        return Err(NotATunnelAddress::Outside(block));
    }
    if excluded.contains(&net) {
        return Err(NotATunnelAddress::Excluded(excluded));
    }
    if [net.network(), net.broadcast()].contains(&net.addr()) {
        return Err(NotATunnelAddress::NotAHost(net.trunc()));
    }
    Ok(net)
}

/// The first host of the first network that a tunnel may have.
fn sample(limits: &AddressLimits) -> Ipv4Net {
    let (block, excluded) = (block(limits.block), block(limits.excluded));
    let mut networks = block.subnets(limits.prefix_length).into_iter().flatten();
    let host =
        networks.find(|network| !excluded.contains(network)).and_then(|it| it.hosts().next());
    host.and_then(|host| Ipv4Net::new(host, limits.prefix_length).ok()).unwrap_or_default()
}

/// A block of the document; the build has judged its prefix length.
pub(super) fn block((address, prefix): (std::net::Ipv4Addr, u8)) -> Ipv4Net {
    Ipv4Net::new(address, prefix).unwrap_or_default()
}

/// Whether two networks share an address.
pub(super) fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::limits::vpn_connection_request::TUNNEL_LOCAL_ADDRESS;

    #[test]
    fn a_network_is_written_in_one_way() {
        assert!(network("192.168.44.0/24").is_ok());
        assert!(network("0.0.0.0/0").is_ok());
        assert!(network("10.0.0.1/32").is_ok());
        let intended = network("192.168.44.7/24").unwrap_err();
        assert_eq!(intended, NotANetwork::HostBits("192.168.44.0/24".parse().unwrap()));
        for text in ["", "192.168.44.0", "192.168.44.0/33", "::/0", " 10.0.0.0/8", "10.0.0.0/8 "] {
            assert_eq!(network(text), Err(NotANetwork::Form), "{text:?}");
        }
        let usual = NotANetwork::Spelling("192.168.44.0/24".parse().unwrap());
        assert_eq!(network("192.168.044.0/24"), Err(usual));
    }

    #[test]
    fn a_tunnel_address_is_a_host_of_its_network() {
        let judge = |text: &str| tunnel(text, &TUNNEL_LOCAL_ADDRESS).err().map(|e| e.to_string());
        assert_eq!(judge("169.254.76.1/30"), None);
        assert_eq!(judge("169.254.0.1/30"), None);
        assert_eq!(judge("169.254.255.254/30"), None);
        assert_eq!(judge("169.254.194.254/30"), None);
        assert_eq!(judge("169.254.196.1/30"), None);
        for (text, expected) in [
            ("169.254.76.1", "is no IPv4 address with prefix length, such as 169.254.0.1/30"),
            ("169.254.076.1/30", "is not the usual spelling; write 169.254.76.1/30"),
            ("169.254.76.1/29", "must have the prefix length 30"),
            ("169.253.255.254/30", "must lie in 169.254.0.0/16"),
            ("169.255.0.1/30", "must lie in 169.254.0.0/16"),
            ("169.254.195.1/30", "must not lie in 169.254.195.0/24"),
            ("169.254.195.254/30", "must not lie in 169.254.195.0/24"),
            ("169.254.76.0/30", "network or broadcast"),
            ("169.254.76.3/30", "network or broadcast"),
        ] {
            let judged = judge(text).unwrap();
            assert!(judged.contains(expected), "{text}: {judged}");
        }
    }
}
