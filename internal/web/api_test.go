package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/sender"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

// programs makes the key of a program at a desk, which is told as the sender of the
// request "asked".
func (w town) programs(t *testing.T, s *stock) {
	t.Helper()
	s.program = w.makeKey(t, s, sender.New{Sender: s.mark + " logiciel", Kind: "cpts", MaySend: true, MayFollow: true, Days: 90})
	all, err := sender.Keys(t.Context(), w.db, w.admin(s))
	must(t, err)
	s.programKey = all[0].ID
	must(t, w.db.Write(t.Context(), store.Act{Platform: s.platform, Actor: "system", Verb: "test", Subject: string(s.programKey)}, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO sender_request (request, platform, sender, key, at) VALUES ($1, $2, $3, $4, $5)`, s.request["asked"], s.platform, s.mark+" logiciel", s.programKey, tx.Now)
	}))
}

func (w town) admin(s *stock) access.Actor {
	return access.Actor{ID: "chief", Platform: s.platform, Role: access.Admin, Name: s.mark + " chef"}
}

func (w town) makeKey(t *testing.T, s *stock, n sender.New) string {
	t.Helper()
	n.Form = request.NewForm()
	token, err := sender.Make(t.Context(), w.db, w.key, w.admin(s), n)
	must(t, err)
	return token
}

// said are fields as a program writes them.
func said(f request.Fields, also map[string]any) string {
	all := map[string]any{"who": f.Who}
	for _, x := range request.Form(f.Who) {
		if v := f.Get(x.Name); v != "" && x.Name != "platform" {
			all[x.Name] = v
		}
	}
	for name, v := range also {
		all[name] = v
		if v == nil {
			delete(all, name)
		}
	}
	b, _ := json.Marshal(all) // texts and lists of them always marshal
	return string(b)
}

// ask is one call by a program.
func (w town) ask(t testing.TB, token, idem, body string) *httptest.ResponseRecorder {
	t.Helper()
	return w.knock(t, knock{method: http.MethodPost, path: "/api/v1/requests", raw: body,
		header: map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json", "Idempotency-Key": idem}})
}

func (w town) follow(t testing.TB, token, reference string) *httptest.ResponseRecorder {
	t.Helper()
	return w.knock(t, knock{method: http.MethodGet, path: "/api/v1/requests/" + reference, header: map[string]string{"Authorization": "Bearer " + token}})
}

func (w town) idOf(t *testing.T, reference string) (id string) {
	t.Helper()
	must(t, w.db.Read(t.Context(), func(v *store.View) (err error) {
		id, err = store.One(v, store.Value[string], `SELECT id FROM request WHERE reference = $1`, reference)
		return err
	}))
	return id
}

// withKeys are the ends of the lines of a route of programs in the table: its
// outcome with the desk's key, with another desk's, and with one for something else.
func (w town) withKeys(t *testing.T, r web.Route) (known, missing string) {
	t.Helper()
	other := sender.New{Sender: "autre " + r.Policy.Key, Kind: "other", MaySend: r.Policy.Key == sender.Follow, MayFollow: r.Policy.Key == sender.Send, Days: 30}
	narrow := w.makeKey(t, w.here, other)
	method, _, _ := strings.Cut(r.Pattern, " ")
	at := func(path string) string {
		line := "key"
		for _, token := range []string{w.here.program, w.there.program, narrow} {
			k := knock{method: method, path: path, header: map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json", "Idempotency-Key": request.NewForm()}}
			if method == http.MethodPost {
				k.raw = said(w.here.fields(), nil)
			}
			line += " " + outcome(w.knock(t, k))
		}
		return line
	}
	return at(example(t, w.here, r.Pattern, "anyone")), at(nowhere(r.Pattern))
}

// program makes a knock one of a program: its own desk's key, and what is the other
// desk's in the address and the body.
func (x *intruder) program(k knock, r web.Route) knock {
	_, path, _ := strings.Cut(r.Pattern, " ")
	k.session, k.path = "", strings.Replace(path, "{reference}", x.there.reference[pick(x.Rand, []string{"received", "asked", "answered", "signed", "closed"})], 1)
	k.header = map[string]string{"Authorization": "Bearer " + x.here.program, "Content-Type": "application/json", "Idempotency-Key": pick(x.Rand, x.theirs)}
	if k.method == http.MethodPost {
		also := map[string]any{}
		for range x.IntN(3) {
			also[pick(x.Rand, append(x.names, "treating", "doctor", "place"))] = x.value()
		}
		k.raw = said(x.here.fields(), also)
	}
	return k
}

// Ask 23: what a program of a practice holds is not typed again: it sends the same
// fields under the same rules as the form. Sent again with the same name and the same
// words it is the same request, with other words it is refused; what comes out is
// where it stands, and no word of it.
func TestProgramSends(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		fields := w.here.fields()
		body := said(fields, nil)
		before := count(t, w.db, "request")
		first := w.ask(t, w.here.program, "cabinet-2026-001", body)
		if first.Code != http.StatusCreated {
			t.Fatalf("%d %s", first.Code, first.Body)
		}
		var got struct {
			Reference  string
			StoredAt   string `json:"stored_at"`
			NextNewsBy string `json:"next_news_by"`
			Again      bool
		}
		must(t, json.Unmarshal(first.Body.Bytes(), &got))
		if got.Reference == "" || got.StoredAt == "" || got.NextNewsBy == "" || got.Again || first.Header().Get("Location") != "/api/v1/requests/"+got.Reference {
			t.Errorf("%s %v", first.Body, first.Header())
		}
		if first.Header().Get("Cache-Control") != "no-store" || strings.Contains(first.Body.String(), "secret") {
			t.Errorf("kept by a proxy, or too much is told: %v %s", first.Header(), first.Body)
		}
		again := w.ask(t, w.here.program, "cabinet-2026-001", body)
		if again.Code != http.StatusOK || !strings.Contains(again.Body.String(), got.Reference) || !strings.Contains(again.Body.String(), `"again":true`) {
			t.Errorf("again: %d %s", again.Code, again.Body)
		}
		other := w.ask(t, w.here.program, "cabinet-2026-001", said(fields, map[string]any{"question": "Autre chose ?"}))
		if other.Code != http.StatusUnprocessableEntity || !strings.Contains(other.Body.String(), `"field":"Idempotency-Key"`) || strings.Contains(other.Body.String(), got.Reference) {
			t.Errorf("with other words: %d %s", other.Code, other.Body)
		}
		if n := count(t, w.db, "request") - before; n != 1 {
			t.Errorf("%d requests", n)
		}
		english := w.knock(t, knock{method: http.MethodPost, path: "/api/v1/requests", raw: body, // the words of the answer are no words of the request
			header: map[string]string{"Authorization": "Bearer " + w.here.program, "Content-Type": "application/json", "Idempotency-Key": "cabinet-2026-001", "Accept-Language": "en"}})
		if english.Code != http.StatusOK {
			t.Errorf("in another language: %d %s", english.Code, english.Body)
		}
		stored := storetest.Clear(t, w.db, "request.fields", `reference = $1`, got.Reference)
		var kept request.Fields
		must(t, json.Unmarshal([]byte(stored[0]), &kept))
		if want := fields.Tidy(); kept != want {
			t.Errorf("kept\n%+v\nnot\n%+v", kept, want)
		}
		where := w.follow(t, w.here.program, got.Reference)
		if where.Code != http.StatusOK || !strings.Contains(where.Body.String(), `"state":"received"`) {
			t.Errorf("%d %s", where.Code, where.Body)
		}
		if c := leak([]string{strings.ToLower(w.here.mark), "pareille", strings.ReplaceAll(w.here.phone, " ", "")}, where.Result(), where.Body.Bytes()); c != "" {
			t.Errorf("%q comes out: %s", c, where.Body)
		}
		file := w.knock(t, knock{method: http.MethodGet, path: "/bureau?q=", session: w.here.session[access.Nurse]})
		if !strings.Contains(file.Body.String(), got.Reference) {
			t.Error("the desk does not see it")
		}
		open := w.knock(t, knock{method: http.MethodGet, path: "/bureau/demandes/" + w.idOf(t, got.Reference), session: w.here.session[access.Nurse]})
		if !strings.Contains(open.Body.String(), "Logiciel : "+w.here.mark+" logiciel") && !strings.Contains(open.Body.String(), "Logiciel : "+w.here.mark+" logiciel") {
			t.Error("the file does not say which program sent it")
		}
	})
}

// Two sendings of the same name at once make one request; the one that comes while
// the other runs is told to come again.
func TestProgramSendsAtOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		body, before := said(w.here.fields(), nil), count(t, w.db, "request")
		var all sync.WaitGroup
		codes := make([]int, 8)
		for i := range codes {
			all.Go(func() {
				r := w.ask(t, w.here.program, "at-once-0001", body)
				if codes[i] = r.Code; r.Code == http.StatusConflict && r.Header().Get("Retry-After") == "" {
					t.Error("it is not told when")
				}
			})
		}
		all.Wait()
		made := 0
		for _, c := range codes {
			switch c {
			case http.StatusCreated:
				made++
			case http.StatusOK, http.StatusConflict:
			default:
				t.Errorf("%v", codes)
			}
		}
		if n := count(t, w.db, "request") - before; n != 1 || made != 1 {
			t.Errorf("%d requests, %v", n, codes)
		}
	})
}

// A program that lost its way is told so as JSON too.
func TestProgramLost(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	for _, tt := range []struct {
		method, path string
		status       int
	}{{http.MethodGet, "/api/v1/nothing", 404}, {http.MethodPost, "/api/v1/nothing", 404}, {http.MethodGet, "/api/v1/requests", 405}, {http.MethodPost, "/api/v1/schema.json", 405}} {
		r := w.knock(t, knock{method: tt.method, path: tt.path, raw: "{}", header: map[string]string{"Authorization": "Bearer " + w.here.program}})
		if r.Code != tt.status || r.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" || tt.status == 405 && r.Header().Get("Allow") == "" {
			t.Errorf("%s %s: %d %v %s", tt.method, tt.path, r.Code, r.Header(), r.Body)
		}
	}
}

// What is wrong is told field by field, in the language asked, and nothing is stored.
func TestProgramRefused(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	fields := w.here.fields()
	before := count(t, w.db, "request")
	for _, tt := range []struct {
		name, idem, body string
		status           int
		field            string
	}{
		{"no name", "", said(fields, nil), 422, "Idempotency-Key"},
		{"a short name", "1234567", said(fields, nil), 422, "Idempotency-Key"},
		{"a name with a blank", "1234 5678", said(fields, nil), 422, "Idempotency-Key"},
		{"no object", "12345678", `[]`, 422, "body"},
		{"nothing", "12345678", ` `, 422, "body"},
		{"null", "12345678", `null`, 422, "body"},
		{"two objects", "12345678", said(fields, nil) + `{}`, 422, "body"},
		{"no consent", "12345678", said(fields, map[string]any{"consent": nil}), 422, "consent"},
		{"no kind", "12345678", said(fields, map[string]any{"who": "me"}), 422, "who"},
		{"a number", "12345678", said(fields, map[string]any{"story": 3}), 422, "story"},
		{"another desk", "12345678", said(fields, map[string]any{"platform": "guyane"}), 422, "platform"},
		{"the desk's own words", "12345678", said(fields, map[string]any{"promised": "demain"}), 422, "promised"},
		{"no list", "12345678", said(fields, map[string]any{"unsure": "birth_date"}), 422, "unsure"},
		{"a day", "12345678", said(fields, map[string]any{"birth_date": "hier"}), 422, "birth_date"},
		{"huge", "12345678", said(fields, map[string]any{"story": strings.Repeat("x", 200<<10)}), 413, ""},
	} {
		r := w.ask(t, w.here.program, tt.idem, tt.body)
		var p struct {
			Status int
			Title  string
			Detail string
			Errors []struct{ Field, Detail string }
		}
		must(t, json.Unmarshal(r.Body.Bytes(), &p))
		if r.Code != tt.status || p.Status != tt.status || p.Detail == "" || r.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
			t.Errorf("%s: %d %s", tt.name, r.Code, r.Body)
		}
		if tt.field != "" && (len(p.Errors) == 0 || !strings.Contains(fmt.Sprint(p.Errors), tt.field) || p.Errors[0].Detail == "") {
			t.Errorf("%s: %s", tt.name, r.Body)
		}
	}
	form := w.knock(t, knock{method: http.MethodPost, path: "/api/v1/requests", body: url.Values{"who": {"gp"}}, header: map[string]string{"Authorization": "Bearer " + w.here.program}})
	if form.Code != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %d", form.Code)
	}
	english := w.knock(t, knock{method: http.MethodPost, path: "/api/v1/requests", raw: "[]",
		header: map[string]string{"Authorization": "Bearer " + w.here.program, "Content-Type": "application/json", "Idempotency-Key": "12345678", "Accept-Language": "en"}})
	if !strings.Contains(english.Body.String(), "no JSON object") || english.Header().Get("Content-Language") != "en" {
		t.Errorf("in English: %s", english.Body)
	}
	if n := count(t, w.db, "request") - before; n != 0 {
		t.Errorf("%d were stored", n)
	}
}

// A key opens what it is for and nothing else: no page of the desk, no other desk's
// or other sender's request; without one, or when it was revoked, nothing at all.
// Each use is in the trail.
func TestProgramKeys(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		mine := w.here.reference["asked"]
		other := w.makeKey(t, w.here, sender.New{Sender: "Un autre cabinet", Kind: "practice", MaySend: true, MayFollow: true, Days: 30})
		follows := w.makeKey(t, w.here, sender.New{Sender: w.here.mark + " logiciel", Kind: "cpts", MayFollow: true, Days: 30})
		uses := count(t, w.db, "audit WHERE verb IN ('api.use', 'api.refused')")
		unknown := w.follow(t, other, "MR-0000-0000")
		for name, tt := range map[string]struct {
			r    *httptest.ResponseRecorder
			want int
		}{
			"no key":                 {w.follow(t, "", mine), 401},
			"an unknown key":         {w.follow(t, "phare_"+unknownToken, mine), 401},
			"the same sender":        {w.follow(t, follows, mine), 200},
			"another sender":         {w.follow(t, other, mine), 404},
			"another desk":           {w.follow(t, w.there.program, mine), 404},
			"a key only to follow":   {w.ask(t, follows, "12345678", said(w.here.fields(), nil)), 403},
			"a key in the address":   {w.knock(t, knock{method: http.MethodGet, path: "/api/v1/requests/" + mine + "?key=" + w.here.program}), 401},
			"a browser's session":    {w.knock(t, knock{method: http.MethodGet, path: "/api/v1/requests/" + mine, session: w.here.session[access.Nurse]}), 401},
			"a page with a key":      {w.knock(t, knock{method: http.MethodGet, path: "/bureau", header: map[string]string{"Authorization": "Bearer " + w.here.program}}), 303},
			"a file with a key":      {w.knock(t, knock{method: http.MethodGet, path: "/bureau/demandes/" + string(w.here.request["asked"]), header: map[string]string{"Authorization": "Bearer " + w.here.program}}), 303},
			"keys with a key":        {w.knock(t, knock{method: http.MethodGet, path: "/bureau/cles", header: map[string]string{"Authorization": "Bearer " + w.here.program}}), 303},
			"keys, as a nurse":       {w.knock(t, knock{method: http.MethodGet, path: "/bureau/cles", session: w.here.session[access.Nurse]}), 403},
			"what does not exist":    {unknown, 404},
			"documents for theirs":   {w.join(t, other, mine, file("a.png", "image/png", string(aPicture(t)))), 404},
			"documents, only follow": {w.join(t, follows, mine, file("a.png", "image/png", string(aPicture(t)))), 403},
		} {
			if tt.r.Code != tt.want {
				t.Errorf("%s: %d, want %d: %s", name, tt.r.Code, tt.want, tt.r.Body)
			}
			if tt.want == 404 && tt.r.Body.String() != unknown.Body.String() {
				t.Errorf("%s is told apart from what does not exist: %s", name, tt.r.Body)
			}
		}
		if n := count(t, w.db, "audit WHERE verb IN ('api.use', 'api.refused')") - uses; n != 7 {
			t.Errorf("%d uses in the trail, want 7", n)
		}
		all, err := sender.Keys(t.Context(), w.db, w.admin(w.here))
		must(t, err)
		for _, k := range all {
			if k.Sender == w.here.mark+" logiciel" {
				must(t, sender.Revoke(t.Context(), w.db, w.admin(w.here), k.ID))
			}
		}
		if r := w.follow(t, w.here.program, mine); r.Code != 401 || !strings.Contains(r.Body.String(), "n’est plus valable") || r.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("revoked: %d %s", r.Code, r.Body)
		}
		for _, column := range []string{"mac", "hint", "form"} {
			if n := count(t, w.db, "sender_key WHERE "+column+" LIKE '%"+w.here.program[6:30]+"%'"); n != 0 {
				t.Errorf("%s holds the key", column)
			}
		}
	})
}

// A key that is used too often, and an address that tries keys, have to wait; what
// is refused so is not even written.
func TestProgramTooOften(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	quiet := w.makeKey(t, w.here, sender.New{Sender: "Calme", Kind: "other", MayFollow: true, Days: 30})
	for name, tt := range map[string]struct {
		token string
		most  int
	}{"one key": {w.here.program, 60}, "unknown keys": {"phare_x", 20}} {
		n := 0
		for n < 2*tt.most && w.follow(t, tt.token, "MR-0000-0000").Code != http.StatusTooManyRequests {
			n++
		}
		before := count(t, w.db, "audit")
		r := w.follow(t, tt.token, "MR-0000-0000")
		if n < tt.most || n > tt.most+2 || r.Header().Get("Retry-After") == "" || count(t, w.db, "audit") != before {
			t.Errorf("%s: %d calls, then %d", name, n, r.Code)
		}
	}
	if r := w.follow(t, quiet, "MR-0000-0000"); r.Code != http.StatusNotFound {
		t.Errorf("another key waits too: %d", r.Code)
	}
}

// join sends documents for a request by a program.
func (w town) join(t testing.TB, token, reference string, parts ...posting) *httptest.ResponseRecorder {
	t.Helper()
	body, kind := bodyOf(t, parts...)
	return w.knock(t, knock{method: http.MethodPost, path: "/api/v1/requests/" + reference + "/files", raw: string(body), header: map[string]string{"Authorization": "Bearer " + token, "Content-Type": kind}})
}

// Ask 20: several documents at once by a program, inspected like all; a bad one is
// named and costs the others nothing; sent again none is doubled.
func TestProgramJoins(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		mine := w.here.reference["asked"]
		before := count(t, w.db, "attachment")
		r := w.join(t, w.here.program, mine, file("b.png", "image/png", three(t)[0].body), file("c.svg", "image/svg+xml", svg))
		if r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), `"kept":1`) || !strings.Contains(r.Body.String(), "c.svg") {
			t.Errorf("a good and a bad one: %d %s", r.Code, r.Body)
		}
		for range 2 {
			if r := w.join(t, w.here.program, mine, file("b.png", "image/png", three(t)[0].body)); r.Code != http.StatusOK {
				t.Errorf("again: %d %s", r.Code, r.Body)
			}
		}
		if n := count(t, w.db, "attachment") - before; n != 1 {
			t.Errorf("%d documents", n)
		}
		if r := w.join(t, w.here.program, w.here.reference["closed"], file("a.png", "image/png", string(aPicture(t)))); r.Code != http.StatusNotFound {
			t.Errorf("of a request that it did not send: %d", r.Code)
		}
	})
}

// The schema is made of the form's own table: what it demands is what is accepted.
func TestSchema(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	r := w.knock(t, knock{method: http.MethodGet, path: "/api/v1/schema.json"})
	var schema struct {
		Properties map[string]struct {
			Enum      []string
			MaxLength int
		}
		AllOf []struct {
			If struct {
				Properties struct{ Who struct{ Const string } }
			}
			Then struct{ Required []string }
		}
		AdditionalProperties bool
	}
	must(t, json.Unmarshal(r.Body.Bytes(), &schema))
	if r.Code != 200 || schema.AdditionalProperties || len(schema.AllOf) != len(request.Kinds()) || schema.Properties["platform"].Enum != nil {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if got := schema.Properties["who"].Enum; !reflect.DeepEqual(got, request.Kinds()) {
		t.Errorf("%v", got)
	}
	if schema.Properties["story"].MaxLength <= schema.Properties["name"].MaxLength {
		t.Errorf("%+v", schema.Properties["story"])
	}
	for _, kind := range schema.AllOf {
		who := kind.If.Properties.Who.Const
		body := map[string]any{"who": who}
		var p struct{ Errors []struct{ Field string } }
		must(t, json.Unmarshal(w.ask(t, w.here.program, "schema-"+who, said(request.Fields{Who: who}, body)).Body.Bytes(), &p))
		missing := map[string]bool{}
		for _, e := range p.Errors {
			missing[e.Field] = true
		}
		for _, name := range kind.Then.Required {
			if !missing[name] {
				t.Errorf("%s: the schema demands %s, the form does not: %v", who, name, missing)
			}
		}
	}
}

// An administrator makes a key with a fresh proof; it is shown once, and never in
// the list.
func TestSenderPages(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	admin := w.here.session[access.Admin]
	form := url.Values{"form": {request.NewForm()}, "sender": {"Maison de santé inventée"}, "kind": {"practice"}, "send": {"yes"}, "days": {"90"}}
	bad := w.knock(t, knock{method: http.MethodPost, path: "/bureau/cles", session: admin, body: url.Values{"form": {request.NewForm()}, "sender": {"Maison gardée"}}})
	if bad.Code != http.StatusUnprocessableEntity || !strings.Contains(bad.Body.String(), "Maison gardée") {
		t.Errorf("%d", bad.Code)
	}
	made := w.knock(t, knock{method: http.MethodPost, path: "/bureau/cles", session: admin, body: form})
	_, token, ok := strings.Cut(made.Body.String(), `<code class="key">`)
	token, _, _ = strings.Cut(token, "<")
	if made.Code != http.StatusOK || !ok || !strings.HasPrefix(token, "phare_") {
		t.Fatalf("%d %s", made.Code, made.Body)
	}
	if r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/cles", session: admin, body: form}); r.Code != http.StatusConflict || strings.Contains(r.Body.String(), token) {
		t.Errorf("the same form again: %d", r.Code)
	}
	list := w.knock(t, knock{method: http.MethodGet, path: "/bureau/cles", session: admin})
	if !strings.Contains(list.Body.String(), "Maison de santé inventée") || strings.Contains(list.Body.String(), token) || strings.Contains(list.Body.String(), w.there.mark) {
		t.Errorf("%s", list.Body)
	}
	if r := w.ask(t, token, "12345678", said(w.here.fields(), nil)); r.Code != http.StatusCreated {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	if r := w.follow(t, token, w.here.reference["asked"]); r.Code != http.StatusForbidden {
		t.Errorf("a key that is only to send follows: %d", r.Code)
	}
	all, err := sender.Keys(t.Context(), w.db, w.admin(w.here))
	must(t, err)
	for _, k := range all {
		if k.Sender == "Maison de santé inventée" && (k.Uses != 2 || k.Sent != 1) {
			t.Errorf("%+v", k)
		}
	}
	if r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/cles/" + string(w.there.programKey) + "/revoquer", session: admin}); r.Code != http.StatusNotFound {
		t.Errorf("another desk's key: %d", r.Code)
	}
	if r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/cles/" + string(w.here.programKey) + "/revoquer", session: admin}); r.Code != http.StatusSeeOther {
		t.Errorf("revoked: %d", r.Code)
	}
}
