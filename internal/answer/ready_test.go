package answer

import (
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A finished text by someone who cannot sign it makes the signature the next
// action, once; a mark that is left, or a physician's text, changes nothing.
func TestReadyToSign(t *testing.T) {
	done := Draft{Professional: "Voir le centre d’essai.", Family: "Nous vous appelons."}
	marked := Draft{Professional: "Voir le centre d’essai.", Family: "[à compléter : la suite]"}
	again := Draft{Professional: "Voir l’autre centre.", Family: "Nous vous appelons."}
	half := Draft{Professional: "Voir le centre d’essai."}
	type turn struct {
		physician bool
		Draft
	}
	for name, tt := range map[string]struct {
		turns  []turn
		next   string
		events int
		waits  bool
	}{
		"marked":              {[]turn{{Draft: marked}}, request.NextStudy, 0, false},
		"one voice":           {[]turn{{Draft: half}}, request.NextStudy, 0, false},
		"physician":           {[]turn{{true, done}}, request.NextStudy, 0, false},
		"finished":            {[]turn{{Draft: done}}, NextSign, 1, true},
		"marked, then not":    {[]turn{{Draft: marked}, {Draft: done}}, NextSign, 1, true},
		"finished twice":      {[]turn{{Draft: done}, {Draft: again}}, NextSign, 1, true},
		"then marked":         {[]turn{{Draft: done}, {Draft: marked}}, NextSign, 1, false},
		"then by a physician": {[]turn{{Draft: done}, {true, again}}, NextSign, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				f := newFloor(t, db, nil)
				f.take(t)
				promised := f.request(t).NextAt
				for i, x := range tt.turns {
					by := map[bool]access.Actor{false: f.nurse, true: f.doctor}[x.physician]
					x.Version = int64(i)
					_, err := Write(t.Context(), db, by, f.id, x.Draft)
					must(t, err)
				}
				r := f.request(t)
				if r.Next != tt.next || r.State != request.Open || !r.NextAt.Equal(promised) {
					t.Errorf("the request is %s, next %q by %v", r.State, r.Next, r.NextAt)
				}
				if n := f.count(t, `SELECT count(*) FROM event WHERE kind = 'answer.ready' AND shown_to = 'team'`); n != tt.events {
					t.Errorf("told %d times, want %d", n, tt.events)
				}
				s, err := Look(t.Context(), db, f.nurse, f.id)
				must(t, err)
				if s.AwaitsSignature() != tt.waits {
					t.Errorf("awaits a signature: %v", s.AwaitsSignature())
				}
			})
		})
	}
}

// A correction of a signed text calls the physician again.
func TestReadyAfterCorrection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		version := f.sign(t)
		_, err := Write(t.Context(), db, f.nurse, f.id, Draft{Professional: "Autre centre.", Family: "Nous vous appelons.", Version: version})
		must(t, err)
		if r := f.request(t); r.State != request.Open || r.Next != NextSign {
			t.Errorf("the request is %s, next %q", r.State, r.Next)
		}
		must(t, Sign(t.Context(), db, f.doctor, f.id, version+1))
		if r := f.request(t); r.State != request.Signed || r.Next != NextSend {
			t.Errorf("signed, the request is %s, next %q", r.State, r.Next)
		}
	})
}
