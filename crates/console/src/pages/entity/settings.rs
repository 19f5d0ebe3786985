//! An entity's name, its archive, and its end.

use axum::extract::Path;
use serde_json::json;

use super::{EntitySettingsPage, EntityTab, entity_of, head};
use crate::{
    api::{Answer, Refusal, Visitor, answers::Entity},
    house::{House, Section},
    pages::confirm::ConfirmPage,
    respond::{Answered, done, not_done, page, refused_page},
    sent::Sent,
    view::Form,
};

/// Shows the settings.
pub(crate) async fn show_settings(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    let form = Form::new().with("name", entity.name.clone());
    let shown = settings_page(&visitor, &house, &entity, form).await?;
    Ok(page(&visitor, &shown))
}

/// Saves the name.
pub(crate) async fn rename(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    let name = sent.value("name");
    match visitor
        .patch(&api(&house, &entity, ""), &json!({"name": name}))
        .await
    {
        Ok(_) => Ok(done(&settings(&house, &entity), "The name is saved.")),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().with("name", name);
            let form = if refusal.code == "entity_name_taken" {
                form.wrong("name", "Another entity has this name.")
            } else {
                form.refused_by(&refusal, &[("name", "name")])
            };
            let shown = settings_page(&visitor, &house, &entity, form).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Closes the entity, keeping who is in it.
pub(crate) async fn archive(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    let answer = visitor.act(&api(&house, &entity, "/archive")).await;
    told(
        &house,
        &entity,
        answer,
        &format!("{} is archived.", entity.name),
    )
}

/// Opens the entity again, with who was in it.
pub(crate) async fn unarchive(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    let answer = visitor.act(&api(&house, &entity, "/unarchive")).await;
    told(
        &house,
        &entity,
        answer,
        &format!("{} is open again.", entity.name),
    )
}

/// Asks before an entity is deleted.
pub(crate) async fn show_delete(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    let question = ConfirmPage {
        frame: house.frame(&visitor, Section::Entities),
        title: format!("Delete {}?", entity.name),
        paragraphs: vec![
            match entity.member_count {
                0 => "Nobody is in it.".to_owned(),
                1 => "Its 1 membership ends with it, for good.".to_owned(),
                count => format!("Its {count} memberships end with it, for good."),
            },
            "The people stay in the organization, and in every other entity.".to_owned(),
        ],
        button: "Delete entity",
        back: settings(&house, &entity),
        back_label: format!("Settings of {}", entity.name),
        refusal: None,
    };
    Ok(page(&visitor, &question))
}

/// Deletes the entity, its memberships, and nothing else (R-ENT-6).
pub(crate) async fn delete(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, entity) = enter(&visitor, &organization, &entity).await?;
    match visitor.delete(&api(&house, &entity, "")).await {
        Ok(_) => Ok(done(
            &format!("{}/entities", house.base),
            &format!("{} is deleted.", entity.name),
        )),
        Err(refusal) => not_done(&settings(&house, &entity), refusal),
    }
}

async fn enter(
    visitor: &Visitor,
    organization: &str,
    entity: &str,
) -> Result<(House, Entity), Refusal> {
    let house = House::enter(visitor, organization).await?;
    let entity = entity_of(visitor, &house, entity).await?;
    if !house.offers_settings(visitor, entity.id).await? {
        return Err(Refusal::not_found(visitor));
    }
    Ok((house, entity))
}

async fn settings_page(
    visitor: &Visitor,
    house: &House,
    entity: &Entity,
    form: Form,
) -> Result<EntitySettingsPage, Refusal> {
    Ok(EntitySettingsPage {
        frame: house.frame(visitor, Section::Entities),
        base: house.base.clone(),
        organization: house.name().to_owned(),
        entity: head(visitor, house, entity, EntityTab::Settings).await?,
        form,
    })
}

fn api(house: &House, entity: &Entity, rest: &str) -> String {
    house.api(&format!("/entities/{}{rest}", entity.id))
}

fn settings(house: &House, entity: &Entity) -> String {
    format!("{}/entities/{}/settings", house.base, entity.id)
}

fn told(house: &House, entity: &Entity, answer: Result<Answer, Refusal>, text: &str) -> Answered {
    match answer {
        Ok(_) => Ok(done(&settings(house, entity), text)),
        Err(refusal) => not_done(&settings(house, entity), refusal),
    }
}
