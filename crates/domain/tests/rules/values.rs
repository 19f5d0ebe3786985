//! Values that compare, sort, add up and stop at their ends.

use chrono::{DateTime, Utc};
use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    Email, EmailKey, InvalidEmail, InvalidName, InvitationId, InvitationLifetime, Name, NameKey,
    OrganizationRole, SentInvitations, Timestamp, TimestampOutOfRange, UserManagement,
};

use crate::house::{House, Role};

/// R-LST-2, lesson 39: by the NFC of full case folding, bytewise: `bob` before `Zoe`.
#[test]
fn names_and_emails_sort_without_case_in_one_order() {
    let mut names: Vec<NameKey> = [
        "Zoe", "bob", "Émile", "emil", "straße", "STRASSER", "Ärzte", "zz",
    ]
    .map(|text| name(text).key())
    .to_vec();
    names.sort();
    let sorted: Vec<_> = names.iter().map(NameKey::as_str).collect();
    assert_eq!(
        sorted,
        [
            "bob", "emil", "strasse", "strasser", "zoe", "zz", "ärzte", "émile"
        ]
    );
    let mut emails: Vec<EmailKey> = [
        "Zoe@x.example",
        "bob@x.example",
        "Ann@y.example",
        "ann@X.example",
    ]
    .map(|text| email(text).key().clone())
    .to_vec();
    emails.sort();
    let sorted: Vec<_> = emails.iter().map(EmailKey::as_str).collect();
    assert_eq!(
        sorted,
        [
            "ann@x.example",
            "ann@y.example",
            "bob@x.example",
            "zoe@x.example"
        ]
    );
}

/// R-LST-2, R-ENT-7: one form however it was typed, and no locale of anybody's.
#[test]
fn what_folds_alike_is_alike() {
    for (one, other) in [
        ("Å", "å"),
        ("A\u{30a}", "å"),
        ("\u{212b}", "å"),
        ("ﬁ", "FI"),
        ("ẞ", "ss"),
        ("ΑΣ", "ας"),
        ("Ǆ", "ǆ"),
        ("\u{1e9b}\u{323}", "\u{1e9b}\u{323}"),
    ] {
        assert_eq!(name(one).key(), name(other).key(), "{one} and {other}");
    }
    // Turkish letters fold as Unicode says, not as a Turkish locale would.
    assert_ne!(name("I").key(), name("ı").key());
    assert_ne!(name("İ").key(), name("i").key());
    assert_ne!(name("o").key(), name("ö").key());
    assert_eq!(NameKey::of("  Straße "), name("STRASSE").key());
}

/// R-INV-2: what a key is compared by can be typed, and gives the same key.
#[test]
fn the_key_of_an_email_is_an_email_with_that_key() {
    for typed in [
        "Ann@Example.com",
        "JOSÉ+Books@BÜCHER.example",
        "o'neil_x%y@xn--bcher-kva.example",
        "straße@ΣΊΣΥΦΟΣ.example",
        "用户@例え.jp",
        "ann@例え。jp",
        "a@b",
    ] {
        let key = email(typed).key().clone();
        assert_eq!(email(key.as_str()).key(), &key, "{typed}");
    }
}

/// R-INV-2: a full-width or ideographic dot is a dot of a domain, and cannot hide at its end.
#[test]
fn a_domain_has_no_dot_at_its_end_in_any_script() {
    for typed in ["ann@x.com.", "ann@x.com\u{3002}", "ann@x.com\u{ff0e}"] {
        assert_eq!(Email::new(typed), Err(InvalidEmail::Form), "{typed}");
    }
    assert_eq!(email("ann@x\u{ff0e}com").key(), email("ann@x.com").key());
}

/// R-INV-2: at most 254 bytes, not characters, of the form that is kept.
#[test]
fn the_length_of_an_email_is_in_bytes() {
    let long = |letters: usize| format!("{}@example.com", "ü".repeat(letters));
    assert!(Email::new(&long(121)).is_ok());
    assert_eq!(Email::new(&long(122)), Err(InvalidEmail::TooLong));
}

/// R-ENT-7: counted after trimming and NFC; composed letters count once.
#[test]
fn the_length_of_a_name_is_in_composed_characters() {
    let decomposed = "e\u{301}".repeat(100);
    assert_eq!(
        Name::new(&format!("  {decomposed}\u{2003}"))
            .unwrap()
            .as_str(),
        "é".repeat(100)
    );
    assert_eq!(
        Name::new(&"e\u{301}".repeat(101)),
        Err(InvalidName::TooLong)
    );
    for inside in ['\0', '\t', '\n', '\r', '\u{7f}', '\u{85}', '\u{9f}'] {
        let typed = format!("a{inside}b");
        assert_eq!(
            Name::new(&typed),
            Err(InvalidName::ControlCharacter),
            "{inside:?}"
        );
    }
    assert_eq!(Name::new("\u{2003}\u{3000}"), Err(InvalidName::Empty));
}

/// R-REM-2: whatever the order, and back to nothing.
#[test]
fn sent_invitations_are_counted_and_told_apart_in_any_order() {
    let house = House::new();
    let [a, b, c] = [(); 3].map(|()| InvitationId::new(house.fresh()));
    let none = SentInvitations::default();
    assert_eq!(none.with(a).with(b), none.with(b).with(a));
    assert_ne!(none.with(a), none.with(b));
    assert_eq!(none.with(a).with(b).without(a), none.with(b));
    assert_eq!(none.with(a).without(a), none);
    assert_eq!(
        none.with(a).joined_with(none.with(b).with(c)),
        none.with(c).with(a).with(b)
    );
    assert_eq!(none.with(a).with(b).count, 2);
    assert_eq!(none.without(a).count, 0);
}

/// R-INV-3: whole seconds from 1 hour to 30 days.
#[test]
fn a_lifetime_is_1_hour_to_30_days() {
    for (seconds, is_one) in [
        (0, false),
        (3599, false),
        (3600, true),
        (2_592_000, true),
        (2_592_001, false),
        (u32::MAX, false),
    ] {
        assert_eq!(
            InvitationLifetime::from_seconds(seconds).is_ok(),
            is_one,
            "{seconds}"
        );
        assert_eq!(
            InvitationLifetime::try_from(seconds).is_ok(),
            is_one,
            "{seconds}"
        );
    }
    let lifetime = InvitationLifetime::from_seconds(7200).unwrap();
    assert_eq!((lifetime.seconds(), u32::from(lifetime)), (7200, 7200));
}

#[test]
fn moments_stay_within_the_years_1_to_9999() {
    const FIRST: i64 = -62_135_596_800_000_000;
    const LAST: i64 = 253_402_300_799_999_999;
    for (micros, text) in [
        (FIRST, "0001-01-01T00:00:00.000000Z"),
        (LAST, "9999-12-31T23:59:59.999999Z"),
    ] {
        let moment = Timestamp::from_micros(micros).unwrap();
        assert_eq!(
            (moment.micros(), moment.to_string()),
            (micros, text.to_owned())
        );
        assert_eq!(format!("{moment:?}"), text);
        assert_eq!(
            Timestamp::try_from(DateTime::<Utc>::from(moment)),
            Ok(moment)
        );
    }
    for outside in [FIRST - 1, LAST + 1, i64::MIN, i64::MAX] {
        assert_eq!(Timestamp::from_micros(outside), Err(TimestampOutOfRange));
    }
    let last = Timestamp::from_micros(LAST).unwrap();
    assert_eq!(last.plus_seconds(u32::MAX), last);
    assert_eq!(
        Timestamp::from_micros(LAST - 1_500_000)
            .unwrap()
            .plus_seconds(1)
            .micros(),
        LAST - 500_000
    );
}

/// R-SES-3, R-INV-4: what an answer says of when to come back is never too early.
#[test]
fn seconds_until_are_rounded_up() {
    let at = |micros| Timestamp::from_micros(micros).unwrap();
    for (later, expected) in [
        (0, 0),
        (1, 1),
        (1_000_000, 1),
        (1_000_001, 2),
        (-1, 0),
        (3_600_000_000, 3600),
    ] {
        assert_eq!(at(5).seconds_until(at(5 + later)), expected);
    }
}

/// R-ORG-1, R-ORG-2: who is Primary Admin stands with the organization, whatever is stored.
#[test]
fn the_role_of_a_user_is_read_from_the_organization() {
    let house = House::full();
    let mut organization = house.directory().organization().clone();
    for stored in Role::ALL {
        let owner = organization.role_of(house.id("olive"), *stored);
        assert_eq!(owner, OrganizationRole::PrimaryAdmin);
        let other = organization.role_of(house.id("uma"), *stored);
        assert_eq!(other.as_str(), stored.as_str());
    }
    for (setting, admins) in [
        (UserManagement::PrimaryAdmin, false),
        (UserManagement::Admins, true),
    ] {
        organization.user_management = setting;
        assert!(organization.lets_manage_users(OrganizationRole::PrimaryAdmin));
        assert_eq!(
            organization.lets_manage_users(OrganizationRole::Admin),
            admins
        );
        assert!(!organization.lets_manage_users(OrganizationRole::User));
    }
}

/// R-INV-2, R-ENT-7: what was typed is what is shown, and what a failed test prints.
#[test]
fn names_and_emails_show_as_they_were_typed() {
    let (name, email) = (name("Strauß & Co"), email("Ann+Books@BÜCHER.example"));
    assert_eq!(name.to_string(), "Strauß & Co");
    assert_eq!(format!("{name:?}"), "\"Strauß & Co\"");
    assert_eq!(email.to_string(), "Ann+Books@BÜCHER.example");
    assert_eq!(format!("{email:?}"), "\"Ann+Books@BÜCHER.example\"");
    assert_eq!(name.key().as_str(), "strauss & co");
    assert_eq!(email.key().as_str(), "ann+books@xn--bcher-kva.example");
}

/// R-INV-2: control characters beyond ASCII are none the less invisible in an email.
#[test]
fn an_email_has_no_control_character_of_any_block() {
    for inside in ["\u{7f}", "\u{80}", "\u{85}", "\u{9f}"] {
        let typed = format!("a{inside}b@example.com");
        assert_eq!(
            Email::new(&typed),
            Err(InvalidEmail::InvisibleCharacter),
            "{typed:?}"
        );
    }
}
