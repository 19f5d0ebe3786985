//! Strategies for what is asked without changing anything: readings, checks, and what is missing.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::{decision, email, entity_id, entity_role, name, policy_rule, status, user_id};
use crate::{Explanation, Reading, Wanted};

/// Anything to look at.
pub fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        Just(Reading::Organization),
        Just(Reading::Users),
        user_id().prop_map(Reading::User),
        Just(Reading::Invitations),
        Just(Reading::Entities),
        entity_id().prop_map(Reading::Entity),
        entity_id().prop_map(Reading::Members),
        entity_id().prop_map(Reading::Candidates),
        btree_set(user_id(), 0..4).prop_map(Reading::Checks),
        Just(Reading::AuditEvents),
        Just(Reading::ApiKeys),
    ]
}

/// An answer to a permission check; that its parts fit one another, a directory sees to.
pub fn explanation() -> impl Strategy<Value = Explanation> {
    let permission = policy_rule().prop_map(|rule| rule.permission);
    let standing = (option::of(status()), option::of(entity_role()));
    (decision(), permission, standing).prop_map(|(decision, permission, (status, role))| {
        Explanation {
            decision,
            permission,
            status,
            role,
        }
    })
}

/// Keys of every kind, as a loader could be asked for.
pub fn wanted() -> impl Strategy<Value = Wanted> {
    let texts = (vec(email(), 0..3), vec(name(), 0..3));
    let ids = (
        btree_set(user_id(), 0..3),
        btree_set(entity_id(), 0..3),
        btree_set((user_id(), entity_id()), 0..3),
    );
    let all_of = (btree_set(user_id(), 0..3), btree_set(user_id(), 0..3));
    (texts, ids, all_of).prop_map(
        |((emails, names), (users, entities, memberships), (holdings, api_keys))| Wanted {
            users,
            emails: emails.iter().map(|email| email.key().clone()).collect(),
            entities,
            names: names.iter().map(crate::Name::key).collect(),
            memberships,
            holdings,
            api_keys,
        },
    )
}
