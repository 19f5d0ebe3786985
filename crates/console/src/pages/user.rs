//! One user: who they are, where they are, and what can be done about it.

mod actions;
mod shown;

use askama::Template;
use axum::extract::Path;

use crate::{
    api::{Refusal, Visitor, answers::User},
    house::House,
    respond::{Answered, page},
    sent::Asked,
    view::{Choice, Form, Frame, Moment, Person, Pill, Room, initials_of},
};

pub(crate) use actions::{
    change_role, deactivate, reactivate, rename, resend, revoke, show_revoke,
};

/// A user's page.
#[derive(Debug, Template)]
#[template(path = "user.html")]
pub(crate) struct UserPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) person: Person,
    pub(crate) role: &'static str,
    pub(crate) status: Pill,
    pub(crate) joined: Option<Moment>,
    /// Right after an invitation was sent (R-INV-11).
    pub(crate) offer: Option<Offer>,
    pub(crate) rooms: Vec<UserRoom>,
    /// What stands in place of an empty list of entities.
    pub(crate) no_rooms: &'static str,
    /// Whether who looks may add the user to entities.
    pub(crate) may_add: bool,
    pub(crate) form: Form,
    pub(crate) change_role: Option<Vec<Choice>>,
    pub(crate) name_form: Form,
    /// For a user without an account: why others may name them.
    pub(crate) change_name: Option<&'static str>,
    pub(crate) invitation: Option<InvitationView>,
    pub(crate) access: Option<Access>,
    pub(crate) remove: Option<Remove>,
}

/// The offer to add the person to entities.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) text: &'static str,
    pub(crate) href: String,
}

/// An entity the user is in.
#[derive(Debug, Clone)]
pub(crate) struct UserRoom {
    pub(crate) room: Room,
    pub(crate) entity_href: String,
    pub(crate) change: Option<String>,
}

/// The invitation of a user who has not accepted yet (R-INV-10).
#[derive(Debug, Clone)]
pub(crate) struct InvitationView {
    pub(crate) state: Pill,
    pub(crate) mail: Pill,
    /// `Ends` or `Ended`.
    pub(crate) ends: &'static str,
    pub(crate) expires: Moment,
    pub(crate) sender: Option<String>,
    /// What the mail server said.
    pub(crate) failure: Option<String>,
    /// What expired or suspended means, and what helps.
    pub(crate) explanation: Option<&'static str>,
    /// Whether to offer sending it again.
    pub(crate) resend: bool,
    /// Whether to offer revoking it.
    pub(crate) revoke: bool,
}

/// Deactivation or its end.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) label: &'static str,
}

/// The way to the removal plan; *Leave* for oneself.
#[derive(Debug, Clone)]
pub(crate) struct Remove {
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) label: &'static str,
}

impl UserRoom {
    fn initials(&self) -> String {
        initials_of(&self.room.entity)
    }
}

/// Shows the user.
pub(crate) async fn show(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let user = user_of(&visitor, &house, &user).await?;
    let mut shown = shown::user_page(&visitor, &house, user).await?;
    if asked.value("sent").is_empty() || !shown.may_add {
        shown.offer = None;
    }
    Ok(page(&visitor, &shown))
}

/// The user with that id, as far as the visitor sees them.
pub(crate) async fn user_of(visitor: &Visitor, house: &House, user: &str) -> Result<User, Refusal> {
    visitor.get(&house.api(&format!("/users/{user}"))).await
}
