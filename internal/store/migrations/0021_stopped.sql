-- A message that must not leave any more, because what it leads to was taken back.
ALTER TABLE message ADD COLUMN stopped_at TEXT NOT NULL DEFAULT '';
