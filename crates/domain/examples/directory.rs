//! An organization in memory: an invitation, its acceptance, a membership, a permission check that
//! explains itself, a removal plan that is shown and carried out.
//!
//! `cargo run -p vestibule-domain --example directory`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::error::Error;

use uuid::Uuid;
use vestibule_domain::{
    AccountId, Actor, AssignableRole, Command, Directory, EntityId, EntityRole, Founding,
    InvitationId, Login, OrganizationId, Rejection, Request, Stop, Timestamp, UserId,
};

/// What the rules do not know: the clock and fresh ids. A product takes both from where it has
/// them; here the clock stands, and ids are counted.
struct Edge {
    at: Timestamp,
    made: u128,
}

impl Edge {
    fn fresh(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(self.made)
    }

    /// Somebody who has just signed in.
    fn by(&self, id: UserId) -> Actor {
        Actor::User {
            id,
            signed_in: self.at,
        }
    }

    fn request(&self, by: UserId, command: Command) -> Request {
        Request {
            actor: self.by(by),
            command,
            at: self.at,
        }
    }
}

/// Tells the story.
///
/// # Errors
/// None that the story does not mean to happen.
pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let mut edge = Edge {
        at: Timestamp::from_micros(1_767_225_600_000_000)?,
        made: 0,
    };

    // Olive founds the organization: she is its Primary Admin.
    let olive = UserId::new(edge.fresh());
    let (mut acme, _) = Directory::found(Founding {
        organization: OrganizationId::new(edge.fresh()),
        name: "Acme Holding".parse()?,
        primary_admin: olive,
        email: "olive@acme.example".parse()?,
        primary_admin_name: "Olive Owner".parse()?,
        account: AccountId::new(edge.fresh()),
        at: edge.at,
    });

    // She makes a company and invites Ann, who is nowhere yet.
    let bakery = EntityId::new(edge.fresh());
    acme.perform(&edge.request(
        olive,
        Command::CreateEntity {
            entity: bakery,
            name: "Bakery".parse()?,
        },
    ))?;
    let (ann, invitation) = (UserId::new(edge.fresh()), InvitationId::new(edge.fresh()));
    acme.perform(&edge.request(
        olive,
        Command::InviteUser {
            user: ann,
            invitation,
            email: "Ann@Acme.example".parse()?,
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::new(),
        },
    ))?;

    // Ann holds the link of her mail and accepts. Who she is, your sign-in has made sure of.
    let account = AccountId::new(edge.fresh());
    acme.perform(&Request {
        actor: Actor::Invitee,
        command: Command::AcceptInvitation {
            user: ann,
            invitation,
            generation: 1,
            name: "Ann Arbor".parse()?,
            login: Login::New(account),
        },
        at: edge.at,
    })?;
    println!("there are {} users now", acme.users().count());

    // In the organization she is; in the company she is not before she has a membership.
    let before = acme.explain(ann, "invoice:edit", bakery)?;
    println!("invoice:edit is {before}");
    acme.perform(&edge.request(
        olive,
        Command::SetMembership {
            entity: bakery,
            user: ann,
            role: EntityRole::Clerk,
        },
    ))?;
    let after = acme.explain(ann, "invoice:edit", bakery)?;
    println!("invoice:edit is {after}");
    assert_eq!(after.role, Some(EntityRole::Clerk));

    // What a rule forbids is refused with a reason, and nothing has changed.
    let leave = Command::RemoveUser {
        user: olive,
        fingerprint: None,
    };
    let refused = acme.perform(&edge.request(olive, leave));
    assert_eq!(
        refused,
        Err(Stop::Rejected(Rejection::PrimaryAdminMustTransfer))
    );
    println!("refused: {}", Rejection::PrimaryAdminMustTransfer);

    // Before a removal its plan says what goes with it; its fingerprint is what was seen.
    let plan = acme.removal_plan(&edge.by(olive), ann, edge.at)?;
    for lost in &plan.memberships {
        println!("Ann would lose {} in {}", lost.role, lost.entity_name);
    }
    acme.perform(&edge.request(
        olive,
        Command::RemoveUser {
            user: ann,
            fingerprint: Some(plan.fingerprint()),
        },
    ))?;
    assert_eq!(acme.memberships_of(ann).count(), 0);
    println!(
        "invoice:edit is {}",
        acme.explain(ann, "invoice:edit", bakery)?
    );
    Ok(())
}
