//! How the service behaves.

use super::Simulator;

impl Simulator {
    /// How many connections there may be: any number at first, and with `None`. A create
    /// of more is rejected with `VPN.0001`, since no page names another code; of a batch
    /// that does not fit, none is created.
    pub fn set_connection_quota(&self, quota: impl Into<Option<usize>>) {
        self.service.state().connections.quota = quota.into();
    }

    /// Whether to judge requests by the schema of the document alone: no at first. A
    /// request that breaks another documented rule is otherwise rejected with `VPN.0001`
    /// and the [name of the rule](crate::Violation::rule).
    pub fn set_schema_only(&self, schema_only: bool) {
        self.service.state().schema_only = schema_only;
    }

    /// Sets up the other side of every tunnel, so that connections become `ACTIVE`
    /// and not `DOWN`, or takes it away again.
    pub fn set_peers_up(&self, up: bool) {
        self.service.state().peers_up = up;
    }

    /// Whether lists begin with the oldest resource: no at first, as in the examples of the
    /// vendor.
    pub fn set_oldest_first(&self, oldest_first: bool) {
        self.service.state().paging.oldest_first = oldest_first;
    }

    /// Whether a page leaves out what was created at the time of its marker: no at first, so
    /// that the last resource of a page is also on the next one. No page says which it is.
    /// If it does, whoever only follows the markers misses resources that were created in
    /// the same millisecond as the last one of a page.
    pub fn set_marker_excludes(&self, excludes: bool) {
        self.service.state().paging.marker_excludes = excludes;
    }

    /// Whether a connection needs a gateway, an address of it and a customer gateway that the
    /// simulator knows: no at first, when others may have any id.
    pub fn set_only_known_gateways(&self, only_known: bool) {
        self.service.state().gateways.only_known = only_known;
    }
}
