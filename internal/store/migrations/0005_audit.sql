-- The trail becomes a Merkle log: entries are numbered without a gap, and each
-- keeps its own hash and those of the subtrees that it completes. seal commits
-- to subject and reason under salt; without the salt it tells nothing.

CREATE TABLE audit_entry (
    seq      BIGINT PRIMARY KEY, -- only: postgres
    seq      INTEGER PRIMARY KEY, -- only: sqlite
    at       TEXT NOT NULL,
    platform TEXT NOT NULL,
    actor    TEXT NOT NULL,
    role     TEXT NOT NULL,
    verb     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    reason   TEXT NOT NULL,
    salt     TEXT NOT NULL,
    seal     TEXT NOT NULL,
    hashes   TEXT NOT NULL
);
INSERT INTO audit_entry (seq, at, platform, actor, role, verb, subject, reason, salt, seal, hashes)
    SELECT row_number() OVER (ORDER BY seq), at, platform, actor, '', verb, subject, reason, '', '', '' FROM audit;
DROP TABLE audit;
ALTER TABLE audit_entry RENAME TO audit;
CREATE INDEX audit_by_subject ON audit (subject, seq);

-- Held while an entry is added; has no row, so that nothing ever cleans it up.
CREATE TABLE audit_turn (platform TEXT PRIMARY KEY);

-- What this log was at some instants, signed. Of the whole database: platform is '-'.
CREATE TABLE audit_checkpoint (
    size     BIGINT PRIMARY KEY,
    platform TEXT NOT NULL,
    at       TEXT NOT NULL,
    root     TEXT NOT NULL,
    note     TEXT NOT NULL
);

-- Checkpoints of this log with the signature of a witness, the last of each, and
-- what a witness said when it last refused.
CREATE TABLE audit_cosigned (
    witness    TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    size       BIGINT NOT NULL,
    at         TEXT NOT NULL,
    root       TEXT NOT NULL,
    note       TEXT NOT NULL,
    refused_at TEXT NOT NULL,
    refused    TEXT NOT NULL
);

-- The last checkpoint that this site, as a witness, has seen of other logs.
CREATE TABLE audit_witnessed (
    origin   TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    size     BIGINT NOT NULL,
    at       TEXT NOT NULL,
    root     TEXT NOT NULL,
    note     TEXT NOT NULL
);
