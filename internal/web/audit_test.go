package web_test

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/access"
	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/trail"
	"phare/internal/web"
)

// A physician of the desk reads by name who opened a file; the family reads the
// same in roles, without any name; to a wrong code nothing is told.
func TestWhoOpenedAFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id := w.here.request["signed"]
		page := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(id) + "/acces", session: w.here.session[access.Physician]})
		body := page.Body.String()
		for _, want := range []string{"Ici nurse", "Ici physician", "a lu le dossier", "a préparé, signé ou envoyé la réponse", "a regardé qui a ouvert le dossier"} {
			if page.Code != 200 || !strings.Contains(body, want) {
				t.Errorf("the desk’s list has no %q: %d", want, page.Code)
			}
		}
		if told := regexp.MustCompile(`\((nb-\d|other|[0-9a-f-]{20,})`).FindString(body); told != "" {
			t.Errorf("the desk’s list shows an internal word: %s", told)
		}
		if page := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(id) + "/acces.pdf", session: w.here.session[access.Physician]}); page.Code != 200 || !strings.HasPrefix(page.Body.String(), "%PDF") {
			t.Errorf("no PDF: %d", page.Code)
		}
		ask := func(secret string) *httptest.ResponseRecorder {
			return w.knock(t, knock{method: "POST", path: "/suivi/acces", body: url.Values{"reference": {w.here.reference["signed"]}, "secret": {secret}}})
		}
		family := ask(w.here.secret["signed"])
		for _, want := range []string{"infirmière ou infirmier de la plateforme", "médecin de la plateforme", "a lu le dossier", "0262 00 00 01"} {
			if family.Code != 200 || !strings.Contains(family.Body.String(), want) {
				t.Errorf("the family’s list has no %q: %d", want, family.Code)
			}
		}
		// Nobody attests this site's log, so nothing is promised; and no minute tells
		// who was on duty.
		main := family.Body.String()[strings.Index(family.Body.String(), "<main"):]
		main = main[strings.Index(main, "<ol"):strings.Index(main, "</ol>")]
		if told := regexp.MustCompile(`\d+\s?h\s?\d\d|\d fois`).FindString(main); told != "" || strings.Contains(family.Body.String(), "se verrait") || !strings.Contains(main, "le matin") && !strings.Contains(main, "l’après-midi") {
			t.Errorf("the family is told %q, or is promised what nobody attests", told)
		}
		// Names of staff, of the patient and of experts, and the id by which the desk calls the file.
		for _, not := range []string{"Ici nurse", "Ici physician", "expert@", "Pr Ici", "prénominventé", "Pareille", string(id)} {
			if strings.Contains(family.Body.String(), not) {
				t.Errorf("the family’s list tells %q", not)
			}
		}
		if again := ask(w.here.secret["signed"]); !strings.Contains(again.Body.String(), "a regardé qui a ouvert le dossier") {
			t.Error("the family’s own look is not on the list")
		}
		if wrong := ask("0000000000"); wrong.Code != 422 || strings.Contains(wrong.Body.String(), "a lu le dossier") {
			t.Errorf("a wrong code: %d", wrong.Code)
		}
	})
}

// The state of the trail names no file, and says when nobody else holds a part of it.
func TestTrailState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		show := func() string {
			return w.knock(t, knock{method: "GET", path: "/bureau/journal", session: w.here.session[access.Director]}).Body.String()
		}
		if body := show(); !strings.Contains(body, "Aucun autre site") || !strings.Contains(body, "Prévenez l’administrateur") {
			t.Error("an unsigned trail without witness is not told")
		}
		key, err := trail.NewKey()
		must(t, err)
		signed, err := audit.Sign(t.Context(), db, key)
		must(t, err)
		if body := show(); strings.Contains(body, "Prévenez l’administrateur") || strings.Contains(body, "prénominventé") {
			t.Error("a signed trail is told as late")
		}
		report := w.knock(t, knock{method: "GET", path: "/rapport/2026", session: w.here.session[access.Director]}).Body.String()
		if !strings.Contains(strings.ReplaceAll(report, "&#43;", "+"), signed.Root) {
			t.Error("the report does not end with the root")
		}
	})
}

// Whoever sends a watched trail's last checkpoint again and again is turned away,
// and fills neither the witness's trail nor its processors.
func TestFloodOfTheWitness(t *testing.T) {
	ctx, db, other := t.Context(), storetest.Open(t, "sqlite"), storetest.Open(t, "sqlite")
	words, err := text.Load()
	must(t, err)
	mine, err := trail.NewKey()
	must(t, err)
	theirs, err := trail.NewKey()
	must(t, err)
	server, err := web.New(web.Config{DB: other, Key: access.NewKey(), Text: words, Base: "http://witness.example",
		Witness: audit.Witness{Key: theirs, Logs: []note.Verifier{mine.Verifier()}}})
	must(t, err)
	must(t, db.Write(ctx, store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(*store.Tx) error { return nil }))
	last, err := audit.Sign(ctx, db, mine)
	must(t, err)
	answers := map[int]int{}
	for i := range 100 {
		old := int64(min(i, 1))
		r := httptest.NewRequest("POST", audit.WitnessPath, bytes.NewReader(audit.Submission{Old: old, Checkpoint: []byte(last.Note)}.Marshal()))
		r.Header.Set("Content-Type", "text/plain; charset=utf-8")
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		answers[w.Code]++
	}
	if answers[200] < 2 || answers[429] < 60 || answers[200]+answers[429] != 100 {
		t.Errorf("answers: %v", answers)
	}
	must(t, other.Read(ctx, func(v *store.View) error {
		n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit`)
		if n != 1 {
			t.Errorf("%d entries for one checkpoint", n)
		}
		return err
	}))
}

// Two sites, one the witness of the other, over HTTP: signed while the trail
// grows, refused once it was written anew, and the refusal stays to be seen.
func TestWitnessOverHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		words, err := text.Load()
		must(t, err)
		mine, err := trail.NewKey()
		must(t, err)
		theirs, err := trail.NewKey()
		must(t, err)
		other := storetest.Open(t, db.Engine())
		server, err := web.New(web.Config{DB: other, Key: access.NewKey(), Text: words, Base: "http://witness.example",
			Witness: audit.Witness{Key: theirs, Logs: []note.Verifier{mine.Verifier()}}})
		must(t, err)
		site := httptest.NewServer(server.Handler())
		defer site.Close()
		remote, err := audit.ParseRemote(theirs.Public + "@" + site.URL)
		must(t, err)
		write := func(n int) {
			for range n {
				must(t, db.Write(ctx, store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(*store.Tx) error { return nil }))
			}
		}
		last := func() (c store.Cosigned) {
			must(t, db.Read(ctx, func(v *store.View) error {
				all, err := store.AllCosigned(v)
				if len(all) != 1 {
					t.Fatalf("%d witnesses, %v", len(all), err)
				}
				c = all[0]
				return err
			}))
			return c
		}
		for i := range 3 {
			write(7)
			must(t, remote.Ask(ctx, db, mine))
			if c := last(); c.Size != int64(7*(i+1)) || c.Refused != "" {
				t.Fatalf("after %d: %+v", i, c)
			}
		}
		// A site that forgot what was signed learns it from the witness.
		must(t, db.KeepCosigned(ctx, store.Cosigned{Witness: theirs.Name(), Signed: store.Signed{At: db.Now()}}))
		must(t, remote.Ask(ctx, db, mine))
		out, err := audit.VerifyLive(ctx, db, audit.Held{Log: []note.Verifier{mine.Verifier()}, Witnesses: []note.Verifier{theirs.Verifier()}})
		if err != nil || !out.Fine() || out.Held != 21 {
			t.Errorf("%v, %v", out, err)
		}
		must(t, db.Write(ctx, store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
			return tx.Exec(`DELETE FROM audit WHERE seq > 5`)
		}))
		write(30)
		if err := remote.Ask(ctx, db, mine); err == nil || last().Refused == "" || last().Size != 21 {
			t.Errorf("a trail written anew was signed: %v, %+v", err, last())
		}
	})
}
