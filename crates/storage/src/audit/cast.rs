//! Who and what appears in a batch of events, by the names they had at each.

use std::collections::HashMap;

use vestibule_domain::{
    ApiKeyId, Change, Changes, Directory, Email, EntityId, Event, Name, UserId,
};

/// The names of users, entities and keys as a batch goes on.
///
/// It starts with what was before the batch, so that who left in it is still known by name.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    after: &'a Directory,
    users: HashMap<UserId, Person>,
    entities: HashMap<EntityId, Name>,
    api_keys: HashMap<ApiKeyId, Name>,
}

/// A person as they are named in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: Option<Name>,
    pub(crate) email: Email,
}

impl<'a> Cast<'a> {
    /// Before the first event of a batch that led to `after` by these net changes.
    pub(crate) fn before(changes: &Changes, after: &'a Directory) -> Self {
        let mut cast = Self {
            after,
            users: HashMap::new(),
            entities: HashMap::new(),
            api_keys: HashMap::new(),
        };
        for user in changes.users.iter().filter_map(former) {
            cast.know(user.id, user.name.clone(), user.email.clone());
        }
        for entity in changes.entities.iter().filter_map(former) {
            cast.entities.insert(entity.id, entity.name.clone());
        }
        for key in changes.api_keys.iter().filter_map(former) {
            cast.api_keys.insert(key.id, key.name.clone());
        }
        cast
    }

    /// Takes note of the names that an event brings; called once the event is told.
    pub(crate) fn go_on(&mut self, event: &Event) {
        match event {
            Event::OrganizationCreated { primary_admin, .. } => self.know(
                primary_admin.id,
                primary_admin.name.clone(),
                primary_admin.email.clone(),
            ),
            Event::UserInvited {
                user, email, name, ..
            } => self.know(*user, name.clone(), email.clone()),
            Event::InvitationAccepted { user, name, .. } => self.rename(*user, Some(name)),
            Event::UserUpdated { user, after, .. } => self.rename(*user, after.name.as_ref()),
            Event::EntityCreated { entity, name }
            | Event::EntityRenamed {
                entity,
                after: name,
                ..
            } => {
                self.entities.insert(*entity, name.clone());
            }
            Event::ApiKeyCreated { key } => {
                self.api_keys.insert(key.id, key.name.clone());
            }
            Event::OrganizationUpdated { .. }
            | Event::OwnershipTransferred { .. }
            | Event::InvitationResent { .. }
            | Event::InvitationEnded { .. }
            | Event::UserDeactivated { .. }
            | Event::UserReactivated { .. }
            | Event::UserRemoved { .. }
            | Event::EntityArchived { .. }
            | Event::EntityUnarchived { .. }
            | Event::EntityDeleted { .. }
            | Event::MembershipSet { .. }
            | Event::MembershipRemoved { .. }
            | Event::ApiKeyEnded { .. }
            | Event::PersonErased { .. } => {}
        }
    }

    /// The person, as they are named now.
    pub(crate) fn person(&self, id: UserId) -> Option<Person> {
        self.users.get(&id).cloned().or_else(|| {
            self.after.user(id).map(|user| Person {
                name: user.name.clone(),
                email: user.email.clone(),
            })
        })
    }

    /// What the entity is called now.
    pub(crate) fn entity(&self, id: EntityId) -> Option<&Name> {
        self.entities
            .get(&id)
            .or_else(|| self.after.entity(id).map(|entity| &entity.name))
    }

    /// What the key is called.
    pub(crate) fn api_key(&self, maker: UserId, id: ApiKeyId) -> Option<&Name> {
        self.api_keys
            .get(&id)
            .or_else(|| self.after.api_key(maker, id).map(|key| &key.name))
    }

    fn know(&mut self, id: UserId, name: Option<Name>, email: Email) {
        self.users.insert(id, Person { name, email });
    }

    fn rename(&mut self, id: UserId, name: Option<&Name>) {
        if let Some(mut person) = self.person(id) {
            person.name = name.cloned();
            self.users.insert(id, person);
        }
    }
}

impl Person {
    /// What they are called: by name, or by email while they have none.
    pub(crate) fn called(&self) -> &str {
        self.name
            .as_ref()
            .map_or(self.email.as_str(), |name| name.as_str())
    }
}

/// A row as it was before.
fn former<T>(change: &Change<T>) -> Option<&T> {
    match change {
        Change::Insert(_) => None,
        Change::Update { before, .. } | Change::Delete(before) => Some(before),
    }
}
