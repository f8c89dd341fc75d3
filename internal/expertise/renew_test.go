package expertise_test

import (
	"strings"
	"testing"

	"phare"
	"phare/internal/expertise"
)

// A question's form that is sent again after its link was renewed is still the
// same question: it asks no second one, and brings no dead link back.
func TestFormSentAfterRenewal(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		f := d.form(nil)
		q, first, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		must(t, err)
		renewal := phare.NewForm()
		_, second, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: renewal})
		must(t, err)

		again, link, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f)
		if err != nil || again.ID != q.ID || link != "" {
			t.Errorf("asked again: %s, link %q, %v; want %s without link", again.ID, link, err, q.ID)
		}
		if n := d.number(`SELECT count(*) FROM question`); n != 1 {
			t.Errorf("%d questions, want 1", n)
		}
		if n := d.number(`SELECT count(*) FROM message WHERE kind = 'question'`); n != 2 {
			t.Errorf("%d messages, want the first link and the renewed one", n)
		}
		if _, _, err := expertise.Renew(t.Context(), d.db, d.links(), d.nurse, expertise.Renewal{Question: q.ID, Form: f.Form}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("renewed with the form that asked: %v", err)
		}
		if _, _, err := expertise.FromLink(t.Context(), d.db, d.key, strings.TrimPrefix(first, base+"/avis/")); phare.KindOf(err) != phare.NotFound {
			t.Errorf("the first link: %v", err)
		}
		d.bearer(strings.TrimPrefix(second, base+"/avis/"))

		// The page that follows either form finds the question; only the living link is shown.
		for form, want := range map[string]string{f.Form: "", renewal: second} {
			shown, link, err := expertise.Handover(t.Context(), d.db, d.links(), d.nurse, form)
			if err != nil || shown.ID != q.ID || link != want {
				t.Errorf("page after a form: %s, link %q, want %q, %v", shown.ID, link, want, err)
			}
		}
		f.Form = renewal // a form that made a link asks nothing
		if _, link, err := expertise.Ask(t.Context(), d.db, d.links(), d.nurse, f); err != nil || link != second {
			t.Errorf("asked with the form of the renewal: %q, %v", link, err)
		}
		if n := d.number(`SELECT count(*) FROM question`); n != 1 {
			t.Errorf("%d questions, want 1", n)
		}
	})
}
