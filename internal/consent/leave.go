package consent

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Ways in which something leaves the desk. A new one is named here, and walked by
// TestWaysOut.
const (
	WayQuestion = "question" // a question to an expert, by a link
	WayRenewal  = "renewal"  // a new link to it
	WayAnswer   = "answer"   // the answer, however it goes
	WayDoctor   = "doctor"   // the letter for the professional, printed or taken as a file
	WayFamily   = "family"   // the letter for the family
	WayAccesses = "accesses" // the list of who opened the file, as a file

	WayCopy = "copy" // a copy of the whole file, by a link

	WaySheetDoctor = "sheet.professional" // the sheet of one page, printed or taken as a file
	WaySheetFamily = "sheet.family"       // the same in plain words
)

// Ways are all ways out.
func Ways() []string {
	return []string{WayQuestion, WayRenewal, WayAnswer, WayDoctor, WayFamily, WayAccesses, WayCopy, WaySheetDoctor, WaySheetFamily}
}

// overrideLife is how long an override lets pass what it was written for.
const overrideLife = 24 * time.Hour

// Out is one thing that leaves.
type Out struct {
	Way  string
	Item phare.ID // the question or the answer, if it is one
	To   Target
	Why  string // a kind of override, if one is needed
	Over string // its words
}

// Leave lets something leave, inside the write by which it does, or says why it may
// not. An override that was needed is written in the file, in its timeline and in
// the trail, by name; one that was not needed is not written.
func Leave(tx *store.Tx, by access.Actor, r request.Request, x Out) error {
	if circle.IsLimited(r.Guard) {
		return phare.Fault(phare.Conflict, "person.limited.send")
	}
	rec, err := Read(&tx.View, r)
	if err != nil {
		return err
	}
	passed, err := rec.ground(x.To)
	if err != nil && (x.Why != "" || x.Over != "") {
		passed, err = override(tx, by, r, rec, x)
	}
	if err != nil {
		return err
	}
	if again, err := printed(tx, by, r, x, passed); err != nil || again {
		return err
	}
	return insertRelease(tx, by, r, x, passed)
}

// Barred is what would keep the answer to a request from leaving now, without an
// override; nil: nothing. While it is there nobody is told that an answer comes.
func Barred(v *store.View, r request.Request) (bar, err error) {
	if circle.IsLimited(r.Guard) {
		return phare.Fault(phare.Conflict, "person.limited.send"), nil
	}
	rec, err := Read(v, r)
	if err != nil {
		return nil, err
	}
	return rec.May(ToRequester(r)), nil
}

// printed says whether the same person has printed or taken the same within an
// hour: a page that is looked at again before it is printed left once.
func printed(tx *store.Tx, by access.Actor, r request.Request, x Out, override phare.ID) (bool, error) {
	if x.Item != "" {
		return false, nil
	}
	n, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM consent_release WHERE request = $1 AND platform = $2 AND way = $3 AND actor = $4 AND override = $5 AND at > $6`,
		r.ID, r.Platform, x.Way, by.ID, override, tx.Now.Add(-time.Hour))
	return n > 0, err
}

// Check is what Leave would say of something, for a page that prepares it.
func (r Record) Check(by access.Actor, x Out) error {
	err := r.May(x.To)
	if err != nil && (x.Why != "" || x.Over != "") {
		err = r.excuse(by, x.To, x.Why, tidy(x.Over))
	}
	return err
}

func override(tx *store.Tx, by access.Actor, r request.Request, rec Record, x Out) (phare.ID, error) {
	words := tidy(x.Over)
	if err := rec.excuse(by, x.To, x.Why, words); err != nil {
		return "", err
	}
	o := Override{ID: phare.NewID(), Purpose: x.To.Purpose, Kind: x.To.Kind, To: x.To.Name(), Why: x.Why, Words: words, At: tx.Now, Until: tx.Now.Add(overrideLife)}
	if err := insertOverride(tx, by, r, o); err != nil {
		return "", err
	}
	if err := tx.Also(by.Act("consent.override", string(r.ID)).For(x.To.Purpose + "." + x.Why)); err != nil {
		return "", err
	}
	return o.ID, tell(tx, by, r, "consent.override", words)
}

// Pass writes an override beforehand, for what is then printed or taken as a file
// within a day: the letter for the doctor, the one for the family, the list of who
// opened the file.
func Pass(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, x Out) error {
	if err := by.Check(access.Orient); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("consent.pass", string(id)), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		switch x.Way {
		case WayDoctor, WaySheetDoctor:
			x.To = ToDoctor(r)
		case WayFamily, WayAccesses, WayCopy, WaySheetFamily:
			x.To = ToFamily(r)
		default:
			return phare.Field("way", "consent.way.missing")
		}
		rec, err := Read(&tx.View, r)
		if err != nil {
			return err
		}
		if rec.May(x.To) == nil {
			return phare.Fault(phare.Conflict, "consent.override.needless")
		}
		_, err = override(tx, by, r, rec, x)
		return err
	})
}

// Take lets something leave that no other room's write makes.
func Take(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, way string) error {
	if err := by.Check(access.ReadRequest); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("consent.take", string(id)).For(way), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		return Leave(tx, by, r, Out{Way: way, To: ToFamily(r)})
	})
}
