//! Fills an empty database with the sample group, by the same write path as everything else.

mod sample;

use std::collections::BTreeMap;

use uuid::Uuid;
use vestibule_domain::{
    AccountId, Actor, Command, Email, EntityId, Founding, InvitationId, Login, Name, Rejection,
    Request, Timestamp, UserId, UserManagement,
};
use vestibule_storage::{
    Foundation, Founded, Founder, Job, NewAccount, Origin, PasswordHash, Store, Submission,
};
use vestibule_web::{OwnWords, Password, PasswordPool};

use self::sample::{
    ARCHIVED, DOMAIN, ENTITIES, ORGANIZATION, PASSWORD, PEOPLE, Person, Room, SIGN_INS, Standing,
};
use crate::failure::{Failure, Kind};

const HOUR_MICROS: i64 = 3_600 * 1_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;
/// The first generation of an invitation's link.
const FIRST_LINK: u32 = 1;

/// What is printed about the sample.
#[derive(Debug)]
pub(crate) enum Notice {
    /// It is there, now or since an earlier start: who can sign in.
    SignIns,
    /// Something else is there.
    NotEmpty,
}

/// Fills the database if it is empty.
///
/// # Errors
/// When the database cannot be read or written.
pub(crate) async fn fill(store: &Store) -> Result<Notice, Failure> {
    if store.is_empty().await? {
        let filler = Filler::new(store.clone()).await?;
        if !filler.found().await? {
            return Ok(Notice::NotEmpty);
        }
        filler.live().await?;
        return Ok(Notice::SignIns);
    }
    let founder = email(&PEOPLE[0])?;
    let there = store.account_by_email(founder.key().clone()).await?;
    Ok(there.map_or(Notice::NotEmpty, |_| Notice::SignIns))
}

impl Notice {
    /// The lines for people.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::NotEmpty => "the database is not empty: --demo filled nothing in".to_owned(),
            Self::SignIns => {
                let mut text = format!(
                    "{ORGANIZATION}, a sample group of {} entities and {} users. Everybody's password: `{PASSWORD}`",
                    ENTITIES.len(),
                    PEOPLE.len()
                );
                for (email, who) in SIGN_INS {
                    let address = format!("{email}@{DOMAIN}");
                    text.push_str(&format!("\n  {address:<30} {who}"));
                }
                text
            }
        }
    }
}

/// The sample on its way into a database: its ids, and what happens when.
struct Filler {
    store: Store,
    password_hash: PasswordHash,
    now: Timestamp,
    organization: vestibule_domain::OrganizationId,
    entities: BTreeMap<Room, EntityId>,
    founder: Ids,
    /// The ids of everybody but the founder, in the order of the table.
    others: Vec<Ids>,
}

/// The ids of one person of the sample.
#[derive(Clone, Copy)]
struct Ids {
    user: UserId,
    invitation: InvitationId,
    account: AccountId,
}

impl Ids {
    fn fresh() -> Self {
        Self {
            user: fresh(),
            invitation: fresh(),
            account: fresh(),
        }
    }
}

impl Filler {
    async fn new(store: Store) -> Result<Self, Failure> {
        let passwords = PasswordPool::start();
        let hashed = passwords
            .hash(Password::new(PASSWORD), OwnWords::none())
            .await;
        let password_hash = hashed
            .map_err(|_| Failure::new(Kind::System, "the sample's password cannot be hashed"))?;
        Ok(Self {
            store,
            password_hash,
            now: vestibule_web::now(),
            organization: fresh(),
            entities: ENTITIES.iter().map(|(room, _)| (*room, fresh())).collect(),
            founder: Ids::fresh(),
            others: PEOPLE.iter().skip(1).map(|_| Ids::fresh()).collect(),
        })
    }

    /// The organization and its Primary Admin; false when somebody else was first.
    async fn found(&self) -> Result<bool, Failure> {
        let (person, ids) = (&PEOPLE[0], self.founder);
        let founded = self
            .store
            .found_organization(Foundation {
                founding: Founding {
                    organization: self.organization,
                    name: name(ORGANIZATION)?,
                    primary_admin: ids.user,
                    email: email(person)?,
                    primary_admin_name: name(person.name)?,
                    account: ids.account,
                    at: self.at(person.days_ago, 0),
                },
                founder: Founder::FirstVisitor,
                origin: origin(),
                new_account: Some(self.account(person, ids)?),
                idempotency: None,
                answer: None,
            })
            .await?;
        match founded {
            Founded::Done { .. } => Ok(true),
            Founded::AccountExists(_) | Founded::AccountGone | Founded::NotTheFirst => Ok(false),
        }
    }

    /// Everything that happened since, in the order in which it did.
    async fn live(&self) -> Result<(), Failure> {
        let mut story = Vec::new();
        self.open_entities(&mut story)?;
        for (person, ids) in PEOPLE.iter().skip(1).zip(&self.others) {
            self.invite(&mut story, person, *ids)?;
        }
        let archive = Command::ArchiveEntity {
            entity: self.entity(ARCHIVED)?,
        };
        story.push(self.by(self.founder.user, archive, 90, 0));
        story.sort_by_key(|submission| submission.request.at);
        let job = Job {
            organization: self.organization,
            submissions: story,
            precondition: None,
            idempotency: None,
            answer: None,
        };
        let done = self.store.execute(job).await?;
        let refused: Vec<Rejection> = done.outcomes.into_iter().filter_map(Result::err).collect();
        match refused.first() {
            None => Ok(()),
            Some(first) => Err(Failure::new(
                Kind::System,
                format!(
                    "{} steps of the sample were refused: {first}",
                    refused.len()
                ),
            )),
        }
    }

    fn open_entities(&self, story: &mut Vec<Submission>) -> Result<(), Failure> {
        let founder = self.founder.user;
        for (room, called) in ENTITIES {
            let create = Command::CreateEntity {
                entity: self.entity(room)?,
                name: name(called)?,
            };
            story.push(self.by(founder, create, 419, 1));
        }
        Ok(())
    }

    /// A person's invitation, and what became of it.
    fn invite(
        &self,
        story: &mut Vec<Submission>,
        person: &Person,
        ids: Ids,
    ) -> Result<(), Failure> {
        let founder = self.founder.user;
        let mut memberships = BTreeMap::new();
        for (room, role) in person.rooms {
            memberships.insert(self.entity(*room)?, *role);
        }
        let invite = Command::InviteUser {
            user: ids.user,
            invitation: ids.invitation,
            email: email(person)?,
            role: person.role,
            name: Some(name(person.name)?),
            memberships,
        };
        let day = person.days_ago;
        match person.standing {
            Standing::Founder => {}
            Standing::Waiting | Standing::TooLate => story.push(self.by(founder, invite, day, 2)),
            Standing::Suspended => {
                story.push(self.by(founder, managed_by(UserManagement::Admins), day, 1));
                story.push(self.by(self.admin()?, invite, day, 2));
                story.push(self.by(founder, managed_by(UserManagement::PrimaryAdmin), day, 3));
            }
            Standing::Joined | Standing::Deactivated => {
                story.push(self.by(founder, invite, day, 2));
                story.push(self.accept(person, ids)?);
            }
        }
        if person.standing == Standing::Deactivated {
            let deactivate = Command::DeactivateUser { user: ids.user };
            story.push(self.by(founder, deactivate, day / 3, 4));
        }
        Ok(())
    }

    fn accept(&self, person: &Person, ids: Ids) -> Result<Submission, Failure> {
        let command = Command::AcceptInvitation {
            user: ids.user,
            invitation: ids.invitation,
            generation: FIRST_LINK,
            name: name(person.name)?,
            login: Login::New(ids.account),
        };
        let request = Request {
            actor: Actor::Invitee,
            command,
            at: self.at(person.days_ago, 5),
        };
        Ok(Submission {
            request,
            origin: origin(),
            new_account: Some(self.account(person, ids)?),
        })
    }

    fn by(&self, user: UserId, command: Command, days_ago: u32, hours_in: i64) -> Submission {
        let at = self.at(days_ago, hours_in);
        let actor = Actor::User {
            id: user,
            signed_in: at,
        };
        Submission {
            request: Request { actor, command, at },
            origin: origin(),
            new_account: None,
        }
    }

    /// A moment that many days ago, and so many hours into that day; never in the future.
    fn at(&self, days_ago: u32, hours_in: i64) -> Timestamp {
        let past = i64::from(days_ago) * DAY_MICROS;
        // The last day is today, of which some hours may be to come: they shrink to minutes.
        let hour = if days_ago == 0 {
            HOUR_MICROS / 600
        } else {
            HOUR_MICROS
        };
        let micros = self.now.micros() - past - 6 * hour + hours_in * hour;
        Timestamp::from_micros(micros).unwrap_or(self.now)
    }

    fn account(&self, person: &Person, ids: Ids) -> Result<NewAccount, Failure> {
        Ok(NewAccount {
            id: ids.account,
            email: email(person)?,
            name: name(person.name)?,
            password_hash: self.password_hash.clone(),
        })
    }

    /// The Admin who could invite for a day.
    fn admin(&self) -> Result<UserId, Failure> {
        let mut admins = PEOPLE.iter().skip(1).zip(&self.others);
        let found =
            admins.find(|(person, _)| person.role == vestibule_domain::AssignableRole::Admin);
        found
            .map(|(_, ids)| ids.user)
            .ok_or_else(|| Failure::new(Kind::System, "the sample has no Admin"))
    }

    fn entity(&self, room: Room) -> Result<EntityId, Failure> {
        let found = self.entities.get(&room).copied();
        found.ok_or_else(|| Failure::new(Kind::System, "the sample has no such entity"))
    }
}

fn managed_by(who: UserManagement) -> Command {
    Command::UpdateOrganization {
        name: None,
        user_management: Some(who),
        invitation_lifetime: None,
    }
}

fn email(person: &Person) -> Result<Email, Failure> {
    format!("{}@{DOMAIN}", person.email)
        .parse()
        .map_err(|error| Failure::because(Kind::System, "an email of the sample", &error))
}

fn name(text: &str) -> Result<Name, Failure> {
    text.parse()
        .map_err(|error| Failure::because(Kind::System, "a name of the sample", &error))
}

fn origin() -> Origin {
    Origin {
        address: None,
        request_id: "demo".to_owned(),
    }
}

fn fresh<Id: From<Uuid>>() -> Id {
    Id::from(Uuid::now_v7())
}
