drop table password_resets;
drop table sessions;
drop table accounts;
