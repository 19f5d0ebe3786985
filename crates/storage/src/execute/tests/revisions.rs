//! What a revision promises: while it stands, and what was seen lasts, it is seen again as it was.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use vestibule_domain::test_support::{Draft, story};
use vestibule_domain::{Actor, Status, Timestamp, UserId};

use super::stage::{Stage, on_each_database};
use crate::reads::tests::world::Dice;
use crate::{
    ClaimMails, Delivery, Direction, Page, PageLimit, Seen, Total, UserRow, UsersPage, UsersSort,
};

const STEPS_MAX: usize = 24;
/// So many seconds after a step it is looked as well: on both sides of where invitations run out.
const LATER_SECONDS: [u32; 4] = [0, 1, 3_700, 700_000];

/// One look at a list: by whom, of which form, when, and what was seen.
struct Look {
    actor: Actor,
    form: usize,
    at: Timestamp,
    seen: Seen<Page<UserRow>>,
}

/// R-LST-1, R-ANS-2: whoever is answered that nothing has changed would have seen the same.
#[test]
fn while_a_revision_stands_what_lasts_is_seen_again() {
    on_each_database(|store| async move {
        let mut runner = TestRunner::new(Config {
            failure_persistence: None,
            ..Config::default()
        });
        let mut seen_again = 0;
        for number in 0..16 {
            let story = story(STEPS_MAX)
                .new_tree(&mut runner)
                .map(|tree| tree.current())
                .unwrap();
            let stage = Stage::set(&store, 10_000 + number).await;
            seen_again += play(stage, &story, Dice(number)).await;
        }
        assert!(seen_again > 0, "nothing was seen again in any story");
    });
}

/// Plays a story, and says how many looks saw again what had been seen.
async fn play(mut stage: Stage, story: &[Draft], mut dice: Dice) -> usize {
    let mut looks: Vec<Look> = Vec::new();
    let mut seen_again = 0;
    for draft in story {
        let request = stage.world.next_request(*draft);
        let submission = stage.submission(&request);
        let done = stage.execute(vec![submission]).await;
        // Whether both decide alike is another test's.
        if let Ok(Some(event)) = &done.outcomes[0] {
            stage.world.witness(event);
        }
        if dice.below(3) == 0 {
            deliver(&stage, &mut dice).await;
        }
        for seconds in LATER_SECONDS {
            let at = stage.world.at.plus_seconds(seconds);
            for actor in actors(&stage) {
                let form = dice.below(FORMS);
                let Some(seen) = look(&stage, actor, form, at).await else {
                    continue;
                };
                for before in &looks {
                    let is_said_to_be_the_same = before.actor == actor
                        && before.form == form
                        && before.at <= at
                        && before.seen.revision == seen.revision
                        && before.seen.lasting.holds_at(at);
                    if is_said_to_be_the_same {
                        assert_eq!(before.seen, seen, "{story:?}");
                        seen_again += 1;
                    }
                }
                looks.push(Look {
                    actor,
                    form,
                    at,
                    seen,
                });
            }
        }
    }
    seen_again
}

/// Who looks: everybody there is, signed in once and for all, keys, and the operator.
fn actors(stage: &Stage) -> Vec<Actor> {
    let directory = &stage.world.directory;
    let users = directory
        .users()
        .filter(|user| user.status() == Status::Active)
        .map(|user| Actor::User {
            id: user.id,
            signed_in: stage.world.founding.at,
        });
    let keys = directory.api_keys().map(|key| Actor::Key {
        id: key.id,
        maker: key.maker,
    });
    users.chain(keys).chain([Actor::Operator]).collect()
}

const FORMS: usize = 4;

/// What that actor sees of the list in one of a few forms; none where they may not look.
async fn look(
    stage: &Stage,
    actor: Actor,
    form: usize,
    at: Timestamp,
) -> Option<Seen<Page<UserRow>>> {
    let organization = stage.world.founding.organization;
    let mut page = UsersPage::new(organization, vestibule_domain::Scope::Everything, at);
    match form {
        0 => page.total = Total::Counted,
        1 => page.limit = PageLimit::new(3).unwrap(),
        2 => {
            page.sort = UsersSort::Status;
            page.direction = Direction::Descending;
        }
        _ => page.filter.statuses = [Status::Invited].into(),
    }
    stage.store.users_page_for(actor, page).await.unwrap().ok()
}

/// Some mails go out, some fail, some are tried again later.
async fn deliver(stage: &Stage, dice: &mut Dice) {
    let at = stage.world.at;
    let claim = ClaimMails {
        mails_max: 3,
        at,
        leased_until: at.plus_seconds(60),
    };
    for claimed in stage.store.claim_mails(claim).await.unwrap() {
        let error = "the mail server said no".to_owned();
        let delivery = match dice.below(4) {
            0 | 1 => Delivery::Delivered,
            2 => Delivery::Failed { error },
            _ => Delivery::RetryAt {
                next_attempt_at: at.plus_seconds(120),
                error,
            },
        };
        stage
            .store
            .report_mail(&claimed, delivery, at)
            .await
            .unwrap();
    }
}

/// Every change makes another revision, and none of two organizations is the same.
#[test]
fn no_two_states_share_a_revision() {
    on_each_database(|store| async move {
        let mut revisions = std::collections::BTreeSet::new();
        let mut states = 0;
        for number in [7, 8] {
            let mut stage = Stage::set(&store, 20_000 + number).await;
            for called in ["One", "Two", "Three"] {
                let organization = stage.world.founding.organization;
                let revision = store.revision(organization).await.unwrap().unwrap();
                revisions.insert(*revision.as_bytes());
                states += 1;
                let entity = stage.entity(called);
                stage.play_requests(&[entity]).await;
            }
        }
        assert_eq!(revisions.len(), states);
        let nobody = UserId::new(uuid::Uuid::nil()).uuid().into();
        assert_eq!(store.revision(nobody).await.unwrap(), None);
    });
}
