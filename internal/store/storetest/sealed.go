package storetest

import (
	"context"
	"strings"
	"testing"

	"phare/internal/store"
)

// Clear reads the values of a sealed column, "table.column", in the rows that a
// condition holds for, by their ids.
func Clear(t testing.TB, db *store.DB, column, where string, args ...any) (all []string) {
	t.Helper()
	table, name, _ := strings.Cut(column, ".")
	key := "id"
	if table == "draft" {
		key = "form"
	}
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, func(row store.Row) (text string, err error) {
			var id string
			err = row.Scan(&id, store.Sealed(&text, column, &id))
			return text, err
		}, `SELECT `+key+`, `+name+` FROM `+table+` WHERE `+where+` ORDER BY `+key, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Replace changes a word in all values of a sealed column of the requests and
// their rows, as an edit behind Phare's back could not.
func Replace(t testing.TB, db *store.DB, column, old, new string) {
	t.Helper()
	if err := Edit(t.Context(), db, column, old, new); err != nil {
		t.Fatal(err)
	}
}

// Edit is Replace outside a test.
func Edit(ctx context.Context, db *store.DB, column, old, new string) error {
	table, name, _ := strings.Cut(column, ".")
	file := `'request/' || request`
	if table == "request" {
		file = `'request/' || id`
	}
	type line struct{ id, platform, file, text string }
	act := store.Act{Platform: "test", Actor: "test", Verb: "spoil", Subject: column}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		all, err := store.All(&tx.View, func(row store.Row) (l line, err error) {
			err = row.Scan(&l.id, &l.platform, &l.file, store.Sealed(&l.text, column, &l.id))
			return l, err
		}, `SELECT id, platform, `+file+`, `+name+` FROM `+table)
		if err != nil {
			return err
		}
		for _, l := range all {
			sealed := store.SealRow(l.platform, l.file, table, l.id).In(name, strings.ReplaceAll(l.text, old, new))
			if err := tx.Exec(`UPDATE `+table+` SET `+name+` = $1 WHERE id = $2`, sealed, l.id); err != nil {
				return err
			}
		}
		return nil
	})
}
