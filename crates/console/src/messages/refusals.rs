//! Refusals in sentences for people: ours where the API's own says too little, the API's otherwise.

use crate::{api::Refusal, view::span};

/// The sentence for a refusal that stands above a form or on the page with the button.
pub(crate) fn sentence(refusal: &Refusal) -> String {
    match refusal.code.as_str() {
        "wrong_credentials" => "Email and password do not belong together. Check both and try again.".to_owned(),
        "account_mismatch" => "You are signed in to another account than the one this is for.".to_owned(),
        "rate_limited" => format!("Too many attempts. Try again {}.", later(refusal)),
        "resend_limit_reached" => {
            format!("This invitation was resent five times within an hour. Try again {}.", later(refusal))
        }
        "unavailable" => "The house is busy at the moment. Nothing was changed; try again in a few seconds.".to_owned(),
        "not_allowed" => "You are not allowed to do this.".to_owned(),
        "role_not_assignable" => "You cannot give this role.".to_owned(),
        "primary_admin_must_transfer" => "The Primary Admin hands over ownership first.".to_owned(),
        "entity_archived" => "This entity is archived. Unarchive it first.".to_owned(),
        "invitation_not_pending" => "This invitation is not pending any more.".to_owned(),
        "invitation_not_usable" => {
            "This invitation cannot be used any more. Ask the person who invited you to send it again.".to_owned()
        }
        _ => whole(&refusal.detail),
    }
}

/// The sentence beside the field that is to blame.
pub(crate) fn beside_field(refusal: &Refusal, detail: &str) -> String {
    match (refusal.code.as_str(), detail.split_once(": ")) {
        // The label says already what the field is; what counts is what an email looks like.
        ("invalid_email", Some((_, reason))) => whole(reason),
        _ => whole(detail),
    }
}

/// The title and the sentence of a page that is nothing but a refusal.
pub(crate) fn error_page(refusal: &Refusal) -> (&'static str, String) {
    match refusal.status.as_u16() {
        404 => (
            "No such room",
            "There is nothing at this address, or nothing that you can see.".to_owned(),
        ),
        405 => (
            "Not in this way",
            "There is a page at this address, but it does not take this. Nothing was done."
                .to_owned(),
        ),
        403 if refusal.code == "cross_site_request" => (
            "That came from elsewhere",
            "The form was not sent from a page of this site, so nothing was done.".to_owned(),
        ),
        403 => ("Not for you", sentence(refusal)),
        412 => (
            "Something changed meanwhile",
            "What you saw is no longer so, and nothing was done. Look again, then decide."
                .to_owned(),
        ),
        429 => ("A little slower, please", sentence(refusal)),
        503 => ("Back in a moment", sentence(refusal)),
        400 => (
            "That could not be read",
            "The form or the address is not one of ours. Nothing was done.".to_owned(),
        ),
        500 => (
            "Something went wrong",
            "That is our fault, not yours. It is written down; please try again.".to_owned(),
        ),
        _ => ("That was not possible", sentence(refusal)),
    }
}

/// A fragment as a sentence: with a capital and a full stop, and no marks of code.
pub(crate) fn whole(fragment: &str) -> String {
    let fragment = fragment.replace('`', "");
    let mut characters = fragment.trim().chars();
    let Some(first) = characters.next() else {
        return "That was not possible.".to_owned();
    };
    let mut sentence: String = first.to_uppercase().chain(characters).collect();
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

fn later(refusal: &Refusal) -> String {
    match refusal.retry_after_seconds {
        Some(seconds) => format!("in {}", span(i64::try_from(seconds).unwrap_or(i64::MAX))),
        None => "a little later".to_owned(),
    }
}
