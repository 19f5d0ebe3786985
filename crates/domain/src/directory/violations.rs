//! What must hold of every whole organization, recounted from its rows.

use std::collections::{BTreeMap, BTreeSet};

use super::Directory;
use crate::{
    ApiKeyId, EntityId, EntityRole, InvitationId, InvitationRecord, Sender, SentInvitations, User,
    UserId,
};

/// A truth that does not hold; there is none in any organization that came to be by commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// The Primary Admin is not a user (R-ORG-1).
    NoPrimaryAdmin,
    /// The Primary Admin is not Active (R-ORG-1).
    PrimaryAdminNotActive,
    /// The Primary Admin is not stored as an Admin (rules.md, Words).
    PrimaryAdminStoredAsUser,
    /// Two users have one email (R-INV-2).
    EmailTwice(UserId, UserId),
    /// Two users are linked to one account.
    AccountTwice(UserId, UserId),
    /// Two users have one invitation.
    InvitationTwice(UserId, UserId),
    /// Two entities have one name (R-ENT-7).
    NameTwice(EntityId, EntityId),
    /// A membership outlived its user (R-REM-1, R-ENT-1).
    MembershipWithoutUser(UserId, EntityId),
    /// A membership outlived its entity (R-ENT-6).
    MembershipWithoutEntity(UserId, EntityId),
    /// A key outlived its maker (R-REM-1).
    ApiKeyWithoutMaker(ApiKeyId),
    /// A key has a maker who never joined (R-KEY-1).
    ApiKeyOfInvited(ApiKeyId),
    /// An entity counts its members wrongly.
    MemberCountWrong(EntityId),
    /// An entity counts its Active Admins wrongly (R-ENT-8).
    ActiveAdminsWrong(EntityId),
    /// A user's sent invitations are counted wrongly (R-REM-2).
    SentInvitationsWrong(UserId),
    /// An invitation was resent more often within an hour than R-INV-4 lets, or expires before it was made.
    InvitationMalformed(UserId),
    /// The history of invitations tells of one otherwise than its user does (R-INV-5, R-INV-9).
    InvitationHistoryWrong(InvitationId),
}

impl Directory {
    /// Everything that does not hold of a whole organization; empty in every reachable one.
    ///
    /// Of a part it says nothing useful: what is not loaded looks lost.
    ///
    /// ```
    /// use vestibule_domain::{Directory, Found, Violation};
    /// # let acme = vestibule_domain::test_support::World::numbered(1).directory;
    ///
    /// assert_eq!(acme.violations(), []);
    /// let forgotten = Directory::whole(acme.organization().clone(), Found::default());
    /// assert_eq!(forgotten.violations(), [Violation::NoPrimaryAdmin]);
    /// ```
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        self.check_primary_admin(&mut found);
        self.check_unique(&mut found);
        self.check_references(&mut found);
        self.check_counts(&mut found);
        self.check_history(&mut found);
        found
    }

    fn check_primary_admin(&self, found: &mut Vec<Violation>) {
        match self.user(self.organization.primary_admin) {
            None => found.push(Violation::NoPrimaryAdmin),
            Some(owner) => {
                if !owner.is_active() {
                    found.push(Violation::PrimaryAdminNotActive);
                }
                if owner.role != crate::AssignableRole::Admin {
                    found.push(Violation::PrimaryAdminStoredAsUser);
                }
            }
        }
    }

    fn check_unique(&self, found: &mut Vec<Violation>) {
        let mut emails = BTreeMap::new();
        let mut accounts = BTreeMap::new();
        let mut invitations = BTreeMap::new();
        for user in self.users() {
            if let Some(other) = emails.insert(user.email.key(), user.id) {
                found.push(Violation::EmailTwice(other, user.id));
            }
            if let Some(joined) = user.joined()
                && let Some(other) = accounts.insert(joined.account, user.id)
            {
                found.push(Violation::AccountTwice(other, user.id));
            }
            if let Some(invitation) = user.invitation() {
                if let Some(other) = invitations.insert(invitation.id, user.id) {
                    found.push(Violation::InvitationTwice(other, user.id));
                }
                if invitation.resent_at.len() > 5 || invitation.expires_at < invitation.created_at {
                    found.push(Violation::InvitationMalformed(user.id));
                }
            }
        }
        let mut names = BTreeMap::new();
        for entity in self.entities() {
            if let Some(other) = names.insert(entity.name.key(), entity.id) {
                found.push(Violation::NameTwice(other, entity.id));
            }
        }
    }

    fn check_references(&self, found: &mut Vec<Violation>) {
        let users: BTreeSet<_> = self.users().map(|user| user.id).collect();
        let entities: BTreeSet<_> = self.entities().map(|entity| entity.id).collect();
        for membership in self.memberships() {
            let (user, entity) = (membership.user, membership.entity);
            if !users.contains(&user) {
                found.push(Violation::MembershipWithoutUser(user, entity));
            }
            if !entities.contains(&entity) {
                found.push(Violation::MembershipWithoutEntity(user, entity));
            }
        }
        for key in self.api_keys() {
            match self.user(key.maker) {
                None => found.push(Violation::ApiKeyWithoutMaker(key.id)),
                Some(maker) if maker.joined().is_none() => {
                    found.push(Violation::ApiKeyOfInvited(key.id));
                }
                Some(_) => {}
            }
        }
    }

    fn check_counts(&self, found: &mut Vec<Violation>) {
        let mut members: BTreeMap<EntityId, (u32, u32)> = BTreeMap::new();
        for membership in self.memberships() {
            let active = self.user(membership.user).is_some_and(User::is_active);
            let counts = members.entry(membership.entity).or_default();
            counts.0 += 1;
            counts.1 += u32::from(active && membership.role == EntityRole::Admin);
        }
        for entity in self.entities() {
            let (all, admins) = members.get(&entity.id).copied().unwrap_or_default();
            if entity.member_count != all {
                found.push(Violation::MemberCountWrong(entity.id));
            }
            if entity.active_admins != admins {
                found.push(Violation::ActiveAdminsWrong(entity.id));
            }
        }
        let mut sent: BTreeMap<UserId, SentInvitations> = BTreeMap::new();
        for invitation in self.users().filter_map(User::invitation) {
            if let Sender::User(sender) = invitation.sender {
                let counted = sent.entry(sender).or_default();
                *counted = counted.with(invitation.id);
            }
        }
        for user in self.users() {
            if user.sent_invitations != sent.get(&user.id).copied().unwrap_or_default() {
                found.push(Violation::SentInvitationsWrong(user.id));
            }
        }
    }

    /// What is pending with a user is pending in the history and the other way round.
    fn check_history(&self, found: &mut Vec<Violation>) {
        let pending: BTreeMap<_, _> = self
            .users()
            .filter_map(|user| Some(InvitationRecord::pending(user, user.invitation()?)))
            .map(|record| (record.invitation.id, record))
            .collect();
        let told: BTreeMap<_, _> = self
            .invitations()
            .filter(|record| record.ended.is_none() || pending.contains_key(&record.invitation.id))
            .map(|record| (record.invitation.id, record))
            .collect();
        for id in pending.keys().chain(told.keys()).collect::<BTreeSet<_>>() {
            if pending.get(id) != told.get(id).copied() {
                found.push(Violation::InvitationHistoryWrong(*id));
            }
        }
    }
}
