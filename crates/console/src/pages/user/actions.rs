//! What the buttons of a user's page do.

use axum::extract::Path;
use serde_json::json;

use super::{shown::user_page, user_of};
use crate::{
    api::{Answer, Refusal, Visitor, answers::User},
    house::{House, Section},
    pages::confirm::ConfirmPage,
    respond::{Answered, done, not_done, page, refused_page},
    sent::Sent,
    view::Form,
};

/// Saves the primary role.
pub(crate) async fn change_role(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let changed = visitor
        .patch(&at(&house, &user, ""), &json!({"role": sent.value("role")}))
        .await;
    match changed {
        Ok(_) => Ok(done(&path(&house, &user), "The role is saved.")),
        Err(refusal) if refusal.belongs_to_form() => {
            let mut shown = user_page(&visitor, &house, user).await?;
            shown.offer = None;
            shown.form = Form::new().refused_by(&refusal, &[("role", "role")]);
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Saves the name of a user who has no account yet.
pub(crate) async fn rename(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let name = sent.value("name");
    match visitor
        .patch(&at(&house, &user, ""), &json!({"name": name}))
        .await
    {
        Ok(_) => Ok(done(&path(&house, &user), "The name is saved.")),
        Err(refusal) if refusal.belongs_to_form() => {
            let mut shown = user_page(&visitor, &house, user).await?;
            shown.offer = None;
            shown.name_form = Form::new()
                .with("name", name)
                .refused_by(&refusal, &[("name", "name")]);
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Deactivates.
pub(crate) async fn deactivate(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let answer = visitor.act(&at(&house, &user, "/deactivate")).await;
    told(
        &house,
        &user,
        answer,
        &format!("{} is deactivated.", called(&user)),
    )
}

/// Reactivates.
pub(crate) async fn reactivate(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let answer = visitor.act(&at(&house, &user, "/reactivate")).await;
    told(
        &house,
        &user,
        answer,
        &format!("{} is active again.", called(&user)),
    )
}

/// Sends the invitation again.
pub(crate) async fn resend(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let Some(invitation) = &user.invitation else {
        return Err(Refusal::not_found(&visitor));
    };
    let answer = visitor
        .act(&house.api(&format!("/invitations/{}/resend", invitation.id)))
        .await;
    told(
        &house,
        &user,
        answer,
        &format!(
            "A new invitation is on its way to {}. Older links no longer work.",
            user.email
        ),
    )
}

/// Asks before an invitation is revoked.
pub(crate) async fn show_revoke(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    if user.invitation.is_none() {
        return Err(Refusal::not_found(&visitor));
    }
    let back = path(&house, &user);
    let question = ConfirmPage {
        frame: house.frame(&visitor, Section::Users),
        title: format!("Revoke the invitation of {}?", called(&user)),
        paragraphs: vec![
            "Its link stops working, and the invited user and their places in entities are removed.".to_owned(),
            "The same email can be invited again at any time.".to_owned(),
        ],
        button: "Revoke invitation",
        back,
        back_label: called(&user).to_owned(),
        refusal: None,
    };
    Ok(page(&visitor, &question))
}

/// Revokes an invitation, and the invited user with it.
pub(crate) async fn revoke(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    _: Sent,
) -> Answered {
    let (house, user) = enter(&visitor, &organization, &user).await?;
    let Some(invitation) = &user.invitation else {
        return Err(Refusal::not_found(&visitor));
    };
    match visitor
        .delete(&house.api(&format!("/invitations/{}", invitation.id)))
        .await
    {
        Ok(_) => Ok(done(
            &format!("{}/users", house.base),
            &format!("The invitation of {} is revoked.", user.email),
        )),
        Err(refusal) => not_done(&path(&house, &user), refusal),
    }
}

async fn enter(
    visitor: &Visitor,
    organization: &str,
    user: &str,
) -> Result<(House, User), Refusal> {
    let house = House::enter(visitor, organization).await?;
    let user = user_of(visitor, &house, user).await?;
    Ok((house, user))
}

fn at(house: &House, user: &User, rest: &str) -> String {
    house.api(&format!("/users/{}{rest}", user.id))
}

fn path(house: &House, user: &User) -> String {
    format!("{}/users/{}", house.base, user.id)
}

fn called(user: &User) -> &str {
    user.name.as_deref().unwrap_or(&user.email)
}

fn told(house: &House, user: &User, answer: Result<Answer, Refusal>, text: &str) -> Answered {
    match answer {
        Ok(_) => Ok(done(&path(house, user), text)),
        Err(refusal) => not_done(&path(house, user), refusal),
    }
}
