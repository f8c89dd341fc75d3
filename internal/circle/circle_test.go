package circle_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	desk "phare/internal/doctor" // "doctor" is one of the people
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// The people of a world, by their place in it.
const (
	nurse, colleague, third, secretary, doctor, second, last, director, admin = 0, 1, 2, 3, 4, 5, 6, 7, 8
)

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) stands(id phare.ID, who int) (s circle.Standing) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		s, err = circle.Stand(v, w.people[who].Actor, id)
		return err
	}))
	return s
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query, args...)
		return err
	}))
	return n
}

// placeOf is the latest place of a person in the circle of a file.
func (w *world) placeOf(id phare.ID, who int) (place phare.ID) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		place, err = store.One(v, store.Value[phare.ID], `SELECT id FROM circle WHERE request = $1 AND account = $2 ORDER BY since DESC, id DESC LIMIT 1`, id, w.people[who].ID)
		return err
	}))
	return place
}

// confided is a world where the nurse keeps her first file confidential.
func confided(t *testing.T, db *store.DB) (*world, phare.ID) {
	w := newWorld(t, db)
	f := w.files[0]
	w.must(request.Take(t.Context(), db, w.people[nurse].Actor, w.ref(f)))
	w.must(circle.Confide(t.Context(), db, w.people[nurse].Actor, f.id, "connue de tous"))
	return w, f.id
}

// An exceptional access: who may, why, for how long, and who hears of it.
func TestBreak(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		w.must(circle.Bar(ctx, db, w.people[nurse].Actor, id, w.people[last].ID, "sa sœur"))
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[third].ID}))
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[secretary].ID, Until: w.now.Add(time.Second)}))
		w.now = w.now.Add(time.Second)
		good := circle.Breaking{Reason: "duty", Words: "quinze caractè."}
		for _, tt := range []struct {
			name string
			who  int
			b    circle.Breaking
			kind phare.Kind
		}{
			{"a secretary", secretary, good, phare.Forbidden}, {"a director", director, good, phare.Forbidden}, {"an administrator", admin, good, phare.Forbidden},
			{"who is in already", nurse, good, phare.Conflict}, {"who is barred", last, good, phare.NotFound},
			{"no reason", colleague, circle.Breaking{Words: good.Words}, phare.Invalid}, {"14 characters", colleague, circle.Breaking{Reason: "duty", Words: "  quinze caract.  "}, phare.Invalid},
		} {
			if err := circle.Break(ctx, db, w.people[tt.who].Actor, id, tt.b); phare.KindOf(err) != tt.kind {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if n := w.count(`SELECT count(*) FROM glass`) + w.count(`SELECT count(*) FROM message WHERE kind = 'glass'`); n != 0 {
			t.Fatalf("%d rows after refusals", n)
		}
		w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, good))
		if n := w.count(`SELECT count(*) FROM audit WHERE verb = 'glass.break' AND subject = $1 AND reason = 'duty'`, id); n != 1 {
			t.Errorf("%d entries in the trail", n)
		}
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'glass.duty' AND request = $1`, id); n != 1 {
			t.Errorf("%d lines in the timeline", n)
		}
		// The whole circle and the physicians, but who is barred; each to a page that opens to them.
		for kind, want := range map[string][]int{"glass": {doctor, second}, "glass-circle": {nurse, third}} {
			told := storetest.Clear(t, db, "message.recipient", `kind = '`+kind+`'`)
			for _, who := range want {
				if len(told) != len(want) || !slices.Contains(told, w.people[who].ID+"@phare-demo.invalid") {
					t.Errorf("%s: told %v", kind, told)
				}
			}
			links := slices.Compact(storetest.Clear(t, db, "message.link", `kind = '`+kind+`'`))
			if where := map[string]string{"glass": circle.ReviewPath, "glass-circle": "/bureau/demandes/" + string(id)}[kind]; len(links) != 1 || links[0] != where {
				t.Errorf("%s leads to %v, not %s", kind, links, where)
			}
		}
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'glass.untold'`); n != 0 {
			t.Errorf("%d lines say that nobody was told", n)
		}
		begun := w.now
		for _, tt := range []struct {
			after time.Duration
			want  circle.Verdict
		}{{0, circle.Glass}, {time.Hour - time.Second, circle.Glass}, {time.Hour, circle.Walled}} {
			w.now = begun.Add(tt.after)
			if got := w.stands(id, colleague); got.Verdict != tt.want || tt.want == circle.Glass && !got.Until.Equal(begun.Add(time.Hour)) {
				t.Errorf("after %v: %+v", tt.after, got)
			}
		}
		w.now = begun.Add(time.Minute)
		if got := w.stands(w.files[1].id, colleague); got.Verdict != circle.In {
			t.Errorf("another file: %+v", got)
		}
		if err := request.Note(ctx, db, w.people[colleague].Actor, id, request.Event{Kind: request.NoteKind, Text: "x"}); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a note by glass: %v", err)
		}
		// Whoever opens is not told of it by mail: the first letter stays the only one.
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, good))
		letters := 0
		for _, to := range storetest.Clear(t, db, "message.recipient", `kind = 'glass'`) {
			if to == w.people[doctor].ID+"@phare-demo.invalid" {
				letters++
			}
		}
		if letters != 1 {
			t.Errorf("%d letters to a physician, one of them of the physician's own access", letters)
		}
		// Barring ends it at once.
		w.must(circle.Bar(ctx, db, w.people[nurse].Actor, id, w.people[colleague].ID, "sa voisine"))
		if got := w.stands(id, colleague); got.Verdict != circle.Barred {
			t.Errorf("barred by glass: %+v", got)
		}
	})
}

// An access that could be told to nobody says so: in the file, to whoever judges,
// and to the operator, as long as nobody judged it.
func TestBreakUntold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = 'seul@phare-demo.invalid' WHERE id IN ($1, $2)`, w.people[colleague].ID, w.people[secretary].ID)
		})
		untold := func() (n int) {
			w.must(db.Read(ctx, func(v *store.View) (err error) {
				n, err = circle.Untold(v, "ici")
				return err
			}))
			return n
		}
		w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}))
		waiting, _, err := circle.Accesses(ctx, db, w.people[doctor].Actor)
		if err != nil || len(waiting) != 1 || !waiting[0].Untold || untold() != 1 || w.count(`SELECT count(*) FROM message`) != 0 {
			t.Fatalf("%+v, %d untold, %v", waiting, untold(), err)
		}
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'glass.untold' AND request = $1 AND shown_to = 'team'`, id); n != 1 {
			t.Errorf("%d lines in the timeline", n)
		}
		if notes, err := desk.Looks(ctx, db); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "could be told to nobody") {
			t.Errorf("the operator reads %v, %v", notes, err)
		}
		w.must(circle.Judge(ctx, db, w.people[doctor].Actor, waiting[0].ID, circle.Review{Outcome: "justified"}))
		if n := untold(); n != 0 || waiting[0].Alone {
			t.Errorf("judged, and still %d; alone: %v", n, waiting[0].Alone)
		}
		w.write("leave", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = false WHERE platform = 'ici' AND id <> $1 AND id <> $2`, w.people[doctor].ID, w.people[director].ID)
		})
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}))
		if waiting, _, err = circle.Accesses(ctx, db, w.people[doctor].Actor); err != nil || len(waiting) != 1 || !waiting[0].Untold || !waiting[0].Alone || untold() != 1 {
			t.Errorf("with nobody else: %+v, %d untold, %v", waiting, untold(), err)
		}
	})
}

// Who judges, what, once; late and drifting accesses are marked.
func TestJudge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		words := circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, words))
		if _, err := request.OpenFile(ctx, db, w.people[doctor].Actor, id); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			w.now = w.now.Add(circle.GlassFor)
			w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, words))
		}
		if _, _, err := circle.Accesses(ctx, db, w.people[nurse].Actor); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse lists: %v", err)
		}
		waiting, done, err := circle.Accesses(ctx, db, w.people[doctor].Actor)
		if err != nil || len(waiting) != 4 || len(done) != 0 || waiting[0].Looks != 1 || waiting[0].Words != words.Words {
			t.Fatalf("%+v, %+v, %v", waiting, done, err)
		}
		for i, want := range []bool{false, false, false, true} { // the third of one person within seven days
			if waiting[i].Drift != want {
				t.Errorf("access %d: drift %v", i, waiting[i].Drift)
			}
		}
		own := waiting[0].ID
		if waiting[0].Late(w.now) || !waiting[0].Late(storetest.Noon.Add(circle.ReviewWithin+time.Second)) {
			t.Error("late from another moment on than 72 hours")
		}
		for _, tt := range []struct {
			name string
			who  int
			r    circle.Review
			kind phare.Kind
		}{
			{"a nurse", nurse, circle.Review{Outcome: "justified"}, phare.Forbidden}, {"one's own", doctor, circle.Review{Outcome: "justified"}, phare.Forbidden},
			{"no outcome", second, circle.Review{}, phare.Invalid}, {"not justified, without a word", second, circle.Review{Outcome: "not"}, phare.Invalid},
		} {
			if err := circle.Judge(ctx, db, w.people[tt.who].Actor, own, tt.r); phare.KindOf(err) != tt.kind {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		w.must(circle.Judge(ctx, db, w.people[second].Actor, own, circle.Review{Outcome: "unclear", Remark: "rappeler le SAMU"}))
		if _, done, err = circle.Accesses(ctx, db, w.people[last].Actor); err != nil || len(done) != 1 || !slices.Equal(done[0].Answers(), []string{"justified", "not"}) || done[0].Not != "" {
			t.Errorf("what was left unclear is listed as %+v, %v", done, err)
		}
		again := func(who int, outcome string) error {
			return circle.Judge(ctx, db, w.people[who].Actor, own, circle.Review{Outcome: outcome, Remark: "le SAMU confirme"})
		}
		if err := again(last, "unclear"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("left unclear twice: %v", err)
		}
		if err := again(doctor, "justified"); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("cleared up by who opened it: %v", err)
		}
		w.must(again(last, "justified"))
		if err := again(second, "not"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("judged twice: %v", err)
		}
		w.must(circle.Bar(ctx, db, w.people[nurse].Actor, id, w.people[last].ID, "son frère"))
		if waiting, done, err = circle.Accesses(ctx, db, w.people[last].Actor); err != nil || len(waiting)+len(done) != 0 {
			t.Errorf("who is barred lists %d and %d, %v", len(waiting), len(done), err)
		}
		w.now = w.now.Add(circle.ReviewWithin + time.Hour)
		w.must(db.Read(ctx, func(v *store.View) error {
			if all, late, err := circle.Waiting(v, "ici"); all != 3 || late != 3 || err != nil {
				t.Errorf("%d wait, %d late, %v", all, late, err)
			}
			if n, err := circle.Drifting(v, "ici"); n != 1 || err != nil {
				t.Errorf("%d drift, %v", n, err)
			}
			return nil
		}))
		if all, late, err := circle.Count(ctx, db, w.people[last].Actor); all != 0 || late != 0 || err != nil {
			t.Errorf("who is barred counts %d, %d, %v", all, late, err)
		}
	})
}

// Whoever invited the one who opened a file, gave them their role or helped them to
// begin anew this week does not judge it, nor the reverse: one of them could be both.
func TestJudgeNear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		row := func(query string, args ...any) func(who, other int) {
			return func(who, other int) {
				w.write("row", func(tx *store.Tx) error {
					return tx.Exec(query, append([]any{phare.NewID(), w.people[who].ID, w.people[other].ID, tx.Now}, args...)...)
				})
			}
		}
		role := func(who, other int) {
			a := w.people[who].Act("account.role", w.people[other].ID)
			w.must(db.Write(ctx, a, func(*store.Tx) error { return nil }))
		}
		help := row(`INSERT INTO recovery (id, platform, account, reason, asked_by, asked_name, asked_at, confirmed_by, confirmed_at, code, expires_at, failures, state)
			VALUES ($1, 'ici', $3, '', '', '', $4, $2, $4, '', '', 0, 'used')`)
		invited := func(who, other int) { // long ago, and came today
			w.write("account", func(tx *store.Tx) error {
				return tx.Exec(`UPDATE account SET created_at = $1 WHERE id = $2`, tx.Now, w.people[other].ID)
			})
			row(`INSERT INTO invitation (id, platform, token, login, name, mail, role, lang, by_id, by_name, at, expires_at, state)
				SELECT $1, 'ici', $1, login, '', '', role, 'fr', $2, '', '2026-01-01T00:00:00Z', $4, 'used' FROM account WHERE id = $3`)(who, other)
		}
		for name, near := range map[string]func(who, other int){"role": role, "help": help, "invitation": invited} {
			for _, pair := range [][2]int{{doctor, colleague}, {colleague, doctor}} {
				w.now = w.now.Add(8 * 24 * time.Hour)
				near(pair[0], pair[1])
				w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}))
				judge := func(who int) (circle.Access, error) {
					waiting, _, err := circle.Accesses(ctx, db, w.people[who].Actor)
					w.must(err)
					last := waiting[len(waiting)-1]
					return last, circle.Judge(ctx, db, w.people[who].Actor, last.ID, circle.Review{Outcome: "justified"})
				}
				if a, err := judge(doctor); phare.KindOf(err) != phare.Forbidden || a.Not != "glass.near" {
					t.Errorf("%s %v: judged: %v, the page says %q", name, pair, err, a.Not)
				}
				w.now = w.now.Add(7*24*time.Hour + time.Second)
				if name == "role" && pair[0] == doctor { // a week later it is over
					if a, err := judge(doctor); err != nil || a.Not != "" {
						t.Errorf("a week later: %v, %q", err, a.Not)
					}
				} else if a, err := judge(second); err != nil || a.Not != "" {
					t.Errorf("another physician: %v, %q", err, a.Not)
				}
			}
		}
	})
}

// Two accounts that one administrator invited within a week do not judge each
// other's access; an account that is new leaves it to another who may, and judges
// where there is none.
func TestJudgeNew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.now = w.now.Add(30 * 24 * time.Hour) // the desk is known
		came := func(who int, by string) {
			w.write("account", func(tx *store.Tx) error {
				if err := tx.Exec(`UPDATE account SET created_at = $1 WHERE id = $2`, tx.Now, w.people[who].ID); err != nil {
					return err
				}
				return tx.Exec(`INSERT INTO invitation (id, platform, token, login, name, mail, role, lang, by_id, by_name, at, expires_at, state)
					SELECT $1, 'ici', $1, login, '', '', role, 'fr', $2, '', $3, $3, 'used' FROM account WHERE id = $4`, phare.NewID(), by, tx.Now, w.people[who].ID)
			})
		}
		came(second, w.people[admin].ID)
		w.now = w.now.Add(5 * 24 * time.Hour)
		came(doctor, w.people[admin].ID)
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}))
		w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}))
		not := func(who int, of int) (phare.ID, string) {
			t.Helper()
			waiting, _, err := circle.Accesses(ctx, db, w.people[who].Actor)
			w.must(err)
			for _, a := range waiting {
				if gone := w.people[last].gone; a.Nobody != (gone && a.Not != "") {
					t.Errorf("nobody else can judge: %v, and gone %v", a, gone)
				}
			}
			i := slices.IndexFunc(waiting, func(a circle.Access) bool { return a.Account == w.people[of].ID })
			return waiting[i].ID, waiting[i].Not
		}
		for _, tt := range []struct {
			who, of int
			want    string
		}{{second, doctor, "glass.near"}, {doctor, doctor, "glass.own"}, {second, colleague, "glass.young"}, {doctor, colleague, "glass.young"}, {last, doctor, ""}, {last, colleague, ""}} {
			a, got := not(tt.who, tt.of)
			if got != tt.want {
				t.Errorf("%s judges %s: %q, want %q", w.people[tt.who].Name, w.people[tt.of].Name, got, tt.want)
			}
			if err := circle.Judge(ctx, db, w.people[tt.who].Actor, a, circle.Review{}); (phare.KindOf(err) == phare.Forbidden) != (tt.want != "") {
				t.Errorf("%s judges %s: %v", w.people[tt.who].Name, w.people[tt.of].Name, err)
			}
		}
		w.write("leave", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = false WHERE id = $1`, w.people[last].ID)
		})
		w.people[last].gone = true
		if _, got := not(second, colleague); got != "" {
			t.Errorf("a new account, where there is no other: %q", got)
		}
		if _, got := not(second, doctor); got != "glass.near" {
			t.Errorf("two who came together: %q", got)
		}
		w.now = w.now.Add(7 * 24 * time.Hour)
		if _, got := not(second, doctor); got != "" {
			t.Errorf("a week later: %q", got)
		}
	})
}

// The same colleague is not added twice, and the page offers neither who is in,
// nor who is barred, nor oneself.
func TestAddOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, by, id := t.Context(), w.people[nurse].Actor, w.files[0].id
		offered := func(who int) (add, bar []int) {
			c, err := circle.Of(ctx, db, w.people[who].Actor, id)
			w.must(err)
			for i, p := range w.people {
				is := func(a access.Account) bool { return string(a.ID) == p.ID }
				if slices.ContainsFunc(c.Addable, is) {
					add = append(add, i)
				}
				if slices.ContainsFunc(c.Barrable, is) {
					bar = append(bar, i)
				}
			}
			return add, bar
		}
		if add, _ := offered(nurse); !slices.Equal(add, []int{colleague, third, secretary, doctor, second, last}) {
			t.Errorf("an open file: %v are offered", add)
		}
		w.must(request.Take(ctx, db, by, w.ref(w.files[0])))
		w.must(circle.Bar(ctx, db, by, id, w.people[last].ID, "sa sœur"))
		w.must(circle.Add(ctx, db, by, id, circle.Joining{Account: w.people[third].ID, Until: w.now.Add(time.Hour)}))
		for _, who := range []int{third, nurse} {
			err := circle.Add(ctx, db, by, id, circle.Joining{Account: w.people[who].ID})
			if e, ok := errors.AsType[*phare.Error](err); !ok || e.Field != "member" || e.Key != "circle.account.inside" {
				t.Errorf("%s is added again: %v", w.people[who].Name, err)
			}
		}
		if add, bar := offered(nurse); !slices.Equal(add, []int{colleague, secretary, doctor, second}) || !slices.Equal(bar, []int{nurse, colleague, third, secretary, doctor, second}) {
			t.Errorf("%v can be added, %v barred", add, bar)
		}
		w.now = w.now.Add(time.Hour)
		w.must(circle.Add(ctx, db, by, id, circle.Joining{Account: w.people[third].ID}))
		// Whoever takes over a file that nobody is left in adds themselves.
		w.write("gone", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = false WHERE id IN ($1, $2)`, by.ID, w.people[third].ID)
		})
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}))
		if add, _ := offered(doctor); !slices.Contains(add, doctor) {
			t.Errorf("who takes it over is offered %v", add)
		}
	})
}

// What nobody has taken yet is taken by who makes it confidential; a request that is
// closed, or that someone holds, changes hands by nothing of the kind.
func TestConfideTakes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		held, closed, free := w.files[0], w.files[1], w.files[2]
		w.must(request.Take(ctx, db, w.people[colleague].Actor, w.ref(held)))
		w.must(request.Close(ctx, db, w.people[nurse].Actor, w.ref(closed), request.Ending{Reason: "withdrawn", Words: "retirée"}))
		for f, want := range map[*paper]string{held: w.people[colleague].ID, closed: "", free: w.people[nurse].ID} {
			w.must(request.Confide(ctx, db, w.people[nurse].Actor, f.id, "connue de tous"))
			if n := w.count(`SELECT count(*) FROM request WHERE id = $1 AND owner = $2 AND guard = 'confidential'`, f.id, want); n != 1 {
				t.Errorf("file %v has another holder than %q", f.id, want)
			}
			if got := w.stands(f.id, nurse); got.Verdict != circle.In {
				t.Errorf("who made it confidential stands %+v", got)
			}
		}
		for _, q := range []string{`SELECT count(*) FROM audit WHERE verb = 'request.take' AND subject = $1`, `SELECT count(*) FROM event WHERE kind = 'take' AND request = $1`,
			`SELECT count(*) FROM request WHERE state = 'open' AND id = $1`, `SELECT count(*) FROM circle WHERE request = $1`} {
			if n := w.count(q, free.id); n != 1 {
				t.Errorf("%s: %d", q, n)
			}
		}
	})
}

// A file that becomes confidential by its patient, or by a bar of another file, has
// an entry of its own for it.
func TestJoinIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[nurse].Actor
		w.must(circle.Bar(ctx, db, by, id, w.people[last].ID, "sa sœur"))
		w.must(request.Link(ctx, db, by, w.ref(w.files[0]), w.patients[0]))
		for i, joined := range w.files[1:3] {
			if i == 1 { // two at once: they are each other's already
				w.must(request.Link(ctx, db, by, w.ref(joined), w.patients[1]))
				w.must(request.Link(ctx, db, by, w.ref(w.files[3]), w.patients[1]))
				w.must(circle.Bar(ctx, db, by, joined.id, w.people[second].ID, "son frère"))
				joined = w.files[3]
			} else {
				w.must(request.Link(ctx, db, by, w.ref(joined), w.patients[0]))
			}
			for _, verb := range []string{"circle.confide", "circle.bar"} {
				if n := w.count(`SELECT count(*) FROM audit WHERE verb = $1 AND subject = $2 AND actor = $3`, verb, joined.id, by.ID); n != 1 {
					t.Errorf("%d: %d entries of %s", i, n, verb)
				}
			}
		}
	})
}

// Nobody is shut out for good, and the last who could open a file is not barred.
func TestNobodyIsLockedOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[nurse].Actor
		if err := circle.End(ctx, db, by, id, phare.ID("0")); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a place that is none: %v", err)
		}
		var own phare.ID
		w.must(db.Read(ctx, func(v *store.View) (err error) {
			own, err = store.One(v, store.Value[phare.ID], `SELECT id FROM circle WHERE request = $1 AND account = $2`, id, by.ID)
			return err
		}))
		if err := circle.End(ctx, db, by, id, own); phare.KindOf(err) != phare.Conflict {
			t.Errorf("the holder leaves: %v", err)
		}
		w.write(by.ID, func(tx *store.Tx) error { return tx.Exec(`UPDATE account SET active = false WHERE id = $1`, by.ID) })
		for who, spare := range map[int]bool{doctor: true, second: true, colleague: false, secretary: false, director: false} {
			if got := w.stands(id, who); got.Verdict != circle.Walled || !got.Empty || got.Spare != spare {
				t.Errorf("%s stands %+v", w.people[who].Name, got)
			}
			if wall, err := request.AtWall(ctx, db, w.people[who].Actor, id); w.people[who].Can(access.ReadRequest) && (err != nil || !wall.Empty || wall.Spare != spare || wall.Holder != "" || slices.Contains(wall.Others, w.people[who].Name) || !slices.Contains(wall.Others, w.people[last].Name)) {
				t.Errorf("%s sees the wall %+v, %v", w.people[who].Name, wall, err)
			}
		}
		reason := circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}
		w.must(circle.Break(ctx, db, w.people[colleague].Actor, id, reason))
		if got := w.stands(id, colleague); got.Verdict != circle.Glass {
			t.Errorf("a nurse, where physicians are left, stands %+v", got)
		}
		w.now = w.now.Add(circle.GlassFor)
		for _, who := range []int{doctor, second, last, colleague} {
			if got := w.stands(id, who); who != colleague && got.Verdict != circle.Walled {
				t.Errorf("%s is in without a word: %+v", w.people[who].Name, got)
			} else if got.Verdict == circle.Walled {
				w.must(circle.Break(ctx, db, w.people[who].Actor, id, reason))
			}
			if got := w.stands(id, who); got.Verdict != circle.In {
				t.Errorf("%s cannot take it over: %+v", w.people[who].Name, got)
			}
			if c, err := circle.Of(ctx, db, w.people[who].Actor, id); err != nil || !slices.Contains(c.Stand, w.people[who].Name) {
				t.Errorf("the page says that %v may take it over, %v", c.Stand, err)
			}
			w.must(circle.Bar(ctx, db, w.people[who].Actor, id, w.people[who].ID, "conflit"))
		}
		w.must(circle.Break(ctx, db, w.people[third].Actor, id, reason))
		if err := circle.Bar(ctx, db, w.people[third].Actor, id, w.people[third].ID, "conflit"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("the last one: %v", err)
		}
		if got := w.stands(id, third); got.Verdict != circle.In {
			t.Errorf("the last one stands %d", got.Verdict)
		}
		w.must(circle.Add(ctx, db, w.people[third].Actor, id, circle.Joining{Account: w.people[third].ID}))
		w.now = w.now.Add(circle.GlassFor)
		if got := w.stands(id, third); got.Verdict != circle.In || got.Empty {
			t.Errorf("who took it over stands %+v an hour later", got)
		}
		w.must(circle.Add(ctx, db, w.people[third].Actor, id, circle.Joining{Account: w.people[secretary].ID, Until: w.now.Add(time.Hour)}))
		w.must(circle.End(ctx, db, w.people[third].Actor, id, w.placeOf(id, secretary)))
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'circle.emptied'`); n != 0 {
			t.Errorf("%d lines say that it is empty while someone is in it", n)
		}
		w.must(circle.End(ctx, db, w.people[third].Actor, id, w.placeOf(id, third)))
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'circle.emptied' AND request = $1`, id); n != 1 || !w.stands(id, third).Empty {
			t.Errorf("the last one left: %d lines, %+v", n, w.stands(id, third))
		}
	})
}

// A circle that empties leaves an open access to read what it is; one that was
// opened to take the file over works in it, and bars, ends and lifts nothing before
// who opened it is in the circle themselves.
func TestTakingOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[doctor].Actor
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[secretary].ID}))
		w.must(circle.Bar(ctx, db, w.people[nurse].Actor, id, w.people[third].ID, "sa sœur"))
		bar := w.placeOf(id, third)
		w.must(circle.Break(ctx, db, by, id, circle.Breaking{Reason: "vital", Words: "appel des urgences"}))
		w.write("leave", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = false WHERE id IN ($1, $2)`, w.people[nurse].ID, w.people[secretary].ID)
		})
		if got := w.stands(id, doctor); got.Verdict != circle.Glass || !got.Spare {
			t.Errorf("an access to read became %+v", got)
		}
		if err := circle.Add(ctx, db, by, id, circle.Joining{Account: by.ID}); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("who reads takes the file over: %v", err)
		}
		w.now = w.now.Add(circle.GlassFor)
		w.must(circle.Break(ctx, db, by, id, circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}))
		if got := w.stands(id, doctor); got.Verdict != circle.In || !got.Taking || !got.Until.Equal(w.now.Add(circle.GlassFor)) {
			t.Errorf("who takes over stands %+v", got)
		}
		refused := func(what string, err error) {
			t.Helper()
			if e, ok := errors.AsType[*phare.Error](err); !ok || e.Key != "circle.taking" {
				t.Errorf("%s: %v", what, err)
			}
		}
		place := w.placeOf(id, secretary)
		refused("bars", circle.Bar(ctx, db, by, id, w.people[second].ID, "prétendu conflit"))
		refused("lifts", circle.Lift(ctx, db, by, id, "plus besoin"))
		refused("ends", circle.End(ctx, db, by, id, place))
		refused("ends a bar", circle.Unbar(ctx, db, by, id, bar, "plus besoin"))
		if c, err := circle.Of(ctx, db, by, id); err != nil || !c.Taking {
			t.Errorf("the page does not know it: %v", err)
		}
		w.must(circle.Add(ctx, db, by, id, circle.Joining{Account: by.ID}))
		if got := w.stands(id, doctor); got.Verdict != circle.In || got.Taking {
			t.Errorf("who was added stands %+v", got)
		}
		w.must(circle.Unbar(ctx, db, by, id, bar, "plus besoin"))
		w.must(circle.Lift(ctx, db, by, id, "plus besoin"))
	})
}

// A circle in which nobody can add anyone is empty, whoever else is in it: it is
// taken over, the wall names who can, and its last keeper leaves it so.
func TestSecretaryAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[nurse].Actor
		w.must(circle.Add(ctx, db, by, id, circle.Joining{Account: w.people[secretary].ID}))
		wall := func() request.Wall {
			x, err := request.AtWall(ctx, db, w.people[colleague].Actor, id)
			w.must(err)
			return x
		}
		if x := wall(); x.Empty || x.Holder != by.Name || len(x.Others) != 0 {
			t.Errorf("the wall names who can add nobody: %+v", x)
		}
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		w.must(circle.Bar(ctx, db, by, id, w.people[last].ID, "sa sœur"))
		w.write("role", func(tx *store.Tx) error {
			if err := circle.Leaves(tx, access.Machine("ici"), phare.ID(by.ID), by.Name); err != nil {
				return err
			}
			return tx.Exec(`UPDATE account SET role = 'secretary' WHERE id = $1`, by.ID)
		})
		if n := w.count(`SELECT count(*) FROM event WHERE kind = 'circle.emptied' AND request = $1`, id); n != 1 {
			t.Errorf("%d lines say that nobody can add anyone", n)
		}
		told := storetest.Clear(t, db, "message.recipient", `kind = 'circle-emptied'`) // neither who is barred, nor nurses
		slices.Sort(told)
		want := []string{w.people[doctor].ID + "@phare-demo.invalid", w.people[second].ID + "@phare-demo.invalid"}
		if slices.Sort(want); !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
		if links := slices.Compact(storetest.Clear(t, db, "message.link", `kind = 'circle-emptied'`)); len(links) != 1 || links[0] != "/bureau/demandes/"+string(id) {
			t.Errorf("the message leads to %v", links)
		}
		if got := w.stands(id, secretary); got.Verdict != circle.In {
			t.Errorf("the secretary stands %+v", got)
		}
		if got := w.stands(id, doctor); got.Verdict != circle.Walled || !got.Empty || !got.Spare {
			t.Errorf("a physician stands %+v", got)
		}
		if x := wall(); !x.Empty || x.Holder != "" || slices.Contains(x.Others, w.people[secretary].Name) || !slices.Contains(x.Others, w.people[doctor].Name) {
			t.Errorf("the wall: %+v", x)
		}
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}))
		w.must(circle.Add(ctx, db, w.people[doctor].Actor, id, circle.Joining{Account: w.people[doctor].ID}))
		if got := w.stands(id, doctor); got.Verdict != circle.In || got.Taking {
			t.Errorf("who took it over stands %+v", got)
		}
	})
}

// A bar is ended by someone in the circle, with a reason that the timeline keeps;
// never by who is barred, nor by an administrator, who opens no file.
func TestUnbar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[nurse].Actor
		w.must(circle.Bar(ctx, db, by, id, w.people[doctor].ID, "sa sœur"))
		row := w.placeOf(id, doctor)
		if n := w.count(`SELECT count(*) FROM audit WHERE verb = 'circle.bar' AND subject = $1 AND reason = $2`, id, row); n != 1 {
			t.Errorf("%d entries name the row", n)
		}
		if n := w.count(`SELECT count(*) FROM audit WHERE verb LIKE 'circle.%' AND (reason = $1 OR subject = $1)`, w.people[doctor].ID); n != 0 {
			t.Errorf("%d entries name who is barred: the trail outlives the file", n)
		}
		for _, tt := range []struct {
			name string
			who  int
			why  string
			kind phare.Kind
		}{
			{"who is barred", doctor, "c’est fini", phare.NotFound}, {"from outside", second, "c’est fini", phare.Forbidden},
			{"an administrator", admin, "c’est fini", phare.Forbidden}, {"a director", director, "c’est fini", phare.Forbidden}, {"without a reason", nurse, "  ", phare.Invalid},
		} {
			if err := circle.Unbar(ctx, db, w.people[tt.who].Actor, id, row, tt.why); phare.KindOf(err) != tt.kind {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if err := circle.End(ctx, db, by, id, row); phare.KindOf(err) != phare.NotFound {
			t.Errorf("as if it were a membership, without a reason: %v", err)
		}
		if err := circle.Unbar(ctx, db, by, id, w.placeOf(id, nurse), "x"); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a membership: %v", err)
		}
		if got := w.stands(id, doctor); got.Verdict != circle.Barred {
			t.Fatalf("after refusals: %+v", got)
		}
		w.must(circle.Unbar(ctx, db, by, id, row, "erreur de compte"))
		if got := w.stands(id, doctor); got.Verdict != circle.Walled {
			t.Errorf("after the end: %+v", got)
		}
		if n := w.count(`SELECT count(*) FROM audit WHERE verb = 'circle.unbar' AND subject = $1 AND actor = $2`, id, by.ID); n != 1 {
			t.Errorf("%d entries", n)
		}
		if said := storetest.Clear(t, db, "event.text", `kind = 'circle.unbar'`); len(said) != 1 || said[0] != w.people[doctor].Name+" — erreur de compte" {
			t.Errorf("the timeline says %q", said)
		}
		if err := circle.Unbar(ctx, db, by, id, row, "encore"); phare.KindOf(err) != phare.Conflict {
			t.Errorf("twice: %v", err)
		}
	})
}

// A platform of files: what nobody holds is everyone's, what someone holds is not.
func TestByFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, id := t.Context(), w.files[0].id
		for who, kind := range map[int]phare.Kind{nurse: phare.Forbidden, secretary: phare.Forbidden, director: phare.Forbidden} {
			if err := circle.Switch(ctx, db, w.people[who].Actor, circle.Switching{Mode: circle.ByFile, Reason: "essai"}); phare.KindOf(err) != kind {
				t.Errorf("%s decides: %v", w.people[who].Name, err)
			}
		}
		if err := circle.Switch(ctx, db, w.people[doctor].Actor, circle.Switching{Mode: circle.ByFile}); phare.KindOf(err) != phare.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		w.must(circle.Switch(ctx, db, w.people[doctor].Actor, circle.Switching{Mode: circle.ByFile, Reason: "essai"}))
		if got := w.stands(id, colleague); got.Verdict != circle.In {
			t.Errorf("what nobody holds: %d", got.Verdict)
		}
		w.must(request.Take(ctx, db, w.people[nurse].Actor, w.ref(w.files[0])))
		wall, err := request.AtWall(ctx, db, w.people[colleague].Actor, id)
		if err != nil || wall.Name != "Essai Zoé" || wall.Holder != w.people[nurse].Name || len(wall.Others) > 0 || wall.Confidential {
			t.Errorf("the wall shows %+v, %v", wall, err)
		}
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[colleague].ID, Until: w.now.Add(time.Hour), Why: "congé"}))
		if got := w.stands(id, colleague); got.Verdict != circle.In {
			t.Errorf("a colleague who stands in: %d", got.Verdict)
		}
		w.now = w.now.Add(time.Hour)
		if got := w.stands(id, colleague); got.Verdict != circle.Walled {
			t.Errorf("to the second of its end: %d", got.Verdict)
		}
		// Whom to ask: who is in it and works, and nobody who left or whose time is over.
		for who, until := range map[int]time.Time{third: {}, last: {}, secretary: w.now.Add(time.Minute)} {
			w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[who].ID, Until: until}))
		}
		w.now = w.now.Add(time.Minute)
		w.write("gone", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = false WHERE id = $1`, w.people[last].ID)
		})
		if wall, err = request.AtWall(ctx, db, w.people[colleague].Actor, id); err != nil || !slices.Equal(wall.Others, []string{w.people[third].Name}) {
			t.Errorf("whom to ask: %q, %v", wall.Others, err)
		}
		w.must(circle.Confide(ctx, db, w.people[nurse].Actor, id, "connue de tous"))
		if wall, err = request.AtWall(ctx, db, w.people[colleague].Actor, id); err != nil || wall.Name != "" || !wall.Confidential {
			t.Errorf("the wall of a confidential file shows %+v, %v", wall, err)
		}
	})
}
