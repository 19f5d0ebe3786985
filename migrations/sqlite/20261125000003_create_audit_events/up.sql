-- The record: numbered without gaps and chained by SHA-256 within each organization (R-AUD-2).
-- Personal values lie beside in texts of their own, each with its salt; the chain covers their
-- commitments, so that erasing the texts does not break it (R-AUD-3).

create table audit_events (
    organization_id blob not null,
    seq integer not null, -- from 1, without gaps
    at integer not null, -- microseconds
    action text not null,
    actor_kind text not null,
    actor_id blob, -- a user or an API key; null is the operator
    actor_name text, -- of an API key; what a person is called is personal
    actor_person_id blob, -- the user whose values `actor_personal` holds
    target_kind text not null,
    target_id blob not null,
    target_name text, -- of an organization, entity or API key; what a person is called is personal
    target_person_id blob, -- the user whose values `target_personal` holds
    before_values text, -- JSON in the words of the API, without personal values
    after_values text, -- JSON in the words of the API, without personal values
    request_id text not null,
    actor_personal text, -- JSON with its salt; null once erased
    actor_commitment blob not null, -- SHA-256 of the text as it was written
    target_personal text, -- JSON with its salt; null once erased
    target_commitment blob not null, -- SHA-256 of the text as it was written
    hash blob not null, -- SHA-256 over the hash before and everything here but the personal texts
    constraint audit_events_organization_id_seq_pk primary key (organization_id, seq),
    constraint audit_events_organization_id_fk foreign key (organization_id)
        references organizations (id) on delete cascade,
    constraint audit_events_seq_check check (seq > 0),
    constraint audit_events_actor_kind_check
        check (actor_kind in ('user', 'api_key', 'invitee', 'operator')),
    constraint audit_events_target_kind_check
        check (target_kind in ('organization', 'user', 'entity', 'api_key'))
) strict;

create index audit_events_actor_id_index on audit_events (organization_id, actor_id, seq)
    where actor_id is not null;
create index audit_events_target_id_index on audit_events (organization_id, target_id, seq);
create index audit_events_at_index on audit_events (organization_id, at, seq);
-- Only for who is erased, and only where the ids above do not find them already.
create index audit_events_actor_person_id_index on audit_events (organization_id, actor_person_id)
    where actor_kind = 'api_key';
create index audit_events_target_person_id_index on audit_events (organization_id, target_person_id)
    where target_kind <> 'user';
