//! Pages of a list.

use std::collections::BTreeSet;
use std::ops::{Bound, RangeInclusive};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::response::{StatusAndBody, invalid};

/// The time of creation, in whole milliseconds, and a number that no other resource has.
pub(super) type Rank = (Timestamp, u64);

/// The time as a rank and a marker have it.
pub(super) fn in_milliseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}

/// How the service pages. The pages of the vendor begin with the newest resource.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paging {
    pub(super) oldest_first: bool,
    /// Whether a page leaves out what was created at the time of its marker.
    pub(super) marker_excludes: bool,
}

/// Which page a request is for.
pub(super) struct Page {
    limit: usize,
    marker: Option<Timestamp>,
}

impl Page {
    /// `limits` are those of `limit`, whose default is the most.
    pub(super) fn of(
        filters: &Map<String, Value>,
        limits: &RangeInclusive<u32>,
    ) -> Result<Self, StatusAndBody> {
        let limit = filters.get("limit").and_then(Value::as_u64);
        let marker = match filters.get("marker").and_then(Value::as_str) {
            None | Some("") => None,
            Some(_) if limit.is_none() => return Err(invalid("marker without limit")),
            Some(marker) => Some(marker.parse().map_err(|_| invalid("the marker is not a time"))?),
        };
        let limit = limit.unwrap_or_else(|| (*limits.end()).into());
        Ok(Self { limit: usize::try_from(limit).unwrap_or(usize::MAX), marker })
    }

    /// The ranks of the page: of those that are `listed`, as many as fit.
    pub(super) fn select(
        &self,
        paging: Paging,
        ranks: &BTreeSet<Rank>,
        listed: impl Fn(&Rank) -> bool,
    ) -> Vec<Rank> {
        let marker =
            self.marker.map(|marker| match (paging.oldest_first, paging.marker_excludes) {
                (true, false) | (false, true) => (marker, u64::MIN),
                (true, true) | (false, false) => (marker, u64::MAX),
            });
        let from_marker = marker.map_or(Bound::Unbounded, Bound::Included);
        let listed = |rank: &&Rank| listed(rank);
        if paging.oldest_first {
            let ranks = ranks.range((from_marker, Bound::Unbounded));
            return ranks.filter(listed).take(self.limit).copied().collect();
        }
        let ranks = ranks.range((Bound::Unbounded, from_marker)).rev();
        ranks.filter(listed).take(self.limit).copied().collect()
    }
}

/// What the body of a list says beside the list: where its page ends, and how many resources
/// there are.
pub(super) fn page_info(page: &[Rank], total: usize) -> Value {
    let mut info = json!({ "current_count": page.len() });
    // An empty page has no last resource to mark.
    if let (Value::Object(info), Some((last, _))) = (&mut info, page.last()) {
        info.insert("next_marker".to_owned(), format!("{last:.3}").into());
    }
    json!({ "page_info": info, "total_count": total })
}
