//! What a client can read of an organization in the end, and as much of the model.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use vestibule_domain::test_support::{State, email};
use vestibule_domain::{
    AccountId, ApiKey, ApiKeyId, AssignableRole, Email, Entity, EntityId, EntityStatus, Founding,
    Invitation, InvitationEnd, InvitationId, InvitationLifetime, InvitationRecord, Joined,
    Membership, Organization, OrganizationRole, SecretDigest, Sender, SenderRight, SentInvitations,
    Timestamp, User, UserId, UserState,
};

use super::server::OPERATOR;
use super::window::{Window, id_in};

/// How an invitation reads, in the field for its generation, which nobody is shown.
const PENDING: u32 = 1;
const SUSPENDED: u32 = 2;
const ENDED: u32 = 3;

/// Reads everything back, in the ids of the story.
pub(crate) fn read(window: &Window<'_>, founding: &Founding) -> Result<State, String> {
    let at = founding.at;
    let organization = get(window, &window.path(""))?;
    let invitations = list(window, "/invitations?")?
        .iter()
        .map(|item| record(window, item, at))
        .collect::<Result<Vec<_>, _>>()?;
    let mut state = State {
        organization: Organization {
            id: founding.organization,
            name: field(&organization, "name")?,
            primary_admin: user_id(window, &organization["primary_admin_user_id"])?,
            user_management: field(&organization, "user_management")?,
            invitation_lifetime: field::<InvitationLifetime>(
                &organization,
                "invitation_ttl_seconds",
            )?,
            created_at: at,
        },
        all: vestibule_domain::Found::default(),
        history: None,
    };
    for item in list(window, "/users?")? {
        let user = user(window, &item, &invitations, at)?;
        for held in item["memberships"].as_array().into_iter().flatten() {
            state.all.memberships.push(Membership {
                user: user.id,
                entity: entity_id(window, &held["entity_id"])?,
                role: field(held, "role")?,
            });
        }
        state.all.users.push(user);
    }
    for item in list(window, "/entities?")? {
        let status: EntityStatus = field(&item, "status")?;
        state.all.entities.push(Entity {
            id: entity_id(window, &item["id"])?,
            name: field(&item, "name")?,
            status,
            member_count: field(&item, "member_count")?,
            active_admins: u32::from(
                status == EntityStatus::Active && item["without_admin"] == false,
            ),
        });
    }
    for item in list(window, "/api-keys?")? {
        let ends = !item["expires_at"].is_null();
        state.all.api_keys.push(ApiKey {
            id: ApiKeyId::new(window.keys.story(id_in(&item["id"])?)),
            maker: user_id(window, &item["created_by"])?,
            name: field(&item, "name")?,
            role: field(&item, "role")?,
            created_at: at,
            expires_at: ends.then_some(at),
            digest: SecretDigest([0; 32]),
        });
    }
    state.history = Some(invitations);
    Ok(state)
}

/// As much of the model as a client can read.
pub(crate) fn of_model(mut model: State, erased: &BTreeSet<UserId>) -> State {
    let at = model.organization.created_at;
    let reads = |invitation: &Invitation| {
        let Sender::User(sender) = invitation.sender else {
            return PENDING;
        };
        let sender = model.all.users.iter().find(|user| user.id == sender);
        let right = sender.map_or(SenderRight::Lost, |user| {
            let role = model.organization.role_of(user.id, user.role);
            model.organization.sender_right(role, user.status())
        });
        match right {
            SenderRight::Holds => PENDING,
            SenderRight::Lost => SUSPENDED,
        }
    };
    let shown = |invitation: &Invitation, generation| Invitation {
        generation,
        expires_at: at,
        created_at: at,
        resent_at: Vec::new(),
        ..invitation.clone()
    };
    let users = model.all.users.iter().map(|user| User {
        state: match &user.state {
            UserState::Invited(invitation) => {
                UserState::Invited(shown(invitation, reads(invitation)))
            }
            UserState::Active(_) => UserState::Active(joined(at)),
            UserState::Deactivated(_) => UserState::Deactivated(joined(at)),
        },
        sent_invitations: SentInvitations::default(),
        ..user.clone()
    });
    let users = users.collect();
    let history = model.history.iter().flatten().map(|record| {
        let generation = match record.ended {
            Some(_) => ENDED,
            None => reads(&record.invitation),
        };
        InvitationRecord {
            invitation: shown(&record.invitation, generation),
            ended: record.ended.map(|(end, _)| (end, at)),
            email: if erased.contains(&record.user) {
                nobody()
            } else {
                record.email.clone()
            },
            ..record.clone()
        }
    });
    let history = history.collect();
    model.all.users = users;
    model.history = Some(history);
    for entity in &mut model.all.entities {
        entity.active_admins = u32::from(!entity.is_archived() && entity.active_admins > 0);
    }
    for key in &mut model.all.api_keys {
        key.created_at = at;
        key.expires_at = key.expires_at.map(|_| at);
        key.digest = SecretDigest([0; 32]);
    }
    model
}

fn user(
    window: &Window<'_>,
    item: &Value,
    invitations: &[InvitationRecord],
    at: Timestamp,
) -> Result<User, String> {
    let id = user_id(window, &item["id"])?;
    let state = match item["status"].as_str() {
        Some("active") => UserState::Active(joined(at)),
        Some("deactivated") => UserState::Deactivated(joined(at)),
        _ => {
            let pending = invitations
                .iter()
                .find(|told| told.user == id && told.ended.is_none());
            let told = pending.ok_or_else(|| format!("no invitation is told of {item}"))?;
            UserState::Invited(told.invitation.clone())
        }
    };
    Ok(User {
        id,
        email: field::<Email>(item, "email")?,
        name: field(item, "name")?,
        role: match field(item, "role")? {
            OrganizationRole::PrimaryAdmin | OrganizationRole::Admin => AssignableRole::Admin,
            OrganizationRole::User => AssignableRole::User,
        },
        state,
        sent_invitations: SentInvitations::default(),
    })
}

fn record(window: &Window<'_>, item: &Value, at: Timestamp) -> Result<InvitationRecord, String> {
    let (generation, ended) = match item["state"].as_str() {
        Some("pending") => (PENDING, None),
        Some("suspended") => (SUSPENDED, None),
        _ => (ENDED, Some((field::<InvitationEnd>(item, "state")?, at))),
    };
    let sender = match &item["invited_by"] {
        Value::Null => Sender::Operator,
        person => Sender::User(user_id(window, &person["user_id"])?),
    };
    Ok(InvitationRecord {
        invitation: Invitation {
            id: InvitationId::new(window.invitations.story(id_in(&item["id"])?)),
            sender,
            generation,
            expires_at: at,
            created_at: at,
            resent_at: Vec::new(),
        },
        user: user_id(window, &item["user_id"])?,
        email: match &item["email"] {
            Value::Null => nobody(),
            _ => field(item, "email")?,
        },
        role: field(item, "role")?,
        ended,
    })
}

/// Whom the history names where somebody was erased.
fn nobody() -> Email {
    email("nobody@example.com")
}

const fn joined(at: Timestamp) -> Joined {
    Joined {
        account: AccountId::new(Uuid::nil()),
        at,
    }
}

fn user_id(window: &Window<'_>, id: &Value) -> Result<UserId, String> {
    Ok(UserId::new(window.users.story(id_in(id)?)))
}

fn entity_id(window: &Window<'_>, id: &Value) -> Result<EntityId, String> {
    Ok(EntityId::new(window.entities.story(id_in(id)?)))
}

/// A field in the form that the domain gives it.
fn field<T: DeserializeOwned>(item: &Value, name: &str) -> Result<T, String> {
    serde_json::from_value(item[name].clone()).map_err(|error| format!("{name} of {item}: {error}"))
}

/// A list to its end.
fn list(window: &Window<'_>, rest: &str) -> Result<Vec<Value>, String> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(window, &window.path(&format!("{rest}limit=200{cursor}")))?;
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(items),
        }
    }
}

fn get(window: &Window<'_>, path: &str) -> Result<Value, String> {
    let said = window
        .server
        .call("GET", path, Some(OPERATOR), None, None)?
        .said()?;
    said.map_err(|code| format!("{path}: {code}"))
}
