package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// needy is a town whose clock can be moved, and its nurse at work.
type needy struct {
	town
	t   *testing.T
	now time.Time
}

func newNeedy(t *testing.T) *needy {
	db := storetest.Open(t, "sqlite")
	n := &needy{t: t, now: storetest.Noon}
	db.Now = func() time.Time { return n.now }
	n.town = newTown(t, db, "http://phare.example")
	return n
}

func (n *needy) get(path string) string {
	n.t.Helper()
	answer := n.knock(n.t, knock{method: "GET", path: path, session: n.here.session[access.Nurse]})
	if answer.Code != http.StatusOK {
		n.t.Fatalf("GET %s: %d %s", path, answer.Code, visible(answer.Body.String()))
	}
	return answer.Body.String()
}

func (n *needy) post(path string, body url.Values) (code int, to, page string) {
	n.t.Helper()
	answer := n.knock(n.t, knock{method: "POST", path: path, session: n.here.session[access.Nurse], body: body})
	return answer.Code, answer.Header().Get("Location"), answer.Body.String()
}

// days moves the clock on, with everybody still signed in.
func (n *needy) days(some int) {
	n.t.Helper()
	n.now = n.now.AddDate(0, 0, some)
	must(n.t, n.db.Write(n.t.Context(), store.Act{Platform: "-", Actor: "test", Verb: "test", Subject: "sessions"}, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE session SET created_at = $1, seen_at = $1`, tx.Now)
	}))
}

// holds fails unless every part stands in what a person reads of a page.
func (n *needy) holds(what, page string, parts ...string) {
	n.t.Helper()
	said := strings.Join(strings.Fields(visible(page)), " ")
	for _, p := range parts {
		if !strings.Contains(said, p) {
			n.t.Errorf("%s: not %q in %s", what, p, said)
		}
	}
}

func (n *needy) version(id phare.ID) string {
	n.t.Helper()
	var v string
	must(n.t, n.db.Read(n.t.Context(), func(view *store.View) (err error) {
		v, err = store.One(view, store.Value[string], `SELECT version FROM request WHERE id = $1`, id)
		return err
	}))
	return v
}

// The nurse at triage, without JavaScript: urgent ones first with what to say, the
// clock in words, a decision from the list; ask 9: what is clear goes straight on.
func TestTriagePage(t *testing.T) {
	n := newNeedy(t)
	fields := n.here.fields()
	fields.Urgency = request.Urgent
	receipt, err := request.Submit(t.Context(), n.db, n.key, access.Anyone("reunion"), request.NewForm(), fields)
	must(t, err)
	page := n.get("/bureau/tri")
	if strings.Contains(page, `<p class="words"><strong> </strong>`) || strings.Contains(n.get("/bureau/tri"), `class="words"> ·`) {
		t.Error("a card without a patient begins with a sign")
	}
	n.holds("the list", page, "le 15 ou le 112", receipt.Reference, storeOne(t, n.db, `SELECT reference FROM request WHERE id = $1`, string(n.here.request["noted"])), "Premier regard", "0 jour sur 1", "Déjà clair", "Hors champ")
	if strings.Index(page, receipt.Reference) > strings.Index(page, n.here.reference["received"]) {
		t.Error("the urgent one is not the first")
	}
	file := "/bureau/demandes/" + string(receipt.Request)
	code, to, _ := n.post(file+"/tri", url.Values{"version": {n.version(receipt.Request)}, "liste": {"tri"}, "decision": {"complete"}})
	if code != http.StatusSeeOther || to != "/bureau/tri" {
		t.Errorf("complete: %d to %s", code, to)
	}
	n.holds("the file", n.get(file), "Complète", "Étude par l’équipe : 0 jour sur 5")
	other := "/bureau/demandes/" + string(n.here.request["received"])
	code, _, page = n.post(other+"/tri", url.Values{"version": {n.version(n.here.request["received"])}, "decision": {"awaiting"}, "what": {"le caryotype"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "le caryotype") {
		t.Errorf("awaiting nobody: %d, or what was typed is lost", code)
	}
	n.holds("the refusal", page, "Dites qui doit agir")
	code, to, _ = n.post(other+"/tri", url.Values{"version": {n.version(n.here.request["received"])}, "decision": {"clear"}})
	if code != http.StatusSeeOther || to != other+"/orientation" {
		t.Errorf("clear: %d to %s", code, to)
	}
	// H7: lowering an urgency asks why, and keeps what was typed.
	code, _, page = n.post(file+"/urgence", url.Values{"version": {n.version(receipt.Request)}, "urgency": {"routine"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="routine" checked`) {
		t.Errorf("lowered without a reason: %d", code)
	}
	if code, _, _ = n.post(file+"/urgence", url.Values{"version": {n.version(receipt.Request)}, "urgency": {"soon"}, "why": {"vu par le SAMU hier"}}); code != http.StatusSeeOther {
		t.Errorf("lowered: %d", code)
	}
	n.holds("the timeline", n.get(file), "Urgence baissée", "vu par le SAMU hier")
}

// Needs and tasks on the file; a request is not closed over an open need, which is
// named; a wait shows as a pause.
func TestNeedsOnFile(t *testing.T) {
	n := newNeedy(t)
	id := n.here.request["needs"]
	file := "/bureau/demandes/" + string(id)
	n.holds("the file", n.get(file), "Ici social", "en attente", "En attente de Ici MDPH", "Ici la notification", "en pause", "En pause depuis le 02/03/2026")
	code, _, page := n.post(file+"/clore", url.Values{"version": {n.version(id)}, "reason": {"withdrawn"}})
	if code != http.StatusConflict {
		t.Errorf("closed over an open need: %d", code)
	}
	n.holds("the refusal", page, "Des besoins sont encore ouverts : Ici social")
	if code, _, page = n.post(file+"/besoins", url.Values{"kind": {"other"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="other" checked`) {
		t.Errorf("other without a word: %d, or the tick is lost", code)
	}
	if code, _, _ = n.post(file+"/besoins", url.Values{"kind": {"school", "work"}}); code != http.StatusSeeOther {
		t.Errorf("two needs: %d", code)
	}
	n.holds("the file", n.get(file), "Scolarité à orienter", "Travail à orienter", "Étude par l’équipe : 0 jour sur 5")
	code, _, page = n.post(file+"/taches", url.Values{"need": {string(n.here.need)}, "side": {"outside"}, "words": {"le certificat"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "le certificat") || strings.Count(page, `id="f-tache-outside-words"`) != 1 {
		t.Errorf("a wait for nobody: %d, or what was typed is lost", code)
	}
	if code, _, _ = n.post(file+"/taches/"+string(n.here.task)+"/fin", url.Values{"done": {"yes"}}); code != http.StatusSeeOther {
		t.Errorf("it came: %d", code)
	}
	code, _, page = n.post(file+"/besoins/"+string(n.here.need)+"/fin", url.Values{"version": {"1"}, "outcome": {"not"}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("not met, without why: %d", code)
	}
	n.holds("the refusal", page, "Dites pourquoi ce besoin")
	if code, _, _ = n.post(file+"/besoins/"+string(n.here.need)+"/fin", url.Values{"version": {"1"}, "outcome": {"met"}}); code != http.StatusSeeOther {
		t.Errorf("met: %d", code)
	}
	n.holds("the file", n.get(file), "Ici social conclu", "Le besoin a une réponse")
}

// The chasing page: asks 3, 4, 5, 7 and 11.
func TestChasePage(t *testing.T) {
	n := newNeedy(t)
	n.holds("on the first day", n.get("/bureau/relances"), "moins de 3 jours", "Ici MDPH", "Trop tôt pour relancer")
	n.days(4)
	page := n.get("/bureau/relances?palier=d3")
	n.holds("four days later", page, "Ici MDPH", "depuis 4 jours", "J’ai appelé")
	file := "/bureau/demandes/" + string(n.here.request["needs"])
	remind := file + "/relances/" + string(n.here.task)
	called := url.Values{"basket": {"d3"}, "way": {"call"}, "result": {"message"}}
	code, to, _ := n.post(remind, called)
	if code != http.StatusSeeOther || to != "/bureau/relances?fait=chased#fait" {
		t.Errorf("called: %d to %s", code, to)
	}
	code, _, page = n.post(remind, called)
	if code != http.StatusConflict {
		t.Errorf("called twice for one reason: %d", code)
	}
	n.holds("the refusal", page, "Quelqu’un a déjà relancé pour cette raison", "appel (message laissé)", "Déjà relancé pour cette ancienneté")
	if strings.Contains(n.get("/bureau/relances"), n.there.mark) {
		t.Error("another desk's words stand in the list")
	}
	must(t, need.Add(t.Context(), n.db, n.here.actor[access.Nurse], n.here.request["needs"], []need.New{{Kind: need.Other, Label: "Autre", Words: "une aide"}}))
	n.days(5)
	n.holds("an alarm", n.get("/bureau/relances"), "1 besoin n’est confié à personne depuis trop longtemps", "Encore à orienter", "Ici cabinet")
	code, to, _ = n.post(file+"/besoins/"+string(n.here.need)+"/fin", url.Values{"version": {"1"}, "outcome": {"not"}, "why": {"unreachable"}, "liste": {"relances"}})
	if code != http.StatusSeeOther || to != "/bureau/relances" {
		t.Errorf("a failure declared from the list: %d to %s", code, to)
	}
	if page := n.get("/bureau/relances"); strings.Contains(page, "Ici MDPH") {
		t.Error("concluded, and still chased")
	}
}

// My day, who is away, and asks 18 and 22.
func TestDayAndCover(t *testing.T) {
	n := newNeedy(t)
	n.holds("my day", n.get("/bureau/journee"), "En attente de Ici MDPH", "Vous couvrez Ici réserve")
	nurse := n.here.actor[access.Nurse]
	page := n.get("/bureau/releve?de=" + nurse.ID)
	n.holds("the files of a colleague", page, "Dossiers ouverts de Ici nurse", n.here.reference["needs"])
	doctor := n.here.actor[access.Physician]
	id := n.here.request["needs"]
	body := url.Values{"from": {nurse.ID}, "to": {doctor.ID}, "file": {string(id) + "~" + n.version(id), string(n.here.request["asked"]) + "~0"}}
	code, _, page := n.post("/bureau/releve/reprendre", body)
	if code != http.StatusConflict {
		t.Errorf("one of two moved on: %d", code)
	}
	n.holds("what stayed is said", page, "1 confiés ; 1 sont restés")
	n.holds("my day", n.get("/bureau/journee"), "Dossiers que vous avez transmis", n.here.reference["needs"], "suivi par Ici physician")
	code, _, page = n.post("/bureau/releve", url.Values{"account": {nurse.ID}, "cover": {nurse.ID}, "until": {"2026-03-09"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="2026-03-09"`) {
		t.Errorf("covered by oneself: %d, or what was typed is lost", code)
	}
	if code, _, _ = n.post("/bureau/releve", url.Values{"account": {doctor.ID}, "cover": {nurse.ID}, "until": {"2026-03-09"}}); code != http.StatusSeeOther {
		t.Errorf("an absence: %d", code)
	}
	page = n.get("/bureau/releve")
	n.holds("who noted an absence", page, "couverte par Ici nurse", "(noté par Ici nurse)")
	n.holds("the file", n.get("/bureau/demandes/"+string(id)), "Ici physician est absent jusqu’au 10/03/2026 ; Ici nurse couvre")
	n.holds("one's own list", n.get("/bureau?moi=1"), n.here.reference["needs"])
}

// Delays and days: shown to all of the desk, set by few, with their source.
func TestClocksPage(t *testing.T) {
	n := newNeedy(t)
	n.holds("the page", n.get("/bureau/delais"), "1 jour ouvré", "Abolition de l’esclavage", "20 décembre", "Jour de l’an 1er janvier", "L. 3422-2", "De départ, à fixer par votre équipe")
	session := n.here.session[access.Physician]
	post := func(path string, body url.Values) int {
		return n.knock(t, knock{method: "POST", path: path, session: session, body: body}).Code
	}
	if code := post("/bureau/delais", url.Values{"step": {"open"}, "days": {"0"}}); code != http.StatusUnprocessableEntity {
		t.Errorf("no day at all: %d", code)
	}
	if post("/bureau/delais", url.Values{"step": {"open"}, "days": {"7"}}) != http.StatusSeeOther ||
		post("/bureau/delais/jour", url.Values{"day": {"2026-12-24"}, "works": {"no"}, "label": {"Pont inventé"}}) != http.StatusSeeOther ||
		post("/bureau/delais/besoin", url.Values{"label": {"Logement"}}) != http.StatusSeeOther {
		t.Error("refused")
	}
	n.holds("the page", n.get("/bureau/delais"), "7 jours ouvrés Propre à la plateforme", "Pont inventé", "non vérifié", "Logement")
}

// The work list says of each row where the clock of its step stands, late and paused
// in words; and it is narrowed to one kind of requester, whose address can be kept.
func TestClockAndKindOnList(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		now := s.db.Now()
		s.db.Now = func() time.Time { return now.AddDate(0, 0, -14) } // two weeks: ten working days, at least seven with holidays
		old := arrive(t, s, "reunion", nil)
		s.db.Now = func() time.Time { return now }
		fresh := arrive(t, s, "reunion", func(f *request.Fields) {
			f.FamilyName, f.Who, f.Place = "Hoarau-Fictif", request.Hospital, "Service inventé"
		})
		b := staff(t, s, "reunion", access.Nurse)
		list := b.get("/bureau").sound()
		if row := list.rowOf(old); !strings.Contains(row, "jours sur 1, dépassé") {
			t.Errorf("a step past its time: %s", row)
		}
		if row := list.rowOf(fresh); !strings.Contains(row, "0 jour sur 1") || strings.Contains(row, "dépassé") {
			t.Errorf("a step in time: %s", row)
		}
		if one := b.get("/bureau?de=hospital").sound(); one.rowOf(fresh) == "" || one.rowOf(old) != "" {
			t.Errorf("a hospital's alone: %s", one.text())
		}
		for _, who := range request.Kinds() {
			p := b.get("/bureau?qui=toutes&de=" + who)
			if _, form := p.formTo("/bureau"); form.Get("de") != who {
				t.Errorf("the filter does not say %s: %v", who, form)
			}
			if next := p.all("a"); !strings.Contains(p.Body, "de="+who) || len(next) == 0 {
				t.Errorf("the tiles do not keep %s", who)
			}
		}
	})
}
