//! The search itself: level by level, on all cores, until nothing new is reached.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use vestibule_domain::{Directory, Event, Request, Stop};

use crate::moves;
use crate::state::{State, now};

/// What decides: the crate, or one that is broken on purpose.
pub(crate) type Decide = fn(&Directory, &Request) -> Result<Option<Event>, Stop>;

/// How large the world was.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    pub(crate) requests: u64,
}

/// Visits every state that can be reached from this one, or tells the first fault found.
pub(crate) fn explore(begin: State, people: u8, decide: Decide) -> Result<Explored, String> {
    let begin = begin.canonical(people);
    let mut seen = HashSet::from([begin]);
    let mut level = vec![begin];
    let requests = AtomicU64::new(0);
    let mut depth = 0;
    while !level.is_empty() {
        let reached = expand_all(&level, people, decide, &requests)?;
        level = reached
            .into_iter()
            .filter(|next| seen.insert(*next))
            .collect();
        depth += 1;
        eprintln!("depth {depth}: {} states, {} new", seen.len(), level.len());
    }
    Ok(Explored {
        states: seen.len(),
        requests: requests.into_inner(),
    })
}

fn expand_all(
    level: &[State],
    people: u8,
    decide: Decide,
    requests: &AtomicU64,
) -> Result<HashSet<State>, String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = level.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let workers: Vec<_> = level
            .chunks(share)
            .map(|states| {
                scope.spawn(move || {
                    let mut reached = HashSet::new();
                    for state in states {
                        expand(state, people, decide, requests, &mut reached)?;
                    }
                    Ok::<_, String>(reached)
                })
            })
            .collect();
        let mut all = HashSet::new();
        for worker in workers {
            all.extend(
                worker
                    .join()
                    .map_err(|_| "a worker panicked".to_owned())??,
            );
        }
        Ok(all)
    })
}

/// Every state that one request, or time, leads to from this one.
fn expand(
    state: &State,
    people: u8,
    decide: Decide,
    requests: &AtomicU64,
    reached: &mut HashSet<State>,
) -> Result<(), String> {
    let directory = state.directory();
    let actors = moves::actors(state, people);
    let commands = moves::commands(state, people);
    for command in &commands {
        for actor in &actors {
            let request = Request {
                actor: *actor,
                command: command.clone(),
                at: now(),
            };
            let event = match decide(&directory, &request) {
                Ok(Some(event)) => event,
                Ok(None) | Err(Stop::Rejected(_)) => continue,
                Err(Stop::Missing(wanted)) => return Err(format!("a whole misses {wanted:?}")),
            };
            if let Some(objection) = moves::objection(&directory, &request, &event) {
                return Err(format!("{objection}\nin {state:#?}"));
            }
            let mut after = directory.clone();
            after.apply(&event);
            let violations = after.violations();
            if !violations.is_empty() {
                return Err(format!("{violations:?} after {request:?}\nin {state:#?}"));
            }
            reached.insert(State::of(&after).canonical(people));
        }
    }
    reached.extend(
        moves::passings(state)
            .into_iter()
            .map(|later| later.canonical(people)),
    );
    let asked = actors.len() * commands.len();
    requests.fetch_add(u64::try_from(asked).unwrap_or(u64::MAX), Ordering::Relaxed);
    Ok(())
}
