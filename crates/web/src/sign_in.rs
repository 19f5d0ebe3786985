//! Signing in and out, and the passwords of accounts, as the API and the console both do it.

use std::net::IpAddr;

use vestibule_domain::{Email, Name, Timestamp};
use vestibule_storage::{
    Account, AccountOrganization, NewPassword, NewPasswordReset, NewSession, PasswordChange,
    PasswordReset, PasswordResetId, SessionRow,
};

use crate::app::{App, fresh};
use crate::authentication::SignedInAccount;
use crate::fault::OrProblem;
use crate::password::{OwnWords, Password};
use crate::problem::{Code, Problem};
use crate::rate_limit::Attempt;
use crate::secret::{Secret, SecretKind};

/// A sign-in that worked.
#[derive(Debug)]
pub struct SignIn {
    /// The account.
    pub account: Account,
    /// The session.
    pub session: SessionRow,
    /// The organizations that the account leads to, by name.
    pub organizations: Vec<AccountOrganization>,
    pub(crate) secret: Secret,
}

impl SignIn {
    /// The session token, which is not stored anywhere.
    #[must_use]
    pub fn token(&self) -> &str {
        self.secret.reveal()
    }
}

impl App {
    /// Signs an account in by email and password.
    ///
    /// Rules: R-INV-7, R-SES-2, R-SES-3. An unknown email is answered with the same words after the
    /// same work (lesson 26).
    ///
    /// # Errors
    /// `wrong_credentials`, `rate_limited`, `unavailable`.
    pub async fn sign_in(
        &self,
        email: &Email,
        password: Password,
        address: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<SignIn, Problem> {
        let key = email.key();
        self.rate_limits
            .check(Attempt::SignIn, address, Some(key.as_str()))?;
        let account = self
            .store
            .account_by_email(key.clone())
            .await
            .or_problem()?;
        let stored = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let is_right = self.passwords.verify(password, stored).await?;
        let account = account.filter(|_| is_right).ok_or_else(wrong_credentials)?;

        let secret = Secret::random(SecretKind::Session)?;
        let new = NewSession {
            id: fresh(),
            account: account.id,
            digest: secret.digest(),
            proved: account.password_hash.clone(),
            lifetime: self.session_lifetime,
            at,
        };
        // RACE: the password may be another one by now; then it was not proved.
        let session = self.store.create_session(new).await.or_problem()?;
        let session = session.ok_or_else(wrong_credentials)?;
        let organizations = self.store.organizations_of(account.id).await.or_problem()?;
        Ok(SignIn {
            account,
            session,
            organizations,
            secret,
        })
    }

    /// Ends the session that is signed in.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn sign_out(&self, signed_in: &SignedInAccount) -> Result<(), Problem> {
        self.store
            .end_session(signed_in.account, signed_in.session.id)
            .await
            .or_problem()
            .map(|_| ())
    }

    /// Changes an account's password; every other session of it ends.
    ///
    /// Rules: R-SES-1, R-SES-2.
    ///
    /// # Errors
    /// `wrong_credentials`, `password_too_weak` at `pointer`, `rate_limited`, `unavailable`.
    pub async fn change_password(
        &self,
        signed_in: &SignedInAccount,
        current: Password,
        new: Password,
        pointer: &str,
        at: Timestamp,
    ) -> Result<(), Problem> {
        self.rate_limits
            .check(Attempt::SignIn, None, Some(signed_in.email.key().as_str()))?;
        let account = self.store.account(signed_in.account).await.or_problem()?;
        let account = account.ok_or_else(Problem::not_signed_in)?;
        let proved = account.password_hash;
        if !self.passwords.verify(current, Some(proved.clone())).await? {
            return Err(Problem::new(
                Code::WrongCredentials,
                "the current password is another one",
            ));
        }
        let own = self
            .own_words(&account.email, &account.name, account.id)
            .await?;
        let hashed = self.passwords.hash(new, own).await;
        let hashed = hashed.map_err(|refusal| refusal.into_problem(pointer))?;
        let new = NewPassword {
            account: account.id,
            proved,
            password_hash: hashed,
            kept: Some(signed_in.session.id),
            at,
        };
        match self.store.change_password(new).await.or_problem()? {
            PasswordChange::Done => Ok(()),
            PasswordChange::Outdated => Err(Problem::new(
                Code::WrongCredentials,
                "the password was changed in the meantime; sign in again",
            )),
        }
    }

    /// Takes note that a password reset was asked for; whether the email is known, nobody learns.
    ///
    /// Rule: R-INV-7.
    ///
    /// # Errors
    /// `rate_limited`, `unavailable`.
    pub async fn ask_for_reset(
        &self,
        email: &Email,
        address: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let key = email.key();
        self.rate_limits
            .check(Attempt::Reset, address, Some(key.as_str()))?;
        let new = NewPasswordReset {
            id: PasswordResetId::new(uuid::Uuid::now_v7()),
            email: key.clone(),
            at,
        };
        self.store.create_password_reset(new).await.or_problem()
    }

    /// The reset behind a link that can be used now; looking consumes nothing.
    ///
    /// # Errors
    /// `reset_not_usable`, the same for every link that cannot be used; `rate_limited`.
    pub async fn open_reset(
        &self,
        token: &str,
        address: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<(PasswordResetId, PasswordReset), Problem> {
        let reset = self.reset_tokens.read(token);
        let subject = reset.map(|reset| reset.to_string());
        self.rate_limits
            .check(Attempt::Reset, address, subject.as_deref())?;
        let id = reset.ok_or_else(reset_not_usable)?;
        let found = self.store.password_reset(id, at).await.or_problem()?;
        found.map(|reset| (id, reset)).ok_or_else(reset_not_usable)
    }

    /// Sets the password that a reset's link was opened for; all sessions of the account end.
    ///
    /// # Errors
    /// `reset_not_usable`, `password_too_weak` at `pointer`, `unavailable`.
    pub async fn use_reset(
        &self,
        (id, reset): (PasswordResetId, &PasswordReset),
        password: Password,
        pointer: &str,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let own = self
            .own_words(&reset.email, &reset.name, reset.account)
            .await?;
        let hashed = self.passwords.hash(password, own).await;
        let hashed = hashed.map_err(|refusal| refusal.into_problem(pointer))?;
        let used = self.store.use_password_reset(id, hashed, at).await;
        used.or_problem()?.map(|_| ()).ok_or_else(reset_not_usable)
    }

    /// The words that an account's password must not be made of (R-SES-1).
    async fn own_words(
        &self,
        email: &Email,
        name: &Name,
        account: vestibule_domain::AccountId,
    ) -> Result<OwnWords, Problem> {
        let organizations = self.store.organizations_of(account).await.or_problem()?;
        let own = OwnWords::none().with_email(email).with_words(name.as_str());
        Ok(organizations.iter().fold(own, |own, organization| {
            own.with_words(organization.name.as_str())
        }))
    }
}

fn wrong_credentials() -> Problem {
    Problem::new(
        Code::WrongCredentials,
        "this email and this password do not belong together",
    )
}

fn reset_not_usable() -> Problem {
    Problem::new(
        Code::ResetNotUsable,
        "this link cannot be used; ask for a new one",
    )
}
