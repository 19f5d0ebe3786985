//! What an event says in the record: to whom or what, before and after, in the words of the API,
//! with personal values apart from the others.

use serde_json::{Map, Value, json};
use uuid::Uuid;
use vestibule_domain::{
    Actor, Ending, EntityId, EntityRole, Event, Invitation, Login, Name, OrganizationId, Request,
    Sender, Settings, UserId,
};

use super::cast::Cast;
use crate::Origin;

/// What an event says: everything that the record keeps of it but its place in the chain.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Story {
    pub(crate) action: &'static str,
    pub(crate) actor: Party,
    pub(crate) target: Party,
    /// Values before, none of them personal.
    pub(crate) before: Option<Value>,
    /// Values after, none of them personal.
    pub(crate) after: Option<Value>,
}

/// Who did it, or to whom or what it was done, with what is personal about them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Party {
    pub(crate) kind: &'static str,
    pub(crate) id: Option<Uuid>,
    /// What a thing is called; what a person is called is personal (R-AUD-3).
    pub(crate) name: Option<String>,
    /// The user whose values the personal ones are.
    pub(crate) person: Option<Uuid>,
    /// `name`, `email`, `address`, and personal values `before` and `after`.
    pub(crate) personal: Map<String, Value>,
}

impl Story {
    /// Tells an event, by the names that hold before it.
    pub(crate) fn of(
        organization: OrganizationId,
        request: &Request,
        origin: &Origin,
        event: &Event,
        cast: &Cast<'_>,
    ) -> Self {
        let (target, before, after) = told(organization, event, cast);
        Self {
            action: event.action(),
            actor: Party::actor(request, origin, event, cast),
            target,
            before,
            after,
        }
    }
}

impl Party {
    fn new(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self {
            kind,
            id: Some(id.into()),
            name: None,
            person: None,
            personal: Map::new(),
        }
    }

    fn user(id: UserId, cast: &Cast<'_>) -> Self {
        let mut party = Self::new("user", id);
        party.person = party.id;
        if let Some(person) = cast.person(id) {
            party.know("name", person.called());
            party.know("email", person.email.as_str());
        }
        party
    }

    fn entity(id: EntityId, cast: &Cast<'_>) -> Self {
        Self::new("entity", id).called(cast.entity(id))
    }

    /// R-AUD-1: who asked, and from where. Who holds an invitation's link is its invitee.
    fn actor(request: &Request, origin: &Origin, event: &Event, cast: &Cast<'_>) -> Self {
        let mut party = match request.actor {
            Actor::User { id, .. } => {
                let mut party = Self::user(id, cast);
                party.personal.remove("email");
                party
            }
            Actor::Key { id, maker } => {
                let mut party = Self::new("api_key", id).called(cast.api_key(maker, id));
                party.person = Some(maker.uuid());
                party
            }
            Actor::Invitee => match event {
                Event::InvitationAccepted { user, .. } | Event::InvitationEnded { user, .. } => {
                    let mut party = Self::user(*user, cast);
                    party.kind = "invitee";
                    party.personal.remove("email");
                    party
                }
                _ => Self::nobody("invitee"),
            },
            Actor::Operator => Self::nobody("operator"),
        };
        if let Some(address) = origin.address {
            party.know("address", &address.to_string());
        }
        party
    }

    fn nobody(kind: &'static str) -> Self {
        Self {
            kind,
            id: None,
            name: None,
            person: None,
            personal: Map::new(),
        }
    }

    /// A thing of that name.
    fn called(mut self, name: Option<&Name>) -> Self {
        self.name = name.map(|name| name.as_str().to_owned());
        self
    }

    fn know(&mut self, what: &str, value: &str) {
        self.personal.insert(what.to_owned(), value.into());
    }

    fn knowing(mut self, what: &str, value: Value) -> Self {
        self.personal.insert(what.to_owned(), value);
        self
    }

    /// The text that is committed to; none where nothing is personal.
    pub(crate) fn personal_text(&self, salt: &str) -> Option<String> {
        (!self.personal.is_empty()).then(|| {
            let mut text = self.personal.clone();
            text.insert("salt".to_owned(), salt.into());
            Value::Object(text).to_string()
        })
    }
}

type Told = (Party, Option<Value>, Option<Value>);

fn told(organization: OrganizationId, event: &Event, cast: &Cast<'_>) -> Told {
    match event {
        Event::OrganizationCreated {
            organization,
            primary_admin,
        } => {
            let mut target =
                Party::new("organization", organization.id).called(Some(&organization.name));
            target.person = Some(primary_admin.id.uuid());
            let mut after = settings(&organization.settings());
            set(
                &mut after,
                "primary_admin_user_id",
                primary_admin.id.to_string(),
            );
            let person = json!({
                "primary_admin": {
                    "email": primary_admin.email.as_str(),
                    "name": primary_admin.name.as_ref().map(|name| name.as_str()),
                }
            });
            (target.knowing("after", person), None, Some(after))
        }
        Event::OrganizationUpdated { before, after } => {
            let target = Party::new("organization", organization).called(Some(&before.name));
            (target, Some(settings(before)), Some(settings(after)))
        }
        Event::OwnershipTransferred {
            from, to, to_role, ..
        } => (
            Party::user(*to, cast),
            Some(json!({ "primary_admin_user_id": from.to_string(), "role": to_role.as_str() })),
            Some(json!({ "primary_admin_user_id": to.to_string(), "role": "primary_admin" })),
        ),
        Event::UserInvited {
            user,
            email,
            role,
            name,
            memberships,
            invitation,
        } => {
            let mut target = Party::new("user", *user);
            target.person = target.id;
            target.know(
                "name",
                name.as_ref().map_or(email.as_str(), |name| name.as_str()),
            );
            target.know("email", email.as_str());
            let person = json!({
                "email": email.as_str(),
                "name": name.as_ref().map(|name| name.as_str()),
            });
            let after = json!({
                "role": role.as_str(),
                "status": "invited",
                "memberships": memberships
                    .iter()
                    .map(|(entity, role)| membership(*entity, *role, cast))
                    .collect::<Vec<_>>(),
                "invitation": sent(invitation),
            });
            (target.knowing("after", person), None, Some(after))
        }
        Event::InvitationResent {
            user,
            before,
            after,
        } => (
            Party::user(*user, cast),
            Some(json!({ "invitation": sent(before) })),
            Some(json!({ "invitation": sent(after) })),
        ),
        Event::InvitationAccepted {
            user,
            name_before,
            name,
            login: Login::Existing(account) | Login::New(account),
            ..
        } => {
            let name_before = name_before.as_ref().map(|name| name.as_str());
            (
                Party::user(*user, cast)
                    .knowing("before", json!({ "name": name_before }))
                    .knowing("after", json!({ "name": name.as_str() })),
                Some(json!({ "status": "invited", "account_id": null })),
                Some(json!({ "status": "active", "account_id": account.to_string() })),
            )
        }
        Event::InvitationEnded {
            user,
            invitation,
            ending,
            memberships,
            ..
        } => {
            let end = match ending {
                Ending::Revoked => "revoked",
                Ending::Declined => "declined",
            };
            let before = json!({
                "status": "invited",
                "memberships": memberships
                    .iter()
                    .map(|(entity, role)| membership(*entity, *role, cast))
                    .collect::<Vec<_>>(),
                "invitation": sent(invitation),
            });
            let after = json!({ "invitation": { "id": invitation.id.to_string(), "state": end } });
            (Party::user(*user, cast), Some(before), Some(after))
        }
        Event::UserUpdated {
            user,
            before,
            after,
        } => {
            let mut target = Party::user(*user, cast);
            let (mut old, mut new) = (json!({}), json!({}));
            if before.role != after.role {
                set(&mut old, "role", before.role.as_str());
                set(&mut new, "role", after.role.as_str());
            }
            if before.name != after.name {
                let name = |profile: &vestibule_domain::Profile| json!({ "name": profile.name.as_ref().map(|name| name.as_str()) });
                target = target
                    .knowing("before", name(before))
                    .knowing("after", name(after));
            }
            (target, Some(old), Some(new))
        }
        Event::UserDeactivated { user } => (
            Party::user(*user, cast),
            Some(json!({ "status": "active" })),
            Some(json!({ "status": "deactivated" })),
        ),
        Event::UserReactivated { user } => (
            Party::user(*user, cast),
            Some(json!({ "status": "deactivated" })),
            Some(json!({ "status": "active" })),
        ),
        Event::UserRemoved { plan, .. } => {
            let before = json!({
                "memberships": plan.memberships.iter().map(|lost| json!({
                    "entity_id": lost.entity.to_string(),
                    "entity_name": lost.entity_name.as_str(),
                    "role": lost.role.as_str(),
                })).collect::<Vec<_>>(),
                "api_keys": plan.api_keys.iter().map(|lost| json!({
                    "id": lost.id.to_string(),
                    "name": lost.name.as_str(),
                })).collect::<Vec<_>>(),
                "sent_invitations": plan.sent_invitations.count,
                "entities_left_without_admin": plan
                    .entities_left_without_admin
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
                "fingerprint": plan.fingerprint().to_string(),
            });
            (Party::user(plan.user, cast), Some(before), None)
        }
        Event::EntityCreated { entity, name } => {
            let target = Party::new("entity", *entity).called(Some(name));
            let after = json!({ "name": name.as_str(), "status": "active" });
            (target, None, Some(after))
        }
        Event::EntityRenamed {
            entity,
            before,
            after,
        } => (
            Party::entity(*entity, cast),
            Some(json!({ "name": before.as_str() })),
            Some(json!({ "name": after.as_str() })),
        ),
        Event::EntityArchived { entity } => (
            Party::entity(*entity, cast),
            Some(json!({ "status": "active" })),
            Some(json!({ "status": "archived" })),
        ),
        Event::EntityUnarchived { entity } => (
            Party::entity(*entity, cast),
            Some(json!({ "status": "archived" })),
            Some(json!({ "status": "active" })),
        ),
        Event::EntityDeleted { entity } => {
            let before = json!({
                "name": entity.name.as_str(),
                "status": entity.status.as_str(),
                "member_count": entity.member_count,
            });
            (Party::entity(entity.id, cast), Some(before), None)
        }
        Event::MembershipSet {
            entity,
            user,
            before,
            after,
        } => (
            Party::user(*user, cast),
            before.map(|role| membership(*entity, role, cast)),
            Some(membership(*entity, *after, cast)),
        ),
        Event::MembershipRemoved { entity, user, role } => (
            Party::user(*user, cast),
            Some(membership(*entity, *role, cast)),
            None,
        ),
        Event::ApiKeyCreated { key } => (key_party(key), None, Some(key_values(key))),
        Event::ApiKeyEnded { key } => (key_party(key), Some(key_values(key)), None),
        Event::PersonErased { user } => {
            // What is erased with this event does not come back by it.
            (Party::new("user", *user), None, None)
        }
    }
}

fn key_party(key: &vestibule_domain::ApiKey) -> Party {
    Party::new("api_key", key.id).called(Some(&key.name))
}

fn key_values(key: &vestibule_domain::ApiKey) -> Value {
    json!({
        "name": key.name.as_str(),
        "role": key.role.as_str(),
        "created_by": key.maker.to_string(),
        "expires_at": key.expires_at.map(|at| at.to_string()),
    })
}

fn membership(entity: EntityId, role: EntityRole, cast: &Cast<'_>) -> Value {
    json!({
        "entity_id": entity.to_string(),
        "entity_name": cast.entity(entity).map(|name| name.as_str()),
        "role": role.as_str(),
    })
}

fn sent(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id.to_string(),
        "invited_by": match invitation.sender {
            Sender::User(sender) => Some(sender.to_string()),
            Sender::Operator => None,
        },
        "expires_at": invitation.expires_at.to_string(),
    })
}

fn settings(settings: &Settings) -> Value {
    json!({
        "name": settings.name.as_str(),
        "user_management": settings.user_management.as_str(),
        "invitation_ttl_seconds": settings.invitation_lifetime.seconds(),
    })
}

fn set(object: &mut Value, what: &str, value: impl Into<Value>) {
    if let Value::Object(object) = object {
        object.insert(what.to_owned(), value.into());
    }
}
