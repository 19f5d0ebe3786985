//! The laws of the directory, over random stories: whatever happens, these hold after each step.

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use vestibule_domain::test_support::{Generous, Stingy, World, draft, story};
use vestibule_domain::{
    Access, Actor, Decision, Directory, Event, Found, Reading, Request, Scope, Stop, UserState,
    decide_all,
};

/// Twice as many cases as `PROPTEST_CASES` says (256 unless set); what failed is kept beside this
/// file as a seed, to be committed with the repair and tried first from then on.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: usual.cases.saturating_mul(2),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/laws.seeds"))),
        ..usual
    }
}

/// Everything a directory holds, to compare states by.
fn state_of(directory: &Directory) -> (String, Found) {
    (
        format!("{:?}", directory.organization()),
        Found {
            users: directory.users().cloned().collect(),
            entities: directory.entities().cloned().collect(),
            memberships: directory.memberships().collect(),
            api_keys: directory.api_keys().cloned().collect(),
        },
    )
}

/// Decides one request over an empty part that learns until it answers.
fn over_a_part(
    whole: &Directory,
    request: &Request,
) -> (
    Directory,
    usize,
    Result<Option<Event>, vestibule_domain::Rejection>,
) {
    let mut part = Directory::part(whole.organization().clone());
    let mut loader = Generous::over(whole);
    let mut outcomes = decide_all(&mut part, &mut loader, std::slice::from_ref(request)).unwrap();
    (part, loader.rounds, outcomes.remove(0))
}

proptest! {
    #![proptest_config(config())]

    /// R-ORG-1, R-INV-2, R-ENT-2, R-ENT-7, R-REM-1, R-ENT-8: what `violations` recounts.
    #[test]
    fn no_command_breaks_what_must_always_hold(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let outcome = world.play(&request);
            prop_assert_eq!(world.directory.violations(), vec![], "after {:?}: {:?}", request, outcome);
        }
    }

    /// A part asks, or decides as the whole does; with a generous loader in at most two rounds.
    #[test]
    fn a_part_asks_or_decides_as_the_whole_does(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let before = world.directory.clone();
            let expected = world.play(&request);
            let (mut part, rounds, outcome) = over_a_part(&before, &request);
            prop_assert_eq!(&outcome, &expected, "{:?}", request);
            prop_assert!(rounds <= 2, "{rounds} rounds for {request:?}");

            let mut slow = Directory::part(before.organization().clone());
            let stingy = decide_all(&mut slow, &mut Stingy::over(&before), std::slice::from_ref(&request)).unwrap();
            prop_assert_eq!(&stingy[0], &expected, "stingily, {:?}", request);

            // What a part writes is what the whole became, cascades over "all of" aside.
            if let Ok(Some(event)) = &expected
                && !matches!(event, Event::OwnershipTransferred { .. } | Event::EntityDeleted { .. })
            {
                let mut whole = before.clone();
                whole.settle();
                whole.apply(event);
                prop_assert_eq!(part.changes(), whole.changes(), "{:?}", request);
                part.settle();
                prop_assert_eq!(part.changes(), vestibule_domain::Changes::default());
            }
        }
    }

    /// Deciding a batch over a loader equals deciding one by one over the whole.
    #[test]
    fn a_batch_is_decided_as_one_by_one(begin in story(40), batch in story(30)) {
        let mut world = World::numbered(1);
        for draft in begin {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        // The batch's requests are made while its story goes on, so that they build on each other.
        let before = world.directory.clone();
        let mut requests = Vec::new();
        let mut expected = Vec::new();
        for draft in batch {
            let request = world.next_request(draft);
            expected.push(world.play(&request));
            requests.push(request);
        }
        let mut part = Directory::part(before.organization().clone());
        let mut loader = Generous::over(&before);
        prop_assert_eq!(&decide_all(&mut part, &mut loader, &requests).unwrap(), &expected);
        prop_assert!(loader.rounds <= 2, "{} rounds", loader.rounds);
        let mut slow = Directory::part(before.organization().clone());
        prop_assert_eq!(&decide_all(&mut slow, &mut Stingy::over(&before), &requests).unwrap(), &expected);
    }

    /// R-AUD-1: replaying the events of an organization rebuilds its state.
    #[test]
    fn replaying_the_events_rebuilds_the_state(story in story(60)) {
        let mut world = World::numbered(1);
        let (_, founded) = Directory::found(world.founding.clone());
        let mut events = vec![founded];
        for draft in story {
            let request = world.next_request(draft);
            if let Ok(Some(event)) = world.play(&request) {
                events.push(event);
            }
        }
        let Event::OrganizationCreated { organization, .. } = &events[0] else {
            panic!("the first event founds");
        };
        let mut replayed = Directory::whole(organization.clone(), Found::default());
        for event in &events {
            replayed.apply(event);
        }
        prop_assert_eq!(state_of(&replayed), state_of(&world.directory));
        prop_assert!(replayed.invitations().eq(world.directory.invitations()));
    }

    /// Deciding twice gives the same event; a rejection and a `None` change nothing.
    #[test]
    fn deciding_changes_nothing_and_repeats_itself(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let before = state_of(&world.directory);
            let first = world.directory.decide(&request);
            prop_assert_eq!(&first, &world.directory.decide(&request));
            let outcome = world.play(&request);
            if !matches!(outcome, Ok(Some(_))) {
                prop_assert_eq!(state_of(&world.directory), before);
            }
        }
    }

    /// R-AUD-1: an event always changes something, but for the erasing of the record.
    #[test]
    fn no_event_is_without_its_change(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let before = state_of(&world.directory);
            if let Ok(Some(event)) = world.play(&request)
                && !matches!(event, Event::PersonErased { .. })
            {
                prop_assert_ne!(state_of(&world.directory), before, "{:?}", event);
            }
        }
    }

    /// R-REM-1, R-REM-5: whoever is gone is out of every room, their keys end, and they can do nothing.
    #[test]
    fn nothing_outlives_a_removed_user(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        for gone in world.gone.clone() {
            prop_assert!(world.directory.memberships_of(gone).next().is_none());
            prop_assert!(world.directory.api_keys_of(gone).next().is_none());
            let actor = world.signed_in(gone);
            let refused = world.directory.may_read(&actor, &Reading::Users, world.at);
            prop_assert_eq!(refused, Err(Stop::Rejected(vestibule_domain::Rejection::NotFound)));
        }
    }

    /// A role change of one user widens nobody else's access, and removals widen nobody's.
    #[test]
    fn access_of_others_is_widened_only_by_what_concerns_them(story in story(50), last in draft()) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        let before = Access::of(&world.directory);
        let request = world.next_request(last);
        let Ok(Some(event)) = world.play(&request) else { return Ok(()) };
        let concerned = match &event {
            Event::MembershipSet { user, .. }
            | Event::InvitationAccepted { user, .. }
            | Event::UserReactivated { user }
            | Event::UserInvited { user, .. } => Some(*user),
            Event::EntityUnarchived { .. } => return Ok(()),
            _ => None,
        };
        let after = Access::of(&world.directory);
        for user in world.directory.users().filter(|user| Some(user.id) != concerned) {
            for entity in world.directory.entities() {
                for rule in world.directory.policy().rules() {
                    let (was, is) = (
                        before.check_named(user.id, &rule.permission, entity.id),
                        after.check_named(user.id, &rule.permission, entity.id),
                    );
                    prop_assert!(was == is || matches!(is, Decision::Deny(_)), "{event:?}");
                }
            }
        }
    }

    /// `Access`, `check` over the whole and `check` over a part give one answer.
    #[test]
    fn every_way_to_check_gives_one_answer(story in story(50)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        let access = Access::of(&world.directory);
        let users = world.directory.users().map(|user| user.id).chain(world.gone.iter().copied());
        for user in users {
            let entities = world.directory.entities().map(|entity| entity.id);
            for entity in entities.chain(world.demolished.iter().copied()) {
                for permission in ["invoice:approve", "settings:manage", "no:such"] {
                    let expected = world.directory.check(user, permission, entity).unwrap();
                    prop_assert_eq!(access.check_named(user, permission, entity), expected);
                    let mut part = Directory::part(world.directory.organization().clone());
                    let Err(Stop::Missing(wanted)) = part.check(user, permission, entity) else {
                        panic!("an empty part asks");
                    };
                    let found = vestibule_domain::Load::load(&mut Stingy::over(&world.directory), &wanted).unwrap();
                    part.learn(&wanted, found);
                    prop_assert_eq!(part.check(user, permission, entity), Ok(expected));
                }
            }
        }
    }

    /// R-ORG-3: a plain user sees themself, and nobody with whom they share no open entity.
    #[test]
    fn a_user_sees_exactly_the_people_of_their_rooms(story in story(60)) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        let people: Vec<_> = world.directory.users().cloned().collect();
        for viewer in people.iter().filter(|user| matches!(user.state, UserState::Active(_))) {
            let actor = Actor::User { id: viewer.id, signed_in: world.at };
            let scope = world.directory.may_read(&actor, &Reading::Users, world.at).unwrap();
            for other in &people {
                let seen = world.directory.may_read(&actor, &Reading::User(other.id), world.at).is_ok();
                let shared = world.directory.memberships_of(other.id).any(|(entity, _)| {
                    world.directory.membership(viewer.id, entity).is_some()
                        && !world.directory.entity(entity).unwrap().is_archived()
                });
                match &scope {
                    Scope::Everything => prop_assert!(seen),
                    Scope::Sight(sight) => {
                        prop_assert_eq!(seen, shared || other.id == viewer.id);
                        prop_assert_eq!(sight.user, viewer.id);
                    }
                }
            }
        }
    }

    /// R-REM-2: the plan shown before is the event written after, and its fingerprint moves with it.
    #[test]
    fn the_plan_shown_is_the_removal_carried_out(story in story(50), last in draft()) {
        let mut world = World::numbered(1);
        for draft in story {
            let request = world.next_request(draft);
            let _ = world.play(&request);
        }
        let users: Vec<_> = world.directory.users().map(|user| user.id).collect();
        for id in users {
            let Ok(plan) = world.directory.removal_plan(&world.owner(), id, world.at) else { continue };
            let mut later = world.clone();
            let request = later.next_request(last);
            let _ = later.play(&request);
            if later.directory.user(id).is_none() { continue }
            let Ok(now) = later.directory.removal_plan(&later.owner(), id, later.at) else { continue };
            prop_assert_eq!(plan == now, plan.fingerprint() == now.fingerprint());
            let removal = later.request(later.owner(), vestibule_domain::Command::RemoveUser {
                user: id,
                fingerprint: Some(plan.fingerprint()),
            });
            match later.play(&removal) {
                Ok(Some(Event::UserRemoved { plan: carried_out, .. })) => prop_assert_eq!(carried_out, plan),
                outcome => {
                    prop_assert_eq!(outcome, Err(vestibule_domain::Rejection::RemovalPlanChanged));
                    prop_assert_ne!(now, plan);
                }
            }
        }
    }
}

/// The stories are worth playing: every command is accepted and rejected often enough.
#[test]
fn stories_reach_every_event_and_rejection() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..1500 {
        let mut world = World::numbered(1);
        for draft in story(80).new_tree(&mut runner).unwrap().current() {
            let request = world.next_request(draft);
            let key = match world.play(&request) {
                Ok(None) => "nothing to do".to_owned(),
                Ok(Some(event)) => event.action().to_owned(),
                Err(rejection) => rejection.code().to_owned(),
            };
            *seen.entry(key).or_default() += 1;
        }
    }
    let expected = [
        "nothing to do",
        "organization.updated",
        "organization.ownership_transferred",
        "user.invited",
        "invitation.resent",
        "invitation.accepted",
        "invitation.revoked",
        "invitation.declined",
        "user.updated",
        "user.deactivated",
        "user.reactivated",
        "user.removed",
        "user.left",
        "user.account_deleted",
        "entity.created",
        "entity.renamed",
        "entity.archived",
        "entity.unarchived",
        "entity.deleted",
        "membership.added",
        "membership.updated",
        "membership.removed",
        "api_key.created",
        "api_key.ended",
        "person.erased",
        "not_found",
        "not_signed_in",
        "not_allowed",
        "recent_sign_in_required",
        "role_not_assignable",
        "user_not_in_organization",
        "entity_not_found",
        "invitation_not_usable",
        "email_already_in_organization",
        "primary_admin_must_transfer",
        "user_not_active",
        "user_not_deactivated",
        "invitation_not_pending",
        "entity_archived",
        "entity_not_archived",
        "entity_name_taken",
        "user_still_in_organization",
        "removal_plan_changed",
        "resend_limit_reached",
        "expiry_not_in_future",
        "id_in_use",
    ];
    for key in expected {
        assert!(
            seen.get(key).copied().unwrap_or_default() >= 5,
            "{key} is hardly ever reached: {seen:#?}"
        );
    }
}
