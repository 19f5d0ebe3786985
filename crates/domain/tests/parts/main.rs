//! A part asks, or decides as the whole does: whatever it knows, and however it is loaded.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where it stands"
)]

mod hostile;
mod knowing;
mod loaders;
mod rounds;

use vestibule_domain::Directory;
use vestibule_domain::test_support::{Draft, World};

/// A world in which that story has happened.
fn world_after(story: &[Draft]) -> World {
    let mut world = World::numbered(1);
    for draft in story {
        let request = world.next_request(*draft);
        // What is refused belongs to the story too.
        let _ = world.play(&request);
    }
    world
}

/// Nothing of that organization yet but itself.
fn nothing_of(whole: &Directory) -> Directory {
    Directory::part(whole.organization().clone())
}
