//! A storage driven beside the model: random stories, every answer compared, the state at the end.

mod divergence;
mod rules;
mod run;
mod shrink;
mod state;

use std::fmt;
use std::panic::Location;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, RngSeed, TestRng, TestRunner, contextualize_config};

use super::step::Cast;
use super::{InvalidStory, Step, Timing, World, story, story_of};
use crate::{Event, Founding, Rejection, Request};
use run::Run;

pub use divergence::Divergence;
pub use state::State;

/// What became of one request: its event, none where it was so already, or the rejection.
///
/// ```
/// use vestibule_domain::Rejection;
/// use vestibule_domain::test_support::{Answer, Outcome};
///
/// let refused: Outcome = Err(Rejection::EntityNameTaken);
/// assert_eq!(Answer::from(refused.clone()), Answer::Outcome(refused));
/// ```
pub type Outcome = Result<Option<Event>, Rejection>;

/// A storage of one organization, as the suite drives it.
///
/// A storage that decides by [`crate::decide_all`] writes the first three functions and is done.
/// The others are for those that are seen through a window: a server behind HTTP makes ids of its
/// own (keep a map of them beside), tells codes instead of events ([`Answer::Told`]), has its own
/// clock ([`Conformance::at_one_moment`]), and shows less than everything ([`Self::shown`]).
///
/// ```
/// use std::convert::Infallible;
///
/// use vestibule_domain::test_support::{Answer, Conformance, Implementation, State};
/// use vestibule_domain::{Directory, Founding, Request, Stop};
///
/// /// The least storage there is: the model itself.
/// #[derive(Default)]
/// struct Memory(Option<Directory>);
///
/// impl Implementation for Memory {
///     type Error = Infallible;
///
///     fn found(&mut self, founding: &Founding) -> Result<(), Infallible> {
///         self.0 = Some(Directory::found(founding.clone()).0);
///         Ok(())
///     }
///
///     fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, Infallible> {
///         let directory = self.0.as_mut().expect("founded first");
///         let answer = |request| match directory.perform(request) {
///             Ok(event) => Ok(event).into(),
///             Err(Stop::Rejected(rejection)) => Err(rejection).into(),
///             Err(Stop::Missing(wanted)) => panic!("a whole has {wanted:?}"),
///         };
///         Ok(batch.iter().map(answer).collect())
///     }
///
///     fn state(&mut self) -> Result<State, Infallible> {
///         Ok(State::of(self.0.as_ref().expect("founded first")))
///     }
/// }
///
/// let played = Conformance::new().cases(20).seed(1).check(Memory::default)?;
/// assert_eq!(played.cases, 20);
/// # Ok::<(), Box<vestibule_domain::test_support::Divergence>>(())
/// ```
pub trait Implementation {
    /// Why it can fail; a failure counts as a divergence, with this text.
    type Error: fmt::Display;

    /// Founds the organization that the story is about.
    ///
    /// # Errors
    /// Whatever it fails with.
    fn found(&mut self, founding: &Founding) -> Result<(), Self::Error>;

    /// Executes a batch, in one transaction where it has transactions; one answer a request, in
    /// their order, after what it changes is kept.
    ///
    /// # Errors
    /// Whatever it fails with; a rejection is an answer.
    fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, Self::Error>;

    /// Reads back everything that it keeps of the organization, in any order.
    ///
    /// # Errors
    /// Whatever it fails with.
    fn state(&mut self) -> Result<State, Self::Error>;

    /// Whether it can be asked that at all. What it cannot, neither side plays.
    ///
    /// The world is as the model has it just before the request.
    fn takes(&mut self, _request: &Request, _world: &World) -> bool {
        true
    }

    /// What the right answer is, where it keeps more than the organization: who has a record knows
    /// whether there ever was the user whom [`Event::PersonErased`] erases, which the model does not.
    fn expected(&self, _request: &Request, outcome: Outcome, _world: &World) -> Outcome {
        outcome
    }

    /// What of the model's state it can show; for who shows everything, the state itself.
    fn shown(&self, model: State) -> State {
        model
    }

    /// Whatever else must hold at the end of a story.
    ///
    /// # Errors
    /// What does not hold; it counts as a divergence.
    fn inspect(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// An implementation's answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "who drives a storage holds a batch of them for a moment, and a box is one more thing to write"
)]
pub enum Answer {
    /// All of it: the event, none where it was so already, or the rejection.
    Outcome(Outcome),
    /// As much as a client over a wire is told: that it is so now, or the code of the refusal.
    Told(Result<(), String>),
}

/// How far a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Stories played.
    pub done: u32,
    /// Stories to play.
    pub cases: u32,
}

/// What was played without a divergence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Stories.
    pub cases: u32,
    /// Requests that made an event.
    pub accepted: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Requests that found everything as they wanted it.
    pub idle: u64,
}

/// How many stories, which ones, and who is told how far it is.
///
/// ```no_run
/// use vestibule_domain::test_support::{Conformance, Divergence, Implementation, Played, Progress, Told};
///
/// fn test_for_long<I: Implementation>(your_store: impl FnMut() -> I) -> Played {
///     let told = |Progress { done, cases }| eprintln!("{done} of {cases}");
///     Conformance::new()
///         .cases(100_000)
///         .seed(7)
///         .steps_max(120)
///         .progress(told)
///         .command("cargo test -p your-store it_conforms")
///         .check(your_store)
///         .unwrap_or_else(|divergence| panic!("{divergence}"))
/// }
///
/// /// A store with a clock of its own, in a test that is to be short.
/// fn test_over_a_wire<I: Implementation>(your_server: impl FnMut() -> I) {
///     let suite = Conformance::new().cases_unless_told(20).at_one_moment();
///     println!("the first story will be {}", Told(&suite.drawn(1)));
///     suite.check(your_server).unwrap();
/// }
///
/// /// A story that once told a store from the model.
/// fn regression<I: Implementation>(your_store: impl FnMut() -> I) {
///     let again: Result<Played, Box<Divergence>> =
///         Conformance::new().replay(your_store, "olive erases nobody");
///     if let Err(divergence) = again {
///         let (model, yours) = (divergence.model(), divergence.implementation());
///         panic!("{model} and not {yours}, after {}", Told(divergence.story()));
///     }
/// }
/// ```
pub struct Conformance<'a> {
    cases: u32,
    seed: u64,
    steps_max: usize,
    moments: Moments,
    command: String,
    progress: Box<dyn FnMut(Progress) + 'a>,
}

/// Whether time passes in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moments {
    Many,
    One,
}

/// Plays as many stories as `PROPTEST_CASES` says (256 unless set) on new stores.
///
/// # Panics
/// With the [`Divergence`], where the store differs from the model.
#[expect(clippy::panic, reason = "an assertion for tests")]
#[track_caller]
pub fn conformance<I: Implementation>(your_store: impl FnMut() -> I) {
    if let Err(divergence) = Conformance::new().check(your_store) {
        panic!("{divergence}");
    }
}

impl<'a> Conformance<'a> {
    /// As many stories as `PROPTEST_CASES` says, from the seed `PROPTEST_RNG_SEED`; 256 and 1
    /// where they are not set.
    #[must_use]
    #[track_caller]
    pub fn new() -> Self {
        let here = Location::caller();
        let config = ProptestConfig::default();
        Self {
            cases: config.cases,
            seed: match config.rng_seed {
                RngSeed::Fixed(seed) => seed,
                RngSeed::Random => 1,
            },
            steps_max: 60,
            moments: Moments::Many,
            command: format!(
                "cargo test # the one in {}, line {}",
                here.file(),
                here.line()
            ),
            progress: Box::new(|_| {}),
        }
    }

    /// So many stories, unless `PROPTEST_CASES` says how many.
    #[must_use]
    pub fn cases_unless_told(mut self, cases: u32) -> Self {
        let told = contextualize_config(ProptestConfig {
            cases,
            ..ProptestConfig::default()
        });
        self.cases = told.cases;
        self
    }

    /// So many stories.
    #[must_use]
    pub fn cases(mut self, cases: u32) -> Self {
        self.cases = cases;
        self
    }

    /// The stories of that seed: the second of 7 is the first of 8.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Stories of at most so many steps.
    #[must_use]
    pub fn steps_max(mut self, steps: usize) -> Self {
        self.steps_max = steps.max(1);
        self
    }

    /// Stories in which no time passes, for implementations with a clock of their own.
    #[must_use]
    pub fn at_one_moment(mut self) -> Self {
        self.moments = Moments::One;
        self
    }

    /// What runs this test alone; a divergence says it with the seed before it. Unless told, it is
    /// `cargo test` with the place where this suite was made.
    #[must_use]
    pub fn command(mut self, command: &str) -> Self {
        command.clone_into(&mut self.command);
        self
    }

    /// Who is told, after each story, how far it is.
    #[must_use]
    pub fn progress(mut self, told: impl FnMut(Progress) + 'a) -> Self {
        self.progress = Box::new(told);
        self
    }

    /// Plays random stories, each on a store of its own; each founds another organization, so the
    /// stores may share a database.
    ///
    /// # Errors
    /// The first divergence, as the shortest story found that shows one.
    pub fn check<I: Implementation>(
        mut self,
        mut your_store: impl FnMut() -> I,
    ) -> Result<Played, Box<Divergence>> {
        let mut run = Run::beginning_at(self.seed);
        for case in 0..self.cases {
            let seed = self.seed.wrapping_add(u64::from(case));
            let story = self.drawn(seed);
            if let Err(difference) = run.play(&mut your_store, &story) {
                let (story, difference) = shrink::shortest(story, difference, |story| {
                    run.play(&mut your_store, story).err()
                });
                return Err(Box::new(Divergence {
                    story,
                    difference,
                    command: Some(format!(
                        "PROPTEST_CASES=1 PROPTEST_RNG_SEED={seed} {}",
                        self.command
                    )),
                }));
            }
            run.played.cases += 1;
            (self.progress)(Progress {
                done: case + 1,
                cases: self.cases,
            });
        }
        Ok(run.played)
    }

    /// Plays one story that is told as a text, as a divergence shows it.
    ///
    /// # Errors
    /// The divergence, if there is one (still).
    ///
    /// # Panics
    /// Where the text is no story.
    #[expect(clippy::panic, reason = "a test with a wrong text stops there")]
    pub fn replay<I: Implementation>(
        self,
        mut your_store: impl FnMut() -> I,
        text: &str,
    ) -> Result<Played, Box<Divergence>> {
        let story = match story_of(text) {
            Ok(story) => story,
            Err(InvalidStory { line, reason }) => panic!("no story: line {line}: {reason}"),
        };
        let mut run = Run::beginning_at(self.seed);
        match run.play(&mut your_store, &story) {
            Ok(()) => Ok(run.played),
            Err(difference) => Err(Box::new(Divergence {
                story,
                difference,
                command: None,
            })),
        }
    }

    /// The story of a seed, batches and single requests mixed.
    ///
    /// # Panics
    /// Never: the strategies refuse nothing.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the strategies filter nothing out")]
    pub fn drawn(&self, seed: u64) -> Vec<Step> {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(seed.to_be_bytes()) {
            *to = from;
        }
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
        let sizes = prop_oneof![3 => Just(1_usize), 1 => 2..=20_usize];
        let sizes = proptest::collection::vec(sizes, self.steps_max);
        let (drafts, sizes) = (story(self.steps_max), sizes)
            .new_tree(&mut runner)
            .expect("a story")
            .current();
        let begins = sizes.into_iter().flat_map(|size| {
            std::iter::once(Timing::Apart).chain(std::iter::repeat_n(Timing::Together, size - 1))
        });
        let mut world = World::numbered(0);
        let mut cast = Cast::of(&world);
        let mut steps = Vec::new();
        for (mut draft, timing) in drafts.into_iter().zip(begins) {
            if self.moments == Moments::One {
                draft.minutes = 0;
            }
            let request = world.next_request(draft);
            steps.push(cast.step(&world, timing, &request));
            // What was refused is part of the story too.
            let _ = world.play(&request);
        }
        steps
    }
}

impl Default for Conformance<'_> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Conformance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance")
            .field("cases", &self.cases)
            .field("seed", &self.seed)
            .field("steps_max", &self.steps_max)
            .field("moments", &self.moments)
            .field("command", &self.command)
            .finish_non_exhaustive()
    }
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self::Outcome(outcome)
    }
}
