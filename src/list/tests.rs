//! Lists of a service whose order, markers and times are everything that the vendor's page
//! leaves open.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::listing::Listing;
use super::page::Page;
use crate::error::{Error, ErrorKind, ErrorResponse};
use crate::response::Response;
use crate::transport::exchange::RawResponse;
use crate::types::PageInfo;

#[derive(Clone, Debug)]
struct Item {
    id: String,
    /// With microseconds; none where the service does not say.
    created: Option<String>,
    microseconds: i64,
}

#[derive(Clone, Copy, Debug)]
enum Markers {
    /// A page begins with the time of its marker.
    Inclusive,
    /// It begins after that.
    Exclusive,
    /// Only the time of an item is a marker.
    Known,
    /// The same, and others are the marker of the first page.
    Found,
    /// The same, and others are the marker of an empty page.
    Missed,
    /// They are no times, and say where the page begins.
    Opaque,
    Ignored,
    /// The same, and each is another one.
    Counted,
}

/// Every marker and limit that was asked for.
type Asked = Vec<(Option<String>, u32)>;

#[derive(Clone, Debug)]
struct Service {
    /// In their order.
    items: Vec<Item>,
    order: Ordering,
    markers: Markers,
    /// Whether times are compared as they are, and not cut to milliseconds.
    is_exact: bool,
    most: u32,
    asked: Arc<Mutex<Asked>>,
}

impl Service {
    fn new(mut microseconds: Vec<i64>, order: Ordering, markers: Markers) -> Self {
        microseconds.sort_unstable();
        if order == Ordering::Greater {
            microseconds.reverse();
        }
        let items = microseconds.into_iter().enumerate().map(|(number, microseconds)| {
            let created = Timestamp::from_microsecond(microseconds).unwrap().to_string();
            Item { id: number.to_string(), created: Some(created), microseconds }
        });
        let (items, asked) = (items.collect(), Arc::default());
        Self { items, order, markers, is_exact: false, most: 2000, asked }
    }

    fn page(&self, marker: Option<String>, limit: u32) -> Result<Response<Page<Item>>, Error> {
        self.asked.lock().unwrap().push((marker.clone(), limit));
        let cut =
            |item: &Item| Timestamp::from_microsecond(item.microseconds / 1000 * 1000).unwrap();
        let written = |item: &Item| format!("{:.3}", cut(item));
        let first = match marker {
            None => Some(0),
            Some(marker) => match self.markers {
                Markers::Ignored | Markers::Counted => Some(0),
                Markers::Opaque => marker.strip_prefix('@').and_then(|place| place.parse().ok()),
                Markers::Known | Markers::Found | Markers::Missed => {
                    let known = self.items.iter().rposition(|item| written(item) == marker);
                    let other = match self.markers {
                        Markers::Found => Some(0),
                        Markers::Missed => Some(self.items.len()),
                        _ => None,
                    };
                    known.map(|known| known + 1).or(other)
                }
                Markers::Inclusive | Markers::Exclusive => {
                    let marker: Timestamp = marker.parse().unwrap();
                    Some(self.items.partition_point(|item| {
                        let exact = Timestamp::from_microsecond(item.microseconds).unwrap();
                        let time = if self.is_exact { exact } else { cut(item) };
                        match time.cmp(&marker) {
                            Ordering::Equal => matches!(self.markers, Markers::Exclusive),
                            other => other == self.order,
                        }
                    }))
                }
            },
        };
        let Some(first) = first else {
            let response = ErrorResponse { status: Some(400), ..ErrorResponse::default() };
            return Err(Error::new(ErrorKind::Service, "unknown marker").with_response(response));
        };
        let items: Vec<_> = self.items.iter().skip(first).take(limit as usize).cloned().collect();
        let info = PageInfo {
            current_count: Some(items.len() as u32),
            next_marker: match self.markers {
                Markers::Opaque => Some(format!("@{}", first + items.len())),
                Markers::Counted => Some(self.asked.lock().unwrap().len().to_string()),
                _ => items.last().map(written),
            },
        };
        let page = Page::read(items, Some(info), None, limit, key).map_err(|_| unreachable!());
        page.map(|page| Response::new(page, None, &RawResponse::default()))
    }

    fn list(&self, page_size: u32) -> Listing<Item> {
        let service = self.clone();
        let ask =
            move |marker, limit| Box::pin(std::future::ready(service.page(marker, limit))) as _;
        Listing::new(page_size, self.most, key, Box::new(ask))
    }

    /// What a list returns before it ends, and the error that ends it.
    async fn read(&self, page_size: u32) -> (Vec<Item>, Option<Error>) {
        let mut list = self.list(page_size);
        let mut items = Vec::new();
        loop {
            match list.try_next().await {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return (items, None),
                Err(error) => return (items, Some(error)),
            }
            assert!(items.len() <= self.items.len(), "{self:?} repeats itself");
        }
    }

    async fn assert_complete(&self, page_size: u32) {
        let (items, error) = self.read(page_size).await;
        assert!(error.is_none(), "{error:?} after {} items of {self:?}", items.len());
        let expected: Vec<_> = self.items.iter().map(|item| &item.id).collect();
        let found: Vec<_> = items.iter().map(|item| &item.id).collect();
        assert_eq!(found, expected, "{page_size} on a page, {:?}, {:?}", self.order, self.markers);
    }

    fn asked(&self) -> Asked {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn key(item: &Item) -> (&str, Option<&str>) {
    (&item.id, item.created.as_deref())
}

const START: i64 = 1_749_650_399_633_000;
const ORDERS: [Ordering; 2] = [Ordering::Less, Ordering::Greater];
const DOCUMENTED: [Markers; 2] = [Markers::Inclusive, Markers::Exclusive];

/// The creation times of 5003 connections: at the end of every other page three to five were
/// created in the same millisecond, at one 250, and at another 180 within three milliseconds.
fn crowded() -> Vec<i64> {
    let mut now = START;
    let times = (0..5003).map(|number| {
        let is_crowd = match number {
            1150..1400 => true,
            2990..3170 => number % 60 != 0,
            _ => number % 200 < 2 + number % 3 || number % 200 >= 197,
        };
        now += if is_crowd { 0 } else { 1000 * (1 + number % 7) };
        now
    });
    times.collect()
}

#[tokio::test]
async fn every_item_comes_once_whatever_lies_at_the_border() {
    for order in ORDERS {
        for markers in DOCUMENTED {
            let service = Service::new(crowded(), order, markers);
            service.assert_complete(100).await;
            let asked = service.asked().len();
            assert!(asked < 62, "{asked} requests for 51 pages, {order:?}, {markers:?}");
        }
    }
}

/// Those of customer gateways have digits below the millisecond, and markers do not.
#[tokio::test]
async fn every_item_comes_once_if_times_are_finer_than_markers() {
    for order in ORDERS {
        for markers in DOCUMENTED {
            let times = crowded().into_iter().enumerate();
            let times: Vec<_> =
                times.map(|(number, time)| time + number as i64 * 7 % 1000).collect();
            for is_exact in [false, true] {
                let service = Service { is_exact, ..Service::new(times.clone(), order, markers) };
                service.assert_complete(100).await;
            }
        }
    }
}

#[tokio::test]
async fn every_item_comes_once_in_lists_of_any_shape() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..2000 {
        let (count, spread) = (random.usize(0..60), random.i64(1..40_000));
        let times = (0..count).map(|_| START + random.i64(0..spread)).collect();
        let order = ORDERS[random.usize(0..2)];
        let service = Service::new(times, order, DOCUMENTED[random.usize(0..2)]);
        let service = Service { is_exact: random.bool(), ..service };
        service.assert_complete(random.u32(1..30)).await;
    }
}

#[tokio::test]
async fn pages_of_distinct_times_are_not_larger_and_hardly_more() {
    for order in ORDERS {
        for markers in DOCUMENTED {
            let times = (0..1000).map(|number| START + number * 5000).collect();
            let service = Service::new(times, order, markers);
            service.assert_complete(100).await;
            let asked = service.asked();
            assert!(asked.iter().all(|(_, limit)| *limit == 100));
            assert_eq!(asked.len(), 11, "{asked:?}");
        }
    }
}

/// A full page may be the last one: then one of what is known follows.
#[tokio::test]
async fn the_last_page_is_the_one_that_is_not_full() {
    for (count, requests) in [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (199, 3)] {
        let times = (0..count).map(|number| START + number * 5000).collect();
        let service = Service::new(times, Ordering::Greater, Markers::Exclusive);
        service.assert_complete(100).await;
        assert_eq!(service.asked().len(), requests, "{count}");
    }
}

#[tokio::test]
async fn markers_that_only_the_service_gives_are_used_as_they_are() {
    let times: Vec<_> = (0..250).map(|number| START + number * 5000).collect();
    for markers in [Markers::Known, Markers::Found, Markers::Missed, Markers::Opaque] {
        for order in ORDERS {
            let service = Service::new(times.clone(), order, markers);
            service.assert_complete(100).await;
            assert_eq!(service.asked().len(), 5, "{markers:?}: each page but the first twice");
        }
    }
    let mut service = Service::new(times, Ordering::Less, Markers::Opaque);
    service.items.iter_mut().for_each(|item| item.created = None);
    service.assert_complete(100).await;
    assert_eq!(service.asked().len(), 3);
}

#[tokio::test]
async fn what_makes_no_progress_ends_with_an_error() {
    let crowd = vec![START; 2300];
    let after = || (1..2000).map(|number| START + number * 5000);
    for order in ORDERS {
        for markers in [Markers::Inclusive, Markers::Exclusive, Markers::Ignored] {
            // At the beginning of the list, at its end, and everything.
            for times in [crowd.iter().copied().chain(after()).collect(), crowd.clone()] {
                let service = Service::new(times, order, markers);
                let (items, error) = service.read(100).await;
                let error = error.unwrap();
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
                let text = error.to_string();
                assert!(
                    text.contains("a page of 2000") && text.contains("the same time"),
                    "{text}"
                );
                let asked = service.asked();
                assert!(asked.len() < 60, "{} requests", asked.len());
                assert_eq!(asked.last().unwrap().1, 2000);
                let ids: HashSet<_> = items.iter().map(|item| &item.id).collect();
                assert!(ids.len() == items.len() && ids.len() >= 2000, "{}", ids.len());
            }
        }
    }
}

#[tokio::test]
async fn markers_that_lead_nowhere_end_with_an_error() {
    let mut service = Service::new((0..3000).collect(), Ordering::Less, Markers::Counted);
    service.items.iter_mut().for_each(|item| item.created = None);
    let (items, error) = service.read(100).await;
    assert_eq!((items.len(), error.unwrap().kind()), (2000, ErrorKind::UnexpectedResponse));
    let asked = service.asked().len();
    assert!(asked < 60, "{asked} requests");
}

#[tokio::test]
async fn a_list_ends_after_an_error() {
    let service =
        Service { most: 100, ..Service::new(vec![START; 200], Ordering::Less, Markers::Known) };
    let mut list = service.list(100);
    for _ in 0..100 {
        list.try_next().await.unwrap().unwrap();
    }
    list.try_next().await.unwrap_err();
    let asked = service.asked().len();
    assert!(list.try_next().await.unwrap().is_none());
    assert_eq!((asked, service.asked().len()), (1, 0));
}

#[test]
fn a_page_is_the_last_one_if_it_is_not_full() {
    let item = |id: &str, created: Option<&str>| Item {
        id: id.to_owned(),
        created: created.map(str::to_owned),
        microseconds: 0,
    };
    let items = || vec![item("a", Some("2025-06-11T14:24:25.115Z")), item("b", Some("then"))];
    let info = |marker: Option<&str>, current_count| {
        Some(PageInfo { next_marker: marker.map(str::to_owned), current_count })
    };
    for (info, limit, next) in [
        (info(Some("m"), Some(2)), 3, None),
        (info(Some("m"), Some(2)), 2, Some("m")),
        (info(Some("m"), None), 3, None),
        (info(Some("m"), None), 2, Some("m")),
        // The marker is documented as the time of the last item.
        (info(None, Some(2)), 2, Some("then")),
        (info(Some(""), Some(2)), 2, Some("then")),
        (None, 2, Some("then")),
        (None, 3, None),
    ] {
        let shown = format!("{info:?}, {limit}");
        let page = Page::read(items(), info, Some(7), limit, key).ok().unwrap();
        assert_eq!((page.next_marker.as_deref(), page.total_count), (next, Some(7)), "{shown}");
    }
    let lost = Page::read(vec![item("a", None)], None, None, 1, key).err().unwrap();
    assert_eq!(lost.received[0].id.as_deref(), Some("a"));
    assert!(
        Page::read(Vec::new(), info(Some("m"), Some(2)), None, 2, key)
            .ok()
            .unwrap()
            .next_marker
            .is_none()
    );
}
