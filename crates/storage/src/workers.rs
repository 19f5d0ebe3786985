//! Threads that run what blocks, so that no caller's thread does: each has a connection of its own.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::Fault;

/// How many tasks may wait before more are refused as unavailable.
pub(crate) const WAITING_MAX: usize = 4096;
/// How many tasks that take seconds may wait before more are refused as unavailable.
pub(crate) const LONG_WAITING_MAX: usize = 16;

type Task<C> = Box<dyn FnOnce(&mut C) + Send>;

/// A fixed number of threads with a queue before them; they end when the last handle is dropped
/// and the queue is empty.
pub(crate) struct Workers<C> {
    queue: Arc<Queue<C>>,
    waiting_max: usize,
}

/// What waits for a thread. A thread that is at work when something comes is not woken for it: it
/// looks again when it is done.
struct Queue<C> {
    state: Mutex<State<C>>,
    more: Condvar,
}

struct State<C> {
    tasks: VecDeque<Task<C>>,
    /// How many threads sleep.
    idle: usize,
    life: Life,
}

/// Whether more can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Open,
    Closed,
}

impl<C: 'static> Workers<C> {
    /// Starts one thread for each of the contexts, with so many tasks waiting at most.
    pub(crate) fn start(
        name: &str,
        contexts: impl IntoIterator<Item = C>,
        waiting_max: usize,
    ) -> Result<Self, Fault>
    where
        C: Send,
    {
        let workers = Self {
            queue: Arc::new(Queue {
                state: Mutex::new(State {
                    tasks: VecDeque::new(),
                    idle: 0,
                    life: Life::Open,
                }),
                more: Condvar::new(),
            }),
            waiting_max,
        };
        for context in contexts {
            let queue = Arc::clone(&workers.queue);
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || work(context, &queue))
                .map_err(|error| Fault::unavailable("no thread can be started").because(error))?;
        }
        Ok(workers)
    }

    /// Hands a task to whichever thread is free next.
    pub(crate) fn submit(&self, task: impl FnOnce(&mut C) + Send + 'static) -> Result<(), Fault> {
        let mut state = self.queue.lock();
        if state.tasks.len() >= self.waiting_max {
            return Err(Fault::unavailable(
                "too many requests wait for the database",
            ));
        }
        state.tasks.push_back(Box::new(task));
        let is_awaited = state.idle > 0;
        drop(state);
        if is_awaited {
            self.queue.more.notify_one();
        }
        Ok(())
    }

    /// Runs a function on one of the threads and waits for what it returns.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        function: impl FnOnce(&mut C) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.submit(move |context| {
            // Whoever asked may have gone; then nobody waits for the answer.
            let _ = answer.send(function(context));
        })?;
        answered
            .await
            .map_err(|_| Fault::internal("a database thread failed"))?
    }
}

fn work<C>(mut context: C, queue: &Queue<C>) {
    while let Some(task) = queue.next() {
        // A panic ends its task, whose caller hears of it, and not the thread for all others.
        // What the task had borrowed it has not given back.
        let _ = catch_unwind(AssertUnwindSafe(|| task(&mut context)));
    }
}

impl<C> Queue<C> {
    /// The next task, once there is one; none when all is done and no more can come.
    fn next(&self) -> Option<Task<C>> {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.tasks.pop_front() {
                return Some(task);
            }
            if state.life == Life::Closed {
                return None;
            }
            state.idle += 1;
            state = self
                .more
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Drop for Workers<C> {
    fn drop(&mut self) {
        self.queue.lock().life = Life::Closed;
        self.queue.more.notify_all();
    }
}

impl<C> fmt::Debug for Workers<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Workers")
    }
}
