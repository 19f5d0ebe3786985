//! The chain: the hash of an event covers the hash before it and everything the event says;
//! personal texts it covers by their commitments, so that they can be erased (R-AUD-2, R-AUD-3).

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The hash before the first event.
pub(crate) const GENESIS: [u8; 32] = [0; 32];
/// The commitment where there is no personal text.
const NOTHING: [u8; 32] = [0; 32];

/// One event as the chain sees it.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) organization: Uuid,
    pub(crate) seq: i64,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) action: &'a str,
    pub(crate) actor_kind: &'a str,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) actor_name: Option<&'a str>,
    pub(crate) actor_person: Option<Uuid>,
    pub(crate) target_kind: &'a str,
    pub(crate) target_id: Uuid,
    pub(crate) target_name: Option<&'a str>,
    pub(crate) target_person: Option<Uuid>,
    pub(crate) before: Option<&'a str>,
    pub(crate) after: Option<&'a str>,
    pub(crate) request_id: &'a str,
    pub(crate) actor_commitment: [u8; 32],
    pub(crate) target_commitment: [u8; 32],
}

/// The commitment of a personal text, which holds its own salt.
pub(crate) fn commitment(text: Option<&str>) -> [u8; 32] {
    text.map_or(NOTHING, |text| {
        let mut hash = Sha256::new();
        hash.update(b"vestibule personal 1\n");
        hash.update(text);
        hash.finalize().into()
    })
}

/// What became of a text that was committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is the one that was committed to.
    AsWritten,
    /// It is gone: whether it was erased, an event of its person says.
    Gone,
    /// It is another.
    Changed,
}

/// What became of a text that was committed to.
pub(crate) fn kept(text: Option<&str>, committed: &[u8]) -> Kept {
    if commitment(text).as_slice() == committed {
        Kept::AsWritten
    } else if text.is_none() {
        Kept::Gone
    } else {
        Kept::Changed
    }
}

impl Entry<'_> {
    /// The hash of this event, after the event with that hash.
    pub(crate) fn hash_after(&self, before: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"vestibule audit event 1\n");
        hash.update(before);
        hash.update(self.organization);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.to_be_bytes());
        text(&mut hash, Some(self.action));
        text(&mut hash, Some(self.actor_kind));
        id(&mut hash, self.actor_id);
        text(&mut hash, self.actor_name);
        id(&mut hash, self.actor_person);
        text(&mut hash, Some(self.target_kind));
        id(&mut hash, Some(self.target_id));
        text(&mut hash, self.target_name);
        id(&mut hash, self.target_person);
        text(&mut hash, self.before);
        text(&mut hash, self.after);
        text(&mut hash, Some(self.request_id));
        hash.update(self.actor_commitment);
        hash.update(self.target_commitment);
        hash.finalize().into()
    }
}

/// Led by its length, so that no two events feed the same bytes.
fn text(hash: &mut Sha256, part: Option<&str>) {
    match part {
        None => hash.update([0]),
        Some(part) => {
            hash.update([1]);
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
    }
}

fn id(hash: &mut Sha256, part: Option<Uuid>) {
    match part {
        None => hash.update([0]),
        Some(part) => {
            hash.update([1]);
            hash.update(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry<'static> {
        Entry {
            organization: Uuid::from_u128(1),
            seq: 1,
            at: 1,
            action: "user.invited",
            actor_kind: "user",
            actor_id: Some(Uuid::from_u128(2)),
            actor_name: None,
            actor_person: Some(Uuid::from_u128(2)),
            target_kind: "user",
            target_id: Uuid::from_u128(3),
            target_name: None,
            target_person: Some(Uuid::from_u128(3)),
            before: None,
            after: Some("{}"),
            request_id: "r",
            actor_commitment: [1; 32],
            target_commitment: [2; 32],
        }
    }

    /// R-AUD-2.
    #[test]
    fn everything_an_event_says_is_in_its_hash() {
        type Turn = fn(&mut Entry<'static>);
        let turns: [Turn; 16] = [
            |e| e.organization = Uuid::from_u128(9),
            |e| e.seq = 2,
            |e| e.at = 2,
            |e| e.action = "user.removed",
            |e| e.actor_kind = "operator",
            |e| e.actor_id = None,
            |e| e.actor_name = Some("Export"),
            |e| e.actor_person = None,
            |e| e.target_id = Uuid::from_u128(9),
            |e| e.target_name = Some("Acme"),
            |e| e.target_person = None,
            |e| e.before = Some(""),
            |e| e.after = None,
            |e| e.request_id = "s",
            |e| e.actor_commitment = [9; 32],
            |e| e.target_commitment = [9; 32],
        ];
        let hash = entry().hash_after(&GENESIS);
        assert_ne!(hash, entry().hash_after(&[1; 32]));
        for (index, turn) in turns.iter().enumerate() {
            let mut turned = entry();
            turn(&mut turned);
            assert_ne!(turned.hash_after(&GENESIS), hash, "turn {index}");
        }
    }

    /// R-AUD-3.
    #[test]
    fn a_personal_text_can_be_erased_and_not_changed() {
        let text = "{\"salt\":\"x\",\"name\":\"Ann\"}";
        let committed = commitment(Some(text));
        assert_eq!(kept(Some(text), &committed), Kept::AsWritten);
        assert_eq!(kept(None, &committed), Kept::Gone);
        let another = "{\"salt\":\"x\",\"name\":\"Eve\"}";
        assert_eq!(kept(Some(another), &committed), Kept::Changed);
        assert_eq!(kept(None, &commitment(None)), Kept::AsWritten);
        assert_eq!(kept(Some("{}"), &commitment(None)), Kept::Changed);
    }
}
