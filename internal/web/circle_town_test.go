package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

// circles takes a physician into the circle of a request, makes another one
// confidential ("walled", held by the nurse), and lets a colleague open that by an
// exceptional access which nobody has judged.
func (w town) circles(t *testing.T, s *stock) {
	t.Helper()
	ctx, nurse := t.Context(), s.actor[access.Nurse]
	must(t, circle.Add(ctx, w.db, nurse, s.request["asked"], circle.Joining{Account: s.actor[access.Physician].ID, Why: s.mark + " avis"}))
	w.live(t, s, "walled")
	must(t, circle.Confide(ctx, w.db, nurse, s.request["walled"], s.mark+" connue de tous"))
	by := w.hire(t, s.platform, s.mark+" garde", access.Nurse)
	must(t, circle.Break(ctx, w.db, by, s.request["walled"], circle.Breaking{Reason: "duty", Words: s.mark + " appel de la famille cette nuit"}))
	must(t, w.db.Read(ctx, func(v *store.View) (err error) {
		if s.place, err = store.One(v, store.Value[phare.ID], `SELECT id FROM circle WHERE request = $1 AND account = $2`, s.request["asked"], s.actor[access.Physician].ID); err != nil {
			return err
		}
		s.glass, err = store.One(v, store.Value[phare.ID], `SELECT id FROM glass WHERE request = $1`, s.request["walled"])
		return err
	}))
}

// hire opens an account that nobody signs in to: no password is hashed.
func (w town) hire(t *testing.T, platform, name string, role access.Role) access.Actor {
	t.Helper()
	a := access.Account{ID: phare.NewID(), Platform: platform, Login: string(role) + "." + string(phare.NewID()), Name: name, Role: role, Active: true}
	act := store.Act{Platform: platform, Actor: "system", Verb: "account.add", Subject: string(a.ID)}
	must(t, w.db.Write(t.Context(), act, func(tx *store.Tx) error { return access.Insert(tx, a, 0) }))
	return access.Actor{ID: string(a.ID), Platform: platform, Role: role, Name: name}
}

// visitors are who comes to a narrow file, in the columns of its table.
type visitor struct{ name, session string }

func (w town) visitors(t *testing.T) []visitor {
	t.Helper()
	id := w.here.request["walled"]
	enter := func(role access.Role) (access.Actor, string) {
		old, session := w.here.actor[role], w.here.session[role]
		w.enter(t, w.here, role)
		by, token := w.here.actor[role], w.here.session[role]
		w.here.actor[role], w.here.session[role] = old, session
		return by, token
	}
	_, outside := enter(access.Nurse)
	reader, glass := enter(access.Nurse)
	must(t, circle.Break(t.Context(), w.db, reader, id, circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}))
	shut, barred := enter(access.Physician)
	must(t, circle.Bar(t.Context(), w.db, w.here.actor[access.Nurse], id, shut.ID, "sa nièce"))
	return []visitor{{"circle", w.here.session[access.Nurse]}, {"nurse", outside}, {"secretary", w.here.session[access.Secretary]},
		{"physician", w.here.session[access.Physician]}, {"glass", glass}, {"barred", barred}}
}

const circleHead = `# A confidential file: each address of it, and what each of the desk gets there.
# Made and checked by TestCirclePolicy, like policy.txt.
#
# yes       the page, or the action
# form      they may, but what they sent (here: nothing) must change
# wall      the page that says they are not in the team of this file, or sent to it
# refused   nothing was changed, nor given out
# no-right  their role does not allow it to anyone
# none      "no such page": the same as for a request that does not exist
#
# circle                      the nurse who holds it
# nurse, secretary, physician  of the same desk, outside its circle
# glass                       a nurse outside, by an exceptional access: reads, for an hour
# barred                      a physician of the desk who is a relative of the patient
`

// ofPatient are words that only the file itself holds.
var ofPatient = []string{"prénominventé", "pareille", "2015", "marche mal", "une irm", "iciose", "icibourg", "icilangue", "0692"}

// told is an answer in one word of the table of narrow files.
func told(r *httptest.ResponseRecorder, file string) string {
	switch body := r.Body.String(); {
	case r.Code == http.StatusUnprocessableEntity:
	case r.Code == http.StatusSeeOther && r.Header().Get("Location") == file, strings.Contains(body, "Vous n’êtes pas dans l’équipe de ce dossier.</p>"), strings.Contains(body, "Personne ne peut vous y ajouter tant que cela dure.</p>"):
		return "wall"
	case strings.Contains(body, "Vous n’êtes pas dans l’équipe de ce dossier. Rien n’a été changé."), strings.Contains(body, "L’usage de ce dossier est limité. Rien n’a été changé."), strings.Contains(body, "Ce document n’est donné qu’à l’équipe du dossier"):
		return "refused"
	}
	return outcome(r)
}

// TestCirclePolicy walks every route of a request to a confidential file, as
// everyone of its desk, against a table that a person can read. Whoever is
// outside changes nothing and sees no word of the patient.
func TestCirclePolicy(t *testing.T) {
	golden := filepath.Join("testdata", "policy-circle.txt")
	want, _ := os.ReadFile(golden) // absent: everything differs
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		all := w.visitors(t)
		var b strings.Builder
		fmt.Fprintf(&b, "%s%-58s", circleHead, "")
		for _, x := range all {
			fmt.Fprintf(&b, "%-11s", x.name)
		}
		for _, r := range w.server.Routes() {
			if r.Policy.File != web.NoFile {
				b.WriteString(w.narrowRow(t, r, all))
			}
		}
		var trimmed strings.Builder
		for line := range strings.Lines(b.String()) {
			trimmed.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		if *update {
			must(t, os.WriteFile(golden, []byte(trimmed.String()), 0o644))
			return
		}
		wanted, got := strings.Split(string(want), "\n"), strings.Split(trimmed.String(), "\n")
		for i, line := range got {
			if line != at(wanted, i) {
				t.Errorf("line %d of %s\n is %s\nnot %s", i+1, golden, line, at(wanted, i))
			}
		}
		if len(got) < len(wanted) {
			t.Errorf("%s has %d lines too many", golden, len(wanted)-len(got))
		}
	})
}

func (w town) narrowRow(t *testing.T, r web.Route, all []visitor) string {
	t.Helper()
	id := w.here.request["walled"]
	method, _, _ := strings.Cut(r.Pattern, " ")
	path := example(t, w.here, r.Pattern, "nurse")
	was := w.here.request[stageFor(r.Pattern)]
	path = strings.Replace(path, string(was), string(id), 1)
	if result := string(w.here.result[was]); result != "" {
		path = strings.Replace(path, result, string(w.here.result[id]), 1)
	}
	for piece, like := range w.here.narrow {
		path = strings.Replace(path, string(piece), string(like), 1)
	}
	if strings.HasSuffix(r.Pattern, "/lever") {
		must(t, w.db.Read(t.Context(), func(v *store.View) error {
			barred, err := store.One(v, store.Value[phare.ID], `SELECT id FROM circle WHERE request = $1 AND place = 'barred'`, id)
			path = strings.Replace(path, string(w.here.place), string(barred), 1)
			return err
		}))
	}
	row := fmt.Sprintf("\n%-58s", r.Pattern)
	for _, x := range all {
		before := digest(t, w.db, "reunion")
		answer := w.knock(t, knock{method: method, path: path, session: x.session})
		got := outcome(answer)
		if x.name != "circle" {
			got = told(answer, "/bureau/demandes/"+string(id))
		}
		row += fmt.Sprintf("%-11s", got)
		if x.name == "circle" {
			continue
		}
		if after := digest(t, w.db, "reunion"); after != before {
			t.Errorf("%s as %s: changed %s to %s", r.Pattern, x.name, before, after)
		}
		if x.name == "glass" && r.Policy.File == web.FileRead {
			if answer.Code == http.StatusOK && !strings.Contains(answer.Body.String(), "Accès exceptionnel, en lecture seule.") {
				t.Errorf("%s by glass: no banner", r.Pattern)
			}
			continue
		}
		body := strings.ToLower(answer.Body.String())
		for _, word := range ofPatient {
			if strings.Contains(visible(body), word) {
				t.Errorf("%s as %s says %q of the patient", r.Pattern, x.name, word)
			}
		}
		if x.name == "barred" {
			none := w.knock(t, knock{method: method, path: strings.Replace(path, string(id), unknownID, 1), session: x.session})
			if answer.Code != none.Code || answer.Body.String() != none.Body.String() {
				t.Errorf("%s: to who is barred it is not as if it did not exist: %d, %d", r.Pattern, answer.Code, none.Code)
			}
		}
	}
	return row
}

// visible is the text of a page from its main part on, without its tags.
func visible(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
}
