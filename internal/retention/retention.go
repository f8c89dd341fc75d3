// Package retention says how long what is kept, by which rule, and what is due to be
// erased. It promises that nothing is due before its day, that a claim, a limitation
// or an ask that waits holds a file back, and that whoever reads a day also reads the
// rule that gives it. It erases no file itself: two people do (internal/erasure).
package retention

import (
	"slices"
	"strings"
	"time"

	"phare"
)

// The rules, as in the table.
const (
	Draft   = "draft"
	Token   = "token"
	Refused = "refused"
	File    = "file"
	Minor   = "minor"
	Death   = "death"
)

// What keeps a file although its day has come.
const (
	HeldClaim   = "claim"   // a claim goes on
	HeldLimited = "limited" // its use is limited
	HeldAsk     = "ask"     // an ask of the person waits for its answer
	HeldOpen    = "open"    // it, or for a care file another request of the person, is not closed
)

// Case is one file, with the day until which it is kept and what gives that day.
type Case struct {
	Request   phare.ID
	Reference string
	Rule      string
	N         int    // the amount of the rule
	From      string // 2006-01-02: what the rule counts from
	Until     string // 2006-01-02: the last day on which it is kept
	Stopped   int    // days that claims added
	Unborn    bool   // the birth is not known: kept as if the person had just been born
	Held      string // what keeps it beyond that; empty: nothing
	Asked     bool   // its erasure waits for a second person
}

// IsDue says whether it is to be erased on a day.
func (c Case) IsDue(today string) bool { return c.Held == "" && c.IsOver(today) }

// IsOver says whether its day has passed, held or not.
func (c Case) IsOver(today string) bool { return today > c.Until }

// span is a time in which a claim went on, in days; to is empty: it still does.
type span struct{ from, to string }

// facts are what the rules ask of one file.
type facts struct {
	care    bool   // more than a request that was turned away
	last    string // the last contact
	birth   string // as much of it as is known
	death   string
	open    bool
	limited bool
	waits   bool
	claims  []span
}

// judge finds the rule and the last day. R.1112-7: twenty years from the last contact,
// longer until the 28th birthday; ten years from a death that came within ten years of
// it. Where the article leaves a doubt, the longer time counts: a contact after the
// death begins the ten years anew, an unknown day of birth is the last that it can be.
func (f facts) judge(rules []Rule) (c Case) {
	n := func(id string) int { return Rules(rules).amount(id) }
	c.From = f.last
	if !f.care {
		c.Rule, c.N, c.Until = Refused, n(Refused), later(f.last, 0, n(Refused))
	} else {
		c.Rule, c.N, c.Until = File, n(File), later(f.last, n(File), 0)
		birth := lastDay(f.birth)
		if c.Unborn = birth == ""; c.Unborn {
			birth = f.last
		}
		if of := later(birth, n(Minor), 0); of > c.Until {
			c.Rule, c.N, c.From, c.Until = Minor, n(Minor), birth, of
		} else {
			c.Unborn = false
		}
		if f.death != "" && f.death < later(f.last, 10, 0) {
			c.Rule, c.N, c.From, c.Unborn = Death, n(Death), max(f.death, f.last), false
			c.Until = later(c.From, n(Death), 0)
		}
	}
	return f.hold(c)
}

// hold adds the days in which claims stopped the clock, and says what holds now.
func (f facts) hold(c Case) Case {
	for _, s := range joined(f.claims) {
		from := max(s.from, f.last)
		switch {
		case s.to == "":
			c.Held = HeldClaim
		case from <= c.Until && s.to > from:
			days := int(day(s.to).Sub(day(from)).Hours() / 24)
			c.Stopped += days
			c.Until = day(c.Until).AddDate(0, 0, days).Format(time.DateOnly)
		}
	}
	switch {
	case c.Held != "":
	case f.limited:
		c.Held = HeldLimited
	case f.waits:
		c.Held = HeldAsk
	case f.open:
		c.Held = HeldOpen
	}
	return c
}

// joined are spans in their order, those that touch made one.
func joined(all []span) (out []span) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b span) int { return strings.Compare(a.from, b.from) })
	for _, s := range all {
		if n := len(out); n > 0 && (out[n-1].to == "" || s.from <= out[n-1].to) {
			if out[n-1].to != "" && (s.to == "" || s.to > out[n-1].to) {
				out[n-1].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

func day(s string) time.Time {
	t, _ := time.Parse(time.DateOnly, s)
	return t
}

// later is a day some years and months after another: on the same date, or on the day
// after where the month has none, so that nothing ends early.
func later(from string, years, months int) string {
	t := day(from)
	to := time.Date(t.Year()+years, t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	if last := to.AddDate(0, 1, -1).Day(); t.Day() > last {
		return to.AddDate(0, 1, 0).Format(time.DateOnly)
	}
	return to.AddDate(0, 0, t.Day()-1).Format(time.DateOnly)
}

// lastDay is the last day that a date can be of which only a part is known; empty:
// nothing is.
func lastDay(date string) string {
	for i, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, date); err == nil {
			return []time.Time{t, t.AddDate(0, 1, -1), t.AddDate(1, 0, -1)}[i].Format(time.DateOnly)
		}
	}
	return ""
}
