package request_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Whoever holds the database, its log or a backup holds no form: of the ids, of
// drafts, of their files and of what was sent, only the hash is there, and the
// hash opens nothing.
func TestNoFormStandsInTheDatabase(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn, key, by := storetest.DSN(t, engine), access.NewKey(), access.Anyone("reunion")
			db, err := store.Open(t.Context(), dsn)
			must(t, err)
			defer db.Close()
			db.Unlock(storetest.Keys())
			for _, p := range []string{"reunion", "guyane"} {
				must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Essai", Zone: "Indian/Reunion"}))
			}
			begun, ended := request.NewForm(), request.NewForm()
			for _, form := range []string{begun, ended} {
				_, err := request.SaveDraft(t.Context(), db, by, form, func(f *request.Fields) { *f = gp() })
				must(t, err)
				must(t, request.AttachToForm(t.Context(), db, by, form, picture(t, "lettre.png", 3, 20)))
			}
			moved := gp()
			moved.Platform = "guyane"
			_, err = request.SaveDraft(t.Context(), db, access.Anyone("guyane"), begun, func(f *request.Fields) { *f = moved })
			must(t, err)
			_, err = request.Submit(t.Context(), db, key, by, ended, gp())
			must(t, err)
			must(t, request.Complement(t.Context(), db, by, ended, "Nouveau numéro"))
			must(t, request.AttachToForm(t.Context(), db, by, ended, picture(t, "suite.png", 4, 20)))

			all := everyByte(t, db, engine, dsn)
			for _, form := range []string{begun, ended} {
				hash := phare.FormHash(form)
				if !bytes.Contains(all, []byte(hash)) {
					t.Fatalf("the test does not even see the hash %s", hash)
				}
				if n := bytes.Count(all, []byte(form)); n != 0 {
					t.Errorf("the form %s stands %d times in clear", form, n)
				}
				if _, err := request.PlatformOf(t.Context(), db, access.Anyone("reunion"), form); err != nil {
					t.Errorf("its holder does not find the form: %v", err)
				}
				if _, err := request.PlatformOf(t.Context(), db, access.Anyone("reunion"), hash); phare.KindOf(err) != phare.NotFound {
					t.Errorf("the hash opens the form: %v", err)
				}
			}
			if _, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), phare.FormHash(ended)); phare.KindOf(err) != phare.NotFound {
				t.Errorf("the hash opens the receipt: %v", err)
			}
			if r, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), ended); err != nil || r.Secret == "" {
				t.Errorf("the form's holder is not told the secret again: %v", err)
			}
		})
	}
}

// everyByte is a backup, and the files of an engine that has one folder of them.
func everyByte(t *testing.T, db *store.DB, engine, dsn string) []byte {
	t.Helper()
	var packed bytes.Buffer
	_, err := db.Dump(t.Context(), &packed)
	must(t, err)
	z, err := gzip.NewReader(&packed)
	must(t, err)
	all, err := io.ReadAll(z)
	must(t, err)
	if engine != "sqlite" {
		return all
	}
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(dsn + end)
		must(t, err)
		all = append(all, b...)
	}
	return all
}
