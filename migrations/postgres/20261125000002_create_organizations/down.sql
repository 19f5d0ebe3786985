-- POSTGRES: the two refer to one another, so one reference goes first.
alter table organizations drop constraint organizations_primary_admin_user_id_fk;
drop table api_keys;
drop table memberships;
drop table entities;
drop table users;
drop table invitations;
drop table organizations;
