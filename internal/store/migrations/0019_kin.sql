-- People around a patient, with what they may decide and what they may be told.
CREATE TABLE related (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    patient    TEXT NOT NULL REFERENCES patient (id),
    kind       TEXT NOT NULL,
    authority  TEXT NOT NULL, -- parental authority, or the measure of protection
    told       TEXT NOT NULL, -- what they may be told
    person     TEXT NOT NULL, -- sealed, as the next four
    phone      TEXT NOT NULL,
    language   TEXT NOT NULL,
    document   TEXT NOT NULL,
    note       TEXT NOT NULL,
    since      TEXT NOT NULL, -- a day, or empty
    until      TEXT NOT NULL,
    added_name TEXT NOT NULL,
    added_at   TEXT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX related_by_patient ON related (patient);

-- In which language a person is spoken to, with or without an interpreter, and
-- whose clock rings when they are called.
CREATE TABLE contact (
    patient     TEXT PRIMARY KEY REFERENCES patient (id),
    platform    TEXT NOT NULL REFERENCES platform (id),
    language    TEXT NOT NULL, -- sealed
    interpreter TEXT NOT NULL,
    zone        TEXT NOT NULL, -- empty: the desk's
    version     BIGINT NOT NULL
);

-- When, by which number and through whom a person may be called.
CREATE TABLE contact_rule (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    patient    TEXT NOT NULL REFERENCES patient (id),
    number     TEXT NOT NULL, -- sealed; empty: all of them
    never      BOOLEAN NOT NULL,
    not_before TEXT NOT NULL, -- 15:04, or empty
    not_after  TEXT NOT NULL,
    days       TEXT NOT NULL, -- 1 is Monday; empty: all
    answers    TEXT NOT NULL, -- sealed: who picks up
    note       TEXT NOT NULL, -- sealed
    added_name TEXT NOT NULL,
    added_at   TEXT NOT NULL
);
CREATE INDEX contact_rule_by_patient ON contact_rule (patient);

-- Two patients of one platform who are of one family.
CREATE TABLE kinship (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    a          TEXT NOT NULL REFERENCES patient (id),
    b          TEXT NOT NULL REFERENCES patient (id),
    kind       TEXT NOT NULL,
    added_name TEXT NOT NULL,
    added_at   TEXT NOT NULL
);
CREATE UNIQUE INDEX kinship_once ON kinship (a, b);
CREATE INDEX kinship_by_b ON kinship (b);
