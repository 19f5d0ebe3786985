//! One entity: its Users tab, its settings, and adding someone of the organization.

mod add;
mod settings;

use askama::Template;
use axum::{extract::Path, http::StatusCode};
use vestibule_domain::{Command, EntityRole, EntityStatus, Status};

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Entity, List, Member},
    },
    house::{House, Section},
    messages,
    respond::{Answered, on_to, page_of_its_address},
    sent::{Asked, address},
    view::{Choice, Column, Form, Frame, Pager, Person, Pill, Tab, columns_of, initials_of},
};

pub(crate) use add::{add, show_add};
pub(crate) use settings::{archive, delete, rename, show_delete, show_settings, unarchive};

/// What stands at the head of an entity's pages.
#[derive(Debug, Clone)]
pub(crate) struct EntityHead {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) members: u64,
    pub(crate) state: Pill,
    pub(crate) archived: bool,
    pub(crate) without_admin: bool,
    pub(crate) tabs: Vec<Tab>,
    /// The address of *Add User*, for who may manage members.
    pub(crate) add: Option<String>,
}

/// The Users tab.
#[derive(Debug, Template)]
#[template(path = "entity.html")]
pub(crate) struct EntityPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) query: String,
    pub(crate) roles: Vec<Choice>,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) narrowed: bool,
    pub(crate) manages: bool,
    /// Name, email and status, in this order.
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<MemberRow>,
    pub(crate) pager: Pager,
}

/// One member.
#[derive(Debug, Clone)]
pub(crate) struct MemberRow {
    /// Their page, where who looks may see it.
    pub(crate) href: Option<String>,
    pub(crate) person: Person,
    pub(crate) status: Pill,
    pub(crate) role: &'static str,
    pub(crate) change: Option<String>,
}

/// Adding someone of the organization.
#[derive(Debug, Template)]
#[template(path = "entity_add.html")]
pub(crate) struct EntityAddPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) invite: Option<String>,
    pub(crate) query: String,
    pub(crate) form: Form,
    pub(crate) people: Vec<Candidate>,
    pub(crate) more_people: bool,
    pub(crate) roles: Vec<Choice>,
}

/// Someone who could be added.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) person: Person,
    pub(crate) status: Pill,
}

/// The name and the end of an entity.
#[derive(Debug, Template)]
#[template(path = "entity_settings.html")]
pub(crate) struct EntitySettingsPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) form: Form,
}

impl EntityHead {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}

/// The tabs of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntityTab {
    Users,
    Settings,
}

/// Shows a page of the members.
pub(crate) async fn show(
    visitor: Visitor,
    Path((organization, entity)): Path<(String, String)>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let entity = entity_of(&visitor, &house, &entity).await?;
    let path = format!("{}/entities/{}", house.base, entity.id);
    let asked_of_api = ["q", "role", "status", "sort", "cursor"]
        .into_iter()
        .map(|name| (name, asked.value(name)))
        .filter(|(_, value)| !value.is_empty());
    let members = house.api(&format!("/entities/{}/members", entity.id));
    let list: List<Member> = match visitor.get(&address(&members, asked_of_api)).await {
        Ok(list) => list,
        Err(refusal)
            if matches!(
                refusal.status,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            ) =>
        {
            return Ok(on_to(&path));
        }
        Err(refusal) => return Err(refusal),
    };
    let adds = house.offers_adding(&visitor, entity.id).await?;
    let taking_out = list.items.iter().map(|member| Command::RemoveMembership {
        entity: entity.id,
        user: member.user_id,
    });
    let changeable = house.offers_each(&visitor, taking_out.collect()).await?;
    let roles = EntityRole::ALL
        .iter()
        .map(|role| (role.as_str(), messages::entity_role(*role)));
    let statuses = Status::ALL
        .iter()
        .map(|status| (status.as_str(), messages::status(*status).label));
    let shown = EntityPage {
        frame: house.frame(&visitor, Section::Entities),
        base: house.base.clone(),
        organization: house.name().to_owned(),
        query: asked.value("q").to_owned(),
        roles: choices("Any role", roles, asked.value("role")),
        statuses: choices("Any status", statuses, asked.value("status")),
        narrowed: ["q", "role", "status"]
            .iter()
            .any(|name| !asked.value(name).is_empty()),
        manages: changeable.contains(&true),
        columns: columns_of(
            &path,
            &asked,
            [("name", "Name"), ("email", "Email"), ("status", "Status")],
        )
        .into(),
        pager: Pager {
            first: (!asked.value("cursor").is_empty()).then(|| asked.with(&path, "cursor", "")),
            next: list
                .next_cursor
                .as_deref()
                .map(|cursor| asked.with(&path, "cursor", cursor)),
        },
        rows: list
            .items
            .into_iter()
            .zip(changeable)
            .map(|(member, changeable)| MemberRow {
                href: Some(format!("{}/users/{}", house.base, member.user_id)),
                change: changeable.then(|| format!("{path}/members/{}", member.user_id)),
                status: messages::status(member.status),
                role: messages::entity_role(member.role),
                person: Person::new(member.user_id, member.name, member.email),
            })
            .collect(),
        entity: EntityHead {
            add: (adds && entity.status == EntityStatus::Active).then(|| format!("{path}/add")),
            ..head(&visitor, &house, &entity, EntityTab::Users).await?
        },
    };
    Ok(page_of_its_address(&visitor, &shown))
}

async fn entity_of(visitor: &Visitor, house: &House, entity: &str) -> Result<Entity, Refusal> {
    visitor
        .get(&house.api(&format!("/entities/{entity}")))
        .await
}

async fn head(
    visitor: &Visitor,
    house: &House,
    entity: &Entity,
    current: EntityTab,
) -> Result<EntityHead, Refusal> {
    let href = format!("{}/entities/{}", house.base, entity.id);
    let mut tabs = vec![Tab {
        label: "Users",
        href: href.clone(),
        current: current == EntityTab::Users,
    }];
    if house.offers_settings(visitor, entity.id).await? {
        tabs.push(Tab {
            label: "Settings",
            href: format!("{href}/settings"),
            current: current == EntityTab::Settings,
        });
    }
    Ok(EntityHead {
        href,
        name: entity.name.clone(),
        members: entity.member_count,
        state: messages::entity_status(entity.status),
        archived: entity.status == EntityStatus::Archived,
        without_admin: entity.without_admin,
        tabs,
        add: None,
    })
}

fn choices<'word>(
    any: &'word str,
    named: impl Iterator<Item = (&'word str, &'word str)>,
    picked: &str,
) -> Vec<Choice> {
    std::iter::once(("", any))
        .chain(named)
        .map(|(value, label)| Choice::plain(value, label).picked_if(picked))
        .collect()
}
