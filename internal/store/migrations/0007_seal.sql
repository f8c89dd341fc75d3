-- Keys that seal columns: of a platform (subject empty), sealed by one of the
-- site's; of a file ("request/…", "patient/…"), sealed by its platform's. An
-- empty "wrapped" is a key that was destroyed: what it sealed reads as empty.
CREATE TABLE seal_key (
    id         TEXT PRIMARY KEY,
    platform   TEXT NOT NULL,
    subject    TEXT NOT NULL,
    parent     TEXT NOT NULL,
    wrapped    TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX seal_key_by_subject ON seal_key (subject, platform, created_at);
CREATE INDEX seal_key_by_parent ON seal_key (parent);

-- An earlier answer is sealed with the key of its request, like the answer.
ALTER TABLE answer_version ADD COLUMN request TEXT NOT NULL DEFAULT '';
UPDATE answer_version SET request = (SELECT a.request FROM answer a WHERE a.id = answer_version.answer);

-- What is sealed can be asked for only by a blind index.
DROP INDEX patient_by_birth;
DROP INDEX request_by_birth;
ALTER TABLE patient ADD COLUMN birth_index TEXT NOT NULL DEFAULT '';
ALTER TABLE request ADD COLUMN birth_index TEXT NOT NULL DEFAULT '';
CREATE INDEX patient_by_birth ON patient (platform, birth_index);
CREATE INDEX request_by_birth ON request (platform, birth_index, created_at);
