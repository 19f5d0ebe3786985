//! Accounts that meet organizations: made with an acceptance, renamed and deleted everywhere.

use std::collections::BTreeMap;

use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, Actor, AssignableRole, Command, Event, InvitationId, Login, Rejection, Timestamp,
    UserId,
};

use super::stage::{Stage, count, on_each_database, on_each_pair, origin};
use crate::{
    AccountChange, AccountRequest, Foundation, Founded, Founder, NewAccount, Outcome, PasswordHash,
};

/// A change of that account, whatever it is by then.
fn asked(account: AccountId, at: Timestamp) -> AccountRequest {
    AccountRequest {
        account,
        precondition: None,
        at,
        origin: origin(),
    }
}

/// Invites Ann and lets her accept by an account that would be new; returns her user and the
/// account that she got.
async fn ann_joins(stage: &mut Stage) -> (UserId, AccountId) {
    let new = Login::New(AccountId::new(stage.world.fresh_id()));
    let (user, outcome) = ann_accepts(stage, "Ann", new).await;
    let Ok(Some(Event::InvitationAccepted {
        login: Login::New(account) | Login::Existing(account),
        ..
    })) = outcome
    else {
        panic!("accepted: {outcome:?}");
    };
    (user, account)
}

/// Invites Ann and lets her accept by that name and login.
async fn ann_accepts(stage: &mut Stage, called: &str, login: Login) -> (UserId, Outcome) {
    let user = UserId::new(stage.world.fresh_id());
    let invitation = InvitationId::new(stage.world.fresh_id());
    let invite = stage.world.request(
        stage.world.owner(),
        Command::InviteUser {
            user,
            invitation,
            email: email("ann@example.com"),
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::new(),
        },
    );
    stage.play_requests(&[invite]).await;
    let accept = stage.world.request(
        Actor::Invitee,
        Command::AcceptInvitation {
            user,
            invitation,
            generation: 1,
            name: name(called),
            login,
        },
    );
    let mut done = stage.execute(vec![stage.submission(&accept)]).await;
    (user, done.outcomes.remove(0))
}

/// R-INV-6: where another organization made the account first, it is that one.
#[test]
fn one_email_has_one_account_in_all_organizations() {
    on_each_database(|store| async move {
        let mut first = Stage::set(&store, 1).await;
        let mut second = Stage::set(&store, 2).await;
        let (_, account) = ann_joins(&mut first).await;
        let (_, same) = ann_joins(&mut second).await;
        assert_eq!(account, same);
        let anns = "select count(*) from accounts where email_key = 'ann@example.com'";
        assert_eq!(count(&store, anns).await, 1);
    });
}

/// R-INV-6: whatever was typed, and whenever the account came to be.
#[test]
fn who_accepts_by_an_account_is_called_what_it_is_called() {
    on_each_database(|store| async move {
        let mut first = Stage::set(&store, 1).await;
        let mut second = Stage::set(&store, 2).await;
        let mut third = Stage::set(&store, 3).await;
        let (_, account) = ann_joins(&mut first).await;
        let new = Login::New(AccountId::new(second.world.fresh_id()));
        for (stage, login) in [(&mut second, new), (&mut third, Login::Existing(account))] {
            let (user, outcome) = ann_accepts(stage, "Somebody Else", login).await;
            assert!(matches!(outcome, Ok(Some(_))), "{outcome:?}");
            let organization = stage.world.founding.organization;
            let whole = store.whole(organization).await.unwrap().unwrap();
            assert_eq!(whole.user(user).unwrap().name, Some(name("Ann")));
        }
    });
}

/// R-INV-6: the account can be deleted while its owner accepts by it.
#[test]
fn nobody_accepts_by_an_account_that_is_gone() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 1).await;
        let gone = AccountId::new(stage.world.fresh_id());
        let (user, outcome) = ann_accepts(&mut stage, "Ann", Login::Existing(gone)).await;
        assert_eq!(outcome, Err(Rejection::InvitationNotUsable));
        let organization = stage.world.founding.organization;
        let whole = store.whole(organization).await.unwrap().unwrap();
        assert_eq!(whole.user(user).unwrap().name, None);
    });
}

/// R-AUD-1: one event an organization.
#[test]
fn an_account_is_renamed_in_all_its_organizations() {
    on_each_database(|store| async move {
        let mut first = Stage::set(&store, 1).await;
        let mut second = Stage::set(&store, 2).await;
        let (one, account) = ann_joins(&mut first).await;
        let (other, _) = ann_joins(&mut second).await;
        let at = first.world.at;
        let renamed = store
            .rename_account(asked(account, at), name("Ann Newly"))
            .await
            .unwrap();
        assert_eq!(renamed, AccountChange::Done);
        for (stage, user) in [(&first, one), (&second, other)] {
            let organization = stage.world.founding.organization;
            let whole = store.whole(organization).await.unwrap().unwrap();
            assert_eq!(whole.user(user).unwrap().name, Some(name("Ann Newly")));
            let verdict = store
                .verify_audit(organization, None)
                .await
                .unwrap()
                .unwrap();
            assert_eq!((verdict.is_ok(), verdict.events), (true, 4));
        }
        let nobody = AccountId::new(first.world.fresh_id());
        assert_eq!(
            store
                .rename_account(asked(nobody, at), name("X"))
                .await
                .unwrap(),
            AccountChange::NoSuchAccount
        );
    });
}

/// Of two who saw the same account and change it at once, one is told that it changed since.
#[test]
fn an_account_is_changed_only_while_it_is_what_was_seen() {
    on_each_pair(|store, beside| async move {
        let mut stage = Stage::set(&store, 1).await;
        let (user, account) = ann_joins(&mut stage).await;
        let at = stage.world.at;
        let while_called = |called: &'static str| AccountRequest {
            precondition: Some(Box::new(move |account, organizations| {
                account.name.as_str() == called && organizations.len() == 1
            })),
            ..asked(account, at)
        };
        let (one, other) = tokio::join!(
            store.rename_account(while_called("Ann"), name("Ann One")),
            beside.rename_account(while_called("Ann"), name("Ann Two")),
        );
        let changes = [one.unwrap(), other.unwrap()];
        assert!(changes.contains(&AccountChange::Done), "{changes:?}");
        assert!(changes.contains(&AccountChange::Outdated), "{changes:?}");
        let deleted = store.delete_account(while_called("Ann"), at).await;
        assert_eq!(deleted.unwrap(), AccountChange::Outdated);
        let organization = stage.world.founding.organization;
        let whole = store.whole(organization).await.unwrap().unwrap();
        let called = whole.user(user).unwrap().name.clone().unwrap();
        assert!(["Ann One", "Ann Two"].contains(&called.as_str()));
        let verdict = store.verify_audit(organization, None).await.unwrap();
        assert_eq!(verdict.unwrap().events, 4);
    });
}

/// R-REM-7.
#[test]
fn an_account_is_deleted_with_its_users_unless_it_owns_an_organization() {
    on_each_database(|store| async move {
        let mut first = Stage::set(&store, 1).await;
        let mut second = Stage::set(&store, 2).await;
        let (one, account) = ann_joins(&mut first).await;
        ann_joins(&mut second).await;
        let at = first.world.at;

        let owner = first.world.founding.account;
        assert_eq!(
            store.delete_account(asked(owner, at), at).await.unwrap(),
            AccountChange::Refused {
                organization: first.world.founding.organization,
                rejection: Rejection::PrimaryAdminMustTransfer,
            }
        );
        assert_eq!(
            store.delete_account(asked(account, at), at).await.unwrap(),
            AccountChange::Done
        );
        for stage in [&first, &second] {
            let organization = stage.world.founding.organization;
            let whole = store.whole(organization).await.unwrap().unwrap();
            assert_eq!(whole.users().count(), 1);
            assert!(whole.user(one).is_none());
            assert_eq!(whole.violations(), Vec::new());
        }
        assert_eq!(
            store.delete_account(asked(account, at), at).await.unwrap(),
            AccountChange::NoSuchAccount
        );
    });
}

/// R-ORG-1: an account that has the email keeps it, and only one first visitor founds.
#[test]
fn a_foundation_says_what_stands_against_it() {
    on_each_database(|store| async move {
        let stage = Stage::set(&store, 1).await;
        let account = stage.world.founding.account;
        let mut other = vestibule_domain::test_support::World::numbered(2).founding;
        other.email = stage.world.founding.email.clone();
        let foundation = |founder, founding: &vestibule_domain::Founding| Foundation {
            founder,
            origin: origin(),
            new_account: Some(NewAccount {
                id: founding.account,
                email: founding.email.clone(),
                name: founding.primary_admin_name.clone(),
                password_hash: PasswordHash::new("hash".to_owned()),
            }),
            founding: founding.clone(),
            idempotency: None,
            answer: None,
        };
        let refused = store
            .found_organization(foundation(Founder::FirstVisitor, &other))
            .await
            .unwrap();
        assert!(matches!(refused, Founded::NotTheFirst));
        let refused = store
            .found_organization(foundation(Founder::Operator, &other))
            .await
            .unwrap();
        assert!(matches!(refused, Founded::AccountExists(there) if there == account));
        other.account = account;
        let kept = Foundation {
            new_account: None,
            ..foundation(Founder::Operator, &other)
        };
        let founded = store.found_organization(kept).await.unwrap();
        assert!(matches!(founded, Founded::Done { .. }));
    });
}
