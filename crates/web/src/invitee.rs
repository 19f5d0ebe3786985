//! Accepting and declining an invitation, as the API and the accept page both do it.

use std::net::IpAddr;

use axum::http::StatusCode;
use vestibule_domain::{
    AccountId, Command, Event, InvitationState, Login, Name, OrganizationId, Timestamp, UserId,
};
use vestibule_storage::{
    Account, IdempotencyClaim, InvitationLink, Job, KeptAnswer, NewAccount, Origin, Outcome,
};

use crate::answer;
use crate::app::{App, fresh};
use crate::authentication::SignedInAccount;
use crate::fault::OrProblem;
use crate::password::{OwnWords, Password};
use crate::problem::{Code, FieldError, Places, Problem};
use crate::rate_limit::Attempt;
use crate::wire::invitation::AcceptanceBody;

/// What the invitee shows to accept.
#[derive(Debug)]
pub struct Consent {
    /// Their name, for a new account.
    pub name: Option<Name>,
    /// The password of a new account, or of the account that the email has.
    pub password: Option<Password>,
    /// The account they are signed in to, if they are.
    pub signed_in: Option<SignedInAccount>,
}

/// An acceptance that was proved.
#[derive(Debug)]
pub(crate) struct Acceptance {
    login: Login,
    name: Name,
    new_account: Option<NewAccount>,
}

/// What an acceptance made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The account that signs in from now on.
    pub account: AccountId,
    /// The organization it leads to.
    pub organization: OrganizationId,
    /// Its user there.
    pub user: UserId,
}

impl App {
    /// The invitation behind a link that can be used now; looking consumes nothing.
    ///
    /// Rules: R-INV-6, R-INV-7.
    ///
    /// # Errors
    /// `invitation_not_usable`, the same for every link that cannot be used; `rate_limited`.
    pub async fn open_invitation(
        &self,
        token: &str,
        address: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<InvitationLink, Problem> {
        let link = self.invitation_behind(token, address, at).await?;
        must_be_usable(&link)?;
        Ok(link)
    }

    /// The invitation behind its latest link, whether it can still be used or not.
    pub(crate) async fn invitation_behind(
        &self,
        token: &str,
        address: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<InvitationLink, Problem> {
        let read = self.invitation_tokens.read(token);
        let subject = read.map(|(invitation, _)| invitation.to_string());
        self.rate_limits
            .check(Attempt::Invitation, address, subject.as_deref())?;
        let (invitation, generation) = read.ok_or_else(not_usable)?;
        let found = self.store.invitation_link(invitation, at).await;
        found
            .or_problem()?
            .filter(|link| link.generation == generation)
            .ok_or_else(not_usable)
    }

    /// Accepts an invitation.
    ///
    /// Rule: R-INV-6. The invited email's account is the only one that can: by its session or its
    /// password, or as a new one where there is none (lessons 2 and 3).
    ///
    /// # Errors
    /// `account_mismatch`, `wrong_credentials`, bad fields, `invitation_not_usable`.
    pub async fn accept_invitation(
        &self,
        link: &InvitationLink,
        consent: Consent,
        at: Timestamp,
        origin: Origin,
    ) -> Result<Accepted, Problem> {
        let acceptance = self.prepare_acceptance(link, consent).await?;
        let (accepted, _) = self
            .write_acceptance(link, acceptance, None, at, origin)
            .await?;
        Ok(accepted)
    }

    /// Proves that the invitee may accept, and as which account.
    pub(crate) async fn prepare_acceptance(
        &self,
        link: &InvitationLink,
        consent: Consent,
    ) -> Result<Acceptance, Problem> {
        let key = link.email.key();
        if let Some(signed_in) = &consent.signed_in
            && signed_in.email.key() != key
        {
            return Err(Problem::new(
                Code::AccountMismatch,
                format_args!(
                    "you are signed in as {}, and this invitation is for {}; sign out and continue as {}",
                    signed_in.email, link.email, link.email
                ),
            ));
        }
        let account = self
            .store
            .account_by_email(key.clone())
            .await
            .or_problem()?;
        if let Some(account) = account {
            self.prove(&account, &consent).await?;
            return Ok(Acceptance {
                login: Login::Existing(account.id),
                name: account.name,
                new_account: None,
            });
        }
        let new = self.new_account(link, consent).await?;
        Ok(Acceptance {
            login: Login::New(new.id),
            name: new.name.clone(),
            new_account: Some(new),
        })
    }

    /// Makes the user Active, and the account with them where there is none.
    pub(crate) async fn write_acceptance(
        &self,
        link: &InvitationLink,
        acceptance: Acceptance,
        claim: Option<IdempotencyClaim>,
        at: Timestamp,
        origin: Origin,
    ) -> Result<(Accepted, Option<KeptAnswer>), Problem> {
        let seat = self.invitee_seat(link.organization, at, origin);
        let command = Command::AcceptInvitation {
            user: link.user,
            invitation: link.invitation,
            generation: link.generation,
            name: acceptance.name,
            login: acceptance.login,
        };
        let organization = link.organization;
        let job = Job {
            organization,
            submissions: vec![seat.submission(command, acceptance.new_account)],
            precondition: None,
            answer: claim.as_ref().map(|_| -> vestibule_storage::Answer {
                Box::new(move |written| {
                    let accepted = accepted(organization, written.outcomes.first());
                    Ok(accepted.and_then(|accepted| {
                        answer::plain(StatusCode::OK, &AcceptanceBody::from(accepted)).ok()
                    }))
                })
            }),
            idempotency: claim,
        };
        let done = self.store.execute(job).await.or_problem()?;
        match done.outcomes.first() {
            Some(Err(rejection)) => Err(seat.refused(rejection, &Places::none())),
            outcome => accepted(organization, outcome)
                .map(|accepted| (accepted, done.answer.clone()))
                .ok_or_else(Problem::internal),
        }
    }

    /// Declines an invitation, which ends it and the invited user with it.
    ///
    /// Rule: R-INV-5.
    ///
    /// # Errors
    /// `invitation_not_usable`.
    pub async fn decline_invitation(
        &self,
        link: &InvitationLink,
        at: Timestamp,
        origin: Origin,
    ) -> Result<(), Problem> {
        self.write_decline(link, None, at, origin).await
    }

    /// Ends the invitation by the invitee's wish.
    pub(crate) async fn write_decline(
        &self,
        link: &InvitationLink,
        claim: Option<IdempotencyClaim>,
        at: Timestamp,
        origin: Origin,
    ) -> Result<(), Problem> {
        let seat = self.invitee_seat(link.organization, at, origin);
        let command = Command::DeclineInvitation {
            user: link.user,
            invitation: link.invitation,
            generation: link.generation,
        };
        let job = Job {
            organization: link.organization,
            submissions: vec![seat.submission(command, None)],
            precondition: None,
            answer: claim.as_ref().map(|_| -> vestibule_storage::Answer {
                Box::new(|written| {
                    let is_done = written.outcomes.iter().all(Result::is_ok);
                    Ok(is_done.then(answer::kept_nothing))
                })
            }),
            idempotency: claim,
        };
        let done = self.store.execute(job).await.or_problem()?;
        match done.outcomes.first() {
            Some(Ok(_)) => Ok(()),
            Some(Err(rejection)) => Err(seat.refused(rejection, &Places::none())),
            None => Err(Problem::internal()),
        }
    }

    /// Whether the invitee has shown that the account is theirs.
    async fn prove(&self, account: &Account, consent: &Consent) -> Result<(), Problem> {
        if consent.signed_in.is_some() {
            return Ok(());
        }
        let Some(password) = &consent.password else {
            return Err(Problem::new(
                Code::InvalidField,
                "`password` is missing: this email has an account, whose password it takes",
            )
            .at("/password"));
        };
        self.rate_limits
            .check(Attempt::SignIn, None, Some(account.email.key().as_str()))?;
        let stored = Some(account.password_hash.clone());
        if self.passwords.verify(password.clone(), stored).await? {
            return Ok(());
        }
        Err(Problem::new(
            Code::WrongCredentials,
            "this is not the password of the account that has this email",
        ))
    }

    async fn new_account(
        &self,
        link: &InvitationLink,
        consent: Consent,
    ) -> Result<NewAccount, Problem> {
        let (name, password) = match (consent.name, consent.password) {
            (Some(name), Some(password)) => (name, password),
            (name, password) => {
                let missing = [("name", name.is_none()), ("password", password.is_none())];
                let blamed = missing
                    .into_iter()
                    .filter(|(_, is_missing)| *is_missing)
                    .map(|(field, _)| {
                        let error = FieldError {
                            pointer: format!("/{field}"),
                            detail: format!("`{field}` is missing"),
                        };
                        (Code::InvalidField, error)
                    });
                return Err(Problem::fields(blamed.collect()));
            }
        };
        let own = OwnWords::none()
            .with_email(&link.email)
            .with_words(name.as_str())
            .with_words(link.organization_name.as_str());
        let password_hash = self
            .passwords
            .hash(password, own)
            .await
            .map_err(|refusal| refusal.into_problem("/password"))?;
        Ok(NewAccount {
            id: fresh(),
            email: link.email.clone(),
            name,
            password_hash,
        })
    }
}

/// What an outcome made, if it was an acceptance.
fn accepted(organization: OrganizationId, outcome: Option<&Outcome>) -> Option<Accepted> {
    let Some(Ok(Some(Event::InvitationAccepted { login, user, .. }))) = outcome else {
        return None;
    };
    let (Login::Existing(account) | Login::New(account)) = login;
    Some(Accepted {
        account: *account,
        organization,
        user: *user,
    })
}

/// Refuses a link whose invitation has ended, expired or is suspended.
pub(crate) fn must_be_usable(link: &InvitationLink) -> Result<(), Problem> {
    if link.state == InvitationState::Pending {
        return Ok(());
    }
    Err(not_usable())
}

fn not_usable() -> Problem {
    Problem::new(
        Code::InvitationNotUsable,
        "this invitation cannot be used; ask for a new one",
    )
}
