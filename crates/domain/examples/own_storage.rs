//! Organizations in a storage of one's own: SQLite by rusqlite, written against the public API only.
//!
//! A row is its key columns and the value as JSON. Two things are written here: `Rows` loads what
//! decisions ask for, one query a kind of key, and `write` keeps what they changed. It passes the
//! conformance suite, in `tests/examples.rs`.
//!
//! `cargo run -p vestibule-domain --example own_storage`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::error::Error;

use rusqlite::{Connection, Transaction, TransactionBehavior, params, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use vestibule_domain::{
    Access, AccountId, Actor, AssignableRole, Change, Changes, Command, Directory, EmailKey,
    Entity, EntityId, EntityRole, Event, Found, Founding, InvitationId, InvitationRecord, Load,
    Login, Membership, NameKey, Organization, OrganizationId, Outcomes, Request, Sender, Stop,
    StoredEvent, Timestamp, User, UserId, Wanted, decide_all,
};

/// Whatever goes wrong between here and the disk; a refusal is no fault.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;

const TABLES: &str = "
    create table organizations (id text primary key, value text not null) strict;
    create table users (organization text, id text, email text, sender text, value text not null,
        primary key (organization, id), unique (organization, email)) strict;
    create index users_sender on users (organization, sender);
    create table entities (organization text, id text, name text, value text not null,
        primary key (organization, id), unique (organization, name)) strict;
    create table memberships (organization text, id text, user text, entity text,
        value text not null, primary key (organization, id)) strict;
    create index memberships_user on memberships (organization, user);
    create index memberships_entity on memberships (organization, entity);
    create table api_keys (organization text, id text, maker text, value text not null,
        primary key (organization, id)) strict;
    create index api_keys_maker on api_keys (organization, maker);
    create table invitations (organization text, id text, user text, value text not null,
        primary key (organization, id)) strict;
    create index invitations_user on invitations (organization, user);
    create table events (number integer primary key, organization text, value text not null) strict;
";

/// What a new owner takes over: pending invitations, in the history and with their user.
const HAND_OVER: [&str; 2] = [
    "update invitations set value = json_set(value, '$.invitation.sender.user', ?3)
        where organization = ?1 and user in
            (select id from users where organization = ?1 and sender = ?2)",
    "update users set sender = ?3, value = json_set(value, '$.state.invited.sender.user', ?3)
        where organization = ?1 and sender = ?2",
];

/// A database of organizations.
#[derive(Debug)]
pub(crate) struct Storage(Connection);

/// The rows of one organization, within a transaction.
struct Rows<'a> {
    tx: &'a Transaction<'a>,
    organization: OrganizationId,
}

impl Storage {
    /// A database in memory; in a product, the file or server that you have.
    ///
    /// # Errors
    /// A fault of SQLite.
    pub(crate) fn in_memory() -> Result<Self, Fault> {
        let db = Connection::open_in_memory()?;
        db.execute_batch(TABLES)?;
        Ok(Self(db))
    }

    /// Founds an organization.
    ///
    /// # Errors
    /// A fault of SQLite.
    pub(crate) fn found(&mut self, founding: Founding) -> Result<(), Fault> {
        let tx = self.0.transaction()?;
        let rows = Rows {
            tx: &tx,
            organization: founding.organization,
        };
        let (directory, event) = Directory::found(founding);
        // What founding puts counts as a change, as the effect of any event does.
        rows.write(&vec![Ok(Some(event))], directory.changes())?;
        rows.keep_organization(directory.organization())?;
        tx.commit()?;
        Ok(())
    }

    /// Decides a batch, each request seeing those before it, and keeps what they change.
    ///
    /// # Errors
    /// A fault of SQLite; then nothing of the batch was kept.
    pub(crate) fn execute(
        &mut self,
        organization: OrganizationId,
        batch: &[Request],
    ) -> Result<Outcomes, Fault> {
        // Lock first: only what is read from here on counts.
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut rows = Rows {
            tx: &tx,
            organization,
        };
        let mut part = Directory::part(rows.organization()?);
        let outcomes = decide_all(&mut part, &mut rows, batch)?;
        rows.write(&outcomes, part.changes())?;
        tx.commit()?;
        Ok(outcomes)
    }

    /// Asks something and changes nothing: asked again until nothing is missing for the answer.
    ///
    /// # Errors
    /// A fault of SQLite, or the rejection.
    pub(crate) fn ask<T>(
        &mut self,
        organization: OrganizationId,
        question: impl Fn(&Directory) -> Result<T, Stop>,
    ) -> Result<T, Fault> {
        let tx = self.0.transaction()?;
        let mut rows = Rows {
            tx: &tx,
            organization,
        };
        let mut part = Directory::part(rows.organization()?);
        loop {
            match question(&part) {
                Err(Stop::Missing(wanted)) => {
                    let found = rows.load(&wanted)?;
                    part.learn(&wanted, found);
                }
                answer => return Ok(answer?),
            }
        }
    }

    /// Everything of an organization, with its history of invitations.
    ///
    /// # Errors
    /// A fault of SQLite.
    pub(crate) fn all(
        &mut self,
        organization: OrganizationId,
    ) -> Result<(Organization, Found, Vec<InvitationRecord>), Fault> {
        let tx = self.0.transaction()?;
        let rows = Rows {
            tx: &tx,
            organization,
        };
        let found = Found {
            users: rows.all("users")?,
            entities: rows.all("entities")?,
            memberships: rows.all("memberships")?,
            api_keys: rows.all("api_keys")?,
        };
        Ok((rows.organization()?, found, rows.all("invitations")?))
    }
}

impl Load for Rows<'_> {
    type Error = Fault;

    /// One query a kind of key. Generous, so that decisions ask once: users come with who sent
    /// their invitation, memberships with their entity.
    fn load(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        let emails = wanted.emails.iter().map(EmailKey::as_str);
        let mut users: Vec<User> = self.by("users", "id", &wanted.users)?;
        users.extend(self.by::<User>("users", "email", emails)?);
        let senders: Vec<String> = users.iter().filter_map(sender_of).collect();
        users.extend(self.by::<User>("users", "id", senders)?);

        let pairs = wanted.memberships.iter().map(|pair| of_pair(*pair));
        let mut memberships: Vec<Membership> = self.by("memberships", "id", pairs)?;
        memberships.extend(self.by::<Membership>("memberships", "user", &wanted.holdings)?);

        let rooms = memberships.iter().map(|membership| &membership.entity);
        let rooms = wanted.entities.iter().chain(rooms);
        let names = wanted.names.iter().map(NameKey::as_str);
        let mut entities: Vec<Entity> = self.by("entities", "id", rooms)?;
        entities.extend(self.by::<Entity>("entities", "name", names)?);

        Ok(Found {
            users,
            entities,
            memberships,
            api_keys: self.by("api_keys", "maker", &wanted.api_keys)?,
        })
    }
}

impl Rows<'_> {
    fn organization(&self) -> Result<Organization, Fault> {
        let query = "select value from organizations where id = ?1";
        let found = self.read(query, &[])?.into_iter().next();
        found.ok_or_else(|| "there is no such organization".into())
    }

    fn all<T: DeserializeOwned>(&self, table: &str) -> Result<Vec<T>, Fault> {
        let query = format!("select value from {table} where organization = ?1");
        self.read(&query, &[])
    }

    fn by<T: DeserializeOwned>(
        &self,
        table: &str,
        column: &str,
        keys: impl IntoIterator<Item = impl ToString>,
    ) -> Result<Vec<T>, Fault> {
        let keys: Vec<String> = keys.into_iter().map(|key| key.to_string()).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let query = format!(
            "select value from {table} where organization = ?1
                 and {column} in (select value from json_each(?2))"
        );
        self.read(&query, &[serde_json::to_string(&keys)?])
    }

    /// Runs a query of which `?1` is the organization.
    fn read<T: DeserializeOwned>(&self, query: &str, more: &[String]) -> Result<Vec<T>, Fault> {
        let mut statement = self.tx.prepare(query)?;
        let parameters = std::iter::once(self.organization.to_string()).chain(more.to_vec());
        let values = statement.query_map(params_from_iter(parameters), |row| row.get(0))?;
        values
            .map(|value: Result<String, _>| Ok(serde_json::from_str(&value?)?))
            .collect()
    }

    /// What all of a kind lose or get first, in the order of the events; then the changed rows.
    fn write(&self, outcomes: &Outcomes, changes: Changes) -> Result<(), Fault> {
        let organization = self.organization.to_string();
        for event in outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().ok()?.as_ref())
        {
            match event {
                Event::OwnershipTransferred { from, to, .. } => {
                    for statement in HAND_OVER {
                        let parameters = params![organization, from.to_string(), to.to_string()];
                        self.tx.execute(statement, parameters)?;
                    }
                }
                Event::EntityDeleted { entity } => {
                    self.tx.execute(
                        "delete from memberships where organization = ?1 and entity = ?2",
                        params![organization, entity.id.to_string()],
                    )?;
                }
                _ => {}
            }
            self.tx.execute(
                "insert into events (organization, value) values (?1, ?2)",
                params![
                    organization,
                    serde_json::to_string(&StoredEvent::from(event.clone()))?
                ],
            )?;
        }
        let columns = ["id", "email", "sender"];
        self.change("users", columns, &changes.users, |user| {
            let email = user.email.key().as_str().to_owned();
            [Some(user.id.to_string()), Some(email), sender_of(user)]
        })?;
        self.change("entities", ["id", "name"], &changes.entities, |entity| {
            [entity.id.to_string(), entity.name.key().as_str().to_owned()].map(Some)
        })?;
        let columns = ["id", "user", "entity"];
        self.change("memberships", columns, &changes.memberships, |it| {
            let pair = of_pair((it.user, it.entity));
            [pair, it.user.to_string(), it.entity.to_string()].map(Some)
        })?;
        self.change("api_keys", ["id", "maker"], &changes.api_keys, |key| {
            [key.id.to_string(), key.maker.to_string()].map(Some)
        })?;
        self.change("invitations", ["id", "user"], &changes.invitations, |it| {
            [it.invitation.id.to_string(), it.user.to_string()].map(Some)
        })?;
        match &changes.organization {
            Some(organization) => self.keep_organization(organization),
            None => Ok(()),
        }
    }

    fn keep_organization(&self, organization: &Organization) -> Result<(), Fault> {
        self.tx.execute(
            "insert or replace into organizations (id, value) values (?1, ?2)",
            params![
                organization.id.to_string(),
                serde_json::to_string(organization)?
            ],
        )?;
        Ok(())
    }

    /// Takes out every row that changed before it puts in what is: names may have been swapped.
    fn change<T: Serialize, const N: usize>(
        &self,
        table: &str,
        columns: [&str; N],
        changes: &[Change<T>],
        keys: impl Fn(&T) -> [Option<String>; N],
    ) -> Result<(), Fault> {
        let organization = Some(self.organization.to_string());
        let query = format!("delete from {table} where organization = ?1 and id = ?2");
        let mut take_out = self.tx.prepare(&query)?;
        for change in changes {
            if let Change::Update { before: row, .. } | Change::Delete(row) = change {
                let id = keys(row).into_iter().next().flatten();
                take_out.execute(params![organization, id])?;
            }
        }
        let places = (2..N + 3)
            .map(|place| format!("?{place}"))
            .collect::<Vec<_>>()
            .join(", ");
        let columns = columns.join(", ");
        let query =
            format!("insert into {table} (organization, {columns}, value) values (?1, {places})");
        let mut put_in = self.tx.prepare(&query)?;
        for change in changes {
            if let Change::Insert(row) | Change::Update { after: row, .. } = change {
                let value = Some(serde_json::to_string(row)?);
                let all = std::iter::once(organization.clone())
                    .chain(keys(row))
                    .chain([value]);
                put_in.execute(params_from_iter(all))?;
            }
        }
        Ok(())
    }
}

fn of_pair((user, entity): (UserId, EntityId)) -> String {
    format!("{user} {entity}")
}

/// Who counts as the sender of a pending invitation, the operator aside.
fn sender_of(user: &User) -> Option<String> {
    match user.invitation()?.sender {
        Sender::User(sender) => Some(sender.to_string()),
        Sender::Operator => None,
    }
}

/// Tells a story: an invitation, its acceptance, a permission check, a removal plan carried out.
///
/// # Errors
/// None that the story does not mean to happen.
pub(crate) fn main() -> Result<(), Fault> {
    let at = Timestamp::from_micros(1_767_225_600_000_000)?;
    let mut made = 0;
    let mut fresh = || {
        made += 1;
        Uuid::from_u128(made)
    };
    let (acme, olive) = (OrganizationId::new(fresh()), UserId::new(fresh()));
    let (ann, invitation) = (UserId::new(fresh()), InvitationId::new(fresh()));
    let bakery = EntityId::new(fresh());
    let owner = Actor::User {
        id: olive,
        signed_in: at,
    };
    let request = |actor, command| Request { actor, command, at };

    let mut storage = Storage::in_memory()?;
    storage.found(Founding {
        organization: acme,
        name: "Acme Holding".parse()?,
        primary_admin: olive,
        email: "olive@acme.example".parse()?,
        primary_admin_name: "Olive Owner".parse()?,
        account: AccountId::new(fresh()),
        at,
    })?;

    // One batch: each sees those before it, and all of it is kept or nothing.
    let outcomes = storage.execute(
        acme,
        &[
            request(
                owner,
                Command::CreateEntity {
                    entity: bakery,
                    name: "Bakery".parse()?,
                },
            ),
            request(
                owner,
                Command::InviteUser {
                    user: ann,
                    invitation,
                    email: "ann@acme.example".parse()?,
                    role: AssignableRole::User,
                    name: None,
                    memberships: BTreeMap::from([(bakery, EntityRole::Clerk)]),
                },
            ),
            request(
                Actor::Invitee,
                Command::AcceptInvitation {
                    user: ann,
                    invitation,
                    generation: 1,
                    name: "Ann Arbor".parse()?,
                    login: Login::New(AccountId::new(fresh())),
                },
            ),
        ],
    )?;
    for outcome in &outcomes {
        match outcome {
            Ok(Some(event)) => println!("{}", event.action()),
            Ok(None) => println!("it is so already"),
            Err(rejection) => println!("refused: {rejection}"),
        }
    }
    let edit = |directory: &Directory| directory.explain(ann, "invoice:edit", bakery);
    println!("invoice:edit is {}", storage.ask(acme, edit)?);

    // What was shown is removed, and nothing that was not shown.
    let plan = storage.ask(acme, |directory| directory.removal_plan(&owner, ann, at))?;
    println!("Ann would lose {} memberships", plan.memberships.len());
    let remove = Command::RemoveUser {
        user: ann,
        fingerprint: Some(plan.fingerprint()),
    };
    storage.execute(acme, &[request(owner, remove)])?;
    println!("invoice:edit is {}", storage.ask(acme, edit)?);

    // As a whole it answers permission checks in the time of a hash lookup.
    let (organization, all, history) = storage.all(acme)?;
    let access = Access::of(&Directory::whole(organization, all));
    let decision = access.check_named(olive, "invoice:edit", bakery);
    println!("and of Olive: {decision:?}");
    println!("{} invitations are in the history", history.len());
    Ok(())
}
