-- Files joined to a request, or to the draft of one: never in clear. "about" is
-- sealed with the key of the request (or draft) and holds the name, the findings
-- and the key of the pieces, which are sealed with it: who destroys the request's
-- key destroys them. Sending a draft seals "about" anew and moves no piece.

-- How many bytes of files one desk may keep: 10 GiB until someone says otherwise.
ALTER TABLE platform ADD COLUMN file_quota BIGINT NOT NULL DEFAULT 10737418240;

-- scan: what the virus scanner said. A file that is kept apart is given to nobody.
CREATE TABLE attachment (
    id             TEXT PRIMARY KEY,
    platform       TEXT NOT NULL REFERENCES platform (id),
    draft          TEXT NOT NULL, -- as draft.form, or empty
    request        TEXT REFERENCES request (id),
    about          TEXT NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('pdf', 'jpeg', 'png', 'dicom')),
    size           BIGINT NOT NULL,
    pieces         BIGINT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('kept', 'apart', 'withdrawn')),
    scan           TEXT NOT NULL CHECK (scan IN ('clean', 'found', 'none')),
    by_id          TEXT NOT NULL,
    by_name        TEXT NOT NULL,
    added_at       TEXT NOT NULL,
    withdrawn_at   TEXT NOT NULL,
    withdrawn_name TEXT NOT NULL,
    reason         TEXT NOT NULL
);
CREATE INDEX attachment_by_request ON attachment (request, added_at);
CREATE INDEX attachment_by_draft ON attachment (draft);
CREATE INDEX attachment_by_platform ON attachment (platform);

CREATE TABLE attachment_chunk (
    attachment TEXT NOT NULL REFERENCES attachment (id),
    platform   TEXT NOT NULL,
    number     BIGINT NOT NULL,
    sealed     TEXT NOT NULL,
    PRIMARY KEY (attachment, number)
);
