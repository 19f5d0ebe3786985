//! Decisions about API keys: made and ended.

use super::Asked;
use crate::{
    ApiKey, ApiKeyId, Event, KeyRole, Name, Rejection, SecretDigest, Stop, Timestamp, UserId,
    Wanted,
};

impl Asked<'_> {
    /// R-KEY-1 to R-KEY-3: by Admins for themselves, freshly signed in; no key and no operator makes keys.
    pub(super) fn create_api_key(
        self,
        id: ApiKeyId,
        name: &Name,
        role: KeyRole,
        expires_at: Option<Timestamp>,
        digest: SecretDigest,
    ) -> Result<Option<Event>, Stop> {
        let standing = self.standing(match self.actor.person() {
            Some(maker) => Wanted::new().api_keys_of(maker),
            None => Wanted::new(),
        })?;
        let maker = standing
            .user()
            .filter(|_| standing.administers())
            .ok_or(Rejection::NotAllowed)?;
        if role == KeyRole::UserManager && !standing.manages_users() {
            return Err(Rejection::RoleNotAssignable.into());
        }
        self.actor.must_be_fresh(self.at)?;
        if expires_at.is_some_and(|end| end <= self.at) {
            return Err(Rejection::ExpiryNotInFuture.into());
        }
        if self.directory.api_key(maker, id).is_some() {
            return Err(Rejection::IdInUse.into());
        }
        Ok(Some(Event::ApiKeyCreated {
            key: ApiKey {
                id,
                maker,
                name: name.clone(),
                role,
                created_at: self.at,
                expires_at,
                digest,
            },
        }))
    }

    /// R-KEY-3: an Admin their own, the Primary Admin and the operator every one, no key any.
    pub(super) fn end_api_key(self, id: ApiKeyId, maker: UserId) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().api_keys_of(maker))?;
        if standing.is_key() || !standing.administers() {
            return Err(Rejection::NotAllowed.into());
        }
        let reaches = standing.owns() || standing.user() == Some(maker);
        let key = self.directory.api_key(maker, id).filter(|_| reaches);
        Ok(Some(Event::ApiKeyEnded {
            key: key.ok_or(Rejection::ApiKeyNotFound)?.clone(),
        }))
    }
}
