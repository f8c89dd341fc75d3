package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/expertise"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// another asks a second expert about a file, and gives the question and its link.
func another(t *testing.T, w town, id phare.ID, name string) (expertise.Question, string) {
	t.Helper()
	by := w.here.actor[access.Nurse]
	_, f, err := expertise.Prepare(t.Context(), w.db, by, id, expertise.Target{})
	must(t, err)
	f.To = expertise.Recipient{Name: name, Place: "Hôpital inventé", Zone: "Europe/Paris", Mail: "second@hopital.example"}
	sheet, err := expertise.Preview(t.Context(), w.db, by, f)
	must(t, err)
	f.Seen, f.Reread = sheet.Print, true
	q, link, err := expertise.Ask(t.Context(), w.db, expertise.Links{Key: w.key, Base: ""}, by, f)
	must(t, err)
	return q, strings.TrimPrefix(link, "/avis/")
}

// Ask 2: every expert answers for themself. Neither that another was asked nor what
// another said is on their page or at their door, and the second still answers after
// the first.
func TestExpertsDoNotSeeEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id, first := w.here.request["asked"], w.here.link["asked"]
		q, second := another(t, w, id, "Dr Second Inventé")
		post := func(token string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: "POST", path: "/avis/" + token, body: body})
			return r.Code, r.Body.String()
		}
		_, one := post(first, url.Values{"do": {"open"}})
		_, _ = post(first, url.Values{"do": {"answer"}, "opinion": {"Je prends l’enfant en charge."}, "signed": {"Dr Premier Inventé"}})
		door := w.knock(t, knock{method: "GET", path: "/avis/" + second}).Body.String()
		code, two := post(second, url.Values{"do": {"open"}})
		if code != http.StatusOK || !strings.Contains(two, `name="opinion"`) {
			t.Errorf("the second cannot answer any more: %d", code)
		}
		for what, page := range map[string]string{"the first's page": one, "the second's door": door, "the second's page": two} {
			for _, other := range []string{"prends l’enfant", "Premier Inventé", " avis sur ", "Dr Second"} {
				if what == "the first's page" || other != "Dr Second" {
					if strings.Contains(page, other) {
						t.Errorf("%s tells of another expert: %q", what, other)
					}
				}
			}
		}
		post(second, url.Values{"do": {"answer"}, "opinion": {"Plutôt un avis de génétique."}, "signed": {"Dr Second Inventé"}})
		all, err := expertise.Of(t.Context(), db, w.here.actor[access.Nurse], id)
		must(t, err)
		answered := 0
		for _, x := range all {
			if x.State == expertise.Answered {
				answered++
			}
			if x.ID == q.ID && x.Opinion.Words != "Plutôt un avis de génétique." {
				t.Errorf("the second said %q", x.Opinion.Words)
			}
		}
		if answered != 2 {
			t.Errorf("%d of 2 opinions came", answered)
		}
	})
}

// Ask 15: an opinion that was filed is not changed by its expert, least of all after
// the desk decided: the words that the signed answer rests on stay.
func TestOpinionStaysAfterTheDecision(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id, nurse := w.here.request["answered"], w.here.actor[access.Nurse]
		before := w.here.mark + " avis"
		again := func(when string) {
			t.Helper()
			for _, body := range []url.Values{
				{"do": {"answer"}, "opinion": {"Je me ravise."}, "signed": {"Pr Autre"}},
				{"do": {"refuse"}, "reason": {"too-busy"}},
			} {
				if r := w.knock(t, knock{method: "POST", path: "/avis/" + w.here.link["answered"], body: body}); r.Code < 400 {
					t.Errorf("%s, %v: %d", when, body, r.Code)
				}
			}
			all, err := expertise.Of(t.Context(), db, nurse, id)
			must(t, err)
			if len(all) != 1 || all[0].Opinion.Words != before || all[0].State != expertise.Answered {
				t.Errorf("%s the opinion is %q, %s", when, all[0].Opinion.Words, all[0].State)
			}
		}
		again("filed")
		_, err := expertise.MarkRead(t.Context(), db, nurse, w.here.question["answered"])
		must(t, err)
		w.reply(t, w.here, "answered") // written and signed
		again("after the decision")
	})
}

// Ask 19: to pass a file to a colleague gives it to them: it is in their list and no
// more in one's own, they hold it, the timeline says so; an address of nobody is
// refused.
func TestPassingOnAssigns(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b, other := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Secretary)
		file := "/bureau/demandes/" + string(id)
		b.submit(b.get(file), file+"/prendre", nil)
		if b.get("/bureau?qui=moi").rowOf(id) == "" || other.get("/bureau?qui=moi").rowOf(id) != "" {
			t.Fatal("who took it does not hold it alone")
		}
		if p := b.submit(b.get(file), file+"/attribuer", url.Values{"owner": {"nobody"}}); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("to nobody: %d", p.Status)
		}
		var colleague, name string
		must(t, s.db.Read(t.Context(), func(v *store.View) error {
			_, err := store.One(v, func(row store.Row) (bool, error) { return true, row.Scan(&colleague, &name) }, `SELECT id, name FROM account WHERE platform = 'reunion' AND role = 'secretary'`)
			return err
		}))
		p := b.submit(b.get(file), file+"/attribuer", url.Values{"owner": {colleague}}).sound()
		if p.Status != http.StatusOK || !strings.Contains(p.text(), name) {
			t.Errorf("the file does not say who holds it now: %d", p.Status)
		}
		if b.get("/bureau?qui=moi").rowOf(id) != "" || other.get("/bureau?qui=moi").rowOf(id) == "" {
			t.Error("the colleague was told, and does not hold it")
		}
	})
}

// Ask 27: to look for a team, to choose one, to ask its expert moves nothing: the file
// stays at its desk, with its holder, its patient and those who may open it. There is
// one verb that gives it to a holder, and none that gives it to another desk.
func TestAskingMovesNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id, by := w.here.request["asked"], w.here.actor[access.Nurse]
		type place struct{ platform, owner, patient, guard, circle string }
		where := func() (p place) {
			t.Helper()
			must(t, db.Read(t.Context(), func(v *store.View) error {
				_, err := store.One(v, func(row store.Row) (bool, error) {
					return true, row.Scan(&p.platform, &p.owner, &p.patient, &p.guard)
				}, `SELECT platform, owner, patient, guard FROM request WHERE id = $1`, id)
				if err != nil {
					return err
				}
				all, err := store.All(v, store.Value[string], `SELECT account FROM circle WHERE request = $1 ORDER BY account`, id)
				p.circle = strings.Join(all, " ")
				return err
			}))
			return p
		}
		before := where()
		if before.owner == "" || before.patient == "" {
			t.Fatalf("nothing could move: %+v", before)
		}
		w.orient(t, w.here, id)
		must(t, request.Choose(t.Context(), db, by, id, request.Choice{Kind: request.ChoseOther, Label: "Centre d’un autre territoire", Code: request.OtherReason, Reason: "plus près de sa famille"}))
		another(t, w, id, "Dr Ailleurs Inventé")
		if after := where(); after != before {
			t.Errorf("the file was at %+v and is at %+v", before, after)
		}
	})
}

// Ask 32: a director reads the report of the desk without being of the desk: no list,
// no file, no search, and what would tell of few is hidden.
func TestReportWithoutTheDesk(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		director := staff(t, s, "reunion", access.Director)
		if p := director.get("/rapport/2026").sound(); p.Status != http.StatusOK || words(p.class("figure")[0]) != "< 5" {
			t.Errorf("the report: %d", p.Status)
		}
		for _, closed := range []string{"/bureau", "/bureau/demandes/" + string(id), "/bureau/tri", "/bureau/relances", "/bureau/appel", "/bureau/patients/chercher"} {
			if p := director.get(closed); p.Status != http.StatusForbidden {
				t.Errorf("%s opens to a director: %d", closed, p.Status)
			}
		}
	})
}

// Ask 10, on the file: asked for with what was typed kept on a refusal, the decision
// for who may orient, and seen there afterwards.
func TestReorientOnFile(t *testing.T) {
	n := newNeedy(t)
	file := "/bureau/demandes/" + string(n.here.request["needs"])
	at := file + "/besoins/" + string(n.here.need)
	n.holds("the file", n.get(file), "Demander une autre orientation")
	code, _, page := n.post(at+"/reorienter", url.Values{"words": {"elle déménage au nord"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, "elle déménage au nord") {
		t.Errorf("without a reason: %d, or what was typed is lost", code)
	}
	if code, _, _ = n.post(at+"/reorienter", url.Values{"why": {"changed"}, "words": {"elle déménage au nord"}}); code != http.StatusSeeOther {
		t.Errorf("asked for: %d", code)
	}
	n.holds("the file", n.get(file), "Autre orientation demandée : La situation a changé", "elle déménage au nord", "À décider d’ici le 09/03/2026")
	n.holds("the holder's day", n.get("/bureau/journee"), "Décider si une autre orientation est cherchée")
	code, _, page = n.post(at+"/decision", url.Values{"what": {"kept"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="kept" checked`) {
		t.Errorf("kept without a word: %d, or the choice is lost", code)
	}
	secretary := n.knock(t, knock{method: "GET", path: file, session: n.here.session[access.Secretary]}).Body.String()
	if strings.Contains(secretary, "/decision\"") {
		t.Error("a secretary is shown the decision's form")
	}
	n.holds("a secretary's page", secretary, "En attente de décision")
	if code, _, _ = n.post(at+"/decision", url.Values{"what": {"again"}}); code != http.StatusSeeOther {
		t.Errorf("decided: %d", code)
	}
	n.holds("the decision", n.knock(t, knock{method: "GET", path: file, session: n.here.session[access.Secretary]}).Body.String(),
		"Une autre orientation est cherchée", "Chercher une autre orientation", "Décision : une autre orientation est cherchée")
}
