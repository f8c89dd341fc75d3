package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/notice"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// The notice says what the module is not, and its bad figures, from the file
// that the document quotes too; anyone may read it.
func TestNotice(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		f, err := notice.Load()
		must(t, err)
		p := newBrowser(t, s).get("/orientation/notice").sound()
		row, ok := notice.Find(f.Networks(), "families", "novel", "case")
		if !ok {
			t.Fatal("no figure for new cases")
		}
		missed := 100 - int(100*row.Cells[0].Value)
		for _, want := range []string{"ne pose pas de diagnostic", "marquage CE", "Projet de notice, à valider par", "éteint par défaut", "15 ou 112",
			fmt.Sprintf("n’est pas la première dans %d ;", missed), orientation.Version, "Plateforme de La Réunion", "Éteint tant que", "réglée sur ces mêmes cas"} {
			if !strings.Contains(plainSpaces(p.text()), want) {
				t.Errorf("the notice does not say %q", want)
			}
		}
		if !strings.Contains(p.text(), strings.ReplaceAll(fmt.Sprintf("%.1f", 100*row.Cells[0].Value), ".", ",")) {
			t.Error("the table lacks the figure of the sentence")
		}
		if strings.Contains(p.Body, "/bureau/module") {
			t.Error("the public is led to the switch")
		}
		newBrowser(t, s).get("/orientation/notice?lang=en").sound()
	})
}

// plainSpaces makes no-break spaces plain, so that sentences can be written in tests.
func plainSpaces(s string) string {
	return strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(s)
}

// A physician switches the module off and on with a reason; meanwhile nothing is
// ranked, the page says so and everything else works.
func TestModuleSwitch(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
		at := "/bureau/demandes/" + id
		nurse.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {"present"}, "sign.HP:0001639": {"present"}, "sign.HP:0001260": {"present"}})
		nurse.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		if p := nurse.get("/bureau/module"); p.Status != 403 {
			t.Errorf("a nurse at the switch: %d", p.Status)
		}
		page := doctor.get("/bureau/module").sound()
		bad := doctor.submit(page, "/bureau/module", nil).sound()
		if bad.Status != 422 || !strings.Contains(bad.text(), "Écrivez le motif") {
			t.Errorf("without a reason: %d %s", bad.Status, bad.text())
		}
		off := doctor.submit(page, "/bureau/module", url.Values{"reason": {"Doute du médecin référent"}}).sound()
		if off.Status != 200 || !strings.Contains(off.text(), "Éteint") || !strings.Contains(off.text(), "Doute du médecin référent") {
			t.Errorf("switched off: %d %s", off.Status, off.text())
		}
		late := doctor.submit(page, "/bureau/module", url.Values{"reason": {"Trop tard"}}).sound()
		if late.Status != 409 || !strings.Contains(late.text(), "vient de décider") || !strings.Contains(late.text(), "Trop tard") {
			t.Errorf("a decision from an old page: %d %s", late.Status, late.text())
		}
		p := nurse.get(at + "/orientation").sound()
		for _, want := range []string{"n’a pas allumé le classement", "Ataxie", "Chercher une maladie", "Filière de santé", "Résultats gardés", "Aucune de ces propositions", "J’ai choisi autre chose"} {
			if !strings.Contains(p.text(), want) {
				t.Errorf("with the module off the page lacks %q", want)
			}
		}
		if strings.Contains(p.text(), "Ce que disent les signes") || strings.Contains(p.text(), "Chercher à nouveau") || len(p.class("network")) != 0 {
			t.Errorf("with the module off the page still ranks: %s", p.text())
		}
		if r := nurse.post(at+"/orientation", url.Values{"do": {"rank"}}); r.Status != 403 {
			t.Errorf("ranking with the module off: %d", r.Status)
		}
		if n := count(t, s.db, "orientation"); n != 1 {
			t.Errorf("%d results are kept, want the one made before", n)
		}
		again := doctor.get("/bureau/module").sound()
		if unread := doctor.submit(again, "/bureau/module", url.Values{"reason": {"Repris"}}).sound(); unread.Status != 422 || !strings.Contains(unread.text(), "Lisez la notice") || !strings.Contains(unread.Body, "Repris") {
			t.Errorf("on without having read: %d", unread.Status)
		}
		on := doctor.submit(again, "/bureau/module", url.Values{"reason": {"Repris"}, "read": {"yes"}}).sound()
		if on.Status != 200 || !strings.Contains(on.text(), "Repris") || count(t, s.db, "module_decision") != 4 { // two desks were switched on at the start
			t.Errorf("on again: %d, %d decisions", on.Status, count(t, s.db, "module_decision"))
		}
		if p := nurse.get(at + "/orientation").sound(); !strings.Contains(p.text(), "Ce que disent les signes") {
			t.Error("on again, the last result is not shown")
		}
		admin := staff(t, s, "reunion", access.Admin)
		if p := admin.get("/bureau/module").sound(); p.Status != 200 {
			t.Errorf("the administrator at the switch: %d", p.Status)
		}
	})
}

// A stored result is printed with all that tells it from another, and says
// whether it still comes out the same.
func TestResultPage(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + string(id)
		b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {"present"}, "sign.HP:0001639": {"present"}, "sign.HP:0001260": {"present"}, "sign.HP:0000365": {"absent"}})
		page := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		var to string
		for _, a := range page.all("a") {
			if href, _ := attr(a, "href"); strings.HasPrefix(href, at+"/orientation/") {
				to = href
			}
		}
		if to == "" {
			t.Fatal("the page does not lead to its result")
		}
		p := b.get(to).sound()
		k, err := known()
		must(t, err)
		for _, want := range []string{"identique, au bit près", to[strings.LastIndex(to, "/")+1:], orientation.Version, k.k.Meta.Digest, "HP:0001251", "Signes absents : ", "BRAIN-TEAM",
			"Signes retrouvés", "Ces propositions aident", "n’est pas exclue", "comparables dans ce seul résultat"} {
			if !strings.Contains(plainSpaces(p.text()), want) {
				t.Errorf("the printed result lacks %q", want)
			}
		}
		if strings.Contains(p.text(), "Payet-Inventé") || strings.Contains(p.text(), "%") {
			t.Error("the printed result names the patient, or a percentage")
		}
		for change, want := range map[[2]string]string{
			{`"engine":"` + orientation.Version + `"`, `"engine":"nb-0"`}:             "autre version de la méthode",
			{`"knowledge":"` + k.k.Meta.Digest + `"`, `"knowledge":"0123456789abcd"`}: "autres connaissances",
			{`"support":"weak"`, `"support":"strong"`}:                                "C’est un défaut",
		} {
			var kept string
			must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
				kept, err = store.One(v, store.Value[string], `SELECT result FROM orientation`)
				return err
			}))
			storetest.Replace(t, s.db, "orientation.result", change[0], change[1])
			if p := b.get(to).sound(); !strings.Contains(p.text(), want) || strings.Contains(p.text(), "identique") || !strings.Contains(p.text(), "BRAIN-TEAM") {
				t.Errorf("changed, the result does not say %q", want)
			}
			must(t, s.db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "x", Verb: "x", Subject: "x"}, func(tx *store.Tx) error {
				return tx.Exec(`UPDATE orientation SET result = $1`, kept)
			}))
		}
		if gone := b.get(at + "/orientation/" + string(phare.NewID())); gone.Status != 404 {
			t.Errorf("a result that is not there: %d", gone.Status)
		}
	})
}

// Against the list, with a reason: both are kept and shown on the file.
func TestChoseOtherwise(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + string(id)
		page := b.get(at + "/orientation").sound()
		for _, bad := range []struct {
			v    url.Values
			want string
		}{
			{url.Values{"choice": {"other"}, "why": {"near"}}, "Écrivez quelle équipe"},
			{url.Values{"choice": {"other"}, "other": {"Dr Ailleurs"}}, "Dites pourquoi"},
			{url.Values{"choice": {"none"}, "why": {"else"}}, "Écrivez cette autre raison"},
			{url.Values{"choice": {"none"}, "why": {"whim"}}, "Choisissez une raison"},
			{url.Values{"why": {"near"}}, "Choisissez une équipe"},
		} {
			if p := b.submit(page, "/choix", bad.v).sound(); p.Status != 422 || !strings.Contains(p.text(), bad.want) || bad.v.Get("other") != "" && !strings.Contains(p.Body, bad.v.Get("other")) {
				t.Errorf("%v: %d, want %q", bad.v, p.Status, bad.want)
			}
		}
		b.submit(page, "/choix", url.Values{"other": {"Dr Ailleurs, hôpital inventé"}, "why": {"known"}}) // a name alone says that it is another
		b.submit(page, "/choix", url.Values{"choice": {"none"}, "why": {"picture"}, "reason": {"Liste trop large"}})
		file := b.get(at).sound()
		for _, want := range []string{"Autre choix", "Dr Ailleurs, hôpital inventé", "déjà suivie par cette équipe", "Aucune des propositions", "ne correspond pas au tableau", "Liste trop large"} {
			if !strings.Contains(file.text(), want) {
				t.Errorf("the file lacks %q", want)
			}
		}
		must(t, s.db.Read(t.Context(), func(v *store.View) error {
			all, err := request.Choices(v, access.Machine("reunion"), id)
			kept := map[string]string{}
			for _, c := range all {
				kept[c.Kind] = c.Stood + "/" + c.Code
			}
			if kept[request.ChoseOther] != "/known" || kept[request.ChoseNone] != "none/picture" || len(all) != 2 {
				t.Errorf("kept: %+v", all)
			}
			return err
		}))
	})
}
