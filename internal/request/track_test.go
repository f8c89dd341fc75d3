package request_test

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func key(err error) string {
	if e, ok := err.(*phare.Error); ok {
		return e.Key
	}
	return ""
}

// wrongSecret differs from a secret in its last digit.
func wrongSecret(secret string) string {
	return secret[:9] + string('0'+(secret[9]-'0'+1)%10)
}

func TestTrack(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, k access.Key) {
		r, err := request.Submit(t.Context(), db, k, access.Anyone("reunion"), request.NewForm(), gp())
		must(t, err)
		got, err := request.Track(t.Context(), db, k, r.Reference, request.ShowSecret(r.Secret))
		if err != nil || got.Reference != r.Reference || got.Platform != "reunion" || got.State != request.Received || !got.Steps[0].Now || got.Steps[1].Done {
			t.Fatalf("status %+v, %v", got, err)
		}
		if _, err := request.Track(t.Context(), db, access.NewKey(), r.Reference, r.Secret); key(err) != "track.refused" {
			t.Errorf("another site's key opens it: %v", err)
		}
		for _, tt := range []struct{ ref, secret, field string }{{"MR-1", r.Secret, "reference"}, {r.Reference, "123", "secret"}} {
			if _, err := request.Track(t.Context(), db, k, tt.ref, tt.secret); faulty(err) != tt.field {
				t.Errorf("Track(%q) = %v, want a fault on %s", tt.ref, err, tt.field)
			}
		}
		state(t, db, r.Request, request.Open, "")
		state(t, db, r.Request, request.Asked, "")
		state(t, db, r.Request, request.Signed, "")
		if got, _ = request.Track(t.Context(), db, k, r.Reference, r.Secret); !got.Steps[2].Done || !got.Steps[3].Now || got.Steps[4].Done || !got.SentAt.IsZero() {
			t.Errorf("signed: %+v", got.Steps)
		}
		db.Now = func() time.Time { return r.NextAt.Add(time.Second) }
		if got, _ = request.Track(t.Context(), db, k, r.Reference, r.Secret); !got.Late {
			t.Error("the promised date has passed and nobody is told")
		}
		state(t, db, r.Request, request.Closed, request.Withdrawn)
		if got, _ = request.Track(t.Context(), db, k, r.Reference, r.Secret); got.Steps[3].Done || !got.Steps[4].Now || !got.NextAt.IsZero() || got.Late || !got.SentAt.IsZero() {
			t.Errorf("withdrawn: %+v", got)
		}
		answered, err := request.Submit(t.Context(), db, k, access.Anyone("reunion"), request.NewForm(), gp())
		must(t, err)
		for _, next := range []request.State{request.Open, request.Signed} {
			state(t, db, answered.Request, next, "")
		}
		state(t, db, answered.Request, request.Closed, request.Sent)
		if got, _ = request.Track(t.Context(), db, k, answered.Reference, answered.Secret); !got.SentAt.Equal(db.Now()) {
			t.Errorf("the answer left at %v", got.SentAt)
		}
	})
}

// Unknown and wrong get one answer, also when they are locked; a lock ends
// after a day, and the desk can lift it.
func TestTrackLimits(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, k access.Key) {
		r, err := request.Submit(t.Context(), db, k, access.Anyone("reunion"), request.NewForm(), gp())
		must(t, err)
		gone, err := request.Submit(t.Context(), db, k, access.Anyone("reunion"), request.NewForm(), gp())
		must(t, err)
		must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "t", Verb: "test", Subject: "x"}, func(tx *store.Tx) error {
			for _, table := range []string{"event WHERE request", "message WHERE request", "request_word WHERE request", "move WHERE request", "request WHERE id"} {
				if err := tx.Exec(`DELETE FROM `+table+` = $1`, gone.Request); err != nil {
					return err
				}
			}
			return nil
		}))
		for try := 1; try <= 7; try++ {
			want := "track.refused"
			if try > 5 {
				want = "track.locked"
			}
			for _, ref := range []string{r.Reference, gone.Reference} {
				if _, err := request.Track(t.Context(), db, k, ref, wrongSecret(r.Secret)); key(err) != want {
					t.Errorf("try %d of %s: %v, want %s", try, ref, err, want)
				}
			}
		}
		if _, err := request.Track(t.Context(), db, k, r.Reference, r.Secret); key(err) != "track.locked" {
			t.Errorf("locked, and yet: %v", err)
		}
		db.Now = func() time.Time { return storetest.Noon.Add(24 * time.Hour) }
		if _, err := request.Track(t.Context(), db, k, r.Reference, r.Secret); err != nil {
			t.Errorf("after a day: %v", err)
		}
		// Failures far apart never lock.
		for i := range 10 {
			db.Now = func() time.Time { return storetest.Noon.Add(48*time.Hour + time.Duration(i)*16*time.Minute) }
			if _, err := request.Track(t.Context(), db, k, r.Reference, wrongSecret(r.Secret)); key(err) != "track.refused" {
				t.Errorf("slow try %d: %v", i, err)
			}
		}
		must(t, request.PurgeTracks(t.Context(), db))
	})
}

// The desk gives a new secret: it opens, the old one does not, and a lock is lifted.
func TestReissue(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, k access.Key) {
		form := request.NewForm()
		r, err := request.Submit(t.Context(), db, k, access.Anyone("reunion"), form, gp())
		must(t, err)
		for range 6 {
			request.Track(t.Context(), db, k, r.Reference, wrongSecret(r.Secret))
		}
		for _, tt := range []struct {
			by   access.Actor
			kind phare.Kind
		}{
			{access.Anyone("reunion"), phare.Forbidden},
			{access.Actor{ID: "n", Platform: "guyane", Role: access.Nurse}, phare.NotFound},
		} {
			if _, err := request.Reissue(t.Context(), db, k, tt.by, r.Request); phare.KindOf(err) != tt.kind || err == nil {
				t.Errorf("Reissue by %s: %v", tt.by.Platform, err)
			}
		}
		secret, err := request.Reissue(t.Context(), db, k, access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}, r.Request)
		must(t, err)
		if _, err := request.Track(t.Context(), db, k, r.Reference, r.Secret); key(err) != "track.refused" {
			t.Errorf("the old secret still opens: %v", err)
		}
		if _, err := request.Track(t.Context(), db, k, r.Reference, secret); err != nil {
			t.Errorf("the new secret: %v", err)
		}
		if again, err := request.FindReceipt(t.Context(), db, k, access.Anyone("reunion"), form); err != nil || again.Secret != "" {
			t.Errorf("the receipt still tells a void secret: %+v, %v", again, err)
		}
	})
}

// A look by the pass of a tracking page is written down as one by the code is, and
// one by a pass that opens nothing is not.
func TestTrackAgainIsWritten(t *testing.T) {
	eachDesk(t, func(t *testing.T, db *store.DB, key access.Key) {
		_, form := sent(t, db, key)
		receipt, err := request.FindReceipt(t.Context(), db, key, access.Anyone("reunion"), form)
		must(t, err)
		status, err := request.Track(t.Context(), db, key, receipt.Reference, receipt.Secret)
		must(t, err)
		entries := func(want int) {
			t.Helper()
			must(t, db.Read(t.Context(), func(v *store.View) error {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = 'request.track' AND subject = $1`, receipt.Reference)
				if n != want {
					t.Errorf("%d entries, want %d", n, want)
				}
				return err
			}))
		}
		entries(1)
		_, err = request.TrackAgain(t.Context(), db, key, receipt.Reference, status.Pass)
		must(t, err)
		entries(2)
		if _, err := request.TrackAgain(t.Context(), db, key, receipt.Reference, "1."+status.Pass); err == nil {
			t.Error("a pass that was changed opens")
		}
		entries(2)
	})
}
