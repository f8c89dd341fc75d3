-- Files on their way in parts: what came of one waits here, sealed, until it is
-- whole or a day has passed without another part. "about" is sealed with the key of
-- the request or draft and holds the name, the print that the whole must have and
-- the key of the pieces. became: the attachment that it was stored as; its pieces
-- are gone then. size is what the sender said that will come, received what came.
CREATE TABLE upload (
    id       TEXT PRIMARY KEY, -- a hash of the word by which its sender goes on
    platform TEXT NOT NULL REFERENCES platform (id),
    draft    TEXT NOT NULL, -- as draft.form, or empty
    request  TEXT REFERENCES request (id),
    about    TEXT NOT NULL,
    size     BIGINT NOT NULL,
    received BIGINT NOT NULL,
    by_id    TEXT NOT NULL,
    public   BOOLEAN NOT NULL,
    begun_at TEXT NOT NULL,
    heard_at TEXT NOT NULL,
    became   TEXT NOT NULL
);
CREATE INDEX upload_by_request ON upload (request);
CREATE INDEX upload_by_draft ON upload (draft);
CREATE INDEX upload_by_platform ON upload (platform, heard_at);

CREATE TABLE upload_piece (
    upload   TEXT NOT NULL REFERENCES upload (id),
    platform TEXT NOT NULL,
    number   BIGINT NOT NULL,
    sealed   TEXT NOT NULL,
    PRIMARY KEY (upload, number)
);
