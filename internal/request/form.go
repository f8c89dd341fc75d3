package request

import (
	"slices"
	"strings"
)

// Who asks. All but a family are professionals or speak for one's own house.
const (
	GP          = "gp"          // a physician: general practitioner or specialist
	CPTS        = "cpts"        // another professional of a CPTS
	Nurse       = "nurse"       // a nurse, a midwife, a health mediator
	Hospital    = "hospital"    // a hospital service
	Social      = "social"      // a social worker
	Family      = "family"      // the patient or a relative
	Association = "association" // an association of patients
	Peer        = "peer"        // another rare-disease platform
	Centre      = "centre"      // a reference or competence centre
)

// Kinds are all who can ask, in the order of the columns of facts.
func Kinds() []string {
	return []string{GP, CPTS, Nurse, Hospital, Social, Family, Association, Peer, Centre}
}

// IsCare says whether that kind of requester is a health professional, to whom
// an answer speaks as to a colleague.
func IsCare(who string) bool {
	return slices.Contains([]string{GP, CPTS, Nurse, Hospital, Peer, Centre}, who)
}

// A Need is whether a fact of the form must be answered.
type Need byte

// The needs, as the letters of the table.
const (
	NotAsked     Need = '-'
	Optional     Need = 'o'
	Required     Need = 'r'
	UnlessUnsure Need = 'u' // required, and "I do not know" is an answer
	Either       Need = 'e' // one of the facts marked so
)

// When a fact is asked.
const (
	Always  = ""
	Named   = "named"   // only if the disease has a name, sure or not
	Unnamed = "unnamed" // only if it has none
)

// Fact is one question of the form to one kind of requester.
type Fact struct {
	Name string // of the field
	When string
	Need Need
	Part string // of the page: "person", "story", "you", "close", "consent"
}

// form is the one form: each fact in order, and for each kind of requester, in
// the order of Kinds, whether it is asked and must be answered. At most ten are
// compulsory for anyone; TestTenFacts counts them. The diagnosis comes first: it
// decides which facts follow.
var form = [...]struct{ name, when, part, needs string }{
	//                             gp, cpts, nurse, hospital, social, family, association, peer, centre
	{"diagnosis", Always, "person", "rrrrrrrrr"},
	{"disease", Named, "person", "ooooooooo"},
	{"followed", Named, "person", "ooooooooo"},
	{"since", Unnamed, "person", "ooooooooo"},
	{"platform", Always, "person", "rrrrrrrrr"},
	{"relation", Always, "person", "-----r---"},
	{"first_name", Always, "person", "reereeerr"},
	{"family_name", Always, "person", "reereeerr"},
	{"birth_date", Always, "person", "rruruuurr"},
	{"sex", Always, "person", "ooooooooo"},
	{"commune", Always, "person", "ooooooooo"},
	{"interpreter", Always, "person", "ooooooooo"},
	{"question", Always, "story", "rrrrrorrr"},
	{"story", Always, "story", "ooooorooo"},
	{"done", Always, "story", "ooooooooo"},
	{"urgency", Always, "story", "rrrrrrrrr"},
	{"name", Always, "you", "rrrrrrrrr"},
	{"job", Always, "you", "-oooo-ooo"},
	{"place", Always, "you", "ooooooooo"},
	{"phone", Always, "you", "rrrrrrrrr"}, // or mail
	{"mail", Always, "you", "ooooooooo"},
	{"news", Always, "you", "ooooooooo"},
	{"centre", Always, "you", "-----o---"},
	{"treating", Always, "doctor", "o--------"},
	{"doctor", Always, "doctor", "ooooooooo"},
	{"aware", Always, "doctor", "ooooooooo"},
	{"close_name", Always, "close", "-oooo-o--"},
	{"close_phone", Always, "close", "-oooo-o--"},
	{"close_mail", Always, "close", "-oooo-o--"},
	{"consent", Always, "consent", "rrrrrrrrr"},
	{"consent_by", Always, "consent", "-rror-roo"},
}

// Form is what that kind of requester is asked, in order.
func Form(who string) (all []Fact) {
	column := slices.Index(Kinds(), who)
	if column < 0 {
		return nil
	}
	for _, row := range form {
		if need := Need(row.needs[column]); need != NotAsked {
			all = append(all, Fact{row.name, row.when, need, row.part})
		}
	}
	return all
}

// IsNamed says whether the disease has a name, sure or not.
func (f Fields) IsNamed() bool { return f.Diagnosis == Suspected || f.Diagnosis == Confirmed }

// Asks says whether a fact is asked of someone who answered what stands in f.
func (f Fields) Asks(x Fact) bool {
	switch x.When {
	case Named:
		return f.IsNamed()
	case Unnamed:
		return !f.IsNamed()
	}
	return true
}

// Answers are those that a fact can have; none: it is typed.
func Answers(name string) []string { return strings.Fields(answers[name]) }

var answers = map[string]string{
	"diagnosis":  NoDiagnosis + " " + Suspected + " " + Confirmed + " " + NotKnown,
	"relation":   "self parent relative other",
	"sex":        "female male other unknown",
	"urgency":    Routine + " " + Soon + " " + Urgent,
	"news":       "phone sms mail post",
	"treating":   "yes no",
	"aware":      "agrees told no unwanted",
	"consent_by": "self parent guardian trusted",
}
