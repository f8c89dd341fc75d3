-- A request can have more than one answer: a first one that leaves while needs are
-- open, then another. "round" counts them; the table is made anew because one engine
-- cannot take the old rule (one answer a request) off it.
CREATE TABLE answer_round (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL REFERENCES request (id),
    professional TEXT NOT NULL,
    family       TEXT NOT NULL,
    author       TEXT NOT NULL,
    written_at   TEXT NOT NULL,
    signer       TEXT NOT NULL,
    signer_name  TEXT NOT NULL,
    signed_at    TEXT NOT NULL,
    way          TEXT NOT NULL,
    token        TEXT NOT NULL,
    sent_at      TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    version      BIGINT NOT NULL,
    round        BIGINT NOT NULL
);
INSERT INTO answer_round SELECT id, platform, request, professional, family, author, written_at, signer, signer_name, signed_at, way, token, sent_at, opened_at, version, 1 FROM answer;

CREATE TABLE answer_round_version (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL,
    answer       TEXT NOT NULL REFERENCES answer_round (id),
    professional TEXT NOT NULL,
    family       TEXT NOT NULL,
    signer_name  TEXT NOT NULL,
    signed_at    TEXT NOT NULL,
    ended_at     TEXT NOT NULL,
    ended_by     TEXT NOT NULL,
    request      TEXT NOT NULL DEFAULT ''
);
INSERT INTO answer_round_version SELECT id, platform, answer, professional, family, signer_name, signed_at, ended_at, ended_by, request FROM answer_version;

DROP TABLE answer_version;
DROP TABLE answer;
ALTER TABLE answer_round RENAME TO answer;
ALTER TABLE answer_round_version RENAME TO answer_version;
CREATE UNIQUE INDEX answer_by_round ON answer (request, round);
CREATE INDEX answer_by_token ON answer (token);
CREATE INDEX answer_version_by_answer ON answer_version (answer, ended_at);

-- When an answer last left the desk; empty: none did.
ALTER TABLE request ADD COLUMN given_at TEXT NOT NULL DEFAULT '';
UPDATE request SET given_at = COALESCE((SELECT max(a.sent_at) FROM answer a WHERE a.request = request.id), '');
