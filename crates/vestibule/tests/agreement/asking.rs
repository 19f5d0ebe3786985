//! Each request as the call that a client makes for it.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};
use uuid::Uuid;
use vestibule_domain::test_support::Answer;
use vestibule_domain::{Actor, ApiKeyId, Command, Login, Request, Timestamp, UserId};

use super::window::{Seen, Window, id_in};

/// What everybody signs in with.
pub(crate) const PASSWORD: &str = "plum-Kettle-47-orbit-Dune";

/// What the server says: a body, or the code of its refusal.
type Said = Result<Value, String>;

impl Window<'_> {
    /// Asks for all of them, neighbouring invitations of one actor in one batch.
    pub(crate) fn ask_all(&mut self, batch: &[Request]) -> Result<Vec<Answer>, String> {
        let mut answers = Vec::new();
        let mut left: VecDeque<&Request> = batch.iter().collect();
        while let Some(request) = left.pop_front() {
            let mut alike = vec![request];
            while let Some(next) = left.front().filter(|next| is_batched_with(request, next)) {
                alike.push(next);
                left.pop_front();
            }
            let seen: Vec<Seen> = alike.iter().filter_map(|_| self.seen.pop_front()).collect();
            match (&alike[..], &seen[..]) {
                ([request], [seen]) => {
                    let said = self.ask(request, seen)?;
                    answers.push(Answer::Told(said.map(drop)));
                }
                _ => answers.extend(self.invite_together(&alike)?),
            }
        }
        Ok(answers)
    }

    /// Asks for one.
    fn ask(&mut self, request: &Request, seen: &Seen) -> Result<Said, String> {
        let said = self.call(request, seen)?;
        if let Ok(body) = &said {
            self.note(request, body)?;
        }
        Ok(said)
    }

    fn call(&mut self, request: &Request, seen: &Seen) -> Result<Said, String> {
        let user_path = |window: &Self, user: UserId, rest: &str| {
            window.path(&format!(
                "/users/{}{rest}",
                window.users.server(user.uuid())
            ))
        };
        let entity_path = |window: &Self, entity: vestibule_domain::EntityId, rest: &str| {
            window.path(&format!(
                "/entities/{}{rest}",
                window.entities.server(entity.uuid())
            ))
        };
        let bearer = self.bearer(&request.actor)?;
        let by = bearer.as_deref();
        let (method, path, body) = match &request.command {
            Command::UpdateOrganization {
                name,
                user_management,
                invitation_lifetime,
            } => {
                let mut body = Map::new();
                put(&mut body, "name", name.as_ref());
                put(&mut body, "user_management", user_management.as_ref());
                put(
                    &mut body,
                    "invitation_ttl_seconds",
                    invitation_lifetime.as_ref(),
                );
                ("PATCH", self.path(""), Some(Value::Object(body)))
            }
            Command::TransferOwnership { to } => (
                "POST",
                self.path("/primary-admin"),
                Some(json!({"user_id": self.users.server(to.uuid())})),
            ),
            Command::InviteUser { .. } => (
                "POST",
                self.path("/invitations"),
                Some(self.invitation(request)),
            ),
            Command::ResendInvitation { invitation, .. } => {
                let id = self.invitations.server(invitation.uuid());
                (
                    "POST",
                    self.path(&format!("/invitations/{id}/resend")),
                    None,
                )
            }
            Command::RevokeInvitation { invitation, .. } => {
                let id = self.invitations.server(invitation.uuid());
                ("DELETE", self.path(&format!("/invitations/{id}")), None)
            }
            Command::AcceptInvitation { .. } => return self.accept(request, seen),
            Command::DeclineInvitation {
                invitation,
                generation,
                ..
            } => {
                let token = self.token(*invitation, *generation);
                ("POST", format!("/invitations/{token}/decline"), None)
            }
            Command::UpdateUser { user, role, name } => {
                let mut body = Map::new();
                put(&mut body, "role", role.as_ref());
                put(&mut body, "name", name.as_ref());
                (
                    "PATCH",
                    user_path(self, *user, ""),
                    Some(Value::Object(body)),
                )
            }
            Command::RenameOwnUser { name, .. } => {
                ("PATCH", "/me".to_owned(), Some(json!({"name": name})))
            }
            Command::DeactivateUser { user } => {
                ("POST", user_path(self, *user, "/deactivate"), None)
            }
            Command::ReactivateUser { user } => {
                ("POST", user_path(self, *user, "/reactivate"), None)
            }
            Command::RemoveUser { user, .. } => {
                return self.remove(by, &user_path(self, *user, ""), seen);
            }
            Command::RemoveOwnUser { .. } => ("DELETE", "/me".to_owned(), None),
            Command::CreateEntity { name, .. } => {
                ("POST", self.path("/entities"), Some(json!({"name": name})))
            }
            Command::RenameEntity { entity, name } => (
                "PATCH",
                entity_path(self, *entity, ""),
                Some(json!({"name": name})),
            ),
            Command::ArchiveEntity { entity } => {
                ("POST", entity_path(self, *entity, "/archive"), None)
            }
            Command::UnarchiveEntity { entity } => {
                ("POST", entity_path(self, *entity, "/unarchive"), None)
            }
            Command::DeleteEntity { entity } => ("DELETE", entity_path(self, *entity, ""), None),
            Command::SetMembership { entity, user, role } => {
                let member = format!("/members/{}", self.users.server(user.uuid()));
                (
                    "PUT",
                    entity_path(self, *entity, &member),
                    Some(json!({"role": role})),
                )
            }
            Command::RemoveMembership { entity, user } => {
                let member = format!("/members/{}", self.users.server(user.uuid()));
                ("DELETE", entity_path(self, *entity, &member), None)
            }
            Command::CreateApiKey {
                name,
                role,
                expires_at,
                ..
            } => {
                let ends = expires_at.map(|end| server_time(end, request.at));
                let body = json!({"name": name, "role": role, "expires_at": ends});
                ("POST", self.path("/api-keys"), Some(body))
            }
            Command::EndApiKey { key, .. } => {
                let id = self.keys.server(key.uuid());
                ("DELETE", self.path(&format!("/api-keys/{id}")), None)
            }
            Command::ErasePerson { user } => (
                "POST",
                self.path("/audit-events/erasures"),
                Some(json!({"user_id": self.users.server(user.uuid())})),
            ),
        };
        self.server
            .call(method, &path, by, None, body.as_ref())?
            .said()
    }

    /// Remembers what the server made, and what it took.
    fn note(&mut self, request: &Request, body: &Value) -> Result<(), String> {
        match &request.command {
            Command::InviteUser {
                user, invitation, ..
            } => {
                self.users.pair(user.uuid(), id_in(&body["user_id"])?);
                self.invitations
                    .pair(invitation.uuid(), id_in(&body["id"])?);
            }
            Command::RemoveOwnUser { user } => {
                if let Some(email) = self.emails.get(user) {
                    self.sessions.remove(email.key());
                }
            }
            Command::CreateEntity { entity, .. } => {
                self.entities.pair(entity.uuid(), id_in(&body["id"])?);
            }
            Command::CreateApiKey { key, .. } => {
                self.keys.pair(key.uuid(), id_in(&body["id"])?);
                let secret = body["secret"].as_str().unwrap_or_default();
                self.secrets.insert(*key, secret.to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    /// By the session of the account that is there, or with a password for a new one.
    fn accept(&mut self, request: &Request, seen: &Seen) -> Result<Said, String> {
        let Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name,
            login,
        } = &request.command
        else {
            return Err("not an acceptance".to_owned());
        };
        let path = format!(
            "/invitations/{}/accept",
            self.token(*invitation, *generation)
        );
        let has_account = matches!(login, Login::Existing(_)) && seen.account_is_there;
        let (bearer, body) = match self.emails.get(user).cloned().filter(|_| has_account) {
            Some(email) => (Some(self.session(&email)?), json!({})),
            None => (None, json!({"name": name, "password": PASSWORD})),
        };
        self.server
            .call("POST", &path, bearer.as_deref(), None, Some(&body))?
            .said()
    }

    /// With the plan's fingerprint as the server has it, with a wrong one, or without.
    fn remove(&self, by: Option<&str>, path: &str, seen: &Seen) -> Result<Said, String> {
        let etag = match seen.plan_is_the_present_one {
            None => None,
            Some(false) => Some(format!("\"{}\"", "0".repeat(64))),
            Some(true) => {
                let plan = format!("{path}/removal-plan");
                let shown =
                    self.server
                        .call("GET", &plan, Some(super::server::OPERATOR), None, None)?;
                Some(
                    shown
                        .etag
                        .unwrap_or_else(|| format!("\"{}\"", "0".repeat(64))),
                )
            }
        };
        self.server
            .call("DELETE", path, by, etag.as_deref(), None)?
            .said()
    }

    /// Several invitations in one request: an outcome for each row, or one for all.
    fn invite_together(&mut self, requests: &[&Request]) -> Result<Vec<Answer>, String> {
        let rows: Vec<Value> = requests
            .iter()
            .map(|request| self.invitation(request))
            .collect();
        let actor = requests
            .first()
            .map(|request| request.actor)
            .ok_or("no rows")?;
        let bearer = self.bearer(&actor)?;
        let path = self.path("/invitations/batch");
        let body = json!({"invitations": rows});
        let said = self
            .server
            .call("POST", &path, bearer.as_deref(), None, Some(&body))?
            .said()?;
        let items = match said {
            Err(code) => {
                return Ok(requests
                    .iter()
                    .map(|_| Answer::Told(Err(code.clone())))
                    .collect());
            }
            Ok(body) => body["items"].as_array().cloned().unwrap_or_default(),
        };
        let mut answers = Vec::new();
        for (request, item) in requests.iter().zip(&items) {
            let Command::InviteUser { user, .. } = &request.command else {
                continue;
            };
            answers.push(Answer::Told(match item["code"].as_str() {
                Some(code) => Err(code.to_owned()),
                None => {
                    self.users.pair(user.uuid(), id_in(&item["user_id"])?);
                    Ok(())
                }
            }));
        }
        // The rows say who was invited; the invitations are read for their ids.
        self.learn_invitations(requests)?;
        Ok(answers)
    }

    fn learn_invitations(&mut self, requests: &[&Request]) -> Result<(), String> {
        for request in requests {
            let Command::InviteUser {
                user, invitation, ..
            } = &request.command
            else {
                continue;
            };
            if !self.users.knows(user.uuid()) {
                continue;
            }
            let path = self.path(&format!("/users/{}", self.users.server(user.uuid())));
            let operator = Some(super::server::OPERATOR);
            let body = self.server.call("GET", &path, operator, None, None)?.body;
            self.invitations
                .pair(invitation.uuid(), id_in(&body["invitation"]["id"])?);
        }
        Ok(())
    }

    fn invitation(&self, request: &Request) -> Value {
        let Command::InviteUser {
            email,
            role,
            name,
            memberships,
            ..
        } = &request.command
        else {
            return Value::Null;
        };
        let memberships: Vec<Value> = memberships
            .iter()
            .map(|(entity, role)| {
                json!({"entity_id": self.entities.server(entity.uuid()), "role": role})
            })
            .collect();
        json!({
            "email": email,
            "role": role,
            "name": name,
            "memberships": memberships,
        })
    }

    /// What the actor sends; the session of their account, opened when it is first needed.
    fn bearer(&mut self, actor: &Actor) -> Result<Option<String>, String> {
        Ok(match actor {
            Actor::Invitee => None,
            Actor::Operator => Some(super::server::OPERATOR.to_owned()),
            Actor::Key { id, .. } => Some(self.secret(*id)),
            Actor::User { id, .. } => {
                let email = self.emails.get(id).cloned().ok_or("nobody has a session")?;
                Some(self.session(&email)?)
            }
        })
    }

    fn secret(&self, id: ApiKeyId) -> String {
        self.secrets
            .get(&id)
            .cloned()
            .unwrap_or_else(|| "vst_nothing".to_owned())
    }

    fn token(&self, invitation: vestibule_domain::InvitationId, generation: u32) -> String {
        let id: Uuid = self.invitations.server(invitation.uuid());
        self.server
            .token(vestibule_domain::InvitationId::new(id), generation)
    }
}

/// Whether two invitations go into one batch.
fn is_batched_with(one: &Request, other: &Request) -> bool {
    let is_invitation = |request: &Request| matches!(request.command, Command::InviteUser { .. });
    is_invitation(one) && is_invitation(other) && one.actor == other.actor
}

/// As far from the server's clock as that end is from the story's.
fn server_time(end: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let micros = i64::try_from(since_1970.as_micros()).ok()?;
    Timestamp::from_micros(micros + end.micros() - now.micros()).ok()
}

/// A field that is left out where there is nothing to say.
fn put(body: &mut Map<String, Value>, field: &str, value: Option<&impl serde::Serialize>) {
    if let Some(value) = value {
        body.insert(field.to_owned(), json!(value));
    }
}
