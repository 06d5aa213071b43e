//! The calls that are compared, on a runtime of one thread.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{AccessKey, Client, Credentials, Psk};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::by_hand::{Batch, Connection, Envelope, Request};

const PROJECT: &str = "0123456789abcdef0123456789abcdef";
const TOKEN: &str = "MIIExample";
const VGW: &str = "8030f6d6-demo-4d20-a7f8-50a7a826e2f8";
const VGW_IPS: [&str; 2] =
    ["e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005"];
const CGW: &str = "8916effb-demo-42d8-83d7-4517567d3d26";
const SUBNET: &str = "192.168.44.0/24";
const PSK: &str = "Example-Key-2025";
const CONNECTION: &str = "18be2aa1-demo-410f-832e-4d8ba13b4c5d";

pub(crate) fn run(caller: &str, case: &str, address: &str, count: usize) -> Result<(), String> {
    runtime().block_on(async {
        match (caller, case) {
            ("ours", "batch") => ours_batch(address, count).await,
            ("ours", "show") => ours_show(ours(address), count).await,
            ("ours", "signed show") => ours_show(ours_signing(address), count).await,
            ("by-hand", "batch") => by_hand_batch(address, count).await,
            ("by-hand", "show") => by_hand_show(by_hand(), address.to_owned(), count).await,
            ("hyper", "batch") => hyper_batch(address, count).await,
            ("hyper", "show") => hyper_show(address, count).await,
            _ => return Err(format!("no case {caller} {case}")),
        }
        Ok(())
    })
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What queries: this library, or reqwest.
#[derive(Clone)]
pub(crate) enum Caller {
    Ours(Client),
    ByHand(reqwest::Client, String),
}

impl Caller {
    pub(crate) fn new(name: &str, address: &str) -> Self {
        match name {
            "ours" => Self::Ours(ours(address)),
            _ => Self::ByHand(by_hand(), address.to_owned()),
        }
    }

    /// Tasks that query one after the other, each so many times.
    pub(crate) fn queries(&self, counts: impl Iterator<Item = usize>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for count in counts {
            match self.clone() {
                Self::Ours(client) => tasks.spawn(ours_show(client, count)),
                Self::ByHand(client, address) => tasks.spawn(by_hand_show(client, address, count)),
            };
        }
        tasks
    }
}

pub(crate) fn ours(address: &str) -> Client {
    authenticated(address, Credentials::token(TOKEN))
}

fn ours_signing(address: &str) -> Client {
    authenticated(address, Credentials::access_key(AccessKey::new("EXAMPLE", "example-secret")))
}

fn authenticated(address: &str, credentials: Credentials) -> Client {
    Client::builder()
        .endpoint(address)
        .project_id(PROJECT)
        .credentials(credentials)
        .build()
        .unwrap()
}

async fn ours_batch(address: &str, count: usize) {
    let client = ours(address);
    let requests = VGW_IPS.map(|vgw_ip| {
        VpnConnectionRequest::builder()
            .vgw_ip(vgw_ip)
            .cgw_id(CGW)
            .vgw_id(VGW)
            .peer_subnets([SUBNET])
            .psk(Psk::new(PSK).unwrap())
            .build()
            .unwrap()
    });
    for _ in 0..count {
        assert_eq!(client.create_batch(&requests).await.unwrap().len(), 2);
    }
}

async fn ours_show(client: Client, count: usize) {
    for _ in 0..count {
        assert_eq!(client.show(CONNECTION).await.unwrap().id, CONNECTION);
    }
}

fn batch() -> Batch {
    let request = |vgw_ip: &str| Request {
        vgw_ip: vgw_ip.to_owned(),
        cgw_id: CGW.to_owned(),
        vgw_id: VGW.to_owned(),
        peer_subnets: Some(vec![SUBNET.to_owned()]),
        psk: Some(PSK.to_owned()),
        ..Request::default()
    };
    Batch { vpn_connections: VGW_IPS.map(request).into() }
}

fn batch_path() -> String {
    format!("/v5/{PROJECT}/vpn-connections/batch-create")
}

fn show_path() -> String {
    format!("/v5/{PROJECT}/vpn-connection/{CONNECTION}")
}

/// With this library, reqwest's rustls has no provider of its own.
pub(crate) fn by_hand() -> reqwest::Client {
    // Another client may have done it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn by_hand_batch(address: &str, count: usize) {
    let client = by_hand();
    let body = batch();
    for _ in 0..count {
        let url = format!("{address}{}", batch_path());
        let request = client.post(url).header("x-auth-token", TOKEN).json(&body);
        let response = request.send().await.unwrap().error_for_status().unwrap();
        let created: Envelope<Vec<Connection>> = response.json().await.unwrap();
        assert_eq!(created.value.len(), 2);
    }
}

async fn by_hand_show(client: reqwest::Client, address: String, count: usize) {
    for _ in 0..count {
        let url = format!("{address}{}", show_path());
        let request = client.get(url).header("x-auth-token", TOKEN);
        let response = request.send().await.unwrap().error_for_status().unwrap();
        let shown: Envelope<Connection> = response.json().await.unwrap();
        assert_eq!(shown.value.id, CONNECTION);
    }
}

async fn hyper_batch(address: &str, count: usize) {
    let mut sender = connect(address).await;
    let body = batch();
    for _ in 0..count {
        let request = hyper::Request::post(batch_path())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(serde_json::to_vec(&body).unwrap()));
        let created: Vec<Connection> = decoded(&mut sender, address, request.unwrap()).await;
        assert_eq!(created.len(), 2);
    }
}

async fn hyper_show(address: &str, count: usize) {
    let mut sender = connect(address).await;
    for _ in 0..count {
        let request = hyper::Request::get(show_path()).body(Full::default());
        let shown: Connection = decoded(&mut sender, address, request.unwrap()).await;
        assert_eq!(shown.id, CONNECTION);
    }
}

async fn connect(address: &str) -> SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(authority(address)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let io = TokioIo::new(stream);
    let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn authority(address: &str) -> &str {
    address.trim_start_matches("http://")
}

async fn decoded<T: DeserializeOwned>(
    sender: &mut SendRequest<Full<Bytes>>,
    address: &str,
    mut request: hyper::Request<Full<Bytes>>,
) -> T {
    let headers = request.headers_mut();
    headers.insert(HOST, authority(address).parse().unwrap());
    headers.insert("x-auth-token", TOKEN.parse().unwrap());
    sender.ready().await.unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert!(response.status().is_success());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice::<Envelope<T>>(&body).unwrap().value
}
