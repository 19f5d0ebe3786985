//! A store as the conformance suite of domain drives it, and what the suite does not know to look at.

use std::collections::{BTreeMap, BTreeSet};

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use vestibule_domain::test_support::{Answer, Implementation, Outcome, State, World, email, name};
use vestibule_domain::{
    Command, Email, Event, Founding, Login, OrganizationId, Rejection, Request, UserId,
};

use crate::statement::Statement;
use crate::store::reading;
use crate::{
    Fault, Foundation, Founded, Founder, Job, NewAccount, Origin, PasswordHash, Store, Submission,
};

/// A store with one organization, played beside the model; many may share a database.
///
/// What only storage has is looked at with it: names of accounts, the record and its numbers,
/// counts that are kept for lists, and mails.
#[derive(Debug)]
pub struct ConformingStore {
    store: Store,
    runtime: tokio::runtime::Runtime,
    organization: Option<OrganizationId>,
    /// The emails of who is invited, for the accounts that come to be.
    emails: BTreeMap<UserId, Email>,
    erased: BTreeSet<UserId>,
    events: u64,
}

impl ConformingStore {
    /// Over that store; a new organization comes with the story.
    ///
    /// # Panics
    /// Where no runtime can be made.
    #[expect(clippy::unwrap_used, reason = "a test without its runtime stops there")]
    #[must_use]
    pub fn over(store: Store) -> Self {
        Self {
            store,
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            organization: None,
            emails: BTreeMap::new(),
            erased: BTreeSet::new(),
            events: 0,
        }
    }

    fn organization(&self) -> Result<OrganizationId, String> {
        self.organization
            .ok_or_else(|| "nothing was founded".to_owned())
    }

    fn submission(&self, request: &Request) -> Submission {
        let mut request = request.clone();
        let mut new_account = None;
        match &mut request.command {
            Command::AcceptInvitation {
                user,
                name,
                login: Login::New(account),
                ..
            } => {
                new_account = Some(NewAccount {
                    id: *account,
                    email: self.emails.get(user).cloned().unwrap_or_else(nobody),
                    name: name.clone(),
                    password_hash: PasswordHash::new("hash".to_owned()),
                });
            }
            // The account's own name counts, whatever is said here.
            Command::AcceptInvitation {
                name: said,
                login: Login::Existing(_),
                ..
            } => *said = name("Said Otherwise"),
            _ => {}
        }
        Submission {
            request,
            origin: origin(),
            new_account,
        }
    }
}

impl Implementation for ConformingStore {
    type Error = String;

    fn found(&mut self, founding: &Founding) -> Result<(), String> {
        let founded = self
            .runtime
            .block_on(self.store.found_organization(Foundation {
                founder: Founder::Operator,
                origin: origin(),
                new_account: Some(NewAccount {
                    id: founding.account,
                    email: founding.email.clone(),
                    name: founding.primary_admin_name.clone(),
                    password_hash: PasswordHash::new("hash".to_owned()),
                }),
                founding: founding.clone(),
                idempotency: None,
                answer: None,
            }));
        match founded.map_err(|fault| told(&fault))? {
            Founded::Done { .. } => {}
            other => return Err(format!("not founded: {other:?}")),
        }
        self.organization = Some(founding.organization);
        self.events = 1;
        Ok(())
    }

    fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, String> {
        let job = Job {
            precondition: None,
            organization: self.organization()?,
            submissions: batch
                .iter()
                .map(|request| self.submission(request))
                .collect(),
            idempotency: None,
            answer: None,
        };
        let done = self.runtime.block_on(self.store.execute(job));
        let outcomes = done.map_err(|fault| told(&fault))?.outcomes;
        for event in outcomes.iter().filter_map(|it| it.as_ref().ok()?.as_ref()) {
            self.events += 1;
            if let Event::PersonErased { user } = event {
                self.erased.insert(*user);
            }
        }
        Ok(outcomes.into_iter().map(Answer::from).collect())
    }

    fn state(&mut self) -> Result<State, String> {
        let organization = self.organization()?;
        let read = async {
            let whole = self.store.whole(organization).await?;
            let nobody = nobody();
            let history = reading!(self.store, conn => {
                queries::history::whole(conn, organization, &nobody)
            })?;
            Ok(whole.map(|whole| (whole, history)))
        };
        let read: Result<_, Fault> = self.runtime.block_on(read);
        let (whole, history) = read
            .map_err(|fault| told(&fault))?
            .ok_or("the organization is gone")?;
        Ok(State {
            history: Some(history),
            ..State::of(&whole)
        })
    }

    fn takes(&mut self, request: &Request, world: &World) -> bool {
        if let Command::AcceptInvitation { user, .. } = &request.command
            && let Some(user) = world.directory.user(*user)
        {
            self.emails.insert(user.id, user.email.clone());
        }
        true
    }

    /// The model knows nothing of who is gone; the keeper of the record does (R-AUD-3).
    fn expected(&self, _: &Request, outcome: Outcome, world: &World) -> Outcome {
        match outcome {
            Ok(Some(Event::PersonErased { user })) if !world.gone.contains(&user) => {
                Err(Rejection::UserNotInOrganization(user))
            }
            outcome => outcome,
        }
    }

    /// Who is erased is without an email in the history, too.
    fn shown(&self, mut model: State) -> State {
        for record in model.history.iter_mut().flatten() {
            if self.erased.contains(&record.user) {
                record.email = nobody();
            }
        }
        model
    }

    /// Whether the record has every event and holds together, and every count is right.
    fn inspect(&mut self) -> Result<(), String> {
        let organization = self.organization()?;
        let verdict = self
            .runtime
            .block_on(self.store.verify_audit(organization, None));
        let verdict = verdict
            .map_err(|fault| told(&fault))?
            .ok_or("the organization has no record")?;
        if verdict.first_bad_seq.is_some()
            || verdict.events != self.events
            || verdict.head.seq != self.events
        {
            return Err(format!("{verdict:?} of {} events", self.events));
        }
        let wrong = self.runtime.block_on(wrong(&self.store, organization));
        match wrong.map_err(|fault| told(&fault))?.first() {
            None => Ok(()),
            Some(wrong) => Err(format!("it finds rows: {wrong}")),
        }
    }
}

/// What is kept beside for lists and mails, counted where it disagrees with what it stands for;
/// and the column that says in which organization.
const WRONG: &[(&str, &str)] = &[
    (
        "select count(*) from memberships m join users u \
     on u.organization_id = m.organization_id and u.id = m.user_id \
     where (m.user_sort_key <> u.sort_key or m.user_status <> u.status)",
        "m.organization_id",
    ),
    (
        "select count(*) from users u where u.without_entity <> not exists (select 1 \
     from memberships m where m.organization_id = u.organization_id and m.user_id = u.id)",
        "u.organization_id",
    ),
    (
        "select count(*) from organizations o where o.invited_admins + o.invited_users \
     + o.active_admins + o.active_users + o.deactivated_admins + o.deactivated_users \
     <> (select count(*) from users u where u.organization_id = o.id)",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.active_admins <> (select count(*) from users u \
     where u.organization_id = o.id and u.status = 'active' and u.role = 'admin')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.invited_users <> (select count(*) from users u \
     where u.organization_id = o.id and u.status = 'invited' and u.role = 'user')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.deactivated_users <> (select count(*) \
     from users u where u.organization_id = o.id and u.status = 'deactivated' and u.role = 'user')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.active_entities <> (select count(*) \
     from entities e where e.organization_id = o.id and e.status = 'active')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.archived_entities <> (select count(*) \
     from entities e where e.organization_id = o.id and e.status = 'archived')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.pending_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state is null)",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.accepted_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'accepted')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.revoked_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'revoked')",
        "o.id",
    ),
    (
        "select count(*) from organizations o where o.declined_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'declined')",
        "o.id",
    ),
    (
        "select count(*) from invitations i where i.end_state is null and not exists (select 1 \
     from users u where u.organization_id = i.organization_id and u.invitation_id = i.id \
     and u.role = i.role and u.email = i.email)",
        "i.organization_id",
    ),
    // Every link that was made has one mail, and only the link that is alive still waits.
    (
        "select count(*) from invitations i where i.generation <> (select count(*) from outbox x \
     where x.subject_id = i.id)",
        "i.organization_id",
    ),
    (
        "select count(*) from outbox x join invitations i on i.id = x.subject_id \
     where (x.state = 'queued') <> (i.end_state is null and i.generation = x.generation)",
        "i.organization_id",
    ),
];

/// Statements about what is kept beside that find rows in an organization, and should not.
pub(crate) async fn wrong(
    store: &Store,
    organization: OrganizationId,
) -> Result<Vec<&'static str>, Fault> {
    let mut found = Vec::new();
    for (statement, column) in WRONG {
        let count: i64 = reading!(store, conn => {
            let mut count = Statement::<BigInt>::new(*statement);
            count.text(format!(" and {column} = ")).id(organization);
            Ok(count.get_result(conn)?)
        })?;
        if count != 0 {
            found.push(*statement);
        }
    }
    Ok(found)
}

fn nobody() -> Email {
    email("nobody@example.com")
}

/// From where everything is asked.
fn origin() -> Origin {
    Origin {
        address: Some([192, 0, 2, 1].into()),
        request_id: "test".to_owned(),
    }
}

/// A fault with its causes.
fn told(fault: &Fault) -> String {
    let mut text = fault.to_string();
    let mut cause = std::error::Error::source(fault);
    while let Some(because) = cause {
        text = format!("{text}: {because}");
        cause = because.source();
    }
    text
}
