package web_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// unpacked is all that a reader could read of an answer: its bytes, and what is
// packed inside a file of it.
func unpacked(kind string, body []byte) []byte {
	all := bytes.Clone(body)
	if z, err := zip.NewReader(bytes.NewReader(body), int64(len(body))); err == nil {
		for _, f := range z.File {
			if r, err := f.Open(); err == nil {
				b, _ := io.ReadAll(r) // what cannot be unpacked cannot be read
				all = append(all, b...)
			}
		}
	}
	if !strings.Contains(kind, "pdf") {
		return all
	}
	for _, part := range bytes.Split(body, []byte("stream\n")) {
		if r, err := zlib.NewReader(bytes.NewReader(part)); err == nil {
			b, _ := io.ReadAll(r)
			all = append(all, b...)
		}
	}
	return all
}

// wide is text as PDF writes it: UTF-16, the high byte first.
func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}

// canaries are what only desk s may show.
func (s *stock) canaries() []string {
	all := []string{strings.ToLower(s.mark), s.phone, strings.ReplaceAll(s.phone, " ", "")}
	for stage, reference := range s.reference {
		all = append(all, strings.ToLower(reference), s.secret[stage])
	}
	return all
}

// leak returns what of canaries is in an answer, headers included.
func leak(canaries []string, r *http.Response, body []byte) string {
	readable := unpacked(r.Header.Get("Content-Type"), body)
	lower := strings.ToLower(string(readable))
	for name, values := range r.Header {
		lower += "\n" + strings.ToLower(name+": "+strings.Join(values, " "))
	}
	for _, c := range canaries {
		if strings.Contains(lower, c) || bytes.Contains(readable, wide(c)) || bytes.Contains(readable, wide(strings.ToUpper(c[:1])+c[1:])) {
			return c
		}
	}
	return ""
}

var fieldName = regexp.MustCompile(`name="([a-z_.]+)"|\(field [^"]*"([a-z_]+)"`)

// fieldNames are the names of all fields in all templates, so that the form of
// tomorrow is tried too.
func fieldNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("templates/*/*.html")
	must(t, err)
	more, err := filepath.Glob("templates/*.html")
	must(t, err)
	seen := map[string]bool{}
	names := []string{"choice", "person", "organisation", "patient", "owner", "form", "request", "id", "platform", "sign"}
	for _, f := range append(files, more...) {
		b, err := os.ReadFile(f)
		must(t, err)
		for _, m := range fieldName.FindAllStringSubmatch(string(b), -1) {
			if name := m[1] + m[2]; !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d names of fields: %q", len(names), names)
	}
	return names
}

// ids are the names of a desk's records. The ids of unsent forms and the tokens
// of links are not among them: whoever holds one may see what it opens.
func (s *stock) ids() (all []string) {
	for stage, id := range s.request {
		all = append(all, string(id), s.asked[stage], string(s.question[stage]))
	}
	for _, p := range s.patient {
		all = append(all, string(p))
	}
	for _, a := range s.actor {
		all = append(all, a.ID)
	}
	all = append(all, string(s.spare), string(s.recovery), string(s.review), string(s.invited), string(s.erasure))
	all = append(all, string(s.person), string(s.organisation), s.platform, "person:"+string(s.person), "organisation:"+string(s.organisation))
	n := 0
	for _, id := range all {
		if id != "" {
			all[n] = id
			n++
		}
	}
	return all[:n]
}

// intruder throws the ids of one desk at the pages of another.
type intruder struct {
	*rand.Rand
	town
	names, theirs, ours []string
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// try is one knock: a route, a caller, ids in the path, the query and the form.
func (x *intruder) try(t *testing.T) knock {
	r := pick(x.Rand, x.server.Routes())
	c := pick(x.Rand, callers())
	k := knock{session: c.session(x.town), from: fmt.Sprintf("10.%d.%d.%d", x.IntN(250), x.IntN(250), x.IntN(250))}
	if c.name == "elsewhere" {
		k.session = x.here.session[access.Physician]
	}
	k.method, _, _ = strings.Cut(r.Pattern, " ")
	k.path = example(t, x.here, r.Pattern, c.name)
	if r.Policy.Key != "" {
		return x.program(k, r)
	}
	if x.IntN(4) > 0 && r.Policy.Right != "" {
		_, path, _ := strings.Cut(r.Pattern, " ")
		k.path = placeholder.ReplaceAllStringFunc(path, func(string) string { return pick(x.Rand, x.theirs) })
	}
	if strings.Contains(k.path, "deconnexion") {
		k.session = ""
	}
	query := url.Values{}
	for range x.IntN(3) {
		query.Set(pick(x.Rand, append(x.names, "q", "liste", "moi", "apres", "suite", "voix", "lang", "retour")), x.value())
	}
	if len(query) > 0 {
		k.path += "?" + query.Encode()
	}
	if k.method == http.MethodPost {
		k.body = url.Values{}
		for range x.IntN(12) {
			k.body.Set(pick(x.Rand, x.names), x.value())
		}
		for _, name := range []string{"do", "version", "kind", "reason", "text", "way", "urgency", "zone"} {
			if x.IntN(2) == 0 {
				k.body.Set(name, pick(x.Rand, []string{"add", "drop", "rank", "edit", "send", "sign", "open", "1", "2", "3", "5", "note", "withdrawn", "mail", "soon", "Europe/Paris"}))
			}
		}
	}
	return k
}

func (x *intruder) value() string {
	if x.IntN(5) == 0 {
		return pick(x.Rand, append(x.ours, "1", "yes", "triage", "'", "%", "*", "a"))
	}
	return pick(x.Rand, x.theirs)
}

// tries is how many requests the canary test makes; PHARE_CANARY sets it.
func tries(t *testing.T) int {
	if s := os.Getenv("PHARE_CANARY"); s != "" {
		n, err := strconv.Atoi(s)
		must(t, err)
		return n
	}
	return 1500
}

// Nothing that belongs to one desk ever comes out to another, whatever its
// people put into paths, queries and forms.
func TestCanary(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		canaries := w.there.canaries()
		w.mustFindCanaries(t, canaries)
		x := &intruder{rand.New(rand.NewPCG(2026, 3)), w, fieldNames(t), w.there.ids(), w.here.ids()}
		status := map[int]int{}
		for i := range tries(t) {
			k := x.try(t)
			r := w.knock(t, k)
			status[r.Code]++
			if c := leak(canaries, r.Result(), r.Body.Bytes()); c != "" {
				t.Fatalf("try %d: %s %s with %v shows %q of the other desk:\n%s", i, k.method, k.path, k.body, c, r.Body)
			}
			if r.Code >= 500 {
				t.Errorf("try %d: %s %s with %v: %d", i, k.method, k.path, k.body, r.Code)
			}
		}
		t.Logf("answers by status: %v", status)
		noCanaryStored(t, db, w.here.platform, strings.ToLower(w.there.mark))
	})
}

// mustFindCanaries shows the scanner what it must see: the other desk's own
// people get their canaries on a page, in an ODT and in a PDF.
func (w town) mustFindCanaries(t *testing.T, canaries []string) {
	t.Helper()
	id := string(w.there.request["signed"])
	for _, path := range []string{"/bureau", "/bureau/demandes/" + id, "/bureau/demandes/" + id + "/lettre.odt", "/bureau/demandes/" + id + "/lettre.pdf", "/annuaire", "/bureau/arbre", "/bureau/recueil/filnemus/fiche.pdf?v=1"} {
		r := w.knock(t, knock{method: http.MethodGet, path: path, session: w.there.session[access.Nurse]})
		if leak(canaries[:1], r.Result(), r.Body.Bytes()) == "" {
			t.Fatalf("the scanner finds no canary in %s (%d), where there are some", path, r.Code)
		}
	}
}

// noCanaryStored looks into what a desk keeps: a copy of another's words there
// would be shown one day.
func noCanaryStored(t *testing.T, db *store.DB, platform, canary string) {
	t.Helper()
	for _, column := range []string{"request.fields", "draft.fields", "event.text", "message.recipient", "message.link", "question.shown",
		"patient.birth_name", "patient.first_names", "patient.note", "choice.reason", "answer.professional", "answer.family", "instrument_walk.title", "arrival.about", "arrival.remark"} {
		for _, s := range storetest.Clear(t, db, column, `platform = $1`, platform) {
			if strings.Contains(strings.ToLower(s), canary) {
				t.Errorf("%s of %s holds %q", column, platform, s)
			}
		}
	}
	must(t, db.Read(t.Context(), func(v *store.View) error {
		for table, columns := range map[string]string{"event": "name",
			"question": "recipient || place || mail", "choice": "label || target", "instrument_version": "text || author_name", "invitation": "login || name || mail", "recovery": "reason || asked_name", "review": "by_name", "review_line": "name", "identity": "subject", "instrument_walk": "name", "audit": "actor || subject || reason"} {
			all, err := store.All(v, store.Value[string], `SELECT `+columns+` FROM `+table+` WHERE platform = $1`, platform)
			if err != nil {
				return err
			}
			for _, s := range all {
				if strings.Contains(strings.ToLower(s), canary) {
					t.Errorf("table %s of %s holds %q", table, platform, s)
				}
			}
		}
		return nil
	}))
}

// A record of one's own cannot be tied to one of another desk: each field that
// names a record is given theirs, in a form that is right but for that.
func TestTheirsCannotBeNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		physician, there := w.here.session[access.Physician], w.there
		address := func(stage string) string { return "/bureau/demandes/" + string(w.here.request[stage]) }
		version := func(stage string) string {
			f, err := request.OpenFile(t.Context(), db, w.here.actor[access.Nurse], w.here.request[stage])
			must(t, err)
			return strconv.FormatInt(f.Version, 10)
		}
		question := func(person string) url.Values {
			return url.Values{"form": {string(phare.NewID())}, "person": {person}, "recipient": {"Pr Untel"}, "zone": {"Europe/Paris"}, "ask": {"Quoi ?"}, "urgency": {"soon"}}
		}
		send := question(string(there.person))
		send.Set("do", "send")
		for _, k := range []knock{
			{method: http.MethodGet, path: address("asked") + "/question?person=" + string(there.person)},
			{method: http.MethodGet, path: address("asked") + "/question?person=" + string(there.neighbour)},
			{method: http.MethodGet, path: address("asked") + "/question?organisation=" + string(there.organisation)},
			{method: http.MethodGet, path: address("asked") + "/question/" + there.asked["asked"]},
			{method: http.MethodPost, path: address("asked") + "/question", body: send},
			{method: http.MethodPost, path: address("asked") + "/choix", body: url.Values{"choice": {"person:" + string(there.person)}, "reason": {"x"}}},
			{method: http.MethodPost, path: address("asked") + "/choix", body: url.Values{"choice": {"organisation:" + string(there.organisation)}, "reason": {"x"}}},
			{method: http.MethodPost, path: address("asked") + "/patient/lier", body: url.Values{"patient": {string(there.patient[0])}, "version": {version("asked")}}},
			{method: http.MethodPost, path: address("received") + "/patient/lier", body: url.Values{"patient": {string(there.patient[0])}, "version": {version("received")}}},
			{method: http.MethodPost, path: address("asked") + "/attribuer", body: url.Values{"owner": {there.actor[access.Nurse].ID}, "version": {version("asked")}}},
			{method: http.MethodGet, path: "/bureau/arbre?v=2"},
			{method: http.MethodGet, path: "/bureau/arbre/versions"},
			{method: http.MethodGet, path: "/bureau/recueil/filnemus?v=1"},
			{method: http.MethodGet, path: address("asked")},
			{method: http.MethodGet, path: address("received") + "/patient"},
			{method: http.MethodGet, path: address("asked") + "/orientation"},
			{method: http.MethodPost, path: address("asked") + "/orientation", body: url.Values{"network": {"brain-team"}}},
			{method: http.MethodGet, path: "/annuaire"},
		} {
			k.session = physician
			r := w.knock(t, k)
			if c := leak(there.canaries(), r.Result(), r.Body.Bytes()); c != "" {
				t.Errorf("%s %s with %v (%d) shows %q", k.method, k.path, k.body, r.Code, c)
			}
			if k.method == http.MethodPost && r.Code < 400 && k.body.Get("network") == "" {
				t.Errorf("%s with %v: %d", k.path, k.body, r.Code)
			}
		}
		noCanaryStored(t, db, w.here.platform, strings.ToLower(there.mark))
	})
}

// What one desk does moves no number on another's pages.
func TestCountsStandStill(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		searched := []string{"Pareille Zulouquiprénominventé", "0694987654", w.there.reference["asked"], "2015-04-02"}
		look := func() (all string) {
			for _, role := range []access.Role{access.Nurse, access.Director} {
				// The post makes the work list count anew.
				w.knock(t, knock{method: http.MethodPost, path: "/bureau/recherche", session: w.here.session[role], body: url.Values{"q": {"zulouqui"}}})
				for _, path := range []string{"/bureau", "/bureau?liste=triage", "/bureau?liste=closed", "/bureau?liste=late", "/annuaire", "/annuaire?q=zulouqui", "/rapport", "/rapport/2026", "/rapport/2026/csv"} {
					r := w.knock(t, knock{method: http.MethodGet, path: path, session: w.here.session[role]})
					all += path + " " + fmt.Sprint(r.Code) + "\n" + r.Body.String()
				}
			}
			for _, who := range searched {
				r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/recherche", session: w.here.session[access.Nurse], body: url.Values{"q": {who}}})
				all += r.Body.String()
			}
			return all
		}
		before := look()
		for _, stage := range []string{"received", "asked", "answered", "closed"} {
			w.live(t, w.there, stage)
		}
		must(t, request.Note(t.Context(), db, w.there.actor[access.Nurse], w.there.request["asked"], request.Event{Kind: request.CallKind, Text: "x"}))
		if after := look(); after != before {
			t.Errorf("a page of one desk changed with the other's data:\n%s", firstDifference(before, after))
		}
		for _, id := range w.there.request {
			if strings.Contains(before, string(id)) {
				t.Errorf("the page names the other desk's request %s", id)
			}
		}
	})
}

func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return a[max(0, i-200):min(len(a), i+200)] + "\n--- now ---\n" + b[max(0, i-200):min(len(b), i+200)]
}
