//! The command line: which commands there are, with help worth reading; doing them stands elsewhere.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use vestibule_domain::{Email, Name, OrganizationId};

use crate::failure::EXIT_CODES;
use crate::settings::{ALL, FILE_DEFAULT, FILE_VARIABLE, Setting};

/// What the binary was asked to do.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Settings that were given as flags, by their name.
    pub(crate) flags: BTreeMap<&'static str, String>,
    /// The settings file that was named.
    pub(crate) file: Option<String>,
    /// The command itself.
    pub(crate) task: Task,
}

/// The commands there are.
#[derive(Debug)]
pub(crate) enum Task {
    /// Serve until told to stop.
    Serve(Filling),
    /// Make an organization and its Primary Admin.
    CreateOrganization(NewOrganization),
    /// Hand an organization to another of its users.
    TransferOrganization(Transfer),
    /// List the organizations there are.
    ListOrganizations,
    /// Check the record of one organization, or of all.
    VerifyAudit(Verification),
}

/// What an empty database is filled with at the start of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// Nothing: a one-time link leads to the first organization.
    Nothing,
    /// The sample group.
    Demo,
}

/// An organization to be; its Primary Admin's password comes on standard input.
#[derive(Debug)]
pub(crate) struct NewOrganization {
    pub(crate) name: Name,
    pub(crate) email: Email,
    pub(crate) primary_admin_name: Name,
}

/// Ownership to be handed over.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) organization: OrganizationId,
    pub(crate) to: Email,
}

/// A record to be checked.
#[derive(Debug)]
pub(crate) struct Verification {
    pub(crate) organization: Option<OrganizationId>,
    pub(crate) kept: Option<Kept>,
}

/// An event number and hash that were kept elsewhere.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) seq: u64,
    pub(crate) hash: String,
}

/// Reads the command line.
///
/// # Errors
/// What clap has to say: help that was asked for, too.
pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Asked, clap::Error> {
    let matches = command().try_get_matches_from(with_command(arguments))?;
    let (task, matches) = match matches.subcommand() {
        Some(("organization", inner)) => match inner.subcommand() {
            Some(("create", inner)) => (create(inner), inner),
            Some(("transfer", inner)) => (transfer(inner), inner),
            Some(("list", inner)) => (Some(Task::ListOrganizations), inner),
            Some(_) | None => (None, inner),
        },
        Some(("audit", inner)) => match inner.subcommand() {
            Some(("verify", inner)) => (Some(verification(inner)), inner),
            Some(_) | None => (None, inner),
        },
        Some((_, inner)) => (Some(Task::Serve(filling(inner))), inner),
        None => (None, &matches),
    };
    let task = task.ok_or_else(|| clap::Error::new(clap::error::ErrorKind::MissingSubcommand))?;
    Ok(Asked {
        flags: flags(matches),
        file: text(matches, "config"),
        task,
    })
}

/// The bare binary serves, with or without flags.
fn with_command(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let of_the_whole = ["-h", "--help", "-V", "--version"];
    let serves = match arguments.get(1).and_then(|first| first.to_str()) {
        None => arguments.len() < 2,
        Some(first) => first.starts_with('-') && !of_the_whole.contains(&first),
    };
    if serves {
        arguments.insert(arguments.len().min(1), "serve".into());
    }
    arguments
}

/// The whole command line.
fn command() -> Command {
    Command::new("vestibule")
        .version(env!("CARGO_PKG_VERSION"))
        .about("User management for organizations that run several companies")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(serve())
        .subcommand(
            Command::new("organization")
                .about("Makes, hands over and lists organizations, as the operator")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(create_command())
                .subcommand(transfer_command())
                .subcommand(
                    beside_a_server(Command::new("list"))
                        .about("Lists the organizations there are: id, name, Primary Admin"),
                ),
        )
        .subcommand(
            Command::new("audit")
                .about("Checks the record of what was changed")
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(verify_command()),
        )
}

fn serve() -> Command {
    let command = Command::new("serve")
        .about("Serves until told to stop; what the bare binary does, too")
        .long_about(format!(
            "Serves until told to stop; what the bare binary does, too.\n\n\
             Each setting is read from its flag, then its variable, then `{FILE_DEFAULT}` in the working \
             directory, where it stands under its name: listen = \"127.0.0.1:8080\". Secrets have no flag, \
             because a list of processes would show it."
        ))
        .arg(
            Arg::new("demo")
                .long("demo")
                .action(ArgAction::SetTrue)
                .help("Fill an empty database with a sample group, 6 entities and 40 users, and print sign-ins"),
        )
        .after_help(format!("{}\n\n{EXIT_CODES}", secrets()));
    let flags = ALL.iter().copied().filter(|setting| setting.flag.is_some());
    flags.fold(command.arg(file_argument()), |command, setting| {
        command.arg(argument(setting))
    })
}

fn create_command() -> Command {
    beside_a_server(Command::new("create"))
        .about("Makes an organization and its Primary Admin")
        .long_about(
            "Makes an organization and its Primary Admin, who can sign in at once.\n\n\
             An email that has an account keeps it, and its password must match.",
        )
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .required(true)
                .value_parser(value_parser!(Name))
                .help("What the organization is called"),
        )
        .arg(
            Arg::new("email")
                .long("email")
                .value_name("EMAIL")
                .required(true)
                .value_parser(value_parser!(Email))
                .help("The Primary Admin's email, which they sign in with"),
        )
        .arg(
            Arg::new("primary-admin-name")
                .long("primary-admin-name")
                .value_name("NAME")
                .required(true)
                .value_parser(value_parser!(Name))
                .help("The Primary Admin's own name"),
        )
        .arg(
            Arg::new("password-stdin")
                .long("password-stdin")
                .required(true)
                .action(ArgAction::SetTrue)
                .help("Read the Primary Admin's password from the first line of standard input"),
        )
}

fn transfer_command() -> Command {
    beside_a_server(Command::new("transfer"))
        .about("Hands an organization to another of its Active users, for an owner who has left")
        .long_about(
            "Hands an organization to another of its Active users, for an owner who has left.\n\n\
             The former Primary Admin becomes Admin, in the same step; then they can be removed.",
        )
        .arg(
            Arg::new("organization")
                .long("organization")
                .value_name("ID")
                .required(true)
                .value_parser(value_parser!(OrganizationId))
                .help("Which organization; `vestibule organization list` shows the ids"),
        )
        .arg(
            Arg::new("to")
                .long("to")
                .value_name("EMAIL")
                .required(true)
                .value_parser(value_parser!(Email))
                .help("Who becomes Primary Admin, by email"),
        )
}

fn verify_command() -> Command {
    beside_a_server(Command::new("verify"))
        .about("Checks that the record is whole: no event changed, missing or moved")
        .long_about(
            "Checks that the record is whole: no event changed, missing or moved.\n\n\
             Prints the number and hash of the latest event. Keep them somewhere else: given back with \
             --seq and --hash, they show a record that was cut or written anew, too.",
        )
        .arg(
            Arg::new("organization")
                .long("organization")
                .value_name("ID")
                .value_parser(value_parser!(OrganizationId))
                .help("Check this organization's record only"),
        )
        .arg(
            Arg::new("seq")
                .long("seq")
                .value_name("NUMBER")
                .requires("hash")
                .requires("organization")
                .value_parser(value_parser!(u64))
                .help("The number of an event that was kept elsewhere"),
        )
        .arg(
            Arg::new("hash")
                .long("hash")
                .value_name("HASH")
                .requires("seq")
                .help("Its hash, as it was printed"),
        )
}

/// A command that runs on the host, beside a server or without one.
fn beside_a_server(command: Command) -> Command {
    let shared = ALL
        .iter()
        .copied()
        .filter(|setting| ["database_url", "log", "log_format"].contains(&setting.name));
    shared.fold(command.arg(file_argument()), |command, setting| {
        command.arg(argument(setting))
    })
}

fn file_argument() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .help(format!(
            "The settings file; must be there when it is named [variable: {FILE_VARIABLE}] [default: {FILE_DEFAULT}, if there]"
        ))
}

fn argument(setting: &'static Setting) -> Arg {
    Arg::new(setting.name)
        .long(setting.flag.unwrap_or(setting.name))
        .value_name(setting.value)
        .help(format!(
            "{} [variable: {}] [default: {}]",
            setting.help, setting.variable, setting.default
        ))
}

/// The settings without a flag, as `--help` shows them.
fn secrets() -> String {
    let mut text = "Variables without a flag:".to_owned();
    for setting in ALL.iter().filter(|setting| setting.flag.is_none()) {
        let line = format!(
            "\n  {} <{}>\n          {} [default: {}]",
            setting.variable, setting.value, setting.help, setting.default
        );
        text.push_str(&line);
    }
    text
}

fn filling(matches: &ArgMatches) -> Filling {
    if matches.get_flag("demo") {
        Filling::Demo
    } else {
        Filling::Nothing
    }
}

fn create(matches: &ArgMatches) -> Option<Task> {
    Some(Task::CreateOrganization(NewOrganization {
        name: matches.get_one::<Name>("name")?.clone(),
        email: matches.get_one::<Email>("email")?.clone(),
        primary_admin_name: matches.get_one::<Name>("primary-admin-name")?.clone(),
    }))
}

fn transfer(matches: &ArgMatches) -> Option<Task> {
    Some(Task::TransferOrganization(Transfer {
        organization: *matches.get_one("organization")?,
        to: matches.get_one::<Email>("to")?.clone(),
    }))
}

fn verification(matches: &ArgMatches) -> Task {
    let seq = matches.get_one::<u64>("seq").copied();
    let kept = seq.zip(text(matches, "hash"));
    Task::VerifyAudit(Verification {
        organization: matches.get_one("organization").copied(),
        kept: kept.map(|(seq, hash)| Kept { seq, hash }),
    })
}

fn flags(matches: &ArgMatches) -> BTreeMap<&'static str, String> {
    let given = |setting: &&'static Setting| {
        let text = matches.try_get_one::<String>(setting.name).ok().flatten()?;
        Some((setting.name, text.clone()))
    };
    ALL.iter().filter_map(given).collect()
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked, clap::Error> {
        read(line.split(' ').map(OsString::from))
    }

    #[test]
    fn the_command_line_agrees_with_itself() {
        command().debug_assert();
    }

    #[test]
    fn the_bare_binary_serves() {
        for line in [
            "vestibule",
            "vestibule serve",
            "vestibule --listen 127.0.0.1:0",
        ] {
            let asked = asked(line).unwrap();
            assert!(
                matches!(asked.task, Task::Serve(Filling::Nothing)),
                "{line}"
            );
        }
        assert!(matches!(
            asked("vestibule --demo").unwrap().task,
            Task::Serve(Filling::Demo)
        ));
    }

    #[test]
    fn flags_are_settings_by_their_name() {
        let asked = asked("vestibule --database-url sqlite://x.db").unwrap();
        assert_eq!(
            asked.flags.get("database_url").map(String::as_str),
            Some("sqlite://x.db")
        );
    }

    #[test]
    fn the_help_of_serve_lists_every_setting_with_its_variable_and_default() {
        let help = asked("vestibule serve --help").unwrap_err().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for setting in ALL {
            assert!(help.contains(setting.variable), "{}", setting.variable);
            assert!(
                help.contains(&format!("[default: {}]", setting.default)),
                "{}",
                setting.name
            );
        }
    }

    #[test]
    fn a_kept_number_needs_its_hash_and_its_organization() {
        assert!(asked("vestibule audit verify --seq 3").is_err());
        assert!(asked("vestibule audit verify --seq 3 --hash ab").is_err());
        let id = "0198c7a0-0000-7000-8000-000000000001";
        assert!(
            asked(&format!(
                "vestibule audit verify --organization {id} --seq 3 --hash ab"
            ))
            .is_ok()
        );
        assert!(asked("vestibule audit verify").is_ok());
    }
}
