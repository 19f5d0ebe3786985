//! The tables, the same for both databases; the migrations are the truth that this follows.

use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    accounts (id) {
        id -> Id,
        email -> Word,
        email_key -> Word,
        name -> Word,
        password_hash -> Text,
        created_at -> Moment,
        password_changed_at -> Moment,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    sessions (id) {
        id -> Id,
        account_id -> Id,
        digest -> Binary,
        created_at -> Moment,
        last_used_at -> Moment,
        expires_at -> Moment,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    password_resets (id) {
        id -> Id,
        account_id -> Nullable<Id>,
        created_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    organizations (id) {
        id -> Id,
        name -> Word,
        primary_admin_user_id -> Id,
        user_management -> Word,
        invitation_lifetime_seconds -> Integer,
        created_at -> Moment,
        version -> BigInt,
        audit_seq -> BigInt,
        audit_hash -> Binary,
        invited_admins -> Integer,
        invited_users -> Integer,
        active_admins -> Integer,
        active_users -> Integer,
        deactivated_admins -> Integer,
        deactivated_users -> Integer,
        active_entities -> Integer,
        archived_entities -> Integer,
        pending_invitations -> Integer,
        accepted_invitations -> Integer,
        declined_invitations -> Integer,
        revoked_invitations -> Integer,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    invitations (organization_id, id) {
        organization_id -> Id,
        id -> Id,
        user_id -> Id,
        email -> Nullable<Word>,
        role -> Word,
        sender_user_id -> Nullable<Id>,
        generation -> Integer,
        expires_at -> Moment,
        created_at -> Moment,
        resent_at -> Text,
        end_state -> Nullable<Word>,
        ended_at -> Nullable<Moment>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    users (organization_id, id) {
        organization_id -> Id,
        id -> Id,
        email -> Word,
        email_key -> Word,
        email_sort_key -> Word,
        name -> Nullable<Word>,
        sort_key -> Word,
        role -> Word,
        status -> Word,
        account_id -> Nullable<Id>,
        joined_at -> Nullable<Moment>,
        invitation_id -> Nullable<Id>,
        sent_count -> Integer,
        sent_digest -> Binary,
        without_entity -> Bool,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    entities (organization_id, id) {
        organization_id -> Id,
        id -> Id,
        name -> Word,
        name_key -> Word,
        status -> Word,
        member_count -> Integer,
        active_admins -> Integer,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    memberships (organization_id, user_id, entity_id) {
        organization_id -> Id,
        user_id -> Id,
        entity_id -> Id,
        role -> Word,
        user_sort_key -> Word,
        user_status -> Word,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    api_keys (organization_id, id) {
        organization_id -> Id,
        id -> Id,
        maker_user_id -> Id,
        name -> Word,
        role -> Word,
        digest -> Binary,
        created_at -> Moment,
        expires_at -> Nullable<Moment>,
        last_used_at -> Nullable<Moment>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    audit_events (organization_id, seq) {
        organization_id -> Id,
        seq -> BigInt,
        at -> Moment,
        action -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Id>,
        actor_name -> Nullable<Text>,
        actor_person_id -> Nullable<Id>,
        target_kind -> Text,
        target_id -> Id,
        target_name -> Nullable<Text>,
        target_person_id -> Nullable<Id>,
        before_values -> Nullable<Text>,
        after_values -> Nullable<Text>,
        request_id -> Text,
        actor_personal -> Nullable<Text>,
        actor_commitment -> Binary,
        target_personal -> Nullable<Text>,
        target_commitment -> Binary,
        hash -> Binary,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    outbox (subject_id, generation) {
        subject_id -> Id,
        generation -> Integer,
        kind -> Word,
        organization_id -> Nullable<Id>,
        state -> Word,
        attempts -> Integer,
        created_at -> Moment,
        next_attempt_at -> Nullable<Moment>,
        finished_at -> Nullable<Moment>,
        error -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::sql_types::*;

    idempotency_keys (organization_id, actor, key) {
        organization_id -> Id,
        actor -> Text,
        key -> Text,
        request_digest -> Binary,
        claimed_until -> Nullable<Moment>,
        answer_status -> Nullable<Integer>,
        answer_headers -> Nullable<Text>,
        answer_body -> Nullable<Text>,
        created_at -> Moment,
        expires_at -> Moment,
    }
}

allow_tables_to_appear_in_same_query!(
    accounts,
    sessions,
    password_resets,
    organizations,
    invitations,
    users,
    entities,
    memberships,
    api_keys,
    audit_events,
    outbox,
    idempotency_keys,
);
