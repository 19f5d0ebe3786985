//! Room for large bodies: they are read before anyone is known to be signed in, so only a few are in
//! memory at once, and none may take for ever to arrive.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// How many large bodies are in memory at once.
const PLACES: usize = 4;
/// How long a request waits for a place.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a large body can take to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// The places for large bodies.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    places: Arc<Semaphore>,
    patience: Duration,
    arrival: Duration,
}

/// A place that is taken until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// An empty room.
    pub(crate) fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            patience: PATIENCE,
            arrival: ARRIVAL,
        }
    }

    /// Reads something large once there is a place for it; it is kept with its place.
    ///
    /// # Errors
    /// `unavailable` where no place becomes free or the body does not arrive; and what reading says.
    pub(crate) async fn receive<T>(
        &self,
        reading: impl Future<Output = Result<T, Problem>>,
    ) -> Result<(T, Place), Problem> {
        let place = Arc::clone(&self.places).acquire_owned();
        let Ok(Ok(permit)) = tokio::time::timeout(self.patience, place).await else {
            return Err(Problem::unavailable(
                "too many large bodies are being read just now; try again soon",
            ));
        };
        match tokio::time::timeout(self.arrival, reading).await {
            Ok(read) => Ok((read?, Place { _permit: permit })),
            Err(_) => Err(Problem::unavailable("the body took too long to arrive")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;
    use crate::problem::Code;

    fn hasty() -> Room {
        Room {
            patience: Duration::from_millis(1),
            arrival: Duration::from_millis(1),
            ..Room::new()
        }
    }

    #[tokio::test]
    async fn what_finds_no_place_is_told_to_come_back_and_finds_one_later() {
        let room = hasty();
        let mut taken = Vec::new();
        for _ in 0..PLACES {
            taken.push(room.receive(ready(Ok(()))).await.unwrap());
        }
        let refused = room.receive(ready(Ok(()))).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable);
        taken.pop();
        assert!(room.receive(ready(Ok(()))).await.is_ok());
    }

    #[tokio::test]
    async fn a_body_that_does_not_arrive_gives_its_place_back() {
        let room = hasty();
        for _ in 0..=PLACES {
            let late = room.receive(pending::<Result<(), Problem>>()).await;
            assert_eq!(late.unwrap_err().code(), Code::Unavailable);
        }
        assert!(room.receive(ready(Ok(()))).await.is_ok());
    }
}
