//! The rules of Vestibule: organizations, entities and the people in them, without I/O.
//!
//! The organization is the front door, entities (companies) are the rooms inside. This crate
//! decides who may do what to whom, and what follows; it reads no clock, makes no ids, and knows
//! no database. Accounts, passwords, sessions and mail live elsewhere.
#![forbid(unsafe_code)]

mod access;
mod api_key;
mod batch;
mod command;
mod decide;
mod directory;
mod email;
mod entity;
mod event;
mod hexadecimal;
mod id;
mod invitation;
mod name;
mod organization;
mod plan;
mod policy;
mod reading;
mod rejection;
mod role;
#[cfg(feature = "test-support")]
pub mod test_support;
mod text;
mod time;
mod user;
mod wanted;
mod word;

pub use access::{Access, Decision, Denial, Explanation};
pub use api_key::{ApiKey, SecretDigest};
pub use batch::{Load, Outcomes, decide_all};
pub use command::{Actor, Command, Login, Request};
pub use directory::{Change, Changes, Directory, Founding, Stop, Violation};
pub use email::{Email, EmailKey, InvalidEmail};
pub use entity::{Entity, EntityStatus, Membership};
pub use event::{Ending, Event, Profile, Removal};
pub use id::{AccountId, ApiKeyId, EntityId, InvalidId, InvitationId, OrganizationId, UserId};
pub use invitation::{
    Invitation, InvitationEnd, InvitationRecord, InvitationState, Sender, SenderRight,
};
pub use name::{InvalidName, Name, NameKey};
pub use organization::{InvalidLifetime, InvitationLifetime, Organization, Settings};
pub use plan::{Fingerprint, InvalidFingerprint, LostApiKey, LostMembership, RemovalPlan};
#[cfg(feature = "toml")]
pub use policy::InvalidPolicyText;
pub use policy::{
    Condition, ConditionalGrant, Grant, InvalidPolicy, Permission, Policy, PolicyRule,
};
pub use reading::{Reading, Scope, Sight};
pub use rejection::Rejection;
pub use role::{AssignableRole, EntityRole, KeyRole, OrganizationRole, UserManagement};
pub use time::{Timestamp, TimestampOutOfRange};
pub use user::{Joined, SentInvitations, Status, User, UserState};
pub use wanted::{Found, Wanted};
pub use word::UnknownWord;
