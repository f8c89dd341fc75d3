package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

const limitedHead = `# A file whose use is limited (GDPR 18): each address of it, and what each of the desk
# gets there. Made and checked by TestCirclePolicyLimited, like policy-circle.txt.
#
`

// A limited file at every address of the house: its physicians read it and decide about
// the rights of the person, everyone else stands before the wall, nothing changes.
func TestCirclePolicyLimited(t *testing.T) {
	golden := filepath.Join("testdata", "policy-limited.txt")
	want, _ := os.ReadFile(golden)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id := w.here.request["asked"]
		by := w.here.actor[access.Physician]
		must(t, db.Write(t.Context(), by.Act("test", string(id)), func(tx *store.Tx) error {
			_, err := circle.Limit(tx, by, id, true)
			return err
		}))
		roles := []access.Role{access.Physician, access.Nurse, access.Secretary}
		var b strings.Builder
		fmt.Fprintf(&b, "%s%-58s", limitedHead, "")
		for _, role := range roles {
			fmt.Fprintf(&b, "%-11s", role)
		}
		for _, r := range w.server.Routes() {
			if r.Policy.File == web.NoFile {
				continue
			}
			method, _, _ := strings.Cut(r.Pattern, " ")
			path := strings.Replace(example(t, w.here, r.Pattern, "physician"), string(w.here.request[stageFor(r.Pattern)]), string(id), 1)
			fmt.Fprintf(&b, "\n%-58s", r.Pattern)
			for _, role := range roles {
				before := digest(t, w.db, "reunion")
				answer := w.knock(t, knock{method: method, path: path, session: w.here.session[role]})
				got := told(answer, "/bureau/demandes/"+string(id))
				if got == "yes" && role == access.Physician && r.Policy.File == web.FileRead && !strings.Contains(answer.Body.String(), "Dossier limité, en lecture seule.") {
					t.Errorf("%s: no banner", r.Pattern)
				}
				fmt.Fprintf(&b, "%-11s", got)
				if after := digest(t, w.db, "reunion"); after != before && r.Policy.File != web.FileRead && r.Policy.File != web.FileDecide {
					t.Errorf("%s as %s: changed %s to %s", r.Pattern, role, before, after)
				}
				if role == access.Physician && (r.Policy.File == web.FileRead || r.Policy.File == web.FileDecide) {
					continue
				}
				body := visible(strings.ToLower(answer.Body.String()))
				if strings.Contains(body, "iciprénominventé") || answer.Code == http.StatusOK && role != access.Physician {
					t.Errorf("%s as %s: %d %s", r.Pattern, role, answer.Code, body)
				}
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
		if trimmed.String() != string(want) {
			for i, line := range strings.Split(trimmed.String(), "\n") {
				if line != at(strings.Split(string(want), "\n"), i) {
					t.Errorf("line %d of %s\n is %s\nnot %s", i+1, golden, line, at(strings.Split(string(want), "\n"), i))
				}
			}
		}
	})
}
