//! A user's page from what the API says about them.

use vestibule_domain::{AssignableRole, Command, InvitationId, InvitationState, Name};

use super::{Access, InvitationView, Offer, Remove, UserPage, UserRoom};
use crate::{
    api::{
        Refusal, Visitor,
        answers::{Invitation, PendingInvitation, User},
    },
    house::{House, Section},
    messages,
    view::{Form, Moment, Person, Room},
};

/// The page with nothing typed into its forms yet.
pub(super) async fn user_page(
    visitor: &Visitor,
    house: &House,
    user: User,
) -> Result<UserPage, Refusal> {
    let itself = user.id == house.me.user_id;
    let offers = Offers::asked(visitor, house, &user).await?;
    let invitation = match &user.invitation {
        Some(pending) => Some(invitation_view(visitor, house, pending, &offers).await?),
        None => None,
    };
    let rooms = user.memberships.iter();
    let archived = house
        .archived_among(visitor, rooms.map(|room| room.entity_id).collect())
        .await?;
    let taking_out = user
        .memberships
        .iter()
        .map(|room| Command::RemoveMembership {
            entity: room.entity_id,
            user: user.id,
        });
    let changeable = house.offers_each(visitor, taking_out.collect()).await?;
    let path = format!("{}/users/{}", house.base, user.id);
    let rooms = user
        .memberships
        .iter()
        .zip(changeable)
        .map(|(membership, changeable)| {
            let entity = format!("{}/entities/{}", house.base, membership.entity_id);
            UserRoom {
                room: Room {
                    entity: membership.entity_name.clone(),
                    role: messages::entity_role(membership.role),
                    archived: archived.contains(&membership.entity_id),
                },
                change: changeable.then(|| format!("{entity}/members/{}?from=user", user.id)),
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
        change_role: offers
            .change_role
            .then(|| messages::primary_roles(user.role.as_str())),
        name_form: Form::new().with("name", user.name.as_deref().unwrap_or_default()),
        change_name: offers
            .rename
            .then_some("Shown until they accept and name themselves."),
        invitation,
        access: access(&path, house, &user, &offers),
        remove: offers.remove.then(|| remove(house, &user, itself)),
        person: Person::new(user.id, user.name, user.email),
    })
}

async fn invitation_view(
    visitor: &Visitor,
    house: &House,
    pending: &PendingInvitation,
    offers: &Offers,
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
        failure: pending.mail_error.as_deref().map(messages::whole),
        explanation: messages::invitation_explained(pending.state),
        resend: offers.resend,
        revoke: offers.revoke,
    })
}

fn access(path: &str, house: &House, user: &User, offers: &Offers) -> Option<Access> {
    let called = user.name.as_deref().unwrap_or(&user.email);
    let name = house.name();
    if offers.deactivate {
        Some(Access {
            title: "Deactivate",
            text: format!(
                "{called} can then do nothing in {name}. Role and entities are kept, and come back when reactivated."
            ),
            href: format!("{path}/deactivate"),
            label: "Deactivate",
        })
    } else if offers.reactivate {
        Some(Access {
            title: "Reactivate",
            text: format!("{called} gets back the role and the entities they had in {name}."),
            href: format!("{path}/reactivate"),
            label: "Reactivate",
        })
    } else {
        None
    }
}

fn remove(house: &House, user: &User, itself: bool) -> Remove {
    let name = house.name();
    let count = u64::try_from(user.memberships.len()).unwrap_or(u64::MAX);
    let rooms = match count {
        0 => String::new(),
        1 => " and the entity".to_owned(),
        _ => format!(" and all {count} entities"),
    };
    if itself {
        Remove {
            title: "Leave the organization",
            text: format!(
                "Ends your access to {name}{rooms} at once. What will be lost is shown first."
            ),
            label: "Leave",
        }
    } else {
        Remove {
            title: "Remove from the organization",
            text: format!(
                "Ends all access to {name}{rooms} at once. What will be lost is shown first."
            ),
            label: "Remove",
        }
    }
}

/// What the buttons of the page would do, and whether they would.
struct Offers {
    change_role: bool,
    rename: bool,
    deactivate: bool,
    reactivate: bool,
    remove: bool,
    resend: bool,
    revoke: bool,
}

impl Offers {
    async fn asked(visitor: &Visitor, house: &House, user: &User) -> Result<Self, Refusal> {
        let id = user.id;
        let update = |role, name| Command::UpdateUser {
            user: id,
            role,
            name,
        };
        let Ok(name) = Name::new("Another name") else {
            return Err(Refusal::unreadable(visitor));
        };
        // Who was not invited has no invitation; then nobody's id asks for nothing.
        let invitation = user
            .invitation
            .as_ref()
            .map_or(InvitationId::new(house.me.id.uuid()), |pending| pending.id);
        let [
            change_role,
            rename,
            deactivate,
            reactivate,
            remove,
            resend,
            revoke,
        ] = house
            .offers(
                visitor,
                [
                    update(Some(AssignableRole::User), None),
                    update(None, Some(name)),
                    Command::DeactivateUser { user: id },
                    Command::ReactivateUser { user: id },
                    Command::RemoveUser {
                        user: id,
                        fingerprint: None,
                    },
                    Command::ResendInvitation {
                        user: id,
                        invitation,
                    },
                    Command::RevokeInvitation {
                        user: id,
                        invitation,
                    },
                ],
            )
            .await?;
        Ok(Self {
            change_role,
            rename,
            deactivate,
            reactivate,
            remove,
            resend,
            revoke,
        })
    }
}
