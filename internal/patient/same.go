package patient

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// Traits are what is known of someone who may be a patient already: names and
// date of birth as told.
type Traits struct {
	Family, First string
	BirthDate     string // as much of it as is known, or empty
	Phone         string

	ins string // of an identity that is compared with others
}

// Reasons why two identities may be one person, or are not; keys of messages.
const (
	SameDate      = "patient.same.date"
	SwappedDate   = "patient.same.swapped-date" // day and month changed places
	NearDate      = "patient.same.near-date"    // one part of the date differs, or is not known
	SameFamily    = "patient.same.family"
	LikeFamily    = "patient.same.like-family" // sounds alike, or one name of two
	SameFirst     = "patient.same.first"
	LikeFirst     = "patient.same.like-first"
	SwappedNames  = "patient.same.swapped-names" // family and first names changed places
	PerhapsTwin   = "patient.same.twin"          // same family and date, other first name
	SamePhone     = "patient.same.phone"
	SameINS       = "patient.same.ins"
	DateIsUnknown = "patient.same.no-date"
)

// Candidate is a patient who may be the one meant, and why.
type Candidate struct {
	Patient Patient
	Why     []string
	Score   int  // only to order candidates; never shown
	Veiled  bool // someone with a restricted file: nothing else is told
}

// Enough is the score from which two identities may be one person. What it finds
// and misses is in doc/patients.md, by mistake and by where the name comes from.
const Enough = 11

// What each trait says for or against two identities being one person, about in
// halvings of doubt. Tuned on one half of the made corpus, measured on the other.
const (
	dateSame, dateSwapped, dateDigit, dateMonth, datePart, dateYear, dateUnknown, dateOther = 13, 10, 8, 8, 5, 5, 2, -6
	phoneSame, insSame                                                                      = 2, 40
)

// family and first are what a likeness of the names says, by degree.
var (
	familyPoints = [...]int{other: -6, little: -2, near: 3, part: 4, full: 6}
	firstPoints  = [...]int{other: -5, little: -2, near: 3, part: 4, full: 5}
)

// A degree says how alike two names are.
type degree int

const (
	other  degree = iota // not alike
	little               // a little alike: more than a slip of the pen
	near                 // a letter or two apart, as they sound
	part                 // one name of two, one first name of several
	full                 // the same, as they sound
	none                 // one of them is not known
)

// Compare says how far someone told of is like a patient, and why.
func Compare(t Traits, p Patient) (score int, why []string) {
	return compare(hear(t.Family, t.First, t.BirthDate, t.Phone), p)
}

// told are traits whose names were heard once for many comparisons.
type told struct {
	family, first heard
	date, phone   string
}

func hear(family, first, date, phone string) told {
	return told{hearName(family), hearName(first), date, lastDigits(phone)}
}

func compare(t told, p Patient) (score int, why []string) {
	birth, used, firsts := hearName(p.BirthName), hearName(p.UsedName), hearName(p.FirstNames)
	family, first := max(t.family.like(birth), t.family.like(used)), t.first.like(firsts)
	if birth.none() || t.family.none() {
		family = none
	}
	date, dateWhy := dates(t.date, p.BirthDate)
	score = namePoints(family, first)
	// Family and first names in each other's place say as much as in their own.
	back, forth := max(t.first.like(birth), t.first.like(used)), t.family.like(firsts)
	if crossed := familyPoints[back] + firstPoints[forth] - 1; family != none && first != none && min(back, forth) >= near && crossed > score {
		score, why = crossed, append(why, SwappedNames)
		family, first = back, forth
	} else {
		why = append(why, nameWhy(asRead(family, t.family, birth, used), asRead(first, t.first, firsts))...)
	}
	score += date
	if dateWhy != "" {
		why = append(why, dateWhy)
	}
	// Twins: the family and the day say two, the first names say which two.
	if family >= near && family != none && dateWhy == SameDate && (first == other || first == little) {
		why = append(why, PerhapsTwin)
		if family >= part {
			score = max(score, Enough)
		}
	}
	if t.phone != "" && t.phone == lastDigits(p.Phone) {
		score += phoneSame
		why = append(why, SamePhone)
	}
	if family == none && first == none {
		score = 0 // a date alone is nobody
	}
	return score, why
}

func namePoints(family, first degree) (points int) {
	if family != none {
		points += familyPoints[family]
	}
	if first != none {
		points += firstPoints[first]
	}
	return points
}

// asRead is a degree for who reads it: names that sound the same and are written
// otherwise are near.
func asRead(d degree, h heard, others ...heard) degree {
	if d == full && !slices.ContainsFunc(others, func(o heard) bool { return o.written == h.written }) {
		return near
	}
	return d
}

func nameWhy(family, first degree) (why []string) {
	switch family {
	case full:
		why = append(why, SameFamily)
	case near, part:
		why = append(why, LikeFamily)
	}
	switch first {
	case full:
		why = append(why, SameFirst)
	case near, part:
		why = append(why, LikeFirst)
	}
	return why
}

// hearName is a name as it sounds.
func hearName(name string) heard {
	h := heard{written: term.Fold(name)}
	for _, w := range words(name) {
		if k := sound(w); k != "" && !slices.Contains(h.words, k) {
			h.words = append(h.words, k)
		}
	}
	if h.joined = strings.Join(h.words, ""); len(h.words) > 0 {
		if whole := joined(name); whole != "" {
			h.joined = sound(whole)
		}
	}
	return h
}

func (h heard) none() bool { return len(h.words) == 0 }

// like says how alike two names are.
func (h heard) like(o heard) degree {
	if h.none() || o.none() {
		return other
	}
	a, b := h.words, o.words
	if len(a) > len(b) {
		a, b = b, a
	}
	in, close := 0, 0
	for _, w := range a {
		if slices.Contains(b, w) {
			in++
		} else if slices.ContainsFunc(b, func(x string) bool { return isNear(w, x) }) {
			close++
		}
	}
	switch {
	case h.joined == o.joined, in == len(a) && len(a) == len(b):
		return full
	case in == len(a):
		return part
	case in+close == len(a), isNear(h.joined, o.joined):
		return near
	case in+close > 0, slices.ContainsFunc(a, func(x string) bool { return slices.ContainsFunc(b, func(y string) bool { return isLittle(x, y) }) }):
		return little
	}
	return other
}

// isLittle says whether two keys are somewhat alike: one begins the other, or two
// letters in five differ at most.
func isLittle(a, b string) bool {
	if len(a) >= 3 && len(b) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
		return true
	}
	allowed := max(len(a), len(b)) * 2 / 5
	return allowed > 0 && Distance(a, b, allowed) <= allowed
}

// dates compares dates of birth, each perhaps known in part only.
func dates(a, b string) (int, string) {
	switch whole := len("2006-01-02"); {
	case a == "" || b == "":
		return dateUnknown, DateIsUnknown
	case a == b && len(a) == whole:
		return dateSame, SameDate
	case len(a) != len(b) || len(a) < whole:
		switch short := min(len(a), len(b)); {
		case a[:short] != b[:short]:
			return dateOther, ""
		case short >= len("2006-01"):
			return dateMonth, NearDate
		}
		return dateYear, NearDate
	case a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7]:
		return dateSwapped, SwappedDate
	}
	digits, parts := 0, 0
	for i := range len(a) {
		if a[i] != b[i] {
			digits++
		}
	}
	for _, p := range [][2]int{{0, 4}, {5, 7}, {8, 10}} {
		if a[p[0]:p[1]] != b[p[0]:p[1]] {
			parts++
		}
	}
	switch {
	case digits == 1:
		return dateDigit, NearDate
	case parts == 1:
		return datePart, NearDate
	}
	return dateOther, ""
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
