//! The Vestibule server and its operator commands.

fn main() {}
