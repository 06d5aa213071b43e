//! Arithmetic on addresses.

use std::fmt;

use ipnet::Ipv4Net;

use crate::document::limits::AddressLimits;

/// Why a text is not a network.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InvalidNetwork {
    Form,
    HostBits(Ipv4Net),
    LeadingZeros(Ipv4Net),
}

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => {
                f.write_str("is not an IPv4 network in CIDR notation, such as 192.168.44.0/24")
            }
            Self::HostBits(network) => write!(f, "has host bits set; the network is {network}"),
            Self::LeadingZeros(network) => write!(f, "has leading zeros; write {network}"),
        }
    }
}

/// A network in CIDR notation, without host bits.
pub(super) fn network(text: &str) -> Result<Ipv4Net, InvalidNetwork> {
    let net: Ipv4Net = text.parse().map_err(|_| InvalidNetwork::Form)?;
    if net.network() != net.addr() {
        return Err(InvalidNetwork::HostBits(net.trunc()));
    }
    if !is_canonical(text, &net) {
        return Err(InvalidNetwork::LeadingZeros(net));
    }
    Ok(net)
}

/// Whether no number in `text`, which reads as `net`, has leading zeros.
fn is_canonical(text: &str, net: &Ipv4Net) -> bool {
    let [a, b, c, d] = net.addr().octets();
    let digits = |number: u8| 1 + usize::from(number > 9) + usize::from(number > 99);
    let separators = 4;
    text.len() == separators + [a, b, c, d, net.prefix_len()].into_iter().map(digits).sum::<usize>()
}

/// Why an address cannot be that of a tunnel interface.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InvalidTunnelAddress {
    /// With an address that could be.
    Form(Ipv4Net),
    LeadingZeros(Ipv4Net),
    Prefix(u8),
    Outside(Ipv4Net),
    Excluded(Ipv4Net),
    NotAHost(Ipv4Net),
}

impl fmt::Display for InvalidTunnelAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(sample) => {
                write!(f, "is not an IPv4 address with prefix length, such as {sample}")
            }
            Self::LeadingZeros(net) => write!(f, "has leading zeros; write {net}"),
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
pub(super) fn tunnel(text: &str, limits: &AddressLimits) -> Result<Ipv4Net, InvalidTunnelAddress> {
    let prefix = limits.prefix_length;
    let net: Ipv4Net = text.parse().map_err(|_| InvalidTunnelAddress::Form(sample(limits)))?;
    if !is_canonical(text, &net) {
        return Err(InvalidTunnelAddress::LeadingZeros(net));
    }
    if net.prefix_len() != prefix {
        return Err(InvalidTunnelAddress::Prefix(prefix));
    }
    let (block, excluded) = (block(limits.block), block(limits.excluded));
    if !block.contains(&net) {
        return Err(InvalidTunnelAddress::Outside(block));
    }
    if excluded.contains(&net) {
        return Err(InvalidTunnelAddress::Excluded(excluded));
    }
    if [net.network(), net.broadcast()].contains(&net.addr()) {
        return Err(InvalidTunnelAddress::NotAHost(net.trunc()));
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

/// A block of the document; the build has checked its prefix length.
pub(super) fn block((address, prefix): (std::net::Ipv4Addr, u8)) -> Ipv4Net {
    Ipv4Net::new(address, prefix).unwrap_or_default()
}

/// Whether two networks share an address.
pub(super) fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    let [one_bits, other_bits] = [one, other].map(|net| u32::from(net.addr()));
    let prefix = one.prefix_len().min(other.prefix_len());
    (one_bits ^ other_bits).leading_zeros() >= u32::from(prefix)
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
        assert_eq!(intended, InvalidNetwork::HostBits("192.168.44.0/24".parse().unwrap()));
        for text in ["", "192.168.44.0", "192.168.44.0/33", "::/0", " 10.0.0.0/8", "10.0.0.0/8 "] {
            assert_eq!(network(text), Err(InvalidNetwork::Form), "{text:?}");
        }
        let zeros = InvalidNetwork::LeadingZeros("192.168.44.0/24".parse().unwrap());
        assert_eq!(network("192.168.044.0/24"), Err(zeros));
    }

    #[test]
    fn a_tunnel_address_is_a_host_of_its_network() {
        let problem = |text: &str| tunnel(text, &TUNNEL_LOCAL_ADDRESS).err().map(|e| e.to_string());
        assert_eq!(problem("169.254.76.1/30"), None);
        assert_eq!(problem("169.254.0.1/30"), None);
        assert_eq!(problem("169.254.255.254/30"), None);
        assert_eq!(problem("169.254.194.254/30"), None);
        assert_eq!(problem("169.254.196.1/30"), None);
        for (text, expected) in [
            ("169.254.76.1", "is not an IPv4 address with prefix length, such as 169.254.0.1/30"),
            ("169.254.076.1/30", "has leading zeros; write 169.254.76.1/30"),
            ("169.254.76.1/29", "must have the prefix length 30"),
            ("169.253.255.254/30", "must lie in 169.254.0.0/16"),
            ("169.255.0.1/30", "must lie in 169.254.0.0/16"),
            ("169.254.195.1/30", "must not lie in 169.254.195.0/24"),
            ("169.254.195.254/30", "must not lie in 169.254.195.0/24"),
            ("169.254.76.0/30", "network or broadcast"),
            ("169.254.76.3/30", "network or broadcast"),
        ] {
            let found = problem(text).unwrap();
            assert!(found.contains(expected), "{text}: {found}");
        }
    }
}
