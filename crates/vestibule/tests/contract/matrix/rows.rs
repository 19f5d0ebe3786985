//! What each operation answers to whom, as the contract and the rules have it; nothing here is measured.

/// A call in an organization: who in it may, and what everybody else in it is answered.
///
/// Outside there is one answer for all of them: 401 to strangers, 404 to whoever has no seat (R-ANS-2).
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) operation: &'static str,
    /// What about it, where it is asked in several ways.
    pub(super) about: &'static str,
    /// The answer to who may.
    pub(super) done: u16,
    /// Who may.
    pub(super) who: &'static [&'static str],
    /// Who is answered otherwise than by 403.
    pub(super) but: &'static [(&'static str, u16)],
}

/// A call beside the organizations.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) operation: &'static str,
    pub(super) stranger: u16,
    /// Anybody who is signed in, whatever they are in which organization.
    pub(super) person: u16,
    /// A Primary Admin, where that makes a difference.
    pub(super) primary_admin: Option<u16>,
    pub(super) key: u16,
    pub(super) operator: u16,
}

/// Everybody who has a seat.
const EVERYBODY: &[&str] = &[
    "P", "A", "A+", "U", "eA", "eM", "eV", "eC", "eU", "kr", "ka", "ku", "O",
];
/// R-ORG-3, R-KEY-1: who sees everything.
const SEES: &[&str] = &["P", "A", "A+", "kr", "ka", "ku", "O"];
/// The same, without keys (R-KEY-3).
const SEES_IN_PERSON: &[&str] = &["P", "A", "A+", "O"];
/// R-ORG-3: who does what Admins may.
const ADMINS: &[&str] = &["P", "A", "A+", "ka", "ku", "O"];
/// R-ORG-2: who manages the organization's users.
const MANAGES_USERS: &[&str] = &["P", "A+", "ku", "O"];
/// R-ENT-3: who manages the members of the entity.
const MANAGES_MEMBERS: &[&str] = &["P", "A", "A+", "eA", "eM", "ka", "ku", "O"];
/// R-ENT-4 aside: who sees the entity and the people in it.
const NEAR: &[&str] = &[
    "P", "A", "A+", "eA", "eM", "eV", "eC", "eU", "kr", "ka", "ku", "O",
];
/// Who owns it, and who stands above.
const OWNS: &[&str] = &["P", "O"];
/// R-KEY-3: who makes keys, those that manage users aside.
const MAKES_KEYS: &[&str] = &["P", "A", "A+"];

/// R-ORG-3: to a User in no entity, the entity and the people in it are not there.
const UNSEEN: &[(&str, u16)] = &[("U", 404)];
const NONE: &[(&str, u16)] = &[];

const fn row(
    operation: &'static str,
    done: u16,
    who: &'static [&'static str],
    but: &'static [(&'static str, u16)],
) -> Inside {
    Inside {
        operation,
        about: "",
        done,
        who,
        but,
    }
}

/// In the order of the page.
pub(super) const INSIDE: &[Inside] = &[
    row("get_organization", 200, SEES, NONE),
    row("update_organization", 200, ADMINS, NONE),
    Inside {
        about: "who manages users",
        ..row("update_organization", 200, OWNS, NONE)
    },
    row("transfer_ownership", 200, OWNS, NONE),
    row("list_users", 200, EVERYBODY, NONE),
    row("get_user", 200, NEAR, UNSEEN),
    row("update_user", 200, MANAGES_USERS, UNSEEN),
    row("deactivate_user", 200, MANAGES_USERS, UNSEEN),
    row("reactivate_user", 200, MANAGES_USERS, UNSEEN),
    row("get_removal_plan", 200, MANAGES_USERS, UNSEEN),
    row("remove_user", 200, MANAGES_USERS, UNSEEN),
    row("list_invitations", 200, SEES, NONE),
    row("invite_user", 201, MANAGES_USERS, NONE),
    row("invite_many", 200, MANAGES_USERS, NONE),
    row("get_invitation", 200, SEES, NONE),
    row("resend_invitation", 200, MANAGES_USERS, NONE),
    row("revoke_invitation", 204, MANAGES_USERS, NONE),
    row("list_entities", 200, EVERYBODY, NONE),
    row("create_entity", 201, ADMINS, NONE),
    row("get_entity", 200, NEAR, UNSEEN),
    row("rename_entity", 200, ADMINS, UNSEEN),
    row("archive_entity", 200, ADMINS, UNSEEN),
    row("unarchive_entity", 200, ADMINS, UNSEEN),
    row("delete_entity", 204, ADMINS, UNSEEN),
    row("list_members", 200, NEAR, UNSEEN),
    row("list_candidates", 200, MANAGES_MEMBERS, UNSEEN),
    row("set_member", 201, MANAGES_MEMBERS, UNSEEN),
    row("remove_member", 204, MANAGES_MEMBERS, UNSEEN),
    row("check_permissions", 200, SEES, NONE),
    row("list_audit_events", 200, SEES, NONE),
    row("verify_audit_events", 200, SEES, NONE),
    row("erase_person", 200, OWNS, NONE),
    row("list_api_keys", 200, SEES_IN_PERSON, NONE),
    row("create_api_key", 201, MAKES_KEYS, NONE),
    Inside {
        about: "that manages users",
        ..row("create_api_key", 201, &["P", "A+"], NONE)
    },
    // An Admin ends their own; the Primary Admin's key is none of theirs.
    row("end_api_key", 204, OWNS, &[("A", 404), ("A+", 404)]),
];

const fn open(operation: &'static str, status: u16) -> Beside {
    beside(operation, [status; 4])
}

const fn own(operation: &'static str, status: u16) -> Beside {
    beside(operation, [401, status, 403, 403])
}

const fn beside(operation: &'static str, [stranger, person, key, operator]: [u16; 4]) -> Beside {
    Beside {
        operation,
        stranger,
        person,
        primary_admin: None,
        key,
        operator,
    }
}

/// In the order of the page, and of the test: accounts are deleted last.
pub(super) const BESIDE: &[Beside] = &[
    open("sign_in", 201),
    own("list_sessions", 200),
    own("sign_out", 204),
    own("end_session", 204),
    own("get_me", 200),
    own("rename_me", 200),
    own("change_password", 204),
    open("ask_for_password_reset", 202),
    // By a link that nobody was sent.
    open("use_password_reset", 404),
    beside("create_organization", [401, 403, 403, 201]),
    open("open_invitation", 200),
    // Whoever is signed in is of another account than the invited email's.
    beside("accept_invitation", [200, 409, 200, 200]),
    open("decline_invitation", 204),
    open("get_health", 200),
    open("get_readiness", 200),
    open("get_metrics", 200),
    open("get_openapi_document", 200),
    Beside {
        primary_admin: Some(409),
        ..own("delete_me", 204)
    },
];

impl Inside {
    /// What that actor is answered.
    pub(super) fn expected(&self, actor: &str) -> u16 {
        let other = self.but.iter().find(|(other, _)| *other == actor);
        match other {
            Some((_, status)) => *status,
            None if self.who.contains(&actor) => self.done,
            None => 403,
        }
    }
}
