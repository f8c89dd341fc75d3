package request

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/store"
)

// What the desk can choose to contact.
const (
	ChoseNetwork      = "network"
	ChoseOrganisation = "organisation"
	ChosePerson       = "person"
	ChoseOther        = "other" // someone whom the page does not hold, named in words
	ChoseNone         = "none"  // none of what was proposed
)

// Where a choice stood in the list that the signs gave.
const (
	StoodFirst    = "first"    // a team of the network that was first
	StoodProposed = "proposed" // of another network that was proposed
	StoodOther    = "other"    // of none that was proposed
	StoodNone     = "none"     // nothing was chosen
	StoodUnlisted = ""         // there was no list to choose from
)

// OtherReason is the coded reason that only words explain.
const OtherReason = "else"

// ChoiceReasons are the coded reasons of a choice.
func ChoiceReasons() []string {
	return []string{"known", "near", "wish", "delay", "picture", "physician", "directory", OtherReason}
}

// Choice is what the desk chose of what was proposed, or against it, and why.
type Choice struct {
	ID            phare.ID
	At            time.Time
	Actor         string
	By            string // the actor's name; empty when the account is not of this platform
	Kind          string
	Target, Label string   // id and name as seen; no id when Kind is ChoseOther, neither when it is ChoseNone
	Network       string   // slugs of the target's networks, parted by blanks
	Stood         string   // worked out by Choose
	Orientation   phare.ID // the result it stood in, if any
	Code          string   // one of ChoiceReasons, or empty
	Reason        string   // in words
	Shown         phare.ID // the result whose list it was made from, if any; not kept
}

// The next actions that a choice sets; keys under "next.".
const (
	NextAsk     = "ask"     // a team of the directory was chosen: write to it
	NextContact = "contact" // someone whom the directory does not hold was chosen: reach them
	NextElse    = "search"  // none of the proposals: find someone else to ask
)

// Choose writes down what the desk chose, why, and where that stood in the
// latest result of the request; a request in hand has its next action from it.
// The reason may be left out for a team of the page, not for another one nor for
// "none of these", and words are needed for a team of a list that is out of date.
func Choose(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, c Choice) error {
	if err := by.Check(access.Orient); err != nil {
		return err
	}
	c, err := c.accept()
	if err != nil {
		return err
	}
	act := by.Act("request.choose", string(id)).For(c.Kind)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if r.State == Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		if c, err = c.place(&tx.View, by, id); err != nil {
			return err
		}
		if err := insertChoice(tx, by, r, c); err != nil {
			return err
		}
		if next := c.next(); r.State == Open && r.Next != next {
			r.Next = next
			if err := Advance(tx, r, Open); err != nil {
				return err
			}
		}
		text := strings.Trim(c.Label+"\n"+c.Reason, "\n")
		return Tell(tx, by, r, Event{Kind: "choose." + c.Kind, Text: text, ShownTo: Team})
	})
}

// place says in which result a choice stood, and where, and refuses a team of a
// list that no longer answers to the signs when no word says why.
func (c Choice) place(v *store.View, by access.Actor, id phare.ID) (Choice, error) {
	c.Orientation, c.Stood = "", c.stands(orientation.Result{})
	latest, err := Orientations(v, by, id, 1)
	if err != nil || len(latest) == 0 {
		return c, err
	}
	c.Orientation, c.Stood = latest[0].ID, c.stands(latest[0].Result)
	if c.Shown == "" || c.Kind == ChoseNone || c.Reason != "" {
		return c, nil
	}
	signs, err := Signs(v, by, id)
	if err == nil && (latest[0].ID != c.Shown || !latest[0].AnswersTo(signs)) {
		err = phare.Field("reason", "orient.stale.reason")
	}
	return c, err
}

// next is what is to be done after a choice.
func (c Choice) next() string {
	switch c.Kind {
	case ChoseNone:
		return NextElse
	case ChoseOther:
		return NextContact
	}
	return NextAsk
}

// stands says where a choice stands in a result.
func (c Choice) stands(in orientation.Result) string {
	list := Proposed(in)
	switch {
	case c.Kind == ChoseNone:
		return StoodNone
	case len(list) == 0:
		return StoodUnlisted
	}
	own := strings.Fields(c.Network)
	at := slices.IndexFunc(list, func(n orientation.NetworkScore) bool { return slices.Contains(own, n.Slug) })
	switch {
	case at == 0:
		return StoodFirst
	case at > 0:
		return StoodProposed
	}
	return StoodOther
}

// How many networks of a result are proposed.
const (
	proposedMost  = 5 // with strong or medium support
	proposedLeast = 3 // whatever their support, when none has more
)

// Proposed are the networks of a result that are put to the desk, the first
// first; none when the engine abstained.
func Proposed(in orientation.Result) (list []orientation.NetworkScore) {
	if in.Abstain != "" {
		return nil
	}
	for i, n := range in.Networks {
		bare := n.Support == orientation.Weak && i >= proposedLeast
		if n.Score == 0 || bare || len(list) == proposedMost {
			break // they are in order: the rest says less
		}
		list = append(list, n)
	}
	return list
}

func (c Choice) accept() (Choice, error) {
	c.Label, c.Reason = phare.Clean(c.Label), strings.TrimSpace(c.Reason)
	switch c.Kind {
	case ChoseNone:
		c.Target, c.Label, c.Network = "", "", ""
	case ChoseOther:
		c.Target, c.Network = "", ""
		if c.Label == "" {
			return c, phare.Field("other", "orient.choice.other.missing")
		}
	case ChoseNetwork, ChoseOrganisation, ChosePerson:
		if c.Target == "" || c.Label == "" {
			return c, phare.Field("choice", "orient.choice.missing")
		}
	default:
		return c, phare.Field("choice", "orient.choice.missing")
	}
	return c.acceptReason()
}

// acceptReason takes words without a code for a reason that only words explain.
func (c Choice) acceptReason() (Choice, error) {
	must := c.Kind == ChoseNone || c.Kind == ChoseOther
	if c.Code == "" && c.Reason != "" && must {
		c.Code = OtherReason
	}
	switch {
	case c.Code != "" && !slices.Contains(ChoiceReasons(), c.Code):
		return c, phare.Field("why", "orient.choice.code")
	case c.Code == "" && must:
		return c, phare.Field("why", "orient.choice.reason")
	case c.Code == OtherReason && c.Reason == "":
		return c, phare.Field("reason", "orient.choice.words")
	case len([]rune(c.Reason)) > longestNote:
		return c, phare.Field("reason", "desk.toolong")
	case len([]rune(c.Label)) > longestNote:
		return c, phare.Field("other", "desk.toolong")
	}
	return c, nil
}

const choiceColumns = `id, at, actor, kind, target, label, network, stood, orientation, code, reason`

func insertChoice(tx *store.Tx, by access.Actor, r Request, c Choice) error {
	id := phare.NewID()
	return tx.Exec(`INSERT INTO choice (`+choiceColumns+`, platform, request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		id, tx.Now, by.ID, c.Kind, c.Target, c.Label, c.Network, c.Stood, c.Orientation, c.Code,
		store.SealRow(r.Platform, Subject(r.ID), "choice", id).In("reason", c.Reason), r.Platform, r.ID)
}

// Choices reads the choices made for a request of the actor's platform, the
// newest first.
func Choices(v *store.View, by access.Actor, id phare.ID) ([]Choice, error) {
	return store.All(v, func(row store.Row) (c Choice, err error) {
		err = row.Scan(&c.ID, store.Time(&c.At), &c.Actor, &c.Kind, &c.Target, &c.Label, &c.Network, &c.Stood, &c.Orientation, &c.Code, store.Sealed(&c.Reason, "choice.reason", &c.ID), &c.By)
		return c, err
	}, `SELECT c.id, c.at, c.actor, c.kind, c.target, c.label, c.network, c.stood, c.orientation, c.code, c.reason, coalesce(a.name, '')
		FROM choice c LEFT JOIN account a ON a.id = c.actor AND a.platform = c.platform
		WHERE c.request = $1 AND c.platform = $2 ORDER BY c.at DESC, c.id`, id, by.Platform)
}
