//! A strategy for every value type, each value sound in itself; that they fit one another, stories see to.
//!
//! ```
//! use proptest::prelude::*;
//! use vestibule_domain::Email;
//! use vestibule_domain::test_support::values;
//!
//! proptest! {
//!     fn what_was_typed_is_read_again(email in values::email()) {
//!         let again: Email = email.as_str().parse().unwrap();
//!         prop_assert_eq!(again.key(), email.key());
//!     }
//! }
//! what_was_typed_is_read_again();
//! ```

mod commands;
mod events;
mod questions;
mod rows;

use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::{
    AccountId, ApiKeyId, AssignableRole, Condition, ConditionalGrant, Decision, Denial, Email,
    Ending, EntityId, EntityRole, EntityStatus, Fingerprint, Grant, InvitationEnd, InvitationId,
    InvitationLifetime, InvitationState, KeyRole, Login, Name, OrganizationId, OrganizationRole,
    Policy, PolicyRule, Removal, SecretDigest, Sender, SentInvitations, Status, Timestamp, UserId,
    UserManagement,
};

pub use commands::{actor, command, request};
pub use events::{event, profile, rejection, settings, stored_event};
pub use questions::{explanation, reading, wanted};
pub use rows::{
    api_key, entity, found, founding, invitation, invitation_record, joined, lost_api_key,
    lost_membership, membership, organization, removal_plan, user, user_state,
};

/// Any id's UUID.
pub fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

macro_rules! ids {
    ($($function:ident: $name:ident,)+) => {$(
        #[doc = concat!("Any [`", stringify!($name), "`].")]
        pub fn $function() -> impl Strategy<Value = $name> {
            uuid().prop_map($name::new)
        }
    )+};
}

ids! {
    organization_id: OrganizationId,
    user_id: UserId,
    entity_id: EntityId,
    invitation_id: InvitationId,
    api_key_id: ApiKeyId,
    account_id: AccountId,
}

macro_rules! words {
    ($($function:ident: $name:ident,)+) => {$(
        #[doc = concat!("Any [`", stringify!($name), "`].")]
        pub fn $function() -> impl Strategy<Value = $name> {
            select($name::ALL)
        }
    )+};
}

words! {
    assignable_role: AssignableRole,
    denial: Denial,
    entity_role: EntityRole,
    entity_status: EntityStatus,
    invitation_end: InvitationEnd,
    invitation_state: InvitationState,
    key_role: KeyRole,
    organization_role: OrganizationRole,
    status: Status,
    user_management: UserManagement,
}

/// Any moment between 1970 and 2100, to the microsecond.
///
/// # Panics
/// Never: all of these are moments.
#[expect(clippy::expect_used, reason = "the range is within that of moments")]
pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    const MICROS_MAX: i64 = 4_102_444_800_000_000;
    (0..MICROS_MAX).prop_map(|micros| Timestamp::from_micros(micros).expect("a moment"))
}

/// Names of many scripts, with quotes, wildcards and letters that fold in odd ways.
pub fn name() -> impl Strategy<Value = Name> {
    "[a-zA-ZäöüßıİΣςéñ日本🦊'\"%_\\\\&<>. -]{1,60}"
        .prop_filter_map("a name is more than white space", |text| {
            Name::new(&text).ok()
        })
}

/// Emails typed in every way that is one: with letters of other scripts, dots, and both cases.
pub fn email() -> impl Strategy<Value = Email> {
    let local = "[a-zA-Z0-9äöüß+_'%-]{1,20}(\\.[a-zA-Z0-9é]{1,10}){0,2}";
    let domain = select(vec![
        "example.com",
        "EXAMPLE.org",
        "bücher.example",
        "a.b.example",
    ]);
    (local, domain).prop_filter_map("an email is one", |(local, domain)| {
        Email::new(&format!("{local}@{domain}")).ok()
    })
}

/// Any lifetime that an organization can set.
pub fn invitation_lifetime() -> impl Strategy<Value = InvitationLifetime> {
    (InvitationLifetime::SECONDS_MIN..=InvitationLifetime::SECONDS_MAX)
        .prop_map(|seconds| InvitationLifetime::from_seconds(seconds).unwrap_or_default())
}

/// Any digest of a secret.
pub fn secret_digest() -> impl Strategy<Value = SecretDigest> {
    any::<[u8; 32]>().prop_map(SecretDigest)
}

/// The fingerprint of any plan.
pub fn fingerprint() -> impl Strategy<Value = Fingerprint> {
    removal_plan().prop_map(|plan| plan.fingerprint())
}

/// Any count of sent invitations with its digest.
pub fn sent_invitations() -> impl Strategy<Value = SentInvitations> {
    proptest::collection::vec(invitation_id(), 0..5).prop_map(|sent| {
        sent.into_iter()
            .fold(SentInvitations::default(), SentInvitations::with)
    })
}

/// Any sender.
pub fn sender() -> impl Strategy<Value = Sender> {
    prop_oneof![4 => user_id().prop_map(Sender::User), 1 => Just(Sender::Operator)]
}

/// Any login.
pub fn login() -> impl Strategy<Value = Login> {
    prop_oneof![
        account_id().prop_map(Login::Existing),
        account_id().prop_map(Login::New),
    ]
}

/// Why somebody was removed.
pub fn removal() -> impl Strategy<Value = Removal> {
    select(vec![
        Removal::Removed,
        Removal::Left,
        Removal::AccountDeleted,
    ])
}

/// Who ended an invitation.
pub fn ending() -> impl Strategy<Value = Ending> {
    select(vec![Ending::Revoked, Ending::Declined])
}

/// Any answer to a permission check.
pub fn decision() -> impl Strategy<Value = Decision> {
    prop_oneof![
        Just(Decision::Allow),
        Just(Decision::AllowIfAssigned),
        denial().prop_map(Decision::Deny),
    ]
}

/// What a role can have of a permission.
pub fn grant() -> impl Strategy<Value = Grant> {
    select(vec![Grant::Always, Grant::IfAssigned, Grant::Never])
}

/// The one condition there is.
pub fn condition() -> impl Strategy<Value = Condition> {
    Just(Condition::Assigned)
}

/// A role that has something under a condition.
pub fn conditional_grant() -> impl Strategy<Value = ConditionalGrant> {
    (entity_role(), condition()).prop_map(|(role, condition)| ConditionalGrant { role, condition })
}

/// A rule of a policy: each role has the permission, has it conditionally, or has it not.
pub fn policy_rule() -> impl Strategy<Value = PolicyRule> {
    let grants = proptest::collection::vec(0..3_u8, EntityRole::ALL.len());
    ("[a-z]{1,8}(_[a-z]{1,5})?:[a-z]{1,8}", grants).prop_map(|(permission, grants)| {
        let with = |grant: u8| {
            let pairs = EntityRole::ALL.iter().zip(&grants);
            pairs
                .filter(move |(_, given)| **given == grant)
                .map(|(role, _)| *role)
        };
        PolicyRule {
            permission,
            roles: with(1).collect(),
            conditional: with(2)
                .map(|role| ConditionalGrant {
                    role,
                    condition: Condition::Assigned,
                })
                .collect(),
        }
    })
}

/// A policy that holds together.
pub fn policy() -> impl Strategy<Value = Policy> {
    proptest::collection::vec(policy_rule(), 0..20)
        .prop_filter_map("a permission stands in a policy once", |rules| {
            Policy::new(rules).ok()
        })
}
