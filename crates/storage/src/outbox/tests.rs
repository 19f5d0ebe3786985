//! The outbox: what is due, who holds it, how it fares, and what is never sent.

use vestibule_domain::{InvitationId, OrganizationRole, Scope, Status, UserId};

use super::{ClaimMails, ClaimedMail, Delivery, MailId, MailReason, MailboxPage};
use crate::reads::tests::world::World;
use crate::statement::Statement;
use crate::testing::{later, now, on_both_databases, run};
use crate::{MailState, PageLimit, Store, UsersPage};

on_both_databases![
    mails_whose_link_can_be_used_are_claimed_and_no_others,
    the_mail_of_a_suspended_invitation_fails_and_says_why,
    a_mail_is_held_by_one_worker_until_its_lease_ends,
    how_a_mail_fares_is_seen_at_its_invitation,
    a_report_of_an_attempt_that_is_not_the_latest_is_not_heard,
    two_workers_never_hold_the_same_mail,
    the_mailbox_lists_newest_first,
];

fn claim(mails_max: u16, after_seconds: u32) -> ClaimMails {
    ClaimMails {
        mails_max,
        at: later(after_seconds),
        leased_until: later(after_seconds + 60),
    }
}

async fn claimed(store: &Store, after_seconds: u32) -> Vec<ClaimedMail> {
    store.claim_mails(claim(1000, after_seconds)).await.unwrap()
}

fn may_send(world: &World, sender: UserId) -> bool {
    world.people.iter().any(|person| {
        person.id == sender
            && person.status == Status::Active
            && world.role_of(person) != OrganizationRole::User
    })
}

fn usable(world: &World) -> Vec<InvitationId> {
    let mut ids: Vec<_> = world
        .invitations
        .iter()
        .filter(|invited| invited.end.is_none() && invited.expires_at > now())
        .filter(|invited| invited.sender.is_none_or(|sender| may_send(world, sender)))
        .map(|invited| invited.id)
        .collect();
    ids.sort_unstable();
    ids
}

fn ids(mails: &[ClaimedMail]) -> Vec<InvitationId> {
    let mut ids: Vec<_> = mails
        .iter()
        .map(|claimed| match claimed.mail.reason {
            MailReason::Invitation { invitation, .. } => invitation,
            MailReason::PasswordReset { .. } => panic!("nobody asked for a reset"),
        })
        .collect();
    ids.sort_unstable();
    ids
}

/// R-INV-10, lesson 40.
async fn mails_whose_link_can_be_used_are_claimed_and_no_others(store: &Store) {
    let world = World::random(203, 60, 1);
    world.write(store).await;
    let usable = usable(&world);
    assert!(!usable.is_empty() && usable.len() < world.invitations.len());
    // One is resent: its older link is dead, and so is its mail.
    let mut resend = Statement::new("update invitations set generation = 3 where id = ");
    resend.id(usable[0]);
    run(store, vec![resend]).await;
    let mails = claimed(store, 0).await;
    assert_eq!(ids(&mails), usable[1..]);
    let mail = &mails[0];
    assert_eq!(mail.attempt, 1);
    assert_eq!(mail.mail.to.as_str(), "who@x.example");
    assert!(store.mail_is_wanted(mail.mail.id, now()).await.unwrap());
    let read: MailId = mail.mail.id.to_string().parse().unwrap();
    assert_eq!(read, mail.mail.id);

    let MailReason::Invitation { invitation, .. } = mail.mail.reason else {
        panic!("nobody asked for a reset")
    };
    let mut revoke = Statement::new("update invitations set end_state = 'revoked', ended_at = ");
    revoke.moment(now()).text(" where id = ").id(invitation);
    run(store, vec![revoke]).await;
    assert!(!store.mail_is_wanted(mail.mail.id, now()).await.unwrap());
    // The rest is due again when nobody reports; those that were dropped are not.
    let again = claimed(store, 60).await;
    assert_eq!(ids(&again).len(), usable.len() - 2);
    assert!(again.iter().all(|mail| mail.attempt == 2));
}

/// R-INV-9, R-INV-10: nobody gets a link that opens nothing, and whoever looks is told why.
async fn the_mail_of_a_suspended_invitation_fails_and_says_why(store: &Store) {
    let world = World::random(207, 60, 1);
    world.write(store).await;
    let suspended: Vec<_> = world
        .invitations
        .iter()
        .filter(|invited| invited.end.is_none() && invited.expires_at > now())
        .filter(|invited| {
            invited
                .sender
                .is_some_and(|sender| !may_send(&world, sender))
        })
        .collect();
    let is_gone = |sender| !world.people.iter().any(|person| person.id == sender);
    assert!(suspended.iter().any(|one| one.sender.is_some_and(is_gone)));
    assert!(!suspended.iter().all(|one| one.sender.is_some_and(is_gone)));
    assert_eq!(ids(&claimed(store, 0).await), usable(&world));
    for invited in suspended {
        let mail = MailId {
            subject: invited.id.uuid(),
            generation: 2,
        };
        assert!(!store.mail_is_wanted(mail, now()).await.unwrap());
        let row = store
            .invitation(world.organization, invited.id, now())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.mail, MailState::Failed);
        let error = "its sender may not invite any more; resend it";
        assert_eq!(row.mail_error.as_deref(), Some(error));
    }
}

/// R-INV-10.
async fn a_mail_is_held_by_one_worker_until_its_lease_ends(store: &Store) {
    let world = World::random(202, 60, 1);
    world.write(store).await;
    let mails = claimed(store, 0).await;
    assert!(!mails.is_empty());
    assert_eq!(claimed(store, 59).await, []);
    let again = claimed(store, 60).await;
    assert_eq!(ids(&again), ids(&mails));
}

/// R-INV-10.
async fn how_a_mail_fares_is_seen_at_its_invitation(store: &Store) {
    let world = World::random(203, 60, 1);
    world.write(store).await;
    let mails = claimed(store, 0).await;
    let [first, second, third, ..] = mails.as_slice() else {
        panic!("too few mails")
    };
    let error = || "no such mailbox".to_owned();
    let retry = Delivery::RetryAt {
        next_attempt_at: later(500),
        error: error(),
    };
    let reports = [
        (first, Delivery::Delivered, MailState::Sent, None),
        (second, retry, MailState::Queued, Some(error())),
        (
            third,
            Delivery::Failed { error: error() },
            MailState::Failed,
            Some(error()),
        ),
    ];
    let page = UsersPage {
        filter: crate::UsersFilter {
            statuses: [Status::Invited].into(),
            ..crate::UsersFilter::default()
        },
        limit: PageLimit::new(200).unwrap(),
        ..UsersPage::new(world.organization, Scope::Everything, now())
    };
    for (claimed, delivery, state, error) in reports {
        store
            .report_mail(claimed, delivery, later(1))
            .await
            .unwrap();
        let [invitation] = ids(std::slice::from_ref(claimed))[..] else {
            panic!("one mail is of one invitation")
        };
        let row = store
            .invitation(world.organization, invitation, now())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((row.mail, &row.mail_error), (state, &error));
        let users = store.users_page(page.clone()).await.unwrap().items;
        let shown = users
            .into_iter()
            .filter_map(|user| user.invitation)
            .find(|shown| shown.id == invitation)
            .unwrap();
        assert_eq!((shown.mail, shown.mail_error), (state, error));
    }
    let due: Vec<_> = claimed(store, 500).await;
    assert!(due.iter().any(|due| due.mail.id == second.mail.id));
    assert!(!due.iter().any(|due| due.mail.id == first.mail.id));
    assert!(!due.iter().any(|due| due.mail.id == third.mail.id));
}

/// R-INV-10: a worker that was too slow does not undo what the next one did.
async fn a_report_of_an_attempt_that_is_not_the_latest_is_not_heard(store: &Store) {
    let world = World::random(204, 60, 1);
    world.write(store).await;
    let slow = claimed(store, 0).await.remove(0);
    let quick = claimed(store, 60)
        .await
        .into_iter()
        .find(|mail| mail.mail.id == slow.mail.id)
        .unwrap();
    let failed = Delivery::Failed {
        error: "too late".to_owned(),
    };
    store
        .report_mail(&slow, failed.clone(), later(61))
        .await
        .unwrap();
    store
        .report_mail(&quick, Delivery::Delivered, later(61))
        .await
        .unwrap();
    store.report_mail(&quick, failed, later(62)).await.unwrap();
    let row = store.mailbox_mail(slow.mail.id).await.unwrap().unwrap();
    assert_eq!((row.state, row.error), (MailState::Sent, None));
}

/// R-INV-10.
async fn two_workers_never_hold_the_same_mail(store: &Store) {
    let world = World::random(205, 80, 1);
    world.write(store).await;
    let mut held = Vec::new();
    // Dropped mails make claims come back empty, so there are as many rounds as mails.
    for _ in 0..world.invitations.len() {
        let (one, other, third) = tokio::join!(
            store.claim_mails(claim(3, 0)),
            store.claim_mails(claim(3, 0)),
            store.claim_mails(claim(3, 0)),
        );
        for mails in [one, other, third] {
            held.extend(ids(&mails.unwrap()));
        }
    }
    held.sort_unstable();
    assert_eq!(held, usable(&world));
}

async fn the_mailbox_lists_newest_first(store: &Store) {
    let world = World::random(206, 50, 1);
    world.write(store).await;
    let first = MailboxPage {
        limit: PageLimit::new(4).unwrap(),
        ..MailboxPage::default()
    };
    let (mut page, mut found) = (first.clone(), Vec::new());
    loop {
        let rows = store.mailbox_page(page).await.unwrap();
        for row in &rows.items {
            let one = store.mailbox_mail(row.mail.id).await.unwrap();
            assert_eq!(one.as_ref(), Some(row));
        }
        found.extend(rows.items.into_iter().map(|row| row.mail));
        let Some(next) = rows.next else { break };
        page = first.clone().after(next.as_str()).unwrap();
    }
    assert_eq!(found.len(), world.invitations.len());
    assert!(found.is_sorted_by(|one, other| {
        (one.created_at, one.id.subject) > (other.created_at, other.id.subject)
    }));
}
