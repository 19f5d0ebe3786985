//! The Vestibule server and its operator commands: reads settings, wires the other crates together.
#![forbid(unsafe_code)]

mod audit;
mod command_line;
mod demo;
mod failure;
mod housekeeping;
mod logs;
mod organization;
mod secret_key;
mod serve;
mod settings;
mod terminal;

use std::io::Write as _;
use std::process::ExitCode;

use crate::command_line::{Asked, Task};
use crate::failure::Failure;
use crate::settings::{LogSettings, Settings, Sources, database};

/// Rows are made on the threads that read and let go on those that answer, which one allocator in
/// common would have wait for one another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let asked = match command_line::read(std::env::args_os()) {
        Ok(asked) => asked,
        Err(said) => {
            // Help that was asked for is no failure; clap knows, and where it goes.
            let code = u8::try_from(said.exit_code()).unwrap_or(2);
            let _ = said.print();
            return ExitCode::from(code);
        }
    };
    match run(asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // With standard error gone there is nobody to tell; the exit code still does.
            let _ = writeln!(std::io::stderr(), "vestibule: {failure}");
            failure.exit_code()
        }
    }
}

fn run(asked: Asked) -> Result<(), Failure> {
    let sources = Sources::read(asked.flags, asked.file, std::env::vars_os())?;
    logs::start(&LogSettings::of(&sources)?);
    for name in sources.unknown_variables() {
        tracing::warn!(
            "`{name}` is no setting of Vestibule; `vestibule serve --help` lists them all"
        );
    }
    match asked.task {
        Task::Serve(filling) => serve::serve(&Settings::of(&sources)?, filling),
        Task::CreateOrganization(new) => organization::create(&database(&sources)?, new),
        Task::TransferOrganization(to) => organization::transfer(&database(&sources)?, &to),
        Task::ListOrganizations => organization::list(&database(&sources)?),
        Task::VerifyAudit(asked) => audit::verify(&database(&sources)?, &asked),
    }
}
