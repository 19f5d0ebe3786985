//! The routes, one file a resource; each handler parses, asks and answers.

pub(crate) mod api_keys;
pub(crate) mod audit_events;
pub(crate) mod batch;
pub(crate) mod checks;
pub(crate) mod entities;
pub(crate) mod invitation_links;
pub(crate) mod invitations;
pub(crate) mod me;
pub(crate) mod members;
pub(crate) mod operations;
pub(crate) mod organizations;
pub(crate) mod password_resets;
pub(crate) mod sessions;
pub(crate) mod users;
