//! The page behind the link of an invitation. Opening it consumes nothing (R-INV-6).

use askama::Template;
use axum::{extract::Path, http::StatusCode};
use serde::Deserialize;
use serde_json::json;
use vestibule_domain::{Email, OrganizationId};

use super::notice::{Action, NoticePage};
use crate::{
    api::{
        Refusal, Visitor,
        answers::{Account, InvitationOffer},
    },
    house::{account_of, frame_of},
    respond::{Answered, done, on_to, page, page_with, refused_page},
    sent::{Sent, address},
    view::{Form, Frame, Moment},
};

/// The invitation as its invitee sees it.
#[derive(Debug, Template)]
#[template(path = "accept.html")]
pub(crate) struct AcceptPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    pub(crate) organization: String,
    pub(crate) inviter: Option<String>,
    pub(crate) email: String,
    pub(crate) expires: Moment,
    pub(crate) way: Way,
    /// The path of the invitation, token included.
    pub(crate) action: String,
}

/// How this visitor can accept.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// By choosing a name and a password.
    NewAccount,
    /// By the password of the account that the email has.
    Password,
    /// By the button alone: the account is signed in.
    SignedIn,
    /// Not as they are: another account is signed in.
    OtherAccount {
        /// The email of that account.
        email: String,
    },
}

impl Way {
    fn is_other_account(&self) -> bool {
        matches!(self, Self::OtherAccount { .. })
    }
}

/// Shows the invitation to whoever has its link.
pub(crate) async fn show(visitor: Visitor, Path(token): Path<String>) -> Answered {
    match offer_of(&visitor, &token).await {
        Ok((offer, way)) => Ok(page(
            &visitor,
            &accept_page(&visitor, &token, offer, way, Form::new()),
        )),
        Err(refusal) => not_usable(&visitor, refusal),
    }
}

/// Accepts in the way that is open to this visitor.
pub(crate) async fn accept(visitor: Visitor, Path(token): Path<String>, sent: Sent) -> Answered {
    let (offer, way) = match offer_of(&visitor, &token).await {
        Ok(found) => found,
        Err(refusal) => return not_usable(&visitor, refusal),
    };
    let body = match &way {
        Way::NewAccount => json!({"name": sent.value("name"), "password": sent.value("password")}),
        Way::Password => json!({"password": sent.value("password")}),
        Way::SignedIn | Way::OtherAccount { .. } => json!({}),
    };
    match visitor
        .post(&format!("/v1/invitations/{token}/accept"), &body)
        .await
    {
        Ok(answer) => {
            let accepted: Accepted = answer.read(&visitor)?;
            Ok(welcome(&way, &offer, &accepted))
        }
        Err(refusal) if refusal.code == "wrong_credentials" => {
            let form = Form::new().wrong("password", "This is not the password of this account.");
            let again = accept_page(&visitor, &token, offer, way, form);
            Ok(refused_page(&visitor, &refusal, &again))
        }
        Err(refusal) if refusal.code != "invitation_not_usable" && refusal.belongs_to_form() => {
            let form = Form::new()
                .with("name", sent.value("name"))
                .refused_by(&refusal, &[("name", "name"), ("password", "password")]);
            let again = accept_page(&visitor, &token, offer, way, form);
            Ok(refused_page(&visitor, &refusal, &again))
        }
        Err(refusal) => not_usable(&visitor, refusal),
    }
}

/// Declines, which ends the invitation.
pub(crate) async fn decline(visitor: Visitor, Path(token): Path<String>, _: Sent) -> Answered {
    match visitor
        .act(&format!("/v1/invitations/{token}/decline"))
        .await
    {
        Ok(_) => Ok(on_to("/invitations/declined")),
        Err(refusal) => not_usable(&visitor, refusal),
    }
}

/// Says that the invitation has ended.
pub(crate) async fn declined(visitor: Visitor) -> Answered {
    let notice = NoticePage {
        frame: frame_of(&visitor, None),
        code: None,
        title: "Invitation declined".to_owned(),
        paragraphs: vec!["It has ended, and its link with it. You can close this page.".to_owned()],
        action: None,
    };
    Ok(page(&visitor, &notice))
}

#[derive(Deserialize)]
struct Accepted {
    organization_id: OrganizationId,
}

async fn offer_of(visitor: &Visitor, token: &str) -> Result<(InvitationOffer, Way), Refusal> {
    let offer: InvitationOffer = visitor.get(&format!("/v1/invitations/{token}")).await?;
    let way = match account_of(visitor).await? {
        Some(account) if is_for(&offer, &account) => Way::SignedIn,
        Some(account) => Way::OtherAccount {
            email: account.email,
        },
        None if offer.account_exists => Way::Password,
        None => Way::NewAccount,
    };
    Ok((offer, way))
}

/// Whether the invited email is the account's, in the sense of R-INV-2.
fn is_for(offer: &InvitationOffer, account: &Account) -> bool {
    match (offer.email.parse::<Email>(), account.email.parse::<Email>()) {
        (Ok(invited), Ok(own)) => invited.key() == own.key(),
        _ => false,
    }
}

fn accept_page(
    visitor: &Visitor,
    token: &str,
    offer: InvitationOffer,
    way: Way,
    form: Form,
) -> AcceptPage {
    AcceptPage {
        frame: frame_of(visitor, None),
        form,
        organization: offer.organization_name,
        inviter: offer.invited_by,
        email: offer.email,
        expires: Moment::of(offer.expires_at),
        way,
        action: format!("/invitations/{token}"),
    }
}

/// Acceptance opens no session: who has none goes to sign in, with the email filled in.
fn welcome(way: &Way, offer: &InvitationOffer, accepted: &Accepted) -> axum::response::Response {
    let name = &offer.organization_name;
    if matches!(way, Way::SignedIn) {
        let home = format!("/organizations/{}", accepted.organization_id);
        return done(&home, &format!("Welcome to {name}."));
    }
    let sign_in = address("/sign-in", [("email", offer.email.as_str())].into_iter());
    done(&sign_in, &format!("You joined {name}. Sign in to enter."))
}

/// One and the same page for every link that is no good (R-INV-7).
fn not_usable(visitor: &Visitor, refusal: Refusal) -> Answered {
    if refusal.code != "invitation_not_usable" && refusal.code != "not_found" {
        return Err(refusal);
    }
    let notice = NoticePage {
        frame: frame_of(visitor, None),
        code: None,
        title: "This invitation cannot be used".to_owned(),
        paragraphs: vec![
            "It may have ended, been used, or been replaced by a newer one. Ask the person who invited you to send it again.".to_owned(),
        ],
        action: Some(Action { href: "/sign-in".to_owned(), label: "Go to sign in" }),
    };
    Ok(page_with(visitor, StatusCode::NOT_FOUND, &notice))
}
