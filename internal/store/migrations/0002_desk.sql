-- The desk: who works there, who asks, for whom, what was asked of whom, and
-- what was answered.

CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    login        TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('nurse', 'secretary', 'physician', 'director', 'admin')),
    password     TEXT NOT NULL,
    totp         TEXT NOT NULL,
    totp_step    BIGINT NOT NULL,
    active       BOOLEAN NOT NULL,
    failures     BIGINT NOT NULL,
    locked_until TEXT NOT NULL,
    created_at   TEXT NOT NULL
);
CREATE INDEX account_by_platform ON account (platform, role, name);

CREATE TABLE session (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES account (id),
    created_at TEXT NOT NULL,
    seen_at    TEXT NOT NULL
);

CREATE TABLE patient (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL REFERENCES platform (id),
    identity    TEXT NOT NULL CHECK (identity IN ('PROV', 'RECUP', 'VALI', 'QUAL')),
    birth_name  TEXT NOT NULL,
    first_names TEXT NOT NULL,
    used_name   TEXT NOT NULL,
    birth_date  TEXT NOT NULL,
    sex         TEXT NOT NULL,
    birth_place TEXT NOT NULL,
    commune     TEXT NOT NULL,
    phone       TEXT NOT NULL,
    ins         TEXT NOT NULL,
    note        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    created_at  TEXT NOT NULL
);
CREATE INDEX patient_by_birth ON patient (platform, birth_date);

-- How each word of a patient's names sounds, to find the same person spelt otherwise.
CREATE TABLE patient_sound (
    platform TEXT NOT NULL,
    sound    TEXT NOT NULL,
    patient  TEXT NOT NULL REFERENCES patient (id),
    PRIMARY KEY (platform, sound, patient)
);
CREATE INDEX patient_sound_by_patient ON patient_sound (patient);

-- The id of a form opens it: of each, only the SHA-256 is kept, in hexadecimal.
CREATE TABLE draft (
    form       TEXT PRIMARY KEY, -- SHA-256 of its id
    platform   TEXT NOT NULL REFERENCES platform (id),
    fields     TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE request (
    id            TEXT PRIMARY KEY,
    platform      TEXT NOT NULL REFERENCES platform (id),
    reference     TEXT NOT NULL UNIQUE,
    secret        TEXT NOT NULL,
    form          TEXT NOT NULL UNIQUE, -- SHA-256 of the id of the form it came from
    form_print    TEXT NOT NULL,
    channel       TEXT NOT NULL,
    fields        TEXT NOT NULL,
    who           TEXT NOT NULL,
    question      TEXT NOT NULL,
    urgency       TEXT NOT NULL,
    requester     TEXT NOT NULL,
    place         TEXT NOT NULL,
    initials      TEXT NOT NULL,
    birth_date    TEXT NOT NULL,
    priority      BIGINT NOT NULL, -- 0 before 1 in every list
    patient       TEXT REFERENCES patient (id),
    state         TEXT NOT NULL CHECK (state IN ('received', 'awaiting', 'open', 'asked', 'answered', 'signed', 'closed')),
    owner         TEXT NOT NULL,
    awaited       TEXT NOT NULL,
    next_action   TEXT NOT NULL,
    next_at       TEXT NOT NULL,
    version       BIGINT NOT NULL,
    created_at    TEXT NOT NULL,
    first_look_at TEXT NOT NULL,
    closed_at     TEXT NOT NULL,
    close_reason  TEXT NOT NULL,
    asked_at      TEXT NOT NULL,
    signed_at     TEXT NOT NULL
);
CREATE INDEX request_by_state ON request (platform, state, priority, next_at, id);
CREATE INDEX request_alive ON request (platform, priority, next_at, id) WHERE state <> 'closed';
CREATE INDEX request_by_owner ON request (platform, owner, priority, next_at, id) WHERE owner <> '';
CREATE INDEX request_closed ON request (platform, closed_at, id) WHERE state = 'closed';
CREATE INDEX request_by_created ON request (platform, created_at);
CREATE INDEX request_by_patient ON request (patient) WHERE patient IS NOT NULL;
CREATE INDEX request_by_birth ON request (platform, birth_date, created_at);

-- Wrong secrets at the tracking page, counted also for references that do not
-- exist: their platform is then '-'.
CREATE TABLE track_failure (
    reference    TEXT PRIMARY KEY,
    platform     TEXT NOT NULL,
    failures     BIGINT NOT NULL,
    since        TEXT NOT NULL,
    locked_until TEXT NOT NULL
);

-- The words by which a request is found: names, reference, phone, date of birth.
-- Searched by their beginnings, as a range of the key, the same on both engines.
CREATE TABLE request_word (
    platform TEXT NOT NULL,
    word     TEXT NOT NULL,
    request  TEXT NOT NULL REFERENCES request (id),
    PRIMARY KEY (platform, word, request)
) -- only: postgres
) WITHOUT ROWID -- only: sqlite
;

CREATE TABLE request_sign (
    request  TEXT NOT NULL REFERENCES request (id),
    platform TEXT NOT NULL,
    hpo      TEXT NOT NULL,
    presence TEXT NOT NULL CHECK (presence IN ('present', 'absent', 'unknown')),
    label    TEXT NOT NULL,
    actor    TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (request, hpo)
);

-- Kept for ever as it was shown: the result holds its question, its versions and
-- the whole answer, and can be computed again. knowledge is a digest.
CREATE TABLE orientation (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL,
    request   TEXT NOT NULL REFERENCES request (id),
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    knowledge TEXT NOT NULL,
    engine    TEXT NOT NULL,
    result    TEXT NOT NULL
);
CREATE INDEX orientation_by_request ON orientation (request, at);

-- What the desk chose from what was proposed, or against it, and why.
CREATE TABLE choice (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    request  TEXT NOT NULL REFERENCES request (id),
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('network', 'organisation', 'person', 'none')),
    target   TEXT NOT NULL,
    label    TEXT NOT NULL,
    reason   TEXT NOT NULL
);
CREATE INDEX choice_by_request ON choice (request, at);

CREATE TABLE organisation (
    id          TEXT PRIMARY KEY,
    platform    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    network     TEXT NOT NULL,
    territory   TEXT NOT NULL,
    place       TEXT NOT NULL,
    zone        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    mail        TEXT NOT NULL,
    site        TEXT NOT NULL,
    apply       TEXT NOT NULL,
    verified    BOOLEAN NOT NULL,
    source      TEXT NOT NULL,
    verified_on TEXT NOT NULL
);
CREATE INDEX organisation_by_platform ON organisation (platform, territory, name);

CREATE TABLE person (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL,
    organisation TEXT NOT NULL REFERENCES organisation (id),
    name         TEXT NOT NULL,
    speciality   TEXT NOT NULL,
    mail         TEXT NOT NULL,
    phone        TEXT NOT NULL,
    tele         BOOLEAN NOT NULL,
    active       BOOLEAN NOT NULL,
    topics       TEXT NOT NULL,
    source       TEXT NOT NULL,
    verified_on  TEXT NOT NULL
);
CREATE INDEX person_by_organisation ON person (organisation);
CREATE INDEX person_by_platform ON person (platform, name);

CREATE TABLE question (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL REFERENCES request (id),
    person       TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    place        TEXT NOT NULL,
    zone         TEXT NOT NULL,
    mail         TEXT NOT NULL,
    shown        TEXT NOT NULL,
    form         TEXT NOT NULL UNIQUE, -- MAC of the id of the form that asked, which is not kept; never changes
    link_form    TEXT NOT NULL UNIQUE, -- the same of the form that made the link; another one after a renewal
    token        TEXT NOT NULL UNIQUE, -- MAC of the link's secret
    urgency      TEXT NOT NULL,
    override     TEXT NOT NULL, -- why it was asked without the consent box
    state        TEXT NOT NULL CHECK (state IN ('sent', 'opened', 'answered', 'refused', 'withdrawn', 'expired')),
    actor        TEXT NOT NULL,
    sent_at      TEXT NOT NULL,
    due_at       TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    renewed_at   TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    ended_at     TEXT NOT NULL,
    read_at      TEXT NOT NULL,
    opinion      TEXT NOT NULL,
    exams        TEXT NOT NULL,
    referral     TEXT NOT NULL,
    delay        TEXT NOT NULL,
    signed_name  TEXT NOT NULL,
    rpps         TEXT NOT NULL,
    reason       TEXT NOT NULL,
    note         TEXT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX question_by_request ON question (request, sent_at);

CREATE TABLE answer (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL REFERENCES platform (id),
    request      TEXT NOT NULL UNIQUE REFERENCES request (id),
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
    version      BIGINT NOT NULL
);
CREATE INDEX answer_by_token ON answer (token);

-- Answers that were signed and then taken back to be changed, as they were.
CREATE TABLE answer_version (
    id           TEXT PRIMARY KEY,
    platform     TEXT NOT NULL,
    answer       TEXT NOT NULL REFERENCES answer (id),
    professional TEXT NOT NULL,
    family       TEXT NOT NULL,
    signer_name  TEXT NOT NULL,
    signed_at    TEXT NOT NULL,
    ended_at     TEXT NOT NULL,
    ended_by     TEXT NOT NULL
);
CREATE INDEX answer_version_by_answer ON answer_version (answer, ended_at);

-- The timeline of a request, as people read it. The audit trail is another thing.
CREATE TABLE event (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    request  TEXT NOT NULL REFERENCES request (id),
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    text     TEXT NOT NULL,
    shown_to TEXT NOT NULL CHECK (shown_to IN ('team', 'requester'))
);
CREATE INDEX event_by_request ON event (request, at);

-- Outgoing messages: no health word and no patient's name in any of them. The
-- link, which holds a secret, is emptied once the message is sent.
CREATE TABLE message (
    id        TEXT PRIMARY KEY,
    platform  TEXT NOT NULL,
    request   TEXT NOT NULL,
    recipient TEXT NOT NULL,
    kind      TEXT NOT NULL,
    lang      TEXT NOT NULL,
    reference TEXT NOT NULL,
    link      TEXT NOT NULL,
    at        TEXT NOT NULL,
    sent_at   TEXT NOT NULL
);
CREATE INDEX message_by_request ON message (request, at);
