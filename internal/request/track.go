package request

import (
	"cmp"
	"context"
	"crypto/subtle"
	"slices"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/store"
)

// Limits of tracking: so many wrong secrets within the span lock a reference.
const (
	trackFailures = 5
	trackSpan     = time.Hour
	trackLock     = 24 * time.Hour
)

// Step is one of the five steps that a requester sees.
type Step struct {
	Name string // "received", "read", "asked", "ready", "closed"
	At   time.Time
	Done bool
	Now  bool // the last one reached
}

// Status is all that tracking tells: no name, no health word.
type Status struct {
	Platform  string
	Reference string
	State     State
	Steps     []Step
	NextAt    time.Time // promised date of next news; zero once closed
	Zone      string    // the clock of whoever asked, if known
	Taken     bool      // someone of the team holds it
	SentAt    time.Time // when an answer last left; zero until then, and if there was none
	Late      bool
	Papers    []Paper // the documents of the requester; never their names
	Pass      string  // joins documents for PassWindow without the secret; empty once closed
}

// Paper is all that tracking tells of a document.
type Paper struct {
	Photo bool // else a PDF
	At    time.Time
}

// PapersLeft is how many documents the requester can still join.
func (s Status) PapersLeft() int { return max(0, attachment.PublicFiles-len(s.Papers)) }

// PassWindow is how long a tracking page that was opened can be used to join
// documents.
const PassWindow = time.Hour

// passFor is a pass to join documents to a request. A new secret makes it void.
func passFor(key access.Key, r Request, until time.Time) string {
	end := strconv.FormatInt(until.Unix(), 10)
	return end + "." + key.Mac("pass", r.Reference+" "+r.secret+" "+end)
}

// Track returns where a request stands to someone who has its reference and
// its secret. An unknown reference, a wrong secret and a purged request get the
// same answer for the same work; so does a locked reference, known or not.
func Track(ctx context.Context, db *store.DB, key access.Key, reference, secret string) (Status, error) {
	r, err := tracked(ctx, db, key, reference, secret)
	if err != nil {
		return Status{}, err
	}
	s := statusOf(r, db.Now())
	if r.State != Closed {
		s.Pass = passFor(key, r, db.Now().Add(PassWindow))
	}
	err = db.Read(ctx, func(v *store.View) error { return s.fill(v, r) })
	return s, err
}

// fill reads what a status has beside the request itself.
func (s *Status) fill(v *store.View, r Request) (err error) {
	if s.Papers, err = papersOf(v, r); err == nil && r.State != Closed {
		s.NextAt, err = promise(v, r)
	}
	return err
}

func papersOf(v *store.View, r Request) (all []Paper, err error) {
	files, err := attachment.Of(v, fileOf(r))
	for _, f := range files {
		if f.IsPublic() {
			all = append(all, Paper{f.IsPhoto(), f.AddedAt})
		}
	}
	return all, err
}

// TrackAgain is Track with the pass of a page that was opened before. The pass lasts
// no longer by it, and the look is written down like any other.
func TrackAgain(ctx context.Context, db *store.DB, key access.Key, reference, pass string) (s Status, err error) {
	r, err := byPass(ctx, db, key, reference, pass)
	if err != nil {
		return s, err
	}
	act := store.Act{Platform: "-", Actor: "public", Verb: "request.track", Subject: r.Reference}
	if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
		return s, err
	}
	if s = statusOf(r, db.Now()); r.State != Closed {
		s.Pass = pass
	}
	err = db.Read(ctx, func(v *store.View) error { return s.fill(v, r) })
	return s, err
}

// TrackByPass is TrackFor with the pass of a tracking page.
func TrackByPass(ctx context.Context, db *store.DB, key access.Key, reference, pass string) (platform string, id phare.ID, err error) {
	r, err := byPass(ctx, db, key, reference, pass)
	return r.Platform, r.ID, err
}

// byPass is the request that a reference and a pass open.
func byPass(ctx context.Context, db *store.DB, key access.Key, reference, pass string) (r Request, err error) {
	ref, _ := ParseReference(reference)
	end, _, _ := strings.Cut(pass, ".")
	until, _ := strconv.ParseInt(end, 10, 64)
	err = db.Read(ctx, func(v *store.View) error {
		secret, err := store.One(v, store.Value[string], `SELECT secret FROM request WHERE reference = $1`, ref)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		want := passFor(key, Request{Reference: ref, secret: secret}, time.Unix(until, 0))
		if subtle.ConstantTimeCompare([]byte(pass), []byte(want)) != 1 || secret == "" || !db.Now().Before(time.Unix(until, 0)) {
			return phare.Fault(phare.Invalid, "track.pass.old")
		}
		r, err = store.One(v, scan, `SELECT `+columns+` FROM request WHERE reference = $1`, ref)
		return err
	})
	return r, err
}

// TrackFor is Track for what its requester adds: it names the request.
func TrackFor(ctx context.Context, db *store.DB, key access.Key, reference, secret string) (platform string, id phare.ID, err error) {
	r, err := tracked(ctx, db, key, reference, secret)
	return r.Platform, r.ID, err
}

func tracked(ctx context.Context, db *store.DB, key access.Key, reference, secret string) (Request, error) {
	ref, refGood := ParseReference(reference)
	digits, digitsGood := ParseSecret(secret)
	var refFault, secretFault *phare.Error
	if !refGood {
		refFault = phare.Field("reference", "track.reference.bad")
	}
	if !digitsGood {
		secretFault = phare.Field("secret", "track.secret.bad")
	}
	if err := phare.Faults(refFault, secretFault); err != nil {
		return Request{}, err
	}
	var r Request
	var found, locked bool
	act := store.Act{Platform: "-", Actor: "public", Verb: "request.track", Subject: ref}
	err := db.Write(ctx, act, func(tx *store.Tx) (err error) {
		found, locked = false, false
		// Only the secret is read first: a whole request takes longer to read than none.
		mac, err := store.One(&tx.View, store.Value[string], `SELECT secret FROM request WHERE reference = $1`, ref)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		found = key.Is(mac, secretKind+ref, digits)
		if locked, err = CountTry(tx, ref, found); err != nil || locked || !found {
			return err
		}
		r, err = store.One(&tx.View, scan, `SELECT `+columns+` FROM request WHERE reference = $1`, ref)
		return err
	})
	switch {
	case err != nil:
		return Request{}, err
	case locked:
		return Request{}, phare.Fault(phare.Invalid, "track.locked")
	case !found:
		return Request{}, phare.Fault(phare.Invalid, "track.refused")
	}
	return r, nil
}

// CountTry writes a try of a reference's secret down, here or in the rooms that
// ask the requester for it a second time, and says whether the reference was
// locked before it. It runs the same statements for every outcome.
func CountTry(tx *store.Tx, ref string, good bool) (locked bool, err error) {
	type count struct {
		failures    int
		since, lock time.Time
	}
	c, err := store.One(&tx.View, func(row store.Row) (c count, err error) {
		err = row.Scan(&c.failures, store.Time(&c.since), store.Time(&c.lock))
		return c, err
	}, `SELECT failures, since, locked_until FROM track_failure WHERE reference = $1`, ref)
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return false, err
	}
	locked = tx.Now.Before(c.lock)
	switch {
	case locked:
	case good:
		c = count{since: tx.Now}
	case c.failures == 0 || tx.Now.Sub(c.since) > trackSpan:
		c = count{failures: 1, since: tx.Now}
	default:
		c.failures++
	}
	if c.failures >= trackFailures {
		c.failures, c.lock = 0, tx.Now.Add(trackLock)
	}
	return locked, tx.Exec(`INSERT INTO track_failure (reference, platform, failures, since, locked_until) VALUES ($1, '-', $2, $3, $4)
		ON CONFLICT (reference) DO UPDATE SET failures = $2, since = $3, locked_until = $4`, ref, c.failures, c.since, c.lock)
}

// PurgeTracks forgets tries that no longer count, of any reference.
func PurgeTracks(ctx context.Context, db *store.DB) error {
	act := store.Act{Platform: "-", Actor: "system", Verb: "track.purge", Subject: "track"}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`DELETE FROM track_failure WHERE since < $1 AND locked_until < $2`, tx.Now.Add(-trackSpan), tx.Now)
	})
}

func statusOf(r Request, now time.Time) Status {
	s := Status{Platform: r.Platform, Reference: r.Reference, State: r.State, NextAt: r.NextAt, Late: r.Late(now), Zone: r.Fields.Zone(), Taken: r.Owner != ""}
	if r.State == Closed {
		s.NextAt = time.Time{}
	}
	if s.SentAt = r.GivenAt; r.CloseReason == Sent {
		s.SentAt = cmp.Or(r.GivenAt, r.ClosedAt)
	}
	ready := r.State == Signed || !s.SentAt.IsZero()
	s.Steps = []Step{
		{Name: "received", At: r.CreatedAt, Done: true},
		{Name: "read", At: r.FirstLookAt, Done: !r.FirstLookAt.IsZero()},
		{Name: "asked", At: r.AskedAt, Done: !r.AskedAt.IsZero()},
		{Name: "ready", At: r.SignedAt, Done: ready},
		{Name: "closed", At: r.ClosedAt, Done: r.State == Closed},
	}
	s.markNow()
	return s
}

// markNow marks the last step that was reached.
func (s *Status) markNow() {
	last := 0
	for i := range s.Steps {
		if s.Steps[i].Done {
			last = i
		} else {
			s.Steps[i].At = time.Time{}
		}
	}
	s.Steps[last].Now = true
}

// Stand is where the request stands, in words that agree with its steps: one that was
// read and that nobody has taken yet is "read".
func (s Status) Stand() string {
	if s.State == Received && slices.ContainsFunc(s.Steps, func(x Step) bool { return x.Name == "read" && x.Done }) {
		return "read"
	}
	return string(s.State)
}

// Withhold takes out of what tracking tells that an answer is ready.
func (s *Status) Withhold() {
	s.State = Open
	if !s.SentAt.IsZero() {
		return // another has left before, and its step stands
	}
	for i := range s.Steps {
		if s.Steps[i].Name == "ready" {
			s.Steps[i] = Step{Name: "ready"}
		}
	}
	s.markNow()
}

// Reissue gives a request a new secret, to be read to the requester over the
// telephone once the desk knows who calls, and lifts a lock. The old one is void.
func Reissue(ctx context.Context, db *store.DB, key access.Key, by access.Actor, id phare.ID) (secret string, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	secret = newSecret()
	act := by.Act("request.reissue", string(id))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if err := Tell(tx, by, r, Event{Kind: "reissued", ShownTo: Team}); err != nil {
			return err
		}
		if err := tx.Exec(`DELETE FROM track_failure WHERE reference = $1`, r.Reference); err != nil {
			return err
		}
		return tx.Update(`UPDATE request SET secret = $1 WHERE id = $2 AND platform = $3`,
			macOf(key, r.Reference, secret), r.ID, r.Platform)
	})
	return secret, err
}

// Opens says whether secret, as typed, is that of the request, for the rooms
// that ask the requester for it a second time.
func (r Request) Opens(key access.Key, secret string) bool {
	return r.secret != "" && key.Is(r.secret, secretKind+r.Reference, digitsOf(secret))
}
