-- One request, several needs (ADR 0021). A request is what is asked; a need, one
-- subject of it; an orientation (today: a question to an expert), one recipient of
-- a need; a task, who must do the next thing. The states of needs and requests are
-- computed from what is below them; the columns are projections, written with it.

-- Kinds of need that a platform adds, names otherwise or puts aside. The others
-- stand in the program.
CREATE TABLE need_kind (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    code     TEXT NOT NULL,
    label    TEXT NOT NULL,
    expert   BOOLEAN NOT NULL, -- questions to experts are for this
    active   BOOLEAN NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    UNIQUE (platform, code)
);

-- label: the kind's name that was on screen. outcome empty: open. why: coded, of
-- what was not met. words and remark are sealed with the key of the request.
CREATE TABLE need (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL REFERENCES platform (id),
    request    TEXT NOT NULL REFERENCES request (id),
    kind       TEXT NOT NULL,
    label      TEXT NOT NULL,
    expert     BOOLEAN NOT NULL,
    words      TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('todo', 'doing', 'awaiting', 'asked', 'answered', 'closed')),
    outcome    TEXT NOT NULL CHECK (outcome IN ('', 'met', 'partly', 'not', 'unwanted')),
    why        TEXT NOT NULL,
    remark     TEXT NOT NULL,
    actor      TEXT NOT NULL,
    created_at TEXT NOT NULL,
    since      TEXT NOT NULL, -- of its state
    ended_at   TEXT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX need_by_request ON need (request, created_at);
CREATE INDEX need_open ON need (platform, state, since) WHERE outcome = '';

-- Who must do the next thing. side 'desk': the account of holder; empty: the team.
-- side 'outside': whom is a code, who and words are sealed. need empty: of the
-- request as a whole.
CREATE TABLE task (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    need     TEXT NOT NULL,
    side     TEXT NOT NULL CHECK (side IN ('desk', 'outside')),
    holder   TEXT NOT NULL,
    whom     TEXT NOT NULL,
    who      TEXT NOT NULL,
    words    TEXT NOT NULL,
    since    TEXT NOT NULL,
    due_at   TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN ('', 'done', 'dropped')),
    actor    TEXT NOT NULL
);
CREATE INDEX task_by_request ON task (request, since);
CREATE INDEX task_open ON task (platform, side, due_at) WHERE ended_at = '';
-- A request that waited before this has its task: the words stand in the request.
INSERT INTO task (id, platform, request, need, side, holder, whom, who, words, since, due_at, ended_at, ended_by, outcome, actor)
    SELECT 'w' || id, platform, id, '', 'outside', '', 'other', '', '', coalesce(nullif(first_look_at, ''), created_at), next_at, '', '', '', 'system' FROM request WHERE state = 'awaiting';

ALTER TABLE question ADD COLUMN need TEXT NOT NULL DEFAULT '';

-- Every change of state, of holder or of urgency of a request, and of state of a
-- need, when it happened: what clocks are computed from.
CREATE TABLE move (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    need     TEXT NOT NULL,
    was      TEXT NOT NULL,
    became   TEXT NOT NULL,
    owner    TEXT NOT NULL,
    former   TEXT NOT NULL, -- who held it until then, where that changed
    at       TEXT NOT NULL
);
CREATE INDEX move_by_request ON move (request, at);
CREATE INDEX move_by_former ON move (platform, former, at) WHERE former <> '';

-- begun_at: when somebody of the desk first did something about it. stated_at: when
-- its state was last computed; empty: before this file.
ALTER TABLE request ADD COLUMN begun_at TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN stated_at TEXT NOT NULL DEFAULT '';
UPDATE request SET begun_at = coalesce(nullif(first_look_at, ''), created_at) WHERE state <> 'received';
INSERT INTO move (id, platform, request, need, was, became, owner, former, at) SELECT 'a' || id, platform, id, '', '', 'received', '', '', created_at FROM request;
INSERT INTO move (id, platform, request, need, was, became, owner, former, at)
    SELECT 'b' || id, platform, id, '', 'received', state, owner, '', CASE state WHEN 'asked' THEN asked_at WHEN 'signed' THEN signed_at WHEN 'closed' THEN closed_at ELSE begun_at END
    FROM request WHERE state <> 'received';

-- What was done about someone who does not answer: once for each reason and round.
CREATE TABLE nudge (
    id       TEXT PRIMARY KEY,
    platform TEXT NOT NULL REFERENCES platform (id),
    request  TEXT NOT NULL REFERENCES request (id),
    about    TEXT NOT NULL, -- the task, question, need or request
    reason   TEXT NOT NULL,
    round    BIGINT NOT NULL,
    way      TEXT NOT NULL CHECK (way IN ('mail', 'call', 'told')),
    result   TEXT NOT NULL CHECK (result IN ('', 'reached', 'message', 'nobody')),
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    name     TEXT NOT NULL,
    UNIQUE (platform, about, reason, round)
);
CREATE INDEX nudge_by_request ON nudge (request, at);
