//! An account's name and its end, in all of its organizations: locked in the order of their ids,
//! decided in each, and only then written in any.

use std::sync::Arc;

use diesel::prelude::*;
use vestibule_domain::{
    Actor, Command, Name, OrganizationId, Policy, Rejection, Request, Timestamp, UserId,
};

use super::decided::{Decided, Terms};
use super::{Conn, accounts as read, dialect};
use crate::Fault;
use crate::account_changes::{AccountChange, AccountRequest};
use crate::column::{id, word};
use crate::job::Submission;
use crate::schema::{accounts, users};

/// Gives the account and all its users another name.
pub(crate) fn rename(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    request: &AccountRequest,
    name: &Name,
) -> Result<AccountChange, Fault> {
    if !dialect::lock_account(conn, request.account)? {
        return Ok(AccountChange::NoSuchAccount);
    }
    let command = |user| Command::RenameOwnUser {
        user,
        name: name.clone(),
    };
    if let Some(refused) = everywhere(conn, policy, request, request.at, command)? {
        return Ok(refused);
    }
    diesel::update(accounts::table.filter(accounts::id.eq(id(request.account))))
        .set(accounts::name.eq(word(name.as_str())))
        .execute(conn)?;
    Ok(AccountChange::Done)
}

/// Ends the account and all its users.
pub(crate) fn delete(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    request: &AccountRequest,
    signed_in: Timestamp,
) -> Result<AccountChange, Fault> {
    if !dialect::lock_account(conn, request.account)? {
        return Ok(AccountChange::NoSuchAccount);
    }
    let command = |user| Command::RemoveOwnUser { user };
    if let Some(refused) = everywhere(conn, policy, request, signed_in, command)? {
        return Ok(refused);
    }
    // Its sessions and password resets go with it, by their references.
    diesel::delete(accounts::table.filter(accounts::id.eq(id(request.account)))).execute(conn)?;
    Ok(AccountChange::Done)
}

/// Runs a command of the account's user in every organization, or in none where one refuses.
fn everywhere(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    request: &AccountRequest,
    signed_in: Timestamp,
    command: impl Fn(UserId) -> Command,
) -> Result<Option<AccountChange>, Fault> {
    let places: Vec<(OrganizationId, UserId)> = users::table
        .filter(users::account_id.eq(id(request.account)))
        .order(users::organization_id)
        .select((users::organization_id, users::id))
        .load(conn)?;
    let mut decided = Vec::with_capacity(places.len());
    let mut refused = None;
    for (organization, user) in places {
        let submission = Submission {
            request: Request {
                actor: Actor::User {
                    id: user,
                    signed_in,
                },
                command: command(user),
                at: request.at,
            },
            origin: request.origin.clone(),
            new_account: None,
        };
        let terms = Terms {
            organization,
            policy: policy.cloned(),
        };
        let Some(one) = Decided::of(conn, &terms, &[&submission])? else {
            continue;
        };
        match one.outcomes.first() {
            // RACE: someone removed the user before we had the organization's lock.
            Some(Err(Rejection::NotFound | Rejection::UserNotInOrganization(_))) => {}
            Some(Err(rejection)) => {
                refused.get_or_insert_with(|| AccountChange::Refused {
                    organization,
                    rejection: rejection.clone(),
                });
            }
            Some(Ok(_)) | None => decided.push((one, submission)),
        }
    }
    // Everything that a precondition can be about is locked only now.
    if !holds(conn, request)? {
        return Ok(Some(AccountChange::Outdated));
    }
    if refused.is_some() {
        return Ok(refused);
    }
    for (one, submission) in &decided {
        one.write(conn, &[submission])?;
    }
    Ok(None)
}

/// Whether what the change was asked for is still so.
fn holds(conn: &mut Conn, request: &AccountRequest) -> Result<bool, Fault> {
    let Some(precondition) = &request.precondition else {
        return Ok(true);
    };
    let Some(account) = read::one(conn, request.account)? else {
        return Ok(true);
    };
    let organizations = read::organizations(conn, request.account)?;
    Ok(precondition(&account, &organizations))
}
