//! One person in one entity: changing the role there, or taking them out of it alone.

use askama::Template;
use axum::extract::Path;
use serde_json::json;
use vestibule_domain::{Command, EntityStatus};

use super::confirm::ConfirmPage;
use crate::{
    api::{
        Refusal, Visitor,
        answers::{Entity, Membership, User},
    },
    house::{House, Section},
    messages,
    pages::user::user_of,
    respond::{Answered, done, not_done, page, refused_page},
    sent::{Asked, Sent},
    view::{Choice, Form, Frame, Person},
};

/// The role of one person in one entity.
#[derive(Debug, Template)]
#[template(path = "member.html")]
pub(crate) struct MemberPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) entity: String,
    pub(crate) person: Person,
    pub(crate) form: Form,
    /// Which page leads here and is gone back to: `user` or `entity`.
    pub(crate) from: &'static str,
    pub(crate) back: String,
    pub(crate) back_label: String,
    /// Absent while the entity is archived (R-ENT-6).
    pub(crate) roles: Option<Vec<Choice>>,
    pub(crate) remove: String,
}

/// A member as found: the house, the entity, the person and what they are there.
struct Found {
    house: House,
    entity: Entity,
    user: User,
    membership: Membership,
}

/// Shows the role.
pub(crate) async fn show(
    visitor: Visitor,
    Path(ids): Path<(String, String, String)>,
    asked: Asked,
) -> Answered {
    let found = found(&visitor, &ids).await?;
    let role = found.membership.role.as_str();
    let shown = member_page(&visitor, found, asked.value("from"), role, Form::new()).await?;
    Ok(page(&visitor, &shown))
}

/// Saves the role.
pub(crate) async fn change_role(
    visitor: Visitor,
    Path(ids): Path<(String, String, String)>,
    sent: Sent,
) -> Answered {
    let found = found(&visitor, &ids).await?;
    let from = sent.value("from");
    let role = sent.value("role");
    match visitor
        .put(&member_api(&found), &json!({"role": role}))
        .await
    {
        Ok(_) => {
            let text = format!(
                "The role of {} in {} is saved.",
                called(&found.user),
                found.entity.name
            );
            Ok(done(&back(&found, from).0, &text))
        }
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().refused_by(&refusal, &[("role", "role")]);
            let shown = member_page(&visitor, found, from, role, form).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Asks before someone is taken out of the entity.
pub(crate) async fn show_removal(
    visitor: Visitor,
    Path(ids): Path<(String, String, String)>,
    asked: Asked,
) -> Answered {
    let found = found(&visitor, &ids).await?;
    let (back, back_label) = back(&found, asked.value("from"));
    let name = &found.entity.name;
    let question = ConfirmPage {
        frame: found.house.frame(&visitor, Section::Entities),
        title: format!("Remove {} from {name}?", called(&found.user)),
        paragraphs: vec![
            format!(
                "The role {} in {name} ends, and access to this entity with it.",
                messages::entity_role(found.membership.role)
            ),
            format!(
                "{} and every other entity stay as they are.",
                found.house.name()
            ),
        ],
        button: "Remove from this entity",
        back,
        back_label,
        refusal: None,
    };
    Ok(page(&visitor, &question))
}

/// Takes someone out of the entity, and out of nothing else (R-ENT-5).
pub(crate) async fn remove(
    visitor: Visitor,
    Path(ids): Path<(String, String, String)>,
    asked: Asked,
    _: Sent,
) -> Answered {
    let found = found(&visitor, &ids).await?;
    let (back, _) = back(&found, asked.value("from"));
    match visitor.delete(&member_api(&found)).await {
        Ok(_) => {
            let text = format!(
                "{} was removed from {}.",
                called(&found.user),
                found.entity.name
            );
            Ok(done(&back, &text))
        }
        Err(refusal) => not_done(&back, refusal),
    }
}

async fn found(visitor: &Visitor, ids: &(String, String, String)) -> Result<Found, Refusal> {
    let (organization, entity, user) = ids;
    let house = House::enter(visitor, organization).await?;
    let entity: Entity = visitor
        .get(&house.api(&format!("/entities/{entity}")))
        .await?;
    let user = user_of(visitor, &house, user).await?;
    let membership = user
        .memberships
        .iter()
        .find(|membership| membership.entity_id == entity.id)
        .cloned();
    let membership = membership.ok_or_else(|| Refusal::not_found(visitor))?;
    Ok(Found {
        house,
        entity,
        user,
        membership,
    })
}

async fn member_page(
    visitor: &Visitor,
    found: Found,
    from: &str,
    role: &str,
    form: Form,
) -> Result<MemberPage, Refusal> {
    let (entity, user) = (found.entity.id, found.user.id);
    let taking_out = Command::RemoveMembership { entity, user };
    let [removable] = found.house.offers(visitor, [taking_out]).await?;
    let roles = found.house.offered_roles(visitor, entity, user).await?;
    if !removable && roles.is_empty() {
        return Err(Refusal::not_found(visitor));
    }
    let (back, back_label) = back(&found, from);
    let from = if from == "user" { "user" } else { "entity" };
    let path = format!(
        "{}/entities/{}/members/{}",
        found.house.base, found.entity.id, found.user.id
    );
    Ok(MemberPage {
        frame: found.house.frame(visitor, Section::Entities),
        organization: found.house.name().to_owned(),
        roles: (found.entity.status == EntityStatus::Active)
            .then(|| messages::entity_roles(&roles, role)),
        entity: found.entity.name,
        person: Person::new(found.user.id, found.user.name, found.user.email),
        form,
        from,
        back,
        back_label,
        remove: format!("{path}/remove?from={from}"),
    })
}

/// The page that led here, with its name.
fn back(found: &Found, from: &str) -> (String, String) {
    let base = &found.house.base;
    if from == "user" {
        (
            format!("{base}/users/{}", found.user.id),
            called(&found.user).to_owned(),
        )
    } else {
        (
            format!("{base}/entities/{}", found.entity.id),
            found.entity.name.clone(),
        )
    }
}

fn member_api(found: &Found) -> String {
    found.house.api(&format!(
        "/entities/{}/members/{}",
        found.entity.id, found.user.id
    ))
}

fn called(user: &User) -> &str {
    user.name.as_deref().unwrap_or(&user.email)
}
