//! The pages over the real API and a real SQLite database, asked as a browser asks them.

#[cfg(test)]
mod pages {
    mod browser;
    mod front_door;
    mod inside;
    mod offers;
}
