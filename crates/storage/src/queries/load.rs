//! What a decision asks for, read set-based: one query a kind of key, and generous, as the
//! contract of `Load` asks for.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::auto_type;
use diesel::prelude::*;
use vestibule_domain::{
    ApiKey, Entity, Found, Load, Membership, Organization, OrganizationId, User, UserId, Wanted,
};

use super::Conn;
use crate::Fault;
use crate::among::Among;
use crate::column::{IdValue, id};
use crate::rows::{
    StoredApiKey, StoredEntity, StoredInvitation, StoredMembership, StoredOrganization, StoredUser,
};
use crate::schema::{api_keys, entities, invitations, memberships, organizations, users};

/// Reads one organization for its decisions.
pub(crate) struct Loader<'a> {
    pub(crate) conn: &'a mut Conn,
    pub(crate) organization: OrganizationId,
}

/// The organization itself; none where there is none.
pub(crate) fn organization(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<Organization>, Fault> {
    organizations::table
        .filter(organizations::id.eq(id(organization)))
        .select(StoredOrganization::as_select())
        .get_result(conn)
        .optional()?
        .map(|row| row.organization())
        .transpose()
}

/// Everything that the organization is made of, for who checks or compares it as a whole.
pub(crate) fn whole(conn: &mut Conn, organization: OrganizationId) -> Result<Found, Fault> {
    let members = memberships_of(id(organization))
        .select(StoredMembership::as_select())
        .load(conn)?;
    Ok(Found {
        users: users(
            users_of(id(organization))
                .select((
                    StoredUser::as_select(),
                    Option::<StoredInvitation>::as_select(),
                ))
                .load(conn)?,
        )?,
        entities: all(entities::table
            .filter(entities::organization_id.eq(id(organization)))
            .select(StoredEntity::as_select())
            .load(conn)?)?,
        memberships: members.into_iter().map(Membership::from).collect(),
        api_keys: all(api_keys::table
            .filter(api_keys::organization_id.eq(id(organization)))
            .select(StoredApiKey::as_select())
            .load(conn)?)?,
    })
}

impl Load for Loader<'_> {
    type Error = Fault;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Fault> {
        let mut found = Found {
            users: self.users(wanted)?,
            ..Found::default()
        };
        self.memberships(wanted, &mut found)?;
        found.entities.extend(self.entities(wanted)?);
        found.api_keys = self.api_keys(wanted)?;
        Ok(found)
    }
}

impl Loader<'_> {
    /// Users by id and by email, with who sent their invitations.
    fn users(&mut self, wanted: &Wanted) -> Result<Vec<User>, Fault> {
        let mut rows = Vec::new();
        if !wanted.users.is_empty() {
            rows.extend(self.users_by_id(&wanted.users)?);
        }
        if !wanted.emails.is_empty() {
            let keys = wanted.emails.iter().map(|key| key.as_str());
            let wanted = Among::words("users", self.organization, "email_key", keys);
            rows.extend(self.users_among(wanted)?);
        }
        let senders: BTreeSet<UserId> = rows
            .iter()
            .filter_map(|(_, invitation)| invitation.as_ref()?.sender())
            .filter(|sender| !wanted.users.contains(sender))
            .collect();
        if !senders.is_empty() {
            rows.extend(self.users_by_id(&senders)?);
        }
        users(rows)
    }

    fn users_by_id(
        &mut self,
        wanted: &BTreeSet<UserId>,
    ) -> Result<Vec<(StoredUser, Option<StoredInvitation>)>, Fault> {
        let wanted = wanted.iter().copied();
        self.users_among(Among::ids("users", self.organization, "id", wanted))
    }

    fn users_among(
        &mut self,
        wanted: Among,
    ) -> Result<Vec<(StoredUser, Option<StoredInvitation>)>, Fault> {
        Ok(users_and_invitations()
            .filter(wanted)
            .select((
                StoredUser::as_select(),
                Option::<StoredInvitation>::as_select(),
            ))
            .load(self.conn)?)
    }

    /// Single memberships and all of a user, with their entities.
    fn memberships(&mut self, wanted: &Wanted, found: &mut Found) -> Result<(), Fault> {
        let mut rows: Vec<(StoredMembership, StoredEntity)> = Vec::new();
        if !wanted.memberships.is_empty() {
            let pairs: Vec<_> = wanted
                .memberships
                .iter()
                .map(|(user, entity)| (user.uuid(), entity.uuid()))
                .collect();
            let columns = ["user_id", "entity_id"];
            let wanted = Among::pairs("memberships", self.organization, columns, &pairs);
            rows.extend(self.memberships_among(wanted)?);
        }
        if !wanted.holdings.is_empty() {
            let users = wanted.holdings.iter().copied();
            let wanted = Among::ids("memberships", self.organization, "user_id", users);
            rows.extend(self.memberships_among(wanted)?);
        }
        let mut rooms = BTreeMap::new();
        for (membership, entity) in rows {
            found.memberships.push(membership.into());
            let entity = Entity::try_from(entity)?;
            rooms.insert(entity.id, entity);
        }
        found.entities.extend(rooms.into_values());
        Ok(())
    }

    fn memberships_among(
        &mut self,
        wanted: Among,
    ) -> Result<Vec<(StoredMembership, StoredEntity)>, Fault> {
        Ok(memberships_and_entities()
            .filter(wanted)
            .select((StoredMembership::as_select(), StoredEntity::as_select()))
            .load(self.conn)?)
    }

    /// Entities by id and by name.
    fn entities(&mut self, wanted: &Wanted) -> Result<Vec<Entity>, Fault> {
        let mut rows: Vec<StoredEntity> = Vec::new();
        let mut load = |wanted: Among| -> Result<(), Fault> {
            rows.extend(
                entities::table
                    .filter(wanted)
                    .select(StoredEntity::as_select())
                    .load(self.conn)?,
            );
            Ok(())
        };
        if !wanted.entities.is_empty() {
            let keys = wanted.entities.iter().copied();
            load(Among::ids("entities", self.organization, "id", keys))?;
        }
        if !wanted.names.is_empty() {
            let keys = wanted.names.iter().map(|key| key.as_str());
            load(Among::words(
                "entities",
                self.organization,
                "name_key",
                keys,
            ))?;
        }
        all(rows)
    }

    /// All API keys of their makers.
    fn api_keys(&mut self, wanted: &Wanted) -> Result<Vec<ApiKey>, Fault> {
        if wanted.api_keys.is_empty() {
            return Ok(Vec::new());
        }
        let makers = wanted.api_keys.iter().copied();
        all(api_keys::table
            .filter(Among::ids(
                "api_keys",
                self.organization,
                "maker_user_id",
                makers,
            ))
            .select(StoredApiKey::as_select())
            .load(self.conn)?)
    }
}

/// The users of an organization, each with their pending invitation.
#[auto_type]
fn users_of(organization: IdValue) -> _ {
    users_and_invitations().filter(users::organization_id.eq(organization))
}

/// Users, each with their pending invitation.
#[auto_type]
fn users_and_invitations() -> _ {
    users::table.left_join(
        invitations::table.on(invitations::organization_id
            .eq(users::organization_id)
            .and(invitations::id.nullable().eq(users::invitation_id))),
    )
}

/// The memberships of an organization, each with its entity.
#[auto_type]
fn memberships_of(organization: IdValue) -> _ {
    memberships_and_entities().filter(memberships::organization_id.eq(organization))
}

/// Memberships, each with its entity.
#[auto_type]
fn memberships_and_entities() -> _ {
    memberships::table.inner_join(
        entities::table.on(entities::organization_id
            .eq(memberships::organization_id)
            .and(entities::id.eq(memberships::entity_id))),
    )
}

fn users(rows: Vec<(StoredUser, Option<StoredInvitation>)>) -> Result<Vec<User>, Fault> {
    rows.into_iter()
        .map(|(user, invitation)| user.with(invitation))
        .collect()
}

fn all<R, T: TryFrom<R, Error = Fault>>(rows: Vec<R>) -> Result<Vec<T>, Fault> {
    rows.into_iter().map(T::try_from).collect()
}
