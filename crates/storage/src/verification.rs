//! Verification of a record: that nothing in it was changed, left out or put elsewhere.

use vestibule_domain::OrganizationId;

use crate::store::reading;
use crate::{AuditHead, Fault, Store};

/// What the verification of a record found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How many events there are.
    pub events: u64,
    /// The end of the record, as the organization knows it.
    pub head: AuditHead,
    /// The first event that is not as it was written, or where one is missing; none when the
    /// record is whole.
    pub first_bad_seq: Option<u64>,
}

impl Verdict {
    /// Whether the record is whole.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.first_bad_seq.is_none()
    }
}

impl Store {
    /// Verifies an organization's record from its first event to its last, streaming.
    ///
    /// Rule: R-AUD-2. Against an earlier end of the record that was kept elsewhere it also finds
    /// a record that was cut or rewritten as a whole.
    ///
    /// Returns none where there is no such organization.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn verify_audit(
        &self,
        organization: OrganizationId,
        earlier: Option<AuditHead>,
    ) -> Result<Option<Verdict>, Fault> {
        reading!(self, conn => queries::verification::verify(conn, organization, earlier))
    }
}
