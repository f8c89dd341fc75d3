package patient

import (
	"slices"
	"strings"
)

// Traits are what is known of someone who may be a patient already: names and
// date of birth as told.
type Traits struct {
	Family, First string
	BirthDate     string // as much of it as is known, or empty
	Phone         string
}

// Reasons why two identities may be one person, or are not; keys of messages.
const (
	SameDate      = "patient.same.date"
	SwappedDate   = "patient.same.swapped-date" // day and month changed places
	NearDate      = "patient.same.near-date"    // one part of the date differs
	SameFamily    = "patient.same.family"
	LikeFamily    = "patient.same.like-family" // sounds alike, or one name of two
	SameFirst     = "patient.same.first"
	LikeFirst     = "patient.same.like-first"
	SwappedNames  = "patient.same.swapped-names" // family and first names changed places
	PerhapsTwin   = "patient.same.twin"          // same family and date, other first name
	SamePhone     = "patient.same.phone"
	DateIsUnknown = "patient.same.no-date"
)

// Candidate is a patient who may be the one meant, and why.
type Candidate struct {
	Patient Patient
	Why     []string
	Score   int  // only to order candidates; never shown
	Veiled  bool // someone with a restricted file: nothing else is told
}

// Enough is the score from which two identities may be one person: a name and
// the date, or both names and no more than a doubt about the date.
const Enough = 5

// Compare says how far someone told of is like a patient, and why.
func Compare(t Traits, p Patient) (score int, why []string) {
	add := func(points int, reason string) {
		if points != 0 {
			score += points
			why = append(why, reason)
		}
	}
	families := append(Sounds(p.BirthName), Sounds(p.UsedName)...)
	family, familyWhy := alike(Sounds(t.Family), families, SameFamily, LikeFamily)
	first, firstWhy := alike(Sounds(t.First), Sounds(p.FirstNames), SameFirst, LikeFirst)
	if family+first < 2 {
		crossed, _ := alike(Sounds(t.Family), Sounds(p.FirstNames), SwappedNames, SwappedNames)
		back, _ := alike(Sounds(t.First), families, SwappedNames, SwappedNames)
		if crossed > 0 && back > 0 {
			add(4, SwappedNames)
			family, first = 0, 0
		}
	}
	add(family, familyWhy)
	add(first, firstWhy)
	date, dateWhy := dates(t.BirthDate, p.BirthDate)
	add(date, dateWhy)
	if date == 0 && (t.BirthDate == "" || p.BirthDate == "") && score > 0 {
		why = append(why, DateIsUnknown)
		score++
	}
	if family > 0 && first == 0 && dateWhy == SameDate && t.First != "" && p.FirstNames != "" {
		why = append(why, PerhapsTwin)
	}
	if t.Phone != "" && lastDigits(t.Phone) != "" && lastDigits(t.Phone) == lastDigits(p.Phone) {
		add(1, SamePhone)
	}
	return score, why
}

// alike compares two names word by word: 2 when the shorter one is wholly in
// the other as it sounds, 1 when a word is nearly one of the other.
func alike(a, b []string, same, like string) (int, string) {
	if len(a) == 0 || len(b) == 0 {
		return 0, ""
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	in, close := 0, 0
	for _, w := range a {
		if slices.Contains(b, w) {
			in++
		} else if slices.ContainsFunc(b, func(x string) bool { return near(w, x) }) {
			close++
		}
	}
	switch {
	case in == len(a) && len(a) == len(b):
		return 2, same
	case in == len(a):
		return 2, like
	case in+close > 0:
		return 1, like
	}
	return 0, ""
}

// dates compares dates of birth, each perhaps known in part only.
func dates(a, b string) (int, string) {
	switch {
	case a == "" || b == "":
		return 0, ""
	case a == b && len(a) == len("2006-01-02"):
		return 3, SameDate
	case len(a) != len(b) || len(a) < len("2006-01-02"):
		if short := min(len(a), len(b)); a[:short] == b[:short] {
			return 2, NearDate
		}
		return 0, ""
	case a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7]:
		return 2, SwappedDate
	}
	differ := 0
	for _, part := range [][2]int{{0, 4}, {5, 7}, {8, 10}} {
		if a[part[0]:part[1]] != b[part[0]:part[1]] {
			differ++
		}
	}
	if differ == 1 {
		return 1, NearDate
	}
	return 0, ""
}

// lastDigits are the nine that a French number keeps whatever stands before.
func lastDigits(phone string) string {
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, phone)
	if len(digits) < 9 {
		return ""
	}
	return digits[len(digits)-9:]
}
