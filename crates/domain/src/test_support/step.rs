//! One step of a story in names instead of ids: what a person reads, and what any world can play.

mod reading;
mod telling;
mod writing;

use std::collections::BTreeMap;

use crate::{AssignableRole, EntityRole, KeyRole, Name, UserManagement};

pub use reading::{InvalidStory, story_of};
pub(super) use telling::Cast;
pub use writing::Told;

/// One step of a story. People, entities and keys go by labels, which each world has ids for.
///
/// Its text can be read back, so that a story that once failed can be kept as a test:
///
/// ```
/// use vestibule_domain::test_support::{
///     Deed, Invited, Link, Seen, Step, Timing, Told, Who, World, story_of,
/// };
///
/// let text = r#"olive creates entity bakery called "Bakery"
/// olive invites ann (ann@x) as user into bakery as clerk
/// wait 90 minutes
/// ann accepts as "Ann Arbor"
/// & olive removes ann
/// "#;
/// let story = story_of(text)?;
/// assert_eq!(Told(&story).to_string(), text);
/// let last: &Step = &story[3];
/// assert_eq!((last.minutes, last.timing), (0, Timing::Together));
/// assert_eq!(last.who, Who::User("olive".to_owned()));
/// let removal = Deed::Remove { user: "ann".to_owned(), seen: Seen::Nothing };
/// assert_eq!(last.deed, removal);
/// let accepts = &story[2].deed;
/// assert!(matches!(accepts, Deed::Accept { link: Link::Latest, invited, .. }
///     if *invited == Invited::of("ann".to_owned())));
///
/// let mut world = World::numbered(1);
/// for step in &story {
///     let request = world.request_of(step);
///     world.play(&request).expect("each of them is allowed");
/// }
/// assert_eq!(world.directory.users().count(), 1);
/// # Ok::<(), vestibule_domain::test_support::InvalidStory>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many minutes pass before.
    pub minutes: u32,
    /// Whether it goes with the step before.
    pub timing: Timing,
    /// Who asks.
    pub who: Who,
    /// For what.
    pub deed: Deed,
}

/// Whether a step goes with the step before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// It begins a batch.
    Apart,
    /// In one batch.
    Together,
}

/// Who asks, by label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A user, freshly signed in; `olive` is who founded the organization.
    User(String),
    /// A user who signed in when the world began.
    Stale(String),
    /// An API key.
    Key {
        /// Which.
        key: String,
        /// Whose.
        maker: String,
    },
    /// Whoever holds a link.
    Invitee,
    /// The operator.
    Operator,
}

/// Which of the links of an invitation is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The one that is alive.
    Latest,
    /// The one before.
    Older,
    /// One that was never sent.
    Newer,
}

/// Which removal plan the remover says to have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// None.
    Nothing,
    /// The one of this moment.
    ThePlan,
    /// Another one.
    AnotherPlan,
}

/// An invitation by the user it made, and the one that is named with them: mostly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The user.
    pub user: String,
    /// Whose invitation is named.
    pub under: String,
}

/// What is asked for: a [`crate::Command`] in labels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the command of that name; its docs are there"
)]
pub enum Deed {
    UpdateOrganization {
        name: Option<Name>,
        user_management: Option<UserManagement>,
        lifetime_seconds: Option<u32>,
    },
    TransferOwnership {
        to: String,
    },
    Invite {
        invited: Invited,
        email: String,
        role: AssignableRole,
        name: Option<Name>,
        memberships: BTreeMap<String, EntityRole>,
    },
    Resend {
        invited: Invited,
    },
    Revoke {
        invited: Invited,
    },
    Accept {
        invited: Invited,
        link: Link,
        name: Name,
    },
    Decline {
        invited: Invited,
        link: Link,
    },
    UpdateUser {
        user: String,
        role: Option<AssignableRole>,
        name: Option<Name>,
    },
    RenameOwn {
        user: String,
        name: Name,
    },
    Deactivate {
        user: String,
    },
    Reactivate {
        user: String,
    },
    Remove {
        user: String,
        seen: Seen,
    },
    RemoveOwn {
        user: String,
    },
    CreateEntity {
        entity: String,
        name: Name,
    },
    RenameEntity {
        entity: String,
        name: Name,
    },
    ArchiveEntity {
        entity: String,
    },
    UnarchiveEntity {
        entity: String,
    },
    DeleteEntity {
        entity: String,
    },
    SetMembership {
        entity: String,
        user: String,
        role: EntityRole,
    },
    RemoveMembership {
        entity: String,
        user: String,
    },
    CreateKey {
        key: String,
        name: Name,
        role: KeyRole,
        lasts_seconds: Option<u32>,
    },
    EndKey {
        key: String,
        maker: String,
    },
    Erase {
        user: String,
    },
}

impl Invited {
    /// A user and their own invitation.
    #[must_use]
    pub fn of(user: String) -> Self {
        Self {
            under: user.clone(),
            user,
        }
    }
}
