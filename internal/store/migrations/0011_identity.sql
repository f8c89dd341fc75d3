-- An identity at another provider that an administrator proposed opens nothing
-- until the holder of the account confirmed it, with a fresh proof.
ALTER TABLE identity ADD COLUMN state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('asked', 'held'));

-- A session's hint is sealed from now on. What stood there in clear only served
-- to leave the provider politely: sessions that are open do without.
UPDATE session SET hint = '';
