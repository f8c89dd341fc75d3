package request

import (
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Ask 21: what others wrote since one's last visit is told; what one wrote oneself
// is not, and to go back and forth within a visit loses nothing.
func TestSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		clock := db.Now()
		at := func(after time.Duration) { db.Now = func() time.Time { return clock.Add(after) } }
		open := func(by access.Actor) (news []Event, file File) {
			t.Helper()
			file, err := OpenFile(t.Context(), db, by, r.ID)
			ok(t, err)
			for _, e := range file.Events {
				if !file.Since.IsZero() && e.At.After(file.Since) && e.Actor != by.ID {
					news = append(news, e)
				}
			}
			return news, file
		}
		dot := func(by access.Actor) bool {
			t.Helper()
			p, err := List(t.Context(), db, by, Filter{})
			ok(t, err)
			return p.Rows[0].Changed
		}
		note := func(by access.Actor, words string) {
			t.Helper()
			ok(t, Note(t.Context(), db, by, r.ID, Event{Kind: NoteKind, Text: words}))
		}
		if news, file := open(f.nurse); len(news) != 0 || !file.Since.IsZero() {
			t.Errorf("the first visit: %v since %v", news, file.Since)
		}
		at(time.Hour)
		note(f.nurse, "moi-même")
		if dot(f.nurse) {
			t.Error("a dot for what one wrote oneself")
		}
		at(2 * time.Hour)
		note(f.colleague, "par une autre")
		if !dot(f.nurse) || dot(f.colleague) {
			t.Errorf("dots: reader %v, writer %v", dot(f.nurse), dot(f.colleague))
		}
		at(3 * time.Hour)
		for range 2 { // a second look within the visit
			if news, file := open(f.nurse); len(news) != 1 || news[0].Text != "par une autre" || !file.Since.Equal(clock) {
				t.Errorf("the second visit: %v since %v", news, file.Since)
			}
			if dot(f.nurse) {
				t.Error("a dot after one has looked")
			}
			at(3*time.Hour + 10*time.Minute)
		}
		at(5 * time.Hour)
		if news, _ := open(f.nurse); len(news) != 0 {
			t.Errorf("the third visit: %v", news)
		}
		ok(t, Assign(t.Context(), db, f.nurse, refOf(f.read(t, r)), f.doctor.ID))
		if !dot(f.doctor) {
			t.Error("no dot for who was given a file and has not opened it")
		}
	})
}

// Ask 18: the work list is narrowed by who holds, how urgent, who asked and how
// old, all at once, and its tiles count what is left.
func TestFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		now := db.Now()
		old := f.ask(t, "ici", func(r *Request) { r.Fields.Urgency, r.CreatedAt = Soon, now.Add(-20*24*time.Hour) })
		fresh := f.ask(t, "ici", func(r *Request) { r.Fields.Who = Family })
		late := f.ask(t, "ici", func(r *Request) { r.Fields.Urgency, r.NextAt = Urgent, now.Add(-time.Hour) })
		ok(t, Assign(t.Context(), db, f.nurse, refOf(old), f.colleague.ID))
		ok(t, Take(t.Context(), db, f.nurse, refOf(late)))
		for name, tt := range map[string]struct {
			f    Filter
			want []Request
		}{
			"all": {Filter{}, []Request{late, old, fresh}}, "colleague": {Filter{Holder: f.colleague.ID}, []Request{old}}, "mine": {Filter{Mine: true}, []Request{late}},
			"nobody": {Filter{Nobody: true}, []Request{fresh}}, "family": {Filter{Who: Family}, []Request{fresh}}, "soon": {Filter{Urgency: Soon}, []Request{old}},
			"old": {Filter{Days: 10}, []Request{old}}, "together": {Filter{Days: 10, Urgency: Soon, Holder: f.colleague.ID, Team: true}, []Request{old}},
			"against each other": {Filter{Days: 10, Urgency: Urgent}, nil}, "nonsense is left out": {Filter{Urgency: "x", Who: "y", Days: -1}, []Request{late, old, fresh}},
			"another kind": {Filter{Who: Social}, nil},
			"team":         {Filter{Team: true}, []Request{late, old, fresh}}, "late": {Filter{Basket: Overdue, Urgency: Urgent}, []Request{late}},
		} {
			p, err := List(t.Context(), db, f.nurse, tt.f)
			ok(t, err)
			seen := map[string]bool{}
			for _, r := range p.Rows {
				seen[r.Reference] = true
			}
			for _, r := range tt.want {
				if !seen[r.Reference] {
					t.Errorf("%s: %s is not there", name, r.Reference)
				}
			}
			if len(p.Rows) != len(tt.want) {
				t.Errorf("%s: %d rows, want %d", name, len(p.Rows), len(tt.want))
			}
			counts, err := CountOf(t.Context(), db, f.nurse, tt.f)
			ok(t, err)
			if n := counts[ToTriage] + counts[InHand]; tt.f.Basket == "" && n != len(tt.want) || counts[Overdue] > 1 {
				t.Errorf("%s: the tiles count %d (%v), the list has %d", name, n, counts, len(tt.want))
			}
		}
		for _, who := range Kinds() { // none that can ask is unknown to the list
			if got := (Filter{Who: who}).Clean(); got.Who != who || got.IsPlain() {
				t.Errorf("the list is not narrowed to %s", who)
			}
		}
		p, err := List(t.Context(), db, f.nurse, Filter{Mine: true})
		ok(t, err)
		if got := p.Rows[0].HeldSince; !got.Equal(now) {
			t.Errorf("held since %v, want %v", got, now)
		}
	})
}

// "My team" is what one may open; "all" shows of the rest that it is there. What
// one is barred from is in neither, nor in any count.
func TestTeamOrAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f, secret, _ := narrow(t, db)
		barred := f.hire(t, "ici", "Proche Essai", access.Nurse)
		ok(t, circle.Bar(t.Context(), db, f.nurse, secret.ID, barred.ID, "sa sœur"))
		for _, mode := range []string{circle.ByDesk, circle.ByFile} {
			if mode == circle.ByFile {
				ok(t, circle.Switch(t.Context(), db, f.doctor, circle.Switching{Mode: circle.ByFile, Reason: "essai"}))
			}
			for _, tt := range []struct {
				who       string
				by        access.Actor
				team, all int
			}{{"its circle", f.nurse, 2, 2}, {"outside", f.colleague, 1, 2}, {"barred", barred, 1, 1}} {
				for _, team := range []bool{true, false} {
					want := map[bool]int{true: tt.team, false: tt.all}[team]
					p, err := List(t.Context(), db, tt.by, Filter{Team: team})
					ok(t, err)
					if len(p.Rows) != want {
						t.Errorf("%s, %s, team %v: %d rows, want %d", mode, tt.who, team, len(p.Rows), want)
					}
					counts, err := CountOf(t.Context(), db, tt.by, Filter{Team: team})
					ok(t, err)
					if n := counts[ToTriage] + counts[InHand]; n != want {
						t.Errorf("%s, %s, team %v: counted %d, want %d", mode, tt.who, team, n, want)
					}
					all, err := Count(t.Context(), db, tt.by)
					ok(t, err)
					left, easy := all, true
					if team {
						left, easy, err = HideBeyond(t.Context(), db, tt.by, all)
					} else {
						left, err = Hide(t.Context(), db, tt.by, all)
					}
					ok(t, err)
					if n := left[ToTriage] + left[InHand]; easy && n != want || easy == (team && mode == circle.ByFile) {
						t.Errorf("%s, %s, team %v: %d are left (%v), want %d", mode, tt.who, team, n, easy, want)
					}
				}
			}
		}
	})
}
