// Package casefile is one case as its people read it: the whole of it on one line
// of time, who outside knows what, and the sheet of one page that goes along with
// the patient. It promises that sent, received, opened, answered and read by us
// stay dated facts of their own, that nothing is said to have been received which
// nobody knows of, and that a sheet which leaves is written down. It reads what
// the rooms below have stored and changes none of it.
package casefile

import (
	"log/slog"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/kin"
	"phare/internal/need"
	"phare/internal/patient"
	"phare/internal/request"
)

// Case is all that is known of one request at one instant.
type Case struct {
	Request   request.Request
	Patient   *patient.Patient // nil until the desk has identified the patient
	Signs     []request.Sign
	Choices   []request.Choice // newest first
	Facts     []history.Fact
	Questions []expertise.Question // oldest first
	Answer    answer.Answer        // the latest
	Left      []answer.Answer      // those that have left, the first one first
	Needs     []need.Line
	People    kin.People // around the patient
	Messages  []Message
	Told      []Told
	Desk      access.Platform
	Barred    bool   // the answer may not leave: nobody is told that it comes
	Holder    string // name; empty: the team's queue
	Now       time.Time
}

// LogValue keeps identities out of the logs: a case prints as its request.
func (c Case) LogValue() slog.Value { return c.Request.LogValue() }

// String does the same for %v.
func (c Case) String() string { return c.Request.String() }

// Message is one message that left, without its words and its address.
type Message struct {
	Kind, Way, State    string // as in package mail; Way empty: mail
	At, SentAt, StateAt time.Time
}

// arrived is when a message was taken by the mail server or the gateway, was
// delivered, or a person carried it; zero: not yet, or nobody knows.
func (m Message) arrived() time.Time {
	switch m.State {
	case "delivered", "done":
		return m.StateAt
	case "failed":
		return time.Time{}
	}
	return m.SentAt
}

// sentFor is the message of a kind that was written at an instant: message and
// cause are of one transaction. The zero one: there is none.
func sentFor(all []Message, kind string, at time.Time) (none Message) {
	for _, m := range all {
		if m.Kind == kind && m.At.Equal(at) {
			return m
		}
	}
	return none
}

// Who outside can be told.
const (
	ToExpert    = "expert"
	ToRequester = "requester"
	ToFamily    = "family"
	ToDoctor    = "doctor" // the médecin traitant
	ToOther     = "other"
	ToDesk      = "desk" // printed: nobody has said yet to whom it was given
)

// What can be handed over by other ways than a link, and how.
const (
	SheetFamily        = "sheet.family"
	SheetProfessional  = "sheet.professional"
	LetterFamily       = "letter.family"
	LetterProfessional = "letter.professional"

	Printed = "print"
)

// Whoms, Whats and Ways are what a person can choose.
func Whoms() []string { return []string{ToFamily, ToDoctor, ToRequester, ToOther} }

// Whats are what can be handed over.
func Whats() []string {
	return []string{LetterProfessional, LetterFamily, SheetProfessional, SheetFamily}
}

// Ways are how.
func Ways() []string { return []string{"hand", "post", "secure", "phone"} }

// Told is one thing that was handed over.
type Told struct {
	ID                             phare.ID
	Whom, Person, What, Way        string
	At                             time.Time
	Actor, Name                    string
	ReceivedAt, AnsweredAt, ReadAt time.Time
}
