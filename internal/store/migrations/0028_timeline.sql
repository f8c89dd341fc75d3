-- The desk's screens: what happened before the request came, who was told what
-- outside the links, and when each account last looked at each file.

-- A dated fact is never changed: it is struck out, and another is written. dated
-- holds as much of the date as is known. again: what was done and need not be
-- done again. document: an attachment of the request, or empty.
CREATE TABLE history (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    request    TEXT NOT NULL REFERENCES request (id),
    kind       TEXT NOT NULL CHECK (kind IN ('onset', 'visit', 'exam', 'opinion', 'stay', 'care', 'diagnosis', 'other')),
    dated      TEXT NOT NULL,
    words      TEXT NOT NULL,
    source     TEXT NOT NULL CHECK (source IN ('family', 'letter', 'document', 'caller')),
    origin     TEXT NOT NULL,
    document   TEXT NOT NULL,
    again      BOOLEAN NOT NULL,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL,
    name       TEXT NOT NULL,
    ended_at   TEXT NOT NULL,
    ended_name TEXT NOT NULL,
    why        TEXT NOT NULL
);
CREATE INDEX history_by_request ON history (request, at);

-- Who outside was told what by other ways than a link: a sheet that was printed,
-- a letter that was handed over. Each fact has its own date. whom is 'desk' of what
-- was printed: to whom it was given then is another row.
CREATE TABLE told (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    request     TEXT NOT NULL REFERENCES request (id),
    whom        TEXT NOT NULL CHECK (whom IN ('desk', 'requester', 'family', 'doctor', 'other')),
    person      TEXT NOT NULL,
    what        TEXT NOT NULL CHECK (what IN ('sheet.family', 'sheet.professional', 'letter.family', 'letter.professional')),
    way         TEXT NOT NULL CHECK (way IN ('print', 'post', 'hand', 'secure', 'phone')),
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    name        TEXT NOT NULL,
    received_at TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    read_at     TEXT NOT NULL
);
CREATE INDEX told_by_request ON told (request, at);

-- The last look of an account at a file, and the last one of the visit before:
-- looks less than half an hour apart are one visit.
CREATE TABLE seen (
    account  TEXT NOT NULL,
    request  TEXT NOT NULL REFERENCES request (id),
    platform TEXT NOT NULL REFERENCES platform (id),
    at       TEXT NOT NULL,
    since    TEXT NOT NULL,
    PRIMARY KEY (account, request)
) -- only: postgres
) WITHOUT ROWID -- only: sqlite
;
CREATE INDEX seen_by_request ON seen (request);

-- Tiles of a filtered work list are counted from this alone.
CREATE INDEX request_tally ON request (platform, state, next_at, owner, guard, urgency, who, created_at, id);
CREATE INDEX request_guarded ON request (platform, id, owner, state, next_at, guard) WHERE guard <> '';
