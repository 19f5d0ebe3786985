//! Handing over ownership (R-ORG-5).

use askama::Template;
use axum::extract::Path;
use serde_json::json;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{List, User},
    },
    house::{House, Section},
    respond::{Answered, done, page, refused_page},
    sent::{Asked, Sent, address},
    view::{Form, Frame, Person},
};

/// What the address calls the one that is chosen already.
const CHOSEN: &str = "user_id";

/// How many people the page offers; the others are found by searching.
const PEOPLE_OFFERED_MAX: &str = "20";

/// Who could become Primary Admin.
#[derive(Debug, Template)]
#[template(path = "transfer.html")]
pub(crate) struct TransferPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) query: String,
    pub(crate) people: Vec<Person>,
    pub(crate) more_people: bool,
    pub(crate) form: Form,
}

/// Shows who could become Primary Admin.
pub(crate) async fn show(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    // Chosen before the password was asked for once more.
    let form = Form::new().with("user_id", asked.value(CHOSEN));
    let shown = transfer_page(&visitor, &house, asked.value("q"), form).await?;
    Ok(page(&visitor, &shown))
}

/// Hands over.
pub(crate) async fn transfer(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let Some(to) = sent.typed("user_id") else {
        let form = Form::new().wrong("user_id", "Choose who becomes Primary Admin.");
        let shown = transfer_page(&visitor, &house, asked.value("q"), form).await?;
        return Ok(page(&visitor, &shown));
    };
    match visitor
        .post(&house.api("/primary-admin"), &json!({"user_id": to}))
        .await
    {
        Ok(_) => Ok(done(
            &format!("{}/settings", house.base),
            "Ownership is transferred. You are an Admin now.",
        )),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().refused_by(&refusal, &[("user_id", "user_id")]);
            let shown = transfer_page(&visitor, &house, asked.value("q"), form).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        // Back to the choice as it was made, once the password is confirmed.
        Err(refusal) if refusal.code == "recent_sign_in_required" => {
            let path = format!("{}/settings/transfer", house.base);
            Err(refusal.leading_back_to(asked.with(&path, CHOSEN, to)))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn transfer_page(
    visitor: &Visitor,
    house: &House,
    query: &str,
    form: Form,
) -> Result<TransferPage, Refusal> {
    if !house.offers_owning(visitor).await? {
        return Err(Refusal::not_found(visitor));
    }
    let mut asked = vec![("status", "active"), ("limit", PEOPLE_OFFERED_MAX)];
    if !query.trim().is_empty() {
        asked.push(("q", query));
    }
    let found: List<User> = visitor
        .get(&address(&house.api("/users"), asked.into_iter()))
        .await?;
    let more_people = found.next_cursor.is_some();
    let people = found
        .items
        .into_iter()
        .filter(|user| user.id != house.me.user_id);
    Ok(TransferPage {
        frame: house.frame(visitor, Section::General),
        base: house.base.clone(),
        organization: house.name().to_owned(),
        query: query.to_owned(),
        people: people
            .map(|user| Person::new(user.id, user.name, user.email))
            .collect(),
        more_people,
        form,
    })
}
