//! A state in one number: millions of them are kept at once.

use vestibule_domain::{AssignableRole, KeyRole, UserManagement};

use super::{By, PEOPLE_MAX, Person, ROLES, ROOMS, Room, Standing, State};

/// A state whose Primary Admin is the first person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packed(u64);

/// Who can have sent an invitation, by digit.
const SENDERS: [By; 5] = [
    By::Operator,
    By::Gone,
    By::Person(0),
    By::Person(1),
    By::Person(2),
];
const ROOM_DIGITS: [Room; 3] = [Room::Absent, Room::Open, Room::Archived];
const ASSIGNABLE: [AssignableRole; 2] = [AssignableRole::Admin, AssignableRole::User];
const SETTINGS: [UserManagement; 2] = [UserManagement::PrimaryAdmin, UserManagement::Admins];

/// Absent, and each role as Active, Deactivated, or Invited by each sender.
const STANDINGS: u64 = 1 + 2 * (2 + 5);

impl State {
    /// The state as a number, digit by digit; its owner is the first person.
    pub(crate) fn packed(&self) -> Packed {
        let mut digits = Digits(0);
        digits.push(place(&SETTINGS, &self.user_management), 2);
        for person in self.people {
            digits.push(standing_digit(person.standing), STANDINGS);
            for role in person.held {
                digits.push(role.map_or(0, |role| 1 + place(&ROLES, &role)), 4);
            }
        }
        for room in self.rooms {
            digits.push(place(&ROOM_DIGITS, &room), 3);
        }
        let (maker, role) = self.key.map_or((0, 0), |(maker, role)| {
            (u64::from(maker), 1 + place(KeyRole::ALL, &role))
        });
        digits.push(maker, 3);
        digits.push(role, 4);
        Packed(digits.0)
    }
}

impl Packed {
    /// The state that was packed.
    pub(crate) fn state(self) -> State {
        let mut digits = Digits(self.0);
        // The last one in comes out first.
        let role = digits.pop(4);
        let maker = u8::try_from(digits.pop(3)).unwrap();
        let mut state = State::founded();
        state.key = (role > 0).then(|| (maker, KeyRole::ALL[index(role - 1)]));
        for room in (0..ROOMS).rev() {
            state.rooms[room] = ROOM_DIGITS[index(digits.pop(3))];
        }
        for number in (0..PEOPLE_MAX).rev() {
            let mut held = [None; ROOMS];
            for room in (0..ROOMS).rev() {
                let role = digits.pop(4);
                held[room] = (role > 0).then(|| ROLES[index(role - 1)]);
            }
            let standing = standing_of(digits.pop(STANDINGS));
            state.people[number] = Person { standing, held };
        }
        state.user_management = SETTINGS[index(digits.pop(2))];
        state
    }
}

/// Digits of different bases in one number.
struct Digits(u64);

impl Digits {
    fn push(&mut self, digit: u64, base: u64) {
        self.0 = self.0 * base + digit;
    }

    fn pop(&mut self, base: u64) -> u64 {
        let digit = self.0 % base;
        self.0 /= base;
        digit
    }
}

fn standing_digit(standing: Standing) -> u64 {
    match standing {
        Standing::Absent => 0,
        Standing::Active(role) => 1 + place(&ASSIGNABLE, &role),
        Standing::Deactivated(role) => 3 + place(&ASSIGNABLE, &role),
        Standing::Invited { role, sender } => {
            5 + place(&ASSIGNABLE, &role) + 2 * place(&SENDERS, &sender)
        }
    }
}

fn standing_of(digit: u64) -> Standing {
    match digit {
        0 => Standing::Absent,
        1 | 2 => Standing::Active(ASSIGNABLE[index(digit - 1)]),
        3 | 4 => Standing::Deactivated(ASSIGNABLE[index(digit - 3)]),
        _ => Standing::Invited {
            role: ASSIGNABLE[index((digit - 5) % 2)],
            sender: SENDERS[index((digit - 5) / 2)],
        },
    }
}

/// Where a value stands among all that it can be.
fn place<T: PartialEq>(all: &[T], value: &T) -> u64 {
    let place = all.iter().position(|other| other == value).unwrap();
    u64::try_from(place).unwrap()
}

fn index(digit: u64) -> usize {
    usize::try_from(digit).unwrap()
}
