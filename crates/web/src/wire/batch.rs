//! Outcomes of a batch of invitations.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
    pub(crate) status: &'static str,
    /// The user that came to be.
    pub(crate) user_id: Option<Uuid>,
    /// Why it was refused.
    pub(crate) code: Option<&'static str>,
    /// The same for people.
    pub(crate) detail: Option<String>,
}
