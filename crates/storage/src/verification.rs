//! Verification of a record: that nothing in it was changed, left out or put elsewhere.

use vestibule_domain::OrganizationId;

use crate::store::walking;
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
    /// One record is verified at a time, beside all other reads; a few may wait for that.
    ///
    /// Rule: R-AUD-2. Against an earlier end of the record that was kept elsewhere it also finds
    /// a record that was cut or rewritten as a whole.
    ///
    /// Returns none where there is no such organization.
    ///
    /// # Errors
    /// A fault of the database; `Unavailable` where too many wait.
    pub async fn verify_audit(
        &self,
        organization: OrganizationId,
        earlier: Option<AuditHead>,
    ) -> Result<Option<Verdict>, Fault> {
        walking!(self, conn => queries::verification::verify(conn, organization, earlier))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use vestibule_domain::Scope;

    use super::*;
    use crate::reads::tests::world::World;
    use crate::testing::{now, on_both_databases};
    use crate::workers::LONG_WAITING_MAX;
    use crate::{FaultKind, UsersPage};

    on_both_databases![lists_go_on_while_records_are_verified];

    /// A walk that ends when the other end of the channel is dropped.
    async fn walk(store: Store, until: Receiver<()>) -> Result<(), Fault> {
        walking!(store, _conn => {
            let _ = until.recv();
            Ok(())
        })
    }

    /// R-AUD-2, R-LST-3: verification takes as long as a record is long, and only few can wait.
    async fn lists_go_on_while_records_are_verified(store: &Store) {
        let world = World::random(1, 3, 1);
        world.write(store).await;
        let mut ends = Vec::new();
        let mut walks = Vec::new();
        for _ in 0..=LONG_WAITING_MAX {
            let (end, until) = channel();
            ends.push(end);
            walks.push(tokio::spawn(walk(store.clone(), until)));
        }
        // Tasks run in their order here, so behind this one every walk was handed in.
        tokio::spawn(async {}).await.unwrap();
        let page = UsersPage::new(world.organization, Scope::Everything, now());
        assert_eq!(store.users_page(page).await.unwrap().items.len(), 3);
        // The first is at work or waits too; two more are one too many either way.
        let more = [(); 2].map(|()| store.verify_audit(world.organization, None));
        let [one, other] = more;
        let refused = tokio::select! {
            one = one => one,
            other = other => other,
        };
        assert_eq!(refused.unwrap_err().kind(), FaultKind::Unavailable);
        drop(ends);
        for walk in walks {
            let _ = walk.await.unwrap();
        }
        let verdict = store.verify_audit(world.organization, None).await;
        assert!(verdict.unwrap().is_some());
    }
}
