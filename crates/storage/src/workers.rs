//! Threads that run what blocks, so that no caller's thread does: each has a connection of its own.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Fault;

/// How many tasks may wait before more are refused as unavailable.
pub(crate) const WAITING_MAX: usize = 4096;
/// How many tasks that take seconds may wait before more are refused as unavailable.
pub(crate) const LONG_WAITING_MAX: usize = 16;

type Task<C> = Box<dyn FnOnce(&mut C) + Send>;

/// A fixed number of threads with a queue before them; they end when the last handle is dropped
/// and the queue is empty.
pub(crate) struct Workers<C> {
    queue: SyncSender<Task<C>>,
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
        let (queue, tasks) = sync_channel(waiting_max);
        let tasks = Arc::new(Mutex::new(tasks));
        for context in contexts {
            let tasks = Arc::clone(&tasks);
            std::thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || work(context, &tasks))
                .map_err(|error| Fault::unavailable("no thread can be started").because(error))?;
        }
        Ok(Self { queue })
    }

    /// Hands a task to whichever thread is free next.
    pub(crate) fn submit(&self, task: impl FnOnce(&mut C) + Send + 'static) -> Result<(), Fault> {
        self.queue
            .try_send(Box::new(task))
            .map_err(|error| match error {
                TrySendError::Full(_) => {
                    Fault::unavailable("too many requests wait for the database")
                }
                TrySendError::Disconnected(_) => Fault::internal("the database threads have ended"),
            })
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

fn work<C>(mut context: C, tasks: &Mutex<Receiver<Task<C>>>) {
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else {
            return;
        };
        // A panic ends its task, whose caller hears of it, and not the thread for all others.
        // What the task had borrowed it has not given back.
        let _ = catch_unwind(AssertUnwindSafe(|| task(&mut context)));
    }
}

impl<C> fmt::Debug for Workers<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Workers")
    }
}
