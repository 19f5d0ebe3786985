//! The first run: the one-time link where the first organization comes to be.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use vestibule_domain::{Email, Name};
use vestibule_storage::Origin;
use vestibule_web::{Code, Foundation, Password, Problem, now};

use super::notice::{Action, NoticePage};
use crate::{
    Console,
    api::{Refusal, Visitor},
    house::frame_of,
    messages,
    respond::{Answered, done, page, page_with},
    sent::{Sent, address},
    view::{Form, Frame},
};

/// What the web layer blames by this pointer stands beside the field of the same name.
const PASSWORD: &str = "/password";

/// The page behind the one-time link.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}

/// Shows the form, as long as the link opens something.
pub(crate) async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path(secret): Path<String>,
) -> Answered {
    match console.app.open_set_up(&secret).await {
        Ok(()) => Ok(page(&visitor, &set_up_page(&visitor, Form::new()))),
        Err(problem) => shut(&visitor, &problem),
    }
}

/// Makes the organization and its Primary Admin, who then signs in.
pub(crate) async fn set_up(
    State(console): State<Console>,
    visitor: Visitor,
    Path(secret): Path<String>,
    sent: Sent,
) -> Answered {
    let form = Form::new()
        .with("organization", sent.value("organization"))
        .with("name", sent.value("name"))
        .with("email", sent.value("email"));
    let foundation = match foundation(&sent, form.clone()) {
        Ok(foundation) => foundation,
        Err(form) => {
            return Ok(page_with(
                &visitor,
                StatusCode::UNPROCESSABLE_ENTITY,
                &set_up_page(&visitor, form),
            ));
        }
    };
    let origin = Origin {
        address: visitor.peer(),
        request_id: visitor.request_id().to_owned(),
    };
    match console
        .app
        .set_up(&secret, foundation, PASSWORD, now(), origin)
        .await
    {
        Ok(_) => {
            let name = sent.value("organization").trim();
            let sign_in = address(
                "/sign-in",
                [("email", sent.value("email").trim())].into_iter(),
            );
            Ok(done(
                &sign_in,
                &format!("{name} is open, and you are its Primary Admin. Sign in to enter."),
            ))
        }
        Err(problem) if problem.code() == Code::NotFound => shut(&visitor, &problem),
        Err(problem) => {
            let refusal = Refusal::of(&visitor, &problem);
            let form = form.refused_by(&refusal, &[("email", "email"), ("password", "password")]);
            Ok(page_with(
                &visitor,
                refusal.status,
                &set_up_page(&visitor, form),
            ))
        }
    }
}

/// Reads the form; gives it back with what is wrong in it.
fn foundation(sent: &Sent, mut form: Form) -> Result<Foundation, Form> {
    let organization_name = Name::new(sent.value("organization"));
    let name = Name::new(sent.value("name"));
    let email = Email::new(sent.value("email"));
    if let Err(wrong) = &organization_name {
        form = form.wrong("organization", messages::whole(&wrong.to_string()));
    }
    if let Err(wrong) = &name {
        form = form.wrong("name", messages::whole(&wrong.to_string()));
    }
    if let Err(wrong) = &email {
        form = form.wrong("email", messages::whole(&wrong.to_string()));
    }
    match (organization_name, name, email) {
        (Ok(organization_name), Ok(name), Ok(email)) => Ok(Foundation {
            organization_name,
            email,
            name,
            password: Password::new(sent.value("password")),
        }),
        _ => Err(form),
    }
}

fn set_up_page(visitor: &Visitor, form: Form) -> SetupPage {
    SetupPage {
        frame: frame_of(visitor, None),
        form,
    }
}

/// A link that opens nothing: wrong, of an older process, or used.
fn shut(visitor: &Visitor, problem: &Problem) -> Answered {
    if problem.code() != Code::NotFound {
        return Err(Refusal::of(visitor, problem));
    }
    let notice = NoticePage {
        frame: frame_of(visitor, None),
        code: None,
        title: "This link cannot be used".to_owned(),
        paragraphs: vec![
            "It works once, and only until the server is started anew. While there is no organization, every start prints a new one.".to_owned(),
        ],
        action: Some(Action { href: "/sign-in".to_owned(), label: "Go to sign in" }),
    };
    Ok(page_with(visitor, StatusCode::NOT_FOUND, &notice))
}
