//! Organization Settings, tab Entities; for a User, the entities they are in.

use askama::Template;
use axum::extract::Path;
use serde_json::json;
use vestibule_domain::EntityStatus;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Entity, List},
    },
    house::{House, Section},
    messages,
    respond::{Answered, done, page, refused_page},
    sent::{Asked, Sent, address},
    view::{Form, Frame, Pager, Pill, initials_of},
};

/// The list of entities, with the form to create one.
#[derive(Debug, Template)]
#[template(path = "entities.html")]
pub(crate) struct EntitiesPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) summary: String,
    pub(crate) creatable: bool,
    /// For a User without any entity (R-INV-6).
    pub(crate) whom_to_ask: &'static str,
    pub(crate) form: Form,
    pub(crate) rows: Vec<EntityRow>,
    pub(crate) pager: Pager,
}

/// One entity.
#[derive(Debug, Clone)]
pub(crate) struct EntityRow {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) members: u64,
    pub(crate) state: Pill,
    pub(crate) archived: bool,
    pub(crate) without_admin: bool,
}

impl EntityRow {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}

/// Shows a page of the list.
pub(crate) async fn show(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let shown = entities_page(&visitor, &house, &asked, Form::new()).await?;
    Ok(page(&visitor, &shown))
}

/// Creates an entity.
pub(crate) async fn create(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let name = sent.value("name");
    match visitor
        .post(&house.api("/entities"), &json!({"name": name}))
        .await
    {
        Ok(answer) => {
            let entity: Entity = answer.read(&visitor)?;
            let text = format!(
                "{} is open. Add its people now, or do it later.",
                entity.name
            );
            Ok(done(
                &format!("{}/entities/{}", house.base, entity.id),
                &text,
            ))
        }
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().with("name", name);
            let form = if refusal.code == "entity_name_taken" {
                form.wrong("name", "Another entity has this name.")
            } else {
                form.refused_by(&refusal, &[("name", "name")])
            };
            let shown = entities_page(&visitor, &house, &asked, form).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn entities_page(
    visitor: &Visitor,
    house: &House,
    asked: &Asked,
    form: Form,
) -> Result<EntitiesPage, Refusal> {
    let path = format!("{}/entities", house.base);
    let cursor = asked.value("cursor");
    let pairs = [("cursor", cursor)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty());
    let list: List<Entity> = visitor
        .get(&address(&house.api("/entities"), pairs))
        .await?;
    let whom_to_ask = if list.items.is_empty() && !house.is_admin() {
        "Ask the person who invited you, or an Admin of the organization, to add you to one."
    } else {
        ""
    };
    Ok(EntitiesPage {
        frame: house.frame(visitor, Section::Entities),
        organization: house.name().to_owned(),
        summary: if house.is_admin() {
            format!(
                "The companies of {}, each with its own people and roles.",
                house.name()
            )
        } else {
            format!("Where you work in {}.", house.name())
        },
        creatable: house.offers_creating(visitor).await?,
        whom_to_ask,
        form,
        pager: Pager {
            first: (!cursor.is_empty()).then(|| path.clone()),
            next: list
                .next_cursor
                .as_deref()
                .map(|cursor| asked.with(&path, "cursor", cursor)),
        },
        rows: list
            .items
            .into_iter()
            .map(|entity| row(&path, entity))
            .collect(),
    })
}

fn row(path: &str, entity: Entity) -> EntityRow {
    EntityRow {
        href: format!("{path}/{}", entity.id),
        name: entity.name,
        members: entity.member_count,
        state: messages::entity_status(entity.status),
        archived: entity.status == EntityStatus::Archived,
        without_admin: entity.without_admin,
    }
}
