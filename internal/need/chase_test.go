package need_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/expertise"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

func (d desk) chase(by access.Actor) need.Chasing {
	d.t.Helper()
	c, err := need.Chase(d.t.Context(), d.db, by)
	d.must(err)
	return c
}

// Ask 3: by age; ask 7: only what is unanswered; and nobody is chased twice for the
// same thing, by any way, by anybody.
func TestChase(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		n := d.add(id, "medical")
		q, expert := d.ask(id, "Pr Première")
		social := d.add(id, "social")
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(social)))
		task := d.sheet(id).Needs[1].Tasks[0].ID
		remind := func(by access.Actor, about phare.ID, basket, way string) error {
			return need.Remind(ctx, d.db, by, about, need.Nudging{Basket: basket, Way: way, Result: "nobody"})
		}
		one := func(about phare.ID) need.Item {
			t.Helper()
			all := d.chase(d.nurse).Awaited
			i := slices.IndexFunc(all, func(x need.Item) bool { return x.About == about })
			if i < 0 {
				t.Fatalf("%s is not among %d", about, len(all))
			}
			return all[i]
		}
		if x := one(q.ID); x.Basket != "d0" || x.Stop != need.StopYoung || x.Label != n.Label || x.Initials != "Z. E." || x.Who != "Pr Première" {
			t.Errorf("just asked: %+v", x)
		}
		d.refused("too early", remind(d.nurse, q.ID, "d0", "mail"), phare.Conflict, "chase.stopped.young")
		d.days(4)
		if x := one(q.ID); x.Days != 4 || x.Basket != "d3" || !x.CanRemind() {
			t.Errorf("four days later: %+v", x)
		}
		d.refused("by an office without an address", remind(d.nurse, task, "d3", "mail"), phare.Invalid, "chase.mail.none")
		d.refused("from another basket", remind(d.nurse, q.ID, "d10", "mail"), phare.Conflict, "error.conflict")
		d.refused("from elsewhere", remind(d.stranger, q.ID, "d3", "mail"), phare.Conflict, "chase.answered")
		d.refused("the public", remind(access.Anyone("reunion"), q.ID, "d3", "mail"), phare.Forbidden, "")
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, by := range []access.Actor{d.nurse, d.colleague} { // two people at once
			wg.Go(func() { results[i] = remind(by, q.ID, "d3", "mail") })
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Errorf("two reminded at once: %v, %v", results[0], results[1])
		}
		d.refused("again", remind(d.nurse, q.ID, "d3", "call"), phare.Conflict, "chase.stopped.done")
		if n := d.number(`message WHERE kind = 'question-remind'`); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
		d.must(remind(d.nurse, task, "d3", "call"))
		d.days(6)
		if x := one(q.ID); x.Basket != "d10" || x.Stop != "" || len(x.Nudges) != 1 || x.Nudges[0].Way != "mail" {
			t.Errorf("ten days after: %+v", x)
		}
		d.must(remind(d.nurse, q.ID, "d10", "call"))
		d.days(20)
		d.must(remind(d.colleague, q.ID, "d30", "mail"))
		d.refused("a fourth time", remind(d.nurse, q.ID, "d30", "call"), phare.Conflict, "chase.stopped.done")

		// A new link is a new wait; an answer ends it.
		_, _, err := expertise.Renew(ctx, d.db, expertise.Links{Key: d.key, Base: "http://phare.example"}, d.nurse, expertise.Renewal{Question: q.ID, Form: request.NewForm()})
		d.must(err)
		if x := one(q.ID); x.Days != 0 || len(x.Nudges) != 0 {
			t.Errorf("after a new link: %+v", x)
		}
		_, err = expertise.Answer(ctx, d.db, expert, expertise.Opinion{Words: "Un bilan", Name: "Pr Première"})
		d.must(err)
		d.must(need.EndTask(ctx, d.db, d.nurse, task, true))
		if c := d.chase(d.nurse); len(c.Awaited) != 0 {
			t.Errorf("answered, and still chased: %+v", c.Awaited)
		}
		d.refused("answered", remind(d.nurse, q.ID, "d0", "mail"), phare.Conflict, "chase.answered")
		d.healthy()
	})
}

// Nobody chases in a file that they may not open, nor sees it in the list.
func TestChaseInsideCircles(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.taken()
		n := d.add(id, "social")
		d.must(need.AddTask(ctx, d.db, d.nurse, id, d.wait(n)))
		task := d.sheet(id).Needs[0].Tasks[0].ID
		d.must(circle.Bar(ctx, d.db, d.nurse, id, d.colleague.ID, "sa sœur"))
		d.days(5)
		for who, by := range map[string]access.Actor{"barred": d.colleague, "outside": d.doctor, "elsewhere": d.stranger} {
			if c := d.chase(by); len(c.Awaited)+len(c.ToOrient) != 0 {
				t.Errorf("%s sees %+v", who, c)
			}
			if err := need.Remind(ctx, d.db, by, task, need.Nudging{Basket: "d3", Way: "call", Result: "reached"}); err == nil {
				t.Errorf("%s chased", who)
			}
		}
		if n := d.number(`nudge`); n != 0 {
			t.Errorf("%d memories were left", n)
		}
		if c := d.chase(d.nurse); len(c.Awaited) != 1 {
			t.Errorf("the holder sees %+v", c)
		}
	})
}

// Ask 11: who is still to be oriented, since when, by structure. Ask 5: a need
// « autre » that nobody was given raises an alarm, once. Ask 4: a failure is said to
// the requester.
func TestToOrient(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		id := d.taken()
		other := d.add(id, need.Other)
		far := d.submit(func(f *request.Fields) { f.Place, f.Commune = "Autre cabinet", "Saint-Denis" })
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(far)))
		c := d.chase(d.nurse)
		if len(c.ToOrient) != 2 || c.Alarms != 0 || c.ToOrient[0].Place != "Autre cabinet" || c.ToOrient[0].What != need.OfRequest {
			t.Fatalf("to orient: %+v", c.ToOrient)
		}
		d.days(2)
		if c := d.chase(d.nurse); c.Alarms != 0 { // until the end of the second working day
			t.Errorf("%d alarms on Wednesday afternoon", c.Alarms)
		}
		d.days(1)
		c = d.chase(d.nurse)
		if x := c.ToOrient[1]; c.Alarms != 1 || !x.Alarm || x.About != other.ID || x.Days != 3 {
			t.Errorf("on Thursday: %d alarms, %+v", c.Alarms, x)
		}
		machine := access.Machine("reunion")
		told, err := need.Escalate(ctx, d.db, machine)
		d.must(err)
		again, err := need.Escalate(ctx, d.db, machine)
		d.must(err)
		if told == 0 || again != 0 {
			t.Errorf("told %d, again %d", told, again)
		}
		if n := d.number(`message WHERE kind = 'desk-alone'`); n != 3 { // two nurses and the physician
			t.Errorf("%d were told, want 3", n)
		}
		d.must(need.End(ctx, d.db, d.nurse, other.ID, need.Ending{Version: other.Version, Outcome: need.NotMet, Why: "unreachable", Sorry: true}))
		if n := d.number(`message WHERE kind = 'news.unmet'`); n != 1 {
			t.Errorf("%d messages to the requester, want 1", n)
		}
		if c := d.chase(d.nurse); len(c.ToOrient) != 1 {
			t.Errorf("ended, and still to orient: %+v", c.ToOrient)
		}
		d.healthy()
	})
}

// Escalation tells once: run by two processes at once, and again every hour.
func TestEscalate(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, machine := t.Context(), access.Machine("reunion")
		d.refused("by a nurse", second(need.Escalate(ctx, d.db, d.nurse)), phare.Forbidden, "")
		id := d.submit(nil)
		run := func() {
			t.Helper()
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					if _, err := need.Escalate(ctx, d.db, machine); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		told := func(kind string) int { return d.number(`message WHERE kind = $1`, kind) }
		d.days(1)
		run()
		if n := told("desk-unread"); n != 0 {
			t.Errorf("%d told on Tuesday at 16:00, before the day was over", n)
		}
		d.later(3 * time.Hour)
		for range 3 {
			run()
			d.later(time.Hour)
		}
		if n := told("desk-unread"); n != 3 {
			t.Errorf("%d told that nobody read it, want two nurses and the physician", n)
		}
		if n := d.number(`event WHERE request = $1 AND kind = 'told.unread'`, id); n != 1 {
			t.Errorf("%d lines in the timeline, want 1", n)
		}
		_, err := request.OpenFile(ctx, d.db, d.nurse, id)
		d.must(err)
		d.must(request.Take(ctx, d.db, d.nurse, d.ref(id)))
		d.days(10) // Tuesday to Friday of the next week: 8 of 5 working days
		run()
		if n := told("desk-overdue"); n != 0 {
			t.Errorf("%d told before twice its time", n)
		}
		// The physician is away: who covers is told.
		d.must(need.SetAbsence(ctx, d.db, d.keeper, need.Absence{Account: d.doctor.ID, Cover: d.colleague.ID, Since: d.db.Now(), Until: d.db.Now().AddDate(0, 0, 30)}))
		d.days(5)
		for range 3 {
			run()
			d.days(1)
		}
		all := storetest.Clear(t, d.db, "message.recipient", `kind = 'desk-overdue'`)
		if len(all) != 1 || all[0] != d.colleague.ID+"@desk.example" {
			t.Errorf("told of what is twice past its time: %v, want who covers the physician", all)
		}
		d.healthy()
	})
}

// What is confidential is told to nobody outside its circle.
func TestEscalateInsideCircles(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx, id := t.Context(), d.submit(nil)
		d.must(circle.Bar(ctx, d.db, d.nurse, id, d.colleague.ID, "sa sœur"))
		d.days(4)
		_, err := need.Escalate(ctx, d.db, access.Machine("reunion"))
		d.must(err)
		for _, to := range storetest.Clear(t, d.db, "message.recipient", `kind LIKE 'desk-%' AND request = $1`, id) {
			if to == d.colleague.ID+"@desk.example" {
				t.Error("who is barred was told")
			}
		}
	})
}

// A job killed between two of its writes leaves nothing half done: the memory and
// the messages are one commit.
func TestEscalateKilled(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		ctx := t.Context()
		d.submit(nil)
		d.submit(nil)
		d.days(4)
		dead, kill := context.WithCancel(ctx)
		real := d.db.Now
		calls := 0
		d.db.Now = func() time.Time {
			if calls++; calls == 3 { // the read, the first write, then it dies
				kill()
			}
			return real()
		}
		_, err := need.Escalate(dead, d.db, access.Machine("reunion"))
		d.db.Now = real
		if err == nil {
			t.Log("it ended before it was killed")
		}
		_, err = need.Escalate(ctx, d.db, access.Machine("reunion"))
		d.must(err)
		if n, m := d.number(`nudge WHERE way = 'told'`), d.number(`message WHERE kind = 'desk-unread'`); n != 2 || m != 6 {
			t.Errorf("%d memories and %d messages, want 2 and 6", n, m)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// Ask 14: an expert is reminded by who works in the file that asked them, once for
// each age; nobody else's expert can be reminded, whoever asks.
func TestRemindOnlyTheFilesOwnExperts(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		id := d.taken()
		q, _ := d.ask(id, "Dr Lointain")
		d.must(circle.Bar(t.Context(), d.db, d.nurse, id, d.colleague.ID, "sa sœur"))
		d.days(12)
		basket := ""
		for _, i := range d.chase(d.nurse).Awaited {
			if i.About == q.ID {
				basket = i.Basket
			}
		}
		director := access.Actor{ID: string(phare.NewID()), Platform: "reunion", Role: access.Director}
		for who, by := range map[string]access.Actor{"barred": d.colleague, "outside the circle": d.doctor, "of another desk": d.stranger, "a director": director,
			"the public": access.Anyone("reunion"), "another expert": {ID: "link:x", Platform: "reunion", Role: access.Expert}} {
			if err := need.Remind(t.Context(), d.db, by, q.ID, need.Nudging{Basket: basket, Way: "mail"}); err == nil {
				t.Errorf("%s reminded the expert", who)
			}
		}
		if n := d.number(`message WHERE kind LIKE '%nudge%' OR kind LIKE '%remind%'`); n != 0 || basket == "" {
			t.Fatalf("%d reminders left, basket %q", n, basket)
		}
		d.must(need.Remind(t.Context(), d.db, d.nurse, q.ID, need.Nudging{Basket: basket, Way: "mail"}))
		if err := need.Remind(t.Context(), d.db, d.nurse, q.ID, need.Nudging{Basket: basket, Way: "mail"}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("reminded twice for one age: %v", err)
		}
		if n := d.number(`nudge`); n != 1 {
			t.Errorf("%d memories", n)
		}
	})
}
