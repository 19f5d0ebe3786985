//! Signing in, and proving once more who one is before something grave.

use askama::Template;
use axum::http::StatusCode;
use serde_json::json;

use crate::{
    api::{Refusal, Visitor, answers::InvitationOffer},
    house::{account_of, frame_of},
    messages,
    respond::{Answered, on_to, page, refused_page, with_cookies},
    sent::{Asked, Sent, own_path},
    view::{Form, Frame},
};

/// The page to sign in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    /// Where to go afterwards, a path of the console.
    pub(crate) next: Option<String>,
    /// The organization whose invitation waits.
    pub(crate) invitation: Option<String>,
}

/// The page that asks for the password once more (R-SES-4).
#[derive(Debug, Template)]
#[template(path = "confirm_password.html")]
pub(crate) struct ConfirmPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    /// What is about to be done, as a sentence.
    pub(crate) reason: &'static str,
    pub(crate) next: String,
    pub(crate) back: String,
}

/// Shows the page, or goes on for who is signed in already.
pub(crate) async fn show(visitor: Visitor, asked: Asked) -> Answered {
    let next = own_path(asked.value("next"));
    let email = asked.value("email");
    if let Some(account) = account_of(&visitor).await?
        && (email.is_empty() || email == account.email)
    {
        return Ok(on_to(next.unwrap_or("/")));
    }
    let form = Form::new().with("email", email);
    Ok(page(&visitor, &sign_in_page(&visitor, form, next).await))
}

/// Signs in and goes on to where the visitor wanted to be.
pub(crate) async fn sign_in(visitor: Visitor, sent: Sent) -> Answered {
    let next = own_path(sent.value("next"));
    let credentials = json!({"email": sent.value("email"), "password": sent.value("password")});
    match visitor.post("/v1/sessions", &credentials).await {
        Ok(answer) => Ok(with_cookies(on_to(next.unwrap_or("/")), answer.cookies)),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("email", sent.value("email"))
                .refused_by(&refusal, &[("email", "email"), ("password", "password")]);
            Ok(refused_page(
                &visitor,
                &refusal,
                &sign_in_page(&visitor, form, next).await,
            ))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Signs out; who was not signed in is now all the more so.
pub(crate) async fn sign_out(visitor: Visitor, sent: Sent) -> Answered {
    let next = own_path(sent.value("next")).unwrap_or("/sign-in");
    match visitor.delete("/v1/sessions/current").await {
        Ok(answer) => Ok(with_cookies(on_to(next), answer.cookies)),
        Err(refusal) if refusal.status == StatusCode::UNAUTHORIZED => {
            Ok(with_cookies(on_to(next), refusal.cookies.clone()))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Asks for the password once more.
pub(crate) async fn ask_again(visitor: Visitor, asked: Asked) -> Answered {
    let next = own_path(asked.value("next")).unwrap_or("/");
    let Some(account) = account_of(&visitor).await? else {
        return Ok(on_to("/sign-in"));
    };
    let form = Form::new().with("email", account.email);
    Ok(page(&visitor, &confirm_password_page(&visitor, form, next)))
}

/// Makes the sign-in fresh.
pub(crate) async fn confirm(visitor: Visitor, sent: Sent) -> Answered {
    let next = own_path(sent.value("next")).unwrap_or("/");
    let Some(account) = account_of(&visitor).await? else {
        return Ok(on_to("/sign-in"));
    };
    let credentials = json!({"email": account.email, "password": sent.value("password")});
    match visitor.post("/v1/sessions", &credentials).await {
        Ok(answer) => Ok(with_cookies(on_to(next), answer.cookies)),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().with("email", account.email);
            let form = if refusal.code == "wrong_credentials" {
                form.wrong("password", "This is not the password of your account.")
            } else {
                form.refused_by(&refusal, &[("password", "password")])
            };
            Ok(refused_page(
                &visitor,
                &refusal,
                &confirm_password_page(&visitor, form, next),
            ))
        }
        Err(refusal) => Err(refusal),
    }
}

async fn sign_in_page(visitor: &Visitor, form: Form, next: Option<&str>) -> SignInPage {
    SignInPage {
        frame: frame_of(visitor, None),
        form,
        next: next.map(str::to_owned),
        invitation: waiting_invitation(visitor, next).await,
    }
}

/// The organization whose invitation the visitor came from; a link that is no longer good says so itself.
async fn waiting_invitation(visitor: &Visitor, next: Option<&str>) -> Option<String> {
    let token = next?.strip_prefix("/invitations/")?;
    let offer: Result<InvitationOffer, Refusal> =
        visitor.get(&format!("/v1/invitations/{token}")).await;
    offer.ok().map(|offer| offer.organization_name)
}

fn confirm_password_page(visitor: &Visitor, form: Form, next: &str) -> ConfirmPasswordPage {
    ConfirmPasswordPage {
        frame: frame_of(visitor, None),
        form,
        reason: messages::why_confirm(next),
        next: next.to_owned(),
        back: next.to_owned(),
    }
}
