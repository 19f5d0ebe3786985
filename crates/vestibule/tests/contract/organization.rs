//! An organization of a check's own, and the people in it.

use serde_json::{Value, json};

use super::{
    call::{Answer, Call},
    form,
    server::{OPERATOR, Server},
};

/// What everybody here signs in with, unless a check is about passwords.
pub(crate) const PASSWORD: &str = "plum-Kettle-47-orbit-Dune";

/// An organization that the operator made, with its Primary Admin signed in.
pub(crate) struct Organization {
    pub(crate) server: &'static Server,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) primary: Person,
}

/// An Active user who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) account: String,
}

/// A user who has not accepted yet.
#[derive(Clone, Debug)]
pub(crate) struct Invited {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) invitation: String,
}

impl AsRef<str> for Person {
    fn as_ref(&self) -> &str {
        &self.token
    }
}

impl Server {
    /// Makes an organization that nobody else works in.
    #[track_caller]
    pub(crate) fn organization(&'static self) -> Organization {
        let name = format!("Group {}", self.number());
        self.organization_named(&name)
    }

    #[track_caller]
    pub(crate) fn organization_named(&'static self, name: &str) -> Organization {
        let email = self.email();
        let person = json!({"email": email, "name": "Petra Prime", "password": PASSWORD});
        let made = self
            .post("/v1/organizations")
            .by(OPERATOR)
            .json(&json!({"name": name, "primary_admin": person}))
            .ok(201);
        let primary = self.sign_in(&email, form::text(&made["primary_admin_user_id"]));
        Organization {
            server: self,
            id: form::text(&made["id"]).to_owned(),
            name: name.to_owned(),
            primary,
        }
    }

    /// Signs in with the usual password.
    #[track_caller]
    pub(crate) fn sign_in(&'static self, email: &str, user: &str) -> Person {
        let session = self.signed_in(email, PASSWORD).ok(201);
        Person {
            id: user.to_owned(),
            email: email.to_owned(),
            token: form::text(&session["token"]).to_owned(),
            account: form::text(&session["account"]["id"]).to_owned(),
        }
    }

    /// Tries to sign in.
    #[track_caller]
    pub(crate) fn signed_in(&'static self, email: &str, password: &str) -> Answer {
        self.post("/v1/sessions")
            .json(&json!({"email": email, "password": password}))
            .send()
    }

    /// That many people to invite.
    pub(crate) fn people(&self, count: usize) -> Vec<Value> {
        (0..count)
            .map(|n| json!({"email": self.email(), "role": "user", "name": format!("Person {n:03}")}))
            .collect()
    }

    /// The token in the last of `count` invitation mails to `email`.
    #[track_caller]
    pub(crate) fn invitation_token(&self, email: &str, count: usize) -> String {
        self.mailbox
            .nth_to(email, count)
            .token_after(&format!("{}/invitations/", self.url))
    }
}

impl Organization {
    /// The path of something in this organization.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/organizations/{}{rest}", self.id)
    }

    pub(crate) fn get(&self, rest: &str) -> Call {
        self.server.get(self.path(rest))
    }

    pub(crate) fn post(&self, rest: &str) -> Call {
        self.server.post(self.path(rest))
    }

    pub(crate) fn put(&self, rest: &str) -> Call {
        self.server.put(self.path(rest))
    }

    pub(crate) fn patch(&self, rest: &str) -> Call {
        self.server.patch(self.path(rest))
    }

    pub(crate) fn delete(&self, rest: &str) -> Call {
        self.server.delete(self.path(rest))
    }

    /// An Active Admin.
    #[track_caller]
    pub(crate) fn admin(&self, name: &str) -> Person {
        self.person_with(name, "admin", &[])
    }

    /// An Active User.
    #[track_caller]
    pub(crate) fn user(&self, name: &str) -> Person {
        self.person_with(name, "user", &[])
    }

    /// An Active User with roles in entities.
    #[track_caller]
    pub(crate) fn member(&self, name: &str, memberships: &[(&str, &str)]) -> Person {
        self.person_with(name, "user", memberships)
    }

    /// An Active user with a role and memberships to start with.
    #[track_caller]
    pub(crate) fn person_with(
        &self,
        name: &str,
        role: &str,
        memberships: &[(&str, &str)],
    ) -> Person {
        let invited = self.invited_to(role, memberships);
        self.accept(&invited, name)
    }

    /// An Invited User.
    #[track_caller]
    pub(crate) fn invited(&self) -> Invited {
        self.invited_to("user", &[])
    }

    /// An Invited user with a role and memberships to start with.
    #[track_caller]
    pub(crate) fn invited_to(&self, role: &str, memberships: &[(&str, &str)]) -> Invited {
        let staged: Vec<_> = memberships
            .iter()
            .map(|(entity, role)| json!({"entity_id": entity, "role": role}))
            .collect();
        self.invite(&json!({"email": self.server.email(), "role": role, "memberships": staged}))
    }

    /// Invites as the Primary Admin.
    #[track_caller]
    pub(crate) fn invite(&self, body: &Value) -> Invited {
        let made = self
            .post("/invitations")
            .by(&self.primary)
            .json(body)
            .ok(201);
        Invited {
            id: form::text(&made["user_id"]).to_owned(),
            email: form::text(&made["email"]).to_owned(),
            invitation: form::text(&made["id"]).to_owned(),
        }
    }

    /// Accepts by the link in the first mail and signs in.
    #[track_caller]
    pub(crate) fn accept(&self, invited: &Invited, name: &str) -> Person {
        let token = self.server.invitation_token(&invited.email, 1);
        self.server
            .post(format!("/v1/invitations/{token}/accept"))
            .json(&json!({"name": name, "password": PASSWORD}))
            .ok(200);
        self.server.sign_in(&invited.email, &invited.id)
    }

    /// Brings somebody who has an account into this organization too, by their session.
    #[track_caller]
    pub(crate) fn joined_by(&self, person: &Person, role: &str) -> Person {
        let seen = self.server.mailbox.count_to(&person.email);
        let invited = self.invite(&json!({"email": person.email, "role": role}));
        let token = self.server.invitation_token(&person.email, seen + 1);
        self.server
            .post(format!("/v1/invitations/{token}/accept"))
            .by(person)
            .json(&json!({}))
            .ok(200);
        Person {
            id: invited.id,
            ..person.clone()
        }
    }

    /// A new entity's id.
    #[track_caller]
    pub(crate) fn entity(&self, name: &str) -> String {
        let made = self
            .post("/entities")
            .by(&self.primary)
            .json(&json!({"name": name}))
            .ok(201);
        form::text(&made["id"]).to_owned()
    }

    /// An entity that is archived.
    #[track_caller]
    pub(crate) fn archived_entity(&self, name: &str) -> String {
        let entity = self.entity(name);
        self.post(&format!("/entities/{entity}/archive"))
            .by(&self.primary)
            .ok(200);
        entity
    }

    /// A new key of the Primary Admin: its id and its secret.
    #[track_caller]
    pub(crate) fn key(&self, role: &str) -> (String, String) {
        self.key_of(&self.primary, role)
    }

    #[track_caller]
    pub(crate) fn key_of(&self, maker: &Person, role: &str) -> (String, String) {
        let made = self
            .post("/api-keys")
            .by(maker)
            .json(&json!({"name": format!("The {role} key"), "role": role}))
            .ok(201);
        (
            form::text(&made["id"]).to_owned(),
            form::text(&made["secret"]).to_owned(),
        )
    }

    /// Lets Admins manage the organization's users (R-ORG-2).
    #[track_caller]
    pub(crate) fn let_admins_manage_users(&self) {
        self.patch("")
            .by(&self.primary)
            .json(&json!({"user_management": "admins"}))
            .ok(200);
    }

    /// The user as the Primary Admin sees them.
    #[track_caller]
    pub(crate) fn shown(&self, user: &str) -> Value {
        self.get(&format!("/users/{user}"))
            .by(&self.primary)
            .ok(200)
    }

    /// The entity as the operator sees it.
    #[track_caller]
    pub(crate) fn shown_entity(&self, entity: &str) -> Value {
        self.get(&format!("/entities/{entity}"))
            .by(OPERATOR)
            .ok(200)
    }

    /// The number of the last event.
    #[track_caller]
    pub(crate) fn last_seq(&self) -> u64 {
        form::number(&self.get("/audit-events/verify").by(OPERATOR).ok(200)["head"]["seq"])
    }

    /// The events written while something was done.
    #[track_caller]
    pub(crate) fn recorded(&self, act: impl FnOnce()) -> Vec<Value> {
        let before = self.last_seq();
        act();
        let page = self
            .get("/audit-events")
            .query("after", &before.to_string())
            .query("limit", "200")
            .by(OPERATOR)
            .ok(200);
        form::items(&page).to_vec()
    }

    /// Decides one permission as the operator sees it: the decision and its reason.
    #[track_caller]
    pub(crate) fn decision(&self, user: &str, permission: &str, entity: &str) -> (String, Value) {
        let check = json!({"user_id": user, "permission": permission, "entity_id": entity});
        let answer = self
            .post("/checks")
            .by(OPERATOR)
            .json(&json!({"checks": [check]}))
            .ok(200);
        let result = &answer["results"][0];
        (
            form::text(&result["decision"]).to_owned(),
            result["reason"].clone(),
        )
    }

    /// The invitation as the Primary Admin sees it.
    #[track_caller]
    pub(crate) fn invitation(&self, id: &str) -> Value {
        self.get(&format!("/invitations/{id}"))
            .by(&self.primary)
            .ok(200)
    }

    /// Invites many at once and gives their ids in the order of the rows.
    #[track_caller]
    pub(crate) fn invite_many(&self, people: &[Value]) -> Vec<String> {
        let answer = self
            .post("/invitations/batch")
            .by(&self.primary)
            .json(&json!({"invitations": people}))
            .ok(200);
        assert_eq!(answer["refused"], 0, "{answer}");
        form::each(answer["items"].as_array().unwrap(), "user_id")
    }

    /// All items of a list, walked page by page.
    #[track_caller]
    pub(crate) fn walk(&self, path: &str, query: &[(&str, &str)], limit: usize) -> Vec<Value> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut call = self
                .get(path)
                .query("limit", &limit.to_string())
                .by(&self.primary);
            for (name, value) in query {
                call = call.query(name, value);
            }
            if let Some(cursor) = &cursor {
                call = call.query("cursor", cursor);
            }
            let page = call.ok(200);
            let items = form::items(&page);
            assert!(items.len() <= limit);
            all.extend_from_slice(items);
            match page["next_cursor"].as_str() {
                Some(next) => {
                    assert_eq!(items.len(), limit, "a page before the last is full");
                    cursor = Some(next.to_owned());
                }
                None => return all,
            }
            assert!(all.len() < 1000, "the pages do not end");
        }
    }

    /// The invitation as it is once its mail has been tried.
    #[track_caller]
    pub(crate) fn delivered(&self, invitation: &str) -> Value {
        let started = std::time::Instant::now();
        loop {
            let shown = self
                .get(&format!("/invitations/{invitation}"))
                .by(OPERATOR)
                .ok(200);
            if shown["mail"] != "queued" {
                return shown;
            }
            assert!(
                started.elapsed().as_secs() < 20,
                "the mail stays queued: {shown}"
            );
        }
    }
}
