//! What SQLite says in its own way.
