-- What is to be delivered, and the answers that are kept for repeated requests.

-- One row a mail. It holds ids, no address and no token: the mail is rendered from what they name.
create table outbox (
    subject_id uuid not null, -- the invitation or the password reset
    generation integer not null, -- of the invitation's link; 0 for a password reset
    kind text not null,
    organization_id uuid, -- null for what belongs to an account
    state text not null, -- `dropped` when its reason ended before it was sent
    attempts integer not null,
    created_at timestamptz not null,
    next_attempt_at timestamptz, -- while queued. A claim moves it on: that is its lease
    finished_at timestamptz, -- when it was sent, failed or dropped
    error text, -- why the last attempt failed
    constraint outbox_subject_id_generation_pk primary key (subject_id, generation),
    constraint outbox_organization_id_fk foreign key (organization_id)
        references organizations (id) on delete cascade,
    constraint outbox_kind_check check (kind in ('invitation', 'password_reset')),
    constraint outbox_state_check check (state in ('queued', 'sent', 'failed', 'dropped')),
    constraint outbox_next_attempt_at_check
        check ((state = 'queued') = (next_attempt_at is not null)),
    constraint outbox_finished_at_check
        check ((state = 'queued') = (finished_at is null))
);

create index outbox_next_attempt_at_index on outbox (next_attempt_at) where state = 'queued';

create table idempotency_keys (
    organization_id uuid not null, -- all zero where the request makes an organization; so no reference
    actor text not null, -- who asked, as the edge names them
    key text not null,
    request_digest bytea not null, -- SHA-256 of method, path and body
    claimed_until timestamptz, -- while the first still runs
    answer_status integer, -- null while the first still runs
    answer_headers text, -- JSON
    answer_body text, -- null where the answer held a secret, which is shown once
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint idempotency_keys_organization_id_actor_key_pk primary key (organization_id, actor, key),
    constraint idempotency_keys_claimed_until_check
        check ((claimed_until is null) = (answer_status is not null))
);

create index idempotency_keys_expires_at_index on idempotency_keys (expires_at);
