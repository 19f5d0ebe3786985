//! A sample house, Halden Group, and every page of it.

use askama::Template;
use vestibule_domain::UserManagement;

use crate::{
    messages,
    pages::{
        accept::{AcceptPage, Way},
        account::{AccountPage, SessionRow},
        confirm::ConfirmPage,
        entities::{EntitiesPage, EntityRow},
        entity::{Candidate, EntityAddPage, EntityHead, EntityPage, EntitySettingsPage, MemberRow},
        general::{GeneralPage, OwnerSettings},
        invite::{InvitePage, OpenRoom, UserEntitiesPage},
        mailbox::{MailPage, MailRow, MailboxPage, Piece},
        member::MemberPage,
        notice::{Action, NoticePage},
        organizations::OrganizationsPage,
        password::{ForgotPasswordPage, ResetPasswordPage},
        removal::{LostRoom, PlanView, RemovalPage},
        setup::SetupPage,
        sign_in::{ConfirmPasswordPage, SignInPage},
        transfer::TransferPage,
        user::{Access, InvitationView, Offer, Remove, UserPage, UserRoom},
        users::{UserRow, UsersColumns, UsersFilter, UsersPage},
    },
    view::{
        Applied, Choice, Column, Door, Flash, Form, Frame, Hall, Moment, Pager, Person, Pill, Room,
        SignedIn, Sorted, Tab, Tone,
    },
};

const BASE: &str = "/organizations/0198";
const ORGANIZATION: &str = "Halden Group";
const ACTIVE: Pill = Pill::new(Tone::Good, "Active");
const INVITED: Pill = Pill::new(Tone::Waiting, "Invited");
const DEACTIVATED: Pill = Pill::new(Tone::Quiet, "Deactivated");

fn outside() -> Frame {
    Frame::default()
}

fn inside(section: &'static str, tabs: &[&'static str], current: &str) -> Frame {
    let door = |name: &str, role, current| Door {
        name: name.to_owned(),
        href: BASE.to_owned(),
        role,
        current,
        open: true,
    };
    Frame {
        account: Some(SignedIn {
            name: "Ingrid Halden".to_owned(),
            email: "ingrid@halden.example".to_owned(),
        }),
        hall: Some(Hall {
            name: ORGANIZATION.to_owned(),
            section,
            tabs: tabs
                .iter()
                .map(|label| Tab {
                    label,
                    href: format!("{BASE}/{}", label.to_lowercase()),
                    current: *label == current,
                })
                .collect(),
            doors: vec![
                door(ORGANIZATION, "Primary Admin", true),
                door("Fjord Holdings", "User", false),
            ],
        }),
        flash: None,
        mailbox: true,
    }
}

fn settings(current: &str) -> Frame {
    inside(
        "Organization Settings",
        &["General", "Users", "Entities"],
        current,
    )
}

fn flashed(mut frame: Frame, tone: Tone, text: &str) -> Frame {
    frame.flash = Some(Flash {
        tone,
        text: text.to_owned(),
    });
    frame
}

fn moment(date: &str) -> Moment {
    Moment {
        iso: "2026-12-02T10:00:00Z".to_owned(),
        short: date.to_owned(),
        full: format!("{date}, 10:00 UTC"),
        relative: "in 7 days".to_owned(),
    }
}

fn person(name: &str, email: &str) -> Person {
    Person {
        id: format!("id-{}", email.split('@').next().unwrap_or_default()),
        name: (!name.is_empty()).then(|| name.to_owned()),
        email: email.to_owned(),
    }
}

fn room(entity: &str, role: &'static str) -> Room {
    Room {
        entity: entity.to_owned(),
        role,
        archived: entity == "Halden Peat",
    }
}

fn column(label: &'static str, sorted: Option<Sorted>) -> Column {
    Column {
        label,
        href: "?sort=name".to_owned(),
        sorted,
    }
}

fn choices(labels: &[&str], selected: &str) -> Vec<Choice> {
    labels
        .iter()
        .map(|label| {
            Choice::plain(&label.to_lowercase(), label).picked_if(&selected.to_lowercase())
        })
        .collect()
}

fn user_row(
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

fn user_rows() -> Vec<UserRow> {
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

fn users(frame: Frame, rows: Vec<UserRow>, applied: Vec<Applied>) -> UsersPage {
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

fn user(frame: Frame) -> UserPage {
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
        manageable: true,
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

fn invited_user(frame: Frame) -> UserPage {
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
        }),
        access: None,
        ..user(frame)
    }
}

/// Names and emails as long as they can be, without a place to break.
fn long_rows() -> Vec<UserRow> {
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

fn long_user(frame: Frame) -> UserPage {
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

fn removal(changed: bool) -> RemovalPage {
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

fn entity_rows() -> Vec<EntityRow> {
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

fn entity_head(current: &str) -> EntityHead {
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

fn open_rooms() -> Vec<OpenRoom> {
    [
        "Halden Energy",
        "Halden Foods",
        "Halden Logistics",
        "Northwind Cold Storage",
    ]
    .into_iter()
    .map(|name| OpenRoom {
        id: name.to_lowercase().replace(' ', "-"),
        name: name.to_owned(),
        roles: std::iter::once(Choice::plain("", "No access"))
            .chain(messages::entity_roles(if name == "Halden Foods" {
                "clerk"
            } else {
                ""
            }))
            .collect(),
    })
    .collect()
}

fn accept(way: Way, form: Form) -> AcceptPage {
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

fn notice(
    code: Option<u16>,
    title: &str,
    paragraph: &str,
    action: Option<(&str, &'static str)>,
) -> NoticePage {
    NoticePage {
        frame: outside(),
        code,
        title: title.to_owned(),
        paragraphs: vec![paragraph.to_owned()],
        action: action.map(|(href, label)| Action {
            href: href.to_owned(),
            label,
        }),
    }
}

/// Every page, by the name of its file.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let refused = Form::new()
        .with("email", "tove@")
        .with("name", "Tove Lind")
        .wrong(
            "email",
            "Enter a whole email address, like name@company.example.",
        );
    vec![
        ("setup", SetupPage { frame: outside(), form: Form::new() }.render().unwrap()),
        (
            "sign-in",
            SignInPage { frame: outside(), form: Form::new().with("email", "ingrid@halden.example"), next: None, invitation: None }.render().unwrap(),
        ),
        (
            "sign-in-wrong",
            SignInPage {
                frame: flashed(outside(), Tone::Good, "You joined Halden Group. Sign in to enter."),
                form: Form::new().with("email", "ingrid@halden.example").refused("Email and password do not belong together."),
                next: Some("/invitations/abc".to_owned()),
                invitation: Some(ORGANIZATION.to_owned()),
            }
            .render()
            .unwrap(),
        ),
        ("forgot-password", ForgotPasswordPage { frame: outside(), form: Form::new() }.render().unwrap()),
        (
            "reset-password",
            ResetPasswordPage { frame: outside(), form: Form::new().wrong("password", "Too easy to guess. Add a word or two.") }.render().unwrap(),
        ),
        (
            "confirm-password",
            ConfirmPasswordPage {
                frame: outside(),
                form: Form::new().with("email", "ingrid@halden.example"),
                reason: "You are about to transfer ownership.",
                next: "/x".to_owned(),
                back: "/".to_owned(),
            }
            .render()
            .unwrap(),
        ),
        ("accept-new", accept(Way::NewAccount, Form::new()).render().unwrap()),
        (
            "accept-wrong",
            accept(Way::NewAccount, Form::new().with("name", "Tove Lind").wrong("password", "Too easy to guess: it is built from your email. Add a word or two that have nothing to do with you.")).render().unwrap(),
        ),
        ("accept-password", accept(Way::Password, Form::new()).render().unwrap()),
        ("accept-signed-in", accept(Way::SignedIn, Form::new()).render().unwrap()),
        ("accept-other", accept(Way::OtherAccount { email: "ingrid@halden.example".to_owned() }, Form::new()).render().unwrap()),
        (
            "invitation-unusable",
            notice(None, "This invitation cannot be used", "It may have ended, been used, or been replaced by a newer one. Ask the person who invited you to send it again.", Some(("/sign-in", "Go to sign in"))).render().unwrap(),
        ),
        ("not-found", notice(Some(404), "No such room", "There is nothing at this address, or nothing that you can see.", Some(("/", "Go to the start"))).render().unwrap()),
        (
            "organizations",
            OrganizationsPage {
                frame: outside(),
                email: "ingrid@halden.example".to_owned(),
                doors: vec![
                    Door { name: ORGANIZATION.to_owned(), href: BASE.to_owned(), role: "Primary Admin", current: false, open: true },
                    Door { name: "Fjord Holdings".to_owned(), href: BASE.to_owned(), role: "User", current: false, open: true },
                    Door { name: "Skagen Partners".to_owned(), href: BASE.to_owned(), role: "User", current: false, open: false },
                ],
            }
            .render()
            .unwrap(),
        ),
        (
            "general",
            GeneralPage {
                frame: settings("General"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                created: moment("3 Jan 2026"),
                primary_admin: "Ingrid Halden".to_owned(),
                name_form: Form::new().with("name", ORGANIZATION),
                rules_form: Form::new().with("invitation_lifetime", "7"),
                owner: Some(OwnerSettings { user_management: messages::user_management(UserManagement::PrimaryAdmin), units: choices(&["Hours", "Days"], "Days") }),
            }
            .render()
            .unwrap(),
        ),
        (
            "transfer",
            TransferPage {
                frame: settings("General"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                query: String::new(),
                people: vec![person("Aksel Rønning", "aksel.ronning@halden.example"), person("Bea Castellanos", "bea@halden.example")],
                form: Form::new(),
            }
            .render()
            .unwrap(),
        ),
        ("users", users(settings("Users"), user_rows(), Vec::new()).render().unwrap()),
        (
            "users-filtered",
            users(
                flashed(settings("Users"), Tone::Good, "Chidi Okafor was removed from Halden Group and 1 entity."),
                user_rows().into_iter().filter(|row| row.status.label == "Invited").collect(),
                vec![Applied { label: "Status: Invited".to_owned(), href: "#".to_owned() }, Applied { label: "“lind”".to_owned(), href: "#".to_owned() }],
            )
            .render()
            .unwrap(),
        ),
        ("users-long", users(settings("Users"), long_rows(), Vec::new()).render().unwrap()),
        ("user-long", long_user(settings("Users")).render().unwrap()),
        ("users-none", users(settings("Users"), Vec::new(), vec![Applied { label: "Status: Invited".to_owned(), href: "#".to_owned() }]).render().unwrap()),
        (
            "invite",
            InvitePage {
                frame: settings("Users"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                lifetime: "7 days".to_owned(),
                form: Form::new(),
                roles: messages::primary_roles("user"),
                entities: open_rooms(),
                more_entities: false,
            }
            .render()
            .unwrap(),
        ),
        (
            "invite-wrong",
            InvitePage {
                frame: settings("Users"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                lifetime: "7 days".to_owned(),
                form: refused,
                roles: messages::primary_roles("admin"),
                entities: open_rooms(),
                more_entities: true,
            }
            .render()
            .unwrap(),
        ),
        (
            "user-entities",
            UserEntitiesPage {
                frame: settings("Users"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                lead: "Their access opens when they accept the invitation.",
                person: person("", "tove@halden.example"),
                form: Form::new(),
                entities: open_rooms(),
                more_entities: false,
            }
            .render()
            .unwrap(),
        ),
        ("user", user(settings("Users")).render().unwrap()),
        ("user-invited", invited_user(flashed(settings("Users"), Tone::Good, "Invitation sent to tove@halden.example.")).render().unwrap()),
        ("removal", removal(false).render().unwrap()),
        ("removal-changed", removal(true).render().unwrap()),
        (
            "confirm",
            ConfirmPage {
                frame: settings("Entities"),
                title: "Remove Bea Castellanos from Northwind Cold Storage?".to_owned(),
                paragraphs: vec![
                    "Bea loses the role Auditor in Northwind Cold Storage, and this entity only.".to_owned(),
                    "Halden Group and every other entity stay as they are.".to_owned(),
                ],
                button: "Remove from this entity",
                back: "/x".to_owned(),
                back_label: "Northwind Cold Storage".to_owned(),
                refusal: None,
            }
            .render()
            .unwrap(),
        ),
        (
            "entities",
            EntitiesPage {
                frame: settings("Entities"),
                organization: ORGANIZATION.to_owned(),
                summary: "The companies of Halden Group, each with its own people.".to_owned(),
                creatable: true,
                whom_to_ask: "",
                form: Form::new(),
                rows: entity_rows(),
                pager: Pager::default(),
            }
            .render()
            .unwrap(),
        ),
        (
            "entities-of-a-user",
            EntitiesPage {
                frame: inside("Your place in Halden Group", &["Entities", "Users"], "Entities"),
                organization: ORGANIZATION.to_owned(),
                summary: "The entities you work in.".to_owned(),
                creatable: false,
                whom_to_ask: "Ask the person who invited you, or an Admin of the organization, to add you to one.",
                form: Form::new(),
                rows: Vec::new(),
                pager: Pager::default(),
            }
            .render()
            .unwrap(),
        ),
        (
            "entity",
            EntityPage {
                frame: settings("Entities"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                entity: entity_head("Users"),
                query: String::new(),
                roles: choices(&["Any role", "Admin", "Manager"], "Any role"),
                statuses: choices(&["Any status", "Active", "Invited"], "Any status"),
                narrowed: false,
                manages: true,
                columns: vec![column("Name", Some(Sorted::Ascending)), column("Email", None), column("Status", None)],
                rows: user_rows()
                    .into_iter()
                    .map(|row| MemberRow { href: Some(row.href), person: row.person, status: row.status, role: "Approver", change: Some("#".to_owned()) })
                    .collect(),
                pager: Pager { first: Some("#".to_owned()), next: Some("#".to_owned()) },
            }
            .render()
            .unwrap(),
        ),
        (
            "entity-add",
            EntityAddPage {
                frame: settings("Entities"),
                organization: ORGANIZATION.to_owned(),
                entity: entity_head("Users"),
                invite: Some("#".to_owned()),
                query: "a".to_owned(),
                form: Form::new().wrong("user_id", "Choose who is to be added."),
                people: user_rows().into_iter().take(4).map(|row| Candidate { person: row.person, status: row.status }).collect(),
                more_people: true,
                roles: messages::entity_roles("clerk"),
            }
            .render()
            .unwrap(),
        ),
        (
            "entity-settings",
            EntitySettingsPage {
                frame: settings("Entities"),
                base: BASE.to_owned(),
                organization: ORGANIZATION.to_owned(),
                entity: entity_head("Settings"),
                form: Form::new().with("name", "Halden Foods").wrong("name", "Another entity has this name."),
            }
            .render()
            .unwrap(),
        ),
        (
            "member",
            MemberPage {
                frame: settings("Entities"),
                organization: ORGANIZATION.to_owned(),
                entity: "Northwind Cold Storage".to_owned(),
                person: person("Bea Castellanos", "bea@halden.example"),
                form: Form::new(),
                from: "entity",
                back: "#".to_owned(),
                back_label: "Northwind Cold Storage".to_owned(),
                roles: Some(messages::entity_roles("auditor")),
                remove: "#".to_owned(),
            }
            .render()
            .unwrap(),
        ),
        (
            "account",
            AccountPage {
                frame: Frame { hall: None, ..settings("Users") },
                email: "ingrid@halden.example".to_owned(),
                name_form: Form::new().with("name", "Ingrid Halden"),
                password_form: Form::new(),
                sessions: [true, false]
                    .into_iter()
                    .map(|current| SessionRow { id: "1".to_owned(), created: moment("24 Nov 2026"), used: moment("25 Nov 2026"), expires: moment("1 Dec 2026"), current })
                    .collect(),
                owned: vec![ORGANIZATION.to_owned()],
            }
            .render()
            .unwrap(),
        ),
        (
            "mailbox",
            MailboxPage {
                frame: Frame { hall: None, ..settings("Users") },
                rows: ["You are invited to Halden Group", "Choose a new password"]
                    .into_iter()
                    .map(|subject| MailRow { id: "1".to_owned(), to: "tove+work@halden.example".to_owned(), subject: subject.to_owned(), at: moment("25 Nov 2026") })
                    .collect(),
                pager: Pager::default(),
            }
            .render()
            .unwrap(),
        ),
        (
            "mail",
            MailPage {
                frame: Frame::default(),
                to: "tove+work@halden.example".to_owned(),
                subject: "You are invited to Halden Group".to_owned(),
                at: moment("25 Nov 2026"),
                text: vec![
                    Piece { text: "Ingrid Halden invited you to Halden Group.\n\nAccept here:\n".to_owned(), href: None },
                    Piece { text: "http://127.0.0.1:8080/invitations/abc".to_owned(), href: Some("http://127.0.0.1:8080/invitations/abc".to_owned()) },
                ],
                html: Some("not-found.html".to_owned()),
            }
            .render()
            .unwrap(),
        ),
    ]
}
