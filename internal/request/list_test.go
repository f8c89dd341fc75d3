package request

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func ids(rows []Row) (all []phare.ID) {
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return all
}

func TestListStaysAtHome(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		here, there := f.ask(t, "ici", nil), f.ask(t, "ailleurs", nil)
		for _, filter := range []Filter{{}, {Basket: ToTriage}, {Find: "essai"}, {Find: there.Reference}, {Find: here.Reference}, {Find: "12/03/2019"}} {
			p, err := List(t.Context(), db, f.nurse, filter)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range p.Rows {
				if row.ID != here.ID {
					t.Errorf("%+v shows a request of another platform", filter)
				}
			}
		}
		for _, by := range []access.Actor{f.director, access.Anyone("ici"), {}} {
			if _, err := List(t.Context(), db, by, Filter{}); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("list for %s: %v", by.Role, err)
			}
			if _, err := Count(t.Context(), db, by); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("count for %s: %v", by.Role, err)
			}
		}
		if c, err := Count(t.Context(), db, f.elsewhere); err != nil || c[ToTriage] != 1 {
			t.Errorf("count elsewhere %v, %v", c, err)
		}
	})
}

func TestListOrderAndPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		for i := range 23 {
			f.ask(t, "ici", func(r *Request) {
				r.NextAt = storetest.Noon.Add(time.Duration(i%5) * time.Hour) // many share an hour
				r.State = []State{Received, Open, Answered, Signed}[i%4]
				if i%7 == 0 {
					r.Fields.Urgency = Urgent
				}
			})
		}
		for _, b := range []Basket{"", ToTriage, ToAnswer} {
			whole, err := List(t.Context(), db, f.nurse, Filter{Basket: b})
			if err != nil || whole.Next != "" || len(whole.Rows) < 5 {
				t.Fatalf("%q: %d rows, next %q, %v", b, len(whole.Rows), whole.Next, err)
			}
			for i, r := range whole.Rows[1:] {
				before := whole.Rows[i]
				if before.Urgency != Urgent && r.Urgency == Urgent || before.Urgency == r.Urgency && r.NextAt.Before(before.NextAt) {
					t.Errorf("%q: row %d stands after a later one", b, i+1)
				}
			}
			var paged []phare.ID
			f.arrive(t, whole.Rows[0]) // someone sends a request while we read on
			for after := Cursor(""); ; {
				p, err := List(t.Context(), db, f.nurse, Filter{Basket: b, After: after, Limit: 4})
				if err != nil || len(p.Rows) > 4 {
					t.Fatalf("page of %d, %v", len(p.Rows), err)
				}
				paged = append(paged, ids(p.Rows)...)
				if after = p.Next; after == "" {
					break
				}
			}
			for _, id := range ids(whole.Rows) {
				if n := len(slices.DeleteFunc(slices.Clone(paged), func(x phare.ID) bool { return x != id })); n != 1 {
					t.Errorf("%q: a row is on the pages %d times", b, n)
				}
			}
		}
	})
}

// arrive puts a request at the very front of the list.
func (f floor) arrive(t *testing.T, first Row) {
	f.ask(t, "ici", func(r *Request) { r.Fields.Urgency, r.NextAt = Urgent, first.NextAt.Add(-time.Hour) })
}

func TestListBaskets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		for i, s := range States() {
			for range i + 1 {
				f.ask(t, "ici", func(r *Request) {
					r.State = s
					if s == Closed {
						r.CloseReason, r.ClosedAt = Withdrawn, storetest.Noon
					}
					if s == Open {
						r.Owner, r.NextAt = f.nurse.ID, storetest.Noon.Add(-time.Hour)
					}
				})
			}
		}
		want := Counts{ToTriage: 1, ToComplete: 2, InHand: 3, WithExpert: 4, ToAnswer: 5 + 6, Overdue: 3, Ended: 7}
		got, err := Count(t.Context(), db, f.nurse)
		if err != nil {
			t.Fatal(err)
		}
		for b, n := range want {
			p, err := List(t.Context(), db, f.nurse, Filter{Basket: b})
			if err != nil || got[b] != n || len(p.Rows) != n {
				t.Errorf("%s: counted %d, listed %d, want %d (%v)", b, got[b], len(p.Rows), n, err)
			}
		}
		mine, err := List(t.Context(), db, f.nurse, Filter{Mine: true})
		if err != nil || len(mine.Rows) != 3 || mine.Rows[0].Holder != f.nurse.Name {
			t.Errorf("mine: %d rows, %v", len(mine.Rows), err)
		}
		if other, err := List(t.Context(), db, f.colleague, Filter{Mine: true}); err != nil || len(other.Rows) != 0 {
			t.Errorf("a colleague's: %d rows, %v", len(other.Rows), err)
		}
		for _, after := range []Cursor{"nonsense", "1~~", "x~y~z"} {
			if p, err := List(t.Context(), db, f.nurse, Filter{After: after}); err != nil || len(p.Rows) == 0 {
				t.Errorf("cursor %q: %d rows, %v", after, len(p.Rows), err)
			}
		}
	})
}

func TestFind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", func(r *Request) {
			r.Fields.FamilyName, r.Fields.FirstName, r.Fields.Phone = "Hoarau-Payet", "Éloïse", "+262 692 12 34 56"
			r.Fields.Name, r.Fields.Place = "Dr Œuvrard", "Maison de santé de Cilaos"
		})
		f.ask(t, "ici", func(r *Request) { r.Fields.FamilyName, r.Fields.BirthDate = "Hoarau", "" })
		for typed, want := range map[string]int{
			"hoarau": 2, "HOARAU payet": 1, "eloi": 1, "Hoarau Éloïse": 1, "œuvrard": 1, "oeuvr": 1, "cilaos": 1,
			r.Reference: 1, r.Reference[3:]: 1, "mr-" + r.Reference[3:7]: 1, "MR" + r.Reference[3:7] + r.Reference[8:]: 1, "0692 12 34 56": 1, "0692": 1, "+262692123456": 1,
			"12/03/2019": 1, "2019-03-12 hoarau": 1, "hoarau fontaine": 0, "h": 0, "": 2, "%": 0, "' OR 1=1": 0, "arau": 0,
		} {
			p, err := List(t.Context(), db, f.nurse, Filter{Find: typed})
			if err != nil || len(p.Rows) != want {
				t.Errorf("find %q: %d rows, %v; want %d", typed, len(p.Rows), err, want)
			}
		}
	})
}

func TestWordsBounded(t *testing.T) {
	long := ""
	for i := range 500 {
		long += fmt.Sprintf("nom%d ", i)
	}
	if n := len(findWords(Request{Fields: Fields{FamilyName: long}})); n > keptWords {
		t.Errorf("%d words kept", n)
	}
	if n := len(askedWords(long)); n > askedMost {
		t.Errorf("%d words asked", n)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"Hoarau 12/03/2019", "+262", "MR-", "é’", "\x00", "1/2/3/4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range askedWords(s) {
			if w == "" {
				t.Errorf("%q asks for an empty word", s)
			}
		}
	})
}
