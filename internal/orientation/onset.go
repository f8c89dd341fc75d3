package orientation

import (
	"strconv"
	"strings"

	"phare/internal/term"
)

// The ages of onset, as nine bins of HPO's classes.
const (
	antenatal = iota
	congenital
	neonatal // under 28 days
	infantile
	childhood // 1 to under 5 years
	juvenile  // to under 16
	young     // to under 40
	middle    // to under 60
	late
	bins
)

// onsetSmooth is the number of background mentions added to those of a disease.
const onsetSmooth = 2

// onsetTenths is the weight of the age among the signs, in tenths.
const onsetTenths = 6

// onsets holds what an age at onset in each bin says about each profile, unit;
// 0 when its sources give no age.
type onsets struct {
	weight [bins][]int32
}

// newOnsets compares the ages of each family to those of all families.
func newOnsets(l *logs, k *term.Knowledge, families []int32) *onsets {
	counts := make([][bins]uint64, len(families))
	var all [bins]uint64
	total := uint64(0)
	for p, f := range families {
		for _, m := range k.Families[f].Members {
			for _, id := range k.Diseases[m].Onsets {
				in := binsOf(id)
				for _, b := range in {
					part := 6 / uint64(len(in)) // an adult onset is shared by three bins
					counts[p][b] += part
					all[b] += part
					total += part
				}
			}
		}
	}
	for b := range all { // no bin is impossible
		all[b]++
		total++
	}
	o := &onsets{}
	for b := range o.weight {
		o.weight[b] = make([]int32, len(families))
	}
	for p, c := range counts {
		if c == [bins]uint64{} {
			continue
		}
		for b, w := range compare(l, c, all, total) {
			o.weight[b][p] = w
		}
	}
	return o
}

// compare returns the weighted log likelihood ratio of each bin, unit. Counts
// are in sixths.
func compare(l *logs, c, all [bins]uint64, total uint64) (w [bins]int32) {
	n := uint64(0)
	for _, x := range c {
		n += x
	}
	for b := range c {
		// (c + s·all/total) / (n + s) over all/total
		up := l.ln(c[b]*total+6*onsetSmooth*all[b]) - l.ln(n+6*onsetSmooth)
		w[b] = int32((up - l.ln(all[b])) * onsetTenths / 10 >> toFix)
	}
	return w
}

// of returns the weight of an onset in bins for one profile, unit.
func (o *onsets) of(profile int32, in []int) (sum int64) {
	for _, b := range in {
		sum += int64(o.weight[b][profile] / int32(len(in)))
	}
	return sum
}

// binsOf reads an HPO onset id or an ISO 8601 age; nil when it is neither.
func binsOf(s string) []int {
	switch s {
	case "HP:0030674", "HP:0011460", "HP:0011461", "HP:0034197", "HP:0034198", "HP:0034199":
		return []int{antenatal}
	case "HP:0003577":
		return []int{congenital}
	case "HP:0003623":
		return []int{neonatal}
	case "HP:0003593":
		return []int{infantile}
	case "HP:0011463":
		return []int{childhood}
	case "HP:0003621":
		return []int{juvenile}
	case "HP:0410280": // pediatric: infancy to juvenile
		return []int{infantile, childhood, juvenile}
	case "HP:0003581":
		return []int{young, middle, late}
	case "HP:0011462", "HP:0025708", "HP:0025709", "HP:0025710":
		return []int{young}
	case "HP:0003596":
		return []int{middle}
	case "HP:0003584":
		return []int{late}
	}
	if days, ok := age(s); ok {
		return []int{binOfDays(days)}
	}
	return nil
}

func binOfDays(days int) int {
	for i, end := range []int{1, 28, 365, 5 * 365, 16 * 365, 40 * 365, 60 * 365} {
		if days < end {
			return congenital + i
		}
	}
	return late
}

// age reads an ISO 8601 duration and returns it in days, a year being 365 and
// a month 30.
func age(s string) (days int, ok bool) {
	s, ok = strings.CutPrefix(s, "P")
	s, _, _ = strings.Cut(s, "T")
	for ok && s != "" {
		i := strings.IndexAny(s, "YMWD")
		if i < 0 {
			return 0, false
		}
		whole, _, _ := strings.Cut(s[:i], ".") // a fraction changes no bin that matters
		n, err := strconv.Atoi(whole)
		if err != nil || n < 0 || n > 50000 {
			return 0, false
		}
		days += n * map[byte]int{'Y': 365, 'M': 30, 'W': 7, 'D': 1}[s[i]]
		s = s[i+1:]
	}
	return days, ok
}
