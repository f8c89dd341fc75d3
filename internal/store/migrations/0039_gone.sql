-- Who of the directory is no longer to be proposed at a desk: an expert who left, a
-- team that closed. The entry itself, which may be everybody's, stays as it was, and
-- so does what it was once asked. One row that is open for an entry and a desk.
CREATE TABLE directory_gone (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL,
    entry     TEXT NOT NULL, -- of organisation or person
    why       TEXT NOT NULL, -- a code
    actor     TEXT NOT NULL,
    name      TEXT NOT NULL,
    at        TEXT NOT NULL,
    back_name TEXT NOT NULL, -- who said that they are there again; empty: gone
    back_at   TEXT NOT NULL
);
CREATE UNIQUE INDEX directory_gone_once ON directory_gone (platform, entry) WHERE back_at = '';
