package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/consent"
	"phare/internal/request"
)

// Ask 26: while the person's word keeps an answer from leaving, the page says so before
// anyone signs, and the signature tells the requester nothing: no message, no line of
// the list of calls, no word of tracking or of the telephone says that an answer is
// ready. It is said as soon as it may leave, and no more once it may not again.
func TestBarredAnswerIsNotAnnounced(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, func(f *request.Fields) { f.News = "phone" }) // whose line would wait to be called
		code, err := request.Reissue(t.Context(), s.db, s.key, l.nurse, id)
		must(t, err)
		doctor := staff(t, s, "reunion", access.Physician)
		file := "/bureau/demandes/" + string(id)
		follow := func() string {
			return visible(doctor.post("/suivi", url.Values{"reference": {l.read(t, id).Reference}, "secret": {code}}).Body)
		}
		announced := func(when string, want bool) {
			t.Helper()
			if got := strings.Contains(follow(), "Elle va vous être transmise"); got != want {
				t.Errorf("%s, tracking announces it: %v", when, got)
			}
			if got := strings.Contains(doctor.get(file).text(), "Elle part vers vous"); got != want {
				t.Errorf("%s, the phrase for the telephone announces it: %v", when, got)
			}
		}
		waiting := func() int {
			return count(t, s.db, `message WHERE kind = 'news.ready' AND state IN ('waiting', 'sent')`)
		}

		free := doctor.get(file + "/reponse").sound()
		if strings.Contains(free.text(), "ne peut pas partir") {
			t.Fatalf("nobody has objected yet: %s", free.text())
		}
		l.note(t, id, consent.Team, consent.Opposed, nil)
		doctor = staff(t, s, "reunion", access.Physician) // hours have gone by
		page := doctor.get(file + "/reponse").sound()
		if !strings.Contains(page.text(), "Cette réponse ne peut pas partir. La personne s’oppose au partage avec ce professionnel.") {
			t.Errorf("the page does not say it before the signature: %s", page.text())
		}
		version := l.answer(t, id)
		if n := waiting(); n != 0 {
			t.Errorf("%d messages announce an answer that may not leave", n)
		}
		announced("barred", false)
		if told := follow(); strings.Contains(told, "Réponse prête fait") || !strings.Contains(told, "s’occupe de votre demande") {
			t.Errorf("tracking of one that is barred: %s", told)
		}
		refusedFor(t, "to send it", l.send(t, id))

		l.note(t, id, consent.Team, consent.Informed, nil)
		doctor = staff(t, s, "reunion", access.Physician)
		announced("free again", true)
		if page := doctor.get(file + "/reponse").sound(); strings.Contains(page.text(), "ne peut pas partir") {
			t.Errorf("free again: %s", page.text())
		}

		// Corrected and signed while it may leave, it is announced; the line that waits
		// to be called goes with the next refusal.
		l.later()
		version, err = answer.Write(t.Context(), l.db, l.nurse, id, answer.Draft{Professional: "Voir l’autre centre.", Family: "Nous vous appelons.", Version: version})
		must(t, err)
		must(t, answer.Sign(t.Context(), l.db, l.doctor, id, version))
		if n := waiting(); n != 1 {
			t.Fatalf("%d lines wait to tell of it, want 1", n)
		}
		l.note(t, id, consent.Team, consent.Opposed, nil)
		if n := waiting(); n != 0 {
			t.Errorf("%d lines still tell of an answer that may not leave", n)
		}
	})
}
