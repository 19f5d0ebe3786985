-- Finds three characters and more anywhere in the sort keys of name and email (R-LST-2), and in
-- the ASCII form of an email that was typed in another.
-- SQLITE: an FTS5 index of trigrams without content and without positions: it says which rows hold
-- all trigrams of what is searched, and the query looks again whether they stand in a row.

create virtual table users_search using fts5 (
    words,
    content = '',
    contentless_delete = 1,
    detail = 'none',
    tokenize = 'trigram case_sensitive 1'
);

-- Each commit writes a piece; eight of them become one, where four are as SQLite comes: writing costs a
-- third less, and a search looks at a few pieces more.
insert into users_search (users_search, rank) values ('automerge', 8);

-- Who has no name sorts by email, and is not written into the index twice for that.
create trigger users_search_insert_trigger after insert on users begin
    insert into users_search (rowid, words)
    values (
        new.row_number,
        iif(new.sort_key = new.email_sort_key, '', new.sort_key || char(10)) || new.email_sort_key
        || iif(new.email_key = new.email_sort_key, '', char(10) || new.email_key)
    );
end;

create trigger users_search_update_trigger after update of sort_key, email_sort_key, email_key on users
    when new.sort_key <> old.sort_key or new.email_sort_key <> old.email_sort_key
        or new.email_key <> old.email_key begin
    delete from users_search where rowid = old.row_number;
    insert into users_search (rowid, words)
    values (
        new.row_number,
        iif(new.sort_key = new.email_sort_key, '', new.sort_key || char(10)) || new.email_sort_key
        || iif(new.email_key = new.email_sort_key, '', char(10) || new.email_key)
    );
end;

create trigger users_search_delete_trigger after delete on users begin
    delete from users_search where rowid = old.row_number;
end;
