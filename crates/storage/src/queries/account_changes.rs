//! An account's name and its end, in all of its organizations: locked in the order of their ids,
//! decided in each, and only then written in any.

use std::sync::Arc;

use diesel::prelude::*;
use vestibule_domain::{
    AccountId, Actor, Command, Name, OrganizationId, Policy, Rejection, Request, Timestamp, UserId,
};

use super::decided::{Decided, Terms};
use super::{Conn, dialect};
use crate::Fault;
use crate::account_changes::AccountChange;
use crate::column::{id, word};
use crate::job::{Origin, Submission};
use crate::schema::{accounts, users};

/// When the account's owner asks, and when they proved their password.
#[derive(Clone, Copy)]
pub(crate) struct Moments {
    pub(crate) signed_in: Timestamp,
    pub(crate) at: Timestamp,
}

/// Gives the account and all its users another name.
pub(crate) fn rename(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    account: AccountId,
    name: &Name,
    at: Timestamp,
    origin: &Origin,
) -> Result<AccountChange, Fault> {
    if !dialect::lock_account(conn, account)? {
        return Ok(AccountChange::NoSuchAccount);
    }
    let command = |user| Command::RenameOwnUser {
        user,
        name: name.clone(),
    };
    let moments = Moments { signed_in: at, at };
    if let Some(refused) = everywhere(conn, policy, account, command, moments, origin)? {
        return Ok(refused);
    }
    diesel::update(accounts::table.filter(accounts::id.eq(id(account))))
        .set(accounts::name.eq(word(name.as_str())))
        .execute(conn)?;
    Ok(AccountChange::Done)
}

/// Ends the account and all its users.
pub(crate) fn delete(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    account: AccountId,
    moments: Moments,
    origin: &Origin,
) -> Result<AccountChange, Fault> {
    if !dialect::lock_account(conn, account)? {
        return Ok(AccountChange::NoSuchAccount);
    }
    let command = |user| Command::RemoveOwnUser { user };
    if let Some(refused) = everywhere(conn, policy, account, command, moments, origin)? {
        return Ok(refused);
    }
    // Its sessions and password resets go with it, by their references.
    diesel::delete(accounts::table.filter(accounts::id.eq(id(account)))).execute(conn)?;
    Ok(AccountChange::Done)
}

/// Runs a command of the account's user in every organization, or in none where one refuses.
fn everywhere(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    account: AccountId,
    command: impl Fn(UserId) -> Command,
    moments: Moments,
    origin: &Origin,
) -> Result<Option<AccountChange>, Fault> {
    let places: Vec<(OrganizationId, UserId)> = users::table
        .filter(users::account_id.eq(id(account)))
        .order(users::organization_id)
        .select((users::organization_id, users::id))
        .load(conn)?;
    let mut decided = Vec::with_capacity(places.len());
    for (organization, user) in places {
        let submission = Submission {
            request: Request {
                actor: Actor::User {
                    id: user,
                    signed_in: moments.signed_in,
                },
                command: command(user),
                at: moments.at,
            },
            origin: origin.clone(),
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
                return Ok(Some(AccountChange::Refused {
                    organization,
                    rejection: rejection.clone(),
                }));
            }
            Some(Ok(_)) | None => decided.push((one, submission)),
        }
    }
    for (one, submission) in &decided {
        one.write(conn, &[submission])?;
    }
    Ok(None)
}
