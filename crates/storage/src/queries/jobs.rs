//! The one write path inside its transaction: lock, decide over a part, write set-based.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diesel::prelude::*;
use vestibule_domain::{
    AccountId, Command, Directory, Email, EmailKey, Event, Login, OrganizationId, Policy,
    Rejection, Request, UserId, decide_all,
};

use super::load::Loader;
use super::mails::Mails;
use super::record::{self, Head, Told};
use super::{Conn, batch, changes, dialect, idempotency, tables};
use crate::among::Among;
use crate::audit::{Cast, Story};
use crate::cells::{Cell, Row};
use crate::column::words;
use crate::job::{Job, Outcome, Submission, Written};
use crate::rows::StoredOrganization;
use crate::schema::accounts;
use crate::{Fault, FaultKind, KeptAnswer};

/// How often a batch is decided anew because an account came to be in the meantime.
const ATTEMPTS_MAX: usize = 4;

/// What one batch of an organization is decided under.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) organization: OrganizationId,
    pub(crate) policy: Option<Arc<Policy>>,
}

/// What became of a batch.
#[derive(Debug)]
pub(crate) struct Batch {
    /// What became of each submission, in their order.
    pub(crate) outcomes: Vec<Outcome>,
    /// The part that was loaded, after the batch; none where there is no such organization.
    pub(crate) directory: Option<Arc<Directory>>,
}

/// Decides submissions to one organization and writes what they change. The caller opens the
/// transaction, and commits it before anybody hears of it.
pub(crate) fn run(
    conn: &mut Conn,
    terms: &Terms,
    submissions: &[&Submission],
) -> Result<Batch, Fault> {
    let makes_accounts = submissions.iter().any(|one| one.new_account.is_some());
    if !makes_accounts {
        return attempt(conn, terms, submissions);
    }
    // RACE: on PostgreSQL another organization can make the account of the same email between
    // our look and our insert. The insert then waits for that transaction, and all is decided
    // anew with the account that is there.
    for _ in 1..ATTEMPTS_MAX {
        match crate::transaction::Transactions::in_transaction(conn, |conn| {
            attempt(conn, terms, submissions)
        }) {
            Err(fault) if fault.kind() == FaultKind::Conflict => {}
            decided => return decided,
        }
    }
    attempt(conn, terms, submissions)
}

/// Makes the answer of a job that was written alone, and keeps it for its idempotency key.
pub(crate) fn answer(
    conn: &mut Conn,
    job: &Job,
    batch: &Batch,
) -> Result<Option<KeptAnswer>, Fault> {
    let made = match (&job.answer, &batch.directory) {
        (Some(answer), Some(directory)) => answer(&mut Written {
            outcomes: &batch.outcomes,
            directory,
            connection: dialect::written(conn),
        })?,
        _ => None,
    };
    if let Some(claim) = &job.idempotency {
        // Only accepted outcomes are kept.
        let accepted = batch.outcomes.iter().any(Result::is_ok);
        match made.as_ref().filter(|_| accepted) {
            Some(answer) => idempotency::complete(conn, claim, answer)?,
            None => idempotency::release(conn, claim)?,
        }
    }
    Ok(made)
}

fn attempt(conn: &mut Conn, terms: &Terms, submissions: &[&Submission]) -> Result<Batch, Fault> {
    let Some(stored) = dialect::lock(conn, terms.organization)? else {
        return Ok(Batch {
            outcomes: submissions
                .iter()
                .map(|_| Err(Rejection::NotFound))
                .collect(),
            directory: None,
        });
    };
    let requests = with_known_accounts(conn, submissions)?;
    let mut part = Directory::part(stored.organization()?);
    if let Some(policy) = &terms.policy {
        part = part.under(Arc::clone(policy));
    }
    let mut loader = Loader {
        conn,
        organization: terms.organization,
    };
    let mut outcomes = decide_all(&mut part, &mut loader, &requests)?;
    refuse_to_erase_strangers(conn, terms.organization, &mut outcomes)?;
    let happened: Vec<Happened<'_>> = outcomes
        .iter()
        .zip(&requests)
        .zip(submissions)
        .filter_map(|((outcome, request), submission)| {
            let event = outcome.as_ref().ok()?.as_ref()?;
            Some(Happened {
                event,
                request,
                submission,
            })
        })
        .collect();
    if !happened.is_empty() {
        write(conn, stored, &part, &happened)?;
    }
    Ok(Batch {
        outcomes,
        directory: Some(Arc::new(part)),
    })
}

/// An event with what it came from.
struct Happened<'a> {
    event: &'a Event,
    request: &'a Request,
    submission: &'a Submission,
}

fn write(
    conn: &mut Conn,
    stored: StoredOrganization,
    part: &Directory,
    happened: &[Happened<'_>],
) -> Result<(), Fault> {
    let organization = stored.id;
    let net = part.changes();
    let events: Vec<&Event> = happened.iter().map(|one| one.event).collect();
    insert_accounts(conn, part, happened)?;
    changes::write(conn, part, &net, &events)?;

    let mut cast = Cast::before(&net, part);
    let mut mails = Mails::default();
    let mut told = Vec::with_capacity(happened.len());
    for one in happened {
        let origin = &one.submission.origin;
        told.push(Told {
            story: Story::of(organization, one.request, origin, one.event, &cast),
            at: one.request.at,
            request_id: &origin.request_id,
        });
        cast.go_on(one.event);
        mails.note(one.event, one.request.at);
    }
    let mut head = Head {
        seq: stored.audit_seq,
        hash: stored.audit_hash.clone(),
    };
    record::append(conn, organization, &mut head, &told)?;
    mails.write(conn, organization)?;
    for user in events.iter().filter_map(|event| record::erased(event)) {
        record::erase(conn, organization, user)?;
    }
    let counts = stored.counts.after(&net);
    update_organization(conn, part, stored.version.saturating_add(1), &head, counts)
}

/// The requests, with acceptances by a new account decided for the account that their email has
/// got in the meantime.
fn with_known_accounts(
    conn: &mut Conn,
    submissions: &[&Submission],
) -> Result<Vec<Request>, Fault> {
    let emails: BTreeSet<&str> = submissions
        .iter()
        .filter_map(|one| Some(one.new_account.as_ref()?.email.key().as_str()))
        .collect();
    let known: BTreeMap<EmailKey, AccountId> = if emails.is_empty() {
        BTreeMap::new()
    } else {
        accounts::table
            .filter(Among::new(accounts::email_key, words(emails)))
            .select((accounts::email, accounts::id))
            .load::<(Email, AccountId)>(conn)?
            .into_iter()
            .map(|(email, account)| (email.key().clone(), account))
            .collect()
    };
    Ok(submissions
        .iter()
        .map(|one| {
            let mut request = one.request.clone();
            let known = one
                .new_account
                .as_ref()
                .and_then(|account| known.get(account.email.key()));
            if let (Command::AcceptInvitation { login, .. }, Some(account)) =
                (&mut request.command, known)
            {
                *login = Login::Existing(*account);
            }
            request
        })
        .collect())
}

/// R-AUD-3: only a person whom the record knows can be erased from it. That is the keeper's to
/// say: the directory knows nothing of who is gone.
fn refuse_to_erase_strangers(
    conn: &mut Conn,
    organization: OrganizationId,
    outcomes: &mut [Outcome],
) -> Result<(), Fault> {
    let mut gone: BTreeSet<UserId> = BTreeSet::new();
    for outcome in outcomes {
        match outcome {
            Ok(Some(Event::UserRemoved { plan, .. })) => {
                gone.insert(plan.user);
            }
            Ok(Some(Event::InvitationEnded { user, .. })) => {
                gone.insert(*user);
            }
            Ok(Some(Event::PersonErased { user }))
                if !gone.contains(user) && !record::knows(conn, organization, *user)? =>
            {
                *outcome = Err(Rejection::UserNotInOrganization(*user));
            }
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

fn insert_accounts(
    conn: &mut Conn,
    part: &Directory,
    happened: &[Happened<'_>],
) -> Result<(), Fault> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for one in happened {
        let Some(made) = one.event.new_account() else {
            continue;
        };
        let account = one
            .submission
            .new_account
            .as_ref()
            .filter(|account| account.id == made)
            .ok_or_else(|| {
                Fault::internal("an acceptance makes an account that it does not bring")
            })?;
        if let Event::InvitationAccepted { user, .. } = one.event
            && part
                .user(*user)
                .is_some_and(|user| user.email.key() != account.email.key())
        {
            return Err(Fault::internal(
                "an acceptance brings an account with another email than was invited",
            ));
        }
        rows.push(account_row(account, one.request.at));
    }
    if rows.is_empty() {
        return Ok(());
    }
    if batch::insert_new(conn, &tables::ACCOUNTS, &rows)? < rows.len() {
        return Err(Fault::new(
            FaultKind::Conflict,
            "another account with this email came to be in the meantime",
        ));
    }
    Ok(())
}

/// The row of an account that comes to be.
pub(crate) fn account_row(account: &crate::NewAccount, at: vestibule_domain::Timestamp) -> Row<'_> {
    vec![
        Cell::id(account.id),
        Cell::text(account.email.as_str()),
        Cell::text(account.email.key().as_str()),
        Cell::text(account.name.as_str()),
        Cell::text(account.password_hash.as_str()),
        Cell::Moment(at),
        Cell::Moment(at),
    ]
}

/// Writes the organization's own row: last, because it refers to who may be new.
fn update_organization(
    conn: &mut Conn,
    part: &Directory,
    version: i64,
    head: &Head,
    counts: crate::rows::Counts,
) -> Result<(), Fault> {
    let row = organization_row(part.organization(), version, head, counts);
    batch::update(conn, &tables::ORGANIZATIONS, &[row])
}

/// An organization's own row.
pub(crate) fn organization_row<'a>(
    organization: &'a vestibule_domain::Organization,
    version: i64,
    head: &Head,
    counts: crate::rows::Counts,
) -> Row<'a> {
    vec![
        Cell::id(organization.id),
        Cell::text(organization.name.as_str()),
        Cell::id(organization.primary_admin),
        Cell::text(organization.user_management.as_str()),
        Cell::count(organization.invitation_lifetime.seconds()),
        Cell::Moment(organization.created_at),
        Cell::Long(version),
        Cell::Long(head.seq),
        Cell::bytes(head.hash.clone()),
        Cell::Integer(counts.invited_admins),
        Cell::Integer(counts.invited_users),
        Cell::Integer(counts.active_admins),
        Cell::Integer(counts.active_users),
        Cell::Integer(counts.deactivated_admins),
        Cell::Integer(counts.deactivated_users),
        Cell::Integer(counts.active_entities),
        Cell::Integer(counts.archived_entities),
        Cell::Integer(counts.pending_invitations),
        Cell::Integer(counts.accepted_invitations),
        Cell::Integer(counts.declined_invitations),
        Cell::Integer(counts.revoked_invitations),
    ]
}
