//! *Invite User*, and adding someone to entities afterwards (R-INV-11).

use askama::Template;
use axum::extract::Path;
use serde_json::{Value, json};
use vestibule_domain::{Command, EntityId, EntityRole, EntityStatus, Status, UserId};

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Invitation, Membership, User},
    },
    house::{House, Section},
    messages,
    pages::pick::{Among, offered},
    respond::{Answered, done, page, refused_page},
    sent::{Asked, Sent},
    view::{Choice, Form, Frame, Person, initials_of, span},
};

/// What the fields with the role in an entity begin with; the entity's id follows.
const ENTITY_FIELD: &str = "entity-";

/// The button that looks for entities by name, and sends nothing off.
const FIND: &str = "find";
/// What is looked for, and what was looked for on the page that was sent.
const ENTITY_NAME: &str = "entity_name";
const ENTITY_NAME_BEFORE: &str = "entity_name_before";

/// The form of an invitation.
#[derive(Debug, Template)]
#[template(path = "invite.html")]
pub(crate) struct InvitePage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    /// How long the link lives, `7 days`.
    pub(crate) lifetime: String,
    pub(crate) form: Form,
    pub(crate) roles: Vec<Choice>,
    pub(crate) entities: Vec<OpenRoom>,
    /// What entities are searched for, where there are more than are shown.
    pub(crate) entity_name: Option<String>,
}

/// Several entities at once for one person.
#[derive(Debug, Template)]
#[template(path = "user_entities.html")]
pub(crate) struct UserEntitiesPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) lead: &'static str,
    pub(crate) person: Person,
    pub(crate) form: Form,
    pub(crate) entities: Vec<OpenRoom>,
    /// What entities are searched for, where there are more than are shown.
    pub(crate) entity_name: Option<String>,
}

/// An entity that someone could be added to, with the roles to choose from.
#[derive(Debug, Clone)]
pub(crate) struct OpenRoom {
    pub(crate) id: EntityId,
    pub(crate) name: String,
    /// The first is *No access*.
    pub(crate) roles: Vec<Choice>,
}

impl OpenRoom {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}

/// Shows the form.
pub(crate) async fn show(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let form = Form::new().with("email", asked.value("email"));
    let shown = invite_page(&visitor, &house, form, None).await?;
    Ok(page(&visitor, &shown))
}

/// Sends the invitation, and leads to the invited user.
pub(crate) async fn invite(
    visitor: Visitor,
    Path(organization): Path<String>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    if looks_for_entities(&sent) {
        let form = Form::new()
            .with("email", sent.value("email"))
            .with("name", sent.value("name"));
        let shown = invite_page(&visitor, &house, form, Some(&sent)).await?;
        return Ok(page(&visitor, &shown));
    }
    let memberships: Vec<Value> = sent
        .chosen(ENTITY_FIELD)
        .map(|(entity, role)| json!({"entity_id": entity, "role": role}))
        .collect();
    let invitation = json!({
        "email": sent.value("email"),
        "role": sent.value("role"),
        "name": sent.typed("name"),
        "memberships": memberships,
    });
    match visitor.post(&house.api("/invitations"), &invitation).await {
        Ok(answer) => {
            let invitation: Invitation = answer.read(&visitor)?;
            let text = format!("Invitation sent to {}.", sent.value("email").trim());
            Ok(done(
                &format!("{}/users/{}?sent=1", house.base, invitation.user_id),
                &text,
            ))
        }
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("email", sent.value("email"))
                .with("name", sent.value("name"));
            let form = if refusal.code == "email_already_in_organization" {
                form.wrong("email", messages::whole(&refusal.detail))
            } else {
                form.refused_by(
                    &refusal,
                    &[
                        ("email", "email"),
                        ("name", "name"),
                        ("role", "role"),
                        ("memberships", "entities"),
                    ],
                )
            };
            let shown = invite_page(&visitor, &house, form, Some(&sent)).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Shows the entities that a user is not in yet.
pub(crate) async fn show_entities(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let user: User = visitor.get(&house.api(&format!("/users/{user}"))).await?;
    let shown = user_entities_page(&visitor, &house, user, Form::new(), None).await?;
    Ok(page(&visitor, &shown))
}

/// Adds the user to each entity that a role was chosen for.
pub(crate) async fn add_to_entities(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let user: User = visitor.get(&house.api(&format!("/users/{user}"))).await?;
    if looks_for_entities(&sent) {
        let shown = user_entities_page(&visitor, &house, user, Form::new(), Some(&sent)).await?;
        return Ok(page(&visitor, &shown));
    }
    let mut added: u64 = 0;
    for (entity, role) in sent.chosen(ENTITY_FIELD) {
        let member = house.api(&format!("/entities/{entity}/members/{}", user.id));
        match visitor.put(&member, &json!({"role": role})).await {
            Ok(_) => added += 1,
            Err(refusal) if refusal.belongs_to_form() => {
                let form = Form::new().refused_by(&refusal, &[]);
                // What was added before this one is done, and no longer in the form.
                let user = visitor
                    .get(&house.api(&format!("/users/{}", user.id)))
                    .await?;
                let shown = user_entities_page(&visitor, &house, user, form, Some(&sent)).await?;
                return Ok(refused_page(&visitor, &refusal, &shown));
            }
            Err(refusal) => return Err(refusal),
        }
    }
    if added == 0 {
        let form = Form::new().wrong("entities", "Choose a role in at least one entity.");
        let shown = user_entities_page(&visitor, &house, user, form, None).await?;
        return Ok(page(&visitor, &shown));
    }
    let called = user.name.as_deref().unwrap_or(&user.email);
    let text = format!(
        "{called} was added to {}.",
        messages::counted(added, "entity", "entities")
    );
    Ok(done(&format!("{}/users/{}", house.base, user.id), &text))
}

/// Whether the form only looks for entities: by its button, or by Enter after typing a name.
fn looks_for_entities(sent: &Sent) -> bool {
    sent.typed(FIND).is_some() || sent.value(ENTITY_NAME) != sent.value(ENTITY_NAME_BEFORE)
}

async fn invite_page(
    visitor: &Visitor,
    house: &House,
    form: Form,
    sent: Option<&Sent>,
) -> Result<InvitePage, Refusal> {
    let inviting = house.offers_inviting(visitor).await?;
    let Some(organization) = house.organization.as_ref().filter(|_| inviting) else {
        return Err(Refusal::not_found(visitor));
    };
    let (entities, entity_name) = open_rooms(visitor, house, sent, &[]).await?;
    let role = sent.and_then(|sent| sent.typed("role")).unwrap_or("user");
    Ok(InvitePage {
        frame: house.frame(visitor, Section::Users),
        base: house.base.clone(),
        organization: organization.name.clone(),
        lifetime: span(i64::from(organization.invitation_ttl_seconds)),
        form,
        roles: messages::primary_roles(role),
        entities,
        entity_name,
    })
}

async fn user_entities_page(
    visitor: &Visitor,
    house: &House,
    user: User,
    form: Form,
    sent: Option<&Sent>,
) -> Result<UserEntitiesPage, Refusal> {
    let (mut entities, entity_name) = open_rooms(visitor, house, sent, &user.memberships).await?;
    keep_what_can_be_given(visitor, house, user.id, &mut entities).await?;
    let lead = match user.status {
        Status::Invited => "Their access opens when they accept the invitation.",
        Status::Active => "Their access opens at once.",
        Status::Deactivated => "Their access opens when they are reactivated.",
    };
    Ok(UserEntitiesPage {
        frame: house.frame(visitor, Section::Users),
        base: house.base.clone(),
        organization: house.name().to_owned(),
        lead,
        person: Person::new(user.id, user.name, user.email),
        form,
        entities,
        entity_name,
    })
}

/// The entities that take members and are not among those, each with what was chosen for it
/// already; with what is searched for, where there are more.
async fn open_rooms(
    visitor: &Visitor,
    house: &House,
    sent: Option<&Sent>,
    but: &[Membership],
) -> Result<(Vec<OpenRoom>, Option<String>), Refusal> {
    let chosen: Vec<EntityId> = sent
        .into_iter()
        .flat_map(|sent| sent.chosen(ENTITY_FIELD))
        .filter_map(|(entity, _)| entity.parse().ok())
        .collect();
    let query = sent.map_or("", |sent| sent.value(ENTITY_NAME));
    let offered = offered(visitor, house, Among::Open, query, &chosen).await?;
    let open = offered.entities.into_iter().filter(|entity| {
        entity.status == EntityStatus::Active
            && but
                .iter()
                .all(|membership| membership.entity_id != entity.id)
    });
    let rooms = open.map(|entity| {
        let chosen = sent.map_or("", |sent| {
            sent.value(&format!("{ENTITY_FIELD}{}", entity.id))
        });
        OpenRoom {
            id: entity.id,
            name: entity.name,
            roles: std::iter::once(Choice::plain("", "No access"))
                .chain(messages::entity_roles(EntityRole::ALL, chosen))
                .collect(),
        }
    });
    Ok((rooms.collect(), offered.more.then(|| query.to_owned())))
}

/// Leaves of each entity the roles that the visitor could give the user there, and of the entities
/// those with any.
async fn keep_what_can_be_given(
    visitor: &Visitor,
    house: &House,
    user: UserId,
    rooms: &mut Vec<OpenRoom>,
) -> Result<(), Refusal> {
    let commands = rooms.iter().flat_map(|room| {
        let entity = room.id;
        EntityRole::ALL
            .iter()
            .map(move |role| Command::SetMembership {
                entity,
                user,
                role: *role,
            })
    });
    let offered = house.offers_each(visitor, commands.collect()).await?;
    for (room, offered) in rooms.iter_mut().zip(offered.chunks(EntityRole::ALL.len())) {
        let mut offered = std::iter::once(&true).chain(offered);
        room.roles.retain(|_| offered.next() == Some(&true));
    }
    rooms.retain(|room| room.roles.len() > 1);
    Ok(())
}
