-- The member directory that FND searches: in it is who has been put in, by account. Values are
-- encoded tokens, as they are shown; the keys are what they are found by
-- (services/presence/core/directory_rules.hpp: escapes undone, in lower case).

CREATE TABLE roster.directory (
  -- With the principal goes the entry.
  account     bigint PRIMARY KEY REFERENCES roster.principal (account) ON DELETE CASCADE,
  first       text NOT NULL,
  last        text NOT NULL CHECK (last <> ''),
  city        text NOT NULL,
  state       text NOT NULL,
  country     text NOT NULL,
  first_key   text NOT NULL,
  last_key    text NOT NULL CHECK (last_key <> ''),
  city_key    text NOT NULL,
  state_key   text NOT NULL,
  country_key text NOT NULL
);
-- Every search has a last name (docs/protocol/notification.md#fnd-2-7). Bytes are compared, in
-- whatever locale the database is.
CREATE INDEX directory_search ON roster.directory
  (last_key COLLATE "C", country_key COLLATE "C", first_key COLLATE "C");

-- In a test's own database the role may be missing, and the superuser needs no grant.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monarch_presence') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON roster.directory TO monarch_presence;
  END IF;
END
$$;
