//! From an empty database to a removal, by one person who founds and one who is invited.

use super::{
    look::{Look, NARROW, WIDE},
    server::Server,
    visitor::Visitor,
};

const FOUNDER: &str = "ingrid@halden.example";
const FOUNDER_PASSWORD: &str = "copper lantern over quiet water";
const INVITED: &str = "tove+work@halden.example";
const INVITED_PASSWORD: &str = "seven brass hinges in the rain";

/// R-LST-4: founding, entities, *Invite User*, acceptance, roles, the list, leaving a room, *Remove*.
#[tokio::test]
async fn the_story_is_lived_at_a_desk() {
    live(WIDE, &Server::start()).await;
}

/// R-LST-4: the same on a phone, by night.
#[tokio::test]
async fn the_story_is_lived_on_a_phone() {
    live(NARROW, &Server::start()).await;
}

/// R-LST-4: the same over PostgreSQL.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn the_story_is_lived_over_postgresql() {
    live(WIDE.named("wide-light-postgresql"), &Server::on_postgres()).await;
}

async fn live(look: Look, server: &Server) {
    let visitor = Visitor::arrive(look).await;
    found(&visitor, server).await;
    open_rooms(&visitor).await;
    invite(&visitor).await;
    accept(&visitor, server).await;
    give_roles(&visitor, server).await;
    leave_one_room(&visitor).await;
    leave_the_house(&visitor, server).await;
    visitor.leave().await;
}

async fn found(visitor: &Visitor, server: &Server) {
    visitor.open(&server.set_up).await;
    visitor.picture("set-up").await;
    visitor.fill("Organization name", "Halden Group").await;
    visitor.fill("Your name", "Ingrid Halden").await;
    visitor.fill("Your email", FOUNDER).await;
    visitor.fill("Password", "halden group").await;
    visitor.press("Create organization").await;
    // R-SES-1, R-ANS-3: refused beside the field, and what was typed is kept.
    visitor.picture("set-up-refused").await;
    assert_eq!(visitor.typed("Organization name").await, "Halden Group");
    assert_eq!(visitor.typed("Your email").await, FOUNDER);
    visitor.fill("Password", FOUNDER_PASSWORD).await;
    visitor.press("Create organization").await;
    assert_eq!(visitor.typed("Email").await, FOUNDER);
    visitor.open(&server.set_up).await;
    assert_eq!(visitor.heading().await, "This link cannot be used");
    visitor.sign_in(server, FOUNDER, FOUNDER_PASSWORD).await;
    assert_eq!(visitor.heading().await, "Users");
    visitor.picture("users-first").await;
}

async fn open_rooms(visitor: &Visitor) {
    visitor.follow("Entities").await;
    visitor.picture("entities-none").await;
    for name in ["Halden Foods", "Northwind Cold Storage"] {
        visitor.fill("New entity", name).await;
        visitor.press("Create entity").await;
        assert_eq!(visitor.heading().await, name);
        visitor.follow_first("Entities").await;
    }
    // R-ENT-7: a name is taken whatever its case.
    visitor.fill("New entity", "halden FOODS").await;
    visitor.press("Create entity").await;
    assert!(
        visitor
            .words()
            .await
            .contains("Another entity has this name.")
    );
    assert_eq!(visitor.typed("New entity").await, "halden FOODS");
    visitor.picture("entities").await;
}

async fn invite(visitor: &Visitor) {
    visitor.follow("Users").await;
    visitor.follow_first("Invite User").await;
    visitor.fill("Email", "tove@").await;
    visitor.fill("Name optional", "Tove").await;
    visitor.choose("Halden Foods", "Approver").await;
    visitor.press("Send Invitation").await;
    visitor.picture("invite-refused").await;
    assert_eq!(visitor.typed("Email").await, "tove@");
    visitor.fill("Email", INVITED).await;
    visitor.press("Send Invitation").await;
    // R-INV-11: the offer to add the person to entities.
    assert!(
        visitor
            .words()
            .await
            .contains("Invitation sent to tove+work@halden.example.")
    );
    visitor.picture("invited").await;
    visitor.follow_first("Add to entities").await;
    visitor.choose("Northwind Cold Storage", "Clerk").await;
    visitor.picture("add-to-entities").await;
    visitor.press("Add to entities").await;
    assert!(
        visitor
            .words()
            .await
            .contains("Tove was added to 1 entity.")
    );
}

async fn accept(visitor: &Visitor, server: &Server) {
    visitor.open(&format!("{}/mailbox", server.url)).await;
    visitor.picture("mailbox").await;
    visitor.follow_first(INVITED).await;
    visitor.picture("mail").await;
    let link = visitor
        .link_beginning(&format!("{}/invitations/", server.url))
        .await;
    // Lesson 3: signed in as someone else, the invitation cannot be taken.
    visitor.open(&link).await;
    visitor.picture("accept-as-another").await;
    visitor
        .press(&format!("Sign out and continue as {INVITED}"))
        .await;
    // Lesson 10: opening consumes nothing.
    visitor.open(&link).await;
    assert_eq!(visitor.heading().await, "Join Halden Group");
    visitor.picture("accept").await;
    visitor.fill("Your name", "Tove Lind").await;
    visitor.fill("Password", "tovetovetove").await;
    visitor.press("Accept invitation").await;
    visitor.picture("accept-refused").await;
    assert_eq!(visitor.typed("Your name").await, "Tove Lind");
    visitor.fill("Password", INVITED_PASSWORD).await;
    visitor.press("Accept invitation").await;
    // R-INV-6, lesson 29: on to sign-in, with the email filled in, its plus included.
    assert_eq!(visitor.typed("Email").await, INVITED);
    visitor.picture("accepted").await;
    visitor.open(&link).await;
    assert_eq!(visitor.heading().await, "This invitation cannot be used");
    visitor.picture("invitation-used").await;
    visitor.sign_in(server, INVITED, INVITED_PASSWORD).await;
    assert_eq!(visitor.heading().await, "Entities");
    visitor.picture("entities-of-a-user").await;
}

async fn give_roles(visitor: &Visitor, server: &Server) {
    visitor.sign_in(server, FOUNDER, FOUNDER_PASSWORD).await;
    visitor.picture("users").await;
    let words = visitor.words().await;
    for word in [
        "Tove Lind",
        INVITED,
        "Halden Foods",
        "Approver",
        "Northwind Cold Storage",
        "Clerk",
    ] {
        assert!(words.contains(word), "{word} stands in the list:\n{words}");
    }
    visitor.follow_first("TL").await;
    assert_eq!(visitor.heading().await, "Tove Lind");
    visitor.picture("user").await;
    visitor.follow("Change Tove Lind in Halden Foods").await;
    // Lesson 51: picking changes nothing; saving does.
    visitor.pick("Manager").await;
    visitor.follow("Cancel").await;
    assert!(visitor.words().await.contains("Approver"));
    visitor.follow("Change Tove Lind in Halden Foods").await;
    visitor.pick("Manager").await;
    visitor.picture("member").await;
    visitor.press("Save role").await;
    assert!(
        visitor
            .words()
            .await
            .contains("The role of Tove Lind in Halden Foods is saved.")
    );
}

async fn leave_one_room(visitor: &Visitor) {
    visitor
        .follow("Change Tove Lind in Northwind Cold Storage")
        .await;
    visitor.follow("Remove from Northwind Cold Storage").await;
    visitor.picture("remove-from-entity").await;
    visitor.press("Remove from this entity").await;
    let words = visitor.words().await;
    assert!(words.contains("Tove Lind was removed from Northwind Cold Storage."));
    // R-ENT-5: the other room and the house stay.
    assert!(words.contains("Halden Foods"));
    assert!(words.contains("Active"));
}

async fn leave_the_house(visitor: &Visitor, server: &Server) {
    visitor.follow("Remove").await;
    let words = visitor.words().await;
    assert!(words.contains("What will be lost"));
    assert!(words.contains("Halden Foods"));
    visitor.picture("removal-plan").await;
    visitor.follow("Cancel").await;
    assert_eq!(visitor.heading().await, "Tove Lind");
    visitor.follow("Remove").await;
    visitor.press("Remove from the organization").await;
    assert!(
        visitor
            .words()
            .await
            .contains("Tove Lind was removed from Halden Group and from 1 entity.")
    );
    visitor.picture("removed").await;
    // R-REM-5, R-REM-7: the account is there, and leads nowhere any more.
    visitor.sign_in(server, INVITED, INVITED_PASSWORD).await;
    assert_eq!(visitor.heading().await, "No organization yet");
    visitor.picture("no-organization").await;
}
