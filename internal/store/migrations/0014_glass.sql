-- taking: the access was opened while nobody was left in the circle of the file,
-- to take it over. An access to read never becomes one.
ALTER TABLE glass ADD COLUMN taking BOOLEAN NOT NULL DEFAULT false;
