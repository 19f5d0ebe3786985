//! What PostgreSQL says in its own way.
