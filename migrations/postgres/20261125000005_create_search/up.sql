-- Finds three characters and more anywhere in the sort keys of name and email (R-LST-2), and in
-- the ASCII form of an email that was typed in another.
-- POSTGRES: trigrams come from the extension pg_trgm, which the owner of a database may create.
-- Where that is not granted, search walks the list instead: the same rows, slower in a large
-- organization. An administrator can add all of it later with the statements that stand here.

do $$
begin
    create extension if not exists pg_trgm;
    -- Who has no name sorts by email, and is not written into the index twice for that.
    create index users_search_index on users
        using gin (nullif(sort_key, email_sort_key) gin_trgm_ops, email_sort_key gin_trgm_ops);
    create index users_ascii_email_search_index on users
        using gin (email_key gin_trgm_ops) where email_key <> email_sort_key;
exception
    when insufficient_privilege or undefined_file or feature_not_supported then
        raise warning 'no pg_trgm (%): search in large organizations is slow until an administrator creates it', sqlerrm;
end
$$;
