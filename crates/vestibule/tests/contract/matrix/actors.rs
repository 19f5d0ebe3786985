//! Who asks: somebody of every kind in an organization, and everybody who was in it or never will be.

use super::{
    super::{
        organization::{Organization, Person},
        server::OPERATOR,
    },
    asking::Scene,
};

/// Everybody who has a seat in an organization: a short name, and who that is.
pub(super) const INSIDERS: [(&str, &str); 13] = [
    ("P", "the Primary Admin"),
    ("A", "an Admin"),
    ("A+", "an Admin where `user_management` is `admins`"),
    ("U", "a User in no entity"),
    ("eA", "a User who is Admin of the entity"),
    ("eM", "a User who is Manager in the entity"),
    ("eV", "a User who is Approver in the entity"),
    ("eC", "a User who is Clerk in the entity"),
    ("eU", "a User who is Auditor in the entity"),
    ("kr", "a key with the role `auditor`"),
    ("ka", "a key with the role `admin`"),
    ("ku", "a key with the role `user_manager`"),
    ("O", "the operator"),
];

/// The people and keys of one organization.
pub(super) struct Cast {
    people: Vec<(&'static str, Person)>,
    keys: Vec<(&'static str, String)>,
    invited: Person,
    deactivated: Person,
    removed: Person,
}

impl Cast {
    /// Brings them all in, and some of them out again.
    pub(super) fn of(scene: &Scene) -> Self {
        let (acme, room) = (&scene.organization, scene.room.as_str());
        let member = |role: &'static str| acme.member(&format!("Mo {role}"), &[(room, role)]);
        let people = vec![
            ("P", acme.primary.clone()),
            ("A", acme.admin("Ada Admin")),
            ("U", acme.user("Uli User")),
            ("eA", member("admin")),
            ("eM", member("manager")),
            ("eV", member("approver")),
            ("eC", member("clerk")),
            ("eU", member("auditor")),
        ];
        let keys = [("kr", "auditor"), ("ka", "admin"), ("ku", "user_manager")];
        let keys = keys.map(|(actor, role)| (actor, acme.key(role).1));
        let (deactivated, removed) = (acme.admin("Ida Idle"), acme.admin("Rita Removed"));
        let path = format!("/users/{}", deactivated.id);
        acme.post(&format!("{path}/deactivate"))
            .by(OPERATOR)
            .ok(200);
        acme.delete(&format!("/users/{}", removed.id))
            .by(OPERATOR)
            .ok(200);
        Self {
            people,
            keys: keys.into(),
            invited: invited(acme),
            deactivated,
            removed,
        }
    }

    /// What that insider sends.
    pub(super) fn bearer(&self, actor: &str) -> &str {
        let actor = if actor == "A+" { "A" } else { actor };
        let person = self.people.iter().find(|(other, _)| *other == actor);
        let key = self.keys.iter().find(|(other, _)| *other == actor);
        match (person, key) {
            (Some((_, person)), _) => &person.token,
            (None, Some((_, secret))) => secret,
            (None, None) => OPERATOR,
        }
    }

    /// People with an account who have no seat here, or none any more.
    pub(super) fn shut_out(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("invited", &self.invited.token),
            ("deactivated", &self.deactivated.token),
            ("removed", &self.removed.token),
        ]
    }

    /// Everybody of this organization, to whom another one is none.
    pub(super) fn elsewhere(&self) -> Vec<(&'static str, &str)> {
        let people = self
            .people
            .iter()
            .map(|(actor, person)| (*actor, person.token.as_str()));
        let keys = self
            .keys
            .iter()
            .map(|(actor, secret)| (*actor, secret.as_str()));
        people.chain(keys).collect()
    }

    /// Everybody who has an account.
    pub(super) fn people(&self) -> Vec<(&'static str, &Person)> {
        let inside = self.people.iter().map(|(actor, person)| (*actor, person));
        let outside = [
            ("invited", &self.invited),
            ("deactivated", &self.deactivated),
            ("removed", &self.removed),
        ];
        inside.chain(outside).collect()
    }
}

/// Somebody with an account elsewhere who was invited here and has not answered.
fn invited(acme: &Organization) -> Person {
    let elsewhere = acme.server.organization().user("Ivy Invited");
    acme.invite(&serde_json::json!({"email": elsewhere.email, "role": "admin"}));
    elsewhere
}
