//! What several subjects need.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otc_vpn::types::VpnConnectionRequest;
use otc_vpn::{Client, ClientBuilder, Credentials, DualConnection, Retries, Timeouts};
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub(crate) const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "Canary-Token-5f2d";
pub(crate) const PSK: &str = "Canary-Key-9c1e";

pub(crate) const VGW_ID: &str = "8030f6d6-demo-4d20-a7f8-50a7a826e2f8";
pub(crate) const VGW_IP_1: &str = "e4d7930f-demo-4cbf-b78a-b004416c7485";
pub(crate) const VGW_IP_2: &str = "1fb97767-demo-4d8b-83bb-6f878f662005";
pub(crate) const CGW_ID: &str = "8916effb-demo-42d8-83d7-4517567d3d26";
pub(crate) const CONNECTION_ID: &str = "18be2aa1-demo-410f-832e-4d8ba13b4c5d";

/// The connection of Example 3 over the first address.
pub(crate) fn request() -> VpnConnectionRequest {
    VpnConnectionRequest::builder()
        .name("office")
        .vgw_id(VGW_ID)
        .vgw_ip(VGW_IP_1)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .build()
        .unwrap()
}

/// The documented response to a create, as if it were to that request.
pub(crate) fn created() -> Value {
    let mut body = fixture("responses/create_static");
    for (field, value) in [("vgw_id", VGW_ID), ("vgw_ip", VGW_IP_1), ("cgw_id", CGW_ID)] {
        body["vpn_connection"][field] = value.into();
    }
    body
}

/// The pair of Example 3.
pub(crate) fn pair() -> DualConnection {
    DualConnection::builder()
        .vgw_id(VGW_ID)
        .vgw_ips(VGW_IP_1, VGW_IP_2)
        .cgw_id(CGW_ID)
        .peer_subnets(["192.168.44.0/24"])
        .psk(PSK)
        .build()
        .unwrap()
}

/// The folder of the library.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn document() -> Value {
    let text = std::fs::read_to_string(root().join("openapi/vpn.yaml")).unwrap();
    serde_saphyr::from_str(&text).unwrap()
}

/// A documented example, by its path below `tests/fixtures`.
pub(crate) fn fixture(path: &str) -> Value {
    let path = format!("{}/fixtures/{path}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// An HTTP client of a program's own. The library brings reqwest no provider, and
/// installs none for the process.
pub(crate) fn http_client() -> reqwest::Client {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(config).build().unwrap()
}

/// A server that does with every request whatever the test says, down to the
/// bytes: a mock server cannot cut a response off.
pub(crate) struct RawServer {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Sends `response` to every request and closes the connection.
    pub(crate) fn responding(response: &'static [u8]) -> Self {
        Self::start(move |mut stream| {
            stream.write_all(response).unwrap();
        })
    }

    pub(crate) fn start(response: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if let Some(head) = read_request(&mut stream) {
                    seen.lock().unwrap().push(head);
                    response(stream);
                }
            }
        });
        Self { address, heads }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn client_builder(&self) -> ClientBuilder {
        client_builder(&self.endpoint())
    }

    pub(crate) fn client(&self) -> Client {
        self.client_builder().build().unwrap()
    }

    /// How many requests came in whole.
    pub(crate) fn requests(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    /// The request line and the headers of the last request, in lower case.
    pub(crate) fn last_head(&self) -> String {
        self.heads.lock().unwrap().last().unwrap().clone()
    }
}

pub(crate) fn client_builder(endpoint: &str) -> ClientBuilder {
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        // The developer's proxy cannot reach a server of a test.
        .environment_proxy(false)
        // What one attempt comes to; retrying has tests of its own.
        .retries(Retries::none())
}

/// Reads a request with its body; its head in lower case, if one came.
fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse().unwrap());
            if request.len() >= head + 4 + length {
                return Some(text);
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Says a second time, in a process of its own, that this is the test to run.
const ALONE: &str = "OTC_VPN_TEST_ALONE";

/// Runs a test again in a process of its own, whose memory, sockets and
/// trace nobody else uses; true inside of it.
pub(crate) fn is_alone(name: &str) -> bool {
    is_alone_with(name, &[])
}

/// The same with variables of the environment.
pub(crate) fn is_alone_with(name: &str, variables: &[(&str, &str)]) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{failed}");
    false
}

/// Polls a call so many times more than once, and drops it; whether it was done by then.
pub(crate) async fn dropped_after(polls: usize, call: impl Future) -> bool {
    let mut call = std::pin::pin!(call);
    let mut left = polls;
    std::future::poll_fn(|context| {
        let state = call.as_mut().poll(context);
        if state.is_ready() || left == 0 {
            return std::task::Poll::Ready(state.is_ready());
        }
        left -= 1;
        std::task::Poll::Pending
    })
    .await
}

/// Limits that no busy machine reaches.
pub(crate) fn patient() -> Timeouts {
    let long = Duration::from_secs(600);
    let mut timeouts = Timeouts::default();
    (timeouts.connect, timeouts.operation) = (long, long);
    (timeouts.query_attempt, timeouts.change_attempt) = (long, long);
    timeouts
}

/// Waits until something holds, which it will, however busy the machine is.
pub(crate) async fn eventually(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How long calls go on under load; CI says a minute.
pub(crate) fn seconds_under_load() -> Duration {
    let seconds = std::env::var("OTC_VPN_TEST_SECONDS").ok();
    Duration::from_secs(seconds.map_or(3, |seconds| seconds.parse().unwrap()))
}

/// How many pairs are set up while responses are lost; 10 000 to see it in full.
pub(crate) fn pairs_to_provision() -> usize {
    std::env::var("OTC_VPN_TEST_PAIRS").map_or(120, |pairs| pairs.parse().unwrap())
}

/// What is traced.
#[derive(Clone, Default)]
pub(crate) struct Trace(Arc<Mutex<Vec<u8>>>);

impl Trace {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Trace {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
