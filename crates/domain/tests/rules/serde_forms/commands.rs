//! The serialised form of every command.

use std::collections::BTreeMap;

use serde_json::json;
use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, ApiKeyId, AssignableRole, Command, EntityRole, InvitationId, KeyRole, Login,
    SecretDigest, UserManagement,
};

use super::{LATER, entity, id, moment, pinned, user, uuid};

#[test]
fn every_command_is_an_object_named_after_it() {
    let (maker, fresh) = (user(1), user(2));
    let generation = 2;
    let invitation = InvitationId::new(uuid(30));
    let forms = [
        (
            Command::UpdateOrganization {
                name: Some(name("Acme")),
                user_management: Some(UserManagement::Admins),
                invitation_lifetime: None,
            },
            json!({"update_organization": {
                "name": "Acme", "user_management": "admins", "invitation_lifetime": null,
            }}),
        ),
        (
            Command::TransferOwnership { to: fresh },
            json!({"transfer_ownership": {"to": id(2)}}),
        ),
        (
            Command::InviteUser {
                user: fresh,
                invitation,
                email: email("ivy@example.com"),
                role: AssignableRole::User,
                name: None,
                memberships: BTreeMap::from([(entity(20), EntityRole::Clerk)]),
            },
            json!({"invite_user": {
                "user": id(2), "invitation": id(30), "email": "ivy@example.com", "role": "user",
                "name": null, "memberships": {id(20): "clerk"},
            }}),
        ),
        (
            Command::ResendInvitation {
                user: fresh,
                invitation,
            },
            json!({"resend_invitation": {"user": id(2), "invitation": id(30)}}),
        ),
        (
            Command::RevokeInvitation {
                user: fresh,
                invitation,
            },
            json!({"revoke_invitation": {"user": id(2), "invitation": id(30)}}),
        ),
        (
            Command::AcceptInvitation {
                user: fresh,
                invitation,
                generation,
                name: name("Ivy"),
                login: Login::New(AccountId::new(uuid(80))),
            },
            json!({"accept_invitation": {
                "user": id(2), "invitation": id(30), "generation": 2, "name": "Ivy",
                "login": {"new": id(80)},
            }}),
        ),
        (
            Command::DeclineInvitation {
                user: fresh,
                invitation,
                generation,
            },
            json!({"decline_invitation": {"user": id(2), "invitation": id(30), "generation": 2}}),
        ),
        (
            Command::UpdateUser {
                user: fresh,
                role: Some(AssignableRole::Admin),
                name: None,
            },
            json!({"update_user": {"user": id(2), "role": "admin", "name": null}}),
        ),
        (
            Command::RenameOwnUser {
                user: fresh,
                name: name("Ivy"),
            },
            json!({"rename_own_user": {"user": id(2), "name": "Ivy"}}),
        ),
        (
            Command::DeactivateUser { user: fresh },
            json!({"deactivate_user": {"user": id(2)}}),
        ),
        (
            Command::ReactivateUser { user: fresh },
            json!({"reactivate_user": {"user": id(2)}}),
        ),
        (
            Command::RemoveUser {
                user: fresh,
                fingerprint: None,
            },
            json!({"remove_user": {"user": id(2), "fingerprint": null}}),
        ),
        (
            Command::RemoveOwnUser { user: fresh },
            json!({"remove_own_user": {"user": id(2)}}),
        ),
        (
            Command::CreateEntity {
                entity: entity(20),
                name: name("Bakery"),
            },
            json!({"create_entity": {"entity": id(20), "name": "Bakery"}}),
        ),
        (
            Command::RenameEntity {
                entity: entity(20),
                name: name("Mill"),
            },
            json!({"rename_entity": {"entity": id(20), "name": "Mill"}}),
        ),
        (
            Command::ArchiveEntity { entity: entity(20) },
            json!({"archive_entity": {"entity": id(20)}}),
        ),
        (
            Command::UnarchiveEntity { entity: entity(20) },
            json!({"unarchive_entity": {"entity": id(20)}}),
        ),
        (
            Command::DeleteEntity { entity: entity(20) },
            json!({"delete_entity": {"entity": id(20)}}),
        ),
        (
            Command::SetMembership {
                entity: entity(20),
                user: fresh,
                role: EntityRole::Clerk,
            },
            json!({"set_membership": {"entity": id(20), "user": id(2), "role": "clerk"}}),
        ),
        (
            Command::RemoveMembership {
                entity: entity(20),
                user: fresh,
            },
            json!({"remove_membership": {"entity": id(20), "user": id(2)}}),
        ),
        (
            Command::CreateApiKey {
                key: ApiKeyId::new(uuid(40)),
                name: name("Payroll"),
                role: KeyRole::Admin,
                expires_at: Some(moment(LATER)),
                digest: SecretDigest([1; 32]),
            },
            json!({"create_api_key": {
                "key": id(40), "name": "Payroll", "role": "admin", "expires_at": LATER,
                "digest": "01".repeat(32),
            }}),
        ),
        (
            Command::EndApiKey {
                key: ApiKeyId::new(uuid(40)),
                maker,
            },
            json!({"end_api_key": {"key": id(40), "maker": id(1)}}),
        ),
        (
            Command::ErasePerson { user: fresh },
            json!({"erase_person": {"user": id(2)}}),
        ),
    ];
    for (command, form) in forms {
        pinned(&command, form);
    }
}
