//! How often a decision asks a generous loader, counted for each command.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use vestibule_domain::test_support::{Generous, World, story};
use vestibule_domain::{Command, decide_all};

use super::nothing_of;

/// The commands that ask twice, and then only before they are refused: by somebody who does not
/// see everything, about a person or an entity that they may not see. Everything else asks once.
const TWICE: [&str; 8] = [
    "ArchiveEntity",
    "DeactivateUser",
    "DeleteEntity",
    "ReactivateUser",
    "RemoveUser",
    "RenameEntity",
    "UnarchiveEntity",
    "UpdateUser",
];

/// How many commands there are.
const COMMANDS: usize = 23;

/// A decision costs one round of queries, and some refusals two.
#[test]
fn every_command_asks_once_and_eight_of_them_twice_before_they_refuse() {
    let mut runner = TestRunner::deterministic();
    let mut worst = BTreeMap::<String, usize>::new();
    let mut of_accepted = 0;
    for _ in 0..600 {
        let mut world = World::numbered(1);
        for draft in story(60).new_tree(&mut runner).unwrap().current() {
            let request = world.next_request(draft);
            let before = world.directory.clone();
            let mut loader = Generous::over(&before);
            let Ok(outcomes) = decide_all(
                &mut nothing_of(&before),
                &mut loader,
                std::slice::from_ref(&request),
            );
            assert_eq!(outcomes[0], world.play(&request));
            let rounds = worst.entry(name_of(&request.command)).or_default();
            *rounds = loader.rounds.max(*rounds);
            if outcomes[0].is_ok() {
                of_accepted = loader.rounds.max(of_accepted);
            }
        }
    }
    assert_eq!(worst.len(), COMMANDS, "every command comes up: {worst:?}");
    assert_eq!(of_accepted, 1, "what is accepted asked once");
    for (command, rounds) in &worst {
        let expected = if TWICE.contains(&command.as_str()) {
            2
        } else {
            1
        };
        assert_eq!(*rounds, expected, "{command}");
    }
}

/// What a command is called.
fn name_of(command: &Command) -> String {
    let told = format!("{command:?}");
    told.split(' ').next().unwrap_or_default().to_owned()
}
