-- What came by mail, MSSanté or paper and belongs to no request yet. "about" and
-- "remark" are sealed with the arrival's own key, as its files are (attachment.draft
-- is the arrival's id); both go when it becomes a request's, or is purged. print is a
-- blind index by which the same message is taken once.
CREATE TABLE arrival (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    print        TEXT NOT NULL,
    alike        TEXT NOT NULL, -- blind: its Message-ID, by which two unlike messages of one name are told
    channel      TEXT NOT NULL CHECK (channel IN ('mail', 'mss', 'letter', 'fax')),
    source       TEXT NOT NULL CHECK (source IN ('folder', 'desk')),
    about        TEXT NOT NULL,
    remark       TEXT NOT NULL DEFAULT '', -- what the sender was told
    came_at      TEXT NOT NULL,
    holder       TEXT NOT NULL, -- who is to resolve it: an account
    holder_since TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'matched', 'made', 'aside')),
    request      TEXT REFERENCES request (id),
    reason       TEXT NOT NULL DEFAULT '', -- of what was put aside, a code
    told         TEXT NOT NULL DEFAULT '', -- how the sender was told, a code
    ended_at     TEXT NOT NULL DEFAULT '',
    ended_by     TEXT NOT NULL DEFAULT '',
    ended_name   TEXT NOT NULL DEFAULT '',
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX arrival_once ON arrival (platform, print);
CREATE INDEX arrival_by_state ON arrival (platform, state, came_at);
CREATE INDEX arrival_by_alike ON arrival (platform, alike);
CREATE INDEX arrival_by_request ON arrival (request);
