package expertise_test

import (
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/directory"
	"phare/internal/expertise"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Whatever keeps a question from being asked leaves no question, no message
// and the request where it was.
func TestAskRefused(t *testing.T) {
	tests := []struct {
		name  string
		by    func(desk) access.Actor
		spoil func(desk, *expertise.AskForm)
		kind  phare.Kind
		key   string
	}{
		{"the secretary has no right", func(d desk) access.Actor { return d.secretary }, nil, phare.Forbidden, "error.forbidden"},
		{"another platform", func(d desk) access.Actor { return d.stranger }, nil, phare.NotFound, "error.notfound"},
		{"the public", func(d desk) access.Actor { return access.Anyone("reunion") }, nil, phare.Forbidden, "error.forbidden"},
		{"no question", nil, func(_ desk, f *expertise.AskForm) { f.Ask = " " }, phare.Invalid, "expertise.ask.missing"},
		{"nobody asked", nil, func(_ desk, f *expertise.AskForm) { f.To.Name = "" }, phare.Invalid, "expertise.recipient.missing"},
		{"half an address", nil, func(_ desk, f *expertise.AskForm) { f.To.Mail = "ada@hopital" }, phare.Invalid, "expertise.mail.bad"},
		{"an address with a name", nil, func(_ desk, f *expertise.AskForm) { f.To.Mail = "Ada <ada@hopital.example>" }, phare.Invalid, "expertise.mail.bad"},
		{"no zone", nil, func(_ desk, f *expertise.AskForm) { f.To.Zone = "" }, phare.Invalid, "expertise.zone.missing"},
		{"an unknown zone", nil, func(_ desk, f *expertise.AskForm) { f.To.Zone = "Indian/Nowhere" }, phare.Invalid, "expertise.zone.missing"},
		{"no urgency", nil, func(_ desk, f *expertise.AskForm) { f.Urgency = "now" }, phare.Invalid, "expertise.urgency.missing"},
		{"no form", nil, func(_ desk, f *expertise.AskForm) { f.Form = "1" }, phare.Invalid, "expertise.form.bad"},
		{"too long", nil, func(_ desk, f *expertise.AskForm) { f.Story = strings.Repeat("é", 8001) }, phare.Invalid, "expertise.toolong"},
		{"not previewed", nil, func(_ desk, f *expertise.AskForm) { f.Seen = "" }, phare.Invalid, "expertise.changed"},
		{"edited after the preview", nil, func(_ desk, f *expertise.AskForm) { f.Story += "!" }, phare.Invalid, "expertise.changed"},
		{"someone else than in the preview", nil, func(_ desk, f *expertise.AskForm) { f.To.Mail = "bob@hopital.example" }, phare.Invalid, "expertise.changed"},
		{"a sign added after the preview", nil, func(d desk, f *expertise.AskForm) {
			d.write(`INSERT INTO request_sign (request, platform, hpo, presence, label, actor, at) VALUES ($1, 'reunion', 'HP:0001251', 'present', 'Ataxie', 'x', '')`, d.id)
		}, phare.Invalid, "expertise.changed"},
		{"a request that is closed", nil, func(d desk, f *expertise.AskForm) {
			d.write(`UPDATE request SET state = 'closed' WHERE id = $1`, d.id)
		}, phare.Conflict, "expertise.state"},
		{"a request that nobody took", nil, func(d desk, f *expertise.AskForm) {
			d.write(`UPDATE request SET state = 'received' WHERE id = $1`, d.id)
		}, phare.Conflict, "expertise.state"},
	}
	eachDesk(t, func(t *testing.T, d desk) {
		state := d.request().State
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				d.write(`DELETE FROM request_sign`)
				d.write(`UPDATE request SET state = 'open' WHERE id = $1`, d.id)
				by, f := d.nurse, d.form(nil)
				if tt.by != nil {
					by = tt.by(d)
				}
				if tt.spoil != nil {
					tt.spoil(d, &f)
				}
				_, link, err := expertise.Ask(t.Context(), d.db, d.links(), by, f)
				if kind, _, key := fault(err); kind != tt.kind || key != tt.key {
					t.Errorf("Ask = %v, want kind %d and %s", err, tt.kind, tt.key)
				}
				if link != "" {
					t.Error("a refused question has a link")
				}
				if n := d.number(`SELECT count(*) FROM question`) + d.number(`SELECT count(*) FROM message WHERE kind = 'question'`); n != 0 {
					t.Errorf("%d rows were left", n)
				}
			})
		}
		d.write(`UPDATE request SET state = 'open' WHERE id = $1`, d.id)
		if state != request.Open {
			t.Errorf("the request began as %s", state)
		}
		d.ask(nil)
	})
}

// Ask 26: without consent the question needs a reason, which is kept by name.
func TestAskWithoutConsent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db, func(f *request.Fields) { f.Consent = "" })
		_, f, err := expertise.Prepare(t.Context(), db, d.nurse, d.id, expertise.Target{})
		must(t, err)
		f.To = expertise.Recipient{Name: "Pr Ada Imaginaire", Zone: "Europe/Paris"}
		f.Story = ""
		sheet, err := expertise.Preview(t.Context(), db, d.nurse, f)
		if _, field, key := fault(err); field != "override" || key != "consent.stop.outside.none.child" || sheet.Print != "" {
			t.Errorf("Preview = %v", err)
		}
		f.Seen = "whatever"
		if _, _, err := expertise.Ask(t.Context(), db, d.links(), d.nurse, f); phare.KindOf(err) != phare.Invalid || d.number(`SELECT count(*) FROM question`) != 0 {
			t.Errorf("Ask without consent = %v", err)
		}
		for _, bad := range []consent.Out{{Why: "late"}, {Over: "Accord donné par téléphone"}, {Why: "late", Over: "quatorze signe"}, {Why: "because", Over: "Accord donné par téléphone"}} {
			x := f
			x.Why, x.Override = bad.Why, bad.Over
			if _, err := expertise.Preview(t.Context(), db, d.nurse, x); phare.KindOf(err) != phare.Invalid {
				t.Errorf("Preview with %q %q = %v", bad.Why, bad.Over, err)
			}
		}
		f.Why, f.Override = "late", "Accord donné par téléphone par la mère le 2 mars"
		sheet, err = expertise.Preview(t.Context(), db, d.nurse, f)
		must(t, err)
		f.Seen = sheet.Print
		_, _, err = expertise.Ask(t.Context(), db, d.links(), d.nurse, f)
		must(t, err)
		if got := d.questions()[0].Override; got != f.Override {
			t.Errorf("kept reason %q", got)
		}
		if got := strings.Join(d.texts(`SELECT reason FROM audit WHERE verb = 'consent.override'`), " "); got != "outside.late" {
			t.Errorf("the trail says %q", got)
		}
		if got := storetest.Clear(t, db, "event.text", `kind = 'consent.override'`); len(got) != 1 || got[0] != f.Override {
			t.Errorf("the timeline says %q", got)
		}
		if n := d.number(`SELECT count(*) FROM message WHERE kind = 'question'`); n != 0 {
			t.Errorf("%d messages to an expert without address", n)
		}
	})
}

// What the expert sees is what was previewed: no name, no commune, an age and a
// sex; and it stays so when the file changes later.
func TestShownIsPseudonymous(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		must(t, request.Identify(t.Context(), d.db, d.nurse, request.Ref{ID: d.id, Version: d.request().Version}, patient.Patient{
			Identity: patient.Provisional, BirthName: "Hoarau", FirstNames: "Liliane Rose", BirthDate: "2018-03-12", Sex: "female", Commune: "Saint-Leu"}))
		_, token := d.ask(nil)
		d.write(`INSERT INTO request_sign (request, platform, hpo, presence, label, actor, at) VALUES ($1, 'reunion', 'HP:0001251', 'present', 'Ataxie', 'x', '')`, d.id)
		d.write(`UPDATE patient SET birth_date = '2001-01-01'`)
		q, err := expertise.OpenLink(t.Context(), d.db, d.bearer(token))
		must(t, err)
		// The desk's record of the patient is nearer to the truth than the form.
		if q.Shown.Years() != 7 || q.Shown.Sex != "female" || q.Shown.BirthYear != 0 || len(q.Shown.Signs) != 0 {
			t.Errorf("shown: %+v", q.Shown)
		}
		stored := d.texts(`SELECT shown FROM question`)[0]
		for _, name := range []string{"Hoarau", "Lili", "Rose", "Saint", "Ida", "Fictive", "2018", "2019"} {
			if strings.Contains(stored, name) {
				t.Errorf("what was shown holds %q: %s", name, stored)
			}
		}
	})
}

// Words that could be names stop the question until someone has read them again.
func TestNamesStopTheQuestion(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		f := d.form(func(f *expertise.AskForm) { f.Story = "LILI tombe, dit Mme Hoarau." })
		sheet, err := expertise.Preview(t.Context(), d.db, d.nurse, f)
		must(t, err)
		if got := strings.Join(sheet.Hits, " "); got != "LILI Hoarau" {
			t.Errorf("hits %q", got)
		}
		_, _, err = expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		if _, field, _ := fault(err); field != "reread" {
			t.Errorf("Ask = %v", err)
		}
		f.Reread = true
		_, _, err = expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		must(t, err)
	})
}

// Asking moves the request, tells the requester without saying whom, and
// leaves one message with the link.
func TestAsk(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		f := d.form(nil)
		q, link, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		must(t, err)
		r := d.request()
		if due := time.Date(2026, 3, 7, 17, 0, 0, 0, time.UTC); r.State != request.Asked || !r.NextAt.Equal(due) || !q.DueAt.Equal(due) || r.Next != expertise.NextOpinion {
			t.Errorf("request %s, next %s at %v, due %v", r.State, r.Next, r.NextAt, q.DueAt)
		}
		if want := q.DueAt.Add(14 * 24 * time.Hour); !q.ExpiresAt.Equal(want) {
			t.Errorf("expires %v, want %v", q.ExpiresAt, want)
		}
		if got := storetest.Clear(t, d.db, "message.link", `kind = 'question'`); len(got) != 1 || got[0] != link {
			t.Errorf("messages with %q, want %q", got, link)
		}
		shown := d.texts(`SELECT kind || ' ' || name || ' ' || text FROM event WHERE shown_to = 'requester' AND kind LIKE 'question.%'`)
		if strings.Join(shown, "|") != "question.asked  " {
			t.Errorf("the requester sees %q", shown)
		}

		again, link2, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		if err != nil || again.ID != q.ID || link2 != link {
			t.Errorf("sent twice: %v, %q", err, link2)
		}
		f.Ask = "Une autre question ?"
		sheet, err := expertise.Preview(t.Context(), d.db, d.nurse, f)
		must(t, err)
		f.Seen = sheet.Print
		if _, _, err = expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f); phare.KindOf(err) != phare.Conflict {
			t.Errorf("the same form with another question: %v", err)
		}
		if n := d.number(`SELECT count(*) FROM question`); n != 1 {
			t.Errorf("%d questions", n)
		}
	})
}

// Many clicks at once make one question, one message, one link.
func TestAskManyTimesAtOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		f := d.form(nil)
		links := make(chan string, 12)
		for range cap(links) {
			go func() {
				_, link, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
				if err != nil {
					link = err.Error()
				}
				links <- link
			}()
		}
		first := <-links
		for range cap(links) - 1 {
			if l := <-links; l != first {
				t.Errorf("link %q, want %q", l, first)
			}
		}
		if n := d.number(`SELECT count(*) FROM question`) + 10*d.number(`SELECT count(*) FROM message WHERE kind = 'question'`); n != 11 {
			t.Errorf("%d questions and ten times the messages", n)
		}
	})
}

// The secret of a link is nowhere but in the outgoing message.
func TestTokenIsNotKept(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		q, token := d.ask(nil)
		by := d.bearer(token)
		_, err := expertise.OpenLink(t.Context(), d.db, by)
		must(t, err)
		_, err = expertise.Answer(t.Context(), d.db, by, opinion)
		must(t, err)
		d.write(`UPDATE message SET link = ''`) // as sending it does
		var all strings.Builder
		for _, table := range []string{"question", "event", "audit", "job", "request", "message"} {
			columns := map[string]string{"question": "token || ' ' || form || ' ' || shown || ' ' || opinion", "event": "actor || name || text || kind",
				"audit": "actor || verb || subject || reason", "job": "payload || failure", "request": "fields", "message": "link || recipient"}
			for _, s := range d.texts(`SELECT ` + columns[table] + ` FROM ` + table) {
				all.WriteString(s + "\n")
			}
		}
		if strings.Contains(all.String(), token) {
			t.Error("the token is stored")
		}
		if by.ID != "link:"+string(q.ID) || by.Platform != "reunion" || by.Role != access.Expert {
			t.Errorf("bearer %+v", by)
		}
		if n := d.number(`SELECT count(*) FROM audit WHERE actor = $1`, by.ID); n != 2 {
			t.Errorf("%d entries of the bearer, want the opening and the answer", n)
		}
	})
}

// Someone of the directory comes with their centre, clock and address; someone
// who has left it is not asked any more.
func TestTargets(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		o, err := directory.Add(t.Context(), d.db, d.nurse, directory.Organisation{Kind: directory.KindCentre, Name: "Centre inventé", Place: "Cayenne",
			Zone: "America/Cayenne", Mail: "centre@hopital.example", Source: "essai"})
		must(t, err)
		p, err := directory.AddPerson(t.Context(), d.db, d.nurse, directory.Person{Organisation: o.ID, Name: "Pr Ada Imaginaire", Mail: "ada@hopital.example", Active: true, Source: "essai"})
		must(t, err)
		for _, tt := range []struct {
			target expertise.Target
			want   expertise.Recipient
		}{
			{expertise.Target{}, expertise.Recipient{Zone: "Europe/Paris"}},
			{expertise.Target{Organisation: o.ID}, expertise.Recipient{Name: "Centre inventé", Place: "Cayenne", Zone: "America/Cayenne", Mail: "centre@hopital.example"}},
			{expertise.Target{Person: p.ID}, expertise.Recipient{Person: string(p.ID), Name: "Pr Ada Imaginaire", Place: "Centre inventé, Cayenne", Zone: "America/Cayenne", Mail: "ada@hopital.example"}},
		} {
			_, f, err := expertise.Prepare(t.Context(), d.db, d.nurse, d.id, tt.target)
			if err != nil || f.To != tt.want {
				t.Errorf("%+v: %+v, %v", tt.target, f.To, err)
			}
		}
		if _, _, err := expertise.Prepare(t.Context(), d.db, d.nurse, d.id, expertise.Target{Person: phare.NewID()}); phare.KindOf(err) != phare.NotFound {
			t.Errorf("nobody: %v", err)
		}
		f := d.form(func(f *expertise.AskForm) { f.To.Person = string(p.ID) })
		d.write(`UPDATE person SET active = $1`, false)
		_, _, err = expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		if _, field, key := fault(err); field != "recipient" || key != "expertise.recipient.gone" {
			t.Errorf("someone who left: %v", err)
		}
		d.write(`UPDATE person SET active = $1`, true)
		q, _, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		if err != nil || d.questions()[0].To != q.To || q.To.Person != string(p.ID) {
			t.Errorf("asked: %+v, %v", q.To, err)
		}
	})
}
