package mail_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/jobs"
	"phare/internal/mail"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

const link = "https://phare.example/avis/s3cr3t"

func outbox(t *testing.T, db *store.DB) mail.Message {
	t.Helper()
	err := access.AddPlatform(t.Context(), db, access.Platform{ID: "reunion", Name: "Plateforme d’essai", Zone: "Indian/Reunion", Phone: "0262 00 00 00", Mail: "desk@phare.example"})
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Message{Platform: "reunion", Request: "r1", To: "expert@hopital.example", Kind: "question", Lang: "fr", Reference: "MR-0000-0000", Link: link}
	act := store.Act{Platform: "reunion", Actor: "a", Verb: "v", Subject: "s"}
	if err := db.Write(t.Context(), act, func(tx *store.Tx) error { return mail.Queue(tx, m) }); err != nil {
		t.Fatal(err)
	}
	return m
}

func words(t *testing.T) *text.Catalog {
	t.Helper()
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A queued message reaches the folder once, in words, and its secret link does
// not stay in the database.
func TestSendOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m := outbox(t, db)
		dir := mail.Folder(t.TempDir())
		handler := mail.Send(db, words(t), "https://phare.example", dir)
		var job store.Job
		run := jobs.Runner{DB: db, Lease: time.Minute, Handlers: map[string]jobs.Handler{mail.SendJob: func(ctx context.Context, j store.Job) error {
			job = j
			return handler(ctx, j)
		}}}
		if err := run.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := handler(t.Context(), job); err != nil { // a job can run twice
			t.Fatal(err)
		}
		got, err := dir.Read(10)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d letters, %v", len(got), err)
		}
		l := got[0]
		if l.To != m.To || !strings.Contains(l.Subject, m.Reference) || !strings.Contains(l.Body, link) || !strings.Contains(l.Body, "confrère") {
			t.Errorf("letter = %+v", l)
		}
		err = db.Read(t.Context(), func(v *store.View) error {
			left, err := store.One(v, store.Value[string], `SELECT link FROM message`)
			if left != "" {
				t.Errorf("the link %q is still stored", left)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

type broken struct{ err error }

func (b broken) Send(context.Context, mail.Letter) error { return b.err }

// A server that refuses leaves the message in the outbox for a later attempt,
// until a person must look.
func TestSendFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		outbox(t, db)
		tries := 0
		handler := mail.Send(db, words(t), "https://phare.example", broken{errors.New("451 <expert@hopital.example>: try later, to:expert@hopital.example")})
		run := jobs.Runner{DB: db, Lease: time.Minute, Handlers: map[string]jobs.Handler{mail.SendJob: func(ctx context.Context, j store.Job) error {
			tries++
			return handler(ctx, j)
		}}}
		for day := range 30 {
			db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, day) }
			if err := run.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if tries != store.MaxAttempts {
			t.Errorf("%d attempts, want %d", tries, store.MaxAttempts)
		}
		err := db.Read(t.Context(), func(v *store.View) error {
			failure, err := store.One(v, store.Value[string], `SELECT failure FROM job`)
			if !strings.Contains(failure, "451 <…@hopital.example>: try later, to:…@hopital.example") {
				t.Errorf("kept failure %q", failure)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A link within the site leaves with the site's address before it.
func TestSitePath(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	m := outbox(t, db)
	m.Link = "/suivi"
	act := store.Act{Platform: "reunion", Actor: "a", Verb: "v", Subject: "s"}
	if err := db.Write(t.Context(), act, func(tx *store.Tx) error { return mail.Queue(tx, m) }); err != nil {
		t.Fatal(err)
	}
	dir := mail.Folder(t.TempDir())
	run := jobs.Runner{DB: db, Lease: time.Minute, Handlers: map[string]jobs.Handler{mail.SendJob: mail.Send(db, words(t), "https://phare.example", dir)}}
	if err := run.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, _ := os.ReadDir(string(dir))
	for _, f := range files {
		if i, err := f.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("others than this account may read %s: %v %v", f.Name(), i.Mode(), err)
		}
	}
	got, err := dir.Read(10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d letters, %v", len(got), err)
	}
	for _, l := range got {
		if !strings.Contains(l.Body, "https://phare.example/suivi") && !strings.Contains(l.Body, link) {
			t.Errorf("no whole address in %q", l.Body)
		}
	}
}
