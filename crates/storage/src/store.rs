//! The store: one database behind one type, cheap to clone.

/// One database with everything that Vestibule keeps.
#[derive(Clone, Debug)]
pub struct Store {}
