//! Permission checks: the decision, why, and an index that answers without allocating.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::policy::bit;
use crate::word::words;
use crate::{
    Directory, EntityId, EntityRole, Grant, Permission, Policy, Status, Stop, User, UserId, Wanted,
};

/// The answer to "may this user do this in that entity?".
///
/// ```
/// use vestibule_domain::{Decision, Denial};
///
/// let decision = Decision::Deny(Denial::NotAMember);
/// assert_eq!(decision.as_str(), "deny");
/// assert_eq!(decision.denial().map(Denial::as_str), Some("not_a_member"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Decision {
    /// Yes.
    Allow,
    /// Yes, if the caller finds that the thing is assigned to the user.
    AllowIfAssigned,
    /// No, and the first reason that holds.
    Deny(Denial),
}

words! {
    /// Why a check is denied, in the order in which reasons are looked for.
    Denial {
        /// The policy has no such permission.
        UnknownPermission = "unknown_permission",
        /// There is no such user in the organization.
        NotAUser = "not_a_user",
        /// The user is invited or deactivated.
        UserNotActive = "user_not_active",
        /// The user has no membership in the entity, or there is no such entity.
        NotAMember = "not_a_member",
        /// The entity is archived.
        EntityArchived = "entity_archived",
        /// The user's role in the entity does not have the permission.
        RoleLacksPermission = "role_lacks_permission",
    }
}

/// Why something is allowed or denied, as data and (by `Display`) in a sentence.
///
/// ```
/// use vestibule_domain::{Decision, EntityRole, Explanation, Status};
///
/// let explanation = Explanation {
///     decision: Decision::AllowIfAssigned,
///     permission: "invoice:approve".to_owned(),
///     status: Some(Status::Active),
///     role: Some(EntityRole::Approver),
/// };
/// assert_eq!(
///     explanation.to_string(),
///     "allowed for what is assigned to them: the role approver has `invoice:approve` so far"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// The permission that was asked for.
    pub permission: String,
    /// The user's status, if there is such a user.
    pub status: Option<Status>,
    /// The user's role in the entity, if they are a member.
    pub role: Option<EntityRole>,
}

/// Everyone's access to everything in one organization, for checks in process.
///
/// A check is one hash lookup and a bit test; nothing is allocated. It answers as of the moment it
/// was made: make it anew when the organization has changed.
///
/// ```
/// use vestibule_domain::{Access, Decision, Denial};
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// # let acme = world.directory.clone();
/// # let olive = acme.organization().primary_admin;
/// # let bakery = vestibule_domain::EntityId::new(uuid::Uuid::nil());
///
/// let access = Access::of(&acme);
/// let view = access.permission("invoice:view").expect("the policy has it");
/// // An organization role opens no entity (R-ORG-4).
/// assert_eq!(access.check(olive, view, bakery), Decision::Deny(Denial::NotAMember));
/// ```
#[derive(Clone, Debug)]
pub struct Access {
    policy: Arc<Policy>,
    places: HashMap<(UserId, EntityId), Place, ById>,
    users: HashMap<UserId, Status, ById>,
}

/// A membership as a check needs it: the bit of its role, and what closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(u8);

const USER_NOT_ACTIVE: u8 = 1 << 5;
const ENTITY_ARCHIVED: u8 = 1 << 6;

type ById = BuildHasherDefault<IdHasher>;

/// Hashes ids by what is random in them: ids are made here, never chosen by a stranger.
#[derive(Clone, Copy, Debug, Default)]
struct IdHasher(u64);

impl Access {
    /// The access of a whole organization as it is now.
    #[must_use]
    pub fn of(directory: &Directory) -> Self {
        let users = directory
            .users()
            .map(|user| (user.id, user.status()))
            .collect();
        let places = directory
            .memberships()
            .map(|membership| {
                let mut place = bit(membership.role);
                if !directory.user(membership.user).is_some_and(User::is_active) {
                    place |= USER_NOT_ACTIVE;
                }
                if directory
                    .entity(membership.entity)
                    .is_none_or(crate::Entity::is_archived)
                {
                    place |= ENTITY_ARCHIVED;
                }
                ((membership.user, membership.entity), Place(place))
            })
            .collect();
        Self {
            policy: directory.shared_policy(),
            places,
            users,
        }
    }

    /// The permission with that name, to make checks with.
    #[must_use]
    pub fn permission(&self, name: &str) -> Option<Permission> {
        self.policy.permission(name)
    }

    /// Whether the user may do this in that entity.
    #[inline]
    #[must_use]
    pub fn check(&self, user: UserId, permission: Permission, entity: EntityId) -> Decision {
        match self.places.get(&(user, entity)) {
            Some(place) if place.0 & (USER_NOT_ACTIVE | ENTITY_ARCHIVED) == 0 => {
                of_bit(permission, place.0)
            }
            place => Decision::Deny(self.denial(user, place.copied())),
        }
    }

    /// The same with the permission by name.
    #[must_use]
    pub fn check_named(&self, user: UserId, permission: &str, entity: EntityId) -> Decision {
        match self.permission(permission) {
            Some(permission) => self.check(user, permission, entity),
            None => Decision::Deny(Denial::UnknownPermission),
        }
    }

    #[cold]
    fn denial(&self, user: UserId, place: Option<Place>) -> Denial {
        match (self.users.get(&user), place) {
            (None, _) => Denial::NotAUser,
            (Some(Status::Invited | Status::Deactivated), _) => Denial::UserNotActive,
            (Some(Status::Active), None) => Denial::NotAMember,
            (Some(Status::Active), Some(_)) => Denial::EntityArchived,
        }
    }
}

impl Directory {
    /// Whether the user may do this in that entity, by what is known here.
    ///
    /// # Errors
    /// `Missing` while the user, the entity or the membership is not known.
    pub fn check(
        &self,
        user: UserId,
        permission: &str,
        entity: EntityId,
    ) -> Result<Decision, Stop> {
        Ok(self.explain(user, permission, entity)?.decision)
    }

    /// Why the user may or may not do this in that entity.
    ///
    /// # Errors
    /// `Missing` while the user, the entity or the membership is not known.
    pub fn explain(
        &self,
        user: UserId,
        permission: &str,
        entity: EntityId,
    ) -> Result<Explanation, Stop> {
        self.need(
            Wanted::new()
                .user(user)
                .entity(entity)
                .membership(user, entity),
        )?;
        let status = self.user(user).map(User::status);
        let role = self.membership(user, entity);
        let decision = match (
            self.policy().permission(permission),
            status,
            role,
            self.entity(entity),
        ) {
            (None, ..) => Decision::Deny(Denial::UnknownPermission),
            (_, None, ..) => Decision::Deny(Denial::NotAUser),
            (_, Some(Status::Invited | Status::Deactivated), ..) => {
                Decision::Deny(Denial::UserNotActive)
            }
            (_, _, None, _) | (_, _, _, None) => Decision::Deny(Denial::NotAMember),
            (_, _, _, Some(room)) if room.is_archived() => Decision::Deny(Denial::EntityArchived),
            (Some(permission), _, Some(role), _) => of_grant(permission.grant(role)),
        };
        Ok(Explanation {
            decision,
            permission: permission.to_owned(),
            status,
            role,
        })
    }
}

impl Decision {
    /// The word for it in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::AllowIfAssigned => "allow_if_assigned",
            Self::Deny(_) => "deny",
        }
    }

    /// Why not, if not.
    #[must_use]
    pub const fn denial(self) -> Option<Denial> {
        match self {
            Self::Allow | Self::AllowIfAssigned => None,
            Self::Deny(denial) => Some(denial),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permission = &self.permission;
        let role = self.role.map_or("none", EntityRole::as_str);
        match self.decision {
            Decision::Allow => write!(f, "allowed: the role {role} has `{permission}`"),
            Decision::AllowIfAssigned => write!(
                f,
                "allowed for what is assigned to them: the role {role} has `{permission}` so far"
            ),
            Decision::Deny(Denial::UnknownPermission) => {
                write!(f, "denied: the policy has no permission `{permission}`")
            }
            Decision::Deny(Denial::NotAUser) => {
                f.write_str("denied: there is no such user in the organization")
            }
            Decision::Deny(Denial::UserNotActive) => {
                let status = self.status.map_or("gone", Status::as_str);
                write!(f, "denied: the user is {status}, not active")
            }
            Decision::Deny(Denial::NotAMember) => {
                f.write_str("denied: the user is not a member of the entity")
            }
            Decision::Deny(Denial::EntityArchived) => f.write_str("denied: the entity is archived"),
            Decision::Deny(Denial::RoleLacksPermission) => {
                write!(f, "denied: the role {role} does not have `{permission}`")
            }
        }
    }
}

impl Hasher for IdHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        // The last four bytes of a UUID (version 4 or 7) are random even where ids are made in
        // one millisecond and count up; read big-endian they are the low bits, which choose the
        // bucket. The bits above mix in what else there is.
        if let Some(last) = bytes.last_chunk::<8>() {
            self.0 = (self.0.rotate_left(26) ^ u64::from_be_bytes(*last))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    /// The length before the bytes: every id has the same.
    #[inline]
    fn write_usize(&mut self, _length: usize) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// What a role of that bit may do, looked up and not branched to: who asks for what is as good as
/// random, and a branch that the processor guesses wrong costs a third of the whole check.
#[inline]
fn of_bit(permission: Permission, role_bit: u8) -> Decision {
    // The last is never used: no role has a permission both ways.
    const GRANTS: [Decision; 4] = [
        of_grant(Grant::Never),
        of_grant(Grant::IfAssigned),
        of_grant(Grant::Always),
        of_grant(Grant::Always),
    ];
    let (always, if_assigned) = permission.masks();
    let rank = 2 * u8::from(always & role_bit != 0) + u8::from(if_assigned & role_bit != 0);
    GRANTS
        .get(usize::from(rank % 4))
        .copied()
        .unwrap_or(of_grant(Grant::Never))
}

const fn of_grant(grant: Grant) -> Decision {
    match grant {
        Grant::Always => Decision::Allow,
        Grant::IfAssigned => Decision::AllowIfAssigned,
        Grant::Never => Decision::Deny(Denial::RoleLacksPermission),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::hash::BuildHasher;

    use uuid::Uuid;

    use super::*;

    /// Ids that count up, as those of one millisecond do: of 10,000 places no two hash alike, and
    /// the bits that choose the bucket are spread nearly as chance would spread them.
    #[test]
    fn places_of_neighbouring_ids_do_not_share_their_hash() {
        let ids = || (0..100).map(|n| Uuid::from_u128((0x0192_7f3a << 96) | n));
        let hashes: BTreeSet<u64> = ids()
            .flat_map(|user| {
                ids().map(move |entity| {
                    ById::default().hash_one((UserId::new(user), EntityId::new(entity)))
                })
            })
            .collect();
        assert_eq!(hashes.len(), 10_000);
        let buckets: BTreeSet<u64> = hashes.iter().map(|hash| hash % 16_384).collect();
        assert!(buckets.len() > 6_000, "{} buckets", buckets.len());
    }
}
