//! One module a page or a few that belong together: its template, and later what answers its address.

pub(crate) mod accept;
pub(crate) mod account;
pub(crate) mod confirm;
pub(crate) mod docs;
pub(crate) mod entities;
pub(crate) mod entity;
pub(crate) mod general;
pub(crate) mod invite;
pub(crate) mod mailbox;
pub(crate) mod member;
pub(crate) mod notice;
pub(crate) mod organizations;
pub(crate) mod password;
pub(crate) mod pick;
pub(crate) mod removal;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod transfer;
pub(crate) mod user;
pub(crate) mod users;
