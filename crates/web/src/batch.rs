//! Batches of invitations: rows from JSON or CSV, each standing for itself (R-INV-8).

use std::collections::BTreeMap;

use uuid::Uuid;
use vestibule_domain::{
    AssignableRole, Email, EntityId, EntityRole, Event, InvitationId, Name, Rejection, UserId,
};

use crate::problem::Problem;
use crate::wire::batch::{BatchOutcomesBody, RowOutcomeBody};

pub(crate) mod csv_file;
pub(crate) mod room;
#[cfg(test)]
mod tests;

/// Rows, joined into one invitation for each person, or refused already.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The people to invite.
    pub(crate) people: Vec<Person>,
    /// For each row, in their order, which of them it is about, or why it was refused.
    pub(crate) rows: Vec<Result<usize, Refusal>>,
}

/// One person to invite.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) user: UserId,
    pub(crate) invitation: InvitationId,
    pub(crate) email: Email,
    pub(crate) role: AssignableRole,
    pub(crate) name: Option<Name>,
    pub(crate) memberships: BTreeMap<EntityId, EntityRole>,
}

/// Why a row was refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
}

impl Batch {
    /// One outcome for each row, once each person has one.
    pub(crate) fn outcomes(
        &self,
        people: &[Result<Option<Event>, Rejection>],
    ) -> BatchOutcomesBody {
        let mut items = Vec::with_capacity(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            let outcome = match row {
                Err(refusal) => Err(refusal.clone()),
                Ok(person) => match (self.people.get(*person), people.get(*person)) {
                    (Some(person), Some(Ok(_))) => Ok(person.user.uuid()),
                    (_, Some(Err(rejection))) => Err(rejection.into()),
                    (_, None) | (None, _) => Err(Refusal {
                        code: "internal_error",
                        detail: "this row was not looked at".to_owned(),
                    }),
                },
            };
            items.push(RowOutcomeBody::of(index.saturating_add(1), outcome));
        }
        let invited = items.iter().filter(|item| item.user_id.is_some()).count();
        BatchOutcomesBody {
            invited,
            refused: items.len().saturating_sub(invited),
            items,
        }
    }
}

impl RowOutcomeBody {
    fn of(row: usize, outcome: Result<Uuid, Refusal>) -> Self {
        match outcome {
            Ok(user) => Self {
                row,
                status: "invited",
                user_id: Some(user),
                code: None,
                detail: None,
            },
            Err(refusal) => Self {
                row,
                status: "refused",
                user_id: None,
                code: Some(refusal.code),
                detail: Some(refusal.detail),
            },
        }
    }
}

impl Refusal {
    /// Refused for what the row itself says.
    pub(crate) fn field(detail: impl Into<String>) -> Self {
        Self {
            code: "invalid_field",
            detail: detail.into(),
        }
    }
}

impl From<&Rejection> for Refusal {
    fn from(rejection: &Rejection) -> Self {
        Self {
            code: rejection.code(),
            detail: rejection.to_string(),
        }
    }
}

impl From<&Problem> for Refusal {
    /// The fields that are to blame, in one line.
    fn from(problem: &Problem) -> Self {
        let fields: Vec<&str> = problem
            .errors()
            .iter()
            .map(|error| error.detail.as_str())
            .collect();
        Self {
            code: problem.code().as_str(),
            detail: if fields.is_empty() {
                problem.detail().to_owned()
            } else {
                fields.join("; ")
            },
        }
    }
}
