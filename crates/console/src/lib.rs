//! The pages of Vestibule: server-rendered, and working without JavaScript
