//! The whole history of invitations, to compare it with the model's.

use diesel::prelude::*;
use vestibule_domain::{
    AssignableRole, Email, InvitationEnd, InvitationRecord, OrganizationId, Timestamp, UserId,
};

use super::Conn;
use crate::Fault;
use crate::column::id;
use crate::rows::StoredInvitation;
use crate::schema::invitations;

/// An invitation's whole row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct StoredRecord {
    #[diesel(embed)]
    invitation: StoredInvitation,
    user_id: UserId,
    email: Option<Email>,
    role: AssignableRole,
    end_state: Option<InvitationEnd>,
    ended_at: Option<Timestamp>,
}

/// Every invitation that ever was; whose email is erased, with that of nobody.
pub(crate) fn whole(
    conn: &mut Conn,
    organization: OrganizationId,
    nobody: &Email,
) -> Result<Vec<InvitationRecord>, Fault> {
    let rows: Vec<StoredRecord> = invitations::table
        .filter(invitations::organization_id.eq(id(organization)))
        .select(StoredRecord::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(InvitationRecord {
                invitation: row.invitation.invitation()?,
                user: row.user_id,
                email: row.email.unwrap_or_else(|| nobody.clone()),
                role: row.role,
                ended: row.end_state.zip(row.ended_at),
            })
        })
        .collect()
}
