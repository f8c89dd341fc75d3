package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/attachment"
	"phare/internal/consent"
	"phare/internal/directory"
	"phare/internal/erasure"
	"phare/internal/expertise"
	"phare/internal/extract"
	"phare/internal/inspect"
	"phare/internal/instrument"
	"phare/internal/mail"
	"phare/internal/merge"
	"phare/internal/need"
	"phare/internal/news"
	persons "phare/internal/person"
	"phare/internal/request"
	crew "phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/web"
)

// town is a site with two desks, each with requests at every stage of the line,
// made by the verbs that the pages call. In every word that the second desk
// keeps stands its mark, so that one byte of it in the wrong place is seen; no
// id can hold it by chance, since ids have no o, u, l, i.
type town struct {
	site
	server      *web.Server
	here, there *stock
}

// stock is what one desk holds.
type stock struct {
	platform, mark, phone string
	request               map[string]phare.ID   // by stage
	told                  phare.ID              // a letter to post
	reference, secret     map[string]string     // of the receipts, by stage
	form                  map[string]string     // ids of the forms that were sent, by stage; "draft" and "ready" were not
	question              map[string]phare.ID   // by stage of its request
	asked                 map[string]string     // ids of the forms of the questions
	link                  map[string]string     // tokens of the links to experts
	answer                string                // token of the link to the answer
	result                map[phare.ID]phare.ID // orientations, by request
	patient               []phare.ID
	person, organisation  phare.ID
	neighbour             phare.ID // a person of one's own at a centre that all desks see
	actor                 map[access.Role]access.Actor
	session               map[access.Role]string
	spare                 phare.ID              // an account that nobody enters
	recovery, review      phare.ID              // what waits for a second person; a signed review of rights
	erasure               phare.ID              // of a closed request, asked by someone who is not at the table
	merge                 phare.ID              // of two identities, proposed by someone who is not at the table
	piece, draftPiece     phare.ID              // files of the request that was asked, and of the draft
	narrow                map[phare.ID]phare.ID // of a file: the like of it in the confidential request
	withdrawn             phare.ID              // a file of the request that was answered
	invited               phare.ID
	invitation            string   // token of its link
	need, task, absence   phare.ID // of the request "needs"; of people who are away
	ask                   phare.ID // what someone asks about the data of the request "asked"
	arrival, arrivalPiece phare.ID // something that came by mail, and its file
	program               string   // the key of a program, which sent the request "asked"
	programKey            phare.ID
	place, glass          phare.ID // in a circle; an exceptional access that waits to be judged
}

func newTown(t *testing.T, db *store.DB, base string) town {
	t.Helper()
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	must(t, directory.Seed(t.Context(), db))
	key := access.NewKey()
	server, err := web.New(web.Config{DB: db, Key: key, Text: words, Base: base, Knowledge: k.k, Index: k.x, Engine: k.e, Extract: func() *extract.Extractor { return k.r }})
	if err != nil {
		t.Fatal(err)
	}
	w := town{site: site{db, key, server.Handler()}, server: server}
	w.here = w.open(t, access.Platform{ID: "reunion", Name: "Plateforme d’ici", Zone: "Indian/Reunion", Territory: "974 976", Phone: "0262 00 00 01", Mail: "ici@phare.example"}, "Ici", "0692 10 20 30")
	w.there = w.open(t, access.Platform{ID: "guyane", Name: "Plateforme de là-bas", Zone: "America/Cayenne", Territory: "973", Phone: "0594 00 00 01", Mail: "la@phare.example"}, "Zulouqui", "0694 98 76 54")
	return w
}

// open opens a desk, its accounts and its directory, and fills it.
func (w town) open(t *testing.T, p access.Platform, mark, phone string) *stock {
	t.Helper()
	s := &stock{platform: p.ID, mark: mark, phone: phone, request: map[string]phare.ID{}, result: map[phare.ID]phare.ID{}, reference: map[string]string{}, secret: map[string]string{},
		form: map[string]string{}, question: map[string]phare.ID{}, asked: map[string]string{}, link: map[string]string{},
		actor: map[access.Role]access.Actor{}, session: map[access.Role]string{}}
	must(t, access.AddPlatform(t.Context(), w.db, p))
	must(t, access.Switch(t.Context(), w.db, access.Machine(p.ID), access.Switching{On: true, Reason: mark + " essai"}))
	for _, role := range access.StaffRoles() {
		if w.here == nil || role == access.Nurse || role == access.Physician { // a password is slow to hash
			w.enter(t, s, role)
		}
	}
	by := s.actor[access.Nurse]
	o, err := directory.Add(t.Context(), w.db, by, directory.Organisation{Kind: directory.KindCompetence, Name: "Centre " + mark, Network: "brain-team", Territory: "OCC", Place: mark + "ville", Zone: "Europe/Paris", Source: "invention"})
	must(t, err)
	e, err := directory.AddPerson(t.Context(), w.db, by, directory.Person{Organisation: o.ID, Name: "Pr " + mark + "expert", Mail: "expert@" + letters(mark) + ".example", Tele: true, Source: "invention"})
	must(t, err)
	s.organisation, s.person = o.ID, e.ID
	shared, err := directory.List(t.Context(), w.db, by, "")
	must(t, err)
	for _, x := range shared {
		if x.Platform == directory.National && x.Network != "" {
			n, err := directory.AddPerson(t.Context(), w.db, by, directory.Person{Organisation: x.ID, Name: "Dr " + mark + "voisin", Source: "invention"})
			must(t, err)
			s.neighbour = n.ID
			break
		}
	}
	for _, stage := range []string{"received", "asked", "answered", "signed", "closed"} {
		w.live(t, s, stage)
	}
	w.instruments(t, s)
	w.people(t, s)
	w.parting(t, s)
	w.circles(t, s)
	for _, draft := range []string{"draft", "ready"} {
		s.form[draft] = request.NewForm()
		_, err = request.SaveDraft(t.Context(), w.db, access.Anyone(p.ID), s.form[draft], func(f *request.Fields) { *f = s.fields() })
		must(t, err)
	}
	w.files(t, s)
	w.said(t, s)
	w.told(t, s)
	w.needs(t, s)
	w.calls(t, s)
	w.asks(t, s)
	w.arrives(t, s)
	w.programs(t, s)
	return s
}

// said notes what a person said about their file, in words of the desk.
func (w town) said(t *testing.T, s *stock) {
	t.Helper()
	d := consent.Draft{Purpose: consent.Team, Kind: consent.Doctor, Outcome: consent.Informed, SaidOn: w.db.Now().Format(time.DateOnly), Giver: "parent", How: "oral", Assent: "unasked",
		About: consent.About{To: "Dr " + s.mark + "traitant", GiverName: s.mark + " parent", Explained: s.mark, Language: s.mark, Interpreter: s.mark, Words: s.mark + " dit oui"}}
	must(t, consent.Note(t.Context(), w.db, s.actor[access.Nurse], consent.Reach{expertise.Recall, answer.Recall}, consent.DraftFor{Request: s.request["asked"], Draft: d}))
}

// asks notes what a person asks about their data, of one file.
func (w town) asks(t *testing.T, s *stock) {
	t.Helper()
	ctx, by := t.Context(), s.actor[access.Nurse]
	must(t, persons.Note(ctx, w.db, by, s.request["asked"], persons.Draft{Kind: persons.Complaint, Giver: "parent", Way: "letter", Who: s.mark + " parent", Words: s.mark + " se plaint"}))
	all, err := persons.Of(ctx, w.db, by, s.request["asked"])
	must(t, err)
	s.ask = all.Asks[0].ID
}

// told leaves a letter to post to the requester of one file.
func (w town) told(t *testing.T, s *stock) {
	t.Helper()
	ctx, by, id := t.Context(), s.actor[access.Nurse], s.request["asked"]
	must(t, news.SetReach(ctx, w.db, by, id, news.Reach{Way: mail.ByPost, To: s.mark + " chemin", Rule: s.mark + " pas le soir"}))
	must(t, w.db.Write(ctx, by.Act("test", string(id)), func(tx *store.Tx) error {
		return news.Tell(tx, news.To{Platform: s.platform, Request: id, Reference: s.reference["asked"], Lang: "fr"}, "late")
	}))
	must(t, w.db.Read(ctx, func(v *store.View) (err error) {
		s.told, err = store.One(v, store.Value[phare.ID], `SELECT id FROM message WHERE request = $1 AND way = 'post'`, id)
		return err
	}))
}

// needs gives one more request a need that waits for someone, and notes that the
// spare account is away.
func (w town) needs(t *testing.T, s *stock) {
	t.Helper()
	ctx, by := t.Context(), s.actor[access.Nurse]
	fields := s.fields()
	fields.Mail, fields.News = "", ""
	receipt, err := request.Submit(ctx, w.db, w.key, access.Anyone(s.platform), request.NewForm(), fields)
	must(t, err)
	id := receipt.Request
	s.request["needs"], s.reference["needs"], s.secret["needs"] = id, receipt.Reference, receipt.Secret
	must(t, request.Take(ctx, w.db, by, request.Ref{ID: id, Version: 1}))
	must(t, need.Add(ctx, w.db, by, id, []need.New{{Kind: "social", Label: s.mark + " social", Words: s.mark + " une aide"}}))
	sheet := func() need.Line {
		f, err := request.OpenFile(ctx, w.db, by, id)
		must(t, err)
		all, err := need.Of(ctx, w.db, by, f.Request)
		must(t, err)
		return all.Needs[0]
	}
	s.need = sheet().ID
	must(t, need.AddTask(ctx, w.db, by, id, need.NewTask{Need: s.need, Outside: true, Whom: request.AwaitsOffice, Who: s.mark + " MDPH", Words: s.mark + " la notification"}))
	s.task = sheet().Tasks[0].ID
	must(t, need.SetAbsence(ctx, w.db, by, need.Absence{Account: string(s.spare), Cover: by.ID, Since: w.db.Now(), Until: w.db.Now().AddDate(0, 0, 7)}))
	away, err := need.Absences(ctx, w.db, by)
	must(t, err)
	s.absence = away[0].ID
}

// parting closes one more request, whose erasure someone asks for.
func (w town) parting(t *testing.T, s *stock) {
	t.Helper()
	ctx, nurse := t.Context(), s.actor[access.Nurse]
	fields := s.fields()
	fields.Mail, fields.News = "", "" // so that no message waits to be sent
	receipt, err := request.Submit(ctx, w.db, w.key, access.Anyone(s.platform), request.NewForm(), fields)
	must(t, err)
	must(t, request.Close(ctx, w.db, nurse, request.Ref{ID: receipt.Request, Version: 1}, request.Ending{Reason: request.Withdrawn}))
	other := access.Actor{ID: "remplaçant", Platform: s.platform, Role: access.Physician, Name: s.mark + " remplaçant"}
	must(t, erasure.Ask(ctx, w.db, other, receipt.Request, erasure.Error))
	waiting, err := erasure.Waiting(ctx, w.db, other)
	must(t, err)
	s.erasure = waiting[0].ID
	s.merge, err = merge.Ask(ctx, w.db, other, merge.Proposal{Kept: s.patient[2], Merged: s.patient[3], Reason: s.mark + " même carte présentée"})
	must(t, err)
}

// files joins documents to a request, to a draft, and to a request from which it
// is withdrawn.
func (w town) files(t *testing.T, s *stock) {
	t.Helper()
	ctx, by := t.Context(), s.actor[access.Nurse]
	f := w.taken(t, s.mark+" lettre.png")
	must(t, request.Attach(ctx, w.db, by, s.request["asked"], f))
	f.Close()
	f = w.taken(t, s.mark+" photo.png")
	must(t, request.AttachToForm(ctx, w.db, access.Anyone(s.platform), s.form["draft"], f))
	f.Close()
	late := w.taken(t, s.mark+" retirée.png")
	must(t, request.Attach(ctx, w.db, by, s.request["answered"], late))
	late.Close()
	inner, outer := w.narrowFiles(t, s)
	must(t, w.db.Read(ctx, func(v *store.View) (err error) {
		if s.piece, err = store.One(v, store.Value[phare.ID], `SELECT id FROM attachment WHERE request = $1`, s.request["asked"]); err != nil {
			return err
		}
		if s.draftPiece, err = store.One(v, store.Value[phare.ID], `SELECT id FROM attachment WHERE draft = $1`, phare.FormHash(s.form["draft"])); err != nil {
			return err
		}
		s.withdrawn, err = store.One(v, store.Value[phare.ID], `SELECT id FROM attachment WHERE request = $1`, s.request["answered"])
		return err
	}))
	must(t, request.WithdrawAttachment(ctx, w.db, by, s.request["answered"], s.withdrawn, s.mark+" autre patient"))
	s.narrow = map[phare.ID]phare.ID{s.piece: inner, s.withdrawn: outer}
}

// narrowFiles joins two documents to the confidential request and withdraws one.
func (w town) narrowFiles(t *testing.T, s *stock) (kept, withdrawn phare.ID) {
	t.Helper()
	ctx, by, id := t.Context(), s.actor[access.Nurse], s.request["walled"]
	find := func(name string, picture []byte) phare.ID {
		f := w.takenAs(t, name, picture)
		defer f.Close()
		must(t, request.Attach(ctx, w.db, by, id, f))
		all, err := request.OpenFile(ctx, w.db, by, id)
		must(t, err)
		for _, a := range all.Files {
			if a.ID != withdrawn {
				return a.ID
			}
		}
		t.Fatalf("%s is not in the file: %+v", name, all.Files)
		return ""
	}
	withdrawn = find(s.mark+" doublon.png", []byte(three(t)[0].body))
	must(t, request.WithdrawAttachment(ctx, w.db, by, id, withdrawn, s.mark+" autre patient"))
	return find(s.mark+" compte rendu.png", aPicture(t)), withdrawn
}

// taken is a small picture that was looked at, under a name.
func (w town) taken(t *testing.T, name string) *attachment.Taken {
	t.Helper()
	return w.takenAs(t, name, aPicture(t))
}

func (w town) takenAs(t *testing.T, name string, picture []byte) *attachment.Taken {
	t.Helper()
	f, err := w.server.Files.Take(t.Context(), attachment.Given{Name: name, MediaType: "image/png", Bytes: bytes.NewReader(picture), By: inspect.Sender{Staff: true}})
	must(t, err)
	return f
}

// instruments signs a tree with the desk's mark, leaves a draft over it and over
// a sheet, and joins a walk to a request.
func (w town) instruments(t *testing.T, s *stock) {
	t.Helper()
	ctx, nurse, doctor := t.Context(), s.actor[access.Nurse], s.actor[access.Physician]
	tree, sheet := instrument.TreeRef(), instrument.SheetRef("filnemus")
	words := strings.Replace(instrument.Starter(tree).Text, "Appeler le 15", s.mark+" appelle le 15", 1)
	number, err := instrument.Save(ctx, w.db, nurse, tree, instrument.Draft{Text: words})
	must(t, err)
	latest, err := instrument.Look(ctx, w.db, doctor, tree)
	must(t, err)
	must(t, instrument.Sign(ctx, w.db, doctor, tree, instrument.Signature{Number: number, Print: latest.Review().Print}))
	_, err = instrument.Save(ctx, w.db, nurse, tree, instrument.Draft{Text: words + "\nconseil: " + s.mark, Seen: number})
	must(t, err)
	_, err = instrument.Save(ctx, w.db, nurse, sheet, instrument.Draft{Text: strings.Replace(instrument.Starter(sheet).Text, "appeler:", "appeler:\n- "+s.mark, 1)})
	must(t, err)
	must(t, instrument.Attach(ctx, w.db, nurse, instrument.Walked{Request: s.request["asked"], Number: number, Steps: []instrument.Step{{Node: "danger", Answer: 1}}}))
}

// people invites someone, lets someone else lose a way in, and reviews the rights.
func (w town) people(t *testing.T, s *stock) {
	t.Helper()
	ctx, admin := t.Context(), access.Actor{ID: "chief", Platform: s.platform, Role: access.Admin, Name: s.mark + " chef"}
	for i, id := range []*phare.ID{&s.spare, nil} {
		a, _, err := access.AddAccount(ctx, w.db, access.Machine(s.platform), access.NewAccount{Platform: s.platform, Login: fmt.Sprintf("spare%d.%s", i, s.platform),
			Name: s.mark + " réserve", Role: access.Secretary, Password: "une phrase bien longue", Mail: "reserve@" + letters(s.mark) + ".example"})
		must(t, err)
		if id != nil {
			*id = a.ID
			continue
		}
		operator := access.Machine(s.platform) // whoever confirms here has a new account
		operator.Name = s.mark + " exploitant"
		must(t, crew.AskHelp(ctx, w.db, operator, a.ID, s.mark+" a perdu son téléphone"))
	}
	for _, login := range []string{"invite.", "other."} {
		must(t, crew.Invite(ctx, w.db, w.key, admin, crew.Invitation{Login: login + s.platform, Name: s.mark + " invité", Mail: "invite@" + letters(s.mark) + ".example", Role: access.Nurse}))
		if s.invitation == "" { // of the first: the second is withdrawn
			link := storetest.Clear(t, w.db, "message.link", `kind = 'invited' AND platform = $1`, s.platform)[0]
			s.invitation = strings.TrimPrefix(link, crew.InvitationPath)
		}
	}
	must(t, w.db.Read(ctx, func(v *store.View) (err error) {
		if s.invited, err = store.One(v, store.Value[phare.ID], `SELECT id FROM invitation WHERE login = $1`, "other."+s.platform); err != nil {
			return err
		}
		s.recovery, err = store.One(v, store.Value[phare.ID], `SELECT id FROM recovery WHERE platform = $1`, s.platform)
		return err
	}))
	members, err := crew.Members(ctx, w.db, admin)
	must(t, err)
	kept := map[phare.ID]bool{}
	for _, m := range members {
		kept[m.ID] = true
	}
	s.review, err = crew.SignReview(ctx, w.db, admin, kept)
	must(t, err)
}

// letters is a mark as it can stand in an address.
func letters(mark string) string {
	return strings.Map(func(c rune) rune {
		if c < 'a' || c > 'z' {
			return -1
		}
		return c
	}, strings.ToLower(mark))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// enter opens an account and signs it in.
func (w town) enter(t *testing.T, s *stock, role access.Role) {
	t.Helper()
	const password = "une phrase bien longue"
	login := string(role) + "." + s.platform + "." + phare.NewForm()[:8]
	a, secret, err := access.AddAccount(t.Context(), w.db, access.Machine(s.platform), access.NewAccount{
		Platform: s.platform, Login: login, Name: s.mark + " " + string(role), Role: role, Password: password})
	must(t, err)
	code, err := access.Code(secret, w.db.Now())
	must(t, err)
	by, token, err := access.SignIn(t.Context(), w.db, w.key, access.Proof{Login: a.Login, Password: password, Code: code})
	must(t, err)
	s.actor[role], s.session[role] = by, token
}

// fields are those of a request. Each patient has a double at the other desk,
// whom that desk alone may propose as the same person or the same request.
func (s *stock) fields() request.Fields {
	m := s.mark
	return request.Fields{Who: request.GP, Platform: s.platform, Diagnosis: request.Suspected, Disease: m + "ose",
		FamilyName: "Pareille", FirstName: m + "prénominventé Noé", BirthDate: "2015-04-02", Sex: "female", Commune: m + "bourg", Interpreter: m + "langue",
		Question: m + " quelle équipe ?", Story: m + " marche mal.", Done: m + " une IRM.", Urgency: request.Soon,
		Name: "Dr " + m + "médecin", Place: m + " cabinet", Phone: s.phone, Mail: letters(m) + "@requester.example", News: "mail", Consent: "yes", Lang: "fr"}
}

// live lets one request live up to a stage.
func (w town) live(t *testing.T, s *stock, stage string) {
	t.Helper()
	ctx, by := t.Context(), s.actor[access.Nurse]
	form := request.NewForm()
	receipt, err := request.Submit(ctx, w.db, w.key, access.Anyone(s.platform), form, s.fields())
	must(t, err)
	id := receipt.Request
	s.request[stage], s.reference[stage], s.secret[stage], s.form[stage] = id, receipt.Reference, receipt.Secret, form
	if stage == "received" {
		return
	}
	ref := func() request.Ref {
		f, err := request.OpenFile(ctx, w.db, by, id)
		must(t, err)
		return request.Ref{ID: id, Version: f.Version}
	}
	must(t, request.Take(ctx, w.db, by, ref()))
	seen, err := request.OpenFile(ctx, w.db, by, id)
	must(t, err)
	p := seen.Request.Draft()
	p.Note = s.mark + " ne pas appeler"
	must(t, request.Identify(ctx, w.db, by, ref(), p))
	must(t, request.Note(ctx, w.db, by, id, request.Event{Kind: request.NoteKind, Text: s.mark + " note d’équipe"}))
	w.orient(t, s, id)
	if stage == "asked" || stage == "answered" {
		w.question(t, s, stage)
	} else {
		w.reply(t, s, stage)
	}
	seen, err = request.OpenFile(ctx, w.db, by, id)
	must(t, err)
	s.patient = append(s.patient, seen.Patient.ID)
}

func (w town) orient(t *testing.T, s *stock, id phare.ID) {
	t.Helper()
	k, err := known()
	must(t, err)
	ctx, by := t.Context(), s.actor[access.Nurse]
	must(t, request.SetSigns(ctx, w.db, by, id, []request.Sign{{HPO: "HP:0001251", Presence: request.Present, Label: s.mark + " ataxie"}}))
	o, err := request.Orient(ctx, w.db, by, k.e, id)
	must(t, err)
	s.result[id] = o.ID
	must(t, request.Choose(ctx, w.db, by, id, request.Choice{Kind: request.ChoseOrganisation, Target: string(s.organisation), Label: "Centre " + s.mark, Reason: s.mark + " proche"}))
}

// question asks an expert, who answers if the stage says so.
func (w town) question(t *testing.T, s *stock, stage string) {
	t.Helper()
	ctx, by := t.Context(), s.actor[access.Nurse]
	_, f, err := expertise.Prepare(ctx, w.db, by, s.request[stage], expertise.Target{Person: s.person})
	must(t, err)
	sheet, err := expertise.Preview(ctx, w.db, by, f)
	must(t, err)
	f.Seen, f.Reread = sheet.Print, true
	q, link, err := expertise.Ask(ctx, w.db, expertise.Links{Key: w.key, Base: ""}, by, f)
	must(t, err)
	s.question[stage], s.asked[stage], s.link[stage] = q.ID, f.Form, strings.TrimPrefix(link, "/avis/")
	if stage != "answered" {
		return
	}
	bearer, _, err := expertise.FromLink(ctx, w.db, w.key, s.link[stage])
	must(t, err)
	_, err = expertise.OpenLink(ctx, w.db, bearer)
	must(t, err)
	_, err = expertise.Answer(ctx, w.db, bearer, expertise.Opinion{Words: s.mark + " avis", Exams: s.mark + " examen", Referral: s.mark + " centre", Name: "Pr " + s.mark + "expert"})
	must(t, err)
}

// reply writes and signs the answer, and sends it if the stage says so.
func (w town) reply(t *testing.T, s *stock, stage string) {
	t.Helper()
	ctx, id := t.Context(), s.request[stage]
	version, err := answer.Write(ctx, w.db, s.actor[access.Nurse], id, answer.Draft{Professional: s.mark + " réponse au médecin", Family: s.mark + " réponse à la famille"})
	must(t, err)
	must(t, answer.Sign(ctx, w.db, s.actor[access.Physician], id, version))
	if stage != "closed" {
		return
	}
	must(t, answer.Send(ctx, w.db, w.key, s.actor[access.Nurse], answer.Sending{Request: id, Version: version + 1, Way: answer.ByMail}))
	s.answer = storetest.Clear(t, w.db, "message.link", `kind = 'answer' AND request = $1`, id)[0]
	s.answer = strings.TrimPrefix(s.answer, answer.Path)
}

// knock is one request to the site, without following where it leads.
type knock struct {
	method, path string
	session      string
	body         url.Values // nil with POST: no body
	header       map[string]string
	from         string // network address; empty: always the same
	raw          string // the body as it is, in place of body's form
}

func (w town) knock(t testing.TB, k knock) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(k.method, "http://phare.example/", strings.NewReader(k.body.Encode()))
	at, err := url.Parse(k.path)
	if err != nil {
		t.Fatal(err)
	}
	r.URL, r.RequestURI = at, k.path
	r.Host, r.Header = "phare.example", http.Header{"Accept-Language": {"fr"}}
	if k.method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if k.raw != "" {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(k.raw)), int64(len(k.raw))
	}
	for name, value := range k.header {
		r.Header.Set(name, value)
	}
	if k.from != "" {
		r.RemoteAddr = k.from + ":1"
	}
	if k.session != "" {
		r.AddCookie(&http.Cookie{Name: "phare", Value: k.session})
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return rec
}
