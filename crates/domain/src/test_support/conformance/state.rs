//! Everything that is kept of an organization, and where two of them differ.

use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::{Directory, Found, InvitationRecord, Organization};

/// Everything that is kept of one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The organization itself.
    pub organization: Organization,
    /// Its people, entities, memberships and keys, in any order.
    pub all: Found,
    /// The history of invitations, in any order; none where it is not kept, or not shown.
    pub history: Option<Vec<InvitationRecord>>,
}

impl State {
    /// What a directory holds.
    ///
    /// Its history of invitations is what passed through it: all of it in a model, the pending
    /// ones in a [`Directory::whole`] that was just made of rows. Set it to none there.
    #[must_use]
    pub fn of(directory: &Directory) -> Self {
        Self {
            organization: directory.organization().clone(),
            all: Found {
                users: directory.users().cloned().collect(),
                entities: directory.entities().cloned().collect(),
                memberships: directory.memberships().collect(),
                api_keys: directory.api_keys().cloned().collect(),
            },
            history: Some(directory.invitations().cloned().collect()),
        }
    }

    /// Where the other differs, as each of the two has it.
    pub(super) fn differences(&self, other: &Self) -> Option<(String, String)> {
        let (mut here, mut there) = (Vec::new(), Vec::new());
        let mut differ = |pairs: Vec<(String, String)>| {
            for (one, another) in pairs {
                here.push(one);
                there.push(another);
            }
        };
        differ(rows(
            "organization",
            std::slice::from_ref(&self.organization),
            std::slice::from_ref(&other.organization),
            |it| it.id,
        ));
        differ(rows("user", &self.all.users, &other.all.users, |it| it.id));
        differ(rows(
            "entity",
            &self.all.entities,
            &other.all.entities,
            |it| it.id,
        ));
        differ(rows(
            "membership",
            &self.all.memberships,
            &other.all.memberships,
            |it| (it.user, it.entity),
        ));
        differ(rows(
            "API key",
            &self.all.api_keys,
            &other.all.api_keys,
            |it| it.id,
        ));
        if let (Some(one), Some(another)) = (&self.history, &other.history) {
            differ(rows("invitation", one, another, |it| it.invitation.id));
        }
        (!here.is_empty()).then(|| (here.join("\n"), there.join("\n")))
    }
}

/// Rows that differ, of each key once; one that is there twice differs from all.
fn rows<T: Debug + PartialEq, K: Ord>(
    kind: &str,
    one: &[T],
    another: &[T],
    key: impl Fn(&T) -> K,
) -> Vec<(String, String)> {
    let mut pairs: BTreeMap<K, (Vec<&T>, Vec<&T>)> = BTreeMap::new();
    for row in one {
        pairs.entry(key(row)).or_default().0.push(row);
    }
    for row in another {
        pairs.entry(key(row)).or_default().1.push(row);
    }
    let shown = |rows: &[&T]| match rows {
        [] => format!("no such {kind}"),
        [row] => format!("{kind} {row:?}"),
        rows => format!("{kind}, {} times: {rows:?}", rows.len()),
    };
    pairs
        .values()
        .filter(|(one, another)| one != another)
        .map(|(one, another)| (shown(one), shown(another)))
        .collect()
}
