//! Single organizations, and whether there is any.

use vestibule_domain::{Organization, OrganizationId};

use crate::store::reading;
use crate::{Fault, Store};

/// One organization, with the number that grows with each of its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationRow {
    /// The organization.
    pub organization: Organization,
    /// Grows with every change in the organization: a validator for whatever is read of it.
    pub version: u64,
}

impl Store {
    /// One organization.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn organization(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<OrganizationRow>, Fault> {
        let found = reading!(self, conn => queries::overviews::one(conn, organization))?;
        found
            .map(|overview| {
                let version = u64::try_from(overview.version)
                    .map_err(|_| Fault::corrupt("a stored version is negative"))?;
                Ok(OrganizationRow {
                    organization: overview.organization,
                    version,
                })
            })
            .transpose()
    }

    /// Whether there is no organization at all, so that the first one can be set up.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn is_empty(&self) -> Result<bool, Fault> {
        reading!(self, conn => queries::organizations::none_is_there(conn))
    }
}
