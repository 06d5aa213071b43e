//! Pages and filters of lists.

use otc_vpn::Client;
use otc_vpn::error_codes::VPN_0001;
use otc_vpn::simulator::Simulator;
use otc_vpn::types::{ListVpnConnectionsResponse, VpnConnection};
use serde_json::json;

use super::send;
use crate::support::{CGW_ID, VGW_ID, VGW_IP_1, VGW_IP_2, request};

fn connection(id: &str, created_at: &str) -> VpnConnection {
    serde_json::from_value(json!({ "id": id, "created_at": created_at })).unwrap()
}

/// Five connections, three of them of the same millisecond: `2`, `3` and `4`.
fn hold_five(simulator: &Simulator) {
    for (id, millisecond) in [("1", 100), ("2", 200), ("3", 200), ("4", 200), ("5", 300)] {
        simulator.insert(connection(id, &format!("2025-06-11T13:59:59.{millisecond}Z")));
    }
}

async fn page(client: &Client, limit: u32, marker: Option<&str>) -> ListVpnConnectionsResponse {
    let list = client.api().list_vpn_connections().project_id(client.project_id()).limit(limit);
    let list = if let Some(marker) = marker { list.marker(marker) } else { list };
    list.send().await.unwrap().into_inner()
}

/// The ids of each page, as one who only follows the markers sees them.
async fn pages(client: &Client, limit: u32) -> Vec<String> {
    let (mut pages, mut marker) = (Vec::new(), None::<String>);
    // As many as a pager needs who is not stuck.
    for _ in 0..10 {
        let page = page(client, limit, marker.as_deref()).await;
        pages.push(page.vpn_connections.iter().map(|it| it.id.as_str()).collect());
        let info = page.page_info.unwrap();
        assert_eq!(page.total_count, Some(5));
        assert_eq!(info.current_count, u32::try_from(page.vpn_connections.len()).ok());
        if info.current_count < Some(limit) {
            break;
        }
        marker = info.next_marker;
    }
    pages
}

#[tokio::test]
async fn pages_begin_with_the_newest_and_repeat_the_time_of_their_marker() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    hold_five(&simulator);
    assert_eq!(pages(&client, 6).await, ["54321"]);
    assert_eq!(pages(&client, 4).await, ["5432", "4321", "1"]);
    assert_eq!(pages(&client, 3).await[1], "432", "and so on: it is stuck");
    simulator.set_oldest_first(true);
    assert_eq!(pages(&client, 6).await, ["12345"]);
    assert_eq!(pages(&client, 4).await, ["1234", "2345", "5"]);
}

#[tokio::test]
async fn a_marker_that_excludes_its_time_loses_connections_at_the_border() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    hold_five(&simulator);
    simulator.set_marker_excludes(true);
    assert_eq!(pages(&client, 3).await, ["543", "1"], "2 is lost");
    simulator.set_oldest_first(true);
    assert_eq!(pages(&client, 3).await, ["123", "5"], "4 is lost");
    assert_eq!(pages(&client, 1).await, ["1", "2", "5", ""]);
}

#[tokio::test]
async fn the_last_page_has_a_marker_and_an_empty_one_none() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let empty = page(&client, 2, None).await;
    assert_eq!(empty.page_info.unwrap().next_marker, None);
    hold_five(&simulator);
    let last = page(&client, 2000, None).await;
    let marker = last.page_info.unwrap().next_marker;
    assert_eq!(marker.as_deref(), Some("2025-06-11T13:59:59.100Z"));
    let endless = page(&client, 0, marker.as_deref()).await;
    assert_eq!(endless.page_info.unwrap().current_count, Some(0));
}

#[tokio::test]
async fn filters_select_connections() {
    let simulator = Simulator::start().await.unwrap();
    for (id, vgw_id, vgw_ip, project) in
        [("1", VGW_ID, VGW_IP_1, "0"), ("2", VGW_ID, VGW_IP_2, "e"), ("3", CGW_ID, VGW_IP_1, "e")]
    {
        let connection = json!({
            "id": id, "vgw_id": vgw_id, "vgw_ip": vgw_ip, "enterprise_project_id": project,
        });
        simulator.insert(serde_json::from_value(connection).unwrap());
    }
    for (query, expected) in [
        (String::new(), "123"),
        (format!("vgw_id={VGW_ID}"), "12"),
        (format!("vgw_ip={VGW_IP_1}"), "13"),
        (format!("vgw_id={VGW_ID}&vgw_ip={VGW_IP_1}&limit=2"), "1"),
        (format!("vgw_ip={VGW_IP_1}&vgw_id={VGW_IP_2}"), ""),
        ("enterprise_project_id=e".to_owned(), "23"),
        ("enterprise_project_id=e&enterprise_project_id=0".to_owned(), "123"),
        (format!("enterprise_project_id=e&vgw_ip={VGW_IP_1}"), "3"),
    ] {
        let (status, body) = send(&simulator, "GET", &format!("vpn-connection?{query}"), "").await;
        let listed = body["vpn_connections"].as_array().unwrap();
        let mut ids: Vec<_> = listed.iter().map(|it| it["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!((status, ids.concat().as_str()), (200, expected), "{query}");
        assert_eq!(body["total_count"], 3, "whatever the filters are");
        assert!(listed.iter().all(|it| it["status"] == "DOWN"), "{body}");
    }
}

#[tokio::test]
async fn a_query_that_breaks_the_schema_is_rejected() {
    let simulator = Simulator::start().await.unwrap();
    for (query, problem) in [
        ("vpn-connection?limit=2001", "/limit: "),
        ("vpn-connection?limit=two", "/limit: "),
        ("vpn-connection?vgw_id=", "/vgw_id: "),
        ("vpn-connection?vgw_ip=too_short", "/vgw_ip: "),
        ("vpn-connection?vgw=a", "has an unknown key"),
        ("vpn-connection?marker=2025-06-11T13:59:59.633Z", "marker without limit"),
        ("vpn-connection?limit=2&marker=first", "the marker is not a time"),
        ("customer-gateways?limit=201", "/limit: "),
        ("customer-gateways?vgw_id=a", "has an unknown key"),
        ("connection-monitors?limit=1", "has an unknown key"),
        ("vpn-gateways?limit=1", "has an unknown key"),
    ] {
        let (status, body) = send(&simulator, "GET", query, "").await;
        assert_eq!((status, body["error_code"].as_str()), (400, Some(VPN_0001)), "{query}");
        assert!(body["error_msg"].as_str().unwrap().contains(problem), "{query}: {body}");
    }
}

#[tokio::test]
async fn customer_gateways_come_in_pages() {
    let simulator = Simulator::start().await.unwrap();
    let listed = async |query: &str| {
        let path = format!("customer-gateways?{query}");
        let (status, body) = send(&simulator, "GET", &path, "").await;
        assert_eq!((status, &body["total_count"]), (200, &json!(3)));
        let gateways = body["customer_gateways"].as_array().unwrap();
        let ids = gateways.iter().map(|it| it["id"].as_str().unwrap()[..1].to_owned());
        (ids.collect::<String>(), body["page_info"].clone())
    };
    for (id, created_at) in [("a", "2024-01-01T00:00:00Z"), ("b", "2026-01-01T00:00:00.5Z")] {
        let gateway = json!({ "id": id, "created_at": created_at });
        simulator.insert_customer_gateway(serde_json::from_value(gateway).unwrap());
    }
    let info = json!({ "current_count": 1, "next_marker": "2026-01-01T00:00:00.500Z" });
    assert_eq!(listed("limit=1").await, ("b".to_owned(), info));
    assert_eq!(listed("limit=2&marker=2025-12-31T00:00:00Z").await.0, "8a");
    assert_eq!(listed("").await.0, "b8a");
}

/// Far slower if each of them looked at all others.
#[tokio::test]
async fn many_connections_are_found_by_every_key() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let many = 20_000;
    for number in 0..many {
        let mut request = request();
        request.vgw_id = format!("{:036}", number / 2);
        request.vgw_ip = format!("{number:036}");
        simulator.insert_request(&request);
    }
    let last = page(&client, 1, None).await.vpn_connections.remove(0);
    let query = format!("vpn-connection?vgw_id={}", last.vgw_id.as_deref().unwrap());
    let (_, body) = send(&simulator, "GET", &query, "").await;
    let listed = body["vpn_connections"].as_array().unwrap();
    assert_eq!((listed.len(), &body["total_count"]), (2, &json!(many)));
    assert!(client.show(&last.id).await.is_ok());
    let mut same = request();
    (same.vgw_id, same.vgw_ip) = (last.vgw_id.unwrap(), last.vgw_ip.unwrap());
    assert!(client.create(&same).await.unwrap_err().is_already_there());
}
