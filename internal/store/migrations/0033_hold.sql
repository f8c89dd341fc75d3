-- What holds against who would come in by turning others out.

-- emptied: a bar after which nobody was left in the circle of the file, put by
-- someone else than who is barred: whoever put it takes the file over last.
ALTER TABLE circle ADD COLUMN emptied BOOLEAN NOT NULL DEFAULT false;

-- The role that an account had last, if it lost it by another or by its end, and when.
ALTER TABLE account ADD COLUMN left_role TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN left_at TEXT NOT NULL DEFAULT '';

-- From when on the whole desk is one circle again; empty: nothing was decided that
-- still waits.
ALTER TABLE platform ADD COLUMN wide_at TEXT NOT NULL DEFAULT '';
ALTER TABLE circle_mode ADD COLUMN holds_at TEXT NOT NULL DEFAULT '';
