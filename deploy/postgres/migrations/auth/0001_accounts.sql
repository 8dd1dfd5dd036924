-- Accounts and their credentials: owned by auth, read by nobody else. Runs as the role that owns the
-- schemas; what auth itself may do is granted at the end.

CREATE SCHEMA IF NOT EXISTS auth;

-- Numbers are never used twice, not even of deleted accounts: they bind passwords, and rosters.
CREATE SEQUENCE auth.account_id START 1;
CREATE SEQUENCE auth.import_id START 1;

CREATE TABLE auth.account (
  id         bigint      PRIMARY KEY,
  handle     text        NOT NULL UNIQUE
                         CHECK (handle = lower(handle) AND octet_length(handle) BETWEEN 3 AND 129),
  -- Encrypted with the key of that name, bound to the id; see services/auth/README.md.
  password   bytea       NOT NULL,
  key_id     text        NOT NULL,
  state      text        NOT NULL CHECK (state IN ('pending', 'active', 'suspended', 'deleting')),
  verified   boolean     NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),

  -- Only while pending: the name that presence is still to be given (empty: the handle), the atomic
  -- import the row belongs to, and whether presence may have heard of the account already, so that
  -- an import that is given up must not drop the row.
  friendly_name text,
  import_id     bigint,
  offered       boolean NOT NULL DEFAULT true
);

CREATE INDEX account_import ON auth.account (import_id, id) WHERE import_id IS NOT NULL;

-- In a test's own database the role may be missing, and the superuser needs no grant.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monarch_auth') THEN
    GRANT USAGE ON SCHEMA auth TO monarch_auth;
    GRANT SELECT, INSERT, UPDATE, DELETE ON auth.account TO monarch_auth;
    GRANT USAGE ON SEQUENCE auth.account_id, auth.import_id TO monarch_auth;
  END IF;
END
$$;
