-- When someone of the desk first opened a document of the requester, empty until
-- then; and the next action of its request that its coming displaced. What came
-- before this counts as opened.
ALTER TABLE attachment ADD COLUMN opened_at TEXT NOT NULL DEFAULT '';
ALTER TABLE attachment ADD COLUMN displaced TEXT NOT NULL DEFAULT '';
UPDATE attachment SET opened_at = added_at;
