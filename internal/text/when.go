package text

import (
	"fmt"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // the zones must be right on a machine that has none installed
)

var months = map[string][]string{
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var days = map[string][]string{
	"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// places names a zone as its people do.
var places = map[string][2]string{
	"Indian/Reunion":     {"La Réunion", "Réunion"},
	"Indian/Mayotte":     {"Mayotte", "Mayotte"},
	"America/Guadeloupe": {"Guadeloupe", "Guadeloupe"},
	"America/Martinique": {"Martinique", "Martinique"},
	"America/Cayenne":    {"Guyane", "French Guiana"},
	"Europe/Paris":       {"Paris", "Paris"},
}

// ours are the zones of places, read once: reading one takes longer than
// writing a line of a list.
var ours = sync.OnceValue(func() map[string]*time.Location {
	all := map[string]*time.Location{}
	for name := range places {
		if loc, err := time.LoadLocation(name); err == nil {
			all[name] = loc
		}
	}
	return all
})

// Zone is the location named name. A name that the zone data lack is UTC, and
// is then written as such, never guessed.
func Zone(name string) *time.Location {
	if loc, ok := ours()[name]; ok {
		return loc
	}
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	return time.UTC
}

// Place names a zone for a reader.
func Place(lang, zone string) string {
	if p, ok := places[zone]; ok {
		if lang == "en" {
			return p[1]
		}
		return p[0]
	}
	return Zone(zone).String()
}

// Day is a date in words, as seen in zone: "jeudi 26 novembre 2026".
func Day(lang, zone string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(Zone(zone))
	day := fmt.Sprint(t.Day())
	if lang != "en" && t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", days[lang][t.Weekday()], day, months[lang][t.Month()-1], t.Year())
}

// ShortDay is a date in figures, as seen in zone: "26/11/2026" or "26 Nov 2026".
func ShortDay(lang, zone string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if lang == "en" {
		return t.In(Zone(zone)).Format("2 Jan 2006")
	}
	return t.In(Zone(zone)).Format("02/01/2006")
}

// DayMonth is a date in the fewest characters, as seen in zone: "26/11" or
// "26 Nov".
func DayMonth(lang, zone string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if lang == "en" {
		return t.In(Zone(zone)).Format("2 Jan")
	}
	return t.In(Zone(zone)).Format("02/01")
}

// Hour is an hour in zone: "14 h 02" or "14:02".
func Hour(lang, zone string, t time.Time) string {
	t = t.In(Zone(zone))
	if lang == "en" {
		return t.Format("15:04")
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", t.Hour(), t.Minute())
}

// semicolon is the sign between two places, English or not.
var semicolon = map[bool]string{true: "; ", false: "\u202f; "}

// When is a moment for the people of one or more zones: its day and hour, with
// the place named, and the hour of each other place where it differs. Where the
// day differs too, it is written. A zone without a name, after the first, is none.
func When(lang string, t time.Time, zones ...string) string {
	if t.IsZero() || len(zones) == 0 {
		return ""
	}
	first := zones[0]
	s := fmt.Sprintf("%s, %s (%s", Day(lang, first, t), Hour(lang, first, t), Place(lang, first))
	for i, z := range zones[1:] {
		if z == "" || slices.Contains(zones[:i+1], z) {
			continue
		}
		s += semicolon[lang == "en"]
		if Day(lang, z, t) != Day(lang, first, t) {
			s += Day(lang, z, t) + ", "
		}
		s += Hour(lang, z, t) + " " + Place(lang, z)
	}
	return s + ")"
}

// DayAt is a date for the people of one or more zones, with the places named:
// "jeudi 26 novembre 2026 (La Réunion)". Where it is another day, it is written.
func DayAt(lang string, t time.Time, zones ...string) string {
	if t.IsZero() || len(zones) == 0 {
		return ""
	}
	s := fmt.Sprintf("%s (%s", Day(lang, zones[0], t), Place(lang, zones[0]))
	for i, z := range zones[1:] {
		if z == "" || slices.Contains(zones[:i+1], z) {
			continue
		}
		s += semicolon[lang == "en"]
		if Day(lang, z, t) != Day(lang, zones[0], t) {
			s += Day(lang, z, t) + ", "
		}
		s += Place(lang, z)
	}
	return s + ")"
}

// BirthDate writes a date of birth given as 2006-01-02, or as much of it as is
// known ("2019", "2019-03").
func BirthDate(lang, date string) string {
	if t, err := time.Parse(time.DateOnly, date); err == nil {
		return ShortDay(lang, "UTC", t)
	}
	if t, err := time.Parse("2006-01", date); err == nil {
		return months[lang][t.Month()-1] + " " + fmt.Sprint(t.Year())
	}
	return date
}

// DayOfYear writes a day of every year, given as 01-02, or of one year, given as
// 2006-01-02: "1er mai", "24 décembre 2026"; anything else stays as it is.
func DayOfYear(lang, date string) string {
	t, err := time.Parse(time.DateOnly, date)
	year := err == nil
	if !year {
		if t, err = time.Parse(time.DateOnly, "2000-"+date); err != nil { // a leap year: 02-29 is a day
			return date
		}
	}
	s := fmt.Sprint(t.Day())
	if lang != "en" && t.Day() == 1 {
		s = "1er"
	}
	s += " " + months[lang][t.Month()-1]
	if year {
		s += fmt.Sprintf(" %d", t.Year())
	}
	return s
}

// Number writes an integer with the thin spaces of French typography or the
// commas of English.
func Number(lang string, n int) string {
	if n < 0 {
		return "\u2212" + Number(lang, -n)
	}
	sep := "\u202f"
	if lang == "en" {
		sep = ","
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}
