//! Tells cargo that the migrations are part of this crate: the macro that embeds them does not.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
