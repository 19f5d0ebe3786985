//! A forgotten password: asking for the link, and choosing a new one.

use askama::Template;
use axum::{extract::Path, http::StatusCode};
use serde_json::json;

use super::notice::{Action, NoticePage};
use crate::{
    api::Visitor,
    house::frame_of,
    respond::{Answered, done, on_to, page, page_with, refused_page},
    sent::{Asked, Sent},
    view::{Form, Frame},
};

/// The page that asks for the email.
#[derive(Debug, Template)]
#[template(path = "forgot_password.html")]
pub(crate) struct ForgotPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}

/// The page behind the link.
#[derive(Debug, Template)]
#[template(path = "reset_password.html")]
pub(crate) struct ResetPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}

/// Asks for the email.
pub(crate) async fn forgot(visitor: Visitor, asked: Asked) -> Answered {
    let form = Form::new().with("email", asked.value("email"));
    Ok(page(
        &visitor,
        &ForgotPasswordPage {
            frame: frame_of(&visitor, None),
            form,
        },
    ))
}

/// Has the link sent; says the same whether the email is known or not (R-INV-7).
pub(crate) async fn send_link(visitor: Visitor, sent: Sent) -> Answered {
    let email = sent.value("email");
    match visitor
        .post("/v1/password-resets", &json!({"email": email}))
        .await
    {
        Ok(_) => Ok(on_to("/forgot-password/sent")),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new()
                .with("email", email)
                .refused_by(&refusal, &[("email", "email")]);
            let again = ForgotPasswordPage {
                frame: frame_of(&visitor, None),
                form,
            };
            Ok(refused_page(&visitor, &refusal, &again))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Says that a link is on its way.
pub(crate) async fn link_sent(visitor: Visitor) -> Answered {
    let notice = NoticePage {
        frame: frame_of(&visitor, None),
        code: None,
        title: "Look into your mailbox".to_owned(),
        paragraphs: vec![
            "If the email has an account, a link to choose a new password is on its way to it. It works once and for a short time.".to_owned(),
        ],
        action: Some(Action { href: "/sign-in".to_owned(), label: "Back to sign in" }),
    };
    Ok(page(&visitor, &notice))
}

/// Asks for the new password. Opening the link uses nothing up.
pub(crate) async fn choose(visitor: Visitor) -> Answered {
    Ok(page(
        &visitor,
        &ResetPasswordPage {
            frame: frame_of(&visitor, None),
            form: Form::new(),
        },
    ))
}

/// Takes the new password.
pub(crate) async fn reset(visitor: Visitor, Path(token): Path<String>, sent: Sent) -> Answered {
    let body = json!({"password": sent.value("password")});
    match visitor
        .post(&format!("/v1/password-resets/{token}"), &body)
        .await
    {
        Ok(_) => Ok(done(
            "/sign-in",
            "Your new password is set. Sign in with it.",
        )),
        Err(refusal) if refusal.code == "reset_not_usable" || refusal.code == "not_found" => Ok(
            page_with(&visitor, StatusCode::NOT_FOUND, &not_usable(&visitor)),
        ),
        Err(refusal) if refusal.belongs_to_form() => {
            let form = Form::new().refused_by(&refusal, &[("password", "password")]);
            let again = ResetPasswordPage {
                frame: frame_of(&visitor, None),
                form,
            };
            Ok(refused_page(&visitor, &refusal, &again))
        }
        Err(refusal) => Err(refusal),
    }
}

fn not_usable(visitor: &Visitor) -> NoticePage {
    NoticePage {
        frame: frame_of(visitor, None),
        code: None,
        title: "This link cannot be used".to_owned(),
        paragraphs: vec![
            "It may have been used, or have ended. A new one is quickly made.".to_owned(),
        ],
        action: Some(Action {
            href: "/forgot-password".to_owned(),
            label: "Send a new link",
        }),
    }
}
