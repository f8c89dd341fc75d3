-- Keys of other programs (of a GP, a CPTS, a platform, a centre), made by an
-- administrator for a sender by name and shown once; stored is a keyed hash. Keys of
-- one name are one sender's, who follows what was sent with any of them.
CREATE TABLE sender_key (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    form         TEXT NOT NULL, -- of the page: one form makes one key
    sender       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    mac          TEXT NOT NULL,
    hint         TEXT NOT NULL, -- its last characters
    may_send     BOOLEAN NOT NULL,
    may_follow   BOOLEAN NOT NULL,
    made_at      TEXT NOT NULL,
    made_by      TEXT NOT NULL,
    made_name    TEXT NOT NULL,
    ends_at      TEXT NOT NULL,
    revoked_at   TEXT NOT NULL DEFAULT '',
    revoked_name TEXT NOT NULL DEFAULT '',
    used_at      TEXT NOT NULL DEFAULT '',
    uses         BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX sender_key_by_mac ON sender_key (mac);
CREATE UNIQUE INDEX sender_key_by_form ON sender_key (platform, form);

-- Which request came from which sender.
CREATE TABLE sender_request (
    request  TEXT PRIMARY KEY REFERENCES request (id),
    platform TEXT NOT NULL,
    sender   TEXT NOT NULL,
    key      TEXT NOT NULL,
    at       TEXT NOT NULL
);
CREATE INDEX sender_request_by_sender ON sender_request (platform, sender);
