//! API keys.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{ApiKey, KeyRole, Timestamp};
use vestibule_storage::ApiKeyRow;

use super::words::KeyRoleWord;

/// One API key; its secret is in the answer to its making and nowhere else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// What it is called.
    pub(crate) name: &'a str,
    /// What it may do at most.
    #[schema(value_type = KeyRoleWord)]
    pub(crate) role: KeyRole,
    /// The user who made it.
    pub(crate) created_by: Uuid,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
    /// From this moment on it is refused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was last used, to a minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) last_used_at: Option<Timestamp>,
}

/// An API key that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(crate) struct NewApiKeyBody<'a> {
    /// The key.
    #[serde(flatten)]
    pub(crate) key: ApiKeyBody<'a>,
    /// Its secret, shown this once.
    #[schema(pattern = "^vst_[A-Za-z0-9_-]+$")]
    pub(crate) secret: &'a str,
}

impl<'a> From<&'a ApiKeyRow> for ApiKeyBody<'a> {
    fn from(row: &'a ApiKeyRow) -> Self {
        Self {
            id: row.id.uuid(),
            name: row.name.as_str(),
            role: row.role,
            created_by: row.maker.uuid(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl<'a> From<&'a ApiKey> for ApiKeyBody<'a> {
    fn from(key: &'a ApiKey) -> Self {
        Self {
            id: key.id.uuid(),
            name: key.name.as_str(),
            role: key.role,
            created_by: key.maker.uuid(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: None,
        }
    }
}
