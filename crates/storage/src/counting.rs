//! The numbers that an organization keeps of itself, moved by its net changes.

use vestibule_domain::{
    AssignableRole, Change, Changes, Entity, EntityStatus, InvitationEnd, InvitationRecord, Status,
    User,
};

use crate::rows::Counts;

impl Counts {
    /// The numbers after these changes.
    pub(crate) fn after(mut self, changes: &Changes) -> Self {
        move_all(&mut self, &changes.users, Self::of_user);
        move_all(&mut self, &changes.entities, Self::of_entity);
        move_all(&mut self, &changes.invitations, Self::of_invitation);
        self
    }

    /// Which number a user is counted in.
    const fn of_user(&mut self, user: &User) -> &mut i32 {
        match (user.status(), user.role) {
            (Status::Invited, AssignableRole::Admin) => &mut self.invited_admins,
            (Status::Invited, AssignableRole::User) => &mut self.invited_users,
            (Status::Active, AssignableRole::Admin) => &mut self.active_admins,
            (Status::Active, AssignableRole::User) => &mut self.active_users,
            (Status::Deactivated, AssignableRole::Admin) => &mut self.deactivated_admins,
            (Status::Deactivated, AssignableRole::User) => &mut self.deactivated_users,
        }
    }

    /// Which number an entity is counted in.
    fn of_entity(&mut self, entity: &Entity) -> &mut i32 {
        match entity.status {
            EntityStatus::Active => &mut self.active_entities,
            EntityStatus::Archived => &mut self.archived_entities,
        }
    }

    /// Which number an invitation is counted in.
    fn of_invitation(&mut self, record: &InvitationRecord) -> &mut i32 {
        match record.ended {
            None => &mut self.pending_invitations,
            Some((InvitationEnd::Accepted, _)) => &mut self.accepted_invitations,
            Some((InvitationEnd::Declined, _)) => &mut self.declined_invitations,
            Some((InvitationEnd::Revoked, _)) => &mut self.revoked_invitations,
        }
    }
}

fn move_all<T>(
    counts: &mut Counts,
    changes: &[Change<T>],
    number_of: impl for<'a> Fn(&'a mut Counts, &T) -> &'a mut i32,
) {
    for change in changes {
        let (before, after) = match change {
            Change::Insert(after) => (None, Some(after)),
            Change::Update { before, after } => (Some(before), Some(after)),
            Change::Delete(before) => (Some(before), None),
        };
        if let Some(before) = before {
            let number = number_of(counts, before);
            *number = number.saturating_sub(1);
        }
        if let Some(after) = after {
            let number = number_of(counts, after);
            *number = number.saturating_add(1);
        }
    }
}
