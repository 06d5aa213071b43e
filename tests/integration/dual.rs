//! The dual connection: one call, matched by the gateway's addresses.

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{
    ConnectionStatus, ConnectionStyle, GatewayStatus, HaRole, IkePolicyRequest, IkeVersion,
    IpsecPolicyRequest, PfsGroup, Phase1NegotiationMode, VpnConnectionRequest, VpnGateway,
    VpnResourceTagRequest, builder,
};
use otc_vpn::{
    ConnectionKey, ConnectionPair, DualConnection, DualConnectionBuilder, ErrorKind, HaMode,
    NetworkType, Psk, Rules,
};
use serde_json::{Value, json};

use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, fixture, pair};

#[tokio::test]
async fn the_vendors_example_3_runs() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let created = client.create_dual(&pair()).await.unwrap();
    assert_eq!(created.first.vgw_ip.as_deref(), Some(VGW_IP_1));
    assert_eq!(created.second.vgw_ip.as_deref(), Some(VGW_IP_2));
    assert!(created.iter().all(|connection| connection.status.is_none()));

    let shown = client.show_dual(&created).await.unwrap();
    for (connection, created) in shown.iter().zip(created.iter()) {
        assert_eq!(connection.id, created.id);
        assert_eq!(connection.status(), &ConnectionStatus::PendingCreate);
    }

    let paths: Vec<_> = simulator.received().into_iter().map(|r| (r.method, r.path)).collect();
    assert_eq!(paths.len(), 3, "one create and two queries");
    assert_eq!(paths[0].0, "POST");
    assert!(paths[0].1.ends_with("/vpn-connections/batch-create"));
}

#[tokio::test]
async fn the_request_is_that_of_example_3_and_nothing_more() {
    let simulator = Simulator::start().await.unwrap();
    simulator.client().unwrap().create_dual(&pair()).await.unwrap();
    let sent: Value = serde_json::from_slice(&simulator.received()[0].body).unwrap();
    let mut documented = fixture("requests/example3_dual");
    for item in documented["vpn_connections"].as_array_mut().unwrap() {
        item["psk"] = json!(PSK);
    }
    assert_eq!(sent, documented);
}

#[test]
fn the_settings_of_a_tunnel_override_the_shared_ones() {
    let ike = |version| -> IkePolicyRequest {
        let mode = (version == IkeVersion::V1).then_some(Phase1NegotiationMode::Main);
        let policy = IkePolicyRequest::builder().ike_version(version).phase1_negotiation_mode(mode);
        policy.try_into().unwrap()
    };
    let ipsec: IpsecPolicyRequest =
        IpsecPolicyRequest::builder().pfs(PfsGroup::Group21).try_into().unwrap();
    let pair = DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips("10.0.0.1", "10.0.0.2")
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .connection(|c| c.style(ConnectionStyle::Bgp).enable_hub(true))
        .psk(PSK)
        .connection(|c| c.ikepolicy(ike(IkeVersion::V2)).ipsecpolicy(ipsec.clone()))
        .first(|tunnel| tunnel.name("one").tunnel_addresses("169.254.1.1/30", "169.254.1.2/30"))
        .second(|tunnel| {
            let tunnel = tunnel.name("two").psk("Another-Key-2025");
            tunnel.connection(|c| c.ikepolicy(ike(IkeVersion::V1)))
        })
        .build()
        .unwrap();
    let [first, second] = pair.requests();
    assert_eq!(first.name.as_deref(), Some("one"));
    assert_eq!(first.tunnel_peer_address.as_deref(), Some("169.254.1.2/30"));
    assert_eq!(first.psk, Some(Psk::new(PSK).unwrap()));
    assert_eq!(first.ikepolicy, Some(ike(IkeVersion::V2)));
    assert_eq!(second.name.as_deref(), Some("two"));
    assert_eq!(second.tunnel_local_address, None);
    assert_eq!(second.psk, Some(Psk::new("Another-Key-2025").unwrap()));
    assert_eq!(second.ikepolicy, Some(ike(IkeVersion::V1)));
    for request in pair.requests() {
        assert_eq!(request.style, Some(ConnectionStyle::Bgp));
        assert_eq!(request.enable_hub, Some(true));
        assert_eq!(request.ipsecpolicy, Some(ipsec.clone()));
    }
}

#[test]
fn the_settings_of_a_tunnel_are_laid_over_the_shared_ones_member_by_member() {
    let policy = |policy: Value| -> IkePolicyRequest { serde_json::from_value(policy).unwrap() };
    let base = || {
        DualConnection::builder()
            .vgw_id(VGW_ID)
            .vgw_ips(VGW_IP_1, VGW_IP_2)
            .cgw_id(CGW_ID)
            .peer_subnets(["192.168.44.0/24"])
            .psk(PSK)
    };
    let shared = policy(json!({ "ike_version": "v2", "dpd": { "timeout": 15, "interval": 30 } }));
    let own = policy(json!({ "dpd": { "timeout": 20 } }));
    let built = base()
        .connection(|c| c.ikepolicy(shared))
        .second(|t| t.connection(|c| c.ikepolicy(own).peer_subnets(["10.0.0.0/8"])))
        .build()
        .unwrap();
    let [first, second] = built.requests().each_ref().map(|r| serde_json::to_value(r).unwrap());
    assert_eq!(first["ikepolicy"]["dpd"], json!({ "timeout": 15, "interval": 30 }));
    assert_eq!(first["peer_subnets"], json!(["192.168.44.0/24"]));
    assert_eq!(second["ikepolicy"]["ike_version"], "v2");
    assert_eq!(second["ikepolicy"]["dpd"], json!({ "timeout": 20, "interval": 30 }));
    assert_eq!(second["peer_subnets"], json!(["10.0.0.0/8"]), "a list replaces the shared one");
    // What is set earlier is there when more is set.
    let twice = base().connection(|c| c.enable_nqa(false)).connection(|c| c.vgw_id(CGW_ID));
    let twice = twice.first(|t| t.name("one").connection(|c| c.enable_nqa(true))).build().unwrap();
    let [first, second] = twice.requests();
    assert_eq!((first.enable_nqa, second.enable_nqa), (Some(true), Some(false)));
    assert_eq!((first.name.as_deref(), first.vgw_id.as_str()), (Some("one"), CGW_ID));
    assert_eq!(first.psk, Some(Psk::new(PSK).unwrap()));
}

#[test]
fn what_the_pair_decides_cannot_be_set_in_a_request_of_it() {
    let gateways = |c: builder::VpnConnectionRequest| c.vgw_id(VGW_ID).cgw_id(CGW_ID);
    let error = DualConnection::builder()
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .connection(|c| gateways(c).vgw_ip(VGW_IP_1).ha_role(HaRole::Slave))
        .first(|t| t.connection(|c| gateways(c).ha_role(HaRole::Master)))
        .second(|t| t.connection(|c| c.tags([VpnResourceTagRequest::builder().key("k")])))
        .build()
        .unwrap_err();
    let found: Vec<_> =
        error.violations().unwrap().iter().map(|v| (v.pointer(), v.rule())).collect();
    let expected = [
        ("/vgw_ip", "set-by-pair"),
        ("/ha_role", "set-by-pair"),
        ("/first/vgw_id", "set-by-pair"),
        ("/first/cgw_id", "set-by-pair"),
        ("/first/ha_role", "set-by-pair"),
        ("/second/tags/0/value", "required"),
    ];
    assert_eq!(found, expected);
    assert!(error.to_string().contains("/ha_role: cannot be set here; use `ha_mode`"), "{error}");
}

#[test]
fn what_is_missing_is_reported_for_the_tunnel_that_lacks_it() {
    let base = json!({
        "vgw_id": VGW_ID, "vgw_ips": [VGW_IP_1, VGW_IP_2], "cgw_id": CGW_ID, "psk": PSK,
        "peer_subnets": ["192.168.44.0/24"],
    });
    let v1 = json!({ "ike_version": "v1" });
    let local = |address: &str| json!({ "tunnel_local_address": address });
    for (changes, expected) in [
        (json!({ "ikepolicy": v1 }), &["/ikepolicy/phase1_negotiation_mode"] as &[&str]),
        (
            json!({ "ikepolicy": v1, "second": { "ikepolicy": { "dh_group": "group21" } } }),
            &["/ikepolicy/phase1_negotiation_mode"],
        ),
        (
            json!({ "ikepolicy": { "dh_group": "group21" }, "first": { "ikepolicy": v1 } }),
            &["/first/ikepolicy/phase1_negotiation_mode"],
        ),
        (
            json!({ "first": local("169.254.1.1/30"), "second": local("169.254.2.1/30") }),
            &["/first/tunnel_peer_address", "/second/tunnel_peer_address"],
        ),
        (json!({ "psk": null, "second": { "psk": PSK } }), &["/first/psk"]),
        (json!({ "psk": null }), &["/psk"]),
        (json!({ "enable_nqa": false, "second": { "style": "bgp" } }), &["/enable_nqa"]),
    ] {
        let mut settings = base.clone();
        for (name, value) in changes.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let pair: DualConnection = serde_json::from_value(settings).unwrap();
        let violations = pair.validate();
        let found: Vec<_> = violations.errors().map(|v| v.pointer()).collect();
        assert_eq!(found, expected, "{changes}");
    }
}

#[test]
fn facts_that_the_document_does_not_list_are_kept_and_warned_of() {
    let settings = json!({
        "vgw_id": VGW_ID, "vgw_ips": [VGW_IP_1, VGW_IP_2], "cgw_id": CGW_ID, "psk": PSK,
        "peer_subnets": ["192.168.44.0/24"], "ha_mode": "both",
        "rules": { "attachment_type": "vpcs", "network_type": "ipx", "ip_version": "ipv9" },
    });
    let pair: DualConnection = serde_json::from_value(settings.clone()).unwrap();
    let violations = pair.validate();
    let found: Vec<_> = violations.warnings().map(|v| (v.pointer(), v.rule())).collect();
    let places = ["/ha_mode", "/rules/attachment_type", "/rules/network_type", "/rules/ip_version"];
    assert_eq!(found, places.map(|place| (place, "unlisted-value")));
    assert_eq!(violations.errors().count(), 0, "{violations}");
    assert!(pair.requests().iter().all(|request| request.ha_role.is_none()));
    assert_eq!(serde_json::to_value(&pair).unwrap(), settings);
}

#[test]
fn the_role_is_sent_for_active_standby_only() {
    let roles = |mode| {
        let pair = DualConnection::builder()
            .vgw_id(VGW_ID)
            .vgw_ips(VGW_IP_1, VGW_IP_2)
            .cgw_id(CGW_ID)
            .peer_subnets(["192.168.44.0/24"])
            .psk(PSK)
            .ha_mode(mode)
            .build()
            .unwrap();
        pair.requests().each_ref().map(|request: &VpnConnectionRequest| request.ha_role.clone())
    };
    assert_eq!(roles(HaMode::default()), [None, None]);
    assert_eq!(roles(HaMode::ActiveStandby), [Some(HaRole::Master), Some(HaRole::Slave)]);
}

async fn created_with(connections: Value) -> Result<[String; 2], otc_vpn::Error> {
    let simulator = Simulator::start().await.unwrap();
    let body = json!({ "vpn_connections": connections, "request_id": "r1" });
    simulator.next(Fault::response(201, body.to_string()));
    let created = simulator.client().unwrap().create_dual(&pair()).await?;
    Ok([created.first.id.clone(), created.second.id.clone()])
}

#[tokio::test]
async fn the_order_of_the_response_does_not_matter() {
    let first = json!({ "id": "one", "vgw_ip": VGW_IP_1 });
    let second = json!({ "id": "two", "vgw_ip": VGW_IP_2 });
    assert_eq!(created_with(json!([first, second])).await.unwrap(), ["one", "two"]);
    assert_eq!(created_with(json!([second, first])).await.unwrap(), ["one", "two"]);
}

#[tokio::test]
async fn a_response_with_other_connections_lists_every_id() {
    let first = json!({ "id": "one", "vgw_ip": VGW_IP_1 });
    let second = json!({ "id": "two", "vgw_ip": VGW_IP_2 });
    let stranger = json!({ "id": "three", "vgw_ip": "elsewhere" });
    let nameless = json!({ "id": "four" });
    let cases = [
        (json!([]), vec![]),
        (json!([first]), vec!["one"]),
        (json!([first, first]), vec!["one", "one"]),
        (json!([first, stranger]), vec!["one", "three"]),
        (json!([nameless, second]), vec!["four", "two"]),
        (json!([first, second, stranger]), vec!["one", "two", "three"]),
        // One connection for both, an id that is in no path, and other gateways.
        (json!([first, { "id": "one", "vgw_ip": VGW_IP_2 }]), vec!["one", "one"]),
        (json!([first, { "id": "a/b", "vgw_ip": VGW_IP_2 }]), vec!["one", "a/b"]),
        (json!([first, { "id": "2", "vgw_ip": VGW_IP_2, "vgw_id": "x" }]), vec!["one", "2"]),
        (json!([first, { "id": "2", "vgw_ip": VGW_IP_2, "cgw_id": "x" }]), vec!["one", "2"]),
    ];
    for (connections, ids) in cases {
        let error = created_with(connections.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedPair, "{connections}");
        assert_eq!((error.status(), error.request_id()), (Some(201), Some("r1")));
        let pair = error.unexpected_pair().unwrap();
        assert_eq!(pair.requested(), &[VGW_IP_1.to_owned(), VGW_IP_2.to_owned()]);
        let received: Vec<_> = pair.received().iter().map(|c| c.id.as_deref().unwrap()).collect();
        assert_eq!(received, ids, "{connections}");
        let text = error.to_string();
        assert!(ids.iter().all(|id| text.contains(id)), "{text}");
        assert!(text.contains("before creating again"), "{text}");
        assert_eq!((error.attempts(), error.operation()), (1, Some(BATCH)), "{text}");
        let found = error.outcome_unknown().unwrap().connections();
        assert!(ids.iter().all(|id| found.iter().any(|it| it.id.as_deref() == Some(id))), "{text}");
    }
}

const BATCH: &str = "batch_create_vpn_connections";

/// Neither in the ids, which the service may take from anywhere, nor more than a line.
#[tokio::test]
async fn an_unexpected_pair_shows_no_secret_and_one_line() {
    let id = format!("{PSK}\n{}", "x".repeat(5000));
    let error = created_with(json!([{ "id": id, "vgw_ip": Simulator::TOKEN }])).await.unwrap_err();
    let text = format!("{error} {error:#?}");
    assert!(!text.contains(PSK) && !text.contains(Simulator::TOKEN), "{text}");
    assert!(error.to_string().len() < 800 && !error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn an_unexpected_pair_tells_all_attempts() {
    let simulator = Simulator::start().await.unwrap();
    simulator.next(Fault::response(429, "").header("Retry-After", "0"));
    simulator.next(Fault::response(201, r#"{ "vpn_connections": [] }"#));
    let error = simulator.client().unwrap().create_dual(&pair()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::UnexpectedPair, 2), "{error}");
    assert!(error.elapsed() > std::time::Duration::ZERO && !error.is_retryable(), "{error}");
}

/// The most ambiguous of all responses must not look like success.
#[tokio::test]
async fn a_batch_with_another_number_of_connections_has_an_unknown_outcome() {
    let connection = |id: &str, ip: &str| json!({ "id": id, "vgw_ip": ip });
    let (first, second) = (connection("one", VGW_IP_1), connection("two", VGW_IP_2));
    for (connections, ids) in [
        (json!([]), vec![]),
        (json!([first]), vec!["one"]),
        (json!([first, first]), vec!["one"]),
        (json!([first, second, connection("three", "x")]), vec!["one", "two", "three"]),
    ] {
        let simulator = Simulator::start().await.unwrap();
        let body = json!({ "vpn_connections": connections });
        simulator.next(Fault::response(201, body.to_string()));
        let client = simulator.client().unwrap();
        let error = client.create_batch(pair().requests()).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::OutcomeUnknown, Some(201)));
        let keys = error.outcome_unknown().unwrap().connections();
        assert!(keys.len() >= 2, "{keys:?}");
        assert!(ids.iter().all(|id| keys.iter().any(|key| key.id.as_deref() == Some(id))));
    }
}

#[tokio::test]
async fn a_created_connection_without_a_valid_id_has_an_unknown_outcome() {
    let simulator = Simulator::start().await.unwrap();
    simulator.next(Fault::response(201, r#"{ "vpn_connection": { "id": "a/b" } }"#));
    let client = simulator.client().unwrap();
    let error = client.create(&pair().requests()[0]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.to_string().contains("holds a/b; expected"), "{error}");
}

#[tokio::test]
async fn a_response_without_a_list_has_an_unknown_outcome() {
    let error = created_with(Value::Null).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let connections = error.outcome_unknown().unwrap().connections();
    assert_eq!(connections.len(), 2);
    assert_eq!(connections[1].vgw_ip.as_deref(), Some(VGW_IP_2));
}

#[tokio::test]
async fn a_pair_is_rejected_with_the_pointers_of_its_settings() {
    let simulator = Simulator::start().await.unwrap();
    let pair: DualConnection = serde_json::from_value(json!({
        "vgw_id": "short", "vgw_ips": [VGW_IP_1, "b"], "cgw_id": CGW_ID, "psk": PSK,
        "peer_subnets": ["192.168.44.0/24"], "second": { "name": "" },
    }))
    .unwrap();
    let client = simulator.client().unwrap();
    let error = client.create_dual(&pair).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.violations(), Some(&pair.validate()));
    let places: Vec<_> = error.violations().unwrap().iter().map(|v| v.pointer()).collect();
    assert_eq!(places, ["/vgw_id", "/second/name", "/vgw_ips/1"]);
    assert!(simulator.received().is_empty());
}

/// Or a part of what was meant would be sent.
#[test]
fn what_a_later_change_does_not_touch_stays_wrong() {
    let broken = || VpnResourceTagRequest::builder().key("k");
    let faults = |builder: DualConnectionBuilder| {
        let error = builder.build().unwrap_err();
        let faults = error.violations().unwrap().iter();
        faults.map(|it| format!("{} {}", it.pointer(), it.rule())).collect::<Vec<_>>()
    };
    let wrong = with_address(VGW_IP_1)
        .connection(|c| c.vgw_ip(VGW_IP_1).tags([broken()]))
        .first(|t| t.connection(|c| c.vgw_id(VGW_ID).tags([broken()])));
    let changed = wrong.connection(|c| c.enable_nqa(false));
    let changed = changed.first(|t| t.connection(|c| c.enable_nqa(false)));
    let expected = [
        "/tags/0/value required",
        "/vgw_ip set-by-pair",
        "/first/tags/0/value required",
        "/first/vgw_id set-by-pair",
    ];
    assert_eq!(faults(changed.clone()), expected);
    let mended = changed.connection(|c| c.tags([broken().value("v")]));
    let mended = mended.first(|t| t.connection(|c| c.tags([broken().value("v")])));
    assert_eq!(faults(mended), ["/vgw_ip set-by-pair", "/first/vgw_id set-by-pair"]);
}

#[tokio::test]
async fn a_pair_and_the_key_of_a_connection_are_kept_with_serde() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let created = client.create_dual(&pair()).await.unwrap();
    let kept = serde_json::to_string(&created.clone().into_inner()).unwrap();
    let read: ConnectionPair = serde_json::from_str(&kept).unwrap();
    assert_eq!(read, *created);
    let shown = client.show_dual(&read).await.unwrap();
    let again = client.show_dual(&shown).await.unwrap();
    assert_eq!(again.first.id, created.first.id);
    assert_eq!(again.iter().map(|it| &it.id).collect::<Vec<_>>(), ids(&created));
    assert_eq!(again.into_iter().map(|it| it.id).collect::<Vec<_>>().len(), 2);

    let key: ConnectionKey = serde_json::from_value(json!({ "vgw_ip": VGW_IP_1 })).unwrap();
    let kept = serde_json::to_string(&key).unwrap();
    assert_eq!(serde_json::from_str::<ConnectionKey>(&kept).unwrap(), key);
}

fn ids(pair: &ConnectionPair) -> Vec<&String> {
    pair.iter().map(|it| &it.id).collect()
}

/// What a pair says about its gateway comes first.
#[tokio::test]
async fn the_rules_of_the_client_hold_where_the_pair_says_nothing() {
    let simulator = Simulator::start().await.unwrap();
    let client = simulator.client().unwrap();
    let sent = || {
        let body = simulator.take_received().pop().unwrap().body;
        let body: Value = serde_json::from_slice(&body).unwrap();
        [0, 1].map(|index| body["vpn_connections"][index]["ha_role"].clone())
    };

    let private = Rules::default().network(NetworkType::Private);
    let error = client.with_rules(private.clone()).create_dual(&pair()).await.unwrap_err();
    assert_eq!(error.violations().unwrap()[0].rule(), "vgw-ip");
    assert!(simulator.take_received().is_empty());
    let public = |ip: &str| {
        let rules = Rules::default().network(NetworkType::Public);
        with_address(ip).rules(rules).build().unwrap()
    };
    client.with_rules(private).create_dual(&public(VGW_IP_1)).await.unwrap();
    assert_eq!(sent(), [json!(null), json!(null)]);

    let standby = client.with_rules(Rules::default().ha_mode(HaMode::ActiveStandby));
    standby.create_dual(&with_address(OTHER_IP).build().unwrap()).await.unwrap();
    assert_eq!(sent(), ["master", "slave"]);
    let active = with_address(THIRD_IP).ha_mode(HaMode::ActiveActive).build().unwrap();
    standby.create_dual(&active).await.unwrap();
    assert_eq!(sent(), [json!(null), json!(null)]);
}

const OTHER_IP: &str = "0d0f4af1-42b9-41eb-97b9-b4d41a0bf9c4";
const THIRD_IP: &str = "6ed8a4ac-42b9-41eb-97b9-b4d41a0bf9c4";

/// A pair over `ip` and an address made of it.
fn with_address(ip: &str) -> DualConnectionBuilder {
    let second = ip.replace('4', "5");
    let pair = DualConnection::builder().vgw_id(VGW_ID).vgw_ips(ip, second).cgw_id(CGW_ID);
    pair.peer_subnets(["192.168.44.0/24"]).psk(PSK)
}

/// The documented gateways: public and private, on a VPC and on an enterprise router.
#[test]
fn a_pair_takes_from_its_gateway_what_that_decides() {
    for name in ["example1_gateway", "gateway_public_er", "gateway_private_vpc"] {
        let body = fixture(&format!("responses/{name}"));
        let gateway: VpnGateway = serde_json::from_value(body["vpn_gateway"].clone()).unwrap();
        let mut active = gateway.clone();
        active.status = Some(GatewayStatus::Active);
        let pair = DualConnection::for_gateway(&active).unwrap();
        let pair = pair.cgw_id(CGW_ID).peer_subnets(["192.168.44.0/24"]).psk(PSK).build().unwrap();
        let expected = match &gateway.network_type {
            Some(NetworkType::Private) => {
                [&gateway.access_private_ip_1, &gateway.access_private_ip_2].map(Clone::clone)
            }
            _ => [&gateway.eip1, &gateway.eip2].map(|eip| eip.as_ref().map(|eip| eip.id.clone())),
        };
        let addresses = pair.requests().each_ref().map(|it| Some(it.vgw_ip.clone()));
        assert_eq!(addresses, expected, "{name}");
        let written = serde_json::to_value(&pair).unwrap();
        assert_eq!(written["vgw_id"], gateway.id, "{name}");
        assert_eq!(written["ha_mode"], body["vpn_gateway"]["ha_mode"], "{name}");
        for rule in ["attachment_type", "network_type", "ip_version"] {
            assert_eq!(written["rules"][rule], body["vpn_gateway"][rule], "{name} {rule}");
        }
    }
}

#[test]
fn a_gateway_that_is_not_fit_for_a_pair_is_rejected() {
    let body = fixture("responses/gateway_public_er");
    let with = |name: &str, value: Value| {
        let mut gateway = body["vpn_gateway"].clone();
        gateway["status"] = "ACTIVE".into();
        gateway[name] = value;
        DualConnection::for_gateway(&serde_json::from_value(gateway).unwrap()).map(drop)
    };
    with("name", Value::Null).unwrap();
    for (name, value, expected) in [
        ("status", json!("PENDING_CREATE"), "is PENDING_CREATE; a pair needs one that is ACTIVE"),
        ("status", Value::Null, "has no status"),
        ("eip2", Value::Null, "has 1 of the two addresses"),
        ("network_type", json!("private"), "has 0 of the two addresses"),
        ("used_connection_number", json!(199), "has no room for two more connections: 199 of 200"),
    ] {
        let error = with(name, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains(body["vpn_gateway"]["id"].as_str().unwrap()), "{error}");
    }
    with("used_connection_number", json!(198)).unwrap();
}
