// Package patient keeps who a patient is: the identity as the desk knows it,
// how sure it is of it (identity vigilance), and who might be the same person
// under another spelling. It promises that a national health identifier is
// stored only for a qualified identity, and that a patient prints as an id. It
// never guesses a person from a name and a date of birth: it proposes, the desk
// decides. It does not know what is asked about the patient (package request).
package patient

import (
	"log/slog"
	"strings"
	"time"

	"phare"
)

// Status says how sure the identity is, in the codes of the French core profile
// (fr-core-identity-reliability).
type Status string

// The statuses. Only a qualified identity may carry the INS.
const (
	Provisional Status = "PROV"  // as told, no document, no call of the teleservice
	Recovered   Status = "RECUP" // the teleservice answered, no document checked
	Validated   Status = "VALI"  // a document of high trust was checked
	Qualified   Status = "QUAL"  // both
)

// Statuses are the statuses in the order of the form.
func Statuses() []Status { return []Status{Provisional, Recovered, Validated, Qualified} }

// Sex as the desk records it.
const (
	Female     = "female"
	Male       = "male"
	OtherSex   = "other"
	UnknownSex = "unknown"
)

// Patient is one person under care, as the desk of one platform knows them.
type Patient struct {
	ID         phare.ID
	Platform   string
	Identity   Status
	BirthName  string // nom de naissance
	FirstNames string // all first names of birth, in order
	UsedName   string // nom utilisé, if another
	BirthDate  string // 2006-01-02, or as much of it as is known: "2019", "2019-03"
	Sex        string
	BirthPlace string // INSEE code of the commune or country of birth
	Commune    string // where they live
	Phone      string
	INS        string // 15 characters, only when Qualified
	Note       string // what must not be forgotten: "ne pas appeler avant 17 h"
	Version    int64
	CreatedAt  time.Time

	Doubt       string    // Doubtful or Fictional: then never more than Provisional
	Document    string    // which document of high trust was seen: one of Documents
	CheckedName string    // by whom, as shown
	CheckedAt   time.Time // and when
	AskedOn     string    // the day the INSi teleservice answered, 2006-01-02
	MergedInto  phare.ID  // the identity that stands for this one; empty: it stands for itself
	Again       bool      // with a correction: the document was seen again, for it

	checkedBy string // account
}

// What an identity can be marked with. Neither is ever looked up in the INSi.
const (
	Doubtful  = "DOUT" // perhaps not the person's own
	Fictional = "FICT" // made up, as for a rehearsal
)

// Documents are the documents of high trust that the desk may have seen, in the
// codes of the French core profile (validationMode): passport, identity card,
// residence permit; for a child, family record book or birth certificate.
func Documents() []string { return []string{"PA", "CN", "CS", "LE", "AN"} }

// LogValue keeps identities out of the logs: a patient prints as an id.
func (p Patient) LogValue() slog.Value { return slog.StringValue(string(p.ID)) }

// String does the same for %v.
func (p Patient) String() string { return "patient " + string(p.ID) }

// Guard is what is repeated beside every button that sends something about a
// patient, so that the wrong file is noticed: the name as used, upper case.
func (p Patient) Guard() string {
	name := p.BirthName
	if p.UsedName != "" {
		name = p.UsedName
	}
	first, _, _ := strings.Cut(p.FirstNames, " ")
	return strings.ToUpper(name) + " " + first
}
