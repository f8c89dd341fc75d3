// Package consent is what a person agreed to, refused, was told or withdrew, and
// whether something may leave the desk. It promises that nothing that asks it
// leaves without what its purpose needs, or without a reason written by name; that
// the answer is given inside the write by which it leaves; that a line is never
// changed, only followed by another; and that a withdrawal reaches, in the same
// write, what is still on its way. It does not know how a question or an answer
// is made: they ask it, and offer it a way to call them back.
package consent

import (
	"log/slog"
	"slices"
	"time"

	"phare"
	"phare/internal/request"
)

// Purposes that the program itself asks about; the table has them all.
const (
	Team      = "team"      // inside the care team
	Outside   = "outside"   // outside it
	Relatives = "relatives" // parents and relatives
	Own       = "own"       // to the person themself: needs nobody's leave, and stands in no table
)

// What can be noted; the table says which of a purpose.
const (
	Given      = "given"
	Refused    = "refused"
	Withdrawn  = "withdrawn"
	Informed   = "informed"
	Opposed    = "opposed"
	Unopposed  = "unopposed"
	Understood = "understood"
	Void       = "void" // only of a line noted in error: it counts no more
)

func isNo(outcome string) bool {
	return outcome == Refused || outcome == Withdrawn || outcome == Opposed
}

// Kinds of recipient.
const (
	Any       = "any"
	Expert    = "expert"
	Requester = "requester"
	Doctor    = "doctor"
	Relative  = "relative"
	form      = "form" // what the box of the form stands for: an expert, and who asked
)

// Kinds are the kinds of recipient that a person can choose.
func Kinds() []string {
	return []string{Any, Expert, Requester, Doctor, "centre", "social", "school", "association", "platform", Relative}
}

// Givers are who can say yes or no.
func Givers() []string { return []string{"patient", "parent", "guardian", "trusted"} }

// Declared is the giver of the form's box where a professional ticked it.
const Declared = "declared"

// Hows are the ways in which it was said.
func Hows() []string { return []string{"oral", "phone", "paper", "web"} }

// Assents are what a minor said.
func Assents() []string { return []string{"yes", "no", "young", "unasked"} }

// Line is one thing that was said, as it was noted.
type Line struct {
	ID       phare.ID // empty: the box of the form
	Platform string
	Request  phare.ID
	Purpose  string
	Kind     string // of recipient
	Outcome  string
	SaidOn   string // 2006-01-02
	Until    string // last day on which a yes holds, or empty
	Giver    string
	How      string
	Assent   string // of a minor; empty: of age
	Evidence phare.ID
	Replaces phare.ID
	About
	Actor, Name string // who noted it
	At          time.Time

	Ended     bool // a later line was put in its place, as it was noted in error
	Elsewhere bool // it was said in another file of the person
	hidden    bool // which the reader does not see
}

// About is what is sealed of a line.
type About struct {
	To          string `json:"to,omitempty"`     // the recipient's name; empty: all of its kind
	Person      string `json:"person,omitempty"` // id in the directory
	GiverName   string `json:"giver,omitempty"`
	Explained   string `json:"explained,omitempty"` // how
	Language    string `json:"language,omitempty"`  // in which
	Interpreter string `json:"interpreter,omitempty"`
	Notice      string `json:"notice,omitempty"` // which version of the notice
	Words       string `json:"words,omitempty"`
}

// LogValue keeps names out of the logs: a line prints as its id.
func (l Line) LogValue() slog.Value { return slog.StringValue(string(l.ID)) }

// String does the same for %v.
func (l Line) String() string { return "consent " + string(l.ID) }

// IsForm says whether it is the box of the form, and no line that someone noted.
func (l Line) IsForm() bool { return l.ID == "" }

// IsNo says whether the person said no.
func (l Line) IsNo() bool { return isNo(l.Outcome) }

// Target is what is about to leave: what for, to what kind of recipient, to whom.
type Target struct {
	Purpose string
	Kind    string
	Names   []string // by which a line can name the recipient
	Person  string   // id in the directory
}

// Name is the recipient's first name in the list, for sentences.
func (t Target) Name() string {
	if len(t.Names) == 0 {
		return ""
	}
	return t.Names[0]
}

// ToExpert is the target of a question.
func ToExpert(person, name, place string) Target {
	return Target{Purpose: Outside, Kind: Expert, Person: person, Names: trimmed(name, place)}
}

// ToRequester is the target of the answer: inside the care team, to the person
// themself, to relatives, or outside.
func ToRequester(r request.Request) Target {
	f := r.Fields
	t := Target{Purpose: Outside, Kind: Requester, Names: trimmed(f.Name, f.Place)}
	for _, x := range builtin().Requesters {
		if (x.Who == f.Who || x.Who == "*") && (x.Relation == f.Relation || x.Relation == "*") {
			t.Purpose, t.Kind = x.Purpose, x.Kind
			return t
		}
	}
	return t
}

// ToDoctor is the target of a letter in the professional voice: who asked if it is
// a professional, or else the family's own doctor.
func ToDoctor(r request.Request) Target {
	if r.Fields.Who != request.Family {
		return ToRequester(r)
	}
	return Target{Purpose: Team, Kind: Doctor, Names: trimmed(r.Fields.Doctor)}
}

// ToFamily is the target of a letter in the family's voice.
func ToFamily(r request.Request) Target {
	if r.Fields.Who == request.Family {
		return ToRequester(r)
	}
	return Target{Purpose: Relatives, Kind: Relative}
}

func trimmed(all ...string) []string {
	for i := range all {
		all[i] = phare.Clean(all[i])
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}
