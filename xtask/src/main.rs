//! What contributors run: test, lint, bench.

fn main() {}
