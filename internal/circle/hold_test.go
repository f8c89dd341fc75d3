package circle_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	desk "phare/internal/doctor"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// fault is the key of an error that is told to a person.
func fault(err error) string {
	if e, ok := errors.AsType[*phare.Error](err); ok {
		return e.Key
	}
	return ""
}

// two are two files of one patient: the nurse's, and one of the doctor's.
func (w *world) two() (hers, his *paper) {
	hers, his = w.files[0], w.files[1]
	for f, holder := range map[*paper]int{hers: nurse, his: doctor} {
		w.must(request.Take(w.t.Context(), w.db, w.people[holder].Actor, w.ref(f)))
	}
	return hers, his
}

// Whoever follows one file of a patient turns nobody out of another one that they
// are not in themselves, and to stay; who is in both does.
func TestBarOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		hers, his := w.two()
		w.must(circle.Switch(ctx, db, w.people[doctor].Actor, circle.Switching{Mode: circle.ByFile, Reason: "essai"}))
		for f, holder := range map[*paper]int{hers: nurse, his: doctor} {
			w.must(request.Link(ctx, db, w.people[holder].Actor, w.ref(f), w.patients[0]))
		}
		bar := func(by, who int) error {
			return circle.Bar(ctx, db, w.people[by].Actor, his.id, w.people[who].ID, "une raison")
		}
		if err := bar(doctor, nurse); fault(err) != "circle.bar.other" || w.stands(hers.id, nurse).Verdict != circle.In {
			t.Errorf("barred from outside her file: %v, she stands %+v", err, w.stands(hers.id, nurse))
		}
		// By an exceptional access to take it over one is not in it to stay.
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, hers.id, circle.Joining{Account: w.people[secretary].ID}))
		gone := func(is bool) {
			w.write("leave", func(tx *store.Tx) error {
				return tx.Exec(`UPDATE account SET active = $1 WHERE id = $2`, !is, w.people[nurse].ID)
			})
		}
		gone(true)
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, hers.id, circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}))
		if err := bar(doctor, secretary); fault(err) != "circle.bar.other" || w.stands(hers.id, secretary).Verdict != circle.In {
			t.Errorf("barred while taking the file over: %v", err)
		}
		gone(false)
		w.must(bar(doctor, colleague)) // has no place to lose
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, hers.id, circle.Joining{Account: w.people[doctor].ID}))
		w.must(bar(doctor, nurse))
		if got := w.stands(hers.id, nurse); got.Verdict != circle.Barred {
			t.Errorf("barred by who is in both files, she stands %+v", got)
		}
	})
}

// Nor by giving a request that they barred somebody from the patient of that
// other file.
func TestJoinOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		hers, his := w.two()
		w.must(circle.Switch(ctx, db, w.people[doctor].Actor, circle.Switching{Mode: circle.ByFile, Reason: "essai"}))
		w.must(request.Link(ctx, db, w.people[nurse].Actor, w.ref(hers), w.patients[0]))
		w.must(circle.Bar(ctx, db, w.people[doctor].Actor, his.id, w.people[nurse].ID, "une raison"))
		if err := request.Link(ctx, db, w.people[doctor].Actor, w.ref(his), w.patients[0]); fault(err) != "circle.join.other" || w.stands(hers.id, nurse).Verdict != circle.In {
			t.Errorf("linked: %v, she stands %+v", err, w.stands(hers.id, nurse))
		}
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, hers.id, circle.Joining{Account: w.people[doctor].ID}))
		w.must(request.Link(ctx, db, w.people[doctor].Actor, w.ref(his), w.patients[0]))
		if got := w.stands(hers.id, nurse); got.Verdict != circle.Barred {
			t.Errorf("linked by who is in both, she stands %+v", got)
		}
	})
}

// Whoever left nobody in a file by barring another takes it over last of all.
func TestEmptierLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx := t.Context()
		hers, his := w.two()
		for f, holder := range map[*paper]int{hers: nurse, his: doctor} {
			w.must(request.Link(ctx, db, w.people[holder].Actor, w.ref(f), w.patients[0]))
		}
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		w.must(circle.Bar(ctx, db, w.people[doctor].Actor, his.id, w.people[nurse].ID, "une raison")) // both are the whole desk's
		words := circle.Breaking{Reason: "resume", Words: "plus personne ne la suit"}
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, hers.id, words))
		for who, want := range map[int]circle.Standing{doctor: {Verdict: circle.Glass, Empty: true, Until: w.now.Add(time.Hour)}, second: {Empty: true, Spare: true}, colleague: {Empty: true}} {
			if got := w.stands(hers.id, who); got.Verdict != want.Verdict || got.Empty != want.Empty || got.Spare != want.Spare {
				t.Errorf("%s stands %+v", w.people[who].Name, got)
			}
		}
		told := storetest.Clear(t, db, "message.recipient", `kind = 'circle-emptied'`)
		if slices.Contains(told, w.people[doctor].ID+"@phare-demo.invalid") || len(told) != 2 {
			t.Errorf("told to take it over: %v", told)
		}
		w.now = w.now.Add(time.Hour)
		w.write("leave", func(tx *store.Tx) error { // nobody else is there any more
			return tx.Exec(`UPDATE account SET active = false WHERE role IN ('nurse', 'physician') AND id <> $1`, w.people[doctor].ID)
		})
		if got := w.stands(hers.id, doctor); !got.Spare {
			t.Errorf("the last of all stands %+v", got)
		}
	})
}

// No bar takes from an access that waits who is to judge it: not by who opened it,
// nor by whom they took in, also into another file of the patient. Anyone else in the
// circle says a conflict at any time.
func TestBarJudge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.must(circle.Break(ctx, db, w.people[doctor].Actor, id, circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}))
		w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[doctor].ID}))
		bar := func(by, who int) error {
			return circle.Bar(ctx, db, w.people[by].Actor, id, w.people[who].ID, "une raison")
		}
		if err := bar(doctor, second); fault(err) != "circle.bar.judge" {
			t.Errorf("by who opened it: %v", err)
		}
		w.must(circle.Add(ctx, db, w.people[doctor].Actor, id, circle.Joining{Account: w.people[third].ID}))
		if err := bar(third, second); fault(err) != "circle.bar.judge" || w.stands(id, second).Verdict == circle.Barred {
			t.Errorf("by whom they took in: %v", err)
		}
		other := w.files[1]
		w.must(request.Link(ctx, db, w.people[nurse].Actor, w.ref(w.files[0]), w.patients[0]))
		w.must(request.Take(ctx, db, w.people[doctor].Actor, w.ref(other)))
		w.must(request.Link(ctx, db, w.people[doctor].Actor, w.ref(other), w.patients[0]))
		w.must(request.Assign(ctx, db, w.people[doctor].Actor, w.ref(other), w.people[colleague].ID))
		if err := circle.Bar(ctx, db, w.people[colleague].Actor, other.id, w.people[second].ID, "une raison"); fault(err) != "circle.bar.judge" {
			t.Errorf("by whom they gave another file: %v", err)
		}
		w.must(bar(nurse, second))     // was there before
		w.must(bar(doctor, secretary)) // judges nothing
		waiting, _, err := circle.Accesses(ctx, db, w.people[last].Actor)
		w.must(err)
		w.must(circle.Judge(ctx, db, w.people[last].Actor, waiting[0].ID, circle.Review{Outcome: "justified"}))
		w.must(bar(doctor, last))
	})
}

// A file that nobody could open nor take over any more tells those who manage the
// accounts, and the operator.
func TestUnreached(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		for _, who := range []int{colleague, third, doctor, second, last} {
			w.must(circle.Bar(ctx, db, w.people[nurse].Actor, id, w.people[who].ID, "une raison"))
		}
		w.write("role", func(tx *store.Tx) error {
			if err := circle.Leaves(tx, w.people[admin].Actor, phare.ID(w.people[nurse].ID), "la seule"); err != nil {
				return err
			}
			return tx.Exec(`UPDATE account SET role = 'director' WHERE id = $1`, w.people[nurse].ID)
		})
		told := storetest.Clear(t, db, "message.recipient", `kind LIKE 'circle-%'`)
		if !slices.Equal(told, []string{w.people[admin].ID + "@phare-demo.invalid"}) || w.count(`SELECT count(*) FROM message WHERE kind = 'circle-unreached'`) != 1 {
			t.Errorf("told %v", told)
		}
		if notes, err := desk.Looks(ctx, db); err != nil || len(notes) != 1 {
			t.Errorf("the operator reads %q, %v", notes, err)
		}
		w.hire("relève", "physician")
		if notes, err := desk.Looks(ctx, db); err != nil || len(notes) != 0 {
			t.Errorf("with a new physician the operator reads %q, %v", notes, err)
		}
	})
}

// Nobody opens all files by a decision of theirs: it holds after a week, is told at
// once, and called off by any other who may decide. The reverse holds at once.
func TestWidens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, id := t.Context(), w.files[0].id
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		decided := 0
		decide := func(who int, mode string) error {
			err := circle.Switch(ctx, db, w.people[who].Actor, circle.Switching{Mode: mode, After: decided, Reason: "essai"})
			if err == nil {
				decided++
			}
			return err
		}
		is := func(want circle.Verdict, wide time.Time, when string) {
			t.Helper()
			s, err := circle.Decisions(ctx, db, w.people[doctor].Actor)
			if got := w.stands(id, doctor); err != nil || got.Verdict != want || !s.Wide.Equal(wide) {
				t.Errorf("%s: a physician stands %+v, widens %v (%v)", when, got, s.Wide, err)
			}
		}
		w.must(decide(doctor, circle.ByFile))
		w.must(request.Take(ctx, db, w.people[nurse].Actor, w.ref(w.files[0])))
		is(circle.Walled, time.Time{}, "one team per file")
		w.must(decide(doctor, circle.ByDesk))
		from := w.now.Add(circle.WidensAfter)
		is(circle.Walled, from, "decided")
		if told := storetest.Clear(t, db, "message.recipient", `kind = 'circle-widens'`); len(told) != 4 || !slices.Contains(told, w.people[admin].ID+"@phare-demo.invalid") {
			t.Errorf("told %v, want three physicians and the administrator", told)
		}
		if err := decide(admin, circle.ByDesk); fault(err) != "circle.mode.same" {
			t.Errorf("decided twice: %v", err)
		}
		w.now = from.Add(-time.Second)
		is(circle.Walled, from, "a second before")
		w.must(decide(admin, circle.ByFile))
		w.now = from
		is(circle.Walled, time.Time{}, "called off")
		if err := decide(admin, circle.ByFile); fault(err) != "circle.mode.same" {
			t.Errorf("called off twice: %v", err)
		}
		w.must(decide(admin, circle.ByDesk))
		w.now = w.now.Add(circle.WidensAfter)
		is(circle.In, time.Time{}, "a week later")
		w.must(decide(doctor, circle.ByFile))
		is(circle.Walled, time.Time{}, "back at once")
		w.must(decide(doctor, circle.ByDesk))
		w.must(circle.Switch(ctx, db, access.Machine("ici"), circle.Switching{Mode: circle.ByDesk, After: decided, Reason: "essai"}))
		is(circle.In, time.Time{}, "by the operator")
	})
}

// The last place in a file that ends by its date is told as one that is taken away,
// once; while another is left, or for who could take nobody in, nothing is.
func TestLapse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx := t.Context()
		w.write("mail", func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'ici'`)
		})
		for who, after := range map[int]time.Duration{colleague: time.Hour, doctor: 2 * time.Hour, secretary: 3 * time.Hour} {
			w.must(circle.Add(ctx, db, w.people[nurse].Actor, id, circle.Joining{Account: w.people[who].ID, Until: w.now.Add(after)}))
		}
		w.write("role", func(tx *store.Tx) error {
			if err := circle.Leaves(tx, w.people[admin].Actor, phare.ID(w.people[nurse].ID), ""); err != nil {
				return err
			}
			return tx.Exec(`UPDATE account SET role = 'director' WHERE id = $1`, w.people[nurse].ID)
		})
		told := func(want int, when string) {
			t.Helper()
			w.must(circle.Lapse(ctx, db, access.Machine("ici")))
			lines, mails := w.count(`SELECT count(*) FROM event WHERE kind = 'circle.emptied' AND request = $1`, id), w.count(`SELECT count(*) FROM message WHERE kind = 'circle-emptied'`)
			if lines != want || mails != 3*want { // three physicians, whose own place ended among them
				t.Errorf("%s: %d lines, %d messages", when, lines, mails)
			}
		}
		told(0, "at once")
		w.now = w.now.Add(time.Hour)
		told(0, "one of two is left")
		w.now = w.now.Add(time.Hour)
		told(1, "nobody is left")
		w.now = w.now.Add(time.Hour)
		told(1, "an hour later, and the secretary is gone, too")
	})
}
