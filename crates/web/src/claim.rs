//! Holding an idempotency key while its request is worked on, and letting go of it.
//!
//! A claim that nobody gives back holds for minutes. So whatever a request comes to, its claim is
//! completed by the change or given back: a client that was told 503 can repeat at once.

use vestibule_domain::{OrganizationId, Timestamp};
use vestibule_storage::{Begun, IdempotencyClaim, IdempotencyRequest};

use crate::app::App;
use crate::fault::OrProblem;
use crate::problem::{Code, Problem};
use crate::seat::{Performed, Repeat};

/// A claim while its request is worked on; given back if it is dropped before it is settled.
///
/// RACE: a change that is still under way when its claim is given back keeps its answer first, or
/// finds the claim gone and comes to nothing.
#[derive(Debug)]
pub(crate) struct Held(Option<(App, IdempotencyClaim)>);

impl Held {
    /// The claim of a request without a key.
    pub(crate) const fn nothing() -> Self {
        Self(None)
    }

    /// The claim, for the change that completes it.
    pub(crate) fn claim(&self) -> Option<IdempotencyClaim> {
        self.0.as_ref().map(|(_, claim)| claim.clone())
    }

    /// Gives the claim back if the request came to a problem; the problem is what is told.
    pub(crate) async fn settle<T>(mut self, outcome: Result<T, Problem>) -> Result<T, Problem> {
        if outcome.is_err()
            && let Some((app, claim)) = &self.0
        {
            give_back(app, claim.clone()).await;
        }
        self.0 = None;
        outcome
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((app, claim)) = self.0.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { give_back(&app, claim).await });
        }
    }
}

impl App {
    /// Begins a request that carries an idempotency key.
    pub(crate) async fn begin(
        &self,
        repeat: Repeat,
        organization: Option<OrganizationId>,
        actor: String,
        at: Timestamp,
    ) -> Result<Performed<Held>, Problem> {
        let request = IdempotencyRequest {
            organization,
            actor,
            key: repeat.key,
            digest: repeat.digest,
            at,
        };
        let app = self.clone();
        // A task of its own, so that a claim made for a client that is gone is dropped too.
        let beginning = tokio::spawn(async move {
            let begun = app.store.begin_idempotent(request).await.or_problem()?;
            Ok(match begun {
                Begun::Fresh(claim) => Performed::Now(Held(Some((app, claim)))),
                Begun::Replay(kept) => Performed::Before(kept),
                Begun::InUse => {
                    return Err(Problem::new(
                        Code::IdempotencyKeyInUse,
                        "a request with this `Idempotency-Key` is still being worked on",
                    ));
                }
                Begun::Reused => {
                    return Err(Problem::new(
                        Code::IdempotencyKeyReused,
                        "this `Idempotency-Key` was used for another request",
                    ));
                }
            })
        });
        beginning.await.map_err(|_| Problem::internal())?
    }
}

/// Best effort: what cannot be given back ends by itself.
async fn give_back(app: &App, claim: IdempotencyClaim) {
    if let Err(error) = app.store.release_idempotent(claim).await {
        tracing::warn!(%error, "failed to give an idempotency key back");
    }
}

#[cfg(test)]
mod tests {
    use vestibule_storage::{SecretKey, TestDatabase};

    use super::*;
    use crate::app::{Settings, now};

    struct Desk {
        app: App,
        _database: TestDatabase,
    }

    impl Desk {
        async fn new() -> Self {
            let database = tokio::task::spawn_blocking(TestDatabase::sqlite)
                .await
                .unwrap();
            let url = "http://localhost:1".parse().unwrap();
            let settings = Settings::new(url, SecretKey::new([7; 32]));
            Self {
                app: App::new(database.store.clone(), settings),
                _database: database,
            }
        }

        async fn begin(&self) -> Result<Held, Problem> {
            let repeat = Repeat {
                key: "k".to_owned(),
                digest: [1; 32],
            };
            let begun = self.app.begin(repeat, None, "operator".to_owned(), now());
            match begun.await? {
                Performed::Now(held) => Ok(held),
                Performed::Before(_) => panic!("nothing was answered"),
            }
        }

        async fn is_in_use(&self) -> bool {
            matches!(self.begin().await, Err(problem) if problem.code() == Code::IdempotencyKeyInUse)
        }
    }

    /// api.md, Idempotency.
    #[tokio::test(flavor = "multi_thread")]
    async fn after_a_fault_a_key_can_be_used_again_at_once() {
        let desk = Desk::new().await;
        let held = desk.begin().await.unwrap();
        assert!(desk.is_in_use().await);
        let outcome = held
            .settle(Err::<(), _>(Problem::unavailable("gone")))
            .await;
        assert!(outcome.is_err());
        desk.begin().await.unwrap().settle(Ok(())).await.unwrap();
        assert!(desk.is_in_use().await);
    }

    /// api.md, Idempotency.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_key_whose_handler_was_dropped_can_be_used_again() {
        let desk = Desk::new().await;
        drop(desk.begin().await.unwrap());
        // It is given back beside the request, so it can take a moment.
        for _ in 0..10_000 {
            if !desk.is_in_use().await {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("the key is still in use");
    }
}
