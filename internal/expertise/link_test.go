package expertise_test

import (
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/expertise"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// Robots look at a link as often as they like; then the person gets in.
func TestRobots(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, token := d.ask(nil)
		entries := d.number(`SELECT count(*) FROM audit`)
		for range 50 {
			_, door, err := expertise.FromLink(t.Context(), d.db, d.key, token)
			if err != nil || door.State != expertise.Sent {
				t.Fatalf("door %+v, %v", door, err)
			}
		}
		if n := d.number(`SELECT count(*) FROM audit`); n != entries {
			t.Errorf("looking wrote %d entries", n-entries)
		}
		d.later(time.Hour)
		q, err := expertise.OpenLink(t.Context(), d.db, d.bearer(token))
		if err != nil || q.State != expertise.Opened || !q.OpenedAt.Equal(storetest.Noon.Add(time.Hour)) {
			t.Errorf("opened: %v %v", q.OpenedAt, err)
		}
		d.later(2 * time.Hour)
		q, err = expertise.OpenLink(t.Context(), d.db, d.bearer(token))
		if err != nil || !q.OpenedAt.Equal(storetest.Noon.Add(time.Hour)) {
			t.Errorf("opened again: %v %v", q.OpenedAt, err)
		}
	})
}

// A token that is wrong, empty, of another key or replaced by a newer one is
// the same NotFound.
func TestDeadTokens(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, old := d.ask(nil)
		_, link, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: string(phare.NewID())})
		must(t, err)
		fresh := strings.TrimPrefix(link, base+"/avis/")
		for _, token := range []string{"", "x", access.NewToken(), old, fresh + "A", strings.ToLower(fresh), string(q.ID)} {
			by, door, err := expertise.FromLink(t.Context(), d.db, d.key, token)
			kind, _, key := fault(err)
			if kind != phare.NotFound || key != "error.notfound" || by != (access.Actor{}) || door != (expertise.Door{}) {
				t.Errorf("token %q: %v", token, err)
			}
		}
		if _, _, err := expertise.FromLink(t.Context(), d.db, access.NewKey(), fresh); phare.KindOf(err) != phare.NotFound {
			t.Errorf("under another key: %v", err)
		}
		d.bearer(fresh)
	})
}

// The bearer of one link reaches that question only, and nobody else files.
func TestOnlyTheBearer(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, token := d.ask(nil)
		elsewhere := d.bearer(token)
		elsewhere.Platform = "guyane"
		other := d.bearer(token)
		other.ID = "link:" + string(phare.NewID())
		noLink := d.bearer(token)
		noLink.ID = string(q.ID)
		for _, tt := range []struct {
			name string
			by   access.Actor
			kind phare.Kind
		}{
			{"the nurse", d.nurse, phare.Forbidden},
			{"the public", access.Anyone("reunion"), phare.Forbidden},
			{"the bearer of no link", noLink, phare.Forbidden},
			{"a link of another platform", elsewhere, phare.NotFound},
			{"a link to another question", other, phare.NotFound},
		} {
			_, err1 := expertise.OpenLink(t.Context(), d.db, tt.by)
			_, err2 := expertise.Answer(t.Context(), d.db, tt.by, opinion)
			_, err3 := expertise.Refuse(t.Context(), d.db, tt.by, expertise.Absent, "")
			for _, err := range []error{err1, err2, err3} {
				if phare.KindOf(err) != tt.kind {
					t.Errorf("%s: %v", tt.name, err)
				}
			}
		}
		if q := d.questions()[0]; q.State != expertise.Sent {
			t.Errorf("the question is %s", q.State)
		}
	})
}

func TestAnswerRefusedInput(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, token := d.ask(nil)
		by := d.bearer(token)
		for _, tt := range []struct {
			field string
			spoil func(*expertise.Opinion)
		}{
			{"opinion", func(o *expertise.Opinion) { o.Words = " \n" }},
			{"signed", func(o *expertise.Opinion) { o.Name = "" }},
			{"exams", func(o *expertise.Opinion) { o.Exams = strings.Repeat("a", 8001) }},
		} {
			o := opinion
			tt.spoil(&o)
			q, err := expertise.Answer(t.Context(), d.db, by, o)
			if kind, field, _ := fault(err); kind != phare.Invalid || field != tt.field {
				t.Errorf("%s: %v", tt.field, err)
			}
			if q.Shown.Ask == "" {
				t.Error("the page cannot be shown again")
			}
		}
		for _, tt := range []struct{ reason, note, field string }{{"", "", "reason"}, {"bored", "", "reason"}, {expertise.MissingData, " ", "note"}} {
			_, err := expertise.Refuse(t.Context(), d.db, by, tt.reason, tt.note)
			if kind, field, _ := fault(err); kind != phare.Invalid || field != tt.field {
				t.Errorf("refusal %q: %v", tt.reason, err)
			}
		}
		if n := d.number(`SELECT count(*) FROM question WHERE state = 'sent'`); n != 1 {
			t.Error("a refused input changed the question")
		}
	})
}

// Ask 15: an opinion is filed once. A doubtful RPPS number does not stop it.
func TestAnswerLocks(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, token := d.ask(nil)
		by := d.bearer(token)
		o := opinion
		o.RPPS = "10 1012 34565"
		d.later(time.Hour)
		q, err := expertise.Answer(t.Context(), d.db, by, o)
		if err != nil || q.State != expertise.Answered || q.OpenedAt.IsZero() || !expertise.RPPSDoubt(q.Opinion.RPPS) {
			t.Fatalf("answer: %v, %+v", err, q.Opinion)
		}
		r := d.request()
		if r.State != request.Answered || r.Next != expertise.NextRead || !r.NextAt.Equal(storetest.Noon.Add(49*time.Hour)) {
			t.Errorf("request %s, next %s at %v", r.State, r.Next, r.NextAt)
		}
		d.later(2 * time.Hour)
		if q, err = expertise.Answer(t.Context(), d.db, by, o); err != nil || !q.EndedAt.Equal(storetest.Noon.Add(time.Hour)) {
			t.Errorf("the same opinion again: %v, filed %v", err, q.EndedAt)
		}
		o.Words = "Je me ravise."
		q, err = expertise.Answer(t.Context(), d.db, by, o)
		if phare.KindOf(err) != phare.Conflict || q.Opinion.Words != opinion.Words {
			t.Errorf("another opinion: %v, %q", err, q.Opinion.Words)
		}
		if _, err = expertise.Refuse(t.Context(), d.db, by, expertise.TooBusy, ""); phare.KindOf(err) != phare.Conflict {
			t.Errorf("refusal after an answer: %v", err)
		}
		if n := d.number(`SELECT count(*) FROM event WHERE kind = 'question.answered'`); n != 1 {
			t.Errorf("%d events", n)
		}
		if _, err = expertise.OpenLink(t.Context(), d.db, by); err != nil {
			t.Errorf("the expert cannot see what was filed: %v", err)
		}
		d.later(20 * 24 * time.Hour) // past the link's life
		_, door, err := expertise.FromLink(t.Context(), d.db, d.key, token)
		if err != nil || door.State != expertise.Answered || door.Review {
			t.Errorf("door %+v, %v", door, err)
		}
		if _, err = expertise.OpenLink(t.Context(), d.db, by); err != expertise.ErrEnded {
			t.Errorf("the case still opens: %v", err)
		}
	})
}

// The request follows its questions.
func TestMoves(t *testing.T) {
	answer := func(d desk, token string) error {
		_, err := expertise.Answer(d.t.Context(), d.db, d.bearer(token), opinion)
		return err
	}
	refuse := func(d desk, token string) error {
		_, err := expertise.Refuse(d.t.Context(), d.db, d.bearer(token), expertise.NotMyField, "")
		return err
	}
	withdraw := func(d desk, token string) error {
		by := d.bearer(token)
		_, err := expertise.Withdraw(d.t.Context(), d.db, d.nurse, phare.ID(strings.TrimPrefix(by.ID, "link:")), "demandé par erreur")
		return err
	}
	wait := func(desk, string) error { return nil }
	tests := []struct {
		name          string
		first, second func(desk, string) error
		want          request.State
		next          string
	}{
		{"both wait", wait, wait, request.Asked, expertise.NextOpinion},
		{"one answers", answer, wait, request.Answered, expertise.NextRead},
		{"one refuses", refuse, wait, request.Asked, expertise.NextOpinion},
		{"one refuses, one answers", refuse, answer, request.Answered, expertise.NextRead},
		{"one answers, one refuses", answer, refuse, request.Answered, expertise.NextRead},
		{"both refuse", refuse, refuse, request.Open, expertise.NextSearch},
		{"one refuses, one is withdrawn", refuse, withdraw, request.Open, expertise.NextSearch},
		{"both withdrawn", withdraw, withdraw, request.Open, expertise.NextSearch},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			eachDesk(t, func(t *testing.T, d desk) {
				_, one := d.ask(nil)
				_, two := d.ask(func(f *expertise.AskForm) { f.To.Name = "Dr Bob Imaginaire" })
				must(t, tt.first(d, one))
				must(t, tt.second(d, two))
				if r := d.request(); r.State != tt.want || r.Next != tt.next {
					t.Errorf("request %s, next %s; want %s, %s", r.State, r.Next, tt.want, tt.next)
				}
			})
		})
	}
}

// A request that the desk has moved on does not come back for a late opinion,
// and a closed one takes none; the words are not filed, the bearer is told.
func TestLateOpinion(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		_, token := d.ask(nil)
		by := d.bearer(token)
		r := d.request()
		must(t, request.Await(t.Context(), d.db, d.nurse, request.Ref{ID: d.id, Version: r.Version}, request.Waiting{Who: "la famille", Until: storetest.Noon.Add(24 * time.Hour)}))
		_, err := expertise.Answer(t.Context(), d.db, by, opinion)
		must(t, err)
		if r := d.request(); r.State != request.Awaiting {
			t.Errorf("the request went from awaiting to %s", r.State)
		}
	})
	eachDesk(t, func(t *testing.T, d desk) {
		_, token := d.ask(nil)
		d.write(`UPDATE request SET state = 'closed' WHERE id = $1`, d.id)
		by, door, err := expertise.FromLink(t.Context(), d.db, d.key, token)
		if err != nil || door.State != expertise.Withdrawn {
			t.Errorf("door %+v, %v", door, err)
		}
		if _, err := expertise.Answer(t.Context(), d.db, by, opinion); err != expertise.ErrEnded {
			t.Errorf("Answer = %v", err)
		}
	})
}

// A link ends by its date, by the desk, and lives again by the desk.
func TestLinkLife(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, token := d.ask(nil)
		by := d.bearer(token)
		d.later(q.ExpiresAt.Sub(storetest.Noon)) // due after 5 days at 18:00 in Paris, and 14 days more
		if _, err := expertise.OpenLink(t.Context(), d.db, by); err != nil {
			t.Errorf("at the last moment: %v", err)
		}
		d.later(q.ExpiresAt.Sub(storetest.Noon) + time.Second)
		if _, err := expertise.Answer(t.Context(), d.db, by, opinion); err != expertise.ErrEnded {
			t.Errorf("after it: %v", err)
		}
		if _, door, err := expertise.FromLink(t.Context(), d.db, d.key, token); err != nil || door.State != expertise.Expired {
			t.Errorf("door %+v, %v", door, err)
		}
		form := string(phare.NewID())
		q, link, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: form})
		must(t, err)
		if !q.DueAt.Equal(time.Date(2026, 3, 26, 17, 0, 0, 0, time.UTC)) || !d.request().NextAt.Equal(q.DueAt) {
			t.Errorf("due %v, next news %v", q.DueAt, d.request().NextAt)
		}
		if _, again, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: form}); err != nil || again != link {
			t.Errorf("the same renewal twice: %v", err)
		}
		if n := d.number(`SELECT count(*) FROM message WHERE kind = 'question'`); n != 2 {
			t.Errorf("%d messages, want the first link and the new one", n)
		}
		other, _ := d.ask(nil)
		if _, _, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: other.ID, Form: form}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("one form made the links of two questions: %v", err)
		}
		must(t, errOf(expertise.Withdraw(t.Context(), d.db, d.nurse, other.ID, "")))
		token = strings.TrimPrefix(link, base+"/avis/")
		must(t, errOf(expertise.Withdraw(t.Context(), d.db, d.nurse, q.ID, "")))
		must(t, errOf(expertise.Withdraw(t.Context(), d.db, d.nurse, q.ID, "")))
		by, door, err := expertise.FromLink(t.Context(), d.db, d.key, token)
		if err != nil || door.State != expertise.Withdrawn {
			t.Errorf("door %+v, %v", door, err)
		}
		if _, err := expertise.OpenLink(t.Context(), d.db, by); err != expertise.ErrEnded {
			t.Errorf("a withdrawn question opens: %v", err)
		}
		if _, _, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: string(phare.NewID())}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("renewing a withdrawn question: %v", err)
		}
	})
}

func errOf(_ expertise.Question, err error) error { return err }

// The verbs of the desk ask for its right and its platform.
func TestDeskRights(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, token := d.ask(nil)
		form := string(phare.NewID())
		for _, tt := range []struct {
			by   access.Actor
			kind phare.Kind
		}{{d.secretary, phare.Forbidden}, {d.stranger, phare.NotFound}, {d.bearer(token), phare.Forbidden}} {
			_, _, err1 := expertise.Renew(t.Context(), d.db, d.links(), tt.by, expertise.Renewal{Question: q.ID, Form: form})
			_, err2 := expertise.Withdraw(t.Context(), d.db, tt.by, q.ID, "")
			_, err3 := expertise.MarkRead(t.Context(), d.db, tt.by, q.ID)
			_, _, err4 := expertise.Prepare(t.Context(), d.db, tt.by, d.id, expertise.Target{})
			for i, err := range []error{err1, err2, err3, err4} {
				if phare.KindOf(err) != tt.kind {
					t.Errorf("verb %d by %s of %s: %v", i, tt.by.Role, tt.by.Platform, err)
				}
			}
		}
		if all, err := expertise.Of(t.Context(), d.db, d.stranger, d.id); phare.KindOf(err) != phare.NotFound || len(all) != 0 {
			t.Errorf("another platform lists %d questions, %v", len(all), err)
		}
	})
}

// Sent, opened, answered and read by us are four dates.
func TestFourFacts(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, token := d.ask(nil)
		by := d.bearer(token)
		if _, err := expertise.MarkRead(t.Context(), d.db, d.nurse, q.ID); phare.KindOf(err) != phare.Conflict {
			t.Errorf("read before it came: %v", err)
		}
		d.later(time.Hour)
		must(t, errOf(expertise.OpenLink(t.Context(), d.db, by)))
		d.later(2 * time.Hour)
		must(t, errOf(expertise.Answer(t.Context(), d.db, by, opinion)))
		d.later(3 * time.Hour)
		must(t, errOf(expertise.MarkRead(t.Context(), d.db, d.nurse, q.ID)))
		d.later(4 * time.Hour)
		must(t, errOf(expertise.MarkRead(t.Context(), d.db, d.nurse, q.ID)))
		q = d.questions()[0]
		for i, at := range []time.Time{q.SentAt, q.OpenedAt, q.EndedAt, q.ReadAt} {
			if want := storetest.Noon.Add(time.Duration(i) * time.Hour); !at.Equal(want) {
				t.Errorf("fact %d at %v, want %v", i, at, want)
			}
		}
	})
}

// The desk sees the link for a quarter of an hour, and each showing is written down.
func TestHandover(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		f := d.form(nil)
		_, link, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		must(t, err)
		show := func(by access.Actor, form string) (string, error) {
			_, link, err := expertise.Handover(t.Context(), d.db, d.links(), by, form)
			return link, err
		}
		if got, err := show(d.nurse, f.Form); err != nil || got != link {
			t.Errorf("shown %q, %v", got, err)
		}
		if n := d.number(`SELECT count(*) FROM audit WHERE verb = 'question.link'`); n != 1 {
			t.Errorf("%d entries", n)
		}
		if _, err := show(d.stranger, f.Form); phare.KindOf(err) != phare.NotFound {
			t.Errorf("another platform: %v", err)
		}
		if _, err := show(d.secretary, f.Form); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the secretary: %v", err)
		}
		if _, err := show(d.nurse, string(phare.NewID())); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a form that was not sent: %v", err)
		}
		d.later(16 * time.Minute)
		if got, err := show(d.nurse, f.Form); err != nil || got != "" {
			t.Errorf("later: %q, %v", got, err)
		}
	})
}
