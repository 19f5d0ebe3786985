//! What the mails of the outbox say, and whether their reasons still stand.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use uuid::Uuid;
use vestibule_domain::{
    AccountId, AssignableRole, Email, InvitationEnd, InvitationId, InvitationLifetime,
    InvitationState, Name, Organization, OrganizationId, Status, Timestamp, UserId, UserManagement,
};

use super::outbox_rows::{Row, mail_id};
use super::{Conn, dialect};
use crate::reads::pending_state;
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::{Fault, MailId, MailReason, OutboxMail, PasswordResetId};

/// A mail whose reason was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) mail: OutboxMail,
    pub(super) standing: Standing,
}

/// Whether the reason for a mail still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its link can be used.
    Stands,
    /// It was current until its link expired.
    Expired,
    /// Its link opens nothing until somebody sends it again (R-INV-9).
    Suspended,
    /// It was used, replaced or taken back.
    Ended,
}

/// The mails of those rows with all that they say, in one statement a kind of reason.
pub(super) fn found(
    conn: &mut Conn,
    rows: &[Row],
    at: Timestamp,
) -> Result<HashMap<MailId, Found>, Fault> {
    let mut found = HashMap::new();
    let invitations = invited(conn, rows)?;
    let resets = asked(conn, rows)?;
    for row in rows {
        let id = mail_id(row)?;
        let mail = match row.kind.as_str() {
            "invitation" => invitations
                .get(&row.subject)
                .and_then(|invited| invitation_mail(row, id, invited, at)),
            "password_reset" => resets
                .get(&row.subject)
                .map(|asked| reset_mail(row, id, asked, at)),
            _ => return Err(Fault::corrupt("a stored mail is of no kind that we know")),
        };
        if let Some(mail) = mail {
            found.insert(id, mail);
        }
    }
    Ok(found)
}

/// What an invitation's mail is rendered from.
#[derive(Debug, Queryable)]
struct Invited {
    id: InvitationId,
    generation: i32,
    email: Option<Email>,
    expires_at: Timestamp,
    end: Option<InvitationEnd>,
    sender: Option<UserId>,
    sender_name: Option<Name>,
    sender_role: Option<AssignableRole>,
    sender_status: Option<Status>,
    name: Option<Name>,
    organization: OrganizationId,
    organization_name: Name,
    primary_admin: UserId,
    user_management: UserManagement,
    organization_created_at: Timestamp,
}

type InvitedColumns = (
    Id,
    Integer,
    Nullable<Word>,
    Moment,
    Nullable<Word>,
    Nullable<Id>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Word>,
    Id,
    Word,
    Id,
    Word,
    Moment,
);

/// What a reset's mail is rendered from.
#[derive(Debug, Queryable)]
struct Asked {
    id: PasswordResetId,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    account: AccountId,
    email: Email,
    name: Name,
}

type AskedColumns = (Id, Moment, Nullable<Moment>, Id, Word, Word);

fn invited(conn: &mut Conn, rows: &[Row]) -> Result<HashMap<Uuid, Invited>, Fault> {
    let ids = subjects(rows, "invitation");
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::<InvitedColumns>::new(
        "select i.id, i.generation, i.email, i.expires_at, i.end_state, i.sender_user_id, s.name, \
         s.role, s.status, u.name, g.id, g.name, g.primary_admin_user_id, g.user_management, \
         g.created_at \
         from invitations i join organizations g on g.id = i.organization_id \
         left join users s on s.organization_id = i.organization_id and s.id = i.sender_user_id \
         left join users u on u.organization_id = i.organization_id and u.id = i.user_id \
         where i.id ",
    );
    dialect::push_among(&mut statement, ids);
    let rows: Vec<Invited> = statement.load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.uuid(), row)).collect())
}

fn asked(conn: &mut Conn, rows: &[Row]) -> Result<HashMap<Uuid, Asked>, Fault> {
    let ids = subjects(rows, "password_reset");
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = Statement::<AskedColumns>::new(
        "select r.id, r.expires_at, r.used_at, a.id, a.email, a.name \
         from password_resets r join accounts a on a.id = r.account_id where r.id ",
    );
    dialect::push_among(&mut statement, ids);
    let rows: Vec<Asked> = statement.load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id.uuid(), row)).collect())
}

fn subjects(rows: &[Row], kind: &str) -> Vec<Uuid> {
    rows.iter()
        .filter(|row| row.kind == kind)
        .map(|row| row.subject)
        .collect()
}

/// R-INV-9: how an invitation reads is what its mail goes by.
fn invitation_standing(row: &Row, invited: &Invited, at: Timestamp) -> Standing {
    if invited.generation != row.generation {
        return Standing::Ended;
    }
    let organization = Organization {
        id: invited.organization,
        name: invited.organization_name.clone(),
        primary_admin: invited.primary_admin,
        user_management: invited.user_management,
        invitation_lifetime: InvitationLifetime::default(),
        created_at: invited.organization_created_at,
    };
    let state = match invited.end {
        Some(end) => end.into(),
        None => pending_state(
            &organization,
            invited.sender,
            invited.sender_role.zip(invited.sender_status),
            invited.expires_at,
            at,
        ),
    };
    match state {
        InvitationState::Pending => Standing::Stands,
        InvitationState::Expired => Standing::Expired,
        InvitationState::Suspended => Standing::Suspended,
        InvitationState::Accepted | InvitationState::Declined | InvitationState::Revoked => {
            Standing::Ended
        }
    }
}

fn invitation_mail(row: &Row, id: MailId, invited: &Invited, at: Timestamp) -> Option<Found> {
    Some(Found {
        mail: OutboxMail {
            id,
            // To whoever was erased no mail goes any more.
            to: invited.email.clone()?,
            reason: MailReason::Invitation {
                organization: invited.organization,
                organization_name: invited.organization_name.clone(),
                invited_by: invited.sender_name.clone(),
                name: invited.name.clone(),
                invitation: invited.id,
                generation: id.generation,
                expires_at: invited.expires_at,
            },
            created_at: row.created_at,
        },
        standing: invitation_standing(row, invited, at),
    })
}

fn reset_mail(row: &Row, id: MailId, asked: &Asked, at: Timestamp) -> Found {
    let standing = if asked.used_at.is_some() || at >= asked.expires_at {
        Standing::Ended
    } else {
        Standing::Stands
    };
    Found {
        mail: OutboxMail {
            id,
            to: asked.email.clone(),
            reason: MailReason::PasswordReset {
                account: asked.account,
                name: asked.name.clone(),
                reset: asked.id,
                expires_at: asked.expires_at,
            },
            created_at: row.created_at,
        },
        standing,
    }
}
