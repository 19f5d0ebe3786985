//! A house to play in: a server on a database of its own, and people who ask it things.

pub(crate) mod client;
pub(crate) mod document;
pub(crate) mod house;

pub(crate) use client::{Answer, Asking};
pub(crate) use house::{House, Person};

/// A password that nobody guesses.
pub(crate) const PASSWORD: &str = "moss lantern 7 quarry";
/// Another one.
pub(crate) const OTHER_PASSWORD: &str = "velvet harbour 9 anvil";
/// The operator key of every house.
pub(crate) const OPERATOR_KEY: &str = "operator-key-of-the-tests";

/// Makes a test on each database of every function that it lists.
macro_rules! on_both_databases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            use crate::support::House;
            use vestibule_web::RateLimiting;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    super::$case(&House::on_sqlite(RateLimiting::Off).await).await;
                }
            )+
        }

        mod postgres {
            use crate::support::House;
            use vestibule_web::RateLimiting;

            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    if let Some(house) = House::on_postgres(RateLimiting::Off).await {
                        super::$case(&house).await;
                    }
                }
            )+
        }
    };
}

pub(crate) use on_both_databases;
