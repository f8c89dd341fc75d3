package request

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/orientation"
	"phare/internal/store"
)

// explained is how many diseases of a result are stored with their reasons.
const explained = 10

// Orientation is one ranking, kept for ever as it was shown.
type Orientation struct {
	ID      phare.ID
	Request phare.ID
	At      time.Time
	Actor   string
	Result  orientation.Result // with its query, versions and reasons: all that Replay needs
}

// Orient ranks diseases and networks from the signs of a request and stores
// question, versions and answer. It changes nothing else: neither the urgency
// of the request nor its place in any list. The ranking runs outside any
// transaction, on the signs as they were read.
func Orient(ctx context.Context, db *store.DB, by access.Actor, e *orientation.Engine, id phare.ID) (Orientation, error) {
	if err := by.Check(access.Orient); err != nil {
		return Orientation{}, err
	}
	o := Orientation{ID: phare.NewID(), Request: id, Actor: by.ID}
	q, err := queryFor(ctx, db, by, id, nil)
	if err != nil {
		return Orientation{}, err
	}
	if len(q.Observed) == 0 {
		return Orientation{}, phare.Field("signs", "orient.nosigns")
	}
	if o.Result, err = e.RankExplained(q, explained); err != nil {
		return Orientation{}, err
	}
	act := by.Act("request.orient", string(id)).For(o.Result.Engine)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := circle.Check(&tx.View, by, id); err != nil {
			return err
		}
		o.At = tx.Now
		return insertOrientation(tx, by.Platform, o)
	})
	return o, err
}

// queryFor is what is asked of the engine for a request that is open, with
// answers that are not stored yet.
func queryFor(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, answers []Sign) (q orientation.Query, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		r, err := Find(v, by, id)
		if err != nil {
			return err
		}
		if err := mustBeOn(v, by); err != nil {
			return err
		}
		if r.State == Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		signs, err := Signs(v, by, id)
		q = queryOf(r, withAnswers(signs, answers))
		return err
	})
	return q, err
}

// mustBeOn refuses while the actor's platform has the ranking module off.
func mustBeOn(v *store.View, by access.Actor) error {
	on, err := access.RankingOn(v, by.Platform)
	if err == nil && !on {
		err = phare.Fault(phare.Forbidden, "orient.off.here")
	}
	return err
}

// queryOf is what the engine is asked: signs and sex, no name and no date.
func queryOf(r Request, signs []Sign) orientation.Query {
	q := orientation.Query{Sex: map[string]string{"female": "FEMALE", "male": "MALE"}[r.Fields.Sex]}
	for _, s := range signs {
		switch s.Presence {
		case Present:
			q.Observed = append(q.Observed, s.HPO)
		case Absent:
			q.Excluded = append(q.Excluded, s.HPO)
		default:
			q.Asked = append(q.Asked, s.HPO)
		}
	}
	slices.Sort(q.Observed) // the order of entry must not matter
	slices.Sort(q.Excluded)
	slices.Sort(q.Asked)
	return q
}

// AnswersTo says whether the orientation was made from these signs.
func (o Orientation) AnswersTo(signs []Sign) bool {
	q := queryOf(Request{}, signs)
	return slices.Equal(q.Observed, o.Result.Query.Observed) && slices.Equal(q.Excluded, o.Result.Query.Excluded)
}

func insertOrientation(tx *store.Tx, platform string, o Orientation) error {
	result, err := json.Marshal(o.Result)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO orientation (id, platform, request, at, actor, knowledge, engine, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.ID, platform, o.Request, o.At, o.Actor, o.Result.Knowledge, o.Result.Engine,
		store.SealRow(platform, Subject(o.Request), "orientation", o.ID).In("result", string(result)))
}

func scanOrientation(row store.Row) (o Orientation, err error) {
	var result string
	if err := row.Scan(&o.ID, &o.Request, store.Time(&o.At), &o.Actor, store.Sealed(&result, "orientation.result", &o.ID)); err != nil {
		return o, err
	}
	if result == "" { // erased with its request
		return o, nil
	}
	if err := json.Unmarshal([]byte(result), &o.Result); err != nil {
		return o, fmt.Errorf("orientation %s: %w", o.ID, err)
	}
	return o, nil
}

// Orientations reads what was ranked for a request, the latest first, at most
// limit of them.
func Orientations(v *store.View, by access.Actor, id phare.ID, limit int) ([]Orientation, error) {
	return store.All(v, scanOrientation, fmt.Sprintf(`SELECT id, request, at, actor, result FROM orientation
		WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC LIMIT %d`, limit), id, by.Platform)
}

// kept is how many of its results a request shows.
const kept = 20

// OpenOrientation opens a request together with its orientations, the latest
// first, and says whether its platform has the ranking module on.
func OpenOrientation(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, all []Orientation, on bool, err error) {
	if err := by.Check(access.Orient); err != nil {
		return File{}, nil, false, err
	}
	if f, err = OpenFile(ctx, db, by, id); err != nil {
		return File{}, nil, false, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		if on, err = access.RankingOn(v, by.Platform); err != nil {
			return err
		}
		all, err = Orientations(v, by, id, kept)
		return err
	})
	return f, all, on, err
}

// Report is one stored orientation of a request with what was made of it.
type Report struct {
	Request     Request
	Orientation Orientation
	Maker       string   // name of who asked for it; empty when the account is not of this platform
	Choices     []Choice // made while it was the latest result, newest first
}

// Initials name the patient on a paper that leaves the desk: "J. D.".
func (r Report) Initials() string { return initials(r.Request.Fields) }

// OpenResult opens one stored orientation of a request, to be printed. The look
// is written down.
func OpenResult(ctx context.Context, db *store.DB, by access.Actor, id, result phare.ID) (r Report, err error) {
	if err := by.Check(access.Orient); err != nil {
		return Report{}, err
	}
	act := by.Act("orientation.open", string(id)).For(string(result))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if r.Request, err = Find(&tx.View, by, id); err != nil {
			return err
		}
		r.Orientation, err = store.One(&tx.View, scanOrientation, `SELECT id, request, at, actor, result FROM orientation
			WHERE id = $1 AND request = $2 AND platform = $3`, result, id, by.Platform)
		if err != nil {
			return err
		}
		if r.Maker, err = accountName(&tx.View, by, r.Orientation.Actor); err != nil {
			return err
		}
		r.Choices, err = Choices(&tx.View, by, id)
		r.Choices = slices.DeleteFunc(r.Choices, func(c Choice) bool { return c.Orientation != result })
		return err
	})
	return r, err
}

// accountName is the name of an account of the actor's platform, or empty.
func accountName(v *store.View, by access.Actor, id string) (string, error) {
	name, err := store.One(v, store.Value[string], `SELECT name FROM account WHERE id = $1 AND platform = $2`, id, by.Platform)
	if phare.KindOf(err) == phare.NotFound {
		return "", nil
	}
	return name, err
}

// Print is the fingerprint of a result, by which two printed copies can be held
// to be the same: SHA-256 of its stored form, in hexadecimal.
func (o Orientation) Print() (string, error) {
	text, err := json.Marshal(o.Result)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}
