//! What the operator does to organizations on the host: make, hand over, list.

use vestibule_domain::{Actor, Command, OrganizationId, Rejection, Request, Stop, UserId, Wanted};
use vestibule_storage::{Job, OpenOptions, Origin, SecretKey, Store, Submission};
use vestibule_web::{App, Code, Foundation, Password, Problem, PublicUrl};

use crate::command_line::{NewOrganization, Transfer};
use crate::failure::{Failure, Kind};
use crate::settings::DatabaseUrl;
use crate::terminal::{first_line, print};

/// Makes an organization and its Primary Admin, and prints its id.
///
/// # Errors
/// When the password is too weak or not the account's, or the database cannot be used.
pub(crate) fn create(database: &DatabaseUrl, new: NewOrganization) -> Result<(), Failure> {
    let password = Password::new(&first_line()?);
    let store = open(database)?;
    let made = block_on(async {
        let app = App::new(store, vestibule_web::Settings::new(no_url()?, no_key()?));
        let foundation = Foundation {
            organization_name: new.name,
            email: new.email,
            name: new.primary_admin_name,
            password,
        };
        app.found(foundation, vestibule_web::now(), origin())
            .await
            .map_err(|problem| refused(&problem))
    })?;
    print(&made.to_string());
    Ok(())
}

/// Hands an organization to another of its Active users.
///
/// Rule: R-ORG-5.
///
/// # Errors
/// When the rules refuse it, or the database cannot be used.
pub(crate) fn transfer(database: &DatabaseUrl, transfer: &Transfer) -> Result<(), Failure> {
    let store = open(database)?;
    block_on(async {
        let to = user_by_email(&store, transfer).await?;
        let request = Request {
            actor: Actor::Operator,
            command: Command::TransferOwnership { to },
            at: vestibule_web::now(),
        };
        let job = Job {
            organization: transfer.organization,
            submissions: vec![Submission {
                request,
                origin: origin(),
                new_account: None,
            }],
            precondition: None,
            idempotency: None,
            answer: None,
        };
        let done = store.execute(job).await?;
        match done.outcomes.into_iter().next() {
            Some(Ok(Some(_))) => {
                print(&format!("{} is Primary Admin now", transfer.to));
                Ok(())
            }
            Some(Ok(None)) => {
                print(&format!("{} is Primary Admin already", transfer.to));
                Ok(())
            }
            Some(Err(rejection)) => Err(Failure::refused(rejection.to_string())),
            None => Err(Failure::new(Kind::System, "the transfer got no answer")),
        }
    })
}

/// Prints every organization: id, name, the Primary Admin's email and name, apart by tabs.
///
/// # Errors
/// When the database cannot be used.
pub(crate) fn list(database: &DatabaseUrl) -> Result<(), Failure> {
    let store = open(database)?;
    block_on(async {
        let mut seen: Option<OrganizationId> = None;
        loop {
            let page = store.organizations_after(seen).await?;
            for row in &page {
                let admin = row
                    .primary_admin_name
                    .as_ref()
                    .map_or("", |name| name.as_str());
                print(&format!(
                    "{}\t{}\t{}\t{admin}",
                    row.id, row.name, row.primary_admin_email
                ));
            }
            match page.last() {
                Some(last) => seen = Some(last.id),
                None => return Ok(()),
            }
        }
    })
}

/// Opens the database for a command, beside a server or without one.
pub(crate) fn open(database: &DatabaseUrl) -> Result<Store, Failure> {
    Ok(Store::open(database.reveal(), OpenOptions::command())?)
}

/// Runs a command to its end on this thread; the store has threads of its own.
pub(crate) fn block_on<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because(Kind::System, "the command cannot be started", &error))?
        .block_on(command)
}

async fn user_by_email(store: &Store, transfer: &Transfer) -> Result<UserId, Failure> {
    let key = transfer.to.key().clone();
    let asked = Wanted::new().email(&key);
    let organization = transfer.organization;
    // Asked for once, an email that nobody has is known to be nobody's.
    let looked = std::sync::atomic::AtomicBool::new(false);
    let found = store
        .consult(organization, move |directory| {
            match directory.user_by_email(&key) {
                Some(user) => Ok(Some(user.id)),
                None if looked.swap(true, std::sync::atomic::Ordering::Relaxed) => Ok(None),
                None => Err(Stop::Missing(Box::new(asked.clone()))),
            }
        })
        .await?;
    match found {
        Ok(Some(user)) => Ok(user),
        Ok(None) => Err(Failure::refused(format!(
            "`{}` is not in the organization",
            transfer.to
        ))),
        Err(Rejection::NotFound) => Err(Failure::refused(format!(
            "there is no organization `{organization}`: `vestibule organization list` shows them"
        ))),
        Err(rejection) => Err(Failure::refused(rejection.to_string())),
    }
}

fn refused(problem: &Problem) -> Failure {
    let kind = match problem.code() {
        Code::Unavailable => Kind::Database,
        _ => Kind::Refused,
    };
    Failure::new(kind, problem.detail())
}

fn origin() -> Origin {
    Origin {
        address: None,
        request_id: "command line".to_owned(),
    }
}

/// A command makes no links, so what they would begin with does not matter.
fn no_url() -> Result<PublicUrl, Failure> {
    "http://localhost"
        .parse()
        .map_err(|error| Failure::because(Kind::System, "no URL", &error))
}

/// A command makes no links, so what they would be made with does not matter.
fn no_key() -> Result<SecretKey, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::because(Kind::System, "the system gives no randomness", &error)
    })?;
    Ok(SecretKey::new(bytes))
}
