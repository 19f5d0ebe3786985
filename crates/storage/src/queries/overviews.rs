//! The organization's own row, with the numbers it keeps.

use diesel::prelude::*;
use vestibule_domain::{
    InvitationLifetime, Name, Organization, OrganizationId, Timestamp, UserId, UserManagement,
};

use super::Conn;
use crate::column::id;
use crate::overview::{Counts, Overview};
use crate::schema::organizations as o;
use crate::{Fault, Revision};

#[derive(Debug, Queryable)]
struct Row {
    name: Name,
    primary_admin: UserId,
    user_management: UserManagement,
    invitation_lifetime_seconds: i32,
    created_at: Timestamp,
    version: i64,
    audit_hash: Vec<u8>,
    users: (i32, i32, i32, i32, i32, i32),
    entities: (i32, i32),
    invitations: (i32, i32, i32, i32),
}

/// One organization with its numbers.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<Overview>, Fault> {
    let row: Option<Row> = o::table
        .filter(o::id.eq(id(organization)))
        .select((
            o::name,
            o::primary_admin_user_id,
            o::user_management,
            o::invitation_lifetime_seconds,
            o::created_at,
            o::version,
            o::audit_hash,
            (
                o::invited_admins,
                o::invited_users,
                o::active_admins,
                o::active_users,
                o::deactivated_admins,
                o::deactivated_users,
            ),
            (o::active_entities, o::archived_entities),
            (
                o::pending_invitations,
                o::accepted_invitations,
                o::declined_invitations,
                o::revoked_invitations,
            ),
        ))
        .get_result(conn)
        .optional()?;
    row.map(|row| overview(organization, row)).transpose()
}

fn overview(id: OrganizationId, row: Row) -> Result<Overview, Fault> {
    let lifetime = u32::try_from(row.invitation_lifetime_seconds)
        .ok()
        .and_then(|seconds| InvitationLifetime::from_seconds(seconds).ok())
        .ok_or_else(|| Fault::corrupt("a stored invitation lifetime is out of range"))?;
    let (
        invited_admins,
        invited_users,
        active_admins,
        active_users,
        deactivated_admins,
        deactivated_users,
    ) = row.users;
    let (active_entities, archived_entities) = row.entities;
    let (pending_invitations, accepted_invitations, declined_invitations, revoked_invitations) =
        row.invitations;
    Ok(Overview {
        organization: Organization {
            id,
            name: row.name,
            primary_admin: row.primary_admin,
            user_management: row.user_management,
            invitation_lifetime: lifetime,
            created_at: row.created_at,
        },
        version: row.version,
        revision: Revision::of(&row.audit_hash)?,
        counts: Counts {
            invited_admins,
            invited_users,
            active_admins,
            active_users,
            deactivated_admins,
            deactivated_users,
            active_entities,
            archived_entities,
            pending_invitations,
            accepted_invitations,
            declined_invitations,
            revoked_invitations,
        },
    })
}
