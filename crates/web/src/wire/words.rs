//! Schemas of the closed sets of words; the words themselves are the domain's.
//!
//! What texts have to look like stands in [`super::texts`].

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use vestibule_domain as domain;
use vestibule_storage::MailState;

macro_rules! words {
    ($($name:ident $title:literal of $kind:ty;)+) => {$(
        #[doc = concat!("The schema of [`", stringify!($kind), "`].")]
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(<$kind>::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($title)
            }
        }
    )+};
}

words! {
    OrganizationRoleWord "OrganizationRole" of domain::OrganizationRole;
    AssignableRoleWord "AssignableRole" of domain::AssignableRole;
    EntityRoleWord "EntityRole" of domain::EntityRole;
    KeyRoleWord "KeyRole" of domain::KeyRole;
    UserManagementWord "UserManagement" of domain::UserManagement;
    StatusWord "UserStatus" of domain::Status;
    EntityStatusWord "EntityStatus" of domain::EntityStatus;
    InvitationStateWord "InvitationState" of domain::InvitationState;
    DenialWord "Denial" of domain::Denial;
}

macro_rules! listed_words {
    ($($(#[$doc:meta])* $name:ident $title:literal = $($word:expr),+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($title)
            }
        }
    )+};
}

listed_words! {
    /// The schema of what [`vestibule_domain::Decision`] is written as.
    DecisionWord "Decision" = "allow", "allow_if_assigned", "deny";
    /// The schema of [`vestibule_storage::MailState`].
    MailStateWord "MailState" =
        MailState::Queued.as_str(), MailState::Sent.as_str(), MailState::Failed.as_str();
    /// The schema of the states in which an invitation stands between invited and active.
    OpenStateWord "PendingInvitationState" =
        domain::InvitationState::Pending.as_str(),
        domain::InvitationState::Expired.as_str(),
        domain::InvitationState::Suspended.as_str();
    /// The schema of what a row of a batch comes to.
    RowStatusWord "RowStatus" = "invited", "refused";
    /// The schema of the orders that people can be listed in.
    SortWord "UserSort" =
        "name", "-name", "email", "-email", "status", "-status", "joined_at", "-joined_at";
}
