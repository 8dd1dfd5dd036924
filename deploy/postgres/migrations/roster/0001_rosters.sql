-- Rosters: owned by presence, read by nobody else. services/presence/core/roster_data.hpp says what
-- each column means. Runs as the role that owns the schemas; what presence may do is granted at the
-- end.

CREATE SCHEMA IF NOT EXISTS roster;

-- The generations of versions and tokens; a greater one outbids all that went before.
CREATE SEQUENCE roster.generation START 1;

CREATE TABLE roster.principal (
  account       bigint  PRIMARY KEY,
  handle        text    NOT NULL UNIQUE,
  friendly_name text    NOT NULL,
  ask           boolean NOT NULL DEFAULT true,
  allow         boolean NOT NULL DEFAULT true,
  home          text    NOT NULL DEFAULT '',
  work          text    NOT NULL DEFAULT '',
  mobile        text    NOT NULL DEFAULT '',
  pages         boolean NOT NULL DEFAULT false,
  mobile_device boolean NOT NULL DEFAULT false,
  -- "<id>=<name>", separated by spaces: names are encoded tokens and hold none.
  groups        text    NOT NULL DEFAULT '0=~',
  forward_count integer NOT NULL DEFAULT 0,
  allow_count   integer NOT NULL DEFAULT 0,
  block_count   integer NOT NULL DEFAULT 0,
  serial        bigint  NOT NULL DEFAULT 1 CHECK (serial BETWEEN 1 AND 4294967295),
  revision      bigint  NOT NULL DEFAULT 1,
  spread_owed   bigint  NOT NULL DEFAULT 0,
  removed       boolean NOT NULL DEFAULT false,
  -- The last attempt of a session and what came of it, so that a repeat finishes it.
  attempt_generation bigint NOT NULL DEFAULT 0,
  attempt_counter    bigint NOT NULL DEFAULT 0,
  attempt_sequence   bigint NOT NULL DEFAULT 0,
  attempt_session    bigint NOT NULL DEFAULT 0,
  attempt_aftermath    bytea
);

CREATE TABLE roster.entry (
  owner         bigint   NOT NULL,
  other         bigint   NOT NULL,
  handle        text     NOT NULL,
  -- 1 FL, 2 AL, 4 BL; mirrored from the other's row: 8 FL, 16 AL, 32 BL; 64: his mobile takes pages.
  bits          smallint NOT NULL CHECK (bits & 63 <> 0 AND bits & 6 <> 6),
  forward_name  text     NOT NULL,
  allow_name    text     NOT NULL,
  block_name    text     NOT NULL,
  reverse_name  text     NOT NULL,
  groups        integer  NOT NULL,
  home          text     NOT NULL,
  work          text     NOT NULL,
  mobile        text     NOT NULL,
  numbers_cause bigint   NOT NULL,
  forward_order bigint   NOT NULL,
  allow_order   bigint   NOT NULL,
  block_order   bigint   NOT NULL,
  reverse_order bigint   NOT NULL,
  -- A sign-in reads all rows of one owner: from this index alone.
  PRIMARY KEY (owner, other) INCLUDE (handle, bits, forward_name, allow_name, block_name,
    reverse_name, groups, home, work, mobile, numbers_cause, forward_order, allow_order,
    block_order, reverse_order)
);

CREATE TABLE roster.change (
  owner    bigint      NOT NULL,
  serial   bigint      NOT NULL,
  kind     smallint    NOT NULL,
  other    text        NOT NULL,
  property smallint    NOT NULL,
  value    text        NOT NULL,
  -- A change of somebody's numbers that this row follows from, by account and revision.
  cause_account bigint,
  cause         bigint,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (owner, serial)
);
CREATE INDEX change_at ON roster.change USING brin (at);

-- In a test's own database the role may be missing, and the superuser needs no grant.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'monarch_presence') THEN
    GRANT USAGE ON SCHEMA roster TO monarch_presence;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA roster TO monarch_presence;
    GRANT USAGE ON SEQUENCE roster.generation TO monarch_presence;
  END IF;
END
$$;
