-- The desk's own instruments: the decision tree, and a sheet of signs for each
-- network. Every saved text is kept; the one in use is the last that was signed.

CREATE TABLE instrument (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    kind     TEXT NOT NULL CHECK (kind IN ('tree', 'sheet')),
    name     TEXT NOT NULL,   -- "orientation", or the slug of a network
    latest   BIGINT NOT NULL, -- number of the last text that was saved
    in_use   BIGINT NOT NULL, -- number of the last one that was signed; 0: none, the starter is shown
    UNIQUE (platform, kind, name)
);

-- Number 0 is the starter as it was when the first edition was saved.
CREATE TABLE instrument_version (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL,
    instrument  TEXT NOT NULL REFERENCES instrument (id),
    number      BIGINT NOT NULL,
    text        TEXT NOT NULL,
    author      TEXT NOT NULL,
    author_name TEXT NOT NULL,
    at          TEXT NOT NULL,
    signer      TEXT NOT NULL,
    signer_name TEXT NOT NULL,
    signed_at   TEXT NOT NULL,
    UNIQUE (instrument, number)
);

-- A walk through the tree that was joined to a request: the way in words, as it
-- was shown, and which edition of the tree it was.
CREATE TABLE instrument_walk (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    request  TEXT NOT NULL REFERENCES request (id),
    edition  TEXT NOT NULL, -- "3", or "0 " and the beginning of the starter's digest
    signer   TEXT NOT NULL, -- name under that edition; empty: it was not signed
    path     TEXT NOT NULL, -- steps as in an address: "danger.3 connue.3"
    taken    TEXT NOT NULL, -- JSON
    outcome  TEXT NOT NULL,
    title    TEXT NOT NULL,
    urgency  TEXT NOT NULL,
    networks TEXT NOT NULL, -- slugs, parted by a blank
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    UNIQUE (request, edition, path)
);
