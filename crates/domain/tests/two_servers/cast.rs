//! Who is in the organization when it begins, and what each of them asks for.

use std::collections::BTreeMap;

use uuid::Uuid;
use vestibule_domain::test_support::{World, email, name};
use vestibule_domain::{
    AccountId, Actor, AssignableRole, Command, EntityId, EntityRole, InvitationId, Login, Request,
    UserId, UserManagement,
};

/// What is asked for: Olive owns, Ann is an Admin who invited Bob, and Bob's first link is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ask {
    AcceptFirst,
    AcceptSecond,
    Decline,
    Resend,
    AnnResends,
    Revoke,
    RemoveAnn,
    Transfer,
    AnnRemovesOlive,
}

impl Ask {
    pub(crate) const ALL: [Self; 9] = [
        Self::AcceptFirst,
        Self::AcceptSecond,
        Self::Decline,
        Self::Resend,
        Self::AnnResends,
        Self::Revoke,
        Self::RemoveAnn,
        Self::Transfer,
        Self::AnnRemovesOlive,
    ];

    /// How often it is asked at most: again when no answer came, or at the same time. Where much is
    /// asked for, each thing once.
    pub(crate) fn tries(self, menu: &[Self]) -> u8 {
        let is_second_resend = self == Self::AnnResends && menu.contains(&Self::Resend);
        if menu.len() > 3 || is_second_resend {
            1
        } else {
            2
        }
    }

    /// The generation of the link that is used, where one is.
    pub(crate) const fn link(self) -> Option<u32> {
        match self {
            Self::AcceptFirst | Self::Decline => Some(1),
            Self::AcceptSecond => Some(2),
            Self::Resend
            | Self::AnnResends
            | Self::Revoke
            | Self::RemoveAnn
            | Self::Transfer
            | Self::AnnRemovesOlive => None,
        }
    }
}

/// The ids of everybody.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    pub(crate) world: World,
    pub(crate) ann: UserId,
    pub(crate) bob: UserId,
    pub(crate) invitation: InvitationId,
}

impl Cast {
    /// The organization as it is when the servers begin.
    pub(crate) fn gathered() -> Self {
        let mut world = World::numbered(1);
        let (ann, bob) = (UserId::new(world.fresh_id()), UserId::new(world.fresh_id()));
        let bakery = EntityId::new(world.fresh_id());
        let invitation = InvitationId::new(world.fresh_id());
        let olive = world.owner();
        let create = Command::CreateEntity {
            entity: bakery,
            name: name("Bakery"),
        };
        play(&mut world, olive, create);
        let anns = InvitationId::new(world.fresh_id());
        let invite = |user, invitation, typed: &str, role| Command::InviteUser {
            user,
            invitation,
            email: email(typed),
            role: AssignableRole::Admin,
            name: None,
            memberships: BTreeMap::from([(bakery, role)]),
        };
        play(
            &mut world,
            olive,
            invite(ann, anns, "ann@example.com", EntityRole::Admin),
        );
        let account = AccountId::new(world.fresh_id());
        play(
            &mut world,
            Actor::Invitee,
            acceptance(ann, anns, 1, account),
        );
        let settings = Command::UpdateOrganization {
            name: None,
            user_management: Some(UserManagement::Admins),
            invitation_lifetime: None,
        };
        play(&mut world, olive, settings);
        let by_ann = world.signed_in(ann);
        play(
            &mut world,
            by_ann,
            invite(bob, invitation, "bob@example.com", EntityRole::Clerk),
        );
        Self {
            world,
            ann,
            bob,
            invitation,
        }
    }

    /// What is asked for, as a request.
    pub(crate) fn request(&self, ask: Ask) -> Request {
        let (olive, ann) = (self.world.owner(), self.world.signed_in(self.ann));
        let (user, invitation) = (self.bob, self.invitation);
        let account = AccountId::new(Uuid::from_u128(7));
        let removal = |user| Command::RemoveUser {
            user,
            fingerprint: None,
        };
        let (actor, command) = match ask {
            Ask::AcceptFirst => (Actor::Invitee, acceptance(user, invitation, 1, account)),
            Ask::AcceptSecond => (Actor::Invitee, acceptance(user, invitation, 2, account)),
            Ask::Decline => (
                Actor::Invitee,
                Command::DeclineInvitation {
                    user,
                    invitation,
                    generation: 1,
                },
            ),
            Ask::Resend => (olive, Command::ResendInvitation { user, invitation }),
            Ask::AnnResends => (ann, Command::ResendInvitation { user, invitation }),
            Ask::Revoke => (olive, Command::RevokeInvitation { user, invitation }),
            Ask::RemoveAnn => (olive, removal(self.ann)),
            Ask::Transfer => (olive, Command::TransferOwnership { to: self.ann }),
            Ask::AnnRemovesOlive => (
                ann,
                removal(self.world.directory.organization().primary_admin),
            ),
        };
        self.world.request(actor, command)
    }
}

fn acceptance(
    user: UserId,
    invitation: InvitationId,
    generation: u32,
    account: AccountId,
) -> Command {
    Command::AcceptInvitation {
        user,
        invitation,
        generation,
        name: name("Somebody"),
        login: Login::New(account),
    }
}

fn play(world: &mut World, actor: Actor, command: Command) {
    let request = world.request(actor, command);
    world.play(&request).unwrap();
}
