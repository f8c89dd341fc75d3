package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// What was saved on the page of a file, or on one that goes back to it, leads to
// the section where one was, which is on that page, or to words that say what was
// done.
func TestBackToItsSection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, s := w.here.actor[access.Nurse], w.here
		spare := w.hire(t, s.platform, "Ici renfort", access.Nurse)
		for _, x := range []struct {
			stage, tail, section string
			body                 url.Values
		}{
			{"received", "/prendre", "#todo", nil},
			{"received", "/note", "#todo", url.Values{"kind": {"note"}, "text": {"rappeler"}}},
			{"received", "/attendre", "#todo", url.Values{"who": {"le laboratoire"}, "until": {"2026-03-20"}}},
			{"received", "/cercle", "?fait=added#fait", url.Values{"member": {spare.ID}, "because": {"renfort"}}},
			{"received", "/confidentiel", "?fait=confided#fait", url.Values{"secrecy": {"connue de tous"}}},
			{"received", "/patient", "#who", url.Values{"birth_name": {"Pareille"}, "first_names": {"Noé"}, "birth_date": {"2015-04-02"}, "sex": {"female"}, "identity": {"PROV"}}},
			{"received", "/choix", "#choices", url.Values{"choice": {"none"}, "why": {"picture"}, "reason": {"liste trop large"}}},
			{"asked", "/attribuer", "#todo", url.Values{"owner": {spare.ID}}},
			{"asked", "/patient/lier", "#who", url.Values{"patient": {string(s.patient[0])}}},
			{"answered", "/clore", "#todo", url.Values{"reason": {"withdrawn"}, "words": {"tout est dit"}}},
		} {
			id := s.request[x.stage]
			file, err := request.OpenFile(t.Context(), db, nurse, id)
			must(t, err)
			body := url.Values{"version": {strconv.FormatInt(file.Version, 10)}}
			for name, values := range x.body {
				body[name] = values
			}
			at := "/bureau/demandes/" + string(id)
			r := w.knock(t, knock{method: http.MethodPost, path: at + x.tail, session: s.session[access.Nurse], body: body})
			if to := r.Header().Get("Location"); r.Code != http.StatusSeeOther || to != at+x.section {
				t.Errorf("%s of %s: %d to %q, want %s", x.tail, x.stage, r.Code, to, x.section)
				continue
			}
			path, anchor, _ := strings.Cut(at+x.section, "#")
			page := w.knock(t, knock{method: http.MethodGet, path: path, session: s.session[access.Nurse]}).Body.String()
			if !strings.Contains(page, `id="`+anchor+`"`) {
				t.Errorf("%s of %s leads to %s, which is not on the page", x.tail, x.stage, x.section)
			}
		}
	})
}
