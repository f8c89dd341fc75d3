// Package expertise is the question to an expert: what is shown of a case, the
// signed link that opens it without an account, and what comes back. It
// promises that an expert sees exactly what the desk was shown before sending,
// without the patient's or the requester's identity; that a link opens one
// question and nothing else; and that a filed opinion is never changed.
//
// Sent, opened, answered and read by us are four dated facts, never one status.
package expertise

import (
	"log/slog"
	"time"

	"phare"
	"phare/internal/request"
)

// A State is where one question stands. Expired follows from the date and is
// seen through Question.Now, never stored by this package.
type State string

// The states.
const (
	Sent      State = "sent"      // on its way, not opened
	Opened    State = "opened"    // the expert has seen the case
	Answered  State = "answered"  // an opinion is filed; locked
	Refused   State = "refused"   // not for this expert, with a reason; locked
	Withdrawn State = "withdrawn" // taken back by the desk
	Expired   State = "expired"   // the link's life is over; it can be renewed
)

// Why an expert says no.
const (
	NotMyField  = "not-my-field"
	TooBusy     = "too-busy"
	NoLonger    = "closed" // the consultation or the centre no longer takes such cases
	Absent      = "absent"
	MissingData = "missing-data" // the note says what is missing
)

// Reasons are the reasons an expert can choose, in the order of the page.
func Reasons() []string { return []string{NotMyField, TooBusy, NoLonger, Absent, MissingData} }

// answerDays is in how many days an opinion is asked for, by urgency.
func answerDays(urgency string) int {
	switch urgency {
	case request.Urgent:
		return 2
	case request.Soon:
		return 5
	}
	return 10
}

// dayEnds is the hour at which a working day ends.
const dayEnds = 18

// DueAt is when an opinion asked for now is due: on the day that its urgency
// gives, at the end of the working day by the clock of the first zone that is
// known, the expert's before the desk's. A day, not a number of hours: nobody
// answers at three in the morning because the question was sent at that hour.
func DueAt(now time.Time, urgency string, zones ...string) time.Time {
	loc := time.UTC
	for _, name := range zones {
		if l, err := time.LoadLocation(name); err == nil && name != "" {
			loc = l
			break
		}
	}
	year, month, day := now.In(loc).Date()
	return time.Date(year, month, day+answerDays(urgency), dayEnds, 0, 0, 0, loc).UTC()
}

// linkLife is how long a link lives after the day the opinion is due: an expert
// who comes late still gets in.
const linkLife = 14 * 24 * time.Hour

// newsAfter is how soon the requester hears again once a question has ended.
const newsAfter = 2 * 24 * time.Hour

// Shown is what an expert sees of a case. It is stored as it was shown, for
// ever: signs that change later do not change it.
type Shown struct {
	Ask       string         `json:"ask"`
	Urgency   string         `json:"urgency"`
	Sex       string         `json:"sex"`                  // female, male, other, unknown
	Months    int            `json:"months"`               // age in whole months when it was asked; -1: not known
	BirthYear int            `json:"birth_year,omitempty"` // only where the age cannot be told
	Diagnosis string         `json:"diagnosis"`            // none, suspected, confirmed, unknown
	Disease   string         `json:"disease,omitempty"`
	Signs     []request.Sign `json:"signs,omitempty"`
	Story     string         `json:"story,omitempty"`
	Done      string         `json:"done,omitempty"`
}

// Years is the age in whole years; below two years Months tells more.
func (s Shown) Years() int { return s.Months / 12 }

// Present and Absent are the signs that were seen, and those that were looked
// for and not found.
func (s Shown) Present() []request.Sign { return s.with(request.Present) }

// Absent is the other half of Present.
func (s Shown) Absent() []request.Sign { return s.with(request.Absent) }

// Unknown are the signs that were asked about without an answer.
func (s Shown) Unknown() []request.Sign { return s.with(request.Unknown) }

func (s Shown) with(presence string) (some []request.Sign) {
	for _, x := range s.Signs {
		if x.Presence == presence {
			some = append(some, x)
		}
	}
	return some
}

// Recipient is who is asked: someone of the directory, or a name that was typed.
type Recipient struct {
	Person string // id in the directory; empty: typed
	Name   string
	Place  string
	Zone   string // IANA zone of their clock
	Mail   string // empty: the desk hands the link over itself
}

// Question is one question to one expert.
type Question struct {
	ID       phare.ID
	Platform string
	Request  phare.ID
	To       Recipient
	Shown    Shown
	Urgency  string
	Override string // why it was asked though the person's agreement was missing
	State    State
	Actor    string // who of the desk asked

	SentAt, DueAt, ExpiresAt, RenewedAt time.Time
	OpenedAt, EndedAt, ReadAt           time.Time

	Opinion Opinion
	Reason  string // coded, when refused
	Note    string // words beside the reason, or why it was withdrawn
	Version int64

	form            string // MAC of the form that asked
	linkForm, token string // MACs of the form that made the link, and of the link
}

// Opinion is what an expert files.
type Opinion struct {
	Words    string // the opinion itself
	Exams    string
	Referral string
	Delay    string
	Name     string // signed by
	RPPS     string // national number of the professional; not compulsory
}

// LogValue keeps the case out of the logs: a question prints as its id.
func (q Question) LogValue() slog.Value { return slog.StringValue(string(q.ID)) }

// String does the same for %v.
func (q Question) String() string { return "question " + string(q.ID) }

// Now is the state as of an instant: a question that nobody answered in its
// link's life is expired.
func (q Question) Now(now time.Time) State {
	if (q.State == Sent || q.State == Opened) && now.After(q.ExpiresAt) {
		return Expired
	}
	return q.State
}

// Waiting says whether an opinion can still come.
func (q Question) Waiting(now time.Time) bool {
	s := q.Now(now)
	return s == Sent || s == Opened
}

// Late says whether the opinion is due and has not come.
func (q Question) Late(now time.Time) bool {
	return (q.State == Sent || q.State == Opened) && now.After(q.DueAt)
}

// IsBack says whether the expert has answered or refused.
func (q Question) IsBack() bool { return q.State == Answered || q.State == Refused }

// ReadOr is when the desk read what came back: when someone said so, or else
// when the answer that followed was signed, the zero time if it was not.
func (q Question) ReadOr(signed time.Time) time.Time {
	if q.ReadAt.IsZero() && q.IsBack() && !signed.Before(q.EndedAt) {
		return signed
	}
	return q.ReadAt
}

// Renewable says whether a new link can be made: the question is not ended, or
// only its link is.
func (q Question) Renewable() bool { return q.State == Sent || q.State == Opened }

// Tally counts the questions of one request: "2 of 3 answered".
type Tally struct{ Asked, Answered, Refused, Waiting int }

// Count makes the tally; questions that were withdrawn do not count.
func Count(all []Question, now time.Time) (t Tally) {
	for _, q := range all {
		switch q.Now(now) {
		case Withdrawn:
			continue
		case Answered:
			t.Answered++
		case Refused:
			t.Refused++
		case Sent, Opened:
			t.Waiting++
		}
		t.Asked++
	}
	return t
}

// standing is where the questions of a request leave it: Asked while one can
// still be answered, unless an opinion is back already.
func standing(all []Question, now time.Time) request.State {
	t := Count(all, now)
	switch {
	case t.Answered > 0:
		return request.Answered
	case t.Waiting > 0:
		return request.Asked
	}
	return request.Open
}

// age tells whole months from a date of birth at an instant, or only the year
// where the date is not whole. Months is -1 if it cannot be told.
func age(birth string, now time.Time) (months, year int) {
	if t, err := time.Parse(time.DateOnly, birth); err == nil {
		months = (now.Year()-t.Year())*12 + int(now.Month()) - int(t.Month())
		if now.Day() < t.Day() {
			months--
		}
		return max(months, 0), 0
	}
	if len(birth) >= 4 {
		if t, err := time.Parse("2006", birth[:4]); err == nil {
			return -1, t.Year()
		}
	}
	return -1, 0
}
