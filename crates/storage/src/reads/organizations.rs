//! Organizations: one of them, all of them, and whether there is any.

use vestibule_domain::{Email, Name, Organization, OrganizationId};

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

/// One organization of all, as the operator on the host sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationSummary {
    /// Its id.
    pub id: OrganizationId,
    /// What it is called.
    pub name: Name,
    /// The email of its Primary Admin.
    pub primary_admin_email: Email,
    /// What its Primary Admin is called.
    pub primary_admin_name: Option<Name>,
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

    /// Organizations in the order of their ids, which is that of their making, a few hundred at a
    /// time: those after the one that was seen last, or the first ones. None are left when the
    /// answer is empty.
    ///
    /// For the operator on the host alone: nobody else sees more than one organization.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn organizations_after(
        &self,
        seen: Option<OrganizationId>,
    ) -> Result<Vec<OrganizationSummary>, Fault> {
        reading!(self, conn => queries::organizations::after(conn, seen))
    }

    /// Whether there is no organization at all, so that the first one can be set up.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn is_empty(&self) -> Result<bool, Fault> {
        reading!(self, conn => queries::organizations::none_is_there(conn))
    }
}
