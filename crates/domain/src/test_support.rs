//! For tests of this crate and of storages: a world to play in, and random stories to play.
//!
//! [`World`] is one whole organization with the clock and the ids of its edge; a [`Draft`] is one
//! step of a story, which the world turns into a request that means something in its present
//! state. The same drafts make the same story, in memory and against any storage.
//!
//! [`conformance`] drives a storage of your own beside the model: it plays random stories against
//! both and compares every answer, and the state at the end. What differs comes back as the
//! shortest story that shows it, in a text that can be kept as a test.
//!
//! ```
//! use vestibule_domain::test_support::{Draft, Stingy, World, draft, story_of};
//! use vestibule_domain::{Directory, Login, decide_all};
//!
//! let mut world = World::numbered(1);
//! for step in story_of("olive invites ann (ann@x) as user")? {
//!     let request = world.request_of(&step);
//!     world.play(&request).expect("the owner may");
//! }
//! let ann = world.directory.user(world.user_called("ann")).expect("she is invited").clone();
//! assert_eq!(ann.email, world.email_of("ann@x"));
//! assert_eq!(ann.invitation().map(|it| it.id), Some(world.invitation_called("ann")));
//! assert!(world.directory.entity(world.entity_called("mill")).is_none());
//! assert!(world.directory.api_key(ann.id, world.key_called("key")).is_none());
//! assert!(matches!(world.login(&ann.email), Login::New(_)));
//!
//! // A draft is numbers that `draft()` draws; what they mean depends on the state they meet.
//! let numbers = Draft { command: 0, actor: 0, one: 1, other: 0, variant: 0, minutes: 5 };
//! let request = world.next_request(numbers);
//! # let _ = draft();
//!
//! // Over a loader that brings no more than it must, it is decided the same.
//! let before = world.directory.clone();
//! let mut part = Directory::part(before.organization().clone());
//! let mut stingy = Stingy::over(&before);
//! let outcomes = decide_all(&mut part, &mut stingy, std::slice::from_ref(&request))?;
//! assert_eq!(outcomes[0], world.clone().play(&request));
//!
//! // What was decided elsewhere, the world takes in by its event.
//! if let Ok(Some(event)) = &outcomes[0] {
//!     world.witness(event);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod conformance;
mod draft;
mod loader;
mod step;
pub mod values;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    AccountId, Actor, Command, Directory, Email, EmailKey, EntityId, Event, Founding, Login, Name,
    OrganizationId, Rejection, Request, Stop, Timestamp, UserId,
};

pub use conformance::{
    Answer, Conformance, Divergence, Implementation, Outcome, Played, Progress, State, conformance,
};
pub use draft::{Draft, draft, story};
pub use loader::{Generous, Stingy};
pub use step::{Deed, InvalidStory, Invited, Link, Seen, Step, Timing, Told, Who, story_of};

/// Where every world's clock begins: 2026-01-01T00:00:00Z, in microseconds.
const BEGINNING_MICROS: i64 = 1_767_225_600_000_000;
/// How the emails of a story end; each world has a domain of its own in its place.
const AT_HOME: &str = "@x";

/// One whole organization, with the clock, the ids and the accounts of its edge.
#[derive(Clone, Debug)]
pub struct World {
    /// The organization: the model.
    pub directory: Directory,
    /// How it was founded, for a storage to begin with.
    pub founding: Founding,
    /// The present moment.
    pub at: Timestamp,
    /// Accounts outlive users: one an email.
    pub accounts: BTreeMap<EmailKey, AccountId>,
    /// Users who are gone.
    pub gone: Vec<UserId>,
    /// Entities that are gone.
    pub demolished: Vec<EntityId>,
    /// Tells the ids of this world from those of others.
    number: u64,
    ids_made: u64,
}

impl World {
    /// A new organization with its Primary Admin; worlds of other numbers have other ids.
    ///
    /// # Panics
    /// Never: its names are constants that are names.
    #[must_use]
    pub fn numbered(number: u64) -> Self {
        let mut ids = 0;
        let mut next = || fresh(number, &mut ids);
        let email = email(&format!("olive@w{number}.example"));
        let founding = Founding {
            organization: OrganizationId::new(next()),
            name: name("Acme Holding"),
            primary_admin: UserId::new(next()),
            email: email.clone(),
            primary_admin_name: name("Olive Owner"),
            account: AccountId::new(next()),
            at: moment(BEGINNING_MICROS),
        };
        let (directory, _) = Directory::found(founding.clone());
        Self {
            directory,
            at: founding.at,
            accounts: BTreeMap::from([(email.key().clone(), founding.account)]),
            founding,
            gone: Vec::new(),
            demolished: Vec::new(),
            number,
            ids_made: ids,
        }
    }

    /// An id that nothing has.
    pub fn fresh_id(&mut self) -> Uuid {
        fresh(self.number, &mut self.ids_made)
    }

    /// The Primary Admin, freshly signed in.
    #[must_use]
    pub fn owner(&self) -> Actor {
        self.signed_in(self.directory.organization().primary_admin)
    }

    /// A user, freshly signed in.
    #[must_use]
    pub fn signed_in(&self, id: UserId) -> Actor {
        Actor::User {
            id,
            signed_in: self.at,
        }
    }

    /// A request of this moment.
    #[must_use]
    pub fn request(&self, actor: Actor, command: Command) -> Request {
        Request {
            actor,
            command,
            at: self.at,
        }
    }

    /// The email that a story writes as `bob@x`, in the domain of this world.
    ///
    /// # Panics
    /// Where the text is no email.
    #[must_use]
    pub fn email_of(&self, typed: &str) -> Email {
        let local = typed.strip_suffix(AT_HOME).unwrap_or(typed);
        email(&format!("{local}{}", self.at_home()))
    }

    /// How emails end in this world.
    fn at_home(&self) -> String {
        format!("@w{}.example", self.number)
    }

    /// The account of an email: the one it has, or one that comes to be.
    pub fn login(&mut self, email: &Email) -> Login {
        match self.accounts.get(email.key()) {
            Some(account) => Login::Existing(*account),
            None => Login::New(AccountId::new(self.fresh_id())),
        }
    }

    /// Decides a request and lets its event take effect.
    ///
    /// # Errors
    /// The rejection.
    ///
    /// # Panics
    /// If the whole organization said that something is not known: that is a bug of `decide`.
    pub fn play(&mut self, request: &Request) -> Result<Option<Event>, Rejection> {
        let outcome = match self.directory.decide(request) {
            Ok(event) => Ok(event),
            Err(Stop::Rejected(rejection)) => Err(rejection),
            #[expect(clippy::panic, reason = "a broken law of the whole, found by a test")]
            Err(Stop::Missing(wanted)) => panic!("a whole has everything, and misses {wanted:?}"),
        };
        if let Ok(Some(event)) = &outcome {
            self.witness(event);
        }
        outcome
    }

    /// Lets an event take effect, decided here or elsewhere.
    pub fn witness(&mut self, event: &Event) {
        match event {
            Event::InvitationAccepted {
                user,
                login: Login::New(account),
                ..
            } => {
                if let Some(user) = self.directory.user(*user) {
                    self.accounts.insert(user.email.key().clone(), *account);
                }
            }
            Event::InvitationEnded { user, .. } => self.gone.push(*user),
            Event::UserRemoved { plan, .. } => self.gone.push(plan.user),
            Event::EntityDeleted { entity } => self.demolished.push(entity.id),
            _ => {}
        }
        self.directory.apply(event);
    }
}

/// A name that is one.
///
/// # Panics
/// Where the text is no name.
#[must_use]
#[expect(clippy::expect_used, reason = "for tests, with constants")]
pub fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

/// An email that is one.
///
/// # Panics
/// Where the text is no email.
#[must_use]
#[expect(clippy::expect_used, reason = "for tests, with constants")]
pub fn email(text: &str) -> Email {
    Email::new(text).expect("an email")
}

#[expect(clippy::expect_used, reason = "for tests, with constants")]
fn moment(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("a moment")
}

/// A UUID of version 7 in form, so that it passes for one everywhere.
fn fresh(world: u64, made: &mut u64) -> Uuid {
    *made += 1;
    let time = 0x0190_0000_0000_u64 + *made;
    let mut bytes = [0; 10];
    for (to, from) in bytes.iter_mut().skip(2).zip(world.to_be_bytes()) {
        *to = from;
    }
    uuid::Builder::from_unix_timestamp_millis(time, &bytes).into_uuid()
}
