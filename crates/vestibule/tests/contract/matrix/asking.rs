//! How each operation is asked: in an organization of its own, with targets that are there.

use std::cell::OnceCell;

use serde_json::{Value, json};

use super::{
    super::{
        call::Call,
        form,
        organization::{Invited, Organization, PASSWORD, Person},
        server::{OPERATOR, Server},
    },
    Operation,
};

/// An organization with something of each kind to ask about.
pub(super) struct Scene {
    pub(super) organization: Organization,
    /// The entity that members are members of.
    pub(super) room: String,
    /// A User in the entity, to whom things are done.
    uma: Person,
    /// Somebody who was invited.
    ivy: Invited,
    /// A key of the Primary Admin.
    key: String,
    /// The token of an invitation that nobody uses up.
    token: OnceCell<String>,
}

/// What an answer is expected to be: a change needs something new to be done to each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hope {
    Done,
    Refused,
}

/// What the places in a path are taken by.
struct Target {
    user: String,
    entity: String,
    invitation: String,
    key: String,
    session: String,
    token: String,
}

impl Hope {
    pub(super) fn of(status: u16) -> Self {
        if status < 400 {
            Self::Done
        } else {
            Self::Refused
        }
    }
}

impl Scene {
    pub(super) fn new(server: &'static Server) -> Self {
        let organization = server.organization();
        let room = organization.entity("The Room");
        Self {
            uma: organization.member("Uma User", &[(&room, "clerk")]),
            ivy: organization.invited(),
            key: organization.key("auditor").0,
            token: OnceCell::new(),
            organization,
            room,
        }
    }

    /// The operation, asked by nobody yet.
    pub(super) fn call(&self, operation: &Operation, about: &str, hope: Hope) -> Call {
        self.call_on(operation, about, self.target(&operation.id, hope))
    }

    /// The operation, asked by somebody about themself.
    pub(super) fn call_by(&self, operation: &Operation, person: &Person, hope: Hope) -> Call {
        let mut target = self.target(&operation.id, hope);
        let server = self.organization.server;
        let mut token = person.token.clone();
        match operation.id.as_str() {
            "sign_out" => token = server.sign_in(&person.email, &person.id).token,
            "end_session" => {
                let other = server.sign_in(&person.email, &person.id);
                let sessions = server.get("/v1/sessions").by(&other).ok(200);
                let current = |session: &&Value| session["current"] == true;
                let session = form::items(&sessions).iter().find(current).unwrap();
                target.session = form::text(&session["id"]).to_owned();
            }
            _ => {}
        }
        self.call_on(operation, "", target).by(&token)
    }

    fn call_on(&self, operation: &Operation, about: &str, target: Target) -> Call {
        let server = self.organization.server;
        let places = [
            ("{org}", self.organization.id.as_str()),
            ("{user}", &target.user),
            ("{entity}", &target.entity),
            ("{invitation}", &target.invitation),
            ("{key}", &target.key),
            ("{session}", &target.session),
            ("{token}", &target.token),
        ];
        let path = places
            .into_iter()
            .fold(operation.path.clone(), |path, (place, id)| {
                path.replace(place, id)
            });
        let call = Call::new(server, operation.method, path);
        match self.body(&operation.id, about, &target) {
            Some(body) => call.json(&body),
            None => call,
        }
    }

    fn target(&self, operation: &str, hope: Hope) -> Target {
        let acme = &self.organization;
        let mut target = Target {
            user: self.uma.id.clone(),
            entity: self.room.clone(),
            invitation: self.ivy.invitation.clone(),
            key: self.key.clone(),
            session: "01890000-0000-7000-8000-000000000000".to_owned(),
            token: "no-token".to_owned(),
        };
        let fresh_token = || acme.server.invitation_token(&acme.invited().email, 1);
        let name = || format!("Room {}", acme.server.number());
        let as_operator = |path: &str| acme.post(path).by(OPERATOR).send();
        match (operation, hope) {
            ("open_invitation", _) | ("accept_invitation", Hope::Refused) => {
                target.token = self.token.get_or_init(fresh_token).clone();
            }
            ("accept_invitation" | "decline_invitation", _) => target.token = fresh_token(),
            (_, Hope::Refused) => {}
            ("remove_user" | "set_member", _) => target.user = acme.invited().id,
            ("remove_member", _) => {
                target.user = acme.invited_to("user", &[(&self.room, "clerk")]).id;
            }
            ("resend_invitation" | "revoke_invitation", _) => {
                target.invitation = acme.invited().invitation;
            }
            ("rename_entity" | "archive_entity", _) => target.entity = acme.entity(&name()),
            ("unarchive_entity" | "delete_entity", _) => {
                target.entity = acme.archived_entity(&name());
            }
            ("deactivate_user", _) => {
                as_operator(&format!("/users/{}/reactivate", self.uma.id));
            }
            ("reactivate_user", _) => {
                as_operator(&format!("/users/{}/deactivate", self.uma.id));
            }
            ("erase_person", _) => {
                target.user = acme.invited().id;
                let path = format!("/users/{}", target.user);
                acme.delete(&path).by(OPERATOR).ok(200);
            }
            ("end_api_key", _) => target.key = acme.key("auditor").0,
            _ => {}
        }
        target
    }

    fn body(&self, operation: &str, about: &str, target: &Target) -> Option<Value> {
        let acme = &self.organization;
        let server = acme.server;
        let check = json!({
            "user_id": self.uma.id, "permission": "invoice:view", "entity_id": self.room,
        });
        let invitation = || json!({"email": server.email(), "role": "user"});
        Some(match (operation, about) {
            ("update_organization", "") => json!({"name": acme.name}),
            ("update_organization", _) => {
                json!({"user_management": acme.get("").by(OPERATOR).ok(200)["user_management"]})
            }
            ("transfer_ownership", _) => json!({"user_id": acme.primary.id}),
            ("update_user", _) => json!({"role": "user"}),
            ("invite_user", _) => invitation(),
            ("invite_many", _) => json!({"invitations": [invitation()]}),
            ("create_entity" | "rename_entity", _) => {
                json!({"name": format!("Room {}", server.number())})
            }
            ("set_member", _) => json!({"role": "clerk"}),
            ("check_permissions", _) => json!({"checks": [check]}),
            ("erase_person", _) => json!({"user_id": target.user}),
            ("create_api_key", "") => json!({"name": "A key", "role": "auditor"}),
            ("create_api_key", _) => json!({"name": "A key", "role": "user_manager"}),
            ("sign_in", _) => json!({"email": acme.primary.email, "password": PASSWORD}),
            ("rename_me", _) => json!({"name": "Somebody Else"}),
            ("change_password", _) => {
                json!({"current_password": PASSWORD, "new_password": PASSWORD})
            }
            ("ask_for_password_reset", _) => json!({"email": server.email()}),
            ("use_password_reset", _) => json!({"password": PASSWORD}),
            ("accept_invitation", _) => json!({"name": "Anybody", "password": PASSWORD}),
            ("create_organization", _) => json!({
                "name": "Another Group",
                "primary_admin": {
                    "email": server.email(), "name": "Petra Prime", "password": PASSWORD,
                },
            }),
            _ => return None,
        })
    }
}
