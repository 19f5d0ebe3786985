//! Lists that did not change: told by a tag before anything of them is read.
//!
//! What a list shows is made of the organization's revision, of who asks for what, of the moment,
//! and of how mails on their way fare. So a tag is a digest of the first two, with the moment until
//! which the list stays as it is; a list that shows a mail on its way has the tag of its bytes, and
//! is read each time. A tag that holds is answered 304 without reading the list, and only to whom
//! it was given: who may see less by now asks at another revision (R-REM-5).

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use vestibule_domain::Timestamp;
use vestibule_storage::{Lasting, Revision, SecretKey, Store};

use crate::answer;
use crate::call::Call;
use crate::etag::{EntityTag, Tags};
use crate::problem::Problem;
use crate::seat::Seat;

/// How much of the digest a tag has.
const TAG_BYTES: usize = 16;

/// What every tag of a list is salted with: servers that would write the same list differently
/// have different ones.
#[derive(Clone, Copy)]
pub(crate) struct Salt([u8; 32]);

impl Salt {
    /// The salt of servers that share a key, write lists as this version does and go by the same
    /// policy.
    pub(crate) fn new(key: &SecretKey, store: &Store) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let form = format!("{version} {:?}", store.policy());
        Self(key.digest(b"tag of a list", form.as_bytes()))
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(..)")
    }
}

/// How long a list lasts, as it stands in a tag before the digest.
fn written(lasting: Lasting) -> Option<String> {
    match lasting {
        Lasting::Always => Some("always".to_owned()),
        Lasting::Until(moment) => Some(moment.micros().to_string()),
        Lasting::Unknown => None,
    }
}

/// Reads that again; whoever makes it up finds that the digest beside it is of another.
fn read(text: &str) -> Option<Lasting> {
    if text == "always" {
        return Some(Lasting::Always);
    }
    let moment = Timestamp::from_micros(text.parse().ok()?).ok()?;
    Some(Lasting::Until(moment))
}

impl Seat {
    /// The answer to a list that was asked for again and is as its tag says; none where it has to
    /// be read to be told.
    ///
    /// # Errors
    /// `unavailable` when the database cannot tell.
    pub(crate) async fn unchanged(&self, call: &Call) -> Result<Option<Response>, Problem> {
        let Some(tags) = Tags::if_none_match(call.headers()) else {
            return Ok(None);
        };
        let lasting: Vec<Lasting> = tags
            .opaque()
            .filter_map(|tag| read(tag.split_once('.')?.0))
            .filter(|lasting| lasting.holds_at(self.at()))
            .collect();
        if lasting.is_empty() {
            return Ok(None);
        }
        let Some(revision) = self.revision().await? else {
            return Ok(None);
        };
        Ok(lasting
            .into_iter()
            .filter_map(|lasting| self.list_tag(call, &revision, lasting))
            .find(|tag| tags.match_weakly(tag))
            .map(|tag| answer::unchanged_list(&tag)))
    }

    /// The tag of a list that was read at that revision or after it; none where only its bytes
    /// can tell.
    ///
    /// What was read after its revision has another by now, so that its tag never holds again.
    pub(crate) fn list_tag(
        &self,
        call: &Call,
        revision: &Revision,
        lasting: Lasting,
    ) -> Option<EntityTag> {
        let text = written(lasting)?;
        let uri = &call.parts.uri;
        let mut digest = Sha256::new();
        // The path has no `?` and the query and the rest no line break: they are told apart.
        for part in [
            uri.path(),
            uri.query().unwrap_or_default(),
            &self.signature(),
            &text,
        ] {
            digest.update(part);
            digest.update(b"\n");
        }
        digest.update(revision.as_bytes());
        digest.update(self.app().list_salt.0);
        let digest: [u8; 32] = digest.finalize().into();
        let (short, _) = digest.split_at(TAG_BYTES);
        Some(EntityTag::quoted(&format!(
            "{text}.{}",
            URL_SAFE_NO_PAD.encode(short)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_list_lasts_is_read_as_it_was_written() {
        let moment = Timestamp::EPOCH.plus_seconds(7);
        for lasting in [Lasting::Always, Lasting::Until(moment)] {
            assert_eq!(read(&written(lasting).unwrap()), Some(lasting));
        }
        for text in ["", "never", "1e9", "99999999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
