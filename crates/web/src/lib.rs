//! The HTTP API of Vestibule, on axum
