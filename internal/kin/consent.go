package kin

import (
	"slices"
	"strings"
	"time"
)

// soon is how long before the eighteenth birthday the desk is told of it.
const soon = 90 * 24 * time.Hour

// majority is the age from which a person decides alone, in years (Code civil,
// art. 414).
const majority = 18

// Consent is who may consent to what concerns a patient, on one day: a sentence,
// and what else must be said. It is computed, and decides nothing.
type Consent struct {
	Key   string // under "kin.consent."
	Names string // of whom it is said
	More  []string
	Adult time.Time // the eighteenth birthday; zero: not known
	Minor bool
	Soon  bool // it is near
}

// ConsentOf says who may consent, from the date of birth as far as it is known and
// the people around the patient, on a day at the patient's place.
func ConsentOf(born string, all []Related, today time.Time) Consent {
	day := today.Format(time.DateOnly)
	var c Consent
	first, last, known := adultBetween(born)
	switch {
	case !known:
		c.Key = "unknown"
		return c
	case first == last:
		c.Adult, _ = time.Parse(time.DateOnly, first)
	}
	c.Minor = day < last
	if day >= first && day < last { // it depends on a day that is not known
		c.Key, c.Minor = "unknown", false
		return c
	}
	active := slices.DeleteFunc(slices.Clone(all), func(r Related) bool { return !r.Active(day) })
	if c.Minor {
		c.ofMinor(active)
		now, _ := time.Parse(time.DateOnly, day)
		c.Soon = !c.Adult.IsZero() && c.Adult.Sub(now) <= soon
		return c
	}
	c.ofAdult(active, all)
	return c
}

// adultBetween is the first and the last day that the eighteenth birthday may be.
func adultBetween(born string) (first, last string, known bool) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 0}, {"2006-01", 0, 1, -1}, {"2006", 1, 0, -1}} {
		t, err := time.Parse(form.layout, born)
		if err != nil {
			continue
		}
		end := t.AddDate(form.years, form.months, form.days)
		// Born on 29 February: of age on 1 March of a year without that day.
		return t.AddDate(majority, 0, 0).Format(time.DateOnly), end.AddDate(majority, 0, 0).Format(time.DateOnly), true
	}
	return "", "", false
}

// with are those of some people who have an authority.
func with(all []Related, authorities ...string) (found []Related) {
	for _, r := range all {
		if slices.Contains(authorities, r.Authority) {
			found = append(found, r)
		}
	}
	return found
}

func namesOf(all []Related) string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name
	}
	return strings.Join(names, ", ")
}

func (c *Consent) ofMinor(active []Related) {
	holders, guardians := with(active, Parental), with(active, Tutelle)
	switch {
	case len(holders) > 1:
		c.Key, c.Names = "both", namesOf(holders)
	case len(holders) == 1 && len(with(active, Withdrawn)) > 0:
		c.Key, c.Names = "alone", namesOf(holders)
	case len(holders) == 1:
		c.Key, c.Names = "one", namesOf(holders)
	case len(guardians) > 0:
		c.Key, c.Names = "guardian", namesOf(guardians)
	default:
		c.Key = "nobody"
	}
	c.More = append(c.More, "minor")
}

func (c *Consent) ofAdult(active, all []Related) {
	switch tutelle, curatelle, entitled := with(active, Tutelle), with(active, Curatelle), with(active, Entitled); {
	case len(tutelle) > 0:
		c.Key, c.Names = "tutelle", namesOf(tutelle)
	case len(entitled) > 0:
		c.Key, c.Names = "habilitation", namesOf(entitled)
	case len(curatelle) > 0:
		c.Key, c.Names = "curatelle", namesOf(curatelle)
	default:
		c.Key = "self"
	}
	if slices.ContainsFunc(active, func(r Related) bool { return r.Kind == Trusted }) {
		c.More = append(c.More, "trusted")
	}
	if len(with(all, Parental)) > 0 {
		c.More = append(c.More, "grown") // it was theirs, and is no more
	}
}
