//! Lives the whole story in a real browser, wide and narrow, against the real binary.
//!
//! Chromium and its driver are named by `VESTIBULE_TEST_CHROMIUM` and `VESTIBULE_TEST_CHROMEDRIVER`, else
//! found on the path; `cargo xtask test` installs them. Screenshots land in `target/screenshots`.

#[cfg(test)]
mod browser {
    mod driver;
    mod manners;
    mod server;
    mod story;
    mod visitor;
}
