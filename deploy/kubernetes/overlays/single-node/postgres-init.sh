#!/usr/bin/env bash
# Run by the image of PostgreSQL once, when it has made an empty database cluster: the database of Monarch and
# the role that owns it. Everything inside, the services' roles included, is monarch-migrate's.
psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
\set password `cat /run/secrets/postgres/postgres-migrate`
CREATE ROLE monarch_migrate LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE monarch OWNER monarch_migrate;
SQL
