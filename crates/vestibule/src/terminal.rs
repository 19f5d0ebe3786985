//! Standard output and input as the commands use them; logs go elsewhere.

use std::io::{self, BufRead as _, Write as _};

use crate::failure::{Failure, Kind};

/// The most bytes of a first line that are read.
const LINE_BYTES_MAX: u64 = 4096;

/// Prints a line; whoever closed standard output does not want to hear it.
pub(crate) fn print(text: &str) {
    let mut output = io::stdout().lock();
    let _ = writeln!(output, "{text}").and_then(|()| output.flush());
}

/// The first line of standard input, without its end.
///
/// # Errors
/// When nothing can be read, or it is no UTF-8.
pub(crate) fn first_line() -> Result<String, Failure> {
    use std::io::Read as _;

    let mut line = String::new();
    io::stdin()
        .lock()
        .take(LINE_BYTES_MAX)
        .read_line(&mut line)
        .map_err(|error| Failure::because(Kind::Usage, "standard input cannot be read", &error))?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
