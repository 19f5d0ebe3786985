//! Looking at what a directory knows: by key, and in the order of ids.

use std::sync::Arc;

use uuid::Uuid;

use super::Directory;
use crate::{
    ApiKey, ApiKeyId, EmailKey, Entity, EntityId, EntityRole, Invitation, InvitationRecord,
    Membership, NameKey, Organization, OrganizationRole, Policy, Sender, SenderRight, Stop, User,
    UserId, Wanted,
};

/// What is known can be looked at, by key and in the order of ids:
///
/// ```
/// use vestibule_domain::{ApiKeyId, Command, EntityId, EntityRole, KeyRole, SecretDigest};
/// # let mut world = vestibule_domain::test_support::World::numbered(1);
/// # let olive = world.directory.organization().primary_admin;
/// # let bakery = EntityId::new(world.fresh_id());
/// # let key = ApiKeyId::new(world.fresh_id());
/// # let name = vestibule_domain::test_support::name("Bakery");
/// # for command in [
/// #     Command::CreateEntity { entity: bakery, name: name.clone() },
/// #     Command::SetMembership { entity: bakery, user: olive, role: EntityRole::Admin },
/// #     Command::CreateApiKey {
/// #         key, name: name.clone(), role: KeyRole::Auditor, expires_at: None, digest: SecretDigest([1; 32]),
/// #     },
/// # ] {
/// #     let request = world.request(world.owner(), command);
/// #     world.play(&request).expect("the owner may");
/// # }
/// # let acme = world.directory;
/// # let email = acme.user(olive).expect("she founded it").email.clone();
///
/// assert_eq!(acme.user_by_email(email.key()).map(|user| user.id), Some(olive));
/// assert_eq!(acme.entity(bakery), acme.entity_by_name(&name.key()));
/// assert_eq!(acme.membership(olive, bakery), Some(EntityRole::Admin));
/// assert!(acme.api_key(olive, key).is_some());
/// assert!(acme.api_keys_of(olive).eq(acme.api_keys()));
/// assert_eq!((acme.users().count(), acme.entities().count()), (1, 1));
/// assert_eq!((acme.memberships().count(), acme.invitations().count()), (1, 0));
/// ```
impl Directory {
    /// The organization itself.
    #[must_use]
    pub const fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The policy that permission checks and visibility go by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(crate) fn shared_policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    /// The user, if known and there.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The user with that email, if known and there.
    #[must_use]
    pub fn user_by_email(&self, key: &EmailKey) -> Option<&User> {
        self.emails.get(key).and_then(|id| self.users.get(id))
    }

    /// The entity, if known and there.
    #[must_use]
    pub fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(&id)
    }

    /// The entity with that name, if known and there.
    #[must_use]
    pub fn entity_by_name(&self, key: &NameKey) -> Option<&Entity> {
        self.names.get(key).and_then(|id| self.entities.get(id))
    }

    /// The user's role in the entity, if known and there.
    #[must_use]
    pub fn membership(&self, user: UserId, entity: EntityId) -> Option<EntityRole> {
        self.memberships
            .get(&(user, entity))
            .map(|membership| membership.role)
    }

    /// The known memberships of a user, by entity id.
    pub fn memberships_of(&self, user: UserId) -> impl Iterator<Item = (EntityId, EntityRole)> {
        let (first, last) = (EntityId::new(Uuid::nil()), EntityId::new(Uuid::max()));
        self.memberships
            .between((user, first), (user, last))
            .map(|(_, membership)| (membership.entity, membership.role))
    }

    /// The key, if known and there.
    #[must_use]
    pub fn api_key(&self, maker: UserId, id: ApiKeyId) -> Option<&ApiKey> {
        self.api_keys.get(&(maker, id))
    }

    /// The known keys that a user made, by id.
    pub fn api_keys_of(&self, maker: UserId) -> impl Iterator<Item = &ApiKey> {
        let (first, last) = (ApiKeyId::new(Uuid::nil()), ApiKeyId::new(Uuid::max()));
        self.api_keys
            .between((maker, first), (maker, last))
            .map(|(_, key)| key)
    }

    /// The known users, by id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter().map(|(_, user)| user)
    }

    /// The known entities, by id.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().map(|(_, entity)| entity)
    }

    /// The known memberships, by user and entity.
    pub fn memberships(&self) -> impl Iterator<Item = Membership> {
        self.memberships.iter().map(|(_, membership)| *membership)
    }

    /// The known API keys, by maker and id.
    pub fn api_keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.api_keys.iter().map(|(_, key)| key)
    }

    /// The history of invitations as far as it passed through here, by id.
    pub fn invitations(&self) -> impl Iterator<Item = &InvitationRecord> {
        self.invitations.iter().map(|(_, record)| record)
    }

    /// What the user is in the organization, if known and there.
    #[must_use]
    pub fn role_of(&self, id: UserId) -> Option<OrganizationRole> {
        self.user(id)
            .map(|user| self.organization.role_of(id, user.role))
    }

    /// Whether the sender of an invitation could still give its user's present role.
    ///
    /// Rule: R-INV-9.
    ///
    /// # Errors
    /// `Missing` while the sender is not known.
    pub fn sender_right(&self, invitation: &Invitation) -> Result<SenderRight, Stop> {
        let Sender::User(sender) = invitation.sender else {
            return Ok(SenderRight::Holds);
        };
        self.need(Wanted::new().user(sender))?;
        Ok(self.user(sender).map_or(SenderRight::Lost, |user| {
            let role = self.organization.role_of(sender, user.role);
            self.organization.sender_right(role, user.status())
        }))
    }
}
