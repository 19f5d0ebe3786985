//! Passwords: their rules, and their hashing on threads of its own.
//!
//! Argon2id takes tens of milliseconds of a core on purpose. It runs on a few threads that do
//! nothing else and hold no connection, behind a queue that is bounded: who finds it full is told
//! to come back, and everything else goes on being answered (lesson 50).

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use argon2::password_hash::phc::PasswordHash as PhcHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use icu_normalizer::ComposingNormalizer;
use tokio::sync::oneshot;
use vestibule_domain::Email;
use vestibule_storage::PasswordHash;
use zxcvbn::Score;

use crate::problem::Problem;

/// How many hashes can wait for a thread.
const QUEUE_MAX: usize = 128;
/// The fewest characters of a password (R-SES-1).
pub const CHARACTERS_MIN: usize = 12;
/// The most characters of a password (R-SES-1).
pub const CHARACTERS_MAX: usize = 128;

/// How many characters of an own word are looked for: no password needs more to be recognised, and
/// what it costs to weigh a word grows with its length.
const OWN_WORD_MAX: usize = 32;

/// 19 MiB, two passes: the least that OWASP recommends for Argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A typed password in NFC, whatever its length (lesson 47).
#[derive(Clone)]
pub struct Password(String);

/// The words that a password must not be made of: a person's email and names.
#[derive(Clone, Default)]
pub struct OwnWords(Vec<String>);

/// Why a password cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than 12 characters.
    #[error("a password has at least {CHARACTERS_MIN} characters")]
    TooShort,
    /// More than 128 characters.
    #[error("a password has at most {CHARACTERS_MAX} characters")]
    TooLong,
    /// zxcvbn scores it under 3; with what it says about that.
    #[error("this password is too easy to guess{0}")]
    Guessable(String),
}

/// Why a password was not hashed.
#[derive(Debug)]
pub enum HashRefusal {
    /// The password is too weak.
    Weak(WeakPassword),
    /// The queue is full, or the threads are gone.
    Busy,
}

/// The threads that hash passwords.
#[derive(Clone)]
pub struct PasswordPool {
    queue: SyncSender<Task>,
    /// What a password is compared with where there is no account, so that the work is the same.
    nobody: Arc<str>,
}

type Task = Box<dyn FnOnce() + Send>;

impl Password {
    /// Takes a password as it was typed; spaces are kept.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(ComposingNormalizer::new_nfc().normalize(typed).into_owned())
    }

    /// Checks everything of R-SES-1 that costs nothing.
    ///
    /// # Errors
    /// `TooShort` or `TooLong`, counted in code points.
    pub fn check_length(&self) -> Result<(), WeakPassword> {
        match self.0.chars().count() {
            ..CHARACTERS_MIN => Err(WeakPassword::TooShort),
            CHARACTERS_MIN..=CHARACTERS_MAX => Ok(()),
            _ => Err(WeakPassword::TooLong),
        }
    }

    /// Checks the whole of R-SES-1; takes milliseconds, so it belongs on a thread of the pool.
    fn check_strength(&self, own: &OwnWords) -> Result<(), WeakPassword> {
        self.check_length()?;
        let words: Vec<&str> = own.0.iter().map(String::as_str).collect();
        let guessed = zxcvbn::zxcvbn(&self.0, &words);
        if guessed.score() >= Score::Three {
            return Ok(());
        }
        let why = guessed
            .feedback()
            .and_then(|feedback| feedback.warning())
            .map(|warning| format!(": {}", warning.to_string().trim_end_matches('.')))
            .unwrap_or_default();
        Err(WeakPassword::Guessable(why))
    }
}

impl OwnWords {
    /// No words yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// And the email, whole and in its parts.
    #[must_use]
    pub fn with_email(self, email: &Email) -> Self {
        let local = email.as_str().split('@').next().unwrap_or_default();
        self.with_words(local).with_words(email.as_str())
    }

    /// And a name: whole, each of its words, and the words run together.
    #[must_use]
    pub fn with_words(mut self, name: &str) -> Self {
        let words = || {
            name.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
        };
        let cut = |word: &str| word.chars().take(OWN_WORD_MAX).collect();
        self.0.push(cut(name));
        self.0
            .push(words().flat_map(str::chars).take(OWN_WORD_MAX).collect());
        self.0.extend(words().map(cut));
        self
    }
}

impl PasswordPool {
    /// Starts the threads: half the cores, and at least one.
    #[must_use]
    pub fn start() -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_threads((cores / 2).max(1))
    }

    fn with_threads(threads: usize) -> Self {
        let (queue, tasks) = sync_channel::<Task>(QUEUE_MAX);
        let tasks = Arc::new(Mutex::new(tasks));
        for index in 0..threads {
            let tasks = Arc::clone(&tasks);
            let started = thread::Builder::new()
                .name(format!("password-{index}"))
                .spawn(move || work(&tasks));
            if let Err(error) = started {
                tracing::error!(%error, "failed to start a thread for hashing passwords");
            }
        }
        Self {
            queue,
            nobody: nobodys_hash().into(),
        }
    }

    /// Checks a new password's strength and hashes it.
    ///
    /// Rule: R-SES-1.
    ///
    /// # Errors
    /// `Weak` with the reason, or `Busy`.
    pub async fn hash(
        &self,
        password: Password,
        own: OwnWords,
    ) -> Result<PasswordHash, HashRefusal> {
        password.check_length().map_err(HashRefusal::Weak)?;
        self.run(move || {
            password.check_strength(&own).map_err(HashRefusal::Weak)?;
            let hashed = hasher().hash_password(password.0.as_bytes());
            let phc = hashed.map_err(|_| HashRefusal::Busy)?.to_string();
            Ok(PasswordHash::new(phc))
        })
        .await?
    }

    /// Whether the password is the one that was hashed; without a hash it never is, after the same work.
    ///
    /// Rule: R-INV-7 (lesson 26).
    ///
    /// # Errors
    /// `Busy` alone.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, HashRefusal> {
        let nobody = Arc::clone(&self.nobody);
        self.run(move || {
            let phc = stored.as_ref().map_or(&*nobody, PasswordHash::as_str);
            let is_right = PhcHash::new(phc).is_ok_and(|hash| {
                hasher()
                    .verify_password(password.0.as_bytes(), &hash)
                    .is_ok()
            });
            is_right && stored.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashRefusal> {
        let (sender, answer) = oneshot::channel();
        let task = move || {
            // Whoever stopped waiting needs no hash.
            if !sender.is_closed() {
                drop(sender.send(task()));
            }
        };
        match self.queue.try_send(Box::new(task)) {
            Ok(()) => answer.await.map_err(|_| HashRefusal::Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(HashRefusal::Busy),
        }
    }
}

/// Works until the pool is dropped, whatever becomes of a task: who asked for one that panicked
/// finds the sender of its answer gone.
fn work(tasks: &Mutex<Receiver<Task>>) {
    loop {
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(task) => {
                if catch_unwind(AssertUnwindSafe(task)).is_err() {
                    tracing::error!("the checking of a password panicked");
                }
            }
            Err(_) => return,
        }
    }
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash in the present form that no password has.
fn nobodys_hash() -> String {
    format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$bm9ib2R5IGlzIGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
}

impl HashRefusal {
    /// The problem it is, pointing at the password's field where the password is to blame.
    #[must_use]
    pub fn into_problem(self, pointer: &str) -> Problem {
        match self {
            Self::Weak(_) => Problem::from(self).at(pointer),
            Self::Busy => Problem::from(self),
        }
    }
}

impl From<HashRefusal> for Problem {
    /// Without a pointer; see [`HashRefusal::into_problem`].
    fn from(refusal: HashRefusal) -> Self {
        match refusal {
            HashRefusal::Weak(reason) => Self::new(crate::problem::Code::PasswordTooWeak, reason),
            HashRefusal::Busy => {
                Self::unavailable("too many passwords are being checked just now; try again soon")
            }
        }
    }
}

impl fmt::Debug for Password {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl fmt::Debug for OwnWords {
    /// Says how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OwnWords({})", self.0.len())
    }
}

impl fmt::Debug for PasswordPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordPool(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weakness(typed: &str, own: &OwnWords) -> Option<WeakPassword> {
        Password::new(typed).check_strength(own).err()
    }

    /// R-SES-1.
    #[test]
    fn a_password_has_12_to_128_code_points_after_nfc() {
        let own = OwnWords::none();
        assert_eq!(weakness("q7 Fjord-Lam", &own), None);
        assert_eq!(weakness("q7 Fjord-La", &own), Some(WeakPassword::TooShort));
        assert_eq!(
            weakness(&"e\u{301}".repeat(11), &own),
            Some(WeakPassword::TooShort)
        );
        let long: String = "\u{e4}pfel! 7 Birnen, ".chars().cycle().take(128).collect();
        assert_eq!(weakness(&long, &own), None);
        assert_eq!(
            weakness(&format!("{long}x"), &own),
            Some(WeakPassword::TooLong)
        );
    }

    /// R-SES-1.
    #[test]
    fn what_is_easy_to_guess_is_refused_and_says_why() {
        for typed in ["aaaaaaaaaaaa", "password1234", "qwertyuiop12"] {
            assert!(
                matches!(
                    weakness(typed, &OwnWords::none()),
                    Some(WeakPassword::Guessable(_))
                ),
                "{typed}"
            );
        }
    }

    /// R-SES-1.
    #[test]
    fn a_password_made_of_ones_own_words_is_refused() {
        let email = Email::new("wolfeschlegel@hausenberger.example").unwrap();
        let own = OwnWords::none()
            .with_email(&email)
            .with_words("Zebulon Quixotry")
            .with_words("Umbrellifer Holdings");
        for typed in ["wolfeschlegel1", "zebulonquixotry", "umbrelliferholdings"] {
            assert_eq!(weakness(typed, &OwnWords::none()), None, "{typed}");
            assert!(weakness(typed, &own).is_some(), "{typed}");
        }
    }

    /// R-SES-1.
    #[test]
    fn a_long_own_word_of_mixed_case_is_weighed_without_overflow() {
        let name = "Ab".repeat(50);
        let own = OwnWords::none().with_words(&name);
        assert!(weakness(&name, &own).is_some());
        let spread = OwnWords::none().with_words(&"Ab ".repeat(50));
        assert!(weakness(&name, &spread).is_some());
    }

    /// Lesson 50.
    #[tokio::test]
    async fn a_task_that_panics_does_not_end_its_thread() {
        let pool = PasswordPool::with_threads(1);
        let broken = pool.run(|| -> () { panic!("on purpose") });
        assert!(matches!(broken.await, Err(HashRefusal::Busy)));
        assert!(pool.run(|| ()).await.is_ok());
    }

    /// R-SES-1, lesson 47.
    #[tokio::test]
    async fn a_password_typed_decomposed_is_the_one_that_was_typed_composed() {
        let pool = PasswordPool::with_threads(1);
        let composed = Password::new("caf\u{e9} \u{fc}ber dem Fjord");
        let hash = pool.hash(composed, OwnWords::none()).await.unwrap();
        let decomposed = Password::new("cafe\u{301} u\u{308}ber dem Fjord");
        assert!(pool.verify(decomposed, Some(hash.clone())).await.unwrap());
        let trimmed = Password::new("caf\u{e9} \u{fc}ber dem Fjord ");
        assert!(!pool.verify(trimmed, Some(hash)).await.unwrap());
    }

    /// R-INV-7, lesson 26.
    #[tokio::test]
    async fn without_an_account_no_password_is_right() {
        let pool = PasswordPool::with_threads(1);
        assert!(PhcHash::new(&pool.nobody).is_ok());
        assert!(!pool.verify(Password::new(""), None).await.unwrap());
    }

    /// Lesson 50.
    #[tokio::test]
    async fn a_full_queue_is_told_at_once_and_drains() {
        let pool = PasswordPool::with_threads(1);
        let (open, gate) = sync_channel::<()>(0);
        let (started, has_started) = sync_channel::<()>(0);
        let held = pool.clone();
        let first = tokio::spawn(async move {
            held.run(move || {
                started.send(()).unwrap();
                gate.recv().unwrap();
            })
            .await
        });
        tokio::task::spawn_blocking(move || has_started.recv().unwrap())
            .await
            .unwrap();
        let mut waiting = Vec::new();
        for _ in 0..QUEUE_MAX {
            let (sender, answer) = oneshot::channel::<()>();
            pool.queue
                .try_send(Box::new(move || sender.send(()).unwrap()))
                .map_err(|_| "full")
                .unwrap();
            waiting.push(answer);
        }
        assert!(matches!(pool.run(|| ()).await, Err(HashRefusal::Busy)));
        open.send(()).unwrap();
        assert!(first.await.unwrap().is_ok());
        for answer in waiting {
            answer.await.unwrap();
        }
        assert!(pool.run(|| ()).await.is_ok());
    }
}
