//! Arithmetic on addresses. What is wrong with one is told as the end of a sentence that
//! begins with it.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::document::limits::AddressLimits;

/// A network in CIDR notation, without host bits.
pub(super) fn network(text: &str) -> Result<Ipv4Net, String> {
    let net: Ipv4Net = text.parse().map_err(|_| {
        "is not an IPv4 network in CIDR notation, such as 192.168.44.0/24".to_owned()
    })?;
    if net.network() != net.addr() {
        return Err(format!("has host bits set; the network is {}", net.trunc()));
    }
    canonical(text, net)
}

/// The address of a tunnel interface.
pub(super) fn tunnel(text: &str, limits: &AddressLimits) -> Result<Ipv4Net, String> {
    let net = text.parse().map_err(|_| {
        format!("is not an IPv4 address with prefix length, such as {}", sample(limits))
    })?;
    let net = canonical(text, net)?;
    let AddressLimits { prefix_length, block, excluded } = *limits;
    let (block, excluded) = (ipv4_net(block), ipv4_net(excluded));
    if net.prefix_len() != prefix_length {
        Err(format!("must have the prefix length {prefix_length}"))
    } else if !block.contains(&net) {
        Err(format!("must lie in {block}"))
    } else if excluded.contains(&net) {
        Err(format!("must not lie in {excluded}"))
    } else if [net.network(), net.broadcast()].contains(&net.addr()) {
        let network = net.trunc();
        Err(format!("is the network or broadcast address of {network}; use one between them"))
    } else {
        Ok(net)
    }
}

/// `net`, unless a number in `text`, which reads as it, has leading zeros.
fn canonical(text: &str, net: Ipv4Net) -> Result<Ipv4Net, String> {
    let [a, b, c, d] = net.addr().octets();
    let digits = |number: u8| 1 + usize::from(number > 9) + usize::from(number > 99);
    let separators = 4;
    let length = [a, b, c, d, net.prefix_len()].into_iter().map(digits).sum::<usize>();
    if text.len() == separators + length {
        Ok(net)
    } else {
        Err(format!("has leading zeros; write {net}"))
    }
}

/// The first host of the first network that a tunnel may have.
fn sample(limits: &AddressLimits) -> Ipv4Net {
    let networks = ipv4_net(limits.block).subnets(limits.prefix_length).into_iter().flatten();
    let mut allowed = networks.filter(|net| !ipv4_net(limits.excluded).contains(net));
    let host = allowed.find_map(|net| net.hosts().next()).unwrap_or(Ipv4Addr::UNSPECIFIED);
    ipv4_net((host, limits.prefix_length))
}

/// A network of the document; the build has checked its prefix length.
pub(super) fn ipv4_net((address, prefix): (Ipv4Addr, u8)) -> Ipv4Net {
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
        assert_eq!(intended, "has host bits set; the network is 192.168.44.0/24");
        let form = "is not an IPv4 network in CIDR notation, such as 192.168.44.0/24";
        for text in ["", "192.168.44.0", "192.168.44.0/33", "::/0", " 10.0.0.0/8", "10.0.0.0/8 "] {
            assert_eq!(network(text), Err(form.to_owned()), "{text:?}");
        }
        let zeros = network("192.168.044.0/24").unwrap_err();
        assert_eq!(zeros, "has leading zeros; write 192.168.44.0/24");
    }

    #[test]
    fn a_tunnel_address_is_a_host_of_its_network() {
        let problem = |text: &str| tunnel(text, &TUNNEL_LOCAL_ADDRESS).err();
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
