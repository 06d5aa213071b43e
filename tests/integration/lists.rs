//! Lists over HTTP: every item once, one page at a time, and nothing when nobody asks.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt as _;
use jiff::Timestamp;
use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::VpnConnection;
use otc_vpn::{Client, ConnectionKey, ErrorKind, Listing, Retries};
use serde_json::{Value, json};

use crate::load::status_kib;
use crate::support::{
    CGW_ID, CONNECTION_ID, VGW_ID, VGW_IP_1, dropped_after, eventually, fixture, is_alone, patient,
};

/// A simulator with a connection of each creation time, in milliseconds; its id is its place.
async fn holding(created: impl IntoIterator<Item = i64>) -> (Simulator, Client) {
    let simulator = Simulator::start().await.unwrap();
    for (place, created) in created.into_iter().enumerate() {
        let created = format!("{:.3}", Timestamp::from_millisecond(created).unwrap());
        let connection = json!({ "id": place.to_string(), "created_at": created });
        simulator.insert(serde_json::from_value(connection).unwrap());
    }
    let builder = simulator.client_builder().retries(Retries::none()).timeouts(patient());
    let client = builder.build().unwrap();
    (simulator, client)
}

async fn ids(list: &mut Listing<VpnConnection>) -> Vec<usize> {
    let mut ids = Vec::new();
    while let Some(connection) = list.try_next().await.unwrap() {
        ids.push(connection.id.parse().unwrap());
    }
    ids
}

const START: i64 = 1_749_650_399_633;

/// So many creation times; some are shared by four connections, and one by 250.
fn crowded(count: i64) -> Vec<i64> {
    let created = |number: i64| match number {
        1150..1400 => 1150,
        _ if number % 100 < 4 => number - number % 100,
        _ => number,
    };
    (0..count).map(|number| START + 5 * created(number)).collect()
}

#[tokio::test]
async fn a_list_of_5003_connections_has_each_of_them_once() {
    let (simulator, client) = holding(crowded(5003)).await;
    for oldest_first in [false, true] {
        for marker_excludes in [false, true] {
            simulator.set_oldest_first(oldest_first);
            simulator.set_marker_excludes(marker_excludes);
            let mut found = ids(&mut client.list().page_size(100).stream()).await;
            if !oldest_first {
                found.reverse();
            }
            let count = found.len();
            assert!(found.into_iter().eq(0..5003), "{count}, {oldest_first}, {marker_excludes}");
            let requests = simulator.take_received().len();
            assert!(requests < 62, "{requests} requests for 51 pages");
        }
    }
}

#[tokio::test]
async fn a_list_that_is_dropped_asks_for_nothing_more() {
    let (simulator, client) = holding(crowded(5003)).await;
    let requests = || simulator.received().len();
    let first: Vec<_> = client.list().page_size(100).stream().take(150).collect().await;
    assert!(first.into_iter().all(|connection| connection.is_ok()));
    assert_eq!(requests(), 2);
    // A page is asked for when one is needed, and not before.
    let mut list = client.list().page_size(100).stream();
    assert_eq!(requests(), 2);
    for _ in 0..100 {
        list.try_next().await.unwrap().unwrap();
    }
    assert_eq!(requests(), 3);
    // In the middle of a request too.
    simulator.next(Fault::cut().after(Duration::from_secs(600)));
    assert!(!dropped_after(0, list.try_next()).await);
    drop((list, client));
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    eventually(|| tasks() <= 1).await;
    assert!(requests() <= 4);
}

/// A call that is dropped, as by `select!`, leaves the list where it was.
#[tokio::test]
async fn a_dropped_call_loses_no_connection() {
    let (simulator, client) = holding((0..300).map(|number| START - number)).await;
    let mut list = client.list().page_size(100).stream();
    let mut ids: Vec<usize> = Vec::new();
    while ids.len() < 300 {
        let next = async {
            ids.push(list.try_next().await.unwrap().unwrap().id.parse().unwrap());
        };
        dropped_after(0, next).await;
        tokio::task::yield_now().await;
    }
    assert!(ids.into_iter().eq(0..300));
    assert_eq!(simulator.received().len(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn a_list_of_100000_connections_takes_as_much_memory_as_a_short_one() {
    if !is_alone("lists::a_list_of_100000_connections_takes_as_much_memory_as_a_short_one") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (simulator, client) = holding(crowded(100_000)).await;
        let list = client.list().page_size(500);
        // Five pages by themselves: a stream that began by reading all would not stand out
        // against its own beginning.
        let mut marker = None;
        for _ in 0..5 {
            marker = list.page(marker.as_deref()).await.unwrap().into_inner().next_marker;
        }
        let at_first = status_kib("VmRSS");
        let mut list = list.stream();
        for number in (0..100_000).rev() {
            assert_eq!(list.try_next().await.unwrap().unwrap().id, number.to_string());
        }
        assert!(list.try_next().await.unwrap().is_none());
        assert!(simulator.received().len() < 220);
        let grown = status_kib("VmHWM") - at_first;
        assert!(grown < 4 * 1024, "{grown} KiB after {at_first} KiB");
    });
}

#[tokio::test]
async fn pages_can_be_asked_for_one_by_one() {
    let (simulator, client) = holding((0..250).map(|number| START + number)).await;
    simulator.set_marker_excludes(true);
    let list = client.list().page_size(100);
    let mut pages = vec![list.page(None).await.unwrap()];
    while let Some(marker) = &pages[pages.len() - 1].next_marker {
        let page = list.page(Some(marker)).await.unwrap();
        assert_eq!((page.total_count, page.status_code()), (Some(250), 200));
        pages.push(page);
    }
    let lengths: Vec<_> = pages.iter().map(|page| page.items.len()).collect();
    assert_eq!(lengths, [100, 100, 50]);
}

#[tokio::test]
async fn an_invalid_page_size_or_filter_is_not_sent() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let list = || client.list();
    for (list, pointer) in [
        (list().page_size(0), "/limit"),
        (list().page_size(2001), "/limit"),
        (list().vgw_ip("1.2.3"), "/vgw_ip"),
        (list().vgw_ip("not an address"), "/vgw_ip"),
    ] {
        let error = list.stream().try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.violations().unwrap()[0].pointer(), pointer, "{error}");
        assert_eq!(list.page(None).await.unwrap_err().violations(), error.violations());
    }
    let error = list().vgw_id("../a").page(None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid gateway id of length 4: '.' is not allowed; use 0-9 A-Z a-z _ -"
    );
    let error = client.customer_gateways().page_size(201).stream().try_next().await.unwrap_err();
    assert!(error.to_string().contains("is 201; must be 0 to 200"), "{error}");
    let error = client.customer_gateways().page_size(0).page(None).await.unwrap_err();
    assert!(error.to_string().contains("is 0; must be 1 to 200"), "{error}");
    assert!(simulator.received().is_empty());
}

#[tokio::test]
async fn the_documented_lists_are_read() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    simulator.next(Fault::response(200, fixture("responses/list").to_string()));
    let connections: Vec<_> = client.list().stream().collect().await;
    let ids: Vec<_> = connections.into_iter().map(|connection| connection.unwrap().id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(simulator.take_received()[0].query.as_deref(), Some("limit=2000"));

    let gateways = fixture("responses/customer_gateways");
    simulator.next(Fault::response(200, gateways.to_string()));
    let listed: Vec<_> = client.customer_gateways().stream().collect().await;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].as_ref().unwrap().name.as_deref(), Some("cgw-a45b"));
    assert_eq!(simulator.take_received()[0].query.as_deref(), Some("limit=200"));
}

/// What is known of a connection when a create had no answer.
fn key() -> ConnectionKey {
    let mut key = ConnectionKey::default();
    (key.vgw_id, key.vgw_ip) = (Some(VGW_ID.to_owned()), Some(VGW_IP_1.to_owned()));
    (key.cgw_id, key.name) = (Some(CGW_ID.to_owned()), Some("office".to_owned()));
    key
}

#[tokio::test]
async fn a_key_finds_the_connections_that_it_describes() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    let wanted = json!({
        "id": "the-id", "name": "office", "vgw_id": VGW_ID, "vgw_ip": VGW_IP_1, "cgw_id": CGW_ID,
    });
    let with = |field: &str, value: Value| {
        let mut other = wanted.clone();
        (other["id"], other[field]) = (format!("other-{field}").into(), value);
        other
    };
    let mut listed = vec![wanted.clone()];
    listed.extend(["name", "vgw_id", "vgw_ip", "cgw_id"].map(|field| with(field, "other".into())));
    listed.push(with("cgw_id", Value::Null));
    let response = json!({ "vpn_connections": listed }).to_string();

    simulator.next(Fault::response(200, response.clone()));
    let found = client.find(&key()).await.unwrap();
    assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["the-id"]);
    let query = simulator.take_received()[0].query.clone().unwrap();
    let sent: HashSet<_> = query.split('&').collect();
    let filters = [format!("vgw_id={VGW_ID}"), format!("vgw_ip={VGW_IP_1}")];
    assert!(filters.iter().all(|filter| sent.contains(filter.as_str())), "{query}");

    // Several, and none.
    let mut by_name = ConnectionKey::default();
    by_name.name = Some("office".to_owned());
    simulator.next(Fault::response(200, response.clone()));
    assert_eq!(client.find(&by_name).await.unwrap().len(), 5);
    by_name.name = Some("nobody's".to_owned());
    simulator.next(Fault::response(200, response));
    assert_eq!(client.find(&by_name).await.unwrap(), []);
}

#[tokio::test]
async fn a_key_with_an_id_finds_that_connection_or_none() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client_builder().retries(Retries::none()).build().unwrap();
    let mut key = key();
    key.id = Some(CONNECTION_ID.to_owned());
    simulator.next(Fault::response(200, fixture("responses/example3_show").to_string()));
    assert_eq!(client.find(&key).await.unwrap()[0].id, CONNECTION_ID);
    assert!(simulator.take_received()[0].path.ends_with(CONNECTION_ID));
    // The service's own word, and not that of a proxy.
    assert_eq!(client.find(&key).await.unwrap(), []);
    simulator.next(Fault::response(404, ""));
    assert_eq!(client.find(&key).await.unwrap_err().status(), Some(404));
    // Nothing is sent for nothing.
    simulator.take_received();
    let error = client.find(&ConnectionKey::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(simulator.received().is_empty());
}
