//! People and the rooms they are in, as pages show them.

use vestibule_domain::UserId;

use super::frame::Tone;

/// A person as named in a list or at the head of a page.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) email: String,
}

/// A state in a word, with a shape that stands for it.
#[derive(Debug, Clone)]
pub(crate) struct Pill {
    pub(crate) tone: Tone,
    pub(crate) label: &'static str,
}

/// An entity someone is in, and as what.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) entity: String,
    pub(crate) role: &'static str,
    pub(crate) archived: bool,
}

impl Person {
    /// That person.
    pub(crate) fn new(id: UserId, name: Option<String>, email: String) -> Self {
        Self {
            id: id.to_string(),
            name,
            email,
        }
    }

    /// The name, or the email of who has none yet.
    pub(crate) fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }

    /// One or two letters for the disc.
    pub(crate) fn initials(&self) -> String {
        initials_of(self.called())
    }

    /// The email up to its `@`, where a line may break before any other place.
    pub(crate) fn email_name(&self) -> &str {
        self.email
            .split_once('@')
            .map_or(&self.email, |(name, _)| name)
    }

    /// The rest of the email, `@` included.
    pub(crate) fn email_host(&self) -> &str {
        self.email
            .strip_prefix(self.email_name())
            .unwrap_or_default()
    }
}

impl Pill {
    /// A pill of that tone and word.
    pub(crate) const fn new(tone: Tone, label: &'static str) -> Self {
        Self { tone, label }
    }
}

/// The first letters of the first and the last word; of one word, an email say, only the first.
pub(crate) fn initials_of(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}
