//! Deciding many requests over a part that is loaded as they need it.

use crate::{Directory, Event, Found, Rejection, Request, Stop, Wanted};

/// Reads records of one organization for its decisions.
///
/// `docs/embedding.md` of the project shows a storage of one's own, with what it writes.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use vestibule_domain::{Found, Load, User, UserId, Wanted};
///
/// /// An organization of which only users are kept.
/// struct Rows(BTreeMap<UserId, User>);
///
/// impl Load for Rows {
///     type Error = std::convert::Infallible;
///
///     fn load(&mut self, wanted: &Wanted) -> Result<Found, Self::Error> {
///         let by_id = wanted.users.iter().filter_map(|id| self.0.get(id));
///         let by_email = self.0.values().filter(|user| wanted.emails.contains(user.email.key()));
///         Ok(Found { users: by_id.chain(by_email).cloned().collect(), ..Found::default() })
///     }
/// }
/// ```
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
///
/// # Panics
/// If a decision asked twice for the same: that is a bug of this crate, and would never end.
///
/// ```
/// use vestibule_domain::{Command, Directory, decide_all};
/// # use vestibule_domain::test_support::{Generous, World};
/// # let mut world = World::numbered(1);
/// # let database = world.directory.clone();
/// # let mut loader = Generous::over(&database);
/// # let create = |world: &mut World, name: &str| {
/// #     let entity = vestibule_domain::EntityId::new(world.fresh_id());
/// #     let name = vestibule_domain::test_support::name(name);
/// #     world.request(world.owner(), Command::CreateEntity { entity, name })
/// # };
/// # let organization = database.organization().clone();
/// # let batch = [create(&mut world, "Bakery"), create(&mut world, "BAKERY"), create(&mut world, "Mill")];
///
/// // Three entities are to be made, of which two would have one name.
/// let mut part = Directory::part(organization);
/// let outcomes = decide_all(&mut part, &mut loader, &batch)?;
/// assert!(outcomes[0].is_ok() && outcomes[2].is_ok());
/// assert_eq!(outcomes[1].as_ref().unwrap_err().code(), "entity_name_taken");
///
/// // What is to be written is the net of all events, as rows.
/// assert_eq!(part.changes().entities.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide_all<L: Load>(
    part: &mut Directory,
    from: &mut L,
    batch: &[Request],
) -> Result<Outcomes, L::Error> {
    let beginning = part.mark();
    let mut asked = Wanted::new();
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
        // INVARIANT: each round asks for something that no round before it did, so that it ends.
        assert!(missing != asked, "what was learnt is not asked for again");
        part.rewind(beginning);
        let found = from.load(&missing)?;
        part.learn(&missing, found);
        asked = missing;
    }
}
