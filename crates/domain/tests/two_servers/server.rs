//! What a server can do next, and what that makes of everything.

use crate::cast::Ask;
use crate::rows::MailState;
use crate::search::House;

/// The most that is asked for in one search.
const MENU_MAX: usize = 6;

/// How the servers behave: well, or with one fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manners {
    Good,
    NoLock,
    ReadsFirst,
    ForgetsSender,
    MailsBlindly,
    RecordsApart,
    AnswersFirst,
}

/// Where one server stands. Rows and asks go by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Server {
    Idle,
    Waiting(usize),
    Locked(usize),
    /// With the rows that it read.
    Loaded(usize, usize),
    Decided(usize, usize),
    /// The change is kept, its event is not: only of a server that does these apart.
    Unrecorded(usize),
    Committed(usize),
    /// A mail is taken; what held of its reason then.
    Claimed(usize, Reason),
    Ready(usize, Reason),
    Mailed(usize),
}

/// Whether a mail has a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reason {
    Stood,
    Ended,
}

/// Everything at one moment. Sets of asks and of generations are bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) rows: usize,
    pub(crate) servers: [Server; 2],
    /// How often each can still be asked: once, and once more when no answer came, or beside it.
    pub(crate) tries: [u8; MENU_MAX],
    pub(crate) changed: u8,
    pub(crate) recorded: u8,
    pub(crate) answered: u8,
    /// Links that are out.
    pub(crate) links: u8,
}

/// A step: what it is called, and where it leads.
pub(crate) type Step = (String, State);

impl State {
    /// Servers are alike: which is which does not matter.
    pub(crate) fn canonical(mut self) -> Self {
        self.servers.sort_unstable();
        self
    }

    fn with(mut self, number: usize, server: Server) -> Self {
        self.servers[number] = server;
        self
    }
}

/// Whether a server in that place holds the organization's lock.
fn holds_lock(server: Server, manners: Manners) -> bool {
    match server {
        Server::Locked(_) => true,
        Server::Loaded(..) => manners != Manners::ReadsFirst,
        Server::Decided(..) | Server::Unrecorded(_) => true,
        Server::Idle
        | Server::Waiting(_)
        | Server::Committed(_)
        | Server::Claimed(..)
        | Server::Ready(..)
        | Server::Mailed(_) => false,
    }
}

/// Everything that one of the servers can do next; an objection where that breaks a rule.
pub(crate) fn steps(house: &mut House, state: State, number: usize) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut go = |does: String, next: State| steps.push((does, next));
    let is_locked = state
        .servers
        .iter()
        .any(|server| house.manners != Manners::NoLock && holds_lock(*server, house.manners));
    let server = state.servers[number];
    match server {
        Server::Idle => {
            for (place, ask) in house.menu.clone().into_iter().enumerate() {
                if state.tries[place] > 0 && has_link(state, ask) {
                    let mut next = state.with(number, Server::Waiting(place));
                    next.tries[place] -= 1;
                    go(format!("is asked: {ask:?}"), next);
                }
            }
            let mails = house.rows(state.rows).mails.clone();
            for (place, mail) in mails.into_iter().enumerate() {
                if mail.state == MailState::Queued {
                    let reason = house.reason(state.rows, place);
                    let mut next = state.with(number, Server::Claimed(place, reason));
                    next.rows = house.mailed(state.rows, place, MailState::Claimed);
                    go(format!("takes the mail of link {}", mail.generation), next);
                }
            }
        }
        Server::Waiting(ask) if house.manners == Manners::ReadsFirst => {
            go(
                "loads".to_owned(),
                state.with(number, Server::Loaded(ask, state.rows)),
            );
        }
        Server::Waiting(ask) => {
            if !is_locked {
                go("locks".to_owned(), state.with(number, Server::Locked(ask)));
            }
        }
        Server::Locked(ask) => {
            go(
                "loads".to_owned(),
                state.with(number, Server::Loaded(ask, state.rows)),
            );
        }
        Server::Loaded(ask, read) => {
            if house.manners != Manners::ReadsFirst || !is_locked {
                go(
                    "decides".to_owned(),
                    state.with(number, Server::Decided(ask, read)),
                );
            }
        }
        Server::Decided(ask, read) => {
            let mut next = state.with(number, Server::Committed(ask));
            if let Some(rows) = house.committed(state.rows, read, ask)? {
                next.rows = rows;
                next.changed |= bit(ask);
                next.recorded |= bit(ask);
                if house.manners == Manners::RecordsApart {
                    next.recorded = state.recorded;
                    next.servers[number] = Server::Unrecorded(ask);
                }
            }
            go("writes and commits".to_owned(), next);
            if house.manners == Manners::AnswersFirst && house.accepts(read, ask) {
                let mut next = state;
                next.answered |= bit(ask);
                go("answers".to_owned(), next);
            }
        }
        Server::Unrecorded(ask) => {
            let mut next = state.with(number, Server::Committed(ask));
            next.recorded |= bit(ask);
            go("records".to_owned(), next);
        }
        Server::Committed(ask) => {
            let mut next = state.with(number, Server::Idle);
            next.answered |= state.changed & bit(ask);
            go("answers".to_owned(), next);
        }
        Server::Claimed(mail, reason) => {
            if house.manners == Manners::MailsBlindly {
                go(
                    "does not ask".to_owned(),
                    state.with(number, Server::Ready(mail, reason)),
                );
            } else if house.reason(state.rows, mail) == Reason::Stood {
                let next = state.with(number, Server::Ready(mail, Reason::Stood));
                go("asks for the mail's reason, which stands".to_owned(), next);
            } else {
                let mut next = state.with(number, Server::Idle);
                next.rows = house.mailed(state.rows, mail, MailState::Dropped);
                go("drops the mail".to_owned(), next);
            }
        }
        Server::Ready(mail, reason) => {
            if reason == Reason::Ended {
                return Err(
                    "R-INV-10: a mail goes out whose reason had ended before it was taken"
                        .to_owned(),
                );
            }
            let generation = house.rows(state.rows).mails[mail].generation;
            let mut next = state.with(number, Server::Mailed(mail));
            next.links |= 1 << generation;
            go(format!("sends link {generation}"), next);
        }
        Server::Mailed(mail) => {
            let mut next = state.with(number, Server::Idle);
            next.rows = house.mailed(state.rows, mail, MailState::Sent);
            go("marks the mail as sent".to_owned(), next);
        }
    }
    if let Some(next) = crashed(house, state, number) {
        steps.push(("crashes".to_owned(), next));
    }
    Ok(steps)
}

/// A crash: what was not committed is gone, the lock is free, a mail that was taken waits again.
fn crashed(house: &mut House, state: State, number: usize) -> Option<State> {
    let mut next = state.with(number, Server::Idle);
    match state.servers[number] {
        Server::Idle => return None,
        Server::Claimed(mail, _) | Server::Ready(mail, _) | Server::Mailed(mail) => {
            next.rows = house.mailed(state.rows, mail, MailState::Queued);
        }
        Server::Waiting(_)
        | Server::Locked(_)
        | Server::Loaded(..)
        | Server::Decided(..)
        | Server::Unrecorded(_)
        | Server::Committed(_) => {}
    }
    Some(next)
}

fn has_link(state: State, ask: Ask) -> bool {
    ask.link()
        .is_none_or(|generation| state.links & (1 << generation) != 0)
}

/// The bit of an ask.
pub(crate) const fn bit(ask: usize) -> u8 {
    1 << ask
}
