//! An edit of the document is all it takes, and a mistake in it stops the build.
//!
//! These tests work on a copy of the crate in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

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

    use otc_vpn::limits::list_vpn_gateways as limits;
    assert_eq!((limits::LIMIT, limits::MARKER.max_length), (0..=2000, 36));
    assert_eq!(otc_vpn::defaults::list_vpn_gateways::LIMIT, 2000);
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
        let call = client.api().touch_vpn_gateways().project_id("p").send();
        let result = runtime.block_on(call).map_err(otc_vpn::Error::from);
        result.unwrap_or_else(|error| panic!("{response}: {error}"));
    }
}
"#;

/// An operation with a query, for the same test.
const OPERATION: &str = r##"
  /v5/{project_id}/vpn-gateways:
    parameters:
      - $ref: "#/components/parameters/ProjectId"
    get:
      operationId: list_vpn_gateways
      parameters:
        - name: limit
          in: query
          description: How many gateways to return.
          schema:
            type: integer
            format: uint32
            minimum: 0
            maximum: 2000
            default: 2000
        - name: marker
          in: query
          description: The gateway after which to begin.
          schema:
            type: string
            minLength: 1
            maxLength: 36
            pattern: "^[0-9a-f-]*$"
        - name: mode
          in: query
          description: The mode of the gateways.
          schema:
            $ref: "#/components/schemas/HaMode"
      responses:
        "204":
          description: Nothing.
    put:
      operationId: touch_vpn_gateways
      responses:
        "204":
          description: Nothing.
"##;

/// A member of a nested object, for a pair.
const MEMBER: &str = "        jitter:
          type: integer
          format: uint32
          description: Seconds by which the interval varies.
          minimum: 1
          maximum: 5
";

const FIELD: &str = "
        enable_fast_lane:
          type: boolean
          description: Whether the connection takes the fast lane.
        fast_groups:
          type: array
          nullable: true
          description: The groups for that.
          items:
            $ref: \"#/components/schemas/DhGroup\"
";

/// A copy of the crate.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&copy);
        for part in ["benches", "build", "openapi", "src", "xtask"] {
            copy_folder(&root.join(part), &copy.join(part));
        }
        for file in ["Cargo.lock", "build.rs", "README.md"] {
            fs::copy(root.join(file), copy.join(file)).unwrap();
        }
        // A version of its own: cargo tells packages in one target folder apart by
        // that, and not by where they are.
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let version = format!("\nversion = \"{}\"\n", env!("CARGO_PKG_VERSION"));
        let own = format!("\nversion = \"0.0.0-{name}\"\n");
        fs::write(copy.join("Cargo.toml"), replaced(&manifest, &version, &own)).unwrap();
        Self(copy)
    }

    fn set_document(&self, text: &str) {
        fs::write(self.0.join("openapi/vpn.yaml"), text).unwrap();
    }

    /// Runs cargo as this test was built: without a network, with the same
    /// dependencies.
    fn cargo(&self, arguments: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--target-dir"])
            .arg(target)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

/// The compiled build script.
static BUILD_SCRIPT: LazyLock<PathBuf> = LazyLock::new(|| {
    let copy = Copy::new("script");
    let output = copy.cargo(&["build", "--package", "otc-vpn", "--message-format", "json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let manifest = copy.0.join("Cargo.toml");
    text(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["manifest_path"] == manifest.to_str().unwrap())
        .find(|message| message["target"]["kind"][0] == "custom-build")
        .map(|message| PathBuf::from(message["filenames"][0].as_str().unwrap()))
        .expect("cargo builds the build script")
});

/// Whether the build script takes this document, and what it says to cargo.
fn build(folder: &str, document: &str) -> (bool, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(folder.join("openapi")).unwrap();
    fs::write(folder.join("openapi/vpn.yaml"), document).unwrap();
    let mut script = Command::new(&*BUILD_SCRIPT);
    let output = script.current_dir(&folder).env("OUT_DIR", &folder).output().unwrap();
    (output.status.success(), text(&output.stdout))
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/vpn.yaml");
    fs::read_to_string(path).unwrap()
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

#[track_caller]
fn replaced(document: &str, from: &str, to: &str) -> String {
    assert_eq!(document.matches(from).count(), 1, "{from:?} stands once in the text");
    document.replace(from, to)
}

#[test]
fn a_new_field_and_a_new_value_reach_users_without_an_edit_of_the_sources() {
    let copy = Copy::new("edited");
    let mut document = document();
    let name = "            hyphens and periods. Left out";
    let before_name =
        document.find(name).and_then(|at| document[..at].rfind("        name:")).unwrap();
    document.insert_str(before_name, FIELD.trim_start_matches('\n'));
    document = replaced(
        &document,
        "          minLength: 1\n          maxLength: 64\n          pattern: \"^[0-9A-Za-z_.-]*$\"",
        "          minLength: 1\n          maxLength: 65\n          pattern: \"^[0-9A-Za-z_.-]*$\"",
    );
    let body = "    BatchCreateVpnConnectionsRequest:\n";
    let at = document.find(body).unwrap();
    let properties =
        document[at..].find("      properties:\n").unwrap() + at + "      properties:\n".len();
    document.insert_str(properties, FIELD.trim_start_matches('\n'));
    document = replaced(
        &document,
        "        - PENDING_CREATE\n",
        "        - PENDING_CREATE\n        - REBOOTING\n",
    );
    document = replaced(
        &document,
        "        PENDING_CREATE: The connection is being created.\n",
        "        PENDING_CREATE: The connection is being created.\n        REBOOTING: The gateway restarts.\n",
    );
    let timeout = "        timeout:\n          type: integer\n          format: uint32\n          \
                   description: Seconds until a DPD packet";
    document = replaced(&document, timeout, &format!("{MEMBER}{timeout}"));
    document = replaced(
        &document,
        "components:\n  sec",
        &format!("{}\ncomponents:\n  sec", OPERATION.trim_start_matches('\n')),
    );
    copy.set_document(&document);
    fs::create_dir_all(copy.0.join("examples")).unwrap();
    fs::write(copy.0.join("examples/user.rs"), PROGRAM).unwrap();
    let output = copy.cargo(&["run", "--quiet", "--example", "user"]);
    assert!(output.status.success(), "{}", text(&output.stderr));

    let again = copy.cargo(&["build", "--verbose", "--example", "user"]);
    let log = text(&again.stderr);
    assert!(log.contains("Fresh otc-vpn"), "an unchanged document is no reason to build: {log}");
    copy.set_document(&format!("{document}\n# changed\n"));
    let changed = text(&copy.cargo(&["build", "--verbose", "--example", "user"]).stderr);
    assert!(changed.contains("Dirty otc-vpn"), "{changed}");
}

/// A mistake: what stands in the document once, what becomes of it, and what the
/// build says, after the file and the line.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("openapi: 3.0.3", "openapi: [3.0.3", "illegal placement"),
    ("openapi: 3.0.3", "openapi: 3.0.3\nopenapi: 3.0.3", "duplicated key"),
    ("openapi: 3.0.3", "openapi: 3.1.0", "invalid version: 3.1.0"),
    ("openapi: 3.0.3", "openapi: 3.0", "/openapi: must not be a fraction"),
    ("  - token: []", "  - token: 7", "/security/0/token"),
    ("    Psk:\n", "    Key:\n", "`#/components/schemas/Psk` does not exist"),
    ("          default: v2\n", "          default: v3\n", "\"v3\" is not a value of `IkeVersion`"),
    (
        "          default: 15\n",
        "          default: soon\n",
        "/default: \"soon\" is not a valid default",
    ),
    ("          minimum: 10\n", "          minimum: 4000\n", "/minimum: is above `maximum`"),
    ("          maxItems: 5\n", "          maxItems: five\n", "/maxItems: must be a whole number"),
    ("          maxItems: 2\n", "", "/minItems: needs `maxItems` beside it"),
    ("^[0-9A-Za-z.-]*$", "^(ab|cd)$", "/vgw_ip/pattern: must be one character class"),
    (
        "      x-spelling-of: ConnectionStyle",
        "      x-spelling-of: Nothing",
        "is not the name of an open enumeration",
    ),
    (
        "        - POLICY\n        - STATIC\n",
        "        - POLITE\n        - STATIC\n",
        "`POLITE` is not a value of `ConnectionStyle`",
    ),
    (
        "        3des: TripleDes\n",
        "        3des: Aes128\n",
        "`3des` would be a second variant `Aes128`",
    ),
    ("      x-variant-names:\n        3des: TripleDes\n", "", "`3des` is not a Rust name"),
    (
        "        esp: Encapsulating security payload.",
        "        other: Something.",
        "has no description of `esp`",
    ),
    (
        "  - url: https://vpn.{region}.",
        "  - url: https://vpn.",
        "/servers/0/url: must contain `{region}`",
    ),
    (
        "  otc-swiss:\n    - eu-ch2\n",
        "  otc-swiss:\n    - eu-ch3\n",
        "/x-profiles/otc-swiss: must be a list of regions that `x-identity-endpoints` knows",
    ),
    ("  otc-swiss:\n    - eu-ch2\n", "  otc-swiss: []\n", "/x-profiles/otc-swiss: must be a list"),
    ("        at-least: 3", "        at-least: some", "/x-character-classes: must hold"),
    (
        "            unicode: [letter, digit]\n            others: \" _.:=+-@¿¡\"\n        value:",
        "            unicode: [emoji]\n            others: \"\"\n        value:",
        "/x-character-set: must hold",
    ),
    ("  VPN.0001:\n", "  VPN-0001:\n", "invalid name `VPN-0001`"),
    (
        "  VPN.0018:\n    status: 400\n    retry: never",
        "  VPN.0018:\n    status: 400\n    retry: nevr",
        "/retry: must be one of never",
    ),
    (
        "  VPN.0018:\n    status: 400\n    retry: never",
        "  VPN.0018:\n    status: 400\n    retires: 1\n    retry: never",
        "/retires: is nothing",
    ),
    (
        "        enable_hub:\n          type: boolean\n          description: >-\n            Whether branches may reach each other through this connection. Only\n",
        "        enable-hub:\n          type: boolean\n          description: >-\n            Whether branches may reach each other through this connection. Only\n",
        "invalid name `enable-hub`",
    ),
    (
        "        - vgw_id\n        - vgw_ip\n",
        "        - vgw_id\n        - vgw_ipp\n",
        "/required/1: \"vgw_ipp\" is not a property",
    ),
    ("          default: 15\n", "          default: 5000\n", "/default: is 5000; must be 2 to 60"),
    (
        "        - tunnel\n      x-enum",
        "        - tunnel\n        - tunnel\n      x-enum",
        "lists `tunnel` twice",
    ),
    (
        "          maxItems: 20\n",
        "          maxItems: 20\n          maxLength: 3\n",
        "/maxLength: limits another type",
    ),
    ("        at-least: 3", "        at-least: 9", "/x-character-classes: must hold"),
    (
        "            - 214.0.0.0/8",
        "            - 214.0.0.0/88",
        "/x-reserved-ranges: must be a list of networks",
    ),
    ("^[0-9A-Za-z.-]*$", "^[]*$", "/vgw_ip/pattern: must be one character class"),
    ("      operationId: show_vpn_connection\n", "", "has no `operationId`"),
    (
        "      - $ref: \"#/components/parameters/VpnConnectionId\"\n",
        "",
        "no parameter for `{vpn_connection_id}`",
    ),
    (
        "          description: Order of the payloads in a DPD packet.\n          default: seq-hash-notify\n          allOf:\n            - $ref: \"#/components/schemas/DpdMessageFormat\"\n",
        "          description: Order of the payloads in a DPD packet.\n",
        "/msg: is of a type that no check knows",
    ),
    // What a request says and no check would read.
    (
        "            connection.\n          format: ipv4-cidr\n",
        "            connection.\n          format: ipv6-cidr\n",
        "/source/format: \"ipv6-cidr\" is a format that nothing checks here",
    ),
    (
        "such as `192.168.44.0/24`.\n            format: ipv4-cidr\n",
        "such as `192.168.44.0/24`.\n            format: ipv4\n",
        "/peer_subnets/items/format: \"ipv4\" is a format that nothing checks here",
    ),
    (
        "such as `192.168.44.0/24`.\n            format: ipv4-cidr\n",
        "such as `192.168.44.0/24`.\n",
        "/peer_subnets/x-reserved-ranges: is an extension that nothing checks here",
    ),
    (
        "such as `192.168.52.0/24`.\n            format: ipv4-cidr\n",
        "such as `192.168.52.0/24`.\n            x-prefix-length: 30\n",
        "/destination/items/x-prefix-length: is an extension that nothing checks here",
    ),
    (
        "            connection.\n          format: ipv4-cidr\n",
        "            connection.\n          x-address-block: 10.0.0.0/8\n          x-excluded-block: 10.0.0.0/9\n          x-prefix-length: 30\n",
        "/source/x-address-block: is an extension that nothing checks here",
    ),
    (
        "          default: false\n        enable_hub:\n          type: boolean\n          description: >-\n            Whether branches may reach each other through this connection. Only\n",
        "          x-weak: [true]\n        enable_hub:\n          type: boolean\n          description: >-\n            Whether branches may reach each other through this connection. Only\n",
        "/enable_nqa/x-weak: is an extension that nothing checks here",
    ),
    (
        "          format: uint32\n          description: Seconds until a DPD packet",
        "          format: int32\n          description: Seconds until a DPD packet",
        "/timeout/minimum: limits another type than this one",
    ),
    (
        "          format: uint32\n          description: Seconds until a DPD packet",
        "          format: seconds\n          description: Seconds until a DPD packet",
        "/timeout/format: \"seconds\" is a format that nothing checks here",
    ),
    ("      format: password\n", "      format: secret\n", "/Psk/format: \"secret\" is a format"),
    (
        "            $ref: \"#/components/schemas/PolicyRuleRequest\"\n",
        "            $ref: \"#/components/schemas/Plain\"\n",
        "/policy_rules/items: refers to `Plain`, which is neither an object",
    ),
    (
        "          items:\n            $ref: \"#/components/schemas/VpnResourceTagRequest\"\n",
        "          items:\n            type: object\n            properties:\n              key:\n                type: string\n",
        "/tags/items: is of a type that no check knows",
    ),
    (
        "          description: Dead peer detection.\n          allOf:\n            - $ref: \"#/components/schemas/DpdRequest\"\n",
        "          description: Dead peer detection.\n          type: object\n          properties:\n            timeout:\n              type: integer\n",
        "/dpd: is of a type that no check knows",
    ),
];

#[test]
fn a_mistake_in_the_document_stops_the_build_at_its_line() {
    let document = document();
    let (taken, said) = build("broken", &document);
    assert!(taken, "{said}");
    let mut missed = Vec::new();
    for (from, to, expected) in MISTAKES {
        let mut broken = replaced(&document, from, to);
        if to.contains("schemas/Plain") {
            broken = replaced(&broken, "    Psk:\n", "    Plain:\n      type: string\n    Psk:\n");
        }
        let (taken, said) = build("broken", &broken);
        let place = said.split_once("cargo::error=openapi/vpn.yaml:").map(|(_, place)| place);
        let has_line = place.is_some_and(|place| place.starts_with(|c: char| c.is_ascii_digit()));
        if taken || !has_line || !said.contains(expected) {
            missed.push(format!("{from:?} -> {to:?}: expected {expected:?}, got: {said}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

#[test]
fn a_mistake_in_a_parameter_stops_the_build_at_its_place() {
    let operation = OPERATION.trim_start_matches('\n');
    for (from, to, place) in [
        ("minimum: 0\n", "minimum: 5000\n", "/parameters/0/schema/minimum: is above `maximum`"),
        (
            "default: 2000\n",
            "default: 2001\n",
            "/parameters/0/schema/default: is 2001; must be 0 to 2000",
        ),
    ] {
        let operation = replaced(operation, from, to);
        let broken = replaced(
            &document(),
            "components:\n  sec",
            &format!("{operation}\ncomponents:\n  sec"),
        );
        let (taken, said) = build("parameters", &broken);
        assert!(!taken && said.contains(place), "{place}: {said}");
    }
}

#[test]
fn what_the_generator_cannot_take_is_named() {
    let document = document();
    let closed = document.replacen(
        "          description: Name of the connection.\n",
        "          description: Name of the connection.\n          enum: [a, b]\n",
        1,
    );
    let either = document.replacen(
        "    PolicyRule:\n      type: object\n",
        "    Either:\n      description: One or the other.\n      anyOf:\n        - type: string\n        - type: integer\n    PolicyRule:\n      type: object\n",
        1,
    );
    let second_error = document.replacen(
        "        \"404\":\n          $ref: \"#/components/responses/NotFound\"\n",
        "        \"404\":\n          description: Gone.\n",
        1,
    );
    let default = document.replacen(
        "        \"404\":\n          $ref: \"#/components/responses/NotFound\"\n",
        "        default:\n          $ref: \"#/components/responses/NotFound\"\n",
        1,
    );
    for (document, expected) in [
        (closed, "progenitor made closed enums of these: VpnConnectionName"),
        (either, "progenitor made closed enums of these: Either"),
        (second_error, "/responses/404: must have the body"),
        (default, "/responses/default: must be a status"),
    ] {
        let (taken, said) = build("untakeable", &document);
        assert!(!taken && said.contains(expected), "{expected}: {said}");
    }
}
