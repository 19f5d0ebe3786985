//! What reads show of an organization that was written the one way: the record, keys, accounts.

use serde_json::json;
use uuid::Uuid;
use vestibule_domain::{
    AccountId, Actor, ApiKeyId, Command, Email, Fingerprint, Founding, InvitationId, KeyRole,
    Login, Name, OrganizationId, OrganizationRole, Request, Scope, SecretDigest, Status, Timestamp,
    UserId,
};

use crate::testing::{later, now, on_both_databases};
use crate::{
    ApiKeysPage, AuditFilter, AuditPage, Done, Foundation, Founder, InvitationsPage, Job, KeysOf,
    NewAccount, Origin, PageLimit, PasswordHash, Store, Submission, Total, UsersPage,
};

on_both_databases![
    the_record_is_paged_by_number_and_filtered_by_who_what_and_when,
    an_erased_person_is_shown_without_name_and_address,
    who_founded_an_organization_is_erased_and_what_things_are_called_stays,
    keys_are_listed_latest_first_and_found_by_their_digest,
    an_account_leads_to_its_organizations_by_their_name,
    an_invitation_link_says_what_became_of_it,
];

const ANN: u128 = 1;
const BOB: u128 = 2;

fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn organization(number: u128) -> OrganizationId {
    OrganizationId::new(uuid(number))
}

fn user(number: u128) -> UserId {
    UserId::new(uuid(number))
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn origin() -> Origin {
    Origin {
        address: Some("192.0.2.7".parse().unwrap()),
        request_id: "request".to_owned(),
    }
}

fn account(number: u128, address: &str) -> NewAccount {
    NewAccount {
        id: AccountId::new(uuid(number)),
        email: email(address),
        name: name("Ann"),
        password_hash: PasswordHash::new("hash".to_owned()),
    }
}

/// An organization whose Primary Admin is Ann.
async fn found(store: &Store, number: u128, called: &str, new_account: Option<NewAccount>) {
    store
        .found_organization(Foundation {
            founding: Founding {
                organization: organization(number),
                name: name(called),
                primary_admin: user(number * 100 + ANN),
                email: email("ann@x.example"),
                primary_admin_name: name("Ann"),
                account: AccountId::new(uuid(ANN)),
                at: now(),
            },
            founder: Founder::Operator,
            origin: origin(),
            new_account,
            idempotency: None,
            answer: None,
        })
        .await
        .unwrap();
}

async fn house(store: &Store) {
    found(store, 1, "House", Some(account(ANN, "ann@x.example"))).await;
}

async fn ask(store: &Store, actor: Actor, command: Command, at: Timestamp) -> Done {
    let submission = Submission {
        request: Request { actor, command, at },
        origin: origin(),
        new_account: Some(account(BOB, "bob@x.example")),
    };
    let done = store
        .execute(Job {
            organization: organization(1),
            submissions: vec![submission],
            precondition: None,
            idempotency: None,
            answer: None,
        })
        .await
        .unwrap();
    assert!(done.outcomes.iter().all(Result::is_ok), "{done:?}");
    done
}

fn ann(at: Timestamp) -> Actor {
    Actor::User {
        id: user(100 + ANN),
        signed_in: at,
    }
}

async fn invite_bob(store: &Store) {
    let command = Command::InviteUser {
        user: user(BOB),
        invitation: InvitationId::new(uuid(BOB)),
        email: email("bob@x.example"),
        role: vestibule_domain::AssignableRole::User,
        name: Some(name("Bob")),
        memberships: std::collections::BTreeMap::new(),
    };
    ask(store, ann(later(1)), command, later(1)).await;
}

async fn accept_as_bob(store: &Store) {
    let command = Command::AcceptInvitation {
        user: user(BOB),
        invitation: InvitationId::new(uuid(BOB)),
        generation: 1,
        name: name("Bobby"),
        login: Login::New(AccountId::new(uuid(BOB))),
    };
    ask(store, Actor::Invitee, command, later(2)).await;
}

async fn remove_bob(store: &Store) {
    let command = Command::RemoveUser {
        user: user(BOB),
        fingerprint: None::<Fingerprint>,
    };
    ask(store, ann(later(3)), command, later(3)).await;
}

async fn record(store: &Store, filter: AuditFilter) -> Vec<u64> {
    let mut page = AuditPage {
        filter,
        limit: PageLimit::new(2).unwrap(),
        ..AuditPage::new(organization(1))
    };
    let mut numbers = Vec::new();
    loop {
        let rows = store.audit_page(page.clone()).await.unwrap();
        numbers.extend(rows.iter().map(|row| row.seq));
        let Some(last) = rows.last() else {
            return numbers;
        };
        page.after = Some(last.seq);
    }
}

/// R-AUD-1, R-AUD-2.
async fn the_record_is_paged_by_number_and_filtered_by_who_what_and_when(store: &Store) {
    house(store).await;
    invite_bob(store).await;
    accept_as_bob(store).await;
    remove_bob(store).await;

    let all = AuditFilter::default;
    assert_eq!(record(store, all()).await, [1, 2, 3, 4]);
    let by_actor = AuditFilter {
        actors: [uuid(100 + ANN)].into(),
        ..all()
    };
    assert_eq!(record(store, by_actor).await, [2, 4]);
    let by_targets = AuditFilter {
        targets: [uuid(BOB), uuid(1)].into(),
        ..all()
    };
    assert_eq!(record(store, by_targets).await, [1, 2, 3, 4]);
    let by_actions = AuditFilter {
        actions: ["user.removed".to_owned(), "user.invited".to_owned()].into(),
        ..all()
    };
    assert_eq!(record(store, by_actions).await, [2, 4]);
    let by_time = AuditFilter {
        since: Some(later(1)),
        until: Some(later(3)),
        ..all()
    };
    assert_eq!(record(store, by_time).await, [2, 3]);

    let rows = store
        .audit_page(AuditPage::new(organization(1)))
        .await
        .unwrap();
    let invited = &rows[1];
    assert_eq!(invited.action, "user.invited");
    assert_eq!(invited.actor.kind, "user");
    assert_eq!(invited.actor.name.as_deref(), Some("Ann"));
    assert_eq!(invited.target.id, Some(uuid(BOB)));
    assert_eq!(invited.target.name.as_deref(), Some("Bob"));
    assert_eq!(invited.after["email"], json!("bob@x.example"));
    assert_eq!(invited.origin.address, origin().address);
    assert_eq!(invited.origin.request_id, "request");
    let head = store.audit_head(organization(1)).await.unwrap().unwrap();
    assert_eq!((head.seq, head.hash), (4, rows[3].hash));
    assert_eq!(store.audit_head(organization(9)).await.unwrap(), None);
}

/// R-AUD-3.
async fn an_erased_person_is_shown_without_name_and_address(store: &Store) {
    house(store).await;
    invite_bob(store).await;
    accept_as_bob(store).await;
    remove_bob(store).await;
    let command = Command::ErasePerson { user: user(BOB) };
    ask(store, ann(later(4)), command, later(4)).await;

    let rows = store
        .audit_page(AuditPage::new(organization(1)))
        .await
        .unwrap();
    for row in &rows {
        let text = format!("{row:?}");
        assert!(!text.contains("Bob") && !text.contains("bob@x"), "{text}");
    }
    assert_eq!(rows[2].actor.name, None);
    assert_eq!(rows[2].origin.address, None);
    let page = InvitationsPage::new(organization(1), now());
    let invitations = store.invitations_page(page).await.unwrap().items;
    assert_eq!(invitations[0].email, None);
}

/// R-AUD-3: a person's email, name and address go; organizations, entities and keys are no persons.
async fn who_founded_an_organization_is_erased_and_what_things_are_called_stays(store: &Store) {
    house(store).await;
    invite_bob(store).await;
    accept_as_bob(store).await;
    let key = ApiKeyId::new(uuid(5));
    let make_key = Command::CreateApiKey {
        key,
        name: name("Export"),
        role: KeyRole::Admin,
        expires_at: None,
        digest: SecretDigest([5; 32]),
    };
    ask(store, ann(later(3)), make_key, later(3)).await;
    let by_key = Actor::Key {
        id: key,
        maker: user(100 + ANN),
    };
    let make_entity = Command::CreateEntity {
        entity: vestibule_domain::EntityId::new(uuid(6)),
        name: name("Acme"),
    };
    ask(store, by_key, make_entity, later(3)).await;
    let hand_over = Command::TransferOwnership { to: user(BOB) };
    ask(store, ann(later(3)), hand_over, later(3)).await;
    let bob = Actor::User {
        id: user(BOB),
        signed_in: later(4),
    };
    let remove = Command::RemoveUser {
        user: user(100 + ANN),
        fingerprint: None::<Fingerprint>,
    };
    ask(store, bob, remove, later(4)).await;
    let erase = Command::ErasePerson {
        user: user(100 + ANN),
    };
    ask(store, bob, erase, later(4)).await;

    let page = AuditPage::new(organization(1));
    let rows = store.audit_page(page).await.unwrap();
    for row in &rows {
        let text = format!("{row:?}");
        assert!(!text.contains("Ann") && !text.contains("ann@x"), "{text}");
    }
    let names = |seq: usize| {
        (
            rows[seq - 1].actor.name.as_deref(),
            rows[seq - 1].target.name.as_deref(),
        )
    };
    assert_eq!(names(1), (None, Some("House")));
    assert_eq!(names(4), (None, Some("Export")));
    assert_eq!(names(5), (Some("Export"), Some("Acme")));
    assert_eq!(rows[4].origin.address, None);
    assert_eq!(names(6), (None, Some("Bobby")));
    let verdict = store.verify_audit(organization(1), None).await.unwrap();
    assert!(verdict.unwrap().is_ok());
}

/// R-KEY-1, R-KEY-3.
async fn keys_are_listed_latest_first_and_found_by_their_digest(store: &Store) {
    house(store).await;
    for number in 1..=5_u8 {
        let command = Command::CreateApiKey {
            key: ApiKeyId::new(uuid(u128::from(number))),
            name: name(&format!("Key {number}")),
            role: KeyRole::Auditor,
            expires_at: (number == 5).then(|| later(10)),
            digest: SecretDigest([number; 32]),
        };
        ask(store, ann(now()), command, now()).await;
    }
    for (of, count) in [
        (KeysOf::Everyone, 5),
        (KeysOf::Maker(user(100 + ANN)), 5),
        (KeysOf::Maker(user(BOB)), 0),
    ] {
        let first = ApiKeysPage {
            limit: PageLimit::new(2).unwrap(),
            total: Total::Counted,
            ..ApiKeysPage::new(organization(1), of)
        };
        let (mut page, mut found) = (first.clone(), Vec::new());
        loop {
            let rows = store.api_keys_page(page).await.unwrap();
            assert_eq!(rows.total, Some(count));
            found.extend(rows.items.iter().map(|row| row.id.uuid().as_u128()));
            let Some(next) = rows.next else { break };
            page = first.clone().after(next.as_str()).unwrap();
        }
        let expected: Vec<u128> = (1..=u128::from(count)).rev().collect();
        assert_eq!(found, expected);
    }
    let holder = store
        .api_key_by_digest(SecretDigest([5; 32]), later(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(holder.organization, organization(1));
    assert!(holder.key.is_expired_at(later(10)));
    let unknown = store.api_key_by_digest(SecretDigest([9; 32]), later(1));
    assert_eq!(unknown.await.unwrap(), None);
    let mut looks = 0;
    // The use is noted behind the answer, so the looks go on until one sees it.
    loop {
        let row = store
            .api_key(organization(1), holder.key.id)
            .await
            .unwrap()
            .unwrap();
        if row.last_used_at == Some(later(1)) {
            assert_eq!(row.maker_name, Some(name("Ann")));
            break;
        }
        looks += 1;
        assert!(looks < 100_000, "the use was never noted");
        let again = store.api_key_by_digest(SecretDigest([5; 32]), later(1));
        assert!(again.await.unwrap().is_some());
    }
}

/// R-ORG-1: what an account leads to, whatever its status there.
async fn an_account_leads_to_its_organizations_by_their_name(store: &Store) {
    house(store).await;
    found(store, 2, "attic", None).await;
    found(store, 3, "Éclair", None).await;
    let owner = AccountId::new(uuid(ANN));
    let found = store.organizations_of(owner).await.unwrap();
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["attic", "House", "Éclair"]);
    for one in &found {
        assert_eq!(one.role, OrganizationRole::PrimaryAdmin);
        assert_eq!(one.status, Status::Active);
    }
    let by_email = store.account_by_email(email("ANN@x.example").key().clone());
    assert_eq!(by_email.await.unwrap().unwrap().id, owner);
    let nobody = store.organizations_of(AccountId::new(uuid(9)));
    assert_eq!(nobody.await.unwrap(), []);
}

/// R-INV-5, R-INV-7.
async fn an_invitation_link_says_what_became_of_it(store: &Store) {
    house(store).await;
    invite_bob(store).await;
    let invitation = InvitationId::new(uuid(BOB));
    let link = |at| store.invitation_link(invitation, at);
    let pending = link(later(1)).await.unwrap().unwrap();
    assert_eq!(pending.state.as_str(), "pending");
    assert_eq!(pending.invited_by, Some(name("Ann")));
    assert_eq!((pending.generation, pending.account), (1, None));
    let expired = link(pending.expires_at).await.unwrap().unwrap();
    assert_eq!(expired.state.as_str(), "expired");
    accept_as_bob(store).await;
    let accepted = link(later(2)).await.unwrap().unwrap();
    assert_eq!(accepted.state.as_str(), "accepted");
    let page = UsersPage::new(organization(1), Scope::Everything, later(2));
    let users = store.users_page(page).await.unwrap().items;
    let names: Vec<_> = users.iter().map(|row| row.name.clone()).collect();
    assert_eq!(names, [Some(name("Ann")), Some(name("Bobby"))]);
    assert_eq!(users[1].joined_at, Some(later(2)));
    let nobody = store.invitation_link(InvitationId::new(uuid(9)), now());
    assert_eq!(nobody.await.unwrap(), None);
}
