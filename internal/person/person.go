// Package person is what someone may ask about the data that are kept of them: a
// copy of the whole file, to have something put right, its use limited, to object,
// to have it erased, to complain. It promises that each ask has a day by which it
// must be answered and is decided with a reason, that what stood in a file before it
// was put right stays to be seen, and that a copy holds every row about the person
// but for what its own list says is left out, and why.
package person

import (
	"log/slog"
	"slices"
	"time"

	"phare"
	"phare/internal/text"
)

// A Kind is what is asked.
type Kind string

// The kinds, in the order of the form. A claim before a court is asked of nobody: it
// is noted, and holds the file back from being purged until it is over.
const (
	Copy      Kind = "copy"
	Rectify   Kind = "rectify"
	Limit     Kind = "limit"
	Oppose    Kind = "oppose"
	Erase     Kind = "erase"
	Complaint Kind = "complaint"
	Claim     Kind = "claim"
)

// Kinds are all kinds in the order of the form.
func Kinds() []Kind { return []Kind{Copy, Rectify, Limit, Oppose, Erase, Complaint, Claim} }

// Asked are the kinds that a person can ask for on the tracking page.
func Asked() []Kind { return Kinds()[:6] }

// Givers are who asks, seen from the patient.
func Givers() []string {
	return []string{"patient", "parent", "guardian", "trusted", "heir", "requester", "other"}
}

// Ways are how an ask reached the desk. Tracking is the person's own page.
func Ways() []string { return []string{"phone", "letter", "mail", "desk"} }

const byTracking = "tracking"

// Purposes are what one can object to.
func Purposes() []string { return []string{"share", "research", "registry", "statistics", "other"} }

// A State is where an ask stands.
type State string

// The states. Withdrawn: whoever asked does not want it any more; of a claim, it is over.
const (
	Waiting   State = "asked"
	Granted   State = "granted"
	Partly    State = "partly"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
)

// Decisions are how an ask of this kind can end.
func (k Kind) Decisions() []State {
	switch k {
	case Claim:
		return []State{Withdrawn}
	case Copy, Limit:
		return []State{Granted, Refused, Withdrawn}
	}
	return []State{Granted, Partly, Refused, Withdrawn}
}

// Ask is one ask as stored.
type Ask struct {
	ID        phare.ID
	Request   phare.ID
	Reference string
	Kind      Kind
	Aspect    string // what is to be put right, or the purpose objected to
	Giver     string
	Way       string
	Who       string    // a name; may be empty
	Words     string    // theirs
	AskedOn   string    // 2006-01-02, the day it reached the desk
	DueAt     time.Time // zero: no clock

	ExtendedAt time.Time
	Longer     string // why it takes longer

	State       State
	Why         string
	DecidedName string
	DecidedAt   time.Time

	LiftedWhy, LiftedName string // of a limitation
	LiftedAt              time.Time

	Name    string // who wrote it down; empty: the person, on the tracking page
	At      time.Time
	Version int64

	guard, owner string // of its request, for lists
}

// LogValue keeps what people asked out of the logs: an ask prints as its id.
func (a Ask) LogValue() slog.Value { return slog.StringValue(string(a.ID)) }

// String does the same for %v.
func (a Ask) String() string { return "ask " + string(a.ID) }

// Open says whether it waits for a decision.
func (a Ask) Open() bool { return a.State == Waiting }

// Late says whether it should have been answered by now.
func (a Ask) Late(now time.Time) bool { return a.Open() && !a.DueAt.IsZero() && now.After(a.DueAt) }

// Limits says whether it limits the use of the file now.
func (a Ask) Limits() bool { return a.Kind == Limit && a.State == Granted && a.LiftedAt.IsZero() }

// CanExtend says whether its month can still be made three: within the first.
func (a Ask) CanExtend(now time.Time) bool {
	return a.Open() && a.ExtendedAt.IsZero() && !a.DueAt.IsZero() && !now.After(a.DueAt)
}

// Due is the end of the day by which an ask that came on a day must be answered: a
// month later, or three once that was extended (GDPR 12.3), on the same date or, where
// the month has none, its last day (Regulation 1182/71, article 3).
func Due(day time.Time, extended bool) time.Time {
	months := 1
	if extended {
		months = 3
	}
	to := time.Date(day.Year(), day.Month()+time.Month(months), day.Day(), 0, 0, 0, 0, day.Location())
	if to.Day() != day.Day() {
		to = time.Date(day.Year(), day.Month()+time.Month(months)+1, 0, 0, 0, 0, 0, day.Location())
	}
	return to.AddDate(0, 0, 1).Add(-time.Second)
}

// dayIn reads a day at the desk.
func dayIn(zone, day string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, day, text.Zone(zone))
	return t, err == nil
}

// Correction is one thing that was put right.
type Correction struct {
	ID         phare.ID
	Ask        phare.ID
	Field      string
	Was, Value string
	At         time.Time
	Name       string
}

// Made is one copy that was made.
type Made struct {
	ID        phare.ID
	Scope     string // Whole or Identity
	Way       string
	Recipient string
	ExpiresAt time.Time
	OpenedAt  time.Time
	At        time.Time
	Name      string

	actor string
	apart []phare.ID
}

// CanTake says whether an account can take the files of the copy: who made it, shortly
// after.
func (m Made) CanTake(account string, now time.Time) bool {
	return m.Way != ByLink && m.actor == account && now.Before(m.At.Add(TakeLife))
}

// The scopes of a copy, and how it is given.
const (
	Whole    = "whole"
	Identity = "identity"

	ByHand = "hand"
	ByPost = "post"
	ByLink = "link"
)

// CopyWays are how a copy can be given.
func CopyWays() []string { return []string{ByHand, ByPost, ByLink} }

// Rights is all that was asked, decided and given about one file.
type Rights struct {
	Asks        []Ask // newest first
	Corrections []Correction
	Copies      []Made
}

// Limited is the ask by which the use of the file is limited; nil: it is not.
func (r Rights) Limited() *Ask {
	i := slices.IndexFunc(r.Asks, Ask.Limits)
	if i < 0 {
		return nil
	}
	return &r.Asks[i]
}
