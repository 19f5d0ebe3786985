//! Password resets: who can use them, how often, how long, and what strangers learn: nothing.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use uuid::Uuid;
use vestibule_domain::{AccountId, Email, SecretDigest};

use super::NewPasswordReset;
use crate::statement::Statement;
use crate::store::reading;
use crate::testing::{account_statement, later, now, on_both_databases, run};
use crate::{
    ClaimMails, Fault, MailReason, MailboxPage, NewSession, PasswordHash, PasswordResetId,
    SessionId, SessionLifetime, Store,
};

on_both_databases![
    a_reset_is_used_once_within_an_hour_and_ends_all_sessions,
    a_newer_reset_takes_the_place_of_an_older_one,
    an_unknown_email_leaves_the_same_rows_and_no_mail,
    looking_at_a_reset_uses_nothing_up,
    a_used_reset_ends_every_other_of_the_account,
    mails_of_resets_that_are_gone_are_tidied_away,
    what_has_run_out_is_tidied_away,
];

fn account() -> AccountId {
    AccountId::new(Uuid::from_u128(1))
}

fn id(number: u128) -> PasswordResetId {
    PasswordResetId::new(Uuid::from_u128(number))
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

async fn make_account(store: &Store) {
    let statement = account_statement(account(), "ann@x.example", "Ann");
    run(store, vec![statement]).await;
}

async fn ask(store: &Store, number: u128, email: &str, after_seconds: u32) {
    let email: Email = email.parse().unwrap();
    store
        .create_password_reset(NewPasswordReset {
            id: id(number),
            email: email.key().clone(),
            at: later(after_seconds),
        })
        .await
        .unwrap();
}

async fn redeem(store: &Store, number: u128, after_seconds: u32) -> Option<AccountId> {
    store
        .use_password_reset(id(number), hash("new hash"), later(after_seconds))
        .await
        .unwrap()
}

async fn claimed(store: &Store, after_seconds: u32) -> Vec<MailReason> {
    let claim = ClaimMails {
        mails_max: 10,
        at: later(after_seconds),
        leased_until: later(after_seconds + 60),
    };
    let mails = store.claim_mails(claim).await.unwrap();
    mails.into_iter().map(|mail| mail.mail.reason).collect()
}

/// R-SES-2, R-INV-7.
async fn a_reset_is_used_once_within_an_hour_and_ends_all_sessions(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    let session = NewSession {
        id: SessionId::new(Uuid::from_u128(1)),
        account: account(),
        digest: SecretDigest([1; 32]),
        proved: hash("old hash"),
        at: now(),
        lifetime: SessionLifetime::default(),
    };
    store.create_session(session).await.unwrap().unwrap();

    assert_eq!(redeem(store, 1, 3600).await, None);
    assert_eq!(redeem(store, 1, 3599).await, Some(account()));
    assert_eq!(redeem(store, 1, 3599).await, None);
    let found = store.account(account()).await.unwrap().unwrap();
    assert_eq!(found.password_hash, hash("new hash"));
    let lifetime = SessionLifetime::default();
    let session = store.session_by_digest(SecretDigest([1; 32]), None, lifetime, later(1));
    assert_eq!(session.await.unwrap(), None);
    assert_eq!(redeem(store, 9, 0).await, None);
}

/// R-INV-7.
async fn a_newer_reset_takes_the_place_of_an_older_one(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    ask(store, 2, "ANN@X.example", 1).await;
    assert_eq!(redeem(store, 1, 2).await, None);
    // The older mail is dropped: its reason has ended.
    let resets: Vec<_> = claimed(store, 2)
        .await
        .into_iter()
        .map(|reason| match reason {
            MailReason::PasswordReset { reset, .. } => reset,
            MailReason::Invitation { .. } => panic!("nobody was invited"),
        })
        .collect();
    assert_eq!(resets, [id(2)]);
    assert_eq!(redeem(store, 2, 2).await, Some(account()));
}

/// R-INV-7, lesson 26.
async fn an_unknown_email_leaves_the_same_rows_and_no_mail(store: &Store) {
    make_account(store).await;
    ask(store, 1, "who@x.example", 0).await;
    assert_eq!(store.password_reset(id(1), now()).await.unwrap(), None);
    assert_eq!(redeem(store, 1, 0).await, None);
    let page = store.mailbox_page(MailboxPage::default()).await.unwrap();
    assert_eq!(page.items, []);
    assert_eq!(claimed(store, 0).await, []);
    assert_eq!(claimed(store, 1000).await, []);
}

/// R-INV-7, lesson 10.
async fn looking_at_a_reset_uses_nothing_up(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    for _ in 0..2 {
        let found = store
            .password_reset(id(1), later(1))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.account, account());
        assert_eq!(found.email.as_str(), "ann@x.example");
        assert_eq!(found.expires_at, later(3600));
    }
    let page = store.mailbox_page(MailboxPage::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(redeem(store, 1, 1).await, Some(account()));
    assert_eq!(store.password_reset(id(1), later(1)).await.unwrap(), None);
}

async fn what_has_run_out_is_tidied_away(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    store.tidy(later(3599)).await.unwrap();
    assert!(store.password_reset(id(1), now()).await.unwrap().is_some());
    store.tidy(later(3600)).await.unwrap();
    assert!(store.password_reset(id(1), now()).await.unwrap().is_none());
    let page = store.mailbox_page(MailboxPage::default()).await.unwrap();
    assert_eq!(page.items, []);
}

/// R-SES-2: of two resets that were asked for at once, each knows nothing of the other.
async fn a_used_reset_ends_every_other_of_the_account(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    let mut other = Statement::new(
        "insert into password_resets (id, account_id, created_at, expires_at) values (",
    );
    other
        .id(id(2).uuid())
        .text(", ")
        .id(account())
        .text(", ")
        .moment(now())
        .text(", ")
        .moment(later(3600))
        .text(")");
    run(store, vec![other]).await;
    assert_eq!(redeem(store, 1, 1).await, Some(account()));
    assert_eq!(redeem(store, 2, 1).await, None);
}

async fn mails_of_resets_that_are_gone_are_tidied_away(store: &Store) {
    make_account(store).await;
    ask(store, 1, "ann@x.example", 0).await;
    ask(store, 2, "ann@x.example", 1).await;
    store.tidy(later(2)).await.unwrap();
    assert_eq!(mails(store).await.unwrap(), 1);
    store.tidy(later(3601)).await.unwrap();
    assert_eq!(mails(store).await.unwrap(), 0);
}

async fn mails(store: &Store) -> Result<i64, Fault> {
    reading!(store, conn => {
        Ok(Statement::<BigInt>::new("select count(*) from outbox").get_result(conn)?)
    })
}
