//! The pages of Vestibule: server-rendered, and working without JavaScript.
//!
//! A page asks and shows; it never decides. What a form wants goes the same way as a request of the
//! JSON API, and a refusal comes back as the sentence that stands beside the form.

#[cfg_attr(
    not(test),
    expect(dead_code, reason = "served once the handlers are there")
)]
mod assets;
#[cfg(test)]
mod gallery;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "spoken once the handlers are there")
)]
mod messages;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "filled once the handlers are there")
)]
mod pages;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "filled once the handlers are there"
    )
)]
mod view;
