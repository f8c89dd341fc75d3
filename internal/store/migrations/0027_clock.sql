-- Triage, the clocks of the desk, and who stands in for whom.

-- What was decided at triage, each decision kept. words are sealed with the key of
-- the request.
CREATE TABLE triage (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    decision TEXT NOT NULL CHECK (decision IN ('complete', 'clear', 'awaiting', 'urgent', 'out-of-scope')),
    words    TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX triage_by_request ON triage (request, at);

-- How many working days a step may take; the last row of a step is in force.
CREATE TABLE clock_target (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    step     TEXT NOT NULL,
    days     BIGINT NOT NULL,
    source   TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX clock_target_by_platform ON clock_target (platform, step, at);

-- Days on which this desk works or does not, against the list of the program. day:
-- '05-22' every year, 'easter-2' by Easter, '2026-12-24' once. The last row of a
-- day is in force.
CREATE TABLE desk_day (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    day         TEXT NOT NULL,
    works       BOOLEAN NOT NULL,
    label       TEXT NOT NULL,
    source      TEXT NOT NULL,
    verified_on TEXT NOT NULL,
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    name        TEXT NOT NULL
);
CREATE INDEX desk_day_by_platform ON desk_day (platform, day, at);

-- Who is away from when to when, and who looks after their files meanwhile. until
-- is the first instant after it; ended early it is put back to then.
CREATE TABLE absence (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    account  TEXT NOT NULL REFERENCES account (id),
    cover    TEXT NOT NULL REFERENCES account (id),
    since    TEXT NOT NULL,
    until    TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX absence_by_cover ON absence (platform, cover, until);
CREATE INDEX absence_by_account ON absence (platform, account, until);
