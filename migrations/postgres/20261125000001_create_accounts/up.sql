-- Login identities, their sign-ins and their password resets; none of them belongs to one organization.
-- POSTGRES: what is compared or sorted has the collation "C", so that both databases agree on the order.

create table accounts (
    id uuid not null,
    email text not null, -- as it was typed
    email_key text collate "C" not null, -- what it is compared by (R-INV-2)
    name text not null,
    password_hash text not null, -- Argon2id, in PHC form
    created_at timestamptz not null,
    password_changed_at timestamptz not null,
    constraint accounts_id_pk primary key (id),
    constraint accounts_email_key_key unique (email_key)
);

create table sessions (
    id uuid not null,
    account_id uuid not null,
    digest bytea not null, -- SHA-256 of the token
    created_at timestamptz not null, -- when the password was proved (R-SES-4)
    last_used_at timestamptz not null,
    expires_at timestamptz not null, -- the absolute end
    constraint sessions_id_pk primary key (id),
    constraint sessions_digest_key unique (digest),
    constraint sessions_account_id_fk foreign key (account_id)
        references accounts (id) on delete cascade
);

create index sessions_account_id_created_at_index on sessions (account_id, created_at, id);
create index sessions_expires_at_index on sessions (expires_at);

create table password_resets (
    id uuid not null,
    account_id uuid, -- null where no account has the email that was typed (R-INV-7)
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint password_resets_id_pk primary key (id),
    constraint password_resets_account_id_fk foreign key (account_id)
        references accounts (id) on delete cascade
);

create index password_resets_account_id_created_at_index on password_resets (account_id, created_at);
create index password_resets_expires_at_index on password_resets (expires_at);
