//! A house to test the rules in: people, entities and keys by name, one question a line.
//!
//! Everything in it came about by commands, so no test begins in a state that could not be. Every
//! question is asked of the whole and of a part that loads what it misses, and after every event
//! the house is looked over for violations.

use std::cell::Cell;
use std::collections::BTreeMap;

use uuid::Uuid;
use vestibule_domain::test_support::{Generous, Stingy, World, email, name};
use vestibule_domain::{
    AccountId, Actor, ApiKeyId, AssignableRole, Command, Decision, Directory, EntityId, EntityRole,
    Event, Fingerprint, InvitationId, InvitationLifetime, InvitationState, KeyRole, Login, Reading,
    Rejection, RemovalPlan, Request, Scope, SecretDigest, Stop, Timestamp, User, UserId,
    UserManagement, decide_all,
};

pub(crate) use vestibule_domain::{AssignableRole as Role, EntityRole as As, KeyRole as Key};

/// What a request comes to.
pub(crate) type Outcome = Result<Option<Event>, Rejection>;

/// The organization Acme Holding, owned by Olive.
#[derive(Clone, Debug)]
pub(crate) struct House {
    pub(crate) world: World,
    people: BTreeMap<String, UserId>,
    invitations: BTreeMap<String, (UserId, InvitationId)>,
    entities: BTreeMap<String, EntityId>,
    keys: BTreeMap<String, (ApiKeyId, UserId)>,
    sign_ins: BTreeMap<String, Timestamp>,
    ids_made: Cell<u128>,
}

/// Given: how a house comes to be.
impl House {
    pub(crate) fn new() -> Self {
        let world = World::numbered(1);
        let olive = world.founding.primary_admin;
        Self {
            world,
            people: BTreeMap::from([("olive".to_owned(), olive)]),
            invitations: BTreeMap::new(),
            entities: BTreeMap::new(),
            keys: BTreeMap::new(),
            sign_ins: BTreeMap::new(),
            ids_made: Cell::new(0),
        }
    }

    /// Somebody of every kind, and `bakery`, where each entity role is held by whom it names.
    pub(crate) fn full() -> Self {
        let mut house = Self::new()
            .entity("bakery")
            .entity("mill")
            .admin("ann")
            .user("uma")
            .user("ulf")
            .invited("ivy")
            .deactivated("dan");
        for role in As::ALL {
            house = house
                .user(role.as_str())
                .member(role.as_str(), "bakery", *role);
        }
        house
    }

    /// With an Active Admin.
    pub(crate) fn admin(self, who: &str) -> Self {
        self.active(who, Role::Admin)
    }

    /// With an Active user.
    pub(crate) fn user(self, who: &str) -> Self {
        self.active(who, Role::User)
    }

    /// With an Active user of that role.
    pub(crate) fn active(mut self, who: &str, role: AssignableRole) -> Self {
        self.does("olive", self.to_invite(who, role));
        self.does("invitee", self.to_accept(who));
        self
    }

    /// With a user who has not accepted yet.
    pub(crate) fn invited(mut self, who: &str) -> Self {
        self.does("olive", self.to_invite(who, Role::User));
        self
    }

    /// With a Deactivated user.
    pub(crate) fn deactivated(mut self, who: &str) -> Self {
        self = self.user(who);
        self.does("olive", self.to_deactivate(who));
        self
    }

    /// With an entity.
    pub(crate) fn entity(mut self, what: &str) -> Self {
        self.does("olive", self.to_create(what));
        self
    }

    /// With a membership.
    pub(crate) fn member(mut self, who: &str, entity: &str, role: EntityRole) -> Self {
        self.does("olive", self.to_set(who, entity, role));
        self
    }

    /// With an archived entity.
    pub(crate) fn archived(mut self, entity: &str) -> Self {
        self.does("olive", self.to_archive(entity));
        self
    }

    /// With Admins who manage organization-level users.
    pub(crate) fn managed_by_admins(mut self) -> Self {
        self.does("olive", self.to_let_manage(UserManagement::Admins));
        self
    }

    /// With an API key.
    pub(crate) fn key(mut self, what: &str, maker: &str, role: KeyRole) -> Self {
        self.does(maker, self.to_make_key(what, role));
        self
    }

    /// With someone whose sign-in is that old.
    pub(crate) fn signed_in_before(mut self, who: &str, seconds: u32) -> Self {
        let sign_in = self.now();
        self.sign_ins.insert(who.to_owned(), sign_in);
        self.wait(seconds);
        self
    }
}

/// When: time passes, somebody asks.
impl House {
    pub(crate) fn wait(&mut self, seconds: u32) {
        self.world.at = self.world.at.plus_seconds(seconds);
    }

    /// Somebody asks for something, and gets it or not.
    pub(crate) fn asks(&mut self, who: &str, command: Command) -> Outcome {
        let request = self.request(who, command);
        let before = self.world.directory.clone();
        let outcome = self.world.play(&request);
        let violations = self.world.directory.violations();
        assert_eq!(violations, [], "after {request:?}");
        let (over_a_part, rounds) = decided_over_a_part(&before, &request);
        assert_eq!(over_a_part, outcome, "a part decides as the whole");
        assert!(rounds <= 2, "{rounds} rounds for {request:?}");
        if let Ok(Some(event)) = &outcome {
            self.remember(event);
        }
        outcome
    }

    /// Somebody asks for something that is to happen.
    pub(crate) fn does(&mut self, who: &str, command: Command) -> Event {
        let outcome = self.asks(who, command.clone());
        match outcome {
            Ok(Some(event)) => event,
            other => panic!("{who} asks for {command:?} and gets {other:?}"),
        }
    }

    /// What somebody is refused with, by its code.
    pub(crate) fn refusal(&mut self, who: &str, command: Command) -> &'static str {
        match self.asks(who, command) {
            Ok(Some(event)) => panic!("not refused, but {}", event.action()),
            Ok(None) => panic!("not refused, but so already"),
            Err(rejection) => rejection.code(),
        }
    }

    pub(crate) fn request(&self, who: &str, command: Command) -> Request {
        self.world.request(self.actor(who), command)
    }

    /// Whoever has that name: a user, a key, the `operator`, an `invitee`, a `stranger`.
    pub(crate) fn actor(&self, who: &str) -> Actor {
        if let Some((id, maker)) = self.keys.get(who).copied() {
            return Actor::Key { id, maker };
        }
        match who {
            "operator" => Actor::Operator,
            "invitee" => Actor::Invitee,
            "stranger" => self.world.signed_in(UserId::new(self.fresh())),
            _ => Actor::User {
                id: self.id(who),
                signed_in: self.sign_ins.get(who).copied().unwrap_or(self.now()),
            },
        }
    }

    fn remember(&mut self, event: &Event) {
        match event {
            Event::UserInvited {
                user,
                email,
                invitation,
                ..
            } => {
                let who = email.as_str().split('@').next().unwrap();
                self.people.insert(who.to_owned(), *user);
                self.invitations
                    .insert(who.to_owned(), (*user, invitation.id));
            }
            Event::EntityCreated { entity, name } => {
                self.entities.insert(name.as_str().to_owned(), *entity);
            }
            Event::ApiKeyCreated { key } => {
                self.keys
                    .insert(key.name.as_str().to_owned(), (key.id, key.maker));
            }
            _ => {}
        }
    }
}

/// Then: what is so.
impl House {
    pub(crate) fn directory(&self) -> &Directory {
        &self.world.directory
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.at
    }

    pub(crate) fn id(&self, who: &str) -> UserId {
        *self
            .people
            .get(who)
            .unwrap_or_else(|| panic!("nobody is called {who}"))
    }

    pub(crate) fn entity_id(&self, what: &str) -> EntityId {
        *self
            .entities
            .get(what)
            .unwrap_or_else(|| panic!("no entity is called {what}"))
    }

    pub(crate) fn key_id(&self, what: &str) -> ApiKeyId {
        self.keys[what].0
    }

    /// The user, who is to be there.
    pub(crate) fn person(&self, who: &str) -> &User {
        self.directory().user(self.id(who)).unwrap()
    }

    pub(crate) fn has(&self, who: &str) -> bool {
        self.directory().user(self.id(who)).is_some()
    }

    /// The user's roles, by entity.
    pub(crate) fn roles_of(&self, who: &str) -> BTreeMap<&str, EntityRole> {
        let roles: BTreeMap<_, _> = self.directory().memberships_of(self.id(who)).collect();
        self.entities
            .iter()
            .filter_map(|(what, id)| Some((what.as_str(), *roles.get(id)?)))
            .collect()
    }

    pub(crate) fn plan(&self, who: &str, of: &str) -> Result<RemovalPlan, Stop> {
        self.directory()
            .removal_plan(&self.actor(who), self.id(of), self.now())
    }

    /// The fingerprint of the plan that Olive sees.
    pub(crate) fn fingerprint(&self, of: &str) -> Fingerprint {
        self.plan("olive", of).unwrap().fingerprint()
    }

    pub(crate) fn check(&self, who: &str, permission: &str, entity: &str) -> Decision {
        let (who, entity) = (self.id(who), self.entity_id(entity));
        self.directory().check(who, permission, entity).unwrap()
    }

    pub(crate) fn reads(&self, who: &str, reading: &Reading) -> Result<Scope, Rejection> {
        let actor = self.actor(who);
        let whole = match self.directory().may_read(&actor, reading, self.now()) {
            Ok(scope) => Ok(scope),
            Err(Stop::Rejected(rejection)) => Err(rejection),
            Err(Stop::Missing(wanted)) => panic!("a whole misses {wanted:?}"),
        };
        assert_eq!(self.reads_over_a_part(&actor, reading), whole);
        whole
    }

    fn reads_over_a_part(&self, actor: &Actor, reading: &Reading) -> Result<Scope, Rejection> {
        let mut part = Directory::part(self.directory().organization().clone());
        let mut loader = Generous::over(self.directory());
        for _ in 0..3 {
            match part.may_read(actor, reading, self.now()) {
                Ok(scope) => return Ok(scope),
                Err(Stop::Rejected(rejection)) => return Err(rejection),
                Err(Stop::Missing(wanted)) => {
                    let found = vestibule_domain::Load::load(&mut loader, &wanted).unwrap();
                    part.learn(&wanted, found);
                }
            }
        }
        panic!("more than two rounds for {reading:?} by {actor:?}");
    }

    /// How the invitation of an Invited user reads now.
    pub(crate) fn invitation_state(&self, who: &str) -> InvitationState {
        let invitation = self.person(who).invitation().unwrap();
        let right = self.directory().sender_right(invitation).unwrap();
        invitation.state_at(self.now(), right)
    }
}

/// What can be asked for.
impl House {
    pub(crate) fn to_rename(&self, text: &str) -> Command {
        Command::UpdateOrganization {
            name: Some(name(text)),
            user_management: None,
            invitation_lifetime: None,
        }
    }

    pub(crate) fn to_let_manage(&self, setting: UserManagement) -> Command {
        Command::UpdateOrganization {
            name: None,
            user_management: Some(setting),
            invitation_lifetime: None,
        }
    }

    pub(crate) fn to_let_invitations_live(&self, seconds: u32) -> Command {
        Command::UpdateOrganization {
            name: None,
            user_management: None,
            invitation_lifetime: Some(InvitationLifetime::from_seconds(seconds).unwrap()),
        }
    }

    pub(crate) fn to_transfer(&self, to: &str) -> Command {
        Command::TransferOwnership { to: self.id(to) }
    }

    /// An invitation to `who@example.com`.
    pub(crate) fn to_invite(&self, who: &str, role: AssignableRole) -> Command {
        self.to_invite_into(who, role, &[])
    }

    pub(crate) fn to_invite_into(
        &self,
        who: &str,
        role: AssignableRole,
        entities: &[(&str, EntityRole)],
    ) -> Command {
        Command::InviteUser {
            user: UserId::new(self.fresh()),
            invitation: InvitationId::new(self.fresh()),
            email: email(&format!("{who}@example.com")),
            role,
            name: None,
            memberships: entities
                .iter()
                .map(|(what, role)| (self.entity_id(what), *role))
                .collect(),
        }
    }

    pub(crate) fn to_resend(&self, who: &str) -> Command {
        let (user, invitation) = self.invitations[who];
        Command::ResendInvitation { user, invitation }
    }

    pub(crate) fn to_revoke(&self, who: &str) -> Command {
        let (user, invitation) = self.invitations[who];
        Command::RevokeInvitation { user, invitation }
    }

    /// Acceptance by the link that is alive.
    pub(crate) fn to_accept(&self, who: &str) -> Command {
        self.to_accept_by(who, self.generation(who))
    }

    /// Acceptance by the link of that generation, with a new account.
    pub(crate) fn to_accept_by(&self, who: &str, generation: u32) -> Command {
        let (user, invitation) = self.invitations[who];
        Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name: name(who),
            login: Login::New(AccountId::new(self.fresh())),
        }
    }

    /// Refusal by the link that is alive.
    pub(crate) fn to_decline(&self, who: &str) -> Command {
        self.to_decline_by(who, self.generation(who))
    }

    pub(crate) fn to_decline_by(&self, who: &str, generation: u32) -> Command {
        let (user, invitation) = self.invitations[who];
        Command::DeclineInvitation {
            user,
            invitation,
            generation,
        }
    }

    /// The generation of the link that is alive, or was the first.
    fn generation(&self, who: &str) -> u32 {
        self.directory()
            .user(self.id(who))
            .and_then(User::invitation)
            .map_or(1, |invitation| invitation.generation)
    }

    pub(crate) fn to_give(&self, who: &str, role: AssignableRole) -> Command {
        Command::UpdateUser {
            user: self.id(who),
            role: Some(role),
            name: None,
        }
    }

    pub(crate) fn to_name(&self, who: &str, text: &str) -> Command {
        Command::UpdateUser {
            user: self.id(who),
            role: None,
            name: Some(name(text)),
        }
    }

    /// A new name of the account behind that user.
    pub(crate) fn to_rename_account_of(&self, who: &str, text: &str) -> Command {
        Command::RenameOwnUser {
            user: self.id(who),
            name: name(text),
        }
    }

    pub(crate) fn to_deactivate(&self, who: &str) -> Command {
        Command::DeactivateUser { user: self.id(who) }
    }

    pub(crate) fn to_reactivate(&self, who: &str) -> Command {
        Command::ReactivateUser { user: self.id(who) }
    }

    pub(crate) fn to_remove(&self, who: &str) -> Command {
        Command::RemoveUser {
            user: self.id(who),
            fingerprint: None,
        }
    }

    pub(crate) fn to_remove_as_seen(&self, who: &str, seen: Fingerprint) -> Command {
        Command::RemoveUser {
            user: self.id(who),
            fingerprint: Some(seen),
        }
    }

    pub(crate) fn to_delete_account_of(&self, who: &str) -> Command {
        Command::RemoveOwnUser { user: self.id(who) }
    }

    pub(crate) fn to_create(&self, what: &str) -> Command {
        Command::CreateEntity {
            entity: EntityId::new(self.fresh()),
            name: name(what),
        }
    }

    pub(crate) fn to_rename_entity(&self, what: &str, text: &str) -> Command {
        Command::RenameEntity {
            entity: self.entity_id(what),
            name: name(text),
        }
    }

    pub(crate) fn to_archive(&self, what: &str) -> Command {
        Command::ArchiveEntity {
            entity: self.entity_id(what),
        }
    }

    pub(crate) fn to_unarchive(&self, what: &str) -> Command {
        Command::UnarchiveEntity {
            entity: self.entity_id(what),
        }
    }

    pub(crate) fn to_delete(&self, what: &str) -> Command {
        Command::DeleteEntity {
            entity: self.entity_id(what),
        }
    }

    pub(crate) fn to_set(&self, who: &str, entity: &str, role: EntityRole) -> Command {
        Command::SetMembership {
            entity: self.entity_id(entity),
            user: self.id(who),
            role,
        }
    }

    pub(crate) fn to_take_out(&self, who: &str, entity: &str) -> Command {
        Command::RemoveMembership {
            entity: self.entity_id(entity),
            user: self.id(who),
        }
    }

    pub(crate) fn to_make_key(&self, what: &str, role: KeyRole) -> Command {
        self.to_make_key_until(what, role, None)
    }

    pub(crate) fn to_make_key_until(
        &self,
        what: &str,
        role: KeyRole,
        expires_at: Option<Timestamp>,
    ) -> Command {
        Command::CreateApiKey {
            key: ApiKeyId::new(self.fresh()),
            name: name(what),
            role,
            expires_at,
            digest: SecretDigest([7; 32]),
        }
    }

    pub(crate) fn to_end_key(&self, what: &str) -> Command {
        let (key, maker) = self.keys[what];
        Command::EndApiKey { key, maker }
    }

    pub(crate) fn to_erase(&self, who: &str) -> Command {
        Command::ErasePerson { user: self.id(who) }
    }

    /// An id that nothing has, and that no world makes.
    pub(crate) fn fresh(&self) -> Uuid {
        self.ids_made.set(self.ids_made.get() + 1);
        Uuid::from_u128(0x0290_0000_0000_7000_8000_0000_0000_0000 + self.ids_made.get())
    }
}

/// Decides over an empty part with both loaders, and tells how often the generous one was asked.
fn decided_over_a_part(whole: &Directory, request: &Request) -> (Outcome, usize) {
    let one = std::slice::from_ref(request);
    let mut slow = Directory::part(whole.organization().clone());
    let stingy = decide_all(&mut slow, &mut Stingy::over(whole), one).unwrap();
    let mut part = Directory::part(whole.organization().clone());
    let mut loader = Generous::over(whole);
    let mut outcomes = decide_all(&mut part, &mut loader, one).unwrap();
    assert_eq!(stingy, outcomes, "any loader will do");
    (outcomes.remove(0), loader.rounds)
}
