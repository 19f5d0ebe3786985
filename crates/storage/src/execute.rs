//! The one way in: what every change of an organization goes through, and what is asked of the
//! rules without changing anything.

use std::sync::Arc;

use vestibule_domain::{Directory, Load, Organization, OrganizationId, Policy, Rejection, Stop};

use crate::store::{Backend, reading};
use crate::transaction::Transactions;
use crate::{Done, Fault, Job, Store};

/// How often a question is asked anew with what it missed. Each time knows more, and decisions
/// need two; the bound is there for a question that never has enough.
const ROUNDS_MAX: usize = 16;

impl Store {
    /// Decides a job's submissions in their order and writes what they change, in one transaction
    /// that is durable before this returns.
    ///
    /// Rejections are outcomes, not errors: they change nothing and harm nobody beside them.
    ///
    /// # Errors
    /// A fault of the database. Nothing was written; of a job of several transactions, whole ones
    /// at its beginning may have been.
    pub async fn execute(&self, job: Job) -> Result<Done, Fault> {
        match &self.backend {
            Backend::Sqlite(store) => store.execute(job).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(store) => store.execute(job).await,
        }
    }

    /// The whole organization in memory, for permission checks in process or to look at it as a
    /// whole; none where there is no such organization.
    ///
    /// It costs what the organization is large.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn whole(&self, organization: OrganizationId) -> Result<Option<Directory>, Fault> {
        let policy = self.policy.clone();
        reading!(self, conn => conn.in_snapshot(|conn| {
            let Some(row) = queries::load::organization(conn, organization)? else {
                return Ok(None);
            };
            let whole = Directory::whole(row, queries::load::whole(conn, organization)?);
            Ok(Some(match policy {
                Some(policy) => whole.under(policy),
                None => whole,
            }))
        }))
    }

    /// Asks the rules something about an organization, without changing anything: the question is
    /// asked again with what it missed until it has an answer.
    ///
    /// Where there is no such organization, the answer is `NotFound`.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn consult<T: Send + 'static>(
        &self,
        organization: OrganizationId,
        question: impl Fn(&Directory) -> Result<T, Stop> + Send + 'static,
    ) -> Result<Result<T, Rejection>, Fault> {
        let policy = self.policy.clone();
        reading!(self, conn => {
            conn.in_snapshot(|conn| {
                let Some(organization) = queries::load::organization(conn, organization)? else {
                    return Ok(Err(Rejection::NotFound));
                };
                let mut loader = queries::load::Loader { conn, organization: organization.id };
                ask(organization, policy, &mut loader, &question)
            })
        })
    }
}

/// Asks the rules, with what they miss until they have an answer.
pub(crate) fn ask<T, L: Load<Error = Fault>>(
    organization: Organization,
    policy: Option<Arc<Policy>>,
    loader: &mut L,
    question: &impl Fn(&Directory) -> Result<T, Stop>,
) -> Result<Result<T, Rejection>, Fault> {
    let mut part = Directory::part(organization);
    if let Some(policy) = policy {
        part = part.under(policy);
    }
    for _ in 0..ROUNDS_MAX {
        match question(&part) {
            Ok(answer) => return Ok(Ok(answer)),
            Err(Stop::Rejected(rejection)) => return Ok(Err(rejection)),
            Err(Stop::Missing(wanted)) => {
                let found = loader.load(&wanted)?;
                part.learn(&wanted, found);
            }
        }
    }
    Err(Fault::internal(
        "a question went on asking for more than it needs",
    ))
}

#[cfg(test)]
mod tests;
