-- News to requesters: each message has its way and what became of it. A post or
-- phone message waits for a person of the desk, who ticks it.
ALTER TABLE message ADD COLUMN way TEXT NOT NULL DEFAULT 'mail'; -- mail, sms, post, phone, centre
ALTER TABLE message ADD COLUMN facts TEXT NOT NULL DEFAULT ''; -- dates and counts that its words need, JSON; nothing of a patient
ALTER TABLE message ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting'; -- waiting, sent, delivered, failed, done, replaced
ALTER TABLE message ADD COLUMN state_at TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- of a failure, a code
ALTER TABLE message ADD COLUMN provider TEXT NOT NULL DEFAULT ''; -- its name at the gateway
ALTER TABLE message ADD COLUMN number_index TEXT NOT NULL DEFAULT ''; -- blind: by which an answer by SMS is matched
ALTER TABLE message ADD COLUMN tries BIGINT NOT NULL DEFAULT 0; -- calls
ALTER TABLE message ADD COLUMN result TEXT NOT NULL DEFAULT ''; -- of the last call
ALTER TABLE message ADD COLUMN done_by TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN done_name TEXT NOT NULL DEFAULT '';
UPDATE message SET state = 'sent', state_at = sent_at WHERE sent_at <> '';
CREATE INDEX message_to_do ON message (platform, state, way, at);
CREATE INDEX message_by_number ON message (platform, number_index, at);
CREATE INDEX message_by_provider ON message (provider);

-- How the requester of one request is told, when the desk knows better than the
-- form, and what to mind when calling.
CREATE TABLE reach (
    request   TEXT PRIMARY KEY REFERENCES request (id),
    platform  TEXT NOT NULL,
    way       TEXT NOT NULL, -- empty: as the form says
    recipient TEXT NOT NULL, -- sealed: address or number; empty: the form's
    rule      TEXT NOT NULL, -- sealed: "not before 5 pm"
    actor     TEXT NOT NULL,
    at        TEXT NOT NULL
);

-- Which promised date of which request has passed and was told. One row a date:
-- nobody is told twice. "until" is the date promised instead.
CREATE TABLE late_notice (
    request  TEXT NOT NULL REFERENCES request (id),
    promised TEXT NOT NULL,
    platform TEXT NOT NULL,
    base     TEXT NOT NULL, -- the request's own date of next news, which the desk is late on
    until    TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (request, promised)
);

-- Which day's digest of unanswered requests a colleague has had.
CREATE TABLE digest (
    account  TEXT NOT NULL REFERENCES account (id),
    day      TEXT NOT NULL, -- 2006-01-02, at the desk
    platform TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (account, day)
);
