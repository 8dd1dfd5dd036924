-- The services' roles and what they may do. Run by monarch-migrate before the migrations, each time:
-- everything here may be repeated. Passwords are no part of it (monarch-migrate --role-password).
--
-- A schema belongs to one service: its role may read and change the rows there and call its
-- functions, nothing more; no DDL, and nothing of the other schema. The tables themselves belong to
-- the role that runs the migrations.

DO $$
DECLARE
  service record;
BEGIN
  FOR service IN SELECT * FROM (VALUES ('monarch_auth', 'auth'), ('monarch_presence', 'roster'))
                 AS s (role, schema)
  LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT '
                     'NOREPLICATION CONNECTION LIMIT 200', service.role);
    EXCEPTION
      -- Roles belong to the whole server: another database's runner may have been first.
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', service.schema);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', service.schema);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service.role);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service.schema, service.role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I',
                   service.schema, service.role);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I',
                   service.schema, service.role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I '
                   'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
                   service.schema, service.role);
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
                   service.schema, service.role);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path TO %I',
                   service.role, current_database(), service.schema);
  END LOOP;
  EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
