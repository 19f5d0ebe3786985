-- POSTGRES: the extension stays: others in this database may use it.
drop index if exists users_ascii_email_search_index;
drop index if exists users_search_index;
