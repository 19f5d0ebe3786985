//! Choosing among the organizations of an account.

use askama::Template;
use axum::extract::Path;
use vestibule_domain::Status;

use crate::{
    api::{Visitor, answers::Account},
    house::{House, doors, frame_of},
    respond::{Answered, on_to, page},
    view::{Door, Frame},
};

/// Every organization that the account is linked to.
#[derive(Debug, Template)]
#[template(path = "organizations.html")]
pub(crate) struct OrganizationsPage {
    pub(crate) frame: Frame,
    pub(crate) email: String,
    pub(crate) doors: Vec<Door>,
}

/// Leads to the only organization there is, or to the choice.
pub(crate) async fn start(visitor: Visitor) -> Answered {
    let account: Account = visitor.get("/v1/me").await?;
    let mut open = account
        .organizations
        .iter()
        .filter(|one| one.status == Status::Active);
    match (open.next(), open.next()) {
        (Some(only), None) => Ok(on_to(&format!("/organizations/{}", only.id))),
        _ => Ok(on_to("/organizations")),
    }
}

/// Shows the choice.
pub(crate) async fn show(visitor: Visitor) -> Answered {
    let account: Account = visitor.get("/v1/me").await?;
    let doors = doors(&account, None);
    Ok(page(
        &visitor,
        &OrganizationsPage {
            frame: frame_of(&visitor, None),
            email: account.email,
            doors,
        },
    ))
}

/// Leads to the first page of an organization: everyone for who manages, one's own entities otherwise.
pub(crate) async fn enter(visitor: Visitor, Path(organization): Path<String>) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let first = if house.is_admin() {
        "users"
    } else {
        "entities"
    };
    Ok(on_to(&format!("{}/{first}", house.base)))
}
