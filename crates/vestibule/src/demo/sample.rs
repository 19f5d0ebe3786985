//! The sample group as data: who is in it and where; making it so stands in `demo`.

use vestibule_domain::AssignableRole::{self, Admin, User};
use vestibule_domain::EntityRole::{self, Admin as EntityAdmin, Approver, Auditor, Clerk, Manager};

use self::Room::{ColdStorage, Energy, Foods, Logistics, Peat, Properties};
use self::Standing::{Deactivated, Founder, Joined, Suspended, TooLate, Waiting};

/// The organization.
pub(crate) const ORGANIZATION: &str = "Halden Group";
/// What emails of the sample end with: a name that nobody can have.
pub(crate) const DOMAIN: &str = "halden.example";
/// The password of everybody in the sample.
pub(crate) const PASSWORD: &str = "lantern harbour mosaic 1874";

/// The entities, by what the table of people calls them.
pub(crate) const ENTITIES: [(Room, &str); 6] = [
    (Foods, "Halden Foods"),
    (Logistics, "Halden Logistics"),
    (Properties, "Halden Properties"),
    (Energy, "Halden Energy"),
    (ColdStorage, "Northwind Cold Storage"),
    (Peat, "Halden Peat"),
];

/// The entity that is archived once its people are in it.
pub(crate) const ARCHIVED: Room = Peat;

/// One entity of the sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    Foods,
    Logistics,
    Properties,
    Energy,
    ColdStorage,
    Peat,
}

/// One person of the sample.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    /// The email in front of the `@`.
    pub(crate) email: &'static str,
    pub(crate) role: AssignableRole,
    pub(crate) standing: Standing,
    /// How many days ago they were invited.
    pub(crate) days_ago: u32,
    pub(crate) rooms: &'static [(Room, EntityRole)],
}

/// What became of a person's invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Made the organization.
    Founder,
    /// Accepted.
    Joined,
    /// Accepted, and was deactivated later.
    Deactivated,
    /// Has not accepted yet.
    Waiting,
    /// Did not accept in time.
    TooLate,
    /// Was invited by an Admin when Admins could invite; they cannot any more.
    Suspended,
}

const fn person(
    name: &'static str,
    email: &'static str,
    role: AssignableRole,
    standing: Standing,
    days_ago: u32,
    rooms: &'static [(Room, EntityRole)],
) -> Person {
    Person {
        name,
        email,
        role,
        standing,
        days_ago,
        rooms,
    }
}

/// Everybody, in the order in which they were invited. The first one made the organization.
pub(crate) const PEOPLE: [Person; 40] = [
    person(
        "Ingrid Halden",
        "ingrid",
        Admin,
        Founder,
        420,
        &[(Foods, EntityAdmin)],
    ),
    person(
        "Aksel Rønning",
        "aksel.ronning",
        Admin,
        Joined,
        418,
        &[
            (Foods, Manager),
            (Logistics, EntityAdmin),
            (Properties, Auditor),
        ],
    ),
    person(
        "Zoë Brandt",
        "zoe",
        Admin,
        Joined,
        410,
        &[(Energy, EntityAdmin), (ColdStorage, Manager)],
    ),
    person(
        "Bea Castellanos",
        "bea",
        User,
        Joined,
        402,
        &[
            (Foods, Clerk),
            (Logistics, Approver),
            (Properties, Manager),
            (ColdStorage, Auditor),
        ],
    ),
    person(
        "Chidi Okafor",
        "chidi.okafor",
        User,
        Joined,
        398,
        &[(ColdStorage, EntityAdmin)],
    ),
    person(
        "Marit Solheim",
        "marit.solheim",
        User,
        Joined,
        391,
        &[(Foods, Approver), (Peat, EntityAdmin)],
    ),
    person(
        "Jonas Lindqvist",
        "jonas.lindqvist",
        User,
        Joined,
        377,
        &[(Logistics, Manager)],
    ),
    person(
        "Amara Diallo",
        "amara.diallo",
        User,
        Joined,
        365,
        &[(Energy, Manager), (Properties, Clerk)],
    ),
    person(
        "Henrik Vang",
        "henrik.vang",
        User,
        Deactivated,
        352,
        &[(Peat, Clerk), (Foods, Clerk)],
    ),
    person(
        "Sofia Marchetti",
        "sofia.marchetti",
        User,
        Joined,
        344,
        &[
            (Foods, Auditor),
            (Logistics, Auditor),
            (Energy, Auditor),
            (ColdStorage, Auditor),
        ],
    ),
    person(
        "Tomasz Zieliński",
        "tomasz.zielinski",
        User,
        Joined,
        331,
        &[(Logistics, Clerk)],
    ),
    person(
        "Priya Raman",
        "priya.raman",
        User,
        Joined,
        318,
        &[(Properties, Approver), (Energy, Approver)],
    ),
    person(
        "Lars Ekholm",
        "lars.ekholm",
        User,
        Joined,
        310,
        &[(ColdStorage, Clerk)],
    ),
    person(
        "Noor Haddad",
        "noor.haddad",
        User,
        Joined,
        297,
        &[(Foods, Clerk)],
    ),
    person(
        "Eilif Storm",
        "eilif.storm",
        User,
        Joined,
        284,
        &[(Energy, Clerk)],
    ),
    person(
        "Camille Laurent",
        "camille.laurent",
        User,
        Joined,
        271,
        &[(Logistics, Approver)],
    ),
    person(
        "Mateus Oliveira",
        "mateus.oliveira",
        User,
        Joined,
        263,
        &[(ColdStorage, Approver), (Logistics, Clerk)],
    ),
    person(
        "Hanne Nygård",
        "hanne.nygard",
        User,
        Joined,
        250,
        &[(Properties, Manager)],
    ),
    person(
        "Wei Zhang",
        "wei.zhang",
        User,
        Joined,
        241,
        &[(Foods, Manager)],
    ),
    person(
        "Olena Kovalenko",
        "olena.kovalenko",
        User,
        Joined,
        228,
        &[(Energy, Clerk), (ColdStorage, Clerk)],
    ),
    person(
        "Rasmus Holt",
        "rasmus.holt",
        User,
        Deactivated,
        219,
        &[(Logistics, Manager)],
    ),
    person(
        "Yuki Tanaka",
        "yuki.tanaka",
        User,
        Joined,
        207,
        &[(Properties, Clerk)],
    ),
    person(
        "Siobhán Byrne",
        "siobhan.byrne",
        User,
        Joined,
        195,
        &[(Foods, Approver), (ColdStorage, Approver)],
    ),
    person(
        "Emre Yılmaz",
        "emre.yilmaz",
        User,
        Joined,
        183,
        &[(Logistics, Clerk)],
    ),
    person(
        "Linnea Åberg",
        "linnea.aberg",
        User,
        Joined,
        172,
        &[(Energy, Approver)],
    ),
    person("David Mensah", "david.mensah", Admin, Joined, 160, &[]),
    person(
        "Klara Novotná",
        "klara.novotna",
        User,
        Joined,
        148,
        &[(Properties, Clerk), (Foods, Clerk)],
    ),
    person(
        "Ivar Tveit",
        "ivar.tveit",
        User,
        Joined,
        135,
        &[(ColdStorage, Clerk)],
    ),
    person(
        "Fatima El Amrani",
        "fatima.elamrani",
        User,
        Joined,
        122,
        &[(Logistics, Auditor), (Foods, Auditor)],
    ),
    person(
        "Peder Krogh",
        "peder.krogh",
        User,
        Deactivated,
        111,
        &[(Energy, Manager)],
    ),
    person(
        "Anneke de Vries",
        "anneke.devries",
        User,
        Joined,
        97,
        &[(Foods, Clerk)],
    ),
    person(
        "Samir Patel",
        "samir.patel",
        User,
        Joined,
        84,
        &[(Energy, Clerk), (Logistics, Clerk)],
    ),
    person(
        "Solveig Dahl",
        "solveig.dahl",
        User,
        Joined,
        61,
        &[(ColdStorage, Manager)],
    ),
    person("Mikael Sand", "mikael.sand", User, Joined, 33, &[]),
    person(
        "Grace Whitfield",
        "grace.whitfield",
        User,
        TooLate,
        24,
        &[(Properties, Approver)],
    ),
    person(
        "Nils Aune",
        "nils.aune",
        User,
        Suspended,
        4,
        &[(Logistics, Clerk)],
    ),
    person(
        "Tove Lind",
        "tove",
        User,
        Waiting,
        3,
        &[(Foods, Clerk), (ColdStorage, Clerk)],
    ),
    person(
        "Rui Carvalho",
        "rui.carvalho",
        User,
        Waiting,
        2,
        &[(Energy, Auditor)],
    ),
    person("Helene Voss", "helene.voss", Admin, Waiting, 1, &[]),
    person(
        "Jasper Quinn",
        "jasper.quinn",
        User,
        Waiting,
        0,
        &[(Logistics, Approver)],
    ),
];

/// Whose sign-in is printed, and as what: one of each kind that sees something else.
pub(crate) const SIGN_INS: [(&str, &str); 4] = [
    ("ingrid", "Primary Admin"),
    ("aksel.ronning", "Admin, and Admin of Halden Logistics"),
    ("wei.zhang", "User, Manager of Halden Foods"),
    ("bea", "User in four entities"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use vestibule_domain::{Email, Name};

    use super::*;

    #[test]
    fn the_sample_has_every_status_and_every_role() {
        for standing in [Founder, Joined, Deactivated, Waiting, TooLate, Suspended] {
            assert!(
                PEOPLE.iter().any(|person| person.standing == standing),
                "{standing:?}"
            );
        }
        for role in EntityRole::ALL {
            let has = |person: &Person| person.rooms.iter().any(|(_, held)| held == role);
            assert!(PEOPLE.iter().any(has), "{role}");
        }
        assert!(PEOPLE.iter().any(|person| person.rooms.is_empty()));
        assert_eq!(
            PEOPLE
                .iter()
                .filter(|person| person.standing == Founder)
                .count(),
            1
        );
    }

    #[test]
    fn everybody_has_a_name_and_an_email_of_their_own() {
        let emails: BTreeSet<_> = PEOPLE.iter().map(|person| person.email).collect();
        let names: BTreeSet<_> = PEOPLE.iter().map(|person| person.name).collect();
        assert_eq!((emails.len(), names.len()), (PEOPLE.len(), PEOPLE.len()));
        for person in &PEOPLE {
            person.name.parse::<Name>().unwrap();
            format!("{}@{DOMAIN}", person.email)
                .parse::<Email>()
                .unwrap();
        }
    }

    #[test]
    fn who_can_sign_in_is_in_the_sample() {
        for (email, _) in SIGN_INS {
            let person = PEOPLE.iter().find(|person| person.email == email).unwrap();
            assert!(matches!(person.standing, Founder | Joined), "{email}");
        }
    }
}
