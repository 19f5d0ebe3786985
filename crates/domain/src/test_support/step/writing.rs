//! A story as text: one step a line, `&` before what goes with the line above.

use std::fmt;

use super::{Deed, Invited, Link, Seen, Step, Timing, Who};
use crate::Name;

/// Shows a story as text that [`super::story_of`] reads.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a>(pub &'a [Step]);

/// A name in quotes.
struct Quoted<'a>(&'a Name);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| writeln!(f, "{step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.minutes > 0 {
            writeln!(f, "wait {} minutes", self.minutes)?;
        }
        if self.timing == Timing::Together {
            f.write_str("& ")?;
        }
        match (&self.who, &self.deed) {
            // Who holds the link is, as a story goes, the person who was invited.
            (Who::Invitee, Deed::Accept { invited, .. } | Deed::Decline { invited, .. }) => {
                write!(f, "{} {}", invited.user, self.deed)
            }
            (who, Deed::Accept { invited, .. } | Deed::Decline { invited, .. }) => {
                write!(f, "{who} instead of {} {}", invited.user, self.deed)
            }
            (who, deed) => write!(f, "{who} {deed}"),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => f.write_str(user),
            Self::Stale(user) => write!(f, "{user} (stale)"),
            Self::Key { key, maker } => write!(f, "key {key} of {maker}"),
            Self::Invitee => f.write_str("invitee"),
            Self::Operator => f.write_str("operator"),
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UpdateOrganization {
                name,
                user_management,
                lifetime_seconds,
            } => {
                f.write_str("updates organization")?;
                called(f, name.as_ref())?;
                if let Some(who) = user_management {
                    write!(f, " managed by {who}")?;
                }
                lasting(f, *lifetime_seconds)
            }
            Self::TransferOwnership { to } => write!(f, "transfers ownership to {to}"),
            Self::Invite {
                invited,
                email,
                role,
                name,
                memberships,
            } => {
                write!(f, "invites {} ({email}) as {role}", invited.user)?;
                called(f, name.as_ref())?;
                for (entity, role) in memberships {
                    write!(f, " into {entity} as {role}")?;
                }
                under(f, invited)
            }
            Self::Resend { invited } => {
                write!(f, "resends {}", invited.user)?;
                under(f, invited)
            }
            Self::Revoke { invited } => {
                write!(f, "revokes {}", invited.user)?;
                under(f, invited)
            }
            Self::Accept {
                invited,
                link,
                name,
            } => {
                write!(f, "accepts as {}", Quoted(name))?;
                by(f, *link)?;
                under(f, invited)
            }
            Self::Decline { invited, link } => {
                f.write_str("declines")?;
                by(f, *link)?;
                under(f, invited)
            }
            Self::UpdateUser { user, role, name } => {
                write!(f, "updates {user}")?;
                if let Some(role) = role {
                    write!(f, " to {role}")?;
                }
                called(f, name.as_ref())
            }
            Self::RenameOwn { user, name } => {
                write!(f, "renames account of {user} to {}", Quoted(name))
            }
            Self::Deactivate { user } => write!(f, "deactivates {user}"),
            Self::Reactivate { user } => write!(f, "reactivates {user}"),
            Self::Remove { user, seen } => {
                write!(f, "removes {user}")?;
                f.write_str(match seen {
                    Seen::Nothing => "",
                    Seen::ThePlan => " having seen the plan",
                    Seen::AnotherPlan => " having seen another plan",
                })
            }
            Self::RemoveOwn { user } => write!(f, "deletes account of {user}"),
            Self::CreateEntity { entity, name } => {
                write!(f, "creates entity {entity} called {}", Quoted(name))
            }
            Self::RenameEntity { entity, name } => {
                write!(f, "renames entity {entity} to {}", Quoted(name))
            }
            Self::ArchiveEntity { entity } => write!(f, "archives entity {entity}"),
            Self::UnarchiveEntity { entity } => write!(f, "unarchives entity {entity}"),
            Self::DeleteEntity { entity } => write!(f, "deletes entity {entity}"),
            Self::SetMembership { entity, user, role } => {
                write!(f, "puts {user} into {entity} as {role}")
            }
            Self::RemoveMembership { entity, user } => write!(f, "takes {user} out of {entity}"),
            Self::CreateKey {
                key,
                name,
                role,
                lasts_seconds,
            } => {
                write!(f, "makes key {key} as {role} called {}", Quoted(name))?;
                lasting(f, *lasts_seconds)
            }
            Self::EndKey { key, maker } => write!(f, "ends key {key} of {maker}"),
            Self::Erase { user } => write!(f, "erases {user}"),
        }
    }
}

fn called(f: &mut fmt::Formatter<'_>, name: Option<&Name>) -> fmt::Result {
    name.map_or(Ok(()), |name| write!(f, " called {}", Quoted(name)))
}

fn lasting(f: &mut fmt::Formatter<'_>, seconds: Option<u32>) -> fmt::Result {
    seconds.map_or(Ok(()), |seconds| write!(f, " for {seconds} seconds"))
}

fn under(f: &mut fmt::Formatter<'_>, invited: &Invited) -> fmt::Result {
    if invited.under == invited.user {
        return Ok(());
    }
    write!(f, " under invitation of {}", invited.under)
}

fn by(f: &mut fmt::Formatter<'_>, link: Link) -> fmt::Result {
    f.write_str(match link {
        Link::Latest => "",
        Link::Older => " by an older link",
        Link::Newer => " by a link never sent",
    })
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.0.as_str().replace('\\', "\\\\").replace('"', "\\\"");
        write!(f, "\"{escaped}\"")
    }
}
