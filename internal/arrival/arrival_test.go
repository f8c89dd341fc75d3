package arrival_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/arrival"
	"phare/internal/attachment"
	"phare/internal/eml"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestMain(m *testing.M) {
	inspect.IfChild()
	os.Exit(m.Run())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, kind phare.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("%s: %v", what, err)
		return
	}
	for _, one := range e.All() {
		if one.Key == key {
			return
		}
	}
	t.Errorf("%s: %v, want %s", what, err, key)
}

// desk is a desk with a secretary, a nurse and a director.
type desk struct {
	*testing.T
	db                         *store.DB
	key                        access.Key
	taker                      attachment.Taker
	secretary, nurse, director access.Actor
	now                        time.Time
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	r, err := inspect.NewRunner()
	must(t, err)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{T: t, db: db, key: access.NewKey(), taker: attachment.Taker{Inspect: r, Dir: t.TempDir()}, now: storetest.Noon}
		db.Now = func() time.Time { return d.now }
		for _, p := range []string{"reunion", "guyane"} {
			must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: p, Zone: "Indian/Reunion", Territory: "974", Phone: "0262 00 00 01", Mail: p + "@phare.example"}))
		}
		d.secretary, d.nurse, d.director = d.hire("Sec Rétaire", access.Secretary), d.hire("Noé Fictif", access.Nurse), d.hire("Di Recteur", access.Director)
		f(t, d)
	})
}

// hire makes an account that nobody signs in as.
func (d *desk) hire(name string, role access.Role) access.Actor {
	d.Helper()
	a := access.Actor{ID: string(phare.NewID()), Platform: "reunion", Role: role, Name: name}
	must(d.T, d.db.Write(d.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: a.ID}, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ($1, 'reunion', $1, $2, $3, '', '', 0, true, 0, '', $4)`, a.ID, a.Name, string(a.Role), tx.Now)
	}))
	return a
}

const (
	canary = "Zulouqui"
	letter = "From: Dr " + canary + " <dr@cabinet.example>\r\nSubject: Enfant " + canary + "\r\nMessage-ID: <1@cabinet.example>\r\nMIME-Version: 1.0\r\n"
)

func aPicture(shade byte) []byte {
	m := image.NewGray(image.Rect(0, 0, 300, 300))
	m.Pix[0] = shade
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// message is a letter with pictures and a winmail.dat.
func message(pictures ...byte) string {
	s := letter + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour, voici " + canary + ".\r\n"
	for i, p := range pictures {
		s += fmt.Sprintf("--b\r\nContent-Type: image/png; name=\"%s %d.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", canary, i, base64.StdEncoding.EncodeToString(aPicture(p)))
	}
	return s + "--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\nxxx\r\n--b--\r\n"
}

func (d *desk) receive(raw string) (phare.ID, bool) {
	d.Helper()
	id, again, err := arrival.Receive(d.Context(), d.db, access.Machine("reunion"), d.taker, arrival.Message{Channel: arrival.Mail, Bytes: strings.NewReader(raw), By: inspect.Sender{Caller: "inbox"}})
	must(d.T, err)
	return id, again
}

func (d *desk) open(id phare.ID) arrival.Arrival {
	d.Helper()
	a, err := arrival.Open(d.Context(), d.db, d.nurse, id)
	must(d.T, err)
	return a
}

func (d *desk) board() arrival.Board {
	d.Helper()
	b, err := arrival.List(d.Context(), d.db, d.nurse, "")
	must(d.T, err)
	return b
}

// request is one that a physician sent.
func (d *desk) request() request.Receipt {
	d.Helper()
	receipt, err := request.Submit(d.Context(), d.db, d.key, access.Anyone("reunion"), request.NewForm(), fields())
	must(d.T, err)
	return receipt
}

func fields() request.Fields {
	return request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Essai", FirstName: "Ida", BirthDate: "2015-04-02", Sex: "female", Commune: "Saint-Denis",
		Question: "Que faire ?", Story: "Crises depuis un an.", Urgency: request.Soon, Name: "Dr Fictif", Job: "généraliste", Place: "Cabinet", Phone: "0262 11 22 33", Treating: "yes", Consent: "yes", ConsentBy: "parent"}
}

// A message waits sealed, with its files, and someone is named to resolve it. Brought
// twice it is one, whatever a relay wrote above it. Lesson 8, ask 20.
func TestReceive(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id, again := d.receive(message(1, 2))
		if again {
			t.Error("the first is not the second")
		}
		a := d.open(id)
		if a.About.From != "Dr "+canary || a.About.Address != "dr@cabinet.example" || !strings.Contains(a.About.Words, "Bonjour") || len(a.Files) != 2 || a.Request != "" || a.State != arrival.Waiting {
			t.Errorf("%+v", a)
		}
		if a.Holder != d.secretary.ID || a.HolderName != d.secretary.Name || !a.HolderSince.Equal(d.now) {
			t.Errorf("held by %q since %v", a.HolderName, a.HolderSince)
		}
		if len(a.About.Left) != 1 || a.About.Left[0].Why != eml.Outlook {
			t.Errorf("left: %v", a.About.Left)
		}
		if second, again := d.receive("Received: by relay.example\r\n" + message(1, 2)); !again || second != id {
			t.Error("the same message came twice")
		}
		// Another under the same name is another: a name is easily borrowed.
		other, again := d.receive(message(3))
		if again || !d.open(other).About.Alike || d.open(id).About.Alike {
			t.Error("another message with the same Message-ID")
		}
		if d.open(other).Holder != d.secretary.ID {
			t.Error("a secretary first")
		}
		for _, s := range storetest.Clear(t, d.db, "arrival.about", "1 = 1") {
			if !strings.Contains(s, canary) {
				t.Errorf("sealed: %q", s)
			}
		}
		d.nowhere(canary)
	})
}

// nowhere looks for a word in all that the database keeps in clear.
func (d *desk) nowhere(word string) {
	d.Helper()
	must(d.T, d.db.Read(d.Context(), func(v *store.View) error {
		for _, q := range []string{`SELECT about || remark || print || alike || reason FROM arrival`, `SELECT about || reason FROM attachment`, `SELECT sealed FROM attachment_chunk`,
			`SELECT actor || verb || subject || reason FROM audit`, `SELECT text FROM event`} {
			all, err := store.All(v, store.Value[string], q)
			if err != nil {
				return err
			}
			for _, s := range all {
				if strings.Contains(strings.ToLower(s), strings.ToLower(word)) {
					d.Errorf("%s holds %q in clear", q, word)
				}
			}
		}
		return nil
	}))
}

// Who may not triage sees nothing of it, nor another desk; each look is written.
func TestWhoSees(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id, _ := d.receive(message(1))
		a := d.open(id)
		there := access.Actor{ID: "x", Platform: "guyane", Role: access.Nurse, Name: "Ailleurs"}
		ref := arrival.Ref{ID: id, Version: a.Version}
		for name, verb := range map[string]func(by access.Actor) error{
			"list":  func(by access.Actor) error { _, err := arrival.List(t.Context(), d.db, by, ""); return err },
			"count": func(by access.Actor) error { _, _, err := arrival.Count(t.Context(), d.db, by); return err },
			"open":  func(by access.Actor) error { _, err := arrival.Open(t.Context(), d.db, by, id); return err },
			"file": func(by access.Actor) error {
				_, _, err := arrival.OpenFile(t.Context(), d.db, by, id, a.Files[0].ID)
				return err
			},
			"match": func(by access.Actor) error {
				_, err := arrival.Match(t.Context(), d.db, by, ref, "MR-0000-0000")
				return err
			},
			"make": func(by access.Actor) error {
				_, err := arrival.Make(t.Context(), d.db, d.key, by, arrival.Making{Ref: ref, Form: request.NewForm(), Fields: fields()})
				return err
			},
			"aside": func(by access.Actor) error {
				return arrival.PutAside(t.Context(), d.db, by, ref, arrival.Putting{Reason: arrival.Spam, Told: "nothing"})
			},
			"back": func(by access.Actor) error { return arrival.TakeUp(t.Context(), d.db, by, id) },
			"pass": func(by access.Actor) error { return arrival.Pass(t.Context(), d.db, by, ref, d.nurse.ID) },
			"receive": func(by access.Actor) error {
				_, _, err := arrival.Receive(t.Context(), d.db, by, d.taker, arrival.Message{Channel: arrival.Mail, Bytes: strings.NewReader(message(9))})
				return err
			},
		} {
			for who, by := range map[string]access.Actor{"a director": d.director, "a reader": {ID: "r", Platform: "reunion", Role: access.Reader}, "anyone": access.Anyone("reunion")} {
				if err := verb(by); phare.KindOf(err) != phare.Forbidden {
					t.Errorf("%s by %s: %v", name, who, err)
				}
			}
			if name == "receive" {
				continue
			}
			if err := verb(there); name != "list" && name != "count" && phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s from elsewhere: %v", name, err)
			}
		}
		b, err := arrival.List(t.Context(), d.db, there, "")
		must(t, err)
		if len(b.Waiting) != 0 {
			t.Error("another desk sees it")
		}
		d.written("arrival.take", "arrival.look")
		_, read, err := arrival.OpenFile(t.Context(), d.db, d.nurse, id, a.Files[0].ID)
		must(t, err)
		var out bytes.Buffer
		must(t, read(&out))
		if _, err := png.Decode(&out); err != nil {
			t.Error(err)
		}
		d.board()
		d.written("arrival.file", "arrival.list")
	})
}

// written wants entries of these verbs in the trail.
func (d *desk) written(verbs ...string) {
	d.Helper()
	must(d.T, d.db.Read(d.Context(), func(v *store.View) error {
		for _, verb := range verbs {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = $1`, verb)
			if err != nil || n == 0 {
				d.Errorf("%s: %d entries, %v", verb, n, err)
			}
		}
		return nil
	}))
}

// Matched: its words and files are the request's, sealed with that one's key; of the
// arrival no word is left.
func TestMatch(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := d.request()
		id, _ := d.receive(message(1, 2))
		ref := arrival.Ref{ID: id, Version: d.open(id).Version}
		match := func(ref arrival.Ref, reference string) error {
			_, err := arrival.Match(t.Context(), d.db, d.nurse, ref, reference)
			return err
		}
		refused(t, "no reference", match(ref, ""), phare.Invalid, "arrival.reference.unknown")
		refused(t, "a name", match(ref, canary), phare.Invalid, "arrival.reference.unknown")
		refused(t, "an old version", match(arrival.Ref{ID: id, Version: 9}, r.Reference), phare.Conflict, "error.conflict")
		must(t, match(ref, strings.ToLower(strings.ReplaceAll(r.Reference, "-", " "))))
		refused(t, "a second time", match(ref, r.Reference), phare.Conflict, "arrival.settled")
		f, err := request.OpenFile(t.Context(), d.db, d.nurse, r.Request)
		must(t, err)
		if len(f.Files) != 2 || f.Files[0].ByName != d.nurse.Name {
			t.Errorf("files: %+v", f.Files)
		}
		said := storetest.Clear(t, d.db, "event.text", `kind = 'arrived'`)
		if len(said) != 1 || !strings.Contains(said[0], "Bonjour") || !strings.Contains(said[0], "dr@cabinet.example") {
			t.Errorf("the timeline: %q", said)
		}
		a := d.open(id)
		if a.State != arrival.Matched || a.Reference != r.Reference || a.EndedName != d.nurse.Name || len(a.Files) != 0 {
			t.Errorf("%+v", a)
		}
		if _, again := d.receive(message(1, 2)); !again {
			t.Error("the same message comes again once it is matched")
		}
		// The same file twice in one request is one.
		second, _ := d.receive(strings.Replace(message(2, 3), "<1@", "<2@", 1))
		must(t, match(arrival.Ref{ID: second, Version: d.open(second).Version}, r.Reference))
		if f, err = request.OpenFile(t.Context(), d.db, d.nurse, r.Request); err != nil || len(f.Files) != 3 {
			t.Errorf("%d files, %v", len(f.Files), err)
		}
		// Once it can be parted no more, no word of them is left, nor the file that was there twice.
		d.now = d.now.Add(arrival.AsideLife + time.Minute)
		_, err = arrival.PurgeAside(t.Context(), d.db, access.Machine("reunion"))
		must(t, err)
		if d.open(id).About.Words != "" || d.count(`SELECT count(*) FROM seal_key WHERE subject LIKE 'arrival/%'`)+d.count(`SELECT count(*) FROM attachment WHERE draft <> ''`) != 0 {
			t.Error("words, a key or a file are left")
		}
		refused(t, "parted too late", arrival.Part(t.Context(), d.db, d.nurse, id, "autre enfant"), phare.Conflict, "arrival.settled")
	})
}

// What was matched to the wrong file goes out of it again, with its files and a
// reason; the request stands as before, and what was promised never moved.
func TestPart(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := d.request()
		must(t, request.Take(t.Context(), d.db, d.nurse, request.Ref{ID: r.Request, Version: 1}))
		file := func() request.File {
			f, err := request.OpenFile(t.Context(), d.db, d.nurse, r.Request)
			must(t, err)
			return f
		}
		must(t, request.Await(t.Context(), d.db, d.nurse, request.Ref{ID: r.Request, Version: 2}, request.Waiting{Who: "le médecin", Until: d.now.AddDate(0, 0, 20)}))
		before := file()
		id, _ := d.receive(message(1, 2))
		_, err := arrival.Match(t.Context(), d.db, d.nurse, arrival.Ref{ID: id, Version: d.open(id).Version}, r.Reference)
		must(t, err)
		f := file()
		if !f.NextAt.Equal(before.NextAt) || f.Next != "complement" || f.State != request.Open || len(f.Files) != 2 {
			t.Errorf("matched: %v, was %v, %s, %s, %d files", f.NextAt, before.NextAt, f.Next, f.State, len(f.Files))
		}
		if b := d.board(); len(b.Matched) != 1 || b.Matched[0].Reference != r.Reference {
			t.Errorf("lately: %v", b.Matched)
		}
		refused(t, "no reason", arrival.Part(t.Context(), d.db, d.nurse, id, " "), phare.Invalid, "arrival.part.missing")
		if err := arrival.Part(t.Context(), d.db, d.director, id, "x"); phare.KindOf(err) != phare.Forbidden {
			t.Error(err)
		}
		must(t, arrival.Part(t.Context(), d.db, d.nurse, id, "autre enfant du même nom"))
		f = file()
		if len(f.Files) != 0 || f.State != request.Awaiting || f.Awaited != before.Awaited || f.Next != before.Next || !f.NextAt.Equal(before.NextAt) {
			t.Errorf("parted: %d files, %s, %q, %q, %v", len(f.Files), f.State, f.Awaited, f.Next, f.NextAt)
		}
		if n := len(storetest.Clear(t, d.db, "event.text", `kind IN ('arrived', 'parted')`)); n != 2 {
			t.Errorf("%d lines", n)
		}
		if a := d.open(id); a.State != arrival.Waiting || a.Request != "" || a.Holder != d.nurse.ID || len(a.Files) != 2 || !strings.Contains(a.About.Words, "Bonjour") {
			t.Errorf("%+v", a)
		}
		refused(t, "twice", arrival.Part(t.Context(), d.db, d.nurse, id, "x"), phare.Conflict, "arrival.settled")
		d.written("arrival.unmatch", "arrival.part")
	})
}

func (d *desk) count(query string) (n int) {
	d.Helper()
	must(d.T, d.db.Read(d.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query)
		return err
	}))
	return n
}

// Nobody is told by matching whether a reference exists that is closed to them.
func TestMatchClosed(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		r := d.request()
		doctor := d.hire("Dr Ada Fictive", access.Physician)
		must(t, request.Take(t.Context(), d.db, doctor, request.Ref{ID: r.Request, Version: 1}))
		must(t, request.Confide(t.Context(), d.db, doctor, r.Request, "un proche y travaille"))
		id, _ := d.receive(message(1))
		_, err := arrival.Match(t.Context(), d.db, d.nurse, arrival.Ref{ID: id, Version: 1}, r.Reference)
		refused(t, "a confidential file", err, phare.Invalid, "arrival.reference.unknown")
	})
}

// Made a request: who wrote and their words are there, nothing is typed again, and no
// patient is guessed from what was written (lesson 8, ask 23).
func TestMake(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id, _ := d.receive(message(1))
		a := d.open(id)
		f := a.Fields(a.Day("Indian/Reunion"))
		if f.Name != "Dr "+canary || f.Mail != "dr@cabinet.example" || f.Channel != request.Mail || f.Came != d.now.Add(4*time.Hour).Format(time.DateOnly) || !strings.Contains(f.Story, "Bonjour") {
			t.Errorf("%+v", f)
		}
		if f.FamilyName+f.FirstName+f.BirthDate+f.Who != "" {
			t.Errorf("a person was guessed: %+v", f)
		}
		form := request.NewForm()
		make := func() (request.Receipt, error) {
			return arrival.Make(t.Context(), d.db, d.key, d.nurse, arrival.Making{Ref: arrival.Ref{ID: id, Version: a.Version}, Form: form, Fields: f})
		}
		_, err := make()
		refused(t, "nobody said who asks", err, phare.Invalid, "call.who.missing")
		f.Who, f.Urgency = request.GP, request.Soon
		receipt, err := make()
		must(t, err)
		again, err := make()
		if err != nil || again.Reference != receipt.Reference {
			t.Errorf("a second click: %v %v", again, err)
		}
		x, err := request.OpenFile(t.Context(), d.db, d.nurse, receipt.Request)
		must(t, err)
		if x.Channel != request.Mail || len(x.Files) != 1 || x.Request.Patient != "" {
			t.Errorf("%+v", x.Request)
		}
		if said := storetest.Clear(t, d.db, "event.text", `kind = 'arrived'`); len(said) != 1 || !strings.Contains(said[0], "Bonjour") {
			t.Errorf("the source: %q", said)
		}
		if b := d.board(); len(b.Waiting) != 0 {
			t.Errorf("%d wait", len(b.Waiting))
		}
	})
}

// Put aside with a reason; not ours: its sender was told. Kept for thirty days, and
// taken up again meanwhile.
func TestAside(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id, _ := d.receive(message(1))
		aside := func(p arrival.Putting) error {
			return arrival.PutAside(t.Context(), d.db, d.nurse, arrival.Ref{ID: id, Version: d.open(id).Version}, p)
		}
		refused(t, "no reason", aside(arrival.Putting{Told: "mail"}), phare.Invalid, "arrival.reason.missing")
		refused(t, "a double, and nobody told", aside(arrival.Putting{Reason: arrival.Twice}), phare.Invalid, "arrival.told.missing")
		refused(t, "nobody told", aside(arrival.Putting{Reason: arrival.NotOur, Told: "nothing", Words: "x"}), phare.Invalid, "arrival.told.missing")
		refused(t, "told nothing", aside(arrival.Putting{Reason: arrival.NotOur, Told: "mail"}), phare.Invalid, "arrival.words.missing")
		must(t, aside(arrival.Putting{Reason: arrival.NotOur, Told: "mail", Words: "Adressé à " + canary}))
		if b := d.board(); len(b.Waiting) != 0 || len(b.Aside) != 1 || b.Aside[0].Remark != "Adressé à "+canary {
			t.Errorf("%+v", b)
		}
		must(t, arrival.TakeUp(t.Context(), d.db, d.nurse, id))
		if a := d.open(id); a.State != arrival.Waiting || a.Holder != d.nurse.ID || a.Reason+a.Remark != "" || len(a.Files) != 1 {
			t.Errorf("%+v", a)
		}
		must(t, aside(arrival.Putting{Reason: arrival.Spam})) // of junk nobody is asked
		d.now = d.now.Add(arrival.AsideLife - time.Minute)
		purge := func() int64 {
			n, err := arrival.PurgeAside(t.Context(), d.db, access.Machine("reunion"))
			must(t, err)
			return n
		}
		if n := purge(); n != 0 {
			t.Errorf("%d went early", n)
		}
		d.now = d.now.Add(2 * time.Minute)
		refused(t, "too late", arrival.TakeUp(t.Context(), d.db, d.nurse, id), phare.Conflict, "arrival.settled")
		if n := purge(); n != 1 {
			t.Errorf("%d went", n)
		}
		for _, table := range []string{"arrival", "attachment", "attachment_chunk"} {
			if n := d.count(`SELECT count(*) FROM ` + table); n != 0 {
				t.Errorf("%d left in %s", n, table)
			}
		}
		if n := d.count(`SELECT count(*) FROM seal_key WHERE subject LIKE 'arrival/%'`); n != 0 {
			t.Error("a key is left")
		}
	})
}

// After a working day nobody resolved it: told where the desk lands. It is passed to
// a colleague by name; who left holds nothing.
func TestLate(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC) // a Friday at noon in Réunion
		id, _ := d.receive(message(1))
		late := func() int {
			n, late, err := arrival.Count(t.Context(), d.db, d.nurse)
			must(t, err)
			if n != 1 {
				t.Errorf("%d wait", n)
			}
			return late
		}
		for _, c := range []struct {
			after time.Duration
			late  int
		}{{0, 0}, {2 * 24 * time.Hour, 0}, {3 * 24 * time.Hour, 0}, {4 * 24 * time.Hour, 1}} {
			d.now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC).Add(c.after)
			if got := late(); got != c.late || d.open(id).Late != (c.late == 1) {
				t.Errorf("after %v: %d late", c.after, got)
			}
		}
		ref := arrival.Ref{ID: id, Version: d.open(id).Version}
		refused(t, "to a director", arrival.Pass(t.Context(), d.db, d.secretary, ref, d.director.ID), phare.Invalid, "desk.owner.unknown")
		must(t, arrival.Pass(t.Context(), d.db, d.secretary, ref, d.nurse.ID))
		if a := d.open(id); a.Holder != d.nurse.ID || !a.HolderSince.Equal(d.now) {
			t.Errorf("%+v", a)
		}
		must(t, d.db.Write(t.Context(), d.director.Act("test", "x"), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET active = $1 WHERE id = $2`, false, d.nurse.ID)
		}))
		_, err := arrival.PurgeAside(t.Context(), d.db, access.Machine("reunion"))
		must(t, err)
		if a := d.open(id); a.Holder != d.secretary.ID {
			t.Errorf("held by %q", a.HolderName)
		}
	})
}

// Scanned letters of one form are one arrival, whoever sends the form twice.
func TestBring(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		paper := arrival.Paper{Form: request.NewForm(), Channel: arrival.Letter}
		bring := func(p arrival.Paper, shade byte) (phare.ID, error) {
			f, err := d.taker.Take(t.Context(), attachment.Given{Name: "page.png", Bytes: bytes.NewReader(aPicture(shade)), By: inspect.Sender{Staff: true}})
			must(t, err)
			defer f.Close()
			return arrival.Bring(t.Context(), d.db, d.secretary, p, f)
		}
		_, err := bring(arrival.Paper{Form: paper.Form, Channel: "pigeon"}, 1)
		refused(t, "by pigeon", err, phare.Invalid, "arrival.channel.missing")
		_, err = bring(arrival.Paper{Form: "x", Channel: arrival.Letter}, 1)
		refused(t, "no form", err, phare.Invalid, "request.form.bad")
		id, err := bring(paper, 1)
		must(t, err)
		for _, shade := range []byte{2, 1, 2} {
			again, err := bring(paper, shade)
			must(t, err)
			if again != id {
				t.Error("another arrival")
			}
		}
		if a := d.open(id); len(a.Files) != 2 || a.Holder != d.secretary.ID || a.Source != "desk" || a.Channel != arrival.Letter {
			t.Errorf("%+v", a)
		}
	})
}

// Messages are read from the folder of their desk once they are whole, and moved:
// none is lost, none is taken twice, and no name of a file is told.
func TestFolder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		at := filepath.Join(dir, "reunion")
		must(t, os.MkdirAll(filepath.Join(at, "mss"), 0o700))
		write := func(name, raw string, age time.Duration) {
			must(t, os.WriteFile(filepath.Join(at, name), []byte(raw), 0o600))
			then := time.Now().Add(-age)
			must(t, os.Chtimes(filepath.Join(at, name), then, then))
		}
		write(canary+".eml", message(1), time.Minute)
		write("mss/2.EML", strings.Replace(message(2), "<1@", "<2@", 1), time.Minute)
		write("young.eml", strings.Replace(message(3), "<1@", "<3@", 1), 0)
		write("note.txt", "rien", time.Minute)
		write("bad.eml", "MZ rien de lisible", time.Minute)
		must(t, os.Symlink("/etc/passwd", filepath.Join(at, "link.eml")))
		must(t, os.WriteFile(filepath.Join(dir, "root.eml"), []byte(message(4)), 0o600)) // for which desk?
		f := &arrival.Folder{Dir: dir, DB: d.db, Files: d.taker}
		n, err := f.Sweep(t.Context())
		if err != nil || n != 3 {
			t.Errorf("%d, %v", n, err)
		}
		b := d.board()
		channels, unread := map[string]int{}, 0
		for _, a := range b.Waiting {
			channels[a.Channel]++
			if len(a.About.Left) == 1 && a.About.Left[0].Why == "bad" {
				unread++
				if _, err := os.Stat(filepath.Join(at, a.About.Left[0].Name)); err != nil {
					t.Error("the operator does not find it:", err)
				}
			}
		}
		if channels["mail"] != 2 || channels["mss"] != 1 || unread != 1 {
			t.Errorf("%v, %d unread", channels, unread)
		}
		left, err := filepath.Glob(filepath.Join(at, "*.eml"))
		must(t, err)
		done, err := filepath.Glob(filepath.Join(at, "done", "*.eml"))
		must(t, err)
		if len(left) != 2 || len(done) != 1 || strings.Contains(strings.Join(done, ""), canary) {
			t.Errorf("left %v, done %v", left, done)
		}
		// A message that was committed and not moved, as after a crash: once more, and one.
		write("again.eml", message(1), time.Minute)
		if n, err := f.Sweep(t.Context()); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
		if len(d.board().Waiting) != 3 {
			t.Errorf("%d wait", len(d.board().Waiting))
		}
		if done, _ := filepath.Glob(filepath.Join(at, "done", "*.eml")); len(done) != 2 {
			t.Errorf("done: %v", done)
		}
		// What was taken in long ago goes; what was refused stays.
		old := time.Now().Add(-8 * 24 * time.Hour)
		for _, pattern := range []string{"done/*", "refused/*"} {
			all, _ := filepath.Glob(filepath.Join(at, pattern))
			for _, x := range all {
				must(t, os.Chtimes(x, old, old))
			}
		}
		_, err = f.Sweep(t.Context())
		must(t, err)
		done, _ = filepath.Glob(filepath.Join(at, "done", "*.eml"))
		kept, _ := filepath.Glob(filepath.Join(at, "refused", "*.eml"))
		if len(done) != 0 || len(kept) != 1 {
			t.Errorf("done %v, refused %v", done, kept)
		}
	})
}

// A message whose files find no place is left for the next time; of one that cannot
// be written nothing is stored.
func TestNotLost(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		must(t, os.MkdirAll(filepath.Join(dir, "reunion"), 0o700))
		path := filepath.Join(dir, "reunion", "1.eml")
		must(t, os.WriteFile(path, []byte(message(1)), 0o600))
		then := time.Now().Add(-time.Minute)
		must(t, os.Chtimes(path, then, then))
		r, err := inspect.NewRunner()
		must(t, err)
		r.WaitAtMost(time.Millisecond, time.Millisecond)
		in, hold := io.Pipe()
		gone := make(chan struct{})
		go func() {
			r.Inspect(t.Context(), inspect.Sender{Caller: "other"}, inspect.PNG, in, io.Discard)
			close(gone)
		}()
		if _, err := hold.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := (&arrival.Folder{Dir: dir, DB: d.db, Files: attachment.Taker{Inspect: r, Dir: t.TempDir()}}).Sweep(t.Context()); phare.KindOf(err) != phare.Busy && !errors.Is(err, attachment.ErrBusy) {
			t.Errorf("%v", err)
		}
		if _, err := os.Stat(path); err != nil || len(d.board().Waiting) != 0 {
			t.Error("it was moved, or taken in half")
		}
		hold.Close()
		<-gone
		n, err := (&arrival.Folder{Dir: dir, DB: d.db, Files: d.taker}).Sweep(t.Context())
		if err != nil || n != 1 || len(d.board().Waiting) != 1 {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// What a gateway brings has a room of its own: forms that anybody fills do not shut it.
// When there is none the message waits in its folder, whole, and is taken later.
func TestMailHasRoom(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		must(t, request.SetFileQuota(t.Context(), d.db, access.Machine("reunion"), 4<<20))
		form := request.NewForm()
		_, err := request.SaveDraft(t.Context(), d.db, access.Anyone("reunion"), form, func(f *request.Fields) { *f = fields() })
		must(t, err)
		must(t, d.db.Write(t.Context(), d.director.Act("test", "x"), func(tx *store.Tx) error { // a form that takes all that forms may
			return tx.Exec(`INSERT INTO upload (id, platform, draft, request, about, size, received, by_id, public, begun_at, heard_at, became) VALUES ('u', 'reunion', $1, NULL, '', $2, $2, 'public', true, $3, $3, '')`, phare.FormHash(form), 1<<20, tx.Now)
		}))
		id, _ := d.receive(message(1))
		if a := d.open(id); len(a.Files) != 1 || len(a.About.Left) != 1 {
			t.Errorf("%d files, left %v", len(a.Files), a.About.Left)
		}
		dir := t.TempDir()
		must(t, os.MkdirAll(filepath.Join(dir, "reunion"), 0o700))
		path := filepath.Join(dir, "reunion", "1.eml")
		must(t, os.WriteFile(path, []byte(strings.Replace(message(2), "<1@", "<2@", 1)), 0o600))
		then := time.Now().Add(-time.Minute)
		must(t, os.Chtimes(path, then, then))
		f := &arrival.Folder{Dir: dir, DB: d.db, Files: d.taker}
		must(t, request.SetFileQuota(t.Context(), d.db, access.Machine("reunion"), 1<<10))
		if n, err := f.Sweep(t.Context()); n != 0 || err == nil || !strings.Contains(err.Error(), "no room") {
			t.Errorf("%d, %v", n, err)
		}
		if _, err := os.Stat(path); err != nil || len(d.board().Waiting) != 1 {
			t.Error("it was moved, or taken in without its file")
		}
		must(t, request.SetFileQuota(t.Context(), d.db, access.Machine("reunion"), 8<<20))
		if n, err := f.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// A file whose time lies ahead of ours is taken once it changed no more between two looks.
func TestFolderAhead(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		dir := t.TempDir()
		must(t, os.MkdirAll(filepath.Join(dir, "reunion"), 0o700))
		path, f := filepath.Join(dir, "reunion", "1.eml"), &arrival.Folder{Dir: dir, DB: d.db, Files: d.taker}
		ahead := time.Now().Add(48 * time.Hour)
		for i, want := range []int{0, 0, 1} {
			if i < 2 { // half of it, then the rest
				must(t, os.WriteFile(path, []byte(message(1))[:len(message(1))/(2-i)], 0o600))
				must(t, os.Chtimes(path, ahead, ahead))
			}
			if n, err := f.Sweep(t.Context()); err != nil || n != want {
				t.Errorf("look %d: %d taken, want %d, %v", i, n, want, err)
			}
		}
	})
}

// A hundred messages of junk hide nobody's: they are put aside many at once, and a page
// leads to the next. Two files that are one are said to be.
func TestFlood(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for i := range 60 {
			d.receive(fmt.Sprintf("From: x@spam.example\r\nSubject: Offre\r\nMessage-ID: <%d@spam.example>\r\n\r\nAchetez\r\n", i))
		}
		d.now = d.now.Add(time.Minute)
		id, _ := d.receive(message(1, 1))
		if a := d.open(id); len(a.Files) != 1 || len(a.About.Left) != 2 || a.About.Left[1] != (eml.Left{Name: canary + " 1.png", Why: "same", Of: canary + " 0.png"}) {
			t.Errorf("%d files, left %v", len(a.Files), a.About.Left)
		}
		b := d.board()
		if len(b.Waiting) != 50 || b.More != b.Waiting[49].ID {
			t.Fatalf("%d are listed, more behind %q", len(b.Waiting), b.More)
		}
		next, err := arrival.List(t.Context(), d.db, d.nurse, b.More)
		must(t, err)
		if len(next.Waiting) != 11 || next.More != "" || next.Waiting[10].ID != id {
			t.Errorf("the next page has %d", len(next.Waiting))
		}
		var all []arrival.Ref
		for _, a := range b.Waiting {
			all = append(all, arrival.Ref{ID: a.ID, Version: a.Version})
		}
		all[0].Version++ // somebody looked after this one meanwhile
		refused(t, "many for another team", arrival.PutAllAside(t.Context(), d.db, d.nurse, all, arrival.NotOur), phare.Invalid, "arrival.reason.missing")
		refused(t, "none", arrival.PutAllAside(t.Context(), d.db, d.nurse, nil, arrival.Spam), phare.Invalid, "arrival.pick.missing")
		if err := arrival.PutAllAside(t.Context(), d.db, d.director, all, arrival.Spam); phare.KindOf(err) != phare.Forbidden {
			t.Error(err)
		}
		must(t, arrival.PutAllAside(t.Context(), d.db, d.nurse, all, arrival.Spam))
		if b = d.board(); len(b.Waiting) != 12 || len(b.Aside) != 49 || b.Aside[0].Told != "nothing" {
			t.Errorf("%d wait, %d aside", len(b.Waiting), len(b.Aside))
		}
		if n := d.count(`SELECT count(*) FROM audit WHERE verb = 'arrival.aside'`); n != 49 {
			t.Errorf("%d entries", n)
		}
	})
}

// A purge that finds nothing leaves no entry.
func TestPurgeIsQuiet(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.receive(message(1))
		by := access.Machine("reunion")
		_, err := arrival.PurgeAside(t.Context(), d.db, by)
		must(t, err)
		_, err = request.PurgeDrafts(t.Context(), d.db, by)
		must(t, err)
		if n := d.count(`SELECT count(*) FROM audit WHERE verb IN ('arrival.purge', 'draft.purge')`); n != 0 {
			t.Errorf("%d entries", n)
		}
	})
}
