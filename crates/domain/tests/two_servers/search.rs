//! The search: every state that the servers can come to, and the story of the first fault.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use vestibule_domain::{Changes, Command, Directory, Event, Rejection, Request, decide_all};

use crate::cast::{Ask, Cast};
use crate::rows::{MailState, Rows};
use crate::rules;
use crate::server::{Manners, Reason, Server, State, steps};

/// An event, and the rows that it changes.
type Decision = Rc<(Event, Changes)>;

/// All rows that ever were, by number, and what was decided over them.
pub(crate) struct House {
    pub(crate) menu: Vec<Ask>,
    pub(crate) manners: Manners,
    cast: Cast,
    rows: Vec<Rc<Rows>>,
    numbers: HashMap<String, usize>,
    decided: HashMap<(usize, usize), Option<Decision>>,
    kept: HashMap<(usize, usize, usize), usize>,
    reasons: HashMap<(usize, usize), Reason>,
    mailed: HashMap<(usize, usize, MailState), usize>,
}

/// Visits everything; how many states there are, or the story of the first fault.
pub(crate) fn search(menu: &[Ask], manners: Manners) -> Result<usize, String> {
    let mut house = House::built(menu, manners);
    let first = Rows::of(&house.cast.world.directory);
    let begin = State {
        rows: house.number(first),
        servers: [Server::Idle; 2],
        tries: std::array::from_fn(|place| menu.get(place).map_or(0, |ask| ask.tries(menu))),
        changed: 0,
        recorded: 0,
        answered: 0,
        links: 1 << 1,
    };
    let mut came_from: HashMap<State, State> = HashMap::from([(begin, begin)]);
    let mut next = VecDeque::from([begin]);
    while let Some(state) = next.pop_front() {
        for number in 0..state.servers.len() {
            let steps = match steps(&mut house, state, number) {
                Ok(steps) => steps,
                Err(objection) => return Err(told(&mut house, &came_from, state, &objection)),
            };
            for (_, after) in steps {
                let after = after.canonical();
                if came_from.contains_key(&after) {
                    continue;
                }
                came_from.insert(after, state);
                if let Some(complaint) = rules::complaint(&after) {
                    return Err(told(&mut house, &came_from, after, &complaint));
                }
                next.push_back(after);
            }
        }
    }
    Ok(came_from.len())
}

/// The steps that led to a state, and what is wrong there.
fn told(house: &mut House, came_from: &HashMap<State, State>, end: State, fault: &str) -> String {
    let mut path = vec![end];
    while let Some(before) = path.last().and_then(|state| came_from.get(state)) {
        if path.last() == Some(before) {
            break;
        }
        path.push(*before);
    }
    path.reverse();
    let mut names = ["server A", "server B"];
    let mut story = Vec::new();
    for pair in path.windows(2) {
        let mut taken = (0..2)
            .filter_map(|number| Some((number, steps(house, pair[0], number).ok()?)))
            .flat_map(|(number, steps)| steps.into_iter().map(move |step| (number, step)))
            .filter(|(_, (_, after))| after.canonical() == pair[1]);
        let Some((number, (does, after))) = taken.next() else {
            break;
        };
        story.push(format!("{} {does}", names[number]));
        // Servers are alike, so that they may have changed places.
        if after.servers != pair[1].servers {
            names.swap(0, 1);
        }
    }
    story.push(fault.to_owned());
    story.join("\n")
}

impl House {
    fn built(menu: &[Ask], manners: Manners) -> Self {
        Self {
            menu: menu.to_vec(),
            manners,
            cast: Cast::gathered(),
            rows: Vec::new(),
            numbers: HashMap::new(),
            decided: HashMap::new(),
            kept: HashMap::new(),
            reasons: HashMap::new(),
            mailed: HashMap::new(),
        }
    }

    pub(crate) fn rows(&self, number: usize) -> Rc<Rows> {
        Rc::clone(&self.rows[number])
    }

    /// The rows after a mail's state has changed.
    pub(crate) fn mailed(&mut self, rows: usize, mail: usize, state: MailState) -> usize {
        if let Some(known) = self.mailed.get(&(rows, mail, state)) {
            return *known;
        }
        let mut after = Rows::clone(&self.rows[rows]);
        after.mails[mail].state = state;
        let after = self.number(after);
        self.mailed.insert((rows, mail, state), after);
        after
    }

    /// Whether the reason of a mail stands.
    pub(crate) fn reason(&mut self, rows: usize, mail: usize) -> Reason {
        let (all, bob) = (&self.rows[rows], self.cast.bob);
        *self.reasons.entry((rows, mail)).or_insert_with(|| {
            if all.stands(bob, all.mails[mail]) {
                Reason::Stood
            } else {
                Reason::Ended
            }
        })
    }

    /// Whether a request is accepted over those rows, with a change.
    pub(crate) fn accepts(&mut self, read: usize, ask: usize) -> bool {
        self.decision(read, ask).is_some()
    }

    /// The rows after what was decided over `read` is written onto `rows`; none where it was
    /// refused, or was so already.
    pub(crate) fn committed(
        &mut self,
        rows: usize,
        read: usize,
        ask: usize,
    ) -> Result<Option<usize>, String> {
        let Some(decision) = self.decision(read, ask) else {
            return Ok(None);
        };
        if let Some(kept) = self.kept.get(&(rows, read, ask)) {
            return Ok(Some(*kept));
        }
        let (event, changes) = &*decision;
        let before = self.rows(rows);
        let mut after = Rows::clone(&before);
        after.write(event, changes);
        if let Some(objection) = rules::objection(&before, event, &after) {
            return Err(objection);
        }
        // Whoever decides under the lock decides what one server alone would.
        let alone = before.whole().decide(&self.request(ask));
        if alone.as_ref().ok().and_then(Option::as_ref) != Some(event) {
            return Err(format!(
                "{:?} was decided over what is no longer so",
                self.menu[ask]
            ));
        }
        let kept = self.number(after);
        self.kept.insert((rows, read, ask), kept);
        Ok(Some(kept))
    }

    fn decision(&mut self, read: usize, ask: usize) -> Option<Decision> {
        if let Some(known) = self.decided.get(&(read, ask)) {
            return known.clone();
        }
        let mut rows = Rows::clone(&self.rows[read]);
        let mut part = Directory::part(rows.organization.clone());
        let request = self.request(ask);
        let Ok(mut outcomes) = decide_all(&mut part, &mut rows, std::slice::from_ref(&request));
        let mut outcome = outcomes.remove(0);
        if self.manners == Manners::ForgetsSender
            && outcome == Err(Rejection::InvitationNotUsable)
            && let Some(event) = acceptance_whatever_the_sender(&rows, &request)
        {
            part = rows.whole();
            part.apply(&event);
            outcome = Ok(Some(event));
        }
        let decision = outcome
            .ok()
            .flatten()
            .map(|event| Rc::new((event, part.changes())));
        self.decided.insert((read, ask), decision.clone());
        decision
    }

    fn request(&self, ask: usize) -> Request {
        self.cast.request(self.menu[ask])
    }

    /// The number of rows; the same rows have the same.
    fn number(&mut self, rows: Rows) -> usize {
        let text = format!("{rows:?}");
        *self.numbers.entry(text).or_insert_with(|| {
            self.rows.push(Rc::new(rows));
            self.rows.len() - 1
        })
    }
}

/// The acceptance that a server would let pass which forgets to ask for the sender's right.
fn acceptance_whatever_the_sender(rows: &Rows, request: &Request) -> Option<Event> {
    let Command::AcceptInvitation {
        user,
        generation,
        name,
        login,
        ..
    } = &request.command
    else {
        return None;
    };
    let invitee = rows.users.get(user)?;
    let invitation = invitee
        .invitation()
        .filter(|alive| alive.generation == *generation)?;
    Some(Event::InvitationAccepted {
        user: *user,
        invitation: invitation.clone(),
        name_before: invitee.name.clone(),
        name: name.clone(),
        login: *login,
        at: request.at,
    })
}
