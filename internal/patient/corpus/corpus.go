// Package corpus makes people up, to measure how well the same person is found
// again under another spelling: fifty thousand of them, with names shaped like
// those of the territories the desks serve, known duplicates with the mistakes
// people make, and people who are alike and are not the same. Nobody in it
// exists. The words it is made of were written for it; the same seed makes the
// same people. It is for measuring and for tests, and never shipped.
package corpus

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// Person is one made person, as a desk would have noted them.
type Person struct {
	Origin    string // where the name comes from: "reunion-french", "comorian" …
	BirthName string
	UsedName  string
	First     string
	BirthDate string // 2006-01-02, or as much of it as is known
	Sex       string // "female", "male"
}

// Kinds of mistake in a duplicate, in the order of the tables.
const (
	Same      = "same"      // the same words again
	Ear       = "ear"       // family name spelt by ear
	EarBoth   = "ear-both"  // both names spelt by ear
	Typo      = "typo"      // a letter lost, doubled, swapped or another
	Accents   = "accents"   // accents, case, apostrophes and hyphens lost
	Joined    = "joined"    // two words written as one, or one as two
	OneOfTwo  = "one-name"  // one of two family names kept
	Used      = "used"      // told under a used name that the desk does not have
	Crossed   = "crossed"   // family and first names in each other's place
	DayMonth  = "day-month" // day and month in each other's place
	Partial   = "partial"   // a year, or a month and a year
	NoDate    = "no-date"   // no date at all
	Digit     = "digit"     // one digit of the date is another
	OneFirst  = "one-first" // one first name of several
	Nickname  = "nickname"  // the name people call them by
	EarDigit  = "ear-digit" // spelt by ear, and one digit of the date is another
	EarPart   = "ear-part"  // spelt by ear, and the date known in part
	CrossedIn = "crossed-typo"
	EarNoDate = "ear-no-date"  // spelt by ear, and no date
	UsedPart  = "used-partial" // under a used name, and the date known in part
	Three     = "three"        // both names by ear, one first name of several, one digit of the date
)

// Mistakes are the kinds of mistake in order.
func Mistakes() []string {
	return []string{Same, Accents, Joined, Ear, EarBoth, Typo, OneOfTwo, Used, Crossed, CrossedIn, DayMonth, Digit, Partial, NoDate, OneFirst, Nickname, EarDigit, EarPart, EarNoDate, UsedPart, Three}
}

// Kinds of people who are alike and not the same.
const (
	Stranger = "stranger"   // nothing to do with anyone, but for chance
	Twin     = "twin"       // same family, same day
	Sibling  = "sibling"    // same family, another day
	Namesake = "namesake"   // same names, another day
	FatherOf = "father-son" // same names, a generation apart
)

// Alikes are these kinds in order.
func Alikes() []string { return []string{Stranger, Twin, Sibling, Namesake, FatherOf} }

// Told is one search: someone as they are told of.
type Told struct {
	Person
	Of   int    // index of who it is; -1: nobody the desk knows
	Kind string // one of Mistakes, or of Alikes
}

// Half is which half of the corpus a search belongs to, split by the family
// name of who it is about: rules are tuned on 0 and measured on 1.
func (t Told) Half(all []Person) int {
	name := t.BirthName
	if t.Of >= 0 {
		name = all[t.Of].BirthName
	}
	h := fnv.New32a()
	h.Write([]byte(fold(name)))
	return int(h.Sum32() % 2)
}

// Corpus is made people and searches for them.
type Corpus struct {
	People   []Person
	Searches []Told
}

// maker draws people by chance that comes back the same.
type maker struct {
	*rand.Rand
	zipf map[string]*rand.Zipf
}

// Make draws n people, known duplicates of some of them, and people who are
// like some of them, from a seed.
func Make(seed uint64, n, duplicates, alikes int) Corpus {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 17)), zipf: map[string]*rand.Zipf{}}
	var c Corpus
	for len(c.People) < n {
		p := m.person()
		c.People = append(c.People, p)
		// Families: in a real base siblings, twins and namesakes stand side by side.
		for _, kind := range []string{Twin, Sibling, Sibling, Namesake, FatherOf} {
			if len(c.People) < n && m.IntN(100) < map[string]int{Twin: 1, Sibling: 8, Namesake: 1, FatherOf: 1}[kind] {
				c.People = append(c.People, m.alike(p, kind))
			}
		}
	}
	mistakes := Mistakes()
	for i := 0; len(c.Searches) < duplicates; i++ {
		of := m.IntN(n)
		if t, ok := m.mistake(c.People[of], mistakes[i%len(mistakes)]); ok {
			c.Searches = append(c.Searches, Told{t, of, mistakes[i%len(mistakes)]})
		} else {
			i-- // this person's name does not bear that mistake: another
		}
	}
	for i := range alikes {
		kind := Alikes()[i%len(Alikes())]
		p := m.person()
		if kind != Stranger {
			p = m.alike(c.People[m.IntN(n)], kind)
		}
		c.Searches = append(c.Searches, Told{p, -1, kind})
	}
	return c
}

// pick draws one, the first ones more often: names are not spread evenly.
func (m *maker) pick(of []string) string {
	key := fmt.Sprint(len(of))
	z := m.zipf[key]
	if z == nil {
		z = rand.NewZipf(m.Rand, 1.1, 8, uint64(len(of)-1))
		m.zipf[key] = z
	}
	return of[z.Uint64()]
}

// even draws one of them, each as often as the others.
func (m *maker) even(of []string) string { return of[m.IntN(len(of))] }

func (m *maker) person() Person {
	o := origins[m.weighted()]
	p := Person{Origin: o.name, Sex: "female", BirthName: m.family(o)}
	firsts := o.women
	if m.IntN(2) == 0 {
		p.Sex, firsts = "male", o.men
	}
	p.First = m.first(firsts, o)
	p.BirthDate = m.date(1935, 2026)
	if p.Sex == "female" && p.BirthDate < "2000" && m.IntN(100) < o.married {
		p.UsedName = m.family(origins[m.weighted()])
	}
	return p
}

// weighted draws an origin by its share.
func (m *maker) weighted() int {
	n := 0
	for _, o := range origins {
		n += o.share
	}
	at := m.IntN(n)
	for i, o := range origins {
		if at -= o.share; at < 0 {
			return i
		}
	}
	return 0
}

// family is a family name of an origin: one of the frequent ones, or one made
// of its syllables; sometimes two.
func (m *maker) family(o origin) string {
	one := func() string {
		if len(o.head) == 0 || m.IntN(100) < o.frequent {
			return m.pick(o.families)
		}
		return m.even(o.head) + m.even(o.tail)
	}
	name := one()
	if m.IntN(100) < o.double {
		if second := one(); second != name {
			name += o.between + second
		}
	}
	if len(o.particles) > 0 && m.IntN(100) < o.particled {
		name = m.even(o.particles) + name
	}
	return name
}

func (m *maker) first(of []string, o origin) string {
	name := m.pick(of)
	for range 2 {
		if m.IntN(100) < o.more {
			if second := m.pick(of); !strings.Contains(name, second) {
				sep := " "
				if m.IntN(100) < o.hyphen {
					sep = "-"
				}
				name += sep + second
			}
		}
	}
	return name
}

func (m *maker) date(from, to int) string {
	start := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC)
	days := int(time.Date(to, 1, 1, 0, 0, 0, 0, time.UTC).Sub(start).Hours() / 24)
	// Children are most of what a rare-disease desk sees.
	day := m.IntN(days)
	if m.IntN(100) < 55 {
		day = days - 1 - m.IntN(18*365)
	}
	return start.AddDate(0, 0, day).Format(time.DateOnly)
}

// alike is someone who is like p and somebody else.
func (m *maker) alike(p Person, kind string) Person {
	o := origins[0]
	for _, x := range origins {
		if x.name == p.Origin {
			o = x
		}
	}
	q := p
	other := func() {
		if kind != Twin && m.IntN(2) == 0 || kind == Twin && m.IntN(4) == 0 {
			q.Sex = map[string]string{"female": "male", "male": "female"}[p.Sex]
		}
		firsts := map[string][]string{"female": o.women, "male": o.men}[q.Sex]
		for q.First == p.First {
			q.First = m.first(firsts, o)
		}
	}
	born, _ := time.Parse(time.DateOnly, p.BirthDate)
	switch kind {
	case Twin:
		other()
	case Sibling:
		other()
		apart := 330 + m.IntN(4000)
		if q.BirthDate = born.AddDate(0, 0, apart).Format(time.DateOnly); q.BirthDate >= "2026" {
			q.BirthDate = born.AddDate(0, 0, -apart).Format(time.DateOnly)
		}
	case Namesake:
		for q.BirthDate == p.BirthDate {
			q.BirthDate = m.date(1935, 2026)
		}
	case FatherOf:
		q.BirthDate = born.AddDate(-20-m.IntN(20), 0, m.IntN(365)).Format(time.DateOnly)
	}
	return q
}

// Origins are where names come from, in the order of the tables.
func Origins() (all []string) {
	for _, o := range origins {
		all = append(all, o.name)
	}
	return all
}
