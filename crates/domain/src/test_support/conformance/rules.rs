//! Which rule a request is about, for who reads a divergence.

use crate::test_support::Outcome;
use crate::{Command, Rejection, Request};

/// The rules that the expected answer stands on.
pub(super) fn of(request: &Request, expected: &Outcome) -> String {
    let command = of_command(&request.command);
    match expected {
        Ok(_) => command.to_owned(),
        Err(rejection) => format!("{}, in {command}", of_rejection(rejection)),
    }
}

const fn of_rejection(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NotFound
        | Rejection::UserNotInOrganization(_)
        | Rejection::EntityNotFound(_)
        | Rejection::NotAMember
        | Rejection::ApiKeyNotFound => "R-ANS-2",
        Rejection::NotSignedIn => "R-KEY-2, R-DEA-1",
        Rejection::NotAllowed => "R-ORG-2, R-ORG-3, R-ENT-3, R-KEY-3",
        Rejection::RecentSignInRequired => "R-SES-4",
        Rejection::RoleNotAssignable => "R-ENT-3, R-INV-1",
        Rejection::InvitationNotUsable => "R-INV-3, R-INV-7, R-INV-9",
        Rejection::EmailAlreadyInOrganization(_) => "R-INV-2",
        Rejection::PrimaryAdminMustTransfer => "R-REM-3",
        Rejection::UserNotActive(_) => "R-DEA-1, R-ORG-5",
        Rejection::UserNotDeactivated(_) => "R-DEA-2",
        Rejection::InvitationNotPending => "R-INV-5",
        Rejection::EntityArchived(_) | Rejection::EntityNotArchived(_) => "R-ENT-6",
        Rejection::EntityNameTaken => "R-ENT-7",
        Rejection::UserStillInOrganization => "R-AUD-3",
        Rejection::RemovalPlanChanged => "R-REM-2",
        Rejection::ResendLimitReached { .. } => "R-INV-4",
        Rejection::ExpiryNotInFuture => "R-KEY-1",
        Rejection::IdInUse => "ids are fresh",
    }
}

const fn of_command(command: &Command) -> &'static str {
    match command {
        Command::UpdateOrganization { .. } => "R-ORG-2, R-ORG-3",
        Command::TransferOwnership { .. } => "R-ORG-5",
        Command::InviteUser { .. } => "R-INV-1, R-INV-2",
        Command::ResendInvitation { .. } => "R-INV-4",
        Command::RevokeInvitation { .. } | Command::DeclineInvitation { .. } => "R-INV-5",
        Command::AcceptInvitation { .. } => "R-INV-6",
        Command::UpdateUser { .. } | Command::RenameOwnUser { .. } => "R-ORG-2",
        Command::DeactivateUser { .. } => "R-DEA-1",
        Command::ReactivateUser { .. } => "R-DEA-2",
        Command::RemoveUser { .. } => "R-REM-1, R-REM-2",
        Command::RemoveOwnUser { .. } => "R-REM-7",
        Command::CreateEntity { .. } | Command::RenameEntity { .. } => "R-ENT-7",
        Command::ArchiveEntity { .. }
        | Command::UnarchiveEntity { .. }
        | Command::DeleteEntity { .. } => "R-ENT-6",
        Command::SetMembership { .. } => "R-ENT-2, R-ENT-3",
        Command::RemoveMembership { .. } => "R-ENT-5",
        Command::CreateApiKey { .. } | Command::EndApiKey { .. } => "R-KEY-1, R-KEY-3",
        Command::ErasePerson { .. } => "R-AUD-3",
    }
}
