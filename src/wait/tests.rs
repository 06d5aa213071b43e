use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::error::{Effort, ErrorResponse};

/// What a query returns.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Status(&'static str),
    NotFound,
    /// A failure that can pass.
    Lost,
    /// 403.
    Forbidden,
    /// The credentials are rejected.
    Rejected,
    /// There are none for now.
    NoCredentials,
}
use Answer::{Forbidden, Lost, NoCredentials, NotFound, Rejected, Status};

/// Answers in their order, and then the last one again and again.
#[derive(Default)]
struct Script {
    answers: HashMap<String, Vec<Answer>>,
    looks: Mutex<HashMap<String, Vec<Duration>>>,
    began: Option<Instant>,
}

impl Script {
    fn of<const N: usize>(answers: [&[Answer]; N]) -> Self {
        let answers = answers.iter().enumerate();
        let answers = answers.map(|(index, answers)| (index.to_string(), answers.to_vec()));
        Self { answers: answers.collect(), began: Some(Instant::now()), ..Self::default() }
    }

    fn looks(&self, id: &str) -> Vec<Duration> {
        self.looks.lock().unwrap().get(id).cloned().unwrap_or_default()
    }

    async fn run(&self, target: Target) -> Result<Vec<VpnConnection>, Error> {
        self.run_with(target, Settings::default()).await
    }

    async fn run_with(
        &self,
        target: Target,
        settings: Settings,
    ) -> Result<Vec<VpnConnection>, Error> {
        let mut ids: Vec<_> = self.answers.keys().cloned().collect();
        ids.sort();
        run(self, &ids, settings, target).await
    }
}

fn failure(answer: Answer) -> Error {
    let (status, code) = match answer {
        NotFound => (404, Some("VPN.0004".to_owned())),
        Forbidden => (403, Some("VPN.0003".to_owned())),
        _ => (503, None),
    };
    if let Rejected | NoCredentials = answer {
        let error = Error::new(ErrorKind::Credentials, "signing in");
        return if answer == Rejected { error.with_status(401) } else { error };
    }
    let response = ErrorResponse { status: Some(status), code, ..ErrorResponse::default() };
    let effort = Effort { is_retryable: status == 503, ..Effort::default() };
    let text = format!("the service responded with {status}");
    Error::new(ErrorKind::Service, text).with_response(response).with_effort(effort)
}

impl Source for Script {
    async fn look(&self, id: &ConnectionId) -> Result<VpnConnection, Error> {
        let mut looks = self.looks.lock().unwrap();
        let looks = looks.entry(id.as_str().to_owned()).or_default();
        let answers = &self.answers[id.as_str()];
        let answer = answers[looks.len().min(answers.len() - 1)];
        looks.push(self.began.unwrap().elapsed());
        match answer {
            Status(status) => {
                let connection = serde_json::json!({ "id": id.as_str(), "status": status });
                Ok(serde_json::from_value(connection).unwrap())
            }
            answer => Err(failure(answer)),
        }
    }
}

const CREATING: Answer = Status("PENDING_CREATE");
const UPDATING: Answer = Status("PENDING_UPDATE");
const DELETING: Answer = Status("PENDING_DELETE");
const ACTIVE: Answer = Status("ACTIVE");
const DOWN: Answer = Status("DOWN");
const ERROR: Answer = Status("ERROR");
const FREEZED: Answer = Status("FREEZED");
const UNKNOWN: Answer = Status("UNKNOWN");
const NEW: Answer = Status("STATE_OF_TOMORROW");

/// How a wait ends.
#[derive(Debug, PartialEq)]
enum End {
    Reached,
    TimeUp,
    Hopeless,
    Failed(u16),
}

impl End {
    fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Reached,
            Err(error) if error.kind() != ErrorKind::WaitEnded => {
                Self::Failed(error.status().unwrap())
            }
            Err(error) if error.is_timeout() => Self::TimeUp,
            Err(_) => Self::Hopeless,
        }
    }
}

/// The documented lives of a connection.
#[tokio::test(start_paused = true)]
async fn every_documented_sequence_ends_as_it_should() {
    use End::{Failed, Hopeless, Reached, TimeUp};
    use Target::{Active, Created, Deleted};
    let not_found_for_long = [&[NotFound; 3] as &[_], &[CREATING, DOWN]].concat();
    for (answers, target, end, looks) in [
        (&[CREATING, CREATING, DOWN] as &[_], Created, Reached, 3),
        (&[CREATING, ACTIVE], Created, Reached, 2),
        (&[NotFound, CREATING, DOWN], Created, Reached, 3),
        (&not_found_for_long, Created, Reached, 5),
        (&[NotFound], Created, Failed(404), 5),
        (&[CREATING, NotFound], Created, Hopeless, 2),
        (&[CREATING, ERROR], Created, Hopeless, 2),
        (&[FREEZED], Created, Hopeless, 1),
        (&[DELETING], Created, Hopeless, 1),
        (&[UPDATING, UNKNOWN, NEW, DOWN], Created, Reached, 4),
        (&[CREATING, Lost, Lost, DOWN], Created, Reached, 4),
        (&[CREATING, Lost, Forbidden, DOWN], Created, Failed(403), 3),
        (&[CREATING, NoCredentials, DOWN], Created, Reached, 3),
        (&[CREATING, Rejected, DOWN], Created, Failed(401), 2),
        (&[DOWN, DOWN, ACTIVE], Active, Reached, 3),
        (&[DOWN, Lost, ACTIVE], Active, Reached, 3),
        (&[CREATING, ERROR, ACTIVE], Active, Hopeless, 2),
        (&[DOWN, NotFound], Active, Hopeless, 2),
        (&[ACTIVE, DOWN, DELETING, NotFound], Deleted, Reached, 4),
        (&[NotFound], Deleted, Reached, 1),
        (&[Lost, ERROR, Lost, NotFound], Deleted, Reached, 4),
        (&[ACTIVE, FREEZED, NotFound], Deleted, Hopeless, 2),
        (&[Forbidden], Deleted, Failed(403), 1),
        (&[DOWN], Active, TimeUp, 0),
        (&[CREATING], Created, TimeUp, 0),
        (&[ACTIVE], Deleted, TimeUp, 0),
        (&[Lost], Created, TimeUp, 0),
    ] {
        let script = Script::of([answers]);
        let result = script.run(target).await;
        let case = format!("{answers:?} {target:?}: {result:?}");
        let found = script.looks("0").len();
        match end {
            TimeUp => assert!((40..=48).contains(&found), "{found} {case}"),
            // The pauses are a little random.
            Failed(404) => assert!((4..=6).contains(&found), "{found} {case}"),
            _ => assert_eq!(found, looks, "{case}"),
        }
        assert_eq!(End::of(&result), end, "{case}");
    }
}

/// What a wait of one connection should come to, written a second time and otherwise: by
/// the first answer that decides.
fn expected(answers: &[(Answer, Duration)], target: Target) -> End {
    let mut was_seen = false;
    for (answer, when) in answers {
        let is_new = !was_seen && *when < Duration::from_secs(30);
        was_seen |= matches!(answer, Status(_));
        let is_delete = target == Target::Deleted;
        match *answer {
            Forbidden => return End::Failed(403),
            Rejected => return End::Failed(401),
            Lost | NoCredentials => {}
            NotFound if is_delete => return End::Reached,
            NotFound if is_new => {}
            NotFound if was_seen => return End::Hopeless,
            NotFound => return End::Failed(404),
            Status("FREEZED") => return End::Hopeless,
            Status(_) if is_delete => {}
            Status("ERROR" | "PENDING_DELETE") => return End::Hopeless,
            Status("ACTIVE") => return End::Reached,
            Status("DOWN") if target == Target::Created => return End::Reached,
            Status(_) => {}
        }
    }
    End::TimeUp
}

#[tokio::test(start_paused = true)]
async fn random_sequences_end_as_their_first_deciding_answer_says() {
    let all = [
        CREATING,
        UPDATING,
        DELETING,
        ACTIVE,
        DOWN,
        ERROR,
        FREEZED,
        UNKNOWN,
        NEW,
        NotFound,
        Lost,
        Forbidden,
        Rejected,
        NoCredentials,
    ];
    // Most answers decide nothing, so that long sequences come about.
    let dull = [CREATING, UPDATING, UNKNOWN, Lost, NotFound];
    let mut random = fastrand::Rng::with_seed(20_261_121);
    let mut ends = [0; 4];
    for _ in 0..3000 {
        let length = random.usize(1..30);
        let answer = |random: &mut fastrand::Rng| match random.u8(0..8) {
            0 => all[random.usize(..all.len())],
            _ => dull[random.usize(..dull.len())],
        };
        let answers: Vec<_> = (0..length).map(|_| answer(&mut random)).collect();
        for target in [Target::Created, Target::Active, Target::Deleted] {
            let script = Script::of([&answers]);
            let result = script.run(target).await;
            let looks = script.looks("0");
            let last = answers.last().unwrap();
            let seen = looks.iter().enumerate();
            let seen = seen.map(|(index, when)| (*answers.get(index).unwrap_or(last), *when));
            let end = expected(&seen.collect::<Vec<_>>(), target);
            assert_eq!(End::of(&result), end, "{answers:?} {target:?} {looks:?}");
            ends[match end {
                End::Reached => 0,
                End::TimeUp => 1,
                End::Hopeless => 2,
                End::Failed(_) => 3,
            }] += 1;
            let late = looks.iter().filter(|when| **when > Duration::from_secs(600)).count();
            assert!(late <= 1, "one look when the time is up: {looks:?}");
        }
    }
    assert!(ends.iter().all(|count| *count > 100), "{ends:?}");
}

#[tokio::test(start_paused = true)]
async fn the_pauses_are_the_documented_ones() {
    let script = Script::of([&[DOWN]]);
    script.run(Target::Active).await.unwrap_err();
    let looks = script.looks("0");
    let tenth = |seconds: f64| (seconds * 0.9)..=(seconds * 1.1);
    assert!(tenth(10.0).contains(&looks[0].as_secs_f64()), "{looks:?}");
    let pauses: Vec<_> = looks.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    for (pause, expected) in pauses.iter().zip([5.0, 6.25, 7.8125, 9.765, 12.207, 15.0, 15.0]) {
        assert!(tenth(expected).contains(pause), "{pause} {expected}");
    }
    let (last, usual) = pauses.split_last().unwrap();
    assert!(usual.iter().all(|pause| *pause <= 16.5) && *last <= 16.5, "{pauses:?}");
    let sevenths = &pauses[6..pauses.len() - 1];
    assert!(sevenths.iter().any(|pause| *pause != sevenths[0]), "they are random");
    assert_eq!(looks.last().unwrap().as_secs(), 600);
}

#[tokio::test(start_paused = true)]
async fn other_pauses_and_another_limit_can_be_set() {
    let script = Script::of([&[DOWN]]);
    let client = Client::builder().endpoint("http://127.0.0.1:9").project_id("p");
    let client = client.credentials(crate::Credentials::token("Example-Token")).build().unwrap();
    let wait = client.wait("0").timeout(Duration::from_secs(60)).poll(Duration::from_secs(2));
    let error = script.run_with(Target::Active, wait.settings).await.unwrap_err();
    assert!((27..=34).contains(&script.looks("0").len()), "{:?}", script.looks("0"));
    assert_eq!(error.to_string(), "waited 60 s to become ACTIVE: DOWN: check the customer gateway");
    let wait = client.wait("0").poll(Duration::ZERO);
    assert_eq!(wait.settings.pauses.longest, Duration::from_millis(10), "never without a pause");
    let error = client.wait("no/id").until_deleted().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test(start_paused = true)]
async fn a_pair_is_reached_when_both_are() {
    let script = Script::of([&[CREATING, ACTIVE], &[NotFound, CREATING, Lost, ACTIVE]]);
    let reached = script.run(Target::Active).await.unwrap();
    assert_eq!(reached.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["0", "1"]);
    assert_eq!((script.looks("0").len(), script.looks("1").len()), (4, 4));
}

#[tokio::test(start_paused = true)]
async fn the_error_says_what_was_seen_last_and_what_to_look_at() {
    for (answers, target, expected) in [
        (
            [&[ACTIVE] as &[_], &[CREATING, DOWN]],
            Target::Active,
            "waited 600 s to become ACTIVE: first ACTIVE, second DOWN: check the customer gateway",
        ),
        (
            [&[CREATING], &[CREATING]],
            Target::Created,
            "waited 600 s to be created: first PENDING_CREATE, second PENDING_CREATE: the service \
             has not finished",
        ),
        (
            [&[DOWN], &[DOWN, Lost]],
            Target::Active,
            "waited 600 s to become ACTIVE: first DOWN, second DOWN: check the customer gateway: \
             the last query failed: the service responded with 503",
        ),
        (
            [&[Lost], &[ACTIVE]],
            Target::Active,
            "waited 600 s to become ACTIVE: first not seen, second ACTIVE: the last query failed: \
             the service responded with 503",
        ),
    ] {
        let error = Script::of(answers).run(target).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = Script::of([&[CREATING, NotFound] as &[_], &[ERROR, ERROR]]);
    let error = error.run(Target::Created).await.unwrap_err();
    let seen = error.wait_ended().unwrap();
    assert_eq!(seen.to_string(), "first PENDING_CREATE, second ERROR");
    let keys = seen.connections().iter().map(|last| last.connection.id.as_deref());
    assert_eq!(keys.collect::<Vec<_>>(), [Some("0"), Some("1")]);
}

#[tokio::test(start_paused = true)]
async fn every_change_is_told_once() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let on_change = move |connection: &VpnConnection| {
        seen.lock().unwrap().push(format!("{} {}", connection.id, connection.status()));
    };
    let settings = Settings { on_change: Box::new(on_change), ..Settings::default() };
    let script = Script::of([
        &[NotFound, CREATING, CREATING, Lost, CREATING, DOWN, ACTIVE] as &[_],
        &[CREATING, ACTIVE],
    ]);
    script.run_with(Target::Active, settings).await.unwrap();
    let expected = ["1 PENDING_CREATE", "0 PENDING_CREATE", "1 ACTIVE", "0 DOWN", "0 ACTIVE"];
    assert_eq!(*told.lock().unwrap(), expected);
}
