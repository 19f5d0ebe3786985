//! Every state that a small organization can reach, under every command by every actor.
//!
//! Two people and two entities here; `cargo xtask explore` explores three. States are told apart
//! by what matters: ids, names, generations and times are made canonical, and states that are
//! alike but for who is who or which entity is which count once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails where it stands, and a long one says how far it is"
)]

mod explore;
mod moves;
mod state;

use state::State;
use vestibule_domain::{Command, Directory, Event, Rejection, Request, Stop};

/// The decisions of the crate.
fn by_the_rules(directory: &Directory, request: &Request) -> Result<Option<Event>, Stop> {
    directory.decide(request)
}

/// Every reachable state satisfies every invariant, and every event was one that its actor could
/// make (R-ORG-1, R-ORG-2, R-ENT-3, R-INV-9, R-REM-1, R-REM-3, R-DEA-1, R-KEY-2).
#[test]
fn every_reachable_state_of_a_small_organization_is_sound() {
    let people = match std::env::var("VESTIBULE_EXPLORE_PEOPLE") {
        Ok(people) => people.parse().unwrap(),
        Err(_) => 2,
    };
    let explored = explore::explore(State::founded(), people, by_the_rules).unwrap();
    eprintln!(
        "{people} people, 2 entities: {} states, {} requests, {} changes",
        explored.states, explored.requests, explored.changes
    );
    assert!(
        explored.states > 10_000,
        "the world is smaller than it should be"
    );
}

/// A rule broken on purpose is found: an invitation is accepted though its sender lost the right.
#[test]
fn an_acceptance_without_the_senders_right_is_found() {
    fn without_right(directory: &Directory, request: &Request) -> Result<Option<Event>, Stop> {
        directory.decide(request).or_else(|stop| {
            let event = moves::acceptance_whatever_the_sender(directory, request);
            event.map(Some).ok_or(stop)
        })
    }
    let fault = explore::explore(State::with_a_second_admin(), 3, without_right).unwrap_err();
    assert!(fault.contains("R-INV-9"), "{fault}");
}

/// A rule broken on purpose is found: the Primary Admin can be deactivated.
#[test]
fn a_primary_admin_who_can_be_deactivated_is_found() {
    fn deactivating(directory: &Directory, request: &Request) -> Result<Option<Event>, Stop> {
        match (directory.decide(request), &request.command) {
            (
                Err(Stop::Rejected(Rejection::PrimaryAdminMustTransfer)),
                Command::DeactivateUser { user },
            ) => Ok(Some(Event::UserDeactivated { user: *user })),
            (outcome, _) => outcome,
        }
    }
    let fault = explore::explore(State::founded(), 2, deactivating).unwrap_err();
    assert!(fault.contains("PrimaryAdminNotActive"), "{fault}");
}

/// A rule broken on purpose is found: a removal leaves a membership behind.
#[test]
fn a_membership_that_outlives_its_user_is_found() {
    fn forgetful(directory: &Directory, request: &Request) -> Result<Option<Event>, Stop> {
        let mut outcome = directory.decide(request);
        if let Ok(Some(Event::UserRemoved { plan, .. })) = &mut outcome {
            plan.memberships.pop();
        }
        outcome
    }
    let fault = explore::explore(State::founded(), 2, forgetful).unwrap_err();
    assert!(fault.contains("MembershipWithoutUser"), "{fault}");
}
