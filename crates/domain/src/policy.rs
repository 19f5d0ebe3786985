//! What each entity role may do: permissions are data, roles are closed.

#[cfg(feature = "toml")]
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use thiserror::Error;

use crate::EntityRole;

#[cfg(feature = "toml")]
pub use text::InvalidPolicyText;

/// By which members see each other (R-ORG-3).
const SEES_MEMBERS: &str = "member:view";

/// Which permissions there are, and which entity roles have them.
///
/// A policy is checked as a whole when it is made; the default is the table of rules.md.
///
/// One of your own is made of rules, and given to a directory with [`crate::Directory::under`]:
///
/// ```
/// use vestibule_domain::{
///     Condition, ConditionalGrant, EntityRole, Grant, InvalidPolicy, Permission, Policy, PolicyRule,
/// };
///
/// let approver = ConditionalGrant { role: EntityRole::Approver, condition: Condition::Assigned };
/// let rule = PolicyRule {
///     permission: "invoice:approve".to_owned(),
///     roles: vec![EntityRole::Admin],
///     conditional: vec![approver],
/// };
/// let policy = Policy::new(vec![rule.clone()])?;
/// assert_eq!(policy.rules(), std::slice::from_ref(&rule));
/// let approve: Permission = policy.permission("invoice:approve").expect("it is the one rule");
/// assert_eq!(approve.grant(EntityRole::Approver), Grant::IfAssigned);
///
/// // It is checked as a whole.
/// let twice = Policy::new(vec![rule.clone(), rule]);
/// assert_eq!(twice, Err(InvalidPolicy::Twice("invoice:approve".to_owned())));
///
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// let acme = world.directory.under(std::sync::Arc::new(policy));
/// assert!(acme.policy().permission("invoice:view").is_none());
/// # Ok::<(), InvalidPolicy>(())
/// ```
///
/// The default:
///
/// ```
/// use vestibule_domain::{Condition, EntityRole, Grant, Policy};
///
/// let policy = Policy::default();
/// let approve = policy.permission("invoice:approve").expect("in the table");
/// assert_eq!(approve.grant(EntityRole::Manager), Grant::Always);
/// assert_eq!(approve.grant(EntityRole::Approver), Grant::IfAssigned);
/// assert_eq!(approve.grant(EntityRole::Clerk), Grant::Never);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "Vec<PolicyRule>", into = "Vec<PolicyRule>")
)]
pub struct Policy {
    rules: Vec<PolicyRule>,
    index: BTreeMap<String, Permission>,
}

/// One permission of a policy with the roles that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct PolicyRule {
    /// Its name, `thing:action` in lower case.
    pub permission: String,
    /// The roles that have it without condition.
    pub roles: Vec<EntityRole>,
    /// The roles that have it under a condition.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Vec::is_empty")
    )]
    pub conditional: Vec<ConditionalGrant>,
}

/// That a role has a permission under a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields)
)]
pub struct ConditionalGrant {
    /// The role.
    pub role: EntityRole,
    /// Under which condition, which the caller checks.
    pub condition: Condition,
}

/// A condition that the caller of a check must hold itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Condition {
    /// The thing is assigned to the user.
    Assigned,
}

/// A permission of one policy, with what each role has of it: checks are made with it and need
/// nothing else of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    place: usize,
    masks: Masks,
}

/// What a role has of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Everything.
    Always,
    /// What is assigned to the user.
    IfAssigned,
    /// Nothing.
    Never,
}

/// Why a list of rules is no policy; names the permission in question.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// The name is not `thing:action` in lower-case letters, digits and `_`.
    #[error("`{0}` is no permission name; write `thing:action` in lower case")]
    Name(String),
    /// The permission stands there twice.
    #[error("`{0}` stands in the policy twice")]
    Twice(String),
    /// A role stands at the permission twice.
    #[error("`{0}` names the role {1} twice")]
    RoleTwice(String, EntityRole),
    /// A condition at a permission whose things are assigned to nobody, so that it would never hold.
    #[error(
        "`{0}` is of nothing that can be assigned: give it to the role {1} always or not at all"
    )]
    ConditionWithoutMeaning(String, EntityRole),
}

/// One bit a role, so that a check is a bit test whatever the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Masks {
    always: u8,
    if_assigned: u8,
}

impl Policy {
    /// A policy of these rules.
    ///
    /// # Errors
    /// `InvalidPolicy` with the first rule that does not hold together.
    pub fn new(rules: Vec<PolicyRule>) -> Result<Self, InvalidPolicy> {
        let mut index = BTreeMap::new();
        for (place, rule) in rules.iter().enumerate() {
            if !is_permission_name(&rule.permission) {
                return Err(InvalidPolicy::Name(rule.permission.clone()));
            }
            let permission = Permission {
                place,
                masks: rule.masks()?,
            };
            if index.insert(rule.permission.clone(), permission).is_some() {
                return Err(InvalidPolicy::Twice(rule.permission.clone()));
            }
        }
        Ok(Self { rules, index })
    }

    /// The default policy, made once.
    #[must_use]
    pub(crate) fn shared_default() -> Arc<Self> {
        static DEFAULT: LazyLock<Arc<Policy>> = LazyLock::new(|| Arc::new(Policy::default()));
        Arc::clone(&DEFAULT)
    }

    /// The permission with that name.
    #[must_use]
    pub fn permission(&self, name: &str) -> Option<Permission> {
        self.index.get(name).copied()
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[PolicyRule] {
        &self.rules
    }

    /// Whether the role sees the members of its entity (`member:view`, R-ORG-3).
    #[must_use]
    pub(crate) fn sees_members(&self, role: EntityRole) -> bool {
        self.permission(SEES_MEMBERS)
            .is_some_and(|view| view.grant(role) == Grant::Always)
    }
}

impl Permission {
    /// What the role has of it.
    #[must_use]
    pub const fn grant(self, role: EntityRole) -> Grant {
        if self.masks.always & bit(role) != 0 {
            Grant::Always
        } else if self.masks.if_assigned & bit(role) != 0 {
            Grant::IfAssigned
        } else {
            Grant::Never
        }
    }

    /// The bits of the roles that have it always, and of those that have it if assigned; no role
    /// is in both.
    #[inline]
    pub(crate) const fn masks(self) -> (u8, u8) {
        (self.masks.always, self.masks.if_assigned)
    }
}

impl Default for Policy {
    /// The table of rules.md.
    fn default() -> Self {
        use EntityRole::{Admin, Approver, Auditor, Clerk, Manager};
        let everyone = [Admin, Manager, Approver, Clerk, Auditor];
        let workers = [Admin, Manager, Clerk];
        let heads = [Admin, Manager];
        let rows: [(&[&str], &[EntityRole], &[EntityRole]); 10] = [
            (&["invoice:view"], &everyone, &[]),
            (&["invoice:upload", "invoice:edit"], &workers, &[]),
            (&["invoice:approve", "invoice:reject"], &heads, &[Approver]),
            (&["vendor:view"], &everyone, &[]),
            (&["vendor:manage", "notice:resolve"], &workers, &[]),
            (&["policy:manage", "rule:manage"], &heads, &[]),
            (&["report:view"], &[Admin, Manager, Auditor], &[]),
            (&["audit:view"], &[Admin, Auditor], &[]),
            (&["member:view"], &everyone, &[]),
            (&["member:manage"], &heads, &[]),
        ];
        let admin_only: (&[&str], &[EntityRole], &[EntityRole]) =
            (&["integration:manage", "settings:manage"], &[Admin], &[]);
        let rules = rows
            .into_iter()
            .chain([admin_only])
            .flat_map(|(names, roles, assigned)| {
                names.iter().map(|name| PolicyRule {
                    permission: (*name).to_owned(),
                    roles: roles.to_vec(),
                    conditional: assigned
                        .iter()
                        .map(|role| ConditionalGrant {
                            role: *role,
                            condition: Condition::Assigned,
                        })
                        .collect(),
                })
            })
            .collect();
        #[expect(clippy::expect_used, reason = "a constant table, checked by a test")]
        Self::new(rules).expect("the default policy holds together")
    }
}

impl PolicyRule {
    fn masks(&self) -> Result<Masks, InvalidPolicy> {
        let mut masks = Masks::default();
        for role in &self.roles {
            if masks.always & bit(*role) != 0 {
                return Err(InvalidPolicy::RoleTwice(self.permission.clone(), *role));
            }
            masks.always |= bit(*role);
        }
        for grant in &self.conditional {
            let Condition::Assigned = grant.condition;
            // Domain decides by this one itself, and members are assigned to nobody.
            if self.permission == SEES_MEMBERS {
                let permission = self.permission.clone();
                return Err(InvalidPolicy::ConditionWithoutMeaning(
                    permission, grant.role,
                ));
            }
            if (masks.always | masks.if_assigned) & bit(grant.role) != 0 {
                return Err(InvalidPolicy::RoleTwice(
                    self.permission.clone(),
                    grant.role,
                ));
            }
            masks.if_assigned |= bit(grant.role);
        }
        Ok(masks)
    }
}

impl TryFrom<Vec<PolicyRule>> for Policy {
    type Error = InvalidPolicy;

    fn try_from(rules: Vec<PolicyRule>) -> Result<Self, InvalidPolicy> {
        Self::new(rules)
    }
}

impl From<Policy> for Vec<PolicyRule> {
    fn from(policy: Policy) -> Self {
        policy.rules
    }
}

/// The bit that stands for a role in masks.
pub(crate) const fn bit(role: EntityRole) -> u8 {
    match role {
        EntityRole::Admin => 1,
        EntityRole::Manager => 2,
        EntityRole::Approver => 4,
        EntityRole::Clerk => 8,
        EntityRole::Auditor => 16,
    }
}

fn is_permission_name(name: &str) -> bool {
    let parts = name.split(':');
    parts.clone().count() >= 2
        && parts.into_iter().all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of rules.md under R-ENT, row by row: `x` always, `a` when assigned.
    #[test]
    fn the_default_policy_is_the_table_of_the_rules() {
        let table = [
            ("invoice:view", "xxxxx"),
            ("invoice:upload", "xx-x-"),
            ("invoice:edit", "xx-x-"),
            ("invoice:approve", "xxa--"),
            ("invoice:reject", "xxa--"),
            ("vendor:view", "xxxxx"),
            ("vendor:manage", "xx-x-"),
            ("notice:resolve", "xx-x-"),
            ("policy:manage", "xx---"),
            ("rule:manage", "xx---"),
            ("report:view", "xx--x"),
            ("audit:view", "x---x"),
            ("member:view", "xxxxx"),
            ("member:manage", "xx---"),
            ("integration:manage", "x----"),
            ("settings:manage", "x----"),
        ];
        let policy = Policy::default();
        assert_eq!(policy.rules().len(), table.len());
        for (name, row) in table {
            let permission = policy.permission(name).unwrap();
            for (role, mark) in EntityRole::ALL.iter().zip(row.chars()) {
                let grant = match mark {
                    'x' => Grant::Always,
                    'a' => Grant::IfAssigned,
                    _ => Grant::Never,
                };
                assert_eq!(permission.grant(*role), grant, "{name} {role}");
            }
        }
    }

    #[test]
    fn a_policy_is_checked_as_a_whole() {
        let rule = |name: &str, roles: &[EntityRole]| PolicyRule {
            permission: name.to_owned(),
            roles: roles.to_vec(),
            conditional: Vec::new(),
        };
        for name in [
            "",
            "invoice",
            "Invoice",
            ":",
            "invoice:",
            ":view",
            "a::b",
            "Invoice:view",
            "invoice:View",
            "in voice:view",
            "rechnung:prüfen",
        ] {
            assert_eq!(
                Policy::new(vec![rule(name, &[])]),
                Err(InvalidPolicy::Name(name.to_owned()))
            );
        }
        for name in ["a:b", "credit_note:view", "invoice:line:edit_2"] {
            assert!(Policy::new(vec![rule(name, &[])]).is_ok(), "{name}");
        }
        assert_eq!(
            Policy::new(vec![rule("a:b", &[]), rule("a:b", &[])]),
            Err(InvalidPolicy::Twice("a:b".to_owned()))
        );
        assert_eq!(
            Policy::new(vec![rule("a:b", &[EntityRole::Clerk, EntityRole::Clerk])]),
            Err(InvalidPolicy::RoleTwice(
                "a:b".to_owned(),
                EntityRole::Clerk
            ))
        );
        let mut both = rule("a:b", &[EntityRole::Approver]);
        both.conditional.push(ConditionalGrant {
            role: EntityRole::Approver,
            condition: Condition::Assigned,
        });
        let mut seeing = both.clone();
        seeing.roles.clear();
        "member:view".clone_into(&mut seeing.permission);
        assert_eq!(
            Policy::new(vec![seeing]),
            Err(InvalidPolicy::ConditionWithoutMeaning(
                "member:view".to_owned(),
                EntityRole::Approver
            ))
        );
        assert_eq!(
            Policy::new(vec![both]),
            Err(InvalidPolicy::RoleTwice(
                "a:b".to_owned(),
                EntityRole::Approver
            ))
        );
    }
}
