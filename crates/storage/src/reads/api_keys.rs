//! API keys as they are listed, and the one that a request carries.

use vestibule_domain::{
    ApiKey, ApiKeyId, KeyRole, Name, OrganizationId, SecretDigest, Timestamp, UserId,
};

use crate::page::Position;
use crate::sessions::{is_worth_noting, noting};
use crate::store::{asking, reading, writing};
use crate::{Fault, InvalidCursor, Page, PageLimit, Revision, Store, Total};

/// One page of an organization's API keys, latest first.
#[derive(Clone, Debug)]
pub struct ApiKeysPage {
    /// Whose keys.
    pub organization: OrganizationId,
    /// Made by whom.
    pub of: KeysOf,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

/// Whose keys are listed (R-KEY-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeysOf {
    /// Everybody's.
    Everyone,
    /// Those that this user made.
    Maker(UserId),
}

/// One API key, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: Name,
    /// What it may do at most.
    pub role: KeyRole,
    /// Who made it.
    pub maker: UserId,
    /// What its maker is called.
    pub maker_name: Option<Name>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this moment on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to a minute.
    pub last_used_at: Option<Timestamp>,
}

/// The key that a request carries.
///
/// Whether it is expired and whether its maker may still do anything is for the rules to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// Of which organization.
    pub organization: OrganizationId,
    /// The key.
    pub key: ApiKey,
    /// The revision of that organization.
    pub revision: Revision,
}

impl ApiKeysPage {
    /// The first page.
    #[must_use]
    pub fn new(organization: OrganizationId, of: KeysOf) -> Self {
        Self {
            organization,
            of,
            limit: PageLimit::default(),
            total: Total::default(),
            position: None,
        }
    }

    /// The page that a cursor of this list leads to.
    ///
    /// # Errors
    /// `InvalidCursor` when it is garbage or belongs to another list.
    pub fn after(mut self, cursor: &str) -> Result<Self, InvalidCursor> {
        self.position = Some(Position::read(&self.context(), cursor)?);
        Ok(self)
    }

    pub(crate) fn context(&self) -> Vec<u8> {
        format!("api keys {} {:?}", self.organization, self.of).into_bytes()
    }
}

impl Store {
    /// One page of an organization's API keys, latest first.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn api_keys_page(&self, page: ApiKeysPage) -> Result<Page<ApiKeyRow>, Fault> {
        reading!(self, conn => queries::api_key_rows::page(conn, &page))
    }

    /// One API key of an organization.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
    ) -> Result<Option<ApiKeyRow>, Fault> {
        reading!(self, conn => queries::api_key_rows::one(conn, organization, key))
    }

    /// The key that has this secret, with the revision of its organization, noting at most once a minute that it was used.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn api_key_by_digest(
        &self,
        digest: SecretDigest,
        at: Timestamp,
    ) -> Result<Option<KeyHolder>, Fault> {
        let found = asking!(self, keys, digest)?;
        let Some((holder, last_used_at)) = found else {
            return Ok(None);
        };
        if last_used_at.is_none_or(|last| is_worth_noting(last, at)) {
            let (store, organization, key) = (self.clone(), holder.organization, holder.key.id);
            noting(async move {
                writing!(store, conn => {
                    queries::api_key_rows::touch(conn, organization, key, at)
                })
            });
        }
        Ok(Some(holder))
    }
}
