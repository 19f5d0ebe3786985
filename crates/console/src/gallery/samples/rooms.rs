//! Sample entities, and the invitation to come in.

use vestibule_domain::EntityRole;

use super::pieces::{BASE, ORGANIZATION, moment, outside};
use crate::{
    messages,
    pages::{
        accept::{AcceptPage, Way},
        entities::EntityRow,
        entity::EntityHead,
        invite::OpenRoom,
    },
    view::{Choice, Form, Pill, Tab, Tone},
};

pub(super) fn entity_rows() -> Vec<EntityRow> {
    [
        ("Halden Energy", 6, false, false),
        ("Halden Foods", 14, false, false),
        ("Halden Logistics", 9, false, true),
        ("Halden Peat", 3, true, false),
        ("Halden Properties", 1, false, false),
        ("Northwind Cold Storage", 11, false, false),
    ]
    .into_iter()
    .map(|(name, members, archived, without_admin)| EntityRow {
        href: format!("{BASE}/entities/1"),
        name: name.to_owned(),
        members,
        state: if archived {
            messages::archived()
        } else {
            Pill::new(Tone::Good, "Active")
        },
        archived,
        without_admin,
    })
    .collect()
}

pub(super) fn entity_head(current: &str) -> EntityHead {
    EntityHead {
        href: format!("{BASE}/entities/1"),
        name: "Northwind Cold Storage".to_owned(),
        members: 11,
        state: Pill::new(Tone::Good, "Active"),
        archived: false,
        without_admin: current == "Users",
        add: (current == "Users").then(|| "#".to_owned()),
        tabs: ["Users", "Settings"]
            .into_iter()
            .map(|label| Tab {
                label,
                href: "#".to_owned(),
                current: label == current,
            })
            .collect(),
    }
}

pub(super) fn open_rooms() -> Vec<OpenRoom> {
    [
        "Halden Energy",
        "Halden Foods",
        "Halden Logistics",
        "Northwind Cold Storage",
    ]
    .into_iter()
    .map(|name| OpenRoom {
        id: format!("0198c7a0-0000-7000-8000-{:012}", name.len())
            .parse()
            .unwrap(),
        name: name.to_owned(),
        roles: std::iter::once(Choice::plain("", "No access"))
            .chain(messages::entity_roles(
                EntityRole::ALL,
                if name == "Halden Foods" { "clerk" } else { "" },
            ))
            .collect(),
    })
    .collect()
}

pub(super) fn accept(way: Way, form: Form) -> AcceptPage {
    AcceptPage {
        frame: outside(),
        form,
        organization: ORGANIZATION.to_owned(),
        inviter: Some("Ingrid Halden".to_owned()),
        email: "tove+work@halden.example".to_owned(),
        expires: moment("2 Dec 2026"),
        way,
        action: "/invitations/abc".to_owned(),
    }
}
