package instrument

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Walk is a way through the tree that was joined to a request.
type Walk struct {
	Request  phare.ID
	Edition  string // of the tree: its number, and for a starter the beginning of its digest
	Signer   string // name under that edition; empty: nobody had signed it
	Path     string
	Taken    []Taken
	Outcome  string // id of the node
	Title    string
	Urgency  string
	Networks []string
	At       time.Time
	Actor    string
	Name     string
}

// IsSigned says whether the tree was one that a physician stands for.
func (w Walk) IsSigned() bool { return w.Signer != "" }

// Number is that of the edition.
func (w Walk) Number() string {
	number, _, _ := strings.Cut(w.Edition, " ")
	return number
}

// edition names a text for ever, also a starter that a later Phare changes.
func (v Version) edition() string {
	if v.Number > 0 {
		return strconv.FormatInt(v.Number, 10)
	}
	sum := sha256.Sum256([]byte(v.Text))
	return "0 " + hex.EncodeToString(sum[:6])
}

// Walked is a walk that came to its end, by the version it was made on.
type Walked struct {
	Request phare.ID
	Number  int64
	Steps   []Step
}

// Attach joins a walk to a request: the way in words, and which version of the
// tree it was. The tree must be, or have been, in use: a draft gives no advice.
// The same walk is joined once.
func Attach(ctx context.Context, db *store.DB, by access.Actor, in Walked) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	act := by.Act("instrument.attach", string(in.Request))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, in.Request)
		if err != nil {
			return err
		}
		if r.State == request.Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		w, err := walked(&tx.View, by, in)
		if err != nil {
			return err
		}
		w.Request, w.At, w.Actor, w.Name = r.ID, tx.Now, by.ID, by.Name
		fresh, err := keepWalk(tx, r.Platform, w)
		if err != nil || !fresh {
			return err
		}
		return request.Tell(tx, by, r, request.Event{Kind: "walk", Text: w.Title, ShownTo: request.Team})
	})
}

// Follow says where a walk leads that could be joined to a request: it is
// finished, on a tree that is or was in use. It reads nothing of the request.
func Follow(ctx context.Context, db *store.DB, by access.Actor, in Walked) (w Walk, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return w, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		w, err = walked(v, by, in)
		return err
	})
	return w, err
}

// walked follows the steps again, on the version that they were made on.
func walked(v *store.View, by access.Actor, in Walked) (w Walk, err error) {
	unfinished := phare.Fault(phare.Invalid, "instrument.walk.unfinished")
	if len(in.Steps) == 0 {
		return w, unfinished
	}
	rec, err := find(v, by.Platform, TreeRef())
	if err != nil {
		return w, err
	}
	x, err := version(v, rec, in.Number)
	if err != nil {
		return w, err
	}
	if !x.IsSigned() && x.Number != rec.inUse {
		return w, phare.Fault(phare.Conflict, "instrument.walk.draft")
	}
	tree, _ := ParseTree(x.Text, Networks())
	taken, at, err := tree.Walk(in.Steps)
	if err != nil {
		return w, err
	}
	if at.Outcome == nil {
		return w, unfinished
	}
	var path []string
	for _, s := range in.Steps {
		path = append(path, s.String())
	}
	return Walk{Edition: x.edition(), Signer: x.SignerName, Path: strings.Join(path, " "), Taken: taken,
		Outcome: at.ID, Title: at.Text, Urgency: at.Outcome.Urgency, Networks: at.Outcome.Networks}, nil
}

// Walks reads the walks that were joined to a request, the newest first.
func Walks(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Walk, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		all, err = walks(v, by.Platform, id)
		return err
	})
	return all, err
}
