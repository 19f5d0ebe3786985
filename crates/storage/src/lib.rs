//! Storage for Vestibule on Diesel: SQLite by default, PostgreSQL to grow
