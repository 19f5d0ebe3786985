//! An actor in an organization: what they may read, and what they ask to be changed.
//!
//! Whoever has no seat is answered 404, across organizations and for strangers alike (R-ANS-2).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use vestibule_domain::{
    Actor, Command, Directory, Event, OrganizationId, Reading, Rejection, Request, Scope, Stop,
    Timestamp,
};
use vestibule_storage::{
    Done, Fault, Job, KeptAnswer, NewAccount, Origin, Precondition, Revision, Submission, Written,
};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::authentication::{Caller, Head};
use crate::body::{self, Unread};
use crate::call::Call;
use crate::claim::Held;
use crate::etag::{EntityTag, Tags};
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};

/// An actor in an organization, at one moment.
#[derive(Clone, Debug)]
pub struct Seat {
    app: App,
    organization: OrganizationId,
    actor: Actor,
    at: Timestamp,
    origin: Origin,
    /// The organization's revision when the actor was found to have a seat, where that told it.
    revision: Option<Revision>,
}

/// One change that an answer is made for.
pub(crate) struct Change {
    command: Command,
    places: Places,
    precondition: Option<Precondition>,
    repeat: Option<Repeat>,
}

/// What is handed to the write path for one request.
pub(crate) struct Work {
    pub(crate) submissions: Vec<Submission>,
    pub(crate) precondition: Option<Precondition>,
    pub(crate) repeat: Option<Repeat>,
}

/// The `Idempotency-Key` of a request, with the digest of what it asks for.
pub(crate) struct Repeat {
    pub(crate) key: String,
    pub(crate) digest: [u8; 32],
}

impl App {
    /// The seat of whoever a request is by.
    ///
    /// # Errors
    /// As [`App::caller`]; `not_found` for whoever has no seat there.
    pub async fn seat(
        &self,
        head: Head<'_>,
        organization: OrganizationId,
        at: Timestamp,
        origin: Origin,
    ) -> Result<Seat, Problem> {
        let (actor, revision) = match self.caller(head, Some(organization), at).await? {
            Caller::Operator => (Some(Actor::Operator), None),
            Caller::Account(account) => {
                let actor = account.user.map(|id| Actor::User {
                    id,
                    signed_in: account.session.created_at,
                });
                (actor, account.revision)
            }
            Caller::Key(holder) => {
                let actor = (holder.organization == organization).then_some(Actor::Key {
                    id: holder.key.id,
                    maker: holder.key.maker,
                });
                (actor, Some(holder.revision))
            }
        };
        Ok(Seat {
            app: self.clone(),
            organization,
            actor: actor.ok_or_else(Problem::not_found)?,
            at,
            origin,
            revision,
        })
    }

    /// The seat in the organization that the path names.
    pub(crate) async fn seat_of(&self, call: &Call) -> Result<Seat, Problem> {
        self.seat(call.head(), call.id("org"), call.at, call.origin())
            .await
    }

    /// The seat of whoever holds an invitation's link.
    pub(crate) fn invitee_seat(
        &self,
        organization: OrganizationId,
        at: Timestamp,
        origin: Origin,
    ) -> Seat {
        Seat {
            app: self.clone(),
            organization,
            actor: Actor::Invitee,
            at,
            origin,
            revision: None,
        }
    }
}

impl Seat {
    /// The organization.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Who sits here.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// The moment by which everything is decided.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// At which revision the organization was when the actor took the seat, or is now; none where
    /// there is no such organization.
    ///
    /// # Errors
    /// `unavailable` when the database cannot tell.
    pub(crate) async fn revision(&self) -> Result<Option<Revision>, Problem> {
        match self.revision {
            Some(revision) => Ok(Some(revision)),
            None => self
                .app
                .store
                .revision(self.organization)
                .await
                .or_problem(),
        }
    }

    /// How much of it the actor sees.
    ///
    /// # Errors
    /// The rejection, where they may not look at it at all.
    pub async fn may_read(&self, reading: Reading) -> Result<Scope, Problem> {
        let (actor, at) = (self.actor, self.at);
        self.consult(move |directory| directory.may_read(&actor, &reading, at))
            .await
    }

    /// Asks the rules something that changes nothing.
    ///
    /// # Errors
    /// The rejection, or the fault of the database.
    pub async fn consult<T: Send + 'static>(
        &self,
        question: impl Fn(&Directory) -> Result<T, Stop> + Send + Sync + 'static,
    ) -> Result<T, Problem> {
        self.app
            .store
            .consult(self.organization, question)
            .await
            .or_problem()?
            .map_err(|rejection| self.refused(&rejection, &Places::none()))
    }

    /// Asks for a change: the event it made, or none where it is so already.
    ///
    /// # Errors
    /// The rejection, pointing into the request by `places`, or the fault of the database.
    pub async fn execute(
        &self,
        command: Command,
        places: &Places,
    ) -> Result<(Option<Event>, Arc<Directory>), Problem> {
        let change = Change::new(command).pointing(places.clone());
        self.carry_out(change).await
    }

    /// Asks for a change whose answer is not kept.
    pub(crate) async fn carry_out(
        &self,
        change: Change,
    ) -> Result<(Option<Event>, Arc<Directory>), Problem> {
        let job = Job {
            organization: self.organization,
            submissions: vec![self.submission(change.command, None)],
            precondition: change.precondition,
            idempotency: None,
            answer: None,
        };
        let done = self.app.store.execute(job).await.or_problem()?;
        let outcome = done.outcomes.into_iter().next();
        match outcome.ok_or_else(Problem::internal)? {
            Ok(event) => Ok((event, done.directory.ok_or_else(Problem::internal)?)),
            Err(rejection) => Err(self.refused(&rejection, &change.places)),
        }
    }

    /// Asks for a change and answers from what was loaded for its decision, the same way again for
    /// the same `Idempotency-Key`.
    ///
    /// The answer costs no query, and without a key changes of many requests are decided together.
    pub(crate) async fn change(
        &self,
        change: Change,
        answer: impl Fn(Option<&Event>, &Directory) -> Option<KeptAnswer> + Send + Sync + 'static,
    ) -> Answer {
        if change.repeat.is_some() {
            return self
                .change_and_read(change, move |event, written| {
                    Ok(answer(event, written.directory))
                })
                .await;
        }
        let (event, directory) = self.carry_out(change).await?;
        let kept = answer(event.as_ref(), &directory);
        answer::give(kept.ok_or_else(Problem::internal)?)
    }

    /// Asks for a change and answers from what is stored then, read inside its transaction: what is
    /// kept for an `Idempotency-Key` is what was sent.
    pub(crate) async fn change_and_read(
        &self,
        change: Change,
        answer: impl Fn(Option<&Event>, &mut Written<'_>) -> Result<Option<KeptAnswer>, Fault>
        + Send
        + Sync
        + 'static,
    ) -> Answer {
        let work = Work {
            submissions: vec![self.submission(change.command, None)],
            precondition: change.precondition,
            repeat: change.repeat,
        };
        let performed = self
            .perform(work, move |written| {
                match written.outcomes.first().cloned() {
                    Some(Ok(event)) => answer(event.as_ref(), written),
                    Some(Err(_)) | None => Ok(None),
                }
            })
            .await?;
        let done = match performed {
            Performed::Before(kept) => return answer::give(kept),
            Performed::Now(done) => done,
        };
        match done.outcomes.first() {
            Some(Err(rejection)) => Err(self.refused(rejection, &change.places)),
            Some(Ok(_)) => answer::give(done.answer.ok_or_else(Problem::internal)?),
            None => Err(Problem::internal()),
        }
    }

    /// Carries out submissions under an idempotency key, or finds that they were.
    pub(crate) async fn perform(
        &self,
        work: Work,
        answer: impl Fn(&mut Written<'_>) -> Result<Option<KeptAnswer>, Fault> + Send + Sync + 'static,
    ) -> Result<Performed, Problem> {
        let held = match work.repeat {
            None => Held::nothing(),
            Some(repeat) => {
                // A kept answer is for whoever still stands here (R-DEA-1, R-KEY-2).
                self.must_stand().await?;
                let organization = Some(self.organization);
                let begun = self
                    .app
                    .begin(repeat, organization, self.signature(), self.at)
                    .await?;
                match begun {
                    Performed::Before(kept) => return Ok(Performed::Before(kept)),
                    Performed::Now(held) => held,
                }
            }
        };
        let job = Job {
            organization: self.organization,
            submissions: work.submissions,
            precondition: work.precondition,
            idempotency: held.claim(),
            answer: Some(Box::new(answer)),
        };
        let done = self.app.store.execute(job).await.or_problem();
        Ok(Performed::Now(held.settle(done).await?))
    }

    /// Refuses whoever has no standing here any more, and asks nothing else: to look at nothing is
    /// allowed to everyone who has one.
    async fn must_stand(&self) -> Result<(), Problem> {
        self.may_read(Reading::Checks(BTreeSet::new())).await?;
        Ok(())
    }

    /// Answers a bad field, unless the request would be refused for something that comes before
    /// fields: not visible, not allowed, the precondition (api.md, order of refusals).
    ///
    /// `stand_in` is the command with something harmless in place of what cannot be read.
    pub(crate) async fn fields<B: body::Body>(
        &self,
        body: &Unread<B>,
        stand_in: impl FnOnce(&Unread<B>) -> Command,
    ) -> Result<B, Problem> {
        match body.read() {
            Ok(body) => Ok(body),
            Err(problem) => {
                self.may(stand_in(body)).await?;
                Err(problem)
            }
        }
    }

    /// Refuses what the actor does not see or may not do; what depends on more is left to the change.
    pub(crate) async fn may(&self, command: Command) -> Result<(), Problem> {
        let request = self.request(command);
        let decided = self
            .consult(move |directory| directory.decide(&request).map(|_| ()))
            .await;
        match decided {
            Err(problem) if comes_before_fields(&problem) => Err(problem),
            Err(problem) if problem.status().is_server_error() => Err(problem),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(crate) fn submission(
        &self,
        command: Command,
        new_account: Option<NewAccount>,
    ) -> Submission {
        Submission {
            request: self.request(command),
            origin: self.origin.clone(),
            new_account,
        }
    }

    pub(crate) fn refused(&self, rejection: &Rejection, places: &Places) -> Problem {
        Problem::of_rejection(rejection, places, self.at)
    }

    pub(crate) const fn app(&self) -> &App {
        &self.app
    }

    fn request(&self, command: Command) -> Request {
        Request {
            actor: self.actor,
            command,
            at: self.at,
        }
    }

    /// The actor in a form that tells every actor from every other.
    pub(crate) fn signature(&self) -> String {
        match self.actor {
            Actor::User { id, .. } => format!("user {id}"),
            Actor::Key { id, .. } => format!("key {id}"),
            Actor::Invitee => "invitee".to_owned(),
            Actor::Operator => "operator".to_owned(),
        }
    }
}

/// Whether something was done now, or before under the same key.
pub(crate) enum Performed<T = Done> {
    /// Now.
    Now(T),
    /// Before; this was the answer.
    Before(KeptAnswer),
}

impl Change {
    /// A change by that command.
    pub(crate) fn new(command: Command) -> Self {
        Self {
            command,
            places: Places::none(),
            precondition: None,
            repeat: None,
        }
    }

    /// Only while a resource, written by that function, is what the tags name, if any were sent.
    pub(crate) fn if_match(
        mut self,
        tags: Option<Tags>,
        current: impl Fn(&mut Written<'_>) -> Result<Option<Vec<u8>>, Fault> + Send + Sync + 'static,
    ) -> Self {
        self.precondition = tags.map(|tags| -> Precondition {
            Box::new(move |written| {
                let bytes = current(written)?;
                Ok(bytes.is_some_and(|bytes| tags.match_strongly(&EntityTag::of(&bytes))))
            })
        });
        self
    }

    /// With where in the body its subjects stand.
    pub(crate) fn pointing(mut self, places: Places) -> Self {
        self.places = places;
        self
    }

    /// Under an idempotency key, if one was sent.
    pub(crate) fn repeatable(mut self, repeat: Option<Repeat>) -> Self {
        self.repeat = repeat;
        self
    }
}

impl Call {
    /// The head, for saying who asks.
    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            method: &self.parts.method,
            uri: &self.parts.uri,
            headers: &self.parts.headers,
        }
    }

    /// Whence the request comes, for the record.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            address: self.address,
            request_id: self.request_id.as_str().to_owned(),
        }
    }

    /// The idempotency key with the digest of method, path and body, if a key was sent.
    ///
    /// # Errors
    /// `malformed_request` for a key that is none.
    pub(crate) fn repeat(&self, app: &App) -> Result<Option<Repeat>, Problem> {
        let key = self.idempotency_key()?;
        Ok(key.map(|key| {
            let (method, path) = (self.parts.method.as_str(), self.parts.uri.path());
            let asked = [method.as_bytes(), path.as_bytes(), &self.body].join(&b'\n');
            Repeat {
                key,
                digest: app.secret_key.digest(b"idempotent request", &asked),
            }
        }))
    }

    /// The tags of `If-Match`, if it was sent.
    pub(crate) fn if_match(&self) -> Option<Tags> {
        Tags::if_match(self.headers())
    }
}

/// Refuses a change of a resource that is not what `If-Match` names any more.
///
/// # Errors
/// `precondition_failed`.
pub(crate) fn must_match(tags: &Tags, current: Option<&[u8]>) -> Result<(), Problem> {
    if current.is_some_and(|bytes| tags.match_strongly(&EntityTag::of(bytes))) {
        return Ok(());
    }
    Err(Problem::precondition_failed())
}

/// Whether a refusal comes before fields in the order of api.md: it is about who asks and what the
/// path names, not about what the body says.
fn comes_before_fields(problem: &Problem) -> bool {
    let status = problem.status();
    problem.errors().is_empty()
        && (status == StatusCode::UNAUTHORIZED
            || status == StatusCode::FORBIDDEN
            || status == StatusCode::NOT_FOUND)
}
