package web_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/arrival"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// arrives lets a message come to a desk, with a picture.
func (w town) arrives(t *testing.T, s *stock) {
	t.Helper()
	id, _, err := arrival.Receive(t.Context(), w.db, access.Machine(s.platform), w.server.Files,
		arrival.Message{Channel: arrival.Mail, Bytes: strings.NewReader(w.letter(t, s.mark)), By: inspect.Sender{Staff: true}})
	must(t, err)
	s.arrival = id
	a, err := arrival.Open(t.Context(), w.db, s.actor[access.Nurse], id)
	must(t, err)
	s.arrivalPiece = a.Files[0].ID
}

// letter is a mail message with a picture.
func (w town) letter(t *testing.T, mark string) string {
	t.Helper()
	return "From: " + mark + " expéditeur <dr@" + letters(mark) + ".example>\r\nSubject: " + mark + " objet\r\nMessage-ID: <1@" + mark + ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour <b>" + mark + "</b> <script>alert(1)</script></p>\r\n" +
		"--b\r\nContent-Type: image/png; name=\"" + mark + ".png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(aPicture(t)) + "\r\n--b--\r\n"
}

// eachTown runs f on a town of each engine.
func eachTown(t *testing.T, f func(t *testing.T, w town)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newTown(t, db, "http://phare.example")) })
}

// bring drops files on the page of arrivals.
func (w town) bring(t *testing.T, session, channel string, files map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	must(t, m.WriteField("form", request.NewForm()))
	must(t, m.WriteField("channel", channel))
	for name, content := range files {
		p, err := m.CreateFormFile("file", name)
		must(t, err)
		fmt.Fprint(p, content)
	}
	must(t, m.Close())
	return w.knock(t, knock{method: http.MethodPost, path: "/bureau/arrivees", session: session, raw: body.String(), header: map[string]string{"Content-Type": m.FormDataContentType()}})
}

// Asks 20 and 23: a message and a letter of two pages are dropped at once by the
// secretary; the message is made a request without typing again what it says; the
// limit is said before a file is chosen.
func TestArrivals(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		nurse := w.here.session[access.Nurse]
		get := func(path string) string {
			r := w.knock(t, knock{method: http.MethodGet, path: path, session: nurse})
			if r.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, r.Code, r.Body)
			}
			return r.Body.String()
		}
		page := get("/bureau/arrivees")
		for _, want := range []string{"au plus 25 Mo", "Ici objet", "multiple"} {
			if !strings.Contains(strings.ReplaceAll(page, " ", " "), want) && !strings.Contains(page, strings.ReplaceAll(want, " ", " ")) {
				t.Errorf("the page has no %q", want)
			}
		}
		if r := w.bring(t, nurse, arrival.MSS, map[string]string{"Une demande.eml": w.letter(t, "Dupé"), "page 1.png": string(aPicture(t)), "page 2.png": three(t)[0].body}); r.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", r.Code, r.Body)
		}
		b, err := arrival.List(t.Context(), w.db, w.here.actor[access.Nurse], "")
		must(t, err)
		if len(b.Waiting) != 3 {
			t.Fatalf("%d wait", len(b.Waiting))
		}
		var id phare.ID
		for _, a := range b.Waiting {
			if a.About.From == "Dupé expéditeur" {
				id = a.ID
			}
		}
		one := get("/bureau/arrivees/" + string(id))
		if strings.Contains(one, "<b>Dupé") || strings.Contains(one, "alert(1)") || !strings.Contains(one, "Bonjour Dupé") {
			t.Error("HTML is shown as a page, or its words are not")
		}
		made := get("/bureau/arrivees/" + string(id) + "/demande")
		for _, want := range []string{`value="Dupé expéditeur"`, `value="dr@` + letters("Dupé") + `.example"`, "Bonjour Dupé", `name="version" value="1"`} {
			if !strings.Contains(made, want) {
				t.Errorf("the page of calls has no %s", want)
			}
		}
		for _, guessed := range []string{"first_name", "family_name", "birth_date"} {
			if !strings.Contains(made, `name="`+guessed+`" type="text" value=""`) {
				t.Errorf("%s is guessed", guessed)
			}
		}
		form := url.Values{"version": {"1"}, "form": {request.NewForm()}, "channel": {"mail"}, "came": {"20/01/2026"}, "name": {"Dr Dupé"}, "unsure": {"phone"}, "story": {"Bonjour Dupé"}, "mail": {"dr@x.example"}}
		if r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/arrivees/" + string(id) + "/demande", session: nurse, body: form}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "Dr Dupé") {
			t.Errorf("without who and when: %d", r.Code)
		}
		form.Set("who", request.GP)
		form.Set("urgency", request.Soon)
		for range 2 {
			r := w.knock(t, knock{method: http.MethodPost, path: "/bureau/arrivees/" + string(id) + "/demande", session: nurse, body: form})
			if r.Header().Get("Location") != "/bureau/appel/"+form.Get("form")+"/dire" {
				t.Fatalf("%d %s", r.Code, r.Body)
			}
		}
		if n := len(storetest.Clear(t, w.db, "event.text", `kind = 'arrived' AND platform = 'reunion'`)); n != 1 {
			t.Errorf("%d sources", n)
		}
	})
}

// What is posted from the page of one arrival: refusals keep what was typed.
func TestArrivalSettled(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		nurse, at := w.here.session[access.Nurse], "/bureau/arrivees/"+string(w.here.arrival)
		post := func(what string, body url.Values) *httptest.ResponseRecorder {
			body.Set("version", "1")
			return w.knock(t, knock{method: http.MethodPost, path: at + what, session: nurse, body: body})
		}
		if r := post("/rattacher", url.Values{"reference": {"MR-0000-0000"}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "MR-0000-0000") {
			t.Errorf("an unknown reference: %d", r.Code)
		}
		// A reference of another desk is one that does not exist.
		if r := post("/rattacher", url.Values{"reference": {w.there.reference["asked"]}}); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("theirs: %d", r.Code)
		}
		if r := post("/ecarter", url.Values{"reason": {"not-ours"}, "told": {"nothing"}, "words": {"Voir ailleurs"}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "Voir ailleurs") {
			t.Errorf("nobody told: %d", r.Code)
		}
		if r := post("/ecarter", url.Values{"reason": {"not-ours"}, "told": {"phone"}, "words": {"Voir ailleurs"}}); r.Code != http.StatusSeeOther {
			t.Errorf("%d", r.Code)
		}
		if r := post("/rattacher", url.Values{"reference": {w.here.reference["asked"]}}); r.Code != http.StatusConflict {
			t.Errorf("settled already: %d", r.Code)
		}
		if r := post("/reprendre", url.Values{}); r.Code != http.StatusSeeOther {
			t.Errorf("taken up: %d", r.Code)
		}
		body := url.Values{"version": {"3"}, "reference": {w.here.reference["asked"]}}
		r := w.knock(t, knock{method: http.MethodPost, path: at + "/rattacher", session: nurse, body: body})
		if !strings.Contains(r.Body.String(), "Est-ce bien cette demande") || !strings.Contains(r.Body.String(), string(w.here.request["asked"])) || !strings.Contains(r.Body.String(), "1975") && !strings.Contains(r.Body.String(), "née le") && !strings.Contains(r.Body.String(), "né le") {
			t.Fatalf("it is not asked whose it is: %d %s", r.Code, r.Body)
		}
		body.Set("confirm", string(w.here.request["asked"]))
		r = w.knock(t, knock{method: http.MethodPost, path: at + "/rattacher", session: nurse, body: body})
		if r.Header().Get("Location") != "/bureau/demandes/"+string(w.here.request["asked"]) {
			t.Errorf("%d %s", r.Code, r.Header().Get("Location"))
		}
		// And out again, with a reason.
		if page := w.knock(t, knock{method: http.MethodGet, path: "/bureau/arrivees", session: nurse}).Body.String(); !strings.Contains(page, "1 rattaché") {
			t.Error("the queue does not lead to what was matched")
		}
		if r := post("/detacher", url.Values{}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "Dites pourquoi") {
			t.Errorf("no reason: %d", r.Code)
		}
		if r := post("/detacher", url.Values{"why": {"autre enfant"}}); r.Code != http.StatusSeeOther {
			t.Errorf("%d %s", r.Code, r.Body)
		}
		if page := w.knock(t, knock{method: http.MethodGet, path: at, session: nurse}).Body.String(); !strings.Contains(page, "Qu’en faire") || strings.Contains(page, "À traiter par À traiter par") {
			t.Error("it does not wait again")
		}
	})
}

// Many are ticked and put aside at once; a message among scanned pages is no letter; a
// reference in a subject is offered, and not taken.
func TestArrivalsSeveral(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		nurse := w.here.session[access.Nurse]
		letter := strings.Replace(w.letter(t, "Dupé"), "Dupé objet", "Suite "+w.here.reference["asked"], 1)
		if r := w.bring(t, nurse, arrival.Letter, map[string]string{"a.eml": letter}); r.Code != http.StatusSeeOther {
			t.Fatalf("%d", r.Code)
		}
		b, err := arrival.List(t.Context(), w.db, w.here.actor[access.Nurse], "")
		must(t, err)
		picks := url.Values{}
		for _, a := range b.Waiting {
			picks.Add("pick", string(a.ID)+" 1")
			if a.About.From != "Dupé expéditeur" {
				continue
			}
			if a.Channel != arrival.Mail {
				t.Errorf("a message came by %s", a.Channel)
			}
			if page := w.knock(t, knock{method: http.MethodGet, path: "/bureau/arrivees/" + string(a.ID), session: nurse}).Body.String(); !strings.Contains(page, `value="`+w.here.reference["asked"]+`"`) {
				t.Error("the reference is not offered")
			}
		}
		post := func(body url.Values) *httptest.ResponseRecorder {
			return w.knock(t, knock{method: http.MethodPost, path: "/bureau/arrivees/ecarter", session: nurse, body: body})
		}
		if r := post(url.Values{"reason": {arrival.Spam}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "Cochez") {
			t.Errorf("none is ticked: %d", r.Code)
		}
		picks.Set("reason", arrival.Spam)
		if r := post(picks); r.Code != http.StatusSeeOther {
			t.Errorf("%d %s", r.Code, r.Body)
		}
		if b, err = arrival.List(t.Context(), w.db, w.here.actor[access.Nurse], ""); err != nil || len(b.Waiting) != 0 || len(b.Aside) != 2 {
			t.Errorf("%d wait, %d aside, %v", len(b.Waiting), len(b.Aside), err)
		}
	})
}

// A day later the desk reads where it lands that something waits.
func TestArrivalLate(t *testing.T) {
	eachTown(t, func(t *testing.T, w town) {
		look := func() string {
			return w.knock(t, knock{method: http.MethodGet, path: "/bureau", session: w.here.session[access.Nurse]}).Body.String()
		}
		if page := look(); !strings.Contains(page, "1 attend") || strings.Contains(page, "depuis plus d’un jour ouvré") {
			t.Error("what waits since today")
		}
		must(t, w.db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "x"}, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE arrival SET came_at = $1`, tx.Now.AddDate(0, 0, -10))
		}))
		if page := look(); !strings.Contains(page, "dont 1 depuis plus d’un jour ouvré") {
			t.Error("what waits since ten days")
		}
	})
}
