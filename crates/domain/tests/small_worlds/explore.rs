//! The search itself: level by level, on all cores, until nothing new is reached.

use std::collections::HashSet;
use std::thread;

use vestibule_domain::{Directory, Event, Request, Stop};

use crate::moves;
use crate::state::{Packed, State};

/// How many states are taken on before the next word on how far it is.
const SHARE_MAX: usize = 50_000;

/// What decides: the crate, or one that is broken on purpose.
pub(crate) type Decide = fn(&Directory, &Request) -> Result<Option<Event>, Stop>;

/// How large the world was.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    pub(crate) requests: u64,
    pub(crate) changes: u64,
}

/// What a few states lead to.
#[derive(Debug, Default)]
struct Reached {
    states: HashSet<Packed>,
    requests: u64,
    changes: u64,
}

/// Visits every state that can be reached from this one, or tells the first fault found.
pub(crate) fn explore(begin: State, people: u8, decide: Decide) -> Result<Explored, String> {
    let begin = begin.canonical(people);
    let mut seen = HashSet::from([begin]);
    let mut level = vec![begin];
    let (mut requests, mut changes, mut depth) = (0, 0, 0);
    while !level.is_empty() {
        let mut next = Vec::new();
        for (number, share) in level.chunks(SHARE_MAX).enumerate() {
            let reached = expand_all(share, &seen, people, decide)?;
            requests += reached.requests;
            changes += reached.changes;
            next.extend(
                reached
                    .states
                    .into_iter()
                    .filter(|state| seen.insert(*state)),
            );
            if level.len() > SHARE_MAX {
                let done = number * SHARE_MAX + share.len();
                eprintln!(
                    "depth {depth}: {done} of {} states, {} seen",
                    level.len(),
                    seen.len()
                );
            }
        }
        depth += 1;
        eprintln!("depth {depth}: {} states, {} new", seen.len(), next.len());
        level = next;
    }
    Ok(Explored {
        states: seen.len(),
        requests,
        changes,
    })
}

fn expand_all(
    states: &[Packed],
    seen: &HashSet<Packed>,
    people: u8,
    decide: Decide,
) -> Result<Reached, String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = states.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = states
            .chunks(share)
            .map(|states| {
                scope.spawn(move || {
                    let mut reached = Reached::default();
                    for state in states {
                        expand(&state.state(), seen, people, decide, &mut reached)?;
                    }
                    Ok::<_, String>(reached)
                })
            })
            .collect();
        let mut all = Reached::default();
        for worker in workers {
            let share = worker
                .join()
                .map_err(|_| "a worker panicked".to_owned())??;
            all.states.extend(share.states);
            all.requests += share.requests;
            all.changes += share.changes;
        }
        Ok(all)
    })
}

/// Every state that one request leads to from this one.
fn expand(
    state: &State,
    seen: &HashSet<Packed>,
    people: u8,
    decide: Decide,
    reached: &mut Reached,
) -> Result<(), String> {
    let directory = state.directory();
    let actors = moves::actors(state, people);
    for command in moves::commands(state, people) {
        // Who asks decides whether it happens, and hardly ever what: each event is tried once.
        let mut happened: Vec<Event> = Vec::new();
        for at in moves::moments(&command) {
            let mut request = Request {
                actor: vestibule_domain::Actor::Operator,
                command: command.clone(),
                at: at(),
            };
            for actor in &actors {
                request.actor = *actor;
                reached.requests += 1;
                let event = match decide(&directory, &request) {
                    Ok(Some(event)) => event,
                    Ok(None) | Err(Stop::Rejected(_)) => continue,
                    Err(Stop::Missing(wanted)) => return Err(format!("a whole misses {wanted:?}")),
                };
                if let Some(objection) = moves::objection(&directory, &request, &event) {
                    return Err(format!("{objection}\nin {state:#?}"));
                }
                if !happened.contains(&event) {
                    happened.push(event);
                }
            }
        }
        for event in happened {
            reached.changes += 1;
            let mut after = directory.clone();
            after.apply(&event);
            let violations = after.violations();
            if !violations.is_empty() {
                return Err(format!("{violations:?} after {event:?}\nin {state:#?}"));
            }
            let after = State::of(&after).canonical(people);
            if !seen.contains(&after) {
                reached.states.insert(after);
            }
        }
    }
    Ok(())
}
