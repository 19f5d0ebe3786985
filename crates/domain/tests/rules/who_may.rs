//! Who may ask for what: every command as every kind of actor, in one table.

use vestibule_domain::{Command, UserManagement};

use crate::house::{As, House, Key, Role};

/// `+` happens, `-` not_allowed, `0` for them it is not there, `x` not signed in, `r` not a role
/// they may give.
const TABLE: &str = "
                        owner admin admins user invited deactivated stranger operator invitee auditor_key admin_key manager_key
rename_organization     +     +     +      -    0       0           0        +        -       -           +         +
user_management         +     -     -      -    0       0           0        +        -       -           -         -
invitation_lifetime     +     -     -      -    0       0           0        +        -       -           -         -
transfer                +     -     -      -    0       0           0        +        -       -           -         -
erase                   +     -     -      -    0       0           0        +        -       -           -         -
invite                  +     -     +      -    0       0           0        +        -       -           -         +
resend                  +     -     +      -    0       0           0        +        -       -           -         +
revoke                  +     -     +      -    0       0           0        +        -       -           -         +
accept                  -     -     -      -    -       -           -        -        +       -           -         -
decline                 -     -     -      -    -       -           -        -        +       -           -         -
give_role               +     -     +      0    0       0           0        +        -       -           -         +
name_invited            +     -     +      0    0       0           0        +        -       -           -         +
deactivate              +     -     +      0    0       0           0        +        -       -           -         +
reactivate              +     -     +      0    0       0           0        +        -       -           -         +
remove                  +     -     +      0    0       0           0        +        -       -           -         +
rename_account          -     -     -      -    -       -           -        -        -       -           -         -
delete_account          -     -     -      -    -       -           -        -        -       -           -         -
create_entity           +     +     +      -    0       0           0        +        -       -           +         +
rename_entity           +     +     +      0    0       0           0        +        -       -           +         +
archive                 +     +     +      0    0       0           0        +        -       -           +         +
unarchive               +     +     +      0    0       0           0        +        -       -           +         +
delete                  +     +     +      0    0       0           0        +        -       -           +         +
set_membership          +     +     +      0    0       0           0        +        -       -           +         +
remove_membership       +     +     +      0    0       0           0        +        -       -           +         +
make_auditor_key        +     +     +      -    0       0           0        -        -       -           -         -
make_admin_key          +     +     +      -    0       0           0        -        -       -           -         -
make_manager_key        +     r     +      -    0       0           0        -        -       -           -         -
end_owners_key          +     0     0      -    0       0           0        +        -       -           -         -
";

fn house() -> House {
    let mut house = House::full()
        .user("rex")
        .entity("attic")
        .archived("attic")
        .key("auditor_key", "olive", Key::Auditor)
        .key("admin_key", "olive", Key::Admin)
        .key("manager_key", "olive", Key::UserManager);
    house.does("olive", house.to_remove("rex"));
    house
}

fn actor(kind: &str) -> &str {
    match kind {
        "owner" => "olive",
        "admin" | "admins" => "ann",
        "user" => "uma",
        "invited" => "ivy",
        "deactivated" => "dan",
        other => other,
    }
}

fn command(house: &House, what: &str) -> Command {
    match what {
        "rename_organization" => house.to_rename("Acme Group"),
        "user_management" => match house.directory().organization().user_management {
            UserManagement::PrimaryAdmin => house.to_let_manage(UserManagement::Admins),
            UserManagement::Admins => house.to_let_manage(UserManagement::PrimaryAdmin),
        },
        "invitation_lifetime" => house.to_let_invitations_live(3600),
        "transfer" => house.to_transfer("ulf"),
        "erase" => house.to_erase("rex"),
        "invite" => house.to_invite("nia", Role::Admin),
        "resend" => house.to_resend("ivy"),
        "revoke" => house.to_revoke("ivy"),
        "accept" => house.to_accept("ivy"),
        "decline" => house.to_decline("ivy"),
        "give_role" => house.to_give("ulf", Role::Admin),
        "name_invited" => house.to_name("ivy", "Ivy Invited"),
        "deactivate" => house.to_deactivate("ulf"),
        "reactivate" => house.to_reactivate("dan"),
        "remove" => house.to_remove("ulf"),
        "rename_account" => house.to_rename_account_of("ulf", "Ulf User"),
        "delete_account" => house.to_delete_account_of("ulf"),
        "create_entity" => house.to_create("winery"),
        "rename_entity" => house.to_rename_entity("mill", "Mill"),
        "archive" => house.to_archive("mill"),
        "unarchive" => house.to_unarchive("attic"),
        "delete" => house.to_delete("attic"),
        "set_membership" => house.to_set("ulf", "mill", As::Clerk),
        "remove_membership" => house.to_take_out("clerk", "bakery"),
        "make_auditor_key" => house.to_make_key("new", Key::Auditor),
        "make_admin_key" => house.to_make_key("new", Key::Admin),
        "make_manager_key" => house.to_make_key("new", Key::UserManager),
        "end_owners_key" => house.to_end_key("auditor_key"),
        other => panic!("the table asks for {other}"),
    }
}

fn cell(house: &House, kind: &str, what: &str) -> &'static str {
    let mut house = house.clone();
    if kind == "admins" {
        house = house.managed_by_admins();
    }
    match house.asks(actor(kind), command(&house, what)) {
        Ok(Some(_)) => "+",
        Ok(None) => "=",
        Err(rejection) => match rejection.code() {
            "not_allowed" => "-",
            "not_found" | "user_not_in_organization" | "entity_not_found" => "0",
            "not_signed_in" => "x",
            "role_not_assignable" => "r",
            other => other,
        },
    }
}

/// R-ORG-2, R-ORG-3, R-ORG-5, R-INV-6, R-KEY-1, R-KEY-2, R-KEY-3, R-ANS-2, R-DEA-1, R-REM-5,
/// lesson 24.
#[test]
fn every_command_is_open_to_whom_the_table_says_and_to_nobody_else() {
    let house = house();
    let mut rows = TABLE.lines().filter(|line| !line.trim().is_empty());
    let kinds: Vec<_> = rows.next().unwrap().split_whitespace().collect();
    let mut wrong = Vec::new();
    for row in rows {
        let mut cells = row.split_whitespace();
        let what = cells.next().unwrap();
        let expected: Vec<_> = cells.collect();
        assert_eq!(expected.len(), kinds.len(), "a cell for each actor: {what}");
        for (kind, expected) in kinds.iter().zip(expected) {
            let found = cell(&house, kind, what);
            if found != expected {
                wrong.push(format!("{what} by {kind}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// R-ENT-3: by entity role of the actor, role of the target before, and role wanted after.
#[test]
fn members_are_managed_by_admins_and_managers_of_the_entity_and_admins_only_by_admins() {
    let everything: Vec<Option<As>> = std::iter::once(None)
        .chain(As::ALL.iter().copied().map(Some))
        .collect();
    for actor in As::ALL {
        for before in &everything {
            for after in &everything {
                let mut house = House::full();
                if let Some(role) = before {
                    house = house.member("ulf", "bakery", *role);
                }
                let found = match after {
                    Some(role) => house.asks(actor.as_str(), house.to_set("ulf", "bakery", *role)),
                    None => house.asks(actor.as_str(), house.to_take_out("ulf", "bakery")),
                };
                let expected = match actor {
                    As::Approver | As::Clerk | As::Auditor => Err("not_allowed"),
                    As::Manager if *before == Some(As::Admin) => Err("not_allowed"),
                    As::Manager if *after == Some(As::Admin) => Err("role_not_assignable"),
                    As::Admin | As::Manager => match (before, after) {
                        (None, None) => Err("not_found"),
                        (before, after) => Ok(before != after),
                    },
                };
                let found = found.map(|event| event.is_some());
                let found = found.map_err(|rejection| rejection.code());
                assert_eq!(found, expected, "{actor}: {before:?} to {after:?}");
                let is = if expected == Ok(true) { after } else { before };
                assert_eq!(house.roles_of("ulf").get("bakery").copied(), *is);
            }
        }
    }
}

/// R-DEA-1, R-DEA-2, R-INV-4, R-INV-5, R-INV-6, R-ORG-5, R-REM-1, R-REM-3: by the owner, of a
/// user of each status.
#[test]
fn what_can_be_asked_of_a_user_depends_on_their_status() {
    type Row = (&'static str, [&'static str; 4]);
    // The Primary Admin, an Active, an Invited and a Deactivated user.
    let table: [Row; 9] = [
        ("transfer", ["=", "+", "user_not_active", "user_not_active"]),
        (
            "deactivate",
            [
                "primary_admin_must_transfer",
                "+",
                "user_not_active",
                "user_not_active",
            ],
        ),
        (
            "reactivate",
            [
                "user_not_deactivated",
                "user_not_deactivated",
                "user_not_deactivated",
                "+",
            ],
        ),
        ("remove", ["primary_admin_must_transfer", "+", "+", "+"]),
        ("give_role", ["primary_admin_must_transfer", "+", "+", "+"]),
        ("name", ["not_allowed", "not_allowed", "+", "not_allowed"]),
        (
            "resend",
            [
                "invitation_not_pending",
                "invitation_not_pending",
                "+",
                "invitation_not_pending",
            ],
        ),
        (
            "revoke",
            [
                "invitation_not_pending",
                "invitation_not_pending",
                "+",
                "invitation_not_pending",
            ],
        ),
        ("set_membership", ["+", "+", "+", "+"]),
    ];
    for (what, row) in table {
        for (who, expected) in ["olive", "uma", "ivy", "dan"].into_iter().zip(row) {
            let mut house = House::full();
            let user = house.id(who);
            let invitation = house
                .person(who)
                .invitation()
                .map_or(vestibule_domain::InvitationId::new(user.uuid()), |it| it.id);
            let command = match what {
                "transfer" => house.to_transfer(who),
                "deactivate" => house.to_deactivate(who),
                "reactivate" => house.to_reactivate(who),
                "remove" => house.to_remove(who),
                "give_role" => house.to_give(who, Role::Admin),
                "name" => house.to_name(who, "Somebody Else"),
                "resend" => Command::ResendInvitation { user, invitation },
                "revoke" => Command::RevokeInvitation { user, invitation },
                _ => house.to_set(who, "mill", As::Clerk),
            };
            let found = match house.asks("olive", command) {
                Ok(Some(_)) => "+",
                Ok(None) => "=",
                Err(rejection) => rejection.code(),
            };
            assert_eq!(found, expected, "{what} of {who}");
        }
    }
}
