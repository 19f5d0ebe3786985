drop trigger users_search_delete_trigger;
drop trigger users_search_update_trigger;
drop trigger users_search_insert_trigger;
drop table users_search;
