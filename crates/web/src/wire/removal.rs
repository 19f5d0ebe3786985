//! The removal plan.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{EntityRole, RemovalPlan};

use super::words::EntityRoleWord;

/// What a removal takes, and what it does to others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RemovalPlan)]
pub(crate) struct RemovalPlanBody {
    /// Who would be removed.
    pub(crate) user_id: Uuid,
    /// Every membership that would be lost, archived entities included.
    pub(crate) memberships: Vec<LostMembershipBody>,
    /// Every API key that would end.
    pub(crate) api_keys: Vec<LostApiKeyBody>,
    /// How many invitations they had sent would be suspended.
    pub(crate) sent_invitations: u32,
    /// Entities that would be left without an Admin.
    pub(crate) entities_left_without_admin: Vec<EntityWithoutAdminBody>,
    /// A digest of the plan: another plan has another.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(crate) fingerprint: String,
}

/// A removal that was carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Removal)]
pub(crate) struct RemovedBody {
    /// What it took.
    pub(crate) removed: RemovalPlanBody,
}

/// One membership that is lost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LostMembership)]
pub(crate) struct LostMembershipBody {
    /// Where.
    pub(crate) entity_id: Uuid,
    /// What the entity is called.
    pub(crate) entity_name: String,
    /// As what.
    #[schema(value_type = EntityRoleWord)]
    pub(crate) role: EntityRole,
}

/// One API key that ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LostApiKey)]
pub(crate) struct LostApiKeyBody {
    /// Which.
    pub(crate) id: Uuid,
    /// What it is called.
    pub(crate) name: String,
}

/// One entity that is left without an Admin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EntityWithoutAdmin)]
pub(crate) struct EntityWithoutAdminBody {
    /// Which.
    pub(crate) entity_id: Uuid,
    /// What it is called.
    pub(crate) entity_name: String,
}

impl From<&RemovalPlan> for RemovalPlanBody {
    fn from(plan: &RemovalPlan) -> Self {
        let name_of = |entity| {
            plan.memberships
                .iter()
                .find(|lost| lost.entity == entity)
                .map(|lost| lost.entity_name.as_str().to_owned())
                .unwrap_or_default()
        };
        Self {
            user_id: plan.user.uuid(),
            memberships: plan
                .memberships
                .iter()
                .map(|lost| LostMembershipBody {
                    entity_id: lost.entity.uuid(),
                    entity_name: lost.entity_name.as_str().to_owned(),
                    role: lost.role,
                })
                .collect(),
            api_keys: plan
                .api_keys
                .iter()
                .map(|lost| LostApiKeyBody {
                    id: lost.id.uuid(),
                    name: lost.name.as_str().to_owned(),
                })
                .collect(),
            sent_invitations: plan.sent_invitations.count,
            // An entity can only lose its Admin by a membership that is lost there.
            entities_left_without_admin: plan
                .entities_left_without_admin
                .iter()
                .map(|entity| EntityWithoutAdminBody {
                    entity_id: entity.uuid(),
                    entity_name: name_of(*entity),
                })
                .collect(),
            fingerprint: plan.fingerprint().to_string(),
        }
    }
}
