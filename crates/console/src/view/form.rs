//! What a form shows again after it was sent: what was typed, what was wrong with it, and where.

use crate::{api::Refusal, messages};

/// A form as it comes back: never holds a password, since that is not sent back.
#[derive(Debug, Default, Clone)]
pub(crate) struct Form {
    values: Vec<(String, String)>,
    pub(crate) problems: Vec<Problem>,
    /// A refusal that no field can be blamed for.
    pub(crate) refusal: Option<String>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The id of the field in the page.
    pub(crate) field: String,
    pub(crate) text: String,
}

/// One of several that can be picked in a list or by a radio button.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    /// What it means; empty where the label says enough.
    pub(crate) hint: &'static str,
    pub(crate) selected: bool,
}

impl Form {
    /// An empty form.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The same form with what was typed into a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The same form with something wrong in a field.
    pub(crate) fn wrong(mut self, field: &str, text: impl Into<String>) -> Self {
        self.problems.push(Problem {
            field: field.to_owned(),
            text: text.into(),
        });
        self
    }

    /// The same form, refused as a whole.
    pub(crate) fn refused(mut self, text: impl Into<String>) -> Self {
        self.refusal = Some(text.into());
        self
    }

    /// The same form as the API refused it: beside the fields it names, above the form otherwise.
    ///
    /// `fields` are the fields of the form by the name that the API has for them.
    pub(crate) fn refused_by(mut self, refusal: &Refusal, fields: &[(&str, &str)]) -> Self {
        for wrong in &refusal.wrong {
            let name = wrong.pointer.trim_start_matches('/');
            if let Some((_, field)) = fields.iter().find(|(key, _)| name == *key) {
                self = self.wrong(field, messages::beside_field(refusal, &wrong.detail));
            }
        }
        if self.problems.is_empty() {
            self = self.refused(messages::sentence(refusal));
        }
        self
    }

    /// What was typed into the field, or nothing.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// What is wrong with the field, if anything is.
    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|problem| problem.field == name)
            .map(|problem| problem.text.as_str())
    }

    /// Whether there is anything to say above the form.
    pub(crate) fn is_refused(&self) -> bool {
        self.refusal.is_some() || !self.problems.is_empty()
    }
}

impl Choice {
    /// A choice without an explanation.
    pub(crate) fn plain(value: &str, label: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            hint: "",
            selected: false,
        }
    }

    /// A choice with a sentence that explains it.
    pub(crate) fn explained(value: &str, label: &str, hint: &'static str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            hint,
            selected: false,
        }
    }

    /// The same choice, picked when its value is the given one.
    pub(crate) fn picked_if(mut self, value: &str) -> Self {
        self.selected = self.value == value;
        self
    }
}
