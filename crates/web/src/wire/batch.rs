//! A batch of invitations: how its rows are described, and what becomes of them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::RowStatusWord;

/// One row of a batch.
///
/// Read like an invitation of its own: what is missing or wrong in it is the row's outcome and harms
/// no other row. Only a value of another kind than here refuses the request.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only describes what `Invite` is read from")]
pub(crate) struct InvitationRow {
    /// Their email.
    #[schema(nullable = false, required = false, examples("ann@northwind.example"))]
    email: Option<String>,
    /// The organization role they will have: `admin` or `user`.
    #[schema(nullable = false, required = false, examples("user"))]
    role: Option<String>,
    /// What they are called, where it is known.
    #[schema(required = false)]
    name: Option<String>,
    /// Memberships to start with, each in another entity.
    #[schema(required = false)]
    memberships: Option<Vec<InvitationRowMembership>>,
}

/// One membership to start with, of a row.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "only describes what `StartingMembership` is read from"
)]
pub(crate) struct InvitationRowMembership {
    /// Where.
    #[schema(nullable = false, required = false)]
    entity_id: Option<String>,
    /// As what: `admin`, `manager`, `approver`, `clerk` or `auditor`.
    #[schema(nullable = false, required = false, examples("clerk"))]
    role: Option<String>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchOutcomes)]
pub(crate) struct BatchOutcomesBody {
    /// One outcome for each row, in their order.
    pub(crate) items: Vec<RowOutcomeBody>,
    /// How many rows were invited.
    pub(crate) invited: usize,
    /// How many rows were refused.
    pub(crate) refused: usize,
}

/// What became of one row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RowOutcome)]
pub(crate) struct RowOutcomeBody {
    /// The number of the row, from 1; a header is none.
    pub(crate) row: usize,
    /// `invited` or `refused`.
    #[schema(value_type = RowStatusWord)]
    pub(crate) status: &'static str,
    /// The user that came to be.
    pub(crate) user_id: Option<Uuid>,
    /// Why it was refused.
    pub(crate) code: Option<&'static str>,
    /// The same for people.
    pub(crate) detail: Option<String>,
}
