//! An event in the form that is kept for years, which says which form it is.

use crate::Event;

/// An event in the form that is kept for years: which form it is stands beside it.
///
/// In text it is `{"version":"1","event":{..}}`. A form that was released once is read for good:
/// where an event comes to look different in a way that a reader of the old form would
/// misunderstand, the new form is another version, and the old one is read by types of its own.
/// What a reader does not know, a newer version or another event, is refused and never guessed.
///
/// Rule: R-AUD-1, for who keeps events as the record, or to rebuild the state from.
///
/// ```
/// # #[cfg(feature = "serde")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use vestibule_domain::{Directory, Event, Found, StoredEvent};
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// # let (_, founded) = Directory::found(world.founding.clone());
///
/// let line = serde_json::to_string(&StoredEvent::from(founded))?;
/// assert!(line.starts_with(r#"{"version":"1","event":{"organization_created":"#));
///
/// let StoredEvent { event } = serde_json::from_str(&line)?;
/// let Event::OrganizationCreated { organization, .. } = &event else {
///     panic!("it is the first event of an organization");
/// };
/// let mut replayed = Directory::whole(organization.clone(), Found::default());
/// replayed.apply(&event);
/// assert_eq!(replayed.users().count(), 1);
///
/// let newer = line.replace(r#""version":"1""#, r#""version":"2""#);
/// assert!(serde_json::from_str::<StoredEvent>(&newer).is_err());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "serde"))]
/// # fn main() {}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(from = "Form", into = "Form")
)]
pub struct StoredEvent {
    /// The event.
    pub event: Event,
}

/// Every form there ever was, by its version.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(tag = "version", content = "event")]
enum Form {
    #[serde(rename = "1")]
    First(Event),
}

#[cfg(feature = "serde")]
impl From<Form> for StoredEvent {
    fn from(form: Form) -> Self {
        match form {
            Form::First(event) => Self { event },
        }
    }
}

#[cfg(feature = "serde")]
impl From<StoredEvent> for Form {
    /// The newest form is the one that is written.
    fn from(stored: StoredEvent) -> Self {
        Self::First(stored.event)
    }
}

impl From<Event> for StoredEvent {
    fn from(event: Event) -> Self {
        Self { event }
    }
}
