//! Where the settings of a pair say what its requests say.

use super::settings::{Settings, TunnelSettings};
use crate::validate;

impl Settings {
    /// The place in these settings of what stands at `pointer` in the request with this
    /// index.
    pub(super) fn place(&self, index: usize, pointer: &str) -> String {
        let (name, own) = match index {
            0 => ("first", &self.first),
            _ => ("second", &self.second),
        };
        match pointer.split('/').nth(1).unwrap_or_default() {
            "vgw_ip" => format!("/vgw_ips/{index}"),
            field if own.says(field) => format!("/{name}{pointer}"),
            _ => pointer.to_owned(),
        }
    }
}

impl TunnelSettings {
    /// Whether a field of the request is said here, and not for both tunnels.
    fn says(&self, field: &str) -> bool {
        match field {
            // These cannot be said for both.
            "name" | "tunnel_local_address" | "tunnel_peer_address" => true,
            "psk" => self.psk.is_some(),
            "ikepolicy" => self.ikepolicy.is_some(),
            "ipsecpolicy" => self.ipsecpolicy.is_some(),
            _ => false,
        }
    }
}

/// What sorts places in the settings: what both tunnels share, then what each has for
/// itself, in the order of the document.
pub(super) fn position(pointer: &str) -> (usize, Vec<usize>) {
    let tunnels = ["/first/", "/second/"].iter().zip(1..);
    let own = tunnels.filter_map(|(root, part)| Some((part, pointer.strip_prefix(root)?))).next();
    let (part, rest) = own.unwrap_or((0, pointer.trim_start_matches('/')));
    // What the document calls otherwise.
    let (setting, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let field = match setting {
        "vgw_ips" => "vgw_ip",
        "ha_mode" => "ha_role",
        other => other,
    };
    (part, validate::position(&format!("/{field}{below}")))
}
