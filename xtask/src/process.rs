//! Child processes, and what Ctrl-C means for them.
//!
//! A signal never ends xtask by itself: it ends the child that runs, whose step then
//! returns, so that whatever was started (the PostgreSQL cluster above all) is taken
//! down by the ordinary way out.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::Failure;

/// How long the last lines of a child that has ended may take to arrive.
const LAST_OUTPUT: Duration = Duration::from_secs(2);

/// How soon a signal is noticed by who waits for output.
const POLL: Duration = Duration::from_millis(200);

/// The child that a signal is passed on to.
static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

/// How many signals asked xtask to end.
static INTERRUPTIONS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Clone, Copy)]
enum Running {
    /// In a process group of its own: it and all of its children get the signal from us.
    Apart(Pid),
    /// In the terminal's foreground with us: Ctrl-C reaches it without our help.
    InFront(Pid),
}

/// Starts to pass SIGINT, SIGTERM and SIGHUP on to the child that runs.
///
/// # Errors
/// When the signal handlers cannot be installed.
pub(crate) fn watch_signals() -> Result<(), Failure> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::new(format!("cannot watch for Ctrl-C: {error}")))?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let earlier = INTERRUPTIONS.fetch_add(1, Ordering::SeqCst);
            if let Some(running) = *running() {
                pass_on(running, signal, earlier);
            }
        }
    });
    Ok(())
}

/// Whether a signal asked xtask to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTIONS.load(Ordering::SeqCst) > 0
}

/// Runs a command to its end, apart from the terminal: no input, a process group of its own.
///
/// # Errors
/// When it cannot be started, ends with anything but success, or is interrupted.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let child = spawn(apart(command))?;
    judge(command, child)
}

/// Runs a command as [`run`] does, and shows its output to the reader, line by line, as it passes.
///
/// # Errors
/// As for [`run`].
pub(crate) fn run_and_read(
    command: &mut Command,
    mut reader: impl FnMut(&str) + Send + 'static,
) -> Result<(), Failure> {
    let mut child = spawn(apart(command).stdout(Stdio::piped()))?;
    let (ended, end) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                reader(&line);
            }
            // Nobody waits any more if the wait below was given up.
            let _ = ended.send(());
        });
    }
    let outcome = judge(command, child);
    // A process that a test left behind keeps the output open; it must not keep us.
    let _ = end.recv_timeout(LAST_OUTPUT);
    outcome
}

fn judge(command: &Command, child: Child) -> Result<(), Failure> {
    let status = wait(command, child, Running::Apart)?;
    if interrupted() {
        return Err(Failure::new("interrupted"));
    }
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{}`: {status}", shown(command))))
    }
}

/// Runs a command to its end in the foreground, with the terminal as its input.
///
/// # Errors
/// When it cannot be started.
pub(crate) fn run_in_front(command: &mut Command) -> Result<ExitStatus, Failure> {
    let child = spawn(command)?;
    wait(command, child, Running::InFront)
}

/// What a command printed and how it ended; none when it had to be killed because it took longer.
///
/// # Errors
/// When it cannot be started or waited for.
pub(crate) fn output_within(
    command: &mut Command,
    limit: Duration,
) -> Result<Option<Output>, Failure> {
    let piped = apart(command).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = spawn(piped)?;
    let group = pid_of(&child);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || {
        // Nobody waits any more if the limit has passed.
        let _ = ended.send(child.wait_with_output());
    });
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline && !interrupted() {
        match end.recv_timeout(POLL) {
            Ok(output) => {
                return output
                    .map(Some)
                    .map_err(|error| cannot_run(command, &error));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    if let Some(group) = group {
        // One that has just ended is as gone as it is to be.
        let _ = kill_process_group(group, Signal::KILL);
    }
    Ok(None)
}

/// The absolute path of a program that PATH names, if it is there.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| is_program(candidate))
}

/// Whether a file is there that may be run.
pub(crate) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// The command as one would type it, for messages.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// The signal-safe id of a child, as rustix wants it.
pub(crate) fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn apart(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    command.stdin(Stdio::null()).process_group(0)
}

fn spawn(command: &mut Command) -> Result<Child, Failure> {
    command.spawn().map_err(|error| cannot_run(command, &error))
}

fn wait(
    command: &Command,
    mut child: Child,
    how: fn(Pid) -> Running,
) -> Result<ExitStatus, Failure> {
    let entry = pid_of(&child).map(how);
    *running() = entry;
    // RACE: a signal that came between the start and the line above found nobody to pass on to.
    if let (true, Some(entry)) = (interrupted(), entry) {
        pass_on(entry, SIGTERM, 0);
    }
    let status = child.wait();
    *running() = None;
    status.map_err(|error| cannot_run(command, &error))
}

fn cannot_run(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("cannot run `{}`: {error}", shown(command)))
}

/// Sends the signal on; whoever asks a third time gets the hard way.
fn pass_on(to: Running, signal: i32, earlier: u32) {
    let chosen = match (signal, earlier) {
        (_, 2..) => Signal::KILL,
        (SIGINT, _) => Signal::INT,
        _ => Signal::TERM,
    };
    let sent = match to {
        Running::Apart(group) => kill_process_group(group, chosen),
        Running::InFront(child) if signal != SIGINT => kill_process(child, chosen),
        Running::InFront(_) => Ok(()),
    };
    // A child that could not be reached has ended meanwhile, which is what was wanted.
    let _ = sent;
}

fn running() -> MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
