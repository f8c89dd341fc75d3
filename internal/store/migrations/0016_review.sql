-- What each account had opened within a year when its rights were reviewed, as who
-- signed had it before them; -1 in reviews from before.
ALTER TABLE review_line ADD COLUMN files BIGINT NOT NULL DEFAULT -1;
ALTER TABLE review_line ADD COLUMN times BIGINT NOT NULL DEFAULT -1;
ALTER TABLE review_line ADD COLUMN documents BIGINT NOT NULL DEFAULT -1;
