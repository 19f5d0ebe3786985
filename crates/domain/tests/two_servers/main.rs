//! Two servers on one database, step by step in every order: whichever server locks, loads,
//! decides, writes, mails or crashes first, no rule is broken.
//!
//! Decisions, parts and changes are the crate's own; the database, its lock, the servers and the
//! mail are a model of what storage and delivery do. Every reachable state is visited.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

mod cast;
mod rows;
mod rules;
mod search;
mod server;

use cast::Ask;
use search::search;
use server::Manners;

/// Two things are asked for, each up to two times, in every order of every step, with crashes and
/// retries anywhere between: nothing breaks (R-ORG-1, R-ORG-5, R-INV-3 to R-INV-6, R-INV-9,
/// R-INV-10, R-REM-1, R-REM-6, R-AUD-1). `cargo xtask explore` asks for three.
#[test]
fn no_interleaving_of_two_servers_breaks_a_rule() {
    let asks = match std::env::var("VESTIBULE_EXPLORE_ASKS") {
        Ok(asks) => asks.parse().unwrap(),
        Err(_) => 2,
    };
    let mut states = 0;
    for menu in menus(asks) {
        states += search(&menu, Manners::Good).unwrap_or_else(|story| panic!("{story}"));
        eprintln!("{menu:?}: {states} states so far");
    }
    assert!(states > 100_000, "only {states} states");
}

/// Accepting, resending, revoking, removing and transferring, all at once.
#[test]
fn no_interleaving_of_all_that_is_asked_at_once_breaks_a_rule() {
    let menu = [
        Ask::AcceptFirst,
        Ask::AcceptSecond,
        Ask::Resend,
        Ask::Revoke,
        Ask::RemoveAnn,
        Ask::Transfer,
    ];
    let states = search(&menu, Manners::Good).unwrap_or_else(|story| panic!("{story}"));
    assert!(states > 50_000, "only {states} states");
}

/// A rule broken on purpose is found: nobody takes the organization's lock.
#[test]
fn servers_without_a_lock_are_found() {
    let story = search(&[Ask::AcceptFirst, Ask::Revoke], Manners::NoLock).unwrap_err();
    assert!(
        story.contains("R-REM-6") || story.contains("R-INV"),
        "{story}"
    );
    let story = search(&[Ask::Transfer, Ask::RemoveAnn], Manners::NoLock).unwrap_err();
    assert!(story.contains("R-ORG"), "{story}");
}

/// A rule broken on purpose is found: what was read before the lock counts.
#[test]
fn a_server_that_reads_before_it_locks_is_found() {
    let story = search(&[Ask::Transfer, Ask::RemoveAnn], Manners::ReadsFirst).unwrap_err();
    assert!(story.contains("R-ORG"), "{story}");
}

/// A rule broken on purpose is found: an invitation is accepted though its sender is gone.
#[test]
fn a_server_that_forgets_the_senders_right_is_found() {
    let story = search(&[Ask::AcceptFirst, Ask::RemoveAnn], Manners::ForgetsSender).unwrap_err();
    assert!(story.contains("R-INV-9"), "{story}");
}

/// A rule broken on purpose is found: a mail goes out without asking whether its reason stands.
#[test]
fn a_mail_whose_reason_nobody_asks_is_found() {
    let story = search(&[Ask::Resend, Ask::Revoke], Manners::MailsBlindly).unwrap_err();
    assert!(story.contains("R-INV-10"), "{story}");
}

/// A rule broken on purpose is found: the change is committed before its event.
#[test]
fn an_event_in_a_transaction_of_its_own_is_found() {
    let story = search(&[Ask::Revoke], Manners::RecordsApart).unwrap_err();
    assert!(story.contains("R-AUD-1"), "{story}");
}

/// A rule broken on purpose is found: somebody is answered before the commit.
#[test]
fn an_answer_before_the_commit_is_found() {
    let story = search(&[Ask::Revoke], Manners::AnswersFirst).unwrap_err();
    assert!(story.contains("answered and not kept"), "{story}");
}

/// Every choice of so many from all that can be asked.
fn menus(length: usize) -> Vec<Vec<Ask>> {
    let mut menus = vec![Vec::new()];
    for ask in Ask::ALL {
        let longer: Vec<Vec<Ask>> = menus
            .iter()
            .map(|menu| menu.iter().copied().chain([ask]).collect())
            .collect();
        menus.extend(longer);
    }
    menus.retain(|menu| menu.len() == length);
    menus
}
