//! An edit of the document is all it takes.
//!
//! These tests work on a copy of the crate in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::edited::Edited;
use crate::support::root;

/// Uses what the first test adds to the document.
const PROGRAM: &str = r#"
use otc_vpn::DualConnection;
use otc_vpn::types::{ConnectionStatus, DhGroup, DpdRequest, IkePolicyRequest, VpnConnectionRequest};

fn main() {
    let request = VpnConnectionRequest::builder()
        .vgw_id("g")
        .vgw_ip("i")
        .cgw_id("c")
        .enable_fast_lane(true)
        .fast_groups([DhGroup::Group15, DhGroup::from("group99")])
        .build()
        .unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap()["enable_fast_lane"], true);
    assert_eq!(request.enable_fast_lane, Some(true));
    let violations = request.validate(&otc_vpn::Rules::default());
    let unlisted = violations.iter().find(|violation| violation.rule() == "unlisted-value");
    assert_eq!(unlisted.unwrap().pointer(), "/fast_groups/1");
    assert_eq!(ConnectionStatus::from("REBOOTING"), ConnectionStatus::Rebooting);
    assert_eq!(otc_vpn::limits::vpn_connection_request::NAME.max_length, 65);

    let base = || {
        DualConnection::builder()
            .vgw_id("8030f6d6-demo-4d20-a7f8-50a7a826e2f8")
            .vgw_ips("e4d7930f-demo-4cbf-b78a-b004416c7485", "1fb97767-demo-4d8b-83bb-6f878f662005")
            .cgw_id("8916effb-demo-42d8-83d7-4517567d3d26")
            .peer_subnets(["192.168.44.0/24"])
            .psk("Example-Key-2025")
    };
    let dpd = |jitter: u32| IkePolicyRequest::builder().dpd(DpdRequest::builder().jitter(jitter));
    let built = base()
        .connection(|c| c.enable_fast_lane(true).ikepolicy(dpd(2)))
        .second(|t| t.connection(|c| c.enable_fast_lane(false).ikepolicy(dpd(3))))
        .build()
        .unwrap();
    let mut file = serde_json::to_value(base().build().unwrap()).unwrap();
    let dpd = |jitter: u32| serde_json::json!({ "dpd": { "jitter": jitter } });
    file["enable_fast_lane"] = true.into();
    file["ikepolicy"] = dpd(2);
    file["second"] = serde_json::json!({ "enable_fast_lane": false, "ikepolicy": dpd(3) });
    let mut read: DualConnection = serde_json::from_value(file.clone()).unwrap();
    assert_eq!(read, built);
    assert_eq!(serde_json::to_value(&read).unwrap(), file);
    let [first, second] = read.requests().each_ref().map(|r| serde_json::to_value(r).unwrap());
    assert_eq!((&first["enable_fast_lane"], &second["enable_fast_lane"]), (&true.into(), &false.into()));
    assert_eq!((&first["ikepolicy"], &second["ikepolicy"]), (&dpd(2), &dpd(3)));
    for (place, expected) in [("/ikepolicy", "/ikepolicy/dpd/jitter"),
                              ("/second/ikepolicy", "/second/ikepolicy/dpd/jitter")] {
        let mut wrong = file.clone();
        *wrong.pointer_mut(place).unwrap() = dpd(9);
        read = serde_json::from_value(wrong).unwrap();
        let violations = read.validate();
        let found: Vec<_> = violations.iter().map(|v| (v.pointer(), v.message())).collect();
        assert_eq!(found, [(expected, "is 9; must be 1 to 5")]);
    }
    let misspelt = serde_json::json!({ "second": { "enable_fast_lan": true } });
    let misspelt = serde_json::from_value::<DualConnection>(misspelt).unwrap_err().to_string();
    assert!(misspelt.contains("did you mean `enable_fast_lane`?"), "{misspelt}");

    use otc_vpn::limits::list_fast_lanes as limits;
    assert_eq!((limits::LIMIT, limits::MARKER.max_length), (0..=2000, 36));
    assert_eq!(otc_vpn::defaults::list_fast_lanes::LIMIT, 2000);
    without_a_documented_body();
}

/// Any success will do, and a change that gets one is not of unknown outcome.
fn without_a_documented_body() {
    use std::io::{Read, Write};

    let responses =
        ["204 No Content\r\n\r\n", "200 OK\r\nContent-Length: 4\r\n\r\ndone", "200 OK\r\n\r\n{"];
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = otc_vpn::Client::builder()
        .endpoint(format!("http://{}", server.local_addr().unwrap()))
        .project_id("p")
        .credentials(otc_vpn::Credentials::token("t"))
        .build()
        .unwrap();
    std::thread::spawn(move || {
        for response in responses {
            let mut stream = server.accept().unwrap().0;
            let _ = stream.read(&mut [0; 4096]).unwrap();
            write!(stream, "HTTP/1.1 {}", response.replacen("\r\n", "\r\nConnection: close\r\n", 1))
                .unwrap();
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for response in responses {
        let call = client.api().touch_fast_lanes().project_id("p").send();
        let result = runtime.block_on(call).map_err(otc_vpn::Error::from);
        result.unwrap_or_else(|error| panic!("{response}: {error}"));
    }
}
"#;

/// The document with what the program uses: a field of several kinds, a value, an operation
/// with a query and one without a body.
fn edited() -> Edited {
    let fast_lane = json!({
        "type": "boolean", "description": "Whether the connection takes the fast lane.",
    });
    let fast_groups = json!({
        "type": "array", "nullable": true, "description": "The groups for that.",
        "items": { "$ref": "#/components/schemas/DhGroup" },
    });
    let jitter = json!({
        "type": "integer", "format": "uint32", "minimum": 1, "maximum": 5,
        "description": "Seconds by which the interval varies.",
    });
    let schemas = "/components/schemas";
    let mut document = Edited::document();
    for owner in ["VpnConnectionRequest", "BatchCreateVpnConnectionsRequest"] {
        let properties = format!("{schemas}/{owner}/properties");
        document = document
            .set(&format!("{properties}/enable_fast_lane"), fast_lane.clone())
            .set(&format!("{properties}/fast_groups"), fast_groups.clone());
    }
    document
        .set(&format!("{schemas}/DpdRequest/properties/jitter"), jitter)
        .set(&format!("{schemas}/VpnConnectionRequest/properties/name/maxLength"), 65)
        .set(&format!("{schemas}/ConnectionStatus/enum/-"), "REBOOTING")
        .set(&format!("{schemas}/ConnectionStatus/x-enumDescriptions/REBOOTING"), "Restarts.")
        .set("/paths/~1v5~1{project_id}~1fast-lanes", fast_lanes())
}

fn fast_lanes() -> Value {
    let nothing = json!({ "204": { "description": "Nothing." } });
    json!({
        "parameters": [{ "$ref": "#/components/parameters/ProjectId" }],
        "get": {
            "operationId": "list_fast_lanes",
            "parameters": [
                {
                    "name": "limit", "in": "query", "description": "How many lanes to return.",
                    "schema": {
                        "type": "integer", "format": "uint32", "minimum": 0, "maximum": 2000,
                        "default": 2000,
                    },
                },
                {
                    "name": "marker", "in": "query", "description": "The lane before the first.",
                    "schema": {
                        "type": "string", "minLength": 1, "maxLength": 36,
                        "pattern": "^[0-9a-f-]*$",
                    },
                },
                {
                    "name": "mode", "in": "query", "description": "The mode of the gateways.",
                    "schema": { "$ref": "#/components/schemas/HaMode" },
                },
            ],
            "responses": nothing,
        },
        "put": { "operationId": "touch_fast_lanes", "responses": nothing },
    })
}

/// A copy of the crate.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Self {
        let root = root();
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("edited");
        let _ = fs::remove_dir_all(&copy);
        for part in ["benches", "build", "cli", "openapi", "src", "tests", "xtask"] {
            copy_folder(&root.join(part), &copy.join(part));
        }
        for file in ["Cargo.lock", "build.rs", "README.md"] {
            fs::copy(root.join(file), copy.join(file)).unwrap();
        }
        // A version of its own: cargo tells packages in one target folder apart by
        // that, and not by where they are. What depends on the original takes it too.
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let version = manifest.lines().find(|line| line.starts_with("version = "));
        let version = version.unwrap().trim_end_matches('"');
        let own = format!("{version}+edited");
        assert_eq!(manifest.matches(version).count(), 1);
        fs::write(copy.join("Cargo.toml"), manifest.replace(version, &own)).unwrap();
        Self(copy)
    }

    fn set_document(&self, text: &str) {
        fs::write(self.0.join("openapi/vpn.yaml"), text).unwrap();
    }

    /// Builds an example with the dependencies that `cargo test --workspace` has built:
    /// without a network, and with the features that the whole workspace needs of them.
    fn build(&self, arguments: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut command = Command::new(env!("CARGO"));
        // What cargo says of the package of this test: some dependencies are built again
        // when it changes.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_MANIFEST_") || text.starts_with("CARGO_PKG_") {
                command.env_remove(name);
            }
        }
        command
            .args(["build", "--workspace", "--example", "user"])
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(target)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

/// A copy with the edited document and the program that uses it, and what cargo built of them.
static BUILT: LazyLock<(Copy, Vec<Value>)> = LazyLock::new(|| {
    let copy = Copy::new();
    copy.set_document(&edited().to_string());
    fs::create_dir_all(copy.0.join("examples")).unwrap();
    fs::write(copy.0.join("examples/user.rs"), PROGRAM).unwrap();
    let output = copy.build(&["--message-format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    let artifacts = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    (copy, artifacts)
});

/// The compiled build script.
static BUILD_SCRIPT: LazyLock<PathBuf> = LazyLock::new(|| {
    let (copy, artifacts) = &*BUILT;
    let manifest = copy.0.join("Cargo.toml");
    artifacts
        .iter()
        .filter(|artifact| artifact["manifest_path"] == manifest.to_str().unwrap())
        .find(|artifact| artifact["target"]["kind"][0] == "custom-build")
        .map(|artifact| PathBuf::from(artifact["filenames"][0].as_str().unwrap()))
        .expect("cargo builds the build script")
});

/// Whether the build script takes this document, and what it says to cargo.
pub(crate) fn build(folder: &str, document: &str) -> (bool, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(folder.join("openapi")).unwrap();
    fs::write(folder.join("openapi/vpn.yaml"), document).unwrap();
    let mut script = Command::new(&*BUILD_SCRIPT);
    let output = script.current_dir(&folder).env("OUT_DIR", &folder).output().unwrap();
    (output.status.success(), text(&output.stdout))
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => _ = fs::copy(entry.path(), target).unwrap(),
        }
    }
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn a_new_field_and_a_new_value_reach_users_without_an_edit_of_the_sources() {
    let (copy, artifacts) = &*BUILT;
    let user = artifacts.iter().find_map(|artifact| artifact["executable"].as_str());
    let output = Command::new(user.unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));

    let log = text(&copy.build(&["--verbose"]).stderr);
    assert!(log.contains("Fresh otc-vpn"), "an unchanged document is no reason to build: {log}");
    // Broken, so that no more than the build script runs again.
    copy.set_document("openapi: 2.0.0");
    let changed = copy.build(&["--verbose"]);
    let log = text(&changed.stderr);
    assert!(log.contains("Dirty otc-vpn") && !changed.status.success(), "{log}");
}
