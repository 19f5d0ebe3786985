//! Adding someone of the organization to an entity.

use axum::{extract::Path, response::Response};
use serde_json::json;

use super::{Candidate, EntityAddPage, EntityTab, entity_of, head};
use crate::{
    api::{
        Refusal, Visitor,
        answers::{self, Entity, List},
    },
    house::{House, Section},
    messages,
    respond::{Answered, done, page, refused_page},
    sent::{Asked, Sent, address},
    view::{Form, Person},
};

/// How many people a page offers; the others are found by searching.
const PEOPLE_OFFERED_MAX: &str = "20";

/// Shows who could be added.
pub(crate) async fn show_add(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let entity = entity_of(&visitor, &house, &entity).await?;
    let shown = add_page(&visitor, &house, &entity, asked.value("q"), Form::new()).await?;
    Ok(page(&visitor, &shown))
}

/// Adds the one that was chosen.
pub(crate) async fn add(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let entity = entity_of(&visitor, &house, &entity).await?;
    let query = sent.value("q");
    let mut form = Form::new()
        .with("user_id", sent.value("user_id"))
        .with("role", sent.value("role"));
    if sent.typed("user_id").is_none() {
        form = form.wrong("user_id", "Choose who is to be added.");
    }
    if sent.typed("role").is_none() {
        form = form.wrong("role", "Choose what they are to be here.");
    }
    if form.is_refused() {
        let shown = add_page(&visitor, &house, &entity, query, form).await?;
        return Ok(page(&visitor, &shown));
    }
    let member = house.api(&format!(
        "/entities/{}/members/{}",
        entity.id,
        sent.value("user_id")
    ));
    match visitor
        .put(&member, &json!({"role": sent.value("role")}))
        .await
    {
        Ok(answer) => {
            let member: answers::Member = answer.read(&visitor)?;
            let called = member.name.unwrap_or(member.email);
            let role = messages::entity_role(member.role);
            let text = format!("{called} was added to {} as {role}.", entity.name);
            Ok(done(
                &format!("{}/entities/{}", house.base, entity.id),
                &text,
            ))
        }
        Err(refusal) if refusal.belongs_to_form() => {
            let form = form.refused_by(&refusal, &[("role", "role")]);
            let shown = add_page(&visitor, &house, &entity, query, form).await?;
            Ok::<Response, Refusal>(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn add_page(
    visitor: &Visitor,
    house: &House,
    entity: &Entity,
    query: &str,
    form: Form,
) -> Result<EntityAddPage, Refusal> {
    let candidates = house.api(&format!("/entities/{}/candidates", entity.id));
    let asked = [("q", query.trim()), ("limit", PEOPLE_OFFERED_MAX)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty());
    let list: List<answers::Candidate> = visitor.get(&address(&candidates, asked)).await?;
    let roles = match list.items.first() {
        Some(one) => house.offered_roles(visitor, entity.id, one.user_id).await?,
        None => Vec::new(),
    };
    Ok(EntityAddPage {
        frame: house.frame(visitor, Section::Entities),
        organization: house.name().to_owned(),
        entity: head(visitor, house, entity, EntityTab::Users).await?,
        invite: house
            .offers_inviting(visitor)
            .await?
            .then(|| format!("{}/users/invite", house.base)),
        query: query.to_owned(),
        roles: messages::entity_roles(&roles, form.value("role")),
        form,
        more_people: list.next_cursor.is_some(),
        people: list
            .items
            .into_iter()
            .map(|one| Candidate {
                status: messages::status(one.status),
                person: Person::new(one.user_id, one.name, one.email),
            })
            .collect(),
    })
}
