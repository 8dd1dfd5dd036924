-- A user's own changes in his journal, changes by an administrator, and groups that go with their
-- contacts (docs/decisions/0011-groups-go-in-two-steps.md). The columns have defaults: release N
-- writes rows without them.

-- Of the kinds that are a change of his own lists: which list, which group if one was named, and
-- whose account `other` is.
ALTER TABLE roster.change
  ADD COLUMN list          smallint NOT NULL DEFAULT 0,
  ADD COLUMN group_id      smallint,
  ADD COLUMN other_account bigint   NOT NULL DEFAULT 0;

ALTER TABLE roster.principal
  -- The revision of the removal of a group whose contacts have not all lost him from their RL yet.
  ADD COLUMN unlink_owed       bigint NOT NULL DEFAULT 0,
  -- The last change by an administrator that asked to be known again, and what came of it.
  ADD COLUMN outside_sequence  bigint NOT NULL DEFAULT 0,
  ADD COLUMN outside_aftermath bytea;

-- 128: he has left FL with his group, and his own row does not say so yet. Such a row exists for
-- that alone.
ALTER TABLE roster.entry
  DROP CONSTRAINT entry_bits_check,
  ADD CONSTRAINT entry_bits_check CHECK (bits & 191 <> 0 AND bits & 6 <> 6 AND bits & 129 <> 129);
