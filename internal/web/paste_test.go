package web_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// typed is a letter with each status once, and a word that must be kept nowhere.
const typedLetter = "Bonjour,\nSacha Pseudonyme tombe souvent. Pas de fièvre. Sa mère a une surdité. Scoliose possible. <b>zanzibar</b>"

// A letter is read, shown with its words marked, and nothing stands ticked; what
// is ticked is entered, and the letter is nowhere afterwards.
func TestPasteALetter(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		t.Cleanup(func() { slog.SetDefault(before) })
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + id + "/signes"
		if link := b.get(at).sound(); !strings.Contains(link.text(), "Coller une lettre") {
			t.Error("the page of signs does not lead to it")
		}
		read := b.post(at+"/lettre", url.Values{"letter": {typedLetter}}).sound()
		if read.Status != 200 || read.Path != at+"/lettre" {
			t.Fatalf("%d at %s: %s", read.Status, read.Path, read.text())
		}
		var marks []string
		for _, m := range read.all("mark") {
			marks = append(marks, words(m))
		}
		if got := strings.Join(marks, "; "); got != "tombe souvent présent; fièvre absent; surdité famille; Scoliose incertain" {
			t.Errorf("marked: %s", got)
		}
		if strings.Contains(string(read.Body), "<b>zanzibar") {
			t.Error("what was pasted became markup")
		}
		for _, want := range []string{"« Pas de »", "« Sa mère »", "« possible »", "« tombe souvent »"} {
			if !strings.Contains(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(read.text()), want) {
				t.Errorf("the page does not show %s", want)
			}
		}
		boxes := 0
		for _, x := range read.all("input") {
			if kind, _ := attr(x, "type"); kind == "checkbox" {
				boxes++
				if _, on := attr(x, "checked"); on {
					t.Error("a sign stands ticked")
				}
			}
		}
		if boxes != 4 {
			t.Errorf("%d signs to tick, not 4", boxes)
		}
		none := b.post(at+"/lettre", url.Values{"do": {"add"}, "letter": {typedLetter}}).sound()
		if none.Status != 422 || len(none.all("mark")) != 4 {
			t.Errorf("nothing ticked: %d, the letter is not there any more", none.Status)
		}
		both := b.post(at+"/lettre", url.Values{"do": {"add"}, "letter": {typedLetter}, "sign.HP:0001945": {"present", "absent"}}).sound()
		if both.Status != 422 || !strings.Contains(both.text(), "à la fois comme présent et comme absent") {
			t.Errorf("present and absent: %d", both.Status)
		}
		done := b.post(at+"/lettre", url.Values{"do": {"add"}, "letter": {typedLetter}, "sign.HP:0002359": {"present"}, "sign.HP:0001945": {"absent"}}).sound()
		if done.Path != at+"?ajoutes=2#ajoutes" || !strings.Contains(done.text(), "2 signes ajoutés.") || !strings.Contains(done.text(), "Chutes fréquentes") || strings.Contains(done.text(), "Scoliose") {
			t.Errorf("at %s: %s", done.Path, done.text())
		}
		if again := b.post(at+"/lettre", url.Values{"letter": {typedLetter}}).sound(); !strings.Contains(again.text(), "déjà noté présent") {
			t.Error("what is known is not shown")
		}
		if strings.Contains(strings.ToLower(log.String()), "zanzibar") {
			t.Error("the letter is in the log")
		}
		nowhereStored(t, s, "zanzibar")
	})
}

// nowhereStored looks for a word in all that the database holds.
func nowhereStored(t *testing.T, s site, word string) {
	t.Helper()
	for _, q := range []string{`SELECT count(*) FROM audit WHERE LOWER(reason) LIKE $1 OR LOWER(subject) LIKE $1`,
		`SELECT count(*) FROM request_sign WHERE LOWER(label) LIKE $1`, `SELECT count(*) FROM event WHERE LOWER(text) LIKE $1`} {
		must(t, s.db.Read(t.Context(), func(v *store.View) error {
			n, err := store.One(v, store.Value[int], q, "%"+word+"%")
			if n > 0 {
				t.Errorf("%q is stored: %s", word, q)
			}
			return err
		}))
	}
}

// The words that decided a status are shown as they are written, apostrophe and
// all; a number that no adding gave is not believed.
func TestPasteCue(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + string(arrive(t, s, "reunion", nil)) + "/signes"
		for _, letter := range []string{"Il n'y a pas d'ataxie.", "Il n’y a pas d’ataxie."} {
			read := plainSpaces(b.post(at+"/lettre", url.Values{"letter": {letter}}).sound().text())
			if !strings.Contains(read, "pas d’ »") {
				t.Errorf("%s: %s", letter, read)
			}
		}
		for _, n := range []string{"5", "-1", "0", "x", "99999999999999999999"} {
			if p := b.get(at + "?ajoutes=" + n).sound(); strings.Contains(p.text(), "ajouté") {
				t.Errorf("%s signs are said to be added to a file that has none", n)
			}
		}
	})
}

// A letter that is missing or too long is refused with a sentence, and kept in
// the page; the story of the request is read with one button; who may not enter
// signs may not read letters either.
func TestPasteRefusals(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", func(f *request.Fields) { f.Story = "Il tombe souvent et marche mal." }))
		b := staff(t, s, "reunion", access.Physician)
		at := "/bureau/demandes/" + id + "/signes"
		if p := b.post(at+"/lettre", url.Values{"letter": {" \n "}}).sound(); p.Status != 422 || !strings.Contains(p.text(), "Collez un texte") {
			t.Errorf("an empty letter: %d", p.Status)
		}
		long := strings.Repeat("é", 15001)
		p := b.post(at+"/lettre", url.Values{"letter": {long}}).sound()
		if p.Status != 422 || !strings.Contains(strings.ReplaceAll(p.text(), "\u202f", " "), "15 001 caractères") || strings.Count(string(p.Body), long) != 1 {
			t.Errorf("a long letter: %d %.300s", p.Status, p.text())
		}
		if p := b.post(at+"/lettre", url.Values{"letter": {long[2:]}}).sound(); p.Status != 200 || !strings.Contains(p.text(), "Aucun signe n’a été reconnu") {
			t.Errorf("a letter of the longest length, without signs: %d", p.Status)
		}
		story := b.submit(b.get(at), "/signes/lettre", nil).sound()
		if len(story.all("mark")) == 0 || !strings.Contains(story.text(), "tombe souvent") {
			t.Errorf("the story: %s", story.text())
		}
		if p := b.get(at + "/lettre?letter=fi%C3%A8vre"); len(p.all("mark")) != 0 {
			t.Error("a letter was taken from the address")
		}
		for role, want := range map[access.Role]int{access.Director: 403, access.Admin: 403, access.Secretary: 200} {
			if p := staff(t, s, "reunion", role).post(at+"/lettre", url.Values{"letter": {"fièvre"}}); p.Status != want {
				t.Errorf("%s gets %d", role, p.Status)
			}
		}
	})
}
