//! No key is ever printed, whatever is wrong with the file and whatever is asked for.

use std::fs;

use crate::support::{folder, printed, program, run_with_input};

/// What must not be seen.
const KEY: &str = "Canary-Key-9c1e";

/// Files with the key at all kinds of places, right and wrong.
fn files() -> Vec<String> {
    let settings = "cgw: r\nvgw: g\nvgw_ip: 10.0.0.2\npeer_subnets: [192.168.44.0/24]\n";
    let pair = "cgw: r\nvgw: g\nvgw_ips: [10.0.0.2, 10.0.0.3]\npeer_subnets: [192.168.44.0/24]\n";
    let at_places = [
        "psk: KEY",
        "psk: \"KEY\"",
        "psk: 'KEY'",
        "psk: |\n  KEY",
        "psk: >-\n  KEY",
        "psk:KEY",
        "psk:\tKEY",
        "psk: KEY # KEY",
        "# psk: KEY\nname: ''",
        "psk: [KEY]",
        "psk: { env: KEY }",
        "psk: { file: KEY }",
        "psk: { KEY: 1 }",
        "psk: { env: A, file: KEY }",
        "psk: { env: [KEY] }",
        "psk: !KEY x",
        "psk: &KEY y",
        "psk: *KEY",
        "psk: \"KEY",
        "psk: 'KEY\nname: x",
        "psk: KEY: x",
        "psk = KEY",
        "KEY",
        "KEY: 1",
        "? KEY\n: 1",
        "key: KEY",
        "presharedkey: KEY",
        "ikepolicy: KEY",
        "ikepolicy: { psk: KEY }",
        "ikepolicy: { KEY }",
        "ikepolicy: { dpd: { timeout: KEY } }",
        "policy_rules: [KEY]",
        "policy_rules: [{ psk: KEY }]",
        "tags: { KEY: 1 }",
        "rules: KEY",
        "rules: { KEY: true }",
        "rules: { psk: KEY, attachment_type: 1 }",
        "vgw_id: KEY",
        "name: [KEY]",
        "name: { KEY: KEY }",
        "psk: KEY\npsk: KEY",
        "name: \"\npsk: KEY",
        "\tpsk: KEY",
        "psk: KEY\n\tname: x",
        "{ psk: KEY",
        "psk: KEY }",
        "- psk: KEY",
        "psk: KEY\nname: \"a b\"",
        "x: { name: [1], psk: KEY }",
        "name: [1] # KEY",
        "name: a b #KEY",
        "enable_nqa: KEY",
        "psk: KEY\nvgw_ip: KEY\nname: KEY",
        "psk: KEY\ntags: [{ key: KEY, value: 'KEY$' }]",
    ];
    let in_pairs = [
        "first: { psk: KEY }",
        "first: KEY",
        "first: { x: KEY }",
        "second: { psk: KEY, name: 1 }",
        "second: { psk: [KEY] }",
        "vgw_ips: [KEY]",
    ];
    let singles = at_places.iter().map(|part| format!("{settings}{part}\n"));
    let pairs = at_places.iter().chain(&in_pairs).map(|part| format!("{pair}{part}\n"));
    let alone = at_places.iter().map(|part| format!("{part}\n"));
    singles.chain(pairs).chain(alone).collect()
}

#[test]
fn no_key_of_a_file_is_printed() {
    let folder = folder();
    let files = files();
    for (index, text) in files.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.yaml")), text.replace("KEY", KEY)).unwrap();
    }
    for arguments in [
        &["validate"] as &[&str],
        &["validate", "-o", "json"],
        &["validate", "-vv", "--color", "always"],
        &["explain"],
        &["explain", "-o", "json"],
    ] {
        for (index, text) in files.iter().enumerate() {
            // These tell where the key is, or which gateway to take.
            let is_name = ["vgw_id: KEY\n", "env: KEY }\n", "file: KEY }\n"];
            let is_name = is_name.iter().any(|it| text.contains(it));
            let file = format!("{index}.yaml");
            let arguments: Vec<&str> = arguments.iter().copied().chain([file.as_str()]).collect();
            let output = program(folder.path(), &arguments).output().unwrap();
            let printed = printed(&output);
            assert!(matches!(output.status.code(), Some(0 | 2)), "{text}: {printed}");
            assert!(is_name || !printed.contains("Canary"), "{text}: {printed}");
        }
    }
}

#[test]
fn no_key_from_elsewhere_is_printed() {
    let folder = folder();
    let text = "cgw: r\nvgw: g\nvgw_ips: [10.0.0.2, 10.0.0.3]\npeer_subnets: [192.168.44.0/24]\n\
                psk: { env: OFFICE_PSK }\nfirst: { psk: { file: first.key } }\n";
    for key in [KEY, "Canary", "Canary-\u{1b}[31m-Key", "Canary\n\n"] {
        fs::write(folder.path().join("first.key"), key).unwrap();
        for arguments in
            [&["validate", "-", "-vv"], &["explain", "-", "-vv"], &["validate", "-", "-ojson"]]
        {
            let mut command = program(folder.path(), arguments);
            command.env("OFFICE_PSK", key);
            let output = run_with_input(command, text);
            let printed = printed(&output);
            assert!(!printed.contains("Canary"), "{printed}");
            assert!(output.status.success() == (key == KEY), "{printed}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_warned_of_and_the_end_of_its_line_is_no_part_of_the_key() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let path = folder.path().join("office.key");
    let text = "cgw: r\nvgw: g\nvgw_ip: 10.0.0.2\npeer_subnets: [192.168.44.0/24]\n\
                psk: { file: office.key }\n";
    fs::write(folder.path().join("office.yaml"), text).unwrap();
    let elsewhere = crate::support::folder();
    let file = folder.path().join("office.yaml");
    let arguments = ["validate", file.to_str().unwrap()];
    for (end, mode, is_warned, is_good) in [
        ("", 0o600, false, true),
        ("\n", 0o600, false, true),
        ("\r\n", 0o640, true, true),
        ("\n", 0o604, true, true),
        // A key cannot contain it.
        ("\n\n", 0o600, false, false),
    ] {
        fs::write(&path, format!("{KEY}{end}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let output = program(elsewhere.path(), &arguments).output().unwrap();
        let printed = printed(&output);
        assert_eq!(printed.contains("warning[key-file-open]"), is_warned, "{printed}");
        assert_eq!(output.status.success(), is_good, "{printed}");
    }
}
