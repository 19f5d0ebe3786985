//! The examples: they run, and the storage of one's own passes the conformance suite.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use vestibule_domain::test_support::{Answer, Implementation, State, conformance};
use vestibule_domain::{Founding, OrganizationId, Request};

use own_storage::Storage;

#[path = "../examples/directory.rs"]
mod directory;
#[path = "../examples/own_storage.rs"]
mod own_storage;

/// The storage with the organization of one story in it.
struct Own {
    storage: Storage,
    organization: Option<OrganizationId>,
}

impl Own {
    fn new() -> Self {
        Self {
            storage: Storage::in_memory().expect("SQLite opens a database in memory"),
            organization: None,
        }
    }

    fn organization(&self) -> Result<OrganizationId, own_storage::Fault> {
        self.organization
            .ok_or_else(|| "nothing was founded".into())
    }
}

impl Implementation for Own {
    type Error = own_storage::Fault;

    fn found(&mut self, founding: &Founding) -> Result<(), Self::Error> {
        self.organization = Some(founding.organization);
        self.storage.found(founding.clone())
    }

    fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, Self::Error> {
        let outcomes = self.storage.execute(self.organization()?, batch)?;
        Ok(outcomes.into_iter().map(Answer::from).collect())
    }

    fn state(&mut self) -> Result<State, Self::Error> {
        let (organization, all, history) = self.storage.all(self.organization()?)?;
        Ok(State {
            organization,
            all,
            history: Some(history),
        })
    }
}

#[test]
fn the_example_in_memory_runs() {
    directory::main().unwrap();
}

#[test]
fn the_example_with_storage_of_its_own_runs() {
    own_storage::main().unwrap();
}

#[test]
fn storage_of_ones_own_answers_and_keeps_as_the_model_does() {
    conformance(Own::new);
}

/// What docs/embedding.md shows is what is compiled and run here.
#[test]
fn the_page_on_embedding_shows_the_examples_as_they_are() {
    let sources = [
        include_str!("../examples/directory.rs"),
        include_str!("../examples/own_storage.rs"),
        include_str!("examples.rs"),
    ];
    let page = std::fs::read_to_string("../../docs/embedding.md").expect("the page");
    let blocks: Vec<&str> = page
        .split("```rust\n")
        .skip(1)
        .filter_map(|rest| rest.split("```\n").next())
        .collect();
    assert!(blocks.len() >= 6, "{} blocks", blocks.len());
    for part in blocks.iter().flat_map(|block| block.split("\n\n")) {
        let is_shown = sources
            .iter()
            .any(|source| source.contains(part.trim_end()));
        assert!(is_shown, "no example has this:\n{part}");
    }
}
