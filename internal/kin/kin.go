// Package kin is the people around a patient: who they are, what they may decide
// and be told, who may consent for a child, in which language and when the family
// is called, and which patients of the platform are of one family. It promises
// that what it says of a relative it says to nobody who is outside the relative's
// own files: not even that there is one. Whose consent counts is computed from
// dates, and said with what it rests on; it decides nothing by itself.
package kin

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
)

// Kinds of people around a patient, in the order of the form.
const (
	Mother       = "mother"
	Father       = "father"
	Holder       = "holder"       // of parental authority, who is not a parent
	Guardian     = "guardian"     // by a judge's measure
	Trusted      = "trusted"      // personne de confiance
	Companion    = "companion"    // who comes along
	Professional = "professional" // who acts for the family: a mediator, a nurse
	Relative     = "relative"
)

// Kinds are these kinds.
func Kinds() []string {
	return []string{Mother, Father, Holder, Guardian, Trusted, Companion, Professional, Relative}
}

// What someone may decide.
const (
	NoAuthority = ""
	Parental    = "parental"  // holds parental authority
	Withdrawn   = "withdrawn" // it was withdrawn by a judge
	Tutelle     = "tutelle"
	Curatelle   = "curatelle"
	Entitled    = "habilitation" // habilitation familiale
)

// Authorities are these.
func Authorities() []string {
	return []string{NoAuthority, Parental, Withdrawn, Tutelle, Curatelle, Entitled}
}

// What someone may be told.
const (
	Everything   = "all"
	Appointments = "dates"
	Nothing      = "nothing"
)

// Tellings are these.
func Tellings() []string { return []string{Everything, Appointments, Nothing} }

// Related is one person around a patient.
type Related struct {
	ID              phare.ID
	Kind, Authority string
	Told            string
	Name, Phone     string
	Language        string
	Document        string // what was seen that says so: a judgment, a family record book
	Note            string
	Since, Until    string // days, 2006-01-02; empty: not known, no end
	AddedName       string
	AddedAt         time.Time
	Version         int64

	patient phare.ID
}

// Active says whether it holds on a day.
func (r Related) Active(day string) bool {
	return (r.Since == "" || r.Since <= day) && (r.Until == "" || r.Until >= day)
}

// longest is the most characters of one line.
const longest = 200

// accept checks what was typed.
func (r Related) accept() (Related, error) {
	for _, s := range []*string{&r.Name, &r.Phone, &r.Language, &r.Document, &r.Since, &r.Until} {
		*s = phare.Clean(*s)
	}
	r.Note = strings.TrimSpace(r.Note)
	var kind, name, authority, told *phare.Error
	if !slices.Contains(Kinds(), r.Kind) {
		kind = phare.Field("kind", "kin.kind.missing")
	}
	if r.Name == "" {
		name = phare.Field("person", "kin.person.missing")
	}
	if !slices.Contains(Tellings(), r.Told) {
		told = phare.Field("told", "kin.told.missing")
	}
	parent := r.Kind == Mother || r.Kind == Father || r.Kind == Holder
	switch {
	case !slices.Contains(Authorities(), r.Authority):
		authority = phare.Field("authority", "kin.authority.unknown")
	case (r.Authority == Parental || r.Authority == Withdrawn) && !parent:
		authority = phare.Field("authority", "kin.authority.parent")
	case r.Kind == Guardian && r.Authority != Tutelle && r.Authority != Curatelle && r.Authority != Entitled:
		authority = phare.Field("authority", "kin.authority.measure")
	case r.Kind != Guardian && (r.Authority == Tutelle || r.Authority == Curatelle || r.Authority == Entitled):
		authority = phare.Field("authority", "kin.authority.guardian")
	case (r.Authority == Withdrawn || r.Kind == Guardian) && r.Document == "":
		authority = phare.Field("paper", "kin.paper.missing")
	}
	return r, phare.Faults(kind, name, authority, told, day("since", r.Since), day("until", r.Until), order(r),
		long("person", r.Name), long("phone", r.Phone), long("language", r.Language), long("paper", r.Document), long("note", r.Note))
}

func long(name, value string) *phare.Error {
	if utf8.RuneCountInString(value) > longest {
		return phare.Field(name, "patient.toolong")
	}
	return nil
}

func day(name, value string) *phare.Error {
	if value == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return phare.Field(name, "kin.day.bad")
	}
	return nil
}

func order(r Related) *phare.Error {
	if r.Since != "" && r.Until != "" && r.Until < r.Since {
		return phare.Field("until", "kin.day.order")
	}
	return nil
}

// Kinships are how two patients can be of one family, in the order of the form.
func Kinships() []string {
	return []string{"siblings", "twins", "parent-child", "couple", "family"}
}
