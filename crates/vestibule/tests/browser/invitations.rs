//! What becomes of invitations: resent, revoked, declined, or never delivered.

use super::{
    look::{Look, at_both},
    server::{PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";
const INVITED: &str = "tove@halden.example";

/// R-INV-3, R-INV-4, R-INV-5, R-INV-7: each link ends with a resend, a revocation, a refusal, and all
/// ends look the same from outside.
#[tokio::test]
async fn links_end_when_resent_revoked_or_declined() {
    at_both(end_links).await;
}

/// R-INV-10: what the mail server said stands on the invitation, with sending it again beside it.
#[tokio::test]
async fn a_mail_that_failed_is_shown_and_can_be_sent_again() {
    at_both(fail_to_send).await;
}

async fn end_links(look: Look) {
    let server = Server::start();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let user = house.page(&format!("/users/{}", house.invite(INVITED, "user")));
    let owner = Visitor::arrive(look).await;
    owner.sign_in(&server, OWNER, PASSWORD).await;
    let first = owner.mailed_link(&server, "invitations").await;

    owner.open(&user).await;
    owner.picture("user-invited").await;
    owner.fill("Name", "Tove Lind").await;
    owner.press("Save name").await;
    assert_eq!(owner.heading().await, "Tove Lind");
    owner.press("Resend invitation").await;
    owner
        .reads("A new invitation is on its way to tove@halden.example.")
        .await;
    let second = owner.mailed_link(&server, "invitations").await;
    assert_ne!(first, second);

    let invited = Visitor::arrive(look).await;
    cannot_be_used(&invited, &first).await;
    invited.open(&second).await;
    invited.unfold("Decline this invitation").await;
    invited.picture("decline").await;
    invited.press("Decline").await;
    assert_eq!(invited.heading().await, "Invitation declined");
    cannot_be_used(&invited, &second).await;
    owner.open(&house.page("/users")).await;
    owner.does_not_read(INVITED).await;

    // R-INV-5: the same email is invited again, and this time it is taken back.
    let again = house.page(&format!("/users/{}", house.invite(INVITED, "user")));
    let third = owner.mailed_link(&server, "invitations").await;
    owner.open(&again).await;
    owner.follow("Revoke invitation").await;
    owner.picture("revoke").await;
    owner.press("Revoke invitation").await;
    owner
        .reads("The invitation of tove@halden.example is revoked.")
        .await;
    cannot_be_used(&invited, &third).await;
    owner.leave().await;
    invited.leave().await;
}

async fn cannot_be_used(visitor: &Visitor, link: &str) {
    visitor.open(link).await;
    assert_eq!(visitor.heading().await, "This invitation cannot be used");
}

async fn fail_to_send(look: Look) {
    let server = Server::with_mail_server();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    let refused = house.invite("refused@halden.example", "user");
    visitor.open(&house.page("/users?status=invited")).await;
    visitor.wait_for("Mail failed").await;
    visitor.picture("users-mail-failed").await;
    visitor
        .open(&house.page(&format!("/users/{refused}")))
        .await;
    visitor.reads("The mail did not arrive.").await;
    visitor.reads("no such person here").await;
    visitor.picture("user-mail-failed").await;
    visitor.press("Resend invitation").await;
    visitor.wait_for("Mail failed").await;

    // Whom the server takes mail for is sent one that leads in.
    let taken = house.invite(INVITED, "user");
    let mail = server.mail_server.as_ref().unwrap().next_text();
    let link = mail
        .split_whitespace()
        .find(|word| word.contains("/invitations/"));
    visitor.open(&house.page(&format!("/users/{taken}"))).await;
    visitor.wait_for("Mail sent").await;
    visitor.open_menu("account-menu").await;
    visitor.press("Sign out").await;
    visitor.open(link.unwrap()).await;
    assert_eq!(visitor.heading().await, "Join Halden Group");
    visitor.leave().await;
}
