package request

import (
	"context"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/store"
)

// Learn writes down what was answered about signs and ranks anew, in one
// commit. The same answers sent twice change nothing the second time.
func Learn(ctx context.Context, db *store.DB, by access.Actor, e *orientation.Engine, id phare.ID, answers []Sign) (Orientation, error) {
	if err := by.Check(access.Orient); err != nil {
		return Orientation{}, err
	}
	if err := by.Check(access.EditPatient); err != nil {
		return Orientation{}, err
	}
	q, err := queryFor(ctx, db, by, id, answers)
	if err != nil {
		return Orientation{}, err
	}
	if err := checkAnswers(q, answers); err != nil {
		return Orientation{}, err
	}
	res, err := e.RankExplained(q, explained) // outside any transaction
	if err != nil {
		return Orientation{}, err
	}
	var o Orientation
	if err := db.Read(ctx, func(v *store.View) (err error) { o, err = learnt(v, by, id, answers, res); return err }); err != nil || o.ID != "" {
		return o, err
	}
	act := by.Act("request.learn", string(id)).For(res.Engine)
	err = editSigns(ctx, db, by, act, func(tx *store.Tx) error {
		if o, err = learnt(&tx.View, by, id, answers, res); err != nil || o.ID != "" {
			return err // the same answers, sent at the same time
		}
		if err := putSigns(tx, by, id, "answer", answers); err != nil {
			return err
		}
		o = Orientation{ID: phare.NewID(), Request: id, At: tx.Now, Actor: by.ID, Result: res}
		return insertOrientation(tx, by.Platform, o)
	})
	return o, err
}

// checkAnswers refuses answers from which nothing could be ranked.
func checkAnswers(q orientation.Query, answers []Sign) error {
	if len(answers) == 0 {
		return phare.Field("answer", "look.none")
	}
	if err := checkSigns("answer", answers); err != nil {
		return err
	}
	if len(q.Observed) == 0 {
		return phare.Field("signs", "orient.nosigns")
	}
	return nil
}

// learnt is the latest orientation if these answers are known and it says what
// res says; without an ID otherwise.
func learnt(v *store.View, by access.Actor, id phare.ID, answers []Sign, res orientation.Result) (Orientation, error) {
	signs, err := Signs(v, by, id)
	if err != nil || !slices.EqualFunc(signs, withAnswers(signs, answers), func(a, b Sign) bool { return a.Presence == b.Presence }) {
		return Orientation{}, err
	}
	all, err := Orientations(v, by, id, 1)
	if err != nil || len(all) == 0 || !all[0].saysTheSame(res) {
		return Orientation{}, err
	}
	return all[0], nil
}

// withAnswers are signs as they stand once answers are written over them.
func withAnswers(signs, answers []Sign) []Sign {
	all := slices.Clone(signs)
	for _, a := range answers {
		if i := slices.IndexFunc(all, func(s Sign) bool { return s.HPO == a.HPO }); i >= 0 {
			all[i].Presence = a.Presence
		} else {
			all = append(all, a)
		}
	}
	return all
}

// saysTheSame says whether an orientation answers the question of res with the
// same knowledge and engine.
func (o Orientation) saysTheSame(res orientation.Result) bool {
	a, b := o.Result.Query, res.Query
	return o.Result.Engine == res.Engine && o.Result.Knowledge == res.Knowledge &&
		slices.Equal(a.Observed, b.Observed) && slices.Equal(a.Excluded, b.Excluded) && slices.Equal(a.Asked, b.Asked) && a.Sex == b.Sex
}

// Questions are the signs to look for next, of which an answer would best tell
// the networks apart. Nothing is stored: they follow from the signs.
func Questions(e *orientation.Engine, r Request, signs []Sign, most int) []orientation.Question {
	return e.Next(queryOf(r, signs), most)
}

// Shift is what a ranking says that the one before did not.
type Shift struct {
	Present, Absent, Unknown, Dropped []string // HPO ids
	Moves                             []Move   // of the first networks, in their order now
	Stays                             []Move   // those of them of which nothing changed
	Left                              []Move   // networks that were among the first, and are not; To is 0 for one that nothing speaks for now
}

// Move is a network whose place or support has changed. Places count from 1.
type Move struct {
	Slug           string
	From, To       int
	Before, Became orientation.Support
}

// ShiftSince compares a ranking to the one before, as far as the first few
// networks. Places are not compared when either abstains (it showed none), or when
// another engine or knowledge would be what moved them.
func ShiftSince(before, now orientation.Result, networks int) (c Shift) {
	c.Present = without(now.Query.Observed, before.Query.Observed)
	c.Absent = without(now.Query.Excluded, before.Query.Excluded)
	c.Unknown = without(now.Query.Asked, before.Query.Asked)
	all := slices.Concat(now.Query.Observed, now.Query.Excluded, now.Query.Asked)
	c.Dropped = without(slices.Concat(before.Query.Observed, before.Query.Excluded, before.Query.Asked), all)
	if before.Abstain != "" || now.Abstain != "" || before.Engine != now.Engine || before.Knowledge != now.Knowledge {
		return c
	}
	for i, n := range now.Networks[:min(networks, len(now.Networks))] {
		from := slices.IndexFunc(before.Networks, func(x orientation.NetworkScore) bool { return x.Slug == n.Slug })
		if from < 0 || n.Score == 0 {
			continue
		}
		if was := before.Networks[from].Support; from != i || was != n.Support {
			c.Moves = append(c.Moves, Move{n.Slug, from + 1, i + 1, was, n.Support})
		} else {
			c.Stays = append(c.Stays, Move{n.Slug, from + 1, i + 1, was, n.Support})
		}
	}
	for i, n := range before.Networks[:min(networks, len(before.Networks))] {
		to := slices.IndexFunc(now.Networks, func(x orientation.NetworkScore) bool { return x.Slug == n.Slug })
		switch {
		case n.Score == 0 || to >= 0 && to < networks && now.Networks[to].Score > 0:
		case to < 0 || now.Networks[to].Score == 0:
			c.Left = append(c.Left, Move{n.Slug, i + 1, 0, n.Support, orientation.Weak})
		default:
			c.Left = append(c.Left, Move{n.Slug, i + 1, to + 1, n.Support, now.Networks[to].Support})
		}
	}
	return c
}

// without are the ids of a that are not in b.
func without(a, b []string) (list []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			list = append(list, x)
		}
	}
	return list
}
