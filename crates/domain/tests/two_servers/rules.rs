//! What must hold of every commit and of every moment, found out without asking the decisions.

use vestibule_domain::{
    Ending, Event, OrganizationRole, Sender, User, UserId, UserManagement, UserState,
};

use crate::rows::{MailState, Rows};
use crate::server::{Server, State};

/// Why this must not have been committed, coming from those rows and leading to these.
pub(crate) fn objection(before: &Rows, event: &Event, after: &Rows) -> Option<String> {
    let invited = |user: &UserId| before.users.get(user).and_then(User::invitation);
    match event {
        Event::InvitationAccepted {
            user, invitation, ..
        } => match invited(user) {
            None => return Some("R-INV-6: accepted though nobody is invited any more".to_owned()),
            Some(alive) if alive.generation != invitation.generation => {
                return Some("R-INV-3: accepted by a link that is dead".to_owned());
            }
            Some(alive) if !may_send(before, alive.sender) => {
                return Some("R-INV-9: accepted though its sender could not send it".to_owned());
            }
            Some(_) => {}
        },
        Event::InvitationResent { user, .. } if invited(user).is_none() => {
            return Some("R-INV-4: resent though it has ended".to_owned());
        }
        Event::InvitationEnded { user, ending, .. } if invited(user).is_none() => {
            let word = match ending {
                Ending::Revoked => "revoked",
                Ending::Declined => "declined",
            };
            return Some(format!("R-INV-5: {word} though it has ended"));
        }
        Event::OwnershipTransferred { from, .. } if before.organization.primary_admin != *from => {
            return Some("R-ORG-5: handed over by somebody who does not own it".to_owned());
        }
        _ => {}
    }
    let violations = after.whole().violations();
    if !violations.is_empty() {
        return Some(format!("R-ORG-1, R-REM-1: {violations:?}"));
    }
    if let Some(user) = after
        .gone
        .iter()
        .find(|gone| after.users.contains_key(gone))
    {
        return Some(format!("R-REM-6: {user:?} was gone and is back"));
    }
    after.invitations.values().find_map(|record| {
        let pending = after.users.get(&record.user).and_then(User::invitation);
        let is_told = record.ended.is_none() == pending.is_some();
        let has_mail = pending.is_none_or(|pending| {
            after.mails.iter().any(|mail| {
                mail.generation == pending.generation && mail.state != MailState::Dropped
            })
        });
        (!is_told)
            .then(|| "R-INV-5: the history tells otherwise than the user".to_owned())
            .or_else(|| (!has_mail).then(|| "R-INV-10: a link has no mail".to_owned()))
    })
}

/// Why this moment must not be, whatever led to it.
pub(crate) fn complaint(state: &State) -> Option<String> {
    let is_busy = |server: &Server| matches!(server, Server::Unrecorded(_));
    if state.changed != state.recorded && !state.servers.iter().any(is_busy) {
        return Some("R-AUD-1: a change has no event".to_owned());
    }
    let may_still_come = state.servers.iter().fold(0, |bits, server| match server {
        Server::Decided(ask, _) => bits | crate::server::bit(*ask),
        _ => bits,
    });
    if state.answered & !state.changed & !may_still_come != 0 {
        return Some("answered and not kept".to_owned());
    }
    None
}

fn may_send(rows: &Rows, sender: Sender) -> bool {
    let Sender::User(sender) = sender else {
        return true;
    };
    let Some(user) = rows.users.get(&sender) else {
        return false;
    };
    let admins_too = rows.organization.user_management == UserManagement::Admins;
    matches!(user.state, UserState::Active(_))
        && match rows.organization.role_of(sender, user.role) {
            OrganizationRole::PrimaryAdmin => true,
            OrganizationRole::Admin => admins_too,
            OrganizationRole::User => false,
        }
}
