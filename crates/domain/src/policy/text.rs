//! Policies as operators write them: TOML in, with errors that point at the place.

use std::ops::Range;

use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

use super::{ConditionalGrant, InvalidPolicy, Policy, PolicyRule};
use crate::EntityRole;

/// Says where a text stops being a policy, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct InvalidPolicyText {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rule: Vec<WrittenRule>,
}

/// A [`PolicyRule`] that remembers where each part stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    permission: Spanned<String>,
    roles: Vec<Spanned<EntityRole>>,
    #[serde(default)]
    conditional: Vec<Spanned<ConditionalGrant>>,
}

impl Policy {
    /// Reads a policy from TOML: one `[[rule]]` a permission, in the form of [`PolicyRule`].
    ///
    /// ```
    /// use vestibule_domain::{EntityRole, Grant, Policy};
    ///
    /// let policy = Policy::from_toml(
    ///     r#"
    ///     [[rule]]
    ///     permission = "invoice:approve"
    ///     roles = ["admin", "manager"]
    ///     conditional = [{ role = "approver", condition = "assigned" }]
    ///     "#,
    /// )?;
    /// let approve = policy.permission("invoice:approve").expect("it is the one there is");
    /// assert_eq!(approve.grant(EntityRole::Approver), Grant::IfAssigned);
    ///
    /// let error = Policy::from_toml("[[rule]]\npermission = \"Approve\"\nroles = []\n").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line 2, column 14: `Approve` is no permission name; write `thing:action` in lower case"
    /// );
    /// # Ok::<(), vestibule_domain::InvalidPolicyText>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidPolicyText` with the first place that is wrong: no TOML, no such role or field, or
    /// a rule that does not hold together with the others.
    pub fn from_toml(text: &str) -> Result<Self, InvalidPolicyText> {
        let written: Written = toml::from_str(text).map_err(|error| {
            InvalidPolicyText::at(text, error.span().unwrap_or_default(), error.message())
        })?;
        Self::new(written.rule.iter().map(WrittenRule::rule).collect()).map_err(|error| {
            let place = written.place_of(&error);
            InvalidPolicyText::at(text, place, &error.to_string())
        })
    }
}

impl WrittenRule {
    fn rule(&self) -> PolicyRule {
        PolicyRule {
            permission: self.permission.as_ref().clone(),
            roles: self.roles.iter().map(|role| *role.as_ref()).collect(),
            conditional: self
                .conditional
                .iter()
                .map(|grant| *grant.as_ref())
                .collect(),
        }
    }

    /// Where the role stands in this rule, as often as it does.
    fn places_of(&self, role: EntityRole) -> impl Iterator<Item = Range<usize>> {
        let always = self
            .roles
            .iter()
            .filter(move |written| *written.as_ref() == role)
            .map(Spanned::span);
        let conditional = self
            .conditional
            .iter()
            .filter(move |written| written.as_ref().role == role)
            .map(Spanned::span);
        always.chain(conditional)
    }
}

impl Written {
    /// Where the error stands: what is there twice, the second time.
    fn place_of(&self, error: &InvalidPolicy) -> Range<usize> {
        let named = |name: &str| {
            let name = name.to_owned();
            self.rule
                .iter()
                .filter(move |rule| *rule.permission.as_ref() == name)
        };
        let place = match error {
            InvalidPolicy::Name(name) => named(name).map(|rule| rule.permission.span()).next(),
            InvalidPolicy::Twice(name) => named(name).map(|rule| rule.permission.span()).nth(1),
            InvalidPolicy::RoleTwice(name, role) => {
                named(name).find_map(|rule| rule.places_of(*role).nth(1))
            }
            InvalidPolicy::ConditionWithoutMeaning(name, role) => {
                named(name).find_map(|rule| rule.places_of(*role).last())
            }
        };
        place.unwrap_or_default()
    }
}

impl InvalidPolicyText {
    fn at(text: &str, place: Range<usize>, reason: &str) -> Self {
        let before = text.get(..place.start).unwrap_or(text);
        let line_begin = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_begin..).unwrap_or("").chars().count() + 1,
            reason: reason.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Policy::from_toml(text).unwrap_err().to_string()
    }

    /// The table of rules.md under R-ENT, written as an operator would.
    #[test]
    fn the_default_policy_can_be_written_in_toml() {
        #[derive(serde::Serialize)]
        struct Text {
            rule: Vec<PolicyRule>,
        }
        let policy = Policy::default();
        let text = toml::to_string(&Text {
            rule: policy.rules().to_vec(),
        });
        assert_eq!(Policy::from_toml(&text.unwrap()), Ok(policy));
    }

    #[test]
    fn an_error_points_at_its_place() {
        let first = "# ä comment\n[[rule]]\npermission = \"a:b\"\nroles = [\"admin\"]\n\n";
        for (more, expected) in [
            (
                "[[rule]]\npermission = \"a:b\"\nroles = []\n",
                "line 7, column 14: `a:b` stands in the policy twice",
            ),
            (
                "[[rule]]\npermission = \"a\"\nroles = []\n",
                "line 7, column 14: `a` is no permission name; write `thing:action` in lower case",
            ),
            (
                "[[rule]]\npermission = \"a:c\"\nroles = [\"clerk\", \"admin\", \"clerk\"]\n",
                "line 8, column 28: `a:c` names the role clerk twice",
            ),
            (
                "[[rule]]\npermission = \"a:c\"\nroles = [\"clerk\"]\nconditional = [{ role = \"clerk\", condition = \"assigned\" }]\n",
                "line 9, column 16: `a:c` names the role clerk twice",
            ),
            (
                "[[rule]]\npermission = \"member:view\"\nroles = [\"admin\"]\nconditional = [{ role = \"clerk\", condition = \"assigned\" }]\n",
                "line 9, column 16: `member:view` is of nothing that can be assigned: give it to the role clerk always or not at all",
            ),
        ] {
            assert_eq!(refused(&format!("{first}{more}")), expected);
        }
    }

    #[test]
    fn what_is_no_toml_or_has_other_fields_is_refused_where_it_stands() {
        for (text, place) in [
            ("[[rule]]\npermission = a:b\n", "line 2, column 14: "),
            (
                "[[rule]]\npermission = \"a:b\"\nroles = [\"owner\"]\n",
                "line 3, column 10: ",
            ),
            (
                "[[rule]]\npermission = \"a:b\"\nroles = []\nextra = 1\n",
                "line 4, column 1: ",
            ),
            (
                "[[rules]]\npermission = \"a:b\"\nroles = []\n",
                "line 1, column 3: ",
            ),
            (
                "[[rule]]\npermission = \"a:b\"\nroles = []\nconditional = [{ role = \"clerk\", condition = \"friday\" }]\n",
                "line 4, column 46: ",
            ),
            ("[[rule]]\nroles = []\n", "line 1, column 1: "),
            ("", "line 1, column 1: "),
        ] {
            let error = refused(text);
            assert!(error.starts_with(place), "{text:?}: {error}");
        }
        assert!(
            refused("[[rule]]\npermission = \"a:b\"\nroles = [\"owner\"]\n").contains("`owner`")
        );
    }
}
