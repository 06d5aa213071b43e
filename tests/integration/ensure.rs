//! A pair that exists exactly once, whatever happens.

use std::collections::BTreeSet;
use std::time::Duration;

use otc_vpn::simulator::{Fault, Simulator};
use otc_vpn::types::{ConnectionStatus, VpnConnection};
use otc_vpn::{Client, DualConnection, Ensure, EnsureAction, Error, ErrorKind};
use serde_json::json;

use crate::support::{CGW_ID, PSK, VGW_ID, VGW_IP_1, VGW_IP_2, eventually, pair, patient};

const CREATES: [&str; 2] = ["create_vpn_connection", "batch_create_vpn_connections"];

/// Looks again soon, and goes on for as long as it takes.
fn ensure<'a>(client: &'a Client, pair: &'a DualConnection) -> Ensure<'a, DualConnection> {
    let ever = Duration::from_secs(3600);
    client.ensure_dual(pair).poll(Duration::from_millis(10)).timeout(ever)
}

async fn simulator() -> (Simulator, Client) {
    let simulator = Simulator::start().await.unwrap();
    simulator.set_create_time(Duration::ZERO);
    simulator.set_update_time(Duration::ZERO);
    let client = simulator.client_builder().timeouts(patient()).build().unwrap();
    (simulator, client)
}

/// The operations of the requests so far that change something; they are forgotten.
fn changes(simulator: &Simulator) -> Vec<String> {
    let received = simulator.take_received();
    let changes = received.iter().filter(|it| it.method != "GET");
    changes.map(|it| it.operation().unwrap_or_default().to_owned()).collect()
}

/// Both are there, each once.
fn assert_complete(simulator: &Simulator) {
    let there = simulator.connections();
    let addresses: BTreeSet<_> = there.iter().filter_map(|it| it.vgw_ip.as_deref()).collect();
    assert_eq!(addresses, BTreeSet::from([VGW_IP_1, VGW_IP_2]));
    assert_eq!(there.len(), 2);
}

#[tokio::test]
async fn a_pair_is_created_once_and_then_kept() {
    let (simulator, client) = simulator().await;
    let created = ensure(&client, &pair()).await.unwrap();
    assert_eq!(changes(&simulator), ["batch_create_vpn_connections"]);
    assert_eq!([created.first.action, created.second.action], [EnsureAction::Create; 2]);
    assert_eq!(created.first.connection.vgw_ip.as_deref(), Some(VGW_IP_1));
    assert_eq!(created.second.connection.vgw_ip.as_deref(), Some(VGW_IP_2));

    let kept = ensure(&client, &pair()).await.unwrap();
    assert_eq!(changes(&simulator), Vec::<String>::new());
    assert_eq!([kept.first.action, kept.second.action], [EnsureAction::Keep; 2]);
    assert_eq!(kept.first.connection.id, created.first.connection.id);
    assert_eq!(kept.second.connection.status(), &ConnectionStatus::Down);
    assert!(kept.first.differences.is_empty() && kept.second.differences.is_empty());
    let id = &kept.second.connection.id;
    assert!(kept.to_string().ends_with(&format!("second: kept {id} (DOWN)")), "{kept}");
}

#[tokio::test]
async fn what_is_missing_is_created_and_nothing_else() {
    let (simulator, client) = simulator().await;
    for missing in [0, 1] {
        ensure(&client, &pair()).await.unwrap();
        let gone = [VGW_IP_1, VGW_IP_2][missing];
        let connection =
            simulator.connections().into_iter().find(|it| it.vgw_ip.as_deref() == Some(gone));
        client.delete(&connection.unwrap().id).await.unwrap();
        simulator.take_received();
        let repaired = ensure(&client, &pair()).await.unwrap();
        assert_eq!(changes(&simulator), ["create_vpn_connection"]);
        let mut expected = [EnsureAction::Keep; 2];
        expected[missing] = EnsureAction::Create;
        assert_eq!([repaired.first.action, repaired.second.action], expected);
        assert_complete(&simulator);
    }
}

/// Others of the same gateway, or the same customer gateway, are somebody else's.
#[tokio::test]
async fn other_connections_are_left_alone() {
    let (simulator, client) = simulator().await;
    let other = "abababab-demo-42d8-83d7-4517567d3d26";
    for (vgw_id, vgw_ip, cgw_id) in [
        (VGW_ID, VGW_IP_1, other),
        (other, "abababab-demo-4d8b-83bb-6f878f662005", CGW_ID),
        (VGW_ID, other, CGW_ID),
    ] {
        let connection = json!({ "id": format!("{vgw_id:.8}{vgw_ip:.8}"), "vgw_id": vgw_id, "vgw_ip": vgw_ip, "cgw_id": cgw_id });
        simulator.insert(serde_json::from_value(connection).unwrap());
    }
    let created = ensure(&client, &pair()).await.unwrap();
    assert_eq!([created.first.action, created.second.action], [EnsureAction::Create; 2]);
    assert_eq!(simulator.connections().len(), 5);
    let gone = client.delete_dual(&pair()).poll(Duration::from_millis(10)).await.unwrap();
    assert_eq!(gone.len(), 2);
    assert_eq!(simulator.connections().len(), 3);
}

/// However a create is lost, and whether or not it has had an effect.
#[tokio::test]
async fn a_lost_response_leads_to_no_second_create() {
    for (fault, expected) in [
        (Fault::cut(), 1),
        (Fault::status(502), 1),
        (Fault::status(504), 1),
        (Fault::response(201, "{").with_effect(), 1),
        (Fault::cut_before_effect(), 2),
        (Fault::response(500, ""), 2),
        // Of both, one may be there: they are created one by one.
        (Fault::response(400, r#"{"error_code":"VPN.0031","error_msg":"repeated"}"#), 3),
        // The call itself tries again.
        (Fault::response(429, ""), 2),
    ] {
        let (simulator, client) = simulator().await;
        let text = format!("{fault:?}");
        simulator.next(fault.on("batch_create_vpn_connections").unwrap());
        ensure(&client, &pair()).await.unwrap();
        assert_complete(&simulator);
        let changes = changes(&simulator);
        let creates = changes.iter().filter(|it| CREATES.contains(&it.as_str())).count();
        assert_eq!(creates, expected, "{text}: {changes:?}");
        let again = ensure(&client, &pair()).await.unwrap();
        assert_eq!([again.first.action, again.second.action], [EnsureAction::Keep; 2], "{text}");
    }
}

/// The list shows what was created only later, and the service says that it is there.
#[tokio::test]
async fn a_late_list_leads_to_no_duplicate() {
    let (simulator, client) = simulator().await;
    simulator.set_list_delay(Duration::from_secs(600));
    // Somebody was killed after a create.
    client.create_dual(&pair()).await.unwrap();
    let pair = pair();
    let ensured = tokio::spawn({
        let client = client.clone();
        async move { ensure(&client, &pair).await.map(|it| it.first.action) }
    });
    let rejected = || {
        let received = simulator.received();
        received.iter().filter(|it| it.operation() == Some("create_vpn_connection")).count() > 0
    };
    eventually(rejected).await;
    simulator.advance(Duration::from_secs(600));
    assert_eq!(ensured.await.unwrap().unwrap(), EnsureAction::Keep);
    assert_complete(&simulator);
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_pair() {
    let (simulator, client) = simulator().await;
    let pair = pair();
    let all = futures::future::join_all((0..8).map(|_| ensure(&client, &pair).into_future())).await;
    let ids: BTreeSet<_> = all
        .into_iter()
        .map(Result::unwrap)
        .map(|it| [it.first.connection.id, it.second.connection.id])
        .collect();
    assert_eq!(ids.len(), 1);
    assert_complete(&simulator);
}

#[tokio::test]
async fn what_is_being_deleted_is_waited_for() {
    let (simulator, client) = simulator().await;
    simulator.set_delete_time(Duration::from_secs(600));
    let before = ensure(&client, &pair()).await.unwrap();
    client.delete(&before.first.connection.id).await.unwrap();
    simulator.take_received();
    let plan = ensure(&client, &pair()).plan().await.unwrap();
    assert_eq!(
        [plan.first.action, plan.second.action],
        [EnsureAction::Replace, EnsureAction::Keep]
    );
    assert!(!plan.is_empty());
    let pair = pair();
    let ensured = tokio::spawn({
        let client = client.clone();
        async move { ensure(&client, &pair).await.unwrap() }
    });
    eventually(|| simulator.received().len() > 3).await;
    assert_eq!(changes(&simulator), Vec::<String>::new());
    simulator.advance(Duration::from_secs(600));
    let ensured = ensured.await.unwrap();
    assert_ne!(ensured.first.connection.id, before.first.connection.id);
    assert_eq!(ensured.second.connection.id, before.second.connection.id);
    assert_complete(&simulator);
}

#[tokio::test]
async fn a_plan_says_what_is_to_be_done_and_changes_nothing() {
    let (simulator, client) = simulator().await;
    let plan = client.ensure_dual(&pair()).plan().await.unwrap();
    assert_eq!(plan.to_string(), "first: create\nsecond: create");
    assert!(!plan.is_empty());
    ensure(&client, &pair()).await.unwrap();
    simulator.take_received();
    let plan = client.ensure_dual(&pair()).plan().await.unwrap();
    assert!(plan.is_empty(), "{plan}");
    let other = other_subnets();
    let plan = client.ensure_dual(&other).plan().await.unwrap();
    assert!(plan.is_empty(), "without updates there is nothing to do: {plan}");
    let plan = client.ensure_dual(&other).update_differences().plan().await.unwrap();
    let id = &plan.first.connection.as_ref().unwrap().id;
    let expected = format!(
        "first: update {id} (DOWN)\n  /peer_subnets: is 192.168.44.0/24, should be 10.9.0.0/24\n"
    );
    assert!(plan.to_string().starts_with(&expected), "{plan}");
    assert!(!plan.is_empty());
    assert_eq!(changes(&simulator), Vec::<String>::new());
}

fn other_subnets() -> DualConnection {
    let pair = DualConnection::builder().vgw_id(VGW_ID).vgw_ips(VGW_IP_1, VGW_IP_2);
    pair.cgw_id(CGW_ID).peer_subnets(["10.9.0.0/24"]).psk(PSK).build().unwrap()
}

#[tokio::test]
async fn differences_are_reported_and_updated_where_that_is_wished() {
    let (simulator, client) = simulator().await;
    ensure(&client, &pair()).await.unwrap();
    simulator.take_received();
    let other = other_subnets();
    let reported = ensure(&client, &other).await.unwrap();
    assert_eq!([reported.first.action, reported.second.action], [EnsureAction::Keep; 2]);
    assert_eq!(reported.second.differences.iter().next().unwrap().pointer, "/peer_subnets");
    assert_eq!(changes(&simulator), Vec::<String>::new());

    let updated = ensure(&client, &other).update_differences().await.unwrap();
    assert_eq!(changes(&simulator), ["update_vpn_connection"; 2]);
    assert_eq!([updated.first.action, updated.second.action], [EnsureAction::Update; 2]);
    assert!(updated.first.differences.is_empty() && updated.second.differences.is_empty());
    let is_updated = |it: &VpnConnection| it.peer_subnets == Some(vec!["10.9.0.0/24".to_owned()]);
    assert!(simulator.connections().iter().all(is_updated));
    let again = ensure(&client, &other).update_differences().await.unwrap();
    assert_eq!([again.first.action, again.second.action], [EnsureAction::Keep; 2]);
    assert_eq!(changes(&simulator), Vec::<String>::new());
}

#[tokio::test]
async fn a_pair_is_deleted_as_often_as_one_likes() {
    let (simulator, client) = simulator().await;
    let delete = || client.delete_dual(pair_ref()).poll(Duration::from_millis(10));
    let created = ensure(&client, &pair()).await.unwrap();
    simulator.next(Fault::cut().on("delete_vpn_connection").unwrap());
    let gone = delete().await.unwrap();
    let ids: Vec<_> = gone.iter().filter_map(|key| key.id.as_deref()).collect();
    assert_eq!(ids, [&created.first.connection.id, &created.second.connection.id]);
    assert!(simulator.connections().is_empty());
    assert_eq!(delete().await.unwrap(), []);
    // A code that no retry helps against, and yet it is deleted.
    ensure(&client, &pair()).await.unwrap();
    let fault = Fault::response(500, r#"{"error_code":"VPN.0005"}"#).with_effect();
    simulator.next(fault.on("delete_vpn_connection").unwrap());
    assert_eq!(delete().await.unwrap().len(), 2);
    assert!(simulator.connections().is_empty());
    // One of both, and a service that takes its time.
    ensure(&client, &pair()).await.unwrap();
    let first = simulator.connections().remove(0);
    client.delete(&first.id).await.unwrap();
    simulator.set_delete_delay(Duration::from_secs(30));
    simulator.take_received();
    let second = tokio::spawn({
        let client = client.clone();
        async move { client.delete_dual(pair_ref()).poll(Duration::from_millis(10)).await.unwrap() }
    });
    eventually(|| simulator.received().len() > 4).await;
    assert_eq!(changes(&simulator), ["delete_vpn_connection"]);
    simulator.advance(Duration::from_secs(600));
    assert_eq!(second.await.unwrap().len(), 1);
}

fn pair_ref() -> &'static DualConnection {
    static PAIR: std::sync::LazyLock<DualConnection> = std::sync::LazyLock::new(pair);
    &PAIR
}

#[tokio::test]
async fn what_cannot_pass_ends_it_at_once() {
    for (fault, kind) in [
        (
            Fault::response(403, r#"{"error_code":"VPN.0003"}"#).on("list_vpn_connections"),
            ErrorKind::Service,
        ),
        (
            Fault::response(400, r#"{"error_code":"VPN.0801"}"#).on("batch_create_vpn_connections"),
            ErrorKind::Service,
        ),
    ] {
        let (simulator, client) = simulator().await;
        simulator.next(fault.unwrap());
        let error = ensure(&client, &pair()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(simulator.connections().is_empty());
    }
    let (_simulator, client) = simulator().await;
    let mut invalid = serde_json::to_value(pair()).unwrap();
    invalid["vgw_ips"] = json!([VGW_IP_1, VGW_IP_1]);
    let invalid: DualConnection = serde_json::from_value(invalid).unwrap();
    for error in [
        ensure(&client, &invalid).await.map(drop).unwrap_err(),
        ensure(&client, &invalid).plan().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// The service has one for each address and customer gateway; should it have two, none is
/// chosen.
#[tokio::test]
async fn two_in_the_place_of_one_are_an_error() {
    let (simulator, client) = simulator().await;
    for id in ["1", "2"] {
        let connection =
            json!({ "id": id, "vgw_id": VGW_ID, "vgw_ip": VGW_IP_1, "cgw_id": CGW_ID });
        simulator.insert(serde_json::from_value(connection).unwrap());
    }
    for error in [
        ensure(&client, &pair()).await.map(drop).unwrap_err(),
        ensure(&client, &pair()).plan().await.map(drop).unwrap_err(),
    ] {
        assert_eq!(error.connections().len(), 2, "{error}");
        assert!(error.to_string().contains("there should be one connection"), "{error}");
    }
    assert_eq!(simulator.connections().len(), 2);
    assert_eq!(client.delete_dual(&pair()).poll(Duration::from_millis(10)).await.unwrap().len(), 2);
}

#[tokio::test]
async fn when_the_time_is_up_the_last_failure_is_returned() {
    let (simulator, client) = simulator().await;
    simulator.set_list_delay(Duration::from_secs(3600));
    client.create_dual(&pair()).await.unwrap();
    let ends_after =
        |time| client.ensure_dual(pair_ref()).poll(Duration::from_millis(10)).timeout(time);
    let has_looked = |error: &Error| error.code().is_some();
    let (error, time) = in_time(ends_after, has_looked).await;
    assert_eq!(error.code(), Some("VPN.0012"), "{error}");
    assert!(error.to_string().contains(&format!("is not complete after {time:?}")), "{error}");
    simulator.set_list_delay(Duration::ZERO);
    simulator
        .connections()
        .iter()
        .for_each(|it| simulator.set_status(&it.id, ConnectionStatus::PendingDelete).unwrap());
    let error = ends_after(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

/// How a call ends that never can end otherwise than by its time, with enough of that for
/// what is to happen first: it doubles on a busy machine.
async fn in_time<C: IntoFuture<Output = Result<T, Error>>, T>(
    ends_after: impl Fn(Duration) -> C,
    has_happened: impl Fn(&Error) -> bool,
) -> (Error, Duration) {
    let mut time = Duration::from_millis(300);
    loop {
        let error = ends_after(time).await.err().unwrap();
        if has_happened(&error) || time > Duration::from_secs(60) {
            return (error, time);
        }
        time *= 2;
    }
}

#[tokio::test]
async fn a_single_connection_is_created_once_and_then_kept_or_updated() {
    let (simulator, client) = simulator().await;
    let mut wanted = pair().requests()[0].clone();
    let ever = Duration::from_secs(3600);
    let poll = Duration::from_millis(10);
    for fault in [Fault::cut(), Fault::cut_before_effect(), Fault::status(502)] {
        simulator.next(fault.on("create_vpn_connection").unwrap());
        let ensured = client.ensure(&wanted).poll(poll).timeout(ever).await.unwrap();
        assert!(changes(&simulator).iter().all(|it| it == "create_vpn_connection"));
        let kept = client.ensure(&wanted).await.unwrap();
        assert_eq!(kept.action, EnsureAction::Keep);
        assert_eq!(kept.connection.id, ensured.connection.id);
        assert_eq!(simulator.connections().len(), 1);
        client.delete(&kept.connection.id).await.unwrap();
        changes(&simulator);
    }
    client.ensure(&wanted).await.unwrap();
    wanted.name = Some("other".to_owned());
    let update = || client.ensure(&wanted).poll(poll).timeout(ever).update_differences();
    assert_eq!(update().plan().await.unwrap().action, EnsureAction::Update);
    let updated = update().await.unwrap();
    assert_eq!((updated.action, updated.differences.is_empty()), (EnsureAction::Update, true));
    assert_eq!(changes(&simulator), ["create_vpn_connection", "update_vpn_connection"]);
    wanted.psk = None;
    assert_eq!(client.ensure(&wanted).await.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// Whatever ends it: a create may have taken effect.
#[tokio::test]
async fn the_doubt_about_a_create_outlives_later_failures() {
    for later in [Fault::response(403, ""), Fault::cut()] {
        let later = &later;
        let ends_after = |time| async move {
            let (simulator, client) = simulator().await;
            simulator.next(Fault::cut().on("batch_create_vpn_connections").unwrap());
            let (mut looks, later) = (0, later.clone());
            simulator.set_fault_source(move |request| {
                looks += u32::from(request.operation() == Some("list_vpn_connections"));
                (looks > 1).then(|| later.clone())
            });
            client.ensure_dual(pair_ref()).poll(Duration::from_millis(10)).timeout(time).await
        };
        let has_created = |error: &Error| !error.connections().is_empty();
        let (error, _) = in_time(ends_after, has_created).await;
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.connections().len(), 2, "{error}");
    }
}
