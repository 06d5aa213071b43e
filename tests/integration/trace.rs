//! What is traced, and where: a span for each call, and nothing in the caller's.

use std::sync::{Arc, Mutex};

use otc_vpn::simulator::{Fault, Simulator};
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Instrument as _, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::support::{CONNECTION_ID, Trace, request};

/// The fields of every span, by its name.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(String, Fields)>>>);

type Fields = Vec<(&'static str, String)>;

struct Recorder(Spans);

struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && *metadata.level() <= Level::INFO
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut spans = self.0.0.lock().unwrap();
        let mut fields = Vec::new();
        attributes.record(&mut Visitor(&mut fields));
        spans.push((attributes.metadata().name().to_owned(), fields));
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut spans = self.0.0.lock().unwrap();
        let index = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut Visitor(&mut spans[index].1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Spans {
    /// The fields of the spans of this name, those that change from run to run without
    /// their values.
    fn named(&self, name: &str) -> Vec<Fields> {
        let varying = ["url.full", "server.port", "otc.request_id"];
        let spans = self.0.lock().unwrap();
        let named = spans.iter().filter(|(other, _)| other == name);
        let fields = named.map(|(_, fields)| {
            let fields = fields.iter().map(|(name, value)| match varying.contains(name) {
                true => (*name, "…".to_owned()),
                false => (*name, value.clone()),
            });
            fields.collect()
        });
        fields.collect()
    }
}

/// Makes calls inside of a span that has fields of ours.
fn call_in_a_span(subscriber: impl Subscriber + Send + Sync + 'static) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let simulator = Simulator::start().await.unwrap();
            let client = simulator.client().unwrap();
            let callers = tracing::error_span!(
                "caller",
                http.response.status_code = Empty,
                error.type = Empty,
                http.request.resend_count = Empty,
            );
            async {
                client.create(&request()).await.unwrap();
                simulator.next(Fault::response(429, ""));
                client.show(CONNECTION_ID).await.unwrap_err();
            }
            .instrument(callers)
            .await;
        });
    });
}

#[test]
fn a_call_is_a_span_with_the_fields_of_opentelemetry() {
    let spans = Spans::default();
    call_in_a_span(Recorder(spans.clone()));
    assert_eq!(spans.named("caller"), [Fields::new()], "the caller's span is left alone");
    let [created, shown] = <[Fields; 2]>::try_from(spans.named("otc_vpn")).unwrap();
    let sent = |method: &str, operation: &str| {
        [
            ("otel.kind", "client"),
            ("otel.name", operation),
            ("http.request.method", method),
            ("url.full", "…"),
            ("server.address", "127.0.0.1"),
            ("server.port", "…"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    let told = |fields: &[(&'static str, &str)]| {
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect::<Fields>()
    };
    assert_eq!(created[..6], sent("POST", "create_vpn_connection"));
    assert_eq!(
        created[6..],
        told(&[("http.response.status_code", "201"), ("otc.request_id", "…"),])
    );
    assert_eq!(shown[..6], sent("GET", "show_vpn_connection"));
    assert_eq!(
        shown[6..],
        told(&[
            ("http.request.resend_count", "1"),
            ("http.response.status_code", "404"),
            ("otc.request_id", "…"),
            ("error.type", "404"),
            ("otel.status_code", "ERROR"),
        ])
    );
}

/// A success that repeats a secret, and one that is not as documented.
#[test]
fn a_span_shows_no_secret_and_every_failure() {
    let spans = Spans::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(Recorder(spans.clone()), || {
        runtime.block_on(async {
            let simulator = Simulator::start().await.unwrap();
            let client = simulator.client().unwrap();
            for (body, is_documented) in [(r#"{"vpn_connection":{"id":"a"}}"#, true), ("{}", false)]
            {
                let fault = Fault::response(200, body).header("X-Request-Id", Simulator::TOKEN);
                simulator.next(fault);
                assert_eq!(client.show("a").await.is_ok(), is_documented);
            }
        });
    });
    let calls = spans.0.lock().unwrap();
    let fields = |index: usize| &calls[index].1;
    assert!(fields(0).contains(&("otc.request_id", "[redacted]".to_owned())), "{calls:?}");
    assert!(!format!("{calls:?}").contains(Simulator::TOKEN), "{calls:?}");
    assert!(!fields(0).iter().any(|(name, _)| *name == "error.type"), "{calls:?}");
    assert!(fields(1).contains(&("error.type", "UnexpectedResponse".to_owned())), "{calls:?}");
    assert!(fields(1).contains(&("otel.status_code", "ERROR".to_owned())), "{calls:?}");
}

#[test]
fn calls_that_are_not_traced_leave_the_callers_span_alone() {
    let trace = Trace::default();
    let writer = trace.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::ERROR)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    call_in_a_span(subscriber);
    let text = trace.text();
    assert!(text.contains("caller: ") && text.contains("close"), "{text}");
    assert!(!text.contains("caller{") && !text.contains("otc_vpn"), "{text}");
}
