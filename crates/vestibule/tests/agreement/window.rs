//! A server as the conformance suite drives it: what is known of an organization from outside.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Value, json};
use uuid::Uuid;
use vestibule_domain::test_support::{Answer, Implementation, Outcome, State, World};
use vestibule_domain::{
    Actor, ApiKeyId, Command, Email, EmailKey, Event, Founding, Rejection, Request, UserId,
};

use super::asking::PASSWORD;
use super::ids::Ids;
use super::server::{OPERATOR, Server};
use super::shown;

/// One organization on a server that many stories share.
pub(crate) struct Window<'a> {
    pub(crate) server: &'a Server,
    founding: Option<Founding>,
    organization: String,
    pub(crate) users: Ids,
    pub(crate) entities: Ids,
    pub(crate) invitations: Ids,
    pub(crate) keys: Ids,
    pub(crate) secrets: BTreeMap<ApiKeyId, String>,
    /// What each user of the story was invited by.
    pub(crate) emails: BTreeMap<UserId, Email>,
    /// Emails that have an account, and those whose account goes by another name by now.
    pub(crate) accounts: BTreeSet<EmailKey>,
    pub(crate) renamed: BTreeSet<EmailKey>,
    pub(crate) sessions: BTreeMap<EmailKey, String>,
    /// Who was erased from the record.
    pub(crate) erased: BTreeSet<UserId>,
    /// What the story knew as each of the next requests was made.
    pub(crate) seen: VecDeque<Seen>,
}

/// What a call has to know of the moment of its request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Whether the fingerprint that is sent is that of the plan as it is; none where none is sent.
    pub(crate) plan_is_the_present_one: Option<bool>,
    /// Whether the account of who accepts is still there.
    pub(crate) account_is_there: bool,
}

impl<'a> Window<'a> {
    pub(crate) fn on(server: &'a Server) -> Self {
        Self {
            server,
            founding: None,
            organization: String::new(),
            users: Ids::default(),
            entities: Ids::default(),
            invitations: Ids::default(),
            keys: Ids::default(),
            secrets: BTreeMap::new(),
            emails: BTreeMap::new(),
            accounts: BTreeSet::new(),
            renamed: BTreeSet::new(),
            sessions: BTreeMap::new(),
            erased: BTreeSet::new(),
            seen: VecDeque::new(),
        }
    }

    /// A path in the organization.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/organizations/{}{rest}", self.organization)
    }

    /// The session of an account, opened when it is first needed.
    pub(crate) fn session(&mut self, email: &Email) -> Result<String, String> {
        if let Some(session) = self.sessions.get(email.key()) {
            return Ok(session.clone());
        }
        let body = json!({"email": email, "password": PASSWORD});
        let opened = self
            .server
            .call("POST", "/sessions", None, None, Some(&body))?
            .said()?;
        let body = opened.map_err(|code| format!("no session for {}: {code}", email.as_str()))?;
        let token = body["token"].as_str().unwrap_or_default().to_owned();
        self.sessions.insert(email.key().clone(), token.clone());
        Ok(token)
    }

    /// Whether there is somebody who could send this from outside.
    fn has_sender(&self, actor: &Actor, world: &World) -> bool {
        match actor {
            Actor::Operator => true,
            Actor::Invitee => false,
            Actor::Key { id, .. } => self.keys_made(*id, world),
            Actor::User { id, .. } => {
                let Some(email) = self.emails.get(id) else {
                    return false;
                };
                let now = world.directory.user_by_email(email.key());
                // Their account acts as whoever it is linked to by now.
                let is_somebody_else =
                    now.is_some_and(|user| user.id != *id && user.joined().is_some());
                self.accounts.contains(email.key()) && !is_somebody_else
            }
        }
    }

    /// Keys that the story made so far, be it in this very batch.
    fn keys_made(&self, id: ApiKeyId, world: &World) -> bool {
        self.keys.knows(id.uuid()) || world.directory.api_keys().any(|key| key.id == id)
    }
}

impl Implementation for Window<'_> {
    type Error = String;

    fn found(&mut self, founding: &Founding) -> Result<(), String> {
        self.founding = Some(founding.clone());
        let owner = json!({
            "email": founding.email,
            "name": founding.primary_admin_name,
            "password": PASSWORD,
        });
        let body = json!({"name": founding.name, "primary_admin": owner});
        let made = self
            .server
            .call("POST", "/organizations", Some(OPERATOR), None, Some(&body))?;
        let made = made
            .said()?
            .map_err(|code| format!("not founded: {code}"))?;
        self.organization = id_in(&made["id"])?.to_string();
        let owner = founding.primary_admin;
        self.users
            .pair(owner.uuid(), id_in(&made["primary_admin_user_id"])?);
        self.emails.insert(owner, founding.email.clone());
        self.accounts.insert(founding.email.key().clone());
        Ok(())
    }

    fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, String> {
        self.ask_all(batch)
    }

    fn state(&mut self) -> Result<State, String> {
        let founding = self.founding.clone().ok_or("nothing was founded")?;
        shown::read(self, &founding)
    }

    fn shown(&self, model: State) -> State {
        shown::of_model(model, &self.erased)
    }

    fn takes(&mut self, request: &Request, world: &World) -> bool {
        let model = &world.directory;
        let is_own = |user: &UserId| {
            matches!(request.actor, Actor::User { id, .. } if id == *user)
                && model
                    .user(*user)
                    .is_some_and(|user| user.joined().is_some())
        };
        let is_its_invitation = |user: &UserId, invitation: &vestibule_domain::InvitationId| {
            let told = model
                .invitations()
                .find(|told| told.invitation.id == *invitation);
            told.is_some_and(|told| told.user == *user)
        };
        // The server makes the ids, and a path says no more than it must.
        let can_be_said = match &request.command {
            Command::InviteUser {
                user, invitation, ..
            } => {
                model.user(*user).is_none()
                    && !self.users.knows(user.uuid())
                    && !self.invitations.knows(invitation.uuid())
                    && model
                        .invitations()
                        .all(|told| told.invitation.id != *invitation)
            }
            Command::CreateEntity { entity, .. } => {
                model.entity(*entity).is_none() && !self.entities.knows(entity.uuid())
            }
            Command::CreateApiKey { key, .. } => !self.keys_made(*key, world),
            Command::ResendInvitation { user, invitation }
            | Command::RevokeInvitation { user, invitation } => is_its_invitation(user, invitation),
            Command::AcceptInvitation {
                user, invitation, ..
            } => {
                let is_renamed = model
                    .user(*user)
                    .is_some_and(|user| self.renamed.contains(user.email.key()));
                is_its_invitation(user, invitation) && !is_renamed
            }
            Command::DeclineInvitation {
                user, invitation, ..
            } => is_its_invitation(user, invitation),
            Command::RenameOwnUser { user, .. } | Command::RemoveOwnUser { user } => is_own(user),
            Command::EndApiKey { key, maker } => {
                model.api_key(*maker, *key).is_some()
                    || model.api_keys().all(|other| other.id != *key)
            }
            _ => true,
        };
        let is_link = matches!(
            request.command,
            Command::AcceptInvitation { .. } | Command::DeclineInvitation { .. }
        );
        let has_sender = if is_link {
            request.actor == Actor::Invitee
        } else {
            self.has_sender(&request.actor, world)
        };
        if can_be_said && has_sender {
            self.seen.push_back(self.seen_at(request, world));
            self.foresee(request, world);
        }
        can_be_said && has_sender
    }

    fn expected(&self, request: &Request, outcome: Outcome, world: &World) -> Outcome {
        match (outcome, &request.command) {
            // The model knows nothing of who is gone; the keeper of the record does.
            (Ok(Some(Event::PersonErased { user })), _) if !world.gone.contains(&user) => {
                Err(Rejection::UserNotInOrganization(user))
            }
            (outcome, _) => outcome,
        }
    }
}

impl Window<'_> {
    /// Follows who has which account, as the model will have it after the request.
    fn foresee(&mut self, request: &Request, world: &World) {
        let Ok(Some(_)) = world.directory.decide(request) else {
            return;
        };
        match &request.command {
            Command::InviteUser { user, email, .. } => {
                self.emails.insert(*user, email.clone());
            }
            Command::AcceptInvitation { user, .. } => {
                let key = self.emails.get(user).map(|email| email.key().clone());
                self.accounts.extend(key);
            }
            Command::RenameOwnUser { user, .. } => {
                let key = self.emails.get(user).map(|email| email.key().clone());
                self.renamed.extend(key);
            }
            Command::RemoveOwnUser { user } => {
                if let Some(email) = self.emails.get(user) {
                    self.accounts.remove(email.key());
                    self.renamed.remove(email.key());
                }
            }
            Command::ErasePerson { user } if world.gone.contains(user) => {
                self.erased.insert(*user);
            }
            _ => {}
        }
    }

    fn seen_at(&self, request: &Request, world: &World) -> Seen {
        let plan_is_the_present_one = match &request.command {
            Command::RemoveUser {
                user,
                fingerprint: Some(sent),
            } => {
                let plan = world
                    .directory
                    .removal_plan(&Actor::Operator, *user, world.at);
                Some(plan.is_ok_and(|plan| plan.fingerprint() == *sent))
            }
            _ => None,
        };
        let account_is_there = match &request.command {
            Command::AcceptInvitation { user, .. } => world
                .directory
                .user(*user)
                .is_some_and(|user| self.accounts.contains(user.email.key())),
            _ => false,
        };
        Seen {
            plan_is_the_present_one,
            account_is_there,
        }
    }
}

/// An id in an answer.
pub(crate) fn id_in(value: &Value) -> Result<Uuid, String> {
    let text = value.as_str().ok_or_else(|| format!("no id: {value}"))?;
    text.parse().map_err(|error| format!("{text}: {error}"))
}
