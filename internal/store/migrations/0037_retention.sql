-- How long what is kept. The last row of a rule is in force; without any, the list
-- of the program.
CREATE TABLE retention_rule (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    rule        TEXT NOT NULL,
    amount      BIGINT NOT NULL,
    source      TEXT NOT NULL,
    verified_on TEXT NOT NULL,
    why         TEXT NOT NULL,
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    name        TEXT NOT NULL
);
CREATE INDEX retention_rule_by_platform ON retention_rule (platform, rule, at);

-- The day on which a patient died, sealed: another rule holds from then on.
CREATE TABLE patient_death (
    patient  TEXT PRIMARY KEY REFERENCES patient (id),
    platform TEXT NOT NULL REFERENCES platform (id),
    day      TEXT NOT NULL,
    source   TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);

-- Each purge that was prepared or carried out: how many by which rule, nothing else.
CREATE TABLE purge_report (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    dry      BOOLEAN NOT NULL,
    rule     TEXT NOT NULL,
    due      BIGINT NOT NULL,
    held     BIGINT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL
);
CREATE INDEX purge_report_by_platform ON purge_report (platform, at);
