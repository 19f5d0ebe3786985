//! The record: what is planted in it is found, and who is erased from it is nowhere.

use vestibule_domain::test_support::{email, name};
use vestibule_domain::{Actor, Command, InvitationId, Request, UserId};

use super::stage::{Stage, count, on_each_database, tamper};
use crate::{AuditHead, Store};

/// An organization with a record of ten events: the founding and nine entities.
async fn recorded(store: &Store) -> Stage {
    let mut stage = Stage::set(store, 7).await;
    for number in 1..=9 {
        let entity = vestibule_domain::EntityId::new(stage.world.fresh_id());
        let name = name(&format!("Acme {number}"));
        let request = stage
            .world
            .request(stage.world.owner(), Command::CreateEntity { entity, name });
        stage.play_requests(&[request]).await;
    }
    stage
}

async fn first_bad(stage: &Stage, earlier: Option<AuditHead>) -> Option<u64> {
    stage
        .store
        .verify_audit(stage.world.founding.organization, earlier)
        .await
        .unwrap()
        .unwrap()
        .first_bad_seq
}

/// R-AUD-2.
#[test]
fn what_is_planted_in_the_record_is_found_where_it_lies() {
    const FAULTS: [(&str, u64); 12] = [
        (
            "update audit_events set actor_personal = null where seq in (4, 8)",
            4,
        ),
        (
            "update audit_events set target_name = 'Another' where seq = 5",
            5,
        ),
        (
            "update audit_events set action = 'user.invited' where seq = 4",
            4,
        ),
        (
            "update audit_events set after_values = '{}' where seq = 5",
            5,
        ),
        (
            "update audit_events set request_id = 'another' where seq = 1",
            1,
        ),
        (
            "update audit_events set actor_personal = '{}' where seq = 3",
            3,
        ),
        (
            "update audit_events set actor_personal = actor_personal || ' ' where seq = 6",
            6,
        ),
        (
            "update audit_events set target_personal = null where seq = 1",
            1,
        ),
        ("delete from audit_events where seq = 7", 7),
        ("delete from audit_events where seq = 10", 10),
        ("delete from audit_events where seq = 1", 1),
        (
            "update audit_events set seq = case seq when 2 then 102 else 103 end \
             where seq in (2, 3); \
             update audit_events set seq = case seq when 102 then 3 else 2 end \
             where seq in (102, 103)",
            2,
        ),
    ];
    for (fault, place) in FAULTS {
        on_each_database(|store| async move {
            let stage = recorded(&store).await;
            assert_eq!(first_bad(&stage, None).await, None);
            tamper(&store, fault).await;
            assert_eq!(first_bad(&stage, None).await, Some(place), "{fault}");
        });
    }
}

/// R-AUD-2: a record that is cut and whose head is bent to fit is whole in itself; an end that
/// was kept elsewhere tells.
#[test]
fn a_record_that_was_cut_is_found_against_an_earlier_end() {
    on_each_database(|store| async move {
        let stage = recorded(&store).await;
        let organization = stage.world.founding.organization;
        let kept = store
            .verify_audit(organization, None)
            .await
            .unwrap()
            .unwrap()
            .head;
        assert_eq!(first_bad(&stage, Some(kept)).await, None);
        tamper(
            &store,
            "delete from audit_events where seq > 6; \
             update organizations set audit_seq = 6, \
             audit_hash = (select hash from audit_events where seq = 6)",
        )
        .await;
        assert_eq!(first_bad(&stage, None).await, None);
        assert_eq!(first_bad(&stage, Some(kept)).await, Some(7));
        let another = AuditHead {
            seq: 3,
            hash: [9; 32],
        };
        assert_eq!(first_bad(&stage, Some(another)).await, Some(3));
    });
}

/// R-AUD-3.
#[test]
fn who_is_erased_is_nowhere_in_the_record_and_the_chain_holds() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let user = UserId::new(stage.world.fresh_id());
        let invitation = InvitationId::new(stage.world.fresh_id());
        let ask = |stage: &Stage, command| stage.world.request(stage.world.owner(), command);
        let invite = ask(
            &stage,
            Command::InviteUser {
                user,
                invitation,
                email: email("zelda@hyrule.example"),
                role: vestibule_domain::AssignableRole::Admin,
                name: Some(name("Zelda Zora")),
                memberships: std::collections::BTreeMap::new(),
            },
        );
        stage.play_requests(&[invite]).await;
        let login = stage.world.login(&email("zelda@hyrule.example"));
        let accept = Request {
            actor: Actor::Invitee,
            command: Command::AcceptInvitation {
                user,
                invitation,
                generation: 1,
                name: name("Zelda Zora"),
                login,
            },
            at: stage.world.at,
        };
        stage.play_requests(&[accept]).await;
        let entity = vestibule_domain::EntityId::new(stage.world.fresh_id());
        let hers = Request {
            actor: stage.world.signed_in(user),
            command: Command::CreateEntity {
                entity,
                name: name("Castle"),
            },
            at: stage.world.at,
        };
        let remove = ask(
            &stage,
            Command::RemoveUser {
                user,
                fingerprint: None,
            },
        );
        stage.play_requests(&[hers, remove]).await;
        assert!(count(&store, TRACES).await > 0);
        // Texts that are gone with nobody erased are found; an erasure that follows explains them.
        tamper(
            &store,
            "update audit_events set target_personal = null where seq = 2; \
             update outbox set error = 'no mailbox zelda@hyrule.example'; \
             insert into idempotency_keys (organization_id, actor, key, request_digest, \
             answer_status, answer_headers, answer_body, created_at, expires_at) \
             select organization_id, 'user', 'key', hash, 201, '[]', 'zelda@hyrule.example', at, at \
             from audit_events where seq = 1",
        )
        .await;
        assert_eq!(first_bad(&stage, None).await, Some(2));
        let erase = ask(&stage, Command::ErasePerson { user });
        stage.play_requests(&[erase]).await;
        assert_eq!(count(&store, TRACES).await, 0);
        assert_eq!(first_bad(&stage, None).await, None);
    });
}

/// Rows of the organization that still tell of Zelda; her account is her own.
const TRACES: &str = "select (select count(*) from audit_events where \
    coalesce(actor_personal, '') || coalesce(target_personal, '') || coalesce(before_values, '') \
    || coalesce(after_values, '') like '%Zelda%' or \
    coalesce(target_personal, '') like '%hyrule%') \
    + (select count(*) from invitations where email like '%hyrule%') \
    + (select count(*) from outbox where error like '%hyrule%') \
    + (select count(*) from idempotency_keys where answer_body like '%hyrule%') \
    + (select count(*) from users where email like '%hyrule%')";
