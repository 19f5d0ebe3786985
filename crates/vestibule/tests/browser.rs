//! Lives the whole story in a real browser, wide and narrow, against the real binary.
//!
//! Chromium and its driver are named by `VESTIBULE_TEST_CHROMIUM` and `VESTIBULE_TEST_CHROMEDRIVER`, else
//! found on the path; `cargo xtask test` installs them. Screenshots land in `target/screenshots`. Where
//! `VESTIBULE_TEST_AXE` names the file of axe-core, it judges every page that is come to, by day and by night.

#[cfg(test)]
mod browser {
    mod driver;
    mod look;
    mod mail_server;
    #[cfg(feature = "postgres")]
    #[path = "../shared/postgres.rs"]
    mod postgres;
    mod server;
    mod visitor;

    mod coming_and_going;
    mod entities;
    mod invitations;
    mod list;
    mod manners;
    mod ownership;
    mod passwords;
    mod story;
}
