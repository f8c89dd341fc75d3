package patient

import (
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
)

// accept checks an identity as the desk typed it and returns it tidied, or all
// that must change. before is what it corrects; the zero Patient: it is new.
func (p Patient) accept(before Patient, now time.Time) (Patient, error) {
	for _, s := range []*string{&p.BirthName, &p.FirstNames, &p.UsedName, &p.BirthDate, &p.BirthPlace, &p.Commune, &p.Phone, &p.AskedOn} {
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
		doubt(p),
		document(p, before),
		askedOn(p, before, now),
	)
	return p, err
}

// changed says whether one of the strict traits is another: what the document or
// the teleservice said is then said of somebody else.
func (p Patient) changed(before Patient) bool {
	return before.ID != "" && (p.BirthName != before.BirthName || p.FirstNames != before.FirstNames || p.BirthDate != before.BirthDate ||
		p.Sex != before.Sex || p.BirthPlace != before.BirthPlace)
}

// checked says whether the status rests on a document, answered on the teleservice.
func (s Status) checked() bool  { return s == Validated || s == Qualified }
func (s Status) answered() bool { return s == Recovered || s == Qualified }

// doubt allows no status but the first to an identity that is doubtful or made up.
func doubt(p Patient) *phare.Error {
	switch {
	case p.Doubt != "" && p.Doubt != Doubtful && p.Doubt != Fictional:
		return phare.Field("doubt", "identity.doubt.unknown")
	case p.Doubt != "" && p.Identity != Provisional:
		return phare.Field("doubt", "identity.doubt.status")
	}
	return nil
}

// document must be named where the status rests on one, and only there. When a
// strict trait is corrected it must have been seen again: else the status falls.
func document(p, before Patient) *phare.Error {
	switch {
	case p.Document != "" && !slices.Contains(Documents(), p.Document):
		return phare.Field("document", "identity.document.unknown")
	case p.Identity.checked() && p.Document == "":
		return phare.Field("document", "identity.document.missing")
	case !p.Identity.checked() && p.Document != "":
		return phare.Field("document", "identity.document.status")
	case p.Identity.checked() && before.Identity.checked() && p.changed(before) && !p.Again:
		return phare.Field("again", "identity.again.missing")
	}
	return nil
}

// askedOn is the day on which the teleservice answered: needed where the status
// rests on it, and anew when a strict trait is corrected.
func askedOn(p, before Patient, now time.Time) *phare.Error {
	if !p.Identity.answered() {
		if p.AskedOn != "" {
			return phare.Field("asked_on", "identity.asked.status")
		}
		return nil
	}
	day, err := time.Parse(time.DateOnly, p.AskedOn)
	switch {
	case p.AskedOn == "":
		return phare.Field("asked_on", "identity.asked.missing")
	case err != nil || day.After(now.Add(24*time.Hour)) || day.Year() < 2015:
		return phare.Field("asked_on", "identity.asked.bad")
	case before.Identity.answered() && p.changed(before) && p.AskedOn <= before.AskedOn:
		return phare.Field("asked_on", "identity.asked.again")
	}
	return nil
}

// check notes who saw the document, when it was just seen.
func (p Patient) check(before Patient, by access.Actor, now time.Time) Patient {
	switch {
	case !p.Identity.checked():
		p.checkedBy, p.CheckedName, p.CheckedAt = "", "", time.Time{}
	case p.Again || !before.Identity.checked() || p.Document != before.Document || before.CheckedAt.IsZero():
		p.checkedBy, p.CheckedName, p.CheckedAt = by.ID, by.Name, now
	default:
		p.checkedBy, p.CheckedName, p.CheckedAt = before.checkedBy, before.CheckedName, before.CheckedAt
	}
	return p
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
