//! The rules of Vestibule: organizations, entities and the people in them, without I/O
