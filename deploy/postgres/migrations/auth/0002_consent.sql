-- A child's account whose parents have not consented signs in nowhere (error 923). Accounts from before
-- are nobody's children, as far as anybody knows.

ALTER TABLE auth.account ADD COLUMN consent boolean NOT NULL DEFAULT true;
