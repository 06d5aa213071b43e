//! The settings that users of OpenStack already have: variables and `clouds.yaml`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use otc_vpn::Client;
use otc_vpn::simulator::{Fault, Simulator};

use crate::support::CONNECTION_ID;
use crate::tls::{authority, issued, serve};

/// The cloud that the child uses; if empty, it uses the environment.
const CLOUD: &str = "OTC_VPN_TEST_CLOUD";

/// Makes the child print its client and make no call.
const SHOW: &str = "OTC_VPN_TEST_SHOW";

/// Makes the child expect the connection to exist.
const FOUND: &str = "OTC_VPN_TEST_FOUND";

/// Run in a child process by the tests below, with settings of its own.
#[tokio::test]
async fn in_an_environment_of_its_own() {
    let Ok(cloud) = std::env::var(CLOUD) else { return };
    let client = match cloud.as_str() {
        "" => Client::from_env().await,
        cloud => Client::from_cloud(cloud).await,
    };
    let client = client.unwrap_or_else(|error| panic!("FAILED {error} {error:?}"));
    if std::env::var_os(SHOW).is_some() {
        return writeln!(std::io::stdout(), "SHOWN {client:?}").unwrap();
    }
    let shown = client.show(CONNECTION_ID).await;
    if std::env::var_os(FOUND).is_some() {
        return assert!(shown.is_ok(), "FAILED {shown:?}");
    }
    let error = shown.unwrap_err();
    assert!(error.is_not_found(), "FAILED {error} {error:?}");
}

/// A directory with the fixtures in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str, simulator: &Simulator) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // The files of an earlier run would be found.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("empty")).unwrap();
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/clouds");
        for file in ["clouds.yaml", "secure.yaml"] {
            let text = std::fs::read_to_string(Path::new(fixtures).join(file)).unwrap();
            let text = text.replace("ENDPOINT", &simulator.endpoint());
            std::fs::write(folder.join(file), text).unwrap();
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The failure of the child, or nothing. It contains no secret.
    async fn failure_of(&self, cloud: &str, folder: &str, variables: &[(&str, &str)]) -> String {
        let (success, said) = self.run(cloud, folder, variables).await;
        match success {
            true => String::new(),
            false => said.lines().find(|line| line.contains("FAILED ")).unwrap_or(&said).to_owned(),
        }
    }

    /// The client of the child.
    async fn client_of(&self, cloud: &str, variables: &[(&str, &str)]) -> String {
        let show = [variables, &[(SHOW, "yes")]].concat();
        let (success, said) = self.run(cloud, "", &show).await;
        assert!(success, "{cloud}: {said}");
        said.lines().find(|line| line.contains("SHOWN ")).unwrap_or_default().to_owned()
    }

    async fn run(&self, cloud: &str, folder: &str, variables: &[(&str, &str)]) -> (bool, String) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "settings::in_an_environment_of_its_own", "--nocapture"])
            .env_clear()
            .env("HOME", self.path("empty"))
            .env(CLOUD, cloud)
            .envs(variables.iter().copied())
            .current_dir(self.0.join(folder));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("hunter2") && !said.contains("simulated-secret"), "{said}");
        (output.status.success(), said)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// A proxy that rejects every request, its address, and the requests that it got.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            kept.lock().unwrap().push(line.trim().to_owned());
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n");
        }
    });
    (address, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_authentication_method_works_from_the_environment() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("environment", &simulator);
    let endpoint = simulator.endpoint();
    let auth_url = format!("{endpoint}/v3/");
    let here = ("OTC_VPN_ENDPOINT", endpoint.as_str());
    let project = ("OS_PROJECT_ID", Simulator::PROJECT_ID);
    let password = [
        ("OS_AUTH_URL", auth_url.as_str()),
        ("OS_USERNAME", Simulator::USER),
        ("OS_PASSWORD", Simulator::PASSWORD),
    ];
    let key = [("OS_ACCESS_KEY", Simulator::ACCESS_KEY), ("OS_SECRET_KEY", Simulator::SECRET_KEY)];
    let domain = ("OS_DOMAIN_NAME", Simulator::DOMAIN);
    let user_domain = ("OS_USER_DOMAIN_NAME", Simulator::DOMAIN);
    let name = ("OS_PROJECT_NAME", Simulator::PROJECT_NAME);
    let wrong_token = ("OS_TOKEN", "hunter2");
    let wrong_key = [("OS_ACCESS_KEY", "HUNTER2"), ("OS_SECRET_KEY", "hunter2")];
    let wrong_password = [password[0], password[1], ("OS_PASSWORD", "hunter2")];
    let user_domain_id = ("OS_USER_DOMAIN_ID", Simulator::DOMAIN_ID);
    let domain_id = ("OS_DOMAIN_ID", Simulator::DOMAIN_ID);
    let wrong_domain = ("OS_USER_DOMAIN_NAME", "hunter2");
    let with_path = format!("{endpoint}/v5/$(project_id)s?x=1");
    let works = [
        vec![here, project, ("OS_TOKEN", Simulator::TOKEN)],
        vec![here, project, ("OS_AUTH_TOKEN", Simulator::TOKEN), ("OS_TOKEN", "")],
        // A token overrides a key, a key a password.
        [&wrong_key[..], &[here, project, ("OS_TOKEN", Simulator::TOKEN)]].concat(),
        [&key[..], &wrong_password, &[domain, here, project]].concat(),
        // A complete method overrides one that is only begun.
        [&password[..], &[wrong_key[0], domain, here, project]].concat(),
        [&password[..], &[wrong_key[1], domain, here, project]].concat(),
        [&password[..], &[wrong_token, domain, name]].concat(),
        [&key[..], &[here, project, ("OS_SECURITY_TOKEN", Simulator::SECURITY_TOKEN)]].concat(),
        [&key[..], &[here, project, wrong_token, ("OS_AUTH_TYPE", "aksk")]].concat(),
        // The endpoint is in the catalogue, and the project id in the token.
        [&password[..], &[domain, name]].concat(),
        [&password[..], &[user_domain, ("OS_TENANT_NAME", Simulator::PROJECT_NAME)]].concat(),
        [&password[..], &[user_domain, ("OS_DOMAIN_NAME", "hunter2"), project, here]].concat(),
        // The user's own domain overrides the general one, and an id a name.
        [&password[..], &[user_domain, ("OS_DOMAIN_ID", "hunter2"), project, here]].concat(),
        [&password[..], &[user_domain_id, wrong_domain, project, here]].concat(),
        [&password[..], &[domain_id, ("OS_DOMAIN_NAME", "hunter2"), project, here]].concat(),
        // Only the scheme, host and port are used.
        vec![project, ("OS_TOKEN", Simulator::TOKEN), ("OTC_VPN_ENDPOINT", &with_path)],
        [&password[..], &[wrong_token, domain, name, ("OS_AUTH_TYPE", "v3password")]].concat(),
    ];
    for variables in works {
        assert_eq!(place.failure_of("", "empty", &variables).await, "", "{variables:?}");
    }
    let fails: [(&[(&str, &str)], &str); 21] = [
        (
            &[],
            "the environment is incomplete: it needs credentials (set OS_TOKEN, or OS_ACCESS_KEY and OS_SECRET_KEY, or OS_USERNAME, OS_PASSWORD and OS_USER_DOMAIN_NAME, or OS_CLOUD), a region (set OS_REGION_NAME or OTC_VPN_ENDPOINT), a project (set OS_PROJECT_ID or OS_PROJECT_NAME)",
        ),
        (
            &[wrong_token, project],
            "the environment is incomplete: authentication by token needs a region (set OS_REGION_NAME or OTC_VPN_ENDPOINT)",
        ),
        (
            &[wrong_token],
            "authentication by token needs a region (set OS_REGION_NAME or OTC_VPN_ENDPOINT), a project id (set OS_PROJECT_ID)",
        ),
        (
            &[wrong_token, here],
            "the environment is incomplete: authentication by token needs a project id (set OS_PROJECT_ID)",
        ),
        (
            &[wrong_token, here, name],
            "the environment is incomplete: authentication by token needs a project id (set OS_PROJECT_ID)",
        ),
        (
            &[key[0], here, project],
            "the environment is incomplete: authentication by access key needs a secret key (set OS_SECRET_KEY)",
        ),
        (
            &[("OS_SECRET_KEY", "hunter2"), here, project],
            "the environment is incomplete: authentication by access key needs an access key (set OS_ACCESS_KEY)",
        ),
        (
            &[password[1], here],
            "the environment is incomplete: authentication by password needs a password (set OS_PASSWORD), the domain of the user (set OS_USER_DOMAIN_NAME or OS_USER_DOMAIN_ID), the address of the identity service (set OS_AUTH_URL or OS_REGION_NAME), a project (set OS_PROJECT_ID or OS_PROJECT_NAME)",
        ),
        (
            &[password[0], password[2], domain, project],
            "authentication by password needs a user (set OS_USERNAME or OS_USER_ID)",
        ),
        (
            &[password[0], password[1], password[2], project],
            "authentication by password needs the domain of the user (set OS_USER_DOMAIN_NAME or OS_USER_DOMAIN_ID)",
        ),
        (
            &[password[1], password[2], domain, name],
            "authentication by password needs the address of the identity service (set OS_AUTH_URL or OS_REGION_NAME)",
        ),
        (
            &[password[0], password[1], password[2], domain],
            "authentication by password needs a project (set OS_PROJECT_ID or OS_PROJECT_NAME)",
        ),
        // An invalid value is reported with the name of its setting.
        (
            &[wrong_token, project, ("OS_REGION_NAME", "eu-ch2")],
            "OS_REGION_NAME: no endpoint is documented for the region \"eu-ch2\", only for eu-de, eu-nl; for other regions, set the endpoint with OTC_VPN_ENDPOINT",
        ),
        (
            &[password[0], password[1], password[2], domain, name, ("OS_REGION_NAME", "eu-ch2")],
            "OS_REGION_NAME: no endpoint is documented for the region \"eu-ch2\"",
        ),
        (
            &[password[1], password[2], domain, project, ("OS_REGION_NAME", "mars")],
            "OS_REGION_NAME: no identity service is known for the region \"mars\", only for eu-de, eu-nl, eu-ch2; for other regions, set its endpoint with OS_AUTH_URL",
        ),
        (
            &[wrong_token, project, ("OTC_VPN_ENDPOINT", "https://hunter2:x@vpn.example")],
            "OTC_VPN_ENDPOINT: the endpoint must not contain a user name or password",
        ),
        (
            &[wrong_token, project, ("OTC_VPN_ENDPOINT", "http://vpn.example/v5")],
            "OTC_VPN_ENDPOINT: the endpoint at vpn.example would receive the credentials unencrypted",
        ),
        (
            &[password[1], password[2], domain, here, project, ("OS_AUTH_URL", "ftp://hunter2/v3")],
            "OS_AUTH_URL: the endpoint must begin with https://",
        ),
        (
            &[password[1], password[2], domain, here, project, ("OS_AUTH_URL", "http://a.example")],
            "OS_AUTH_URL: the endpoint at a.example would receive the credentials unencrypted",
        ),
        (
            &[wrong_token, here, ("OS_TENANT_ID", "hunter2/x")],
            "OS_TENANT_ID is not a valid project id; must be 1 to 64 of these characters: 0-9 A-Z a-z _ -",
        ),
        // An invalid endpoint is not replaced by the one in the catalogue.
        (
            &[
                password[0],
                password[1],
                password[2],
                domain,
                name,
                ("OTC_VPN_ENDPOINT", "http://vpn.example"),
            ],
            "OTC_VPN_ENDPOINT: the endpoint at vpn.example would receive the credentials unencrypted",
        ),
    ];
    for (variables, expected) in fails {
        let said = place.failure_of("", "empty", variables).await;
        assert!(said.contains(expected), "{said} instead of {expected}");
    }
    let no_catalog = format!(
        r#"{{ "token": {{ "issued_at": "2025-03-04T05:06:07Z", "expires_at": "2099-03-04T05:06:07Z",
            "project": {{ "id": "{}" }}, "catalog": null }} }}"#,
        Simulator::PROJECT_ID
    );
    simulator.next(Fault::response(201, no_catalog).header("X-Subject-Token", "t"));
    let said = place.failure_of("", "empty", &[&password[..], &[domain, name]].concat()).await;
    assert!(said.contains("no VPN service here: set its endpoint with OTC_VPN_ENDPOINT"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_sets_the_endpoint_and_the_identity_service() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("regions", &simulator);
    for (cloud, host) in [
        ("in-eu-nl", "vpn.eu-nl.otc.t-systems.com"),
        ("in-the-first-region", "vpn.eu-nl.otc.t-systems.com"),
        ("in-a-region-of-the-list", "vpn.eu-de.otc.t-systems.com"),
        ("in-the-region-of-a-profile", "vpn.eu-de.otc.t-systems.com"),
        ("in-a-region-and-a-profile", "vpn.eu-nl.otc.t-systems.com"),
    ] {
        let client = place.client_of(cloud, &[]).await;
        assert!(client.contains(&format!("\"https://{host}\"")), "{cloud}: {client}");
    }
    let in_eu_nl =
        [("OS_TOKEN", "t"), ("OS_PROJECT_ID", Simulator::PROJECT_ID), ("OS_REGION_NAME", "eu-nl")];
    let client = place.client_of("", &in_eu_nl).await;
    assert!(client.contains("\"https://vpn.eu-nl.otc.t-systems.com\""), "{client}");

    let (address, asked) = proxy();
    let by_proxy = ("HTTPS_PROXY", address.as_str());
    let endpoint = simulator.endpoint();
    let user = [
        by_proxy,
        ("OS_USERNAME", Simulator::USER),
        ("OS_PASSWORD", Simulator::PASSWORD),
        ("OS_USER_DOMAIN_NAME", Simulator::DOMAIN),
        ("OS_PROJECT_ID", Simulator::PROJECT_ID),
        ("OTC_VPN_ENDPOINT", endpoint.as_str()),
    ];
    let swiss = ("OS_AUTH_URL", "iam-pub.eu-ch2.sc.otc.t-systems.com/v3");
    for (cloud, variables, host) in [
        ("by-password-of-otc", vec![by_proxy], "iam.eu-de.otc.t-systems.com"),
        ("by-password-of-an-older-file", vec![by_proxy], "iam-pub.eu-ch2.sc.otc.t-systems.com"),
        ("by-password-in-eu-nl", vec![by_proxy], "iam.eu-nl.otc.t-systems.com"),
        ("by-password-at-a-template", vec![by_proxy], "iam.eu-xy.example"),
        // A custom endpoint, and the identity service of the region.
        ("", [&user[..], &[("OS_REGION_NAME", "eu-nl")]].concat(), "iam.eu-nl.otc.t-systems.com"),
        // Without a scheme, as in some OpenStack tools.
        ("", [&user[..], &[swiss]].concat(), "iam-pub.eu-ch2.sc.otc.t-systems.com"),
    ] {
        asked.lock().unwrap().clear();
        let said = place.failure_of(cloud, "", &variables).await;
        assert!(said.contains("signing in"), "{cloud}: {said}");
        let asked = asked.lock().unwrap().clone();
        let expected = format!("CONNECT {host}:443 HTTP/1.1");
        assert_eq!(asked.first(), Some(&expected), "{cloud}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_authentication_method_works_from_clouds_yaml() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("clouds", &simulator);
    let wrong = [("OS_TOKEN", "hunter2"), ("OS_PASSWORD", "hunter2"), ("OS_PROJECT_ID", "hunter2")];
    for cloud in [
        "by-password",
        "by-catalogue",
        "by-token",
        "by-key",
        "with-secure",
        "vendor-sample",
        "vendor-sample-by-id",
        "vendor-sample-by-key",
        "beside-and-below",
        "by-general-domain-id",
        "by-region-values",
        "only-here",
    ] {
        // The environment is ignored.
        assert_eq!(place.failure_of(cloud, "", &wrong).await, "", "{cloud}");
    }
    let chosen = place.path("clouds.yaml");
    let chosen = [("OS_CLOUD", "by-key"), ("OS_CLIENT_CONFIG_FILE", chosen.as_str())];
    assert_eq!(place.failure_of("", "empty", &chosen).await, "", "chosen by variables");

    let at_home = place.0.join("empty/.config/openstack");
    std::fs::create_dir_all(&at_home).unwrap();
    std::fs::copy(place.0.join("clouds.yaml"), at_home.join("clouds.yml")).unwrap();
    assert_eq!(place.failure_of("by-token", "empty", &[]).await, "", "at home");
    // The file in the current directory comes first, and is the only one read.
    place.write("other/clouds.yaml", "clouds: { mine: {} }");
    let said = place.failure_of("by-token", "other", &[]).await;
    let file = place.path("other/clouds.yaml");
    let expected = format!(
        "no cloud \"by-token\" in {file} (no secure.yaml found); the clouds there are: mine"
    );
    assert!(said.contains(&expected), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_searched_for_where_the_openstack_tools_do() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("places", &simulator);
    let clouds = std::fs::read_to_string(place.path("clouds.yaml")).unwrap();
    let secure = std::fs::read_to_string(place.path("secure.yaml")).unwrap();
    let (home, xdg) = (place.path("home"), place.path("xdg"));
    let variables = [("HOME", home.as_str()), ("XDG_CONFIG_HOME", xdg.as_str())];
    let works = async |cloud: &str, variables: &[(&str, &str)]| {
        assert_eq!(place.failure_of(cloud, "empty", variables).await, "", "{cloud} {variables:?}");
    };
    // In both, XDG_CONFIG_HOME first.
    place.write("home/.config/openstack/clouds.yml", &clouds);
    works("by-key", &variables).await;
    place.write("xdg/openstack/clouds.yaml", "clouds: { mine: {} }");
    let said = place.failure_of("by-key", "empty", &variables).await;
    assert!(said.contains("the clouds there are: mine"), "{said}");
    place.write("xdg/openstack/clouds.yaml", &clouds);
    place.write("home/.config/openstack/secure.yaml", &secure);
    works("with-secure", &variables).await;
    // A cloud that is only in secure.yaml needs no other file.
    let secure = place.path("secure.yaml");
    works("only-here", &[("OS_CLIENT_SECURE_FILE", secure.as_str())]).await;
    // The path in a variable may be relative.
    let relative = [("OS_CLIENT_CONFIG_FILE", "../clouds.yaml")];
    works("by-key", &relative).await;
    let both = [relative[0], ("OS_CLIENT_SECURE_FILE", "../secure.yaml")];
    works("with-secure", &both).await;
    // A path that is not a directory or does not exist is skipped.
    let through_a_file = place.path("clouds.yaml");
    let passed_over = [("XDG_CONFIG_HOME", through_a_file.as_str()), variables[0]];
    works("by-key", &passed_over).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_yaml_does_not_read_as_strings_are_rejected() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("unquoted", &simulator);
    let cloud = |at: &str, value: &str| {
        let (auth, beside) = match at {
            "auth.password" => (format!(", password: {value}"), String::new()),
            "regions.values.auth.password" => (
                String::new(),
                format!(
                    "regions: [{{ name: eu-de, values: {{ auth: {{ password: {value} }} }} }}]"
                ),
            ),
            at => (", password: p".to_owned(), format!("{at}: {value}")),
        };
        format!(
            "clouds:\n  other:\n    password: 7\n  mine:\n    api_timeout: 7\n    \
             auth: {{ auth_url: \"{}\", username: u, user_domain_name: d{auth} }}\n    {beside}\n",
            simulator.endpoint()
        )
    };
    let unquoted = ["1_000", "1977", "0x1F", "1e5", "0089", "yes", "-1", "1.10", "0o17", "true"];
    let mut cases: Vec<_> = unquoted.map(|value| ("auth.password", value)).to_vec();
    cases.extend([
        ("project_id", "12345678901234567890123456789012"),
        ("regions.values.auth.password", "1977"),
        ("region_name", "7"),
    ]);
    for (at, value) in cases {
        place.write("clouds.yaml", &cloud(at, value));
        let said = place.failure_of("mine", "", &[]).await;
        let expected = format!(
            "{}: {at} of the cloud \"mine\" is not a string in YAML: quote it",
            place.path("clouds.yaml")
        );
        assert!(said.contains(&expected), "{at}: {value}: {said}");
        assert!(!said.contains(value) || value.len() < 3, "{said}");
    }
    place.write("clouds.yaml", &cloud("region_name", "[eu-de, eu-nl]"));
    let said = place.failure_of("mine", "", &[]).await;
    assert!(
        said.contains("region_name of the cloud \"mine\"")
            && said.contains("must be a single string"),
        "{said}"
    );
    place.write("clouds.yaml", &cloud("project_id", "12e45678901234567890123456789012"));
    let said = place.failure_of("mine", "", &[]).await;
    assert!(said.contains("number out of range at line 7; if it is a string, quote it"), "{said}");
    // secure.yaml is checked, too; quotes help.
    place.write("clouds.yaml", &cloud("project_name", "\"1977\""));
    place.write("secure.yaml", "clouds: { mine: { auth: { password: 1977 } } }");
    let said = place.failure_of("mine", "", &[]).await;
    let expected = format!("{}: auth.password of the cloud", place.path("secure.yaml"));
    assert!(said.contains(&expected), "{said}");
    place.write("secure.yaml", "clouds: { mine: { auth: { password: '1977' } } }");
    let said = place.failure_of("mine", "", &[]).await;
    assert!(said.contains("signing in: "), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_comes_from_a_file() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("authority", &simulator);
    let authority = authority();
    let server = serve(&issued(&authority, "localhost", false), None).await;
    let endpoint = format!("https://localhost:{}", server.port);
    let base = [
        ("OTC_VPN_ENDPOINT", endpoint.as_str()),
        ("OS_TOKEN", Simulator::TOKEN),
        ("OS_PROJECT_ID", Simulator::PROJECT_ID),
        (FOUND, "yes"),
    ];
    let said = place.failure_of("", "", &base).await;
    assert!(said.contains("certificate"), "{said}");

    place.write("ca.pem", &authority.pem());
    place.write("empty/home.pem", &authority.pem());
    for path in [place.path("ca.pem").as_str(), "ca.pem", "empty/../ca.pem", "~/home.pem"] {
        let variables = [&base[..], &[("OS_CACERT", path)]].concat();
        assert_eq!(place.failure_of("", "", &variables).await, "", "{path}");
    }
    let cloud = |settings: &str| {
        format!(
            "clouds:\n  mine:\n    auth: {{ token: t, project_id: \"1\" }}\n    \
             evpn_endpoint_override: {endpoint}\n    {settings}\n"
        )
    };
    for settings in ["cacert: ca.pem", "cacert: ca.pem\n    verify: true\n    insecure: false"] {
        place.write("clouds.yaml", &cloud(settings));
        assert_eq!(place.failure_of("mine", "", &[(FOUND, "yes")]).await, "", "{settings}");
    }

    let pem =
        |label: &str| format!("-----BEGIN {label}-----\naHVudGVyMg==\n-----END {label}-----\n");
    const NO_CERTIFICATE: &str = "must contain valid certificates in PEM format";
    place.write("key.pem", &pem("PRIVATE KEY"));
    place.write("broken.pem", &pem("CERTIFICATE"));
    for (file, expected) in [
        ("none.pem", "No such file or directory"),
        ("empty", "Is a directory"),
        ("key.pem", NO_CERTIFICATE),
        ("broken.pem", NO_CERTIFICATE),
        ("secure.yaml", NO_CERTIFICATE),
    ] {
        let expected = format!("{}: {expected}", place.path(file));
        let variables = [&base[..], &[("OS_CACERT", file)]].concat();
        let said = place.failure_of("", "", &variables).await;
        assert!(said.contains(&format!("FAILED OS_CACERT: {expected}")), "{said}");
        place.write("clouds.yaml", &cloud(&format!("cacert: {file}")));
        let said = place.failure_of("mine", "", &[]).await;
        assert!(said.contains(&format!("FAILED cacert: {expected}")), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_cannot_go_unverified() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("unverified", &simulator);
    let endpoint = simulator.endpoint();
    let base = [
        ("OTC_VPN_ENDPOINT", endpoint.as_str()),
        ("OS_TOKEN", Simulator::TOKEN),
        ("OS_PROJECT_ID", Simulator::PROJECT_ID),
    ];
    let why = |name: &str, cacert: &str| {
        format!(
            "FAILED {name}: certificates are always verified, since otherwise anyone on the \
             network could read the credentials and pre-shared keys; to trust a certificate \
             authority of your own, set {cacert} to its PEM file"
        )
    };
    for (value, is_insecure) in
        [("1", true), ("True", true), ("yes", true), ("x", true), ("", false), ("False", false)]
    {
        let variables = [&base[..], &[("OS_INSECURE", value)]].concat();
        let said = place.failure_of("", "", &variables).await;
        match is_insecure {
            true => assert!(said.contains(&why("OS_INSECURE", "OS_CACERT")), "{value}: {said}"),
            false => assert_eq!(said, "", "{value}"),
        }
    }
    for (name, setting, is_insecure) in [
        ("verify", "false", true),
        ("verify", "\"False\"", true),
        ("verify", "0", true),
        ("verify", "[]", true),
        ("verify", "true", false),
        ("verify", "null", false),
        ("insecure", "true", true),
        ("insecure", "yes", true),
        ("insecure", "1", true),
        ("insecure", "false", false),
    ] {
        place.write(
            "clouds.yaml",
            &format!(
                "clouds: {{ mine: {{ auth: {{ token: {}, project_id: {} }}, \
                 evpn_endpoint_override: \"{endpoint}\", {name}: {setting} }} }}",
                Simulator::TOKEN,
                Simulator::PROJECT_ID
            ),
        );
        let said = place.failure_of("mine", "", &[]).await;
        match is_insecure {
            true => assert!(said.contains(&why(name, "cacert")), "{setting}: {said}"),
            false => assert_eq!(said, "", "{name}: {setting}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_clouds_yaml_is_named() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("missing", &simulator);
    let incomplete = |cloud: &str, note: &str, needs: &str| {
        let (clouds, secure) = (place.path("clouds.yaml"), place.path("secure.yaml"));
        format!("the cloud \"{cloud}\" in {clouds} and {secure}{note} is incomplete: {needs}")
    };
    for (cloud, note, needs) in [
        ("no-password", "", "authentication by password needs a password (set password)"),
        (
            "no-domain",
            "",
            "authentication by password needs the domain of the user (set user_domain_name or user_domain_id)",
        ),
        ("no-project", "", "authentication by token needs a project id (set project_id)"),
        (
            "no-region",
            "",
            "authentication by token needs a region (set region_name or evpn_endpoint_override)",
        ),
        ("template-without-region", "", "authentication by token needs a region (set region_name)"),
        ("no-secret-key", "", "authentication by access key needs a secret key (set secret_key)"),
        (
            "nothing",
            "",
            "it needs credentials (set token, or access_key and secret_key, or username, password and user_domain_name), a region (set region_name or evpn_endpoint_override), a project (set project_id or project_name)",
        ),
        (
            "much-is-missing",
            " (unknown profile \"somebody-elses\"; known: otc, otc-swiss)",
            "authentication by password needs a password (set password), the domain of the user (set user_domain_name or user_domain_id), the address of the identity service (set auth_url or region_name), a project (set project_id or project_name)",
        ),
        (
            "two-begun",
            "",
            "authentication by password needs a project (set project_id or project_name); authentication by access key needs a secret key (set secret_key), a project id (set project_id)",
        ),
    ] {
        let said = place.failure_of(cloud, "", &[]).await;
        let expected = incomplete(cloud, note, needs);
        assert!(said.contains(&expected), "{said} instead of {expected}");
    }
    for (cloud, expected) in [
        (
            "by-magic",
            "auth_type: \"v3oidcpassword\" is not supported; must be token, password or aksk",
        ),
        (
            "swiss-by-token",
            "profile: no endpoint is documented for the region \"eu-ch2\", only for eu-de, eu-nl; for other regions, set the endpoint with evpn_endpoint_override",
        ),
        ("unknown-region", "region_name: no endpoint is documented for the region \"mars\""),
        (
            "wrong-addresses",
            "FAILED vpn_endpoint_override: the endpoint must not contain a user name or password",
        ),
        ("wrong-project", "project_id is not a valid project id"),
        ("unheard-of", "secure.yaml; the clouds there are: "),
    ] {
        let said = place.failure_of(cloud, "", &[]).await;
        assert!(said.contains(expected), "{said} instead of {expected}");
    }
    let said = place.failure_of("otc", "empty", &[]).await;
    let (yaml, yml) = (place.path("empty/clouds.yaml"), place.path("empty/clouds.yml"));
    let expected = format!("no clouds.yaml found; searched {yaml}, {yml}, ");
    assert!(said.contains(&expected), "{said}");
    assert!(said.contains("/etc/openstack/clouds.yaml"), "{said}");
    // Secrets are often kept apart, so a missing secure.yaml is mentioned.
    std::fs::remove_file(place.path("secure.yaml")).unwrap();
    let said = place.failure_of("no-password", "", &[]).await;
    assert!(said.contains("clouds.yaml (no secure.yaml found) is incomplete: authentication by password needs a password (set password)"), "{said}");
    place.write("clouds.yaml", "clouds:\n  a:\n    password: [hunter2\n  b: c\n");
    let said = place.failure_of("a", "", &[]).await;
    let expected =
        "clouds.yaml: invalid YAML at line 4; if a value has special characters, quote it";
    assert!(said.contains(expected), "{said}");
    place.write("clouds.yaml", "clouds:\n  a:\n    password: hunter2\n    password: hunter2\n");
    let said = place.failure_of("a", "", &[]).await;
    assert!(said.contains("clouds.yaml: duplicate key at line 4"), "{said}");
}
