package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/need"
	"phare/internal/request"
)

// Ask 1: an answer leaves while a need is open. The page says which needs hold the
// request open before and after; tracking says that the rest goes on; another answer
// can be written, and given up; the last need closes the request.
func TestAnswerWhileNeedsAreOpen(t *testing.T) {
	n := newNeedy(t)
	id := n.here.request["signed"]
	file, ctx := "/bureau/demandes/"+string(id), t.Context()
	nurse := n.here.actor[access.Nurse]
	must(t, need.Add(ctx, n.db, nurse, id, []need.New{{Kind: "school", Label: "Scolarité"}}))
	page := n.get(file + "/reponse")
	n.holds("before", page, "Ces besoins sont encore ouverts : Scolarité", "la demande reste ouverte pour eux", "Envoyer et garder la demande ouverte")
	n.holds("what holds it", n.get(file), "On ne propose pas encore de clore : le besoin « Scolarité » n’est pas conclu")
	version := hidden(page, "/envoyer", "version")
	code, _, refused := n.post(file+"/reponse/envoyer", url.Values{"version": {version}, "way": {"post"}, "until": {"2020-01-01"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(refused, `value="2020-01-01"`) {
		t.Errorf("a promise in the past: %d, or what was typed is lost", code)
	}
	n.days(1)
	if code, _, _ = n.post(file+"/reponse/envoyer", url.Values{"version": {version}, "way": {"post"}}); code != http.StatusSeeOther {
		t.Fatalf("sent: %d", code)
	}
	n.holds("the file", n.get(file), "réponse donnée, des besoins restent ouverts", "Suivre les besoins encore ouverts", "Une réponse vous a été transmise. L’équipe continue", "Réponse envoyée par la poste")
	n.holds("the answer", n.get(file+"/reponse"), "Réponse donnée, des besoins restent ouverts", "Scolarité", "Écrire une suite")
	track := n.knock(t, knock{method: "POST", path: "/suivi", body: url.Values{"reference": {n.here.reference["signed"]}, "secret": {n.here.secret["signed"]}}})
	n.holds("tracking", track.Body.String(), "Une réponse vous a été transmise le", "La demande reste ouverte", "Prochaines nouvelles")
	if strings.Contains(track.Body.String(), "Scolarité") {
		t.Error("tracking names a need")
	}

	again := n.get(file + "/reponse?suite=1")
	if hidden(again, "/reponse", "version") != "0" {
		t.Error("another answer does not begin with nothing")
	}
	if code, _, _ = n.post(file+"/reponse", url.Values{"version": {"0"}, "do": {"save"}, "professional": {"suite"}, "family": {"suite"}}); code != http.StatusSeeOther {
		t.Fatalf("another answer: %d", code)
	}
	page = n.get(file + "/reponse")
	n.holds("two answers", page, "Réponses déjà parties", "Abandonner cette suite", "Brouillon")
	if code, _, _ = n.post(file+"/reponse/abandonner", url.Values{"version": {hidden(page, "/abandonner", "version")}}); code != http.StatusSeeOther {
		t.Fatalf("given up: %d", code)
	}

	sheet, err := need.Of(ctx, n.db, nurse, request.Request{ID: id, Platform: "reunion"})
	must(t, err)
	open := sheet.Needs[0]
	must(t, need.End(ctx, n.db, nurse, open.ID, need.Ending{Version: open.Version, Outcome: need.Met}))
	n.holds("the end", n.get(file), "Close : réponse donnée, dernier besoin conclu", "Réponse envoyée")
	track = n.knock(t, knock{method: "POST", path: "/suivi", body: url.Values{"reference": {n.here.reference["signed"]}, "secret": {n.here.secret["signed"]}}})
	if said := visible(track.Body.String()); strings.Contains(said, "reste ouverte") || !strings.Contains(said, "Réponse envoyée le") {
		t.Errorf("tracking at the end: %s", said)
	}
}

// hidden is what a hidden field of the form to an address holds.
func hidden(page, action, name string) string {
	_, form, _ := strings.Cut(page, action+`"`)
	form, _, _ = strings.Cut(form, "</form>")
	_, value, _ := strings.Cut(form, `name="`+name+`" value="`)
	value, _, _ = strings.Cut(value, `"`)
	return value
}
