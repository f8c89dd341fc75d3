package web_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/casefile"
	"phare/internal/consent"
	"phare/internal/expertise"
	persons "phare/internal/person"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// outOf says of every address of the site that gives something about a file which
// way out of the desk it is, or why nothing leaves by it. A new address is named
// here, or listed in unlogged as showing nobody's data.
var outOf = map[string]string{
	"GET /bureau/nouvelles":                          "desk",
	"GET /bureau/nouvelles/{id}/lettre.pdf":          "own: status only, in neutral words, to who asked",
	"POST /bureau/demandes/{id}/question":            consent.WayQuestion,
	"POST /bureau/questions/{id}/renouveler":         consent.WayRenewal,
	"GET /bureau/demandes/{id}/question/{form}":      consent.WayQuestion, // the link once more: held against what was said since
	"POST /avis/{token}":                             consent.WayQuestion,
	"POST /bureau/demandes/{id}/reponse/envoyer":     consent.WayAnswer,
	"POST /reponse/{token}":                          consent.WayAnswer,
	"POST /reponse/{token}/lettre":                   consent.WayAnswer,
	"GET /bureau/demandes/{id}/lettre":               consent.WayDoctor, // and WayFamily, by its voice
	"GET /bureau/demandes/{id}/lettre.odt":           consent.WayDoctor,
	"GET /bureau/demandes/{id}/lettre.pdf":           consent.WayFamily,
	"GET /bureau/demandes/{id}/acces.pdf":            consent.WayAccesses,
	"GET /bureau/demandes/{id}/acces.odt":            consent.WayAccesses,
	"GET /bureau/demandes/{id}/accords/fiche":        "own: what the person said themself, without recipients' health words",
	"GET /bureau/demandes/{id}/accords/fiche.pdf":    "own: what the person said themself",
	"GET /bureau/demandes/{id}/fiche":                "desk: on the screen; to print it is another address",
	"POST /bureau/demandes/{id}/fiche":               consent.WaySheetFamily,
	"GET /bureau/demandes/{id}/fiche.pdf":            consent.WaySheetDoctor,
	"GET /bureau/demandes/{id}/fiche.odt":            consent.WaySheetDoctor,
	"GET /bureau/droits-personnes":                   "desk: references and delays",
	"GET /bureau/demandes/{id}/droits":               "desk",
	"POST /bureau/demandes/{id}/droits/copie":        "own: a copy handed to the person, of which nobody's consent is asked; by a link it is WayCopy",
	"POST /copie/{token}":                            consent.WayCopy,
	"POST /suivi/droits":                             "own: status only, to who holds reference and secret",
	"GET /bureau/appel":                              "desk",
	"POST /api/v1/requests":                          "own: what a program sends itself; a reference and a date come back",
	"GET /api/v1/requests/{reference}":               "own: status only, to the sender of the request",
	"POST /api/v1/requests/{reference}/files":        "own: what a program sends itself",
	"GET /bureau/arrivees":                           "desk",
	"GET /bureau/conservation":                       "desk",
	"POST /bureau/arrivees":                          "desk",
	"GET /bureau/arrivees/{id}":                      "desk",
	"GET /bureau/arrivees/{id}/pieces/{piece}":       "desk: a document that came, opened by who may triage",
	"GET /bureau/arrivees/{id}/demande":              "desk",
	"POST /bureau/arrivees/{id}/demande":             "desk",
	"POST /bureau/arrivees/{id}/rattacher":           "desk",
	"POST /bureau/arrivees/{id}/ecarter":             "desk",
	"POST /bureau/arrivees/{id}/reprendre":           "desk",
	"POST /bureau/arrivees/{id}/passer":              "desk",
	"GET /bureau/appel/{form}":                       "desk",
	"GET /bureau/demandes/{id}/completer":            "desk",
	"GET /bureau/tri":                                "desk",
	"POST /bureau/demandes/{id}/besoins/question":    "desk: says which need a question is for",
	"GET /bureau/relances":                           "desk",
	"GET /bureau/journee":                            "desk",
	"GET /bureau/demandes/{id}/patient/historique":   "desk",
	"GET /bureau/patients/doublons":                  "desk",
	"GET /bureau/patients/doublons/{id}/{other}":     "desk",
	"GET /bureau/demandes/{id}/proches":              "desk",
	"GET /bureau/demandes/{id}/proches/{row}":        "desk",
	"POST /bureau/prendre":                           "desk",
	"POST /bureau/attribuer":                         "desk",
	"POST /suivi":                                    "own: status only, to who holds reference and secret",
	"POST /suivi/question":                           "own: what they ask themselves, and status",
	"POST /suivi/pieces":                             "own: what they send themselves",
	"POST /suivi/acces":                              "own: roles and dates, nothing of health",
	"POST /invitation/{token}":                       "own: an account",
	"POST /demande/{form}/envoyer":                   "own: what they send themselves",
	"POST /demande/{form}/pieces":                    "own: what they send themselves",
	"POST /demande/{form}/pieces/morceau":            "own: how much of what they send has come",
	"POST /suivi/pieces/morceau":                     "own: how much of what they send has come",
	"GET /bureau":                                    "desk",
	"POST /bureau/recherche":                         "desk",
	"GET /bureau/accords":                            "desk",
	"GET /bureau/exceptionnels":                      "desk",
	"POST /bureau/exceptionnels/{id}":                "desk",
	"POST /bureau/questions/{id}/retirer":            "desk",
	"POST /bureau/questions/{id}/lu":                 "desk",
	"GET /bureau/demandes/{id}/pieces/{piece}":       "desk: a document opened by who may work in the file",
	"GET /bureau/demandes/{id}/acces":                "desk: the list on the screen; as a file it leaves",
	"GET /bureau/demandes/{id}/orientation/{result}": "desk: a result on the screen, with the reasons, for who works in the file",
	"GET /bureau/demandes/{id}/a-chercher":           "desk: the list of questions for the call that the desk makes",
	"GET /bureau/demandes/{id}/arbre/joint":          "desk",
	"POST /bureau/demandes/{id}/arbre":               "desk",
	"GET /bureau/demandes/{id}/arbre":                "desk",
	"POST /bureau/arbre/joindre":                     "desk",
	"POST /bureau/arbre/parcours":                    "desk",
}

// stays says whether an address can only show or change something at the desk: a form
// or a page of one file that is neither a file to take away nor a page to print.
func stays(pattern string) bool {
	method, path, _ := strings.Cut(pattern, " ")
	if method == "POST" {
		return strings.HasPrefix(path, "/bureau/") && !strings.HasSuffix(path, "/question") && !strings.HasSuffix(path, "/envoyer") && !strings.HasSuffix(path, "/renouveler")
	}
	for _, page := range []string{"", "/patient", "/signes", "/signes/lettre", "/orientation", "/reponse", "/question", "/effacer", "/accords", "/cercle"} {
		if path == "/bureau/demandes/{id}"+page {
			return true
		}
	}
	return false
}

// Ask 26: a way out of the desk is known by name, so that none is added that asks
// nobody; and every way of the list has an address.
func TestEveryWayOutIsNamed(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	routes := map[string]bool{}
	for _, r := range w.server.Routes() {
		routes[r.Pattern] = true
		about := r.Policy.File != 0 || r.Policy.Link || r.Policy.Key != "" || strings.Contains(r.Pattern, "/questions/") || strings.Contains(r.Pattern, "/suivi") ||
			strings.Contains(r.Pattern, "/bureau/") && strings.HasPrefix(r.Pattern, "GET ") && unlogged[r.Pattern] == ""
		if about && unlogged[r.Pattern] == "" && outOf[r.Pattern] == "" && !stays(r.Pattern) {
			t.Errorf("%s gives something about a file: is it a way out of the desk? Name it in outOf", r.Pattern)
		}
	}
	named := map[string]bool{}
	for pattern, way := range outOf {
		named[way] = true
		if !routes[pattern] && way != "desk" && !strings.HasPrefix(way, "own") {
			t.Errorf("%s is named, and there is no such address", pattern)
		}
	}
	for _, way := range consent.Ways() {
		if !named[way] {
			t.Errorf("the way %s has no address", way)
		}
	}
	// Messages: those with something of a file behind their link, and the others.
	words, err := text.Load()
	must(t, err)
	for key := range words.Keys("fr") {
		kind, is := strings.CutPrefix(key, "mail.")
		kind, subject := strings.CutSuffix(kind, ".subject")
		if is && subject && !slices.Contains([]string{"question", "answer", "copy"}, kind) && !slices.Contains(bare, kind) {
			t.Errorf("messages of the kind %s: does their link lead to something of a file? Then they leave by consent; else name them in bare", kind)
		}
	}
}

// bare are the kinds of message that lead to nothing of a file but for who may open it.
var bare = []string{"received", "complement", "secret", "news", "glass", "erasure", "circle-emptied", "circle-unreached", "circle-widens", "digest", "glass-circle", "invited", "help-asked", "help-confirmed", "help-done", "account-linked", "account-changed",
	"desk-unread", "desk-overdue", "desk-alone", "desk-urgency", // to colleagues, who sign in
	"draft", "code", // to who fills in a form, of that form
	"question-remind"} // to no page

// leaving is a desk from which things leave.
type leaving struct {
	site
	nurse, doctor access.Actor
	now           time.Time
}

func newLeaving(t *testing.T, s site) *leaving {
	t.Helper()
	l := &leaving{site: s, now: storetest.Noon, nurse: access.Actor{ID: "nurse", Platform: "reunion", Role: access.Nurse, Name: "Noé Fictif"},
		doctor: access.Actor{ID: "doctor", Platform: "reunion", Role: access.Physician, Name: "Dr Ada Fictive"}}
	for _, a := range []access.Actor{l.nurse, l.doctor} { // no password: nobody signs in as them, and one is slow to hash
		must(t, s.db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: a.ID}, func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
				VALUES ($1, 'reunion', $1, $2, $3, '', '', 0, true, 0, '', $4)`, a.ID, a.Name, string(a.Role), tx.Now)
		}))
	}
	return l
}

// later is an hour later, so that what is said and what leaves stand in an order.
func (l *leaving) later() {
	l.now = l.now.Add(time.Hour)
	now := l.now
	l.db.Now = func() time.Time { return now }
}

func (l *leaving) note(t *testing.T, id phare.ID, purpose, outcome string, change func(*consent.Draft)) {
	t.Helper()
	l.later()
	d := consent.Draft{Purpose: purpose, Kind: consent.Any, Outcome: outcome, SaidOn: l.now.Format(time.DateOnly), Giver: "parent", How: "oral", About: consent.About{GiverName: "Rosa Inventée"}}
	if change != nil {
		change(&d)
	}
	must(t, consent.Note(t.Context(), l.db, l.nurse, consent.Reach{expertise.Recall, answer.Recall}, consent.DraftFor{Request: id, Draft: d}))
	l.later()
}

// file is a request that someone has taken, whose box was not ticked.
func (l *leaving) file(t *testing.T, change func(*request.Fields)) phare.ID {
	t.Helper()
	id := arrive(t, l.site, "reunion", func(f *request.Fields) {
		f.FamilyName = "Essai" + string(phare.NewID())
		f.Mail = "ida@fictive.example"
		if change != nil {
			change(f)
		}
	})
	storetest.Replace(t, l.db, "request.fields", `"consent":"yes"`, `"consent":""`)
	must(t, request.Take(t.Context(), l.db, l.nurse, request.Ref{ID: id, Version: l.read(t, id).Version}))
	return id
}

func (l *leaving) read(t *testing.T, id phare.ID) (r request.Request) {
	t.Helper()
	must(t, l.db.Read(t.Context(), func(v *store.View) (err error) {
		r, err = request.Find(v, l.nurse, id)
		return err
	}))
	return r
}

func (l *leaving) ask(t *testing.T, id phare.ID, why, over string) (expertise.Question, string, error) {
	t.Helper()
	_, f, err := expertise.Prepare(t.Context(), l.db, l.nurse, id, expertise.Target{})
	must(t, err)
	f.To = expertise.Recipient{Name: "Pr Ada Imaginaire", Place: "Centre inventé", Zone: "Europe/Paris", Mail: "ada@hopital.example"}
	f.Story, f.Why, f.Override = "L’enfant tombe.", why, over
	sheet, _ := expertise.Preview(t.Context(), l.db, l.nurse, f)
	f.Seen = sheet.Print // empty if the screen has refused it, which is not what keeps it
	return expertise.Ask(t.Context(), l.db, expertise.Links{Key: l.key, Base: "http://phare.example"}, l.nurse, f)
}

// answer writes and signs one.
func (l *leaving) answer(t *testing.T, id phare.ID) int64 {
	t.Helper()
	version, err := answer.Write(t.Context(), l.db, l.nurse, id, answer.Draft{Professional: "Voir le centre.", Family: "Nous vous appelons."})
	must(t, err)
	must(t, answer.Sign(t.Context(), l.db, l.doctor, id, version))
	return version + 1
}

func ofParent(f *request.Fields) {
	f.Who, f.Relation, f.Name, f.Mail = request.Family, "parent", "Rosa Inventée", "rosa@fictive.example"
}

// refusedFor holds that something was refused for want of consent, and by no screen.
func refusedFor(t *testing.T, what string, err error) {
	t.Helper()
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Field != "override" || !strings.HasPrefix(e.Key, "consent.stop.") {
		t.Errorf("%s: %v, want it stopped for want of consent", what, err)
	}
}

// Ask 26: each way out of the desk is walked by its verb, past every screen:
// without consent, after a refusal, with consent, after a withdrawal.
func TestWaysOut(t *testing.T) {
	type way struct {
		purpose string
		who     func(*request.Fields)
		ready   func(*testing.T, *leaving, phare.ID)
		out     func(*testing.T, *leaving, phare.ID) error
	}
	printed := func(voice answer.Voice) func(*testing.T, *leaving, phare.ID) error {
		return func(t *testing.T, l *leaving, id phare.ID) error {
			_, err := answer.Print(t.Context(), l.db, l.nurse, id, voice)
			return err
		}
	}
	sheet := func(what string) func(*testing.T, *leaving, phare.ID) error {
		return func(t *testing.T, l *leaving, id phare.ID) error {
			return casefile.Print(t.Context(), l.db, l.nurse, id, what)
		}
	}
	written := func(t *testing.T, l *leaving, id phare.ID) { l.answer(t, id) }
	asked := func(t *testing.T, l *leaving, id phare.ID) error {
		_, _, err := l.ask(t, id, "", "")
		return err
	}
	ways := map[string][]way{
		consent.WayQuestion: {{consent.Outside, nil, nil, asked}},
		consent.WayRenewal:  {{consent.Outside, nil, nil, asked}}, // its own test: TestRenewalAsksToo
		consent.WayAnswer: {
			{consent.Team, nil, written, func(t *testing.T, l *leaving, id phare.ID) error { return l.send(t, id) }},
			{consent.Relatives, ofParent, written, func(t *testing.T, l *leaving, id phare.ID) error { return l.send(t, id) }},
			{consent.Outside, func(f *request.Fields) {}, func(t *testing.T, l *leaving, id phare.ID) {
				l.answer(t, id)
				storetest.Replace(t, l.db, "request.fields", `"who":"gp"`, `"who":"association"`) // who asks, and is not known to care
			}, func(t *testing.T, l *leaving, id phare.ID) error { return l.send(t, id) }},
		},
		consent.WayDoctor:      {{consent.Team, nil, written, printed(answer.Professional)}, {consent.Team, ofParent, written, printed(answer.Professional)}},
		consent.WayFamily:      {{consent.Relatives, nil, written, printed(answer.Family)}, {consent.Relatives, ofParent, written, printed(answer.Family)}},
		consent.WaySheetDoctor: {{consent.Team, nil, nil, sheet(casefile.SheetProfessional)}, {consent.Team, ofParent, nil, sheet(casefile.SheetProfessional)}},
		consent.WaySheetFamily: {{consent.Relatives, nil, nil, sheet(casefile.SheetFamily)}, {consent.Relatives, ofParent, nil, sheet(casefile.SheetFamily)}},
		consent.WayCopy: {{consent.Relatives, ofParent, nil, func(t *testing.T, l *leaving, id phare.ID) error {
			return persons.Make(t.Context(), l.db, l.key, l.doctor, id, persons.Making{Scope: persons.Whole, Way: persons.ByLink, Recipient: "Rosa Inventée"})
		}}},
		consent.WayAccesses: {{consent.Relatives, nil, nil, func(t *testing.T, l *leaving, id phare.ID) error {
			return consent.Take(t.Context(), l.db, l.doctor, id, consent.WayAccesses)
		}}},
	}
	for _, name := range consent.Ways() {
		if len(ways[name]) == 0 {
			t.Errorf("the way %s is not walked", name)
		}
		for _, x := range ways[name] {
			t.Run(name+" "+x.purpose, func(t *testing.T) {
				eachSite(t, func(t *testing.T, s site) {
					l := newLeaving(t, s)
					id := l.file(t, x.who)
					if x.ready != nil {
						x.ready(t, l, id)
					}
					yes, no := consent.Informed, consent.Opposed
					if x.purpose == consent.Outside {
						yes, no = consent.Given, consent.Withdrawn
						refusedFor(t, "nothing was noted", x.out(t, l, id))
					}
					l.note(t, id, x.purpose, no, nil)
					refusedFor(t, "after a no", x.out(t, l, id))
					if n := count(t, l.db, "consent_release") + count(t, l.db, "question"); n != 0 {
						t.Fatalf("%d things left", n)
					}
					l.note(t, id, x.purpose, yes, nil)
					must(t, x.out(t, l, id))
					if n := count(t, l.db, "consent_release"); n != 1 {
						t.Errorf("%d releases, want the one", n)
					}
					l.note(t, id, x.purpose, no, nil)
					if name != consent.WayAnswer { // an answer leaves once: TestWithdrawalReaches
						refusedFor(t, "after a withdrawal", x.out(t, l, id))
					}
				})
			})
		}
	}
}

func (l *leaving) send(t *testing.T, id phare.ID) error {
	t.Helper()
	a, err := answer.Status(t.Context(), l.db, l.nurse, id)
	must(t, err)
	return answer.Send(t.Context(), l.db, l.key, l.nurse, answer.Sending{Request: id, Version: a.Version, Way: answer.ByMail, Base: "http://phare.example"})
}

// Ask 26: a new link needs what the first one needed.
func TestRenewalAsksToo(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, nil)
		l.note(t, id, consent.Outside, consent.Given, func(d *consent.Draft) { d.Until = l.now.Format(time.DateOnly) })
		q, link, err := l.ask(t, id, "", "")
		must(t, err)
		renew := func() error {
			_, _, err := expertise.Renew(t.Context(), l.db, expertise.Links{Key: l.key, Base: "http://phare.example"}, l.nurse, expertise.Renewal{Question: q.ID, Form: phare.NewForm()})
			return err
		}
		must(t, renew())
		l.now = l.now.Add(48 * time.Hour)
		l.later()
		refusedFor(t, "the consent has lapsed", renew())
		// and the link opens nothing either, in words that say no more than that it was taken back
		b := newBrowser(t, s)
		token := strings.TrimPrefix(link, "http://phare.example/avis/")
		if p := b.post("/avis/"+token, url.Values{"do": {"open"}}); strings.Contains(p.text(), "tombe") {
			t.Errorf("the old link still shows the case: %s", p.text())
		}
		l.note(t, id, consent.Outside, consent.Given, nil)
		must(t, renew())
	})
}

// Ask 26: a withdrawal reaches what is on its way, in the same write: the expert's
// link, the answer's link, the message that has not left; and the page says who had
// received what, with a text for each, until each is told.
func TestWithdrawalReaches(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, nil)
		l.note(t, id, consent.Outside, consent.Given, nil)
		_, link, err := l.ask(t, id, "", "")
		must(t, err)
		token := strings.TrimPrefix(link, "http://phare.example")
		expert := newBrowser(t, s)
		if p := expert.post(token, url.Values{"do": {"open"}}); !strings.Contains(p.text(), "tombe") {
			t.Fatalf("the expert sees nothing: %s", p.text())
		}
		l.note(t, id, consent.Outside, consent.Withdrawn, func(d *consent.Draft) { d.Kind, d.To = consent.Expert, "pr ada imaginaire" })
		for _, p := range []page{expert.get(token), expert.post(token, url.Values{"do": {"open"}}), expert.post(token, url.Values{"do": {"answer"}, "opinion": {"Trop tard."}, "signed": {"Ada"}})} {
			p.check()
			if strings.Contains(p.text(), "tombe") || strings.Contains(p.text(), "accord") || p.Status != 410 {
				t.Errorf("after the withdrawal: %d %s", p.Status, p.text())
			}
		}
		if n := storetest.Clear(t, l.db, "message.link", `kind = 'question' AND state = 'stopped' AND link = ''`); len(n) != 1 {
			t.Errorf("the message to the expert was not stopped: %v", n)
		}
		if r := l.read(t, id); r.State != request.Open {
			t.Errorf("the request stays %s: someone else is to be asked", r.State)
		}
		f, err := consent.Of(t.Context(), l.db, l.nurse, id)
		must(t, err)
		owed := f.ToTell()
		if len(owed) != 1 || owed[0].To.Name() != "Pr Ada Imaginaire" || owed[0].Opened.IsZero() {
			t.Fatalf("to tell: %+v", owed)
		}
		list, err := consent.ToTell(t.Context(), l.db, l.nurse)
		must(t, err)
		if len(list) != 1 || list[0].Request != id || list[0].People != 1 {
			t.Errorf("the desk's list: %+v", list)
		}
		for range 2 { // a double click
			must(t, consent.MarkTold(t.Context(), l.db, l.nurse, consent.Telling{Request: id, Item: owed[0].Item, How: "phone"}))
		}
		if list, _ = consent.ToTell(t.Context(), l.db, l.nurse); len(list) != 0 || count(t, l.db, "consent_told") != 1 {
			t.Errorf("told, and still to be told: %+v", list)
		}
		// Another expert may still be asked: the withdrawal named one.
		if err := l.said(t, id).May(consent.ToExpert("", "Dr Autre", "")); err != nil {
			t.Errorf("someone else: %v", err)
		}
	})
}

func (l *leaving) said(t *testing.T, id phare.ID) (rec consent.Record) {
	t.Helper()
	must(t, l.db.Read(t.Context(), func(v *store.View) (err error) {
		rec, err = consent.Read(v, l.read(t, id))
		return err
	}))
	return rec
}

// The link to an answer is shut by an objection, as one that was never made; the
// tries at it lock nobody's tracking.
func TestObjectionShutsTheAnswer(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, ofParent)
		l.answer(t, id)
		must(t, l.send(t, id))
		link := storetest.Clear(t, l.db, "message.link", `kind = 'answer'`)[0]
		l.note(t, id, consent.Relatives, consent.Opposed, func(d *consent.Draft) { d.Giver = "patient" })
		token := strings.TrimPrefix(link, "http://phare.example"+answer.Path)
		_, err := answer.Open(t.Context(), l.db, l.key, token, "12345 67897")
		if phare.KindOf(err) != phare.Invalid {
			t.Errorf("Open = %v", err)
		}
		if n := storetest.Clear(t, l.db, "message.link", `kind = 'answer' AND state = 'stopped'`); len(n) != 1 {
			t.Errorf("the message was not stopped: %v", n)
		}
		// Nothing of it is said to the family, who may not be the patient.
		for _, x := range l.said(t, id).Tell() {
			if x.ID == consent.Relatives {
				t.Error("the family is told of the objection")
			}
		}
	})
}

// An override against a no is a physician's, and of few kinds; it is written in the
// timeline and the trail, by name.
func TestOverrideAgainstANo(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, nil)
		l.answer(t, id)
		l.note(t, id, consent.Relatives, consent.Opposed, nil)
		pass := func(by access.Actor, why, words string) error {
			return consent.Pass(t.Context(), l.db, by, id, consent.Out{Way: consent.WayFamily, Why: why, Over: words})
		}
		secretary := access.Actor{ID: "s", Platform: "reunion", Role: access.Secretary}
		for name, err := range map[string]error{"a secretary": pass(secretary, "vital", "L’enfant est en danger."), "a nurse": pass(l.nurse, "vital", "L’enfant est en danger."),
			"a kind that is too weak": pass(l.doctor, "other", "L’enfant est en danger."), "too few words": pass(l.doctor, "vital", "danger")} {
			if k := phare.KindOf(err); k != phare.Invalid && k != phare.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, pass(l.doctor, "vital", "L’enfant est en danger."))
		_, err := answer.Print(t.Context(), l.db, l.nurse, id, answer.Family)
		must(t, err)
		if got := storetest.Clear(t, l.db, "event.text", `kind = 'consent.override' AND name = 'Dr Ada Fictive'`); len(got) != 1 || got[0] != "L’enfant est en danger." {
			t.Errorf("the timeline: %q", got)
		}
		f, err := consent.Of(t.Context(), l.db, l.nurse, id)
		must(t, err)
		if len(f.Received) != 1 || f.Received[0].Over == nil || f.Received[0].Over.Why != "vital" {
			t.Errorf("the list does not show it: %+v", f.Received)
		}
		l.now = l.now.Add(25 * time.Hour)
		l.later()
		_, err = answer.Print(t.Context(), l.db, l.nurse, id, answer.Family)
		refusedFor(t, "a day later", err)
	})
}
