//! Schemas of the closed sets of words; the words themselves are the domain's.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use vestibule_domain as domain;

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
    StatusWord "Status" of domain::Status;
    EntityStatusWord "EntityStatus" of domain::EntityStatus;
    InvitationStateWord "InvitationState" of domain::InvitationState;
}
