//! One story on both sides: the model first, which says what is expected, then the implementation.

use std::collections::BTreeMap;
use std::fmt;

use super::divergence::Difference;
use super::{Answer, Implementation, Outcome, Played, State, rules};
use crate::test_support::{Step, Timing, World};
use crate::{AccountId, Command, Event, Login, Name, Request};

/// Worlds one after the other, each with another number, and what was played in them.
pub(super) struct Run {
    next_world: u64,
    pub(super) played: Played,
}

/// What is asked in one batch, and what the model said to it.
#[derive(Default)]
struct Batch {
    /// Where in the story each stands.
    places: Vec<usize>,
    requests: Vec<Request>,
    expected: Vec<Outcome>,
}

impl Run {
    /// Worlds of one seed have other numbers than those of the next ones.
    pub(super) fn beginning_at(seed: u64) -> Self {
        Self {
            next_world: seed.wrapping_mul(1 << 24),
            played: Played::default(),
        }
    }

    /// Plays a story on a new store.
    pub(super) fn play<I: Implementation>(
        &mut self,
        your_store: &mut impl FnMut() -> I,
        story: &[Step],
    ) -> Result<(), Difference> {
        self.next_world = self.next_world.wrapping_add(1);
        let mut world = World::numbered(self.next_world);
        let mut store = your_store();
        let mut at = 0;
        let played = self.play_in(&mut world, &mut store, story, &mut at);
        played.map_err(|difference| difference.among(&world, story, at))
    }

    fn play_in<I: Implementation>(
        &mut self,
        world: &mut World,
        store: &mut I,
        story: &[Step],
        at: &mut usize,
    ) -> Result<(), Difference> {
        let founding = world.founding.clone();
        store.found(&founding).map_err(failed)?;
        let founder = (founding.account, founding.primary_admin_name);
        let mut names = BTreeMap::from([founder]);
        let mut begin = 0;
        while let Some(rest) = story.get(begin..).filter(|rest| !rest.is_empty()) {
            let more = rest.iter().skip(1);
            let size = 1 + more
                .take_while(|step| step.timing == Timing::Together)
                .count();
            let mut batch = Batch::default();
            for (place, step) in rest.iter().take(size).enumerate() {
                batch.ask(world, store, &mut names, begin + place, step);
            }
            *at = begin + size - 1;
            if !batch.requests.is_empty() {
                let answers = store.execute(&batch.requests).map_err(failed)?;
                self.compare(&batch, &answers, at)?;
            }
            begin += size;
        }
        let expected = store.shown(State::of(&world.directory));
        let found = store.state().map_err(failed)?;
        if let Some((model, implementation)) = expected.differences(&found) {
            return Err(Difference::new(model, implementation, None));
        }
        store.inspect().map_err(failed)
    }

    fn compare(
        &mut self,
        batch: &Batch,
        answers: &[Answer],
        at: &mut usize,
    ) -> Result<(), Difference> {
        if answers.len() != batch.requests.len() {
            let model = format!("one answer for each of {} requests", batch.requests.len());
            return Err(Difference::new(
                model,
                format!("{} answers", answers.len()),
                None,
            ));
        }
        let asked = batch.requests.iter().zip(&batch.places);
        for (((request, place), expected), answer) in asked.zip(&batch.expected).zip(answers) {
            if !answer.is(expected) {
                *at = *place;
                return Err(Difference::new(
                    said(expected),
                    answer.said(),
                    Some(rules::of(request, expected)),
                ));
            }
            match expected {
                Ok(Some(_)) => self.played.accepted += 1,
                Ok(None) => self.played.idle += 1,
                Err(_) => self.played.refused += 1,
            }
        }
        Ok(())
    }
}

impl Batch {
    /// Plays the step on the model and notes what to ask the implementation.
    fn ask<I: Implementation>(
        &mut self,
        world: &mut World,
        store: &mut I,
        names: &mut BTreeMap<AccountId, Name>,
        place: usize,
        step: &Step,
    ) {
        let mut request = world.request_of(step);
        // Who accepts with an account that is there goes by its name.
        if let Command::AcceptInvitation {
            name,
            login: Login::Existing(account),
            ..
        } = &mut request.command
            && let Some(known) = names.get(account)
        {
            name.clone_from(known);
        }
        if !store.takes(&request, world) {
            return;
        }
        let outcome = world.play(&request);
        if let Ok(Some(Event::InvitationAccepted {
            name,
            login: Login::New(account),
            ..
        })) = &outcome
        {
            names.insert(*account, name.clone());
        }
        self.expected.push(store.expected(&request, outcome, world));
        self.requests.push(request);
        self.places.push(place);
    }
}

impl Answer {
    fn is(&self, expected: &Outcome) -> bool {
        match self {
            Self::Outcome(outcome) => outcome == expected,
            Self::Told(Ok(())) => expected.is_ok(),
            Self::Told(Err(code)) => {
                matches!(expected, Err(rejection) if rejection.code() == code)
            }
        }
    }

    fn said(&self) -> String {
        match self {
            Self::Outcome(outcome) => said(outcome),
            Self::Told(Ok(())) => "done".to_owned(),
            Self::Told(Err(code)) => format!("refused: {code}"),
        }
    }
}

fn said(outcome: &Outcome) -> String {
    match outcome {
        Ok(Some(event)) => format!("{}: {event:?}", event.action()),
        Ok(None) => "nothing to do: it is so already".to_owned(),
        Err(rejection) => format!("refused: {} ({rejection:?}): {rejection}", rejection.code()),
    }
}

fn failed(error: impl fmt::Display) -> Difference {
    Difference::new("no failure".to_owned(), format!("failed: {error}"), None)
}
