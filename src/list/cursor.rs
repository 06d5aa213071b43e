//! Where a list is read next.
//!
//! What the vendor documents: the marker of the next page is the time at which the last item
//! of this one was created. Not documented are the order, whether the next page begins with
//! that time or after it, and that a time is cut to milliseconds while items may have been
//! created in the same one, or have more digits. Read as documented, items of the border's
//! time come twice or never.
//!
//! Our care: the next page is asked for from a millisecond before the border, so that all
//! items of the border's time are read again, and what was seen is left out. If the service
//! rejects that marker, or what it returns does not touch what was seen, the documented one
//! is used as it is.

use std::cmp::Ordering;
use std::collections::HashSet;

use jiff::Timestamp;

use super::page::{Key, Page};

pub(super) struct Cursor<T> {
    key: Key<T>,
    page_size: u32,
    /// The largest page that the service returns.
    most: u32,
    /// The size of the page to ask for: larger ones where a page does not get past a time.
    limit: u32,
    /// How creation times follow each other; equal while that is not known.
    order: Ordering,
    place: Place,
    /// The ids of the page before, and of all that began at the same place.
    seen: HashSet<String>,
    pub(super) next: Next,
}

/// Where a page begins: the first one, or after the border of another.
#[derive(Default)]
struct Place {
    /// When the last item before it was created, in milliseconds since 1970.
    border: Option<i64>,
    marker: Option<String>,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Ask,
    /// There is more, and no way to ask for it.
    Stuck,
    End,
}

impl<T> Cursor<T> {
    pub(super) fn new(page_size: u32, most: u32, key: Key<T>) -> Self {
        Self {
            key,
            page_size,
            most,
            limit: page_size,
            order: Ordering::Equal,
            place: Place::default(),
            seen: HashSet::new(),
            next: Next::Ask,
        }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    /// The documented marker of the next page; none for the first one.
    pub(super) fn marker(&self) -> Option<&str> {
        self.place.marker.as_deref()
    }

    /// The marker a millisecond before the border, if it is known where that is.
    pub(super) fn early_marker(&self) -> Option<String> {
        self.early().map(|early| format!("{early:.3}"))
    }

    fn early(&self) -> Option<Timestamp> {
        let back = match self.order {
            Ordering::Less => -1,
            Ordering::Greater => 1,
            Ordering::Equal => return None,
        };
        Timestamp::from_millisecond(self.place.border?.checked_add(back)?).ok()
    }

    /// Whether a page may be the one from the early marker on: it does not begin before, and
    /// touches what was seen.
    pub(super) fn joins(&self, page: &Page<T>) -> bool {
        let first = page.items.first().and_then(|item| self.created(item)).map(milliseconds);
        let early = self.early().map(milliseconds);
        let begins_before = match (first, early) {
            (Some(first), Some(early)) => first.cmp(&early) == self.order,
            _ => false,
        };
        !begins_before && page.items.iter().any(|item| self.has_seen(item))
    }

    fn created(&self, item: &T) -> Option<Timestamp> {
        (self.key)(item).1?.parse().ok()
    }

    fn has_seen(&self, item: &T) -> bool {
        self.seen.contains((self.key)(item).0)
    }

    /// Moves on past the page: what is new on it.
    pub(super) fn pass(&mut self, page: Page<T>) -> Vec<T> {
        let Page { mut items, next_marker, .. } = page;
        let created = |item: Option<&T>| item.and_then(|item| self.created(item));
        let (first, last) = (created(items.first()), created(items.last()));
        if let (Some(first), Some(last)) = (first, last)
            && self.order == Ordering::Equal
        {
            self.order = first.cmp(&last);
        }
        let ids = items.iter().map(|item| (self.key)(item).0.to_owned()).collect();
        items.retain(|item| !self.has_seen(item));
        if next_marker.is_none() {
            self.next = Next::End;
            return items;
        }
        let place = Place { border: last.map(milliseconds), marker: next_marker };
        if self.gets_on_to(&place) && !items.is_empty() {
            (self.place, self.seen, self.limit) = (place, ids, self.page_size);
        } else if self.limit < self.most {
            self.seen.extend(ids);
            self.limit = self.limit.saturating_mul(2).min(self.most);
        } else {
            self.next = Next::Stuck;
        }
        items
    }

    /// Whether a page that ends there gets past the one before: whatever the service
    /// responds, no place is read for ever.
    fn gets_on_to(&self, place: &Place) -> bool {
        match (self.place.border, place.border) {
            (_, None) => self.place.marker != place.marker,
            (None, Some(_)) => self.order != Ordering::Equal,
            (Some(from), Some(to)) => from.cmp(&to) == self.order,
        }
    }
}

/// Cut down, as the service writes a time.
fn milliseconds(time: Timestamp) -> i64 {
    time.as_millisecond()
}
