package web_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

var update = flag.Bool("update", false, "rewrite testdata/policy.txt")

// caller is a column of the table: who comes, with what in hand.
type caller struct {
	name    string
	session func(w town) string
}

func callers() []caller {
	role := func(name string, r access.Role) caller {
		return caller{name, func(w town) string { return w.here.session[r] }}
	}
	nobody := func(town) string { return "" }
	return []caller{
		{"anyone", nobody}, role("nurse", access.Nurse), role("secretary", access.Secretary), role("physician", access.Physician),
		role("director", access.Director), role("admin", access.Admin),
		{"elsewhere", func(w town) string { return w.there.session[access.Physician] }},
		{"expert", nobody}, {"reader", nobody},
	}
}

// unknown names no record, in the shape of an id and of a token.
const (
	unknownID    = "0123456789abcdefghjkmnpqrs"
	unknownToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// stageFor is the request that a route is tried on: one for which it has
// something to do.
func stageFor(pattern string) string {
	switch {
	case strings.Contains(pattern, "/lettre"), strings.Contains(pattern, "/reponse"):
		return "signed"
	case strings.Contains(pattern, "/pieces/{piece}/remettre"):
		return "answered"
	case strings.Contains(pattern, "/prendre"), strings.HasSuffix(pattern, "/tri"):
		return "received"
	case strings.Contains(pattern, "/besoins"), strings.Contains(pattern, "/taches"), strings.Contains(pattern, "/relances/"):
		return "needs"
	case strings.HasSuffix(pattern, "/completer"):
		return "noted"
	}
	return "asked"
}

// example fills the placeholders of a pattern with records of desk s, as the
// caller named would.
func example(t *testing.T, s *stock, pattern, who string) string {
	_, path, _ := strings.Cut(pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	return placeholder.ReplaceAllStringFunc(path, func(p string) string {
		switch {
		case p == "{id}" && strings.HasPrefix(path, "/bureau/questions/"):
			return string(s.question["asked"])
		case p == "{id}" && strings.HasPrefix(path, "/bureau/equipe/comptes/"):
			return string(s.spare)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/equipe/invitations/"):
			return string(s.invited)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/equipe/revue/"):
			return string(s.review)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/secours/"):
			return string(s.recovery)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/effacements/"):
			return string(s.erasure)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/patients/rapprochements/"):
			return string(s.merge)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/patients/doublons/"):
			return string(s.patient[0])
		case p == "{other}":
			return string(s.patient[1])
		case p == "{id}" && strings.HasPrefix(path, "/bureau/exceptionnels/"):
			return string(s.glass)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/nouvelles/"):
			return string(s.told)
		case p == "{reference}":
			return s.reference["asked"]
		case p == "{id}" && strings.HasPrefix(path, "/bureau/cles/"):
			return string(s.programKey)
		case p == "{id}" && strings.HasPrefix(path, "/bureau/arrivees/"):
			return string(s.arrival)
		case p == "{piece}" && strings.HasPrefix(path, "/bureau/arrivees/"):
			return string(s.arrivalPiece)
		case p == "{piece}" && strings.HasSuffix(path, "/remettre"):
			return string(s.withdrawn)
		case p == "{piece}" && strings.HasPrefix(path, "/bureau/"):
			return string(s.piece)
		case p == "{piece}":
			return string(s.draftPiece)
		case p == "{id}":
			return string(s.request[stageFor(pattern)])
		case p == "{entry}":
			return string(s.person)
		case p == "{need}":
			return string(s.need)
		case p == "{task}", p == "{about}":
			return string(s.task)
		case p == "{row}" && strings.HasPrefix(path, "/bureau/releve/"):
			return string(s.absence)
		case p == "{row}" && strings.Contains(path, "/droits/"):
			return string(s.ask)
		case p == "{row}":
			return string(s.place)
		case p == "{form}" && strings.HasSuffix(path, "/dire"):
			return s.form["noted"]
		case p == "{form}" && strings.HasPrefix(path, "/bureau/appel/"):
			return s.form["call"]
		case p == "{form}" && strings.HasPrefix(path, "/bureau/"):
			return s.asked["asked"]
		case p == "{form}" && (strings.HasSuffix(path, "/recu") || strings.HasSuffix(path, "/complement")):
			return s.form["closed"]
		case p == "{form}" && strings.HasSuffix(path, "/envoyer"):
			return s.form["ready"]
		case p == "{form}":
			return s.form["draft"]
		case p == "{network}":
			return "filnemus"
		case p == "{step}":
			return "histoire"
		case p == "{result}":
			return string(s.result[s.request[stageFor(pattern)]])
		case p == "{provider}":
			return "psc"
		case p == "{year}":
			return "2026"
		case p == "{file}":
			return "csv"
		case p == "{token}" && strings.HasPrefix(path, "/invitation/") && who == "anyone":
			return s.invitation
		case p == "{token}" && strings.HasPrefix(path, "/invitation/"):
			return unknownToken
		case p == "{token}" && who == "expert":
			return s.link["answered"]
		case p == "{token}" && who == "reader":
			return s.answer
		case p == "{token}":
			return unknownToken
		}
		t.Fatalf("%s: no example for %s; add one to example()", pattern, p)
		return ""
	})
}

// nowhere fills the placeholders with ids that no record has.
func nowhere(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	path = strings.NewReplacer("{$}", "", "{token}", unknownToken, "{step}", "histoire", "{year}", "1971", "{file}", "csv").Replace(path)
	return placeholder.ReplaceAllString(path, unknownID)
}

// brought is what a caller posts: nothing, but for the reader, who has the
// secret of the receipt.
func brought(w town, who string) url.Values {
	if who == "reader" {
		return url.Values{"secret": {w.here.secret["closed"]}, "do": {"pdf"}}
	}
	return nil
}

// outcome is an answer in one word of the table.
func outcome(r *httptest.ResponseRecorder) string {
	to := r.Header().Get("Location")
	switch {
	case strings.HasPrefix(to, "/connexion"):
		return "sign-in"
	case r.Code < 400:
		return "yes"
	case r.Code == http.StatusUnprocessableEntity || r.Code == http.StatusConflict:
		return "form"
	case r.Code == http.StatusForbidden:
		return "no-right"
	case r.Code == http.StatusNotFound:
		return "none"
	}
	return fmt.Sprint(r.Code)
}

const tableHead = `# Who may go where: each address of the site, and what each caller gets there.
# Made and checked by TestPolicy; after a change, go test ./internal/web -run TestPolicy -update
# and read the difference as a physician would: who can now see what?
#
# yes       the page, or the action
# form      they may, but what they sent (here: nothing) must change
# sign-in   sent to the sign-in page
# no-right  signed in, but their role does not allow it
# none      "no such page": the same for what does not exist and what is another desk's
#
# nurse … admin   staff of the desk whose records these are
# elsewhere       a physician of another desk, with the addresses of these records
# expert          no account, the link to a question
# reader          no account, the link to an answer and the secret of the receipt
# fresh           at the end of a line: after five minutes a new proof is asked for first
# key …           at the end of a line, for programs: with the key of one, with another
#                 desk's key, and with one that is not for this
# "…" the same address for a record that does not exist
`

// TestPolicy walks every route as every caller, on both engines, against a table
// that a person can read.
func TestPolicy(t *testing.T) {
	golden := filepath.Join("testdata", "policy.txt")
	want, _ := os.ReadFile(golden) // absent: everything differs
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		got := tableHead + w.walk(t)
		if *update {
			must(t, os.WriteFile(golden, []byte(got), 0o644))
			return
		}
		wanted := strings.Split(string(want), "\n")
		for i, line := range strings.Split(got, "\n") {
			if i >= len(wanted) || line != wanted[i] {
				t.Errorf("line %d of %s\n is %s\nnot %s", i+1, golden, line, at(wanted, i))
			}
		}
		if n := strings.Count(got, "\n"); n+1 < len(wanted) {
			t.Errorf("%s has %d lines more than the site has routes", golden, len(wanted)-n-1)
		}
	})
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(no line: a route without an entry)"
}

// walk makes the table. What ends a session comes last, so that it does not
// change what the other routes answer.
func (w town) walk(t *testing.T) string {
	t.Helper()
	routes := w.server.Routes()
	rows := make([]string, len(routes))
	for _, last := range []bool{false, true} {
		for i, r := range routes {
			if strings.Contains(r.Pattern, "/deconnexion") == last {
				rows[i] = w.row(t, r)
			}
		}
	}
	var head strings.Builder
	fmt.Fprintf(&head, "%-55s", "")
	for _, c := range callers() {
		fmt.Fprintf(&head, "%-10s", c.name)
	}
	return strings.TrimRight(head.String(), " ") + "\n" + strings.Join(rows, "")
}

// addressOf gives each knock of the table a network of its own, so that no limit by
// address speaks in the place of a right.
func addressOf(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("10.%d.%d.%d", sum[0], sum[1], sum[2])
}

func (w town) row(t *testing.T, r web.Route) string {
	t.Helper()
	checkPolicy(t, r)
	method, _, _ := strings.Cut(r.Pattern, " ")
	known := fmt.Sprintf("%-55s", r.Pattern)
	missing := fmt.Sprintf("%-55s", "…")
	for _, c := range callers() {
		from := addressOf(r.Pattern + c.name)
		answer := w.knock(t, knock{method: method, path: example(t, w.here, r.Pattern, c.name), session: c.session(w), body: brought(w, c.name), from: from})
		gone := w.knock(t, knock{method: method, path: nowhere(r.Pattern), session: c.session(w), body: brought(w, c.name), from: from})
		if answer.Code >= 500 || gone.Code >= 500 {
			t.Errorf("%s as %s fails: %d, unknown id %d", r.Pattern, c.name, answer.Code, gone.Code)
		}
		known += fmt.Sprintf("%-10s", outcome(answer))
		missing += fmt.Sprintf("%-10s", outcome(gone))
	}
	if r.Policy.Fresh {
		known += "fresh"
	}
	if r.Policy.Key != "" {
		with, without := w.withKeys(t, r)
		known, missing = known+with, missing+without
	}
	known = strings.TrimRight(known, " ") + "\n"
	if placeholder.MatchString(r.Pattern) {
		known += strings.TrimRight(missing, " ") + "\n"
	}
	return known
}

// checkPolicy wants exactly one field of a policy set.
func checkPolicy(t *testing.T, r web.Route) {
	t.Helper()
	set, v := 0, reflect.ValueOf(r.Policy)
	if r.Policy.Fresh && r.Policy.Right == "" {
		t.Errorf("%s asks for a fresh proof of nobody", r.Pattern)
	}
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Fresh" && name != "File" && name != "Files" && !v.Field(i).IsZero() {
			set++
		}
	}
	if set != 1 {
		t.Errorf("%s has %d policies, want one: %+v", r.Pattern, set, r.Policy)
	}
	if of := strings.Contains(r.Pattern, "/bureau/demandes/{id}"); of != (r.Policy.File != web.NoFile) {
		t.Errorf("%s is of one request: %v, and its policy says %v", r.Pattern, of, r.Policy.File)
	}
	if r.Policy.File == web.FileRead && !strings.HasPrefix(r.Pattern, "GET ") {
		t.Errorf("%s changes something, and an exceptional access only reads", r.Pattern)
	}
	if strings.HasPrefix(r.Pattern[strings.Index(r.Pattern, "/"):], "/bureau") && r.Policy.Right == "" {
		t.Errorf("%s is on the desk and asks for no right", r.Pattern)
	}
}

// A record of another desk and one that does not exist get the same answer,
// byte for byte, from someone with every right of the desk, whatever they post.
func TestElsewhereIsNowhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		typed := typedWords()
		before := digest(t, db, "guyane")
		n := 0
		for _, r := range w.server.Routes() {
			method, _, _ := strings.Cut(r.Pattern, " ")
			if r.Policy.Right == "" || !strings.Contains(r.Pattern, "{id}") {
				continue
			}
			session := w.here.session[access.Physician]
			if !w.here.actor[access.Physician].Can(r.Policy.Right) {
				session = w.here.session[access.Admin]
			}
			for name, body := range typed {
				for _, stage := range []string{"received", "asked", "answered", "signed", "closed"} {
					path := example(t, w.there, r.Pattern, "")
					path = strings.Replace(path, string(w.there.request[stageFor(r.Pattern)]), string(w.there.request[stage]), 1)
					theirs := w.knock(t, knock{method: method, path: path, session: session, body: body})
					none := w.knock(t, knock{method: method, path: nowhere(r.Pattern), session: session, body: body})
					if n++; theirs.Code != none.Code || theirs.Code != http.StatusNotFound && outcome(theirs) != "form" {
						t.Errorf("%s (%s, %s): theirs %d, unknown %d", r.Pattern, name, stage, theirs.Code, none.Code)
					}
					if theirs.Body.String() != none.Body.String() {
						t.Errorf("%s (%s, %s): the two answers differ", r.Pattern, name, stage)
					}
				}
			}
		}
		if n < 100 {
			t.Errorf("only %d tries", n)
		}
		if after := digest(t, db, "guyane"); after != before {
			t.Errorf("the other desk changed: %s, was %s", after, before)
		}
	})
}

// typedWords are forms that verbs accept, by the verb they are for.
func typedWords() map[string]url.Values {
	return map[string]url.Values{
		"nothing": nil,
		"words": {"version": {"1"}, "kind": {request.NoteKind}, "text": {"x"}, "who": {"x"}, "until": {"2026-03-20"}, "reason": {request.Withdrawn},
			"owner": {unknownID}, "professional": {"x"}, "family": {"x"}, "way": {"mail"}, "why": {"x"}, "form": {string(phare.NewID())},
			"identity": {"PROV"}, "birth_name": {"X"}, "first_names": {"X"}, "sex": {"female"}},
		"rank": {"do": {"rank"}}, "edit": {"do": {"edit"}}, "drop": {"do": {"drop"}, "sign": {"HP:0001251"}},
		"add": {"do": {"add"}, "sign.HP:0001250": {"present"}}, "sign": {"do": {"sign"}, "professional": {"x"}, "family": {"x"}, "version": {"2"}},
		"walk":          {"v": {"1"}, "p": {"danger.1"}, "version": {"0"}, "text": {"x"}},
		"none of these": {"choice": {"none"}, "reason": {"x"}}, "something else": {"choice": {"other"}, "other": {"x"}, "why": {"near"}},
		"people":  {"role": {"nurse"}, "provider": {"psc"}, "subject": {"1"}, "identity": {unknownID}, "reason": {"x"}},
		"answers": {"answer.HP:0001250": {"present"}},
	}
}

// digest is how much a desk holds, and which versions: what no stranger may move.
func digest(t *testing.T, db *store.DB, platform string) (sum string) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) error {
		for _, table := range []string{"request", "patient", "question", "answer"} {
			n, err := store.One(v, store.Value[int], `SELECT COALESCE(SUM(version), 0) + 1000 * count(*) FROM `+table+` WHERE platform = $1`, platform)
			if err != nil {
				return err
			}
			sum += fmt.Sprintf("%s %d ", table, n)
		}
		for _, table := range []string{"event", "choice", "request_sign", "orientation", "message", "reach", "late_notice", "digest", "draft", "account", "session", "invitation", "recovery", "review", "review_line", "identity", "passkey", "instrument", "instrument_version", "instrument_walk", "circle", "glass", "circle_mode", "attachment", "attachment_chunk", "upload", "upload_piece", "arrival", "sender_key", "sender_request"} {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM `+table+` WHERE platform = $1`, platform)
			if err != nil {
				return err
			}
			sum += fmt.Sprintf("%s %d ", table, n)
		}
		return nil
	}))
	return sum
}
