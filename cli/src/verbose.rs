//! `--verbose`: what the library traces. It traces no body and no secret.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;

use crate::output::Output;

pub(crate) fn start(output: &Output) {
    let level = match output.verbose {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let lines = layer().with_span_events(FmtSpan::CLOSE).with_ansi(false);
    let subscriber = tracing_subscriber::registry()
        .with(lines.with_writer(std::io::stderr))
        .with(Targets::new().with_target("otc_vpn", level));
    // None is set before.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
