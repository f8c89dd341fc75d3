-- What the operator's commands last did, for the state page: one row a kind, of
-- the whole site.
CREATE TABLE site_fact (
    kind     TEXT PRIMARY KEY, -- backup, restore-test, doctor
    platform TEXT NOT NULL,
    at       TEXT NOT NULL,
    fine     BOOLEAN NOT NULL
);
