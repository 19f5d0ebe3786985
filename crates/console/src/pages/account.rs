//! One's own account: name, password, sessions, and its end (R-REM-7).

use askama::Template;
use axum::extract::Path;
use serde_json::json;
use vestibule_domain::OrganizationRole;

use super::confirm::ConfirmPage;
use crate::{
    api::{
        Refusal, Visitor,
        answers::{Account, List, Session},
    },
    house::frame_of,
    respond::{Answered, done, not_done, page, refused_page, with_cookies},
    sent::Sent,
    view::{Form, Frame, Moment},
};

/// The account's page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) frame: Frame,
    pub(crate) email: String,
    pub(crate) name_form: Form,
    pub(crate) password_form: Form,
    pub(crate) sessions: Vec<SessionRow>,
    /// Organizations to be handed over before the account can be deleted.
    pub(crate) owned: Vec<String>,
}

/// One sign-in.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) created: Moment,
    pub(crate) used: Moment,
    pub(crate) expires: Moment,
    pub(crate) current: bool,
}

/// Shows the account.
pub(crate) async fn show(visitor: Visitor) -> Answered {
    let shown = account_page(&visitor, None, Form::new()).await?;
    Ok(page(&visitor, &shown))
}

/// Saves the name, for every organization.
pub(crate) async fn rename(visitor: Visitor, sent: Sent) -> Answered {
    let name = sent.value("name");
    match visitor.patch("/v1/me", &json!({"name": name})).await {
        Ok(_) => Ok(done("/account", "Your name is saved.")),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("name", name)
                .refused_by(&refusal, &[("name", "name")]);
            let shown = account_page(&visitor, Some(form), Form::new()).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Changes the password.
pub(crate) async fn change_password(visitor: Visitor, sent: Sent) -> Answered {
    let body = json!({
        "current_password": sent.value("current_password"),
        "new_password": sent.value("new_password"),
    });
    match visitor.put("/v1/me/password", &body).await {
        Ok(answer) => Ok(with_cookies(
            done(
                "/account",
                "Your password is changed. Everywhere else you are signed out.",
            ),
            answer.cookies,
        )),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = if refusal.code == "wrong_credentials" {
                Form::new().wrong("current_password", "This is not your current password.")
            } else {
                Form::new().refused_by(
                    &refusal,
                    &[
                        ("current_password", "current_password"),
                        ("new_password", "new_password"),
                    ],
                )
            };
            let shown = account_page(&visitor, None, form).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Ends one sign-in.
pub(crate) async fn end_session(
    visitor: Visitor,
    Path(session): Path<String>,
    _: Sent,
) -> Answered {
    match visitor.delete(&format!("/v1/sessions/{session}")).await {
        Ok(answer) => Ok(with_cookies(
            done("/account", "Signed out there."),
            answer.cookies,
        )),
        Err(refusal) => not_done("/account", refusal),
    }
}

/// Asks before the account is deleted.
pub(crate) async fn show_delete(visitor: Visitor) -> Answered {
    let account: Account = visitor.get("/v1/me").await?;
    let names: Vec<&str> = account
        .organizations
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let lost = if names.is_empty() {
        "You are in no organization, so nothing else is lost.".to_owned()
    } else {
        format!(
            "You are removed from {}, and from every entity there, at once.",
            names.join(", ")
        )
    };
    let question = ConfirmPage {
        frame: frame_of(&visitor, Some(&account)),
        title: "Delete your account?".to_owned(),
        paragraphs: vec![
            lost,
            "The account and its password end for good. Being invited again starts anew."
                .to_owned(),
        ],
        button: "Delete account",
        back: "/account".to_owned(),
        back_label: "Your account".to_owned(),
        refusal: None,
    };
    Ok(page(&visitor, &question))
}

/// Deletes the account.
pub(crate) async fn delete(visitor: Visitor, _: Sent) -> Answered {
    match visitor.delete("/v1/me").await {
        Ok(answer) => Ok(with_cookies(
            done("/sign-in", "Your account is deleted."),
            answer.cookies,
        )),
        Err(refusal) => not_done("/account", refusal),
    }
}

async fn account_page(
    visitor: &Visitor,
    name_form: Option<Form>,
    password_form: Form,
) -> Result<AccountPage, Refusal> {
    let account: Account = visitor.get("/v1/me").await?;
    let sessions: List<Session> = visitor.get("/v1/sessions").await?;
    let owned = account
        .organizations
        .iter()
        .filter(|one| one.role == OrganizationRole::PrimaryAdmin)
        .map(|one| one.name.clone());
    Ok(AccountPage {
        frame: frame_of(visitor, Some(&account)),
        owned: owned.collect(),
        name_form: name_form.unwrap_or_else(|| Form::new().with("name", account.name.clone())),
        email: account.email,
        password_form,
        sessions: sessions
            .items
            .into_iter()
            .map(|session| SessionRow {
                id: session.id,
                created: Moment::of(session.created_at),
                used: Moment::of(session.last_used_at),
                expires: Moment::of(session.expires_at),
                current: session.current,
            })
            .collect(),
    })
}
