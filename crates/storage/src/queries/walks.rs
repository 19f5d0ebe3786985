//! The ways through the rows of a page of people: gathered, or walked in the order of the page.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use vestibule_domain::Status;

use super::branches::{Branch, Key, Met, Plan};
use super::conditions::Range;
use super::people::People;
use super::starts::{BY_EMAIL, BY_JOINED_AT, BY_NAME, BY_STATUS, Start};
use crate::{Direction, UsersSort};

/// From where on those of one status are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    FromStart,
    FromPosition,
}

impl People<'_> {
    pub(super) fn branch(&self, start: Start, key: Key, ordered: Met) -> Branch {
        Branch {
            start,
            key,
            status: None,
            role: None,
            after: self.position.cloned(),
            ordered,
        }
    }

    /// Rows that are few: found first, sorted afterwards.
    pub(super) fn gathered(&self, starts: &[Start]) -> Plan {
        let branches = starts.iter().flat_map(|start| match self.sort {
            UsersSort::JoinedAt => self.joined_and_not(|_| start.clone(), Met::Anyhow),
            UsersSort::Name | UsersSort::Email | UsersSort::Status => {
                vec![self.branch(start.clone(), self.key(), Met::Anyhow)]
            }
        });
        Plan {
            branches: branches.collect(),
            counted: match starts {
                [start] => start.clone(),
                _ => Start::Users,
            },
        }
    }

    /// A range that has the order of the page, with what few lie elsewhere.
    pub(super) fn ranged(&self, range: Range, start: fn(Range) -> Start, elsewhere: Start) -> Plan {
        // One bound on each side: of two, the wider may be taken, and all between them be met.
        let (mut range, mut position) = (range, self.position);
        if let Some(reached) = position.and_then(|at| at.key.as_ref()) {
            let (bound, is_within) = match self.direction {
                Direction::Ascending => {
                    let is_within = range.from.as_ref().is_none_or(|from| reached >= from);
                    (&mut range.from, is_within)
                }
                Direction::Descending => {
                    let is_within = range.before.as_ref().is_none_or(|before| reached < before);
                    (&mut range.before, is_within)
                }
            };
            if is_within {
                *bound = None;
            } else {
                position = None;
            }
        }
        Plan {
            branches: vec![
                Branch {
                    after: position.cloned(),
                    ..self.branch(start(range), self.key(), Met::InOrder)
                },
                self.branch(elsewhere, self.key(), Met::Anyhow),
            ],
            counted: Start::Users,
        }
    }

    /// The index of the sort, walked from the position on.
    pub(super) fn walked(&self) -> Plan {
        let branches = match self.sort {
            UsersSort::Name => vec![self.branch(Start::Index(BY_NAME), Key::Name, Met::InOrder)],
            UsersSort::Email => {
                vec![self.branch(Start::Index(BY_EMAIL), Key::Email, Met::InOrder)]
            }
            UsersSort::Status if self.statuses.is_empty() => {
                vec![self.branch(Start::Index(BY_STATUS), Key::Status, Met::InOrder)]
            }
            UsersSort::Status => self.by_statuses(),
            UsersSort::JoinedAt => self.joined_and_not(Start::Index, Met::InOrder),
        };
        Plan {
            branches,
            counted: Start::Users,
        }
    }

    /// One walk for each status that is asked for, each by id alone.
    pub(super) fn by_statuses(&self) -> Vec<Branch> {
        let statuses = self.reached(self.statuses).into_iter();
        let walk =
            |(status, after)| self.in_status(Start::Index(BY_STATUS), status, after, Met::InOrder);
        statuses.map(walk).collect()
    }

    /// Which of these statuses the position has not left behind, and whether it lies in each.
    pub(super) fn reached(&self, statuses: &BTreeSet<Status>) -> Vec<(Status, Within)> {
        let reached = self.position.and_then(|at| at.key.as_deref());
        let order = |status: Status| {
            reached.map(|reached| self.direction.compare(status.as_str(), reached))
        };
        let within = |status| match order(status) {
            Some(Ordering::Less) => None,
            Some(Ordering::Equal) => Some((status, Within::FromPosition)),
            Some(Ordering::Greater) | None => Some((status, Within::FromStart)),
        };
        statuses.iter().copied().filter_map(within).collect()
    }

    /// People of one status, by id.
    pub(super) fn in_status(
        &self,
        start: Start,
        status: Status,
        from: Within,
        ordered: Met,
    ) -> Branch {
        let mut branch = self.branch(start, Key::Id, ordered);
        branch.status = Some(status);
        if from == Within::FromStart {
            branch.after = None;
        }
        branch
    }

    /// Who has joined, by when; and after them, in both directions, who has not, by id.
    pub(super) fn joined_and_not(
        &self,
        start: impl Fn(&'static str) -> Start,
        ordered: Met,
    ) -> Vec<Branch> {
        let joined = self.joined(start(BY_JOINED_AT), ordered).into_iter();
        let others = self.not_joined().into_iter();
        joined
            .chain(
                others
                    .map(|(status, from)| self.in_status(start(BY_STATUS), status, from, ordered)),
            )
            .collect()
    }

    /// Who has joined, by when; none where the position has left them behind.
    pub(super) fn joined(&self, start: Start, ordered: Met) -> Option<Branch> {
        let wants = |status| self.statuses.is_empty() || self.statuses.contains(&status);
        let is_reached = self.position.is_none_or(|at| at.key.is_some());
        (is_reached && (wants(Status::Active) || wants(Status::Deactivated)))
            .then(|| self.branch(start, Key::JoinedAt, ordered))
    }

    /// The status of who has not joined, where that is asked for.
    pub(super) fn not_joined(&self) -> Option<(Status, Within)> {
        let is_wanted = self.statuses.is_empty() || self.statuses.contains(&Status::Invited);
        let from = if self.position.is_some_and(|at| at.key.is_none()) {
            Within::FromPosition
        } else {
            Within::FromStart
        };
        is_wanted.then_some((Status::Invited, from))
    }
}
