//! The settings that users have already: variables and `clouds.yaml`.

use std::path::{Path, PathBuf};
use std::process::Command;

use otc_vpn::Client;
use otc_vpn::simulator::Simulator;

use crate::support::CONNECTION_ID;

/// The cloud that the child asks for; set to nothing, it looks at the environment.
const CLOUD: &str = "OTC_VPN_TEST_CLOUD";

/// Run again by the tests below, with settings of its own.
#[tokio::test]
async fn in_an_environment_of_its_own() {
    let Ok(cloud) = std::env::var(CLOUD) else { return };
    let client = match cloud.as_str() {
        "" => Client::from_env().await,
        cloud => Client::from_cloud(cloud).await,
    };
    let client = client.unwrap_or_else(|error| panic!("FAILED {error} {error:?}"));
    let error = client.show(CONNECTION_ID).await.unwrap_err();
    assert!(error.is_not_found(), "FAILED {error} {error:?}");
}

/// A place with the fixtures in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str, simulator: &Simulator) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(folder.join("empty")).unwrap();
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/clouds");
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

    /// What comes of it: nothing, or the failure. No secret is in it.
    async fn comes_of(&self, cloud: &str, folder: &str, variables: &[(&str, &str)]) -> String {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "settings::in_an_environment_of_its_own"])
            .env_clear()
            .env("HOME", self.path("empty"))
            .env(CLOUD, cloud)
            .envs(variables.iter().copied())
            .current_dir(self.0.join(folder));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = format!("{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("hunter2") && !said.contains("simulated-secret"), "{said}");
        match output.status.success() {
            true => String::new(),
            false => said.lines().find(|line| line.contains("FAILED ")).unwrap_or(&said).to_owned(),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_in_works_from_the_environment() {
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
    let works = [
        vec![here, project, ("OS_TOKEN", Simulator::TOKEN)],
        vec![here, project, ("OS_AUTH_TOKEN", Simulator::TOKEN), ("OS_TOKEN", "")],
        // A token goes before a key, a key before a password.
        [&key[..], &[here, project, ("OS_TOKEN", Simulator::TOKEN), ("OS_PASSWORD", "hunter2")]]
            .concat(),
        [&key[..], &[here, project, ("OS_PASSWORD", "hunter2")]].concat(),
        [&key[..], &[here, project, ("OS_SECURITY_TOKEN", Simulator::SECURITY_TOKEN)]].concat(),
        [&key[..], &[here, project, wrong_token, ("OS_AUTH_TYPE", "aksk")]].concat(),
        // The endpoint is in the catalogue, and the id of the project in the token.
        [&password[..], &[domain, name]].concat(),
        [&password[..], &[user_domain, ("OS_TENANT_NAME", Simulator::PROJECT_NAME)]].concat(),
        [&password[..], &[user_domain, ("OS_DOMAIN_NAME", "hunter2"), project, here]].concat(),
        [&password[..], &[wrong_token, domain, name, ("OS_AUTH_TYPE", "v3password")]].concat(),
    ];
    for variables in works {
        assert_eq!(place.comes_of("", "empty", &variables).await, "", "{variables:?}");
    }
    let fails: [(&[(&str, &str)], &str); 11] = [
        (
            &[],
            "no credentials: the environment lacks OS_TOKEN, or OS_ACCESS_KEY and OS_SECRET_KEY, or OS_USERNAME, OS_PASSWORD and OS_USER_DOMAIN_NAME",
        ),
        (
            &[wrong_token, project],
            "no region: the environment lacks OS_REGION_NAME or OTC_VPN_ENDPOINT",
        ),
        (&[wrong_token, here], "no project id: the environment lacks OS_PROJECT_ID"),
        (&[wrong_token, here, name], "no project id: the environment lacks OS_PROJECT_ID"),
        (&[key[0], here, project], "no secret key: the environment lacks OS_SECRET_KEY"),
        (&[("OS_SECRET_KEY", "hunter2")], "no access key: the environment lacks OS_ACCESS_KEY"),
        (&[password[1], here, project], "no password: the environment lacks OS_PASSWORD"),
        (&[password[2], here, project], "no user: the environment lacks OS_USERNAME or OS_USER_ID"),
        (
            &[password[0], password[1], password[2], project],
            "no domain of the user: the environment lacks OS_USER_DOMAIN_NAME or OS_USER_DOMAIN_ID",
        ),
        (
            &[password[1], password[2], domain, name],
            "no identity service: the environment lacks OS_AUTH_URL or OS_REGION_NAME",
        ),
        (
            &[password[0], password[1], password[2], domain],
            "no project: the environment lacks OS_PROJECT_ID or OS_PROJECT_NAME",
        ),
    ];
    for (variables, expected) in fails {
        let said = place.comes_of("", "empty", variables).await;
        assert!(said.contains(expected), "{said} instead of {expected}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_in_works_from_clouds_yaml() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("clouds", &simulator);
    let wrong = [("OS_TOKEN", "hunter2"), ("OS_PASSWORD", "hunter2"), ("OS_PROJECT_ID", "hunter2")];
    for cloud in ["by-password", "by-catalogue", "by-token", "by-key", "with-secure"] {
        // What the environment says beside does not count.
        assert_eq!(place.comes_of(cloud, "", &wrong).await, "", "{cloud}");
    }
    let chosen = place.path("clouds.yaml");
    let chosen = [("OS_CLOUD", "by-key"), ("OS_CLIENT_CONFIG_FILE", chosen.as_str())];
    assert_eq!(place.comes_of("", "empty", &chosen).await, "", "chosen by variables");

    let at_home = place.0.join("empty/.config/openstack");
    std::fs::create_dir_all(&at_home).unwrap();
    std::fs::copy(place.0.join("clouds.yaml"), at_home.join("clouds.yml")).unwrap();
    assert_eq!(place.comes_of("by-token", "empty", &[]).await, "", "at home");
    // The file of the present folder goes first, and is the only one.
    std::fs::create_dir_all(place.0.join("other")).unwrap();
    std::fs::write(place.0.join("other/clouds.yaml"), "clouds: { mine: {} }").unwrap();
    let said = place.comes_of("by-token", "other", &[]).await;
    assert!(said.contains("clouds.yaml: holds no cloud \"by-token\"; these are: mine"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_clouds_yaml_is_named() {
    let simulator = Simulator::start().await.unwrap();
    let place = Place::new("missing", &simulator);
    for (cloud, expected) in [
        ("no-password", "no password: the cloud \"no-password\" in clouds.yaml lacks password"),
        (
            "no-domain",
            "no domain of the user: the cloud \"no-domain\" in clouds.yaml lacks user_domain_name or user_domain_id",
        ),
        ("no-project", "no project id: the cloud \"no-project\" in clouds.yaml lacks project_id"),
        (
            "no-region",
            "no region: the cloud \"no-region\" in clouds.yaml lacks region_name or evpn_endpoint_override",
        ),
        (
            "no-secret-key",
            "no secret key: the cloud \"no-secret-key\" in clouds.yaml lacks secret_key",
        ),
        (
            "nothing",
            "no credentials: the cloud \"nothing\" in clouds.yaml lacks token, or access_key and secret_key, or username, password and user_domain_name",
        ),
        (
            "by-magic",
            "auth_type asks for \"v3oidcpassword\", which is not supported; these are: token, password, aksk",
        ),
        ("unheard-of", "clouds.yaml: holds no cloud \"unheard-of\"; these are: "),
    ] {
        let said = place.comes_of(cloud, "", &[]).await;
        assert!(said.contains(expected), "{said} instead of {expected}");
    }
    let said = place.comes_of("otc", "empty", &[]).await;
    assert!(
        said.contains("there is no clouds.yaml; looked for clouds.yaml, clouds.yml, "),
        "{said}"
    );
    assert!(said.contains("/etc/openstack/clouds.yaml"), "{said}");
    std::fs::write(place.0.join("clouds.yaml"), "clouds:\n  a:\n    password: [hunter2\n  b: c\n")
        .unwrap();
    let said = place.comes_of("a", "", &[]).await;
    assert!(said.contains("clouds.yaml: is no valid YAML at line "), "{said}");
}
