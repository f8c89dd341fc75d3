package patient

import (
	"slices"
	"strings"
)

// sounding is what this program's rules of sound and keys are called: identities
// that were indexed by other rules are indexed anew (Resound).
const sounding int64 = 2

// keys are what an identity is found by, in clear: two of its sounds together, a
// sound with the year, a sound with day and month. One of them survives each of
// the mistakes that are common: one name wrong, the year wrong, the day wrong,
// the date not known, family and first names in each other's place. A sound
// alone is none: "Marie" is half a desk.
func (p Patient) keys() []string {
	all := keysOf(nameSounds(p.BirthName, p.UsedName, p.FirstNames), p.BirthDate)
	if p.INS != "" {
		all = append(all, "i "+p.INS)
	}
	return all
}

func keysOf(sounds []string, date string) []string {
	all := make([]string, 0, len(sounds)*(len(sounds)+3)/2)
	for i, s := range sounds {
		for _, o := range sounds[i+1:] {
			all = append(all, "n "+min(s, o)+" "+max(s, o))
		}
		if len(date) >= 4 {
			all = append(all, "y "+s+" "+date[:4])
		}
		if len(date) == len("2006-01-02") {
			all = append(all, "d "+s+" "+date[5:])
		}
	}
	return all
}

// mostSounds bounds the sounds of one person: eight words are a long name.
const mostSounds = 8

// nameSounds are the sounds of some names, once each, the joined ones too.
func nameSounds(names ...string) []string {
	var all []string
	for _, n := range names {
		h := hearName(n)
		for _, s := range append(h.words, h.joined) {
			if s != "" && !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all[:min(len(all), mostSounds)]
}

// keys are the keys of someone who is told of: those of their names and date,
// and of the date with day and month in each other's place.
func (t Traits) keys() []string {
	sounds := nameSounds(t.Family, t.First)
	all := keysOf(sounds, t.BirthDate)
	if t.ins != "" {
		all = append(all, "i "+t.ins)
	}
	if s := swapped(t.BirthDate); s != "" {
		for _, k := range keysOf(sounds, s) {
			if strings.HasPrefix(k, "d ") {
				all = append(all, k)
			}
		}
	}
	return all
}
