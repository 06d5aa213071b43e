//! How the service behaves.

use std::time::Duration;

use super::Simulator;

impl Simulator {
    /// How many connections there may be: any number at first, and with `None`. A create
    /// of more is rejected with `VPN.0001`, since no page names another code; of a batch
    /// that does not fit, none is created. A [known gateway](Self::insert_gateway) has a quota
    /// of its own: its `connection_number`.
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

    /// How long a new connection is `PENDING_CREATE`: two minutes at first.
    pub fn set_create_time(&self, time: Duration) {
        self.service.state().times.create = time;
    }

    /// How long a connection is `PENDING_UPDATE`: no time at first. Meanwhile another update
    /// and a delete are rejected with `VPN.0306`.
    pub fn set_update_time(&self, time: Duration) {
        self.service.state().times.update = time;
    }

    /// How long a deleted connection is `PENDING_DELETE`, until it is gone: no time at first.
    /// Meanwhile an update and another delete are rejected with `VPN.0009`, and its gateway
    /// address is not free for its customer gateway.
    pub fn set_delete_time(&self, time: Duration) {
        self.service.state().times.delete = time;
    }

    /// How long a deleted connection still has its former status, before it is
    /// `PENDING_DELETE`: no time at first.
    pub fn set_delete_delay(&self, delay: Duration) {
        self.service.state().times.delete_delay = delay;
    }

    /// After what time lists hold a connection that was created: at once at first. Until
    /// then, a query for the connection itself can find it, and no other connection can be
    /// created in its place.
    pub fn set_list_delay(&self, delay: Duration) {
        self.service.state().times.list_delay = delay;
    }

    /// After what time a query finds a connection that was created: at once at first. Until
    /// then it is answered with 404.
    pub fn set_show_delay(&self, delay: Duration) {
        self.service.state().times.show_delay = delay;
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
