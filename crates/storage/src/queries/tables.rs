//! The columns that the write path writes together.

use crate::cells::{Columns, Kind};

const ORGANIZATION_AND_ID: &[(&str, Kind)] = &[("organization_id", Kind::Id), ("id", Kind::Id)];

/// Accounts as they come to be.
pub(crate) const ACCOUNTS: Columns = Columns {
    table: "accounts",
    key: &[("id", Kind::Id)],
    rest: &[
        ("email", Kind::Text),
        ("email_key", Kind::Text),
        ("name", Kind::Text),
        ("password_hash", Kind::Text),
        ("created_at", Kind::Moment),
        ("password_changed_at", Kind::Moment),
    ],
};

/// Invitations as they come to be.
pub(crate) const INVITATIONS: Columns = Columns {
    table: "invitations",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("user_id", Kind::Id),
        ("email", Kind::Text),
        ("role", Kind::Text),
        ("sender_user_id", Kind::Id),
        ("generation", Kind::Integer),
        ("expires_at", Kind::Moment),
        ("created_at", Kind::Moment),
        ("resent_at", Kind::Text),
        ("end_state", Kind::Text),
        ("ended_at", Kind::Moment),
    ],
};

/// What changes of an invitation.
pub(crate) const INVITATION_STATES: Columns = Columns {
    table: "invitations",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("role", Kind::Text),
        ("sender_user_id", Kind::Id),
        ("generation", Kind::Integer),
        ("expires_at", Kind::Moment),
        ("resent_at", Kind::Text),
        ("end_state", Kind::Text),
        ("ended_at", Kind::Moment),
    ],
};

/// Users as they come to be.
pub(crate) const USERS: Columns = Columns {
    table: "users",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("email", Kind::Text),
        ("email_key", Kind::Text),
        ("email_sort_key", Kind::Text),
        ("name", Kind::Text),
        ("sort_key", Kind::Text),
        ("role", Kind::Text),
        ("status", Kind::Text),
        ("account_id", Kind::Id),
        ("joined_at", Kind::Moment),
        ("invitation_id", Kind::Id),
        ("sent_count", Kind::Integer),
        ("sent_digest", Kind::Bytes),
        ("without_entity", Kind::Truth),
    ],
};

/// What changes of a user.
pub(crate) const USER_STATES: Columns = Columns {
    table: "users",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("name", Kind::Text),
        ("sort_key", Kind::Text),
        ("role", Kind::Text),
        ("status", Kind::Text),
        ("account_id", Kind::Id),
        ("joined_at", Kind::Moment),
        ("invitation_id", Kind::Id),
        ("sent_count", Kind::Integer),
        ("sent_digest", Kind::Bytes),
    ],
};

/// What changes of who sends an invitation; no index holds it, so that sending costs little.
pub(crate) const USER_SENT_COUNTS: Columns = Columns {
    table: "users",
    key: ORGANIZATION_AND_ID,
    rest: &[("sent_count", Kind::Integer), ("sent_digest", Kind::Bytes)],
};

/// Entities as they come to be.
pub(crate) const ENTITIES: Columns = Columns {
    table: "entities",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("name", Kind::Text),
        ("name_key", Kind::Text),
        ("status", Kind::Text),
        ("member_count", Kind::Integer),
        ("active_admins", Kind::Integer),
    ],
};

/// What is compared of an entity's name.
pub(crate) const ENTITY_NAME_KEYS: Columns = Columns {
    table: "entities",
    key: ORGANIZATION_AND_ID,
    rest: &[("name_key", Kind::Text)],
};

/// What an entity counts; no index holds it.
pub(crate) const ENTITY_COUNTS: Columns = Columns {
    table: "entities",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("member_count", Kind::Integer),
        ("active_admins", Kind::Integer),
    ],
};

/// Memberships as they come to be.
pub(crate) const MEMBERSHIPS: Columns = Columns {
    table: "memberships",
    key: MEMBERSHIP,
    rest: &[
        ("role", Kind::Text),
        ("user_sort_key", Kind::Text),
        ("user_status", Kind::Text),
    ],
};

const MEMBERSHIP: &[(&str, Kind)] = &[
    ("organization_id", Kind::Id),
    ("user_id", Kind::Id),
    ("entity_id", Kind::Id),
];

/// What changes of a membership.
pub(crate) const MEMBERSHIP_ROLES: Columns = Columns {
    table: "memberships",
    key: MEMBERSHIP,
    rest: &[("role", Kind::Text)],
};

/// What stands of a user beside each of their memberships.
pub(crate) const MEMBERSHIP_USERS: Columns = Columns {
    table: "memberships",
    key: &[("organization_id", Kind::Id), ("user_id", Kind::Id)],
    rest: &[("user_sort_key", Kind::Text), ("user_status", Kind::Text)],
};

/// API keys as they come to be.
pub(crate) const API_KEYS: Columns = Columns {
    table: "api_keys",
    key: ORGANIZATION_AND_ID,
    rest: &[
        ("maker_user_id", Kind::Id),
        ("name", Kind::Text),
        ("role", Kind::Text),
        ("digest", Kind::Bytes),
        ("created_at", Kind::Moment),
        ("expires_at", Kind::Moment),
    ],
};

/// Events of the record.
pub(crate) const AUDIT_EVENTS: Columns = Columns {
    table: "audit_events",
    key: &[("organization_id", Kind::Id), ("seq", Kind::Long)],
    rest: &[
        ("at", Kind::Moment),
        ("action", Kind::Text),
        ("actor_kind", Kind::Text),
        ("actor_id", Kind::Id),
        ("actor_name", Kind::Text),
        ("actor_person_id", Kind::Id),
        ("target_kind", Kind::Text),
        ("target_id", Kind::Id),
        ("target_name", Kind::Text),
        ("target_person_id", Kind::Id),
        ("before_values", Kind::Text),
        ("after_values", Kind::Text),
        ("request_id", Kind::Text),
        ("actor_personal", Kind::Text),
        ("actor_commitment", Kind::Bytes),
        ("target_personal", Kind::Text),
        ("target_commitment", Kind::Bytes),
        ("hash", Kind::Bytes),
    ],
};

/// Mails as they are promised.
pub(crate) const OUTBOX: Columns = Columns {
    table: "outbox",
    key: &[("subject_id", Kind::Id), ("generation", Kind::Integer)],
    rest: &[
        ("kind", Kind::Text),
        ("organization_id", Kind::Id),
        ("state", Kind::Text),
        ("attempts", Kind::Integer),
        ("created_at", Kind::Moment),
        ("next_attempt_at", Kind::Moment),
        ("finished_at", Kind::Moment),
    ],
};

/// Organizations as they come to be.
pub(crate) const ORGANIZATIONS: Columns = Columns {
    table: "organizations",
    key: &[("id", Kind::Id)],
    rest: &[
        ("name", Kind::Text),
        ("primary_admin_user_id", Kind::Id),
        ("user_management", Kind::Text),
        ("invitation_lifetime_seconds", Kind::Integer),
        ("created_at", Kind::Moment),
        ("version", Kind::Long),
        ("audit_seq", Kind::Long),
        ("audit_hash", Kind::Bytes),
        ("invited_admins", Kind::Integer),
        ("invited_users", Kind::Integer),
        ("active_admins", Kind::Integer),
        ("active_users", Kind::Integer),
        ("deactivated_admins", Kind::Integer),
        ("deactivated_users", Kind::Integer),
        ("active_entities", Kind::Integer),
        ("archived_entities", Kind::Integer),
        ("pending_invitations", Kind::Integer),
        ("accepted_invitations", Kind::Integer),
        ("declined_invitations", Kind::Integer),
        ("revoked_invitations", Kind::Integer),
    ],
};
