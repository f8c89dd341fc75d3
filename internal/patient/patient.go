// Package patient keeps who a patient is: the identity as the desk knows it,
// how sure it is of it (identity vigilance), and who might be the same person
// under another spelling. It promises that a national health identifier is
// stored only for a qualified identity, and that a patient prints as an id. It
// never guesses a person from a name and a date of birth: it proposes, the desk
// decides. It does not know what is asked about the patient (package request).
package patient

import (
	"log/slog"
	"slices"
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

// Sexes are the values that Sex can have.
func Sexes() []string { return []string{Female, Male, OtherSex, UnknownSex} }

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
}

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

// accept checks an identity as the desk typed it and returns it tidied, or all
// that must change.
func (p Patient) accept(now time.Time) (Patient, error) {
	for _, s := range []*string{&p.BirthName, &p.FirstNames, &p.UsedName, &p.BirthDate, &p.BirthPlace, &p.Commune, &p.Phone} {
		*s = phare.Clean(*s)
	}
	p.BirthPlace = strings.ToUpper(p.BirthPlace)
	p.INS = strings.ToUpper(strings.ReplaceAll(p.INS, " ", ""))
	p.Note = strings.TrimSpace(p.Note)
	err := phare.Faults(
		status(p.Identity),
		long("birth_name", p.BirthName, 1),
		long("first_names", p.FirstNames, 1),
		long("used_name", p.UsedName, 0),
		birthDate(p, now),
		sex(p),
		birthPlace(p),
		insOf(p),
		long("commune", p.Commune, 0),
		long("phone", p.Phone, 0),
		noteOf(p),
	)
	return p, err
}

// longest is the most characters of one line of an identity.
const longest = 100

func long(name, value string, least int) *phare.Error {
	switch n := len([]rune(value)); {
	case n < least:
		return phare.Field(name, "patient."+name+".missing")
	case n > longest:
		return phare.Field(name, "patient.toolong")
	}
	return nil
}

func noteOf(p Patient) *phare.Error {
	if len([]rune(p.Note)) > 500 {
		return phare.Field("note", "patient.toolong")
	}
	return nil
}

func status(s Status) *phare.Error {
	if slices.Contains(Statuses(), s) {
		return nil
	}
	return phare.Field("identity", "patient.identity.unknown")
}

// sex must be one of the list, and known for a qualified identity: the INS
// knows two.
func sex(p Patient) *phare.Error {
	switch {
	case p.Sex == Female || p.Sex == Male:
		return nil
	case p.Identity == Qualified:
		return phare.Field("sex", "patient.sex.qualified")
	case p.Sex == OtherSex || p.Sex == UnknownSex:
		return nil
	}
	return phare.Field("sex", "patient.sex.missing")
}

// birthDate may be known in part, but not of a validated identity, and is never
// in the future.
func birthDate(p Patient, now time.Time) *phare.Error {
	if p.BirthDate == "" {
		if p.Identity == Provisional {
			return nil // the family may not know it
		}
		return phare.Field("birth_date", "patient.birth_date.missing")
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.Parse(layout, p.BirthDate)
		if err != nil {
			continue
		}
		switch {
		case t.After(now.Add(24 * time.Hour)): // a child born today, east of here
			return phare.Field("birth_date", "patient.birth_date.future")
		case t.Year() < now.Year()-125:
			return phare.Field("birth_date", "patient.birth_date.bad")
		case layout != time.DateOnly && p.Identity != Provisional:
			return phare.Field("birth_date", "patient.birth_date.whole")
		}
		return nil
	}
	return phare.Field("birth_date", "patient.birth_date.bad")
}

// birthPlace is an INSEE code: five characters, department 2A or 2B included,
// 99 and a country for those born abroad. A qualified identity needs it.
func birthPlace(p Patient) *phare.Error {
	if p.BirthPlace == "" {
		if p.Identity == Qualified {
			return phare.Field("birth_place", "patient.birth_place.missing")
		}
		return nil
	}
	digits := strings.Replace(strings.Replace(p.BirthPlace, "2A", "20", 1), "2B", "20", 1)
	if len(digits) != 5 || strings.Trim(digits, "0123456789") != "" {
		return phare.Field("birth_place", "patient.birth_place.bad")
	}
	return nil
}

// insOf refuses an INS on an identity that is not qualified, and a qualified
// identity without a right one.
func insOf(p Patient) *phare.Error {
	switch {
	case p.Identity != Qualified && p.INS != "":
		return phare.Field("ins", "patient.ins.unqualified")
	case p.Identity == Qualified && p.INS == "":
		return phare.Field("ins", "patient.ins.missing")
	case p.INS != "" && !ValidNIR(p.INS):
		return phare.Field("ins", "patient.ins.key")
	}
	return nil
}
