package request

import (
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// narrow is a floor with two requests that may be one, of which the first, held by
// the nurse, is confidential.
func narrow(t *testing.T, db *store.DB) (f floor, secret, plain Request) {
	f = newFloor(t, db)
	secret, plain = f.ask(t, "ici", nil), f.ask(t, "ici", nil)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(Take(t.Context(), db, f.nurse, refOf(secret)))
	secret = f.read(t, secret)
	must(Identify(t.Context(), db, f.nurse, refOf(secret), patient.Patient{Identity: patient.Provisional, BirthName: "Essai", FirstNames: "Zoé", BirthDate: "2019-03-12", Sex: "female"}))
	must(circle.Confide(t.Context(), db, f.nurse, secret.ID, "connue de tous"))
	return f, f.read(t, secret), plain
}

// The rooms alone, without any page before them: from outside a confidential file
// nothing finds it, and nothing else tells of its patient.
func TestOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, plain := narrow(t, db)
		ctx, out := t.Context(), f.colleague
		find := func(by access.Actor) (one, read, typed error) {
			err := db.Read(ctx, func(v *store.View) error {
				_, one = Find(v, by, secret.ID)
				_, read = FindToRead(v, by, secret.ID)
				_, typed = FindByReference(v, by, strings.ToLower(secret.Reference))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return one, read, typed
		}
		if a, b, c := find(f.nurse); a != nil || b != nil || c != nil {
			t.Fatalf("its circle: %v, %v, %v", a, b, c)
		}
		if a, b, c := find(out); phare.KindOf(a) != phare.Forbidden || phare.KindOf(b) != phare.Forbidden || phare.KindOf(c) != phare.Forbidden {
			t.Errorf("from outside: %v, %v, %v", a, b, c)
		}
		if a, b, c := find(access.Anyone("ici")); a != nil || b != nil || c != nil {
			t.Errorf("the doors of families stay as they were: %v, %v, %v", a, b, c)
		}
		before := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'request.open'`)
		if _, err := OpenFile(ctx, db, out, secret.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("opened from outside: %v", err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'request.open'`); n != before {
			t.Error("a look that was refused stands in the trail as one")
		}
		// The other request of the same name and birthday: neither its twins nor its
		// candidates tell.
		file, same, err := Lookup(ctx, db, out, plain.ID)
		if err != nil || len(file.Twins) != 0 {
			t.Errorf("twins from outside: %v, %v", file.Twins, err)
		}
		if len(same) != 1 || !same[0].Veiled || same[0].Patient != (patient.Patient{}) || same[0].Why != nil {
			t.Errorf("candidates from outside: %+v", same)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'patient.seek' AND subject = '`+string(secret.Patient)+`'`); n != 1 {
			t.Errorf("a veil was shown, and %d entries name whom it is over", n)
		}
		file, same, err = Lookup(ctx, db, f.nurse, plain.ID)
		if err != nil || len(file.Twins) != 1 || len(same) != 1 || same[0].Veiled {
			t.Errorf("from inside: %v, %+v, %v", file.Twins, same, err)
		}
		err = Link(ctx, db, out, refOf(plain), secret.Patient)
		if e, ok := err.(*phare.Error); !ok || e.Kind != phare.Forbidden || e.Key != "circle.patient.ask" || e.Args["Holder"] != f.nurse.Name {
			t.Errorf("linked from outside: %v", err)
		}
		if err := Link(ctx, db, f.nurse, refOf(plain), secret.Patient); err != nil {
			t.Fatal(err)
		}
		if r := f.read(t, plain); r.Guard != circle.Confidential {
			t.Error("another request of the same patient stays open to all")
		}
		if _, err := OpenFile(ctx, db, out, plain.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the second one from outside: %v", err)
		}
	})
}

// Lists, searches, counts: what they show from outside, and to who is barred.
func TestListOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, plain := narrow(t, db)
		ctx := t.Context()
		list := func(by access.Actor, f Filter) (refs []string, rows []Row) {
			t.Helper()
			p, err := List(ctx, db, by, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				refs = append(refs, r.Reference)
			}
			return refs, p.Rows
		}
		_, rows := list(f.colleague, Filter{Basket: InHand})
		want := Row{ID: secret.ID, Reference: secret.Reference, State: Open, Owner: f.nurse.ID, Holder: f.nurse.Name, NextAt: secret.NextAt, CreatedAt: secret.CreatedAt,
			Version: secret.Version, Walled: true, priority: 1, guard: circle.Confidential}
		if len(rows) != 1 || rows[0] != want {
			t.Errorf("from outside the list shows\n%+v, not\n%+v", rows, want)
		}
		if _, rows := list(f.nurse, Filter{Basket: InHand}); len(rows) != 1 || rows[0].Walled || rows[0].Subject == "" {
			t.Errorf("from inside: %+v", rows)
		}
		for _, tt := range []struct {
			words string
			by    access.Actor
			want  []string
		}{
			{"essai", f.colleague, []string{plain.Reference}}, {"zoé essai", f.colleague, []string{plain.Reference}}, {"12/03/2019", f.colleague, []string{plain.Reference}},
			{secret.Reference, f.colleague, []string{secret.Reference}}, {strings.ToLower(secret.Reference[3:]), f.colleague, []string{secret.Reference}},
			{"essai", f.nurse, []string{plain.Reference, secret.Reference}},
		} {
			got, rows := list(tt.by, Filter{Find: tt.words})
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q finds %v, not %v", tt.words, got, tt.want)
			}
			for _, r := range rows {
				if r.ID == secret.ID && tt.by.ID == f.colleague.ID && (!r.Walled || r.Initials+r.BirthDate+r.Subject+r.Place+r.Requester != "") {
					t.Errorf("%q shows %+v", tt.words, r)
				}
			}
		}
		if err := circle.Bar(ctx, db, f.nurse, secret.ID, f.colleague.ID, "sa nièce"); err != nil {
			t.Fatal(err)
		}
		for _, filter := range []Filter{{}, {Basket: InHand}, {Find: "essai"}, {Find: secret.Reference}, {Limit: 1}} {
			if got, _ := list(f.colleague, filter); slices.Contains(got, secret.Reference) {
				t.Errorf("%+v shows who is barred %v", filter, got)
			}
		}
		counts, err := Count(ctx, db, f.colleague)
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := Hide(ctx, db, f.colleague, counts)
		if err != nil || counts[InHand] != 1 || hidden[InHand] != 0 || hidden[ToTriage] != counts[ToTriage] {
			t.Errorf("counts %v, for who is barred %v, %v", counts, hidden, err)
		}
		err = db.Read(ctx, func(v *store.View) error {
			held, err := HeldBy(v, f.colleague, phare.ID(f.nurse.ID))
			if len(held) != 0 {
				t.Errorf("who is barred sees what the nurse holds: %v", held)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		// A page that ends on what does not exist leads on all the same.
		f.ask(t, "ici", nil)
		page, err := List(ctx, db, f.colleague, Filter{Limit: 1})
		if err != nil || page.Next == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		seen := len(page.Rows)
		for page.Next != "" {
			if page, err = List(ctx, db, f.colleague, Filter{Limit: 1, After: page.Next}); err != nil {
				t.Fatal(err)
			}
			seen += len(page.Rows)
		}
		if seen != 2 {
			t.Errorf("%d rows on all pages, want the 2 that exist", seen)
		}
	})
}

// What does not exist for someone is not overdue for them: counted out of it once
// its date has passed, not before, and not when it is closed.
func TestHideOverdue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, plain := narrow(t, db)
		ctx := t.Context()
		if err := circle.Bar(ctx, db, f.nurse, secret.ID, f.colleague.ID, "sa nièce"); err != nil {
			t.Fatal(err)
		}
		overdue := func(name string, all, shown int) {
			t.Helper()
			counts, err := Count(ctx, db, f.colleague)
			if err != nil {
				t.Fatal(err)
			}
			hidden, err := Hide(ctx, db, f.colleague, counts)
			if err != nil || counts[Overdue] != all || hidden[Overdue] != shown {
				t.Errorf("%s: %d are overdue, %d for who is barred, %v; want %d and %d", name, counts[Overdue], hidden[Overdue], err, all, shown)
			}
		}
		overdue("in time", 0, 0)
		late := plain.NextAt
		if secret.NextAt.After(late) {
			late = secret.NextAt
		}
		db.Now = func() time.Time { return late.Add(time.Minute) }
		overdue("too late", 2, 1)
		if err := Close(ctx, db, f.nurse, refOf(f.read(t, secret)), Ending{Reason: Withdrawn}); err != nil {
			t.Fatal(err)
		}
		overdue("closed", 1, 1)
	})
}
