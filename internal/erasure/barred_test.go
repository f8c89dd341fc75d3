package erasure

import (
	"errors"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// To who is barred from a file its erasure does not exist either: it is in no list
// of theirs, and they neither confirm nor keep it.
func TestBarred(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.closed(t, "Parente")
		must(t, Ask(ctx, db, d.asker, id, Person))
		e := d.waiting(t)[0]
		lists := func(by access.Actor) (waiting, ended int) {
			t.Helper()
			w, err := Waiting(ctx, db, by)
			must(t, err)
			x, err := Ended(ctx, db, by)
			must(t, err)
			return len(w), len(x)
		}
		if w, _ := lists(d.second); w != 1 {
			t.Fatalf("%d erasures wait before the bar", w)
		}
		must(t, circle.Bar(ctx, db, d.nurse, id, d.second.ID, "sa nièce"))
		if err := Confirm(ctx, db, d.second, e.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("who is barred confirms: %v", err)
		}
		if err := Withdraw(ctx, db, d.second, e.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("who is barred keeps: %v", err)
		}
		if w, x := lists(d.second); w != 0 || x != 0 {
			t.Errorf("who is barred lists %d that wait and %d that ended", w, x)
		}
		must(t, Withdraw(ctx, db, d.director, e.ID))
		if w, x := lists(d.second); w != 0 || x != 0 {
			t.Errorf("once it is kept, who is barred lists %d and %d", w, x)
		}
		if w, x := lists(d.director); w != 0 || x != 1 {
			t.Errorf("the director lists %d and %d, want 0 and 1", w, x)
		}
	})
}

// What became due between asking and confirming is done first: nobody confirms
// an erasure while a message of the file still waits to be sent.
func TestConfirmWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.closed(t, "Attendue")
		must(t, Ask(ctx, db, d.asker, id, Person))
		e := d.waiting(t)[0]
		write := func(f func(*store.Tx) error) {
			t.Helper()
			must(t, db.Write(ctx, access.Machine("ici").Act("test", string(id)), f))
		}
		write(func(tx *store.Tx) error {
			return mail.Queue(tx, mail.Message{Platform: "ici", Request: id, To: "ida@phare-demo.invalid", Kind: "received", Reference: "MR-2222-2222"})
		})
		err := Confirm(ctx, db, d.second, e.ID)
		if f, ok := errors.AsType[*phare.Error](err); !ok || f.Key != "erasure.unsent" {
			t.Errorf("confirmed while a message waits: %v", err)
		}
		if n := len(d.waiting(t)); n != 1 {
			t.Fatalf("%d wait after the refusal", n)
		}
		write(func(tx *store.Tx) error {
			return tx.Exec(`UPDATE message SET sent_at = $1 WHERE request = $2`, tx.Now, id)
		})
		must(t, Confirm(ctx, db, d.second, e.ID))
	})
}

// Who asked is not asked to confirm.
func TestMine(t *testing.T) {
	e := Erasure{AskedBy: "a"}
	if !e.Mine(access.Actor{ID: "a"}) || e.Mine(access.Actor{ID: "b"}) {
		t.Error("whose it is")
	}
}

// The erasures that were carried out are told to who answers for the platform, of
// theirs only.
func TestTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		must(t, Ask(ctx, db, d.asker, d.closed(t, "Comptée"), Error))
		must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
		secretary := access.Actor{ID: "s", Platform: "ici", Role: access.Secretary, Name: "Personne s"}
		for _, tt := range []struct {
			name string
			by   access.Actor
			kind phare.Kind
			n    int
		}{
			{"a director", d.director, 0, 1}, {"a physician elsewhere", d.foreign, 0, 0},
			{"a nurse", d.nurse, phare.Forbidden, 0}, {"a secretary", secretary, phare.Forbidden, 0}, {"anyone", access.Anyone("ici"), phare.Forbidden, 0},
		} {
			all, n, err := Told(ctx, db, tt.by, storetest.Noon, storetest.Noon.Add(time.Hour))
			if phare.KindOf(err) != tt.kind || (err != nil) != (tt.kind != 0) || n != tt.n || len(all) != tt.n {
				t.Errorf("%s is told %d (%+v), %v", tt.name, n, all, err)
			}
		}
	})
}

// A file is not erased while an exceptional access to it waits to be judged,
// whether it was opened before the erasure is asked for or after.
func TestJudgedFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.closed(t, "Ouverte d’office")
		must(t, circle.Confide(ctx, db, d.nurse, id, "connue ici"))
		refused := func(what string, err error) {
			t.Helper()
			if f, ok := errors.AsType[*phare.Error](err); !ok || f.Key != "erasure.unjudged" {
				t.Errorf("%s: %v", what, err)
			}
		}
		opened := func() (judge func()) {
			must(t, circle.Break(ctx, db, d.asker, id, circle.Breaking{Reason: "vital", Words: "appel des urgences"}))
			all, _, err := circle.Accesses(ctx, db, d.second)
			must(t, err)
			return func() { must(t, circle.Judge(ctx, db, d.second, all[0].ID, circle.Review{Outcome: "justified"})) }
		}
		judge := opened()
		must(t, circle.Add(ctx, db, d.nurse, id, circle.Joining{Account: d.second.ID}))
		refused("asked", Ask(ctx, db, d.second, id, Person))
		judge()
		must(t, Ask(ctx, db, d.second, id, Person))
		db.Now = func() time.Time { return storetest.Noon.Add(2 * circle.GlassFor) }
		judge = opened()
		refused("confirmed", Confirm(ctx, db, d.director, d.waiting(t)[0].ID))
		judge()
		must(t, Confirm(ctx, db, d.director, d.waiting(t)[0].ID))
	})
}

// Whoever held a file that was erased, or was in its circle, leaves or changes roles
// like anyone: there is no timeline left to write it to.
func TestLeaveErased(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.open(t, "Tenue")
		file, err := request.OpenFile(ctx, db, d.nurse, id)
		must(t, err)
		must(t, request.Take(ctx, db, d.nurse, request.Ref{ID: id, Version: file.Version}))
		must(t, circle.Confide(ctx, db, d.nurse, id, "connue ici"))
		must(t, circle.Add(ctx, db, d.nurse, id, circle.Joining{Account: d.asker.ID}))
		must(t, request.Close(ctx, db, d.nurse, request.Ref{ID: id, Version: file.Version + 1}, request.Ending{Reason: request.Withdrawn}))
		must(t, Ask(ctx, db, d.asker, id, Person))
		must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
		must(t, db.Write(ctx, d.director.Act("test", d.nurse.ID), func(tx *store.Tx) error {
			return circle.Leaves(tx, d.director, phare.ID(d.nurse.ID), d.nurse.Name)
		}))
	})
}

// A confidential file that was erased is in no list: who was barred from it is not
// known any more, and must not find it there.
func TestErasedUnlisted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		for _, name := range []string{"Gardée", "Ouverte"} {
			id := d.closed(t, name)
			if name == "Gardée" {
				must(t, circle.Bar(ctx, db, d.nurse, id, d.second.ID, "sa nièce"))
				must(t, circle.Add(ctx, db, d.nurse, id, circle.Joining{Account: d.asker.ID}))
			}
			must(t, Ask(ctx, db, d.asker, id, Person))
		}
		for len(d.waiting(t)) > 0 {
			must(t, Confirm(ctx, db, d.director, d.waiting(t)[0].ID))
		}
		for _, by := range []access.Actor{d.second, d.nurse} {
			p, err := request.List(ctx, db, by, request.Filter{Basket: request.Ended})
			if err != nil || len(p.Rows) != 1 || !p.Rows[0].Erased || p.Rows[0].Confidential() {
				t.Errorf("%s lists %+v, %v", by.Name, p.Rows, err)
			}
		}
	})
}
