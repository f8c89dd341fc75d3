package answer

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// floor is a desk with a request in hand, and a second desk elsewhere.
type floor struct {
	db                                           *store.DB
	key                                          access.Key
	nurse, secretary, doctor, director, stranger access.Actor
	id                                           phare.ID
	reference, secret                            string
}

func newFloor(t *testing.T, db *store.DB, change func(*request.Fields)) floor {
	t.Helper()
	f := floor{db: db, key: access.NewKey()}
	for _, p := range []string{"ici", "ailleurs"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	}
	f.nurse = f.hire(t, "ici", access.Nurse)
	f.secretary = f.hire(t, "ici", access.Secretary)
	f.doctor = f.hire(t, "ici", access.Physician)
	f.director = f.hire(t, "ici", access.Director)
	f.stranger = f.hire(t, "ailleurs", access.Physician)
	fields := request.Fields{Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis, FamilyName: "Payet-Inventé", FirstName: "Lou", BirthDate: "2019-03-12",
		Sex: "female", Question: "Quel centre ?", Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Mail: "ida@fictive.example", Consent: "yes"}
	if change != nil {
		change(&fields)
	}
	receipt, err := request.Submit(t.Context(), db, f.key, access.Anyone("ici"), request.NewForm(), fields)
	must(t, err)
	f.id, f.reference, f.secret = receipt.Request, receipt.Reference, receipt.Secret
	return f
}

func (f floor) hire(t *testing.T, platform string, role access.Role) access.Actor {
	t.Helper()
	a := access.Actor{ID: string(phare.NewID()), Platform: platform, Role: role, Name: "Personne " + string(role)}
	act := store.Act{Platform: platform, Actor: "system", Verb: "account.add", Subject: a.ID}
	must(t, f.db.Write(t.Context(), act, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ($1, $2, $1, $3, $4, '', '', 0, true, 0, '', $5)`, a.ID, platform, a.Name, string(role), tx.Now)
	}))
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (f floor) take(t *testing.T) {
	t.Helper()
	must(t, request.Take(t.Context(), f.db, f.nurse, request.Ref{ID: f.id, Version: f.request(t).Version}))
}

func (f floor) request(t *testing.T) (r request.Request) {
	t.Helper()
	must(t, f.db.Read(t.Context(), func(v *store.View) (err error) {
		r, err = request.Find(v, f.nurse, f.id)
		return err
	}))
	return r
}

func (f floor) answer(t *testing.T) (a Answer) {
	t.Helper()
	must(t, f.db.Read(t.Context(), func(v *store.View) (err error) {
		a, err = find(v, f.nurse, f.id)
		return err
	}))
	return a
}

func (f floor) count(t *testing.T, query string, args ...any) (n int) {
	t.Helper()
	must(t, f.db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query, args...)
		return err
	}))
	return n
}

func (f floor) write(t *testing.T, version int64) int64 {
	t.Helper()
	v, err := Write(t.Context(), f.db, f.nurse, f.id, Draft{Professional: "Voir le centre d’essai.", Family: "Nous vous appelons.", Version: version})
	must(t, err)
	return v
}

func (f floor) sign(t *testing.T) int64 {
	t.Helper()
	f.take(t)
	version := f.write(t, 0)
	must(t, Sign(t.Context(), f.db, f.doctor, f.id, version))
	return version + 1
}

// send sends by mail and returns the token of the link that was queued.
func (f floor) send(t *testing.T) string {
	t.Helper()
	must(t, Send(t.Context(), f.db, f.key, f.secretary, Sending{Request: f.id, Version: f.sign(t), Way: ByMail, Base: "https://phare.example"}))
	link := storetest.Clear(t, f.db, "message.link", `kind = 'answer'`)[0]
	token, ok := strings.CutPrefix(link, "https://phare.example"+Path)
	if !ok {
		t.Fatalf("the link is %q", link)
	}
	return token
}

// refused holds that err is of a kind with a key, and that nothing was written.
func (f floor) refused(t *testing.T, what string, err error, kind phare.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want kind %d %s", what, err, kind, key)
	}
}

func TestWriteRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		good := Draft{Professional: "a", Family: "b"}
		write := func(by access.Actor, id phare.ID, d Draft) error {
			_, err := Write(t.Context(), db, by, id, d)
			return err
		}
		f.refused(t, "not taken", write(f.nurse, f.id, good), phare.Conflict, "answer.early")
		f.take(t)
		f.refused(t, "secretary", write(f.secretary, f.id, good), phare.Forbidden, "error.forbidden")
		f.refused(t, "director", write(f.director, f.id, good), phare.Forbidden, "error.forbidden")
		f.refused(t, "nobody", write(access.Actor{}, f.id, good), phare.Forbidden, "error.forbidden")
		f.refused(t, "other desk", write(f.stranger, f.id, good), phare.NotFound, "error.notfound")
		f.refused(t, "unknown", write(f.nurse, phare.NewID(), good), phare.NotFound, "error.notfound")
		f.refused(t, "empty", write(f.nurse, f.id, Draft{}), phare.Invalid, "answer.empty")
		f.refused(t, "never seen", write(f.nurse, f.id, Draft{Professional: "a", Version: 3}), phare.Conflict, "error.conflict")
		if n := f.count(t, `SELECT count(*) FROM answer`); n != 0 {
			t.Fatalf("refusals left %d answers", n)
		}
		if v := f.write(t, 0); v != 1 {
			t.Errorf("the first version is %d", v)
		}
		f.refused(t, "stale", write(f.nurse, f.id, good), phare.Conflict, "error.conflict")
		if a := f.answer(t); a.Professional != "Voir le centre d’essai." {
			t.Errorf("a stale text replaced the stored one: %q", a.Professional)
		}
		must(t, request.Close(t.Context(), db, f.nurse, request.Ref{ID: f.id, Version: f.request(t).Version}, request.Ending{Reason: request.Withdrawn, Words: "par téléphone"}))
		f.refused(t, "closed", write(f.nurse, f.id, Draft{Professional: "a", Version: 1}), phare.Conflict, "answer.closed")
	})
}

func TestSignRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		sign := func(by access.Actor, id phare.ID, version int64) error { return Sign(t.Context(), db, by, id, version) }
		f.take(t)
		f.refused(t, "nothing written", sign(f.doctor, f.id, 0), phare.Invalid, "answer.professional.missing")
		_, err := Write(t.Context(), db, f.nurse, f.id, Draft{Professional: "fait", Family: "[à compléter : la suite]"})
		must(t, err)
		f.refused(t, "unfinished", sign(f.doctor, f.id, 1), phare.Invalid, "answer.family.unfinished")
		f.write(t, 1)
		f.refused(t, "nurse", sign(f.nurse, f.id, 2), phare.Forbidden, "error.forbidden")
		f.refused(t, "other desk", sign(f.stranger, f.id, 2), phare.NotFound, "error.notfound")
		f.refused(t, "stale", sign(f.doctor, f.id, 1), phare.Conflict, "error.conflict")
		if a := f.answer(t); a.IsSigned() {
			t.Fatal("a refusal signed")
		}
		must(t, sign(f.doctor, f.id, 2))
		a, r := f.answer(t), f.request(t)
		if a.Signer != f.doctor.ID || a.SignerName != f.doctor.Name || !a.SignedAt.Equal(storetest.Noon) {
			t.Errorf("signed by %q %q at %v", a.Signer, a.SignerName, a.SignedAt)
		}
		if r.State != request.Signed || r.Next != NextSend || r.NextAt.After(storetest.Noon.Add(sendWithin)) {
			t.Errorf("the request is %s, next %s at %v", r.State, r.Next, r.NextAt)
		}
		f.refused(t, "twice", sign(f.doctor, f.id, 3), phare.Conflict, "error.conflict")
	})
}

// Changing a signed answer takes the signature away and keeps what was signed;
// saving it unchanged does not.
func TestCorrecting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		version := f.sign(t)
		if v := f.write(t, version); v != version || !f.answer(t).IsSigned() {
			t.Fatal("saving the same text took the signature away")
		}
		v, err := Write(t.Context(), db, f.nurse, f.id, Draft{Professional: "Autre centre.", Family: "Nous vous appelons.", Version: version})
		must(t, err)
		a, r := f.answer(t), f.request(t)
		if a.IsSigned() || !a.SignedAt.IsZero() || a.Professional != "Autre centre." || v != version+1 || r.State != request.Open {
			t.Errorf("after a correction: signed %v, version %d, request %s", a.IsSigned(), v, r.State)
		}
		s, err := Look(t.Context(), db, f.nurse, f.id)
		must(t, err)
		if len(s.Earlier) != 1 || s.Earlier[0].Professional != "Voir le centre d’essai." || s.Earlier[0].SignerName != f.doctor.Name || s.Earlier[0].EndedBy != f.nurse.Name || !s.Earlier[0].SignedAt.Equal(storetest.Noon) {
			t.Errorf("kept: %+v", s.Earlier)
		}
		f.refused(t, "send unsigned", Send(t.Context(), db, f.key, f.secretary, Sending{Request: f.id, Version: v, Way: ByPost}), phare.Conflict, "answer.unsigned")
		must(t, Sign(t.Context(), db, f.doctor, f.id, v))
		if n := f.count(t, `SELECT count(*) FROM event WHERE request = $1 AND kind = 'answer.signed'`, f.id); n != 2 {
			t.Errorf("%d signatures on the timeline, want 2", n)
		}
	})
}

func TestSendRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, func(x *request.Fields) { x.Mail = "" })
		send := func(by access.Actor, in Sending) error { return Send(t.Context(), db, f.key, by, in) }
		f.refused(t, "nothing", send(f.secretary, Sending{Request: f.id, Way: ByPost}), phare.Conflict, "answer.unsigned")
		version := f.sign(t)
		in := Sending{Request: f.id, Version: version, Way: ByPost}
		f.refused(t, "director", send(f.director, in), phare.Forbidden, "error.forbidden")
		f.refused(t, "other desk", send(f.stranger, in), phare.NotFound, "error.notfound")
		f.refused(t, "no way", send(f.secretary, Sending{Request: f.id, Version: version}), phare.Invalid, "answer.way.missing")
		f.refused(t, "no address", send(f.secretary, Sending{Request: f.id, Version: version, Way: ByMail}), phare.Invalid, "answer.way.nomail")
		f.refused(t, "stale", send(f.secretary, Sending{Request: f.id, Version: version - 1, Way: ByPost}), phare.Conflict, "error.conflict")
		if a, r := f.answer(t), f.request(t); a.IsSent() || r.State != request.Signed {
			t.Fatal("a refusal sent")
		}
		must(t, send(f.secretary, in))
		a, r := f.answer(t), f.request(t)
		if !a.SentAt.Equal(storetest.Noon) || a.Way != ByPost || a.token != "" || r.State != request.Closed || r.CloseReason != request.Sent {
			t.Errorf("after sending: %v %q %q, request %s %s", a.SentAt, a.Way, a.token, r.State, r.CloseReason)
		}
	})
}

// A double click sends once.
func TestSendOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		in := Sending{Request: f.id, Version: f.sign(t), Way: ByMail, Base: "https://phare.example"}
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() { errs[i] = Send(t.Context(), db, f.key, f.secretary, in) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		messages := f.count(t, `SELECT count(*) FROM message WHERE kind = 'answer'`)
		acts := f.count(t, `SELECT count(*) FROM audit WHERE verb = 'answer.send'`)
		events := f.count(t, `SELECT count(*) FROM event WHERE kind = 'answer.sent.mail'`)
		if messages != 1 || acts != 1 || events != 1 {
			t.Errorf("%d messages, %d acts, %d events, want one of each", messages, acts, events)
		}
	})
}

// The link alone opens nothing, the secret alone opens nothing; both open the
// letter, and the first opening is a dated fact.
func TestOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		token := f.send(t)
		open := func(token, secret string) error {
			s, err := Open(t.Context(), db, f.key, token, secret)
			if err != nil && !reflect.DeepEqual(s, Sheet{}) {
				t.Error("a refusal carries the answer")
			}
			return err
		}
		f.refused(t, "no secret", open(token, "12"), phare.Invalid, "track.secret.bad")
		f.refused(t, "wrong secret", open(token, "0000000000"), phare.Invalid, "answer.refused")
		f.refused(t, "unknown link", open(access.NewToken(), f.secret), phare.Invalid, "answer.refused")
		f.refused(t, "empty link", open("", f.secret), phare.Invalid, "answer.refused")
		f.refused(t, "odd link", open(strings.Repeat("é", 43), f.secret), phare.Invalid, "answer.refused")
		if !f.answer(t).OpenedAt.IsZero() {
			t.Fatal("a refusal opened it")
		}
		s, err := Open(t.Context(), db, f.key, token, request.ShowSecret(f.secret))
		must(t, err)
		if s.Answer.Professional != "Voir le centre d’essai." || s.Desk.Name != "Plateforme ici" || s.Voice() != Professional {
			t.Errorf("opened %+v", s)
		}
		db.Now = func() time.Time { return storetest.Noon.Add(time.Hour) }
		_, err = Open(t.Context(), db, f.key, token, f.secret)
		must(t, err)
		if at := f.answer(t).OpenedAt; !at.Equal(storetest.Noon) {
			t.Errorf("first opened at %v", at)
		}
		if n := f.count(t, `SELECT count(*) FROM audit WHERE verb = 'answer.read' AND platform = 'ici'`); n != 2 {
			t.Errorf("%d readings in the trail, want 2", n)
		}
		if n := f.count(t, `SELECT count(*) FROM audit WHERE subject LIKE $1`, "%"+token[:16]+"%"); n != 0 {
			t.Error("the trail holds the link's secret")
		}
	})
}

// Five wrong secrets lock the reference, at this door and at tracking; a link
// that does not exist is locked alike.
func TestOpenLocks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		real, made := f.send(t), access.NewToken()
		for _, token := range []string{real, made} {
			for range 5 {
				_, err := Open(t.Context(), db, f.key, token, "0000000000")
				f.refused(t, "wrong", err, phare.Invalid, "answer.refused")
			}
			_, err := Open(t.Context(), db, f.key, token, f.secret)
			f.refused(t, "locked", err, phare.Invalid, "track.locked")
		}
		_, err := request.Track(t.Context(), db, f.key, f.reference, f.secret)
		f.refused(t, "tracking", err, phare.Invalid, "track.locked")
		db.Now = func() time.Time { return storetest.Noon.Add(25 * time.Hour) }
		if _, err := Open(t.Context(), db, f.key, real, f.secret); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// An answer that has been signed, or written, is seen by its desk only, and
// each look is in the trail.
func TestLook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db, nil)
		f.sign(t)
		_, err := Look(t.Context(), db, f.stranger, f.id)
		f.refused(t, "other desk", err, phare.NotFound, "error.notfound")
		_, err = Look(t.Context(), db, f.director, f.id)
		f.refused(t, "director", err, phare.Forbidden, "error.forbidden")
		if n := f.count(t, `SELECT count(*) FROM audit WHERE verb = 'answer.look'`); n != 0 {
			t.Errorf("%d looks in the trail before the first", n)
		}
		s, err := Look(t.Context(), db, f.secretary, f.id)
		must(t, err)
		if s.Answer.Family != "Nous vous appelons." || s.Guard() != "PAYET-INVENTÉ Lou" || s.BirthDate() != "2019-03-12" {
			t.Errorf("looked at %+v", s)
		}
		a, err := Status(t.Context(), db, f.secretary, f.id)
		must(t, err)
		if !a.IsSigned() || a.Family != "" || a.Professional != "" {
			t.Error("the status carries the text")
		}
		if n := f.count(t, `SELECT count(*) FROM audit WHERE verb = 'answer.look' AND actor = $1`, f.secretary.ID); n != 1 {
			t.Errorf("%d looks in the trail, want 1", n)
		}
	})
}
