-- Files whose content is to be erased, or was: one person asks, another confirms.
-- The row stays, without a word of the patient, to show who decided and when.
CREATE TABLE erasure (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL REFERENCES request (id),
    ground       TEXT NOT NULL CHECK (ground IN ('person', 'error', 'term')),
    state        TEXT NOT NULL CHECK (state IN ('asked', 'done', 'withdrawn')),
    asked_by     TEXT NOT NULL,
    asked_name   TEXT NOT NULL,
    asked_at     TEXT NOT NULL,
    ended_by     TEXT NOT NULL,
    ended_name   TEXT NOT NULL,
    ended_at     TEXT NOT NULL
);
CREATE INDEX erasure_by_request ON erasure (request, asked_at);
CREATE INDEX erasure_by_platform ON erasure (platform, asked_at);
CREATE UNIQUE INDEX erasure_waiting ON erasure (request) WHERE state = 'asked';
