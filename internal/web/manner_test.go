package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/kin"
	"phare/internal/mail"
	"phare/internal/request"
)

// identified is a family's request, in the nurse's hands, whose patient is known and
// who hears by telephone.
func (n *needy) identified() phare.ID {
	n.t.Helper()
	ctx, nurse := n.t.Context(), n.here.actor[access.Nurse]
	fields := n.here.fields()
	fields.Who, fields.Relation, fields.Consent, fields.ConsentBy, fields.News, fields.Mail, fields.Phone = request.Family, "parent", "yes", "parent", mail.ByPhone, "", "0692 11 22 33"
	receipt, err := request.Submit(ctx, n.db, n.key, access.Anyone("reunion"), request.NewForm(), fields)
	must(n.t, err)
	file, err := request.OpenFile(ctx, n.db, nurse, receipt.Request)
	must(n.t, err)
	must(n.t, request.Identify(ctx, n.db, nurse, request.Ref{ID: receipt.Request, Version: file.Version}, file.Request.Draft()))
	file, err = request.OpenFile(ctx, n.db, nurse, receipt.Request)
	must(n.t, err)
	must(n.t, request.Take(ctx, n.db, nurse, request.Ref{ID: receipt.Request, Version: file.Version}))
	return receipt.Request
}

// One truth for calls: the rules of « Proches et contact » stand beside the number in
// « À appeler », on the board and in one's own day, at the hour of the family (ask 29),
// with the free words beside them.
func TestCallsKeepToTheRules(t *testing.T) {
	n := newNeedy(t) // noon in UTC: 16:00 in Réunion
	id, ctx, nurse := n.identified(), t.Context(), n.here.actor[access.Nurse]
	must(t, kin.AddRule(ctx, n.db, nurse, id, kin.Rule{NotBefore: "17 h"}))
	n.post("/bureau/demandes/"+string(id)+"/nouvelles", url.Values{"rule": {"demander la fille"}})
	for _, page := range []string{"/bureau/nouvelles", "/bureau/journee"} {
		n.holds(page, n.get(page), "À appeler", "0692 11 22 33", "Pas maintenant", "ne pas appeler avant 17 h", "il y est 16 h 00 (La Réunion)", "demander la fille")
	}
	n.now = n.now.Add(90 * time.Minute) // 17:30 there
	n.days(0)
	must(t, kin.SaveContact(ctx, n.db, nurse, id, kin.Contact{Zone: "Indian/Reunion"}))
	for _, page := range []string{"/bureau/nouvelles", "/bureau/journee"} {
		if said := visible(n.get(page)); strings.Contains(said, "Pas maintenant") || !strings.Contains(said, "0692 11 22 33") {
			t.Errorf("%s at half past five: %s", page, said)
		}
	}
	must(t, kin.SaveContact(ctx, n.db, nurse, id, kin.Contact{Zone: "Europe/Paris"})) // 14:30 there
	n.holds("elsewhere", n.get("/bureau/journee"), "Pas maintenant", "(Hexagone)")
}

// Who gave a consent is chosen among the people around the patient, with what gives
// them a say; whoever has none, or is of another file, is not taken.
func TestGiverFromTheFile(t *testing.T) {
	n := newNeedy(t)
	id, ctx, nurse := n.identified(), t.Context(), n.here.actor[access.Nurse]
	for _, r := range []kin.Related{
		{Kind: kin.Mother, Name: "Rosa Fictive", Authority: kin.Parental, Told: kin.Everything},
		{Kind: kin.Father, Name: "Jean Fictif", Authority: kin.Withdrawn, Document: "jugement", Told: kin.Nothing},
	} {
		must(t, kin.Save(ctx, n.db, nurse, id, r))
	}
	people, err := kin.Of(ctx, n.db, nurse, id)
	must(t, err)
	mother, father := people.Related[0].ID, people.Related[1].ID
	if people.Related[0].Name != "Rosa Fictive" {
		mother, father = father, mother
	}
	path := "/bureau/demandes/" + string(id) + "/accords"
	page := n.get(path + "?quoi=" + consent.Team)
	n.holds("the form", page, "Rosa Fictive, mère, exerce l’autorité parentale", "Mineur : l’accord vient de Rosa Fictive")
	if strings.Contains(page, "kin:"+string(father)) {
		t.Error("whose authority was withdrawn is offered")
	}
	say := func(giver string) (int, string) {
		code, _, page := n.post(path, url.Values{"purpose": {consent.Team}, "outcome": {consent.Opposed}, "giver": {giver}, "how": {"oral"}, "said_on": {"2026-03-02"}, "assent": {"young"}})
		return code, page
	}
	for _, giver := range []string{"kin:" + string(father), "kin:" + string(phare.NewID())} {
		if code, page := say(giver); code != http.StatusUnprocessableEntity || !strings.Contains(visible(page), "Choisissez qui le dit") {
			t.Errorf("%s: %d", giver, code)
		}
	}
	if code, page := say("kin:" + string(mother)); code != http.StatusSeeOther {
		t.Fatalf("the mother: %d %s", code, visible(page))
	}
	n.holds("noted", n.get(path), "Rosa Fictive")
}
