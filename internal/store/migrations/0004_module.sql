-- What a platform decided about the module that ranks from signs, one row a
-- decision; the last one holds, and without any the module is off.
CREATE TABLE module_decision (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    module   TEXT NOT NULL CHECK (module IN ('ranking')),
    number   BIGINT NOT NULL,
    active   BOOLEAN NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    UNIQUE (platform, module, number)
);

-- A choice can be something that no directory holds; it carries a coded reason,
-- and where it stood in the result that was there when it was made.
CREATE TABLE choice_made (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL,
    request     TEXT NOT NULL REFERENCES request (id),
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('network', 'organisation', 'person', 'other', 'none')),
    target      TEXT NOT NULL,
    label       TEXT NOT NULL,
    network     TEXT NOT NULL,
    stood       TEXT NOT NULL CHECK (stood IN ('', 'first', 'proposed', 'other', 'none')),
    orientation TEXT NOT NULL,
    code        TEXT NOT NULL,
    reason      TEXT NOT NULL
);
INSERT INTO choice_made (id, platform, request, at, actor, kind, target, label, network, stood, orientation, code, reason)
    SELECT id, platform, request, at, actor, kind, target, label, '', CASE WHEN kind = 'none' THEN 'none' ELSE '' END, '', '', reason FROM choice;
DROP TABLE choice;
ALTER TABLE choice_made RENAME TO choice;
CREATE INDEX choice_by_request ON choice (request, at);
