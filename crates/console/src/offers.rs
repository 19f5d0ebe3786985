//! Which buttons a page offers: those whose command would be carried out, as the decisions say.
//!
//! No rule stands here. A page names the commands that its buttons would send, and the decisions
//! that would carry them out are asked beforehand, without anything being done.

use std::collections::{BTreeMap, BTreeSet};

use vestibule_domain::{
    AssignableRole, Command, Email, EntityId, EntityRole, InvitationId, Name, Reading, Rejection,
    Request, Stop, UserId, UserManagement, Wanted,
};
use vestibule_web::Problem;

use crate::{
    api::{Refusal, Visitor},
    house::House,
};

impl House {
    /// Whether each of these commands would be carried out for this visitor; all are read at once.
    pub(crate) async fn offers<const COUNT: usize>(
        &self,
        visitor: &Visitor,
        commands: [Command; COUNT],
    ) -> Result<[bool; COUNT], Refusal> {
        let offered = self.offers_each(visitor, commands.into()).await?;
        let mut answers = [false; COUNT];
        for (answer, offered) in answers.iter_mut().zip(offered) {
            *answer = offered;
        }
        Ok(answers)
    }

    /// The same for any number of commands, in their order.
    pub(crate) async fn offers_each(
        &self,
        visitor: &Visitor,
        commands: Vec<Command>,
    ) -> Result<Vec<bool>, Refusal> {
        let (actor, at) = (self.seat.actor(), self.seat.at());
        let requests: Vec<Request> = commands
            .into_iter()
            .map(|command| Request { actor, command, at })
            .collect();
        let answered = self.seat.consult(move |directory| {
            let mut missing = Wanted::new();
            let mut offered = Vec::with_capacity(requests.len());
            for request in &requests {
                match directory.decide(request) {
                    Ok(_) => offered.push(true),
                    Err(Stop::Rejected(rejection)) => offered.push(is_no_obstacle(&rejection)),
                    Err(Stop::Missing(wanted)) => missing.merge(*wanted),
                }
            }
            if missing.is_empty() {
                Ok(offered)
            } else {
                Err(Stop::Missing(Box::new(missing)))
            }
        });
        answered
            .await
            .map_err(|problem| Refusal::of(visitor, &problem))
    }

    /// Whether to offer *Invite User*.
    pub(crate) async fn offers_inviting(&self, visitor: &Visitor) -> Result<bool, Refusal> {
        let Some(invite) = self.inviting() else {
            return Ok(false);
        };
        let [offered] = self.offers(visitor, [invite]).await?;
        Ok(offered)
    }

    /// Whether to offer *Create entity*.
    pub(crate) async fn offers_creating(&self, visitor: &Visitor) -> Result<bool, Refusal> {
        let Ok(name) = Name::new(self.name()) else {
            return Ok(false);
        };
        let create = Command::CreateEntity {
            entity: EntityId::new(self.me.id.uuid()),
            name,
        };
        let [offered] = self.offers(visitor, [create]).await?;
        Ok(offered)
    }

    /// Whether to offer the settings of an entity: who may archive it or undo that, may rename it.
    pub(crate) async fn offers_settings(
        &self,
        visitor: &Visitor,
        entity: EntityId,
    ) -> Result<bool, Refusal> {
        let commands = [
            Command::ArchiveEntity { entity },
            Command::UnarchiveEntity { entity },
        ];
        let [archive, unarchive] = self.offers(visitor, commands).await?;
        Ok(archive || unarchive)
    }

    /// Whether to offer what is the Primary Admin's: the rules of the house, and handing it over.
    pub(crate) async fn offers_owning(&self, visitor: &Visitor) -> Result<bool, Refusal> {
        let change = Command::UpdateOrganization {
            name: None,
            user_management: Some(UserManagement::PrimaryAdmin),
            invitation_lifetime: None,
        };
        let [offered] = self.offers(visitor, [change]).await?;
        Ok(offered)
    }

    /// Whether to offer *Add User* in an entity.
    pub(crate) async fn offers_adding(
        &self,
        visitor: &Visitor,
        entity: EntityId,
    ) -> Result<bool, Refusal> {
        match self.seat.may_read(Reading::Candidates(entity)).await {
            Ok(_) => Ok(true),
            Err(problem) if is_about_who_asks(&problem) => Ok(false),
            Err(problem) => Err(Refusal::of(visitor, &problem)),
        }
    }

    /// Which roles in an entity to offer for a user.
    pub(crate) async fn offered_roles(
        &self,
        visitor: &Visitor,
        entity: EntityId,
        user: UserId,
    ) -> Result<Vec<EntityRole>, Refusal> {
        let commands = EntityRole::ALL
            .iter()
            .map(|role| Command::SetMembership {
                entity,
                user,
                role: *role,
            })
            .collect();
        let offered = self.offers_each(visitor, commands).await?;
        let roles = EntityRole::ALL.iter().zip(offered);
        Ok(roles
            .filter_map(|(role, offered)| offered.then_some(*role))
            .collect())
    }

    /// Which of these entities are archived: those whose unarchiving is offered.
    pub(crate) async fn archived_among(
        &self,
        visitor: &Visitor,
        entities: BTreeSet<EntityId>,
    ) -> Result<BTreeSet<EntityId>, Refusal> {
        let commands = entities
            .iter()
            .map(|entity| Command::UnarchiveEntity { entity: *entity })
            .collect();
        let offered = self.offers_each(visitor, commands).await?;
        let found = entities.into_iter().zip(offered);
        Ok(found
            .filter_map(|(entity, offered)| offered.then_some(entity))
            .collect())
    }

    /// Inviting somebody, whoever it will be. The ids are nobody's: they are the organization's.
    fn inviting(&self) -> Option<Command> {
        Some(Command::InviteUser {
            user: UserId::new(self.me.id.uuid()),
            invitation: InvitationId::new(self.me.id.uuid()),
            email: Email::new(&self.account.email).ok()?,
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::new(),
        })
    }
}

/// Whether a command that is refused for this is offered all the same: it depends on what will be
/// typed, passes with time, or is asked for on the way.
fn is_no_obstacle(rejection: &Rejection) -> bool {
    matches!(
        rejection,
        Rejection::RecentSignInRequired
            | Rejection::ResendLimitReached { .. }
            | Rejection::EmailAlreadyInOrganization(_)
            | Rejection::EntityNameTaken
    )
}

fn is_about_who_asks(problem: &Problem) -> bool {
    problem.status().is_client_error()
}
