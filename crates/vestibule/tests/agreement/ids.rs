//! Which id of the server stands for which id of the story, there and back.

use std::collections::BTreeMap;

use uuid::Uuid;

/// Ids of the story and of the server, in pairs.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    to_server: BTreeMap<Uuid, Uuid>,
    to_story: BTreeMap<Uuid, Uuid>,
}

impl Ids {
    pub(crate) fn pair(&mut self, of_story: Uuid, of_server: Uuid) {
        self.to_server.insert(of_story, of_server);
        self.to_story.insert(of_server, of_story);
    }

    /// What the server calls it; what it never made, it knows by no name.
    pub(crate) fn server(&self, of_story: Uuid) -> Uuid {
        self.to_server.get(&of_story).copied().unwrap_or(of_story)
    }

    /// What the story calls it.
    pub(crate) fn story(&self, of_server: Uuid) -> Uuid {
        self.to_story.get(&of_server).copied().unwrap_or(of_server)
    }

    /// Whether the server made something for it.
    pub(crate) fn knows(&self, of_story: Uuid) -> bool {
        self.to_server.contains_key(&of_story)
    }
}
