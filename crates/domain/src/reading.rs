//! What an actor may look at: the rules of visibility, asked before every read.

use std::collections::BTreeSet;

use crate::decide::{MemberPower, Standing};
use crate::{Actor, Directory, EntityId, Rejection, Stop, Timestamp, UserId, Wanted};

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The organization with its settings (R-ORG-3).
    Organization,
    /// The list of users, as far as the actor sees them.
    Users,
    /// One user.
    User(UserId),
    /// Invitations, pending and past.
    Invitations,
    /// The list of entities, as far as the actor sees them.
    Entities,
    /// One entity.
    Entity(EntityId),
    /// The members of one entity.
    Members(EntityId),
    /// Users who could be added to one entity (R-ENT-3).
    Candidates(EntityId),
    /// Permission checks about these users.
    Checks(BTreeSet<UserId>),
    /// The record.
    AuditEvents,
    /// API keys, as far as the actor sees them (R-KEY-3).
    ApiKeys,
}

/// How much of what was asked for the actor sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everything,
    /// What this user sees.
    Sight(Sight),
}

/// What a user sees who does not see everything (R-ORG-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who looks: themself they see.
    pub user: UserId,
    /// The entities they see: where they are a member, archived ones aside.
    pub entities: BTreeSet<EntityId>,
    /// The entities among these whose members they see.
    pub people_of: BTreeSet<EntityId>,
}

impl Directory {
    /// Whether the actor may look at that, and how much of it they see.
    ///
    /// Rules: R-ORG-3, R-ENT-3, R-KEY-1, R-KEY-3, R-ANS-2.
    ///
    /// # Errors
    /// `Rejected` where they may not, `Missing` for what is not known.
    ///
    /// ```
    /// use vestibule_domain::{Reading, Rejection, Scope, Stop};
    /// # let mut world = vestibule_domain::test_support::World::numbered(1);
    /// # let acme = world.directory.clone();
    /// # let owner = world.owner();
    /// # let nobody = vestibule_domain::UserId::new(world.fresh_id());
    /// # let stranger = world.signed_in(nobody);
    /// # let at = world.at;
    ///
    /// // Who sees everything reads lists as they are; others by a `Sight`.
    /// assert_eq!(acme.may_read(&owner, &Reading::Users, at), Ok(Scope::Everything));
    /// // For strangers nothing is there (R-ANS-2).
    /// let refused = acme.may_read(&stranger, &Reading::Users, at);
    /// assert_eq!(refused, Err(Stop::Rejected(Rejection::NotFound)));
    /// ```
    pub fn may_read(&self, actor: &Actor, reading: &Reading, at: Timestamp) -> Result<Scope, Stop> {
        let standing = self.standing(actor, at, reading.named(actor))?;
        match reading {
            Reading::Organization | Reading::Invitations | Reading::AuditEvents => {
                allowed(standing.sees_everything())?;
                Ok(Scope::Everything)
            }
            Reading::Users | Reading::Entities => self.scope(&standing),
            Reading::User(user) => {
                must_see_user(&standing, *user)?;
                self.scope(&standing)
            }
            Reading::Entity(entity) => {
                must_see_entity(&standing, *entity)?;
                self.scope(&standing)
            }
            Reading::Members(entity) => {
                must_see_entity(&standing, *entity)?;
                allowed(standing.sees_everything() || standing.sees_members(*entity))?;
                Ok(Scope::Everything)
            }
            Reading::Candidates(entity) => {
                must_see_entity(&standing, *entity)?;
                allowed(standing.member_power(*entity) != MemberPower::Nobody)?;
                Ok(Scope::Everything)
            }
            Reading::Checks(users) => {
                let about_oneself = || users.iter().all(|user| standing.person() == Some(*user));
                allowed(standing.sees_everything() || about_oneself())?;
                Ok(Scope::Everything)
            }
            Reading::ApiKeys => {
                allowed(standing.sees_everything() && !standing.is_key())?;
                match standing.user().filter(|_| !standing.owns()) {
                    Some(user) => Ok(Scope::Sight(Sight::of(user))),
                    None => Ok(Scope::Everything),
                }
            }
        }
    }

    fn scope(&self, standing: &Standing<'_>) -> Result<Scope, Stop> {
        let Some(user) = standing.person().filter(|_| !standing.sees_everything()) else {
            return Ok(Scope::Everything);
        };
        self.need(Wanted::new().holdings(user))?;
        standing.need_rooms_of(user)?;
        let mut sight = Sight::of(user);
        for (entity, _) in self.memberships_of(user) {
            if standing.open_role(entity).is_some() {
                sight.entities.insert(entity);
            }
            if standing.sees_members(entity) {
                sight.people_of.insert(entity);
            }
        }
        Ok(Scope::Sight(sight))
    }
}

impl Reading {
    /// All that can be named before it is known who the actor is here.
    fn named(&self, actor: &Actor) -> Wanted {
        let wanted = Wanted::new();
        match self {
            Self::User(user) => wanted.user(*user),
            Self::Entity(entity) | Self::Members(entity) | Self::Candidates(entity) => {
                let wanted = wanted.entity(*entity);
                match actor.person() {
                    Some(person) => wanted.membership(person, *entity),
                    None => wanted,
                }
            }
            Self::Organization
            | Self::Users
            | Self::Invitations
            | Self::Entities
            | Self::Checks(_)
            | Self::AuditEvents
            | Self::ApiKeys => wanted,
        }
    }
}

impl Sight {
    fn of(user: UserId) -> Self {
        Self {
            user,
            entities: BTreeSet::new(),
            people_of: BTreeSet::new(),
        }
    }
}

fn must_see_user(standing: &Standing<'_>, user: UserId) -> Result<(), Stop> {
    if standing.sees_user(user)? {
        Ok(())
    } else {
        Err(Rejection::UserNotInOrganization(user).into())
    }
}

fn must_see_entity(standing: &Standing<'_>, entity: EntityId) -> Result<(), Stop> {
    if standing.sees_entity(entity)? {
        Ok(())
    } else {
        Err(Rejection::EntityNotFound(entity).into())
    }
}

fn allowed(may: bool) -> Result<(), Rejection> {
    if may {
        Ok(())
    } else {
        Err(Rejection::NotAllowed)
    }
}
