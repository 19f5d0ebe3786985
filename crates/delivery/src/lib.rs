//! Mail out of the outbox of Vestibule, over SMTP or into a local mailbox
