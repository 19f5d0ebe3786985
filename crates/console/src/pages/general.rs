//! Organization Settings, tab General.

use askama::Template;
use axum::{extract::Path, response::Response};
use serde_json::{Value, json};
use vestibule_domain::UserManagement;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Organization, User},
    },
    house::{House, Section},
    messages,
    respond::{Answered, done, page, refused_page},
    sent::Sent,
    view::{Choice, Form, Frame, Moment},
};

const SECONDS_PER_HOUR: u32 = 3600;
const SECONDS_PER_DAY: u32 = 24 * SECONDS_PER_HOUR;

/// The name, the rules of the house, and who owns it.
#[derive(Debug, Template)]
#[template(path = "general.html")]
pub(crate) struct GeneralPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) created: Moment,
    pub(crate) primary_admin: String,
    pub(crate) name_form: Form,
    pub(crate) rules_form: Form,
    /// What only the Primary Admin may set.
    pub(crate) owner: Option<OwnerSettings>,
}

/// What the Primary Admin chooses from.
#[derive(Debug, Clone)]
pub(crate) struct OwnerSettings {
    pub(crate) user_management: Vec<Choice>,
    pub(crate) units: Vec<Choice>,
}

/// Shows the settings.
pub(crate) async fn show(visitor: Visitor, Path(organization): Path<String>) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let shown = general_page(&visitor, &house, None, None).await?;
    Ok(page(&visitor, &shown))
}

/// Takes the new name.
pub(crate) async fn rename(
    visitor: Visitor,
    Path(organization): Path<String>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let name = sent.value("name");
    match visitor.patch(&house.api(""), &json!({"name": name})).await {
        Ok(_) => Ok(done(
            &format!("{}/settings", house.base),
            "The name is saved.",
        )),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("name", name)
                .refused_by(&refusal, &[("name", "name")]);
            again(&visitor, &house, &refusal, Some(form), None).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// Takes the rules that are the Primary Admin's.
pub(crate) async fn change_rules(
    visitor: Visitor,
    Path(organization): Path<String>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let rules = json!({
        "user_management": sent.value("user_management"),
        "invitation_ttl_seconds": lifetime_seconds(&sent),
    });
    match visitor.patch(&house.api(""), &rules).await {
        Ok(_) => Ok(done(
            &format!("{}/settings", house.base),
            "The rules are saved.",
        )),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("user_management", sent.value("user_management"))
                .with("invitation_lifetime", sent.value("invitation_lifetime"))
                .with("invitation_unit", sent.value("invitation_unit"))
                .refused_by(
                    &refusal,
                    &[
                        ("user_management", "user_management"),
                        ("invitation_ttl_seconds", "invitation_lifetime"),
                    ],
                );
            again(&visitor, &house, &refusal, None, Some(form)).await
        }
        Err(refusal) => Err(refusal),
    }
}

/// The span in seconds; what is no number goes as it was typed, so that the API says what it takes.
fn lifetime_seconds(sent: &Sent) -> Value {
    let typed = sent.value("invitation_lifetime").trim();
    let unit = if sent.value("invitation_unit") == "hours" {
        SECONDS_PER_HOUR
    } else {
        SECONDS_PER_DAY
    };
    match typed.parse::<u32>() {
        Ok(count) => json!(count.saturating_mul(unit)),
        Err(_) => json!(typed),
    }
}

async fn again(
    visitor: &Visitor,
    house: &House,
    refusal: &Refusal,
    name_form: Option<Form>,
    rules_form: Option<Form>,
) -> Result<Response, Refusal> {
    let shown = general_page(visitor, house, name_form, rules_form).await?;
    Ok(refused_page(visitor, refusal, &shown))
}

async fn general_page(
    visitor: &Visitor,
    house: &House,
    name_form: Option<Form>,
    rules_form: Option<Form>,
) -> Result<GeneralPage, Refusal> {
    let Some(organization) = &house.organization else {
        return Err(Refusal::not_found(visitor));
    };
    let owner: User = visitor
        .get(&house.api(&format!("/users/{}", organization.primary_admin_user_id)))
        .await?;
    let rules_form = rules_form.unwrap_or_else(|| rules_as_they_are(organization));
    Ok(GeneralPage {
        frame: house.frame(visitor, Section::General),
        base: house.base.clone(),
        organization: organization.name.clone(),
        created: Moment::of(organization.created_at),
        primary_admin: owner.name.unwrap_or(owner.email),
        owner: house
            .offers_owning(visitor)
            .await?
            .then(|| owner_settings(organization, &rules_form)),
        name_form: name_form.unwrap_or_else(|| Form::new().with("name", organization.name.clone())),
        rules_form,
    })
}

fn rules_as_they_are(organization: &Organization) -> Form {
    let seconds = organization.invitation_ttl_seconds;
    let (count, unit) = if seconds.is_multiple_of(SECONDS_PER_DAY) {
        (seconds / SECONDS_PER_DAY, "days")
    } else {
        (seconds / SECONDS_PER_HOUR, "hours")
    };
    Form::new()
        .with("invitation_lifetime", count.to_string())
        .with("invitation_unit", unit)
}

fn owner_settings(organization: &Organization, form: &Form) -> OwnerSettings {
    let chosen = form
        .value("user_management")
        .parse::<UserManagement>()
        .unwrap_or(organization.user_management);
    let unit = form.value("invitation_unit");
    OwnerSettings {
        user_management: messages::user_management(chosen),
        units: [("hours", "Hours"), ("days", "Days")]
            .into_iter()
            .map(|(value, label)| Choice::plain(value, label).picked_if(unit))
            .collect(),
    }
}
