-- The second wall, PostgreSQL only: the program then forces row-level security on
-- every table with a platform (store/wall.go), after this and every later file.
-- SQLite has none; this file does nothing there.

-- One key, asked for outside a transaction: the setting ends with the statement.
CREATE FUNCTION wall_key(wanted text, scope text) RETURNS SETOF seal_key LANGUAGE sql VOLATILE AS $$ SELECT set_config('phare.platform', scope, true); SELECT * FROM seal_key WHERE id = wanted $$; -- only: postgres
