// Package request is the referral request: how it comes in, who holds it, what
// is known of it, and how it ends. It promises that a request whose reference
// someone has seen is stored, has one owner queue, a state and a date of next
// news, and that nobody but its platform's desk reads it. It does not know how
// an expert is asked (package expertise) or how an answer is written (package
// answer): they move the request on through Advance.
package request

import (
	"log/slog"
	"slices"
	"strings"
	"time"

	"phare"
)

// A State is where a request stands. The desk's baskets are states.
type State string

// The states, in the order of the line. Closed is the only end.
const (
	Received State = "received" // arrived; nobody has taken it: "à trier"
	Awaiting State = "awaiting" // someone outside must complete it: "à compléter"
	Open     State = "open"     // in hand at the desk
	Asked    State = "asked"    // at least one expert has been asked
	Answered State = "answered" // an opinion is back: an answer can be written
	Signed   State = "signed"   // the physician has signed; the answer is to be sent
	Closed   State = "closed"   // the answer is sent, or there is a reason
)

// States are all states in order.
func States() []State { return []State{Received, Awaiting, Open, Asked, Answered, Signed, Closed} }

// may is the status graph: every move that is legal. Anything else is a fault
// of the program or of two people acting at once.
var may = map[State][]State{
	Received: {Open, Awaiting, Closed},
	Awaiting: {Open, Signed, Closed}, // its answer can leave while a need of it waits for someone outside
	Open:     {Awaiting, Asked, Signed, Closed},
	Asked:    {Awaiting, Open, Answered, Signed, Closed},
	Answered: {Awaiting, Asked, Open, Signed, Closed},
	Signed:   {Open, Closed},
	Closed:   {},
}

// CanBecome says whether a request in state s may move to next.
func (s State) CanBecome(next State) bool { return slices.Contains(may[s], next) }

// Why a request was closed. Sent is the only reason that needs an answer.
const (
	Sent        = "sent"         // the answer was signed and sent
	OutOfScope  = "out-of-scope" // not for a rare-disease platform; the requester was told where to go
	Withdrawn   = "withdrawn"    // the requester asked for it
	Duplicate   = "duplicate"    // the same request exists
	Unreachable = "unreachable"  // the requester could not be reached
)

// CloseReasons are the reasons a person can choose.
func CloseReasons() []string { return []string{OutOfScope, Withdrawn, Duplicate, Unreachable} }

// How urgent the requester says it is. Emergencies do not come here.
const (
	Routine = "routine"
	Soon    = "soon"
	Urgent  = "urgent"
)

// NewsWithin is how soon the requester hears from the desk, by urgency.
func NewsWithin(urgency string) time.Duration {
	switch urgency {
	case Urgent:
		return 24 * time.Hour
	case Soon:
		return 3 * 24 * time.Hour
	}
	return 7 * 24 * time.Hour
}

// What is known of the diagnosis, asked first because it changes the path.
const (
	NoDiagnosis = "none"
	Suspected   = "suspected"
	Confirmed   = "confirmed"
	NotKnown    = "unknown"
)

// Fields are what a requester typed, in their own words, checked but never
// rewritten. They are stored whole (column fields, JSON); the desk's own view of
// the patient is another record.
type Fields struct {
	Who       string `json:"who"`
	Platform  string `json:"platform"`
	Diagnosis string `json:"diagnosis,omitempty"`
	Disease   string `json:"disease,omitempty"`  // the diagnosis in the requester's words
	Followed  string `json:"followed,omitempty"` // who made it, or follows it
	Since     string `json:"since,omitempty"`    // without one: since when it is looked for, in words

	// The patient.
	FamilyName  string `json:"family_name,omitempty"`
	FirstName   string `json:"first_name,omitempty"`
	BirthDate   string `json:"birth_date,omitempty"` // 2006-01-02, or as much of it as is known
	Sex         string `json:"sex,omitempty"`        // female, male, other, unknown
	Commune     string `json:"commune,omitempty"`
	Interpreter string `json:"interpreter,omitempty"` // the language, if one is needed

	// What is asked.
	Question string `json:"question,omitempty"`
	Story    string `json:"story,omitempty"` // signs and course, free words
	Done     string `json:"done,omitempty"`  // examinations and opinions already had
	Urgency  string `json:"urgency,omitempty"`

	// Who asks.
	Name      string `json:"name,omitempty"`
	Job       string `json:"job,omitempty"`      // professional: what they are there
	Relation  string `json:"relation,omitempty"` // family: self, parent, relative, other
	Place     string `json:"place,omitempty"`    // professional: where they work
	Phone     string `json:"phone,omitempty"`
	Mail      string `json:"mail,omitempty"`
	News      string `json:"news,omitempty"`       // how they hear of it: mail, sms, phone, post, centre
	Centre    string `json:"centre,omitempty"`     // their health centre and its telephone, when they hear through it
	Treating  string `json:"treating,omitempty"`   // physician: "yes" if they are the médecin traitant
	Doctor    string `json:"doctor,omitempty"`     // the médecin traitant
	Aware     string `json:"aware,omitempty"`      // whether that one knows: agrees, told, no, unwanted
	Consent   string `json:"consent,omitempty"`    // "yes": the patient or representative agrees
	ConsentBy string `json:"consent_by,omitempty"` // who said so: self, parent, guardian, trusted
	Unsure    string `json:"unsure,omitempty"`     // names of the fields answered "I do not know", parted by a space
	Lang      string `json:"lang,omitempty"`       // language of the pages that were filled in

	// The family, when someone else asks for it: it follows the request too.
	CloseName  string `json:"close_name,omitempty"`
	ClosePhone string `json:"close_phone,omitempty"`
	CloseMail  string `json:"close_mail,omitempty"`

	// What the desk notes of a call or a letter; empty from anyone else.
	Channel  string `json:"channel,omitempty"`  // phone, letter, fax
	Came     string `json:"came,omitempty"`     // 2006-01-02: when a letter came
	Promised string `json:"promised,omitempty"` // what the caller was told
}

// subjectRunes is how much of a story stands for a question that was not asked.
const subjectRunes = 160

// Subject is the request in one line for lists: the question, or how the story
// begins when the family did not know what to ask.
func (f Fields) Subject() string {
	if f.Question != "" {
		return f.Question
	}
	words := []rune(phare.Clean(f.Story))
	if len(words) > subjectRunes {
		return string(words[:subjectRunes-1]) + "…"
	}
	return string(words)
}

// IsUnsure says whether a field was answered "I do not know".
func (f Fields) IsUnsure(name string) bool { return slices.Contains(strings.Fields(f.Unsure), name) }

// Request is one request as stored.
type Request struct {
	ID        phare.ID
	Platform  string
	Reference string // "MR-7K3F-92QX", safe to say aloud
	Channel   string // web, phone, letter
	Fields    Fields
	Patient   phare.ID // empty until the desk has identified the patient
	State     State
	Owner     string    // account id; empty: the team's queue
	Awaited   string    // who outside must act, in words, when State is Awaiting
	Next      string    // next action, a key under "next."
	NextAt    time.Time // promised date of next news
	Version   int64
	Guard     string // circle.Open or circle.Confidential

	CreatedAt, FirstLookAt, ClosedAt time.Time
	AskedAt, SignedAt                time.Time // first question to an expert; last signature
	GivenAt                          time.Time // when an answer last left; zero: none did
	CloseReason                      string

	form          string // FormHash of the form it came from: one form, one request
	wait          Wait   // for whom, when it begins to wait
	begun         bool   // somebody of the desk did something about it
	gives         bool   // an answer leaves now, and it stays open
	untold        bool   // the requester is not told of the step
	spoken        bool   // the answer that leaves now was read to them on the telephone
	secret, print string // stored forms: MAC of the secret, fingerprint of the form's body
}

// LogValue keeps identities out of the logs: a request prints as its id.
func (r Request) LogValue() slog.Value { return slog.StringValue(string(r.ID)) }

// String does the same for %v.
func (r Request) String() string { return "request " + string(r.ID) }

// IsGiven says whether an answer has left while needs of it are still open.
func (r Request) IsGiven() bool { return !r.GivenAt.IsZero() && r.State != Closed }

// Late says whether the promised date of next news has passed.
func (r Request) Late(now time.Time) bool {
	return r.State != Closed && !r.NextAt.IsZero() && now.After(r.NextAt)
}

// Presence of a sign.
const (
	Present = "present"
	Absent  = "absent"
	Unknown = "unknown" // asked, and nobody knows: not asked again, and no reason for anything
)

// Sign is one HPO term that the desk entered for a request. The label is the one
// that was on screen when it was entered.
type Sign struct {
	HPO, Presence, Label string
}

// Event is one line of a request's timeline, written for people.
type Event struct {
	At      time.Time
	Actor   string
	Name    string // who, as shown; empty for the requester and the machine
	Kind    string // a key under "event."
	Text    string // free words, or empty
	ShownTo string // "team" or "requester"
}

// Who reads an event.
const (
	Team      = "team"
	Requester = "requester"
)
