package web_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare/internal/flags"
	"phare/internal/store"
)

// everyRow counts the rows of every table, the trail included.
func everyRow(t *testing.T, db *store.DB) int {
	t.Helper()
	var b bytes.Buffer
	counted, err := db.Dump(t.Context(), &b)
	must(t, err)
	return counted.Total()
}

// The self-check ends in what to do, never in a name of a network, and leaves
// nothing behind: no row, no cookie, no line of a log, no answer in an address.
func TestSelfCheck(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		var log bytes.Buffer
		was := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		defer slog.SetDefault(was)
		rows := everyRow(t, s.db)
		b := newBrowser(t, s)
		form := b.get("/quand-y-penser").sound()
		if n := len(form.class("tri")); n != 12 { // four pictures, seven situations, and the rest of the alarms
			t.Errorf("%d questions to choose an answer of", n)
		}
		if form.picks() != 0 {
			t.Error("an answer stands chosen")
		}
		none := b.send(form, nil).sound()
		if none.Status != 422 || !strings.Contains(none.text(), "Répondez au moins à une question") {
			t.Errorf("no answer at all: %d", none.Status)
		}
		for _, tt := range []struct {
			name    string
			answers url.Values
			h1      string
			want    []string
			never   string
		}{
			{"an alarm", url.Values{"a-etat-de-mal": {"yes"}, "a-avis-multiples": {"yes"}, "rest": {"no"}}, "Appelez le 15 ou le 112 maintenant",
				[]string{"Traitement de secours", "Vous avez aussi répondu oui", "équipe de garde"}, "n’est pas écarté"},
			{"an alarm ticked, and the rest absent by mistake", url.Values{"a-cholestase-neonatale": {"yes"}, "rest": {"no"}}, "Appelez le 15 ou le 112 maintenant", []string{"Bilan hospitalier le jour même"}, "Pas de signe"},
			{"soon", url.Values{"a-perte-acquisitions": {"yes"}, "rest": {"no"}}, "Demandez un avis spécialisé", []string{"Avis spécialisé en quelques jours"}, "n’est pas écarté"},
			{"a picture", url.Values{"a-plusieurs-organes": {"yes"}, "rest": {"no"}, "platform": {"guyane"}}, "Demandez l’avis de la plateforme", []string{"Plateforme de Guyane", "Plusieurs organes"}, "Plateforme de La Réunion"},
			{"a picture, no word of the alarms", url.Values{"a-plusieurs-organes": {"yes"}}, "Demandez l’avis de la plateforme", []string{"n’est pas écarté", "Plateforme de Guyane", "Plateforme de La Réunion"}, "Appelez le 15 ou le 112 maintenant"},
			{"a doubt", url.Values{"a-famille-atteinte": {"unknown"}, "rest": {"no"}}, "Il manque des éléments", []string{"Savoir répondre à", "Un apparenté"}, "n’est pas écarté"},
			{"nothing", allNo(t, s), "Pas de signe d’appel aujourd’hui", []string{"Cela n’en exclut aucune", "Ce qui changerait"}, "Savoir répondre"},
			{"an alarm cannot be answered no by hand", url.Values{"a-etat-de-mal": {"no"}, "a-avis-multiples": {"no"}}, "Il manque des éléments", []string{"n’est pas écarté"}, "Pas de signe"},
		} {
			p := b.post("/quand-y-penser", tt.answers).sound()
			if h := words(p.all("h1")[0]); !strings.HasPrefix(h, tt.h1) || p.Status != 200 || p.Path != "/quand-y-penser" {
				t.Errorf("%s: %d %s %q, want %q", tt.name, p.Status, p.Path, h, tt.h1)
			}
			for _, want := range tt.want {
				if !strings.Contains(p.text(), want) {
					t.Errorf("%s: %q is not said", tt.name, want)
				}
			}
			if strings.Contains(p.text(), tt.never) {
				t.Errorf("%s: %q is said", tt.name, tt.never)
			}
			for _, slug := range []string{"BRAIN-TEAM", "FILNEMUS", "diagnostic probable", "%", "ORPHA"} {
				if strings.Contains(p.text(), slug) {
					t.Errorf("%s: the outcome says %q", tt.name, slug)
				}
			}
			again := b.submit(p, "/quand-y-penser", url.Values{"do": {"edit"}}).sound()
			_, kept := again.form()
			for name, v := range tt.answers {
				if good := tt.name != "an alarm cannot be answered no by hand" || name != "a-etat-de-mal"; good && kept.Get(name) != v[0] {
					t.Errorf("%s: going back loses %s", tt.name, name)
				}
			}
		}
		if now := everyRow(t, s.db); now != rows {
			t.Errorf("%d rows were written", now-rows)
		}
		if log.Len() > 0 {
			t.Errorf("the log says %s", log.String())
		}
		r := httptest.NewRecorder()
		s.h.ServeHTTP(r, httptest.NewRequest("GET", "/quand-y-penser", nil))
		if len(r.Result().Cookies()) != 0 || r.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("cookies %v, cache %s", r.Result().Cookies(), r.Header().Get("Cache-Control"))
		}
	})
}

// allNo answers no to every question of the page.
func allNo(t *testing.T, s site) url.Values {
	t.Helper()
	all, err := flags.Builtin()
	must(t, err)
	v := url.Values{"rest": {"no"}}
	for _, i := range all.Of(flags.Picture, flags.Situation) {
		v.Set("a-"+i.ID, "no")
	}
	return v
}

// picks counts the boxes and circles that stand chosen.
func (p page) picks() (n int) {
	for _, x := range p.all("input") {
		if _, on := attr(x, "checked"); on {
			n++
		}
	}
	return n
}

// The list shows every line with its source and whether anyone checked it, and
// home leads to the questions.
func TestFlagList(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		all, err := flags.Builtin()
		must(t, err)
		p := b.get("/quand-y-penser/signes").sound()
		for _, i := range all.Items {
			if text := plainSpaces(p.text()); !strings.Contains(text, plainSpaces(i.FR)) || !strings.Contains(text, plainSpaces(i.DoFR)) {
				t.Errorf("%s is not on the list", i.ID)
			}
		}
		if n := strings.Count(p.text(), "à vérifier"); n != len(all.Of(flags.Urgent, flags.Soon)) {
			t.Errorf("%d lines say that they are to be checked", n)
		}
		if !strings.Contains(p.text(), "URPS Occitanie") || !strings.Contains(p.text(), "aucun médecin n’a encore relu") || !strings.Contains(p.text(), "23/11/2026") && !strings.Contains(p.text(), "23 novembre 2026") {
			t.Errorf("sources or date: %s", p.text())
		}
		if e := b.get("/quand-y-penser/signes?lang=en").sound(); !strings.Contains(e.text(), all.Items[0].EN) || strings.Contains(e.text(), all.Items[0].FR) {
			t.Error("the English list is not in English")
		}
		if home := b.get("/?lang=fr").sound(); !strings.Contains(home.Body, `href="/quand-y-penser"`) || !strings.Contains(home.Body, `href="/orientation/notice"`) {
			t.Error("home does not lead to the self-check and the notice")
		}
	})
}
