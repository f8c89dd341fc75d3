package instrument

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// floor is a desk with a request, and a second desk elsewhere.
type floor struct {
	db                                                   *store.DB
	nurse, secretary, doctor, director, admin, elsewhere access.Actor
	request, closed, theirs                              phare.ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newFloor(t *testing.T, db *store.DB) floor {
	t.Helper()
	for _, p := range []string{"ici", "ailleurs"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	}
	as := func(platform string, role access.Role) access.Actor {
		return access.Actor{ID: platform + "-" + string(role), Platform: platform, Role: role, Name: "Personne " + string(role)}
	}
	f := floor{db: db, nurse: as("ici", access.Nurse), secretary: as("ici", access.Secretary), doctor: as("ici", access.Physician),
		director: as("ici", access.Director), admin: as("ici", access.Admin), elsewhere: as("ailleurs", access.Physician)}
	submit := func(platform string) phare.ID {
		r, err := request.Submit(t.Context(), db, access.NewKey(), access.Anyone(platform), request.NewForm(), request.Fields{
			Who: request.GP, Platform: platform, Diagnosis: request.NoDiagnosis, FamilyName: "Payet-Inventé", FirstName: "Lou", BirthDate: "2019-03-12",
			Sex: "female", Question: "Quel centre ?", Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"})
		must(t, err)
		return r.Request
	}
	f.request, f.closed, f.theirs = submit("ici"), submit("ici"), submit("ailleurs")
	file, err := request.OpenFile(t.Context(), db, f.nurse, f.closed)
	must(t, err)
	must(t, request.Close(t.Context(), db, f.nurse, request.Ref{ID: f.closed, Version: file.Version}, request.Ending{Reason: request.Withdrawn}))
	return f
}

func (f floor) count(t *testing.T, query string) int {
	t.Helper()
	var n int
	must(t, f.db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query)
		return err
	}))
	return n
}

func (f floor) look(t *testing.T, by access.Actor, ref Ref) Instrument {
	t.Helper()
	i, err := Look(t.Context(), f.db, by, ref)
	must(t, err)
	return i
}

func (f floor) save(t *testing.T, by access.Actor, ref Ref, text string, seen int64) int64 {
	t.Helper()
	n, err := Save(t.Context(), f.db, by, ref, Draft{Text: text, Seen: seen})
	must(t, err)
	return n
}

func wantKind(t *testing.T, what string, err error, want phare.Kind) {
	t.Helper()
	if err == nil || phare.KindOf(err) != want {
		t.Errorf("%s: %v, want kind %v", what, err, want)
	}
}

// edited is the starter tree with one more word.
func edited(word string) string {
	return strings.Replace(Starter(TreeRef()).Text, "Première orientation par téléphone\n", "Première orientation "+word+"\n", 1)
}

// Who may not, does not; what does not exist, is not there; what is wrong, is
// not kept. Nothing is stored by any of these.
func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx := newFloor(t, db), t.Context()
		d := Draft{Text: edited("x")}
		for _, by := range []access.Actor{f.secretary, f.director, f.admin, access.Anyone("ici")} {
			_, err := Save(ctx, db, by, TreeRef(), d)
			wantKind(t, "save as "+string(by.Role), err, phare.Forbidden)
		}
		for _, by := range []access.Actor{f.nurse, f.secretary, f.director, f.admin} {
			wantKind(t, "sign as "+string(by.Role), signAs(ctx, db, by, TreeRef(), 0), phare.Forbidden)
		}
		for _, by := range []access.Actor{f.director, f.admin} {
			_, err := History(ctx, db, by, TreeRef())
			wantKind(t, "history as "+string(by.Role), err, phare.Forbidden)
			wantKind(t, "attach as "+string(by.Role), Attach(ctx, db, by, Walked{Request: f.request}), phare.Forbidden)
		}
		_, err := Look(ctx, db, access.Anyone("ici"), TreeRef())
		wantKind(t, "look as anyone", err, phare.Forbidden)
		for _, ref := range []Ref{{KindTree, "autre"}, {KindSheet, "orientation"}, {KindSheet, ""}, {"", "filnemus"}} {
			_, err := Look(ctx, db, f.doctor, ref)
			wantKind(t, "look", err, phare.NotFound)
			_, err = Save(ctx, db, f.doctor, ref, d)
			wantKind(t, "save", err, phare.NotFound)
			wantKind(t, "sign", signAs(ctx, db, f.doctor, ref, 0), phare.NotFound)
		}
		_, err = Save(ctx, db, f.nurse, TreeRef(), Draft{Text: "arbre: x\nquestion a: b\nréponse: c => a\nréponse: d => a"})
		wantKind(t, "a loop", err, phare.Invalid)
		if e, ok := err.(*phare.Error); !ok || e.Field != "text" || e.Key != "instrument.check.tree.loop" || e.Args["Line"] != 3 || len(e.All()) != 2 {
			t.Errorf("a loop is told as %+v", err)
		}
		_, err = Save(ctx, db, f.nurse, TreeRef(), Draft{Text: edited("x"), Seen: 1})
		wantKind(t, "over a version that is not there", err, phare.Conflict)
		if n := f.count(t, `SELECT count(*) FROM instrument`) + f.count(t, `SELECT count(*) FROM instrument_version`); n != 0 {
			t.Errorf("%d rows are stored", n)
		}
	})
}

// From the starter to a signed version, a draft over it, and the next one.
func TestLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx, ref := newFloor(t, db), t.Context(), TreeRef()
		if i := f.look(t, f.director, ref); !i.InUse.IsStarter() || i.InUse.IsSigned() || i.HasDraft() || i.InUse.Text != Starter(ref).Text {
			t.Errorf("at first %+v", i)
		}
		if n := f.save(t, f.nurse, ref, edited("une")+"  \r\n", 0); n != 1 {
			t.Fatalf("saved as %d", n)
		}
		if i := f.look(t, f.director, ref); i.HasDraft() || !i.InUse.IsStarter() {
			t.Errorf("the director sees a draft: %+v", i)
		}
		_, err := LookVersion(ctx, db, f.director, ref, 1)
		wantKind(t, "the director reads a draft", err, phare.NotFound)
		i := f.look(t, f.secretary, ref)
		if !i.HasDraft() || i.Latest.Text != edited("une") || i.Latest.AuthorName != f.nurse.Name || !i.Latest.At.Equal(storetest.Noon) {
			t.Errorf("the secretary sees %+v", i.Latest)
		}
		wantKind(t, "signing what was not seen", signAs(ctx, db, f.doctor, ref, 0), phare.Conflict)
		must(t, signAs(ctx, db, f.doctor, ref, 1))
		must(t, signAs(ctx, db, f.doctor, ref, 1)) // pressed twice
		if i = f.look(t, f.director, ref); i.InUse.Number != 1 || i.InUse.SignerName != f.doctor.Name || !i.InUse.SignedAt.Equal(storetest.Noon) {
			t.Errorf("signed %+v", i.InUse)
		}
		f.save(t, f.nurse, ref, edited("deux"), 1)
		f.save(t, f.doctor, ref, edited("trois"), 2)
		if i = f.look(t, f.admin, ref); i.InUse.Number != 1 || i.Latest.Number != 1 {
			t.Errorf("a draft is in use: %+v", i)
		}
		must(t, signAs(ctx, db, f.doctor, ref, 3))
		if x, err := LookVersion(ctx, db, f.director, ref, 1); err != nil || x.Text != Validated(edited("une")) {
			t.Errorf("what was signed is gone: %v", err)
		}
		all, err := History(ctx, db, f.secretary, ref)
		must(t, err)
		if len(all) != 4 || all[0].Number != 3 || all[1].IsSigned() || all[3].Number != 0 || all[3].Text != Starter(ref).Text {
			t.Errorf("history %+v", all)
		}
		if i = f.look(t, f.elsewhere, ref); !i.InUse.IsStarter() {
			t.Error("another desk has this one's tree")
		}
		if n := f.count(t, `SELECT count(*) FROM audit WHERE verb IN ('instrument.save', 'instrument.sign') AND subject = 'tree:orientation' AND platform = 'ici'`); n != 6 {
			t.Errorf("%d entries in the trail, want 6", n)
		}
	})
}

// The same form twice keeps one text; nobody writes over what they did not see.
func TestSaveTwiceAndConflict(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx, ref := newFloor(t, db), t.Context(), SheetRef("g2m")
		text := Starter(ref).Text
		a, b := strings.Replace(text, "examens:\n", "examens:\n- un de plus\n", 1), strings.Replace(text, "examens:\n", "examens:\n- un autre\n", 1)
		if n := f.save(t, f.nurse, ref, text, 0); n != 0 {
			t.Errorf("the starter unchanged is kept as %d", n)
		}
		for range 3 {
			if n := f.save(t, f.nurse, ref, a, 0); n != 1 {
				t.Errorf("saved as %d", n)
			}
		}
		_, err := Save(ctx, db, f.doctor, ref, Draft{Text: b, Seen: 0})
		wantKind(t, "over a version that was not seen", err, phare.Conflict)
		f.save(t, f.doctor, ref, b, 1)
		if n := f.save(t, f.nurse, ref, a, 2); n != 3 { // back to an older text is a change
			t.Errorf("saved as %d", n)
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for _, word := range []string{"un", "deux", "trois", "quatre"} {
			group.Go(func() {
				_, err := Save(ctx, db, f.nurse, ref, Draft{Text: strings.Replace(text, "examens:\n", "examens:\n- "+word+"\n", 1), Seen: 3})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if phare.KindOf(err) != phare.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if won != 1 {
			t.Errorf("%d of four writers at once won", won)
		}
	})
}

// A physician may stand for the starter as it is.
func TestSignStarter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ref := newFloor(t, db), SheetRef("filnemus")
		must(t, signAs(t.Context(), db, f.doctor, ref, 0))
		must(t, signAs(t.Context(), db, f.doctor, ref, 0)) // pressed twice
		i := f.look(t, f.director, ref)
		if i.InUse.Number != 1 || i.InUse.Text != Validated(Starter(ref).Text) || !i.InUse.IsSigned() || i.InUse.AuthorName != f.doctor.Name {
			t.Errorf("signed %+v", i.InUse)
		}
		all, err := List(t.Context(), db, f.director)
		must(t, err)
		if len(all) != 24 || all[0].Kind != KindTree {
			t.Fatalf("%d instruments", len(all))
		}
		for _, s := range all {
			if want := int64(0); s.Ref != ref && (s.InUse != want || s.HasDraft()) || s.Ref == ref && s.InUse != 1 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// A walk is joined to a request once, in the words and the version that were
// seen; never from a draft, never to another desk's request.
func TestAttach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, ctx := newFloor(t, db), t.Context()
		steps := []Step{{"danger", 3}, {"connue", 3}, {"qui", 2}, {"bebe", 1}}
		attach := func(id phare.ID, number int64, steps ...Step) error {
			return Attach(ctx, db, f.secretary, Walked{Request: id, Number: number, Steps: steps})
		}
		wantKind(t, "another desk's request", attach(f.theirs, 0, steps...), phare.NotFound)
		wantKind(t, "no request", attach("none", 0, steps...), phare.NotFound)
		wantKind(t, "a closed request", attach(f.closed, 0, steps...), phare.Conflict)
		wantKind(t, "half a walk", attach(f.request, 0, steps[:2]...), phare.Invalid)
		wantKind(t, "another tree's steps", attach(f.request, 0, Step{"bebe", 1}), phare.NotFound)
		wantKind(t, "no such version", attach(f.request, 7, steps...), phare.NotFound)
		f.save(t, f.nurse, TreeRef(), edited("une"), 0)
		wantKind(t, "a draft", attach(f.request, 1, steps...), phare.Conflict)
		must(t, attach(f.request, 0, steps...))
		must(t, attach(f.request, 0, steps...))
		must(t, signAs(ctx, db, f.doctor, TreeRef(), 1))
		must(t, attach(f.request, 1, steps...))
		f.save(t, f.nurse, TreeRef(), strings.Replace(edited("deux"), "question bebe: ", "question bebe: Dites-moi, ", 1), 1)
		must(t, signAs(ctx, db, f.doctor, TreeRef(), 2))
		db.Now = func() time.Time { return storetest.Noon.Add(time.Hour) }
		must(t, attach(f.request, 1, steps[0], steps[1], Step{"qui", 1})) // begun before the second was signed
		wantKind(t, "a starter no longer in use", attach(f.request, 0, steps[:1]...), phare.Conflict)
		all, err := Walks(ctx, db, f.nurse, f.request)
		must(t, err)
		if len(all) != 3 || f.count(t, `SELECT count(*) FROM event WHERE kind = 'walk' AND shown_to = 'team'`) != 3 {
			t.Fatalf("%d walks are joined", len(all))
		}
		w := all[0]
		if w.Number() != "1" || w.Signer != f.doctor.Name || w.Outcome != "grossesse" || w.Name != f.secretary.Name || len(w.Taken) != 3 || w.Networks[0] != "anddi-rares" {
			t.Errorf("the newest is %+v", w)
		}
		old := all[1]
		if old.IsSigned() {
			old = all[2]
		}
		if old.IsSigned() || old.Number() != "0" || len(old.Edition) < 10 || old.Urgency != Now || old.Path != "danger.3 connue.3 qui.2 bebe.1" || old.Taken[3].Answer == "" {
			t.Errorf("the first is %+v", old)
		}
		if theirs, err := Walks(ctx, db, f.elsewhere, f.request); phare.KindOf(err) != phare.NotFound || len(theirs) != 0 {
			t.Errorf("another desk reads %v, %v", theirs, err)
		}
	})
}

// signAs signs what the person's page would show, with every tick.
func signAs(ctx context.Context, db *store.DB, by access.Actor, ref Ref, number int64) error {
	s := Signature{Number: number}
	if i, err := Look(ctx, db, by, ref); err == nil {
		r := i.Review()
		s.Print = r.Print
		for _, l := range r.Losses {
			s.Agreed = append(s.Agreed, l.Mark)
		}
	}
	return Sign(ctx, db, by, ref, s)
}
