//! A loaded database: organizations from a thousand to a million people, written set-based in bare
//! SQL and kept for the next run. What is written holds every invariant.

use std::time::Instant;

use crate::database::{Database, Kind, Made};
use crate::failure::Failure;
use crate::pace::Pace;
use crate::server::Server;
use crate::sql::Session;

/// One organization of the loaded database.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The path of its API.
    pub(crate) path: String,
    /// Its id.
    pub(crate) id: String,
    /// How many people were loaded.
    pub(crate) users: u32,
    /// How many entities.
    pub(crate) entities: u32,
    tag: u16,
}

/// People at the beginning or end of every order, who can be searched for to get there.
pub(crate) const MARKED: u32 = 400;

/// How many people and entities each organization has. The first ones grow by people, the others
/// by entities.
const BY_USERS: [(u32, u32); 4] = [
    (1_000, 10),
    (10_000, 20),
    (100_000, 1_000),
    (1_000_000, 10_000),
];
const BY_ENTITIES: [(u32, u32); 5] = [
    (10_000, 1),
    (10_000, 10),
    (10_000, 100),
    (10_000, 1_000),
    (10_000, 10_000),
];

/// The loaded organizations of one database.
#[derive(Debug)]
pub(crate) struct House {
    pub(crate) database: Database,
    /// Those that grow by people.
    pub(crate) by_users: Vec<Loaded>,
    /// Those that grow by entities.
    pub(crate) by_entities: Vec<Loaded>,
}

/// The loaded database, made now or found; for a quick look without the largest organizations.
pub(crate) fn open(kind: Kind, pace: Pace) -> Result<House, Failure> {
    let (name, kept) = match pace {
        Pace::Thorough => ("loaded", 0),
        Pace::Quick => ("small", 1),
    };
    let (database, made) = Database::kept(kind, name)?;
    let by_users: Vec<_> = BY_USERS.into_iter().rev().skip(kept).rev().collect();
    let by_entities: Vec<_> = BY_ENTITIES.into_iter().rev().skip(kept).rev().collect();
    let plan = by_users.iter().chain(&by_entities).copied().zip(1..);
    let list = database.folder().join("organizations");
    if made == Made::Now {
        println!("  loading {} once, for this and later runs", kind.title());
        let server = Server::start(&database)?;
        let ids = (0..plan.clone().count())
            .map(|_| server.found())
            .collect::<Result<Vec<_>, _>>()?;
        drop(server);
        let mut session = Session::bulk(&database)?;
        for (((users, entities), tag), id) in plan.clone().zip(&ids) {
            fill(&mut session, &Loaded::new(id, users, entities, tag))?;
        }
        settle(&mut session)?;
        std::fs::write(&list, ids.join("\n"))?;
        database.keep()?;
    }
    let ids = std::fs::read_to_string(&list)?;
    let mut all: Vec<Loaded> = plan
        .zip(ids.lines())
        .map(|(((users, entities), tag), id)| Loaded::new(id, users, entities, tag))
        .collect();
    let by_entities = all.split_off(by_users.len());
    Ok(House {
        database,
        by_users: all,
        by_entities,
    })
}

impl Loaded {
    fn new(id: &str, users: u32, entities: u32, tag: u16) -> Self {
        Self {
            path: format!("/v1/organizations/{id}"),
            id: id.to_owned(),
            users,
            entities,
            tag,
        }
    }

    /// The id of its thing of that kind and number, as UUIDs are written.
    fn thing(&self, kind: u8, number: u32) -> String {
        format!("01900000-{:04x}-7{kind:03x}-8000-{number:012x}", self.tag)
    }

    /// The entity of that number; number 0 has every second person as a member.
    pub(crate) fn entity(&self, number: u32) -> String {
        self.thing(ENTITY, number)
    }
}

const USER: u8 = 1;
const ACCOUNT: u8 = 2;
const INVITATION: u8 = 3;
const ENTITY: u8 = 4;

/// When the first person joined, in microseconds since 1970; each a second after the one before.
const JOINED: i64 = 1_750_000_000_000_000;
/// When every pending invitation ends: long after anybody measures.
const EXPIRES: i64 = 4_000_000_000_000_000;

/// Writes the people of one organization, with all that belongs to them.
fn fill(session: &mut Session, loaded: &Loaded) -> Result<(), Failure> {
    let begun = Instant::now();
    let words = Words::of(session.kind(), loaded);
    for statement in statements(&words) {
        session.run(&statement)?;
    }
    println!(
        "    {} people in {} entities: {:.0} s",
        loaded.users,
        loaded.entities,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// What the databases say differently.
struct Words {
    kind: Kind,
    organization: String,
    users: u32,
    entities: u32,
    tag: u16,
}

impl Words {
    fn of(kind: Kind, loaded: &Loaded) -> Self {
        Self {
            kind,
            organization: match kind {
                Kind::Sqlite => format!("x'{}'", loaded.id.replace('-', "")),
                Kind::Postgres => format!("'{}'::uuid", loaded.id),
            },
            users: loaded.users,
            entities: loaded.entities,
            tag: loaded.tag,
        }
    }

    /// The numbers from 0 on, as `n.i`.
    fn numbers(&self, below: u32) -> String {
        match self.kind {
            Kind::Sqlite => format!(
                "(with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < {below}) \
                 select i from n) as n"
            ),
            Kind::Postgres => {
                format!("(select i::bigint from generate_series(0, {below} - 1) as s(i)) as n")
            }
        }
    }

    fn id(&self, kind: u8, number: &str) -> String {
        let prefix = format!("01900000{:04x}7{kind:03x}8000", self.tag);
        match self.kind {
            Kind::Sqlite => format!("unhex('{prefix}' || printf('%012x', {number}))"),
            Kind::Postgres => format!("('{prefix}' || lpad(to_hex({number}), 12, '0'))::uuid"),
        }
    }

    fn padded(&self, number: &str) -> String {
        match self.kind {
            Kind::Sqlite => format!("printf('%07d', {number})"),
            Kind::Postgres => format!("lpad(({number})::text, 7, '0')"),
        }
    }

    fn moment(&self, micros: &str) -> String {
        match self.kind {
            Kind::Sqlite => micros.to_owned(),
            Kind::Postgres => format!("to_timestamp(({micros}) / 1000000)"),
        }
    }

    fn truth(&self, condition: &str) -> String {
        match self.kind {
            Kind::Sqlite => format!("iif({condition}, 1, 0)"),
            Kind::Postgres => format!("({condition})"),
        }
    }

    fn digest(&self) -> &'static str {
        match self.kind {
            Kind::Sqlite => "zeroblob(16)",
            Kind::Postgres => "decode(repeat('00', 16), 'hex')",
        }
    }

    /// `Aaa First`, `Zzz Last` or a word for all others, by where a rank stands.
    fn marked(&self, rank: &str, words: [&str; 3]) -> String {
        let [first, last, others] = words;
        let end = self.users.saturating_sub(MARKED);
        format!(
            "case when {rank} < {MARKED} then '{first}' when {rank} >= {end} then '{last}' else '{others}' end"
        )
    }
}

/// Everything that is written for one organization, in its order.
///
/// Names and emails are not in the order of ids: a page is met all over the table, as in an
/// organization that has grown.
fn statements(words: &Words) -> Vec<String> {
    let Words {
        organization,
        users,
        entities,
        tag,
        ..
    } = words;
    let by_name = format!("((n.i * 7919) % {users})");
    let by_email = format!("((n.i * 104729) % {users})");
    let name = format!(
        "({} || {})",
        words.marked(&by_name, ["Aaa First ", "Zzz Last ", "Person "]),
        words.padded(&by_name)
    );
    let email = format!(
        "({} || {} || {} || 'o{tag}.example.com')",
        words.marked(&by_email, ["aaa.first.", "zzz.last.", "user"]),
        words.padded(&by_email),
        words.marked("n.i", ["@early.", "@late.", "@"]),
    );
    let status = "case n.i % 5 when 3 then 'invited' when 4 then 'deactivated' else 'active' end";
    let joined = "n.i % 5 <> 3";
    let user = words.id(USER, "n.i");
    let account = words.id(ACCOUNT, "n.i");
    let invitation = words.id(INVITATION, "n.i");
    let people = words.numbers(*users);
    let at = words.moment(&format!("{JOINED} + n.i * 1000000"));
    let expires = words.moment(&EXPIRES.to_string());
    let digest = words.digest();
    let role = "case when (n.i / 5) % 4 = 1 then 'admin' else 'user' end";
    let others = entities.saturating_sub(1).max(1);
    let first_other = format!("(1 + n.i % {others})");
    let second_other = format!("(1 + (n.i * 31 + 7) % {others})");
    let entity_role = "case (n.i / 2) % 5 when 0 then 'admin' when 1 then 'admin' when 2 then 'auditor' else 'clerk' end";
    let member = |entity: &str, role: &str, condition: &str| {
        format!(
            "insert into memberships (organization_id, user_id, entity_id, role, user_sort_key, user_status) \
             select {organization}, {user}, {}, {role}, lower({name}), {status} from {people} \
             where n.i % 20 <> 19 and {condition}",
            words.id(ENTITY, entity)
        )
    };
    let mut statements = vec![
        format!(
            "insert into entities (organization_id, id, name, name_key, status, member_count, active_admins) \
             select {organization}, {}, 'Entity ' || {number}, 'entity ' || {number}, 'active', 0, 0 from {}",
            words.id(ENTITY, "n.i"),
            words.numbers(*entities),
            number = words.padded("n.i"),
        ),
        format!(
            "insert into accounts (id, email, email_key, name, password_hash, created_at, password_changed_at) \
             select {account}, {email}, {email}, {name}, '$argon2id$none', {at}, {at} from {people} where {joined}"
        ),
        format!(
            "insert into invitations (organization_id, id, user_id, email, role, sender_user_id, generation, \
             expires_at, created_at, resent_at, end_state, ended_at) \
             select {organization}, {invitation}, {user}, {email}, {role}, null, 1, {expires}, {at}, '[]', null, null \
             from {people} where not ({joined})"
        ),
        format!(
            "insert into outbox (subject_id, generation, kind, organization_id, state, attempts, created_at, \
             next_attempt_at, finished_at, error) \
             select {invitation}, 1, 'invitation', {organization}, 'sent', 1, {at}, null, {at}, null \
             from {people} where not ({joined})"
        ),
        format!(
            "insert into users (organization_id, id, email, email_key, email_sort_key, name, sort_key, role, status, account_id, \
             joined_at, invitation_id, sent_count, sent_digest, without_entity) \
             select {organization}, {user}, {email}, {email}, {email}, {name}, lower({name}), {role}, {status}, \
             case when {joined} then {account} end, case when {joined} then {at} end, \
             case when not ({joined}) then {invitation} end, 0, {digest}, {} from {people}",
            words.truth(&without_entity(*entities))
        ),
        member("0", entity_role, "n.i % 2 = 0"),
    ];
    if *entities > 1 {
        statements.push(member(&first_other, "'clerk'", "1 = 1"));
        statements.push(member(
            &second_other,
            "'manager'",
            &format!("{first_other} <> {second_other}"),
        ));
    }
    statements.extend(counts(organization));
    statements
}

/// Who has no membership: every twentieth, and with one entity alone whoever is not in that.
fn without_entity(entities: u32) -> String {
    if entities > 1 {
        "n.i % 20 = 19".to_owned()
    } else {
        "n.i % 2 <> 0".to_owned()
    }
}

/// The numbers that organization and entities keep, counted anew.
fn counts(organization: &str) -> Vec<String> {
    let users = |status: &str, role: &str| {
        format!(
            "(select count(*) from users where organization_id = {organization} \
             and status = '{status}' and role = '{role}')"
        )
    };
    vec![
        format!(
            "update entities set member_count = counted.members, active_admins = counted.admins from \
             (select entity_id, count(*) as members, \
             sum(case when role = 'admin' and user_status = 'active' then 1 else 0 end) as admins \
             from memberships where organization_id = {organization} group by entity_id) as counted \
             where entities.organization_id = {organization} and entities.id = counted.entity_id"
        ),
        format!(
            "update organizations set version = version + 1, \
             invited_admins = {}, invited_users = {}, active_admins = {}, active_users = {}, \
             deactivated_admins = {}, deactivated_users = {}, \
             active_entities = (select count(*) from entities where organization_id = {organization}), \
             pending_invitations = (select count(*) from invitations where organization_id = {organization}) \
             where id = {organization}",
            users("invited", "admin"),
            users("invited", "user"),
            users("active", "admin"),
            users("active", "user"),
            users("deactivated", "admin"),
            users("deactivated", "user"),
        ),
    ]
}

/// What a database does by itself after a while: statistics, and the log written back.
fn settle(session: &mut Session) -> Result<(), Failure> {
    let begun = Instant::now();
    session.run(match session.kind() {
        Kind::Sqlite => "pragma wal_checkpoint(truncate)",
        Kind::Postgres => "vacuum analyze",
    })?;
    println!("    settled: {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}
