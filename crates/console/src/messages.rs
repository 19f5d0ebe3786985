//! The words of the console: roles, states and refusals as people read them, in one place.

use crate::view::{Choice, Pill, Tone};

/// The rules of R-SES-1 as shown beside every field for a new password.
pub(crate) const PASSWORD_RULES: &str = "12 to 128 characters, spaces allowed. A few unrelated words are strong and easy to keep; names and emails are not.";

/// The pill of an archived entity.
pub(crate) const fn archived() -> Pill {
    Pill::new(Tone::Quiet, "Archived")
}

/// The pill of an entity with nobody active as Admin (R-ENT-8).
pub(crate) const fn without_admin() -> Pill {
    Pill::new(Tone::Warning, "Without an Admin")
}

/// The pill beside an entity in a removal plan that would be left without an Admin.
pub(crate) const fn without_admin_after() -> Pill {
    Pill::new(Tone::Warning, "Left without an Admin")
}

/// The pill of the session that shows the page.
pub(crate) const fn this_session() -> Pill {
    Pill::new(Tone::Good, "This one")
}

/// The primary roles that can be given.
pub(crate) fn primary_roles(selected: &str) -> Vec<Choice> {
    [
        Choice::explained(
            "user",
            "User",
            "Works in the entities they are added to, and sees no more of the organization.",
        ),
        Choice::explained(
            "admin",
            "Admin",
            "Opens organization settings, sees every user, and manages entities and their members.",
        ),
    ]
    .into_iter()
    .map(|choice| choice.picked_if(selected))
    .collect()
}

/// The roles in an entity, with what each may do.
pub(crate) fn entity_roles(selected: &str) -> Vec<Choice> {
    [
        Choice::explained(
            "admin",
            "Admin",
            "Everything in the entity: members, settings and integrations included.",
        ),
        Choice::explained(
            "manager",
            "Manager",
            "Invoices, vendors, policies and reports; manages members except Admins.",
        ),
        Choice::explained(
            "approver",
            "Approver",
            "Sees invoices and vendors; approves or rejects what is assigned to them.",
        ),
        Choice::explained(
            "clerk",
            "Clerk",
            "Uploads and edits invoices, manages vendors, resolves notices.",
        ),
        Choice::explained(
            "auditor",
            "Auditor",
            "Reads everything, reports and the record included, and changes nothing.",
        ),
    ]
    .into_iter()
    .map(|choice| choice.picked_if(selected))
    .collect()
}

/// Who may manage organization-level users (R-ORG-2).
pub(crate) fn user_management(selected: &str) -> Vec<Choice> {
    [
        Choice::explained(
            "primary_admin",
            "The Primary Admin alone",
            "Admins still manage entities and their members.",
        ),
        Choice::explained(
            "admins",
            "Admins as well",
            "Admins invite, deactivate and remove users too, the Primary Admin aside.",
        ),
    ]
    .into_iter()
    .map(|choice| choice.picked_if(selected))
    .collect()
}
