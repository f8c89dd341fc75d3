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
-- Another orientation of a need that somebody of the desk asked for, and what was
-- decided. One that is open for a need.
CREATE TABLE reorient (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL REFERENCES request (id),
    need         TEXT NOT NULL REFERENCES need (id),
    task         TEXT NOT NULL, -- to decide
    why          TEXT NOT NULL, -- a code
    words        TEXT NOT NULL,
    actor        TEXT NOT NULL,
    name         TEXT NOT NULL,
    at           TEXT NOT NULL,
    decision     TEXT NOT NULL CHECK (decision IN ('', 'again', 'kept')),
    said         TEXT NOT NULL,
    decided_by   TEXT NOT NULL,
    decided_name TEXT NOT NULL,
    decided_at   TEXT NOT NULL
);
CREATE INDEX reorient_by_request ON reorient (request, at);
CREATE UNIQUE INDEX reorient_once ON reorient (need) WHERE decision = '';
