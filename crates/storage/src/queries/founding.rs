//! Writes a new organization: its own row first, which may refer to a user who is yet to come.

use std::sync::Arc;

use diesel::prelude::*;
use vestibule_domain::{AccountId, Actor, Command, Directory, Event, Request};

use super::decided::{self, Happened};
use super::record::Head;
use super::{Conn, batch, dialect, idempotency, organizations, tables};
use crate::audit::GENESIS;
use crate::column::word;
use crate::founding::{Foundation, Founded, Founder};
use crate::job::{Submission, Written};
use crate::rows::{Counts, StoredOrganization};
use crate::schema::accounts;
use crate::{Fault, KeptAnswer};

/// Makes the organization, unless its account or its founder stands against it.
pub(crate) fn found(conn: &mut Conn, foundation: &Foundation) -> Result<Founded, Fault> {
    if let Some(against) = objection(conn, foundation)? {
        if let Some(claim) = &foundation.idempotency {
            idempotency::release(conn, claim)?;
        }
        return Ok(against);
    }
    let founding = &foundation.founding;
    let (directory, event) = Directory::found(founding.clone());
    let organization = directory.organization();
    let stored = StoredOrganization {
        id: organization.id,
        name: organization.name.clone(),
        primary_admin_user_id: organization.primary_admin,
        user_management: organization.user_management,
        invitation_lifetime_seconds: i32::try_from(organization.invitation_lifetime.seconds())
            .unwrap_or(i32::MAX),
        created_at: organization.created_at,
        version: 0,
        audit_seq: 0,
        audit_hash: GENESIS.to_vec(),
        counts: Counts::default(),
    };
    let head = Head {
        seq: stored.audit_seq,
        hash: stored.audit_hash.clone(),
    };
    let row = decided::organization_row(organization, stored.version, &head, stored.counts);
    batch::insert(conn, &tables::ORGANIZATIONS, &[row])?;
    // No command founds an organization; the request says only who asked, and when.
    let request = Request {
        actor: Actor::Operator,
        command: Command::TransferOwnership {
            to: founding.primary_admin,
        },
        at: founding.at,
    };
    let submission = Submission {
        request: request.clone(),
        origin: foundation.origin.clone(),
        new_account: None,
    };
    let happened = [Happened {
        event: &event,
        request: &request,
        submission: &submission,
    }];
    decided::write(conn, &stored, &directory, &happened)?;
    let answer = answer(conn, foundation, &directory, &event)?;
    Ok(Founded::Done {
        event: Box::new(event),
        directory: Arc::new(directory),
        answer,
    })
}

/// What stands against a foundation; the account comes to be here.
fn objection(conn: &mut Conn, foundation: &Foundation) -> Result<Option<Founded>, Fault> {
    match foundation.founder {
        Founder::Operator => {}
        Founder::FirstVisitor => {
            // RACE: two first visitors at once; the lock lets the second see the first.
            dialect::lock_all_organizations(conn)?;
            if !organizations::none_is_there(conn)? {
                return Ok(Some(Founded::NotTheFirst));
            }
        }
    }
    let founding = &foundation.founding;
    if let Some(account) = &foundation.new_account {
        let row = decided::account_row(account, founding.at);
        batch::insert_new(conn, &tables::ACCOUNTS, &[row])?;
    }
    let there: Option<AccountId> = accounts::table
        .filter(accounts::email_key.eq(word(founding.email.key().as_str())))
        .select(accounts::id)
        .first(conn)
        .optional()?;
    Ok(match there {
        Some(account) if account == founding.account => None,
        Some(account) => Some(Founded::AccountExists(account)),
        None => Some(Founded::AccountGone),
    })
}

fn answer(
    conn: &mut Conn,
    foundation: &Foundation,
    directory: &Directory,
    event: &Event,
) -> Result<Option<KeptAnswer>, Fault> {
    let made = match &foundation.answer {
        Some(answer) => answer(&mut Written {
            outcomes: &[Ok(Some(event.clone()))],
            directory,
            connection: dialect::written(conn),
        })?,
        None => None,
    };
    if let Some(claim) = &foundation.idempotency {
        match &made {
            Some(answer) => idempotency::complete(conn, claim, answer)?,
            None => idempotency::release(conn, claim)?,
        }
    }
    Ok(made)
}
