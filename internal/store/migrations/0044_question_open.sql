-- Questions that experts have not answered, for who is chased: the others are many.
CREATE INDEX question_open ON question (platform, sent_at) WHERE state IN ('sent', 'opened');
