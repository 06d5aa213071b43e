//! TLS for real: only a certificate that is right is accepted, and only from the
//! authority that was given.

use otc_vpn::simulator::Simulator;
use otc_vpn::{Client, Error, ErrorKind};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::fault_server::http;
use crate::support::{CONNECTION_ID, TOKEN, client_builder, is_alone_with, request};
use crate::tls_server::{Authority, Identity, authority, issued, serve};

fn self_signed() -> Identity {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    Identity { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

fn trusting(authority: &Authority, port: u16) -> otc_vpn::ClientBuilder {
    client_builder(&format!("https://localhost:{port}"))
        .root_certificates(authority.pem())
        .retries(otc_vpn::Retries::default())
}

async fn show(client: &Client) -> Result<(), Error> {
    client.show(CONNECTION_ID).await.map(drop)
}

#[tokio::test]
async fn only_the_right_certificate_is_accepted_and_only_with_its_authority() {
    let (ours, theirs) = (authority(), authority());
    let right = issued(&ours, "localhost", false);

    let mut server = serve(&right, None).await;
    show(&trusting(&ours, server.port).build().unwrap()).await.unwrap();
    server.requests.recv().await.unwrap();

    for (name, identity, trusted) in [
        ("expired", issued(&ours, "localhost", true), &ours),
        ("wrong host", issued(&ours, "vpn.example.com", false), &ours),
        ("self-signed", self_signed(), &ours),
        ("of another authority", right, &theirs),
    ] {
        let mut server = serve(&identity, None).await;
        let client = trusting(trusted, server.port).build().unwrap();
        for error in [
            show(&client).await.unwrap_err(),
            client.create(&request()).await.map(drop).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Connect, "{name}: {error}");
            assert!(error.to_string().contains("certificate"), "{name}: {error}");
            assert_eq!(error.attempts(), 1, "{name} is final: {error}");
            assert!(!error.is_retryable(), "{name}: {error}");
        }
        assert!(server.requests.try_recv().is_err(), "{name}: a request was sent");
        assert_eq!(server.handshakes.len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_client_certificate_is_presented() {
    let (ours, clients) = (authority(), authority());
    let mut server = serve(&issued(&ours, "localhost", false), Some(&clients)).await;
    let error = show(&trusting(&ours, server.port).build().unwrap()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::ConnectionLost), "{error}");
    assert!(server.requests.try_recv().is_err());

    let Identity { certificate, key } = issued(&clients, "a-client", false);
    let client = trusting(&ours, server.port).client_certificate(format!("{certificate}{key}"));
    assert!(!format!("{client:?}").contains("PRIVATE"), "{client:?}");
    show(&client.build().unwrap()).await.unwrap();
    server.requests.recv().await.unwrap();
}

#[tokio::test]
async fn an_invalid_certificate_or_proxy_is_rejected_before_anything_is_sent() {
    let builder = || client_builder("https://localhost:1");
    let refused = |builder: otc_vpn::ClientBuilder, expected: &str| {
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let told = format!("{error} {error:?}");
        assert!(told.contains(expected) && !told.contains("hunter2"), "{told}");
    };
    refused(builder().root_certificates("hunter2"), "invalid root certificates");
    refused(builder().client_certificate("hunter2"), "private key (PKCS #8)");
    for url in
        ["hunter2://a b", "htps://u:hunter2@proxy.example", "socks5://hunter2:1080", "hunter2"]
    {
        refused(builder().proxy(url), "invalid proxy: must be a URL");
    }
    let plain = client_builder("http://localhost:1").proxy("http://user:hunter2@proxy.example");
    assert!(!format!("{plain:?}").contains("hunter2"));
    refused(plain, "a proxy would read the credentials");
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR` say where the certificates of the system are.
#[tokio::test]
async fn certificates_of_the_system_are_needed_for_https_without_given_ones_only() {
    let name = "tls::certificates_of_the_system_are_needed_for_https_without_given_ones_only";
    if !is_alone_with(name, &[("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/nonexistent")]) {
        return;
    }
    let simulator = Simulator::start().await.unwrap();
    simulator.client().unwrap().create(&request()).await.unwrap();

    let ours = authority();
    let server = serve(&issued(&ours, "localhost", false), None).await;
    show(&trusting(&ours, server.port).build().unwrap()).await.unwrap();

    // The library of the system takes no certificates for some.
    if !cfg!(feature = "native-tls") {
        let error = client_builder("https://localhost:1").build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let told = error.to_string();
        assert!(told.contains("No CA certificates were loaded from the system"), "{told}");
        assert!(told.contains("`root_certificates`") && !told.contains(TOKEN), "{told}");
    }
}

/// With https a proxy is asked for a tunnel to the endpoint, and sees nothing else.
#[tokio::test]
async fn a_proxy_is_asked_for_a_tunnel_and_sees_no_credentials() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let length = stream.read(&mut asked).await.unwrap();
        stream.write_all(&http(403, "", "")).await.unwrap();
        String::from_utf8(asked[..length].to_vec()).unwrap()
    });
    let client = client_builder("https://vpn.example.com").proxy(format!("http://{address}"));
    let error = show(&client.build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    let asked = proxy.await.unwrap();
    assert!(asked.starts_with("CONNECT vpn.example.com:443 HTTP/1.1"), "{asked}");
    assert!(!asked.to_ascii_lowercase().contains("x-auth-token"), "{asked}");
}

#[tokio::test]
#[ignore = "run by a_proxy_of_the_environment_is_used_for_https_unless_switched_off"]
async fn a_client_behind_a_proxy_of_the_environment() {
    let client = client_builder("https://127.0.0.1:1");
    let direct = client.clone().environment_proxy(false).build().unwrap();
    let error = show(&direct).await.unwrap_err();
    assert!(!error.to_string().contains("tunnel"), "{error}");
    let error = show(&client.environment_proxy(true).build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("tunnel"), "{error}");
}

#[test]
fn a_proxy_of_the_environment_is_used_for_https_unless_switched_off() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut stream, &http(403, "", "")).unwrap();
        let mut asked = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stream), &mut asked).unwrap();
        asked
    });
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "tls::a_client_behind_a_proxy_of_the_environment"])
        .env("HTTPS_PROXY", &proxy)
        .env_remove("ALL_PROXY")
        .env_remove("all_proxy")
        .env_remove("https_proxy")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(asked.join().unwrap().starts_with("CONNECT 127.0.0.1:1"));
}
