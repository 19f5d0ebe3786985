//! The HTTP contract, played against a real server on a real port: one file a resource.

mod support;

mod api_keys;
mod audit_events;
mod batch;
mod checks;
mod entities;
mod invitation_links;
mod invitations;
mod manners;
mod me;
mod members;
mod openapi;
mod operations;
mod organizations;
mod password_resets;
mod sessions;
mod users;
