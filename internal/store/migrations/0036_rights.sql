-- The rights of a person over their file: what was asked, by when it must be
-- answered, what was decided, what was put right, and the copies that were made.

-- A file whose use is limited (GDPR 18) is guarded beyond its circle: 'limited',
-- or 'limited-confidential' for one that was confidential.
DROP INDEX request_tally;
DROP INDEX request_guarded;
ALTER TABLE request ADD COLUMN guarded TEXT NOT NULL DEFAULT '' CHECK (guarded IN ('', 'confidential', 'limited', 'limited-confidential'));
UPDATE request SET guarded = guard;
ALTER TABLE request DROP COLUMN guard;
ALTER TABLE request RENAME COLUMN guarded TO guard;
CREATE INDEX request_tally ON request (platform, state, next_at, owner, guard, urgency, who, created_at, id);
CREATE INDEX request_guarded ON request (platform, id, owner, state, next_at, guard) WHERE guard <> '';

-- One ask. about, words, why, longer and lifted_why are sealed with the key of the
-- request: who asks, what in their words, why it was decided so, why it takes longer,
-- why it was lifted. aspect: what is to be put right, or the purpose that is opposed
-- to. asked_on: the day on which the ask reached the desk, from which its month runs.
CREATE TABLE person_ask (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL REFERENCES request (id),
    kind         TEXT NOT NULL CHECK (kind IN ('copy', 'rectify', 'limit', 'oppose', 'erase', 'complaint', 'claim')),
    aspect       TEXT NOT NULL,
    giver        TEXT NOT NULL,
    way          TEXT NOT NULL CHECK (way IN ('tracking', 'phone', 'letter', 'mail', 'desk')),
    about        TEXT NOT NULL,
    words        TEXT NOT NULL,
    asked_on     TEXT NOT NULL,
    due_at       TEXT NOT NULL,
    extended_at  TEXT NOT NULL,
    longer       TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'partly', 'refused', 'withdrawn')),
    why          TEXT NOT NULL,
    decided_name TEXT NOT NULL,
    decided_at   TEXT NOT NULL,
    lifted_why   TEXT NOT NULL,
    lifted_name  TEXT NOT NULL,
    lifted_at    TEXT NOT NULL,
    actor        TEXT NOT NULL,
    name         TEXT NOT NULL,
    at           TEXT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX person_ask_by_request ON person_ask (request, at);
CREATE INDEX person_ask_open ON person_ask (platform, due_at) WHERE state = 'asked';
CREATE INDEX person_ask_by_platform ON person_ask (platform, asked_on);

-- What was put right: the value before and after, both sealed.
CREATE TABLE rectification (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    ask      TEXT NOT NULL REFERENCES person_ask (id),
    field    TEXT NOT NULL,
    was      TEXT NOT NULL,
    became   TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX rectification_by_request ON rectification (request, at);

-- A copy that was made for the person: which, how it is given, to whom (sealed).
-- The copy itself is not kept. token: of a link, as a MAC; empty: none, or over.
CREATE TABLE person_copy (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    request    TEXT NOT NULL REFERENCES request (id),
    scope      TEXT NOT NULL CHECK (scope IN ('whole', 'identity')),
    way        TEXT NOT NULL CHECK (way IN ('hand', 'post', 'link')),
    recipient  TEXT NOT NULL,
    token      TEXT NOT NULL,
    apart      TEXT NOT NULL, -- ids of rows that a third party told in confidence, parted by a blank
    expires_at TEXT NOT NULL,
    opened_at  TEXT NOT NULL,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL,
    name       TEXT NOT NULL
);
CREATE INDEX person_copy_by_request ON person_copy (request, at);
CREATE INDEX person_copy_by_token ON person_copy (token) WHERE token <> '';

