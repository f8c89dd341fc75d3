package casefile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/document"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/text"
)

var (
	now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	day = func(n int) time.Time { return now.AddDate(0, 0, n) }
)

func catalog(t *testing.T) *text.Catalog {
	t.Helper()
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told is a case in which every word that a person wrote holds a mark.
func told() Case {
	const mark = "SECRET"
	f := request.Fields{Who: request.Family, Diagnosis: request.NoDiagnosis, Disease: mark, FamilyName: mark, FirstName: mark, BirthDate: "2019-03-12", Sex: "female", Commune: mark,
		Question: mark, Story: mark, Done: mark, Name: mark, Place: mark, Phone: mark, Mail: mark, Doctor: mark, Interpreter: mark}
	return Case{Now: now, Desk: access.Platform{Name: mark, Zone: "Indian/Reunion", Phone: mark}, Holder: mark,
		Request: request.Request{ID: "r", Reference: "MR-0000-0000", Fields: f, State: request.Open, NextAt: day(3), CreatedAt: day(-9), Awaited: mark, Next: "study"},
		Patient: &patient.Patient{BirthName: mark, FirstNames: mark, BirthDate: "2019-03-12", Note: mark, Identity: patient.Provisional}}
}

// healthWords tell something of health, or of where one calls.
var healthWords = strings.Fields(`maladie médecin médic docteur diagnost signe symptôme hôpital patient santé soin traitement examen génét rare syndrome
	disease illness doctor physician diagnos symptom hospital health treatment examination genetic syndrome`)

// What is said by telephone is right for every state, in both languages, and tells
// nothing of the patient: no word of the file, no word of health.
func TestPhrase(t *testing.T) {
	words := catalog(t)
	refusedQ := expertise.Question{State: expertise.Refused, EndedAt: day(-1)}
	cases := map[string]func(*Case){
		"received": func(c *Case) { c.Request.State = request.Received }, "open": func(*Case) {},
		"awaiting": func(c *Case) { c.Request.State = request.Awaiting }, "asked": func(c *Case) { c.Request.State = request.Asked },
		"answered": func(c *Case) { c.Request.State = request.Answered }, "signed": func(c *Case) { c.Request.State = request.Signed },
		"barred":   func(c *Case) { c.Request.State, c.Barred = request.Signed, true },
		"read":     func(c *Case) { c.Request.State, c.Request.FirstLookAt = request.Received, day(-1) },
		"document": func(c *Case) { c.Request.Next = "document" }, "complement": func(c *Case) { c.Request.Next = "complement" },
		"refused":       func(c *Case) { c.Request.Next, c.Questions = expertise.NextSearch, []expertise.Question{refusedQ} },
		"late":          func(c *Case) { c.Request.NextAt = day(-1) },
		"late.awaiting": func(c *Case) { c.Request.State, c.Request.NextAt = request.Awaiting, day(-1) },
		"late.asked":    func(c *Case) { c.Request.State, c.Request.NextAt = request.Asked, day(-1) },
		"sent.unopened": func(c *Case) { ended(c, answer.ByMail) },
		"sent.mail":     func(c *Case) { ended(c, answer.ByMail); c.Answer.OpenedAt = day(-1) },
		"sent.post":     func(c *Case) { ended(c, answer.ByPost) }, "sent.phone": func(c *Case) { ended(c, answer.ByPhone) }, "sent.hand": func(c *Case) { ended(c, answer.ByHand) },
	}
	for _, reason := range request.CloseReasons() {
		cases["closed."+reason] = func(c *Case) { c.Request.State, c.Request.CloseReason = request.Closed, reason }
	}
	dated := []string{"late", "late.awaiting", "late.asked", "signed"}
	for want, change := range cases {
		c := told()
		change(&c)
		for _, lang := range text.Langs {
			key, args := Phrase(c, lang)
			said := words.Get(lang, key, args)
			if key != "desk.phrase."+want {
				t.Errorf("%s: %s", want, key)
			}
			if strings.HasPrefix(said, "[") || strings.Contains(said, "SECRET") {
				t.Errorf("%s in %s says %s", want, lang, said)
			}
			for _, w := range healthWords {
				if strings.Contains(strings.ToLower(said), w) {
					t.Errorf("%s in %s says a health word: %s", want, lang, said)
				}
			}
			if !strings.HasPrefix(want, "closed.") && !slices.Contains(dated, want) && !strings.Contains(said, "2026") {
				t.Errorf("%s in %s has no date: %s", want, lang, said)
			}
		}
	}
	// No other state of a request is left without a sentence.
	for _, state := range request.States() {
		for _, next := range []string{"triage", "study", "remind", "ask", "contact", "search", "opinion", "read", "sign", "send", "document", "complement", ""} {
			for _, late := range []time.Time{day(-1), day(1)} {
				c := told()
				c.Request.State, c.Request.Next, c.Request.NextAt = state, next, late
				if state == request.Closed {
					ended(&c, answer.ByPost)
				}
				if key, args := Phrase(c, "fr"); strings.HasPrefix(words.Get("fr", key, args), "[") {
					t.Errorf("%s, next %q: no sentence %s", state, next, key)
				}
			}
		}
	}
}

func ended(c *Case, way string) {
	c.Request.State, c.Request.CloseReason, c.Request.ClosedAt = request.Closed, request.Sent, day(-2)
	c.Answer = answer.Answer{Way: way, SentAt: day(-2), Signer: "x"}
}

// Lesson 2: sent, received, opened, answered and read by us are facts of their own,
// and nothing is said to be known that is not.
func TestKnows(t *testing.T) {
	c := told()
	to := func(name, mail string) expertise.Recipient { return expertise.Recipient{Name: name, Mail: mail} }
	c.Questions = []expertise.Question{
		{To: to("Pr Un", "un@x.example"), State: expertise.Sent, SentAt: day(-5), ExpiresAt: day(9)},
		{To: to("Pr Deux", "deux@x.example"), State: expertise.Opened, SentAt: day(-4), OpenedAt: day(-3), ExpiresAt: day(9)},
		{To: to("Pr Trois", ""), State: expertise.Answered, SentAt: day(-4), OpenedAt: day(-3), EndedAt: day(-2), ExpiresAt: day(9), Opinion: expertise.Opinion{Name: "Dr Trois-bis"}},
		{To: to("Pr Quatre", "q@x.example"), State: expertise.Refused, SentAt: day(-4), EndedAt: day(-2), ReadAt: day(-1), ExpiresAt: day(9)},
		{To: to("Pr Cinq", "c@x.example"), State: expertise.Sent, SentAt: day(-40), ExpiresAt: day(-20)},
	}
	c.Messages = []Message{{Kind: "received", At: c.Request.CreatedAt, SentAt: c.Request.CreatedAt.Add(time.Minute)}, {Kind: "question", At: day(-5)}, {Kind: "question", At: day(-40), SentAt: day(-39)}}
	c.Told = []Told{{ID: "t", Whom: ToOther, Person: "École Inventée", What: SheetProfessional, Way: "hand", At: day(-1), AnsweredAt: day(0)}}
	got := Knows(c)
	say := func(k Known) string {
		has := func(at time.Time, letter string) string {
			if at.IsZero() {
				return "-"
			}
			return letter
		}
		return k.Name + " " + has(k.Sent, "s") + has(k.Received, "r") + has(k.Opened, "o") + has(k.Answered, "a") + has(k.Read, "l") + " " + k.End + fmt.Sprint(" ", k.Shut(), " ", k.Unread)
	}
	want := []string{
		"Pr Un s----  true false",             // still in the outbox, and not opened
		"Pr Deux s-o--  false false",          // no message of it is known
		"Dr Trois-bis s-oa-  false true",      // came, and nobody has read it
		"Pr Quatre s--al refused false false", // a refusal that was read
		"Pr Cinq sr--- expired false false",   // nobody can open it any more
		"SECRET sr---  false false",           // the receipt
		"SECRET -----  false false",           // no answer yet
		"SECRET -----  false false",           // nothing for the médecin traitant, who is named
		"École Inventée s--a-  false false",   // what was handed over
	}
	for i, k := range got {
		if i >= len(want) || say(k) != want[i] {
			t.Errorf("line %d: %q", i, say(k))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
	if got[7].Whom != ToDoctor || got[7].What != LetterProfessional {
		t.Errorf("the médecin traitant: %+v", got[7])
	}
}

// Closing is proposed when nothing is awaited and what came was read.
func TestEnds(t *testing.T) {
	q := func(state expertise.State, change func(*expertise.Question)) []expertise.Question {
		x := expertise.Question{State: state, SentAt: day(-4), EndedAt: day(-2), ExpiresAt: day(9), To: expertise.Recipient{Name: "Pr Un"}}
		if change != nil {
			change(&x)
		}
		return []expertise.Question{x}
	}
	for name, tt := range map[string]struct {
		all    []expertise.Question
		signed time.Time
		want   string
	}{
		"nobody was asked": {nil, time.Time{}, ""}, "sent": {q(expertise.Sent, nil), time.Time{}, "waiting"}, "opened": {q(expertise.Opened, nil), time.Time{}, "waiting"},
		"came, not read": {q(expertise.Answered, nil), time.Time{}, "unread"}, "came and read": {q(expertise.Answered, func(x *expertise.Question) { x.ReadAt = day(-1) }), time.Time{}, ""},
		"came, answer signed since": {q(expertise.Answered, nil), day(-1), ""}, "refused": {q(expertise.Refused, nil), time.Time{}, ""}, "withdrawn": {q(expertise.Withdrawn, nil), time.Time{}, ""},
		"link over": {q(expertise.Sent, func(x *expertise.Question) { x.ExpiresAt = day(-1) }), time.Time{}, ""},
	} {
		got := ""
		for _, l := range Ends(tt.all, tt.signed, now) {
			got += l.Why
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// One line of time holds what was before the desk and what is at it, in the order
// of its dates, each with its author and who sees it.
func TestTimeline(t *testing.T) {
	c := told()
	c.Facts = []history.Fact{
		{ID: "a", Kind: history.Onset, Date: "2020-09", Words: "marche instable", Actor: "me", At: day(-1)},
		{ID: "b", Kind: history.Exam, Date: "2026-11-21", Words: "IRM", Actor: "other", At: day(-1)},
		{ID: "c", Kind: history.Other, Words: "sans date", Actor: "me", At: day(-1)},
	}
	c.Questions = []expertise.Question{{To: expertise.Recipient{Name: "Pr Un"}, SentAt: day(-4), EndedAt: day(-3), State: expertise.Answered, Opinion: expertise.Opinion{Words: "voir la filière"}}}
	c.Messages = []Message{{Kind: "question", At: day(-4)}}
	events := []request.Event{
		{At: day(-3), Kind: "question.answered", ShownTo: request.Team},
		{At: day(-4), Kind: "question.sent", Text: "Pr Un", Name: "Aline", Actor: "other", ShownTo: request.Team},
		{At: day(-1), Kind: history.EventKind, Name: "Aline", ShownTo: request.Team},
		{At: day(-9), Kind: "received", ShownTo: request.Requester},
	}
	w := View{Zone: "Indian/Reunion", Reader: "me", Since: day(-5)}
	titles := func(all []Line) (s string) {
		for _, l := range all {
			s += l.Title[strings.LastIndexByte(l.Title, '.')+1:] + " "
		}
		return s
	}
	all := Timeline(c, events, w)
	if got := titles(all); got != "exam answered sent question received onset other " {
		t.Errorf("newest first: %s", got)
	}
	if l := all[1]; l.Words != "voir la filière" || l.Tail != "Pr Un" || l.From != ToExpert || !l.New {
		t.Errorf("what the expert said: %+v", l)
	}
	if l := all[4]; l.From != ToRequester || l.ShownTo != request.Requester || l.New {
		t.Errorf("what the requester did: %+v", l)
	}
	if !all[0].New || all[5].New {
		t.Errorf("new is what others wrote since: %v %v", all[0].New, all[5].New)
	}
	w.Oldest = true
	if got := titles(Timeline(c, events, w)); got != "other onset received sent question answered exam " {
		t.Errorf("oldest first: %s", got)
	}
	for only, want := range map[Group]string{Before: "other onset exam ", Experts: "sent answered ", Mails: "question ", Asking: "received ", Papers: ""} {
		w.Only = only
		if got := titles(Timeline(c, events, w)); got != want {
			t.Errorf("only %s: %s", only, got)
		}
	}
}

// Ask 28: the sheet is one page, whatever is in the file, in both languages and for
// both readers; a family reads no opinion of an expert.
func TestSheetIsOnePage(t *testing.T) {
	words := catalog(t)
	small, large := told(), told()
	long := strings.Repeat("des mots bien longs que quelqu’un a tapés sans s’arrêter ", 60)
	f := &large.Request.Fields
	f.Question, f.Story, f.Done, f.Name, f.Place = long, long, long, long[:110], long[:110]
	large.Patient.Note = long
	for i := range 60 {
		large.Signs = append(large.Signs, request.Sign{HPO: fmt.Sprintf("HP:%07d", i), Presence: []string{request.Present, request.Absent}[i%2], Label: long[:60]})
		large.Facts = append(large.Facts, history.Fact{Kind: history.Exam, Date: "2021", Words: long[:390], Source: history.Letter, Origin: "Dr Inventé", Again: i%9 == 0})
		large.Questions = append(large.Questions, expertise.Question{To: expertise.Recipient{Name: long[:100], Place: long[:100]}, State: expertise.Answered, SentAt: day(-4), EndedAt: day(-3),
			Opinion: expertise.Opinion{Words: "OPINION " + long, Exams: long, Name: "Pr Inventé"}})
	}
	for name, c := range map[string]Case{"small": small, "large": large} {
		for _, what := range []string{SheetFamily, SheetProfessional} {
			for _, lang := range text.Langs {
				d := Sheet(words, c, what, lang)
				if n := document.Pages(d); n != 1 {
					t.Errorf("%s, %s, %s: %d pages", name, what, lang, n)
				}
				all := fmt.Sprint(d.Blocks)
				if strings.Contains(all, "[sheet.") || strings.Contains(all, "[history.") || !strings.Contains(all, "MR-0000-0000") {
					t.Errorf("%s, %s, %s: %s", name, what, lang, all)
				}
				if told := strings.Contains(all, "OPINION"); told != (name == "large" && what == SheetProfessional) {
					t.Errorf("%s, %s: the opinion is told: %v", name, what, told)
				}
			}
		}
	}
	if all := fmt.Sprint(Sheet(words, large, SheetProfessional, "fr").Blocks); !strings.Contains(all, "ne pas refaire") || !strings.Contains(all, "de plus") {
		t.Errorf("what is left out is not counted, or what need not be done again is: %s", all)
	}
}

// In every state the sheet says what happens next, and never by a missing sentence.
func TestSheetOfEachState(t *testing.T) {
	words := catalog(t)
	for _, state := range request.States() {
		for _, late := range []time.Time{day(-1), day(1)} {
			c := told()
			c.Request.State, c.Request.NextAt = state, late
			if state == request.Closed {
				ended(&c, answer.ByPost)
			}
			for _, what := range []string{SheetFamily, SheetProfessional} {
				if all := fmt.Sprint(Sheet(words, c, what, "fr").Blocks); strings.Contains(all, "[sheet.") || strings.Contains(all, "[next.") || strings.Contains(all, "[desk.") {
					t.Errorf("%s, %s: %s", state, what, all)
				}
			}
		}
	}
}

func TestClockWords(t *testing.T) {
	words := catalog(t)
	c := told()
	for want, change := range map[string]func(){
		"": func() {},
		"Premiers signes il y a 6 ans et 2 mois\u202f; sans diagnostic.":                      func() { c.Facts = []history.Fact{{Kind: history.Onset, Date: "2020-09"}} },
		"Premiers signes il y a environ 6 ans\u202f; diagnostic évoqué, non confirmé.":        func() { c.Facts[0].Date = "2020"; c.Request.Fields.Diagnosis = request.Suspected },
		"Premiers signes il y a 1 an et 1 mois\u202f; on ne sait pas s’il y a un diagnostic.": func() { c.Facts[0].Date = "2025-10"; c.Request.Fields.Diagnosis = "" },
		"Diagnostic confirmé 2 mois après les premiers signes.": func() {
			c.Facts = append(c.Facts, history.Fact{Kind: history.Diagnosis, Date: "2025-12"})
		},
	} {
		c = told()
		c.Facts = nil
		if want != "" {
			c.Facts = []history.Fact{{Kind: history.Onset, Date: "2025-10"}}
		}
		change()
		if got := ClockWords(words, "fr", c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
