//! A page of a list.

use std::ops::RangeInclusive;

use crate::error::{ConnectionKey, Unexpected};
use crate::types::PageInfo;
use crate::violations::{Violation, Violations};

/// A page of a list, for those who page themselves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on the page. An item whose creation time is that of a page's end may stand on
    /// the page before too.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last page.
    pub next_marker: Option<String>,
    /// How many there are in the project, also those that filters leave out. It may change
    /// from page to page, and tells nothing about which is the last.
    pub total_count: Option<u64>,
}

/// The id of what is listed, and when it was created.
pub(super) type Key<T> = fn(&T) -> (&str, Option<&str>);

impl<T> Page<T> {
    /// The last page is the one that is not full. Every page has a marker, which is when its
    /// last item was created.
    pub(super) fn read(
        items: Vec<T>,
        info: Option<PageInfo>,
        total_count: Option<u64>,
        limit: u32,
        key: Key<T>,
    ) -> Result<Self, Unexpected> {
        let PageInfo { next_marker, current_count } = info.unwrap_or_default();
        let held = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let is_last = items.is_empty() || current_count.unwrap_or(held) < limit;
        if is_last {
            return Ok(Self { items, next_marker: None, total_count });
        }
        let created = items.last().and_then(|item| key(item).1).map(str::to_owned);
        match next_marker.filter(|marker| !marker.is_empty()).or(created) {
            next_marker @ Some(_) => Ok(Self { items, next_marker, total_count }),
            None => Err(Unexpected {
                expected: "a marker of the next page, since this one is full".to_owned(),
                pair: None,
                received: items.iter().map(|item| ConnectionKey::with_id(key(item).0)).collect(),
            }),
        }
    }
}

/// What is wrong with the parameters of a page. The document allows empty pages, which never
/// end.
pub(super) fn checked(
    violations: Violations,
    limit: u32,
    limits: &RangeInclusive<u32>,
) -> Violations {
    let empty = (limit == 0).then(|| {
        Violation::new("/limit", "range", format_args!("is 0; must be 1 to {}", limits.end()))
    });
    violations.into_iter().chain(empty).collect()
}
