-- The second wall, PostgreSQL only: the program then forces row-level security on
-- every table with a platform (store/wall.go), after this and every later file.
-- SQLite has none; this file does nothing there.

-- What a transaction was opened for; NULL, which no policy passes, if for nothing.
CREATE FUNCTION wall_scope() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('phare.platform', true), '') $$; -- only: postgres

-- One key, asked for outside a transaction: the setting ends with the statement.
CREATE FUNCTION wall_key(wanted text, scope text) RETURNS SETOF seal_key LANGUAGE sql VOLATILE AS $$ SELECT set_config('phare.platform', scope, true); SELECT * FROM seal_key WHERE id = wanted $$; -- only: postgres
