-- Login identities, their sign-ins and their password resets; none of them belongs to one organization.
-- SQLITE: ids are the 16 bytes of a UUID, moments are integer microseconds since 1970 (UTC).

create table accounts (
    id blob not null,
    email text not null, -- as it was typed
    email_key text not null, -- what it is compared by (R-INV-2)
    name text not null,
    password_hash text not null, -- Argon2id, in PHC form
    created_at integer not null, -- microseconds
    password_changed_at integer not null, -- microseconds
    constraint accounts_id_pk primary key (id),
    constraint accounts_email_key_key unique (email_key),
    constraint accounts_id_check check (length(id) = 16)
) strict;

create table sessions (
    id blob not null,
    account_id blob not null,
    digest blob not null, -- SHA-256 of the token
    created_at integer not null, -- microseconds; when the password was proved (R-SES-4)
    last_used_at integer not null, -- microseconds
    expires_at integer not null, -- microseconds; the absolute end
    constraint sessions_id_pk primary key (id),
    constraint sessions_digest_key unique (digest),
    constraint sessions_account_id_fk foreign key (account_id)
        references accounts (id) on delete cascade
) strict;

create index sessions_account_id_created_at_index on sessions (account_id, created_at, id);
create index sessions_expires_at_index on sessions (expires_at);

create table password_resets (
    id blob not null,
    account_id blob, -- null where no account has the email that was typed (R-INV-7)
    created_at integer not null, -- microseconds
    expires_at integer not null, -- microseconds
    used_at integer, -- microseconds
    constraint password_resets_id_pk primary key (id),
    constraint password_resets_account_id_fk foreign key (account_id)
        references accounts (id) on delete cascade
) strict;

create index password_resets_account_id_created_at_index on password_resets (account_id, created_at);
create index password_resets_expires_at_index on password_resets (expires_at);
