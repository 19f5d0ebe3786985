//! The write path against the model in memory, and what it leaves in the tables.

mod accounts;
mod batches;
mod races;
mod record;
mod repetition;
mod stage;
mod troubles;

use proptest::prelude::*;
use vestibule_domain::test_support::{Draft, story};

use stage::{Stage, on_each_database};

/// Plays a story against a new database of each kind, a few steps a job, and compares every
/// answer, and the state at the end.
fn agree(number: u64, story: &[Draft], steps_a_job: usize) {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, number).await;
        for drafts in story.chunks(steps_a_job) {
            stage.play(drafts).await;
        }
        stage.compare().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    /// A database answers as the model does, one request at a time.
    #[test]
    fn databases_agree_with_the_model_step_by_step(number in any::<u64>(), story in story(60)) {
        agree(number, &story, 1);
    }

    /// A batch is decided as its requests one by one would be.
    #[test]
    fn databases_agree_with_the_model_in_batches(number in any::<u64>(), story in story(120), size in 2_usize..40) {
        agree(number, &story, size);
    }
}
