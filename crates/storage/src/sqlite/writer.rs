//! The one writer: a thread that takes whatever waits and commits it together.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::Conn;
use crate::transaction::Transactions;
use crate::{Fault, FaultKind};

/// How many changes may wait before more are refused as unavailable.
const WAITING_MAX: usize = 4096;
/// How many changes one transaction holds at most.
const GROUP_MAX: usize = 1024;

/// The way to the writer's thread.
pub(crate) struct Writer {
    queue: SyncSender<Box<dyn Change>>,
}

/// Something that waits to be written. It can run more than once: a transaction that fails for
/// one of its changes is taken back, and each then runs alone.
trait Change: Send {
    /// Writes it, and remembers the answer.
    fn write(&mut self, conn: &mut Conn) -> Result<(), Fault>;

    /// Gives the answer, once it is durable.
    fn answer(self: Box<Self>);

    /// Says that it was not written.
    fn fail(self: Box<Self>, fault: Fault);
}

impl Writer {
    /// Starts the thread; it ends when the store is dropped and nothing waits.
    pub(crate) fn start(conn: Conn, path: PathBuf) -> Result<Self, Fault> {
        let (queue, waiting) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("vestibule-write".to_owned())
            .spawn(move || {
                Thread {
                    path,
                    conn: Some(conn),
                    waiting,
                }
                .run();
            })
            .map_err(|error| Fault::unavailable("no thread can be started").because(error))?;
        Ok(Self { queue })
    }

    /// Runs a change with whatever else waits, and answers once it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        function: impl FnMut(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        self.submit(Box::new(Single {
            function,
            written: None,
            answer,
        }))?;
        answered
            .await
            .map_err(|_| Fault::internal("the database's writer failed"))?
    }

    fn submit(&self, change: Box<dyn Change>) -> Result<(), Fault> {
        self.queue.try_send(change).map_err(|error| match error {
            TrySendError::Full(_) => Fault::unavailable("too many changes wait for the database"),
            TrySendError::Disconnected(_) => Fault::internal("the database's writer has ended"),
        })
    }
}

/// What the thread owns.
struct Thread {
    path: PathBuf,
    /// None after a fault that may have broken it; opened again at the next change.
    conn: Option<Conn>,
    waiting: Receiver<Box<dyn Change>>,
}

impl Thread {
    fn run(mut self) {
        while let Ok(first) = self.waiting.recv() {
            let mut group = vec![first];
            while group.len() < GROUP_MAX
                && let Ok(next) = self.waiting.try_recv()
            {
                group.push(next);
            }
            self.write_together(group);
        }
    }

    fn write_together(&mut self, mut group: Vec<Box<dyn Change>>) {
        match self.transact(&mut group) {
            Ok(()) => group.into_iter().for_each(|change| change.answer()),
            Err(fault) if group.len() == 1 || fault.kind() == FaultKind::Unavailable => {
                let text = fault.to_string();
                let mut fault = Some(fault);
                for change in group {
                    // The first gets the fault with its source; the others its words.
                    change.fail(
                        fault
                            .take()
                            .unwrap_or_else(|| Fault::unavailable(text.clone())),
                    );
                }
            }
            // One of them is to blame, so that each has to stand alone.
            Err(_) => {
                for change in group {
                    self.write_together(vec![change]);
                }
            }
        }
    }

    fn transact(&mut self, group: &mut [Box<dyn Change>]) -> Result<(), Fault> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(super::writer_connection(&self.path)?),
        };
        let written =
            conn.in_transaction(|conn| group.iter_mut().try_for_each(|change| change.write(conn)));
        if written
            .as_ref()
            .is_err_and(|fault| fault.kind() == FaultKind::Unavailable)
        {
            // SQLITE: a full disk can end the transaction behind Diesel's back.
            self.conn = None;
        }
        written
    }
}

/// A change of what belongs to no organization.
struct Single<F, T> {
    function: F,
    written: Option<T>,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<F, T> Change for Single<F, T>
where
    F: FnMut(&mut Conn) -> Result<T, Fault> + Send,
    T: Send,
{
    fn write(&mut self, conn: &mut Conn) -> Result<(), Fault> {
        self.written = Some((self.function)(conn)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        if let Some(written) = self.written {
            // Whoever asked may have gone; then nobody waits for the answer.
            let _ = self.answer.send(Ok(written));
        }
    }

    fn fail(self: Box<Self>, fault: Fault) {
        let _ = self.answer.send(Err(fault));
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}
