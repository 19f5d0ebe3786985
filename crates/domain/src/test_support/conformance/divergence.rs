//! A divergence as a person reads it: the story, both answers, the rule, and how to see it again.

use std::fmt;

use crate::test_support::{AT_HOME, Step, Told, World};

/// Where an implementation differs from the model, with the shortest story found that shows it.
///
/// Its text has the story, both answers, the rule where one is known, the command that repeats it
/// and the lines of a test that keeps it from coming back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    pub(super) story: Vec<Step>,
    pub(super) difference: Difference,
    pub(super) command: Option<String>,
}

/// What differed, and where in the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    model: String,
    implementation: String,
    rule: Option<String>,
    /// The step that it was seen after.
    pub(super) at: usize,
}

impl Divergence {
    /// The story, step by step.
    #[must_use]
    pub fn story(&self) -> &[Step] {
        &self.story
    }

    /// What the model has.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.difference.model
    }

    /// What the implementation has instead.
    #[must_use]
    pub fn implementation(&self) -> &str {
        &self.difference.implementation
    }
}

impl Difference {
    pub(super) fn new(model: String, implementation: String, rule: Option<String>) -> Self {
        Self {
            model,
            implementation,
            rule,
            at: 0,
        }
    }

    /// With labels instead of the ids of that world.
    pub(super) fn among(mut self, world: &World, story: &[Step], at: usize) -> Self {
        let home = world.at_home();
        self.model = self.model.replace(&home, AT_HOME);
        self.implementation = self.implementation.replace(&home, AT_HOME);
        let told = Told(story).to_string();
        let labels = told.split([' ', '\n']).chain(["olive", "nobody"]);
        for label in labels.filter(|label| !label.is_empty()) {
            for id in [
                world.user_called(label).uuid(),
                world.entity_called(label).uuid(),
                world.key_called(label).uuid(),
                world.invitation_called(label).uuid(),
            ] {
                let id = id.to_string();
                self.model = self.model.replace(&id, label);
                self.implementation = self.implementation.replace(&id, label);
            }
        }
        self.at = at;
        self
    }
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the implementation differs from the model\n")?;
        for (place, step) in self.story.iter().enumerate() {
            let mark = if place == self.difference.at {
                "->"
            } else {
                "  "
            };
            for line in step.to_string().lines() {
                writeln!(f, " {mark} {line}")?;
            }
        }
        writeln!(f, "\nmodel:\n{}", self.difference.model)?;
        writeln!(f, "\nimplementation:\n{}", self.difference.implementation)?;
        if let Some(rule) = &self.difference.rule {
            writeln!(f, "\nrule: {rule}")?;
        }
        if let Some(command) = &self.command {
            writeln!(f, "\nagain: {command}")?;
        }
        writeln!(f, "\nas a test:\n")?;
        writeln!(f, "    Conformance::new().replay(your_store, r#\"")?;
        for line in Told(&self.story).to_string().lines() {
            writeln!(f, "        {line}")?;
        }
        writeln!(f, "    \"#).unwrap();")
    }
}

impl std::error::Error for Divergence {}
