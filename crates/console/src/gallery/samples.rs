//! A sample house, Halden Group, and every page of it.

mod people;
mod pieces;
mod rooms;

use askama::Template;
use vestibule_domain::{EntityRole, UserManagement};

use crate::{
    messages,
    pages::{
        accept::Way,
        account::{AccountPage, SessionRow},
        confirm::ConfirmPage,
        docs::DocsPage,
        entities::EntitiesPage,
        entity::{Candidate, EntityAddPage, EntityPage, EntitySettingsPage, MemberRow},
        general::{GeneralPage, OwnerSettings},
        invite::{InvitePage, UserEntitiesPage},
        mailbox::{MailPage, MailRow, MailboxPage, Piece},
        member::MemberPage,
        organizations::OrganizationsPage,
        password::{ForgotPasswordPage, ResetPasswordPage},
        setup::SetupPage,
        sign_in::{ConfirmPasswordPage, SignInPage},
        transfer::TransferPage,
    },
    view::{Applied, Door, Form, Frame, Pager, Sorted, Tone},
};
use people::{invited_user, long_rows, long_user, removal, user, user_rows, users};
use pieces::{
    BASE, ORGANIZATION, choices, column, flashed, inside, moment, notice, outside, person, settings,
};
use rooms::{accept, entity_head, entity_rows, open_rooms};

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
                more_people: true,
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
                entity_name: None,
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
                entity_name: Some("cold".to_owned()),
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
                entity_name: None,
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
                roles: messages::entity_roles(EntityRole::ALL, "clerk"),
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
                roles: Some(messages::entity_roles(EntityRole::ALL, "auditor")),
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
        (
            "docs",
            DocsPage::new(
                &vestibule_web::openapi_document("http://127.0.0.1:8080"),
                "http://127.0.0.1:8080",
            )
            .render()
            .unwrap(),
        ),
    ]
}
