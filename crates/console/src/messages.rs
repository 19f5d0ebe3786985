//! The words of the console: roles, states and refusals as people read them, in one place.

mod refusals;

use vestibule_domain::{
    EntityRole, EntityStatus, InvitationState, OrganizationRole, Status, UserManagement,
};

use crate::{
    api::answers::MailState,
    view::{Choice, Pill, Tone},
};

pub(crate) use refusals::{beside_field, error_page, sentence, whole};

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

/// The pill of a user's status.
pub(crate) const fn status(status: Status) -> Pill {
    match status {
        Status::Active => Pill::new(Tone::Good, "Active"),
        Status::Invited => Pill::new(Tone::Waiting, "Invited"),
        Status::Deactivated => Pill::new(Tone::Quiet, "Deactivated"),
    }
}

/// The pill of an entity's status.
pub(crate) const fn entity_status(status: EntityStatus) -> Pill {
    match status {
        EntityStatus::Active => Pill::new(Tone::Good, "Active"),
        EntityStatus::Archived => archived(),
    }
}

/// The pill of an invitation's state.
pub(crate) const fn invitation_state(state: InvitationState) -> Pill {
    match state {
        InvitationState::Pending => Pill::new(Tone::Waiting, "Pending"),
        InvitationState::Expired => Pill::new(Tone::Warning, "Expired"),
        InvitationState::Suspended => Pill::new(Tone::Warning, "Suspended"),
        InvitationState::Accepted => Pill::new(Tone::Good, "Accepted"),
        InvitationState::Declined => Pill::new(Tone::Quiet, "Declined"),
        InvitationState::Revoked => Pill::new(Tone::Quiet, "Revoked"),
    }
}

/// What a state of an invitation means for who looks at it, where it is not plain.
pub(crate) const fn invitation_explained(state: InvitationState) -> Option<&'static str> {
    match state {
        InvitationState::Expired => {
            Some("The link has ended. Resending makes a new one with a new end.")
        }
        InvitationState::Suspended => Some(
            "The link does not work because its sender may no longer invite. Resending makes you the sender.",
        ),
        InvitationState::Pending
        | InvitationState::Accepted
        | InvitationState::Declined
        | InvitationState::Revoked => None,
    }
}

/// The pill of an invitation's mail (R-INV-10).
pub(crate) const fn mail_state(mail: MailState) -> Pill {
    match mail {
        MailState::Queued => Pill::new(Tone::Waiting, "Mail queued"),
        MailState::Sent => Pill::new(Tone::Good, "Mail sent"),
        MailState::Failed => Pill::new(Tone::Bad, "Mail failed"),
    }
}

/// A primary role as it is called.
pub(crate) const fn organization_role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::PrimaryAdmin => "Primary Admin",
        OrganizationRole::Admin => "Admin",
        OrganizationRole::User => "User",
    }
}

/// A role in an entity as it is called.
pub(crate) const fn entity_role(role: EntityRole) -> &'static str {
    match role {
        EntityRole::Admin => "Admin",
        EntityRole::Manager => "Manager",
        EntityRole::Approver => "Approver",
        EntityRole::Clerk => "Clerk",
        EntityRole::Auditor => "Auditor",
    }
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

/// Those roles in an entity, with what each may do.
pub(crate) fn entity_roles(roles: &[EntityRole], selected: &str) -> Vec<Choice> {
    roles
        .iter()
        .map(|role| {
            Choice::explained(
                role.as_str(),
                entity_role(*role),
                entity_role_explained(*role),
            )
        })
        .map(|choice| choice.picked_if(selected))
        .collect()
}

/// Who may manage organization-level users (R-ORG-2).
pub(crate) fn user_management(selected: UserManagement) -> Vec<Choice> {
    [
        Choice::explained(
            UserManagement::PrimaryAdmin.as_str(),
            "The Primary Admin alone",
            "Admins still manage entities and their members.",
        ),
        Choice::explained(
            UserManagement::Admins.as_str(),
            "Admins as well",
            "Admins invite, deactivate and remove users too, the Primary Admin aside.",
        ),
    ]
    .into_iter()
    .map(|choice| choice.picked_if(selected.as_str()))
    .collect()
}

/// A number of things in words, `1 entity`, `4 entities`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

const fn entity_role_explained(role: EntityRole) -> &'static str {
    match role {
        EntityRole::Admin => {
            "Everything in the entity: members, settings and integrations included."
        }
        EntityRole::Manager => {
            "Invoices, vendors, policies and reports; manages members except Admins."
        }
        EntityRole::Approver => {
            "Sees invoices and vendors; approves or rejects what is assigned to them."
        }
        EntityRole::Clerk => "Uploads and edits invoices, manages vendors, resolves notices.",
        EntityRole::Auditor => {
            "Reads everything, reports and the record included, and changes nothing."
        }
    }
}

/// What is about to be done at an address that asks for the password again (R-SES-4).
pub(crate) fn why_confirm(next: &str) -> &'static str {
    if next.contains("/transfer") {
        "You are about to transfer ownership."
    } else if next.contains("/remove") {
        "You are about to remove an Admin."
    } else {
        "This needs a closer look at who you are."
    }
}
