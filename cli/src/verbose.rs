//! `--verbose`: what the library traces. It traces no body and no secret.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::output::Output;

pub(crate) fn start(output: &Output) {
    let level = match output.verbose {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .finish();
    // None is set before.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
