//! The examples of `init` keep the rules and the schema of `schema`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{folder, printed, program};

fn schema() -> Value {
    let output = program(folder().path(), &["schema"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn breaches(value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.iter_errors(value).map(|error| error.instance_path().to_string()).collect()
}

#[test]
fn each_example_is_valid_and_keeps_the_schema() {
    let folder = folder();
    for kind in ["--single", "--dual", "--bgp", "--policy"] {
        let written = program(folder.path(), &["init", kind]).output().unwrap();
        let text = String::from_utf8(written.stdout).unwrap();
        assert!(
            text.starts_with("# yaml-language-server: $schema=otc-vpn.schema.json\n"),
            "{text}"
        );
        fs::write(folder.path().join("example.yaml"), &text).unwrap();
        let mut validate = program(folder.path(), &["validate", "example.yaml"]);
        let output = validate.env("OTC_VPN_PSK", "Example-Key-2025").output().unwrap();
        assert!(printed(&output).ends_with(": nothing wrong\n"), "{kind}: {}", printed(&output));
        let value: Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(breaches(&value), Vec::<String>::new(), "{kind}");
        // What is commented out is right, too.
        let all =
            text.replace("\n#ike", "\nike").replace("\n#  ", "\n  ").replace("\n#ips", "\nips");
        fs::write(folder.path().join("example.yaml"), &all).unwrap();
        let mut validate = program(folder.path(), &["validate", "example.yaml"]);
        let output = validate.env("OTC_VPN_PSK", "Example-Key-2025").output().unwrap();
        assert!(printed(&output).ends_with(": nothing wrong\n"), "{kind}: {}", printed(&output));
    }
}

#[test]
fn the_schema_says_what_validate_says() {
    let connection = json!({
        "vgw": "g", "vgw_ip": "10.0.0.2", "cgw": "r", "peer_subnets": ["192.168.44.0/24"],
        "psk": { "env": "A" }, "rules": { "network_type": "private" },
    });
    let pair = json!({
        "vgw": "g", "vgw_ips": ["10.0.0.2", "10.0.0.3"],
        "cgw_id": "8916effb-demo-42d8-83d7-4517567d3d26", "peer_subnets": ["192.168.44.0/24"],
        "psk": "Example-Key-2025", "first": { "psk": { "file": "a.key" } },
    });
    for good in [connection.clone(), pair.clone(), json!([connection, pair])] {
        assert_eq!(breaches(&good), Vec::<String>::new(), "{good}");
    }
    for (of, changes) in [
        (&connection, json!({ "nmae": "a" })),
        (&connection, json!({ "vgw_id": "8030f6d6-demo-4d20-a7f8-50a7a826e2f8" })),
        (&connection, json!({ "psk": { "env": "A", "file": "b" } })),
        (&connection, json!({ "vgw": "" })),
        (&pair, json!({ "vgw_ip": "10.0.0.2" })),
        (&pair, json!({ "second": { "psk": { "variable": "A" } } })),
    ] {
        let mut wrong = of.clone();
        wrong.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        assert_ne!(breaches(&wrong), Vec::<String>::new(), "{changes}");
        let folder = folder();
        fs::write(folder.path().join("a.json"), wrong.to_string()).unwrap();
        let output = program(folder.path(), &["validate", "a.json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{changes}: {}", printed(&output));
    }
    for name in ["vgw", "vgw_ip", "cgw"] {
        let mut wrong = connection.clone();
        wrong.as_object_mut().unwrap().remove(name);
        assert_ne!(breaches(&wrong), Vec::<String>::new(), "{name}");
    }
}

/// The blocks of the README in this language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let blocks = include_str!("../../README.md").split("\n```").skip(1).step_by(2);
    blocks.filter_map(move |block| block.strip_prefix(language))
}

#[test]
fn the_file_in_the_readme_is_valid() {
    let file = blocks("yaml\n").find(|block| block.contains("vgw_ips:")).unwrap();
    let folder = folder();
    fs::write(folder.path().join("office.yaml"), file).unwrap();
    let mut validate = program(folder.path(), &["validate", "office.yaml"]);
    let output = validate.env("OTC_VPN_PSK", "Example-Key-2025").output().unwrap();
    assert!(printed(&output).ends_with(": nothing wrong\n"), "{}", printed(&output));
    assert_eq!(breaches(&serde_saphyr::from_str(file).unwrap()), Vec::<String>::new());
}
