package need_test

import (
	"slices"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/calendar"
	"phare/internal/circle"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Each decision of triage is written down, and moves the request on.
func TestTriage(t *testing.T) {
	tests := []struct {
		what  string
		d     need.Decision
		state request.State
		next  string
		owner bool
	}{
		{"complete", need.Decision{What: need.Complete}, request.Open, request.NextStudy, true},
		{"ask 9: already clear", need.Decision{What: need.Clear}, request.Open, need.NextOrient, true},
		{"urgent", need.Decision{What: need.Urgently, Words: "malaises répétés"}, request.Open, request.NextStudy, true},
		{"out of scope", need.Decision{What: need.OutOfScope, Words: "adressée au CMP"}, request.Closed, "", false},
	}
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		for _, tt := range tests {
			id := d.submit(nil)
			d.must(need.Triage(ctx, d.db, d.keeper, d.ref(id), tt.d))
			r := d.request(id)
			if r.State != tt.state || r.Next != tt.next || (r.Owner == d.keeper.ID) != tt.owner {
				t.Errorf("%s: %s, next %q, owner %q", tt.what, r.State, r.Next, r.Owner)
			}
			if s := d.sheet(id); len(s.Decided) != 1 || s.Decided[0].What != tt.d.What || s.Decided[0].Words != tt.d.Words || s.Decided[0].Name != d.keeper.Name {
				t.Errorf("%s: written down as %+v", tt.what, s.Decided)
			}
		}
		// From whom, what and since when are facts of their own.
		id := d.submit(nil)
		since := d.db.Now().AddDate(0, 0, -4)
		w := request.Wait{Waiting: request.Waiting{Who: "Dr Test", Until: d.db.Now().AddDate(0, 0, 5)}, Whom: request.AwaitsDoctor, What: "le caryotype", Since: since}
		d.must(need.Triage(ctx, d.db, d.nurse, d.ref(id), need.Decision{What: need.Awaiting, Wait: w}))
		d.is(id, request.Awaiting)
		task := d.sheet(id).Tasks[0]
		if task.Whom != request.AwaitsDoctor || task.Who != "Dr Test" || task.Words != "le caryotype" || !task.Since.Equal(since) || !task.IsOutside() {
			t.Errorf("awaits %+v", task)
		}
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(id)))
		if task := d.sheet(id).Tasks[0]; task.IsOpen() {
			t.Error("it was taken, and the wait is open")
		}
		for what, x := range map[string]struct {
			by  access.Actor
			d   need.Decision
			ref request.Ref
			key string
		}{
			"nothing":                 {d.nurse, need.Decision{}, d.ref(id), "triage.decision.missing"},
			"an older version":        {d.nurse, need.Decision{What: need.Complete}, request.Ref{ID: id, Version: 1}, "error.conflict"},
			"out of scope, no word":   {d.nurse, need.Decision{What: need.OutOfScope}, d.ref(id), "desk.close.words"},
			"awaiting nobody":         {d.nurse, need.Decision{What: need.Awaiting}, d.ref(id), ""},
			"a nurse of another desk": {d.stranger, need.Decision{What: need.Complete}, d.ref(id), "error.notfound"},
			"the public":              {access.Anyone("reunion"), need.Decision{What: need.Complete}, d.ref(id), "error.forbidden"},
		} {
			err := need.Triage(ctx, d.db, x.by, x.ref, x.d)
			d.refused(what, err, phare.KindOf(err), x.key)
		}
		if n := d.number(`triage WHERE request = $1`, id); n != 1 {
			t.Errorf("%d decisions about it, want 1: what was refused left something", n)
		}
		d.healthy()
	})
}

// H7: anyone with the right raises an urgency; it is lowered with a reason only,
// never in silence; what the requester ticked stays.
func TestUrgency(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		before := d.request(id)
		d.must(need.SetUrgency(ctx, d.db, d.keeper, d.ref(id), request.Urgent, ""))
		r := d.request(id)
		if s := d.sheet(id); s.Urgency != request.Urgent || r.Fields.Urgency != request.Routine {
			t.Errorf("works by %s, the requester said %s", s.Urgency, r.Fields.Urgency)
		}
		if !r.NextAt.Before(before.NextAt) || r.NextAt.Sub(d.db.Now()) > request.NewsWithin(request.Urgent) {
			t.Errorf("the next news of an urgent request are due %v", r.NextAt)
		}
		list, err := request.List(ctx, d.db, d.nurse, request.Filter{})
		d.must(err)
		if list.Rows[0].ID != id || list.Rows[0].Urgency != request.Urgent {
			t.Errorf("the list begins with %+v", list.Rows[0])
		}
		d.refused("lowered without a reason", need.SetUrgency(ctx, d.db, d.colleague, d.ref(id), request.Routine, "non"), phare.Invalid, "triage.urgency.why")
		d.must(need.SetUrgency(ctx, d.db, d.colleague, d.ref(id), request.Soon, "le bilan est normal"))
		f, err := request.OpenFile(ctx, d.db, d.nurse, id)
		d.must(err)
		if !slices.ContainsFunc(f.Events, func(e request.Event) bool {
			return e.Kind == "urgency.down.soon" && e.Text == "le bilan est normal" && e.Name == d.colleague.Name
		}) {
			t.Errorf("the timeline: %+v", f.Events)
		}
		if n := d.number(`message WHERE kind = 'desk-urgency'`); n != 1 {
			t.Errorf("%d messages to who holds it, want 1", n)
		}
		d.refused("an unknown urgency", need.SetUrgency(ctx, d.db, d.nurse, d.ref(id), "now", ""), phare.Invalid, "triage.urgency.missing")
	})
}

// Clocks run on working days by the desk's clock, from dated moves; a wait for
// someone outside stops them.
func TestClock(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.submit(nil) // Monday 2 March, 16:00 at the desk
		is := func(what, step string, days, target int, paused, late bool) {
			t.Helper()
			c := d.sheet(id).Clock
			if c == nil || c.Step != step || c.Days != days || c.Target != target || c.Paused != paused || c.Late != late {
				t.Errorf("%s: %+v, want %s %d of %d, paused %v, late %v", what, c, step, days, target, paused, late)
			}
		}
		is("just came", need.StepLook, 0, 1, false, false)
		d.days(2)
		is("nobody looked until Wednesday", need.StepLook, 2, 1, false, true)
		_, err := request.OpenFile(ctx, d.db, d.nurse, id)
		d.must(err)
		is("opened", need.StepTriage, 2, 2, false, false)
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(id)))
		is("taken on Wednesday", "open", 0, 5, false, false)
		d.days(2)
		is("Friday", "open", 2, 5, false, false)
		d.must(request.Await(ctx, d.db, d.nurse, d.ref(id), request.Waiting{Who: "Dr Test", Until: d.db.Now().AddDate(0, 0, 30)}))
		d.days(10)
		is("ten days later", "open", 2, 5, true, false)
		if c := d.sheet(id).Clock; c.PausedSince.Format(time.DateOnly) != "2026-03-06" {
			t.Errorf("paused since %v", c.PausedSince)
		}
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(id))) // Monday 16 March
		d.days(1)
		is("Tuesday after", "open", 3, 5, false, false)
		if due := d.sheet(id).Clock.Due.Format("2006-01-02 15:04"); due != "2026-03-19 14:00" { // Thursday, 18:00 at the desk
			t.Errorf("due %s", due)
		}
		// Writing to it, giving it away: the clock does not begin anew (lesson 11).
		d.must(request.Note(ctx, d.db, d.nurse, id, request.Event{Kind: request.NoteKind, Text: "essai"}))
		d.must(request.Assign(ctx, d.db, d.nurse, d.ref(id), d.colleague.ID))
		is("given to a colleague", "open", 3, 5, false, false)
		d.days(3)
		is("Friday 20", "open", 6, 5, false, true)

		// Targets and days are the desk's own to set, and keep who set them.
		d.refused("by a nurse", need.SetTarget(ctx, d.db, d.nurse, need.Target{Step: "open", Days: 8}), phare.Forbidden, "")
		d.refused("no days", need.SetTarget(ctx, d.db, d.doctor, need.Target{Step: "open"}), phare.Invalid, "clock.days.bad")
		d.refused("no step", need.SetTarget(ctx, d.db, d.doctor, need.Target{Step: "x", Days: 1}), phare.Invalid, "clock.step.unknown")
		d.must(need.SetTarget(ctx, d.db, d.doctor, need.Target{Step: "open", Days: 8, Source: "réunion d'équipe"}))
		is("with more time", "open", 6, 8, false, false)
		d.must(need.SetDay(ctx, d.db, d.doctor, calendar.Day{Rule: "2026-03-18", Off: true, Label: "Pont"}))
		is("with a day off", "open", 5, 8, false, false)
		d.refused("a day without a name", need.SetDay(ctx, d.db, d.doctor, calendar.Day{Rule: "2026-03-19", Off: true}), phare.Invalid, "clock.day.label")
		d.refused("no day", need.SetDay(ctx, d.db, d.doctor, calendar.Day{Rule: "2026-13-19", Off: true, Label: "x"}), phare.Invalid, "clock.day.bad")
		c, err := need.ReadClocks(ctx, d.db, d.nurse)
		d.must(err)
		if c.Own[0].Name != d.doctor.Name || c.Targets[2].Source != "réunion d'équipe" {
			t.Errorf("%+v", c)
		}
		d.healthy()
	})
}

// Someone is away: their files stand in the list of who covers them, whose circle
// they stay, and it ends by itself.
func TestCover(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		shut := d.taken()
		d.must(circle.Bar(ctx, d.db, d.nurse, shut, d.colleague.ID, "sa sœur"))
		mine := func(by access.Actor) (n int) {
			p, err := request.List(ctx, d.db, by, request.Filter{Mine: true})
			d.must(err)
			return len(p.Rows)
		}
		away := need.Absence{Account: d.nurse.ID, Cover: d.colleague.ID, Since: d.db.Now(), Until: d.db.Now().AddDate(0, 0, 7)}
		if n := mine(d.colleague); n != 0 {
			t.Errorf("%d before", n)
		}
		for what, spoil := range map[string]func(*need.Absence){
			"by oneself":   func(a *need.Absence) { a.Cover = a.Account },
			"by nobody":    func(a *need.Absence) { a.Cover = "" },
			"by elsewhere": func(a *need.Absence) { a.Cover = d.stranger.ID },
			"backwards":    func(a *need.Absence) { a.Until = a.Since.Add(-time.Hour) },
			"for years":    func(a *need.Absence) { a.Until = a.Since.AddDate(2, 0, 0) },
		} {
			a := away
			spoil(&a)
			d.refused(what, need.SetAbsence(ctx, d.db, d.keeper, a), phare.Invalid, "")
		}
		d.must(need.SetAbsence(ctx, d.db, d.keeper, away))
		if n := mine(d.colleague); n != 1 {
			t.Errorf("%d files in the list of who covers, want 1: one is barred to them", n)
		}
		day, err := need.MyDay(ctx, d.db, d.colleague)
		d.must(err)
		if got := slices.Concat(day.Late, day.Today, day.Tomorrow, day.Later); len(got) != 1 || got[0].Request != id || got[0].For != d.nurse.Name {
			t.Errorf("the day of who covers: %+v", got)
		}
		if s := d.sheet(id); s.Cover != d.colleague.Name {
			t.Errorf("the file says that %q covers", s.Cover)
		}
		d.days(8)
		if n := mine(d.colleague); n != 0 {
			t.Errorf("%d after it ended", n)
		}
	})
}

// Ask 18: a colleague is ill, and their open files go to another in one write; what
// is not to be had stays. Ask 22: who had them sees what becomes of them.
func TestTakeOver(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		one, two, shut := d.taken(), d.taken(), d.taken()
		d.must(circle.Bar(ctx, d.db, d.nurse, shut, d.doctor.ID, "son fils"))
		done := d.taken()
		d.must(request.Close(ctx, d.db, d.nurse, d.ref(done), request.Ending{Reason: request.Withdrawn}))
		all, others, err := need.HeldBy(ctx, d.db, d.nurse, d.nurse.ID)
		d.must(err)
		if len(all) != 3 || others != 0 {
			t.Fatalf("%d open files, %d others", len(all), others)
		}
		if all, others, err := need.HeldBy(ctx, d.db, d.doctor, d.nurse.ID); err != nil || len(all) != 2 || others != 0 {
			t.Errorf("who is barred sees %d and %d, %v", len(all), others, err)
		}
		refs := []request.Ref{d.ref(one), d.ref(two), d.ref(shut)}
		_, err = need.TakeOver(ctx, d.db, d.stranger, refs, d.stranger.ID)
		d.must(err)
		if d.request(one).Owner != d.nurse.ID {
			t.Error("another desk took it")
		}
		d.must(request.Note(ctx, d.db, d.nurse, two, request.Event{Kind: request.NoteKind, Text: "essai"}))
		d.must(need.SetUrgency(ctx, d.db, d.nurse, d.ref(two), request.Soon, "")) // it moved on since it was seen
		got, err := need.TakeOver(ctx, d.db, d.colleague, refs, d.doctor.ID)
		d.must(err)
		if got != (need.Taken{Done: 1, Kept: 2}) || d.request(one).Owner != d.doctor.ID || d.request(two).Owner != d.nurse.ID || d.request(shut).Owner != d.nurse.ID {
			t.Errorf("taken over: %+v", got)
		}
		if n := d.number(`audit WHERE verb = 'request.take' AND subject = $1 AND actor = $2`, one, d.colleague.ID); n != 1 {
			t.Errorf("%d entries for the file, want 1", n)
		}
		day, err := need.MyDay(ctx, d.db, d.nurse)
		d.must(err)
		if len(day.Passed) != 1 || day.Passed[0].Holder != d.doctor.Name || day.Passed[0].State != request.Open {
			t.Errorf("who had it sees %+v", day.Passed)
		}
		d.must(request.Close(ctx, d.db, d.doctor, d.ref(one), request.Ending{Reason: request.Unreachable}))
		day, err = need.MyDay(ctx, d.db, d.nurse)
		d.must(err)
		if len(day.Passed) != 1 || day.Passed[0].CloseReason != request.Unreachable {
			t.Errorf("and its outcome: %+v", day.Passed)
		}
		d.days(31)
		if day, err = need.MyDay(ctx, d.db, d.nurse); err != nil || len(day.Passed) != 0 {
			t.Errorf("a month later: %+v, %v", day.Passed, err)
		}
		d.healthy()
	})
}

// My day: what is late, due today, tomorrow and later, by the desk's clock.
func TestMyDay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.taken()
		n := d.add(id, "social")
		for _, hours := range []int{1, 9, 30, 100} { // 17:00, then 01:00 and 22:00 of the next day, then later
			d.must(need.AddTask(ctx, d.db, d.nurse, id, need.NewTask{Need: n.ID, Holder: d.nurse.ID, Words: "appeler", Due: d.db.Now().Add(time.Duration(hours) * time.Hour)}))
		}
		day, err := need.MyDay(ctx, d.db, d.nurse)
		d.must(err)
		if len(day.Today) != 1 || len(day.Tomorrow) != 2 || len(day.Later) != 2 || len(day.Late) != 0 { // and the request's own news, in a week
			t.Errorf("today %d, tomorrow %d, later %d, late %d", len(day.Today), len(day.Tomorrow), len(day.Later), len(day.Late))
		}
		d.later(2 * time.Hour)
		day, err = need.MyDay(ctx, d.db, d.nurse)
		d.must(err)
		if len(day.Late) != 1 {
			t.Errorf("late %d", len(day.Late))
		}
		if day, err = need.MyDay(ctx, d.db, d.colleague); err != nil || !day.Empty() {
			t.Errorf("the colleague has %+v, %v", day, err)
		}
	})
}

// A list has the clock of each of its files, the same as the file itself: of those
// that the reader may open, of no others, and of none that is closed.
func TestClocksOfAList(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		fresh, open, waits, ended, kept := d.submit(nil), d.taken(), d.taken(), d.taken(), d.taken()
		d.must(request.Await(ctx, d.db, d.nurse, d.ref(waits), request.Waiting{Who: "Dr Test", Until: d.db.Now().AddDate(0, 0, 30)}))
		d.must(request.Close(ctx, d.db, d.nurse, d.ref(ended), request.Ending{Reason: request.OutOfScope, Words: "essai"}))
		d.must(circle.Bar(ctx, d.db, d.nurse, kept, d.colleague.ID, "sa sœur"))
		d.days(10)
		ids := []phare.ID{fresh, open, waits, ended, kept, "nothing"}
		all, err := need.ClocksOf(ctx, d.db, d.nurse, ids)
		d.must(err)
		for _, id := range ids[:5] {
			switch one, ok := all[id]; {
			case id == ended && ok:
				t.Errorf("a closed file has %+v", one)
			case id != ended && (!ok || one != *d.sheet(id).Clock):
				t.Errorf("the list has %+v, the file %+v", one, d.sheet(id).Clock)
			}
		}
		if !all[fresh].Late || !all[open].Late || all[waits].Late || !all[waits].Paused || len(all) != 4 {
			t.Errorf("clocks %+v", all)
		}
		for who, tt := range map[string]struct {
			by   access.Actor
			want int
		}{"barred from one": {d.colleague, 3}, "elsewhere": {d.stranger, 0}} {
			some, err := need.ClocksOf(ctx, d.db, tt.by, ids)
			d.must(err)
			if _, ok := some[kept]; ok || len(some) != tt.want {
				t.Errorf("%s: %+v", who, some)
			}
		}
		_, err = need.ClocksOf(ctx, d.db, access.Anyone("reunion"), ids)
		d.refused("the public", err, phare.Forbidden, "")
		if none, err := need.ClocksOf(ctx, d.db, d.nurse, nil); err != nil || len(none) != 0 {
			t.Errorf("of nothing: %v, %v", none, err)
		}
	})
}
