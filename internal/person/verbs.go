package person

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// longest is how many characters what is written beside an ask can have; mostOpen,
// how many asks of one file can wait at once.
const (
	longest  = 2000
	mostOpen = 10
)

// Draft is an ask as it is written down.
type Draft struct {
	Kind    Kind
	Aspect  string
	Giver   string
	Way     string
	Who     string
	Words   string
	AskedOn string // 2006-01-02; empty: today
}

func (d Draft) accept(today string) (Draft, error) {
	d.Who, d.Words = phare.Clean(d.Who), strings.TrimSpace(d.Words)
	var kind, aspect, giver, way, words, who, day *phare.Error
	if !slices.Contains(Kinds(), d.Kind) {
		kind = phare.Field("kind", "person.kind.missing")
	}
	switch {
	case d.Kind == Rectify && d.Way == byTracking: // which answer it is, the desk reads in the words
		d.Aspect = ""
	case d.Kind == Rectify && !slices.Contains(request.Rectifiable(), d.Aspect):
		aspect = phare.Field("aspect", "person.aspect.missing")
	case d.Kind == Oppose && !slices.Contains(Purposes(), d.Aspect):
		aspect = phare.Field("purpose", "person.purpose.missing")
	case d.Kind != Rectify && d.Kind != Oppose:
		d.Aspect = ""
	}
	if !slices.Contains(Givers(), d.Giver) {
		giver = phare.Field("giver", "person.giver.missing")
	}
	if d.Way != byTracking && !slices.Contains(Ways(), d.Way) {
		way = phare.Field("way", "person.way.missing")
	}
	if d.Words == "" && slices.Contains([]Kind{Rectify, Complaint, Claim}, d.Kind) {
		words = phare.Field("words", "person.words.missing")
	}
	if utf8.RuneCountInString(d.Words) > longest {
		words = phare.Field("words", "person.words.long")
	}
	if utf8.RuneCountInString(d.Who) > 200 {
		who = phare.Field("who", "person.words.long")
	}
	if d.AskedOn == "" {
		d.AskedOn = today
	}
	if _, ok := dayIn("UTC", d.AskedOn); !ok || d.AskedOn > today || d.AskedOn < "2000" {
		day = phare.Field("asked_on", "person.day.bad")
	}
	return d, phare.Faults(kind, aspect, giver, way, who, words, day)
}

// Note writes down what a person asks. The month runs from the day it reached the desk.
func Note(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, d Draft) error {
	if err := by.Check(access.NoteAsk); err != nil {
		return err
	}
	if d.Way == byTracking {
		return phare.Field("way", "person.way.missing")
	}
	return db.Write(ctx, by.Act("person.ask", string(id)).For(string(d.Kind)), func(tx *store.Tx) error {
		r, err := request.ReadToDecide(&tx.View, by, id)
		if err != nil {
			return err
		}
		return note(tx, by, r, d)
	})
}

// AskByTracking is Note by whoever has opened the tracking page of the request.
func AskByTracking(ctx context.Context, db *store.DB, key access.Key, reference, pass string, d Draft) error {
	platform, id, err := request.TrackByPass(ctx, db, key, reference, pass)
	if err != nil {
		return err
	}
	by := access.Anyone(platform)
	d.Way, d.AskedOn = byTracking, ""
	if !slices.Contains(Asked(), d.Kind) {
		d.Kind = "" // said with what else is missing
	}
	if d.Kind == Oppose && d.Aspect == "" {
		d.Aspect = "other"
	}
	return db.Write(ctx, by.Act("person.ask", string(id)).For(string(d.Kind)), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		return note(tx, by, r, d)
	})
}

func note(tx *store.Tx, by access.Actor, r request.Request, d Draft) error {
	zone, err := zoneOf(&tx.View, r.Platform)
	if err != nil {
		return err
	}
	if d, err = d.accept(tx.Now.In(text.Zone(zone)).Format(time.DateOnly)); err != nil {
		return err
	}
	all, err := of(&tx.View, r.Platform, r.ID)
	if err != nil {
		return err
	}
	open := 0
	for _, a := range all {
		if !a.Open() {
			continue
		}
		if open++; a.Kind == d.Kind && a.Aspect == d.Aspect && a.Words == d.Words {
			return nil // sent twice
		}
	}
	if open >= mostOpen {
		return phare.Fault(phare.Conflict, "person.many")
	}
	a := Ask{ID: phare.NewID(), Kind: d.Kind, Aspect: d.Aspect, Giver: d.Giver, Way: d.Way, Who: d.Who, Words: d.Words, AskedOn: d.AskedOn}
	if d.Kind != Claim {
		day, _ := dayIn(zone, d.AskedOn)
		a.DueAt = Due(day, false).UTC()
	}
	if err := insert(tx, by, r, a); err != nil {
		return err
	}
	return tell(tx, by, r, "person.asked."+string(d.Kind), "")
}

func tell(tx *store.Tx, by access.Actor, r request.Request, kind, words string) error {
	return request.Tell(tx, by, r, request.Event{Kind: kind, Text: words, ShownTo: request.Team})
}

// Decision is how an ask ends. Value is what stands in the file from then on, of
// something that is put right.
type Decision struct {
	State  State
	Why    string
	Value  string
	Aspect string // of what is put right, where the ask does not say
	Seen   int64  // the version that was read
}

// onAsk runs a verb on one ask of one file.
func onAsk(ctx context.Context, db *store.DB, by access.Actor, act store.Act, ask phare.ID, do func(*store.Tx, request.Request, Ask) error) error {
	if err := by.Check(access.DecideAsk); err != nil {
		return err
	}
	return db.Write(ctx, act.For(string(ask)), func(tx *store.Tx) error {
		r, err := request.ReadToDecide(&tx.View, by, phare.ID(act.Subject))
		if err != nil {
			return err
		}
		a, err := find(&tx.View, by.Platform, ask)
		if err == nil && a.Request != r.ID {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		if err != nil {
			return err
		}
		return do(tx, r, a)
	})
}

func reason(field, words string) (string, error) {
	words = strings.TrimSpace(words)
	switch {
	case words == "":
		return words, phare.Field(field, "person.why.missing")
	case utf8.RuneCountInString(words) > longest:
		return words, phare.Field(field, "person.words.long")
	}
	return words, nil
}

// Decide ends an ask, with a reason, and does what was granted: puts right, limits.
// What a copy, an erasure or an objection wants done beyond that has its own verb.
func Decide(ctx context.Context, db *store.DB, by access.Actor, id, ask phare.ID, d Decision) error {
	return onAsk(ctx, db, by, by.Act("person.decide", string(id)), ask, func(tx *store.Tx, r request.Request, a Ask) error {
		if !a.Open() || d.Seen != 0 && d.Seen != a.Version {
			return phare.Fault(phare.Conflict, "person.decided")
		}
		if !slices.Contains(a.Kind.Decisions(), d.State) || a.Kind == Copy && d.State == Granted {
			return phare.Field("state", "person.state.missing")
		}
		if a.Kind == Rectify && a.Aspect == "" && d.State != Refused && d.State != Withdrawn {
			a.Aspect = d.Aspect
		}
		var err error
		if a.Why, err = reason("why", d.Why); err != nil {
			return err
		}
		a.State, a.DecidedName, a.DecidedAt = d.State, by.Name, tx.Now
		if err := grant(tx, by, r, a, d.Value); err != nil {
			return err
		}
		if err := update(tx, r, a); err != nil {
			return err
		}
		return tell(tx, by, r, "person.decided."+string(a.State), a.Why)
	})
}

// grant does what an ask wanted.
func grant(tx *store.Tx, by access.Actor, r request.Request, a Ask, value string) error {
	if a.State != Granted && a.State != Partly {
		return nil
	}
	switch a.Kind {
	case Rectify:
		was, err := request.Rectify(tx, by, r, a.Aspect, value)
		if err != nil {
			return err
		}
		return insertCorrection(tx, by, r, Correction{ID: phare.NewID(), Ask: a.ID, Field: a.Aspect, Was: was, Value: phare.Clean(value)})
	case Limit:
		_, err := circle.Limit(tx, by, r.ID, true)
		return err
	}
	return nil
}

// Extend gives an ask two more months, within its first, with a reason that the
// person is told.
func Extend(ctx context.Context, db *store.DB, by access.Actor, id, ask phare.ID, why string) error {
	return onAsk(ctx, db, by, by.Act("person.extend", string(id)), ask, func(tx *store.Tx, r request.Request, a Ask) error {
		if !a.CanExtend(tx.Now) {
			return phare.Fault(phare.Conflict, "person.extend.late")
		}
		var err error
		if a.Longer, err = reason("longer", why); err != nil {
			return err
		}
		zone, err := zoneOf(&tx.View, r.Platform)
		if err != nil {
			return err
		}
		day, _ := dayIn(zone, a.AskedOn)
		a.DueAt, a.ExtendedAt = Due(day, true).UTC(), tx.Now
		if err := update(tx, r, a); err != nil {
			return err
		}
		return tell(tx, by, r, "person.extended", a.Longer)
	})
}

// Lift ends a limitation. The person was told before (GDPR 18.3): the reason says how.
func Lift(ctx context.Context, db *store.DB, by access.Actor, id, ask phare.ID, why string) error {
	return onAsk(ctx, db, by, by.Act("person.lift", string(id)), ask, func(tx *store.Tx, r request.Request, a Ask) error {
		if !a.Limits() {
			return phare.Fault(phare.Conflict, "person.decided")
		}
		var err error
		if a.LiftedWhy, err = reason("lift", why); err != nil {
			return err
		}
		a.LiftedName, a.LiftedAt = by.Name, tx.Now
		if err := update(tx, r, a); err != nil {
			return err
		}
		all, err := of(&tx.View, r.Platform, r.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, Ask.Limits) {
			if _, err := circle.Limit(tx, by, r.ID, false); err != nil {
				return err
			}
		}
		return tell(tx, by, r, "person.lifted", a.LiftedWhy)
	})
}

// Of is what was asked, decided and given about one file, for a page that has
// written down that the file was opened.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (r Rights, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return r, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		r, err = rightsOf(v, by.Platform, id)
		return err
	})
	return r, err
}

func rightsOf(v *store.View, platform string, id phare.ID) (r Rights, err error) {
	if r.Asks, err = of(v, platform, id); err != nil {
		return r, err
	}
	if r.Corrections, err = corrections(v, platform, id); err != nil {
		return r, err
	}
	r.Copies, err = copies(v, platform, id)
	return r, err
}
