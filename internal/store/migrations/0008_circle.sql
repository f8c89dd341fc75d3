-- Who may open which file: the care circle of a request, dated; confidential
-- files; accounts that must never open one; exceptional access and its review.

-- guard: '' or 'confidential'. circle: 'desk', the whole desk is one circle, or
-- 'file', each file that someone holds has its own.
ALTER TABLE request ADD COLUMN guard TEXT NOT NULL DEFAULT '' CHECK (guard IN ('', 'confidential'));
ALTER TABLE platform ADD COLUMN circle TEXT NOT NULL DEFAULT 'desk' CHECK (circle IN ('desk', 'file'));

-- place: 'in', or 'barred' for who works at the desk and is the patient, a
-- relative, or in another conflict. until empty: no end. holder: has the request in
-- hand. why: free words, sealed with the key of the request.
CREATE TABLE circle (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    account  TEXT NOT NULL REFERENCES account (id),
    place    TEXT NOT NULL CHECK (place IN ('in', 'barred')),
    since    TEXT NOT NULL,
    until    TEXT NOT NULL,
    added_by TEXT NOT NULL,
    holder   BOOLEAN NOT NULL, -- it came with the request and goes with it
    why      TEXT NOT NULL
);
CREATE INDEX circle_by_request ON circle (request, since);
CREATE INDEX circle_barred ON circle (account, place) WHERE place = 'barred';

-- Exceptional accesses. words and remark are sealed with the key of the request.
CREATE TABLE glass (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    request     TEXT NOT NULL REFERENCES request (id),
    account     TEXT NOT NULL REFERENCES account (id),
    at          TEXT NOT NULL,
    until       TEXT NOT NULL,
    reason      TEXT NOT NULL CHECK (reason IN ('vital', 'duty', 'resume', 'other')),
    words       TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('', 'justified', 'not', 'unclear')),
    reviewer    TEXT NOT NULL,
    reviewed_at TEXT NOT NULL,
    remark      TEXT NOT NULL
);
CREATE INDEX glass_by_request ON glass (request, account, until);
CREATE INDEX glass_by_platform ON glass (platform, at);

-- What a platform decided about its circles, one row a decision.
CREATE TABLE circle_mode (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    number   BIGINT NOT NULL,
    mode     TEXT NOT NULL CHECK (mode IN ('desk', 'file')),
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    UNIQUE (platform, number)
);
