//! The rules of Vestibule: organizations, entities and the people in them, without I/O.
//!
//! The organization is the front door, entities (companies) are the rooms inside. This crate
//! decides who may do what to whom, and what follows; it reads no clock, makes no ids, and knows
//! no database. Accounts, passwords, sessions and mail live elsewhere.
//!
//! | you want to | look at |
//! | --- | --- |
//! | keep an organization in memory | [`Directory::whole`], [`Directory::perform`] |
//! | keep it in a database of your own | [`Load`], [`decide_all`], [`Changes`] |
//! | know what can be asked, and what then happened | [`Command`], [`Event`], [`Rejection`] |
//! | answer "may this user do this there?" | [`Directory::check`], [`Access`], [`Policy`] |
//! | answer "may they look at this?" | [`Directory::may_read`] |
//! | keep events for years | [`StoredEvent`] |
//! | test a storage of your own | `test_support::conformance` |
//!
//! # The first half hour
//!
//! `cargo add vestibule-domain uuid`, and the story below runs. Two whole programs come with the
//! sources: `examples/directory.rs` keeps an organization in memory, `examples/own_storage.rs` keeps
//! any number of them in SQLite, with a [`Load`] and a writer of [`Changes`] over the public API
//! alone. The page `docs/embedding.md` of the project walks through both. When yours is written,
//! `cargo add --dev vestibule-domain --features test-support`, and let `conformance` play random
//! stories on it and on the model: it passes when it agrees in every answer and keeps the same state.
//!
//! # A story
//!
//! Somebody is invited into a company, accepts, works there, and is removed from everywhere.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use uuid::Uuid;
//! use vestibule_domain::{
//!     AccountId, Actor, AssignableRole, Command, Decision, Directory, EntityId, EntityRole,
//!     Founding, InvitationId, Login, OrganizationId, Rejection, Request, Stop, Timestamp, UserId,
//! };
//!
//! // Ids and the time come in from outside: the same requests always give the same events.
//! let at = Timestamp::from_micros(1_767_225_600_000_000)?;
//! let [olive, ann] = [1, 2].map(|number| UserId::new(Uuid::from_u128(number)));
//! let bakery = EntityId::new(Uuid::from_u128(3));
//! let invitation = InvitationId::new(Uuid::from_u128(4));
//!
//! let (mut acme, _founded) = Directory::found(Founding {
//!     organization: OrganizationId::new(Uuid::from_u128(5)),
//!     name: "Acme Holding".parse()?,
//!     primary_admin: olive,
//!     email: "olive@acme.example".parse()?,
//!     primary_admin_name: "Olive Owner".parse()?,
//!     account: AccountId::new(Uuid::from_u128(6)),
//!     at,
//! });
//! let by = |id| Actor::User { id, signed_in: at };
//! let request = |actor, command| Request { actor, command, at };
//!
//! // The Primary Admin makes a company and invites somebody into it.
//! acme.perform(&request(by(olive), Command::CreateEntity {
//!     entity: bakery,
//!     name: "Bakery".parse()?,
//! }))?;
//! acme.perform(&request(by(olive), Command::InviteUser {
//!     user: ann,
//!     invitation,
//!     email: "Ann@Acme.example".parse()?,
//!     role: AssignableRole::User,
//!     name: None,
//!     memberships: BTreeMap::from([(bakery, EntityRole::Clerk)]),
//! }))?;
//!
//! // Until the invitation is accepted, the membership waits; why, can be explained.
//! let before = acme.explain(ann, "invoice:edit", bakery)?;
//! assert_eq!(before.to_string(), "denied: the user is invited, not active");
//! acme.perform(&request(Actor::Invitee, Command::AcceptInvitation {
//!     user: ann,
//!     invitation,
//!     generation: 1,
//!     name: "Ann Arbor".parse()?,
//!     login: Login::New(AccountId::new(Uuid::from_u128(7))),
//! }))?;
//! let after = acme.explain(ann, "invoice:edit", bakery)?;
//! assert_eq!(after.decision, Decision::Allow);
//! assert_eq!(after.to_string(), "allowed: the role clerk has `invoice:edit`");
//!
//! // A rule refuses with a reason, and then nothing has changed.
//! let leave = Command::RemoveUser { user: olive, fingerprint: None };
//! let refused = acme.perform(&request(by(olive), leave));
//! assert_eq!(refused, Err(Stop::Rejected(Rejection::PrimaryAdminMustTransfer)));
//!
//! // Before a removal its plan says what would be lost; what was not shown is not removed.
//! let plan = acme.removal_plan(&by(olive), ann, at)?;
//! assert_eq!(plan.memberships[0].entity_name.as_str(), "Bakery");
//! acme.perform(&request(by(olive), Command::RemoveUser {
//!     user: ann,
//!     fingerprint: Some(plan.fingerprint()),
//! }))?;
//! assert_eq!(acme.memberships_of(ann).count(), 0);
//! let gone = acme.explain(ann, "invoice:edit", bakery)?;
//! assert_eq!(gone.to_string(), "denied: there is no such user in the organization");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `serde` (on by default): every value type can be serialised; the forms are a contract.
//! - `toml`: [`Policy`] from TOML, with errors that point at the place.
//! - `test-support`: the conformance suite for storages, the random stories that it plays, and a
//!   proptest strategy for every value type.
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
pub use event::{Ending, Event, Profile, Removal, StoredEvent};
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
