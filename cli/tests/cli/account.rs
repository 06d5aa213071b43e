//! The account: settings that are missing or wrong, a service that is not there.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use crate::support::{Simulated, folder, printed, program};

const SHOW: [&str; 2] = ["show", "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d"];

/// `show` with the account of the simulator and these changes of it.
fn show_with(changes: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = folder();
    let simulated = Simulated::start(folder.path(), &[]);
    let mut command = program(folder.path(), &[&SHOW, arguments].concat());
    command.envs(&simulated.variables).envs(changes.iter().copied());
    command.output().unwrap()
}

#[test]
fn a_wrong_password_ends_with_6() {
    let output = show_with(&[("OS_PASSWORD", "Canary-Password-7")], &["-vv"]);
    assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
    assert!(printed(&output).contains("signing in"), "{}", printed(&output));
    assert!(!printed(&output).contains("Canary"), "{}", printed(&output));
}

#[test]
fn missing_settings_end_with_2_and_are_named() {
    let output = show_with(&[("OS_PASSWORD", ""), ("OS_AUTH_TYPE", "")], &[]);
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
    assert!(printed(&output).contains("OS_PASSWORD"), "{}", printed(&output));
}

#[test]
fn a_service_that_is_not_there_ends_with_7() {
    let output = show_with(&[], &["--endpoint", "http://127.0.0.1:1", "-o", "json"]);
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["exit"], 7);
    assert_eq!(error["error"]["operation"], "show_vpn_connection");
}

#[test]
fn options_override_the_environment() {
    let output = show_with(&[("OS_PROJECT_ID", "f".repeat(32).as_str())], &[]);
    assert_eq!(output.status.code(), Some(6), "another project: {}", printed(&output));
    let right = ["--os-project-id", "0123456789abcdef0123456789abcdef"];
    let output = show_with(&[("OS_PROJECT_ID", "f".repeat(32).as_str())], &right);
    assert_eq!(output.status.code(), Some(4), "the right one: {}", printed(&output));
}

#[test]
fn a_cloud_of_clouds_yaml_is_an_account() {
    let folder = folder();
    let simulated = Simulated::start(folder.path(), &[]);
    let of = |name: &str| simulated.variables[name].as_str();
    let clouds = format!(
        "clouds:\n  sim:\n    auth:\n      auth_url: {}\n      user_id: '{}'\n      \
         password: '{}'\n      project_id: '{}'\n    evpn_endpoint_override: {}\n",
        of("OS_AUTH_URL"),
        of("OS_USER_ID"),
        of("OS_PASSWORD"),
        of("OS_PROJECT_ID"),
        of("OTC_VPN_ENDPOINT"),
    );
    fs::write(folder.path().join("clouds.yaml"), clouds).unwrap();
    let by_option = program(
        folder.path(),
        &["show", "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "--os-cloud", "sim"],
    )
    .output();
    let by_variable = program(folder.path(), &SHOW).env("OS_CLOUD", "sim").output();
    for output in [by_option, by_variable].map(Result::unwrap) {
        assert_eq!(output.status.code(), Some(4), "{}", printed(&output));
    }
    let unknown = program(
        folder.path(),
        &["show", "18be2aa1-2f6c-410f-832e-4d8ba13b4c5d", "--os-cloud", "other"],
    );
    let output = { unknown }.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
}

#[test]
fn verbose_output_tells_of_requests_and_shows_no_secret() {
    for (flag, expected) in [("-v", "show_vpn_connection"), ("-vv", "received a response")] {
        let output =
            show_with(&[("OS_AUTH_TYPE", "token"), ("OS_TOKEN", "Canary-Token-5f")], &[flag]);
        assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
        assert!(printed(&output).contains(expected), "{}", printed(&output));
        assert!(!printed(&output).contains("Canary"), "{}", printed(&output));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130() {
    use std::io::Read;

    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let folder = folder();
    let mut command = program(folder.path(), &SHOW);
    let account = [("OS_TOKEN", "token"), ("OS_PROJECT_ID", "a"), ("OTC_VPN_ENDPOINT", &endpoint)];
    command.envs(account).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // The request is there, and nobody responds to it.
    let (mut request, _) = silent.accept().unwrap();
    assert_ne!(request.read(&mut [0; 16]).unwrap(), 0);
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", printed(&output));
    assert_eq!(printed(&output), "error: interrupted\n");
}
