package news

import (
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/document"
	"phare/internal/mail"
	"phare/internal/sms"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

func catalogue(t *testing.T) *text.Catalog {
	t.Helper()
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Each SMS fits in one, in both languages, with the longest reference, date and
// number, and with how to be called back.
func TestEverySMSFits(t *testing.T) {
	words := catalogue(t)
	args := map[string]any{"Reference": "MR-WWWW-WWWW", "Short": "28 Sep", "Phone": "+262 262 90 55 55"}
	for _, lang := range text.Langs {
		for _, kind := range Kinds() {
			key := "sms.news." + kind
			if kind == "received" {
				key = "sms.received"
			}
			said := sms.Plain(words.Get(lang, key, args) + " " + words.Get(lang, "sms.callback", nil))
			n, lacks := sms.Places(said)
			if n > sms.Most || lacks != 0 {
				t.Errorf("%s %s: %d places, lacks %q: %s", lang, key, n, lacks, said)
			}
			if !strings.Contains(said, "MR-WWWW-WWWW") || !strings.Contains(said, "+262 262 90 55 55") {
				t.Errorf("%s %s does not say which or whom to call: %s", lang, key, said)
			}
		}
	}
}

// So do those about a form that was begun, which are of no request yet: they hold no
// reference, no name and no word of what is asked.
func TestSMSOfForms(t *testing.T) {
	words := catalogue(t)
	for _, lang := range text.Langs {
		for _, kind := range []string{"draft", "code"} {
			said := sms.Plain(words.Get(lang, "sms."+kind, map[string]any{"Link": "4K82W-77QXM", "Phone": "+262 262 90 55 55", "Reference": "REF"}))
			n, lacks := sms.Places(said)
			if n > sms.Most || lacks != 0 || !strings.Contains(said, "+262 262 90 55 55") || strings.Contains(said, "REF") || strings.Contains(said, "4K82W") != (kind == "code") {
				t.Errorf("%s %s: %d places, lacks %q: %s", lang, kind, n, lacks, said)
			}
		}
	}
}

// desk is a platform whose every word is a canary, with one request.
type desk struct {
	db *store.DB
	by access.Actor // a nurse
	to To
}

const zone = "Indian/Reunion"

func newDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	err := access.AddPlatform(t.Context(), db, access.Platform{ID: "ici", Name: "Plateforme canari-maladies-rares", Team: "canari-génétique", Host: "Hôpital inventé",
		Zone: zone, Phone: "0262 00 00 00", Hours: "8 h à 16 h", Mail: "bureau@phare.example"})
	must(t, err)
	d := desk{db: db, by: access.Actor{ID: "n1", Platform: "ici", Role: access.Nurse, Name: "Aline Essai"}}
	d.to = To{Platform: "ici", Request: "r1", Reference: "MR-7K3F-92QX", Lang: "fr", Mail: "ida@exemple.invalid", Phone: "0692 00 00 01",
		Post: "1 rue Inventée\n97400 Saint-Denis", Centre: "Centre de santé inventé, 0594 00 00 00", Next: storetest.Noon.AddDate(0, 0, 7)}
	must(t, db.Write(t.Context(), d.act(), func(tx *store.Tx) error {
		row := store.SealRow("ici", "request/r1", "request", "r1")
		return tx.Exec(`INSERT INTO request (id, platform, reference, secret, form, form_print, channel, fields, state, owner, awaited, next_action, next_at, version, created_at, first_look_at, closed_at,
			close_reason, asked_at, signed_at, guard, who, question, urgency, requester, place, initials, birth_date, priority)
			VALUES ('r1', 'ici', 'MR-7K3F-92QX', 's', 'f', '', 'web', $1, 'open', '', '', 'study', $2, 1, $3, '', '', '', '', '', '', 'family', '', 'routine', $4, '', '', '', 1)`,
			row.In("fields", `{"first_name":"Canarine"}`), d.to.Next, tx.Now, row.In("requester", "Rosa Canarine"))
	}))
	return d
}

func (d desk) act() store.Act { return d.by.Act("test", "r1") }

func (d desk) tell(t *testing.T, way, kind string) {
	t.Helper()
	to := d.to
	to.Way = way
	must(t, d.db.Write(t.Context(), d.act(), func(tx *store.Tx) error { return Tell(tx, to, kind) }))
}

func (d desk) lines(t *testing.T) (all []Line) {
	t.Helper()
	must(t, d.db.Read(t.Context(), func(v *store.View) (err error) {
		all, _, err = Of(v, d.by, "r1")
		return err
	}))
	return all
}

func (d desk) board(t *testing.T) Board {
	t.Helper()
	b, err := Todo(t.Context(), d.db, d.by)
	must(t, err)
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Every text of every step, by every way, has neither the patient, nor the
// requester, nor the desk's name or team in it; the letter alone has its address.
func TestMessagesTellNothing(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	d, words := newDesk(t, db), catalogue(t)
	platform, err := access.FindPlatform(t.Context(), db, "ici")
	must(t, err)
	seen := 0
	for _, lang := range text.Langs {
		for _, kind := range Kinds() {
			for _, way := range Ways() {
				d.to.Lang = lang
				d.tell(t, way, kind)
			}
		}
	}
	carrier := &carrier{}
	carrier.run(t, db, words)
	for _, l := range carrier.letters {
		seen++
		canary(t, l.Subject+l.Body+l.FromName)
		if !strings.Contains(l.Subject, d.to.Reference) {
			t.Errorf("a mail without reference: %q", l.Subject)
		}
	}
	for _, x := range carrier.texts {
		seen++
		canary(t, x.Words)
	}
	for _, kind := range Kinds() {
		l := Line{Kind: "news." + kind, Lang: "fr", Reference: d.to.Reference, Requester: "Rosa Exemple", To: d.to.Post, facts: `{"next":"2026-03-16T08:00:00Z"}`, zone: zone, Way: mail.ByPost}
		for _, b := range letter(words, l, platform, db).Blocks {
			if b.Kind == document.Address {
				continue
			}
			seen++
			canary(t, b.Text+strings.Join(b.Lines, " "))
		}
	}
	if seen < 100 {
		t.Errorf("only %d texts were looked at", seen)
	}
}

func canary(t *testing.T, s string) {
	t.Helper()
	if strings.Contains(strings.ToLower(s), "canari") || strings.Contains(s, "[") {
		t.Errorf("it tells, or lacks words: %s", s)
	}
}

// Ask 29: a message has the hour of the desk and, where it is another, that of
// whoever reads it, in summer and in winter, in the six territories.
func TestHoursInMessages(t *testing.T) {
	words := catalogue(t)
	winter, summer := time.Date(2026, 1, 15, 20, 30, 0, 0, time.UTC), time.Date(2026, 7, 15, 20, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		zone, reader   string
		winter, summer string // as the message writes when the request was stored
	}{
		{"Indian/Reunion", "", "vendredi 16 janvier 2026, 0 h 30 (La Réunion)", "jeudi 16 juillet 2026, 0 h 30 (La Réunion)"},
		{"Indian/Reunion", "Indian/Mayotte", "vendredi 16 janvier 2026, 0 h 30 (La Réunion ; jeudi 15 janvier 2026, 23 h 30 Mayotte)", "jeudi 16 juillet 2026, 0 h 30 (La Réunion ; mercredi 15 juillet 2026, 23 h 30 Mayotte)"},
		{"America/Guadeloupe", "", "jeudi 15 janvier 2026, 16 h 30 (Guadeloupe)", "mercredi 15 juillet 2026, 16 h 30 (Guadeloupe)"},
		{"America/Martinique", "Europe/Paris", "jeudi 15 janvier 2026, 16 h 30 (Martinique ; 21 h 30 Paris)", "mercredi 15 juillet 2026, 16 h 30 (Martinique ; 22 h 30 Paris)"},
		{"America/Cayenne", "", "jeudi 15 janvier 2026, 17 h 30 (Guyane)", "mercredi 15 juillet 2026, 17 h 30 (Guyane)"},
		{"Europe/Paris", "", "jeudi 15 janvier 2026, 21 h 30 (Paris)", "mercredi 15 juillet 2026, 22 h 30 (Paris)"},
		{"Indian/Mayotte", "", "jeudi 15 janvier 2026, 23 h 30 (Mayotte)", "mercredi 15 juillet 2026, 23 h 30 (Mayotte)"},
	} {
		db := storetest.Open(t, "sqlite")
		for at, want := range map[time.Time]string{winter: tt.winter, summer: tt.summer} {
			db.Now = func() time.Time { return at }
			id := "p" + at.Format("01")
			must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: id, Zone: tt.zone, Phone: "0262", Mail: "a@b.example"}))
			to := To{Platform: id, Request: "r", Reference: "MR-7K3F-92QX", Lang: "fr", Mail: "ida@exemple.invalid", Next: at.AddDate(0, 0, 7), Zone: tt.reader}
			must(t, db.Write(t.Context(), access.Machine(id).Act("test", "r"), func(tx *store.Tx) error { return Tell(tx, to, "received") }))
			var c carrier
			c.run(t, db, words)
			if len(c.letters) != 1 {
				t.Fatalf("%d letters", len(c.letters))
			}
			body := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(c.letters[0].Body)
			if !strings.Contains(body, want+".") {
				t.Errorf("%s for %q: %q is not in %s", tt.zone, tt.reader, want, body)
			}
		}
	}
}
