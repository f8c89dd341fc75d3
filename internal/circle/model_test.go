package circle_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// world is a desk in the database, and beside it the same desk as a few lists:
// the rules once more, as plainly as they can be said.
type world struct {
	t        *testing.T
	db       *store.DB
	now      time.Time
	people   []person
	files    []*paper
	patients []phare.ID
	byFile   bool
	switched int
}

type person struct {
	access.Actor
	gone bool
}

type paper struct {
	id           phare.ID
	confidential bool
	owner        int // of people; -1: nobody
	patient      int // -1: not identified
	rows         []place
	glasses      []glass
}

type place struct {
	id             phare.ID
	who            int
	barred, holder bool
	emptier        int // of a bar that left nobody: who put it; else -1
	by             int // who gave the place
	since          time.Time
	until          time.Time // zero: no end
}

type glass struct {
	who    int
	until  time.Time
	taking bool // nobody was left when it was opened
	at     time.Time
}

func (w *world) holds(p place) bool { return p.until.IsZero() || w.now.Before(p.until) }

func (w *world) barred(f *paper, who int) bool {
	return slices.ContainsFunc(f.rows, func(p place) bool { return p.barred && p.who == who && w.holds(p) })
}

func (w *world) inside(f *paper, who int) bool {
	return f.owner == who || slices.ContainsFunc(f.rows, func(p place) bool { return !p.barred && p.who == who && w.holds(p) })
}

func (w *world) works(who int) bool {
	return !w.people[who].gone && w.people[who].Can(access.ReadRequest)
}

// may is the rule in the model's words.
func (w *world) may(f *paper, who int) circle.Verdict {
	if w.barred(f, who) {
		return circle.Barred
	}
	if !f.confidential && !(w.byFile && f.owner >= 0) {
		return circle.In
	}
	if w.member(f, who) {
		return circle.In
	}
	for _, g := range f.glasses {
		if g.who == who && w.now.Before(g.until) {
			if g.taking && w.left(f) && slices.Contains(w.spare(f), who) {
				return circle.In
			}
			return circle.Glass
		}
	}
	return circle.Walled
}

// member says whether someone is in the circle of a file themselves.
func (w *world) member(f *paper, who int) bool {
	return w.works(who) && w.inside(f, who) && !w.barred(f, who)
}

// left says whether nobody is left in the circle of a file who could take others in.
func (w *world) left(f *paper) bool {
	for x, p := range w.people {
		if w.member(f, x) && p.Can(access.ManageCircle) {
			return false
		}
	}
	return true
}

// lasts says whether someone is in a file by more than taking it over.
func (w *world) lasts(f *paper, who int) bool {
	return w.may(f, who) == circle.In && (w.member(f, who) || !f.confidential && !(w.byFile && f.owner >= 0))
}

// spare are who may take a file over that nobody is left in: physicians who are
// not barred, or if there is none, nurses; last of all who emptied it by a bar.
func (w *world) spare(f *paper) (all []int) {
	for _, late := range []bool{false, true} {
		for _, role := range []access.Role{access.Physician, access.Nurse} {
			for x, p := range w.people {
				did := slices.ContainsFunc(f.rows, func(p place) bool { return p.barred && w.holds(p) && p.emptier == x })
				if p.Role == role && !p.gone && !w.barred(f, x) && (late || !did) {
					all = append(all, x)
				}
			}
			if len(all) > 0 {
				return all
			}
		}
	}
	return all
}

// mayEnd says whether someone is in every file where a bar would end a place, and to stay.
func (w *world) mayEnd(files []*paper, who, other int) bool {
	return who == other || !slices.ContainsFunc(files, func(f *paper) bool { return w.inside(f, other) && !w.lasts(f, who) })
}

// judgeless says whether a bar by someone would take from an access that waits who
// judges it: put by who opened it, or whom they took in since. Here nothing is judged.
func (w *world) judgeless(f *paper, who, other int) bool {
	if who == other || w.people[other].Role != access.Physician || w.people[other].gone {
		return false
	}
	for _, g := range f.glasses {
		theirs := []int{g.who}
		for range w.people {
			for _, s := range w.siblings(f) {
				for _, p := range s.rows {
					if !p.barred && !p.since.Before(g.at) && slices.Contains(theirs, p.by) {
						theirs = append(theirs, p.who)
					}
				}
			}
			slices.Sort(theirs)
			theirs = slices.Compact(theirs)
		}
		if g.who != other && slices.Contains(theirs, who) {
			return true
		}
	}
	return false
}

// reachable says whether someone works in a file, or may take it over.
func (w *world) reachable(f *paper) bool {
	if !w.left(f) {
		return true
	}
	return len(w.spare(f)) > 0
}

func (w *world) siblings(f *paper) []*paper {
	all := []*paper{f}
	for _, o := range w.files {
		if o != f && f.patient >= 0 && o.patient == f.patient {
			all = append(all, o)
		}
	}
	return all
}

func (w *world) hire(name string, role access.Role) {
	a := access.Account{ID: phare.NewID(), Platform: "ici", Login: string(phare.NewID()), Name: name, Role: role, Active: true}
	w.write(string(a.ID), func(tx *store.Tx) error { return access.Insert(tx, a, 0) })
	w.people = append(w.people, person{Actor: access.Actor{ID: string(a.ID), Platform: "ici", Role: role, Name: name}})
}

func (w *world) write(subject string, f func(*store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), store.Act{Platform: "ici", Actor: "system", Verb: "test", Subject: subject}, f); err != nil {
		w.t.Fatal(err)
	}
}

func newWorld(t *testing.T, db *store.DB) *world {
	w := &world{t: t, db: db, now: storetest.Noon}
	db.Now = func() time.Time { return w.now }
	if err := access.AddPlatform(t.Context(), db, access.Platform{ID: "ici", Name: "Ici", Zone: "Indian/Reunion"}); err != nil {
		t.Fatal(err)
	}
	for i, role := range []access.Role{access.Nurse, access.Nurse, access.Nurse, access.Secretary, access.Physician, access.Physician, access.Physician, access.Director, access.Admin} {
		w.hire(fmt.Sprintf("%s %d", role, i), role)
	}
	key := access.NewKey()
	for range 7 {
		r, err := request.Submit(t.Context(), db, key, access.Anyone("ici"), request.NewForm(), request.Fields{Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis,
			FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-12", Sex: "female", Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Test", Phone: "0262 00 11 22", Consent: "yes"})
		if err != nil {
			t.Fatal(err)
		}
		w.files = append(w.files, &paper{id: r.Request, owner: -1, patient: -1})
	}
	for i := range 3 {
		w.write("patient", func(tx *store.Tx) error {
			p, err := patient.Save(tx, w.people[0].Actor, patient.Patient{Identity: patient.Provisional, BirthName: "Essai", FirstNames: fmt.Sprint("Zoé", i), BirthDate: "2019-03-12", Sex: "female"})
			w.patients = append(w.patients, p.ID)
			return err
		})
	}
	return w
}

// ref is a file as it is now; read past all circles, as the program itself.
func (w *world) ref(f *paper) request.Ref {
	var r request.Request
	err := w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		r, err = request.Find(v, access.Machine("ici"), f.id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return request.Ref{ID: f.id, Version: r.Version}
}

// agree holds every way in against the model, for one person and file.
func (w *world) agree(f *paper, who int, after string) {
	w.t.Helper()
	want, by := w.may(f, who), w.people[who]
	if by.gone {
		return // has no session
	}
	var got circle.Standing
	var read, work error
	err := w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		_, read = request.FindToRead(v, by.Actor, f.id)
		_, work = request.Find(v, by.Actor, f.id)
		got, err = circle.Stand(v, by.Actor, f.id)
		return err
	})
	if err != nil || got.Verdict != want {
		w.t.Fatalf("after %s: %s stands %d to the file, the model says %d (%v)", after, by.Name, got.Verdict, want, err)
	}
	if (read == nil) != (want == circle.In || want == circle.Glass) || (work == nil) != (want == circle.In) {
		w.t.Fatalf("after %s: %s with %d reads: %v, works: %v", after, by.Name, want, read, work)
	}
	if want == circle.Barred && (phare.KindOf(read) != phare.NotFound || phare.KindOf(work) != phare.NotFound) {
		w.t.Fatalf("after %s: to who is barred it exists: %v, %v", after, read, work)
	}
}

// TestModel does thousands of random things at a desk and holds the database
// against the model after each: what was refused, who may read, who may work.
func TestModel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := 2_000
		if s := os.Getenv("PHARE_MODEL"); s != "" {
			var err error
			if n, err = strconv.Atoi(s); err != nil || n < 1000 {
				t.Fatalf("PHARE_MODEL=%s is no number of actions from 1000 on", s)
			}
		}
		if db.Engine() == "postgres" || testing.Short() {
			n = min(n, 1500)
		}
		w := newWorld(t, db)
		const seed = 20261123
		r := rand.New(rand.NewPCG(seed, 1))
		done, refused := map[string]int{}, map[string]int{}
		for i := range n {
			what, ok := w.act(r, i)
			if ok {
				done[what]++
			} else {
				refused[what]++
			}
			w.agree(w.files[r.IntN(len(w.files))], r.IntN(len(w.people)), fmt.Sprintf("action %d, %s (seed %d)", i, what, seed))
			if i%100 == 0 {
				for _, f := range w.files {
					for who := range w.people {
						w.agree(f, who, fmt.Sprintf("action %d", i))
					}
				}
			}
		}
		for _, what := range []string{"take", "assign", "add", "end", "confide", "lift", "bar", "glass", "link", "open", "note"} {
			if done[what] < n/1000 || refused[what] < n/1000 {
				t.Errorf("%s: %d done and %d refused are too few to mean something", what, done[what], refused[what])
			}
		}
		t.Logf("done %v, refused %v", done, refused)
	})
}

// act does one random thing in the database and in the model, which must agree on
// whether it is allowed.
func (w *world) act(r *rand.Rand, i int) (what string, ok bool) {
	w.t.Helper()
	ctx := w.t.Context()
	f, who, other := w.files[r.IntN(len(w.files))], r.IntN(len(w.people)), r.IntN(len(w.people))
	by := w.people[who]
	wanted := r.IntN(3) > 0 // mostly someone who may, else little would happen
	for tries := 0; by.gone || wanted && tries < 20 && w.may(f, who) != circle.In; tries++ {
		who = r.IntN(len(w.people))
		by = w.people[who]
	}
	if step := r.IntN(40); step < 8 { // time and the desk itself
		return w.pass(r, step)
	}
	what = []string{"take", "assign", "add", "end", "end", "end", "end", "end", "confide", "lift", "lift", "bar", "glass", "glass", "link", "open", "note"}[r.IntN(17)]
	want, err := w.try(ctx, r, what, f, who, other)
	if (err == nil) != want {
		w.t.Fatalf("action %d: %s by %s (%d): %v, the model says %v", i, what, by.Name, w.may(f, who), err, want)
	}
	return what, want
}

// pass lets time pass, someone leave or the platform change its mind.
func (w *world) pass(r *rand.Rand, step int) (string, bool) {
	switch {
	case step < 5:
		w.now = w.now.Add([]time.Duration{time.Second, 20 * time.Minute, time.Hour - time.Second, 3 * time.Hour, 26 * time.Hour}[r.IntN(5)])
		return "time", true
	case step < 6:
		w.byFile = !w.byFile
		mode := map[bool]string{true: circle.ByFile, false: circle.ByDesk}[w.byFile]
		if err := circle.Switch(w.t.Context(), w.db, access.Machine("ici"), circle.Switching{Mode: mode, After: w.switched, Reason: "essai"}); err != nil {
			w.t.Fatal(err)
		}
		w.switched++
		return "mode", true
	}
	if step < 7 { // a file was another person's after all
		f := w.files[r.IntN(len(w.files))]
		f.patient = -1
		w.write(string(f.id), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE request SET patient = NULL, version = version + 1 WHERE id = $1`, f.id)
		})
		return "part", true
	}
	who := r.IntN(len(w.people))
	left := 0
	for _, p := range w.people {
		if !p.gone {
			left++
		}
	}
	if left < 4 && !w.people[who].gone {
		return "stay", true
	}
	w.people[who].gone = !w.people[who].gone // and comes back, so that there is always a desk
	w.write(w.people[who].ID, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE account SET active = $1 WHERE id = $2`, !w.people[who].gone, w.people[who].ID)
	})
	return "leave", true
}

// try asks the database for one thing, and the model whether it is allowed; the
// model changes only if it is.
func (w *world) try(ctx context.Context, r *rand.Rand, what string, f *paper, who, other int) (want bool, err error) {
	by := w.people[who].Actor
	in := w.may(f, who) == circle.In
	manages := in && by.Can(access.ManageCircle)
	switch what {
	case "take":
		want = in && by.Can(access.TriageRequest)
		if err = request.Take(ctx, w.db, by, w.ref(f)); want {
			w.hold(f, who, who)
		}
	case "assign":
		want = in && by.Can(access.TriageRequest) && w.works(other) && !w.barred(f, other)
		if err = request.Assign(ctx, w.db, by, w.ref(f), w.people[other].ID); want {
			w.hold(f, who, other)
		}
	case "add":
		until := []time.Time{{}, w.now.Add(2 * time.Hour), w.now.Add(30 * time.Hour), w.now}[r.IntN(4)]
		want = manages && w.works(other) && !w.barred(f, other) && !w.inside(f, other) && !until.Equal(w.now)
		if err = circle.Add(ctx, w.db, by, f.id, circle.Joining{Account: w.people[other].ID, Until: until}); want {
			f.rows = append(f.rows, place{who: other, until: until, by: who, since: w.now})
		}
	case "end":
		return w.tryEnd(ctx, r, f, by, manages && w.lasts(f, who))
	case "confide":
		want = manages && !f.confidential
		if err = circle.Confide(ctx, w.db, by, f.id, "une raison"); want {
			w.confide(f, who)
		}
	case "lift":
		want = manages && f.confidential
		for _, s := range w.siblings(f) {
			want = want && w.lasts(s, who) && !slices.ContainsFunc(s.rows, func(p place) bool { return p.barred && w.holds(p) })
		}
		if err = circle.Lift(ctx, w.db, by, f.id, "une raison"); want {
			for _, s := range w.siblings(f) {
				s.confidential = false
			}
		}
	case "bar":
		want = manages && (other == who || w.lasts(f, who)) && !w.people[other].gone && !w.barred(f, other) && w.mayEnd(w.siblings(f), who, other) && w.kept(func() bool {
			if !f.confidential {
				w.confide(f, who)
			}
			return w.bar(f, who, other)
		})
		err = circle.Bar(ctx, w.db, by, f.id, w.people[other].ID, "une raison")
	case "glass":
		want = by.Can(access.BreakGlass) && w.may(f, who) == circle.Walled
		if err = circle.Break(ctx, w.db, by, f.id, circle.Breaking{Reason: "duty", Words: "quinze caractères au moins"}); want {
			f.glasses = append(f.glasses, glass{who, w.now.Add(time.Hour), w.left(f) && slices.Contains(w.spare(f), who), w.now})
		}
	case "link":
		return w.tryLink(ctx, r.IntN(len(w.patients)), f, who)
	case "open":
		want = by.Can(access.ReadRequest) && (in || w.may(f, who) == circle.Glass)
		before := w.entries(by, f)
		_, err = request.OpenFile(ctx, w.db, by, f.id)
		if seen := w.entries(by, f) - before; (seen == 1) != want {
			w.t.Fatalf("%s opened it: %v, and left %d entries", by.Name, want, seen)
		}
	case "note":
		want = in && by.Can(access.TriageRequest)
		err = request.Note(ctx, w.db, by, f.id, request.Event{Kind: request.NoteKind, Text: "x"})
	}
	if want == (err == nil) { // else the caller says so
		w.name(f)
	}
	return want, err
}

func (w *world) tryEnd(ctx context.Context, r *rand.Rand, f *paper, by access.Actor, manages bool) (bool, error) {
	if len(f.rows) == 0 {
		return false, fmt.Errorf("nothing to end")
	}
	p := &f.rows[r.IntN(len(f.rows))]
	for range 10 { // mostly one that holds
		if !w.holds(*p) {
			p = &f.rows[r.IntN(len(f.rows))]
		}
	}
	want := manages && w.holds(*p) && !(p.holder && f.owner == p.who)
	err := circle.End(ctx, w.db, by, f.id, p.id)
	if p.barred {
		if err == nil {
			w.t.Fatalf("%s ended a bar like a membership", by.Name)
		}
		err = circle.Unbar(ctx, w.db, by, f.id, p.id, "une erreur de compte")
	}
	if want {
		p.until = w.now
	}
	return want, err
}

func (w *world) tryLink(ctx context.Context, p int, f *paper, who int) (want bool, err error) {
	by := w.people[who].Actor
	want = w.may(f, who) == circle.In && by.Can(access.EditPatient)
	for _, s := range w.files {
		want = want && !(s.patient == p && s.confidential && w.may(s, who) != circle.In)
	}
	want = want && w.kept(func() bool { return w.link(f, who, p) })
	err = request.Link(ctx, w.db, by, w.ref(f), w.patients[p])
	for _, s := range w.files {
		if want == (err == nil) {
			w.name(s)
		}
	}
	return want, err
}

// link gives a file a patient, whose other files' guard and bars come with it.
func (w *world) link(f *paper, who, p int) bool {
	f.patient = p
	all := w.siblings(f)
	for _, s := range all {
		for _, row := range s.rows {
			if row.barred && w.holds(row) && !w.mayEnd(all, who, row.who) {
				return false
			}
		}
	}
	if !slices.ContainsFunc(all, func(s *paper) bool { return s.confidential }) {
		return true
	}
	if !f.confidential {
		w.confide(f, who)
	}
	for _, s := range all {
		s.confidential = true
	}
	for _, s := range all {
		for _, row := range slices.Clone(s.rows) {
			if row.barred && w.holds(row) && !w.bar(f, who, row.who) {
				return false
			}
		}
	}
	return true
}

// kept makes a change whole or not at all.
func (w *world) kept(change func() bool) bool {
	var before []paper
	for _, f := range w.files {
		c := *f
		c.rows, c.glasses = slices.Clone(f.rows), slices.Clone(f.glasses)
		before = append(before, c)
	}
	if change() {
		return true
	}
	for i, f := range w.files {
		*f = before[i]
	}
	return false
}

func (w *world) hold(f *paper, by, to int) {
	for i, p := range f.rows {
		if p.holder && w.holds(p) {
			f.rows[i].until = w.now
		}
	}
	f.owner = to
	f.rows = append(f.rows, place{who: to, holder: true, by: by, since: w.now})
}

func (w *world) confide(f *paper, who int) {
	if f.owner != who {
		f.rows = append(f.rows, place{who: who, by: who, since: w.now})
	}
	for _, s := range w.siblings(f) {
		s.confidential = true
	}
}

// bar is false when it would leave a file to nobody, or an access to no judge.
func (w *world) bar(f *paper, by, who int) bool {
	for _, s := range w.siblings(f) {
		if w.barred(s, who) {
			continue
		}
		if w.judgeless(s, by, who) {
			return false
		}
		manned := !w.left(s)
		for i, p := range s.rows {
			if !p.barred && p.who == who && w.holds(p) {
				s.rows[i].until = w.now
			}
		}
		for i, g := range s.glasses {
			if g.who == who && w.now.Before(g.until) {
				s.glasses[i].until = w.now
			}
		}
		if s.owner == who {
			s.owner = -1
		}
		s.rows = append(s.rows, place{who: who, barred: true, emptier: -1})
		if manned && by != who && w.left(s) {
			s.rows[len(s.rows)-1].emptier = by
		}
		if !w.reachable(s) {
			return false
		}
	}
	return true
}

// entries counts what the trail has of one person's looks at a file.
func (w *world) entries(by access.Actor, f *paper) (n int) {
	err := w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE subject = $1 AND actor = $2 AND verb = 'request.open'`, f.id, by.ID)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// name learns the ids of rows that were just added: in the order of the model.
func (w *world) name(f *paper) {
	if !slices.ContainsFunc(f.rows, func(p place) bool { return p.id == "" }) {
		return
	}
	known := map[phare.ID]bool{}
	for _, p := range f.rows {
		known[p.id] = true
	}
	type row struct {
		id     phare.ID
		who    string
		barred bool
	}
	var all []row
	err := w.db.Read(w.t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, func(r store.Row) (x row, err error) {
			err = r.Scan(&x.id, &x.who, &x.barred)
			return x, err
		}, `SELECT id, account, place = 'barred' FROM circle WHERE request = $1 ORDER BY since, id`, f.id)
		return err
	})
	if err != nil || len(all) != len(f.rows) {
		w.t.Fatalf("%d rows, the model has %d: %v", len(all), len(f.rows), err)
	}
	for _, x := range all {
		if known[x.id] {
			continue
		}
		i := slices.IndexFunc(f.rows, func(p place) bool { return p.id == "" && w.people[p.who].ID == x.who && p.barred == x.barred })
		if i < 0 {
			w.t.Fatalf("a row of %s that the model has not", x.who)
		}
		f.rows[i].id = x.id
	}
}
