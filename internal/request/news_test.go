package request

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// kindsOf are the messages to the requester of a request, the oldest first.
func (f floor) kindsOf(t testing.TB, id phare.ID) (all []string) {
	t.Helper()
	err := f.db.Read(t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[string], `SELECT kind FROM message WHERE request = $1 ORDER BY at, id`, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// move is Advance as the rooms call it.
func (f floor) move(t testing.TB, r Request, next State, change func(*Request)) Request {
	t.Helper()
	r = f.read(t, r)
	if change != nil {
		change(&r)
	}
	err := f.db.Write(t.Context(), f.nurse.Act("test", string(r.ID)), func(tx *store.Tx) error {
		if err := expertActs(tx, r, next); err != nil {
			return err
		}
		return Advance(tx, r, next)
	})
	if err != nil {
		t.Fatal(err)
	}
	return f.read(t, r)
}

// expertActs puts the question in place that makes a request stand so: its state
// is computed from that.
func expertActs(tx *store.Tx, r Request, next State) error {
	switch {
	case next == Asked:
		id := phare.NewID()
		return tx.Exec(`INSERT INTO question (id, platform, request, person, recipient, place, zone, mail, shown, form, link_form, token, urgency, override, state, actor, sent_at, due_at,
			expires_at, renewed_at, opened_at, ended_at, read_at, opinion, exams, referral, delay, signed_name, rpps, reason, note, version)
			VALUES ($1, $2, $3, '', '', '', '', '', '', $1, $1, $1, '', '', 'sent', '', $4, $5, $5, '', '', '', '', '', '', '', '', '', '', '', '', 1)`,
			id, r.Platform, r.ID, tx.Now, tx.Now.Add(24*time.Hour))
	case next == Answered, next == Open && r.State == Asked:
		ended := map[State]string{Answered: "answered", Open: "refused"}[next]
		return tx.Exec(`UPDATE question SET state = $1, ended_at = $2 WHERE request = $3 AND state = 'sent'`, ended, tx.Now, r.ID)
	}
	return nil
}

// Ask 1: the requester has word at each step, from taking to closing, each once;
// what the desk does within a step tells nothing.
func TestNewsAtEveryStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", func(r *Request) { r.Fields.Mail, r.Fields.News = "ida@exemple.invalid", "mail" })
		clock := f.db.Now()
		f.db.Now = func() time.Time { clock = clock.Add(time.Minute); return clock }
		r = f.move(t, r, Open, nil)
		r = f.move(t, r, Open, func(r *Request) { r.Next = "search" })
		r = f.move(t, r, Awaiting, func(r *Request) { r.Awaited = "le laboratoire" })
		r = f.move(t, r, Open, func(r *Request) { r.Awaited = "" })
		r = f.move(t, r, Asked, nil)
		r = f.move(t, r, Open, nil)
		r = f.move(t, r, Asked, nil)
		r = f.move(t, r, Answered, nil)
		r = f.move(t, r, Signed, nil)
		r = f.move(t, r, Open, nil)
		r = f.move(t, r, Closed, func(r *Request) { r.CloseReason = Unreachable })
		want := []string{"news.taken", "news.awaiting", "news.resumed", "news.asked", "news.search", "news.asked", "news.back", "news.ready", "news.reopened", "news.closed.unreachable"}
		if got := f.kindsOf(t, r.ID); !slices.Equal(got, want) {
			t.Errorf("told %v\nwant %v", got, want)
		}
	})
}

// Every move that the status graph allows tells something, but for what the desk
// does on its own.
func TestEveryMoveTells(t *testing.T) {
	silent := map[[2]State]bool{
		{Answered, Open}: true, // a question was reopened at the desk: nothing has changed for the requester
	}
	for _, from := range States() {
		for _, to := range States() {
			if from.CanBecome(to) && (stepOf(from, to, Withdrawn) == "") != silent[[2]State{from, to}] {
				t.Errorf("%s → %s tells %q", from, to, stepOf(from, to, Withdrawn))
			}
		}
	}
}

// When the promised date passes with nothing new, the requester is told once,
// with a new date; the desk's own date stays, so that it sees how late it is. The
// new date passing tells once more. What moved on is not told of.
func TestTellLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		told := func() int {
			t.Helper()
			n, err := TellLate(t.Context(), db, f.machine)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if _, err := TellLate(t.Context(), db, f.nurse); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a nurse runs it: %v", err)
		}
		withMail := func(r *Request) { r.Fields.Mail, r.Fields.News = "ida@exemple.invalid", "mail" }
		r := f.ask(t, "ici", withMail)
		awaiting := f.ask(t, "ici", func(r *Request) { withMail(r); r.State, r.Awaited = Awaiting, "le laboratoire" })
		f.ask(t, "ici", func(r *Request) { withMail(r); r.State, r.CloseReason, r.ClosedAt = Closed, Withdrawn, f.db.Now() })
		f.ask(t, "ailleurs", withMail)
		if n := told(); n != 0 {
			t.Fatalf("%d told in time", n)
		}
		begin := storetest.Noon
		at := func(d time.Duration) { db.Now = func() time.Time { return begin.Add(d) } }
		week := NewsWithin(Routine)
		at(week + time.Hour)
		if n := told(); n != 2 {
			t.Errorf("%d told, want the open and the awaiting one", n)
		}
		for range 3 {
			if n := told(); n != 0 {
				t.Errorf("told %d again", n)
			}
		}
		if got := f.kindsOf(t, r.ID); !slices.Equal(got, []string{"news.late"}) {
			t.Errorf("told %v", got)
		}
		if got := f.kindsOf(t, awaiting.ID); !slices.Equal(got, []string{"news.late.awaiting"}) {
			t.Errorf("told %v", got)
		}
		if now := f.read(t, r); !now.NextAt.Equal(r.NextAt) || !now.Late(db.Now()) || now.Version != r.Version {
			t.Errorf("the desk does not see its delay any more: %v", now.NextAt)
		}
		var promised time.Time
		err := db.Read(t.Context(), func(v *store.View) (err error) { promised, err = promise(v, r); return err })
		if want := begin.Add(week + time.Hour + week); err != nil || !promised.Equal(want) {
			t.Errorf("promised %v, want %v (%v)", promised, want, err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM event WHERE request = $1 AND kind = 'told.late'`, r.ID); n != 1 {
			t.Errorf("%d lines in the file", n)
		}
		at(2*week + 3*time.Hour)
		if n := told(); n != 2 || told() != 0 {
			t.Errorf("the second date: %d", n)
		}
		moved := f.move(t, r, Open, func(r *Request) { r.NextAt = db.Now().Add(time.Hour) })
		at(2*week + 3*time.Hour + 30*time.Minute)
		if n := told(); n != 0 {
			t.Errorf("told %d of what has just moved on", n)
		}
		err = db.Read(t.Context(), func(v *store.View) (err error) { promised, err = promise(v, moved); return err })
		if err != nil || !promised.Equal(moved.NextAt) {
			t.Errorf("the desk's new date is not the promise: %v %v", promised, err)
		}
	})
}

// A housekeeping that is cut at any moment and begun again, twice at once, tells
// each requester once.
func TestTellLateKilled(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		var ids []phare.ID
		for range 12 {
			ids = append(ids, f.ask(t, "ici", func(r *Request) { r.Fields.Mail, r.Fields.News = "ida@exemple.invalid", "mail" }).ID)
		}
		db.Now = func() time.Time { return storetest.Noon.Add(NewsWithin(Routine) + time.Hour) }
		for i := range 8 { // cut sooner or later
			ctx, cut := context.WithTimeout(t.Context(), time.Duration(i)*2*time.Millisecond)
			TellLate(ctx, db, f.machine)
			cut()
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := TellLate(t.Context(), db, f.machine); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, id := range ids {
			if got := f.kindsOf(t, id); len(got) != 1 {
				t.Errorf("told %v", got)
			}
			if n := f.rowsOf(t, `SELECT count(*) FROM late_notice WHERE request = $1`, id); n != 1 {
				t.Errorf("%d memories of one date", n)
			}
		}
	})
}

// Ask 7: colleagues get a digest of what is unanswered and of nothing else, in
// the morning of a working day, once, no longer than a page; who has nothing
// waiting gets none.
func TestDigest(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		for _, a := range []access.Actor{f.nurse, f.colleague, f.director} {
			err := db.Write(t.Context(), a.Act("test", a.ID), func(tx *store.Tx) error {
				return tx.Exec(`UPDATE account SET mail = $1 WHERE id = $2`, a.ID+"@phare.example", a.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		monday := time.Date(2026, 3, 16, 4, 0, 0, 0, time.UTC) // 8 o'clock at La Réunion
		run := func(at time.Time) int {
			t.Helper()
			db.Now = func() time.Time { return at }
			n, err := Digest(t.Context(), db, f.machine)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		db.Now = func() time.Time { return monday.Add(-time.Hour) }
		fresh := f.ask(t, "ici", nil)
		if n := run(monday); n != 0 {
			t.Errorf("%d digests of nothing", n)
		}
		db.Now = func() time.Time { return monday.AddDate(0, 0, -8) }
		mine := f.ask(t, "ici", func(r *Request) { r.State, r.Owner, r.Next = Open, f.nurse.ID, NextStudy })
		for range 30 {
			f.ask(t, "ici", func(r *Request) { r.State, r.Owner, r.Next = Open, f.colleague.ID, NextStudy })
		}
		shut := f.ask(t, "ici", func(r *Request) { r.State, r.NextAt = Open, monday.AddDate(0, 0, -1) })
		err := db.Write(t.Context(), f.nurse.Act("test", string(shut.ID)), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE request SET guard = 'confidential' WHERE id = $1`, shut.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, at := range map[string]time.Time{"at night": monday.Add(-3 * time.Hour), "in the afternoon": monday.Add(8 * time.Hour), "on Sunday": monday.AddDate(0, 0, -1)} {
			if n := run(at); n != 0 {
				t.Errorf("%d %s", n, name)
			}
		}
		if n := run(monday); n != 2 {
			t.Errorf("%d digests, want the two nurses'", n)
		}
		if n := run(monday.Add(time.Hour)); n != 0 {
			t.Errorf("%d a second time", n)
		}
		var facts []string
		err = db.Read(t.Context(), func(v *store.View) (err error) {
			facts, err = store.All(v, store.Value[string], `SELECT facts FROM message WHERE kind = 'digest' ORDER BY length(facts)`)
			return err
		})
		if err != nil || len(facts) != 2 {
			t.Fatalf("%v %v", facts, err)
		}
		if !strings.Contains(facts[0], mine.Reference) || strings.Count(facts[0], "MR-") != 1 {
			t.Errorf("the nurse's: %s", facts[0])
		}
		if strings.Count(facts[1], "MR-") != 20 || strings.Contains(facts[1], fresh.Reference) {
			t.Errorf("the colleague's: %s", facts[1])
		}
		if n := run(monday.AddDate(0, 0, 1)); n != 2 {
			t.Errorf("%d the day after", n)
		}
	})
}

// Ask 29: whose clock is shown beside the desk's, from what people write.
func TestZoneOfRequester(t *testing.T) {
	for _, tt := range []struct {
		f    Fields
		want string
	}{
		{Fields{Commune: "97600 Mamoudzou"}, "Indian/Mayotte"},
		{Fields{Commune: "Bandrélé"}, "Indian/Mayotte"},
		{Fields{Commune: "Kani-Kéli"}, "Indian/Mayotte"},
		{Fields{Commune: "Saint-Denis (97400)"}, "Indian/Reunion"},
		{Fields{Place: "12 rue Inventée, 97300 Cayenne"}, "America/Cayenne"},
		{Fields{Place: "97118"}, "America/Guadeloupe"},
		{Fields{Place: "97200 Fort-de-France"}, "America/Martinique"},
		{Fields{Place: "75012 Paris"}, "Europe/Paris"},
		{Fields{Phone: "0639 00 00 01"}, "Indian/Mayotte"},
		{Fields{Phone: "+262 692 00 00 01"}, "Indian/Reunion"},
		{Fields{Phone: "00594 694 00 00 01"}, "America/Cayenne"},
		{Fields{Phone: "05 96 00 00 01"}, "America/Martinique"},
		{Fields{Phone: "01 40 00 00 01"}, "Europe/Paris"},
		{Fields{Phone: "06 12 00 00 01"}, ""}, // a mobile of the mainland can be anywhere
		{Fields{Commune: "Sadarville"}, ""},
		{Fields{}, ""},
	} {
		if got := tt.f.Zone(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.f, got, tt.want)
		}
	}
}

// Each way asks for what it leads to.
func TestNewsWays(t *testing.T) {
	full := Fields{Mail: "a@b.example", Phone: "0692000001", Place: "rue", Centre: "centre"}
	for _, tt := range []struct{ way, field string }{{"mail", "mail"}, {"sms", "phone"}, {"phone", "phone"}, {"post", "place"}, {"centre", "centre"}} {
		if e := (Fields{News: tt.way}).newsFault(nil); e == nil || e.Field != tt.field {
			t.Errorf("%s without anything: %v", tt.way, e)
		}
		f := full
		f.News = tt.way
		if e := f.newsFault(nil); e != nil {
			t.Errorf("%s with all: %v", tt.way, e)
		}
	}
}
