-- Organizations with their people, entities and keys. Every key leads with the organization.

create table organizations (
    id uuid not null,
    name text not null,
    primary_admin_user_id uuid not null, -- exactly one, by construction (R-ORG-1)
    user_management text not null,
    invitation_lifetime_seconds integer not null,
    created_at timestamptz not null,
    version bigint not null, -- one more with every change of anything in the organization
    audit_seq bigint not null, -- the number of the last audit event
    audit_hash bytea not null, -- its hash: the head of the chain (R-AUD-2)
    -- How many there are, so that a total costs nothing; moved by the write path.
    invited_admins integer not null,
    invited_users integer not null,
    active_admins integer not null,
    active_users integer not null,
    deactivated_admins integer not null,
    deactivated_users integer not null,
    active_entities integer not null,
    archived_entities integer not null,
    pending_invitations integer not null,
    accepted_invitations integer not null,
    declined_invitations integer not null,
    revoked_invitations integer not null,
    constraint organizations_id_pk primary key (id),
    constraint organizations_user_management_check
        check (user_management in ('primary_admin', 'admins')),
    constraint organizations_invitation_lifetime_seconds_check
        check (invitation_lifetime_seconds between 3600 and 2592000)
);

-- The history of invitations: one row each, also when the user they created is gone.
create table invitations (
    organization_id uuid not null,
    id uuid not null,
    user_id uuid not null, -- no reference: they may be gone
    email text, -- null once the person was erased (R-AUD-3)
    role text collate "C" not null,
    sender_user_id uuid, -- null is the operator; no reference: a sender who is gone stays named (R-INV-9)
    generation integer not null, -- which link is alive (R-INV-3)
    expires_at timestamptz not null,
    created_at timestamptz not null,
    resent_at text not null, -- JSON list of times within the last hour before the latest resend (R-INV-4)
    end_state text collate "C", -- null while it is pending
    ended_at timestamptz,
    constraint invitations_organization_id_id_pk primary key (organization_id, id),
    constraint invitations_id_key unique (id), -- a link names no organization
    constraint invitations_organization_id_fk foreign key (organization_id)
        references organizations (id) on delete cascade,
    constraint invitations_role_check check (role in ('admin', 'user')),
    constraint invitations_end_state_check
        check (end_state in ('accepted', 'declined', 'revoked')),
    constraint invitations_ended_at_check check ((end_state is null) = (ended_at is null))
);

-- Ids sort by time of making, so this is the list of one state, newest first.
create index invitations_end_state_index on invitations (organization_id, end_state, id);
create index invitations_pending_sender_user_id_index
    on invitations (organization_id, sender_user_id, id) where end_state is null;
create index invitations_user_id_index on invitations (organization_id, user_id);

create table users (
    organization_id uuid not null,
    id uuid not null,
    email text not null, -- as it was typed
    email_key text collate "C" not null, -- what it is compared by (R-INV-2)
    email_sort_key text collate "C" not null, -- as it was typed, folded: what lists sort and search by (R-LST-2)
    name text,
    sort_key text collate "C" not null, -- the folded name, or the email's sort key of who has none (R-LST-2)
    role text collate "C" not null, -- as stored; who is Primary Admin stands with the organization
    status text collate "C" not null,
    account_id uuid,
    joined_at timestamptz,
    invitation_id uuid, -- the pending one
    sent_count integer not null, -- pending invitations that count as sent by them
    sent_digest bytea not null, -- which, as 16 bytes that know no order (R-REM-2)
    without_entity boolean not null, -- true while they have no membership (R-INV-11)
    constraint users_organization_id_id_pk primary key (organization_id, id),
    constraint users_organization_id_email_key_key unique (organization_id, email_key),
    constraint users_organization_id_fk foreign key (organization_id)
        references organizations (id) on delete cascade,
    constraint users_account_id_fk foreign key (account_id)
        references accounts (id) on delete restrict,
    constraint users_invitation_id_fk foreign key (organization_id, invitation_id)
        references invitations (organization_id, id) on delete restrict,
    constraint users_role_check check (role in ('admin', 'user')),
    constraint users_status_check check (status in ('active', 'invited', 'deactivated')),
    constraint users_invitation_id_check
        check ((status = 'invited') = (invitation_id is not null)),
    constraint users_account_id_check
        check ((status = 'invited') = (account_id is null)),
    constraint users_joined_at_check
        check ((status = 'invited') = (joined_at is null))
);

-- Deferred, because an organization and its first user need one another.
-- POSTGRES: a reference to a table that comes later is added afterwards.
alter table organizations
    add constraint organizations_primary_admin_user_id_fk foreign key (id, primary_admin_user_id)
        references users (organization_id, id) on delete no action
        deferrable initially deferred;

create index users_sort_key_index on users (organization_id, sort_key, id);
create index users_email_sort_key_index on users (organization_id, email_sort_key, id);
create index users_status_index on users (organization_id, status, id);
create index users_status_sort_key_index on users (organization_id, status, sort_key, id);
create index users_role_sort_key_index on users (organization_id, role, sort_key, id);
create index users_joined_at_index on users (organization_id, joined_at, id) where joined_at is not null;
create index users_without_entity_index on users (organization_id, status, sort_key, id)
    where without_entity;
create unique index users_account_id_organization_id_key on users (account_id, organization_id)
    where account_id is not null;

create table entities (
    organization_id uuid not null,
    id uuid not null,
    name text not null,
    name_key text collate "C" not null, -- what it is compared and sorted by (R-ENT-7)
    status text collate "C" not null,
    member_count integer not null, -- memberships of users of any status
    active_admins integer not null, -- Active users with the role Admin in it (R-ENT-8)
    constraint entities_organization_id_id_pk primary key (organization_id, id),
    constraint entities_organization_id_name_key_key unique (organization_id, name_key),
    constraint entities_organization_id_fk foreign key (organization_id)
        references organizations (id) on delete cascade,
    constraint entities_status_check check (status in ('active', 'archived')),
    constraint entities_member_count_check check (member_count >= 0),
    constraint entities_active_admins_check check (active_admins between 0 and member_count)
) with (fillfactor = 70); -- room for counters to change in the page where they are, without the indexes

create table memberships (
    organization_id uuid not null,
    user_id uuid not null,
    entity_id uuid not null,
    role text collate "C" not null,
    user_sort_key text collate "C" not null, -- the user's, kept beside for the lists of one entity
    user_status text collate "C" not null, -- the user's, kept beside for the lists of one entity
    constraint memberships_organization_id_user_id_entity_id_pk
        primary key (organization_id, user_id, entity_id),
    constraint memberships_user_id_fk foreign key (organization_id, user_id)
        references users (organization_id, id) on delete cascade,
    constraint memberships_entity_id_fk foreign key (organization_id, entity_id)
        references entities (organization_id, id) on delete cascade,
    constraint memberships_role_check
        check (role in ('admin', 'manager', 'approver', 'clerk', 'auditor'))
);

create index memberships_entity_id_user_sort_key_index
    on memberships (organization_id, entity_id, user_sort_key, user_id);
create index memberships_entity_id_role_user_sort_key_index
    on memberships (organization_id, entity_id, role, user_sort_key, user_id);
-- Who has a role in whichever entity, by status, each person beside themself.
create index memberships_role_user_status_index
    on memberships (organization_id, role, user_status, user_id);

create table api_keys (
    organization_id uuid not null,
    id uuid not null,
    maker_user_id uuid not null,
    name text not null,
    role text collate "C" not null,
    digest bytea not null, -- SHA-256 of the secret
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz, -- moved at most once a minute
    constraint api_keys_organization_id_id_pk primary key (organization_id, id),
    constraint api_keys_digest_key unique (digest),
    constraint api_keys_maker_user_id_fk foreign key (organization_id, maker_user_id)
        references users (organization_id, id) on delete cascade,
    constraint api_keys_role_check check (role in ('auditor', 'admin', 'user_manager'))
);

create index api_keys_maker_user_id_index on api_keys (organization_id, maker_user_id, id);
