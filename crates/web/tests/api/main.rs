//! The HTTP contract, played against a real server on a real port: one file a resource.

#[cfg(test)]
mod support;

#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod audit_events;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod entities;
#[cfg(test)]
mod invitation_links;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod me;
#[cfg(test)]
mod members;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod password_resets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod unchanged;
#[cfg(test)]
mod users;
