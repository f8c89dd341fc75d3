-- A patient's requests, and what an account is in, are found without walking the
-- whole desk: with (patient) alone SQLite takes an index of the platform first.
DROP INDEX request_by_patient;
CREATE INDEX request_by_patient ON request (patient, platform) WHERE patient IS NOT NULL;
DROP INDEX circle_barred;
CREATE INDEX circle_by_account ON circle (account, place);
