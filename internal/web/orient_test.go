package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"phare/internal/access"
	"phare/internal/directory"
	"phare/internal/extract"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/term"
	"phare/internal/text"
	"phare/internal/web"
)

type knowing struct {
	k *term.Knowledge
	x *term.Index
	e *orientation.Engine
	r *extract.Extractor
}

var known = sync.OnceValues(func() (knowing, error) {
	k, err := starter.Load()
	if err != nil {
		return knowing{}, err
	}
	return knowing{k, term.NewIndex(k), orientation.New(k), extract.New(k)}, nil
})

// eachKnowing is eachSite with the starter knowledge and a seeded directory.
func eachKnowing(t *testing.T, signsOff bool, f func(t *testing.T, s site)) {
	t.Helper()
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, p := range []access.Platform{{ID: "reunion", Name: "Plateforme de La Réunion", Zone: "Indian/Reunion", Territory: "974 976"}, {ID: "guyane", Name: "Plateforme de Guyane", Zone: "America/Cayenne", Territory: "973"}} {
			must(t, access.AddPlatform(t.Context(), db, p))
			must(t, access.Switch(t.Context(), db, access.Machine(p.ID), access.Switching{On: true, Reason: "essai"}))
		}
		if err := directory.Seed(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		key := access.NewKey()
		server, err := web.New(web.Config{DB: db, Key: key, Text: words, Base: "http://phare.example", Knowledge: k.k, Index: k.x, Engine: k.e, Extract: func() *extract.Extractor { return k.r }, SignsOff: signsOff})
		if err != nil {
			t.Fatal(err)
		}
		f(t, site{db, key, server.Handler()})
	})
}

// picked counts what stands chosen on a page.
func (p page) picked() (n int) {
	for _, x := range p.all("input") {
		if name, _ := attr(x, "name"); name == "choice" {
			if _, on := attr(x, "checked"); on {
				n++
			}
		}
	}
	return n
}

func TestSignsToTeam(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + id
		p := b.get(at + "/signes").sound()
		if none := b.submit(p, "/signes", url.Values{"q": {"qqqqqqqq"}}).sound(); !strings.Contains(none.text(), "Aucun signe ne répond") {
			t.Errorf("a search without answer: %s", none.text())
		}
		for _, typed := range []string{"ataxie", "cardiomyopathie hypertrophique", "dysarthrie"} {
			found := b.submit(p, "/signes", url.Values{"q": {typed}}).sound()
			if found.Path != at+"/signes" {
				t.Errorf("the search shows in the address %s", found.Path)
			}
			table := found.all("tbody")
			if len(table) == 0 {
				t.Fatalf("nothing found for %q: %s", typed, found.text())
			}
			code := words(found.class("ref")[1]) // the first is the reference
			if again := b.post(at+"/signes", url.Values{"do": {"add"}, "q": {typed}, "sign." + code: {"present"}}).sound(); again.Status != 200 || !strings.Contains(again.text(), code+" Personne Inventée, ") {
				t.Errorf("adding %s: %d %s", code, again.Status, again.text())
			}
		}
		for _, turn := range []struct{ presence, said string }{{"absent", "1 signe noté présent jusqu’ici est maintenant absent."}, {"present", "1 signe noté absent jusqu’ici est maintenant présent."}} {
			p := b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {turn.presence}}).sound()
			if !strings.Contains(p.text(), turn.said) || strings.Contains(p.text(), "ajouté") {
				t.Errorf("a sign turned %s: %s", turn.presence, p.text())
			}
		}
		if p := b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {"present"}}).sound(); p.Path != at+"/signes" {
			t.Errorf("the same sign again: %s", p.Path)
		}
		page := b.get(at + "/orientation").sound()
		if page.picked() != 0 || !strings.Contains(page.text(), "absente de cette liste n’est pas exclue") || !strings.Contains(page.text(), "Aucune de ces propositions") {
			t.Errorf("before ranking: %s", page.text())
		}
		_, v := page.formTo("/orientation")
		_ = v
		ranked := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		for _, want := range []string{"BRAIN-TEAM", "Appui", "Signes compris", "n’est pas exclue", "Aucune de ces propositions", "Sources et versions", "Dans le territoire", "à vérifier"} {
			if !strings.Contains(ranked.text(), want) {
				t.Errorf("the result does not show %q", want)
			}
		}
		if ranked.picked() != 0 {
			t.Error("a proposal stands chosen")
		}
		for _, never := range []string{"%", "diagnostic probable", "recommande"} {
			if strings.Contains(ranked.text(), never) {
				t.Errorf("the result says %q", never)
			}
		}
		for _, n := range ranked.class("diseases") {
			if _, open := attr(n, "open"); open || !strings.Contains(words(n), "Signes retrouvés") || !strings.Contains(words(n), "À rechercher") {
				t.Errorf("diseases: open %t", open)
			}
		}
		if len(ranked.class("diseases")) != 1 {
			t.Error("no diseases in a folded section")
		}
		if size := len(ranked.Body); size > 150<<10 {
			t.Errorf("the page weighs %d bytes", size)
		}
		bad := b.submit(ranked, "/choix", url.Values{"choice": {"none"}}).sound()
		if bad.Status != 422 || !strings.Contains(bad.text(), "Dites pourquoi") {
			t.Errorf("none without a reason: %d", bad.Status)
		}
		if gone := b.submit(ranked, "/choix", url.Values{"choice": {"organisation:nowhere"}}).sound(); gone.Status != 422 {
			t.Errorf("a choice of nothing known: %d", gone.Status)
		}
		b.submit(ranked, "/choix", url.Values{"choice": {"organisation:om-neuromus-974"}, "reason": {"Le plus près"}})
		if file := b.get(at).sound(); !strings.Contains(file.text(), "Le plus près") || !strings.Contains(file.text(), "Centre des maladies neuromusculaires") {
			t.Errorf("the choice is not on the file: %s", file.text())
		}
	})
}

func TestFewSignsAbstain(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b := staff(t, s, "reunion", access.Physician)
		at := "/bureau/demandes/" + string(id)
		b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {"present"}, "sign.HP:0000365": {"absent"}})
		p := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		if !strings.Contains(p.text(), "Trop peu de signes") || strings.Contains(p.text(), "Signes retrouvés") || len(p.class("network")) != 0 {
			t.Errorf("one sign: %s", p.text())
		}
	})
}

func TestDiagnosisToTeam(t *testing.T) {
	eachKnowing(t, true, func(t *testing.T, s site) {
		id := arrive(t, s, "guyane", func(f *request.Fields) { f.Diagnosis, f.Disease = request.Suspected, "drépanocytose" })
		b := staff(t, s, "guyane", access.Nurse)
		at := "/bureau/demandes/" + string(id) + "/orientation"
		p := b.get(at).sound()
		if !strings.Contains(p.text(), "ORPHA:232") || p.picked() != 0 || !strings.Contains(p.text(), "désactivée") {
			t.Fatalf("the disease named is not offered: %s", p.text())
		}
		teams := b.post(at, url.Values{"q": {"drépanocytose"}, "disease": {"ORPHA:232"}}).sound()
		var order []string
		for _, n := range teams.class("entries") {
			order = append(order, words(n))
		}
		all := strings.Join(order, " ")
		local, overseas := strings.Index(all, "Centre intégré"), strings.Index(all, "Unité transversale")
		if local < 0 || overseas < local || strings.Contains(teams.Path, "?") {
			t.Errorf("local at %d, overseas at %d of %s; address %s", local, overseas, all, teams.Path)
		}
		if off := b.post(at, url.Values{"do": {"rank"}}); off.Status != 403 {
			t.Errorf("ranking while the module is off: %d", off.Status)
		}
		if n := count(t, s.db, "orientation"); n != 0 {
			t.Errorf("%d orientations stored while the module is off", n)
		}
		chosen := b.post(at, url.Values{"network": {"mhemo"}}).sound()
		if !strings.Contains(chosen.text(), "vous avez choisi cette filière") || !strings.Contains(chosen.text(), "MHEMO") {
			t.Errorf("a network chosen by hand: %s", chosen.text())
		}
	})
}

func TestDirectoryPage(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Secretary)
		if p := b.get("/annuaire?q=drepano").sound(); !strings.Contains(p.text(), "Unité transversale de la drépanocytose") || strings.Contains(p.text(), "PRISIS") {
			t.Errorf("directory: %s", p.text())
		}
		if p := b.get("/annuaire?q=zzz").sound(); !strings.Contains(p.text(), "Aucune entrée") {
			t.Errorf("nothing found: %s", p.text())
		}
		if p := newBrowser(t, s).get("/annuaire"); !strings.HasPrefix(p.Path, "/connexion") {
			t.Errorf("the public ends at %s", p.Path)
		}
	})
}

// Ask 6, on the pages: whoever left is offered nowhere, a form that was open before
// is refused in words, and comes back when somebody says so.
func TestGoneOnPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, entry := w.here.session[access.Nurse], string(w.here.person)
		ask := func(method, path string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: method, path: path, session: nurse, body: body})
			return r.Code, visible(r.Body.String())
		}
		var name string
		must(t, db.Read(t.Context(), func(v *store.View) error {
			p, _, err := directory.FindPerson(v, w.here.actor[access.Nurse], w.here.person)
			name = p.Name
			return err
		}))
		if _, body := ask("GET", "/annuaire", nil); !strings.Contains(body, name) {
			t.Fatalf("%s is not in the directory", name)
		}
		if code, body := ask("GET", "/annuaire/"+entry+"/parti", nil); code != 200 || !strings.Contains(body, name) {
			t.Errorf("the page that asks why: %d", code)
		}
		if code, body := ask("POST", "/annuaire/"+entry+"/parti", nil); code != 422 || !strings.Contains(body, "Dites pourquoi") {
			t.Errorf("without a reason: %d", code)
		}
		if code, _ := ask("POST", "/annuaire/"+entry+"/parti", url.Values{"why": {"left"}}); code != http.StatusSeeOther {
			t.Errorf("with one: %d", code)
		}
		_, body := ask("GET", "/annuaire", nil)
		if list, gone, _ := strings.Cut(body, "Plus proposés par votre équipe"); strings.Contains(list, name) || !strings.Contains(gone, name) || !strings.Contains(gone, "A quitté ce poste") {
			t.Error("who left stands in the list, or not among those who left")
		}
		file := "/bureau/demandes/" + string(w.here.request["asked"])
		if code, body := ask("GET", file+"/orientation", nil); code != 200 || strings.Contains(body, name) {
			t.Errorf("the page of teams offers who left: %d", code)
		}
		if code, body := ask("POST", file+"/choix", url.Values{"choice": {"person:" + entry}}); code != 422 || !strings.Contains(body, "n’est plus dans l’annuaire") {
			t.Errorf("a choice made on an older page: %d", code)
		}
		if code, body := ask("GET", file+"/question?person="+entry, nil); code == 200 && strings.Contains(body, name) {
			t.Errorf("a question to who left: %d", code)
		}
		if code, _ := ask("POST", "/annuaire/"+entry+"/retour", nil); code != http.StatusSeeOther {
			t.Errorf("back: %d", code)
		}
		if code, _ := ask("POST", "/annuaire/"+entry+"/retour", nil); code != http.StatusSeeOther {
			t.Errorf("back, a second click: %d", code)
		}
		if _, body := ask("GET", "/annuaire", nil); strings.Contains(body, "Plus proposés") || !strings.Contains(body, name) {
			t.Error("who is back is not proposed")
		}
	})
}

// A sign that a disease has only something far from is not shown as support:
// speech that is slurred is no neighbour of walking that is lost.
func TestFarNeighbours(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		at := "/bureau/demandes/" + string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		add := url.Values{"do": {"add"}}
		for _, code := range []string{"HP:0001251", "HP:0001639", "HP:0001260", "HP:0002650"} {
			add.Set("sign."+code, "present")
		}
		b.post(at+"/signes", add)
		p := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		if !strings.Contains(p.text(), "Une maladie peut relever de plusieurs filières") {
			t.Error("networks are counted without saying that a disease can have several")
		}
		list := words(p.class("diseases")[0])
		_, duchenne, _ := strings.Cut(list, "Dystrophie musculaire de Duchenne")
		_, near, _ := strings.Cut(duchenne, "Signes voisins")
		near, rest, _ := strings.Cut(near, "Signes du patient absents des sources")
		missing, _, _ := strings.Cut(rest, "À rechercher")
		missing, far, _ := strings.Cut(missing, "Signes voisins éloignés")
		if !strings.Contains(near, "Cardiomyopathie hypertrophique (dans les sources : Cardiomyopathie dilatée)") || strings.Contains(near, "Dysarthrie") {
			t.Errorf("neighbours: %s", near)
		}
		if strings.Contains(missing, "Dysarthrie") || !strings.Contains(far, "Dysarthrie") || !strings.Contains(missing+far, "Ataxie") {
			t.Errorf("missing: %s; far: %s", missing, far)
		}
		for _, x := range p.all("a") { // the sheet tells it by the same rule
			to, _ := attr(x, "href")
			if !strings.HasPrefix(to, at+"/orientation/") {
				continue
			}
			_, annex, _ := strings.Cut(b.get(to).sound().text(), "Dystrophie musculaire de Duchenne")
			_, near, _ := strings.Cut(annex, "Signes voisins")
			near, rest, _ := strings.Cut(near, "Signes voisins éloignés")
			far, _, _ := strings.Cut(rest, "Non demandés")
			if strings.Contains(near, "Dysarthrie") || !strings.Contains(far, "Dysarthrie") {
				t.Errorf("the annex: near %s, far %s", near, far)
			}
			return
		}
		t.Error("no link to the result")
	})
}
