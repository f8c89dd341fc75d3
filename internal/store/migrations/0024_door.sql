-- Drafts that are gone on with by a code said aloud, and by whoever of the desk
-- began them during a call. The code and the id of the form stand sealed with the
-- draft's own key; a blind index finds the code. One reminder goes out at most:
-- reminded_at is when, or '-' for a draft that gave no address to write to, and
-- reminded keeps, as a blind index, whom it went to; codes is how often the code
-- was sent.
ALTER TABLE draft ADD COLUMN open_form TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN code_index TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN reminded_at TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN reminded TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX draft_by_code ON draft (code_index) WHERE code_index <> '';
CREATE INDEX draft_by_author ON draft (platform, author, updated_at) WHERE author <> '';
CREATE INDEX draft_by_update ON draft (platform, updated_at);
ALTER TABLE draft ADD COLUMN codes BIGINT NOT NULL DEFAULT 0;
