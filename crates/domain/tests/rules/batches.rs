//! Many requests at once: each sees the ones before it, and everything is loaded in two rounds at most.

use vestibule_domain::test_support::{Generous, email};
use vestibule_domain::{
    Command, Directory, Found, Load, Rejection, Request, Status, Stop, UserId, Wanted, decide_all,
};

use crate::house::{As, House, Outcome, Role};

/// Decides a batch over an empty part, and tells in how many rounds of loading.
fn decided(house: &House, batch: &[Request]) -> (Vec<Outcome>, usize, Directory) {
    let mut part = Directory::part(house.directory().organization().clone());
    let mut loader = Generous::over(house.directory());
    let outcomes = decide_all(&mut part, &mut loader, batch).unwrap();
    (outcomes, loader.rounds, part)
}

/// R-INV-8: a refused row harms nobody beside it, and a row that depends on it is refused too.
#[test]
fn each_request_of_a_batch_stands_for_itself_and_sees_those_before_it() {
    let house = House::full();
    let nia = UserId::new(house.fresh());
    let Command::InviteUser { invitation, .. } = house.to_invite("nia", Role::User) else {
        panic!("an invitation");
    };
    let invite_nia = Command::InviteUser {
        user: nia,
        invitation,
        email: email("nia@example.com"),
        role: Role::User,
        name: None,
        memberships: Default::default(),
    };
    let add_nia = Command::SetMembership {
        entity: house.entity_id("mill"),
        user: nia,
        role: As::Clerk,
    };
    let batch: Vec<_> = [
        add_nia.clone(),
        invite_nia.clone(),
        invite_nia,
        house.to_invite("uma", Role::User),
        add_nia.clone(),
        add_nia,
        Command::RevokeInvitation {
            user: nia,
            invitation,
        },
    ]
    .into_iter()
    .map(|command| house.request("olive", command))
    .collect();
    let (outcomes, rounds, part) = decided(&house, &batch);
    let told: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(Some(event)) => event.action(),
            Ok(None) => "so already",
            Err(rejection) => rejection.code(),
        })
        .collect();
    assert_eq!(
        told,
        [
            "user_not_in_organization",
            "user.invited",
            "email_already_in_organization",
            "email_already_in_organization",
            "membership.added",
            "so already",
            "invitation.revoked",
        ]
    );
    assert_eq!(rounds, 1);
    assert!(part.user(nia).is_none());
    // Of somebody who came and went nothing is to be written but the history of invitations.
    let changes = part.changes();
    assert!(changes.users.is_empty() && changes.memberships.is_empty());
    assert_eq!(changes.invitations.len(), 1);
}

/// R-INV-8, lesson 37: the status told is that of the moment, within the batch too.
#[test]
fn an_email_twice_in_a_batch_is_invited_once() {
    let house = House::new();
    let twice: Vec<_> = ["nia", "NIA"]
        .into_iter()
        .map(|who| house.request("olive", house.to_invite(who, Role::User)))
        .collect();
    let (outcomes, ..) = decided(&house, &twice);
    assert!(matches!(outcomes[0], Ok(Some(_))));
    let there = Rejection::EmailAlreadyInOrganization(Status::Invited);
    assert_eq!(outcomes[1], Err(there));
}

/// Every command of somebody who sees everything names all it needs at once, whatever its target.
#[test]
fn every_command_of_an_admin_is_decided_after_one_round_of_loading() {
    let house = House::full()
        .member("ivy", "mill", As::Clerk)
        .member("dan", "mill", As::Admin)
        .entity("attic")
        .archived("attic")
        .key("key", "ann", crate::house::Key::Admin);
    let commands = [
        house.to_rename("Acme Group"),
        house.to_transfer("uma"),
        house.to_invite_into("nia", Role::User, &[("mill", As::Clerk)]),
        house.to_invite("UMA", Role::User),
        house.to_resend("ivy"),
        house.to_revoke("ivy"),
        house.to_give("clerk", Role::Admin),
        house.to_name("ivy", "Ivy Invited"),
        house.to_deactivate("clerk"),
        house.to_reactivate("dan"),
        house.to_remove("clerk"),
        house.to_remove("ivy"),
        house.to_remove("ann"),
        house.to_create("quarry"),
        house.to_create("MILL"),
        house.to_rename_entity("mill", "Bakery"),
        house.to_archive("bakery"),
        house.to_unarchive("attic"),
        house.to_delete("attic"),
        house.to_set("uma", "mill", As::Admin),
        house.to_take_out("clerk", "bakery"),
        house.to_end_key("key"),
        house.to_erase("uma"),
    ];
    let mut batch: Vec<_> = commands
        .iter()
        .flat_map(|command| ["olive", "operator"].map(|who| house.request(who, command.clone())))
        .collect();
    for command in [house.to_accept("ivy"), house.to_decline("ivy")] {
        batch.push(house.request("invitee", command));
    }
    batch.push(house.request("clerk", house.to_delete_account_of("clerk")));
    batch.push(house.request("dan", house.to_delete_account_of("dan")));
    batch.push(house.request("dan", house.to_rename_account_of("dan", "Dan Gone")));
    batch.push(house.request("clerk", house.to_remove("clerk")));
    batch.push(house.request("admin", house.to_set("uma", "bakery", As::Clerk)));
    batch.push(house.request("ann", house.to_make_key("new", crate::house::Key::Admin)));
    batch.push(house.request("key", house.to_create("winery")));
    for request in batch {
        let (_, rounds, _) = decided(&house, std::slice::from_ref(&request));
        assert!(rounds <= 1, "{rounds} rounds for {request:?}");
    }
}

/// What a request opens for the next one is known already: nothing is asked for too late.
#[test]
fn requests_that_build_on_each_other_are_decided_after_one_round_of_loading() {
    let mut house = House::full().managed_by_admins().admin("amy");
    house.does("olive", house.to_deactivate("amy"));
    let chain = [
        ("olive", house.to_reactivate("amy")),
        ("amy", house.to_deactivate("clerk")),
        ("amy", house.to_reactivate("dan")),
        ("dan", house.to_delete_account_of("dan")),
        ("amy", house.to_remove("clerk")),
        ("olive", house.to_transfer("amy")),
        ("amy", house.to_transfer("ann")),
        ("ann", house.to_remove("olive")),
    ];
    let batch: Vec<_> = chain
        .into_iter()
        .map(|(who, command)| house.request(who, command))
        .collect();
    let (outcomes, rounds, _) = decided(&house, &batch);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Ok(Some(_))))
    );
    assert_eq!(rounds, 1);
}

/// A loader that fails.
struct Broken;

impl Load for Broken {
    type Error = &'static str;

    fn load(&mut self, _: &Wanted) -> Result<Found, Self::Error> {
        Err("the database is gone")
    }
}

/// A failure of the loader ends the batch and leaves the part as it was.
#[test]
fn a_failing_loader_changes_nothing() {
    let house = House::full();
    let mut part = Directory::part(house.directory().organization().clone());
    let batch = [
        house.request("operator", house.to_rename("Other")),
        house.request("olive", house.to_remove("uma")),
    ];
    let outcome = decide_all(&mut part, &mut Broken, &batch);
    assert_eq!(outcome, Err("the database is gone"));
    assert_eq!(part.organization(), house.directory().organization());
    assert_eq!(part.changes(), vestibule_domain::Changes::default());
}

/// A batch that has to be begun anew takes back its own changes, and none from before it.
#[test]
fn a_batch_keeps_what_was_changed_before_it() {
    let house = House::full();
    let mut part = Directory::part(house.directory().organization().clone());
    let mut loader = Generous::over(house.directory());
    let requests = [
        house.request("operator", house.to_rename("Acme Group")),
        house.request("olive", house.to_create("quarry")),
    ];
    decide_all(&mut part, &mut loader, &requests[1..]).unwrap();
    let Ok(Some(renamed)) = part.perform(&requests[0]) else {
        panic!("the organization is renamed");
    };
    assert_eq!(renamed.action(), "organization.updated");
    let before = part.changes();
    assert_eq!(before.entities.len(), 1);
    assert!(before.organization.is_some());
    let remove = [house.request("olive", house.to_remove("uma"))];
    let rounds = loader.rounds;
    let outcomes = decide_all(&mut part, &mut loader, &remove).unwrap();
    assert!(matches!(outcomes[0], Ok(Some(_))));
    assert_eq!(loader.rounds, rounds + 1, "it was begun anew");
    let after = part.changes();
    assert_eq!(after.entities, before.entities);
    assert_eq!(after.organization, before.organization);
    assert_eq!(after.users.len(), 1);
}

/// R-INV-8: whoever has just come has nothing that a storage would have to be asked for.
#[test]
fn nothing_is_asked_for_of_somebody_who_came_in_the_same_part() {
    let mut house = House::full();
    let mut part = Directory::part(house.directory().organization().clone());
    let mut loader = Generous::over(house.directory());
    let invite = [house.request(
        "olive",
        house.to_invite_into("nia", Role::User, &[("mill", As::Clerk)]),
    )];
    decide_all(&mut part, &mut loader, &invite).unwrap();
    house.does("olive", invite[0].command.clone());
    let remove = house.request("olive", house.to_remove("nia"));
    let decided = part.decide(&remove);
    assert!(matches!(decided, Ok(Some(_))), "{decided:?}");
    assert_eq!(decided, house.directory().decide(&remove));
}

/// Of somebody who is known not to be there nothing more is asked for.
#[test]
fn nothing_is_asked_for_of_somebody_who_is_not_there() {
    let house = House::full();
    let mut part = Directory::part(house.directory().organization().clone());
    let mut stranger = house.clone();
    stranger.does("olive", house.to_invite("nia", Role::User));
    let nia = stranger.id("nia");
    part.learn(&Wanted::new().user(nia), Found::default());
    let remove = stranger.request("operator", stranger.to_remove("nia"));
    let not_there = Err(Stop::Rejected(Rejection::UserNotInOrganization(nia)));
    assert_eq!(part.decide(&remove), not_there);
    assert_eq!(house.directory().decide(&remove), not_there);
}

/// A whole has everything and asks no loader.
#[test]
fn a_whole_decides_a_batch_without_loading() {
    let house = House::full();
    let mut whole = house.directory().clone();
    let batch = [house.request("olive", house.to_invite("nia", Role::User))];
    let outcomes = decide_all(&mut whole, &mut Broken, &batch).unwrap();
    assert!(matches!(outcomes[0], Ok(Some(_))));
}
