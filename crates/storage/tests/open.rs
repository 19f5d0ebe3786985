//! Opening a database: schemes, migrations, and who may hold a file.

use vestibule_storage::{FaultKind, OpenOptions, Store};

fn url(directory: &tempfile::TempDir) -> String {
    format!("sqlite://{}/vestibule.db", directory.path().display())
}

#[tokio::test]
async fn a_new_file_is_made_and_holds_no_organization() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&url(&directory), OpenOptions::server()).unwrap();
    assert!(store.is_empty().await.unwrap());
}

#[test]
fn a_second_server_on_one_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let first = Store::open(&url(&directory), OpenOptions::server()).unwrap();
    let refused = Store::open(&url(&directory), OpenOptions::server()).unwrap_err();
    assert_eq!(refused.kind(), FaultKind::Config);
    assert!(
        refused.to_string().contains("another server is running"),
        "{refused}"
    );
    Store::open(&url(&directory), OpenOptions::command()).unwrap();
    drop(first);
    Store::open(&url(&directory), OpenOptions::server()).unwrap();
}

#[test]
fn a_url_that_names_no_database_we_know_makes_no_file() {
    for url in ["mysql://x", "vestibule.db", "sqlite://", "sqlite:x.db", ""] {
        let refused = Store::open(url, OpenOptions::server()).unwrap_err();
        assert_eq!(refused.kind(), FaultKind::Config, "{url}");
    }
}

#[test]
fn a_file_in_a_directory_that_is_not_there_is_unavailable() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/none/vestibule.db", directory.path().display());
    let refused = Store::open(&url, OpenOptions::server()).unwrap_err();
    assert_eq!(refused.kind(), FaultKind::Unavailable);
}
