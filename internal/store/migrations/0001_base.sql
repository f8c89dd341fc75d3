-- The ground every room stands on: platforms, the audit trail, the queue.
-- Types: TEXT for names, codes, identifiers and times (UTC, fixed width, empty
-- for "never"); BIGINT for counts; BOOLEAN for yes and no.

CREATE TABLE platform (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    territory   TEXT NOT NULL,
    host        TEXT NOT NULL,
    team        TEXT NOT NULL,
    zone        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    hours       TEXT NOT NULL,
    mail        TEXT NOT NULL,
    position    BIGINT NOT NULL,
    source      TEXT NOT NULL,
    verified_on TEXT NOT NULL
);

CREATE TABLE audit (
    seq      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- only: postgres
    seq      INTEGER PRIMARY KEY AUTOINCREMENT, -- only: sqlite
    at       TEXT NOT NULL,
    platform TEXT NOT NULL,
    actor    TEXT NOT NULL,
    verb     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    reason   TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, seq);

CREATE TABLE job (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    kind     TEXT NOT NULL,
    payload  TEXT NOT NULL,
    run_at   TEXT NOT NULL,
    attempt  BIGINT NOT NULL,
    failure  TEXT NOT NULL
);
CREATE INDEX job_due ON job (run_at, id);
