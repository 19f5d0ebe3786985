//! Sample people: the list, one of them, their removal.

use super::pieces::{
    ACTIVE, BASE, DEACTIVATED, INVITED, ORGANIZATION, choices, column, moment, person, room,
    settings,
};
use crate::{
    messages,
    pages::{
        removal::{LostRoom, PlanView, RemovalPage},
        user::{Access, InvitationView, Offer, Remove, UserPage, UserRoom},
        users::{UserRow, UsersColumns, UsersFilter, UsersPage},
    },
    view::{Applied, Form, Frame, Pager, Pill, Sorted, Tone},
};

pub(super) fn user_row(
    name: &str,
    email: &str,
    role: &'static str,
    status: Pill,
    rooms: &[(&str, &'static str)],
) -> UserRow {
    UserRow {
        href: format!("{BASE}/users/1"),
        person: person(name, email),
        role,
        joined: (status.label != "Invited").then(|| moment("3 Feb 2026")),
        trouble: (name == "Tove Lind").then_some(Pill::new(Tone::Bad, "Mail failed")),
        status,
        rooms: rooms
            .iter()
            .map(|(entity, role)| room(entity, role))
            .collect(),
    }
}

pub(super) fn user_rows() -> Vec<UserRow> {
    vec![
        user_row(
            "Aksel Rønning",
            "aksel.ronning@halden.example",
            "User",
            ACTIVE,
            &[
                ("Halden Foods", "Approver"),
                ("Northwind Cold Storage", "Clerk"),
            ],
        ),
        user_row(
            "Bea Castellanos",
            "bea@halden.example",
            "Admin",
            ACTIVE,
            &[
                ("Halden Foods", "Admin"),
                ("Halden Logistics", "Manager"),
                ("Northwind Cold Storage", "Auditor"),
                ("Halden Properties", "Auditor"),
                ("Halden Energy", "Auditor"),
                ("Halden Peat", "Auditor"),
            ],
        ),
        user_row(
            "Chidi Okafor",
            "chidi.okafor@halden.example",
            "User",
            DEACTIVATED,
            &[("Halden Logistics", "Clerk")],
        ),
        user_row(
            "Ingrid Halden",
            "ingrid@halden.example",
            "Primary Admin",
            ACTIVE,
            &[],
        ),
        user_row(
            "",
            "new.colleague+invoices@northwind-cold-storage.example",
            "User",
            INVITED,
            &[("Northwind Cold Storage", "Clerk")],
        ),
        user_row("Tove Lind", "tove@halden.example", "User", INVITED, &[]),
        user_row(
            "Zoë Brandt",
            "zoe@halden.example",
            "User",
            ACTIVE,
            &[("Halden Energy", "Manager"), ("Halden Peat", "Admin")],
        ),
    ]
}

pub(super) fn users(frame: Frame, rows: Vec<UserRow>, applied: Vec<Applied>) -> UsersPage {
    UsersPage {
        frame,
        organization: ORGANIZATION.to_owned(),
        summary: "40 people in Halden Group".to_owned(),
        invite: Some(format!("{BASE}/users/invite")),
        filter: UsersFilter {
            query: String::new(),
            sort: None,
            statuses: choices(
                &["Any", "Active", "Invited", "Deactivated"],
                if applied.is_empty() { "Any" } else { "Invited" },
            ),
            roles: choices(&["Any", "Primary Admin", "Admin", "User"], "Any"),
            entities: choices(
                &[
                    "Any",
                    "Without any",
                    "Halden Foods",
                    "Northwind Cold Storage",
                ],
                "Any",
            ),
            entity_roles: choices(
                &["Any", "Admin", "Manager", "Approver", "Clerk", "Auditor"],
                "Any",
            ),
            narrowed: !applied.is_empty(),
            applied,
            entity_name: None,
            clear: format!("{BASE}/users"),
        },
        columns: UsersColumns {
            name: column("Name", Some(Sorted::Ascending)),
            email: column("Email", None),
            status: column("Status", None),
            joined: column("Joined", None),
        },
        rows,
        pager: Pager {
            first: None,
            next: Some("?cursor=x".to_owned()),
        },
    }
}

pub(super) fn user(frame: Frame) -> UserPage {
    UserPage {
        frame,
        base: BASE.to_owned(),
        organization: ORGANIZATION.to_owned(),
        person: person("Bea Castellanos", "bea@halden.example"),
        role: "Admin",
        status: ACTIVE,
        joined: Some(moment("3 Feb 2026")),
        offer: None,
        rooms: [("Halden Foods", "Admin"), ("Halden Logistics", "Manager"), ("Northwind Cold Storage", "Auditor"), ("Halden Peat", "Auditor")]
            .into_iter()
            .map(|(entity, role)| UserRoom { room: room(entity, role), entity_href: format!("{BASE}/entities/1"), change: Some("#".to_owned()) })
            .collect(),
        no_rooms: "In no entity yet.",
        may_add: true,
        form: Form::new(),
        change_role: Some(messages::primary_roles("admin")),
        name_form: Form::new(),
        change_name: None,
        invitation: None,
        access: Some(Access {
            title: "Deactivate",
            text: "Bea can do nothing in Halden Group until reactivated. Role and entities are kept.".to_owned(),
            href: "#".to_owned(),
            label: "Deactivate",
        }),
        remove: Some(Remove {
            title: "Remove from the organization",
            text: "Ends Bea's access to Halden Group and all 4 entities at once. You see what will be lost first.".to_owned(),
            label: "Remove",
        }),
    }
}

pub(super) fn invited_user(frame: Frame) -> UserPage {
    UserPage {
        person: person("", "tove@halden.example"),
        role: "User",
        status: INVITED,
        joined: None,
        rooms: Vec::new(),
        offer: Some(Offer {
            text: "Being in the organization opens no entity by itself. Choose some now, or do it later.",
            href: "#".to_owned(),
        }),
        change_role: Some(messages::primary_roles("user")),
        name_form: Form::new(),
        change_name: Some("Until they accept and name themselves."),
        invitation: Some(InvitationView {
            state: Pill::new(Tone::Waiting, "Pending"),
            mail: Pill::new(Tone::Bad, "Mail failed"),
            ends: "Ends",
            expires: moment("2 Dec 2026"),
            sender: Some("Ingrid Halden".to_owned()),
            failure: Some("550 5.1.1 mailbox tove@halden.example does not exist".to_owned()),
            explanation: None,
            resend: true,
            revoke: true,
        }),
        access: None,
        ..user(frame)
    }
}

/// Names and emails as long as they can be, without a place to break.
pub(super) fn long_rows() -> Vec<UserRow> {
    let name = "Wolfeschlegelsteinhausenbergerdorff"
        .repeat(3)
        .chars()
        .take(100)
        .collect::<String>();
    let email = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
    vec![user_row(
        &name,
        &email,
        "Primary Admin",
        DEACTIVATED,
        &[(&name, "Approver"), ("B", "Clerk")],
    )]
}

pub(super) fn long_user(frame: Frame) -> UserPage {
    let name = "Wolfeschlegelsteinhausenbergerdorff"
        .repeat(3)
        .chars()
        .take(100)
        .collect::<String>();
    let email = format!("{}@{}.example", "a".repeat(64), "b".repeat(60));
    UserPage {
        person: person(&name, &email),
        rooms: vec![UserRoom {
            room: room(&name, "Approver"),
            entity_href: "#".to_owned(),
            change: Some("#".to_owned()),
        }],
        ..user(frame)
    }
}

pub(super) fn removal(changed: bool) -> RemovalPage {
    RemovalPage {
        frame: settings("Users"),
        base: BASE.to_owned(),
        organization: ORGANIZATION.to_owned(),
        person: person("Bea Castellanos", "bea@halden.example"),
        title: "Remove Bea Castellanos".to_owned(),
        lead: "From Halden Group and all 4 of their entities, in one step.".to_owned(),
        button: "Remove from the organization",
        changed,
        plan: PlanView {
            rooms: [
                ("Halden Foods", "Admin", true),
                ("Halden Logistics", "Manager", false),
                ("Northwind Cold Storage", "Auditor", false),
                ("Halden Peat", "Auditor", false),
            ]
            .into_iter()
            .map(|(entity, role, last_admin)| LostRoom {
                entity: entity.to_owned(),
                role,
                last_admin,
            })
            .collect(),
            api_keys: vec!["Nightly export".to_owned()],
            invitations: "2 are suspended until someone who may resends them".to_owned(),
            own_invitation: false,
            without_admin: vec!["Halden Foods".to_owned()],
            fingerprint: "f1".to_owned(),
        },
    }
}
