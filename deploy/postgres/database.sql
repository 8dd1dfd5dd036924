-- The database, and the role that owns it and makes the others; they and everything inside are
-- monarch-migrate's. For psql, run by the server's administrator before it, each time: repeating it changes
-- nothing but that role's password, which is read from the file that MONARCH_MIGRATE_PASSWORD_FILE names.
\set ON_ERROR_STOP on
\set migrate_password `cat "$MONARCH_MIGRATE_PASSWORD_FILE"`

SELECT 'CREATE ROLE monarch_migrate LOGIN CREATEROLE' WHERE NOT EXISTS
  (SELECT FROM pg_roles WHERE rolname = 'monarch_migrate') \gexec
ALTER ROLE monarch_migrate PASSWORD :'migrate_password';
SELECT 'CREATE DATABASE monarch OWNER monarch_migrate' WHERE NOT EXISTS
  (SELECT FROM pg_database WHERE datname = 'monarch') \gexec
