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
use crate::among::{Among, AmongPairs};
use crate::column::{IdValue, id, ids, words};
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
            rows.extend(
                users_of(id(self.organization))
                    .filter(Among::new(users::email_key, words(keys)))
                    .select((
                        StoredUser::as_select(),
                        Option::<StoredInvitation>::as_select(),
                    ))
                    .load(self.conn)?,
            );
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
        Ok(users_of(id(self.organization))
            .filter(Among::new(users::id, ids(wanted.iter().copied())))
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
            rows.extend(
                memberships_of(id(self.organization))
                    .filter(AmongPairs::new(
                        memberships::user_id,
                        memberships::entity_id,
                        &pairs,
                    ))
                    .select((StoredMembership::as_select(), StoredEntity::as_select()))
                    .load(self.conn)?,
            );
        }
        if !wanted.holdings.is_empty() {
            rows.extend(
                memberships_of(id(self.organization))
                    .filter(Among::new(
                        memberships::user_id,
                        ids(wanted.holdings.iter().copied()),
                    ))
                    .select((StoredMembership::as_select(), StoredEntity::as_select()))
                    .load(self.conn)?,
            );
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

    /// Entities by id and by name.
    fn entities(&mut self, wanted: &Wanted) -> Result<Vec<Entity>, Fault> {
        let mut rows: Vec<StoredEntity> = Vec::new();
        let here = || entities::table.filter(entities::organization_id.eq(id(self.organization)));
        if !wanted.entities.is_empty() {
            let keys = ids(wanted.entities.iter().copied());
            rows.extend(
                here()
                    .filter(Among::new(entities::id, keys))
                    .select(StoredEntity::as_select())
                    .load(self.conn)?,
            );
        }
        if !wanted.names.is_empty() {
            let keys = words(wanted.names.iter().map(|key| key.as_str()));
            rows.extend(
                here()
                    .filter(Among::new(entities::name_key, keys))
                    .select(StoredEntity::as_select())
                    .load(self.conn)?,
            );
        }
        all(rows)
    }

    /// All API keys of their makers.
    fn api_keys(&mut self, wanted: &Wanted) -> Result<Vec<ApiKey>, Fault> {
        if wanted.api_keys.is_empty() {
            return Ok(Vec::new());
        }
        let makers = ids(wanted.api_keys.iter().copied());
        all(api_keys::table
            .filter(api_keys::organization_id.eq(id(self.organization)))
            .filter(Among::new(api_keys::maker_user_id, makers))
            .select(StoredApiKey::as_select())
            .load(self.conn)?)
    }
}

/// The users of an organization, each with their pending invitation.
#[auto_type]
fn users_of(organization: IdValue) -> _ {
    users::table
        .left_join(
            invitations::table.on(invitations::organization_id
                .eq(users::organization_id)
                .and(invitations::id.nullable().eq(users::invitation_id))),
        )
        .filter(users::organization_id.eq(organization))
}

/// The memberships of an organization, each with its entity.
#[auto_type]
fn memberships_of(organization: IdValue) -> _ {
    memberships::table
        .inner_join(
            entities::table.on(entities::organization_id
                .eq(memberships::organization_id)
                .and(entities::id.eq(memberships::entity_id))),
        )
        .filter(memberships::organization_id.eq(organization))
}

fn users(rows: Vec<(StoredUser, Option<StoredInvitation>)>) -> Result<Vec<User>, Fault> {
    rows.into_iter()
        .map(|(user, invitation)| user.with(invitation))
        .collect()
}

fn all<R, T: TryFrom<R, Error = Fault>>(rows: Vec<R>) -> Result<Vec<T>, Fault> {
    rows.into_iter().map(T::try_from).collect()
}
