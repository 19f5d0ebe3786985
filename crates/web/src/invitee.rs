//! Accepting and declining an invitation, as the API and the accept page both do it.

use std::net::IpAddr;

use vestibule_domain::{
    AccountId, Command, Event, InvitationState, Login, Name, OrganizationId, Timestamp, UserId,
};
use vestibule_storage::{Account, InvitationLink, Job, NewAccount, Origin};

use crate::app::{App, fresh};
use crate::authentication::SignedInAccount;
use crate::fault::OrProblem;
use crate::password::{OwnWords, Password};
use crate::problem::{Code, FieldError, Places, Problem};
use crate::rate_limit::Attempt;

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
        let read = self.invitation_tokens.read(token);
        let subject = read.map(|(invitation, _)| invitation.to_string());
        self.rate_limits
            .check(Attempt::Invitation, address, subject.as_deref())?;
        let (invitation, generation) = read.ok_or_else(not_usable)?;
        let link = self
            .store
            .invitation_link(invitation, at)
            .await
            .or_problem()?;
        link.filter(|link| link.generation == generation && link.state == InvitationState::Pending)
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
        let (login, name, new_account) = match account {
            Some(account) => {
                self.prove(&account, &consent).await?;
                (Login::Existing(account.id), account.name, None)
            }
            None => {
                let new = self.new_account(link, consent).await?;
                (Login::New(new.id), new.name.clone(), Some(new))
            }
        };
        let seat = self.invitee_seat(link.organization, at, origin);
        let command = Command::AcceptInvitation {
            user: link.user,
            invitation: link.invitation,
            generation: link.generation,
            name,
            login,
        };
        let job = Job {
            organization: link.organization,
            submissions: vec![seat.submission(command, new_account)],
            idempotency: None,
            answer: None,
        };
        let done = self.store.execute(job).await.or_problem()?;
        match done.outcomes.into_iter().next() {
            Some(Ok(Some(Event::InvitationAccepted { login, user, .. }))) => {
                let (Login::Existing(account) | Login::New(account)) = login;
                Ok(Accepted {
                    account,
                    organization: link.organization,
                    user,
                })
            }
            Some(Err(rejection)) => Err(seat.refused(&rejection, &Places::none())),
            Some(Ok(_)) | None => Err(Problem::internal()),
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
        let seat = self.invitee_seat(link.organization, at, origin);
        let command = Command::DeclineInvitation {
            user: link.user,
            invitation: link.invitation,
            generation: link.generation,
        };
        seat.execute(command, &Places::none()).await.map(|_| ())
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

fn not_usable() -> Problem {
    Problem::new(
        Code::InvitationNotUsable,
        "this invitation cannot be used; ask for a new one",
    )
}
