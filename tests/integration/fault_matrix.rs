//! Every operation against every fault: what the caller is told, how often the
//! request was sent, and that nothing was shown or went elsewhere.

use std::error::Error as _;
use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{FutureExt as _, StreamExt as _};
use otc_vpn::{Client, Credentials, Error, ErrorKind, Retries, Timeouts};
use serde_json::json;
use tokio::time::Instant;

use crate::fault_server::{Act, FaultServer, http, raw};
use crate::operations::{Effect, Named, OPERATIONS, Operation};
use crate::support::{CGW_ID, PROJECT_ID, Trace, VGW_ID, document, is_alone};

/// Percent-encoding, JSON and base64 each write these differently.
const PSK: &str = "PSKcanary 0a/1b+2c=3d";
const TOKEN: &str = "TOKENcanary\"4e\\5f/6a+7b";
/// How they look in each: raw, in JSON, percent-encoded, and the inside of the
/// base64 of each, for each of its three alignments.
const CANARIES: [&str; 12] = [
    "PSKcanary 0a/1b",
    "PSKcanary%200a%2F1b",
    "PSKcanary+0a%2F1b",
    "TOKENcanary\"4e",
    "TOKENcanary\\\"4e",
    "TOKENcanary%224e",
    "UFNLY2FuYXJ5",
    "BTS2NhbmFyeS",
    "QU0tjYW5hcnkg",
    "VE9LRU5jYW5hcn",
    "PS0VOY2FuYXJ5",
    "T0tFTmNhbmFyeS",
];

/// Longer than any cell takes on the busiest machine: no limit decides what comes of a
/// cell but those that wait for silence, whose clock is paused.
const LIMIT: Duration = Duration::from_secs(900);
const CALL: Duration = Duration::from_secs(4000);
const ATTEMPTS: usize = 3;

/// What a call comes to.
#[derive(Clone, Copy, Debug)]
struct Expected {
    /// None is a success.
    kind: Option<ErrorKind>,
    attempts: usize,
    /// Requests that came in whole.
    requests: usize,
    is_retryable: bool,
}

fn ends(kind: ErrorKind, attempts: usize) -> Expected {
    let is_retryable = attempts == ATTEMPTS;
    Expected { kind: Some(kind), attempts, requests: attempts, is_retryable }
}

const SUCCESS: Expected = Expected { kind: None, attempts: 1, requests: 1, is_retryable: false };

/// What is expected of each operation.
#[derive(Clone, Copy)]
struct Outcome {
    query: Expected,
    /// Of what creates or changes.
    once: Expected,
    delete: Expected,
}

impl Outcome {
    /// A delete is sent as often as a query, and is as uncertain as a create.
    fn new(query: Expected, once: Expected) -> Self {
        let delete = match once.kind {
            kind @ Some(ErrorKind::OutcomeUnknown) => {
                Expected { kind, is_retryable: false, ..query }
            }
            _ => query,
        };
        Self { query, once, delete }
    }

    fn same(expected: Expected) -> Self {
        Self::new(expected, expected)
    }

    /// Of a body that cannot be read, which nobody reads in the response to a delete.
    fn unreadable(query: Expected, once: Expected) -> Self {
        Self { delete: SUCCESS, ..Self::new(query, once) }
    }

    fn of(self, operation: Operation) -> Expected {
        match operation.effect {
            Effect::Query => self.query,
            Effect::Once => self.once,
            Effect::Delete => self.delete,
        }
    }
}

struct Cell {
    name: String,
    operation: Operation,
    act: Act,
    expected: Expected,
    status: Option<u16>,
    code: Option<String>,
    hint: Option<Duration>,
}

impl Cell {
    fn is_silent(&self) -> bool {
        matches!(self.act, Act::SilentAfter(_) | Act::Drip(_))
    }
}

/// The cells of some operations.
struct Cells {
    operations: Vec<Operation>,
    all: Vec<Cell>,
}

impl Cells {
    fn new(effect: Effect) -> Self {
        let operations = OPERATIONS.iter().filter(|it| it.effect == effect).copied().collect();
        Self { operations, all: Vec::new() }
    }

    /// Adds a cell for each operation, and returns these.
    fn add(
        &mut self,
        name: &str,
        status: Option<u16>,
        outcome: Outcome,
        act: impl Fn(Operation) -> Act,
    ) -> &mut [Cell] {
        let before = self.all.len();
        for &operation in &self.operations {
            let expected = outcome.of(operation);
            let name = format!("{operation:?}, {name}");
            let act = act(operation);
            self.all.push(Cell { name, operation, act, expected, status, code: None, hint: None });
        }
        &mut self.all[before..]
    }
}

fn connections(cells: &mut Cells) {
    use ErrorKind::{Connect, ConnectionLost, OutcomeUnknown, Timeout};
    let unseen = |expected: Expected| Expected { requests: 0, ..expected };
    let refused = unseen(ends(Connect, ATTEMPTS));
    cells.add("refused", None, Outcome::same(refused), |_| Act::Refuse);
    // The attempts after the first find nobody.
    let reset = Outcome::new(refused, unseen(ends(OutcomeUnknown, 1)));
    cells.add("reset before accept", None, reset, |_| Act::ResetBeforeAccept);
    let lost = unseen(ends(ConnectionLost, ATTEMPTS));
    let reset = Outcome::new(lost, unseen(ends(OutcomeUnknown, 1)));
    cells.add("reset after accept", None, reset, |_| Act::ResetAfterAccept);

    let cut = Outcome::new(ends(ConnectionLost, ATTEMPTS), ends(OutcomeUnknown, 1));
    cells.add("reset after the request", None, cut, |_| Act::ResetAfterRequest);
    cells.add("closed after the request", None, cut, |_| Act::CloseAfterRequest);
    cells.add("reset inside headers", None, cut, |_| {
        Act::ResetAfter(b"HTTP/1.1 200 OK\r\nX-Requ".to_vec())
    });
    let part = |operation: Operation| {
        let body = operation.success().to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        [head.as_bytes(), &body.as_bytes()[..100]].concat()
    };
    cells.add("reset inside the body", Some(200), cut, |o| Act::ResetAfter(part(o)));

    let slow = Outcome::new(ends(Timeout, ATTEMPTS), ends(OutcomeUnknown, 1));
    cells.add("silence", None, slow, |_| Act::SilentAfter(Vec::new()));
    cells.add("silence inside the body", Some(200), slow, |o| Act::SilentAfter(part(o)));
    cells.add("slow headers", None, slow, |_| Act::Drip(b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec()));
    cells.add("slow body", Some(200), slow, |_| {
        Act::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec())
    });
}

fn responses(cells: &mut Cells) {
    use ErrorKind::{ConnectionLost, OutcomeUnknown, UnexpectedResponse};
    let mut add = |name: &str, status, expected, response: &dyn Fn(String) -> Vec<u8>| {
        cells.add(name, status, expected, |operation| {
            Act::Responses(vec![response(operation.success().to_string())])
        });
    };
    let fine = Outcome::same(SUCCESS);
    add("103 before", None, fine, &|body| {
        [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec(), http(200, "", body)].concat()
    });
    add("no content type", None, fine, &|body| http(201, "", body));
    add("wrong content type", None, fine, &|body| http(200, "Content-Type: text/html\r\n", body));
    add("chunks", None, fine, &|body| {
        let chunk = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        raw(200, "Transfer-Encoding: chunked\r\n", chunk)
    });
    add("no content length", None, fine, &|body| raw(200, "", body));

    add("depth 500", None, fine, &|body| {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        http(200, "", format!(r#"{},"deep":{deep}}}"#, &body[..body.len() - 1]))
    });

    let cut = Outcome::new(ends(ConnectionLost, ATTEMPTS), ends(OutcomeUnknown, 1));
    let wrong = Outcome::unreadable(ends(UnexpectedResponse, 1), ends(OutcomeUnknown, 1));
    let broken = Outcome::unreadable(ends(ConnectionLost, ATTEMPTS), ends(OutcomeUnknown, 1));
    add("204", Some(204), wrong, &|_| raw(204, "", ""));
    add("nothing without a length", Some(200), broken, &|_| raw(200, "", ""));
    add("BOM, cut off without a length", Some(200), broken, &|body| {
        raw(200, "", format!("\u{feff}{}", &body[..body.len() - 2]))
    });
    add("empty 200", Some(200), wrong, &|_| http(200, "", ""));
    add("truncated JSON", Some(200), wrong, &|body| http(200, "", &body[..body.len() - 2]));
    add("trailing comma", Some(200), wrong, &|body| {
        http(200, "", format!("{},}}", &body[..body.len() - 1]))
    });
    add("BOM", None, fine, &|body| http(200, "", format!("\u{feff}{body}")));
    add("duplicate key", None, fine, &|body| {
        let again = r#""request_id":"a","request_id":"b"}"#;
        http(200, "", format!("{},{again}", &body[..body.len() - 1]))
    });
    add("invalid UTF-8", Some(200), wrong, &|body| {
        http(
            200,
            "",
            body.as_bytes().iter().map(|b| if *b == b':' { 0xff } else { *b }).collect::<Vec<_>>(),
        )
    });
    add("content length too short", Some(200), wrong, &|body| {
        raw(200, "Content-Length: 20\r\n", body)
    });
    let large = Outcome::new(ends(UnexpectedResponse, 1), ends(OutcomeUnknown, 1));
    add("2 MiB", Some(200), large, &|_| http(200, "", "x".repeat(2 << 20)));
    // Whoever decompressed them would find a success.
    add("gzip", Some(200), wrong, &|body| {
        http(200, "Content-Encoding: gzip\r\n", gzipped(body.as_bytes()))
    });
    add("brotli", Some(200), wrong, &|body| {
        http(200, "Content-Encoding: br\r\n", brotli_compressed(body.as_bytes()))
    });
    let zeros = vec![0; 64 << 20];
    let (gzip_bomb, brotli_bomb) = (gzipped(&zeros), brotli_compressed(&zeros));
    add("gzip bomb", Some(200), wrong, &|_| http(200, "Content-Encoding: gzip\r\n", &gzip_bomb));
    add("brotli bomb", Some(200), wrong, &|_| http(200, "Content-Encoding: br\r\n", &brotli_bomb));

    add("no length and the end missing", Some(200), broken, &|body| {
        raw(200, "", &body[..body.len() - 2])
    });
    add("content length too long", Some(200), cut, &|body| {
        raw(200, "Content-Length: 9999\r\n", body)
    });
    add("broken chunks", Some(200), cut, &|body| {
        raw(200, "Transfer-Encoding: chunked\r\n", format!("zz\r\n{body}"))
    });
    add("1 MiB header", None, cut, &|body| {
        http(200, &format!("X-Long: {}\r\n", "x".repeat(1 << 20)), body)
    });
    add("200 headers", None, cut, &|body| http(200, &"X-Many: x\r\n".repeat(200), body));
    add("no HTTP", None, cut, &|_| b"SSH-2.0-OpenSSH_9\r\n".to_vec());
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(body).unwrap();
    writer.finish().unwrap()
}

fn brotli_compressed(body: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    // A buffer of 4 KiB, the fastest quality, a window of 4 MiB.
    let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, 0, 22);
    writer.write_all(body).unwrap();
    drop(writer);
    compressed
}

/// The secrets that the service was sent.
fn echo(operation: Operation) -> String {
    format!("you sent {TOKEN} and {}", operation.key(PSK))
}

/// The body of an error that repeats the secrets that it was sent.
fn error_body(operation: Operation, code: &str) -> String {
    json!({ "error_code": code, "error_msg": echo(operation), "request_id": TOKEN }).to_string()
}

/// Errors that repeat the secrets as something on the way has encoded them.
fn echoes(cells: &mut Cells) {
    type Encoding = fn(&str) -> String;
    let encodings: [(&str, Encoding); 6] = [
        ("JSON", |text| json!(text).to_string()),
        ("JSON with slashes", |text| json!(text).to_string().replace('/', "\\/")),
        ("percent", |text| percent_encoded(text)),
        ("lower-case percent", |text| percent_encoded(text).to_ascii_lowercase()),
        ("form", |text| percent_encoded(text).replace("%20", "+")),
        ("base64", |text| STANDARD.encode(format!("PSK {text}, and more"))),
    ];
    for (name, encoded) in encodings {
        let expected = Outcome::same(ends(ErrorKind::Service, 1));
        cells.add(&format!("echo in {name}"), Some(400), expected, |operation| {
            let psk = if operation.sends_key { PSK } else { TOKEN };
            let said = format!("bad value {}", encoded(psk));
            let body = json!({
                "error_code": encoded(TOKEN), "error_msg": said, "request_id": encoded(psk),
            });
            let headers = format!("X-Request-Id: {}\r\n", encoded(TOKEN));
            Act::Responses(vec![http(400, &headers, body.to_string())])
        });
    }
}

fn percent_encoded(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}

fn redirects(cells: &mut Cells, here: &str, elsewhere: &str) {
    use ErrorKind::{OutcomeUnknown, UnexpectedResponse};
    let expected = Outcome::new(ends(UnexpectedResponse, 1), ends(OutcomeUnknown, 1));
    for status in [301, 302, 303, 307, 308] {
        for (name, target) in [("this host", here), ("another host", elsewhere)] {
            cells.add(&format!("{status} to {name}"), Some(status), expected, |operation| {
                let headers = format!("Location: {target}/v5/x\r\n");
                Act::Responses(vec![http(status, &headers, error_body(operation, "VPN.0001"))])
            });
        }
    }
}

fn codes(cells: &mut Cells) {
    use ErrorKind::Service;
    let document = document();
    let codes = document["x-error-codes"].as_object().unwrap();
    let retried = codes.iter().filter(|(_, facts)| facts["retry"] == "always");
    let reads = codes.iter().filter(|(_, facts)| facts["retry"] == "reads");
    let (always, never) = (ends(Service, ATTEMPTS), ends(Service, 1));
    let expected = retried
        .map(|(code, _)| (code.as_str(), Outcome::same(always)))
        .chain(reads.map(|(code, _)| (code.as_str(), Outcome::new(always, never))))
        .chain(["VPN.0001", "VPN.9999"].map(|code| (code, Outcome::same(never))));
    for (code, expected) in expected {
        for (shape, body) in [
            ("as on the page", json!({ "code": code, "message": TOKEN })),
            (
                "as in practice",
                json!({ "error_code": code, "error_msg": TOKEN, "request_id": "r" }),
            ),
            ("of the identity service", json!({ "error": { "code": code, "message": TOKEN } })),
        ] {
            let added = cells.add(&format!("400 {code} {shape}"), Some(400), expected, |_| {
                Act::Responses(vec![http(400, "", body.to_string())])
            });
            added.iter_mut().for_each(|cell| cell.code = Some(code.to_owned()));
        }
    }
    for code in ["VPN.0004", "VPN.0509"] {
        // What is not found needs no delete.
        let gone = Outcome { delete: SUCCESS, ..Outcome::same(never) };
        let added = cells.add(&format!("404 {code}"), Some(404), gone, |operation| {
            Act::Responses(vec![http(404, "", error_body(operation, code))])
        });
        added.iter_mut().for_each(|cell| cell.code = Some(code.to_owned()));
    }
    cells.add("401 always", Some(401), Outcome::same(never), |operation| {
        Act::Responses(vec![http(401, "", error_body(operation, "VPN.0010"))])
    });
    cells.add(
        "401 once, of a token that cannot be renewed",
        Some(401),
        Outcome::same(never),
        |o| Act::Responses(vec![http(401, "", ""), http(200, "", o.success().to_string())]),
    );
}

type Body = fn(Operation) -> String;

fn statuses(cells: &mut Cells) {
    use ErrorKind::{OutcomeUnknown, Service};
    let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(600));
    let hints = [
        ("none", String::new(), None),
        ("seconds", "Retry-After: 1\r\n".to_owned(), Some(Duration::from_secs(1))),
        // Later than is waited for.
        ("a date", format!("Retry-After: {soon}\r\n"), None),
        (
            "the past",
            "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n".to_owned(),
            Some(Duration::ZERO),
        ),
        ("negative", "Retry-After: -1\r\n".to_owned(), None),
        ("huge", "Retry-After: 99999999999999999999\r\n".to_owned(), Some(Duration::MAX)),
        ("garbage", "Retry-After: soon\r\n".to_owned(), None),
    ];
    let retried = |status| [408, 425, 429, 500, 502, 503, 504].contains(&status);
    let maybe_applied = |status| [408, 500, 502, 503, 504].contains(&status);
    for status in [403, 404, 408, 409, 425, 429, 500, 502, 503, 504] {
        for (hint_name, header, hint) in &hints {
            let waits = !matches!(*hint_name, "huge" | "a date");
            let attempts = |may| if may && waits { ATTEMPTS } else { 1 };
            let write_kind = if maybe_applied(status) { OutcomeUnknown } else { Service };
            // Whoever is asked to wait for longer than a call lasts may come back later.
            let ends = |kind, may| Expected { is_retryable: may, ..ends(kind, attempts(may)) };
            let expected =
                Outcome::new(ends(Service, retried(status)), ends(write_kind, status == 429));
            let bodies: [(&str, Body); 3] = [
                ("JSON", |operation| error_body(operation, "APIGW.0308")),
                ("HTML", |operation| format!("<html>{}</html>", echo(operation))),
                ("nothing", |_| String::new()),
            ];
            for (body_name, body) in bodies {
                let name = format!("{status}, Retry-After: {hint_name}, {body_name}");
                let added = cells.add(&name, Some(status), expected, |operation| {
                    Act::Responses(vec![http(status, header, body(operation))])
                });
                for cell in added {
                    cell.hint = *hint;
                    cell.code = (body_name == "JSON").then(|| "APIGW.0308".to_owned());
                }
            }
        }
    }
}

#[track_caller]
fn no_canary(name: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{name} shows {canary}: {text:.2000}");
    }
}

fn check(cell: &Cell, result: Result<(), Error>) {
    let Cell { name, expected, .. } = cell;
    let Err(error) = result else {
        assert!(expected.kind.is_none(), "{name}: succeeded");
        return;
    };
    let told = format!("{error} {error:?} {error:#?}");
    assert_eq!(Some(error.kind()), expected.kind, "{name}: {told}");
    assert_eq!(error.attempts() as usize, expected.attempts, "{name}: {told}");
    assert!(error.elapsed() < CALL, "{name}: {told}");
    if cell.status.is_some() {
        assert_eq!(error.status(), cell.status, "{name}: {told}");
    }
    if let Some(code) = &cell.code {
        assert_eq!(error.code(), Some(code.as_str()), "{name}: {told}");
        assert!(error.service_message().is_some_and(|it| it.contains("[redacted]")), "{name}");
    }
    predicates(cell, &error);
    if let Some(hint) = cell.hint {
        assert_eq!(error.retry_after(), Some(hint), "{name}: {told}");
    }
    let maybe_applied = error.kind() == ErrorKind::OutcomeUnknown;
    assert_eq!(error.outcome_unknown().is_some(), maybe_applied, "{name}");
    if let Some(outcome) = error.outcome_unknown() {
        let connections = outcome.connections();
        assert_eq!(connections, error.connections(), "{name}");
        match cell.operation.named {
            Named::None => assert!(connections.is_empty(), "{name}"),
            Named::Known(id) => assert_eq!(connections[0].id.as_deref(), Some(id), "{name}"),
            // After these comes what cannot be put to one of them.
            Named::New(count) => connections[..count].iter().for_each(|key| {
                assert_eq!(key.vgw_id.as_deref(), Some(VGW_ID), "{name}");
                assert_eq!(key.cgw_id.as_deref(), Some(CGW_ID), "{name}");
                assert!(key.vgw_ip.is_some(), "{name}");
            }),
        }
        assert_eq!(outcome.attempts() as usize, expected.attempts, "{name}");
        assert!(!error.is_retryable(), "{name}");
    }
    no_canary(name, &told);
    let mut source = error.source();
    while let Some(error) = source {
        no_canary(name, &format!("{error} {error:?}"));
        source = error.source();
    }
}

fn predicates(cell: &Cell, error: &Error) {
    let (name, status) = (&cell.name, cell.status);
    assert_eq!(error.is_throttled(), status == Some(429), "{name}");
    let is_service_code = matches!(cell.code.as_deref(), Some("VPN.0004" | "VPN.0509"));
    assert_eq!(error.is_not_found(), status == Some(404) && is_service_code, "{name}");
    assert_eq!(error.is_conflict(), status == Some(409), "{name}");
    assert_eq!(error.is_auth(), matches!(status, Some(401 | 403)), "{name}");
    let is_late = cell.is_silent() || matches!(status, Some(408 | 504));
    assert_eq!(error.is_timeout(), is_late, "{name}: {error:?}");
    assert_eq!(error.is_retryable(), cell.expected.is_retryable, "{name}");
}

async fn run(cell: Cell) {
    let server = FaultServer::start(cell.act.clone()).await;
    let mut timeouts = Timeouts::default();
    (timeouts.query_attempt, timeouts.change_attempt) = (LIMIT, LIMIT);
    timeouts.connect = LIMIT;
    timeouts.operation = CALL;
    let mut retries = Retries::default();
    retries.initial_backoff = Duration::from_millis(2);
    let client = Client::builder()
        .endpoint(server.endpoint())
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .timeouts(timeouts)
        .retries(retries)
        .build()
        .unwrap();
    let started = Instant::now();
    let result = cell.operation.call(&client, PSK).await;
    assert!(started.elapsed() <= CALL, "{}: too late", cell.name);
    assert_eq!(server.requests(), cell.expected.requests, "{}: requests", cell.name);
    check(&cell, result);
}

/// Runs the cells, so many at once; what the failed ones say.
async fn all(cells: Vec<Cell>, at_once: usize) -> Vec<String> {
    let running = cells.into_iter().map(|cell| AssertUnwindSafe(run(cell)).catch_unwind());
    let mut results = futures::stream::iter(running).buffer_unordered(at_once);
    let mut failed = Vec::new();
    while let Some(result) = results.next().await {
        if let Err(panic) = result {
            failed.push(panic.downcast_ref::<String>().cloned().unwrap_or_default());
        }
    }
    failed
}

#[test]
fn every_query_keeps_its_promises_under_every_fault() {
    matrix(Effect::Query, "every_query_keeps_its_promises_under_every_fault");
}

#[test]
fn whatever_creates_or_changes_keeps_its_promises_under_every_fault() {
    matrix(Effect::Once, "whatever_creates_or_changes_keeps_its_promises_under_every_fault");
}

#[test]
fn every_delete_keeps_its_promises_under_every_fault() {
    matrix(Effect::Delete, "every_delete_keeps_its_promises_under_every_fault");
}

/// Every operation of this effect under every fault.
fn matrix(effect: Effect, test: &str) {
    if !is_alone(&format!("fault_matrix::{test}")) {
        return;
    }
    let trace = Trace::default();
    let writer = trace.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let here = FaultServer::start(Act::CloseAfterRequest).await;
        let elsewhere = FaultServer::start(Act::CloseAfterRequest).await;
        let mut cells = Cells::new(effect);
        connections(&mut cells);
        responses(&mut cells);
        let other_host = elsewhere.endpoint().replace("127.0.0.1", "localhost");
        redirects(&mut cells, &here.endpoint(), &other_host);
        codes(&mut cells);
        echoes(&mut cells);
        statuses(&mut cells);
        assert!(!cells.operations.is_empty(), "no operation has this effect");
        assert!(cells.all.len() >= 300 * cells.operations.len(), "{}", cells.all.len());
        let (silent, others): (Vec<_>, Vec<_>) = cells.all.into_iter().partition(Cell::is_silent);
        let mut failed = all(others, 100).await;
        // From here on the time passes when nothing else happens, and a limit is reached
        // at once.
        tokio::time::pause();
        failed.extend(all(silent, 4).await);
        assert!(failed.is_empty(), "{} cells failed: {failed:#?}", failed.len());
        assert_eq!(
            (here.connections(), elsewhere.connections()),
            (0, 0),
            "a redirect was followed"
        );
    });
    let seen = trace.text();
    assert!(seen.contains("otc_vpn") && seen.contains("resend_count=2"), "the trace is empty");
    assert!(!seen.contains("resend_count=3"), "the first attempt is no resend");
    no_canary("the trace", &seen);
}
