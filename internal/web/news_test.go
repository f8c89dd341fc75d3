package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/news"
	"phare/internal/request"
	"phare/internal/store"
)

// inWords are words with the signs of typography made plain.
func inWords(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(s)
}

// The receipt says the reference, how safe the request is in words that are
// true, who has it, and when there is news, on the desk's clock and on that of
// whoever asks; the copy by SMS is announced, and nowhere is the secret sent.
func TestReceiptSaysHowSafe(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		answers := gpAnswers()
		answers.Set("commune", "97600 Mamoudzou")
		answers.Set("news", "sms")
		p := b.send(b.send(b.get("/demande/medecin"), answers), nil)
		p.check()
		reference, secret := readReceipt(t, p)
		said := inWords(p.text())
		for _, want := range []string{"Enregistrée", "même une panne de courant ne la perd pas", "Elle n'est pas encore copiée hors du serveur.", "Équipe de coordination",
			"(La Réunion ; ", " Mayotte)", "La Réunion ; Mayotte", "Un SMS avec la référence part vers votre numéro", "15", "0262 00 00 01", "citant la référence " + reference} {
			if !strings.Contains(said, want) {
				t.Errorf("the receipt lacks %q: %s", want, said)
			}
		}
		if strings.Contains(said, "copiée hors du serveur Oui") || strings.Contains(said, "Enregistrée et copiée") {
			t.Error("the receipt claims a copy")
		}
		// Neither message has the secret: it is nowhere but on this page.
		must(t, s.db.Read(t.Context(), func(v *store.View) error {
			ways, err := store.All(v, store.Value[string], `SELECT way FROM message WHERE kind = 'received' ORDER BY way`)
			if strings.Join(ways, " ") != "mail sms" || secret == "" {
				t.Errorf("receipts by %v", ways)
			}
			return err
		}))
	})
}

// Ask 1, at the desk: who chose the telephone stands on the list of calls with
// the words to say; one is reached, one not; in the file each message has a state.
func TestCallsOnPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", func(f *request.Fields) { f.News = mail.ByPhone })
		b := staff(t, s, "reunion", access.Secretary)
		file := b.get("/bureau/demandes/" + string(id)).sound()
		b.submit(file, "/nouvelles", url.Values{"rule": {"pas avant 17 h"}}).sound()
		b.submit(b.get("/bureau/demandes/"+string(id)), "/prendre", nil).sound()
		if list := b.get("/bureau").sound(); !strings.Contains(inWords(list.text()), "1 ligne à poster ou à appeler") {
			t.Errorf("the work list does not tell of it: %s", list.text())
		}
		p := b.get("/bureau/nouvelles").sound()
		for _, want := range []string{"Dr Ida Fictive", "0262 00 12 34", "pas avant 17 h", "L'équipe a lu votre demande et s'en occupe.", "Prochaines nouvelles"} {
			if !strings.Contains(inWords(p.text()), want) {
				t.Errorf("the line lacks %q: %s", want, p.text())
			}
		}
		action, _ := p.formTo("/fait")
		b.post(action, url.Values{"result": {"noanswer"}}).sound()
		if p = b.get("/bureau/nouvelles"); !strings.Contains(inWords(p.text()), "1 essai · Pas de réponse") {
			t.Errorf("the try is not counted: %s", p.text())
		}
		b.post(action, url.Values{"result": {"reached"}}).sound()
		if p = b.get("/bureau/nouvelles"); strings.Contains(p.text(), "Dr Ida Fictive") {
			t.Error("who was reached is still on the list")
		}
		if again := b.post(action, url.Values{"result": {"reached"}}); again.Status != http.StatusConflict {
			t.Errorf("ticked twice: %d", again.Status)
		}
		if file = b.get("/bureau/demandes/" + string(id)); !strings.Contains(inWords(file.text()), "Lue et prise en charge · Téléphone") || !strings.Contains(file.text(), "Joint, dit") {
			t.Errorf("the file: %s", file.text())
		}
	})
}

// Late, the tracking page says why and whom to call, and the date that was
// promised instead; the state page counts.
func TestTrackLate(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		r, err := request.Submit(t.Context(), s.db, s.key, access.Anyone("reunion"), request.NewForm(), request.Fields{
			Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019", Commune: "Mamoudzou",
			Sex: "male", Question: "Q", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
		must(t, err)
		now := s.db.Now()
		s.db.Now = func() time.Time { return now.AddDate(0, 0, 8) }
		_, err = request.TellLate(t.Context(), s.db, access.Machine("reunion"))
		must(t, err)
		b := newBrowser(t, s)
		p := b.post("/suivi", url.Values{"reference": {r.Reference}, "secret": {r.Secret}}).sound()
		said := inWords(p.text())
		for _, want := range []string{"Nous avons du retard. Personne de l'équipe n'a encore pu la prendre.", "0262 00 00 01", "La Réunion ; Mayotte"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in: %s", want, said)
			}
		}
	})
}

// The gateway's door: nobody without the token, and then a call back and what
// became of a message.
func TestSMSHook(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		w := town{site: s}
		id := arrive(t, s, "reunion", func(f *request.Fields) { f.News, f.Phone = mail.BySMS, "0692 00 12 34" })
		send := func(token, body string) int {
			return w.knock(t, knock{method: "POST", path: "/passerelle/sms", body: mustQuery(t, body), header: map[string]string{"Authorization": "Bearer " + token}}).Code
		}
		for _, wrong := range []string{"", "a-token", gatewayToken + "x"} {
			if got := send(wrong, "from=%2B262692001234&text=1&id=1"); got != http.StatusNotFound {
				t.Errorf("with %q: %d", wrong, got)
			}
		}
		nurse := access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse}
		calls := func() []news.Line {
			board, err := news.Todo(t.Context(), s.db, nurse)
			must(t, err)
			return board.Calls
		}
		if len(calls()) != 0 {
			t.Fatal("a stranger put someone on the list")
		}
		for _, body := range []string{"from=%2B262692001234&text=1&id=1", "from=%2B262692001234&text=1&id=1", "from=%2B33600000000&text=1&id=2", "id=9&status=delivered", "nothing"} {
			if got := send(gatewayToken, body); got != http.StatusOK {
				t.Errorf("%s: %d", body, got)
			}
		}
		if c := calls(); len(c) != 1 || c[0].Request != id {
			t.Errorf("calls: %+v", c)
		}
		must(t, s.db.Write(t.Context(), nurse.Act("test", string(id)), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE message SET state = 'sent', provider = 'gw7' WHERE request = $1 AND way = 'sms'`, id)
		}))
		send(gatewayToken, "id=gw7&status=failed")
		board, err := news.Todo(t.Context(), s.db, nurse)
		if err != nil || len(board.Failed) != 1 || board.Failed[0].Why != mail.WhyLost {
			t.Errorf("%+v %v", board.Failed, err)
		}
	})
}

func mustQuery(t *testing.T, s string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(s)
	must(t, err)
	return v
}

// The state page tells everyone what is promised and when it was checked, and a
// desk its own part; it claims no copy where there is none.
func TestStatePage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		p := newBrowser(t, s).get("/etat")
		p.check()
		said := inWords(p.text())
		for _, want := range []string{"Dernière sauvegarde Jamais", "Aucune. Si la machine est perdue", "essai"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in: %s", want, said)
			}
		}
		if strings.Contains(said, "Votre bureau") {
			t.Error("a stranger sees a desk's part")
		}
		must(t, s.db.Note(t.Context(), store.BackupFact, true))
		must(t, s.db.Note(t.Context(), store.DoctorFact, false))
		p = staff(t, s, "reunion", access.Nurse).get("/etat").sound()
		said = inWords(p.text())
		if strings.Contains(said, "Dernière sauvegarde Jamais") || !strings.Contains(said, "Quelque chose n'allait pas") || !strings.Contains(said, "Votre bureau") {
			t.Errorf("the desk reads: %s", said)
		}
	})
}
