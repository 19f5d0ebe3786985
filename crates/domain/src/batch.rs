//! Deciding many requests over a part that is loaded as they need it.

use crate::{Directory, Event, Found, Rejection, Request, Stop, Wanted};

/// Reads records of one organization for its decisions.
pub trait Load {
    /// Why a read can fail.
    type Error;

    /// Reads all that is wanted and there; one query a kind of key will do.
    ///
    /// Generous is better: a user with the sender of their invitation, a membership with its
    /// entity. What is wanted and not found counts as absent from then on.
    ///
    /// # Errors
    /// Whatever reading fails with; the decisions end with it.
    fn load(&mut self, wanted: &Wanted) -> Result<Found, Self::Error>;
}

/// What became of each request of a batch, in their order.
pub type Outcomes = Vec<Result<Option<Event>, Rejection>>;

/// Decides one request after the other, each seeing the events before it, and applies them.
///
/// All that is missing is collected over the whole batch and loaded at once; then the batch is
/// decided anew. Each round learns more, so it ends; with a generous loader after one round of
/// loading, at most two. A rejected request harms nobody beside it.
///
/// # Errors
/// What the loader fails with; `part` is then as it was, but for what it learnt.
pub fn decide_all<L: Load>(
    part: &mut Directory,
    from: &mut L,
    batch: &[Request],
) -> Result<Outcomes, L::Error> {
    let beginning = part.mark();
    loop {
        let mut missing = Wanted::new();
        let mut outcomes = Vec::with_capacity(batch.len());
        for request in batch {
            match part.decide(request) {
                Ok(event) => {
                    if let Some(event) = &event {
                        part.apply(event);
                    }
                    outcomes.push(Ok(event));
                }
                Err(Stop::Rejected(rejection)) => outcomes.push(Err(rejection)),
                Err(Stop::Missing(wanted)) => missing.merge(*wanted),
            }
        }
        if missing.is_empty() {
            return Ok(outcomes);
        }
        part.rewind(beginning);
        let found = from.load(&missing)?;
        part.learn(&missing, found);
    }
}
