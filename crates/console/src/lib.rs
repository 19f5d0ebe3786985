//! The pages of Vestibule: server-rendered, and working without JavaScript.
//!
//! A page asks and shows; it never decides. What a form wants goes the same way as a request of the
//! JSON API, and a refusal comes back as the sentence that stands beside the form.

mod api;
mod assets;
mod flash;
#[cfg(test)]
mod gallery;
mod house;
mod mailbox;
mod messages;
mod offers;
mod pages;
mod respond;
mod routes;
mod sent;
mod view;

pub use mailbox::{LocalMailbox, WrittenMail};
pub use routes::router;

/// What every page has at hand.
#[derive(Debug, Clone)]
struct Console {
    app: vestibule_web::App,
    /// The routes of the JSON API.
    api: axum::Router,
    mailbox: Option<LocalMailbox>,
    docs: pages::docs::Docs,
}
