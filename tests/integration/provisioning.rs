//! Many pairs, set up by several callers at the same time, while a third of all responses is
//! lost, late or wrong and the callers are killed again and again: in the end each pair is
//! there once, as it is wanted.

#![allow(clippy::print_stdout, reason = "progress, and what was counted")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use futures::StreamExt as _;
use otc_vpn::simulator::{Fault, Received, Simulator};
use otc_vpn::types::IkePolicyRequest;
use otc_vpn::{Client, DualConnection, EnsureAction, EnsuredConnection, Retries};
use tokio::task::JoinSet;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Metadata, Subscriber};

use crate::support::{dropped_after, eventually, pairs_to_provision, patient};

const CALLERS: usize = 3;
/// How many pairs a caller works on at the same time.
const AT_ONCE: usize = 16;
/// Longer than some clients wait for a response.
const LATE: Duration = Duration::from_millis(150);
/// Of the random choices, so that they are the same each time.
const SEED: u64 = 20_000;

/// A fault by the name under which it is counted.
type NamedFault = (&'static str, fn() -> Fault);

/// What can happen to a request; the last one only to a list, which shows nothing yet.
const FAULTS: [NamedFault; 8] = [
    ("cut before the effect", Fault::cut_before_effect),
    ("cut after the effect", Fault::cut),
    ("timeout before the effect", || Fault::cut_before_effect().after(LATE)),
    ("timeout after the effect", || Fault::delay(LATE)),
    ("503 without an effect", || Fault::response(503, "")),
    ("502 after the effect", || Fault::status(502)),
    ("throttled", || Fault::response(429, "").header("Retry-After", "0")),
    ("late list", || Fault::response(200, r#"{ "vpn_connections": [] }"#)),
];

/// What the callers do with each pair.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Job {
    Create,
    /// What a second run does.
    Keep,
    Delete,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_pair_exists_once_whatever_is_lost() {
    let pairs: Arc<[_]> = (0..pairs_to_provision()).map(pair).collect();
    let (simulator, counts) = (Simulator::start().await.unwrap(), Counts::default());
    for (number, pair) in pairs.iter().enumerate().step_by(5) {
        // Somebody began to set it up.
        simulator.insert_request(&pair.requests()[number % 2]);
    }
    // About as long as `ensure_dual` goes on looking after a lost response.
    simulator.set_list_delay(LATE / 2);
    run(Job::Create, &simulator, &pairs, &counts).await;
    let ids = ids_of_exactly(&pairs, &simulator);
    println!("{} connections, two for each pair, with its settings", ids.len());
    assert_ne!(counts.with("create rejected: it is there"), 0, "no duplicate was tried");

    simulator.advance(LATE);
    let before = changes(&counts);
    run(Job::Keep, &simulator, &pairs, &counts).await;
    assert_eq!(changes(&counts), before, "there was nothing to change\n{counts}");
    assert_eq!(ids_of_exactly(&pairs, &simulator), ids);

    let (kept, deleted) = pairs.split_at(pairs.len() / 3);
    run(Job::Delete, &simulator, &deleted.into(), &counts).await;
    assert!(ids_of_exactly(kept, &simulator).is_subset(&ids));
    println!("{} connections are left of them", 2 * kept.len());
    let (requests, faults) = (counts.with("request: "), counts.with("fault: "));
    println!("{requests} requests, {faults} faults\n{counts}");
}

/// How many requests were to change something.
fn changes(counts: &Counts) -> usize {
    let all = counts.with("request: ");
    all - ["list", "show"]
        .map(|verb| counts.with(&format!("request: {verb}")))
        .iter()
        .sum::<usize>()
}

/// Each pair has settings of its own, and shares its gateway with three others, and its
/// customer gateway with a pair of each other gateway.
fn pair(number: usize) -> DualConnection {
    let id = |kind: &str, number: usize| format!("{number:08x}-{kind}-4000-8000-000000000000");
    let (gateway, customer) = (number / 4, number % 4);
    DualConnection::builder()
        .vgw_id(id("0000", gateway))
        .vgw_ips(id("0001", gateway), id("0002", gateway))
        .cgw_id(id("0003", customer))
        .peer_subnets([format!("10.{}.{}.0/24", number / 256, number % 256)])
        .psk(format!("Key-of-pair-{number}"))
        .connection(|it| {
            it.ikepolicy(IkePolicyRequest::builder().lifetime_seconds(3600 + number as u32))
        })
        .first(|it| it.name(format!("pair-{number}-1")))
        .second(|it| it.name(format!("pair-{number}-2")))
        .build()
        .unwrap()
}

/// The ids of the connections: one for each request of the pairs, with its settings, and no
/// other.
fn ids_of_exactly(pairs: &[DualConnection], simulator: &Simulator) -> BTreeSet<String> {
    let wanted = pairs.iter().flat_map(DualConnection::requests);
    let mut missing: HashMap<_, _> =
        wanted.map(|it| ([&it.vgw_id, &it.vgw_ip, &it.cgw_id].map(String::clone), it)).collect();
    let there = simulator.connections();
    for it in &there {
        let place = [&it.vgw_id, &it.vgw_ip, &it.cgw_id].map(|id| id.clone().unwrap());
        let request =
            missing.remove(&place).unwrap_or_else(|| panic!("unwanted, or twice: {it:?}"));
        let differences = request.differences(it);
        assert!(differences.is_empty(), "{:?}: {differences}", it.name);
        assert_eq!(differences.not_compared(), ["/psk"]);
    }
    assert!(missing.is_empty(), "{} connections are missing", missing.len());
    there.into_iter().map(|it| it.id).collect()
}

/// Lets several callers do the same at the same time, each pair by all but one of them.
async fn run(job: Job, simulator: &Simulator, pairs: &Arc<[DualConnection]>, counts: &Counts) {
    simulator.set_fault_source(faults(job, counts.clone()));
    let (begun, of) = (Instant::now(), pairs.len() * (CALLERS - 1));
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let caller = Caller { number, job, clients: clients(simulator), counts: counts.clone() };
        let pairs = Arc::clone(pairs);
        callers.spawn(async move {
            let own = (0..pairs.len()).filter(|pair| pair % CALLERS != number);
            let all = futures::stream::iter(own.map(|pair| caller.insist(pair, &pairs[pair])));
            all.buffer_unordered(AT_ONCE).collect::<()>().await;
        });
    }
    let mut is_done = false;
    while !is_done {
        tokio::select! {
            caller = callers.join_next() => match caller {
                Some(caller) => caller.unwrap(),
                None => is_done = true,
            },
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
        }
        // It was counted when it came.
        simulator.take_received();
        let done = counts.with(&format!("done: {job:?}"));
        println!("{:>4} s  {job:?}: {done} of {of} done", begun.elapsed().as_secs());
    }
    // A request of a caller that was killed may still be on its way.
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    eventually(|| tasks() <= 1).await;
}

/// Something happens to every third request. A late list is no ground for a second create,
/// but a delete takes it at its word.
fn faults(job: Job, counts: Counts) -> impl FnMut(&Received) -> Option<Fault> {
    let mut random = Rng::with_seed(SEED);
    move |request| {
        let operation = request.operation().unwrap_or_default();
        counts.add(format!("request: {operation}"));
        let may_be_late = job == Job::Create && operation == "list_vpn_connections";
        let kinds = &FAULTS[..if may_be_late { 8 } else { 7 }];
        let (kind, fault) = kinds.get(random.usize(..3 * kinds.len()))?;
        counts.add(format!("fault: {kind}"));
        Some(fault())
    }
}

/// Clients of several kinds. Only the last one waits for a response that is late.
fn clients(simulator: &Simulator) -> [Client; 3] {
    let soon = Retries::default().initial_backoff(Duration::from_millis(5));
    let hasty = patient().query_attempt(LATE / 2).change_attempt(LATE / 2);
    [(hasty, soon), (hasty, Retries::none()), (patient(), soon)].map(|(timeouts, retries)| {
        simulator.client_builder().timeouts(timeouts).retries(retries).build().unwrap()
    })
}

struct Caller {
    number: usize,
    job: Job,
    clients: [Client; 3],
    counts: Counts,
}

impl Caller {
    /// Begins again until it is done, however often it is killed.
    async fn insist(&self, number: usize, pair: &DualConnection) {
        let mut random = Rng::with_seed(SEED + (number * CALLERS + self.number) as u64);
        loop {
            let kind = random.usize(..self.clients.len());
            // On a machine where every response is late, only who waits for it gets done.
            let polls = match random.bool() {
                true => random.usize(..20),
                false if kind < 2 => 500,
                false => usize::MAX,
            };
            let counting = Dispatch::new(Outcomes(self.counts.clone()));
            let call = self.call(&self.clients[kind], pair).with_subscriber(counting);
            if dropped_after(polls, call).await {
                return self.counts.add(format!("done: {:?}", self.job));
            }
            self.counts.add("restart");
        }
    }

    async fn call(&self, client: &Client, pair: &DualConnection) {
        let (soon, ever) = (Duration::from_millis(10), Duration::from_secs(24 * 3600));
        if self.job == Job::Delete {
            client.delete_dual(pair).poll(soon).timeout(ever).await.unwrap();
            return;
        }
        let ensured = client.ensure_dual(pair).update_differences().poll(soon).timeout(ever);
        let ensured = ensured.await.unwrap();
        for (EnsuredConnection { connection, action, differences, .. }, request) in
            [ensured.first, ensured.second].into_iter().zip(pair.requests())
        {
            assert_eq!(connection.vgw_ip.as_ref(), Some(&request.vgw_ip));
            assert!(differences.is_empty(), "{differences}");
            assert!(self.job == Job::Create || action == EnsureAction::Keep, "{action}");
            self.counts.add(format!("ensured: {action}"));
        }
    }
}

/// How often something happened.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, usize>>>);

impl Counts {
    fn add(&self, what: impl Into<String>) {
        *self.0.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    /// Of everything that begins so.
    fn with(&self, start: &str) -> usize {
        let counts = self.0.lock().unwrap();
        counts.iter().filter(|(what, _)| what.starts_with(start)).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.lock().unwrap();
        counts.iter().try_for_each(|(what, count)| writeln!(f, "{count:>9}  {what}"))
    }
}

/// Counts what creates came to and why calls were retried, as the library traces it.
struct Outcomes(Counts);

impl Subscriber for Outcomes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("otc_vpn::")
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Outcome(&self.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Outcome<'a>(&'a Counts);

impl Visit for Outcome<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match (field.name(), format!("{value:?}").as_str()) {
            ("event", "AlreadyThere") => self.0.add("create rejected: it is there (VPN.0012)"),
            ("event", "Unknown") => self.0.add("create with an unknown outcome"),
            ("event", _) => self.0.add("create without an effect"),
            ("kind", kind) => self.0.add(format!("retried after {kind}")),
            _ => {}
        }
    }
}
