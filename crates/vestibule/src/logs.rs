//! Logs to standard error; what is printed for people on standard output stands elsewhere.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging as it is set.
pub(crate) fn start(settings: &LogSettings) {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(&settings.filter))
        .with_span_events(FmtSpan::NONE)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        // It would tell of a log that cannot be written by `eprintln!` to the same place, which
        // panics there: a full disk would take the answer of every request that logs.
        .log_internal_errors(false);
    // Logging that was started before stays as it was: a test may have done so.
    let _ = match settings.format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
