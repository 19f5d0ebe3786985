//! The serialised form of every value type, as JSON: a contract for those who keep them.
//!
//! A form changes only by a new one that reads the old: records and embedders hold on to them.
#![cfg(feature = "serde")]

mod any_value;
mod commands;
mod events;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, Actor, ApiKey, ApiKeyId, AssignableRole, Command, Decision, Denial, Email, Ending,
    Entity, EntityId, EntityRole, EntityStatus, Explanation, Fingerprint, Invitation,
    InvitationEnd, InvitationId, InvitationLifetime, InvitationRecord, InvitationState, Joined,
    KeyRole, Login, LostApiKey, LostMembership, Membership, Name, Organization, OrganizationId,
    OrganizationRole, Policy, Removal, RemovalPlan, Request, SecretDigest, Sender, SentInvitations,
    Status, Timestamp, User, UserId, UserManagement, UserState,
};

const AT: &str = "2026-01-02T03:04:05.000006Z";
const LATER: &str = "2026-01-09T03:04:05.000006Z";

/// The form that stands in a literal here, with the number of the thing at its end.
fn id(number: u8) -> String {
    format!("0198c7a0-0000-7000-8000-0000000000{number:02}")
}

fn uuid(number: u8) -> Uuid {
    id(number).parse().unwrap()
}

fn moment(text: &str) -> Timestamp {
    serde_json::from_value(json!(text)).unwrap()
}

/// The value has that form, and the form reads as that value.
fn pinned<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, form: Value) {
    assert_eq!(serde_json::to_value(value).unwrap(), form);
    assert_eq!(serde_json::from_value::<T>(form).unwrap(), *value);
}

fn refused<T: DeserializeOwned + Debug>(form: Value) -> String {
    serde_json::from_value::<T>(form).unwrap_err().to_string()
}

fn user(number: u8) -> UserId {
    UserId::new(uuid(number))
}

fn entity(number: u8) -> EntityId {
    EntityId::new(uuid(number))
}

fn invitation() -> Invitation {
    Invitation {
        id: InvitationId::new(uuid(30)),
        sender: Sender::User(user(1)),
        generation: 2,
        expires_at: moment(LATER),
        created_at: moment(AT),
        resent_at: vec![moment(AT)],
    }
}

fn invitation_form() -> Value {
    json!({
        "id": id(30),
        "sender": {"user": id(1)},
        "generation": 2,
        "expires_at": LATER,
        "created_at": AT,
        "resent_at": [AT],
    })
}

fn organization() -> Organization {
    Organization {
        id: OrganizationId::new(uuid(90)),
        name: name("Acme Holding"),
        primary_admin: user(1),
        user_management: UserManagement::PrimaryAdmin,
        invitation_lifetime: InvitationLifetime::default(),
        created_at: moment(AT),
    }
}

fn organization_form() -> Value {
    json!({
        "id": id(90),
        "name": "Acme Holding",
        "primary_admin": id(1),
        "user_management": "primary_admin",
        "invitation_lifetime": 604_800,
        "created_at": AT,
    })
}

fn olive() -> User {
    User {
        id: user(1),
        email: email("Olive@Example.com"),
        name: Some(name("Olive Owner")),
        role: AssignableRole::Admin,
        state: UserState::Active(Joined {
            account: AccountId::new(uuid(80)),
            at: moment(AT),
        }),
        sent_invitations: SentInvitations {
            count: 1,
            digest: [171; 16],
        },
    }
}

fn olive_form() -> Value {
    json!({
        "id": id(1),
        "email": "Olive@Example.com",
        "name": "Olive Owner",
        "role": "admin",
        "state": {"active": {"account": id(80), "at": AT}},
        "sent_invitations": {"count": 1, "digest": "abababababababababababababababab"},
    })
}

fn key() -> ApiKey {
    ApiKey {
        id: ApiKeyId::new(uuid(40)),
        maker: user(1),
        name: name("Payroll"),
        role: KeyRole::UserManager,
        created_at: moment(AT),
        expires_at: None,
        digest: SecretDigest([1; 32]),
    }
}

fn key_form() -> Value {
    json!({
        "id": id(40),
        "maker": id(1),
        "name": "Payroll",
        "role": "user_manager",
        "created_at": AT,
        "expires_at": null,
        "digest": "01".repeat(32),
    })
}

fn plan() -> RemovalPlan {
    RemovalPlan {
        user: user(2),
        memberships: vec![LostMembership {
            entity: entity(20),
            entity_name: name("Bakery"),
            role: EntityRole::Admin,
        }],
        api_keys: vec![LostApiKey {
            id: ApiKeyId::new(uuid(40)),
            name: name("Payroll"),
        }],
        invitation: None,
        sent_invitations: SentInvitations::default(),
        entities_left_without_admin: vec![entity(20)],
    }
}

fn plan_form() -> Value {
    json!({
        "user": id(2),
        "memberships": [{"entity": id(20), "entity_name": "Bakery", "role": "admin"}],
        "api_keys": [{"id": id(40), "name": "Payroll"}],
        "invitation": null,
        "sent_invitations": {"count": 0, "digest": "0".repeat(32)},
        "entities_left_without_admin": [id(20)],
    })
}

#[test]
fn ids_are_hyphenated_uuids() {
    pinned(&OrganizationId::new(uuid(1)), json!(id(1)));
    pinned(&user(1), json!(id(1)));
    pinned(&entity(1), json!(id(1)));
    pinned(&InvitationId::new(uuid(1)), json!(id(1)));
    pinned(&ApiKeyId::new(uuid(1)), json!(id(1)));
    pinned(&AccountId::new(uuid(1)), json!(id(1)));
    let upper: UserId = serde_json::from_value(json!(id(1).to_uppercase())).unwrap();
    assert_eq!(upper, user(1));
    for wrong in [
        json!(id(1).replace('-', "")),
        json!(format!("{{{}}}", id(1))),
        json!(format!("urn:uuid:{}", id(1))),
        json!(""),
        json!(7),
        json!(null),
    ] {
        refused::<UserId>(wrong);
    }
}

/// R-INV-2, R-ENT-7, R-ANS-3: what is no email or name is none in JSON either.
#[test]
fn emails_and_names_are_texts_checked_when_read() {
    pinned(
        &email("Ann+Books@Example.com"),
        json!("Ann+Books@Example.com"),
    );
    pinned(&name("Weiß & Söhne"), json!("Weiß & Söhne"));
    let trimmed: Name = serde_json::from_value(json!("  Ann ")).unwrap();
    assert_eq!(trimmed.as_str(), "Ann");
    assert_eq!(
        refused::<Email>(json!("ann")),
        "an email is a name, an `@` and a domain, like `ann@example.com`"
    );
    assert_eq!(
        refused::<Name>(json!("a\nb")),
        "a name has no control characters"
    );
    refused::<Name>(json!(""));
    refused::<Email>(json!(null));
}

#[test]
fn a_moment_is_rfc_3339_with_six_digits_of_a_second_in_utc() {
    pinned(&moment(AT), json!(AT));
    for (written, read) in [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02T05:04:05.5+02:00", "2026-01-02T03:04:05.500000Z"),
        (
            "2026-01-02T03:04:05.1234569Z",
            "2026-01-02T03:04:05.123456Z",
        ),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(moment(written).to_string(), read);
    }
    for wrong in [
        "2026-01-02",
        "2026-01-02T03:04:05",
        "yesterday",
        "",
        "0000-12-31T23:59:59Z",
    ] {
        refused::<Timestamp>(json!(wrong));
    }
    refused::<Timestamp>(json!(1_767_225_600));
}

#[test]
fn closed_sets_are_words() {
    fn words<T: Serialize + DeserializeOwned + PartialEq + Debug>(all: &[T], expected: &[&str]) {
        assert_eq!(all.len(), expected.len());
        for (value, word) in all.iter().zip(expected) {
            pinned(value, json!(word));
        }
        refused::<T>(json!("Admin"));
        refused::<T>(json!("nothing"));
    }
    words(OrganizationRole::ALL, &["primary_admin", "admin", "user"]);
    words(AssignableRole::ALL, &["admin", "user"]);
    words(
        EntityRole::ALL,
        &["admin", "manager", "approver", "clerk", "auditor"],
    );
    words(KeyRole::ALL, &["auditor", "admin", "user_manager"]);
    words(UserManagement::ALL, &["primary_admin", "admins"]);
    words(Status::ALL, &["active", "invited", "deactivated"]);
    words(EntityStatus::ALL, &["active", "archived"]);
    words(InvitationEnd::ALL, &["accepted", "declined", "revoked"]);
    words(
        InvitationState::ALL,
        &[
            "pending",
            "expired",
            "suspended",
            "accepted",
            "declined",
            "revoked",
        ],
    );
    pinned(&Ending::Revoked, json!("revoked"));
    pinned(&Ending::Declined, json!("declined"));
    pinned(&Removal::Removed, json!("removed"));
    pinned(&Removal::Left, json!("left"));
    pinned(&Removal::AccountDeleted, json!("account_deleted"));
}

/// R-INV-1, lesson 13: no JSON makes an invitation to be Primary Admin.
#[test]
fn primary_admin_is_no_role_that_can_be_given() {
    let message = refused::<AssignableRole>(json!("primary_admin"));
    assert!(message.contains("expected `admin` or `user`"), "{message}");
    assert_eq!(
        "primary_admin"
            .parse::<AssignableRole>()
            .unwrap_err()
            .to_string(),
        "one of `admin`, `user`"
    );
}

#[test]
fn actors_senders_and_logins_are_tagged_by_a_word() {
    pinned(
        &Actor::User {
            id: user(1),
            signed_in: moment(AT),
        },
        json!({"user": {"id": id(1), "signed_in": AT}}),
    );
    pinned(
        &Actor::Key {
            id: ApiKeyId::new(uuid(40)),
            maker: user(1),
        },
        json!({"key": {"id": id(40), "maker": id(1)}}),
    );
    pinned(&Actor::Invitee, json!("invitee"));
    pinned(&Actor::Operator, json!("operator"));
    pinned(&Sender::User(user(1)), json!({"user": id(1)}));
    pinned(&Sender::Operator, json!("operator"));
    pinned(
        &Login::Existing(AccountId::new(uuid(80))),
        json!({"existing": id(80)}),
    );
    pinned(
        &Login::New(AccountId::new(uuid(80))),
        json!({"new": id(80)}),
    );
}

#[test]
fn records_are_their_fields() {
    pinned(&organization(), organization_form());
    pinned(&olive(), olive_form());
    pinned(&invitation(), invitation_form());
    pinned(&key(), key_form());
    pinned(&plan(), plan_form());
    let joined = Joined {
        account: AccountId::new(uuid(80)),
        at: moment(AT),
    };
    pinned(
        &UserState::Invited(invitation()),
        json!({"invited": invitation_form()}),
    );
    pinned(
        &UserState::Deactivated(joined),
        json!({"deactivated": {"account": id(80), "at": AT}}),
    );
    pinned(
        &Entity {
            id: entity(20),
            name: name("Bakery"),
            status: EntityStatus::Archived,
            member_count: 3,
            active_admins: 1,
        },
        json!({"id": id(20), "name": "Bakery", "status": "archived", "member_count": 3, "active_admins": 1}),
    );
    pinned(
        &Membership {
            user: user(2),
            entity: entity(20),
            role: EntityRole::Clerk,
        },
        json!({"user": id(2), "entity": id(20), "role": "clerk"}),
    );
    pinned(
        &InvitationRecord {
            invitation: invitation(),
            user: user(2),
            email: email("ivy@example.com"),
            role: AssignableRole::User,
            ended: Some((InvitationEnd::Declined, moment(LATER))),
        },
        json!({
            "invitation": invitation_form(),
            "user": id(2),
            "email": "ivy@example.com",
            "role": "user",
            "ended": ["declined", LATER],
        }),
    );
}

/// R-INV-3, R-REM-2.
#[test]
fn lifetimes_and_digests_are_checked_when_read() {
    pinned(
        &InvitationLifetime::from_seconds(3600).unwrap(),
        json!(3600),
    );
    assert_eq!(
        refused::<InvitationLifetime>(json!(3599)),
        "an invitation lives 3600 to 2592000 seconds (1 hour to 30 days)"
    );
    refused::<InvitationLifetime>(json!(2_592_001));
    refused::<InvitationLifetime>(json!(-1));
    let digits = "0123456789abcdef".repeat(4);
    pinned(&digits.parse::<Fingerprint>().unwrap(), json!(digits));
    for wrong in [
        digits.to_uppercase(),
        digits[1..].to_owned(),
        "g".repeat(64),
        "é".repeat(32),
    ] {
        assert_eq!(
            refused::<Fingerprint>(json!(wrong)),
            "a fingerprint is 64 lower-case hexadecimal digits"
        );
        assert!(refused::<SecretDigest>(json!(wrong)).contains("64 lower-case hexadecimal digits"));
    }
    refused::<SentInvitations>(json!({"count": 1, "digest": "0".repeat(64)}));
}

/// R-REM-2: a fingerprint shown by one version is the fingerprint of the same plan in the next.
#[test]
fn the_fingerprint_of_a_plan_does_not_change_between_versions() {
    assert_eq!(
        plan().fingerprint().to_string(),
        "1c5176fff06e06bf2ecb29301f8b7e58b7b20bdf275ac32ac526330e93f241bf"
    );
}

#[test]
fn a_request_says_who_asks_for_what_and_when() {
    pinned(
        &Request {
            actor: Actor::Operator,
            command: Command::ErasePerson { user: user(2) },
            at: moment(AT),
        },
        json!({"actor": "operator", "command": {"erase_person": {"user": id(2)}}, "at": AT}),
    );
}

/// A policy is a list of rules, checked as a whole when it is read.
#[test]
fn a_policy_is_a_list_of_its_permissions() {
    let form = json!([
        {"permission": "invoice:view", "roles": ["admin", "clerk"]},
        {
            "permission": "invoice:approve",
            "roles": ["admin"],
            "conditional": [{"role": "approver", "condition": "assigned"}],
        },
    ]);
    let policy: Policy = serde_json::from_value(form.clone()).unwrap();
    assert_eq!(policy.rules().len(), 2);
    pinned(&policy, form);
    let default = serde_json::to_value(Policy::default()).unwrap();
    pinned(&Policy::default(), default);
    assert_eq!(
        refused::<Policy>(json!([
            {"permission": "invoice:view", "roles": []},
            {"permission": "invoice:view", "roles": []},
        ])),
        "`invoice:view` stands in the policy twice"
    );
    refused::<Policy>(json!([{"permission": "invoice:view", "roles": ["owner"]}]));
    refused::<Policy>(json!([{"permission": "invoice:view", "roles": [], "extra": 1}]));
    // Where the form is text, the error says the place, too.
    let text = "[\n  {\"permission\": \"invoice:view\", \"roles\": [\"owner\"]}\n]";
    let error = serde_json::from_str::<Policy>(text).unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 50), "{error}");
}

/// An answer to a permission check, with why.
#[test]
fn an_explanation_is_its_decision_and_what_it_stands_on() {
    let explanation = |decision, role| Explanation {
        decision,
        permission: "invoice:approve".to_owned(),
        status: Some(Status::Active),
        role,
    };
    pinned(
        &explanation(Decision::AllowIfAssigned, Some(EntityRole::Approver)),
        json!({
            "decision": "allow_if_assigned", "permission": "invoice:approve",
            "status": "active", "role": "approver",
        }),
    );
    pinned(
        &explanation(Decision::Deny(Denial::NotAMember), None),
        json!({
            "decision": {"deny": "not_a_member"}, "permission": "invoice:approve",
            "status": "active", "role": null,
        }),
    );
    pinned(&Decision::Allow, json!("allow"));
}
