//! What a server does now and then for its database: what has run out is deleted.

use std::time::Duration;

use tokio::sync::watch;
use vestibule_storage::Store;
use vestibule_web::now;

/// How often; nothing depends on it, and several servers may do it at once.
const EVERY: Duration = Duration::from_secs(3600);

/// Tidies once every hour, the first time an hour after the start, until told to stop.
pub(crate) async fn keep(store: Store, mut stop: watch::Receiver<bool>) {
    loop {
        // An error of the channel says that the sender is gone, which stops us too.
        let is_told = tokio::time::timeout(EVERY, stop.wait_for(|stop| *stop))
            .await
            .is_ok();
        if is_told {
            return;
        }
        if let Err(fault) = store.tidy(now()).await {
            tracing::warn!(%fault, "failed to delete what has run out; it is tried again in an hour");
        }
    }
}

#[cfg(test)]
mod tests {
    use vestibule_storage::OpenOptions;

    use super::*;

    /// A server that is told to stop does not wait an hour for its housekeeping.
    #[tokio::test]
    async fn housekeeping_ends_with_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("tidy.db").display());
        let store = Store::open(&url, OpenOptions::server()).unwrap();
        let (end, stop) = watch::channel(false);
        let keeping = tokio::spawn(keep(store.clone(), stop));
        end.send(true).unwrap();
        tokio::time::timeout(Duration::from_secs(10), keeping)
            .await
            .unwrap()
            .unwrap();
    }
}
