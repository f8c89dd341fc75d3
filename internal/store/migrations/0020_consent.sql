-- What a person agreed to, refused, was told or withdrew, line by line. A line is
-- never changed: a new one takes its place, and "replaces" names the one that was
-- noted in error. "about" is sealed with the key of the request and holds names and
-- free words; in clear stay codes and dates.
CREATE TABLE consent (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL REFERENCES platform (id),
    request   TEXT NOT NULL REFERENCES request (id),
    purpose   TEXT NOT NULL,
    kind      TEXT NOT NULL, -- of recipient; "any"
    outcome   TEXT NOT NULL,
    said_on   TEXT NOT NULL, -- day on which the person said so
    until     TEXT NOT NULL, -- last day on which it holds, or empty
    giver     TEXT NOT NULL,
    how       TEXT NOT NULL,
    assent    TEXT NOT NULL, -- of the minor
    evidence  TEXT NOT NULL, -- attachment, or empty
    replaces  TEXT NOT NULL, -- line noted in error, or empty
    about     TEXT NOT NULL,
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL
);
CREATE INDEX consent_by_request ON consent (request, at);
CREATE INDEX consent_by_platform ON consent (platform, outcome, at);

-- Why something may leave all the same, for a day.
CREATE TABLE consent_override (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL REFERENCES platform (id),
    request   TEXT NOT NULL REFERENCES request (id),
    purpose   TEXT NOT NULL,
    kind      TEXT NOT NULL, -- of recipient
    why       TEXT NOT NULL, -- a kind of the table of overrides
    about     TEXT NOT NULL, -- sealed: the words, and to whom
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL,
    until     TEXT NOT NULL
);
CREATE INDEX consent_override_by_request ON consent_override (request, at);

-- What left the desk, to whom and on what ground. Questions and answers that left
-- before this table are read where they are.
CREATE TABLE consent_release (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL REFERENCES platform (id),
    request   TEXT NOT NULL REFERENCES request (id),
    way       TEXT NOT NULL,
    item      TEXT NOT NULL, -- question or answer, or empty
    purpose   TEXT NOT NULL,
    kind      TEXT NOT NULL,
    override  TEXT NOT NULL, -- consent_override, or empty
    about     TEXT NOT NULL, -- sealed: to whom
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL
);
CREATE INDEX consent_release_by_request ON consent_release (request, at);

-- Who was told that a person took something back: one row for each that had received.
CREATE TABLE consent_told (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL REFERENCES platform (id),
    request   TEXT NOT NULL REFERENCES request (id),
    line      TEXT NOT NULL REFERENCES consent (id),
    item      TEXT NOT NULL, -- question, answer or release
    how       TEXT NOT NULL,
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL
);
CREATE UNIQUE INDEX consent_told_once ON consent_told (line, item);
CREATE INDEX consent_told_by_request ON consent_told (request);
