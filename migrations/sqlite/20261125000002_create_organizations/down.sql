drop table api_keys;
drop table memberships;
drop table entities;
drop table users;
drop table invitations;
drop table organizations;
