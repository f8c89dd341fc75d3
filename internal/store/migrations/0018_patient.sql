-- Identities that were found to be one person: the one that stands for the other
-- (empty: it stands for itself). Nothing of either is deleted, so that it can be
-- undone. "sounding" is by which rules of sound it was indexed; "doubt" that the
-- identity is doubtful (DOUT) or made up (FICT).
ALTER TABLE patient ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
ALTER TABLE patient ADD COLUMN sounding BIGINT NOT NULL DEFAULT 1;
ALTER TABLE patient ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
CREATE INDEX patient_by_merged ON patient (merged_into);
CREATE INDEX patient_by_sounding ON patient (platform, sounding);

-- Which document was seen, when and by whom; the day the teleservice answered.
ALTER TABLE patient ADD COLUMN document TEXT NOT NULL DEFAULT '';
ALTER TABLE patient ADD COLUMN checked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE patient ADD COLUMN checked_name TEXT NOT NULL DEFAULT '';
ALTER TABLE patient ADD COLUMN checked_at TEXT NOT NULL DEFAULT '';
ALTER TABLE patient ADD COLUMN asked_on TEXT NOT NULL DEFAULT '';

-- Each identity as it stood after each change; content is sealed.
CREATE TABLE patient_version (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    patient  TEXT NOT NULL REFERENCES patient (id),
    version  BIGINT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    content  TEXT NOT NULL
);
CREATE INDEX patient_version_by_patient ON patient_version (patient, version);

-- Two identities that may be one person, until somebody says that they are two.
CREATE TABLE patient_suspect (
    a        TEXT NOT NULL REFERENCES patient (id),
    b        TEXT NOT NULL REFERENCES patient (id), -- after a
    platform TEXT NOT NULL REFERENCES platform (id),
    score    BIGINT NOT NULL,
    found_at TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'two')),
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    PRIMARY KEY (a, b)
);
CREATE INDEX patient_suspect_by_b ON patient_suspect (b);
CREATE INDEX patient_suspect_by_score ON patient_suspect (platform, state, score DESC, a, b);

-- One identity that is to stand for another: proposed by one person, decided by
-- another, undone by two likewise.
CREATE TABLE patient_merge (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    kept        TEXT NOT NULL REFERENCES patient (id),
    merged      TEXT NOT NULL REFERENCES patient (id),
    state       TEXT NOT NULL CHECK (state IN ('asked', 'refused', 'done', 'undoing', 'undone', 'gone')),
    reason      TEXT NOT NULL, -- sealed
    asked_by    TEXT NOT NULL,
    asked_name  TEXT NOT NULL,
    asked_at    TEXT NOT NULL,
    ended_name  TEXT NOT NULL,
    ended_at    TEXT NOT NULL,
    undo_why    TEXT NOT NULL, -- sealed
    undo_by     TEXT NOT NULL,
    undo_name   TEXT NOT NULL,
    undo_at     TEXT NOT NULL,
    undone_name TEXT NOT NULL,
    undone_at   TEXT NOT NULL
);
CREATE INDEX patient_merge_by_state ON patient_merge (platform, state, asked_at);
CREATE INDEX patient_merge_by_kept ON patient_merge (kept);
CREATE UNIQUE INDEX patient_merge_once ON patient_merge (merged) WHERE state IN ('asked', 'done', 'undoing');

-- Where each request of the two stood when they were made one.
CREATE TABLE patient_merge_request (
    merge    TEXT NOT NULL REFERENCES patient_merge (id),
    request  TEXT NOT NULL REFERENCES request (id),
    platform TEXT NOT NULL REFERENCES platform (id),
    stood    TEXT NOT NULL REFERENCES patient (id),
    PRIMARY KEY (merge, request)
);
CREATE INDEX patient_merge_request_by_request ON patient_merge_request (request);
