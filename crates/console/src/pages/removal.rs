//! Removing a user from the organization, or leaving it: the plan first (R-REM-2).

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use vestibule_domain::EntityId;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{RemovalPlan, User},
    },
    house::{House, Section},
    messages,
    pages::user::user_of,
    respond::{Answered, done, not_done, page, refused_page},
    sent::Sent,
    view::{Frame, Person, initials_of},
};

/// The removal plan, to be confirmed.
#[derive(Debug, Template)]
#[template(path = "removal.html")]
pub(crate) struct RemovalPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) person: Person,
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) button: &'static str,
    /// Whether an older plan was confirmed, which is no longer so.
    pub(crate) changed: bool,
    pub(crate) plan: PlanView,
}

/// Everything that would be lost.
#[derive(Debug, Clone)]
pub(crate) struct PlanView {
    pub(crate) rooms: Vec<LostRoom>,
    pub(crate) api_keys: Vec<String>,
    /// How many invitations they sent would be suspended, as a sentence.
    pub(crate) invitations: String,
    pub(crate) own_invitation: bool,
    pub(crate) without_admin: Vec<String>,
    pub(crate) fingerprint: String,
}

/// A role that would be lost.
#[derive(Debug, Clone)]
pub(crate) struct LostRoom {
    pub(crate) entity: String,
    pub(crate) role: &'static str,
    pub(crate) last_admin: bool,
}

impl LostRoom {
    fn initials(&self) -> String {
        initials_of(&self.entity)
    }
}

/// Whether the plan that is shown is the first, or follows one that no longer held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Showing {
    First,
    Changed,
}

/// Shows the plan.
pub(crate) async fn show(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let user = user_of(&visitor, &house, &user).await?;
    let shown = removal_page(&visitor, &house, user, Showing::First).await?;
    Ok(page(&visitor, &shown))
}

/// Carries the plan out, if it is still the one that was seen.
pub(crate) async fn remove(
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    sent: Sent,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let user = user_of(&visitor, &house, &user).await?;
    let path = house.api(&format!("/users/{}", user.id));
    let tag = format!("\"{}\"", sent.value("fingerprint"));
    match visitor.delete_if(&path, &tag).await {
        Ok(_) => Ok(farewell(&house, &user)),
        Err(refusal) if refusal.code == "removal_plan_changed" => {
            let shown = removal_page(&visitor, &house, user, Showing::Changed).await?;
            Ok(refused_page(&visitor, &refusal, &shown))
        }
        Err(refusal) => not_done(&format!("{}/users/{}", house.base, user.id), refusal),
    }
}

fn farewell(house: &House, user: &User) -> axum::response::Response {
    let rooms = match u64::try_from(user.memberships.len()).unwrap_or(u64::MAX) {
        0 => String::new(),
        count => format!(
            " and from {}",
            messages::counted(count, "entity", "entities")
        ),
    };
    if user.id == house.me.user_id {
        return done(
            "/organizations",
            &format!("You left {}{}.", house.name(), rooms.replace("from ", "")),
        );
    }
    let called = user.name.as_deref().unwrap_or(&user.email);
    done(
        &format!("{}/users", house.base),
        &format!("{called} was removed from {}{rooms}.", house.name()),
    )
}

async fn removal_page(
    visitor: &Visitor,
    house: &House,
    user: User,
    showing: Showing,
) -> Result<RemovalPage, Refusal> {
    let plan: RemovalPlan = visitor
        .get(&house.api(&format!("/users/{}/removal-plan", user.id)))
        .await?;
    let itself = user.id == house.me.user_id;
    let own_invitation = user.invitation.is_some();
    let person = Person::new(user.id, user.name, user.email);
    let rooms = match u64::try_from(plan.memberships.len()).unwrap_or(u64::MAX) {
        0 => String::new(),
        1 => " and from the entity they are in".to_owned(),
        count => format!(" and from all {count} entities they are in"),
    };
    let name = house.name();
    Ok(RemovalPage {
        frame: house.frame(visitor, Section::Users),
        base: house.base.clone(),
        organization: name.to_owned(),
        title: if itself {
            format!("Leave {name}")
        } else {
            format!("Remove {}", person.called())
        },
        lead: if itself {
            format!("You lose {name} and every entity in it, in one step.")
        } else {
            format!("From {name}{rooms}, in one step.")
        },
        button: if itself {
            "Leave the organization"
        } else {
            "Remove from the organization"
        },
        person,
        changed: showing == Showing::Changed,
        plan: plan_view(plan, own_invitation),
    })
}

fn plan_view(plan: RemovalPlan, own_invitation: bool) -> PlanView {
    let left: BTreeSet<EntityId> = plan
        .entities_left_without_admin
        .iter()
        .map(|entity| entity.entity_id)
        .collect();
    PlanView {
        rooms: plan
            .memberships
            .into_iter()
            .map(|lost| LostRoom {
                entity: lost.entity_name,
                role: messages::entity_role(lost.role),
                last_admin: left.contains(&lost.entity_id),
            })
            .collect(),
        api_keys: plan.api_keys.into_iter().map(|key| key.name).collect(),
        invitations: match plan.sent_invitations {
            0 => "None is waiting for an answer".to_owned(),
            1 => "1 is suspended until an Admin resends it".to_owned(),
            count => format!("{count} are suspended until an Admin resends them"),
        },
        own_invitation,
        without_admin: plan
            .entities_left_without_admin
            .into_iter()
            .map(|entity| entity.entity_name)
            .collect(),
        fingerprint: plan.fingerprint,
    }
}
