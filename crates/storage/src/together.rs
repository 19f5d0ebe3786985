//! Questions that every request asks, answered for all requests that wait at once: who that is costs
//! a way to the database and back, and one way serves many.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use vestibule_domain::{OrganizationId, SecretDigest, Timestamp};

use crate::sessions::SessionQuestion;
use crate::workers::{WAITING_MAX, Workers};
use crate::{Fault, FaultKind, KeyHolder, Revision, SignedIn};

/// Who the sessions are by.
pub(crate) type SessionQuestions<C> = Together<C, SessionQuestion, Option<SignedIn>>;
/// Who the keys belong to.
pub(crate) type KeyQuestions<C> = Together<C, SecretDigest, Option<UsedKey>>;
/// At which revision organizations are.
pub(crate) type RevisionQuestions<C> = Together<C, OrganizationId, Option<Revision>>;
/// Who a key belongs to, and when it was last used.
pub(crate) type UsedKey = (KeyHolder, Option<Timestamp>);

/// How many are answered at a time at most.
const TOGETHER_MAX: usize = 256;

/// Questions of one kind. One reader at a time is at them, and takes all that wait whenever it is done
/// with those it took before, so that nobody waits while nothing is asked for anybody.
pub(crate) struct Together<C, Q, A> {
    answers: Answers<C, Q, A>,
    state: Arc<Mutex<State<Q, A>>>,
}

/// Answers many questions in their order, by one statement where it can.
type Answers<C, Q, A> = fn(&mut C, &[Q]) -> Result<Vec<A>, Fault>;

struct State<Q, A> {
    waiting: VecDeque<Waiting<Q, A>>,
    reader: Reader,
}

/// Whether somebody is at them, or on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Absent,
    Present,
}

struct Waiting<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A, Fault>>,
}

impl<C, Q, A> Together<C, Q, A>
where
    C: 'static,
    Q: Clone + Send + 'static,
    A: Send + 'static,
{
    /// Questions that this function answers.
    pub(crate) fn new(answers: Answers<C, Q, A>) -> Self {
        Self {
            answers,
            state: Arc::new(Mutex::new(State {
                waiting: VecDeque::new(),
                reader: Reader::Absent,
            })),
        }
    }

    /// Asks, and waits for the answer of a read that begins from now on.
    pub(crate) async fn ask(&self, question: Q, readers: &Workers<C>) -> Result<A, Fault> {
        let (answer, answered) = oneshot::channel();
        if self.join(Waiting { question, answer })? == Reader::Absent {
            let turn = Turn {
                state: Arc::clone(&self.state),
                is_over: false,
            };
            let answers = self.answers;
            readers.submit(move |context| turn.take(context, answers))?;
        }
        answered
            .await
            .map_err(|_| Fault::unavailable("no database thread could answer"))?
    }

    /// Adds one who waits, and says whether a reader was there before; from now on there is.
    fn join(&self, waiting: Waiting<Q, A>) -> Result<Reader, Fault> {
        let mut state = lock(&self.state);
        if state.waiting.len() >= WAITING_MAX {
            return Err(Fault::unavailable(
                "too many requests wait for the database",
            ));
        }
        state.waiting.push_back(waiting);
        Ok(std::mem::replace(&mut state.reader, Reader::Present))
    }
}

/// The turn of the one reader; when it is over, the next who asks finds none.
struct Turn<Q, A> {
    state: Arc<Mutex<State<Q, A>>>,
    is_over: bool,
}

impl<Q: Clone, A> Turn<Q, A> {
    fn take<C>(mut self, context: &mut C, answers: Answers<C, Q, A>) {
        while let Some(waiting) = self.next() {
            // A panic ends what those have asked, who hear of it, and not the turn for all others.
            let _ = catch_unwind(AssertUnwindSafe(|| answer(context, answers, waiting)));
        }
    }

    /// Those who wait; none when nobody does, and then there is no reader any more.
    fn next(&mut self) -> Option<Vec<Waiting<Q, A>>> {
        let mut state = lock(&self.state);
        if state.waiting.is_empty() {
            state.reader = Reader::Absent;
            self.is_over = true;
            return None;
        }
        let count = state.waiting.len().min(TOGETHER_MAX);
        Some(state.waiting.drain(..count).collect())
    }
}

/// Answers those who wait. Whoever asked may have gone; then nobody hears the answer.
fn answer<C, Q: Clone, A>(context: &mut C, answers: Answers<C, Q, A>, waiting: Vec<Waiting<Q, A>>) {
    let questions: Vec<Q> = waiting.iter().map(|one| one.question.clone()).collect();
    match answers(context, &questions) {
        Ok(answers) => {
            for (waiting, answer) in waiting.into_iter().zip(answers) {
                let _ = waiting.answer.send(Ok(answer));
            }
        }
        // One of them is to blame, and no other may pay for it.
        Err(fault) if waiting.len() > 1 && fault.kind() != FaultKind::Unavailable => {
            for one in waiting {
                answer(context, answers, vec![one]);
            }
        }
        Err(fault) => {
            let mut faults = fault.for_many();
            for waiting in waiting {
                let _ = waiting.answer.send(Err(faults()));
            }
        }
    }
}

impl<Q, A> Drop for Turn<Q, A> {
    /// Where no reader could be brought, those who wait hear of it.
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = lock(&self.state);
            state.reader = Reader::Absent;
            state.waiting.clear();
        }
    }
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::*;

    /// Workers that tell how many questions each answer was for, once they are let go on.
    struct Stage {
        workers: Workers<Receiver<()>>,
        together: Together<Receiver<()>, u32, usize>,
    }

    impl Stage {
        fn new() -> (Self, std::sync::mpsc::Sender<()>) {
            let (let_go, wait) = channel();
            let stage = Self {
                workers: Workers::start("test", [wait], 8).unwrap(),
                together: Together::new(|wait, questions| {
                    wait.recv_timeout(Duration::from_secs(10)).unwrap();
                    match questions {
                        [7] => panic!("a defect"),
                        [13] => Err(Fault::internal("it is the thirteenth")),
                        several if several.contains(&13) => Err(Fault::internal("one of them")),
                        several if several.contains(&99) => {
                            Err(Fault::unavailable("nobody is there"))
                        }
                        several => Ok(vec![several.len(); several.len()]),
                    }
                }),
            };
            (stage, let_go)
        }

        async fn ask(&self, question: u32) -> Result<usize, Fault> {
            self.together.ask(question, &self.workers).await
        }
    }

    #[tokio::test]
    async fn whoever_waits_meanwhile_is_answered_together() {
        let (stage, let_go) = Stage::new();
        let go_on = async {
            let_go.send(()).unwrap();
            let_go.send(()).unwrap();
        };
        // All of them have asked before the reader, who waits, is let go on.
        let (first, second, third, ()) =
            tokio::join!(stage.ask(1), stage.ask(2), stage.ask(3), go_on);
        let answered = [first, second, third].map(Result::unwrap);
        assert!(
            answered == [1, 2, 2] || answered == [3, 3, 3],
            "{answered:?}"
        );
        let_go.send(()).unwrap();
        assert_eq!(stage.ask(4).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn nobody_pays_for_the_question_of_another() {
        let (stage, let_go) = Stage::new();
        let go_on = async {
            (0..8).for_each(|_| let_go.send(()).unwrap());
        };
        let (good, bad, other, ()) = tokio::join!(stage.ask(1), stage.ask(13), stage.ask(2), go_on);
        assert!(good.is_ok() && other.is_ok());
        assert_eq!(bad.unwrap_err().kind(), FaultKind::Internal);
    }

    #[tokio::test]
    async fn a_database_that_is_away_is_asked_once_for_all() {
        let (stage, let_go) = Stage::new();
        let go_on = async {
            let_go.send(()).unwrap();
            let_go.send(()).unwrap();
        };
        let (first, second, ()) = tokio::join!(stage.ask(99), stage.ask(99), go_on);
        assert_eq!(first.unwrap_err().kind(), FaultKind::Unavailable);
        assert_eq!(second.unwrap_err().kind(), FaultKind::Unavailable);
    }

    #[tokio::test]
    async fn a_panic_ends_what_was_asked_and_the_next_who_asks_is_answered() {
        let (stage, let_go) = Stage::new();
        let_go.send(()).unwrap();
        let failed = stage.ask(7).await;
        assert_eq!(failed.unwrap_err().kind(), FaultKind::Unavailable);
        let_go.send(()).unwrap();
        assert_eq!(stage.ask(2).await.unwrap(), 1);
    }
}
