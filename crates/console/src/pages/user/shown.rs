//! A user's page from what the API says about them.

use std::collections::BTreeSet;

use vestibule_domain::{EntityId, EntityStatus, InvitationState, OrganizationRole, Status};

use super::{Access, InvitationView, Offer, Remove, UserPage, UserRoom};
use crate::{
    api::{
        Refusal, Visitor,
        answers::{Invitation, PendingInvitation, User},
    },
    house::{House, Section},
    messages,
    pages::entities::entities_of,
    view::{Form, Moment, Person, Room},
};

/// The page with nothing typed into its forms yet.
pub(super) async fn user_page(
    visitor: &Visitor,
    house: &House,
    user: User,
) -> Result<UserPage, Refusal> {
    let itself = user.id == house.me.user_id;
    let manageable =
        house.manages_users() && !itself && user.role != OrganizationRole::PrimaryAdmin;
    let invitation = match &user.invitation {
        Some(pending) => Some(invitation_view(visitor, house, pending).await?),
        None => None,
    };
    let archived: BTreeSet<EntityId> = if house.is_admin() && !user.memberships.is_empty() {
        let entities = entities_of(visitor, house).await?;
        let archived = entities
            .into_iter()
            .filter(|entity| entity.status == EntityStatus::Archived);
        archived.map(|entity| entity.id).collect()
    } else {
        BTreeSet::new()
    };
    let path = format!("{}/users/{}", house.base, user.id);
    let rooms = user.memberships.iter().map(|membership| {
        let entity = format!("{}/entities/{}", house.base, membership.entity_id);
        UserRoom {
            room: Room {
                entity: membership.entity_name.clone(),
                role: messages::entity_role(membership.role),
                archived: archived.contains(&membership.entity_id),
            },
            change: house
                .is_admin()
                .then(|| format!("{entity}/members/{}?from=user", user.id)),
            entity_href: entity,
        }
    });
    Ok(UserPage {
        frame: house.frame(visitor, Section::Users),
        base: house.base.clone(),
        organization: house.name().to_owned(),
        role: messages::organization_role(user.role),
        status: messages::status(user.status),
        joined: user.joined_at.map(Moment::of),
        offer: Some(Offer {
            text: "Being in the organization opens no entity by itself. Choose some now, or do it later.",
            href: format!("{path}/entities"),
        }),
        rooms: rooms.collect(),
        no_rooms: if itself {
            "You are in no entity yet. An Admin of the organization can add you to one."
        } else {
            "In no entity yet."
        },
        may_add: house.is_admin(),
        form: Form::new(),
        change_role: manageable.then(|| messages::primary_roles(user.role.as_str())),
        name_form: Form::new().with("name", user.name.as_deref().unwrap_or_default()),
        change_name: (manageable && user.status == Status::Invited)
            .then_some("Shown until they accept and name themselves."),
        invitation,
        manageable,
        access: manageable.then(|| access(&path, house, &user)).flatten(),
        remove: remove(house, &user, itself, manageable),
        person: Person::new(user.id, user.name, user.email),
    })
}

async fn invitation_view(
    visitor: &Visitor,
    house: &House,
    pending: &PendingInvitation,
) -> Result<InvitationView, Refusal> {
    let sender = if house.is_admin() {
        let invitation: Invitation = visitor
            .get(&house.api(&format!("/invitations/{}", pending.id)))
            .await?;
        let by = invitation.invited_by.map(|by| {
            by.name
                .unwrap_or_else(|| "Someone without a name".to_owned())
        });
        Some(by.unwrap_or_else(|| "The operator".to_owned()))
    } else {
        None
    };
    Ok(InvitationView {
        state: messages::invitation_state(pending.state),
        mail: messages::mail_state(pending.mail),
        ends: if pending.state == InvitationState::Expired {
            "Ended"
        } else {
            "Ends"
        },
        expires: Moment::of(pending.expires_at),
        sender,
        failure: pending.mail_error.clone(),
        explanation: messages::invitation_explained(pending.state),
    })
}

fn access(path: &str, house: &House, user: &User) -> Option<Access> {
    let called = user.name.as_deref().unwrap_or(&user.email);
    let name = house.name();
    match user.status {
        Status::Active => Some(Access {
            title: "Deactivate",
            text: format!(
                "{called} can then do nothing in {name}. Role and entities are kept, and come back when reactivated."
            ),
            href: format!("{path}/deactivate"),
            label: "Deactivate",
        }),
        Status::Deactivated => Some(Access {
            title: "Reactivate",
            text: format!("{called} gets back the role and the entities they had in {name}."),
            href: format!("{path}/reactivate"),
            label: "Reactivate",
        }),
        Status::Invited => None,
    }
}

fn remove(house: &House, user: &User, itself: bool, manageable: bool) -> Option<Remove> {
    let name = house.name();
    let count = u64::try_from(user.memberships.len()).unwrap_or(u64::MAX);
    let rooms = match count {
        0 => String::new(),
        1 => " and the entity".to_owned(),
        _ => format!(" and all {count} entities"),
    };
    if manageable {
        Some(Remove {
            title: "Remove from the organization",
            text: format!(
                "Ends all access to {name}{rooms} at once. What will be lost is shown first."
            ),
            label: "Remove",
        })
    } else if itself && !house.is_primary_admin() {
        Some(Remove {
            title: "Leave the organization",
            text: format!(
                "Ends your access to {name}{rooms} at once. What will be lost is shown first."
            ),
            label: "Leave",
        })
    } else {
        None
    }
}
