-- Ways in: sessions that say how they were entered, passkeys, keys of other
-- identity providers, invitations, recovery by two people, the yearly review.

ALTER TABLE account ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN last_at TEXT NOT NULL DEFAULT '';

-- way: 'totp', 'passkey' or 'oidc:' and the provider's name. device: the browser
-- and the system in two words, never the whole User-Agent. network: the address,
-- cut. hint: what the provider wants to see when one leaves it.
ALTER TABLE session ADD COLUMN way TEXT NOT NULL DEFAULT 'totp';
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN proved_at TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN hint TEXT NOT NULL DEFAULT '';
CREATE INDEX session_by_account ON session (account);

-- The credential is the library's whole record as JSON, with every flag: a
-- passkey whose flags are not all kept is refused at the next sign-in.
CREATE TABLE passkey (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES account (id),
    name       TEXT NOT NULL,
    handle     TEXT NOT NULL UNIQUE,
    credential TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at    TEXT NOT NULL
);
CREATE INDEX passkey_by_account ON passkey (account, created_at);

-- Sealed challenges that were used: each works once.
CREATE TABLE spent (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    at       TEXT NOT NULL
);

-- Who an account is at another identity provider.
CREATE TABLE identity (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES account (id),
    provider   TEXT NOT NULL,
    subject    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (provider, subject)
);
CREATE INDEX identity_by_account ON identity (account);

CREATE TABLE invitation (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    token      TEXT NOT NULL UNIQUE,
    login      TEXT NOT NULL,
    name       TEXT NOT NULL,
    mail       TEXT NOT NULL,
    role       TEXT NOT NULL,
    lang       TEXT NOT NULL,
    by_id      TEXT NOT NULL,
    by_name    TEXT NOT NULL,
    at         TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('sent', 'used', 'withdrawn'))
);
CREATE INDEX invitation_by_platform ON invitation (platform, state, at);

-- A lost factor: one person asks, another confirms, the holder begins anew with
-- a code that lives an hour.
CREATE TABLE recovery (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL,
    account      TEXT NOT NULL REFERENCES account (id),
    reason       TEXT NOT NULL,
    asked_by     TEXT NOT NULL,
    asked_name   TEXT NOT NULL,
    asked_at     TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    code         TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    failures     BIGINT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'used', 'ended'))
);
CREATE INDEX recovery_by_account ON recovery (account, state);
CREATE INDEX recovery_by_platform ON recovery (platform, state, asked_at);

-- The yearly review of rights, as it was signed.
CREATE TABLE review (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    at       TEXT NOT NULL,
    by_id    TEXT NOT NULL,
    by_name  TEXT NOT NULL
);
CREATE INDEX review_by_platform ON review (platform, at);

CREATE TABLE review_line (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    review   TEXT NOT NULL REFERENCES review (id),
    account  TEXT NOT NULL,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    last_at  TEXT NOT NULL,
    kept     BOOLEAN NOT NULL
);
CREATE INDEX review_line_by_review ON review_line (review, name);
