//! A batch of one organization: decided under its lock, and then written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diesel::prelude::*;
use vestibule_domain::{
    AccountId, Command, Directory, Email, EmailKey, Event, Login, Name, Organization,
    OrganizationId, Policy, Rejection, Request, UserId, decide_all,
};

use super::load::Loader;
use super::mails::Mails;
use super::record::{self, Head, Told};
use super::{Conn, batch, changes, dialect, tables};
use crate::audit::{Cast, Story};
use crate::cells::{Cell, Row};
use crate::job::{Outcome, Submission};
use crate::rows::{Counts, StoredOrganization};
use crate::sql_types::{Id, Word};
use crate::statement::Statement;
use crate::{Fault, FaultKind};

/// What a batch is decided under.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) organization: OrganizationId,
    pub(crate) policy: Option<Arc<Policy>>,
}

/// A batch that is decided, under a lock that holds until the transaction ends.
#[derive(Debug)]
pub(crate) struct Decided {
    stored: StoredOrganization,
    requests: Vec<Request>,
    /// The part that was loaded, after the batch.
    pub(crate) part: Directory,
    /// What became of each submission, in their order.
    pub(crate) outcomes: Vec<Outcome>,
}

impl Decided {
    /// Locks the organization and decides; none where there is no such organization.
    pub(crate) fn of(
        conn: &mut Conn,
        terms: &Terms,
        submissions: &[&Submission],
    ) -> Result<Option<Self>, Fault> {
        let Some(stored) = dialect::lock(conn, terms.organization)? else {
            return Ok(None);
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
        Ok(Some(Self {
            stored,
            requests,
            part,
            outcomes,
        }))
    }

    /// Writes what the batch changed, with its record and its mails.
    pub(crate) fn write(&self, conn: &mut Conn, submissions: &[&Submission]) -> Result<(), Fault> {
        let happened: Vec<Happened<'_>> = self
            .outcomes
            .iter()
            .zip(&self.requests)
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
        if happened.is_empty() {
            return Ok(());
        }
        insert_accounts(conn, &self.part, &happened)?;
        write(conn, &self.stored, &self.part, &happened)
    }
}

/// An event with what it came from.
pub(crate) struct Happened<'a> {
    pub(crate) event: &'a Event,
    pub(crate) request: &'a Request,
    pub(crate) submission: &'a Submission,
}

/// Writes events and all that they change, behind the state that the organization had.
pub(crate) fn write(
    conn: &mut Conn,
    stored: &StoredOrganization,
    part: &Directory,
    happened: &[Happened<'_>],
) -> Result<(), Fault> {
    let organization = stored.id;
    let net = part.changes();
    let events: Vec<&Event> = happened.iter().map(|one| one.event).collect();
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

/// An account as an acceptance takes it.
#[derive(Clone, Debug, Queryable)]
struct Known {
    id: AccountId,
    email: Email,
    name: Name,
}

/// The requests, with each acceptance decided for the account that its person has now, and by
/// its name: one that was to be new may have come to be, and one that was there may be renamed or
/// gone (R-INV-6).
fn with_known_accounts(
    conn: &mut Conn,
    submissions: &[&Submission],
) -> Result<Vec<Request>, Fault> {
    let known = known_accounts(conn, submissions)?;
    let mut names: BTreeMap<AccountId, &Name> = BTreeMap::new();
    let mut ids: BTreeMap<&EmailKey, AccountId> = BTreeMap::new();
    for account in &known {
        names.insert(account.id, &account.name);
        ids.insert(account.email.key(), account.id);
    }
    Ok(submissions
        .iter()
        .map(|one| {
            let mut request = one.request.clone();
            let Command::AcceptInvitation {
                generation,
                name,
                login,
                ..
            } = &mut request.command
            else {
                return request;
            };
            if let Some(new) = &one.new_account {
                match ids.get(new.email.key()) {
                    Some(account) => *login = Login::Existing(*account),
                    // Who comes later in the batch can already mean it.
                    None => {
                        names.entry(new.id).or_insert(&new.name);
                    }
                }
            }
            if let Login::Existing(account) = login {
                match names.get(account) {
                    Some(known) => *name = (*known).clone(),
                    // Links count from 1: this one is none, and refused as any that is dead.
                    None => *generation = 0,
                }
            }
            request
        })
        .collect())
}

/// The accounts that acceptances name by id or email, kept as they are until the transaction ends.
fn known_accounts(conn: &mut Conn, submissions: &[&Submission]) -> Result<Vec<Known>, Fault> {
    let (mut ids, mut emails) = (BTreeSet::new(), BTreeSet::new());
    for one in submissions {
        let Command::AcceptInvitation { login, .. } = &one.request.command else {
            continue;
        };
        if let Login::Existing(account) = login {
            ids.insert(*account);
        }
        if let Some(new) = &one.new_account {
            emails.insert(new.email.key().as_str());
        }
    }
    if ids.is_empty() && emails.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::<(Id, Word, Word)>::new(
        "select a.id, a.email, a.name from accounts a where a.id ",
    );
    dialect::push_among(&mut statement, ids);
    statement.text(" or a.email_key ");
    dialect::push_among_words(&mut statement, emails);
    statement.text(dialect::FOR_SHARE);
    Ok(statement.load(conn)?)
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
    counts: Counts,
) -> Result<(), Fault> {
    let row = organization_row(part.organization(), version, head, counts);
    batch::update(conn, &tables::ORGANIZATIONS, &[row])
}

/// An organization's own row.
pub(crate) fn organization_row<'a>(
    organization: &'a Organization,
    version: i64,
    head: &Head,
    counts: Counts,
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
