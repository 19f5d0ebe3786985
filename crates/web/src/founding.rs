//! Making an organization with its Primary Admin: by the operator, or by the one-time link.

use vestibule_domain::{AccountId, Email, Founding, Name, OrganizationId, Timestamp};
use vestibule_storage::{Account, Founded, KeptAnswer, NewAccount, Origin};

use crate::answer::{self, Answer};
use crate::app::{App, fresh};
use crate::claim::Held;
use crate::fault::OrProblem;
use crate::password::{OwnWords, Password};
use crate::problem::{Code, Problem};
use crate::seat::{Performed, Repeat};
use crate::wire::organization::OrganizationBody;

/// What an organization is made of.
#[derive(Clone, Debug)]
pub struct Foundation {
    /// The organization's name.
    pub organization_name: Name,
    /// The email of its Primary Admin; one that has an account keeps it.
    pub email: Email,
    /// The name of its Primary Admin.
    pub name: Name,
    /// Their password: a new account's, or the one that their account has.
    pub password: Password,
}

impl App {
    /// Whether that is the secret of the one-time link, and there is no organization yet.
    ///
    /// # Errors
    /// `not_found` where the link opens nothing, or the fault of the database.
    pub async fn open_set_up(&self, secret: &str) -> Result<(), Problem> {
        let is_right = self.set_up.as_ref().is_some_and(|own| own.is(secret));
        if is_right && self.store.is_empty().await.or_problem()? {
            return Ok(());
        }
        Err(Problem::not_found())
    }

    /// Makes the first organization at the one-time link.
    ///
    /// # Errors
    /// `not_found` where the link opens nothing (any more); `password_too_weak` and
    /// `account_mismatch` point at the password's field by `pointer`.
    pub async fn set_up(
        &self,
        secret: &str,
        foundation: Foundation,
        pointer: &str,
        at: Timestamp,
        origin: Origin,
    ) -> Result<OrganizationId, Problem> {
        self.open_set_up(secret).await?;
        let storable = self.storable(foundation, pointer, at, origin).await?;
        let storable = vestibule_storage::Foundation {
            founder: vestibule_storage::Founder::FirstVisitor,
            ..storable
        };
        let (organization, _) = self.write_foundation(storable, pointer).await?;
        Ok(organization)
    }

    /// Makes an organization as the operator on the host does.
    ///
    /// # Errors
    /// `password_too_weak`, `account_mismatch`, and the fault of the database.
    pub async fn found(
        &self,
        foundation: Foundation,
        at: Timestamp,
        origin: Origin,
    ) -> Result<OrganizationId, Problem> {
        let pointer = "";
        let storable = self.storable(foundation, pointer, at, origin).await?;
        let (organization, _) = self.write_foundation(storable, pointer).await?;
        Ok(organization)
    }

    /// Makes an organization for the operator, the same way again for the same `Idempotency-Key`.
    pub(crate) async fn found_repeatably(
        &self,
        foundation: Foundation,
        pointer: &str,
        repeat: Option<Repeat>,
        at: Timestamp,
        origin: Origin,
    ) -> Answer {
        let held = match repeat {
            None => Held::nothing(),
            Some(repeat) => match self.begin(repeat, None, "operator".to_owned(), at).await? {
                Performed::Before(kept) => return answer::give(kept),
                Performed::Now(held) => held,
            },
        };
        let claim = held.claim();
        let founded = async {
            let storable = self.storable(foundation, pointer, at, origin).await?;
            let storable = vestibule_storage::Foundation {
                idempotency: claim,
                answer: Some(Box::new(|written| {
                    let body = OrganizationBody::from(written.directory.organization());
                    let location = format!("/v1/organizations/{}", body.id);
                    Ok(answer::made(location, &body).ok())
                })),
                ..storable
            };
            self.write_foundation(storable, pointer).await
        };
        let founded = founded.await;
        let (_, kept) = held.settle(founded).await?;
        answer::give(kept.ok_or_else(Problem::internal)?)
    }

    /// The foundation as storage takes it, its password hashed or proved.
    async fn storable(
        &self,
        foundation: Foundation,
        pointer: &str,
        at: Timestamp,
        origin: Origin,
    ) -> Result<vestibule_storage::Foundation, Problem> {
        let key = foundation.email.key().clone();
        let found = self.store.account_by_email(key).await.or_problem()?;
        let (account, name, new_account) = match found {
            Some(account) => {
                self.prove_account(&account, foundation.password, pointer)
                    .await?;
                (account.id, account.name, None)
            }
            None => {
                let own = OwnWords::none()
                    .with_email(&foundation.email)
                    .with_words(foundation.name.as_str())
                    .with_words(foundation.organization_name.as_str());
                let hashed = self.passwords.hash(foundation.password, own).await;
                let id: AccountId = fresh();
                let new = NewAccount {
                    id,
                    email: foundation.email.clone(),
                    name: foundation.name.clone(),
                    password_hash: hashed.map_err(|refusal| refusal.into_problem(pointer))?,
                };
                (id, foundation.name, Some(new))
            }
        };
        Ok(vestibule_storage::Foundation {
            founding: Founding {
                organization: fresh(),
                name: foundation.organization_name,
                primary_admin: fresh(),
                email: foundation.email,
                primary_admin_name: name,
                account,
                at,
            },
            founder: vestibule_storage::Founder::Operator,
            origin,
            new_account,
            idempotency: None,
            answer: None,
        })
    }

    async fn prove_account(
        &self,
        account: &Account,
        password: Password,
        pointer: &str,
    ) -> Result<(), Problem> {
        let stored = Some(account.password_hash.clone());
        if self.passwords.verify(password, stored).await? {
            return Ok(());
        }
        Err(mismatch(pointer))
    }

    async fn write_foundation(
        &self,
        foundation: vestibule_storage::Foundation,
        pointer: &str,
    ) -> Result<(OrganizationId, Option<KeptAnswer>), Problem> {
        match self
            .store
            .found_organization(foundation)
            .await
            .or_problem()?
        {
            Founded::Done {
                directory, answer, ..
            } => Ok((directory.organization().id, answer)),
            // RACE: somebody made the account in the meantime; its password was not proved.
            Founded::AccountExists(_) | Founded::AccountGone => Err(mismatch(pointer)),
            Founded::NotTheFirst => Err(Problem::not_found()),
        }
    }
}

fn mismatch(pointer: &str) -> Problem {
    Problem::new(
        Code::AccountMismatch,
        "this email has an account, and this is not its password",
    )
    .at(pointer)
}
