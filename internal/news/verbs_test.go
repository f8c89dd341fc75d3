package news

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// carrier is a mail server and a gateway that keep what they are given.
type carrier struct {
	letters []mail.Letter
	texts   []mail.Text
	fail    error
}

func (c *carrier) Send(_ context.Context, l mail.Letter) error {
	if c.fail == nil {
		c.letters = append(c.letters, l)
	}
	return c.fail
}

func (c *carrier) Text(_ context.Context, x mail.Text) (string, error) {
	if c.fail == nil {
		c.texts = append(c.texts, x)
	}
	return "gw-" + string(x.ID), c.fail
}

// run does what waits in the queue now, as the program does.
func (c *carrier) run(t *testing.T, db *store.DB, words *text.Catalog) {
	t.Helper()
	for {
		j, ok, err := db.Claim(t.Context(), time.Minute)
		must(t, err)
		if !ok {
			return
		}
		switch j.Kind {
		case mail.SendJob:
			err = mail.Send(db, words, "https://phare.example", c)(t.Context(), j)
		case mail.TextJob:
			err = mail.SendText(db, words, mail.Texting{Out: c, Answers: true})(t.Context(), j)
		}
		if err != nil {
			must(t, db.Postpone(t.Context(), j, err.Error()))
		} else {
			must(t, db.Finish(t.Context(), j.ID))
		}
	}
}

// A step goes the way that was chosen; who chose none is told by mail, or, when
// something is asked or decided, by hand.
func TestRoute(t *testing.T) {
	all := To{Mail: "a@b.example", Phone: "0692", Post: "rue", Centre: "centre"}
	for _, tt := range []struct {
		name  string
		to    To
		reach Reach
		kind  string
		want  string
	}{
		{"as chosen", To{Way: "sms", Mail: all.Mail, Phone: all.Phone}, Reach{}, "taken", "sms 0692"},
		{"centre", To{Way: "centre", Centre: "centre"}, Reach{}, "taken", "centre centre"},
		{"phone, receipt", To{Way: "phone", Phone: "0692"}, Reach{}, "received", " "},
		{"phone, step", To{Way: "phone", Phone: "0692"}, Reach{}, "asked", "phone 0692"},
		{"none, mail", all, Reach{}, "taken", "mail a@b.example"},
		{"none, phone only, small step", To{Phone: "0692"}, Reach{}, "taken", " "},
		{"none, phone only, late", To{Phone: "0692"}, Reach{}, "late", "phone 0692"},
		{"none, post only, closed", To{Post: "rue"}, Reach{}, "closed.withdrawn", "post rue"},
		{"chosen way leads nowhere", To{Way: "mail", Phone: "0692"}, Reach{}, "awaiting", "phone 0692"},
		{"the desk knows better", all, Reach{Way: "sms", To: "0693"}, "taken", "sms 0693"},
		{"the desk knows the way only", all, Reach{Way: "sms"}, "taken", "sms 0692"},
		{"nothing is known", To{}, Reach{}, "late", " "},
	} {
		if way, to := tt.to.route(tt.kind, tt.reach); way+" "+to != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, way+" "+to, tt.want)
		}
	}
}

// A call is one line, with the latest; it stays until someone is reached, and
// counts its tries.
func TestCalls(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		d.tell(t, mail.ByPhone, "taken")
		db.Now = func() time.Time { return storetest.Noon.Add(time.Minute) }
		d.tell(t, mail.ByPhone, "awaiting")
		must(t, SetReach(t.Context(), db, d.by, "r1", Reach{Rule: "pas avant 17 h"}))
		b := d.board(t)
		if len(b.Calls) != 1 || b.Calls[0].Kind != "news.awaiting" || b.Calls[0].To != d.to.Phone || b.Calls[0].Requester != "Rosa Canarine" || b.Calls[0].Rule != "pas avant 17 h" {
			t.Fatalf("calls: %+v", b.Calls)
		}
		id := b.Calls[0].ID
		reader := access.Actor{ID: "x", Platform: "ici", Role: access.Director}
		if _, err := Tick(t.Context(), db, reader, id, Reached); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("a director ticks: %v", err)
		}
		elsewhere := access.Actor{ID: "y", Platform: "ailleurs", Role: access.Nurse}
		if _, err := Tick(t.Context(), db, elsewhere, id, Reached); phare.KindOf(err) != phare.NotFound {
			t.Errorf("another desk ticks: %v", err)
		}
		if _, err := Tick(t.Context(), db, d.by, id, Posted); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a call is posted: %v", err)
		}
		for _, result := range []string{NoAnswer, Left} {
			_, err := Tick(t.Context(), db, d.by, id, result)
			must(t, err)
		}
		if c := d.board(t).Calls; len(c) != 1 || c[0].Tries != 2 || c[0].Result != Left || c[0].DoneName != "Aline Essai" {
			t.Errorf("after two tries: %+v", c)
		}
		_, err := Tick(t.Context(), db, d.by, id, Reached)
		must(t, err)
		if _, err := Tick(t.Context(), db, d.by, id, Reached); phare.KindOf(err) != phare.Conflict {
			t.Errorf("ticked twice: %v", err)
		}
		if c := d.board(t).Calls; len(c) != 0 {
			t.Errorf("still there: %+v", c)
		}
		if l := d.lines(t)[0]; l.State != mail.Done || l.Tries != 3 || l.Result != Reached || l.StateAt.IsZero() {
			t.Errorf("in the file: %+v", l)
		}
	})
}

// A letter waits to be posted, has an address, and is ticked with who and when.
func TestPost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		d.tell(t, mail.ByPost, "taken")
		l := d.board(t).Post[0]
		doc, reference, err := OpenLetter(t.Context(), db, d.by, catalogue(t), l.ID)
		must(t, err)
		address := strings.Join(doc.Blocks[1].Lines, "|")
		if reference != d.to.Reference || address != "Rosa Canarine|1 rue Inventée|97400 Saint-Denis" {
			t.Errorf("letter %s to %s", reference, address)
		}
		_, err = Tick(t.Context(), db, d.by, l.ID, Posted)
		must(t, err)
		if got := d.lines(t)[0]; got.State != mail.Done || got.DoneName != "Aline Essai" || len(d.board(t).Post) != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// A mail that no server takes has failed, in words, in the file and on the board;
// another way tells the same, and stays the way.
func TestFailureChoosesAnotherWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, words := newDesk(t, db), catalogue(t)
		d.tell(t, mail.ByMail, "awaiting")
		c := carrier{fail: errors.New("550 5.1.1 no such user ida@exemple.invalid")}
		for day := range 20 {
			db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, day) }
			c.run(t, db, words)
		}
		failed := d.board(t).Failed
		if len(failed) != 1 || failed[0].Why != mail.WhyRefused || !d.lines(t)[0].IsFailed() {
			t.Fatalf("%+v", failed)
		}
		if _, err := Redirect(t.Context(), db, d.by, failed[0].ID, Reach{Way: mail.BySMS}); phare.KindOf(err) != phare.Invalid {
			t.Errorf("nowhere to send to: %v", err)
		}
		_, err := Redirect(t.Context(), db, d.by, failed[0].ID, Reach{Way: mail.BySMS, To: "0692 00 00 09"})
		must(t, err)
		if b := d.board(t); len(b.Failed) != 0 {
			t.Errorf("still failed: %+v", b.Failed)
		}
		c.fail = nil
		c.run(t, db, words)
		if len(c.texts) != 1 || c.texts[0].To != "+262692000009" || !strings.Contains(c.texts[0].Words, "il manque une information") || !strings.Contains(c.texts[0].Words, "Répondez 1") {
			t.Errorf("%+v", c.texts)
		}
		d.tell(t, "", "taken") // later news too
		c.run(t, db, words)
		if len(c.texts) != 2 || len(c.letters) != 0 {
			t.Errorf("%d texts, %d letters", len(c.texts), len(c.letters))
		}
		waiting, givenUp, err := db.Backlog(t.Context())
		if err != nil || waiting+givenUp != 0 {
			t.Errorf("the queue keeps %d and %d: %v", waiting, givenUp, err)
		}
	})
}

// "1 = call me back": an answer puts a line on the list, once; a number nobody
// wrote to does nothing; what was written is not kept.
func TestCallBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, words := newDesk(t, db), catalogue(t)
		d.tell(t, mail.BySMS, "taken")
		var c carrier
		c.run(t, db, words)
		for _, a := range []Answered{{"+262692000001", "in-1"}, {"+262692000001", "in-1"}, {"0692000001", "in-2"}, {"+262692999999", "in-3"}, {"", "in-4"}} {
			must(t, CallBack(t.Context(), db, a))
		}
		calls := d.board(t).Calls
		if len(calls) != 1 || calls[0].Kind != CallbackKind || calls[0].To != d.to.Phone {
			t.Fatalf("%+v", calls)
		}
		d.tell(t, mail.ByPhone, "late") // news does not take its place
		if n := len(d.board(t).Calls); n != 2 {
			t.Errorf("%d calls", n)
		}
		_, err := Tick(t.Context(), db, d.by, calls[0].ID, Reached)
		must(t, err)
		must(t, CallBack(t.Context(), db, Answered{"+262692000001", "in-1"}))
		if n := len(d.board(t).Calls); n != 1 {
			t.Errorf("a repeat of an answer that was dealt with came back: %d", n)
		}
	})
}

// What the gateway reports is in the file: arrived, or not and then on the board.
func TestReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, words := newDesk(t, db), catalogue(t)
		var c carrier
		for _, arrived := range []bool{true, false} {
			d.tell(t, mail.BySMS, "taken")
			c.run(t, db, words)
			last := d.lines(t)[0]
			if last.State != mail.Sent {
				t.Fatalf("%+v", last)
			}
			must(t, Report(t.Context(), db, Delivery{"gw-" + string(last.ID), arrived}))
			must(t, Report(t.Context(), db, Delivery{"gw-" + string(last.ID), !arrived})) // a second one is too late
			want := map[bool]string{true: mail.Delivered, false: mail.Failed}[arrived]
			if got := d.lines(t)[0]; got.State != want {
				t.Errorf("%v: %+v", arrived, got)
			}
		}
		must(t, Report(t.Context(), db, Delivery{"unknown", true}))
		if b := d.board(t); len(b.Failed) != 1 || b.Failed[0].Why != mail.WhyLost {
			t.Errorf("%+v", b.Failed)
		}
	})
}

// A message that the gateway may have taken is not given to it again, and says so.
func TestUnsureIsNotDoubled(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	d, words := newDesk(t, db), catalogue(t)
	d.tell(t, mail.BySMS, "taken")
	c := carrier{fail: &mail.Final{Why: mail.WhyUnsure, Err: errors.New("cut")}}
	c.run(t, db, words)
	c.fail = nil
	db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, 3) }
	c.run(t, db, words)
	if b := d.board(t); len(c.texts) != 0 || len(b.Failed) != 1 || b.Failed[0].Why != mail.WhyUnsure {
		t.Errorf("%d sent, %+v", len(c.texts), b.Failed)
	}
}

// Whoever is outside a file's circle finds none of its lines.
func TestOutsideTheCircle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		d.tell(t, mail.ByPhone, "late")
		id := d.board(t).Calls[0].ID
		must(t, db.Write(t.Context(), d.act(), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE request SET guard = 'confidential' WHERE id = 'r1'`)
		}))
		if b := d.board(t); len(b.Calls) != 0 {
			t.Errorf("seen from outside: %+v", b.Calls)
		}
		for name, err := range map[string]error{
			"tick": func() error { _, err := Tick(t.Context(), db, d.by, id, Reached); return err }(),
			"redirect": func() error {
				_, err := Redirect(t.Context(), db, d.by, id, Reach{Way: mail.BySMS, To: "0692000000"})
				return err
			}(),
			"dismiss": func() error { _, err := Dismiss(t.Context(), db, d.by, id); return err }(),
			"reach":   SetReach(t.Context(), db, d.by, "r1", Reach{Way: mail.BySMS}),
		} {
			if err == nil || phare.KindOf(err) == phare.Internal {
				t.Errorf("%s from outside: %v", name, err)
			}
		}
	})
}
